/* SPDX-License-Identifier: MIT */
#include "icscf/selection.h"
#include "scscf/registrar.h"
#include "sip/dialog.h"
#include "sip/locate.h"
#include "sip/message.h"
#include "support/check.h"
#include "support/sip_bench.h"
#include "support/starve.h"
#include <stdio.h>

/* Parts of the nodes by themselves, with the n-th growth of what is bounded in
 * them refused: the part says so, what it had is as it was, and asked once more
 * it does it. */

struct part {
    const char *name;
    void *(*open)(void); /* with something in it */
    /* It was done. If not, it was told why. */
    bool (*act)(void *it);
    /* What was there is; what was done is, too. */
    void (*check)(void *it, bool done);
    void (*close)(void *it);
};

struct house {
    struct sim *sim;
    struct world_host *w;
    struct registrar *registrar;
    const char *xml, *impu; /* that the registrar is given next */
    struct sip_dialogs *dialogs;
    struct sip_listener gm;
    struct sip_message *first, *second; /* 200s to INVITEs */
    struct sip_locate *locate;
    struct selection selection;
    unsigned answers, found;
    enum ims_err err;
};

static struct house *house_new(void)
{
    struct house *h = mem_zalloc(sizeof *h);

    h->sim = sim_new(1);
    h->w = world_host_new(h->sim, "node1");
    return h;
}

static void house_free(struct house *h)
{
    world_host_free(h->w);
    sim_free(h->sim);
    free(h);
}

/* ---- the registrar: A with two identities and a contact, and B -------------
 */

#define USER(impi, impus)                                                    \
    "<IMSSubscription><PrivateID>" impi "</PrivateID><ServiceProfile>" impus \
    "</ServiceProfile></IMSSubscription>"
#define IMPU(id) "<PublicIdentity><Identity>" id "</Identity></PublicIdentity>"
#define A IMPU("sip:a@x.y") IMPU("tel:+1")

static void on_identity_left(void *ctx, struct irs *irs, struct slice impu)
{
    (void)ctx;
    (void)irs;
    (void)impu;
}

static bool put(struct house *h, const char *xml, const char *impu)
{
    struct irs *irs = NULL;
    struct why why = {0};
    enum ims_err err =
        registrar_put(h->registrar, slice_of(xml), slice_of(impu), &irs, &why);

    assert_true(err ? why.text[0] && !irs : irs != NULL);
    return err == IMS_OK;
}

static struct irs *irs_of(const struct house *h, const char *impu)
{
    const struct irs_identity *id =
        registrar_find(h->registrar, slice_of(impu));

    return id ? id->irs : NULL;
}

static struct house *open_registrar(const char *xml, const char *impu)
{
    static const struct registrar_handler handler = {.on_identity_left =
                                                         on_identity_left};
    struct house *h = house_new();

    h->xml = xml;
    h->impu = impu;
    h->registrar = registrar_new(&h->w->env, 5, &handler, h);
    assert_true(put(h, USER("a", A), "sip:a@x.y"));
    assert_true(put(h, USER("b", IMPU("sip:b@x.y")), "sip:b@x.y"));
    irs_bind(irs_of(h, "sip:a@x.y"), NULL,
             &(struct binding_values){.uri = S("sip:a@10.0.0.1"),
                                      .impi = S("a"),
                                      .expires_us = 600 * SECOND});
    return h;
}

static void *open_new_user(void)
{
    return open_registrar(USER("c", IMPU("sip:c@x.y") IMPU("tel:+3")),
                          "sip:c@x.y");
}

static void *open_renewed(void)
{
    return open_registrar(USER("a", A IMPU("sip:c@x.y")), "sip:a@x.y");
}

static void *open_taken(void)
{
    return open_registrar(
        USER("b", IMPU("sip:b@x.y") IMPU("tel:+1") IMPU("sip:c@x.y")),
        "sip:b@x.y");
}

static bool act_put(void *it)
{
    struct house *h = it;

    return put(h, h->xml, h->impu);
}

/* Who is in the new profile is in its set. */
static void check_new_set(const struct house *h)
{
    static const char *const all[] = {"sip:a@x.y", "tel:+1", "sip:b@x.y",
                                      "sip:c@x.y", "tel:+3"};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strstr(h->xml, all[i]))
            assert_ptr_equal(irs_of(h, all[i]), irs_of(h, h->impu));
}

static void check_put(void *it, bool done)
{
    const struct house *h = it;
    const struct registrar_figures *f = registrar_figures(h->registrar);
    struct irs *a = irs_of(h, "sip:a@x.y"), *b = irs_of(h, "sip:b@x.y");

    assert_true(a && b && a != b && a->binding_count == 1);
    assert_int_equal(f->bindings, 1);
    assert_int_equal(registrar_usage(h->registrar).now, f->identities);
    if (done) {
        check_new_set(h);
        return;
    }
    assert_int_equal(f->sets, 2);
    assert_int_equal(f->identities, 3);
    assert_ptr_equal(irs_of(h, "tel:+1"), a);
    assert_null(irs_of(h, "sip:c@x.y"));
}

