/* SPDX-License-Identifier: MIT */
#include "crypto/digest.h"
#include "scscf/reg_event.h"
#include "sip/views.h"
#include "support/check.h"
#include "support/ims.h"
#include "support/puppet.h"
#include <stdio.h>

/* An S-CSCF with its HSS and a user with two contacts; P-CSCF, phones and who
 * watches are one puppet, which answers no NOTIFY unless the test says so.
 *
 * proves S-EVT-1 S-REG-5 */

struct fixture {
    struct ims w;
    struct node *hss, *scscf;
    struct puppet watcher;
    struct addr to;
    unsigned cseq;
    unsigned answered; /* NOTIFYs */
    const char *event; /* of SUBSCRIBEs */
};

static void says(struct fixture *f, const char *method, const char *uri,
                 const char *call, const char *to_tag, const char *fields)
{
    f->cseq++;
    puppet_send(&f->watcher, &f->to,
                "%s %s SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKp%u\r\n"
                "Max-Forwards: 70\r\n"
                "From: <sip:a@ims.example>;tag=a\r\n"
                "To: <sip:a@ims.example>%s%s\r\n"
                "Call-ID: %s\r\nCSeq: %u %s\r\n"
                "%sContent-Length: 0\r\n\r\n",
                method, uri, f->cseq, *to_tag ? ";tag=" : "", to_tag, call,
                f->cseq, method, fields);
    sim_run_for(f->w.sim, 200 * MSEC);
}

static void set_up_with(struct fixture *f, const char *settings)
{
    *f = (struct fixture){.event = "reg"};
    ims_init_with(&f->w, "scscf1", settings);
    f->hss = ims_start(&f->w, "hss1");
    f->scscf = ims_start(&f->w, "scscf1");
    puppet_init(&f->watcher, f->w.sim, "pcscf", IMS_PCSCF);
    f->to = world_addr(IMS_SCSCF, TRANSPORT_UDP);
    ims_import(
        &f->w, f->hss,
        "profiles:\n"
        "  - name: served\n"
        "    ifc: [{priority: 1, server: 'sip:as.ims.example:5065',\n"
        "      when: [{method: MESSAGE}]}]\n"
        "subscribers:\n"
        "  - privates: [{impi: a@ims.example, "
        "digest: {password: secret}}]\n"
        "    sets: [{publics: [{impu: sip:a@ims.example, profile: served}, "
        "tel:+15551001, sip:x@ims.example, "
        "{impu: sip:barred@ims.example, barred: true}]}]\n");
}

static void set_up(struct fixture *f)
{
    set_up_with(f, "limits: {dialogs: 3}");
}

static void tear_down(struct fixture *f)
{
    puppet_fini(&f->watcher);
    ims_fini(&f->w);
}

static void authorize(const struct sip_message *resp, char out[700])
{
    struct digest_input in = {.algorithm = DIGEST_MD5,
                              .method = S("REGISTER"),
                              .uri = S("sip:ims.example"),
                              .nc = S("00000001"),
                              .cnonce = S("c"),
                              .qop = DIGEST_QOP_AUTH};
    struct digest_hex ha1, response;
    struct sip_auth challenge;

    assert_int_equal(resp->status, 401);
    assert_true(sip_auth_find(resp, SIP_HDR_WWW_AUTHENTICATE, S("Digest"),
                              S("ims.example"), &challenge));
    assert_true(sip_auth_param(&challenge, S("nonce"), &in.nonce));
    digest_ha1(DIGEST_MD5, S("a@ims.example"), S("ims.example"), S("secret"),
               &ha1);
    digest_response(&in, digest_slice(&ha1), &response);
    snprintf(out, 700,
             "Authorization: Digest username=\"a@ims.example\", "
             "realm=\"ims.example\", nonce=\"%.*s\", uri=\"sip:ims.example\", "
             "qop=auth, nc=00000001, cnonce=\"c\", response=\"%.*s\"\r\n",
             SLICE_ARG(in.nonce), SLICE_ARG(digest_slice(&response)));
}

static const struct sip_message *last_answer(struct fixture *f)
{
    for (unsigned i = f->watcher.count; i-- > 0;)
        if (!f->watcher.got[i]->is_request)
            return f->watcher.got[i];
    return NULL;
}

