/* SPDX-License-Identifier: MIT */
#include "pcscf/reg_event.h"
#include "sip/views.h"
#include "support/check.h"
#include "support/ims.h"
#include "support/puppet.h"
#include <malloc.h>
#include <stdio.h>

/* A P-CSCF that hears of registrations, between a phone and a core that are
 * puppets.
 *
 * proves P-REG-5 SIP-13 */

struct fixture {
    struct ims w;
    struct node *pcscf;
    struct puppet phone, icscf, scscf;
    struct addr gm, mw;
    unsigned branch, cseq;

    char notice[300]; /* From, To and Call-ID of NOTIFY */
};

#define NETWORK                                                             \
    "name: small\n"                                                         \
    "networks:\n"                                                           \
    "  - domain: ims.example\n"                                             \
    "    nodes:\n"                                                          \
    "      - {name: pcscf1, role: pcscf, host: 127.0.0.1, gm: udp:5060, "   \
    "mw: udp:5070, admin: 8081, reg_event: true}\n"                         \
    "      - {name: icscf1, role: icscf, host: 127.0.0.2, mw: udp:5060, "   \
    "admin: 8082}\n"                                                        \
    "      - {name: scscf1, role: scscf, host: 127.0.0.3, mw: udp:5060, "   \
    "admin: 8083}\n"                                                        \
    "      - {name: hss1, role: hss, host: 127.0.0.4, diameter: tcp:3868, " \
    "store: 'memory:', admin: 8084}\n"

#define DOC(version, state, inside)                                            \
    "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"" version     \
    "\" state=\"" state "\"><registration aor=\"sip:a@ims.example\" id=\"1\" " \
    "state=\"active\">" inside "</registration></reginfo>"
#define CONTACT(state, event, more)                                   \
    "<contact id=\"1\" state=\"" state "\" event=\"" event "\" " more \
    "><uri>sip:a@127.0.0.50:5060</uri></contact>"
#define GONE CONTACT("terminated", "deactivated", "")
#define HERE CONTACT("active", "registered", "")

static void run(struct fixture *f)
{
    sim_run_for(f->w.sim, 100 * MSEC);
}

static const char identities[] =
    "P-Associated-URI: <sip:a@ims.example>, <tel:+15551001>\r\n"
    "Service-Route: <sip:orig@127.0.0.3:5060;lr>\r\n";

static void start(struct fixture *f, const char *network)
{
    *f = (struct fixture){.branch = 1};
    ims_init(&f->w, network);
    f->pcscf = ims_start(&f->w, "pcscf1");
    puppet_init(&f->phone, f->w.sim, "phone", "127.0.0.50:5060");
    puppet_init(&f->icscf, f->w.sim, "icscf", IMS_ICSCF);
    puppet_init(&f->scscf, f->w.sim, "scscf", IMS_SCSCF);
    f->gm = world_addr(IMS_GM, TRANSPORT_UDP);
    f->mw = world_addr(IMS_PCSCF, TRANSPORT_UDP);
}

static void tear_down(struct fixture *f)
{
    puppet_fini(&f->phone);
    puppet_fini(&f->icscf);
    puppet_fini(&f->scscf);
    ims_fini(&f->w);
}

static void enter(struct fixture *f, const char *call, unsigned cseq,
                  const char *user)
{
    char answer[500];

    puppet_send(&f->phone, &f->gm,
                "REGISTER sip:ims.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.50:5060;branch=z9hG4bKp%u\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:%s>;tag=a\r\nTo: <sip:%s>\r\n"
                "Call-ID: %s\r\nCSeq: %u REGISTER\r\n"
                "Contact: <sip:a@127.0.0.50:5060>\r\n"
                "Content-Length: 0\r\n\r\n",
                f->branch, user, user, call, cseq);
    run(f);
    snprintf(answer, sizeof answer,
             "Contact: <sip:a@127.0.0.50:5060>;expires=3600\r\n%s",
             strcmp(user, "a@ims.example") == 0 ? identities : "");
    puppet_answer(&f->icscf, puppet_last(&f->icscf), 200, answer);
    f->branch++;
    run(f);
}

static struct sip_message *subscription(struct fixture *f, unsigned n)
{
    return puppet_request(&f->icscf, SIP_SUBSCRIBE, n);
}

