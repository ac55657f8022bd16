/* SPDX-License-Identifier: MIT
 *
 * The doctor over stories that are written here: what gives a trouble away and
 * what does not, how often, and what it never minds. That each cause is
 * recognised in a real network is what tests/scenarios/test_doctor*.py show.
 */
#include "base/mem.h"
#include "crypto/encode.h"
#include "diameter/message.h"
#include "imsbox/dashboard/doctor/doctor.h"
#include "support/check.h"
#include <stdio.h>

/* The nodes of topology/box.yaml, by their numbers in a site. */
enum { PCSCF, ICSCF, SCSCF, HSS };

#define GM "127.0.0.1:5060"
#define P_MW "127.0.0.1:5070"
#define I_MW "127.0.0.2:5060"
#define S_MW "127.0.0.3:5060"
#define CX "127.0.0.4:3868"
#define PHONE "127.0.0.9:5060"

struct world {
    struct site site;
    struct story *story;
    struct doctor *doctor;
    uint64_t seq[4];
    int64_t ms;
    unsigned found;
    struct patient *asked[80]; /* questions not answered yet */
    unsigned asked_count;
    const char *answer; /* what the HSS says at once; NULL: nothing yet */
};

static void examine(void *ctx, const struct topology_network *network,
                    struct slice body, struct patient *p)
{
    struct world *w = ctx;
    json_t *j = json_loadb(body.p, body.n, 0, NULL);

    assert_string_equal(network->domain, "ims.example");
    assert_non_null(j);
    json_decref(j);
    if (w->answer)
        doctor_examined(p, slice_of(w->answer));
    else
        w->asked[w->asked_count++] = p;
}

static void on_finding(void *ctx, const struct finding *f)
{
    struct world *w = ctx;
    struct buf b;
    struct json j;

    w->found++;
    buf_init(&b, 1 << 20);
    json_init(&j, &b);
    finding_put(&j, f);
    assert_false(b.full);
    buf_fini(&b);
}

static void begin(void **state, const char *topology)
{
    struct world *w = mem_zalloc(sizeof *w);
    const struct doctor_host host = {examine, on_finding, w};
    struct topology *t = NULL;
    struct buf errors;

    buf_init(&errors, 4096);
    assert_int_equal(IMS_OK, topology_load(topology, &t, &errors));
    buf_fini(&errors);
    site_init(&w->site, t);
    w->story = story_new(&w->site, 1 << 26, 3);
    w->doctor = doctor_new(w->story, &host, 4);
    w->answer = "";
    *state = w;
}

static int set_up(void **state)
{
    begin(state, "topology/box.yaml");
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    doctor_free(w->doctor);
    story_free(w->story);
    site_fini(&w->site);
    free(w);
    return 0;
}

/* ---- writing a story ----------------------------------------------------- */

struct line {
    unsigned node;
    const char *kind, *call, *session, *local, *remote;
    const char *text; /* a SIP message; CRLF is written as | */
    struct slice cx;  /* a Diameter message */
    const char *proc, *reason, *says, *fault;
};

static void put_sip(struct json *j, const char *text)
{
    char wire[4096];
    struct buf b;

    buf_over(&b, wire, sizeof wire);
    for (; *text; text++) {
        if (*text == '|')
            buf_str(&b, "\r\n");
        else
            buf_char(&b, *text);
    }
    json_put_str(j, "proto", "sip");
    json_put_str(j, "transport", "udp");
    json_put_text(j, "text", buf_slice(&b));
    json_key(j, "pair");
    json_printf(j, "%016llx", (unsigned long long)slice_hash(buf_slice(&b), 0));
}

static void put_cx(struct json *j, struct slice bytes)
{
    char text[4096];
    struct buf b;

    buf_over(&b, text, sizeof text);
    base64_encode(bytes, &b);
    json_put_str(j, "proto", "diameter");
    json_put_str(j, "transport", "tcp");
    json_put_text(j, "base64", buf_slice(&b));
    json_key(j, "pair");
    json_printf(j, "%016llx", (unsigned long long)slice_hash(bytes, 0));
}

