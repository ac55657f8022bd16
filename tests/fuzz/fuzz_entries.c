/* SPDX-License-Identifier: MIT
 *
 * Any bytes are what two nodes said of their records (cut at the first zero
 * byte), or are refused with a sentence; what is chosen of it is joined and
 * given out once.
 */
#include "imsbox/choose.h"
#include "imsbox/reading.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned read_node(struct entries *e, unsigned node, struct slice json)
{
    struct reading r = {.boot = 1};
    struct why why = {0};

    if (entries_read(e, node, json, &r, &why))
        assert(why.text[0]);
    return e->nodes[node].count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = slice_at(data, size), first = {0};
    struct entries e;
    struct choice c;
    unsigned read, given = 0;

    slice_cut(&rest, '\0', &first);
    entries_init(&e, 2);
    read = read_node(&e, 0, first);
    read += read_node(&e, 1, rest);
    entries_join(&e);
    choice_init(&c, NULL, "sip:alice@ims.example");
    choice_mark(&c, &e);
    choice_fini(&c);
    while (entries_next(&e, INT64_MAX))
        given++;
    assert(given <= read);
    entries_fini(&e);
    return 0;
}
