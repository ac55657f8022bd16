/* SPDX-License-Identifier: MIT */
#include "pcscf/flows.h"
#include "scscf/challenge.h"
#include "scscf/registrar.h"
#include "sip/dialog.h"
#include "sip/message.h"
#include "support/check.h"
#include "support/diameter_world.h"
#include "support/sip_bench.h"
#include <stdio.h>

/* Each table of a bounded number of entries, with its n-th entry refused: it
 * says so, counts what it had and has it all as before; with room for one more
 * it takes the one that was refused. A limit that is lowered takes nothing
 * away. What makes room by letting the oldest go refuses nothing. */

enum { ENTRIES = 8, ROOM = ENTRIES + 2 };

struct table {
    const char *name;
    void *(*open)(size_t most);
    /* The i-th; it was not refused. */
    bool (*add)(void *it, unsigned i);
    /* It stands there as it was added. */
    bool (*has)(void *it, unsigned i);
    size_t (*count)(const void *it);
    void (*limit)(void *it, size_t most);
    void (*close)(void *it);
};

/* The i-th name of something: "PREFIXi". Good until the fourth call after. */
static const char *nth(const char *prefix, unsigned i)
{
    static char texts[4][64];
    static unsigned next;
    char *text = texts[next++ % 4];

    snprintf(text, sizeof *texts, "%s%u", prefix, i);
    return text;
}

/* ---- a node's own tables --------------------------------------------------
 */

struct house {
    struct sim *sim;
    struct world_host *w;
    struct challenges *challenges;
    struct flows *flows;
    struct sip_listener gm;
    struct sip_dialogs *dialogs;
    struct registrar *registrar;
};

static struct house *house_new(const char *name)
{
    struct house *h = mem_zalloc(sizeof *h);

    h->sim = sim_new(1);
    h->w = world_host_new(h->sim, name);
    return h;
}

static void house_free(struct house *h)
{
    world_host_free(h->w);
    sim_free(h->sim);
    free(h);
}

static void on_challenge_lost(void *ctx, struct challenge *c, const char *how)
{
    (void)ctx;
    (void)c;
    (void)how;
}

static void *open_challenges(size_t most)
{
    struct house *h = house_new("scscf1");

    h->challenges =
        challenges_new(&h->w->env, most, 240 * SECOND, on_challenge_lost, NULL);
    return h;
}

static bool add_challenge(void *it, unsigned i)
{
    struct house *h = it;

    return challenge_new(h->challenges, slice_of(nth("impi", i)),
                         S("sip:a@ims.example"), slice_of(nth("nonce", i)),
                         S("call"));
}

static bool has_challenge(void *it, unsigned i)
{
    const struct house *h = it;
    const struct challenge *c =
        challenge_find(h->challenges, slice_of(nth("nonce", i)));

    return c && c->pending &&
           slice_eq(identity_slice(&c->impi), slice_of(nth("impi", i)));
}

static size_t count_challenges(const void *it)
{
    return challenges_count(((const struct house *)it)->challenges);
}

static void limit_challenges(void *it, size_t most)
{
    challenges_limit(((struct house *)it)->challenges, most, 240 * SECOND);
}

static void close_challenges(void *it)
{
    challenges_free(((struct house *)it)->challenges);
    house_free(it);
}

static void on_contact(void *ctx, struct contact *c)
{
    (void)ctx;
    (void)c;
}

static void *open_flows(size_t most)
{
    struct house *h = house_new("pcscf1");

    h->flows = flows_new(&h->w->env, most, on_contact, on_contact, NULL);
    return h;
}

static struct sip_flow flow_of(struct house *h)
{
    return (struct sip_flow){.listener = &h->gm,
                             .remote =
                                 world_addr("10.0.0.1:5060", TRANSPORT_UDP)};
}

static bool add_contact(void *it, unsigned i)
{
    struct house *h = it;
    struct sip_flow flow = flow_of(h);
    struct contact *c =
        flows_meet(h->flows, &flow, slice_of(nth("sip:user", i)),
                   S("sip:a@10.0.0.1"), 300 * SECOND);

    if (c)
        contact_register(c, 600);
    return c;
}

static bool has_contact(void *it, unsigned i)
{
    struct house *h = it;
    struct slice impu = slice_of(nth("sip:user", i));
    struct sip_flow flow = flow_of(h);
    const struct contact *c = flows_of(h->flows, impu, NULL);
    char token[FLOW_TOKEN];

    flows_token(h->flows, &flow, impu, S("sip:a@10.0.0.1"), token);
    return c && c->registered &&
           c == flows_by_token(h->flows, slice_at(token, FLOW_TOKEN));
}

