/* SPDX-License-Identifier: MIT
 *
 * What the dashboard makes of the nodes' entries: steps, calls, bounds,
 * filters.
 */
#include "base/json.h"
#include "base/mem.h"
#include "imsbox/dashboard/filter.h"
#include "imsbox/dashboard/links.h"
#include "imsbox/dashboard/step_json.h"
#include "imsbox/dashboard/thread.h"
#include "support/check.h"
#include "support/record_line.h"
#include <stdio.h>

/* The nodes of topology/box.yaml, by their numbers in a site. */
enum { PCSCF, ICSCF, SCSCF, HSS };

enum { ALL = 1 << 24 };

struct world {
    struct site site;
    struct story *story;
    uint64_t seq;
};

static void begin(struct world *w, size_t max)
{
    struct topology *t = NULL;
    struct buf errors;

    buf_init(&errors, 4096);
    assert_int_equal(IMS_OK, topology_load("topology/box.yaml", &t, &errors));
    buf_fini(&errors);
    *w = (struct world){0};
    site_init(&w->site, t);
    w->story = story_new(&w->site, max, 3);
}

static int set_up(void **state)
{
    struct world *w = mem_zalloc(sizeof *w);

    begin(w, ALL);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    story_free(w->story);
    site_fini(&w->site);
    free(w);
    return 0;
}

static void add(struct world *w, const struct line *l)
{
    int64_t us = 0;
    struct why why;
    struct json j;
    struct buf b;

    buf_init(&b, 65536);
    json_init(&j, &b);
    record_line_put(&j, l, ++w->seq);
    assert_ok(story_add(w->story, l->node, buf_slice(&b), &us, &why), &why);
    assert_int_equal(us, 1000 * l->ms);
    buf_fini(&b);
}

#define VIA "Via: SIP/2.0/UDP 127.0.0.9:5060;branch=z9hG4bK1\r\n"
#define FROM_TO(user, call, method)                            \
    "From: <sip:" user "@ims.example>;tag=1\r\nTo: <sip:" user \
    "@ims.example>\r\nCall-ID: " call "\r\nCSeq: 1 " method    \
    "\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"

static const char register_alice[] =
    "REGISTER sip:ims.example SIP/2.0\r\n" VIA FROM_TO("alice", "c1",
                                                       "REGISTER");
static const char register_on[] =
    "REGISTER sip:ims.example SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK2\r\n" VIA FROM_TO(
        "alice", "c1", "REGISTER");
static const char refused_alice[] =
    "SIP/2.0 403 Forbidden\r\n" VIA FROM_TO("alice", "c1", "REGISTER");
static const char options_bob[] =
    "OPTIONS sip:carol@ims.example SIP/2.0\r\n" VIA FROM_TO("bob", "c2",
                                                            "OPTIONS");

/* alice is refused by the S-CSCF after a Cx request on her behalf. */
static const struct line alices[] = {
    {PCSCF, 1, "rx", "c1", NULL, "127.0.0.1:5060", "127.0.0.9:5060",
     register_alice, NULL},
    {PCSCF, 2, "tx", "c1", NULL, "127.0.0.1:5070", "127.0.0.3:5060",
     register_on, NULL},
    {SCSCF, 3, "rx", "c1", NULL, "127.0.0.3:5060", "127.0.0.1:5070",
     register_on, NULL},
    {SCSCF, 4, "tx", "c1", "s1", "127.0.0.3:40000", "127.0.0.4:3868",
     "a request", NULL},
    {HSS, 5, "rx", NULL, "s1", "127.0.0.4:3868", "127.0.0.3:40000", "a request",
     NULL},
    {HSS, 6, "says", NULL, "s1", NULL, NULL, NULL, "nobody knows her"},
    {SCSCF, 7, "tx", "c1", NULL, "127.0.0.3:5060", "127.0.0.1:5070",
     refused_alice, NULL},
    {PCSCF, 8, "rx", "c1", NULL, "127.0.0.1:5070", "127.0.0.3:5060",
     refused_alice, NULL},
};