/* NOTIFYs are of that subscription from now on. */
static void begin(struct fixture *f, unsigned n)
{
    const struct sip_message *m = subscription(f, n);

    assert_non_null(m);
    snprintf(f->notice, sizeof f->notice,
             "From: <sip:a@ims.example>;tag=icscf\r\nTo: %.*s\r\n"
             "Call-ID: %.*s\r\n",
             SLICE_ARG(sip_header_value(m, SIP_HDR_FROM)),
             SLICE_ARG(sip_header_value(m, SIP_HDR_CALL_ID)));
}

static void accept_it(struct fixture *f, unsigned n)
{
    puppet_answer(&f->icscf, subscription(f, n), 200,
                  "Contact: <sip:reg@127.0.0.3:5060>\r\nExpires: 4200\r\n");
    run(f);
}

static unsigned notify(struct fixture *f, const char *state, const char *more,
                       const char *body)
{
    f->cseq++;
    puppet_send(&f->scscf, &f->mw,
                "NOTIFY sip:reg@127.0.0.1:5070 SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.3:5060;branch=z9hG4bKs%u\r\n"
                "Max-Forwards: 70\r\n%s"
                "CSeq: %u NOTIFY\r\nContact: <sip:reg@127.0.0.3:5060>\r\n"
                "Subscription-State: %s\r\n%s"
                "Content-Length: %zu\r\n\r\n%s",
                f->branch++, f->notice, f->cseq, state,
                *more ? more
                      : "Event: reg\r\nContent-Type: "
                        "application/reginfo+xml\r\n",
                strlen(body), body);
    run(f);
    return puppet_last(&f->scscf)->status;
}

static unsigned tell(struct fixture *f, const char *body)
{
    return notify(f, "active;expires=4000", "", body);
}

static bool is_registered(struct fixture *f)
{
    const struct pcscf *me = f->pcscf->state;

    return flows_figures(me->flows)->registered > 0;
}

static size_t watches(struct fixture *f)
{
    const struct pcscf *me = f->pcscf->state;

    return reg_watches_count(me->watches);
}

/* Registered by Call-ID r, CSeq 7, and subscribed to. */
static void set_up(struct fixture *f)
{
    start(f, NETWORK);
    enter(f, "r", 7, "a@ims.example");
    begin(f, 0);
    accept_it(f, 0);
    assert_true(is_registered(f));
}

static void a_word_must_be_about_this_registration(void **state)
{
    static const struct {
        const char *body;
        bool stays;
    } rows[] = {
        {DOC("0", "full", GONE), false},
        {DOC("0", "full", CONTACT("terminated", "rejected", "callid=\"r\"")),
         false},
        {DOC("0", "full",
             CONTACT("terminated", "expired", "callid=\"r\" cseq=\"7\"")),
         false},
        {DOC("0", "full",
             CONTACT("terminated", "expired", "callid=\"r\" cseq=\"6\"")),
         true},
        {DOC("0", "full", CONTACT("terminated", "expired", "callid=\"s\"")),
         true},
        {DOC("0", "full",
             "<contact id=\"1\" state=\"terminated\" event=\"rejected\">"
             "<uri>sip:b@127.0.0.50:5060</uri></contact>"),
         true},
        /* active under one identity, terminated under another */
        {DOC("0", "full",
             GONE "</registration><registration aor=\"tel:+15551001\" "
                  "id=\"2\" state=\"active\">" HERE),
         true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f);
        assert_int_equal(tell(&f, rows[i].body), 200);
        assert_int_equal(is_registered(&f), rows[i].stays);
        tear_down(&f);
    }
}

static void a_notify_that_says_nothing_good_is_refused(void **state)
{
    static const struct {
        const char *state, *more, *body;
        unsigned status;
    } rows[] = {
        {"active", "Event: presence\r\n", "", 489},
        {"active", "Content-Type: text/plain\r\n", "", 489},
        {"active", "Event: reg\r\nContent-Type: text/plain\r\n", "x", 400},
        {"active", "", "<reginfo", 400},
        {"active", "", "<!DOCTYPE a>" DOC("0", "full", GONE), 400},
        {";expires=1", "", DOC("0", "full", GONE), 400},
        {"active", "", "", 200},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f);
        assert_int_equal(notify(&f, rows[i].state, rows[i].more, rows[i].body),
                         rows[i].status);
        assert_true(is_registered(&f));
        assert_int_equal(watches(&f), 1);
        tear_down(&f);
    }
}

