/* SPDX-License-Identifier: MIT
 *
 * Packed subscriptions. The first byte tells the layout; a database has only
 * those that this program or an older one wrote.
 */
#include "hss/store_sqlite_record.h"
#include "crypto/encode.h"
#include "hss/store_sqlite_numbers.h"
#include "hss/store_sqlite_pack.h"
#include <stdlib.h>

enum { LAYOUT = 1 };
enum { HAS_KEY = 1, HAS_OP = 2 };
enum { BARRED = 1, INACTIVE = 2, HAS_MORE = 4 };

/* ---- places ------------------------------------------------------------- */

static size_t place_of(const uint16_t *numbers, size_t n,
                       const struct record *r, int64_t id)
{
    for (size_t i = 0; i < n && record_sub(id) == r->s.id; i++) {
        if (numbers[i] == (uint16_t)id)
            return i;
    }
    return SIZE_MAX;
}

size_t record_private_at(const struct record *r, int64_t id)
{
    return place_of(r->private_n, r->s.nprivates, r, id);
}

size_t record_set_at(const struct record *r, int64_t id)
{
    return place_of(r->set_n, r->s.nsets, r, id);
}

static bool has_index(const uint16_t *p, size_t n, size_t at)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] == at)
            return true;
    }
    return false;
}

bool record_set_uses(const struct subscriber_set *set, size_t private_at)
{
    return set->nprivates == 0 ||
           has_index(set->privates, set->nprivates, private_at);
}

bool record_set_registered(const struct subscriber_set *set, size_t private_at)
{
    return has_index(set->registered, set->nregistered, private_at);
}

unsigned record_registered(const struct record *r)
{
    unsigned n = 0;

    for (size_t i = 0; i < r->s.nsets; i++)
        n += r->sets[i].state == REGISTERED && r->sets[i].scscf.n;
    return n;
}

bool record_is_served(const struct record *r)
{
    for (size_t i = 0; i < r->s.nsets; i++) {
        if (r->sets[i].scscf.n)
            return true;
    }
    return false;
}

/* ---- making ------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static int by_text(const void *a, const void *b)
{
    const struct slice *x = a, *y = b;
    int d = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);

    return d ? d : (x->n > y->n) - (x->n < y->n);
}

/* Sorted, each once; NULL at the arena's limit. */
static void *sorted(struct unpack *u, const void *from, size_t *n, size_t size,
                    int (*order)(const void *, const void *))
{
    char *p = unpack_alloc(u, *n, size);
    size_t kept = 0;

    if (!p)
        return NULL;
    memcpy(p, from, *n * size);
    qsort(p, *n, size, order);
    for (size_t i = 0; i < *n; i++) {
        if (kept && order(p + (kept - 1) * size, p + i * size) == 0)
            continue;
        memmove(p + kept++ * size, p + i * size, size);
    }
    *n = kept;
    return p;
}

static void number(uint16_t *numbers, size_t n)
{
    for (size_t i = 0; i < n; i++)
        numbers[i] = (uint16_t)(i + 1);
}

/* Room for what hangs on private identities and sets. */
static void take_tables(struct unpack *u, struct record *r)
{
    r->privates = unpack_alloc(u, r->s.nprivates, sizeof(*r->privates));
    r->sets = unpack_alloc(u, r->s.nsets, sizeof(*r->sets));
    r->private_n = unpack_alloc(u, r->s.nprivates, sizeof(*r->private_n));
    r->set_n = unpack_alloc(u, r->s.nsets, sizeof(*r->set_n));
    r->restorations = unpack_alloc(u, r->s.nsets, sizeof(*r->restorations));
    r->s.privates = r->privates;
    r->s.sets = r->sets;
}

/* Every private identity is told by none. */
static bool names_all(const struct subscriber_set *set, size_t nprivates)
{
    for (size_t i = 0; i < nprivates; i++) {
        if (!has_index(set->privates, set->nprivates, i))
            return false;
    }
    return true;
}

static void make_set(struct subscriber_set *out, const struct subscriber *s,
                     const struct subscriber_set *from)
{
    *out = (struct subscriber_set){.publics = from->publics,
                                   .npublics = from->npublics};
    if (names_all(from, s->nprivates))
        return;
    out->privates = from->privates;
    out->nprivates = from->nprivates;
}

enum ims_err record_make(struct arena *a, const struct subscriber *s,
                         struct record *out, struct why *why)
{
    struct record r = {.s = *s};
    struct unpack u = {.a = a};

    take_tables(&u, &r);
    r.s.mandatory = sorted(&u, s->mandatory, &r.s.nmandatory,
                           sizeof(*s->mandatory), by_number);
    r.s.optional = sorted(&u, s->optional, &r.s.noptional, sizeof(*s->optional),
                          by_number);
    r.s.visited =
        sorted(&u, s->visited, &r.s.nvisited, sizeof(*s->visited), by_text);
    if (unpack_end(&u, why))
        return why->err;
    for (size_t i = 0; i < s->nprivates; i++) {
        r.privates[i] = s->privates[i];
        if (r.privates[i].sqn == SUBSCRIBER_SQN_KEEP)
            r.privates[i].sqn = 0;
    }
    for (size_t i = 0; i < s->nsets; i++)
        make_set(&r.sets[i], s, &s->sets[i]);
    number(r.private_n, s->nprivates);
    number(r.set_n, s->nsets);
    *out = r;
    return IMS_OK;
}