static void enter(struct fixture *f, const char *contact)
{
    char fields[1200], authorization[700] = "";

    for (unsigned i = 0; i < 2; i++) {
        snprintf(fields, sizeof fields,
                 "Path: <sip:t@127.0.0.1:5070;lr>\r\nContact: %s\r\n%s",
                 contact, authorization);
        says(f, "REGISTER", "sip:scscf1.ims.example", "r", "", fields);
        if (!i)
            authorize(last_answer(f), authorization);
    }
    assert_int_equal(last_answer(f)->status, 200);
}

/* As who is asserted. */
static unsigned watch_as(struct fixture *f, const char *call, const char *impu,
                         const char *asserted, const char *more)
{
    char fields[500];

    snprintf(fields, sizeof fields,
             "Event: %s\r\nContact: <sip:me@127.0.0.1:5070>\r\n"
             "P-Asserted-Identity: <%s>\r\n%s",
             f->event, asserted, more);
    says(f, "SUBSCRIBE", impu, call, "", fields);
    return last_answer(f)->status;
}

static unsigned watch(struct fixture *f, const char *call, const char *more)
{
    return watch_as(f, call, "sip:a@ims.example", "sip:a@ims.example", more);
}

static struct sip_message *notify(struct fixture *f, unsigned n)
{
    return puppet_request(&f->watcher, SIP_NOTIFY, n);
}

/* NOTIFYs but retransmissions. */
static unsigned count_notifies(struct fixture *f)
{
    unsigned n = 0;
    struct slice last = {0};

    for (unsigned i = 0; notify(f, i); i++) {
        struct slice cseq = sip_header_value(notify(f, i), SIP_HDR_CSEQ);

        n += !slice_eq(cseq, last);
        last = cseq;
    }
    return n;
}

static struct sip_message *newest(struct fixture *f)
{
    unsigned n = 0;

    while (notify(f, n + 1))
        n++;
    return notify(f, n);
}

/* To the subscription of that Call-ID. */
static struct sip_message *newest_of(struct fixture *f, const char *call)
{
    struct sip_message *m, *last = NULL;

    for (unsigned i = 0; (m = notify(f, i)); i++)
        if (slice_eq(sip_header_value(m, SIP_HDR_CALL_ID), slice_of(call)))
            last = m;
    return last;
}

static void answer(struct fixture *f, unsigned status)
{
    puppet_answer(&f->watcher, newest(f), status, "");
    sim_run_for(f->w.sim, 200 * MSEC);
}

static size_t subscriptions(struct fixture *f)
{
    const struct scscf *me = f->scscf->state;

    return reg_events_count(me->reg_events);
}

static void move(struct fixture *f, unsigned n)
{
    char contact[64];

    snprintf(contact, sizeof contact, "<sip:a@127.0.0.50:%u>", 6000 + n);
    enter(f, contact);
}

/* RFC 6665 4.2.2, TS 24.229 5.4.2.1.2. */
static void one_notify_is_under_way_at_a_time(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    move(&f, 0);
    assert_int_equal(watch(&f, "s", ""), 200);
    move(&f, 1);
    move(&f, 2);
    assert_int_equal(count_notifies(&f), 1);
    answer(&f, 200);
    assert_int_equal(count_notifies(&f), 2);
    assert_has(newest(&f)->body, "version=\"1\" state=\"partial\"");
    assert_has(newest(&f)->body, "sip:a@127.0.0.50:6000</uri>");
    assert_has(newest(&f)->body, "sip:a@127.0.0.50:6001</uri>");
    answer(&f, 200);
    assert_has(newest(&f)->body, "version=\"2\" state=\"partial\"");
    answer(&f, 200);
    assert_int_equal(count_notifies(&f), 3);
    assert_int_equal(subscriptions(&f), 1);
    tear_down(&f);
}

static void a_contact_keeps_its_id_when_it_is_refreshed(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    move(&f, 0);
    assert_int_equal(watch(&f, "s", ""), 200);
    assert_has(newest(&f)->body, "id=\"c1\" state=\"active\" event=\"reg");
    assert_has(newest(&f)->body, "id=\"c1\" state=\"active\" event=\"cre");
    answer(&f, 200);
    move(&f, 0);
    assert_has(newest(&f)->body, "id=\"c1\" state=\"active\" event=\"refr");
    assert_has_not(newest(&f)->body, "created");
    answer(&f, 200);
    move(&f, 1);
    assert_has(newest(&f)->body, "id=\"c2\" state=\"active\" event=\"reg");
    tear_down(&f);
}

