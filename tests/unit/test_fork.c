/* SPDX-License-Identifier: MIT */
#include "sip/proxy.h"
#include "sip/views.h"
#include "support/check.h"
#include "support/puppet.h"

/* The response context of RFC 3261 16.7, between a caller and up to three
 * phones, all in the simulator.
 *
 * proves SIP-5 */

enum { PHONES = 3 };

struct world {
    struct sim *sim;
    struct world_host *w;
    struct sip_stack *stack;
    struct sip_proxy *proxy;
    struct addr at;
    struct puppet caller, phone[PHONES];
    /* what the procedure does */
    unsigned targets;       /* how many phones are tried */
    unsigned group[PHONES]; /* and when */
    int64_t no_answer_us;
    unsigned more;           /* phones that on_best adds, one a time */
    bool later;              /* not in on_best itself */
    unsigned stop;           /* on_best stops with this status */
    bool waits;              /* does not forward */
    unsigned starved_status; /* of responses whose edits find no memory */
    bool starved_request;
    struct slice uri; /* where it is to go, of which there is no room for */
    /* what it saw */
    struct sip_request *req;
    struct sip_forward *f;
    unsigned responses, bests, cancels, dones;
    unsigned best_status;
    enum sip_client_cause cause;
};

static void on_response(void *ctx, struct sip_message *resp, void *branch)
{
    struct world *t = ctx;

    assert_non_null(branch);
    t->responses++;
    sip_add_named(resp, S("X-Edited"), S("yes"));
    resp->starved |= resp->status == t->starved_status;
}

static void add(struct world *t, struct sip_message *m, unsigned i)
{
    struct sip_branch b = {
        .msg = sip_message_copy(m),
        .to = {.addr = t->phone[i].addr, .trust = SIP_MW},
        .group = t->group[i],
        .no_answer_us = t->no_answer_us,
        .branch = &t->phone[i],
        .record_route = S("sip:p.ims.example"),
    };

    b.msg->starved = t->starved_request;
    b.to.uri = t->uri;
    if (t->uri.n)
        b.msg->arena.limit = t->uri.n; /* not for that beside the rest */
    sip_forward_add(t->f, &b);
}

static bool on_best(void *ctx, struct sip_forward *f, struct sip_message *best,
                    enum sip_client_cause cause, void *branch)
{
    struct world *t = ctx;

    (void)branch;
    t->bests++;
    t->best_status = best->status;
    t->cause = cause;
    if (t->stop) {
        sip_forward_stop(f, t->stop, "Because");
        return true;
    }
    if (t->targets < t->more && !t->later) {
        add(t, t->req->msg, t->targets++);
        sip_forward_go(f);
        return true;
    }
    return t->later;
}

static void on_cancel(void *ctx, struct sip_forward *f)
{
    struct world *t = ctx;

    assert_ptr_equal(f, t->f);
    t->cancels++;
}

static void on_done(void *ctx)
{
    struct world *t = ctx;

    t->dones++;
    t->f = NULL;
}

static const struct sip_forward_handler handler = {on_response, on_best,
                                                   on_cancel, on_done};

static void forward(struct world *t)
{
    t->f = sip_forward_new(t->proxy, t->req, &handler, t);
    for (unsigned i = 0; i < t->targets; i++)
        add(t, t->req->msg, i);
    sip_forward_go(t->f);
}

static void on_request(void *ctx, struct sip_request *req)
{
    struct world *t = ctx;

    if (!sip_proxy_check(t->proxy, req)) {
        sip_request_drop(req);
        return;
    }
    t->req = req;
    if (!t->waits)
        forward(t);
}

static void on_cancel_request(void *ctx, struct sip_request *req,
                              struct sip_message *cancel)
{
    struct world *t = ctx;

    sip_proxy_cancel(t->proxy, req, cancel);
}

static void on_ack(void *ctx, struct sip_message *ack,
                   const struct sip_flow *flow)
{
    struct world *t = ctx;

    sip_proxy_ack(t->proxy, ack, flow, NULL, NULL);
}