static void put_given(struct json *j, const char *key, const char *text)
{
    if (text)
        json_put_str(j, key, text);
}

static void add(struct world *w, const struct line *l)
{
    int64_t us = 0;
    struct why why;
    struct json j;
    struct buf b;

    w->ms++;
    buf_init(&b, 65536);
    json_init(&j, &b);
    json_object_begin(&j);
    json_put_u64(&j, "seq", ++w->seq[l->node]);
    json_put_int(&j, "wall_us", 1000 * w->ms);
    json_put_str(&j, "kind", l->kind);
    put_given(&j, "call", l->call);
    put_given(&j, "session", l->session);
    put_given(&j, "local", l->local);
    put_given(&j, "remote", l->remote);
    if (l->text)
        put_sip(&j, l->text);
    else if (l->cx.n)
        put_cx(&j, l->cx);
    put_given(&j, "proc", l->proc);
    put_given(&j, "clause", l->proc ? "TS 24.229 5" : NULL);
    put_given(&j, "reason", l->reason);
    put_given(&j, "says", l->says);
    put_given(&j, "fault", l->fault);
    json_object_end(&j);
    assert_ok(story_add(w->story, l->node, buf_slice(&b), &us, &why), &why);
    buf_fini(&b);
}

static void tell(struct world *w)
{
    uint64_t last = story_last(w->story);

    story_tell(w->story, INT64_MAX, 0);
    for (const struct told *t = story_at(w->story, last + 1); t;
         t = story_next(w->story, t))
        doctor_note(w->doctor, t);
    doctor_turn(w->doctor, 1000 * w->ms);
}

static const char *newest(const struct world *w)
{
    const struct finding *f = doctor_older(w->doctor, NULL);

    return f ? f->cause->name : "nothing";
}

/* A request of the phone, and what the P-CSCF answers it. */
#define HEAD(call, cseq, method)                                            \
    "Via: SIP/2.0/UDP " PHONE ";branch=z9hG4bK" cseq                        \
    "|From: <sip:alice@ims.example>;tag=1|To: <sip:alice@ims.example>|Call" \
    "-ID: " call "|CSeq: " cseq " " method                                  \
    "|Max-Forwards: 70|Content-Length: 0|"

static void comes(struct world *w, const char *call, const char *text)
{
    add(w, &(struct line){.node = PCSCF,
                          .kind = "rx",
                          .call = call,
                          .local = GM,
                          .remote = PHONE,
                          .text = text});
}

static void goes(struct world *w, const char *call, const char *text)
{
    add(w, &(struct line){.node = PCSCF,
                          .kind = "tx",
                          .call = call,
                          .local = GM,
                          .remote = PHONE,
                          .text = text});
}

#define REGISTER(call, cseq) \
    "REGISTER sip:ims.example SIP/2.0|" HEAD(call, cseq, "REGISTER") "|"
#define ANSWER(status, call, cseq) \
    "SIP/2.0 " status " X|" HEAD(call, cseq, "REGISTER") "|"
#define CHALLENGE(call, cseq, nonce)                                      \
    "SIP/2.0 401 Unauthorized|" HEAD(                                     \
        call, cseq, "REGISTER") "WWW-Authenticate: Digest "               \
                                "realm=\"ims.example\",algorithm=MD5,qop" \
                                "=\"auth\",nonce=\"" nonce "\"||"

static void break_off(struct world *w, unsigned n)
{
    char call[16], ask[1000], answer[1000];

    snprintf(call, sizeof call, "c%u", n);
    snprintf(ask, sizeof ask, "REGISTER sip:ims.example SIP/2.0|%s|",
             HEAD("c", "1", "REGISTER"));
    snprintf(answer, sizeof answer, "SIP/2.0 500 %u|%s|", n,
             HEAD("c", "1", "REGISTER"));
    comes(w, call, ask);
    goes(w, call, answer);
}

/* ---- what gives it away -------------------------------------------------- */