static void who_cannot_follow_is_to_subscribe_anew(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    move(&f, 0);
    assert_int_equal(watch(&f, "s", ""), 200);
    for (unsigned i = 1; i < 12; i++)
        move(&f, i);
    ims_assert_says(f.scscf, "S-EVT-1", "it is to subscribe anew");
    for (unsigned i = 0; i < 9; i++)
        answer(&f, 200);
    assert_int_equal(count_notifies(&f), 9);
    assert_text(sip_header_value(newest(&f), SIP_HDR_SUBSCRIPTION_STATE),
                S("terminated;reason=deactivated"));
    assert_int_equal(subscriptions(&f), 0);
    tear_down(&f);
}

static void there_is_a_most_of_subscriptions(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    move(&f, 0);
    assert_int_equal(watch(&f, "1", ""), 200);
    assert_int_equal(watch(&f, "2", ""), 200);
    assert_int_equal(watch(&f, "3", ""), 200);
    assert_int_equal(watch(&f, "4", ""), 503);
    ims_assert_get(&f.w, f.scscf, "GET /api/v1/limits", 200,
                   "\"subscriptions to registrations at a time\",\"limit\":3,"
                   "\"used\":3");
    tear_down(&f);
}

/* TS 24.229 5.4.2.1.1 item 1; who else may: ladder 161. */
static void
an_identity_that_is_barred_may_not_watch_and_a_server_may(void **state)
{
    static const struct {
        const char *asserted;
        unsigned status;
    } rows[] = {{"sip:barred@ims.example", 403},
                {"sip:b@ims.example", 403},
                {"sip:as.ims.example:5066", 403},
                {"sip:anybody@as.ims.example:5065", 200},
                {"tel:+15551001", 200}};
    struct fixture f;

    (void)state;
    set_up(&f);
    move(&f, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char call[16];

        snprintf(call, sizeof call, "s%zu", i);
        assert_int_equal(
            watch_as(&f, call, "sip:a@ims.example", rows[i].asserted, ""),
            rows[i].status);
    }
    tear_down(&f);
}

static void one_user_has_a_most_of_watchers_too(void **state)
{
    struct fixture f;
    struct scscf *me;
    char call[16];

    (void)state;
    set_up(&f);
    move(&f, 0);
    me = f.scscf->state;
    reg_events_limit(me->reg_events, 1000);
    for (unsigned i = 0; i < 33; i++) {
        snprintf(call, sizeof call, "s%u", i);
        assert_int_equal(watch(&f, call, ""), i < 32 ? 200 : 503);
    }
    assert_int_equal(subscriptions(&f), 32);
    tear_down(&f);
}

/* RFC 6665 4.2.1.1 */
static void nobody_watches_for_longer_than_one_may_be_registered(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    move(&f, 0);
    assert_int_equal(watch(&f, "s", "Expires: 700000\r\n"), 200);
    assert_text(sip_header_value(last_answer(&f), SIP_HDR_EXPIRES),
                S("600000"));
    tear_down(&f);
}

/* RFC 6665 4.2.2 */
static void what_an_answer_to_notify_means(void **state)
{
    static const struct {
        unsigned status, left;
    } rows[] = {{200, 1}, {202, 1}, {500, 1}, {503, 1}, {501, 0},
                {481, 0}, {403, 0}, {489, 0}, {603, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f);
        move(&f, 0);
        assert_int_equal(watch(&f, "s", ""), 200);
        answer(&f, rows[i].status);
        assert_int_equal(subscriptions(&f), rows[i].left);
        tear_down(&f);
    }
}

/* TS 29.228 6.1.3, RFC 6665 4.1.3: its successor is asked; the contact is not
 * said to be gone, for it is bound there. */
