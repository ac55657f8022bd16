/* SPDX-License-Identifier: MIT */
#include "worlds/wire_cx.h"
#include "base/map.h"
#include "crypto/aka.h"
#include "diameter/base.h"
#include "ims/cx.h"
#include <stdio.h>

enum { PAGE = 1 << 20, CHANGE_US = 60 * SECOND };

struct number {
    struct map_node node;
    struct {
        uint64_t sqn;
        unsigned user;
    } is;
};

/* What the HSS answered last about a user, unless a later request may have
 * changed it. */
struct known {
    uint64_t turn; /* of the last SAR or MAR that was sent */
    bool is_known;
    bool registered;
    char server[64];
    int64_t changed_us; /* by the operator, who takes a while */
};

struct wire_cx {
    struct core *core;
    struct map numbers;
    struct known users[PLAN_PHONES];
};

struct wire_cx *wire_cx_new(struct core *c)
{
    struct wire_cx *w = mem_zalloc(sizeof *w);

    w->core = c;
    map_init(&w->numbers, c->plan->seed, 0);
    return w;
}

void wire_cx_free(struct wire_cx *w)
{
    MAP_EACH (it, &w->numbers) {
        map_remove(&w->numbers, it);
        free(container_of(it, struct number, node));
    }
    map_fini(&w->numbers);
    free(w);
}

/* A heap's own part of a piece is 16 bytes at most. */
size_t wire_cx_bytes(const struct wire_cx *w)
{
    return w->numbers.count * (sizeof(struct number) + 16) +
           w->numbers.room * sizeof *w->numbers.buckets;
}

/* user7@red.example */
static bool user_of(const struct diameter_message *m, unsigned *out)
{
    struct slice name = avp_text(m->avps, AVP_USER_NAME), digits;
    uint64_t n;

    if (!slice_starts(name, S("user")))
        return false;
    name = slice_from(name, 4);
    slice_cut(&name, '@', &digits);
    if (!slice_u64(digits, PLAN_PHONES - 1, &n))
        return false;
    *out = (unsigned)n;
    return true;
}

/* ---- sequence numbers ----------------------------------------------------
 */

static void note_number(struct wire_cx *w, unsigned user, struct slice vector)
{
    const uint8_t *rand = (const uint8_t *)vector.p, *autn = rand + AKA_RAND;
    struct milenage_out out;
    struct milenage_key key;
    uint8_t bytes[6];
    struct number *n;

    plan_key(user, key.k, key.opc);
    milenage_f2345(&key, rand, &out);
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = autn[i] ^ out.ak[i];
    n = mem_zalloc(sizeof *n);
    n->is.sqn = sqn_from_bytes(bytes);
    n->is.user = user;
    if (map_find(&w->numbers, slice_at(&n->is, sizeof n->is)))
        core_break(w->core, CHECK_SQN, "number %llu of user%u comes twice",
                   (unsigned long long)n->is.sqn, user);
    map_add(&w->numbers, &n->node, slice_at(&n->is, sizeof n->is));
}

static void look_at_vectors(struct wire_cx *w, const struct diameter_message *m)
{
    struct avp_reader r = avp_reader(m->avps);
    struct diameter_fault fault;
    unsigned user;
    struct avp a;

    if (!user_of(m, &user))
        return;
    while (avp_next(&r, &a, &fault) == AVP_IS)
        if (a.row && a.row->id == AVP_SIP_AUTH_DATA_ITEM) {
            struct slice v = avp_text(a.value, AVP_SIP_AUTHENTICATE);

            if (v.n == AKA_RAND + AKA_AUTN)
                note_number(w, user, v);
        }
}

/* ---- registrations -------------------------------------------------------
 */

void wire_cx_request(struct wire_cx *w, const struct diameter_message *m,
                     struct wire_sar *sar)
{
    struct slice server = avp_text(m->avps, AVP_SERVER_NAME);
    struct avp type;

    if ((m->h.command != DIAMETER_SERVER_ASSIGNMENT &&
         m->h.command != DIAMETER_MULTIMEDIA_AUTH) ||
        !user_of(m, &sar->user))
        return;
    w->users[sar->user].is_known = false;
    sar->turn = ++w->users[sar->user].turn;
    if (avp_find(m->avps, AVP_SERVER_ASSIGNMENT_TYPE, &type))
        sar->type = avp_u32(&type);
    snprintf(sar->server, sizeof sar->server, "%.*s", SLICE_ARG(server));
}

static void note_assignment(struct wire_cx *w, const struct wire_sar *sar)
{
    struct known *k = &w->users[sar->user];

    switch (sar->type) {
    case CX_ASSIGN_REGISTRATION:
    case CX_RE_REGISTRATION: k->registered = true; break;
    case CX_TIMEOUT_DEREGISTRATION:
    case CX_USER_DEREGISTRATION: k->registered = false; break;
    default: return;
    }
    if (k->changed_us &&
        sim_clock(w->core->sim)->mono_us < k->changed_us + CHANGE_US)
        return;
    k->is_known = true;
    memcpy(k->server, sar->server, sizeof k->server);
}

void wire_cx_answer(struct wire_cx *w, const struct diameter_message *m,
                    const struct wire_sar *sar)
{
    uint32_t vendor;

    if (m->h.command == DIAMETER_MULTIMEDIA_AUTH)
        look_at_vectors(w, m);
    else if (m->h.command == DIAMETER_SERVER_ASSIGNMENT && sar->turn &&
             sar->turn == w->users[sar->user].turn &&
             diameter_answer_result(m, &vendor) == CX_SUCCESS)
        note_assignment(w, sar);
}

void wire_cx_change(struct wire_cx *w, unsigned subscriber)
{
    struct known *k = &w->users[subscriber];

    k->is_known = false;
    k->turn++;
    k->changed_us = sim_clock(w->core->sim)->mono_us;
}

static void check_user(struct wire_cx *w, struct core_node *hss, unsigned user)
{
    const struct known *k = &w->users[user];
    char path[96], server[96];
    struct buf body;
    bool is_registered, is_there;

    snprintf(path, sizeof path, "/api/v1/subscribers/user%u@%s/registration",
             user, plan_domain(w->core->plan->phones[user].network));
    snprintf(server, sizeof server, "\"scscf\":\"%s\"", k->server);
    buf_init(&body, PAGE);
    is_there = core_get(hss, path, &body);
    is_registered =
        slice_find(buf_slice(&body), S("\"state\":\"registered\"")) >= 0;
    if (!is_there || is_registered != k->registered ||
        (is_registered && slice_find(buf_slice(&body), slice_of(server)) < 0))
        core_break(w->core, CHECK_DURABLE,
                   "%s answered that user%u is %s at %s, and forgot it: %.*s",
                   hss->self->name, user,
                   k->registered ? "registered" : "no longer registered",
                   k->server, SLICE_ARG(slice_first(buf_slice(&body), 200)));
    buf_fini(&body);
}

void wire_cx_check_durable(struct wire_cx *w, struct core_node *hss)
{
    const struct plan *p = w->core->plan;

    for (unsigned i = 0; i < p->phone_count; i++)
        if (w->users[i].is_known && p->phones[i].subscriber == i &&
            &w->core->nodes[core_hss(w->core, p->phones[i].network)] == hss)
            check_user(w, hss, i);
}
