/* SPDX-License-Identifier: MIT
 *
 * Any bytes are a message or are refused with a result and a sentence; what a
 * Cx struct was read from is written, and read again to the same bytes.
 */
#include "ims/cx.h"
#include "ims/cx_codec.h"
#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST = 1024, MOST = 1 << 20 };

/* The members of what was read. */
static void encode(const struct cx_group *g, const void *xxr, struct buf *out)
{
    buf_init(out, MOST);
    cx_encode(out, g, xxr);
    assert(!out->full);
}

/* The head is the endpoint's to write: here it stays as it came. */
static void read_again(struct slice avps, const struct cx_group *g,
                       const struct buf *members)
{
    _Alignas(max_align_t) char again[LARGEST];
    struct diameter_fault f = {0};
    struct arena arena;
    struct buf whole, rewritten;
    struct avp_reader r = avp_reader(avps);
    struct avp a;

    buf_init(&whole, MOST);
    while (avp_next(&r, &a, &f) == AVP_IS)
        for (size_t i = 0; a.row && i < g->count; i++)
            if (g->fields[i].avp == a.row->id &&
                (g->fields[i].kind == CX_HEAD ||
                 g->fields[i].kind == CX_HEAD_TEXT))
                avp_put_whole(&whole, a.whole);
    buf_add(&whole, buf_slice(members));
    arena_init(&arena, 0, MOST);
    assert(cx_decode(buf_slice(&whole), g, &arena, again, &f));
    encode(g, again, &rewritten);
    assert(slice_eq(buf_slice(&rewritten), buf_slice(members)));
    buf_fini(&rewritten);
    buf_fini(&whole);
    arena_fini(&arena);
}

static void decode(struct slice avps, const struct cx_group *g)
{
    _Alignas(max_align_t) char xxr[LARGEST];
    struct diameter_fault f = {0};
    struct arena arena;
    struct buf out;

    assert(g->size <= LARGEST);
    arena_init(&arena, 0, MOST);
    if (cx_decode(avps, g, &arena, xxr, &f)) {
        encode(g, xxr, &out);
        read_again(avps, g, &out);
    } else {
        assert(f.result && f.text[0]);
        buf_init(&out, MOST);
        diameter_put_fault(&out, &f);
        assert(!out.full);
    }
    buf_fini(&out);
    arena_fini(&arena);
}

static void mask(struct slice bytes)
{
    char *copy = malloc(bytes.n + 1);

    memcpy(copy, bytes.p, bytes.n);
    diameter_mask(copy, bytes.n);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice bytes = slice_at(data, size);
    struct diameter_message m;
    struct diameter_fault f = {0};
    uint32_t vendor;
    char name[32];

    mask(bytes);
    if (!diameter_read(bytes, &m, &f)) {
        assert(f.result && f.text[0]);
        return 0;
    }
    (void)diameter_name(&m, name);
    (void)diameter_answer_result(&m, &vendor);
    for (uint32_t command = 300; command <= 305; command++) {
        decode(m.avps, cx_group_of(command, true));
        decode(m.avps, cx_group_of(command, false));
    }
    return 0;
}
