/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "diameter/fault_answer.h"
#include "net/fault.h"
#include "node/faults.h"
#include "node/frame.h"
#include "support/check.h"
#include "support/nodes.h"
#include <stdio.h>

/* ---- a node, and a transport that hands it messages ------------------------
 */

static enum ims_err start(struct node *n, struct why *why)
{
    (void)n;
    (void)why;
    return IMS_OK;
}

static void end(struct node *n)
{
    (void)n;
}

static const struct node_role role = {.role = TOPOLOGY_SCSCF,
                                      .summary = "a role for tests",
                                      .start = start,
                                      .free = end};

struct world {
    struct sim *sim;
    struct sim_host *host;
    struct topology *topology;
    struct node *node;
    struct api_answer answer;
    char went[200];    /* what went on from where it was held */
    unsigned answered; /* the code of the last answer */
    uint32_t vendor;
};

static void open_with(struct world *w, const char *faults)
{
    struct node_options o = {.role = &role,
                             .name = "scscf1",
                             .net = sim_host_net(w->host),
                             .sink = no_sink};
    struct buf text, errors;
    struct why why;

    buf_init(&text, 10000);
    buf_init(&errors, 10000);
    buf_printf(&text,
               "networks:\n"
               "  - domain: ims.example\n"
               "    nodes:\n"
               "      - {name: icscf1, role: icscf, host: 127.0.0.2, mw: "
               "udp:5060, admin: 8082}\n"
               "      - {name: scscf1, role: scscf, host: 127.0.0.3, mw: "
               "udp:5060, admin: 8083}\n"
               "      - {name: hss1, role: hss, host: 127.0.0.4, diameter: "
               "tcp:3868, admin: 8084}\n"
               "external:\n"
               "  - {name: as1, role: as, host: 127.0.0.9, sip: udp:5060, "
               "trust: isc}\n%s",
               faults);
    if (topology_parse(buf_slice(&text), "t.yaml", &w->topology, &errors))
        fail_msg("%.*s", SLICE_ARG(buf_slice(&errors)));
    o.topology = w->topology;
    assert_ok(node_new(&o, &w->node, &why), &why);
    buf_fini(&text);
    buf_fini(&errors);
}

static int set_up(void **state)
{
    struct world *w = mem_zalloc(sizeof *w);

    w->sim = sim_new(1);
    w->host = sim_host_new(w->sim, "scscf1");
    api_answer_init(&w->answer);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    node_free(w->node);
    sim_host_free(w->host);
    sim_free(w->sim);
    topology_free(w->topology);
    api_answer_fini(&w->answer);
    free(w);
    return 0;
}

static void on_pass(void *owner, const void *way, struct slice bytes,
                    struct slice call)
{
    struct world *w = owner;
    size_t n = strlen(w->went);

    snprintf(w->went + n, sizeof w->went - n, "%s:%.*s/%.*s ",
             (const char *)way, SLICE_ARG(bytes), SLICE_ARG(call));
}

static void on_answer(void *owner, const void *way, struct slice bytes,
                      const struct fault_answer *a)
{
    struct world *w = owner;

    (void)way;
    (void)bytes;
    w->answered = a->code;
    w->vendor = a->vendor;
}

static struct addr at(const char *ip, uint16_t port)
{
    struct addr a = {0};

    assert_true(addr_parse_ip(slice_of(ip), &a));
    a.port = port;
    a.transport = TRANSPORT_UDP;
    return a;
}

/* A REGISTER from the I-CSCF. */
static struct fault_message a_register(void)
{
    return (struct fault_message){.proto = RECORD_SIP,
                                  .is_request = true,
                                  .method = S("REGISTER"),
                                  .local = at("127.0.0.3", 5060),
                                  .remote = at("127.0.0.2", 5060),
                                  .about.call = S("c1"),
                                  .bytes = S("REGISTER of alice")};
}

/* And an answer from the HSS. */
static struct fault_message an_answer(void)
{
    return (struct fault_message){.proto = RECORD_DIAMETER,
                                  .method = S("MA"),
                                  .result = 5001,
                                  .peer = S("hss1.ims.example"),
                                  .local = at("127.0.0.3", 41000),
                                  .remote = at("127.0.0.4", 3868),
                                  .bytes = S("MAA")};
}

/* Does it pass? While there is no fault, nobody is asked. */
static bool hand_over(struct world *w, const struct fault_message *m)
{
    struct fault_exit exit = {.owner = w,
                              .way = "way",
                              .way_n = 4,
                              .pass = on_pass,
                              .answer = m->out ? NULL : on_answer};
    const struct fault_hook *hook = w->node->env.faults;

    return !hook || hook->passes(hook->ctx, m, &exit);
}

static bool passes_register(struct world *w)
{
    struct fault_message m = a_register();

    return hand_over(w, &m);
}

static void post(struct world *w, const char *body, unsigned status)
{
    api_ask(w->node, "POST /api/v1/faults", body, &w->answer);
    if (w->answer.status != status)
        fail_msg("%s: %u %.*s", body, w->answer.status,
                 SLICE_ARG(buf_slice(&w->answer.body)));
}