static void only_who_was_subscribed_to_may_tell(void **state)
{
    struct fixture f;
    char *tag;

    (void)state;
    set_up(&f);
    tag = strstr(f.notice, "tag=icscf");
    memcpy(tag, "tag=other", 9);
    assert_int_equal(tell(&f, DOC("0", "full", GONE)), 481);
    memcpy(tag, "tag=icscf", 9);
    strstr(f.notice, "Call-ID: ")[9] ^= 1;
    assert_int_equal(tell(&f, DOC("0", "full", GONE)), 481);
    strstr(f.notice, "Call-ID: ")[9] ^= 1;
    assert_true(is_registered(&f));
    assert_int_equal(tell(&f, DOC("0", "full", GONE)), 200);
    assert_false(is_registered(&f));
    tear_down(&f);
}

/* RFC 3261 12.2.2 */
static void what_was_overtaken_is_refused(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    f.cseq = 10;
    assert_int_equal(tell(&f, DOC("0", "full", HERE)), 200);
    f.cseq = 5;
    assert_int_equal(tell(&f, DOC("1", "partial", GONE)), 500);
    assert_true(is_registered(&f));
    tear_down(&f);
}

/* RFC 3680 5.1 */
static void a_missing_version_is_asked_for(void **state)
{
    struct fixture f;
    struct sip_message *m;

    (void)state;
    set_up(&f);
    tell(&f, DOC("0", "full", HERE));
    tell(&f, DOC("1", "partial", HERE));
    assert_null(puppet_request(&f.scscf, SIP_SUBSCRIBE, 0));
    tell(&f, DOC("3", "partial", HERE));
    m = puppet_request(&f.scscf, SIP_SUBSCRIBE, 0);
    assert_non_null(m);
    assert_text(m->uri, S("sip:reg@127.0.0.3:5060"));
    assert_has(sip_header_value(m, SIP_HDR_TO), "tag=icscf");
    puppet_answer(&f.scscf, m, 503, "");
    run(&f);
    ims_assert_says(f.pcscf, "P-REG-5", "the subscription lasts as it did");
    tell(&f, DOC("2", "partial", GONE)); /* later than the third */
    assert_true(is_registered(&f));
    tell(&f, DOC("4", "partial", GONE));
    assert_false(is_registered(&f));
    tear_down(&f);
}

/* RFC 6665 4.4.1 */
static void the_first_notify_may_come_before_the_answer(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, NETWORK);
    enter(&f, "r", 7, "a@ims.example");
    begin(&f, 0);
    assert_int_equal(tell(&f, DOC("0", "full", HERE)), 200);
    accept_it(&f, 0);
    assert_int_equal(tell(&f, DOC("1", "partial", GONE)), 200);
    assert_false(is_registered(&f));
    tear_down(&f);
}

/* RFC 6665 4.1.3 */
static void what_the_end_of_a_subscription_means(void **state)
{
    static const struct {
        const char *state;
        int64_t after;
        bool again;
    } rows[] = {
        {"terminated;reason=deactivated", 10 * SECOND, true},
        {"terminated;reason=timeout", 10 * SECOND, true},
        {"terminated;reason=deactivated", 0, false}, /* it would not end */
        {"terminated;reason=noresource", 10 * SECOND, false},
        {"terminated;reason=rejected", 10 * SECOND, false},
        {"terminated", 10 * SECOND, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f);
        sim_run_for(f.w.sim, rows[i].after);
        assert_int_equal(notify(&f, rows[i].state, "Event: reg\r\n", ""), 200);
        assert_int_equal(watches(&f), rows[i].again);
        assert_int_equal(subscription(&f, 1) != NULL, rows[i].again);
        assert_true(is_registered(&f));
        tear_down(&f);
    }
}

