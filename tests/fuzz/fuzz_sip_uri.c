/* SPDX-License-Identifier: MIT
 *
 * Any bytes are a URI or are refused with a sentence. What parses equals
 * itself, prints as it came, and has one canonical form.
 */
#include "sip/uri.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct sip_uri *u, struct slice text)
{
    struct buf canonical, twice;
    struct sip_uri c;

    buf_init(&canonical, 1 << 20);
    buf_init(&twice, 1 << 20);
    sip_uri_print(u, &twice);
    assert(slice_eq_nocase(text, buf_slice(&twice)) || u->port);
    assert(sip_uri_eq(u, u));
    sip_uri_canonical(u, &canonical);
    assert(sip_uri_parse(buf_slice(&canonical), &c, NULL) == IMS_OK);
    buf_reset(&twice);
    sip_uri_canonical(&c, &twice);
    assert(slice_eq(buf_slice(&canonical), buf_slice(&twice)));
    buf_fini(&canonical);
    buf_fini(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_at(data, size);
    struct sip_uri u;
    struct why why = {0};

    if (sip_uri_parse(text, &u, &why) == IMS_OK)
        check(&u, text);
    else
        assert(why.text[0]);
    return 0;
}
