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
    struct patient *asked[DOCTOR_PATIENTS]; /* and not answered yet */
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
    const char *text; /* a SIP message; CRLF is written as |, 0 as ^ */
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
            buf_char(&b, *text == '^' ? '\0' : *text);
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

/* The nth user's registration fails. */
static void break_off(struct world *w, unsigned n)
{
    char call[16], head[600], text[1000];

    snprintf(call, sizeof call, "b%u", n);
    snprintf(head, sizeof head,
             "Via: SIP/2.0/UDP " PHONE ";branch=z9hG4bK1|"
             "From: <sip:u%u@ims.example>;tag=1|To: <sip:u%u@ims.example>|"
             "Call-ID: %s|CSeq: 1 REGISTER|Max-Forwards: 70|"
             "Content-Length: 0|",
             n, n, call);
    snprintf(text, sizeof text, "REGISTER sip:ims.example SIP/2.0|%s|", head);
    comes(w, call, text);
    snprintf(text, sizeof text, "SIP/2.0 500 X|%s|", head);
    goes(w, call, text);
}

/* Alice's. */
static void fail_once(struct world *w, const char *call)
{
    comes(w, call, REGISTER("c", "1"));
    goes(w, call, ANSWER("500", "c", "1"));
    tell(w);
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

/* Three REGISTERs, each with that nonce, each challenged; all that so often. */
static void register_thrice(struct world *w, const char *nonce, unsigned copies)
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
        for (unsigned k = 0; k < copies; k++) {
            comes(w, "c", ask);
            goes(w, "c", answer);
        }
        tell(w);
    }
}

static void answering_old_challenges_is_told_at_the_third(void **state)
{
    struct world *w = *state;

    register_thrice(w, "old", 1);
    assert_string_equal(newest(w), "stale-nonce");
}

static void a_challenge_that_is_sent_twice_counts_once(void **state)
{
    struct world *w = *state;

    register_thrice(w, "old", 2);
    assert_string_equal(newest(w), "stale-nonce");
}