/* The registration lasts as if nobody had asked; the next one asks again. */
static void without_a_subscription_a_phone_is_served_all_the_same(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, NETWORK);
    enter(&f, "r", 7, "a@ims.example");
    puppet_answer(&f.icscf, subscription(&f, 0), 403, "");
    run(&f);
    assert_int_equal(watches(&f), 0);
    assert_true(is_registered(&f));
    ims_assert_says(f.pcscf, "P-REG-5", "nobody will say when it ends");
    enter(&f, "r", 8, "a@ims.example");
    assert_non_null(subscription(&f, 1));
    puppet_answer(&f.icscf, subscription(&f, 1), 200, "Expires: 4200\r\n");
    run(&f);
    ims_assert_says(f.pcscf, "P-REG-5", "makes no dialog");
    assert_int_equal(watches(&f), 0);
    tear_down(&f);
}

/* Whatever another vendor's S-CSCF does with SUBSCRIBE. */
static void a_refused_subscription_leaves_the_registration_alone(void **state)
{
    static const unsigned rows[] = {403, 404, 480, 489, 500, 503, 0};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        start(&f, NETWORK);
        enter(&f, "r", 7, "a@ims.example");
        if (rows[i]) /* else nobody answers */
            puppet_answer(&f.icscf, subscription(&f, 0), rows[i], "");
        sim_run_for(f.w.sim, 40 * SECOND);
        assert_int_equal(watches(&f), 0);
        assert_true(is_registered(&f));
        ims_assert_says(f.pcscf, "P-REG-5", "nobody will say when it ends");
        enter(&f, "r", 8, "a@ims.example");
        assert_int_equal(puppet_last(&f.phone)->status, 200);
        tear_down(&f);
    }
}

/* Neither asked for again and again, nor refreshed without an end. */
static void a_subscription_without_a_life_is_given_up(void **state)
{
    static const char *const rows[] = {"0", "1", "4"};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        char more[100];

        start(&f, NETWORK);
        enter(&f, "r", 7, "a@ims.example");
        begin(&f, 0);
        snprintf(more, sizeof more,
                 "Contact: <sip:reg@127.0.0.3:5060>\r\nExpires: %s\r\n",
                 rows[i]);
        puppet_answer(&f.icscf, subscription(&f, 0), 200, more);
        sim_run_for(f.w.sim, 10 * SECOND);
        assert_int_equal(watches(&f), 0);
        assert_null(subscription(&f, 1));
        assert_null(puppet_request(&f.scscf, SIP_SUBSCRIBE, 0));
        assert_true(is_registered(&f));
        assert_int_equal(tell(&f, DOC("0", "full", GONE)), 481);
        tear_down(&f);
    }
}

/* RFC 6665 4.1.3 */
static void
a_notifier_may_shorten_a_subscription_but_not_to_nothing(void **state)
{
    static const struct {
        const char *state;
        bool sooner;
    } rows[] = {
        {"active;expires=600", true},
        {"active;expires=1", false},
        {"active;expires=90000", false},
        {"active", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f);
        notify(&f, rows[i].state, "Event: reg\r\n", "");
        sim_run_for(f.w.sim, 310 * SECOND);
        assert_int_equal(puppet_request(&f.scscf, SIP_SUBSCRIBE, 0) != NULL,
                         rows[i].sooner);
        tear_down(&f);
    }
}

/* 4200 s were asked for. */
static void a_subscription_lasts_no_longer_than_asked_for(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, NETWORK);
    enter(&f, "r", 7, "a@ims.example");
    puppet_answer(&f.icscf, subscription(&f, 0), 200,
                  "Contact: <sip:reg@127.0.0.3:5060>\r\n"
                  "Expires: 4294967295\r\n");
    sim_run_for(f.w.sim, 3605 * (int64_t)SECOND);
    assert_false(is_registered(&f)); /* nobody to be watched is left */
    assert_int_equal(watches(&f), 0);
    tear_down(&f);
}

static void there_is_one_subscription_for_an_identity(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    enter(&f, "r", 8, "a@ims.example");
    assert_int_equal(watches(&f), 1);
    assert_null(subscription(&f, 1));
    enter(&f, "other", 1, "b@ims.example");
    assert_int_equal(watches(&f), 2);
    ims_assert_get(&f.w, f.pcscf, "GET /api/v1/subscriptions?q=b@ims", 200,
                   "\"public_identity\":\"sip:b@ims.example\"");
    ims_assert_get(&f.w, f.pcscf, "GET /api/v1/subscriptions", 200,
                   "\"total\":2");
    tear_down(&f);
}