static void a_refusal_is_found_once_and_its_repetition_told_apart(void **state)
{
    struct world *w = *state;

    comes(w, "c", REGISTER("c", "1"));
    goes(w, "c", ANSWER("500", "c", "1"));
    tell(w);
    assert_int_equal(w->found, 1);
    assert_string_equal(newest(w), "unexplained");
    comes(w, "c", REGISTER("c", "1"));
    goes(w, "c", ANSWER("500", "c", "1"));
    tell(w);
    assert_int_equal(w->found, 1);
    comes(w, "c", REGISTER("c", "1"));
    goes(w, "c", ANSWER("500", "c", "1"));
    tell(w);
    assert_int_equal(w->found, 2);
    assert_string_equal(newest(w), "answers-lost");
    comes(w, "c", REGISTER("c", "1"));
    goes(w, "c", ANSWER("500", "c", "1"));
    tell(w);
    assert_int_equal(w->found, 2);
}

static void what_is_no_failure_is_no_finding(void **state)
{
    static const char *const answers[] = {"100", "180", "200", "302",
                                          "407", "487", "491"};
    struct world *w = *state;

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        char call[8], text[1000], ask[1000];

        snprintf(call, sizeof call, "c%zu", i);
        snprintf(ask, sizeof ask, "MESSAGE sip:bob@ims.example SIP/2.0|%s|",
                 HEAD("c", "1", "MESSAGE"));
        snprintf(text, sizeof text, "SIP/2.0 %s X|%s|", answers[i],
                 HEAD("c", "1", "MESSAGE"));
        comes(w, call, ask);
        goes(w, call, text);
    }
    tell(w);
    assert_int_equal(w->found, 0);
}

static void a_challenge_that_is_answered_is_waited_for_no_more(void **state)
{
    struct world *w = *state;

    comes(w, "c", REGISTER("c", "1"));
    goes(w, "c", CHALLENGE("c", "1", "n1"));
    tell(w);
    w->ms += 4000;
    comes(w, "c", REGISTER("c", "2"));
    goes(w, "c", ANSWER("200", "c", "2"));
    w->ms += 10000;
    tell(w);
    assert_int_equal(w->found, 0);
}

static void a_challenge_that_is_not_answered_is_told_after_a_while(void **state)
{
    struct world *w = *state;

    comes(w, "c", REGISTER("c", "1"));
    goes(w, "c", CHALLENGE("c", "1", "n1"));
    tell(w);
    w->ms += 4000;
    tell(w);
    assert_int_equal(w->found, 0);
    w->ms += 2000;
    tell(w);
    assert_string_equal(newest(w), "challenge-unanswered");
    w->ms += 20000;
    tell(w);
    assert_int_equal(w->found, 1);
}

/* Three REGISTERs, each with that nonce, each challenged. */
static void register_thrice(struct world *w, const char *nonce)
{
    for (unsigned i = 1; i <= 3; i++) {
        char ask[1000], answer[1000];

        snprintf(ask, sizeof ask,
                 "REGISTER sip:ims.example SIP/2.0|Via: SIP/2.0/UDP " PHONE
                 ";branch=z9hG4bK%u|From: <sip:alice@ims.example>;tag=1|"
                 "To: <sip:alice@ims.example>|Call-ID: c|CSeq: %u REGISTER|"
                 "Max-Forwards: 70|Authorization: Digest username=\"alice@"
                 "ims.example\",realm=\"ims.example\",nonce=\"%s\",uri=\"s\","
                 "response=\"r\"|Content-Length: 0||",
                 i, i, nonce);
        snprintf(answer, sizeof answer,
                 "SIP/2.0 401 X|Via: SIP/2.0/UDP " PHONE ";branch=z9hG4bK%u|"
                 "From: <sip:alice@ims.example>;tag=1|To: <sip:alice@ims."
                 "example>|Call-ID: c|CSeq: %u REGISTER|WWW-Authenticate: "
                 "Digest realm=\"ims.example\",nonce=\"n%u\"|Content-Length: "
                 "0||",
                 i, i, i);
        assert_int_equal(w->found, 0);
        comes(w, "c", ask);
        goes(w, "c", answer);
        tell(w);
    }
}

