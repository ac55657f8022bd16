/* SPDX-License-Identifier: MIT */
#include "ims/cx_codec.h"
#include "ims/cx.h"
#include <assert.h>

enum { MOST_FIELDS = 32 };

/* What CX_TEXTS, CX_NUMBERS and CX_GROUPS have in common. */
struct list_of {
    const void *v;
    size_t count;
};

static const void *at(const void *from, const struct cx_field *f)
{
    return (const char *)from + f->offset;
}

static struct list_of list_at(const void *from, const struct cx_field *f)
{
    struct list_of list;

    memcpy(&list, at(from, f), sizeof(list));
    return list;
}

/* ---- writing ---------------------------------------------------------------
 */

static void encode_text(struct buf *out, const struct cx_field *f,
                        const struct slice *text)
{
    assert(text->p || f->min == 0);
    if (text->p)
        avp_put(out, f->avp, *text);
}

static void encode_number(struct buf *out, const struct cx_field *f,
                          uint32_t value)
{
    if (value || f->min > 0)
        avp_put_u32(out, f->avp, value);
}

static void encode_group(struct buf *out, const struct cx_field *f,
                         const void *from)
{
    const struct cx_group *g = f->group;
    bool mandatory = g->m_offset && *((const bool *)from + g->m_offset);
    size_t mark = avp_group(out, f->avp, mandatory);

    cx_encode(out, g, from);
    avp_group_end(out, mark);
}

static void encode_list(struct buf *out, const struct cx_field *f,
                        struct list_of list)
{
    assert(list.count >= f->min);
    for (size_t i = 0; i < list.count; i++) {
        if (f->kind == CX_TEXTS)
            avp_put(out, f->avp, ((const struct slice *)list.v)[i]);
        else if (f->kind == CX_NUMBERS)
            avp_put_u32(out, f->avp, ((const uint32_t *)list.v)[i]);
        else
            encode_group(out, f, (const char *)list.v + i * f->group->size);
    }
}

static void encode_field(struct buf *out, const struct cx_field *f,
                         const void *from)
{
    const void *member = at(from, f);
    uint32_t number;
    const void *group;

    switch (f->kind) {
    case CX_HEAD:
    case CX_HEAD_TEXT: break;
    case CX_TEXT: encode_text(out, f, member); break;
    case CX_NUMBER:
        memcpy(&number, member, sizeof(number));
        encode_number(out, f, number);
        break;
    case CX_FLAG: encode_number(out, f, *(const bool *)member); break;
    case CX_PRESENT:
        if (*(const bool *)member)
            avp_put_u32(out, f->avp, 0);
        break;
    case CX_TEXTS:
    case CX_NUMBERS:
    case CX_GROUPS: encode_list(out, f, list_at(from, f)); break;
    case CX_GROUP:
        memcpy(&group, member, sizeof(group));
        assert(group || f->min == 0);
        if (group)
            encode_group(out, f, group);
        break;
    }
}

void cx_encode(struct buf *out, const struct cx_group *g, const void *from)
{
    for (size_t i = 0; i < g->count; i++)
        encode_field(out, &g->fields[i], from);
}

/* ---- reading ---------------------------------------------------------------
 */

struct decoding {
    struct arena *arena;
    struct diameter_fault *fault;
};

static bool decode_group(struct decoding *d, struct slice avps,
                         const struct cx_group *g, void *to);

static bool too_large(struct decoding *d)
{
    return fault_set(d->fault, DIAMETER_UNABLE_TO_COMPLY,
                     "larger than a message may be here");
}

static bool decode_number(struct decoding *d, const struct cx_field *f,
                          const struct avp *a, uint32_t *to)
{
    uint32_t value = avp_u32(a);

    if (f->most && value > f->most) {
        fault_set(d->fault, DIAMETER_INVALID_AVP_VALUE, "%s cannot be %u",
                  a->row->name, value);
        d->fault->failed = a->whole;
        return false;
    }
    *to = value;
    return true;
}