static bool is_own(void *ctx, const struct sip_uri *uri)
{
    (void)ctx;
    return slice_eq_nocase(uri->host, S("p.ims.example"));
}

static struct world *world_with(unsigned targets, int64_t timer_c_us)
{
    static const struct sip_stack_handler sip = {
        .on_request = on_request,
        .on_cancel = on_cancel_request,
        .on_ack = on_ack,
    };
    const struct sip_timers timers = {
        .t1 = 500000, .t2 = 4000000, .t4 = 5000000, .timer_c = timer_c_us};
    struct world *t = test_calloc(1, sizeof(*t));
    const struct sip_listener *l;
    struct why why;

    t->sim = sim_new(7);
    t->w = world_host_new(t->sim, "p");
    t->at = world_addr("10.0.0.1:5060", TRANSPORT_UDP);
    t->targets = targets;
    t->stack = sip_stack_new(
        &(struct sip_stack_config){
            .env = &t->w->env,
            .transport = {.env = &t->w->env},
            .locate = {.env = &t->w->env, .ipv4 = true, .udp = true},
        },
        &sip, t);
    assert_ok(sip_transport_listen(sip_stack_transport(t->stack), &t->at,
                                   SIP_MW, S("p.ims.example"), 0, &timers, &l,
                                   &why),
              &why);
    t->proxy = sip_proxy_new(&(struct sip_proxy_config){
        .stack = t->stack, .is_own = is_own, .ctx = t});
    puppet_init(&t->caller, t->sim, "caller", "10.0.1.1:5060");
    puppet_init(&t->phone[0], t->sim, "phone0", "10.0.2.1:5060");
    puppet_init(&t->phone[1], t->sim, "phone1", "10.0.2.2:5060");
    puppet_init(&t->phone[2], t->sim, "phone2", "10.0.2.3:5060");
    return t;
}

static struct world *world_new(unsigned targets)
{
    return world_with(targets, 200 * (int64_t)SECOND);
}

static void world_end(struct world *t)
{
    sip_proxy_free(t->proxy);
    sip_stack_free(t->stack);
    puppet_fini(&t->caller);
    for (unsigned i = 0; i < PHONES; i++)
        puppet_fini(&t->phone[i]);
    world_host_free(t->w);
    sim_free(t->sim);
    test_free(t);
}

/* 200 ms later. */
static void soon(struct world *t)
{
    sim_run_for(t->sim, 200000);
}

static void call(struct world *t, const char *method, const char *more)
{
    puppet_send(&t->caller, &t->at,
                "%s sip:bob@b.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 10.0.1.1:5060;branch=z9hG4bKcall\r\n"
                "From: <sip:alice@a.example>;tag=a\r\n"
                "To: <sip:bob@b.example>\r\n"
                "Call-ID: 1@a\r\n"
                "CSeq: 1 %s\r\n"
                "Max-Forwards: 70\r\n"
                "%sContent-Length: 0\r\n\r\n",
                method, method, more);
    soon(t);
}

static void invite(struct world *t)
{
    call(t, "INVITE", "");
}

static void answer_with(struct world *t, unsigned i, enum sip_method m,
                        unsigned status, const char *more)
{
    struct sip_message *req = puppet_request(&t->phone[i], m, 0);

    assert_non_null(req);
    puppet_answer(&t->phone[i], req, status, more);
    soon(t);
}

static void answer(struct world *t, unsigned i, unsigned status)
{
    answer_with(t, i, SIP_INVITE, status, "");
}

static bool rings(const struct world *t, unsigned i)
{
    return puppet_request(&t->phone[i], SIP_INVITE, 0);
}

static bool is_cancelled(const struct world *t, unsigned i)
{
    return puppet_request(&t->phone[i], SIP_CANCEL, 0);
}

/* The phone does as a phone does on CANCEL. */
static void obey_cancel(struct world *t, unsigned i)
{
    answer_with(t, i, SIP_CANCEL, 200, "");
    answer(t, i, 487);
}