/* The last sentence of the record. */
static struct slice last_said(struct world *w, enum record_kind kind)
{
    struct record_cursor c = {.next = record_last_seq(w->node->env.record)};
    struct record_entry e;

    assert_true(record_read(w->node->env.record, &c, &e, NULL));
    assert_int_equal(e.kind, kind);
    assert_true(e.fault.n > 0);
    return e.says;
}

static void what_is_secret_is_not_recorded_with_what_was_lost(void **state)
{
    struct world *w = *state;
    struct fault_message m = an_answer();
    struct record_cursor c;
    struct record_entry e;

    open_with(w, "");
    post(w, "{\"action\": \"loss\", \"name\": \"cut\"}", 201);
    m.bytes = S("twenty bytes' header, then a secret key");
    assert_false(hand_over(w, &m));
    c = (struct record_cursor){.next = record_last_seq(w->node->env.record)};
    assert_true(record_read(w->node->env.record, &c, &e, NULL));
    assert_int_equal(e.bytes.n, m.bytes.n);
    assert_true(slice_find(e.bytes, S("secret")) < 0);
}

/* RFC 6733 7.1.3 */
static void only_an_answer_of_the_protocol_has_the_error_bit(void **state)
{
    static const struct {
        struct fault_answer answer;
        uint8_t flags;
    } rows[] = {
        {{.code = 3004}, DIAMETER_P | DIAMETER_E},
        {{.code = 5012}, DIAMETER_P},
        {{.code = 5001, .vendor = 10415}, DIAMETER_P},
    };
    const struct env env = {.host = "hss1.ims.example",
                            .domain = "ims.example"};
    struct diameter_header h = {
        .flags = DIAMETER_R | DIAMETER_P, .command = 300, .app = 16777216};
    struct diameter_message request, m;
    struct diameter_fault f;
    struct buf in, out;
    uint32_t vendor;

    (void)state;
    buf_init(&in, 1000);
    buf_init(&out, 1000);
    diameter_begin(&in, &h);
    avp_put(&in, AVP_SESSION_ID, S("s"));
    assert_true(diameter_end(&in));
    assert_true(diameter_read(buf_slice(&in), &request, &f));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buf_reset(&out);
        assert_true(
            diameter_fault_answer(&request, &env, &rows[i].answer, &out));
        assert_true(diameter_read(buf_slice(&out), &m, &f));
        assert_int_equal(m.h.flags, rows[i].flags);
        assert_int_equal(diameter_answer_result(&m, &vendor),
                         rows[i].answer.code);
        assert_int_equal(vendor, rows[i].answer.vendor);
    }
    buf_fini(&in);
    buf_fini(&out);
}

/* RFC 6733 6.2: behind a bad value too. */
static void an_answer_instead_has_the_proxy_info_of_the_request(void **state)
{
    const struct env env = {.host = "hss1.ims.example",
                            .domain = "ims.example"};
    struct diameter_message request, m;
    struct diameter_fault f;
    struct buf in, out;

    (void)state;
    buf_init(&in, 1000);
    buf_init(&out, 1000);
    diameter_begin(
        &in, &(struct diameter_header){.flags = DIAMETER_R, .command = 300});
    avp_put(&in, AVP_USER_NAME, S("\xff"));
    avp_put(&in, AVP_PROXY_INFO, S("where it came from"));
    assert_true(diameter_end(&in));
    assert_true(diameter_read(buf_slice(&in), &request, &f));
    assert_true(diameter_fault_answer(
        &request, &env, &(struct fault_answer){.code = 3004}, &out));
    assert_true(diameter_read(buf_slice(&out), &m, &f));
    assert_text(avp_text(m.avps, AVP_PROXY_INFO), S("where it came from"));
    buf_fini(&in);
    buf_fini(&out);
}

/* ---- one rule
 * ---------------------------------------------------------------- */

static void without_faults_nobody_is_asked(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    assert_null(w->node->env.faults);
    post(w, "{\"action\": \"loss\", \"name\": \"x\"}", 201);
    assert_non_null(w->node->env.faults);
    api_ask(w->node, "DELETE /api/v1/faults/x", NULL, &w->answer);
    assert_int_equal(w->answer.status, 204);
    assert_null(w->node->env.faults);
}

static void a_lost_message_does_not_pass_and_the_record_says_why(void **state)
{
    struct world *w = *state;
    struct fault_message m = a_register();

    open_with(w, "");
    post(w, "{\"action\": \"loss\", \"name\": \"cut\"}", 201);
    assert_false(hand_over(w, &m));
    assert_text(last_said(w, RECORD_DROP),
                S("lost by fault cut: REGISTER from 127.0.0.2:5060"));
    m.out = true;
    assert_false(hand_over(w, &m));
    assert_text(last_said(w, RECORD_LOST),
                S("lost by fault cut: REGISTER to 127.0.0.2:5060"));
}

static void a_held_message_goes_on_when_its_time_has_come(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w, "{\"action\": \"delay\", \"delay\": \"300ms\"}", 201);
    assert_false(passes_register(w));
    assert_has(last_said(w, RECORD_SAYS), "held for 300 ms by fault delay");
    sim_run_for(w->sim, 299 * MSEC);
    assert_string_equal(w->went, "");
    sim_run_for(w->sim, 2 * MSEC);
    assert_string_equal(w->went, "way:REGISTER of alice/c1 ");
}