static void add_alices(struct world *w)
{
    for (size_t i = 0; i < sizeof alices / sizeof alices[0]; i++)
        add(w, &alices[i]);
}

static void entries_become_steps_of_one_call(void **state)
{
    struct world *w = *state;
    const struct thread *t;

    add_alices(w);
    assert_int_equal(story_tell(w->story, INT64_MAX, INT64_MAX), 5);
    t = story_thread(w->story, S("c1"));
    assert_non_null(t);
    assert_int_equal(t->count, 5); /* the HSS's by the session */
    assert_text(str_slice(&t->users), S("sip:alice@ims.example\n"));
    assert_int_equal(t->messages, 4);
    assert_string_equal(t->method, "REGISTER");
    assert_int_equal(t->result, 403);
    assert_true(thread_names(t, S("alice")));
    assert_true(thread_names(t, S("sip:alice@ims.example")));
    assert_true(thread_names(t, S("Alice@IMS.example")));
    assert_false(thread_names(t, S("ali")));
    assert_false(thread_names(t, S("alice@ims.example.org")));
    assert_false(thread_names(t, S("")));
}

static void a_step_knows_what_it_is(void **state)
{
    struct world *w = *state;
    const struct told *t;

    add_alices(w);
    story_tell(w->story, INT64_MAX, INT64_MAX);
    t = story_at(w->story, 1);
    assert_string_equal(t->from, "alice");
    assert_string_equal(t->to, "pcscf1");
    assert_string_equal(t->method, "REGISTER");
    assert_true(t->is_request);
    t = story_at(w->story, 5);
    assert_int_equal(t->result, 403);
    assert_string_equal(t->method, "REGISTER");
    assert_false(t->is_request);
    assert_int_equal(t->entry.node, SCSCF);
    assert_int_equal(t->other.node, PCSCF);
    assert_text(t->other.bytes, slice_of(refused_alice));
    assert_null(story_at(w->story, 6));
    assert_null(story_at(w->story, 0));
}

static void what_is_too_new_is_told_later(void **state)
{
    struct world *w = *state;

    add_alices(w);
    assert_int_equal(story_tell(w->story, 3000, 0), 2);
    assert_int_equal(story_last(w->story), 2);
    assert_int_equal(story_tell(w->story, 8000, 0), 3);
    assert_int_equal(story_last(w->story), 5);
    assert_int_equal(story_tell(w->story, INT64_MAX, 0), 0);
}

/* One node has a backlog, or nobody knows yet whether it lives. */
static void what_is_not_told_yet_is_not_forgotten(void **state)
{
    struct world *w = *state;

    add_alices(w);
    assert_int_equal(story_tell(w->story, 0, INT64_MAX), 0);
    assert_int_equal(story_tell(w->story, 4000, INT64_MAX), 3);
    assert_int_equal(story_tell(w->story, INT64_MAX, INT64_MAX), 2);
}

static void what_was_told_outlives_the_entries(void **state)
{
    struct world *w = *state;
    const struct told *t;

    add_alices(w);
    story_tell(w->story, INT64_MAX, INT64_MAX); /* forgets them all */
    t = story_at(w->story, 1);
    assert_text(t->entry.bytes, slice_of(register_alice));
    assert_ptr_equal(t->step.entry, &t->entry);
    assert_int_equal(story_figures(w->story).entries, 8);
}

/* The P-CSCF's copies are late; the S-CSCF's and the HSS's are there. */
static void a_late_copy_is_waited_for(void **state)
{
    struct world *w = *state;

    for (size_t i = 2; i < 7; i++)
        add(w, &alices[i]);
    assert_int_equal(story_tell(w->story, 500000, 0), 0);
    for (size_t i = 0; i < 2; i++)
        add(w, &alices[i]);
    add(w, &alices[7]);
    assert_int_equal(story_tell(w->story, 500000, 0), 5);
    assert_string_equal(story_at(w->story, 1)->from, "alice");
    assert_int_equal(story_at(w->story, 2)->entry.node, PCSCF);
}