static struct slice header(const struct sip_message *m, enum sip_header_id id)
{
    return sip_header_value(m, id);
}

static void a_request_leaves_as_the_rfc_says(void **state)
{
    struct world *t = world_new(1);
    struct sip_message *m;
    struct sip_via via;

    (void)state;
    invite(t);
    m = puppet_request(&t->phone[0], SIP_INVITE, 0);
    assert_non_null(m);
    assert_text(m->uri, S("sip:bob@b.example"));
    assert_text(header(m, SIP_HDR_MAX_FORWARDS), S("69"));
    assert_text(header(m, SIP_HDR_RECORD_ROUTE), S("<sip:p.ims.example;lr>"));
    assert_text(header(m, SIP_HDR_MAX_BREADTH), S("60"));
    assert_int_equal(sip_values_count(m, SIP_HDR_VIA), 2);
    assert_int_equal(sip_via_top(m, &via, NULL), IMS_OK);
    assert_text(via.host, S("p.ims.example"));
    assert_true(sip_branch_is_3261(via.branch));
    answer(t, 0, 200);
    world_end(t);
}

static void responses_go_up_at_once_and_edited(void **state)
{
    struct world *t = world_new(1);

    (void)state;
    invite(t);
    assert_non_null(puppet_response(&t->caller, 100, 0));
    answer(t, 0, 180);
    assert_non_null(puppet_response(&t->caller, 180, 0));
    assert_int_equal(
        sip_values_count(puppet_response(&t->caller, 180, 0), SIP_HDR_VIA), 1);
    assert_non_null(
        sip_header_named(puppet_response(&t->caller, 180, 0), S("x-edited")));
    answer(t, 0, 183);
    answer(t, 0, 200);
    assert_non_null(puppet_response(&t->caller, 200, 0));
    assert_int_equal(t->responses, 3);
    assert_int_equal(t->bests, 0);
    assert_int_equal(t->dones, 0); /* more 2xx may come */
    sim_run_for(t->sim, 40 * SECOND);
    assert_int_equal(t->dones, 1);
    world_end(t);
}

static void every_2xx_to_an_invite_goes_up(void **state)
{
    struct world *t = world_new(2);

    (void)state;
    invite(t);
    answer(t, 0, 180);
    answer(t, 1, 180);
    answer(t, 0, 200);
    answer(t, 1, 200); /* crossed our CANCEL */
    assert_non_null(puppet_response(&t->caller, 200, 0));
    assert_non_null(puppet_response(&t->caller, 200, 1));
    assert_text(sip_tag(puppet_response(&t->caller, 200, 1), SIP_HDR_TO),
                S("phone1"));
    world_end(t);
}

static void a_2xx_cancels_the_others(void **state)
{
    struct world *t = world_new(3);

    (void)state;
    invite(t);
    for (unsigned i = 0; i < 3; i++)
        answer(t, i, 180);
    answer(t, 1, 200);
    assert_true(is_cancelled(t, 0) && is_cancelled(t, 2));
    assert_false(is_cancelled(t, 1));
    assert_has(
        header(puppet_request(&t->phone[0], SIP_CANCEL, 0), SIP_HDR_REASON),
        "cause=200");
    obey_cancel(t, 0);
    obey_cancel(t, 2);
    assert_null(puppet_response(&t->caller, 487, 0));
    assert_non_null(puppet_request(&t->phone[0], SIP_ACK, 0));
    world_end(t);
}

