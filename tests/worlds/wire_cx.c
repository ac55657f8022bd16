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
    const char *state; /* NULL: neither registered nor served */
    char server[64];
    int64_t changed_us; /* by the operator, who takes a while */
    struct {
        uint64_t turn; /* of the last that the operator sent */
        bool is_known;
        char text[32];
    } name;
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

/* user7@red.example; sip:user7@red.example, tel:+15550007: a SAR for who is
 * not registered has no private identity. */
static bool user_of(const struct diameter_message *m, unsigned *out)
{
    struct slice name = avp_text(m->avps, AVP_USER_NAME), digits;
    uint64_t n;

    if (!name.n)
        name = avp_text(m->avps, AVP_PUBLIC_IDENTITY);
    if (slice_starts(name, S("sip:")))
        name = slice_from(name, 4);
    if (slice_starts(name, S("user")))
        name = slice_from(name, 4);
    else if (slice_starts(name, S("tel:+1555")))
        name = slice_from(name, 9);
    else
        return false;
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
    case CX_RE_REGISTRATION: k->state = "registered"; break;
    case CX_UNREGISTERED_USER: k->state = "unregistered"; break;
    case CX_TIMEOUT_DEREGISTRATION:
    case CX_USER_DEREGISTRATION:
    case CX_ADMINISTRATIVE_DEREGISTRATION:
    case CX_DEREGISTRATION_TOO_MUCH_DATA: k->state = NULL; break;
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

uint64_t wire_cx_rename(struct wire_cx *w, unsigned subscriber)
{
    w->users[subscriber].name.is_known = false;
    return ++w->users[subscriber].name.turn;
}

void wire_cx_renamed(struct wire_cx *w, unsigned subscriber, uint64_t turn,
                     const char *name)
{
    struct known *k = &w->users[subscriber];

    if (turn != k->name.turn)
        return;
    k->name.is_known = true;
    snprintf(k->name.text, sizeof k->name.text, "%s", name);
}

static void check_renamed(struct wire_cx *w, struct core_node *hss,
                          unsigned user)
{
    const struct known *k = &w->users[user];
    char path[96], name[64];
    struct buf body;

    snprintf(path, sizeof path, "/api/v1/subscribers/user%u@%s", user,
             plan_domain(w->core->plan->phones[user].network));
    snprintf(name, sizeof name, "\"display_name\":\"%s\"", k->name.text);
    buf_init(&body, PAGE);
    if (!core_get(hss, path, &body) ||
        slice_find(buf_slice(&body), slice_of(name)) < 0)
        core_break(w->core, CHECK_DURABLE,
                   "%s answered that user%u is %s, and forgot it: %.*s",
                   hss->self->name, user, k->name.text,
                   SLICE_ARG(slice_first(buf_slice(&body), 400)));
    buf_fini(&body);
}

static void check_user(struct wire_cx *w, struct core_node *hss, unsigned user)
{
    const struct known *k = &w->users[user];
    char path[96], server[96], state[32];
    struct buf body;
    bool is_so, is_there;

    snprintf(path, sizeof path, "/api/v1/subscribers/user%u@%s/registration",
             user, plan_domain(w->core->plan->phones[user].network));
    snprintf(server, sizeof server, "\"scscf\":\"%s\"", k->server);
    buf_init(&body, PAGE);
    is_there = core_get(hss, path, &body);
    snprintf(state, sizeof state, "\"state\":\"%s\"",
             k->state ? k->state : "registered");
    is_so = slice_find(buf_slice(&body), slice_of(state)) >= 0;
    if (!is_there || is_so != !!k->state ||
        (is_so && slice_find(buf_slice(&body), slice_of(server)) < 0))
        core_break(w->core, CHECK_DURABLE,
                   "%s answered that user%u is %s at %s, and forgot it: %.*s",
                   hss->self->name, user,
                   k->state ? k->state : "no longer registered", k->server,
                   SLICE_ARG(slice_first(buf_slice(&body), 400)));
    buf_fini(&body);
}

void wire_cx_check_durable(struct wire_cx *w, struct core_node *hss)
{
    const struct plan *p = w->core->plan;

    for (unsigned i = 0; i < p->phone_count; i++) {
        if (p->phones[i].subscriber != i ||
            &w->core->nodes[core_hss(w->core, p->phones[i].network)] != hss)
            continue;
        if (w->users[i].is_known)
            check_user(w, hss, i);
        if (w->users[i].name.is_known)
            check_renamed(w, hss, i);
    }
}