static void a_copy_that_is_too_late_is_not_told_again(void **state)
{
    struct world *w = *state;

    add(w, &alices[2]);
    assert_int_equal(story_tell(w->story, 1900000, 0), 0);
    assert_int_equal(story_tell(w->story, 2100000, 0), 1);
    assert_int_equal(story_at(w->story, 1)->entry.node, SCSCF);
    add(w, &alices[1]);
    assert_int_equal(story_tell(w->story, 2200000, 0), 0);
}

/* A node that lives may only be slow; from a dead one nothing comes. */
static void a_living_receivers_copy_is_waited_for(void **state)
{
    struct world *w = *state;

    story_note_alive(w->story, SCSCF, true);
    for (size_t i = 0; i < 2; i++)
        add(w, &alices[i]);
    assert_int_equal(story_tell(w->story, 1900000, 0), 1);
    assert_int_equal(story_tell(w->story, 2100000, 0), 1);
    assert_true(story_at(w->story, 2)->step.lost);
}

static void a_dead_receivers_copy_is_not_waited_for(void **state)
{
    struct world *w = *state;

    story_note_alive(w->story, SCSCF, true);
    story_note_alive(w->story, SCSCF, false);
    for (size_t i = 0; i < 2; i++)
        add(w, &alices[i]);
    assert_int_equal(story_tell(w->story, 1900000, 0), 2);
    assert_true(story_at(w->story, 2)->step.lost);
}

static void a_slow_receiver_lost_nothing(void **state)
{
    struct world *w = *state;

    story_note_alive(w->story, SCSCF, true);
    story_note_alive(w->story, HSS, true);
    for (size_t i = 0; i < 2; i++)
        add(w, &alices[i]);
    assert_int_equal(story_tell(w->story, 1000000, 0), 1);
    add(w, &alices[2]);
    add(w, &alices[3]); /* over a connection, to a port that names nobody */
    assert_int_equal(story_tell(w->story, 1100000, 0), 1);
    assert_false(story_at(w->story, 2)->step.lost);
    add(w, &alices[4]);
    assert_int_equal(story_tell(w->story, 1200000, 0), 1);
    assert_false(story_at(w->story, 3)->step.lost);
}

/* It was told as lost before it came. */
static void what_comes_very_late_is_lost_no_longer(void **state)
{
    struct world *w = *state;
    const char *was_lost = "\"lost\":true";
    struct told *t;

    for (size_t i = 0; i < 2; i++)
        add(w, &alices[i]);
    assert_int_equal(story_tell(w->story, 1900000, 0), 2);
    t = story_at(w->story, 2);
    assert_true(t->step.lost);
    assert_has(piece_slice(step_piece(w->story, t)), was_lost);
    add(w, &alices[2]);
    assert_int_equal(story_tell(w->story, 2000000, 0), 0);
    t = story_at(w->story, 2);
    assert_false(t->step.lost);
    assert_has_not(piece_slice(step_piece(w->story, t)), was_lost);
    assert_int_equal(t->other.node, SCSCF);
    assert_text(t->other.bytes, slice_of(register_on));
}

/* Its sender's clock is ahead. */
static void what_was_received_before_it_was_sent_is_told_once(void **state)
{
    struct world *w = *state;
    struct line sent = alices[1];

    sent.ms = 12000;
    add(w, &sent);
    add(w, &alices[2]);
    assert_int_equal(story_tell(w->story, 1000000, 0), 1);
    assert_int_equal(story_tell(w->story, 8000000, 3000000), 0);
    assert_int_equal(story_tell(w->story, 20000000, 15000000), 0);
}

static void what_a_phone_sent_is_not_waited_for(void **state)
{
    struct world *w = *state;

    add(w, &alices[0]);
    assert_int_equal(story_tell(w->story, 1500, 0), 1);
}