static void another_s_cscf_is_to_be_asked(void **state)
{
    struct fixture f;
    struct scscf *me;

    (void)state;
    set_up(&f);
    move(&f, 0);
    assert_int_equal(watch(&f, "s", ""), 200);
    answer(&f, 200);
    me = f.scscf->state;
    reg_event_move(me, registrar_first(me->registrar));
    sim_run_for(f.w.sim, 200 * MSEC);
    assert_text(sip_header_value(newest(&f), SIP_HDR_SUBSCRIPTION_STATE),
                S("terminated;reason=deactivated"));
    assert_int_equal(newest(&f)->body.n, 0);
    answer(&f, 200);
    assert_int_equal(subscriptions(&f), 0);
    tear_down(&f);
}

static void within_a_subscription_there_is_subscribe_alone(void **state)
{
    static const char fields[] = "Event: reg\r\nExpires: 900\r\n"
                                 "Contact: <sip:new@127.0.0.1:5070>\r\n";
    static const char us[] = "sip:reg@127.0.0.3:5060";
    struct fixture f;
    char tag[100];

    (void)state;
    set_up(&f);
    move(&f, 0);
    assert_int_equal(watch(&f, "s", ""), 200);
    snprintf(tag, sizeof tag, "%.*s",
             SLICE_ARG(sip_tag(newest(&f), SIP_HDR_FROM)));
    answer(&f, 200);
    says(&f, "SUBSCRIBE", us, "s", tag, fields);
    assert_int_equal(last_answer(&f)->status, 200);
    assert_text(newest(&f)->uri, S("sip:new@127.0.0.1:5070"));
    answer(&f, 200);
    says(&f, "MESSAGE", us, "s", tag, "");
    assert_int_equal(last_answer(&f)->status, 405);
    says(&f, "SUBSCRIBE", us, "another", tag, fields);
    assert_int_equal(last_answer(&f)->status, 481);
    f.cseq = 1; /* what came long before */
    says(&f, "SUBSCRIBE", us, "s", tag, fields);
    assert_int_equal(last_answer(&f)->status, 500);
    assert_int_equal(subscriptions(&f), 1);
    tear_down(&f);
}

/* RFC 6665 4.2.1, RFC 3261 8.2.2.3: within the dialog, too. */
static void
a_refresh_is_for_the_same_event_and_requires_what_is_known(void **state)
{
    static const struct {
        const char *first, *then, *more;
        unsigned status;
    } rows[] = {
        {"reg", "Event: reg\r\n", "", 200},
        {"reg", "Event: presence\r\n", "", 489},
        {"reg", "Event: reg;id=1\r\n", "", 481},
        {"reg", "", "", 489},
        {"reg", "Event: reg\r\n", "Require: foo\r\n", 420},
        {"reg;id=1", "Event: reg;id=1\r\n", "", 200},
        {"reg;id=1", "Event: reg;id=2\r\n", "", 481},
        {"reg;id=1", "Event: reg\r\n", "", 481},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char fields[200], tag[100];
        struct fixture f;
        unsigned notified;

        set_up(&f);
        f.event = rows[i].first;
        move(&f, 0);
        assert_int_equal(watch(&f, "s", ""), 200);
        snprintf(tag, sizeof tag, "%.*s",
                 SLICE_ARG(sip_tag(newest(&f), SIP_HDR_FROM)));
        answer(&f, 200);
        notified = count_notifies(&f);
        snprintf(fields, sizeof fields,
                 "%s%sContact: <sip:me@127.0.0.1:5070>\r\n", rows[i].then,
                 rows[i].more);
        says(&f, "SUBSCRIBE", "sip:reg@127.0.0.3:5060", "s", tag, fields);
        assert_int_equal(last_answer(&f)->status, rows[i].status);
        if (rows[i].status == 489)
            assert_text(sip_header_value(last_answer(&f), SIP_HDR_ALLOW_EVENTS),
                        S("reg"));
        assert_int_equal(count_notifies(&f) - notified, rows[i].status == 200);
        assert_int_equal(subscriptions(&f), 1);
        tear_down(&f);
    }
}

/* RFC 6665 4.2.1.1: too brief is what was asked for alone. */
static void who_asks_for_no_time_gets_as_much_as_must_be(void **state)
{
    struct fixture f;

    (void)state;
    set_up_with(&f, "registration: {min_expires: 2h, default_expires: 3h}");
    move(&f, 0);
    assert_int_equal(watch(&f, "s", "Expires: 3761\r\n"), 423);
    assert_text(sip_header_value(last_answer(&f), SIP_HDR_MIN_EXPIRES),
                S("7200"));
    assert_int_equal(watch(&f, "t", ""), 200);
    assert_text(sip_header_value(last_answer(&f), SIP_HDR_EXPIRES), S("7200"));
    tear_down(&f);
}