static void who_registers_anew_without_a_nonce_answers_nothing(void **state)
{
    struct world *w = *state;

    register_thrice(w, "", 1);
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
        {"{\"credentials\":{\"has_password\":false}}", "take its SIM key away"},
        {"", "take its SIM key away"},
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

static void
a_phone_that_cannot_do_aka_needs_a_user_without_sim_key(void **state)
{
    struct world *w = *state;
    const struct finding *f;

    comes(w, "c",
          "REGISTER sip:ims.example SIP/2.0|User-Agent: baresip v1.0.0|" HEAD(
              "c", "1", "REGISTER") "|");
    goes(w, "c", "SIP/2.0 401 X|" HEAD("c", "1", "REGISTER") AKA_OFFER "|");
    tell(w);
    w->ms += 6000;
    tell(w);
    f = doctor_older(w->doctor, NULL);
    assert_string_equal(newest(w), "algorithm-mismatch");
    assert_has(str_slice(&f->what), "which baresip cannot do");
    assert_has(str_slice(&f->advice), "take its SIM key away");
}

/* RFC 3261 25.1: a quoted pair may be of one; the HSS would refuse the body. */
static void a_zero_byte_of_the_phone_is_not_put_to_the_hss(void **state)
{
    static const char ask[] = "REGISTER sip:ims.example SIP/2.0|" HEAD(
        "c", "2", "REGISTER") "Authorization: Digest "
                              "username=\"alice@ims.example\",realm=\"ims."
                              "example\",nonce=\"n\",uri=\"s\",response=\"r\","
                              "algorithm=MD5,"
                              "cnonce=\"\\^\"||";
    struct world *w = *state;

    w->answer = "{\"credentials\":{\"has_password\":true}}";
    comes(w, "c", REGISTER("c", "1"));
    goes(w, "c", "SIP/2.0 401 X|" HEAD("c", "1", "REGISTER") AKA_OFFER "|");
    comes(w, "c", ask);
    refuse_at_scscf(w);
    tell(w); /* what is asked can be read: examine() looks */
    assert_string_equal(newest(w), "algorithm-mismatch");
    assert_has(str_slice(&doctor_older(w->doctor, NULL)->advice),
               "its SIM key goes first");
}

/* Without a response, but with numbers that it asks for. */
static void a_card_that_is_ahead_has_not_refused_the_network(void **state)
{
    static const struct {
        const char *auts, *cause;
    } rows[] = {{"", "autn-rejected"}, {",auts=\"AAAA\"", "unexplained"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[1000];
        struct world *w;

        set_up(state);
        w = *state;
        comes(w, "c", REGISTER("c", "1"));
        goes(w, "c", "SIP/2.0 401 X|" HEAD("c", "1", "REGISTER") AKA_OFFER "|");
        snprintf(text, sizeof text,
                 "REGISTER sip:ims.example SIP/2.0|%sAuthorization: Digest "
                 "username=\"alice@ims.example\",realm=\"ims.example\","
                 "nonce=\"n\",uri=\"s\",response=\"\",algorithm=AKAv1-MD5%s||",
                 HEAD("c", "2", "REGISTER"), rows[i].auts);
        comes(w, "c", text);
        refuse_at_scscf(w);
        tell(w);
        assert_string_equal(newest(w), rows[i].cause);
        tear_down(state);
    }
}

/* ---- again and again ------------------------------------------------------
 */

static void the_same_again_is_one_finding_that_counts(void **state)
{
    struct world *w = *state;
    const struct finding *f;

    fail_once(w, "a");
    break_off(w, 7);
    tell(w);
    w->ms += 30000;
    fail_once(w, "b");
    assert_int_equal(w->found, 3); /* it is told again */
    f = doctor_older(w->doctor, NULL);
    assert_string_equal(str_c(&f->subject), "sip:alice@ims.example");
    assert_int_equal(f->id, 1);
    assert_int_equal(f->change, 3);
    assert_int_equal(f->times, 2);
    assert_int_equal(f->first_us, 2000); /* in ms 1 it was asked */
    assert_int_equal(f->at_us, 1000 * w->ms);
    assert_int_equal(f->steps[f->step_count - 1], story_last(w->story));
    assert_true(finding_is_of_call(f, S("a")));
    assert_true(finding_is_of_call(f, S("b")));
    assert_false(finding_is_of_call(f, S("b7")));
    assert_string_equal(str_c(&f->calls[0]), "b");
    f = doctor_older(w->doctor, f);
    assert_string_equal(str_c(&f->subject), "sip:u7@ims.example");
    assert_null(doctor_older(w->doctor, f));
    doctor_clear(w->doctor);
    assert_null(doctor_older(w->doctor, NULL));
    assert_int_equal(doctor_last(w->doctor), 3);
    fail_once(w, "d"); /* numbers go on */
    f = doctor_older(w->doctor, NULL);
    assert_int_equal(f->id, 3);
    assert_int_equal(f->times, 1);
}

static void another_method_or_other_words_are_another_finding(void **state)
{
    static const char ask[] =
        "MESSAGE sip:bob@ims.example SIP/2.0|" HEAD("m", "1", "MESSAGE") "|";
    struct world *w = *state;

    fail_once(w, "a");
    comes(w, "m", ask);
    goes(w, "m", "SIP/2.0 500 X|" HEAD("m", "1", "MESSAGE") "|");
    comes(w, "b", REGISTER("c", "1"));
    goes(w, "b", ANSWER("502", "c", "1"));
    tell(w);
    assert_int_equal(doctor_older(w->doctor, NULL)->id, 3);
    assert_int_equal(doctor_older(w->doctor, NULL)->times, 1);
}

static void in_a_turn_it_is_told_once_however_often_it_happens(void **state)
{
    struct world *w = *state;

    for (unsigned i = 0; i < 20; i++) {
        char call[8];

        snprintf(call, sizeof call, "c%u", i);
        comes(w, call, REGISTER("c", "1"));
        goes(w, call, ANSWER("500", "c", "1"));
    }
    tell(w);
    tell(w);
    assert_int_equal(w->found, 1);
    assert_int_equal(doctor_older(w->doctor, NULL)->times, 20);
}

static void of_the_calls_the_last_ones_are_kept(void **state)
{
    struct world *w = *state;
    const struct finding *f;
    char call[8];

    for (unsigned i = 0; i < 2 * FINDING_CALLS; i++) {
        snprintf(call, sizeof call, "c%u", i);
        fail_once(w, call);
    }
    f = doctor_older(w->doctor, NULL);
    assert_int_equal(f->call_count, FINDING_CALLS);
    for (unsigned i = 0; i < 2 * FINDING_CALLS; i++) {
        snprintf(call, sizeof call, "c%u", i);
        assert_int_equal(finding_is_of_call(f, slice_of(call)),
                         i >= FINDING_CALLS);
    }
}

static void what_fails_again_is_solved_no_more(void **state)
{
    struct world *w = *state;

    fail_once(w, "a");
    comes(w, "r", REGISTER("r", "1"));
    goes(w, "r", ANSWER("200", "r", "1"));
    tell(w);
    assert_int_not_equal(doctor_older(w->doctor, NULL)->solved_us, 0);
    fail_once(w, "b");
    assert_int_equal(doctor_older(w->doctor, NULL)->solved_us, 0);
    assert_int_equal(doctor_older(w->doctor, NULL)->times, 2);
}

/* A dashboard that starts reads what was long ago in one go. */
static void what_went_well_before_the_hss_answered_is_solved(void **state)
{
    struct world *w = *state;
    const struct finding *f;
    int64_t well_us;

    w->answer = NULL;
    comes(w, "o", REGISTER("o", "1"));
    goes(w, "o", ANSWER("200", "o", "1"));
    comes(w, "c", REGISTER("c", "1"));
    goes(w, "c", ANSWER("403", "c", "1"));
    comes(w, "r", REGISTER("r", "1"));
    goes(w, "r", ANSWER("200", "r", "1"));
    well_us = 1000 * w->ms;
    fail_once(w, "d"); /* is judged at once, and fails to this day */
    assert_int_equal(w->asked_count, 1);
    doctor_examined(w->asked[0], S("{}"));
    f = doctor_older(w->doctor, NULL);
    assert_int_equal(f->result, 403);
    assert_int_equal(f->solved_us, well_us);
    f = doctor_older(w->doctor, f);
    assert_int_equal(f->result, 500);
    assert_int_equal(f->solved_us, 0);
}

/* A 200 that is not heard is no success of anybody. */
static void a_lost_answer_is_solved_by_the_next_not_by_itself(void **state)
{
    struct world *w = *state;

    for (unsigned i = 0; i < 4; i++) {
        comes(w, "c", REGISTER("c", "1"));
        goes(w, "c", ANSWER("200", "c", "1"));
    }
    tell(w);
    assert_string_equal(newest(w), "answers-lost");
    assert_int_equal(doctor_older(w->doctor, NULL)->solved_us, 0);
    comes(w, "r", REGISTER("r", "1"));
    goes(w, "r", ANSWER("200", "r", "1"));
    tell(w);
    assert_int_equal(doctor_older(w->doctor, NULL)->solved_us, 1000 * w->ms);
}

static void a_challenge_whose_phone_registered_anew_is_solved(void **state)
{
    struct world *w = *state;

    comes(w, "c", REGISTER("c", "1"));
    goes(w, "c", CHALLENGE("c", "1", "n1"));
    tell(w);
    comes(w, "r", REGISTER("r", "1"));
    goes(w, "r", ANSWER("200", "r", "1"));
    tell(w);
    w->ms += 10000;
    tell(w);
    assert_string_equal(newest(w), "challenge-unanswered");
    assert_int_not_equal(doctor_older(w->doctor, NULL)->solved_us, 0);
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

    fail_once(w, "a");
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

static void the_link_to_another_hss_is_another_link(void **state)
{
    struct line peer = {.node = ICSCF,
                        .kind = "says",
                        .proc = "H-DIA-1",
                        .reason = "peer-lost",
                        .says = "Diameter peer hss1.a: I-Open, then Closed"};
    struct world *w = *state;
    const struct finding *f;

    add(w, &peer);
    peer.says = "Diameter peer hss2.a: R-Open, then Closed";
    add(w, &peer);
    tell(w);
    assert_int_equal(w->found, 2);
    peer.reason = "peer-open";
    peer.says = "Diameter peer hss2.a: Wait-I-CEA, then I-Open";
    add(w, &peer);
    tell(w);
    f = doctor_older(w->doctor, NULL);
    assert_has(str_slice(&f->what), "hss2.a");
    assert_int_equal(f->solved_us, 1000 * w->ms);
    f = doctor_older(w->doctor, f);
    assert_has(str_slice(&f->what), "hss1.a");
    assert_int_equal(f->solved_us, 0);
}

/* One that arrives has the callee's contact in it, and who calls may be
 * another. */
static void a_call_that_arrives_solves_the_one_that_did_not(void **state)
{
#define OF(user, call)                                                   \
    "Via: SIP/2.0/UDP " PHONE ";branch=z9hG4bK" call "|From: <sip:" user \
    "@ims.example>;tag=1|To: <sip:bob@ims.example>|Call-ID: " call       \
    "|CSeq: 1 MESSAGE|Max-Forwards: 70|Content-Length: 0||"
    struct line hop = {
        .node = PCSCF,
        .kind = "tx",
        .call = "n",
        .local = GM,
        .remote = "127.0.0.10:5060",
        .text = "MESSAGE sip:bob@127.0.0.10:5060 SIP/2.0|" OF("zoe", "n")};
    struct world *w = *state;

    comes(w, "m", "MESSAGE sip:bob@ims.example SIP/2.0|" OF("zoe", "m"));
    goes(w, "m", "SIP/2.0 480 X|" OF("zoe", "m"));
    tell(w);
    comes(w, "o", "MESSAGE sip:bob@ims.example SIP/2.0|" OF("alice", "o"));
    goes(w, "o", "SIP/2.0 200 X|" OF("alice", "o"));
    tell(w);
    assert_int_equal(doctor_older(w->doctor, NULL)->solved_us, 0);
    comes(w, "n", "MESSAGE sip:bob@ims.example SIP/2.0|" OF("zoe", "n"));
    add(w, &hop);
    goes(w, "n", "SIP/2.0 200 X|" OF("zoe", "n"));
    tell(w);
    assert_int_equal(doctor_older(w->doctor, NULL)->solved_us, 1000 * w->ms);
}

/* Who hides its name (RFC 3323 §4.1.1) is nobody else who does. */
static void an_anonymous_call_solves_none_of_somebody_else(void **state)
{
    static const struct {
        const char *from;
        bool solves;
    } rows[] = {
        {"sip:zoe@ims.example", true},
        {"sip:anonymous@anonymous.invalid", false},
        {"sip:Anonymous@Anonymous.Invalid", false},
        {"sip:anonymous@ims.example", false},
        {"sip:unavailable@unknown.invalid", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static const char *const who[] = {"alice", "carol"};
        struct world *w;

        set_up(state);
        w = *state;
        for (unsigned k = 0; k < 2; k++) {
            char head[500], text[900];

            snprintf(head, sizeof head,
                     "Via: SIP/2.0/UDP " PHONE ";branch=z9hG4bK%u|From: <%s>;"
                     "tag=1|To: <sip:bob@ims.example>|Call-ID: %s|"
                     "CSeq: 1 MESSAGE|Max-Forwards: 70|Content-Length: 0|",
                     k, rows[i].from, who[k]);
            snprintf(text, sizeof text,
                     "MESSAGE sip:bob@ims.example SIP/2.0|%s|", head);
            comes(w, who[k], text);
            snprintf(text, sizeof text,
                     "MESSAGE sip:bob@ims.example SIP/2.0|%s"
                     "P-Asserted-Identity: <sip:%s@ims.example>||",
                     head, who[k]);
            add(w, &(struct line){.node = PCSCF,
                                  .kind = "tx",
                                  .call = who[k],
                                  .local = GM,
                                  .remote = "127.0.0.10:5060",
                                  .text = text});
            snprintf(text, sizeof text, "SIP/2.0 %s X|%s|", k ? "200" : "480",
                     head);
            goes(w, who[k], text);
            tell(w);
        }
        assert_int_equal(doctor_older(w->doctor, NULL)->solved_us != 0,
                         rows[i].solves);
        tear_down(state);
    }
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

/* Nor is it known of whom such a node waits in vain for an answer. */
static void a_node_by_name_that_is_silent_is_away(void **state)
{
    static const char on[] = "REGISTER sip:ims.example SIP/2.0|Path: <sip:" P_MW
                             ">|" HEAD("c", "1", "REGISTER") "|";
    struct world *w;

    begin(state, "topology/compose.yaml");
    w = *state;
    comes(w, "c", REGISTER("c", "1"));
    add(w, &(struct line){.node = PCSCF,
                          .kind = "tx",
                          .call = "c",
                          .local = P_MW,
                          .remote = "10.9.8.7:5060",
                          .text = on});
    add(w, &(struct line){.node = PCSCF,
                          .kind = "says",
                          .call = "c",
                          .proc = "P-REG-1",
                          .reason = "timeout",
                          .says = "REGISTER answered 504: no answer came"});
    goes(w, "c", ANSWER("504", "c", "1"));
    w->ms += 10000; /* no other copy comes */
    tell(w);
    assert_string_equal(newest(w), "node-unreachable");
    tear_down(state);
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
    assert_int_equal(doctor_older(w->doctor, NULL)->id, 1);
    assert_string_equal(newest(w), "service-route-ignored");
    assert_int_equal(doctor_older(w->doctor, NULL)->times, 30);
    /* notes go first when there is no room */
    for (unsigned i = 0; i < DOCTOR_FINDINGS; i++) {
        break_off(w, i);
        tell(w);
    }
    assert_int_equal(doctor_last(w->doctor), DOCTOR_FINDINGS + 30);
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

/* ---- questions to the HSS -------------------------------------------------
 */

/* Of the nth user, whom the HSS shall examine. */
static void refuse(struct world *w, unsigned n)
{
    char call[16], head[600], text[1000];

    snprintf(call, sizeof call, "c%lld", (long long)w->ms);
    snprintf(head, sizeof head,
             "Via: SIP/2.0/UDP " PHONE ";branch=z9hG4bK1|"
             "From: <sip:u%u@ims.example>;tag=1|To: <sip:u%u@ims.example>|"
             "Call-ID: %s|CSeq: 1 REGISTER|Max-Forwards: 70|"
             "Content-Length: 0|",
             n, n, call);
    snprintf(text, sizeof text, "REGISTER sip:ims.example SIP/2.0|%s|", head);
    comes(w, call, text);
    snprintf(text, sizeof text, "SIP/2.0 403 X|%s|", head);
    goes(w, call, text);
    tell(w);
}

static void the_hss_is_asked_a_few_questions_at_a_time(void **state)
{
    struct world *w = *state;

    w->answer = NULL;
    for (unsigned i = 0; i < DOCTOR_PATIENTS + 2; i++)
        refuse(w, i);
    assert_int_equal(w->asked_count, DOCTOR_QUESTIONS);
    /* so many wait; the rest is judged as it is */
    assert_int_equal(w->found, 2);
    doctor_examined(w->asked[0], S("{\"public\":{\"known\":true}}"));
    doctor_examined(w->asked[1], S(""));
    doctor_examined(w->asked[2], S("no json"));
    tell(w);
    assert_int_equal(w->found, 5);
    assert_int_equal(w->asked_count, DOCTOR_QUESTIONS + 3);
    /* from now on it answers at once: all who waited are served */
    w->answer = "[]";
    doctor_examined(w->asked[3], S("[]"));
    tell(w);
    assert_int_equal(w->found, 5 + DOCTOR_PATIENTS - 3 - 3);
    assert_int_equal(w->asked_count, DOCTOR_QUESTIONS + 3);
}

static void who_waits_for_the_hss_is_not_in_a_story_begun_anew(void **state)
{
    struct world *w = *state;

    w->answer = NULL;
    for (unsigned i = 0; i < DOCTOR_QUESTIONS + 3; i++)
        refuse(w, i);
    story_clear(w->story, 0);
    doctor_clear(w->doctor);
    doctor_examined(w->asked[0], S("{}"));
    tell(w);
    assert_int_equal(w->found, 0);
    /* tear_down frees the others */
}

static void what_was_asked_just_now_is_not_asked_again(void **state)
{
    struct world *w = *state;

    w->answer = NULL;
    refuse(w, 1);
    assert_int_equal(w->asked_count, 1);
    doctor_examined(w->asked[0], S("{\"public\":{\"known\":true}}"));
    refuse(w, 1);
    assert_int_equal(w->asked_count, 1);
    assert_int_equal(doctor_older(w->doctor, NULL)->times, 2);
    refuse(w, 2); /* another one */
    assert_int_equal(w->asked_count, 2);
    w->ms += DOCTOR_ANSWERS_US / MSEC; /* it may be another truth by now */
    refuse(w, 1);
    assert_int_equal(w->asked_count, 3);
    doctor_examined(w->asked[1], S("")); /* no answer is none to keep */
    doctor_examined(w->asked[2], S("{}"));
    refuse(w, 2);
    assert_int_equal(w->asked_count, 4);
    doctor_clear(w->doctor); /* a reset: subscribers are others */
    refuse(w, 1);
    assert_int_equal(w->asked_count, 5);
}

static void answers_are_kept_in_bounded_number(void **state)
{
    struct world *w = *state;

    w->answer = NULL;
    for (unsigned i = 0; i < DOCTOR_ANSWERS + 1; i++) {
        refuse(w, i);
        assert_int_equal(w->asked_count, 1);
        w->asked_count = 0;
        doctor_examined(w->asked[0], S("{}"));
    }
    refuse(w, DOCTOR_ANSWERS);
    assert_int_equal(w->asked_count, 0);
    refuse(w, 0); /* the oldest one made room */
    assert_int_equal(w->asked_count, 1);
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

static void icscf_says(struct world *w, const char *proc, const char *reason)
{
    add(w, &(struct line){.node = ICSCF,
                          .kind = "says",
                          .call = "c",
                          .proc = proc,
                          .reason = reason,
                          .says = "it is so"});
}

static void icscf_sends(struct world *w, const char *to, const char *text)
{
    add(w, &(struct line){.node = ICSCF,
                          .kind = "tx",
                          .call = "c",
                          .local = I_MW,
                          .remote = to,
                          .text = text});
}

/* The S-CSCF that the HSS named is not there by its name; another one may be
 * asked instead. */
static void a_name_is_blamed_for_what_came_of_it_alone(void **state)
{
    static const struct {
        const char *status;
        bool goes_on, refuses, says_so;
        const char *cause;
    } rows[] = {
        {"404", false, false, false, "dns-failed"},
        {"504", false, false, true, "dns-failed"},
        {"504", true, false, true, "scscf-unreachable"},
        {"403", true, true, false, "unexplained"},
        {"480", false, false, true, "unexplained"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world *w;
        char no[600];

        set_up(state);
        w = *state;
        w->answer = "{}";
        snprintf(no, sizeof no, "SIP/2.0 %s X|%s|", rows[i].status,
                 HEAD("c", "1", "REGISTER"));
        comes(w, "c", REGISTER("c", "1"));
        icscf_says(w, "SIP-7", "no-route");
        if (rows[i].goes_on)
            icscf_sends(
                w, S_MW,
                "REGISTER sip:scscf1 SIP/2.0|" HEAD("c", "1", "REGISTER") "|");
        if (rows[i].refuses)
            add(w, &(struct line){.node = SCSCF,
                                  .kind = "tx",
                                  .call = "c",
                                  .local = S_MW,
                                  .remote = I_MW,
                                  .text = no});
        if (rows[i].says_so)
            icscf_says(w, "I-REG-2", NULL);
        icscf_sends(w, P_MW, no);
        goes(w, "c", no);
        w->ms += 10000;
        tell(w);
        assert_string_equal(newest(w), rows[i].cause);
        tear_down(state);
    }
}

/* ---- with whom it lies --------------------------------------------------- */

/* Between alice and bob, of that CSeq. */
static void passes(struct world *w, const char *kind, const char *remote,
                   const char *line, const char *cseq)
{
    char text[1000];

    snprintf(text, sizeof text,
             "%s|Via: SIP/2.0/UDP " PHONE ";branch=z9hG4bK1|"
             "From: <sip:alice@ims.example>;tag=1|"
             "To: <sip:bob@ims.example>|Call-ID: c|CSeq: %s|"
             "Max-Forwards: 70|Content-Length: 0||",
             line, cseq);
    add(w, &(struct line){.node = PCSCF,
                          .kind = kind,
                          .call = "c",
                          .local = GM,
                          .remote = remote,
                          .text = text});
}

#define BOB "127.0.0.10:5060"

static void sends_on(struct world *w, const char *method, const char *cseq)
{
    char text[100];

    snprintf(text, sizeof text, "%s sip:bob@ims.example SIP/2.0", method);
    passes(w, "rx", PHONE, text, cseq);
    passes(w, "rx", PHONE, text, cseq);
    snprintf(text, sizeof text, "%s sip:bob@" BOB " SIP/2.0", method);
    passes(w, "tx", BOB, text, cseq);
    passes(w, "tx", BOB, text, cseq);
}

static void gives_up(struct world *w, const char *reason)
{
    add(w, &(struct line){.node = PCSCF,
                          .kind = "says",
                          .call = "c",
                          .proc = "SIP-7",
                          .reason = reason,
                          .says = "408 without an answer"});
    tell(w);
}

/* A 408 tells of an INVITE; of others nobody but the phone's P-CSCF does. */
static void a_phone_that_is_silent_is_named_without_an_answer(void **state)
{
    struct world *w = *state;
    const struct finding *f;

    passes(w, "rx", PHONE, "INVITE sip:bob@ims.example SIP/2.0", "1 INVITE");
    sends_on(w, "MESSAGE", "2 MESSAGE");
    gives_up(w, "timeout");
    f = doctor_older(w->doctor, NULL);
    assert_string_equal(newest(w), "callee-unreachable");
    assert_text(str_slice(&f->about), S("sip:bob@ims.example"));
    assert_text(str_slice(&f->subject), S("sip:alice@ims.example"));
    assert_has(str_slice(&f->what), "does not answer at " BOB);
    assert_has(str_slice(&f->where), "pcscf1 sent the MESSAGE to " BOB);
    assert_string_equal(f->method, "MESSAGE");
    assert_int_equal(f->steps[0], 2); /* not its repetition */
}

static void what_is_no_silent_phone_is_not_taken_for_one(void **state)
{
    static const struct {
        const char *method, *cseq, *answer, *reason;
    } rows[] = {
        {"INVITE", "1 INVITE", NULL, "timeout"}, /* its 408 tells */
        {"MESSAGE", "1 MESSAGE", NULL, "full"},
        {"MESSAGE", "1 MESSAGE", "SIP/2.0 200 OK", "timeout"},
        {"ACK", "1 ACK", NULL, "timeout"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world *w;

        set_up(state);
        w = *state;
        sends_on(w, rows[i].method, rows[i].cseq);
        if (rows[i].answer)
            passes(w, "rx", BOB, rows[i].answer, rows[i].cseq);
        gives_up(w, rows[i].reason);
        assert_string_equal(newest(w), "nothing");
        tear_down(state);
    }
}

/* Alice sends to that address, and is refused; owned by the caller. */
static json_t *refused(struct world *w, const char *uri, const char *status)
{
    const struct finding *f;
    char text[1000];
    struct json j;
    struct buf b;
    json_t *out;

    snprintf(text, sizeof text, "MESSAGE %s SIP/2.0|%s|", uri,
             HEAD("c", "1", "MESSAGE"));
    comes(w, "c", text);
    if (strcmp(status, "480") == 0)
        add(w, &(struct line){.node = PCSCF,
                              .kind = "says",
                              .call = "c",
                              .proc = "P-TRM-1",
                              .says = "the Path leads to no phone"});
    snprintf(text, sizeof text, "SIP/2.0 %s X|%s|", status,
             HEAD("c", "1", "MESSAGE"));
    goes(w, "c", text);
    tell(w);
    f = doctor_older(w->doctor, NULL);
    assert_non_null(f);
    buf_init(&b, 65536);
    json_init(&j, &b);
    finding_put(&j, f);
    out = json_loadb(buf_slice(&b).p, buf_slice(&b).n, 0, NULL);
    assert_non_null(out);
    buf_fini(&b);
    return out;
}

static const char *member(const json_t *j, const char *key)
{
    const char *text = json_string_value(json_object_get(j, key));

    return text ? text : "";
}

#define LIKE(names) "{\"callee\":{\"known\":false,\"nearest\":[" names "]}}"

static void who_was_called_is_whom_a_failed_call_is_about(void **state)
{
    static const struct {
        const char *uri, *status, *hss, *cause, *about;
    } rows[] = {
        {"sip:daev@ims.example", "404", LIKE(""), "callee-unknown",
         "sip:daev@ims.example"},
        {"sip:bob@ims.example", "480", "{}", "callee-gone-at-pcscf",
         "sip:bob@ims.example"},
        {"sip:bob@ims.example", "500", "", "unexplained",
         "sip:alice@ims.example"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world *w;
        json_t *f;

        set_up(state);
        w = *state;
        w->answer = rows[i].hss;
        f = refused(w, rows[i].uri, rows[i].status);
        assert_string_equal(member(f, "cause"), rows[i].cause);
        assert_string_equal(member(f, "subject"), "sip:alice@ims.example");
        assert_string_equal(member(f, "about"), rows[i].about);
        assert_string_equal(member(f, "private"), "");
        json_decref(f);
        tear_down(state);
    }
}

/* RFC 3966 5.1.5 is about numbers; digits may be a name. */
static void digits_are_a_number_where_one_is_like_them(void **state)
{
    static const struct {
        const char *uri, *hss, *cause;
    } rows[] = {
        {"sip:5551004@ims.example", LIKE("\"tel:+15551004\""), "number-form"},
        {"sip:5551004@ims.example",
         LIKE("\"sip:4@ims.example\",\"sip:+15551004@ims.example\""),
         "number-form"},
        {"sip:1131@ims.example",
         LIKE("\"sip:1130@ims.example\",\"sip:1121@ims.example\""),
         "callee-unknown"},
        {"sip:1131@ims.example", LIKE(""), "callee-unknown"},
        {"sip:1131@ims.example", "", "callee-unknown"},
        {"sip:daev@ims.example", LIKE("\"tel:+15551004\""), "callee-unknown"},
        {"tel:5551004;phone-context=ims.example", LIKE(""), "number-form"},
        {"tel:+15551009", LIKE("\"tel:+15551004\""), "callee-unknown"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world *w;
        json_t *f;

        set_up(state);
        w = *state;
        w->answer = rows[i].hss;
        f = refused(w, rows[i].uri, "404");
        assert_string_equal(member(f, "cause"), rows[i].cause);
        json_decref(f);
        tear_down(state);
    }
}

/* Alice's REGISTER from that card. */
static void ask_by(struct world *w, const char *call, const char *card)
{
    char text[1000];

    snprintf(text, sizeof text,
             "REGISTER sip:ims.example SIP/2.0|%sAuthorization: Digest "
             "username=\"%s\",realm=\"ims.example\",nonce=\"\","
             "uri=\"s\",response=\"\"||",
             HEAD("c", "1", "REGISTER"), card);
    comes(w, call, text);
}

static void register_by(struct world *w, const char *call, const char *card,
                        const char *status)
{
    char text[1000];

    ask_by(w, call, card);
    snprintf(text, sizeof text, "SIP/2.0 %s X|%s|", status,
             HEAD("c", "1", "REGISTER"));
    goes(w, call, text);
}

static void each_card_of_a_user_has_its_own_finding(void **state)
{
    static const char *const cards[] = {"card1@ims.example",
                                        "card2@ims.example"};
    struct world *w = *state;
    const struct finding *f = NULL;

    for (size_t i = 0; i < 2; i++)
        register_by(w, cards[i], cards[i], "500");
    tell(w);
    for (size_t i = 2; i-- > 0;) {
        f = doctor_older(w->doctor, f);
        assert_non_null(f);
        assert_string_equal(str_c(&f->subject), "sip:alice@ims.example");
        assert_string_equal(str_c(&f->impi), cards[i]);
        assert_int_equal(f->times, 1);
    }
    register_by(w, "r", cards[1], "200");
    tell(w);
    f = doctor_older(w->doctor, NULL);
    assert_int_equal(f->solved_us, 1000 * w->ms);
    f = doctor_older(w->doctor, f);
    assert_string_equal(str_c(&f->impi), cards[0]);
    assert_int_equal(f->solved_us, 0);
}

/* A name that is nobody's never succeeds: who enters the right one has mended
 * it. */
static void the_right_card_solves_what_a_wrong_name_failed(void **state)
{
    struct world *w = *state;
    const struct finding *f;

    ask_by(w, "c", "wrong@ims.example");
    ask_hss(w, CX_IDENTITIES_DONT_MATCH);
    goes(w, "c", ANSWER("403", "c", "1"));
    tell(w);
    assert_string_equal(newest(w), "identities-dont-match");
    register_by(w, "r", "card1@ims.example", "200");
    tell(w);
    f = doctor_older(w->doctor, NULL);
    assert_string_equal(str_c(&f->impi), "wrong@ims.example");
    assert_int_equal(f->solved_us, 1000 * w->ms);
}

/* A phone need not say as whom it registers until it is challenged. */
static void any_card_solves_what_failed_without_one(void **state)
{
    struct world *w = *state;

    fail_once(w, "a");
    register_by(w, "r", "card1@ims.example", "200");
    tell(w);
    assert_int_equal(doctor_older(w->doctor, NULL)->solved_us, 1000 * w->ms);
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

static void a_fault_is_blamed_for_an_hss_that_is_not_heard(void **state)
{
    struct world *w = *state;
    char bytes[200];
    struct buf b;

    buf_over(&b, bytes, sizeof bytes);
    comes(w, "c", REGISTER("c", "1"));
    add(w, &(struct line){.node = ICSCF,
                          .kind = "lost",
                          .call = "c",
                          .session = "s",
                          .local = "127.0.0.2:40000",
                          .remote = CX,
                          .cx = cx(&b, DIAMETER_USER_AUTHORIZATION, true, 0),
                          .proc = "FLT-1",
                          .says = "lost by fault cut: UAR",
                          .fault = "cut"});
    icscf_refuses(w);
    tell(w);
    assert_int_equal(w->found, 1);
    assert_string_equal(newest(w), "injected-fault");
    assert_has(str_slice(&doctor_older(w->doctor, NULL)->where),
               "icscf1: lost by fault cut: UAR");
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

/* Nobody acts twice on what comes twice. */
static void what_a_fault_doubled_is_no_failure(void **state)
{
    static const struct {
        const char *reason, *cause;
    } rows[] = {{"fault-doubled", "injected-repeats"},
                {"fault-held", "injected-fault"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world *w;

        set_up(state);
        w = *state;
        comes(w, "c", REGISTER("c", "1"));
        add(w, &(struct line){.node = PCSCF,
                              .kind = "says",
                              .call = "c",
                              .local = GM,
                              .remote = PHONE,
                              .proc = "FLT-1",
                              .reason = rows[i].reason,
                              .says = "by fault echo: 401 REGISTER",
                              .fault = "echo"});
        for (unsigned k = 0; k < 3; k++)
            goes(w, "c", CHALLENGE("c", "1", "n1"));
        comes(w, "c", REGISTER("c", "2"));
        goes(w, "c", ANSWER("200", "c", "2"));
        tell(w);
        assert_int_equal(w->found, 1);
        assert_string_equal(newest(w), rows[i].cause);
        assert_string_equal(str_c(&doctor_older(w->doctor, NULL)->fault),
                            "echo");
        tear_down(state);
    }
}

/* A phone that gets a challenge twice may answer twice. */
static void what_answers_a_doubled_answer_is_no_failure(void **state)
{
    static const struct {
        bool to_another;
        const char *cause;
    } rows[] = {{false, "injected-repeats"}, {true, "answers-lost"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world *w;

        set_up(state);
        w = *state;
        comes(w, "c", REGISTER("c", "1"));
        add(w, &(struct line){.node = PCSCF,
                              .kind = "says",
                              .call = "c",
                              .local = GM,
                              .remote = PHONE,
                              .proc = "FLT-1",
                              .reason = "fault-doubled",
                              .says = "doubled by fault echo: 401 REGISTER",
                              .fault = "echo"});
        if (rows[i].to_another)
            passes(w, "tx", BOB, "OPTIONS sip:bob@" BOB " SIP/2.0",
                   "1 OPTIONS");
        goes(w, "c", CHALLENGE("c", "1", "n1"));
        goes(w, "c", CHALLENGE("c", "1", "n1"));
        for (unsigned k = 0; k < 3; k++) {
            comes(w, "c", REGISTER("c", "2"));
            goes(w, "c", ANSWER("200", "c", "2"));
        }
        tell(w);
        assert_int_equal(w->found, 1);
        assert_string_equal(newest(w), rows[i].cause);
        tear_down(state);
    }
}

#define CUT_LINK                                                        \
    "\"name\":\"cut\",\"since_us\":0,\"says\":\"loses all messages to " \
    "hss1\",\"peer\":\"hss1\""

/* Alone and later than its last mark, and where it is not meant. */
static void a_fault_that_is_on_is_named_by_the_link_that_it_cut(void **state)
{
    static const struct {
        unsigned node;
        const char *fault;
        bool named;
    } rows[] = {
        {ICSCF, "{\"action\":\"loss\"," CUT_LINK "}", true},
        {ICSCF, "{\"action\":\"dead\",\"name\":\"x\"}", true},
        {HSS, "{\"action\":\"loss\",\"peer\":\"icscf\"}", true},
        {HSS, "{\"action\":\"loss\",\"peer\":\"127.0.0.2\"}", true},
        {ICSCF, "{\"action\":\"loss\",\"peer\":\"127.0.0.4:3868\"}", true},
        {ICSCF, "{\"action\":\"loss\",\"peer\":\"127.0.0.4:3869\"}", false},
        {ICSCF, "{\"action\":\"loss\",\"method\":\"DWR\"}", true},
        {ICSCF, "{\"action\":\"loss\",\"method\":\"UAR\"}", false},
        {ICSCF, "{\"action\":\"loss\",\"protocol\":\"diameter\"}", true},
        {ICSCF, "{\"action\":\"loss\",\"protocol\":\"sip\"}", false},
        {ICSCF, "{\"action\":\"delay\",\"delay\":\"2s\"}", true},
        {ICSCF, "{\"action\":\"delay\",\"delay\":\"1500ms\"}", true},
        {ICSCF, "{\"action\":\"delay\",\"delay\":\"20ms\"}", false},
        {ICSCF, "{\"action\":\"duplicate\"}", false},
        {ICSCF, "{\"action\":\"loss\",\"peer\":\"scscf1\"}", false},
        {ICSCF, "{\"action\":\"loss\",\"peer\":\"ue\"}", false},
        {SCSCF, "{\"action\":\"loss\",\"peer\":\"hss1\"}", false},
        {ICSCF, "{\"action\":\"loss\",\"since_us\":90000000}", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *faults = json_pack("[o]", json_loads(rows[i].fault, 0, NULL));
        const struct finding *f;
        struct world *w;

        set_up(state);
        w = *state;
        doctor_note_faults(w->doctor, rows[i].node, faults, 1);
        w->ms += 45000;
        add(w, &(struct line){.node = ICSCF,
                              .kind = "says",
                              .proc = "H-DIA-1",
                              .reason = "peer-lost",
                              .says = "Diameter peer hss1: I-Open, then "
                                      "Closed"});
        tell(w);
        f = doctor_older(w->doctor, NULL);
        assert_string_equal(newest(w), "link-lost");
        if (slice_starts(str_slice(&f->advice),
                         S("A fault is set on this link")) != rows[i].named)
            fail_msg("%s: %s", rows[i].fault, str_c(&f->advice));
        json_decref(faults);
        tear_down(state);
    }
}

static void lose_link(struct world *w)
{
    add(w, &(struct line){.node = ICSCF,
                          .kind = "says",
                          .proc = "H-DIA-1",
                          .reason = "peer-lost",
                          .says = "Diameter peer hss1: I-Open, then Closed"});
    tell(w);
}

static void a_fault_that_was_cleared_is_named_for_a_while(void **state)
{
    json_t *faults =
        json_loads("[{\"action\":\"loss\"," CUT_LINK "}]", 0, NULL);
    struct world *w = *state;
    const struct finding *f;

    doctor_note_faults(w->doctor, ICSCF, faults, 1);
    doctor_note_faults(w->doctor, ICSCF, faults, 2);
    doctor_note_faults(w->doctor, SCSCF, NULL, 3);
    lose_link(w);
    f = doctor_older(w->doctor, NULL);
    assert_has(str_slice(&f->advice), "mend it on the Faults page");
    assert_has(str_slice(&f->advice), "imsbox fault clear cut");
    assert_string_equal(str_c(&f->fault), "cut");
    doctor_note_faults(w->doctor, ICSCF, NULL, 1000 * w->ms);
    w->ms += 10000;
    lose_link(w);
    f = doctor_older(w->doctor, NULL);
    assert_int_equal(f->times, 2);
    assert_has(str_slice(&f->advice), "until 10 s before");
    w->ms += 60000;
    lose_link(w);
    f = doctor_older(w->doctor, NULL);
    assert_int_equal(f->times, 3);
    assert_int_equal(f->fault.n, 0);
    json_decref(faults);
}

static void
an_unanswered_question_names_the_fault_of_such_questions(void **state)
{
    static const struct {
        const char *method;
        bool named;
    } rows[] = {{"UAR", true}, {"UAA", true}, {"ua", true}, {"MAR", false}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world *w;
        json_t *faults =
            json_pack("[{s:s,s:s,s:s,s:s}]", "action", "loss", "name", "deaf",
                      "method", rows[i].method, "says", "loses some");

        set_up(state);
        w = *state;
        doctor_note_faults(w->doctor, HSS, faults, 1);
        comes(w, "c", REGISTER("c", "1"));
        ask_hss(w, 0);
        icscf_refuses(w);
        tell(w);
        assert_string_equal(newest(w), "hss-silent");
        assert_int_equal(doctor_older(w->doctor, NULL)->fault.n != 0,
                         rows[i].named);
        json_decref(faults);
        tear_down(state);
    }
}

static void answers_that_no_phone_hears_name_the_fault_of_phones(void **state)
{
    static const struct {
        const char *peer;
        bool named;
    } rows[] = {{"ue", true},
                {"127.0.0.9", true},
                {"127.0.0.9:5060", true},
                {"127.0.0.8", false},
                {"icscf1", false}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world *w;
        json_t *faults =
            json_pack("[{s:s,s:s,s:s,s:s}]", "action", "loss", "name", "deaf",
                      "peer", rows[i].peer, "says", "loses some");

        set_up(state);
        w = *state;
        doctor_note_faults(w->doctor, PCSCF, faults, 1);
        for (unsigned k = 0; k < 3; k++) {
            comes(w, "c", REGISTER("c", "1"));
            goes(w, "c", ANSWER("500", "c", "1"));
        }
        tell(w);
        assert_string_equal(newest(w), "answers-lost");
        assert_int_equal(doctor_older(w->doctor, NULL)->fault.n != 0,
                         rows[i].named);
        json_decref(faults);
        tear_down(state);
    }
}

static void faults_are_known_in_bounded_number(void **state)
{
    struct world *w = *state;
    json_t *faults = json_array();

    for (int i = 0; i < 2 * BREAKAGE_MAX; i++)
        json_array_append_new(faults, json_pack("{s:s,s:s,s:i,s:s}", "action",
                                                "loss", "name", "x", "since_us",
                                                i, "says", "loses all"));
    doctor_note_faults(w->doctor, ICSCF, faults, 1);
    doctor_note_faults(w->doctor, HSS, faults, 2);
    json_decref(faults);
    lose_link(w);
    assert_string_equal(str_c(&doctor_older(w->doctor, NULL)->fault), "x");
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
        TEST(a_challenge_that_is_sent_twice_counts_once),
        TEST(who_registers_anew_without_a_nonce_answers_nothing),
        cmocka_unit_test(who_has_key_and_password_is_told_which_goes_first),
        TEST(a_phone_that_cannot_do_aka_needs_a_user_without_sim_key),
        TEST(a_zero_byte_of_the_phone_is_not_put_to_the_hss),
        cmocka_unit_test(a_card_that_is_ahead_has_not_refused_the_network),
        TEST(the_right_card_solves_what_a_wrong_name_failed),
        TEST(the_same_again_is_one_finding_that_counts),
        TEST(another_method_or_other_words_are_another_finding),
        TEST(in_a_turn_it_is_told_once_however_often_it_happens),
        TEST(of_the_calls_the_last_ones_are_kept),
        TEST(what_fails_again_is_solved_no_more),
        TEST(what_went_well_before_the_hss_answered_is_solved),
        TEST(a_lost_answer_is_solved_by_the_next_not_by_itself),
        TEST(a_challenge_whose_phone_registered_anew_is_solved),
        TEST(what_goes_well_again_is_solved),
        TEST(the_link_to_another_hss_is_another_link),
        TEST(a_call_that_arrives_solves_the_one_that_did_not),
        cmocka_unit_test(an_anonymous_call_solves_none_of_somebody_else),
        cmocka_unit_test(a_node_by_name_is_no_phone_at_the_wrong_door),
        cmocka_unit_test(a_node_by_name_that_is_silent_is_away),
        TEST(findings_are_kept_in_bounded_number),
        TEST(a_turn_looks_at_no_more_than_it_may),
        TEST(what_is_noted_again_and_again_is_one_finding),
        TEST(what_nodes_note_takes_no_time_from_failures),
        TEST(the_hss_is_asked_a_few_questions_at_a_time),
        TEST(who_waits_for_the_hss_is_not_in_a_story_begun_anew),
        TEST(what_was_asked_just_now_is_not_asked_again),
        TEST(answers_are_kept_in_bounded_number),
        cmocka_unit_test(what_the_hss_said_or_did_not_say_is_told_apart),
        cmocka_unit_test(a_name_is_blamed_for_what_came_of_it_alone),
        cmocka_unit_test(who_was_called_is_whom_a_failed_call_is_about),
        cmocka_unit_test(digits_are_a_number_where_one_is_like_them),
        TEST(each_card_of_a_user_has_its_own_finding),
        TEST(any_card_solves_what_failed_without_one),
        cmocka_unit_test(a_fault_is_blamed_for_silence_not_for_a_verdict),
        TEST(a_phone_that_is_silent_is_named_without_an_answer),
        cmocka_unit_test(what_is_no_silent_phone_is_not_taken_for_one),
        TEST(a_fault_is_blamed_for_an_hss_that_is_not_heard),
        TEST(what_a_fault_dropped_is_not_called_malformed),
        cmocka_unit_test(what_a_fault_doubled_is_no_failure),
        cmocka_unit_test(what_answers_a_doubled_answer_is_no_failure),
        cmocka_unit_test(a_fault_that_is_on_is_named_by_the_link_that_it_cut),
        TEST(a_fault_that_was_cleared_is_named_for_a_while),
        cmocka_unit_test(
            an_unanswered_question_names_the_fault_of_such_questions),
        cmocka_unit_test(answers_that_no_phone_hears_name_the_fault_of_phones),
        TEST(faults_are_known_in_bounded_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