static void what_the_last_strike_holds_is_held_all_the_same(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w, "{\"action\": \"delay\", \"delay\": \"1s\", \"count\": 1}", 201);
    assert_false(passes_register(w));
    assert_true(passes_register(w));
    sim_run_for(w->sim, 999 * MSEC);
    assert_string_equal(w->went, "");
    sim_run_for(w->sim, 2 * MSEC);
    assert_string_equal(w->went, "way:REGISTER of alice/c1 ");
    assert_null(w->node->env.faults);
}

static void jitter_makes_a_delay_longer_and_never_shorter(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w,
         "{\"action\": \"delay\", \"delay\": \"100ms\", \"jitter\": "
         "\"100ms\"}",
         201);
    for (unsigned i = 0; i < 20; i++)
        assert_false(passes_register(w));
    sim_run_for(w->sim, 99 * MSEC);
    assert_string_equal(w->went, "");
    sim_run_for(w->sim, 50 * MSEC);
    assert_true(strlen(w->went) > 0);
    w->went[0] = '\0';
    sim_run_for(w->sim, 60 * MSEC);
    assert_true(strlen(w->went) > 0);
    w->went[0] = '\0';
    sim_run_for(w->sim, SECOND);
    assert_string_equal(w->went, "");
}

static void a_doubled_message_passes_and_comes_again(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w, "{\"action\": \"duplicate\", \"copies\": 2, \"count\": 1}", 201);
    assert_true(passes_register(w));
    assert_string_equal(w->went, "");
    sim_run_for(w->sim, MSEC);
    assert_string_equal(w->went,
                        "way:REGISTER of alice/c1 way:REGISTER of alice/c1 ");
    assert_true(passes_register(w));
    assert_null(w->node->env.faults);
}

static void a_swapped_message_goes_behind_the_next_one(void **state)
{
    struct world *w = *state;
    struct fault_message next = a_register();

    open_with(w, "");
    post(w, "{\"action\": \"reorder\", \"count\": 1}", 201);
    assert_false(passes_register(w));
    sim_run_for(w->sim, 500 * MSEC);
    assert_string_equal(w->went, "");
    next.bytes = S("next");
    assert_true(hand_over(w, &next));
    assert_string_equal(w->went, "");
    sim_run_for(w->sim, MSEC);
    assert_string_equal(w->went, "way:REGISTER of alice/c1 ");
}

static void a_swapped_message_does_not_wait_for_ever(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w, "{\"action\": \"reorder\", \"delay\": \"2s\"}", 201);
    assert_false(passes_register(w));
    sim_run_for(w->sim, 1999 * MSEC);
    assert_string_equal(w->went, "");
    sim_run_for(w->sim, 2 * MSEC);
    assert_string_equal(w->went, "way:REGISTER of alice/c1 ");
}

static void a_request_is_answered_and_a_response_is_not(void **state)
{
    struct world *w = *state;
    struct fault_message m = a_register();

    open_with(w, "");
    post(w, "{\"action\": \"answer\", \"answer\": 503}", 201);
    assert_false(hand_over(w, &m));
    assert_int_equal(w->answered, 503);
    assert_has(last_said(w, RECORD_SAYS), "answered 503 by fault answer");
    m.is_request = false;
    m.result = 200;
    assert_true(hand_over(w, &m));
    m = a_register();
    m.method = S("ACK");
    assert_true(hand_over(w, &m));
    m = a_register();
    m.out = true;
    assert_true(hand_over(w, &m));
}

static void a_vendor_makes_an_experimental_result(void **state)
{
    struct world *w = *state;
    struct fault_message m = an_answer();

    open_with(w, "");
    post(w,
         "{\"action\": \"answer\", \"answer\": 5001, \"vendor\": 10415, "
         "\"method\": \"RTR\"}",
         201);
    m.is_request = true;
    m.method = S("RT");
    m.result = 0;
    assert_false(hand_over(w, &m));
    assert_int_equal(w->answered, 5001);
    assert_int_equal(w->vendor, 10415);
}

/* A peer that is refused at the door would never learn who we are. */
static void base_commands_are_answered_by_name_only(void **state)
{
    struct world *w = *state;
    struct fault_message m = an_answer();

    open_with(w, "");
    post(w, "{\"action\": \"answer\", \"answer\": 3004, \"name\": \"a\"}", 201);
    m.is_request = true;
    m.method = S("CE");
    assert_true(hand_over(w, &m));
    post(w, "{\"action\": \"answer\", \"answer\": 3010, \"method\": \"CER\"}",
         201);
    assert_false(hand_over(w, &m));
    assert_int_equal(w->answered, 3010);
}

