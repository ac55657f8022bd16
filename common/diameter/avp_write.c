/* SPDX-License-Identifier: MIT */
#include "diameter/avp.h"
#include "diameter/bytes.h"

static void put_padding(struct buf *out, size_t n)
{
    buf_add(out, slice_at("\0\0\0", (4 - n % 4) % 4));
}

static void put_header(struct buf *out, const struct avp_row *row,
                       bool mandatory, size_t value)
{
    size_t n = row->vendor ? 12 : 8;
    uint8_t header[12];

    set32(header, row->code);
    header[4] = (row->vendor ? AVP_FLAG_V : 0) | (mandatory ? AVP_FLAG_M : 0);
    set24(header + 5, (uint32_t)(n + value));
    set32(header + 8, row->vendor);
    buf_add(out, slice_at(header, n));
}

void avp_put(struct buf *out, enum avp_id id, struct slice value)
{
    const struct avp_row *row = avp_row(id);

    put_header(out, row, row->m == AVP_M_MUST, value.n);
    buf_add(out, value);
    put_padding(out, value.n);
}

void avp_put_u32(struct buf *out, enum avp_id id, uint32_t v)
{
    uint8_t b[4];

    set32(b, v);
    avp_put(out, id, slice_at(b, sizeof(b)));
}

void avp_put_addr(struct buf *out, enum avp_id id, const struct addr *a)
{
    size_t n = a->family == 6 ? 16 : 4;
    uint8_t b[18] = {0, a->family == 6 ? 2 : 1};

    memcpy(b + 2, a->ip, n);
    avp_put(out, id, slice_at(b, n + 2));
}

void avp_put_whole(struct buf *out, struct slice whole)
{
    buf_add(out, whole);
    put_padding(out, whole.n);
}

size_t avp_group(struct buf *out, enum avp_id id, bool mandatory)
{
    const struct avp_row *row = avp_row(id);
    size_t mark = out->n;

    put_header(out, row,
               row->m == AVP_M_MUST || (row->m == AVP_M_MAY && mandatory), 0);
    return mark;
}

/* What is inside is padded, so the group needs none. */
void avp_group_end(struct buf *out, size_t mark)
{
    if (!out->full)
        set24(out->p + mark + 5, (uint32_t)(out->n - mark));
}

void avp_put_received(struct buf *out, struct slice avps, enum avp_id id)
{
    struct avp_reader r = avp_reader(avps);
    struct diameter_fault f;
    enum avp_next next;
    struct avp a;

    while ((next = avp_next_header(&r, &a, &f)) == AVP_IS ||
           (next == AVP_BAD && f.failed.p))
        if (a.row == avp_row(id))
            avp_put_whole(out, a.whole);
}

static void mask(char *avps, size_t n, unsigned depth)
{
    struct avp_reader r = avp_reader(slice_at(avps, n));
    struct diameter_fault f;
    enum avp_next next;
    struct avp a;

    f.failed.p = NULL;
    while ((next = avp_next_header(&r, &a, &f)) == AVP_IS ||
           (next == AVP_BAD && f.failed.p)) {
        char *value = avps + (a.value.p - avps);

        if (!a.row)
            continue;
        if (a.row->secret ||
            (a.row->type == AVP_GROUPED && depth == AVP_DEPTH_MAX))
            memset(value, '*', a.value.n);
        else if (a.row->type == AVP_GROUPED)
            mask(value, a.value.n, depth + 1);
    }
    if (next == AVP_BAD)
        memset(avps + (r.rest.p - avps), '*', r.rest.n);
}

void avp_mask(char *avps, size_t n)
{
    mask(avps, n, 0);
}