/* ---- what is provisioned ------------------------------------------------ */

static void pack_ha1(struct buf *out, const struct subscriber_ha1 *h)
{
    uint8_t bytes[HASH_MAX];
    size_t n = h->hex.n / 2;

    if (n > sizeof(bytes) || !slice_unhex(h->hex, bytes, n))
        n = 0;
    pack_number(out, algorithm_number(h->algorithm));
    pack_text(out, h->realm);
    pack_text(out, slice_at(bytes, n));
    secret_wipe(bytes, sizeof(bytes));
}

static void pack_private(struct buf *out, const struct subscriber_private *p,
                         uint16_t number)
{
    pack_number(out, number);
    pack_text(out, p->impi);
    pack_number(out, algorithm_number(p->algorithm));
    pack_number(out, (p->has_key ? HAS_KEY : 0U) | (p->has_op ? HAS_OP : 0U));
    if (p->has_key) {
        buf_add(out, slice_at(p->key.k, sizeof(p->key.k)));
        buf_add(out, slice_at(p->key.opc, sizeof(p->key.opc)));
        buf_add(out, slice_at(p->amf, sizeof(p->amf)));
    }
    if (p->has_op)
        buf_add(out, slice_at(p->op, sizeof(p->op)));
    pack_number(out, p->nha1s);
    for (size_t i = 0; i < p->nha1s; i++)
        pack_ha1(out, &p->ha1s[i]);
}

static void pack_public(struct buf *out, const struct subscriber_public *p)
{
    bool more = p->alias_group.n || p->psi_server.n || p->display_name.n;

    pack_text(out, p->impu);
    pack_number(out, p->type);
    pack_number(out, (p->barred ? BARRED : 0U) |
                         (p->psi_inactive ? INACTIVE : 0U) |
                         (more ? HAS_MORE : 0U));
    pack_text(out, p->profile);
    if (!more)
        return;
    pack_text(out, p->display_name);
    pack_text(out, p->alias_group);
    pack_text(out, p->psi_server);
}

static void pack_set(struct buf *out, const struct subscriber_set *s,
                     uint16_t number)
{
    pack_number(out, number);
    pack_number(out, s->nprivates);
    for (size_t i = 0; i < s->nprivates; i++)
        pack_number(out, s->privates[i]);
    pack_number(out, s->npublics);
    for (size_t i = 0; i < s->npublics; i++)
        pack_public(out, &s->publics[i]);
}

static void pack_numbers(struct buf *out, const uint32_t *v, size_t n)
{
    pack_number(out, n);
    for (size_t i = 0; i < n; i++)
        pack_number(out, v[i]);
}

void record_pack(struct buf *out, const struct record *r)
{
    const struct subscriber *s = &r->s;

    pack_number(out, LAYOUT);
    pack_text(out, s->charging);
    pack_numbers(out, s->mandatory, s->nmandatory);
    pack_numbers(out, s->optional, s->noptional);
    pack_number(out, s->nvisited);
    for (size_t i = 0; i < s->nvisited; i++)
        pack_text(out, s->visited[i]);
    pack_number(out, s->nprivates);
    for (size_t i = 0; i < s->nprivates; i++)
        pack_private(out, &s->privates[i], r->private_n[i]);
    pack_number(out, s->nsets);
    for (size_t i = 0; i < s->nsets; i++)
        pack_set(out, &s->sets[i], r->set_n[i]);
}

static void parse_ha1(struct unpack *u, struct subscriber_ha1 *h)
{
    struct slice bytes;
    char *hex;

    h->algorithm = algorithm_of_number((unsigned)unpack_number(u));
    h->realm = unpack_text(u);
    bytes = unpack_text(u);
    hex = unpack_alloc(u, 2 * bytes.n, 1);
    if (!hex)
        return;
    hex_encode(bytes.p, bytes.n, hex);
    h->hex = slice_at(hex, 2 * bytes.n);
}

static void parse_key(struct unpack *u, struct subscriber_private *p)
{
    struct slice k = unpack_bytes(u, sizeof(p->key.k));
    struct slice opc = unpack_bytes(u, sizeof(p->key.opc));
    struct slice amf = unpack_bytes(u, sizeof(p->amf));

    if (u->bad)
        return;
    memcpy(p->key.k, k.p, k.n);
    memcpy(p->key.opc, opc.p, opc.n);
    memcpy(p->amf, amf.p, amf.n);
}

static void parse_op(struct unpack *u, struct subscriber_private *p)
{
    struct slice op = unpack_bytes(u, sizeof(p->op));

    if (!u->bad)
        memcpy(p->op, op.p, op.n);
}

