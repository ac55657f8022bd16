/* SPDX-License-Identifier: MIT
 *
 * Any filter criteria against any request: User-Data, a zero byte, a message.
 * Each chain comes to its end, each step says why.
 */
#include "ims/ifc.h"
#include "ims/xml.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_sentence(void *ctx, const struct profile_ifc *ifc,
                        const char *sentence)
{
    unsigned *told = ctx;

    assert(ifc && sentence[0]);
    ++*told;
}

static void walk(const struct profile_service *s, const struct ifc_request *r)
{
    const struct profile_ifc *ifc = s->ifcs;
    unsigned told = 0, count = 0;
    struct why why;

    for (const struct profile_ifc *it = s->ifcs; it; it = it->next)
        count++;
    while ((ifc = ifc_next(ifc, r, on_sentence, &told)) != NULL) {
        why = (struct why){0};
        assert(ifc_matches(ifc, r, &why) && why.text[0]);
        ifc = ifc->next;
    }
    assert(told == count);
}

static void hold(const struct ims_profile *p, const struct sip_message *msg)
{
    for (const struct profile_service *s = p->services; s; s = s->next)
        for (unsigned c = SESSION_ORIGINATING; c <= SESSION_ORIGINATING_CDIV;
             c++) {
            struct ifc_request r = {.msg = msg,
                                    .session_case = (enum session_case)c,
                                    .registered = c % 2,
                                    .registration = (uint8_t)(1 << c % 3)};

            walk(s, &r);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_at(data, size), xml;
    struct ims_profile *p = NULL;
    struct sip_message *msg = NULL;
    struct arena a;

    if (!slice_cut(&text, '\0', &xml))
        return 0;
    arena_init(&a, 0, 1 << 16);
    if (profile_parse(xml, &a, &p, NULL) == IMS_OK &&
        sip_message_parse(text, &(struct sip_limits){0}, &msg, NULL) ==
            IMS_OK &&
        msg->method != 0)
        hold(p, msg);
    if (msg)
        sip_message_drop(msg);
    arena_fini(&a);
    return 0;
}