static void the_best_of_failures_goes_up_when_all_are_in(void **state)
{
    static const unsigned cases[][4] = {
        {404, 486, 503, 404}, {500, 302, 486, 302}, {503, 500, 502, 500},
        {486, 407, 404, 407}, {408, 486, 500, 486}, {503, 503, 503, 500},
        {503, 504, 502, 504}, {480, 484, 401, 484}, {487, 408, 503, 487},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct world *t = world_new(3);

        invite(t);
        answer(t, 0, cases[i][0]);
        answer(t, 1, cases[i][1]);
        assert_int_equal(t->responses, 0);
        answer(t, 2, cases[i][2]);
        assert_int_equal(puppet_last(&t->caller)->status, cases[i][3]);
        assert_int_equal(t->responses, 1);
        assert_int_equal(t->bests, 1);
        assert_int_equal(t->cause, SIP_CLIENT_RESPONSE);
        assert_int_equal(t->dones, 1);
        world_end(t);
    }
}

static void a_6xx_ends_the_others_and_goes_up(void **state)
{
    struct world *t = world_new(2);

    (void)state;
    invite(t);
    answer(t, 1, 180);
    answer(t, 0, 603);
    assert_true(is_cancelled(t, 1));
    assert_null(puppet_response(&t->caller, 603, 0));
    obey_cancel(t, 1);
    assert_non_null(puppet_response(&t->caller, 603, 0));
    assert_int_equal(t->bests, 0);
    assert_int_equal(t->dones, 1);
    world_end(t);
}

/* A MESSAGE cannot be cancelled: who says 603 does not speak for the others. */
static void a_6xx_waits_for_who_cannot_be_cancelled(void **state)
{
    static const unsigned rows[][2] = {{200, 200}, {404, 603}, {486, 603}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct world *t = world_new(2);

        call(t, "MESSAGE", "");
        answer_with(t, 0, SIP_MESSAGE, 603, "");
        assert_null(puppet_last(&t->caller));
        answer_with(t, 1, SIP_MESSAGE, rows[i][0], "");
        assert_int_equal(puppet_last(&t->caller)->status, rows[i][1]);
        assert_false(is_cancelled(t, 1));
        assert_int_equal(t->dones, 1);
        world_end(t);
    }
}

/* Behind a 2xx the other one rings on until it obeys: nobody hears of it. */
static void who_rings_behind_a_2xx_is_not_heard_of(void **state)
{
    struct world *t = world_new(2);

    (void)state;
    invite(t);
    answer(t, 0, 180);
    answer(t, 0, 200);
    answer(t, 1, 180);
    assert_true(is_cancelled(t, 1));
    assert_null(puppet_response(&t->caller, 180, 1));
    obey_cancel(t, 1);
    assert_null(puppet_response(&t->caller, 487, 0));
    world_end(t);
}

static void challenges_of_all_branches_are_merged(void **state)
{
    struct world *t = world_new(3);
    struct sip_message *m;

    (void)state;
    invite(t);
    answer_with(t, 0, SIP_INVITE, 407,
                "Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\"\r\n");
    answer_with(t, 1, SIP_INVITE, 401,
                "WWW-Authenticate: Digest realm=\"b\", nonce=\"2\"\r\n");
    answer_with(t, 2, SIP_INVITE, 407,
                "Proxy-Authenticate: Digest realm=\"c\", nonce=\"3\"\r\n");
    m = puppet_response(&t->caller, 407, 0);
    assert_non_null(m);
    assert_has(header(m, SIP_HDR_WWW_AUTHENTICATE), "realm=\"b\"");
    assert_int_equal(sip_values_count(m, SIP_HDR_PROXY_AUTHENTICATE), 2);
    world_end(t);
}

static void groups_are_tried_one_after_another(void **state)
{
    struct world *t = world_new(3);

    (void)state;
    t->group[0] = 20;
    t->group[1] = 10;
    t->group[2] = 10;
    invite(t);
    assert_true(rings(t, 1) && rings(t, 2) && !rings(t, 0));
    answer(t, 1, 486);
    assert_false(rings(t, 0));
    answer(t, 2, 480);
    assert_true(rings(t, 0));
    answer(t, 0, 200);
    assert_non_null(puppet_response(&t->caller, 200, 0));
    assert_null(puppet_response(&t->caller, 486, 0));
    world_end(t);
}