static void parse_private(struct unpack *u, struct subscriber_private *p,
                          uint16_t *number)
{
    struct subscriber_ha1 *h;
    unsigned flags;

    *number = (uint16_t)unpack_number(u);
    p->impi = unpack_text(u);
    p->algorithm = algorithm_of_number((unsigned)unpack_number(u));
    flags = (unsigned)unpack_number(u);
    p->has_key = flags & HAS_KEY;
    p->has_op = flags & HAS_OP;
    if (p->has_key)
        parse_key(u, p);
    if (p->has_op)
        parse_op(u, p);
    p->nha1s = unpack_count(u, SUBSCRIBER_MAX_HA1);
    p->ha1s = h = unpack_alloc(u, p->nha1s, sizeof(*h));
    for (size_t i = 0; h && i < p->nha1s; i++)
        parse_ha1(u, &h[i]);
}

static void parse_public(struct unpack *u, struct subscriber_public *p)
{
    unsigned flags;

    p->impu = unpack_text(u);
    p->type = (enum profile_identity_type)unpack_number(u);
    flags = (unsigned)unpack_number(u);
    p->barred = flags & BARRED;
    p->psi_inactive = flags & INACTIVE;
    p->profile = unpack_text(u);
    p->display_name = p->alias_group = p->psi_server = S("");
    if (!(flags & HAS_MORE))
        return;
    p->display_name = unpack_text(u);
    p->alias_group = unpack_text(u);
    p->psi_server = unpack_text(u);
}

static uint16_t *parse_places(struct unpack *u, size_t n, size_t most)
{
    uint16_t *p = unpack_alloc(u, n, sizeof(*p));

    for (size_t i = 0; p && i < n; i++) {
        p[i] = (uint16_t)unpack_number(u);
        u->bad = u->bad || p[i] >= most;
    }
    return p;
}

static void parse_set(struct unpack *u, struct subscriber_set *s,
                      size_t nprivates, uint16_t *number)
{
    struct subscriber_public *p;

    *number = (uint16_t)unpack_number(u);
    s->nprivates = unpack_count(u, nprivates);
    s->privates = parse_places(u, s->nprivates, nprivates);
    s->npublics = unpack_count(u, SUBSCRIBER_MAX_PUBLICS);
    s->publics = p = unpack_alloc(u, s->npublics, sizeof(*p));
    for (size_t i = 0; p && i < s->npublics; i++)
        parse_public(u, &p[i]);
    s->scscf = S("");
}

static uint32_t *parse_numbers(struct unpack *u, size_t *n)
{
    uint32_t *v;

    *n = unpack_count(u, SUBSCRIBER_MAX_CAPABILITIES);
    v = unpack_alloc(u, *n, sizeof(*v));
    for (size_t i = 0; v && i < *n; i++)
        v[i] = (uint32_t)unpack_number(u);
    return v;
}

static void parse_visited(struct unpack *u, struct subscriber *s)
{
    struct slice *v;

    s->nvisited = unpack_count(u, SUBSCRIBER_MAX_VISITED);
    s->visited = v = unpack_alloc(u, s->nvisited, sizeof(*v));
    for (size_t i = 0; v && i < s->nvisited; i++)
        v[i] = unpack_text(u);
}

/* The tables are taken once both counts are known: sets stand behind. */
static void parse_privates(struct unpack *u, struct record *r)
{
    r->s.nprivates = unpack_count(u, SUBSCRIBER_MAX_PRIVATES);
    r->privates = unpack_alloc(u, r->s.nprivates, sizeof(*r->privates));
    r->private_n = unpack_alloc(u, r->s.nprivates, sizeof(*r->private_n));
    r->s.privates = r->privates;
    for (size_t i = 0; !u->bad && i < r->s.nprivates; i++)
        parse_private(u, &r->privates[i], &r->private_n[i]);
}

static void parse_sets(struct unpack *u, struct record *r)
{
    r->s.nsets = unpack_count(u, SUBSCRIBER_MAX_SETS);
    r->sets = unpack_alloc(u, r->s.nsets, sizeof(*r->sets));
    r->set_n = unpack_alloc(u, r->s.nsets, sizeof(*r->set_n));
    r->restorations = unpack_alloc(u, r->s.nsets, sizeof(*r->restorations));
    r->s.sets = r->sets;
    for (size_t i = 0; !u->bad && i < r->s.nsets; i++)
        parse_set(u, &r->sets[i], r->s.nprivates, &r->set_n[i]);
}

enum ims_err record_parse(struct arena *a, struct slice bytes,
                          struct record *out, struct why *why)
{
    struct unpack u = unpack_of(a, bytes);
    struct record r = {0};
    enum ims_err err;

    u.bad = unpack_number(&u) != LAYOUT;
    r.s.charging = unpack_text(&u);
    r.s.mandatory = parse_numbers(&u, &r.s.nmandatory);
    r.s.optional = parse_numbers(&u, &r.s.noptional);
    parse_visited(&u, &r.s);
    parse_privates(&u, &r);
    parse_sets(&u, &r);
    err = unpack_end(&u, why);
    if (!err)
        *out = r;
    return err;
}