/* A fault inside is told with the groups around it (RFC 6733 7.5). */
static bool decode_inside(struct decoding *d, const struct cx_field *f,
                          const struct avp *a, void *to)
{
    struct diameter_fault *fault = d->fault;

    if (decode_group(d, a->value, f->group, to)) {
        if (f->group->m_offset)
            *((bool *)to + f->group->m_offset) = a->flags & AVP_FLAG_M;
        return true;
    }
    if (fault->depth < AVP_DEPTH_MAX)
        fault->inside[fault->depth++] = a->row;
    return false;
}

static size_t count_of(struct slice avps, enum avp_id id)
{
    struct avp_reader r = avp_reader(avps);
    size_t n = 0;
    struct avp a;

    while (avp_next_of(&r, id, &a))
        n++;
    return n;
}

static size_t size_of(const struct cx_field *f)
{
    return f->kind == CX_TEXTS     ? sizeof(struct slice)
           : f->kind == CX_NUMBERS ? sizeof(uint32_t)
                                   : f->group->size;
}

static bool decode_element(struct decoding *d, const struct cx_field *f,
                           const struct avp *a, void *to)
{
    if (f->kind == CX_TEXTS)
        *(struct slice *)to = a->value;
    else if (f->kind == CX_NUMBERS)
        *(uint32_t *)to = avp_u32(a);
    else
        return decode_inside(d, f, a, to);
    return true;
}

static bool decode_list(struct decoding *d, struct slice avps,
                        const struct cx_field *f, void *to)
{
    size_t n = count_of(avps, f->avp), size = size_of(f);
    struct avp_reader r = avp_reader(avps);
    struct list_of list = {.count = n};
    struct avp a;
    char *next;

    if (n == 0)
        return true;
    list.v = next = arena_zalloc(d->arena, n * size);
    if (!next)
        return too_large(d);
    while (avp_next_of(&r, f->avp, &a)) {
        if (!decode_element(d, f, &a, next))
            return false;
        next += size;
    }
    memcpy(to, &list, sizeof(list));
    return true;
}

static bool decode_single(struct decoding *d, const struct cx_field *f,
                          const struct avp *a, void *to)
{
    void *group;

    switch (f->kind) {
    case CX_HEAD_TEXT:
    case CX_TEXT: *(struct slice *)to = a->value; break;
    case CX_NUMBER: return decode_number(d, f, a, to);
    case CX_FLAG: *(bool *)to = avp_u32(a) != 0; break;
    case CX_PRESENT: *(bool *)to = true; break;
    case CX_GROUP:
        group = arena_zalloc(d->arena, f->group->size);
        if (!group)
            return too_large(d);
        memcpy(to, &group, sizeof(group));
        return decode_inside(d, f, a, group);
    case CX_HEAD:
    case CX_TEXTS:
    case CX_NUMBERS:
    case CX_GROUPS: break;
    }
    return true;
}

static bool decode_field(struct decoding *d, struct slice avps,
                         const struct cx_field *f, void *to)
{
    bool is_list =
        f->kind == CX_TEXTS || f->kind == CX_NUMBERS || f->kind == CX_GROUPS;
    struct avp a;

    if (is_list)
        return decode_list(d, avps, f, (char *)to + f->offset);
    if (f->kind == CX_HEAD || !avp_find(avps, f->avp, &a))
        return true;
    return decode_single(d, f, &a, (char *)to + f->offset);
}

static bool decode_group(struct decoding *d, struct slice avps,
                         const struct cx_group *g, void *to)
{
    struct avp_rule rules[MOST_FIELDS];

    assert(g->count <= MOST_FIELDS);
    for (size_t i = 0; i < g->count; i++)
        rules[i] = (struct avp_rule){g->fields[i].avp, g->fields[i].min,
                                     g->fields[i].max};
    if (!diameter_check(avps, rules, g->count, d->fault))
        return false;
    for (size_t i = 0; i < g->count; i++)
        if (!decode_field(d, avps, &g->fields[i], to))
            return false;
    return true;
}

bool cx_decode(struct slice avps, const struct cx_group *g, struct arena *arena,
               void *to, struct diameter_fault *f)
{
    struct decoding d = {arena, f};

    memset(to, 0, g->size);
    return decode_group(&d, avps, g, to);
}