static void close_registrar(void *it)
{
    registrar_free(((struct house *)it)->registrar);
    house_free(it);
}

/* ---- dialogs --------------------------------------------------------------
 */

static struct sip_message *answer(const char *call)
{
    struct sip_message *m = sip_response_new(200, S("OK"));

    m->method = SIP_INVITE;
    sip_set(m, SIP_HDR_CALL_ID, slice_of(call));
    sip_set(m, SIP_HDR_FROM, S("<sip:a>;tag=f"));
    sip_set(m, SIP_HDR_TO, S("<sip:b>;tag=t"));
    return m;
}

static bool see(struct house *h, const struct sip_message *m)
{
    struct sip_flow flow = {.listener = &h->gm,
                            .remote =
                                world_addr("10.0.0.1:5060", TRANSPORT_UDP)};

    return sip_dialog_seen(h->dialogs, m, true, &flow, S("<sip:r;lr>"));
}

static void *open_dialogs(void)
{
    struct house *h = house_new();

    h->dialogs = sip_dialogs_new(&h->w->env, 10);
    h->first = answer("one");
    h->second = answer("two");
    assert_true(see(h, h->first));
    return h;
}

static bool act_see(void *it)
{
    struct house *h = it;

    return see(h, h->second);
}

static void check_dialogs(void *it, bool done)
{
    const struct house *h = it;
    const struct sip_dialog *d = sip_dialog_from_near(h->dialogs, h->first);

    assert_true(d && d->confirmed);
    assert_text(str_slice(&d->route), S("<sip:r;lr>"));
    assert_int_equal(sip_dialogs_count(h->dialogs), 1 + done);
    assert_int_equal(sip_dialog_from_near(h->dialogs, h->second) != NULL, done);
}

static void close_dialogs(void *it)
{
    struct house *h = it;

    sip_message_drop(h->first);
    sip_message_drop(h->second);
    sip_dialogs_free(h->dialogs);
    house_free(h);
}

/* ---- next hops ------------------------------------------------------------
 */

static void *open_locate(void)
{
    static const char *const zone[] = {
        "ims.example NAPTR 20 50 \"s\" \"SIP+D2U\" \"\" _sip._udp.ims.example",
        "ims.example NAPTR 10 50 \"s\" \"SIP+D2T\" \"\" _sip._tcp.ims.example",
        "_sip._udp.ims.example SRV 0 1 5061 u0.ims.example",
        "_sip._tcp.ims.example SRV 0 1 5063 u1.ims.example",
        "u0.ims.example A 10.0.0.1",
        "u1.ims.example A 10.0.0.2",
    };
    struct house *h = house_new();
    struct why why;

    for (size_t i = 0; i < sizeof zone / sizeof *zone; i++)
        assert_ok(sim_dns_add(h->sim, slice_of(zone[i]), &why), &why);
    h->locate = sip_locate_new(&(struct sip_locate_config){
        .env = &h->w->env, .ipv4 = true, .udp = true, .tcp = true});
    return h;
}

static void on_located(void *ctx, const struct sip_located *found)
{
    struct house *h = ctx;

    h->answers++;
    h->found = found->count;
    h->err = found->err;
    assert_int_equal(found->err == IMS_OK, found->count > 0);
    assert_true(!found->err || found->why.text[0]);
}

/* What is left of the places is told, too. */
static bool act_locate(void *it)
{
    struct house *h = it;
    struct sip_uri uri;

    h->answers = 0;
    assert_ok(sip_uri_parse(S("sip:ims.example"), &uri, NULL), NULL);
    (void)sip_locate(h->locate, &uri, TRANSPORT_UDP, on_located, h);
    sim_run_for(h->sim, 60 * SECOND);
    assert_int_equal(h->answers, 1);
    return h->found == 2;
}

static void check_locate(void *it, bool done)
{
    (void)it;
    (void)done;
}

static void close_locate(void *it)
{
    sip_locate_free(((struct house *)it)->locate);
    house_free(it);
}

/* ---- which S-CSCF ---------------------------------------------------------
 */

static void *open_selection(void)
{
    struct house *h = house_new();

    selection_init(&h->selection, "I-REG-2", "TS 24.229 5.3.1.3");
    return h;
}