static void memory_is_bounded_and_the_oldest_is_forgotten(void **state)
{
    struct world w;

    (void)state;
    begin(&w, 20000);
    for (unsigned i = 0; i < 200; i++) {
        add_alices(&w);
        story_tell(w.story, INT64_MAX, INT64_MAX);
        assert_true(story_figures(w.story).bytes <= 20000);
    }
    assert_int_equal(story_last(w.story), 1000);
    assert_true(story_first(w.story) > 900);
    assert_null(story_at(w.story, story_first(w.story) - 1));
    assert_int_equal(story_figures(w.story).forgotten,
                     story_first(w.story) - 1);
    story_clear(w.story, 0);
    assert_null(story_thread(w.story, S("c1")));
    assert_int_equal(story_first(w.story), 0);
    assert_int_equal(story_figures(w.story).bytes, 0);
    story_free(w.story);
    site_fini(&w.site);
}

/* More than there is room for may be told at once. */
static void who_follows_goes_on_with_what_is_still_there(void **state)
{
    uint64_t last;
    struct world w;

    (void)state;
    begin(&w, 20000);
    assert_null(story_behind(w.story, 0));
    add_alices(&w);
    story_tell(w.story, INT64_MAX, INT64_MAX);
    assert_int_equal(story_behind(w.story, 0)->id, 1);
    assert_int_equal(story_behind(w.story, 3)->id, 4);
    last = story_last(w.story);
    assert_null(story_behind(w.story, last));
    for (unsigned i = 0; i < 200; i++)
        add_alices(&w);
    story_tell(w.story, INT64_MAX, INT64_MAX);
    assert_true(story_first(w.story) > last + 1);
    assert_int_equal(story_behind(w.story, last)->id, story_first(w.story));
    story_free(w.story);
    site_fini(&w.site);
}

static void decide(struct world *w, int64_t wall_us)
{
    struct wire_entry e = {.seq = ++w->seq,
                           .wall_us = wall_us,
                           .kind = RECORD_SAYS,
                           .says = S("so it is")};

    story_take(w->story, SCSCF, &e);
}

static void what_was_before_a_story_is_not_in_it(void **state)
{
    struct world *w = *state;

    add_alices(w);
    decide(w, 7000);
    assert_int_equal(story_tell(w->story, 2000, 0), 2);
    story_clear(w->story, 9000);
    decide(w, 8000);
    assert_int_equal(story_tell(w->story, INT64_MAX, 0), 0);
    decide(w, 9000);
    assert_int_equal(story_tell(w->story, INT64_MAX, 0), 1);
    assert_int_equal(story_at(w->story, story_first(w->story))->step.wall_us,
                     9000);
}

static void add_session(struct world *w, int ms, const char *session)
{
    struct line asked = alices[3], decided = alices[5];

    asked.ms = ms;
    decided.ms = ms + 1;
    asked.session = decided.session = session;
    add(w, &asked);
    add(w, &decided);
}

/* A phone keeps its Call-ID for all its REGISTERs (RFC 3261 section 10.2.4). */
static void a_call_knows_its_newest_sessions(void **state)
{
    struct world *w = *state;
    struct line late = alices[5];
    char session[16];

    for (int i = 0; i < THREAD_SESSIONS_MAX + 20; i++) {
        snprintf(session, sizeof session, "s%d", i);
        add_session(w, 10 * i + 1, session);
    }
    story_tell(w->story, INT64_MAX, 0);
    assert_int_equal(story_thread(w->story, S("c1"))->count,
                     2 * (THREAD_SESSIONS_MAX + 20));
    late.ms = 10000;
    late.session = "s0";
    add(w, &late);
    story_tell(w->story, INT64_MAX, 0);
    assert_null(story_at(w->story, story_last(w->story))->thread);
    assert_int_equal(story_thread(w->story, S("c1"))->session_count,
                     THREAD_SESSIONS_MAX);
}