static void a_group_without_an_answer_gives_way(void **state)
{
    struct world *t = world_new(2);

    (void)state;
    t->group[1] = 1;
    t->no_answer_us = 10 * SECOND;
    invite(t);
    answer(t, 0, 180);
    sim_run_for(t->sim, 9 * SECOND);
    assert_false(is_cancelled(t, 0));
    sim_run_for(t->sim, SECOND);
    assert_true(is_cancelled(t, 0));
    obey_cancel(t, 0);
    assert_true(rings(t, 1));
    answer(t, 1, 486);
    assert_int_equal(puppet_last(&t->caller)->status, 486);
    world_end(t);
}

static void a_branch_that_we_gave_up_counts_as_408(void **state)
{
    struct world *t = world_new(1);

    (void)state;
    t->no_answer_us = 10 * SECOND;
    invite(t);
    answer(t, 0, 180);
    sim_run_for(t->sim, 10 * SECOND);
    obey_cancel(t, 0);
    assert_int_equal(t->best_status, 408);
    assert_int_equal(t->cause, SIP_CLIENT_GAVE_UP);
    assert_int_equal(puppet_last(&t->caller)->status, 408);
    world_end(t);
}

/* Whether the time is up before the caller cancels or while the phone is slow
 * to obey, he cancelled: RFC 3261 16.10, 15.1.2. */
static void who_cancels_is_told_487_whatever_runs_out(void **state)
{
    static const int64_t cancels_at_ms[] = {9300, 9700};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct world *t = world_new(2);

        t->group[1] = 1;
        t->no_answer_us = 10 * SECOND;
        invite(t);
        answer(t, 0, 180);
        sim_run_for(t->sim, cancels_at_ms[i] * MSEC);
        call(t, "CANCEL", "");
        sim_run_for(t->sim, SECOND);
        obey_cancel(t, 0);
        assert_int_equal(puppet_last(&t->caller)->status, 487);
        assert_false(rings(t, 1));
        if (i == 0)
            assert_has_not(world_story(t->w), "no answer in time");
        world_end(t);
    }
}

static void timer_c_ends_what_rings_for_ever(void **state)
{
    struct world *t = world_new(1);

    (void)state;
    invite(t);
    answer(t, 0, 180);
    sim_run_for(t->sim, 150 * SECOND);
    answer(t, 0, 180); /* starts it anew: 16.7 step 2 */
    sim_run_for(t->sim, 150 * SECOND);
    assert_false(is_cancelled(t, 0));
    sim_run_for(t->sim, 51 * SECOND);
    assert_true(is_cancelled(t, 0));
    obey_cancel(t, 0);
    assert_int_equal(puppet_last(&t->caller)->status, 408);
    assert_int_equal(t->dones, 1);
    world_end(t);
}

/* RFC 3261 16.6 step 11: more than three minutes. */
static void timer_c_is_three_minutes_where_none_is_set(void **state)
{
    struct world *t = world_with(1, 0);

    (void)state;
    invite(t);
    answer(t, 0, 180);
    sim_run_for(t->sim, 180 * SECOND);
    assert_false(is_cancelled(t, 0));
    sim_run_for(t->sim, 2 * SECOND);
    assert_true(is_cancelled(t, 0));
    obey_cancel(t, 0);
    world_end(t);
}

static void silence_is_a_408_made_here(void **state)
{
    struct world *t = world_new(1);

    (void)state;
    invite(t);
    sim_run_for(t->sim, 33 * SECOND);
    assert_int_equal(t->cause, SIP_CLIENT_TIMEOUT);
    assert_non_null(puppet_response(&t->caller, 408, 0));
    assert_int_equal(
        sip_values_count(puppet_response(&t->caller, 408, 0), SIP_HDR_VIA), 1);
    world_end(t);
}