static void answering_old_challenges_is_told_at_the_third(void **state)
{
    struct world *w = *state;

    register_thrice(w, "old");
    assert_string_equal(newest(w), "stale-nonce");
}

static void who_registers_anew_without_a_nonce_answers_nothing(void **state)
{
    struct world *w = *state;

    register_thrice(w, "");
    assert_string_equal(newest(w), "challenge-unanswered");
}

#define AKA_OFFER                                                         \
    "WWW-Authenticate: Digest realm=\"ims.example\",algorithm=AKAv1-MD5," \
    "nonce=\"n\"|"
#define MD5_ANSWER                                                      \
    "Authorization: Digest username=\"alice@ims.example\",realm=\"ims." \
    "example\",nonce=\"n\",uri=\"s\",response=\"r\",algorithm=MD5|"

/* The S-CSCF decides, and its 403 goes the way out. */
static void refuse_at_scscf(struct world *w)
{
    static const char no[] = "SIP/2.0 403 X|" HEAD("c", "2", "REGISTER") "|";

    add(w, &(struct line){.node = SCSCF,
                          .kind = "says",
                          .call = "c",
                          .proc = "S-REG-2",
                          .says = "the answer is wrong"});
    add(w, &(struct line){.node = SCSCF,
                          .kind = "tx",
                          .call = "c",
                          .local = S_MW,
                          .remote = P_MW,
                          .text = no});
    goes(w, "c", no);
}

static void who_has_key_and_password_is_told_which_goes_first(void **state)
{
    static const struct {
        const char *hss, *advice;
    } rows[] = {
        {"{\"credentials\":{\"has_password\":true}}", "its SIM key goes first"},
        {"{\"credentials\":{\"has_password\":false}}", "a password: "},
        {"", "a password: "},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct finding *f;
        struct world *w;

        set_up(state);
        w = *state;
        w->answer = rows[i].hss;
        comes(w, "c", REGISTER("c", "1"));
        goes(w, "c", "SIP/2.0 401 X|" HEAD("c", "1", "REGISTER") AKA_OFFER "|");
        comes(w, "c",
              "REGISTER sip:ims.example SIP/2.0|" HEAD("c", "2", "REGISTER")
                  MD5_ANSWER "|");
        refuse_at_scscf(w);
        tell(w);
        f = doctor_older(w->doctor, NULL);
        assert_string_equal(newest(w), "algorithm-mismatch");
        assert_has(str_slice(&f->advice), rows[i].advice);
        tear_down(state);
    }
}

static void the_same_again_is_counted(void **state)
{
    struct world *w = *state;

    comes(w, "a", REGISTER("a", "1"));
    goes(w, "a", ANSWER("500", "a", "1"));
    comes(w, "b", REGISTER("b", "1"));
    goes(w, "b", ANSWER("500", "b", "1"));
    tell(w);
    assert_int_equal(w->found, 2);
    assert_int_equal(doctor_older(w->doctor, NULL)->times, 2);
    doctor_clear(w->doctor);
    assert_null(doctor_older(w->doctor, NULL));
    assert_int_equal(doctor_last(w->doctor), 2); /* ids go on */
}

static void what_goes_well_again_is_solved(void **state)
{
    static const char ask[] =
        "MESSAGE sip:bob@ims.example SIP/2.0|" HEAD("m", "1", "MESSAGE") "|";
    struct line peer = {.node = ICSCF,
                        .kind = "says",
                        .proc = "H-DIA-1",
                        .reason = "peer-lost",
                        .says = "Diameter peer hss1: I-Open, then Closed"};
    struct world *w = *state;
    const struct finding *f = NULL;

    break_off(w, 1);
    comes(w, "m", ask);
    goes(w, "m", "SIP/2.0 500 X|" HEAD("m", "1", "MESSAGE") "|");
    add(w, &peer);
    tell(w);
    assert_int_equal(w->found, 3);
    while ((f = doctor_older(w->doctor, f)))
        assert_int_equal(f->solved_us, 0);
    peer.reason = "peer-open";
    add(w, &peer);
    tell(w);
    f = doctor_older(w->doctor, NULL);
    assert_string_equal(f->cause->name, "link-lost");
    assert_int_equal(f->solved_us, 1000 * w->ms);
    comes(w, "r", REGISTER("r", "1"));
    goes(w, "r", ANSWER("200", "r", "1"));
    tell(w);
    f = doctor_older(w->doctor, f);
    assert_string_equal(f->method, "MESSAGE");
    assert_int_equal(f->solved_us, 0);
    f = doctor_older(w->doctor, f);
    assert_string_equal(f->method, "REGISTER");
    assert_int_equal(f->solved_us, 1000 * w->ms);
    comes(w, "n", ask);
    goes(w, "n", "SIP/2.0 200 X|" HEAD("m", "1", "MESSAGE") "|");
    tell(w);
    f = doctor_older(w->doctor, doctor_older(w->doctor, NULL));
    assert_int_equal(f->solved_us, 1000 * w->ms);
}