static void calls_are_listed_with_the_newest_first(void **state)
{
    struct world *w = *state;
    struct line bobs = {
        PCSCF,       20,  "rx", "c2", NULL, "127.0.0.1:5060", "127.0.0.10:5060",
        options_bob, NULL};
    const struct thread *t;

    add_alices(w);
    add(w, &bobs);
    story_tell(w->story, INT64_MAX, INT64_MAX);
    t = story_older(w->story, NULL);
    assert_text(str_slice(&t->call), S("c2"));
    assert_true(thread_names(t, S("carol")));
    t = story_older(w->story, t);
    assert_text(str_slice(&t->call), S("c1"));
    assert_null(story_older(w->story, t));
}

/* ---- how long a call takes to ring --------------------------------------- */

#define CALL(to_tag)                                                \
    VIA "From: <sip:alice@ims.example>;tag=1\r\nTo: "               \
        "<sip:bob@ims.example>" to_tag                              \
        "\r\nCall-ID: c3\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n" \
        "Content-Length: 0\r\n\r\n"

static const char invite[] = "INVITE sip:bob@ims.example SIP/2.0\r\n" CALL("");
static const char again[] =
    "INVITE sip:bob@ims.example SIP/2.0\r\n" CALL(";tag=2");
static const char trying[] = "SIP/2.0 100 Trying\r\n" CALL("");
static const char ringing[] = "SIP/2.0 180 Ringing\r\n" CALL(";tag=2");
static const char answered[] = "SIP/2.0 200 OK\r\n" CALL(";tag=2");
static const char busy[] = "SIP/2.0 486 Busy Here\r\n" CALL(";tag=2");

#define PHONES(ms, kind, text)                                                 \
    {                                                                          \
        PCSCF, ms, kind, "c3", NULL, "127.0.0.1:5060", "127.0.0.9:5060", text, \
            NULL                                                               \
    }
/* An application server, which is none of ours, sees it too. */
#define SERVERS(ms, kind, text)                                           \
    {                                                                     \
        SCSCF, ms, kind, "c3", NULL, "127.0.0.3:5060", "127.0.0.77:5060", \
            text, NULL                                                    \
    }

static void a_call_rings_by_one_step(void **state)
{
    static const struct {
        struct line lines[6];
        const char *setups; /* of all steps, in ms */
    } rows[] = {
        {{PHONES(1, "rx", invite), PHONES(2, "tx", trying),
          PHONES(41, "tx", ringing), PHONES(99, "tx", answered)},
         "0 0 40 0 "},
        {{PHONES(1, "rx", invite), PHONES(7, "tx", answered),
          PHONES(8, "rx", again), PHONES(20, "tx", answered)},
         "0 6 0 0 "},
        {{PHONES(1, "rx", invite), PHONES(7, "tx", busy),
          PHONES(8, "rx", invite), PHONES(20, "tx", ringing)},
         "0 0 0 12 "},
        {{PHONES(1, "rx", invite), PHONES(3, "rx", invite),
          PHONES(20, "tx", ringing)},
         "0 0 19 "},
        {{PHONES(1, "rx", invite), SERVERS(2, "rx", invite),
          SERVERS(3, "tx", ringing), PHONES(20, "tx", ringing)},
         "0 0 0 19 "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char setups[60] = "";
        struct world w;

        begin(&w, ALL);
        for (const struct line *l = rows[i].lines; l->kind; l++)
            add(&w, l);
        story_tell(w.story, INT64_MAX, INT64_MAX);
        for (const struct told *t = story_next(w.story, NULL); t;
             t = story_next(w.story, t))
            snprintf(setups + strlen(setups), sizeof setups - strlen(setups),
                     "%d ", (int)(t->setup_us / MSEC));
        assert_string_equal(setups, rows[i].setups);
        story_free(w.story);
        site_fini(&w.site);
    }
}

static struct filter by(const char *call, const char *user, const char *method,
                        const char *result, const char *node, const char *text)
{
    struct filter f = {0};

    str_set(&f.call, slice_of(call));
    str_set(&f.user, slice_of(user));
    str_set(&f.method, slice_of(method));
    str_set(&f.result, slice_of(result));
    str_set(&f.node, slice_of(node));
    str_set(&f.text, slice_of(text));
    return f;
}

static void filters_choose(void **state)
{
    static const struct {
        const char *call, *user, *method, *result, *node, *text;
        const char *chosen; /* ids */
    } rows[] = {
        {"", "", "", "", "", "", "123456"},
        {"c1", "", "", "", "", "", "12345"},
        {"c2", "", "", "", "", "", "6"},
        {"", "alice", "", "", "", "", "12345"},
        {"", "sip:carol@ims.example", "", "", "", "", "6"},
        {"", "dave", "", "", "", "", ""},
        {"", "", "register", "", "", "", "1245"},
        {"", "", "OPTIONS", "", "", "", "6"},
        {"", "", "", "403", "", "", "5"},
        {"", "", "", "4xx", "", "", "5"},
        {"", "", "", "5xx", "", "", ""},
        {"", "", "", "failed", "", "", "5"},
        {"", "", "", "", "hss1", "", "34"},
        {"", "", "", "", "", "nobody knows", "4"},
        {"", "", "", "", "", "tag=1", "1256"},
        {"c1", "alice", "REGISTER", "403", "pcscf1", "Forbidden", "5"},
        {"c2", "alice", "", "", "", "", ""},
    };
    struct world *w = *state;
    struct line bobs = {
        PCSCF,       20,  "rx", "c2", NULL, "127.0.0.1:5060", "127.0.0.10:5060",
        options_bob, NULL};

    add_alices(w);
    add(w, &bobs);
    story_tell(w->story, INT64_MAX, INT64_MAX);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct filter f = by(rows[i].call, rows[i].user, rows[i].method,
                             rows[i].result, rows[i].node, rows[i].text);
        char chosen[10] = "";
        size_t n = 0;

        for (const struct told *t = story_next(w->story, NULL); t;
             t = story_next(w->story, t))
            if (filter_matches(&f, t))
                chosen[n++] = (char)('0' + t->id);
        assert_string_equal(chosen, rows[i].chosen);
        filter_fini(&f);
    }
}