static void cancel_goes_down_with_its_reason_and_487_comes_up(void **state)
{
    struct world *t = world_new(2);

    (void)state;
    t->group[1] = 1;
    invite(t);
    answer(t, 0, 180);
    call(t, "CANCEL", "Reason: Q.850;cause=31\r\n");
    assert_int_equal(t->cancels, 1);
    assert_non_null(puppet_response(&t->caller, 200, 0)); /* of the CANCEL */
    assert_true(is_cancelled(t, 0));
    assert_text(
        header(puppet_request(&t->phone[0], SIP_CANCEL, 0), SIP_HDR_REASON),
        S("Q.850;cause=31"));
    obey_cancel(t, 0);
    assert_non_null(puppet_response(&t->caller, 487, 0));
    assert_false(rings(t, 1));
    assert_int_equal(t->bests, 0);
    assert_int_equal(t->dones, 1);
    world_end(t);
}

static void
a_request_cancelled_before_it_is_forwarded_goes_nowhere(void **state)
{
    struct world *t = world_new(1);

    (void)state;
    t->waits = true;
    invite(t);
    call(t, "CANCEL", "");
    assert_non_null(puppet_response(&t->caller, 487, 0));
    forward(t);
    soon(t);
    assert_int_equal(t->dones, 1);
    assert_int_equal(t->phone[0].count, 0);
    world_end(t);
}

static void the_procedure_may_go_on_with_another_target(void **state)
{
    struct world *t = world_new(1);

    (void)state;
    t->more = 3;
    invite(t);
    answer(t, 0, 480);
    assert_true(rings(t, 1));
    answer(t, 1, 404);
    answer(t, 2, 486); /* the last: neither 480 nor 404, which it passed over */
    assert_int_equal(t->bests, 3);
    assert_int_equal(puppet_last(&t->caller)->status, 486);
    assert_int_equal(t->dones, 1);
    world_end(t);
}

static void the_procedure_may_take_its_time(void **state)
{
    struct world *t = world_new(1);

    (void)state;
    t->later = true;
    invite(t);
    answer(t, 0, 480);
    assert_null(puppet_response(&t->caller, 480, 0));
    sim_run_for(t->sim, 60 * SECOND);
    assert_int_equal(t->dones, 0);
    add(t, t->req->msg, 1);
    sip_forward_go(t->f);
    soon(t);
    t->later = false;
    answer(t, 1, 486);
    assert_int_equal(puppet_last(&t->caller)->status, 486);
    assert_int_equal(t->dones, 1);
    world_end(t);
}

static void a_cancel_ends_a_context_that_waits_for_its_procedure(void **state)
{
    struct world *t = world_new(1);

    (void)state;
    t->later = true;
    invite(t);
    answer(t, 0, 480);
    call(t, "CANCEL", "");
    assert_non_null(puppet_response(&t->caller, 487, 0));
    assert_int_equal(t->dones, 1);
    world_end(t);
}

static void going_on_with_nothing_new_sends_what_there_is(void **state)
{
    struct world *t = world_new(0);

    (void)state;
    invite(t);
    assert_non_null(puppet_response(&t->caller, 480, 0));
    assert_int_equal(t->dones, 1);
    world_end(t);
    t = world_new(1);
    t->later = true;
    invite(t);
    answer(t, 0, 486);
    sip_forward_go(t->f);
    soon(t);
    assert_non_null(puppet_response(&t->caller, 486, 0));
    assert_int_equal(t->dones, 1);
    world_end(t);
}

static void the_procedure_may_stop_it_all(void **state)
{
    struct world *t = world_new(1);

    (void)state;
    t->stop = 504;
    invite(t);
    answer(t, 0, 503);
    assert_int_equal(t->best_status, 503);
    assert_non_null(puppet_response(&t->caller, 504, 0));
    assert_text(puppet_response(&t->caller, 504, 0)->reason, S("Because"));
    assert_int_equal(t->dones, 1);
    world_end(t);
    t = world_new(2);
    invite(t);
    answer(t, 0, 180);
    sip_forward_stop(t->f, 503, NULL);
    soon(t);
    assert_non_null(puppet_response(&t->caller, 503, 0));
    assert_true(is_cancelled(t, 0));
    assert_int_equal(t->dones, 0);
    obey_cancel(t, 0);
    sim_run_for(t->sim, 40 * SECOND);
    assert_int_equal(t->dones, 1);
    world_end(t);
}