static void a_dead_node_loses_all_even_keep_alives(void **state)
{
    struct world *w = *state;
    struct fault_message register_in = a_register(), maa = an_answer();
    struct fault_message ping = {.proto = RECORD_SIP,
                                 .is_request = true,
                                 .from_phone = true,
                                 .bytes = S("\r\n\r\n")};
    struct fault_exit exit = {.owner = w};
    const struct fault_hook *hook;

    open_with(w, "");
    post(w, "{\"action\": \"dead\", \"ttl\": \"5s\"}", 201);
    maa.out = true;
    assert_false(hand_over(w, &register_in));
    assert_false(hand_over(w, &maa));
    hook = w->node->env.faults;
    assert_false(hook->passes(hook->ctx, &ping, &exit));
    sim_run_for(w->sim, 6 * SECOND);
    assert_null(w->node->env.faults);
}

/* A keep-alive can be lost; to be held it would have to be known again. */
static void what_cannot_be_held_passes(void **state)
{
    struct world *w = *state;
    struct fault_message ping = {.proto = RECORD_SIP, .bytes = S("\r\n\r\n")};
    struct fault_exit exit = {.owner = w};
    const struct fault_hook *hook;

    open_with(w, "");
    post(w, "{\"action\": \"delay\", \"delay\": \"1s\"}", 201);
    hook = w->node->env.faults;
    assert_true(hook->passes(hook->ctx, &ping, &exit));
}

/* ---- which messages
 * ------------------------------------------------------------ */

struct choice {
    const char *keys; /* of the rule */
    bool register_in, register_out, trying_in, maa_in, invite_of_phone;
};

static bool is_lost(struct world *w, struct fault_message m)
{
    return !hand_over(w, &m);
}

static void a_rule_is_about_what_its_keys_say(void **state)
{
    static const struct choice rows[] = {
        {"", true, true, true, true, true},
        {", \"direction\": \"in\"", true, false, true, true, true},
        {", \"direction\": \"out\"", false, true, false, false, false},
        {", \"protocol\": \"sip\"", true, true, true, false, true},
        {", \"protocol\": \"diameter\"", false, false, false, true, false},
        {", \"messages\": \"requests\"", true, true, false, false, true},
        {", \"messages\": \"answers\"", false, false, true, true, false},
        {", \"method\": \"REGISTER\"", true, true, true, false, false},
        {", \"method\": \"register\"", true, true, true, false, false},
        {", \"method\": \"MAA\"", false, false, false, true, false},
        {", \"method\": \"MA\"", false, false, false, true, false},
        {", \"method\": \"MAR\"", false, false, false, false, false},
        {", \"method\": \"SAA\"", false, false, false, false, false},
        {", \"result\": \"100\"", false, false, true, false, false},
        {", \"result\": 100", false, false, true, false, false},
        {", \"result\": \"1xx\"", false, false, true, false, false},
        {", \"result\": \"2xx\"", false, false, false, false, false},
        {", \"result\": \"5001\"", false, false, false, true, false},
        {", \"text\": \"alice\"", true, true, false, false, false},
        {", \"peer\": \"icscf1\"", true, true, true, false, false},
        {", \"peer\": \"ICSCF\"", true, true, true, false, false},
        {", \"peer\": \"hss1\"", false, false, false, true, false},
        {", \"peer\": \"hss\"", false, false, false, true, false},
        {", \"peer\": \"scscf1\"", false, false, false, false, false},
        {", \"peer\": \"ue\"", false, false, false, false, true},
        {", \"peer\": \"as1\"", false, false, false, false, false},
        {", \"peer\": \"127.0.0.2\"", true, true, true, false, false},
        {", \"peer\": \"127.0.0.2:5060\"", true, true, true, false, false},
        {", \"peer\": \"127.0.0.2:5061\"", false, false, false, false, false},
        {", \"peer\": \"127.0.0.4:3868\"", false, false, false, true, false},
        {", \"peer\": \"192.0.2.7\"", false, false, false, false, true},
        {", \"peer\": \"icscf1\", \"method\": \"INVITE\"", false, false, false,
         false, false},
    };
    struct world *w = *state;

    open_with(w, "");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fault_message in = a_register(), out = in, trying = in;
        struct fault_message maa = an_answer(), invite = in;
        char body[200];

        out.out = true;
        trying.is_request = false;
        trying.result = 100;
        trying.bytes = S("SIP/2.0 100");
        invite.method = S("INVITE");
        invite.from_phone = true;
        invite.remote = at("192.0.2.7", 5060);
        invite.bytes = S("INVITE bob");
        snprintf(body, sizeof body, "{\"action\": \"loss\"%s}", rows[i].keys);
        post(w, body, 201);
        if (is_lost(w, in) != rows[i].register_in ||
            is_lost(w, out) != rows[i].register_out ||
            is_lost(w, trying) != rows[i].trying_in ||
            is_lost(w, maa) != rows[i].maa_in ||
            is_lost(w, invite) != rows[i].invite_of_phone)
            fail_msg("not as expected: %s", body);
        faults_clear_all(w->node->frame->faults, S("test"));
    }
}

/* Over a stream the other side's port is its own affair: then its Via, or the
 * Origin-Host that it gave, says who it is. */
static void a_peer_is_known_by_what_it_calls_itself(void **state)
{
    struct world *w = *state;
    struct fault_message m = a_register();

    open_with(w, "");
    post(w, "{\"action\": \"loss\", \"peer\": \"icscf1\"}", 201);
    m.remote = at("127.0.0.2", 40001);
    assert_true(hand_over(w, &m));
    m.peer = S("ICSCF1.ims.example");
    assert_false(hand_over(w, &m));
    m.from_phone = true; /* a phone may call itself what it likes */
    assert_true(hand_over(w, &m));
}