static bool act_select(void *it)
{
    static const uint32_t must[] = {1}, may[] = {2, 3};
    static const struct slice names[] = {{"sip:c", 5}, {"sip:d", 5}};
    struct house *h = it;

    selection_take(&h->selection, S("sip:s"),
                   &(struct cx_capabilities){.mandatory = {must, 1},
                                             .optional = {may, 2},
                                             .server_names = {names, 2}});
    return !h->selection.is_cut;
}

static void check_selection(void *it, bool done)
{
    const struct selection *s = &((const struct house *)it)->selection;

    if (!done)
        return;
    assert_text(s->name, S("sip:s"));
    assert_int_equal(s->wanted.mandatory.count, 1);
    assert_int_equal(s->wanted.optional.v[1], 3);
    assert_int_equal(s->wanted.server_names.count, 2);
    assert_text(s->wanted.server_names.v[1], S("sip:d"));
}

static void close_selection(void *it)
{
    selection_fini(&((struct house *)it)->selection);
    house_free(it);
}

/* ---- a request over a stream ----------------------------------------------
 */

struct street {
    struct bench *b;
    struct peer *standing, *coming;
    unsigned asked;
};

static bool is_answered(struct street *s, struct peer *p)
{
    char text[600], via[80];

    snprintf(via, sizeof via, "SIP/2.0/TCP %s;branch=z9hG4bK%u",
             p == s->coming ? "10.0.0.9:5060" : "10.0.0.8:5060", s->asked++);
    snprintf(text, sizeof text,
             "OPTIONS sip:ims.example SIP/2.0\r\nVia: %s\r\n"
             "From: <sip:a@ims.example>;tag=f\r\nTo: <sip:b@ims.example>\r\n"
             "Call-ID: c%u\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
             "Content-Length: 0\r\n\r\n",
             via, s->asked);
    if (!p->stream)
        peer_connect(p, "10.0.0.1:5060");
    sim_run_for(s->b->sim, 10 * MSEC);
    if (!p->stream)
        return false;
    str_set(&p->last, S(""));
    peer_write(p, slice_of(text));
    sim_run_for(s->b->sim, 10 * MSEC);
    return slice_starts(str_slice(&p->last), S("SIP/2.0 200 "));
}

static void *open_street(void)
{
    struct street *s = mem_zalloc(sizeof *s);

    s->b = bench_with(&(struct bench_options){.seed = 1, .connections = 5});
    s->b->answers_with = 200;
    s->standing = peer_new(s->b->sim, "10.0.0.8:5060", TRANSPORT_TCP);
    s->coming = peer_new(s->b->sim, "10.0.0.9:5060", TRANSPORT_TCP);
    assert_true(is_answered(s, s->standing));
    return s;
}

static bool act_come(void *it)
{
    struct street *s = it;

    return is_answered(s, s->coming);
}

/* The other's stream stands, and he is served over it. */
static void check_street(void *it, bool done)
{
    struct street *s = it;

    (void)done;
    assert_int_equal(s->standing->streams, 1);
    assert_non_null(s->standing->stream);
    assert_true(is_answered(s, s->standing));
}

static void close_street(void *it)
{
    struct street *s = it;

    peer_free(s->standing);
    peer_free(s->coming);
    bench_free(s->b);
    free(s);
}

/* ---- each growth in turn --------------------------------------------------
 */

static const struct part parts[] = {
    {"a new user", open_new_user, act_put, check_put, close_registrar},
    {"a renewed profile", open_renewed, act_put, check_put, close_registrar},
    {"an identity that moves", open_taken, act_put, check_put, close_registrar},
    {"a dialog", open_dialogs, act_see, check_dialogs, close_dialogs},
    {"next hops", open_locate, act_locate, check_locate, close_locate},
    {"the choice of an S-CSCF", open_selection, act_select, check_selection,
     close_selection},
    {"a request over a stream", open_street, act_come, check_street,
     close_street},
};

/* How many growths there were, of which the n-th was refused. */
static unsigned run(const struct part *p, unsigned n, bool *done)
{
    void *it = p->open();
    unsigned count;

    p->check(it, false);
    starve(n);
    *done = p->act(it);
    count = starve_end();
    p->check(it, *done);
    if (!p->act(it))
        fail_msg("%s: not done after growth %u was refused", p->name, n);
    p->check(it, true);
    p->close(it);
    return count;
}

static void who_is_refused_a_growth_does_it_later(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        unsigned refused = 0;
        bool done;
        unsigned count = run(&parts[i], 0, &done);

        assert_true(done);
        starve_or_skip(count);
        for (unsigned n = 1; n <= count; n++) {
            run(&parts[i], n, &done);
            refused += !done;
        }
        if (!refused)
            fail_msg("%s: nothing was refused", parts[i].name);
        print_message("%s: %u of %u growths refuse\n", parts[i].name, refused,
                      count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_refused_a_growth_does_it_later),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