static void what_has_failed_depends_on_the_protocol(void **state)
{
    static const struct {
        enum record_proto proto;
        unsigned result;
        bool failed;
    } rows[] = {
        {RECORD_SIP, 200, false},       {RECORD_SIP, 400, true},
        {RECORD_DIAMETER, 2001, false}, {RECORD_DIAMETER, 3004, true},
        {RECORD_DIAMETER, 5001, true},
    };
    struct filter f = by("", "", "", "failed", "", "");

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct told t = {.entry = {.proto = rows[i].proto},
                         .result = rows[i].result};

        assert_int_equal(filter_matches(&f, &t), rows[i].failed);
    }
    filter_fini(&f);
}

static void a_filter_chooses_what_passes_a_link(void **state)
{
    static const struct {
        const char *node, *peer, *chosen;
    } rows[] = {
        {"pcscf1", "ue", "1"},    {"pcscf1", "scscf1", "25"},
        {"scscf1", "hss1", "34"}, {"hss1", "scscf1", "34"},
        {"pcscf1", "hss1", "4"},
    };
    struct world *w = *state;

    add_alices(w);
    story_tell(w->story, INT64_MAX, INT64_MAX);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct filter f = by("", "", "", "", rows[i].node, "");
        char chosen[10] = "";
        size_t n = 0;

        str_set(&f.peer, slice_of(rows[i].peer));
        for (const struct told *t = story_next(w->story, NULL); t;
             t = story_next(w->story, t))
            if (filter_matches(&f, t))
                chosen[n++] = (char)('0' + t->id);
        assert_string_equal(chosen, rows[i].chosen);
        filter_fini(&f);
    }
}