/* ---- another profile ------------------------------------------------------
 */

#define USER(impi, impus)                                                    \
    "<IMSSubscription><PrivateID>" impi "</PrivateID><ServiceProfile>" impus \
    "</ServiceProfile></IMSSubscription>"
#define IMPU(id) "<PublicIdentity><Identity>" id "</Identity></PublicIdentity>"
#define A_AND_X \
    USER("a@ims.example", IMPU("sip:a@ims.example") IMPU("sip:x@ims.example"))
#define B_AND_X \
    USER("b@ims.example", IMPU("sip:b@ims.example") IMPU("sip:x@ims.example"))

/* A profile that the HSS of this world did not send. */
static struct irs *put(struct fixture *f, const char *xml, const char *impu)
{
    struct scscf *me = f->scscf->state;
    struct irs *irs;
    struct why why;

    assert_ok(
        registrar_put(me->registrar, slice_of(xml), slice_of(impu), &irs, &why),
        &why);
    scscf_settle(me, irs);
    sim_run_for(f->w.sim, 200 * MSEC);
    return irs;
}

static struct irs *set_of(struct fixture *f, const char *impu)
{
    struct scscf *me = f->scscf->state;
    struct irs_identity *id = registrar_find(me->registrar, slice_of(impu));

    return id ? id->irs : NULL;
}

/* A document is no larger than a datagram: what cannot be told is not told in
 * part. */
static void who_has_too_many_identities_is_watched_no_more(void **state)
{
    struct fixture f;
    struct buf xml;

    (void)state;
    buf_init(&xml, 100000);
    buf_str(&xml, "<IMSSubscription><PrivateID>a@ims.example</PrivateID>"
                  "<ServiceProfile>" IMPU("sip:a@ims.example"));
    for (unsigned i = 0; i < 400; i++)
        buf_printf(&xml, IMPU("sip:identity%u@ims.example"), i);
    buf_str(&xml, "</ServiceProfile></IMSSubscription>");
    buf_char(&xml, '\0');
    set_up(&f);
    move(&f, 0);
    assert_int_equal(watch(&f, "s", ""), 200);
    answer(&f, 200);
    put(&f, xml.p, "sip:a@ims.example");
    assert_text(sip_header_value(newest(&f), SIP_HDR_SUBSCRIPTION_STATE),
                S("terminated;reason=giveup"));
    assert_int_equal(newest(&f)->body.n, 0);
    answer(&f, 200);
    assert_int_equal(subscriptions(&f), 0);
    tear_down(&f);
    buf_fini(&xml);
}

/* A phone that another private identity registered. */
static void bind_second(struct fixture *f, struct irs *irs)
{
    irs_bind(irs, NULL,
             &(struct binding_values){.uri = S("sip:second@127.0.0.51:6000"),
                                      .path = S("<sip:t@127.0.0.1:5070;lr>"),
                                      .impi = S("second@ims.example"),
                                      .call_id = S("second"),
                                      .impu = S("sip:second@ims.example"),
                                      .q = 1000,
                                      .expires_us = (int64_t)3600 * SECOND});
    scscf_settle(f->scscf->state, irs);
    sim_run_for(f->w.sim, 200 * MSEC);
}

static void assert_ended(const struct sip_message *m, const char *reason)
{
    char state[60];

    snprintf(state, sizeof state, "terminated;reason=%s", reason);
    assert_text(sip_header_value(m, SIP_HDR_SUBSCRIPTION_STATE),
                slice_of(state));
}

/* The document's <registration> of the identity. */
static struct slice registration_in(const struct sip_message *m,
                                    const char *impu)
{
    struct slice rest = m->body;
    char begin[100];
    ssize_t at;

    snprintf(begin, sizeof begin, "<registration aor=\"%s\"", impu);
    at = slice_find(rest, slice_of(begin));
    if (at < 0)
        return (struct slice){0};
    rest = slice_from(rest, (size_t)at);
    at = slice_find(rest, S("</registration>"));
    return slice_at(rest.p, (size_t)at);
}