static void move_named(struct world *w, const char *record)
{
    struct why why;

    sim_dns_remove(w->sim, S(""));
    assert_ok(sim_dns_add(w->sim, slice_of(record), &why), &why);
}

/* Containers have names, and move. */
static void a_host_that_is_a_name_is_looked_up_again_and_again(void **state)
{
    struct world *w = *state;
    struct fault_message m = a_register();

    m.out = true;
    m.remote = at("10.1.2.3", 5060);
    open_with(w, "  - {name: as2, role: as, host: as.box, sip: udp:5060, "
                 "trust: isc}\n");
    move_named(w, "as.box A 10.1.2.3");
    post(w, "{\"action\": \"loss\", \"peer\": \"as2\"}", 201);
    sim_run_for(w->sim, 10 * MSEC);
    assert_false(hand_over(w, &m));
    move_named(w, "as.box A 10.1.2.4");
    sim_run_for(w->sim, 11 * SECOND);
    assert_true(hand_over(w, &m));
    m.remote = at("10.1.2.4", 5060);
    assert_false(hand_over(w, &m));
}

/* ---- how often
 * ------------------------------------------------------------------- */

static unsigned count_lost(struct world *w, unsigned of)
{
    unsigned lost = 0;

    for (unsigned i = 0; i < of; i++)
        lost += !passes_register(w);
    return lost;
}

static void a_count_ends_a_fault(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w, "{\"action\": \"loss\", \"count\": 3}", 201);
    assert_int_equal(count_lost(w, 10), 3);
    assert_null(w->node->env.faults);
    assert_has(last_said(w, RECORD_SAYS), "it has struck for the last time");
}

static void every_nth_is_struck(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w, "{\"action\": \"loss\", \"every\": 3}", 201);
    for (unsigned i = 1; i <= 12; i++)
        assert_int_equal(passes_register(w), i % 3 != 0);
}

/* The dice of a simulator always fall alike: with this seed 301 of 1000. */
static void a_percentage_is_kept_by_chance(void **state)
{
    struct world *w = *state;
    unsigned lost;

    open_with(w, "");
    post(w, "{\"action\": \"loss\", \"percent\": 30}", 201);
    lost = count_lost(w, 1000);
    assert_in_range(lost, 250, 350);
    api_ask(w->node, "GET /api/v1/faults", NULL, &w->answer);
    assert_has(buf_slice(&w->answer.body), "\"matched\":1000");
}

static void a_fault_ends_by_itself(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w, "{\"action\": \"loss\", \"ttl\": \"2s\"}", 201);
    sim_run_for(w->sim, 1999 * MSEC);
    assert_false(passes_register(w));
    sim_run_for(w->sim, 2 * MSEC);
    assert_true(passes_register(w));
    assert_has(last_said(w, RECORD_SAYS), "its time is up");
}

/* ---- several
 * ---------------------------------------------------------------------- */

static void delays_add_up_and_a_loss_comes_first(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w, "{\"action\": \"delay\", \"delay\": \"100ms\", \"name\": \"a\"}",
         201);
    post(w, "{\"action\": \"delay\", \"delay\": \"200ms\", \"name\": \"b\"}",
         201);
    post(w, "{\"action\": \"loss\", \"count\": 1, \"name\": \"c\"}", 201);
    assert_false(passes_register(w));
    assert_has(last_said(w, RECORD_SAYS), "fault c is over");
    assert_false(passes_register(w));
    assert_has(last_said(w, RECORD_SAYS), "held for 300 ms by fault b");
    sim_run_for(w->sim, 301 * MSEC);
    assert_string_equal(w->went, "way:REGISTER of alice/c1 ");
}

static void what_a_cleared_fault_holds_goes_at_once(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w, "{\"action\": \"delay\", \"delay\": \"10min\"}", 201);
    assert_false(passes_register(w));
    api_ask(w->node, "DELETE /api/v1/faults", NULL, &w->answer);
    assert_int_equal(w->answer.status, 204);
    assert_non_null(w->node->env.faults); /* something is held still */
    sim_run_for(w->sim, MSEC);
    assert_string_equal(w->went, "way:REGISTER of alice/c1 ");
    assert_null(w->node->env.faults);
}

static void nothing_comes_back_to_who_is_gone(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w, "{\"action\": \"delay\", \"delay\": \"1s\"}", 201);
    assert_false(passes_register(w));
    w->node->env.faults->forget(w->node->env.faults->ctx, w);
    sim_run_for(w->sim, 2 * SECOND);
    assert_string_equal(w->went, "");
}

static void so_much_is_held_and_no_more(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w, "{\"action\": \"delay\", \"delay\": \"10min\"}", 201);
    for (unsigned i = 0; i < FAULTS_HELD_MAX; i++)
        assert_false(passes_register(w));
    assert_true(passes_register(w));
    assert_has(last_said(w, RECORD_SAYS), "so much is held already");
}