static size_t count_contacts(const void *it)
{
    return flows_figures(((const struct house *)it)->flows)->registered;
}

static void limit_flows(void *it, size_t most)
{
    flows_limit(((struct house *)it)->flows, most);
}

static void close_flows(void *it)
{
    flows_free(((struct house *)it)->flows);
    house_free(it);
}

static void *open_dialogs(size_t most)
{
    struct house *h = house_new("pcscf1");

    h->dialogs = sip_dialogs_new(&h->w->env, most);
    return h;
}

/* A message of the i-th dialog; status 0: a request. */
static struct sip_message *message_of(unsigned status, unsigned i)
{
    struct sip_message *m = status ? sip_response_new(status, S("X"))
                                   : sip_request_new(SIP_BYE, S("sip:x"));

    m->method = status ? SIP_INVITE : SIP_BYE;
    sip_set(m, SIP_HDR_CALL_ID, slice_of(nth("call", i)));
    sip_set(m, SIP_HDR_FROM, S("<sip:a>;tag=f"));
    sip_set(m, SIP_HDR_TO, S("<sip:b>;tag=t"));
    return m;
}

static bool add_dialog(void *it, unsigned i)
{
    struct house *h = it;
    struct sip_message *m = message_of(200, i);
    struct sip_flow flow = flow_of(h);
    const struct sip_dialog *d =
        sip_dialog_seen(h->dialogs, m, true, &flow, S("<sip:r;lr>"));

    sip_message_drop(m);
    return d;
}

static bool has_dialog(void *it, unsigned i)
{
    const struct house *h = it;
    struct sip_message *m = message_of(0, i);
    const struct sip_dialog *d = sip_dialog_from_near(h->dialogs, m);

    sip_message_drop(m);
    return d && d->confirmed && slice_eq(str_slice(&d->route), S("<sip:r;lr>"));
}

static size_t count_dialogs(const void *it)
{
    return sip_dialogs_count(((const struct house *)it)->dialogs);
}

static void limit_dialogs(void *it, size_t most)
{
    sip_dialogs_limit(((struct house *)it)->dialogs, most);
}

static void close_dialogs(void *it)
{
    sip_dialogs_free(((struct house *)it)->dialogs);
    house_free(it);
}

static const struct registrar_handler nobody_asks;

static void *open_registrar(size_t most)
{
    struct house *h = house_new("scscf1");

    h->registrar = registrar_new(&h->w->env, most, &nobody_asks, NULL);
    return h;
}

static bool add_user(void *it, unsigned i)
{
    struct house *h = it;
    struct why why = {0};
    struct irs *irs;
    char xml[256], impu[64];
    enum ims_err err;

    snprintf(impu, sizeof impu, "sip:user%u@x.y", i);
    snprintf(xml, sizeof xml,
             "<IMSSubscription><PrivateID>a</PrivateID><ServiceProfile>"
             "<PublicIdentity><Identity>%s</Identity></PublicIdentity>"
             "</ServiceProfile></IMSSubscription>",
             impu);
    err =
        registrar_put(h->registrar, slice_of(xml), slice_of(impu), &irs, &why);
    if (err) {
        assert_int_equal(err, IMS_FULL);
        assert_true(why.text[0]);
        return false;
    }
    irs_bind(irs, NULL,
             &(struct binding_values){.uri = S("sip:a@10.0.0.1"),
                                      .impi = S("a"),
                                      .expires_us = 600 * SECOND});
    return true;
}

static bool has_user(void *it, unsigned i)
{
    const struct house *h = it;
    char impu[64];
    const struct irs_identity *id;

    snprintf(impu, sizeof impu, "sip:user%u@x.y", i);
    id = registrar_find(h->registrar, slice_of(impu));
    return id && irs_is_registered(id->irs);
}

static size_t count_users(const void *it)
{
    return registrar_usage(((const struct house *)it)->registrar).now;
}

static void limit_registrar(void *it, size_t most)
{
    registrar_limit(((struct house *)it)->registrar, most);
}

static void close_registrar(void *it)
{
    registrar_free(((struct house *)it)->registrar);
    house_free(it);
}

/* ---- the SIP stack --------------------------------------------------------
 */

struct stack {
    struct bench *b;
    struct peer *peers[ROOM];
};

static void stack_run(struct stack *s)
{
    sim_run_for(s->b->sim, 10 * MSEC);
}

static void *open_transactions(size_t most)
{
    struct stack *s = mem_zalloc(sizeof *s);

    s->b = bench_with(&(struct bench_options){.seed = 1, .transactions = most});
    s->b->answers_with = 200;
    s->peers[0] = peer_new(s->b->sim, "10.0.0.9:5060", TRANSPORT_UDP);
    return s;
}

