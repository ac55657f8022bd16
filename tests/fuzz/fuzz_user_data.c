/* SPDX-License-Identifier: MIT
 *
 * Any bytes are User-Data or are refused with a sentence; what was read is
 * written and read again.
 */
#include "ims/xml.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_and_read(const struct ims_profile *p)
{
    struct ims_profile *again;
    struct arena a;
    struct buf out;
    struct why why;

    arena_init(&a, 0, 1 << 20);
    buf_init(&out, 4 * XML_MAX_BYTES);
    /* A mandatory text may be empty when read, which is not written. */
    if (profile_write(p, &out, &why) == IMS_OK && out.n <= XML_MAX_BYTES)
        assert(profile_parse(buf_slice(&out), &a, &again, &why) == IMS_OK);
    buf_fini(&out);
    arena_fini(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ims_profile *p = NULL;
    struct why why = {0};
    struct arena a;

    arena_init(&a, 0, 1 << 16);
    if (profile_parse(slice_at(data, size), &a, &p, &why) == IMS_OK)
        write_and_read(p);
    else
        assert(why.text[0] != '\0' && !p);
    arena_fini(&a);
    return 0;
}