static void so_many_are_on_and_no_more(void **state)
{
    struct world *w = *state;
    char body[80];

    open_with(w, "");
    for (unsigned i = 0; i < TOPOLOGY_FAULTS_MAX; i++) {
        snprintf(body, sizeof body, "{\"action\": \"loss\", \"name\": \"n%u\"}",
                 i);
        post(w, body, 201);
    }
    post(w, "{\"action\": \"loss\"}", 503);
    assert_has(buf_slice(&w->answer.body), "clear some first");
}

/* ---- links
 * ------------------------------------------------------------------------- */

/* A message between two nodes of ours passes one fault, not two. */
static void of_a_link_the_sender_loses(void **state)
{
    static const struct {
        const char *link, *direction;
        bool in, out;
    } rows[] = {
        {"[\"scscf1\", \"icscf1\"]", "both", false, true},
        {"[\"icscf1\", \"scscf1\"]", "both", false, true},
        {"[\"scscf1\", \"icscf1\"]", "out", false, true},
        {"[\"icscf1\", \"scscf1\"]", "in", false, true},
    };
    struct world *w = *state;

    open_with(w, "");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fault_message in = a_register(), out = in;
        char body[200];

        out.out = true;
        snprintf(body, sizeof body,
                 "{\"action\": \"loss\", \"link\": %s, \"direction\": \"%s\"}",
                 rows[i].link, rows[i].direction);
        post(w, body, 201);
        assert_int_equal(is_lost(w, in), rows[i].in);
        assert_int_equal(is_lost(w, out), rows[i].out);
        faults_clear_all(w->node->frame->faults, S("test"));
    }
    post(w,
         "{\"action\": \"loss\", \"link\": [\"scscf1\", \"icscf1\"], "
         "\"direction\": \"in\"}",
         422);
    post(w, "{\"action\": \"loss\", \"link\": [\"icscf1\", \"hss1\"]}", 422);
}

/* Nobody else has its other half. */
static void of_a_link_to_others_both_directions_are_lost_here(void **state)
{
    struct world *w = *state;
    struct fault_message in = a_register(), out;

    open_with(w, "");
    in.remote = at("127.0.0.9", 5060);
    out = in;
    out.out = true;
    post(w, "{\"action\": \"loss\", \"link\": [\"scscf1\", \"as1\"]}", 201);
    assert_true(is_lost(w, in));
    assert_true(is_lost(w, out));
}

static void of_a_link_the_receiver_answers(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w,
         "{\"action\": \"answer\", \"answer\": 500, \"link\": [\"icscf1\", "
         "\"scscf1\"], \"direction\": \"out\"}",
         201);
    assert_false(passes_register(w));
    assert_int_equal(w->answered, 500);
    post(w,
         "{\"action\": \"answer\", \"answer\": 500, \"link\": [\"icscf1\", "
         "\"scscf1\"], \"direction\": \"in\", \"name\": \"other\"}",
         422);
}

/* ---- the admin interface
 * ------------------------------------------------------------ */

static void wrong_faults_are_refused_in_a_sentence(void **state)
{
    static const struct {
        const char *body;
        unsigned status;
        const char *says;
    } rows[] = {
        {"", 400, "no JSON"},
        {"[]", 400, "no JSON object"},
        {"{\"action\": \"loss\", \"action\": \"loss\"}", 400, "duplicate"},
        {"{}", 422, "without action"},
        {"{\"action\": \"boom\"}", 422, "one of loss, delay"},
        {"{\"action\": \"loss\", \"nonsense\": 1}", 422, "unknown key"},
        {"{\"action\": \"loss\", \"percent\": 101}", 422, "from 1 to 100"},
        {"{\"action\": \"loss\", \"percent\": 0}", 422, "from 1 to 100"},
        {"{\"action\": \"loss\", \"name\": \"a b\"}", 422, "a name"},
        {"{\"action\": \"loss\", \"text\": \"a\\nb\"}", 422, "a line of text"},
        {"{\"action\": \"loss\", \"peer\": \"nobody\"}", 422, "is nobody here"},
        {"{\"action\": \"loss\", \"node\": \"x\"}", 422, "no node of ours"},
        {"{\"action\": \"loss\", \"node\": \"hss1\"}", 422,
         "sees none of these"},
        {"{\"action\": \"loss\", \"result\": \"abc\"}", 422, "such as 486"},
        {"{\"action\": \"loss\", \"result\": \"486\", \"messages\": "
         "\"requests\"}",
         422, "a request has none"},
        {"{\"action\": \"loss\", \"delay\": \"1s\"}", 422,
         "belongs to action delay"},
        {"{\"action\": \"loss\", \"copies\": 2}", 422, "action duplicate"},
        {"{\"action\": \"loss\", \"answer\": 500}", 422, "action answer"},
        {"{\"action\": \"loss\", \"link\": [\"scscf1\"]}", 422, "two ends"},
        {"{\"action\": \"loss\", \"link\": [\"scscf1\", \"scscf1\"]}", 422,
         "that differ"},
        {"{\"action\": \"loss\", \"link\": [\"scscf1\", \"x\"]}", 422,
         "is nobody here"},
        {"{\"action\": \"loss\", \"link\": [\"ue\", \"as1\"]}", 422,
         "neither end"},
        {"{\"action\": \"loss\", \"link\": [\"scscf1\", \"hss1\"], \"node\": "
         "\"scscf1\"}",
         422, "both node and link"},
        {"{\"action\": \"loss\", \"link\": [\"scscf1\", \"hss1\"], \"peer\": "
         "\"ue\"}",
         422, "expected no peer"},
        {"{\"action\": \"delay\"}", 422, "a delay without a length"},
        {"{\"action\": \"delay\", \"delay\": \"1h\"}", 422, "a duration"},
        {"{\"action\": \"answer\"}", 422, "without its number"},
        {"{\"action\": \"answer\", \"answer\": 800}", 422,
         "without its number"},
        {"{\"action\": \"answer\", \"answer\": 200}", 422, "from 300"},
        {"{\"action\": \"answer\", \"answer\": 503, \"protocol\": "
         "\"diameter\"}",
         422, "expected sip"},
        {"{\"action\": \"answer\", \"answer\": 5012, \"protocol\": \"sip\"}",
         422, "expected diameter"},
        {"{\"action\": \"answer\", \"answer\": 503, \"vendor\": 10415}", 422,
         "expected no vendor"},
        {"{\"action\": \"answer\", \"answer\": 503, \"messages\": "
         "\"answers\"}",
         422, "requests are answered"},
        {"{\"action\": \"answer\", \"answer\": 503, \"result\": \"486\"}", 422,
         "expected no result"},
        {"{\"action\": \"answer\", \"answer\": 503, \"direction\": \"out\"}",
         422, "expected in"},
        {"{\"action\": \"dead\", \"method\": \"INVITE\"}", 422,
         "a dead node with a choice"},
        {"{\"action\": \"dead\", \"link\": [\"scscf1\", \"hss1\"]}", 422,
         "a link has action loss"},
    };
    struct world *w = *state;

    open_with(w, "");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        post(w, rows[i].body, rows[i].status);
        assert_has(buf_slice(&w->answer.body), rows[i].says);
        assert_null(w->node->env.faults);
    }
}