static void nobody_is_watched_where_the_topology_does_not_say_so(void **state)
{
    struct fixture f;

    (void)state;
    start(&f, "");
    enter(&f, "r", 7, "a@ims.example");
    assert_null(subscription(&f, 0)); /* the topology does not ask for it */
    assert_int_equal(watches(&f), 0);
    tear_down(&f);
}

static void the_last_word_on_identities_counts(void **state)
{
    static const char full[] =
        DOC("0", "full",
            HERE "</registration><registration aor=\"sip:new@ims.example\" "
                 "id=\"2\" state=\"active\">" HERE);
    static const char partial[] =
        DOC("1", "partial",
            HERE "</registration><registration aor=\"sip:new@ims.example\" "
                 "id=\"2\" state=\"terminated\">");
    struct fixture f;

    (void)state;
    set_up(&f);
    tell(&f, full);
    ims_assert_get(&f.w, f.pcscf, "GET /api/v1/registrations", 200,
                   "[\"sip:a@ims.example\",\"sip:new@ims.example\"]");
    tell(&f, partial);
    ims_assert_get(&f.w, f.pcscf, "GET /api/v1/registrations", 200,
                   "[\"sip:a@ims.example\"]");
    tear_down(&f);
}

/* RFC 3680 5.1 */
static void
what_a_full_document_does_not_name_has_ended_if_it_was_named(void **state)
{
    static const char named[] =
        DOC("0", "full",
            CONTACT("active", "registered", "callid=\"r\" cseq=\"7\""));
    static const struct {
        const char *before, *then;
        bool anew, stays; /* registered anew between the two */
    } rows[] = {
        {named, DOC("1", "full", ""), false, false},
        {named, DOC("1", "partial", ""), false, true},
        {named, DOC("1", "full", HERE), false, true},
        {named, DOC("1", "full", ""), true, true},
        {DOC("0", "full", HERE), DOC("1", "full", ""), false, true},
        {DOC("0", "full", ""), DOC("1", "full", ""), false, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f);
        assert_int_equal(tell(&f, rows[i].before), 200);
        if (rows[i].anew)
            enter(&f, "r", 8, "a@ims.example");
        assert_int_equal(tell(&f, rows[i].then), 200);
        assert_int_equal(is_registered(&f), rows[i].stays);
        tear_down(&f);
    }
}

/* However many documents come. */
static void identities_do_not_grow_without_an_end(void **state)
{
    struct fixture f;
    const struct pcscf *me;
    const struct contact *c;
    struct buf doc;

    (void)state;
    set_up(&f);
    me = f.pcscf->state;
    c = flows_next(me->flows, NULL);
    buf_init(&doc, 65535);
    for (unsigned version = 0; version < 8; version++) {
        buf_reset(&doc);
        buf_printf(&doc,
                   "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" "
                   "version=\"%u\" state=\"partial\">",
                   version);
        for (unsigned i = 0; i < 60; i++)
            buf_printf(&doc,
                       "<registration aor=\"sip:u%u.%0120u@ims.example\" "
                       "id=\"i\" state=\"active\">" HERE "</registration>",
                       version, i);
        buf_str(&doc, "</reginfo>");
        assert_false(doc.full);
        buf_char(&doc, '\0');
        assert_int_equal(tell(&f, doc.p), 200);
    }
    assert_in_range(c->identities.n, 60 * 120, 16384);
    assert_true(contact_has_identity(c, S("sip:a@ims.example")));
    ims_assert_says(f.pcscf, "P-REG-5", "there is no room");
    buf_fini(&doc);
    tear_down(&f);
}

static void an_identity_that_is_told_twice_is_there_once(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    tell(&f, DOC("0", "full",
                 HERE "</registration><registration aor=\"sip:n@ims.example\" "
                      "id=\"2\" state=\"active\">" HERE
                      "</registration><registration "
                      "aor=\"sip:n@IMS.example;x=y\" "
                      "id=\"3\" state=\"active\">" HERE));
    ims_assert_get(&f.w, f.pcscf, "GET /api/v1/registrations", 200,
                   "[\"sip:a@ims.example\",\"sip:n@ims.example\"]");
    tear_down(&f);
}