static bool is_answered(struct stack *s, unsigned i, const char *status)
{
    peer_say(s->peers[0], "10.0.0.1:5060",
             bench_request("OPTIONS", nth("b", i)));
    stack_run(s);
    return slice_starts(str_slice(&s->peers[0]->last), slice_of(status));
}

static bool add_transaction(void *it, unsigned i)
{
    struct stack *s = it;

    if (is_answered(s, i, "SIP/2.0 200 "))
        return true;
    assert_has(str_slice(&s->peers[0]->last), "SIP/2.0 503 ");
    assert_has(str_slice(&s->peers[0]->last), "Retry-After:");
    return false;
}

/* Who asks the same again is answered the same: the user is not asked. */
static bool has_transaction(void *it, unsigned i)
{
    struct stack *s = it;

    (void)bench_told(s->b);
    return is_answered(s, i, "SIP/2.0 200 ") && bench_told(s->b).n == 0;
}

static size_t count_transactions(const void *it)
{
    return sip_stack_transactions(((const struct stack *)it)->b->stack);
}

static void limit_transactions(void *it, size_t most)
{
    sip_stack_limit(((struct stack *)it)->b->stack, most,
                    &(struct sip_limits){0}, 0);
}

static void *open_streams(size_t most)
{
    struct stack *s = mem_zalloc(sizeof *s);

    s->b = bench_with(&(struct bench_options){.seed = 1, .connections = most});
    return s;
}

static bool has_stream(void *it, unsigned i)
{
    const struct stack *s = it;

    return s->peers[i] && s->peers[i]->stream;
}

static bool add_stream(void *it, unsigned i)
{
    struct stack *s = it;
    char at[32];

    snprintf(at, sizeof at, "10.0.0.%u:5060", 20 + i);
    if (!s->peers[i])
        s->peers[i] = peer_new(s->b->sim, at, TRANSPORT_TCP);
    peer_connect(s->peers[i], "10.0.0.1:5060");
    stack_run(s);
    return has_stream(s, i);
}

static size_t count_streams(const void *it)
{
    const struct stack *s = it;

    return sip_transport_usage(sip_stack_transport(s->b->stack)).now;
}

static void limit_streams(void *it, size_t most)
{
    sip_stack_limit(((struct stack *)it)->b->stack, 0, &(struct sip_limits){0},
                    most);
}

static void close_stack(void *it)
{
    struct stack *s = it;

    for (unsigned i = 0; i < ROOM; i++)
        if (s->peers[i])
            peer_free(s->peers[i]);
    bench_free(s->b);
    free(s);
}

/* ---- Diameter -------------------------------------------------------------
 */

struct asked {
    unsigned answers;
    enum ims_err err;
    unsigned result;
};

/* An S-CSCF that asks and an HSS that takes its time. */
struct endpoints {
    struct sim *sim;
    struct plain_node *scscf, *hss;
    struct asked asked[ROOM];
};

static void on_answer(void *ctx, enum ims_err err,
                      const struct diameter_message *m)
{
    struct asked *a = ctx;
    uint32_t vendor;

    a->answers++;
    a->err = err;
    a->result = m ? diameter_answer_result(m, &vendor) : 0;
}

static void know(struct plain_node *a, const char *host, const char *ip)
{
    struct why why;

    assert_ok(diameter_add_peer(
                  a->d,
                  &(struct diameter_peer_config){.host = slice_of(host),
                                                 .realm = S("ims.example"),
                                                 .address = slice_of(ip)},
                  &why),
              &why);
}

static void *open_endpoints(size_t pending, size_t serving)
{
    struct endpoints *e = mem_zalloc(sizeof *e);

    e->sim = sim_new(1);
    e->scscf = plain_node_new(
        e->sim, "scscf1", "10.0.0.3",
        &(struct diameter_config){.limits = {.pending = pending}});
    e->hss = plain_node_new(
        e->sim, "hss1", "10.0.0.4",
        &(struct diameter_config){.limits = {.serving = serving}});
    e->hss->server.holds = true;
    know(e->scscf, "hss1.ims.example", "10.0.0.4");
    know(e->hss, "scscf1.ims.example", "");
    diameter_start(e->hss->d);
    diameter_start(e->scscf->d);
    sim_run_for(e->sim, SECOND);
    return e;
}

static void *open_pending(size_t most)
{
    return open_endpoints(most, 0);
}

static void *open_serving(size_t most)
{
    return open_endpoints(0, most);
}