static void what_was_read_can_be_sent_again(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w,
         "{\"action\": \"delay\", \"delay\": \"1500ms\", \"jitter\": \"2s\", "
         "\"method\": \"INVITE\", \"messages\": \"requests\", \"percent\": 50, "
         "\"every\": 2, \"count\": 7, \"ttl\": \"1h\", \"text\": \"bob\", "
         "\"peer\": \"icscf1\", \"direction\": \"in\"}",
         201);
    assert_string_equal(w->answer.location,
                        "/api/v1/faults/delay-scscf1-icscf1-INVITE-bob");
    assert_has(buf_slice(&w->answer.body),
               "{\"name\":\"delay-scscf1-icscf1-INVITE-bob\",\"node\":"
               "\"scscf1\",\"action\":\"delay\",\"peer\":\"icscf1\","
               "\"direction\":\"in\",\"messages\":\"requests\",\"method\":"
               "\"INVITE\",\"text\":\"bob\",\"percent\":50,\"every\":2,"
               "\"count\":7,\"ttl\":\"1h\",\"delay\":\"1500ms\",\"jitter\":"
               "\"2s\",");
    assert_has(buf_slice(&w->answer.body),
               "holds for 1500ms and up to 2s more one in 2 of 50 % of INVITE "
               "requests with \\\"bob\\\" in them that come to scscf1 from "
               "icscf1, 7 times, for 1h");
}

static void a_name_is_given_once(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    post(w, "{\"action\": \"loss\"}", 201);
    post(w, "{\"action\": \"loss\"}", 409);
    assert_has(buf_slice(&w->answer.body), "clear it first");
    api_ask(w->node, "DELETE /api/v1/faults/other", NULL, &w->answer);
    assert_int_equal(w->answer.status, 404);
}

static void the_state_lists_faults(void **state)
{
    struct world *w = *state;

    open_with(w, "");
    api_ask(w->node, "GET /api/v1/state", NULL, &w->answer);
    assert_has(buf_slice(&w->answer.body), "\"faults\":[]");
    post(w, "{\"action\": \"dead\", \"name\": \"gone\"}", 201);
    api_ask(w->node, "GET /api/v1/state", NULL, &w->answer);
    assert_has(buf_slice(&w->answer.body), "\"faults\":[{\"name\":\"gone\"");
}

/* ---- the topology
 * ------------------------------------------------------------------- */

static const char of_topology[] =
    "faults:\n"
    "  - {name: slow, link: [icscf1, scscf1], action: delay, delay: 1s}\n"
    "  - {name: others, node: icscf1, action: dead}\n"
    "  - {node: scscf1, peer: hss1, action: loss, method: MAA, count: 1}\n";

static void a_topology_has_faults_from_the_start(void **state)
{
    struct world *w = *state;
    struct fault_message maa = an_answer();

    open_with(w, of_topology);
    api_ask(w->node, "GET /api/v1/faults", NULL, &w->answer);
    assert_has(buf_slice(&w->answer.body), "\"name\":\"slow\"");
    assert_has(buf_slice(&w->answer.body), "\"name\":\"loss-scscf1-hss1-MAA\"");
    assert_has_not(buf_slice(&w->answer.body), "others");
    assert_has(buf_slice(&w->answer.body), "\"by\":\"the topology\"");
    assert_false(hand_over(w, &maa));
}