static void a_registration_is_shortened_and_never_lengthened(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    tell(&f,
         DOC("0", "full", CONTACT("active", "shortened", "expires=\"9000\"")));
    tell(&f,
         DOC("1", "partial", CONTACT("active", "shortened", "expires=\"60\"")));
    sim_run_for(f.w.sim, 59 * SECOND);
    assert_true(is_registered(&f));
    sim_run_for(f.w.sim, 2 * SECOND);
    assert_false(is_registered(&f));
    tear_down(&f);
}

/* Its phones have to register again, and are subscribed to again then. */
static void after_a_restart_nobody_is_known(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    ims_restart(&f.w, &f.pcscf);
    assert_int_equal(tell(&f, DOC("0", "full", GONE)), 481);
    enter(&f, "r", 8, "a@ims.example");
    assert_int_equal(watches(&f), 1);
    assert_non_null(subscription(&f, 1));
    tear_down(&f);
}

static void forget(struct puppet *p)
{
    while (p->count)
        sip_message_drop(p->got[--p->count]);
}

/* What the heap has grown by, transactions and puppets' messages aside. */
static size_t after_users(struct fixture *f, unsigned from, unsigned to)
{
    struct mallinfo2 m;

    for (unsigned i = from; i < to; i++) {
        char call[32], user[32];

        snprintf(call, sizeof call, "0123456789abcdef%u", i);
        snprintf(user, sizeof user, "user%u@ims.example", i);
        enter(f, call, 2, user);
        begin(f, 0);
        accept_it(f, 0);
        f->cseq = 0;
        tell(f, DOC("0", "full", HERE));
        forget(&f->icscf);
        forget(&f->phone);
        forget(&f->scscf);
    }
    sim_run_for(f->w.sim, 40 * SECOND);
    assert_int_equal(watches(f), to);
    m = mallinfo2();
    return m.uordblks + m.hblkhd;
}

/* Under a sanitizer nothing is counted. */
static void a_user_weighs_less_than_two_kilobytes(void **state)
{
    enum { FEW = 64, MANY = 564 };
    struct fixture f;
    size_t few, many;

    (void)state;
    start(&f, NETWORK);
    few = after_users(&f, 0, FEW);
    many = after_users(&f, FEW, MANY);
    print_message("%zu bytes a user\n", (many - few) / (MANY - FEW));
    assert_true(many - few <= (size_t)(MANY - FEW) * 2048);
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_must_be_about_this_registration),
        cmocka_unit_test(a_notify_that_says_nothing_good_is_refused),
        cmocka_unit_test(only_who_was_subscribed_to_may_tell),
        cmocka_unit_test(what_was_overtaken_is_refused),
        cmocka_unit_test(a_missing_version_is_asked_for),
        cmocka_unit_test(the_first_notify_may_come_before_the_answer),
        cmocka_unit_test(what_the_end_of_a_subscription_means),
        cmocka_unit_test(without_a_subscription_a_phone_is_served_all_the_same),
        cmocka_unit_test(a_refused_subscription_leaves_the_registration_alone),
        cmocka_unit_test(a_subscription_without_a_life_is_given_up),
        cmocka_unit_test(
            a_notifier_may_shorten_a_subscription_but_not_to_nothing),
        cmocka_unit_test(a_subscription_lasts_no_longer_than_asked_for),
        cmocka_unit_test(there_is_one_subscription_for_an_identity),
        cmocka_unit_test(nobody_is_watched_where_the_topology_does_not_say_so),
        cmocka_unit_test(the_last_word_on_identities_counts),
        cmocka_unit_test(
            what_a_full_document_does_not_name_has_ended_if_it_was_named),
        cmocka_unit_test(identities_do_not_grow_without_an_end),
        cmocka_unit_test(an_identity_that_is_told_twice_is_there_once),
        cmocka_unit_test(a_registration_is_shortened_and_never_lengthened),
        cmocka_unit_test(after_a_restart_nobody_is_known),
        cmocka_unit_test(a_user_weighs_less_than_two_kilobytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
