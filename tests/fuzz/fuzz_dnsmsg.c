/* SPDX-License-Identifier: MIT
 *
 * Any bytes are an answer or are refused with a sentence. The first byte picks
 * the type, the question is what the message itself says, so that the fuzzer
 * gets past it.
 */
#include "net/dnsmsg.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const enum dns_type TYPES[] = {DNS_A, DNS_AAAA, DNS_SRV, DNS_NAPTR};

/* The labels of the question, as far as they are plain. */
static struct slice question_of(struct slice msg, char text[DNSMSG_NAME_MAX])
{
    size_t n = 0, at = 12;

    while (at < msg.n) {
        uint8_t label = (uint8_t)msg.p[at++];

        if (label == 0 || label > 63 || at + label > msg.n ||
            n + label + 1 > DNSMSG_NAME_MAX)
            break;
        if (n > 0)
            text[n++] = '.';
        memcpy(text + n, msg.p + at, label);
        n += label;
        at += label;
    }
    return slice_at(text, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[DNSMSG_NAME_MAX];
    struct arena texts;
    struct dnsmsg m;
    struct why why = {0};

    if (size == 0)
        return 0;
    struct slice msg = slice_at(data + 1, size - 1);
    arena_init(&texts, 0, DNSMSG_TEXTS_MAX);
    if (dnsmsg_read(msg, question_of(msg, text), TYPES[data[0] % 4], &texts, &m,
                    &why) == IMS_OK)
        assert(m.count <= DNS_RECORDS_MAX);
    else
        assert(why.text[0] != '\0');
    arena_fini(&texts);
    return 0;
}