static void other_requests_get_their_first_good_answer(void **state)
{
    struct world *t = world_new(2);

    (void)state;
    call(t, "MESSAGE", "");
    answer_with(t, 0, SIP_MESSAGE, 404, "");
    assert_null(puppet_response(&t->caller, 404, 0));
    answer_with(t, 1, SIP_MESSAGE, 200, "");
    assert_non_null(puppet_response(&t->caller, 200, 0));
    assert_null(puppet_response(&t->caller, 200, 1));
    sim_run_for(t->sim, 40 * SECOND);
    assert_int_equal(t->dones, 1);
    world_end(t);
    t = world_new(2);
    call(t, "MESSAGE", "");
    answer_with(t, 0, SIP_MESSAGE, 200, "");
    assert_non_null(puppet_response(&t->caller, 200, 0));
    answer_with(t, 1, SIP_MESSAGE, 200, "");
    assert_null(puppet_response(&t->caller, 200, 1));
    sim_run_for(t->sim, 10 * SECOND);
    assert_int_equal(t->dones, 1);
    world_end(t);
}

/* RFC 3261 16.7: nothing goes up in part, and nobody rings for nobody. */
static void a_provisional_response_without_memory_is_dropped(void **state)
{
    struct world *t = world_new(1);

    (void)state;
    t->starved_status = 180;
    invite(t);
    answer(t, 0, 180);
    assert_int_equal(puppet_last(&t->caller)->status, 100);
    call(t, "CANCEL", "");
    assert_true(is_cancelled(t, 0));
    obey_cancel(t, 0);
    assert_non_null(puppet_response(&t->caller, 487, 0));
    world_end(t);
    t = world_new(1);
    t->starved_status = 180;
    invite(t);
    answer(t, 0, 180);
    answer(t, 0, 200);
    assert_int_equal(puppet_last(&t->caller)->status, 200);
    world_end(t);
}

static void a_final_response_without_memory_is_a_500_and_the_end(void **state)
{
    struct world *t = world_new(2);

    (void)state;
    t->starved_status = 200;
    invite(t);
    answer(t, 1, 180);
    answer(t, 0, 200);
    assert_int_equal(puppet_last(&t->caller)->status, 500);
    assert_true(is_cancelled(t, 1));
    obey_cancel(t, 1);
    sim_run_for(t->sim, 40 * SECOND);
    assert_int_equal(t->dones, 1);
    world_end(t);
    t = world_new(1);
    t->starved_status = 486;
    invite(t);
    answer(t, 0, 486);
    assert_int_equal(puppet_last(&t->caller)->status, 500);
    assert_has(world_story(t->w), "486 from a branch outgrew its memory");
    sim_run_for(t->sim, 40 * SECOND);
    assert_int_equal(t->dones, 1);
    world_end(t);
}

static void a_request_without_memory_is_answered_to_its_sender(void **state)
{
    struct world *t = world_new(2);
    struct sip_message *m;

    (void)state;
    t->starved_request = true;
    invite(t);
    m = puppet_response(&t->caller, 500, 0);
    assert_non_null(m);
    assert_int_equal(sip_values_count(m, SIP_HDR_VIA), 1);
    assert_text(header(m, SIP_HDR_VIA),
                S("SIP/2.0/UDP 10.0.1.1:5060;branch=z9hG4bKcall"));
    assert_true(!rings(t, 0) && !rings(t, 1));
    world_end(t);
}

/* It would go where its Request-URI leads instead. */
static void a_request_whose_way_finds_no_room_goes_nowhere(void **state)
{
    static char uri[20000] = "sip:as.ims.example;";
    struct world *t = world_new(1);

    (void)state;
    memset(uri + strlen(uri), 'x', sizeof(uri) - strlen(uri));
    t->uri = slice_at(uri, sizeof(uri));
    invite(t);
    assert_non_null(puppet_response(&t->caller, 500, 0));
    assert_false(rings(t, 0));
    world_end(t);
}