static void ask(struct endpoints *e, unsigned i)
{
    struct buf *out = diameter_ask_open(
        e->scscf->d, &(struct diameter_ask){.app = CX_APPLICATION,
                                            .command = DIAMETER_LOCATION_INFO});

    e->asked[i] = (struct asked){0};
    avp_put(out, AVP_PUBLIC_IDENTITY, slice_of(nth("sip:user", i)));
    (void)diameter_ask_send(e->scscf->d, on_answer, &e->asked[i]);
    sim_run_for(e->sim, 20 * MSEC);
}

/* It waits for its answer. */
static bool has_request(void *it, unsigned i)
{
    return ((const struct endpoints *)it)->asked[i].answers == 0;
}

static bool add_pending(void *it, unsigned i)
{
    struct endpoints *e = it;

    ask(e, i);
    if (has_request(e, i))
        return true;
    assert_int_equal(e->asked[i].err, IMS_FULL);
    return false;
}

static bool add_serving(void *it, unsigned i)
{
    struct endpoints *e = it;

    ask(e, i);
    if (has_request(e, i))
        return true;
    assert_int_equal(e->asked[i].result, DIAMETER_TOO_BUSY);
    return false;
}

static size_t count_pending(const void *it)
{
    return diameter_pending_usage(((const struct endpoints *)it)->scscf->d).now;
}

static size_t count_serving(const void *it)
{
    return ((const struct endpoints *)it)->hss->server.count;
}

static void limit_pending(void *it, size_t most)
{
    diameter_reconfigure(((struct endpoints *)it)->scscf->d,
                         &(struct diameter_timers){0},
                         &(struct diameter_limits){.pending = most});
}

static void limit_serving(void *it, size_t most)
{
    diameter_reconfigure(((struct endpoints *)it)->hss->d,
                         &(struct diameter_timers){0},
                         &(struct diameter_limits){.serving = most});
}

/* All who wait are answered, once each. */
static void close_endpoints(void *it)
{
    struct endpoints *e = it;
    unsigned waiting = 0, answered = 0;

    for (unsigned i = 0; i < ROOM; i++)
        waiting += e->asked[i].answers == 0;
    assert_true(waiting < ROOM);
    for (unsigned i = 0; i < e->hss->server.count; i++)
        plain_answer(e->hss->server.held[i]);
    sim_run_for(e->sim, 20 * MSEC);
    for (unsigned i = 0; i < ROOM; i++)
        answered += e->asked[i].answers == 1;
    assert_true(answered >= e->hss->server.count);
    plain_node_free(e->scscf);
    plain_node_free(e->hss);
    sim_free(e->sim);
    free(e);
}

/* ---- each entry in turn ---------------------------------------------------
 */

static const struct table tables[] = {
    {"challenges", open_challenges, add_challenge, has_challenge,
     count_challenges, limit_challenges, close_challenges},
    {"contacts", open_flows, add_contact, has_contact, count_contacts,
     limit_flows, close_flows},
    {"dialogs", open_dialogs, add_dialog, has_dialog, count_dialogs,
     limit_dialogs, close_dialogs},
    {"registrar", open_registrar, add_user, has_user, count_users,
     limit_registrar, close_registrar},
    {"SIP transactions", open_transactions, add_transaction, has_transaction,
     count_transactions, limit_transactions, close_stack},
    {"SIP streams", open_streams, add_stream, has_stream, count_streams,
     limit_streams, close_stack},
    {"Diameter requests asked", open_pending, add_pending, has_request,
     count_pending, limit_pending, close_endpoints},
    {"Diameter requests served", open_serving, add_serving, has_request,
     count_serving, limit_serving, close_endpoints},
};

static void add(const struct table *t, void *it, unsigned i, bool taken)
{
    if (t->add(it, i) != taken)
        fail_msg("%s: entry %u was %s", t->name, i,
                 taken ? "refused" : "not refused");
}

static void check_entries(const struct table *t, void *it, unsigned n)
{
    assert_int_equal(t->count(it), n);
    for (unsigned i = 0; i < n; i++)
        if (!t->has(it, i))
            fail_msg("%s: entry %u of %u is not as it was", t->name, i, n);
    assert_int_equal(t->count(it), n);
}

static void refuse_entry(const struct table *t, unsigned n)
{
    void *it = t->open(n);

    for (unsigned i = 0; i < n; i++)
        add(t, it, i, true);
    add(t, it, n, false);
    check_entries(t, it, n);
    t->limit(it, n + 1);
    add(t, it, n, true);
    check_entries(t, it, n + 1);
    t->limit(it, 1);
    add(t, it, n + 1, false);
    check_entries(t, it, n + 1);
    t->close(it);
}

static void who_is_refused_leaves_the_others_as_they_were(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (unsigned n = 1; n <= ENTRIES; n++)
            refuse_entry(&tables[i], n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_refused_leaves_the_others_as_they_were),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