/* TS 24.229 5.4.2.1.2: what is watched is told to be no more, and whose it is
 * then is nobody's business. */
static void who_watches_what_leaves_its_set_is_told_so_and_no_more(void **state)
{
    struct fixture f;
    unsigned before;

    (void)state;
    set_up(&f);
    move(&f, 0);
    assert_int_equal(
        watch_as(&f, "s", "sip:x@ims.example", "sip:a@ims.example", ""), 200);
    answer(&f, 200);
    ims_change(&f.w, f.hss, "a@ims.example",
               "{\"sets\": [{\"publics\": [\"sip:a@ims.example\"]}]}");
    assert_ended(newest(&f), "deactivated");
    assert_has(newest(&f)->body, "version=\"1\" state=\"full\"");
    assert_has(registration_in(newest(&f), "sip:a@ims.example"),
               "state=\"active\" event=\"registered\"");
    assert_has(registration_in(newest(&f), "sip:x@ims.example"),
               "state=\"terminated\">");
    assert_has(registration_in(newest(&f), "sip:x@ims.example"),
               "state=\"terminated\" event=\"rejected\"");
    before = count_notifies(&f);
    bind_second(&f, put(&f, B_AND_X, "sip:b@ims.example")); /* unanswered yet */
    assert_int_equal(count_notifies(&f), before);
    answer(&f, 200);
    assert_int_equal(subscriptions(&f), 0);
    assert_int_equal(count_notifies(&f), before);
    tear_down(&f);
}

/* The S-CSCF hears of it by the new owner alone. */
static void what_another_user_has_now_is_taken_from_who_had_it(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    move(&f, 0);
    assert_int_equal(
        watch_as(&f, "x", "sip:x@ims.example", "sip:a@ims.example", ""), 200);
    answer(&f, 200);
    assert_int_equal(watch(&f, "a", ""), 200);
    answer(&f, 200);
    bind_second(&f, put(&f, B_AND_X, "sip:b@ims.example"));
    assert_ended(newest_of(&f, "x"), "deactivated");
    assert_has(registration_in(newest_of(&f, "x"), "sip:x@ims.example"),
               "state=\"terminated\" event=\"rejected\"");
    assert_has(newest_of(&f, "a")->body, "version=\"1\" state=\"full\"");
    assert_has(registration_in(newest_of(&f, "a"), "sip:a@ims.example"),
               "state=\"active\" event=\"registered\"");
    assert_has_not(newest_of(&f, "a")->body, "sip:x@ims.example");
    assert_has_not(newest_of(&f, "x")->body, "127.0.0.51");
    tear_down(&f);
}

static void what_has_no_identity_left_is_registered_no_more(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    bind_second(&f, put(&f, USER("c@ims.example", IMPU("sip:x@ims.example")),
                        "sip:x@ims.example"));
    assert_int_equal(
        watch_as(&f, "s", "sip:x@ims.example", "sip:x@ims.example", ""), 200);
    answer(&f, 200);
    put(&f, B_AND_X, "sip:b@ims.example");
    assert_ended(newest(&f), "noresource");
    assert_has(registration_in(newest(&f), "sip:x@ims.example"),
               "state=\"terminated\" event=\"rejected\"");
    assert_false(irs_is_registered(set_of(&f, "sip:x@ims.example")));
    tear_down(&f);
}

/* TS 24.229 5.4.2.1.1 item 1, RFC 6665 4.1.3 */
static void a_server_that_the_profile_has_no_more_watches_no_more(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    move(&f, 0);
    assert_int_equal(
        watch_as(&f, "s", "sip:a@ims.example", "sip:as.ims.example:5065", ""),
        200);
    answer(&f, 200);
    ims_change(&f.w, f.hss, "a@ims.example",
               "{\"sets\": [{\"publics\": [\"sip:a@ims.example\"]}]}");
    assert_ended(newest(&f), "rejected");
    assert_int_equal(newest(&f)->body.n, 0);
    ims_assert_says(f.scscf, "S-EVT-1",
                    "may watch the registration of "
                    "sip:a@ims.example no more");
    answer(&f, 200);
    assert_int_equal(subscriptions(&f), 0);
    tear_down(&f);
}