static void max_breadth_is_shared_and_makes_branches_wait(void **state)
{
    struct world *t = world_new(3);

    (void)state;
    call(t, "INVITE", "Max-Breadth: 2\r\n");
    assert_true(rings(t, 0) && rings(t, 1) && !rings(t, 2));
    assert_text(header(puppet_request(&t->phone[0], SIP_INVITE, 0),
                       SIP_HDR_MAX_BREADTH),
                S("1"));
    answer(t, 1, 486);
    assert_true(rings(t, 2));
    world_end(t);
    t = world_new(3);
    call(t, "INVITE", "Max-Breadth: 8\r\n");
    assert_text(header(puppet_request(&t->phone[0], SIP_INVITE, 0),
                       SIP_HDR_MAX_BREADTH),
                S("2"));
    assert_text(header(puppet_request(&t->phone[2], SIP_INVITE, 0),
                       SIP_HDR_MAX_BREADTH),
                S("3"));
    world_end(t);
}

static void a_proxy_that_goes_answers_what_is_left(void **state)
{
    struct world *t = world_new(2);

    (void)state;
    invite(t);
    answer(t, 0, 180);
    sip_proxy_free(t->proxy);
    assert_int_equal(t->dones, 1);
    soon(t);
    assert_non_null(puppet_response(&t->caller, 503, 0));
    t->proxy = sip_proxy_new(&(struct sip_proxy_config){
        .stack = t->stack, .is_own = is_own, .ctx = t});
    world_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_leaves_as_the_rfc_says),
        cmocka_unit_test(responses_go_up_at_once_and_edited),
        cmocka_unit_test(every_2xx_to_an_invite_goes_up),
        cmocka_unit_test(a_2xx_cancels_the_others),
        cmocka_unit_test(the_best_of_failures_goes_up_when_all_are_in),
        cmocka_unit_test(a_6xx_ends_the_others_and_goes_up),
        cmocka_unit_test(a_6xx_waits_for_who_cannot_be_cancelled),
        cmocka_unit_test(who_rings_behind_a_2xx_is_not_heard_of),
        cmocka_unit_test(challenges_of_all_branches_are_merged),
        cmocka_unit_test(groups_are_tried_one_after_another),
        cmocka_unit_test(a_group_without_an_answer_gives_way),
        cmocka_unit_test(a_branch_that_we_gave_up_counts_as_408),
        cmocka_unit_test(who_cancels_is_told_487_whatever_runs_out),
        cmocka_unit_test(timer_c_ends_what_rings_for_ever),
        cmocka_unit_test(timer_c_is_three_minutes_where_none_is_set),
        cmocka_unit_test(silence_is_a_408_made_here),
        cmocka_unit_test(cancel_goes_down_with_its_reason_and_487_comes_up),
        cmocka_unit_test(
            a_request_cancelled_before_it_is_forwarded_goes_nowhere),
        cmocka_unit_test(the_procedure_may_go_on_with_another_target),
        cmocka_unit_test(the_procedure_may_take_its_time),
        cmocka_unit_test(a_cancel_ends_a_context_that_waits_for_its_procedure),
        cmocka_unit_test(going_on_with_nothing_new_sends_what_there_is),
        cmocka_unit_test(the_procedure_may_stop_it_all),
        cmocka_unit_test(other_requests_get_their_first_good_answer),
        cmocka_unit_test(a_provisional_response_without_memory_is_dropped),
        cmocka_unit_test(a_final_response_without_memory_is_a_500_and_the_end),
        cmocka_unit_test(a_request_without_memory_is_answered_to_its_sender),
        cmocka_unit_test(a_request_whose_way_finds_no_room_goes_nowhere),
        cmocka_unit_test(max_breadth_is_shared_and_makes_branches_wait),
        cmocka_unit_test(a_proxy_that_goes_answers_what_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