static void a_step_is_shown_without_and_with_its_message(void **state)
{
    struct world *w = *state;
    struct told *t;
    struct slice brief;
    struct buf whole;
    struct json j;

    add_alices(w);
    story_tell(w->story, INT64_MAX, INT64_MAX);
    t = story_at(w->story, 2);
    brief = piece_slice(step_piece(w->story, t));
    assert_has(brief, "\"from\":\"pcscf1\",\"to\":\"scscf1\"");
    assert_has(brief, "\"call\":\"c1\"");
    assert_has_not(brief, "Max-Forwards");
    assert_ptr_equal(step_piece(w->story, t), t->json); /* made once */
    buf_init(&whole, 65536);
    json_init(&j, &whole);
    step_put_whole(w->story, &j, t);
    assert_has(buf_slice(&whole), "Max-Forwards");
    assert_has(buf_slice(&whole), "\"sender\":{\"node\":\"pcscf1\"");
    assert_has(buf_slice(&whole), "\"receiver\":{\"node\":\"scscf1\"");
    buf_fini(&whole);
}

static void messages_are_counted_between_parties(void **state)
{
    struct world *w = *state;
    struct links links = {0};
    struct buf out;
    struct json j;

    add_alices(w);
    story_tell(w->story, INT64_MAX, INT64_MAX);
    for (const struct told *t = story_next(w->story, NULL); t;
         t = story_next(w->story, t))
        links_count(&links, w->story, t);
    assert_true(links_turn(&links));
    buf_init(&out, 65536);
    json_init(&j, &out);
    links_put(&links, &w->site, &j);
    assert_has(buf_slice(&out), "{\"from\":null,\"to\":\"pcscf1\","
                                "\"proto\":\"sip\",\"per_second\":1}");
    assert_has(buf_slice(&out), "{\"from\":\"scscf1\",\"to\":\"hss1\","
                                "\"proto\":\"diameter\",\"per_second\":1}");
    /* what it says passes no link */
    assert_has_not(buf_slice(&out), "\"from\":\"hss1\",\"to\":\"hss1\"");
    assert_true(links_turn(&links)); /* that it is still now */
    assert_false(links_turn(&links));
    buf_fini(&out);
    links_fini(&links);
}

static void what_is_no_entry_is_refused(void **state)
{
    static const char *const texts[] = {
        "", "{", "[]", "{}", "{\"kind\":\"rx\"}", "{\"kind\":\"what\"}"};
    struct world *w = *state;
    int64_t us = 7;
    struct why why;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_err(IMS_MALFORMED,
                   story_add(w->story, 0, slice_of(texts[i]), &us, &why), &why);
    assert_int_equal(us, 7);
    assert_int_equal(story_figures(w->story).entries, 0);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(entries_become_steps_of_one_call),
        IN_WORLD(a_step_knows_what_it_is),
        IN_WORLD(what_is_too_new_is_told_later),
        IN_WORLD(what_is_not_told_yet_is_not_forgotten),
        IN_WORLD(what_was_told_outlives_the_entries),
        IN_WORLD(a_late_copy_is_waited_for),
        IN_WORLD(a_copy_that_is_too_late_is_not_told_again),
        IN_WORLD(a_living_receivers_copy_is_waited_for),
        IN_WORLD(a_dead_receivers_copy_is_not_waited_for),
        IN_WORLD(a_slow_receiver_lost_nothing),
        IN_WORLD(what_comes_very_late_is_lost_no_longer),
        IN_WORLD(what_was_received_before_it_was_sent_is_told_once),
        IN_WORLD(what_a_phone_sent_is_not_waited_for),
        cmocka_unit_test(memory_is_bounded_and_the_oldest_is_forgotten),
        cmocka_unit_test(who_follows_goes_on_with_what_is_still_there),
        IN_WORLD(what_was_before_a_story_is_not_in_it),
        IN_WORLD(a_call_knows_its_newest_sessions),
        IN_WORLD(calls_are_listed_with_the_newest_first),
        cmocka_unit_test(a_call_rings_by_one_step),
        IN_WORLD(filters_choose),
        cmocka_unit_test(what_has_failed_depends_on_the_protocol),
        IN_WORLD(a_filter_chooses_what_passes_a_link),
        IN_WORLD(a_step_is_shown_without_and_with_its_message),
        IN_WORLD(messages_are_counted_between_parties),
        IN_WORLD(what_is_no_entry_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