/* ---- who is outside ------------------------------------------------------ */

/* Of a node whose host is a name (compose.yaml) the address is not known. */
static void a_node_by_name_is_no_phone_at_the_wrong_door(void **state)
{
    static const struct {
        const char *topology, *remote;
        unsigned found;
    } rows[] = {
        {"topology/box.yaml", "10.9.8.7:5070", 1},
        {"topology/compose.yaml", "10.9.8.7:5070", 0},
        {"topology/compose.yaml", "10.9.8.7:40000", 1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct line l = {.node = ICSCF,
                         .kind = "rx",
                         .call = "c",
                         .local = I_MW,
                         .remote = rows[i].remote,
                         .text = REGISTER("c", "1")};
        struct world *w;

        begin(state, rows[i].topology);
        w = *state;
        add(w, &l);
        l.kind = "tx";
        l.text = ANSWER("200", "c", "1");
        add(w, &l);
        w->ms += 10000; /* no other copy comes */
        tell(w);
        assert_int_equal(w->found, rows[i].found);
        if (rows[i].found)
            assert_string_equal(newest(w), "wrong-listener");
        tear_down(state);
    }
}

/* ---- bounds -------------------------------------------------------------- */

static void findings_are_kept_in_bounded_number(void **state)
{
    struct world *w = *state;
    const struct finding *f = NULL;
    unsigned n = 0;

    for (unsigned i = 0; i < DOCTOR_FINDINGS + 50; i++) {
        break_off(w, i);
        tell(w);
    }
    while ((f = doctor_older(w->doctor, f)))
        n++;
    assert_int_equal(n, DOCTOR_FINDINGS);
    assert_int_equal(doctor_last(w->doctor), DOCTOR_FINDINGS + 50);
    assert_int_equal(doctor_skipped(w->doctor), 0);
}

static void a_turn_looks_at_no_more_than_it_may(void **state)
{
    struct world *w = *state;

    for (unsigned i = 0; i < DOCTOR_TURN + 7; i++)
        break_off(w, i);
    tell(w);
    assert_int_equal(w->found, DOCTOR_TURN);
    assert_int_equal(doctor_skipped(w->doctor), 7);
}

static void note(struct world *w, const char *call)
{
    comes(w, call, REGISTER("c", "1"));
    add(w, &(struct line){.node = PCSCF,
                          .kind = "says",
                          .call = call,
                          .proc = "P-ORG-1",
                          .reason = "service-route",
                          .says = "Route is not the Service-Route"});
}

static void what_is_noted_again_and_again_is_one_finding(void **state)
{
    struct world *w = *state;
    char call[16];

    for (unsigned i = 0; i < 30; i++) {
        snprintf(call, sizeof call, "c%u", i);
        note(w, call);
        w->ms += 60000;
        tell(w);
    }
    assert_int_equal(w->found, 1);
    assert_string_equal(newest(w), "service-route-ignored");
    assert_int_equal(doctor_older(w->doctor, NULL)->times, 30);
    /* notes go first when there is no room */
    for (unsigned i = 0; i < DOCTOR_FINDINGS; i++) {
        break_off(w, i);
        tell(w);
    }
    assert_int_equal(doctor_last(w->doctor), DOCTOR_FINDINGS + 1);
    while (strcmp(newest(w), "nothing") != 0) {
        const struct finding *f = NULL, *oldest = NULL;

        while ((f = doctor_older(w->doctor, f)))
            oldest = f;
        assert_string_equal(oldest->cause->name, "unexplained");
        doctor_clear(w->doctor);
    }
}

static void what_nodes_note_takes_no_time_from_failures(void **state)
{
    struct world *w = *state;
    char call[16];

    for (unsigned i = 0; i < 2 * DOCTOR_TURN; i++) {
        snprintf(call, sizeof call, "n%u", i);
        note(w, call);
    }
    for (unsigned i = 0; i < DOCTOR_TURN; i++)
        break_off(w, i);
    tell(w);
    assert_int_equal(w->found, 1 + DOCTOR_TURN);
    assert_int_equal(doctor_skipped(w->doctor), 0);
}

static void refuse(struct world *w, const char *call)
{
    comes(w, call, REGISTER("c", "1"));
    goes(w, call, ANSWER("403", "c", "1"));
    tell(w);
}

static void who_waits_for_the_hss_is_not_forgotten_nor_lost(void **state)
{
    struct world *w = *state;
    char call[16];

    w->answer = NULL;
    for (unsigned i = 0; i < DOCTOR_QUESTIONS + 2; i++) {
        snprintf(call, sizeof call, "c%u", i);
        refuse(w, call);
    }
    /* no more than that at a time: the rest is judged as it is */
    assert_int_equal(w->asked_count, DOCTOR_QUESTIONS);
    assert_int_equal(w->found, 2);
    doctor_examined(w->asked[0], S("{\"public\":{\"known\":true}}"));
    doctor_examined(w->asked[1], S(""));
    doctor_examined(w->asked[2], S("no json"));
    doctor_examined(w->asked[3], S("[]"));
    assert_int_equal(w->found, 6);
    /* the story began anew meanwhile */
    story_clear(w->story);
    doctor_clear(w->doctor);
    doctor_examined(w->asked[4], S("{}"));
    assert_int_equal(w->found, 6);
    /* tear_down frees the others */
}

/* ---- by the HSS's answer ------------------------------------------------- */

/* A Cx message of that command. */
static struct slice cx(struct buf *out, uint32_t command, bool request,
                       unsigned result)
{
    const struct diameter_header h = {.flags = request ? DIAMETER_R | DIAMETER_P
                                                       : DIAMETER_P,
                                      .command = command,
                                      .app = CX_APPLICATION,
                                      .hop = 1,
                                      .end = 1};

    buf_reset(out);
    diameter_begin(out, &h);
    if (result)
        avp_put_u32(out, AVP_RESULT_CODE, result);
    assert_true(diameter_end(out));
    return buf_slice(out);
}

static void ask_hss(struct world *w, unsigned result)
{
    char bytes[200];
    struct buf b;

    buf_over(&b, bytes, sizeof bytes);
    add(w, &(struct line){.node = ICSCF,
                          .kind = "tx",
                          .call = "c",
                          .session = "s",
                          .local = "127.0.0.2:40000",
                          .remote = CX,
                          .cx = cx(&b, DIAMETER_USER_AUTHORIZATION, true, 0)});
    if (!result)
        return;
    add(w, &(struct line){.node = HSS,
                          .kind = "says",
                          .session = "s",
                          .proc = "H-CX-1",
                          .says = "the disk is full"});
    add(w, &(struct line){
               .node = ICSCF,
               .kind = "rx",
               .call = "c",
               .session = "s",
               .local = "127.0.0.2:40000",
               .remote = CX,
               .cx = cx(&b, DIAMETER_USER_AUTHORIZATION, false, result)});
}

static void icscf_refuses(struct world *w)
{
    add(w, &(struct line){.node = ICSCF,
                          .kind = "says",
                          .call = "c",
                          .proc = "I-REG-1",
                          .says = "REGISTER answered 480: x"});
    add(w, &(struct line){.node = ICSCF,
                          .kind = "tx",
                          .call = "c",
                          .local = I_MW,
                          .remote = P_MW,
                          .text = ANSWER("480", "c", "1")});
    goes(w, "c", ANSWER("480", "c", "1"));
}

static void what_the_hss_said_or_did_not_say_is_told_apart(void **state)
{
    static const struct {
        bool asked;
        unsigned result;
        const char *cause;
        bool again; /* asked once more, and not answered */
    } rows[] = {
        {false, 0, "hss-unreachable", false},
        {true, 0, "hss-silent", false},
        {true, CX_SUCCESS, "hss-silent", true},
        {true, CX_UNABLE_TO_COMPLY, "hss-refused", false},
        {true, CX_TOO_BUSY, "hss-refused", false},
        {true, CX_UNABLE_TO_DELIVER, "hss-refused", false},
        {true, CX_SUCCESS, "unexplained", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world *w;

        set_up(state);
        w = *state;
        comes(w, "c", REGISTER("c", "1"));
        if (rows[i].asked)
            ask_hss(w, rows[i].result);
        if (rows[i].again)
            ask_hss(w, 0);
        icscf_refuses(w);
        tell(w);
        assert_int_equal(w->found, 1);
        assert_string_equal(newest(w), rows[i].cause);
        tear_down(state);
    }
}

/* ---- faults -------------------------------------------------------------- */

static void a_fault_is_blamed_for_silence_not_for_a_verdict(void **state)
{
    static const struct {
        const char *status, *cause;
    } rows[] = {{"504", "injected-fault"},
                {"408", "injected-fault"},
                {"403", "unexplained"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char answer[1000];
        struct world *w;

        set_up(state);
        w = *state;
        snprintf(answer, sizeof answer, "SIP/2.0 %s X|%s|", rows[i].status,
                 HEAD("c", "1", "REGISTER"));
        comes(w, "c", REGISTER("c", "1"));
        add(w, &(struct line){.node = PCSCF,
                              .kind = "lost",
                              .call = "c",
                              .local = P_MW,
                              .remote = I_MW,
                              .text = REGISTER("c", "1"),
                              .proc = "FLT-1",
                              .says = "lost by fault cut: REGISTER",
                              .fault = "cut"});
        goes(w, "c", answer);
        tell(w);
        assert_int_equal(w->found, 1);
        assert_string_equal(newest(w), rows[i].cause);
        tear_down(state);
    }
}

static void what_a_fault_dropped_is_not_called_malformed(void **state)
{
    struct world *w = *state;
    struct line l = {.node = PCSCF,
                     .kind = "drop",
                     .local = GM,
                     .remote = PHONE,
                     .text = "x",
                     .proc = "FLT-1",
                     .says = "lost by fault cut",
                     .fault = "cut"};

    add(w, &l);
    tell(w);
    assert_int_equal(w->found, 0);
    l.fault = NULL;
    add(w, &l);
    tell(w);
    assert_string_equal(newest(w), "malformed");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_refusal_is_found_once_and_its_repetition_told_apart),
        TEST(what_is_no_failure_is_no_finding),
        TEST(a_challenge_that_is_answered_is_waited_for_no_more),
        TEST(a_challenge_that_is_not_answered_is_told_after_a_while),
        TEST(answering_old_challenges_is_told_at_the_third),
        TEST(who_registers_anew_without_a_nonce_answers_nothing),
        cmocka_unit_test(who_has_key_and_password_is_told_which_goes_first),
        TEST(the_same_again_is_counted),
        TEST(what_goes_well_again_is_solved),
        cmocka_unit_test(a_node_by_name_is_no_phone_at_the_wrong_door),
        TEST(findings_are_kept_in_bounded_number),
        TEST(a_turn_looks_at_no_more_than_it_may),
        TEST(what_is_noted_again_and_again_is_one_finding),
        TEST(what_nodes_note_takes_no_time_from_failures),
        TEST(who_waits_for_the_hss_is_not_forgotten_nor_lost),
        cmocka_unit_test(what_the_hss_said_or_did_not_say_is_told_apart),
        cmocka_unit_test(a_fault_is_blamed_for_silence_not_for_a_verdict),
        TEST(what_a_fault_dropped_is_not_called_malformed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