/* What somebody added by hand stays; a reset takes that too. */
static void a_reset_leaves_those_of_the_topology(void **state)
{
    struct world *w = *state;

    open_with(w, of_topology);
    api_ask(w->node, "DELETE /api/v1/faults/slow", NULL, &w->answer);
    post(w, "{\"action\": \"loss\", \"name\": \"mine\"}", 201);
    faults_reload(w->node->frame->faults);
    api_ask(w->node, "GET /api/v1/faults", NULL, &w->answer);
    assert_has(buf_slice(&w->answer.body), "\"name\":\"slow\"");
    assert_has(buf_slice(&w->answer.body), "\"name\":\"mine\"");
    api_ask(w->node, "POST /api/v1/reset", "", &w->answer);
    api_ask(w->node, "GET /api/v1/faults", NULL, &w->answer);
    assert_has(buf_slice(&w->answer.body), "\"name\":\"slow\"");
    assert_has_not(buf_slice(&w->answer.body), "mine");
}

static void wrong_faults_of_a_topology_have_their_place(void **state)
{
    static const struct {
        const char *row, *error;
    } rows[] = {
        {"{action: loss}", "t.yaml:6:5: a fault without a place"},
        {"{node: hss2, action: loss}", "t.yaml:6:12: node: \"hss2\""},
        {"{node: hss1, action: lose}", "t.yaml:6:26: action: \"lose\""},
        {"{link: [hss1], action: loss}", "t.yaml:6:12: link: expected two"},
        {"{link: [hss1, x], action: loss}", "t.yaml:6:19: link: \"x\""},
        {"{node: hss1, action: loss, percent: 200}", "t.yaml:6:41: percent"},
        {"{node: hss1, action: dead}\n  - {node: hss1, action: dead}",
         "t.yaml:7:5: name: a fault \"dead-hss1\" is there before"},
    };
    struct topology *t = NULL;
    struct buf text, errors;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buf_init(&text, 2000);
        buf_init(&errors, 2000);
        buf_printf(&text,
                   "networks:\n- domain: ims.example\n  nodes:\n"
                   "  - {name: hss1, role: hss, host: 127.0.0.4, diameter: "
                   "tcp:3868, admin: 8084}\n"
                   "faults:\n  - %s\n",
                   rows[i].row);
        if (topology_parse(buf_slice(&text), "t.yaml", &t, &errors) == IMS_OK)
            fail_msg("taken: %s", rows[i].row);
        assert_has(buf_slice(&errors), rows[i].error);
        buf_fini(&text);
        buf_fini(&errors);
    }
}

int main(void)
{
    /* proves FLT-1 */
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(what_is_secret_is_not_recorded_with_what_was_lost),
        cmocka_unit_test(only_an_answer_of_the_protocol_has_the_error_bit),
        cmocka_unit_test(an_answer_instead_has_the_proxy_info_of_the_request),
        T(without_faults_nobody_is_asked),
        T(a_lost_message_does_not_pass_and_the_record_says_why),
        T(a_held_message_goes_on_when_its_time_has_come),
        T(what_the_last_strike_holds_is_held_all_the_same),
        T(jitter_makes_a_delay_longer_and_never_shorter),
        T(a_doubled_message_passes_and_comes_again),
        T(a_swapped_message_goes_behind_the_next_one),
        T(a_swapped_message_does_not_wait_for_ever),
        T(a_request_is_answered_and_a_response_is_not),
        T(a_vendor_makes_an_experimental_result),
        T(base_commands_are_answered_by_name_only),
        T(a_dead_node_loses_all_even_keep_alives),
        T(what_cannot_be_held_passes),
        T(a_rule_is_about_what_its_keys_say),
        T(a_peer_is_known_by_what_it_calls_itself),
        T(a_host_that_is_a_name_is_looked_up_again_and_again),
        T(a_count_ends_a_fault),
        T(every_nth_is_struck),
        T(a_percentage_is_kept_by_chance),
        T(a_fault_ends_by_itself),
        T(delays_add_up_and_a_loss_comes_first),
        T(what_a_cleared_fault_holds_goes_at_once),
        T(nothing_comes_back_to_who_is_gone),
        T(so_much_is_held_and_no_more),
        T(so_many_are_on_and_no_more),
        T(of_a_link_the_sender_loses),
        T(of_a_link_to_others_both_directions_are_lost_here),
        T(of_a_link_the_receiver_answers),
        T(wrong_faults_are_refused_in_a_sentence),
        T(what_was_read_can_be_sent_again),
        T(a_name_is_given_once),
        T(the_state_lists_faults),
        T(a_topology_has_faults_from_the_start),
        T(a_reset_leaves_those_of_the_topology),
        cmocka_unit_test(wrong_faults_of_a_topology_have_their_place),
    };
#undef T

    return cmocka_run_group_tests(tests, NULL, NULL);
}