static void who_is_on_no_path_any_more_cannot_refresh(void **state)
{
    struct fixture f;
    char tag[100];
    struct irs *irs;

    (void)state;
    set_up(&f);
    irs = put(&f, A_AND_X, "sip:a@ims.example");
    bind_second(&f, irs);
    assert_int_equal(
        watch_as(&f, "s", "sip:a@ims.example", "sip:127.0.0.1:5070", ""), 200);
    snprintf(tag, sizeof tag, "%.*s",
             SLICE_ARG(sip_tag(newest(&f), SIP_HDR_FROM)));
    answer(&f, 200);
    irs_bind(irs, container_of(irs->bindings.next, struct binding, link),
             &(struct binding_values){.uri = S("sip:second@127.0.0.52:6000"),
                                      .path = S("<sip:elsewhere;lr>"),
                                      .impi = S("second@ims.example"),
                                      .call_id = S("second"),
                                      .expires_us = (int64_t)3600 * SECOND});
    says(&f, "SUBSCRIBE", "sip:reg@127.0.0.3:5060", "s", tag,
         "Event: reg\r\nExpires: 900\r\n"
         "Contact: <sip:me@127.0.0.1:5070>\r\n");
    assert_int_equal(last_answer(&f)->status, 403);
    assert_ended(newest(&f), "rejected");
    assert_int_equal(newest(&f)->body.n, 0);
    tear_down(&f);
}

/* TS 24.229 5.4.2.1.2, RFC 3680 5.1: a partial document would not say that
 * the second phone has lost an identity. */
static void a_profile_that_comes_with_a_register_is_told_in_full(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f);
    move(&f, 0);
    put(&f,
        USER("a@ims.example",
             IMPU("sip:a@ims.example") IMPU("sip:gone@ims.example")),
        "sip:a@ims.example");
    bind_second(&f, set_of(&f, "sip:a@ims.example"));
    assert_int_equal(watch(&f, "s", ""), 200);
    assert_has(newest(&f)->body, "sip:gone@ims.example");
    answer(&f, 200);
    move(&f, 1);
    assert_has(newest(&f)->body, "version=\"1\" state=\"full\"");
    assert_has_not(newest(&f)->body, "sip:gone@ims.example");
    assert_has(newest(&f)->body, "sip:second@127.0.0.51:6000</uri>");
    assert_has(newest(&f)->body, "state=\"active\" event=\"registered\"");
    assert_has(newest(&f)->body, "state=\"terminated\" event=\"unregistered\"");
    answer(&f, 200);
    move(&f, 1);
    assert_has(newest(&f)->body, "version=\"2\" state=\"partial\"");
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_notify_is_under_way_at_a_time),
        cmocka_unit_test(a_contact_keeps_its_id_when_it_is_refreshed),
        cmocka_unit_test(who_cannot_follow_is_to_subscribe_anew),
        cmocka_unit_test(there_is_a_most_of_subscriptions),
        cmocka_unit_test(
            an_identity_that_is_barred_may_not_watch_and_a_server_may),
        cmocka_unit_test(one_user_has_a_most_of_watchers_too),
        cmocka_unit_test(nobody_watches_for_longer_than_one_may_be_registered),
        cmocka_unit_test(what_an_answer_to_notify_means),
        cmocka_unit_test(another_s_cscf_is_to_be_asked),
        cmocka_unit_test(within_a_subscription_there_is_subscribe_alone),
        cmocka_unit_test(
            a_refresh_is_for_the_same_event_and_requires_what_is_known),
        cmocka_unit_test(who_asks_for_no_time_gets_as_much_as_must_be),
        cmocka_unit_test(
            who_watches_what_leaves_its_set_is_told_so_and_no_more),
        cmocka_unit_test(who_has_too_many_identities_is_watched_no_more),
        cmocka_unit_test(what_another_user_has_now_is_taken_from_who_had_it),
        cmocka_unit_test(what_has_no_identity_left_is_registered_no_more),
        cmocka_unit_test(a_server_that_the_profile_has_no_more_watches_no_more),
        cmocka_unit_test(who_is_on_no_path_any_more_cannot_refresh),
        cmocka_unit_test(a_profile_that_comes_with_a_register_is_told_in_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
