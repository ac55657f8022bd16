/* SPDX-License-Identifier: MIT
 *
 * Packed registrations and sequence numbers. What is named here by a number
 * has its name in the subscription's other row.
 */
#include "hss/store_sqlite_pack.h"
#include "hss/store_sqlite_record.h"

enum { LAYOUT = 1, CONTACTS_MAX = 65535 };

/* ---- what is live ------------------------------------------------------- */

static void pack_contact(struct buf *out, const struct cx_restoration *c)
{
    const struct cx_subscription *s = c->subscription;

    pack_text(out, c->path);
    pack_text(out, c->contact);
    pack_number(out, c->initial_cseq);
    pack_text(out, c->call_id);
    pack_number(out, s != NULL);
    if (!s)
        return;
    pack_text(out, s->call_id);
    pack_text(out, s->from);
    pack_text(out, s->to);
    pack_text(out, s->record_route);
    pack_text(out, s->contact);
}

/* Of a private identity by its place: its name stands in the other row. */
static size_t place_of_name(const struct record *r, struct slice impi)
{
    size_t i = 0;

    while (i < r->s.nprivates && !slice_eq(r->privates[i].impi, impi))
        i++;
    return i;
}

static void pack_restorations(struct buf *out, const struct record *r,
                              const struct cx_scscf_restorations *all)
{
    pack_number(out, all->count);
    for (size_t i = 0; i < all->count; i++) {
        const struct cx_scscf_restoration *g = &all->v[i];

        pack_number(out, r->private_n[place_of_name(r, g->impi)]);
        pack_text(out, g->scheme);
        pack_number(out, g->count);
        for (size_t k = 0; k < g->count; k++)
            pack_contact(out, &g->v[k]);
    }
}

static bool set_is_live(const struct record *r, size_t i)
{
    const struct subscriber_set *s = &r->sets[i];

    return s->state != NOT_REGISTERED || s->scscf.n || s->nregistered ||
           r->restorations[i].count;
}

static void pack_live_set(struct buf *out, const struct record *r, size_t i)
{
    const struct subscriber_set *s = &r->sets[i];

    pack_number(out, r->set_n[i]);
    pack_number(out, s->state);
    pack_text(out, s->scscf);
    pack_number(out, s->nregistered);
    for (size_t k = 0; k < s->nregistered; k++)
        pack_number(out, r->private_n[s->registered[k]]);
    pack_restorations(out, r, &r->restorations[i]);
}

void record_pack_live(struct buf *out, const struct record *r)
{
    size_t numbers = 0, sets = 0;

    for (size_t i = 0; i < r->s.nprivates; i++)
        numbers += r->privates[i].sqn != 0;
    for (size_t i = 0; i < r->s.nsets; i++)
        sets += set_is_live(r, i);
    if (numbers + sets == 0)
        return;
    pack_number(out, LAYOUT);
    pack_number(out, numbers);
    for (size_t i = 0; i < r->s.nprivates; i++) {
        if (!r->privates[i].sqn)
            continue;
        pack_number(out, r->private_n[i]);
        pack_number(out, r->privates[i].sqn);
    }
    pack_number(out, sets);
    for (size_t i = 0; i < r->s.nsets; i++) {
        if (set_is_live(r, i))
            pack_live_set(out, r, i);
    }
}

static struct slice text_or_absent(struct slice s)
{
    return s.n ? s : (struct slice){0};
}

static const struct cx_subscription *parse_subscription(struct unpack *u)
{
    struct cx_subscription *s =
        unpack_number(u) ? unpack_alloc(u, 1, sizeof(*s)) : NULL;

    if (!s)
        return NULL;
    s->call_id = unpack_text(u);
    s->from = unpack_text(u);
    s->to = unpack_text(u);
    s->record_route = unpack_text(u);
    s->contact = unpack_text(u);
    return s;
}

/* The place of a number that is read; bad when nobody has it. */
static size_t parse_place(struct unpack *u, const uint16_t *numbers, size_t n)
{
    uint64_t number = unpack_number(u);
    size_t i = 0;

    while (i < n && numbers[i] != number)
        i++;
    u->bad = u->bad || i == n;
    return u->bad ? 0 : i;
}

static void parse_group(struct unpack *u, const struct record *r,
                        struct cx_scscf_restoration *g)
{
    size_t at = parse_place(u, r->private_n, r->s.nprivates);
    struct cx_restoration *v;

    if (u->bad)
        return;
    g->impi = r->privates[at].impi;
    g->scheme = text_or_absent(unpack_text(u));
    g->count = unpack_count(u, CONTACTS_MAX);
    g->v = v = unpack_alloc(u, g->count, sizeof(*v));
    for (size_t i = 0; v && i < g->count; i++) {
        v[i].path = unpack_text(u);
        v[i].contact = unpack_text(u);
        v[i].initial_cseq = (uint32_t)unpack_number(u);
        v[i].call_id = text_or_absent(unpack_text(u));
        v[i].subscription = parse_subscription(u);
    }
}

static void parse_live_set(struct unpack *u, struct record *r)
{
    size_t at = parse_place(u, r->set_n, r->s.nsets), n;
    struct subscriber_set *s = u->bad ? NULL : &r->sets[at];
    struct cx_scscf_restoration *groups;
    uint16_t *on;

    if (!s)
        return;
    s->state = (enum registration_state)unpack_number(u);
    s->scscf = unpack_text(u);
    n = unpack_count(u, r->s.nprivates);
    s->registered = on = unpack_alloc(u, n, sizeof(*on));
    s->nregistered = on ? n : 0;
    for (size_t i = 0; on && i < n; i++)
        on[i] = (uint16_t)parse_place(u, r->private_n, r->s.nprivates);
    n = unpack_count(u, r->s.nprivates);
    groups = unpack_alloc(u, n, sizeof(*groups));
    for (size_t i = 0; groups && i < n; i++)
        parse_group(u, r, &groups[i]);
    r->restorations[at] =
        (struct cx_scscf_restorations){groups, groups ? n : 0};
}

static void clear_live(struct record *r)
{
    for (size_t i = 0; i < r->s.nprivates; i++)
        r->privates[i].sqn = 0;
    for (size_t i = 0; i < r->s.nsets; i++) {
        r->sets[i].state = NOT_REGISTERED;
        r->sets[i].scscf = S("");
        r->sets[i].registered = NULL;
        r->sets[i].nregistered = 0;
        r->restorations[i] = (struct cx_scscf_restorations){0};
    }
}

enum ims_err record_parse_live(struct arena *a, struct slice bytes,
                               struct record *r, struct why *why)
{
    struct unpack u = unpack_of(a, bytes);
    enum ims_err err;
    size_t n;

    clear_live(r);
    if (!bytes.n)
        return IMS_OK;
    u.bad = unpack_number(&u) != LAYOUT;
    n = unpack_count(&u, SUBSCRIBER_MAX_PRIVATES);
    for (size_t i = 0; i < n && !u.bad; i++) {
        size_t at = parse_place(&u, r->private_n, r->s.nprivates);
        uint64_t sqn = unpack_number(&u);

        if (!u.bad)
            r->privates[at].sqn = sqn;
    }
    n = unpack_count(&u, SUBSCRIBER_MAX_SETS);
    for (size_t i = 0; i < n && !u.bad; i++)
        parse_live_set(&u, r);
    err = unpack_end(&u, why);
    if (err)
        clear_live(r);
    return err;
}
