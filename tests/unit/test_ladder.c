/* SPDX-License-Identifier: MIT
 *
 * The reader and the matcher of ladder files: what asserts nothing is refused,
 * and what is asserted is looked at.
 */
#include "base/mem.h"
#include "ladder/run.h"
#include "support/check.h"
#include <stdio.h>

/* ---- what is read -----------------------------------------------------------
 */

#define HEAD "start box.yaml\nphone ue\n"

static void what_would_assert_nothing_is_refused(void **state)
{
    static const struct {
        const char *text, *why; /* NULL: it is fine */
    } rows[] = {
        {HEAD "ue -> a INVITE sip:b\na -> b INVITE\nnothing else\n", NULL},
        {HEAD "...\na -> b INVITE\nnothing else\n", NULL},
        {HEAD "...\nregistered ue\nnothing else\n", NULL},
        {HEAD "ue -> a INVITE sip:b\n...\nnothing else\n",
         "line 5, column 1: \"nothing else\" says nothing while the \"...\" of "
         "line 4 lets anything pass: expected an arrow that a node sends "
         "between them"},
        /* Neither what a phone sends nor a question closes it. */
        {HEAD "...\nue -> a 200\na GET /x 200\nafter 1s\nnothing else\n",
         "line 7, column 1: \"nothing else\" says nothing while the \"...\" of "
         "line 3 lets anything pass: expected an arrow that a node sends "
         "between them"},
        {HEAD "a GET /x 200  total = 1  b absent  c present  d != 2\n", NULL},
        {HEAD "a GET /x 200  body =~ x  body !~ y\n", NULL},
        {HEAD "a GET /x 200  total =~ 1\n",
         "line 3: \"total\": expected \"body =~\", \"body !~\", or a member "
         "with =, !=, absent or present"},
        {HEAD "a GET /x 200  body = x\n",
         "line 3: \"body\": expected \"body =~\", \"body !~\", or a member "
         "with =, !=, absent or present"},
        {HEAD "ue -> a INVITE sip:b  Contact = x\n",
         "line 3: \"Contact\": expected \"Header: value\" or \"-Header\": a "
         "phone sends this"},
        {HEAD "a -> b INVITE  Contact: x\n",
         "line 3: \"Contact\": expected a check: no phone sends this"},
        {HEAD "a -> b INVITE  at 3s\na says x at 3s\n", NULL},
        {HEAD "mode sim \"a minute\"\na -> b INVITE  at 60s\n", NULL},
        {HEAD "mode sim\n",
         "line 3: expected: mode sim \"why it cannot run live\""},
        {HEAD "mode live\n",
         "line 3: expected: mode sim \"why it cannot run live\""},
        {HEAD "a -> b INVITE  at 8s\n",
         "line 3: who waits so long says \"mode sim\""},
        {HEAD "a GET /x 200  at 3s\n",
         "line 3: \"at\": expected where something is waited for: what the "
         "ladder does it does at once"},
        {HEAD "ue -> a INVITE sip:b  at 3s\n",
         "line 3: \"at\": expected where something is waited for: what the "
         "ladder does it does at once"},
        {HEAD "a -> b INVITE at 3s at 4s\n",
         "line 3: not understood: a -> b INVITE at 3s at 4s"},
        {HEAD "a -> b INVITE at 4s..3s\n",
         "line 3: not understood: a -> b INVITE at 4s..3s"},
        {HEAD "a -> b INVITE at noon\n",
         "line 3: not understood: a -> b INVITE at noon"},
        {HEAD "a says x at\n", "line 3: not understood: a says x at"},
        {HEAD "a says \"x\" y\n", "line 3: not understood: a says \"x\" y"},
        {HEAD "nothing else at all\n",
         "line 3: not understood: nothing else at all"},
        {HEAD "link a b cut off\n", "line 3: not understood: link a b cut off"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct why why = {0};
        struct ladder l;
        enum ims_err err = ladder_parse(slice_of(rows[i].text), &l, &why);

        if (rows[i].why)
            assert_string_equal(why.text, rows[i].why);
        assert_int_equal(err, rows[i].why ? IMS_MALFORMED : IMS_OK);
        ladder_fini(&l);
    }
}

/* ---- what is matched --------------------------------------------------------
 */

/* A world without nodes: what happens in it is told beforehand. */
struct told {
    struct world w;
    struct net net;
    struct clock clock;
    const struct happening {
        int64_t ms;
        enum event_kind kind;
        const char *from, *to, *text; /* the method; the sentence */
    } * next;
    unsigned left;
    const char *answer; /* of each GET */
};

static void happen(struct told *t)
{
    const struct happening *h = t->next++;
    struct buf message;
    struct record_entry e = {.kind = RECORD_TX,
                             .proto = RECORD_SIP,
                             .wall_us = h->ms * MSEC,
                             .proc = "",
                             .clause = "",
                             .says = slice_of(h->text)};

    t->left--;
    buf_init(&message, 4096);
    buf_printf(&message,
               "%s sip:x SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK%u\r\n"
               "From: <sip:a>;tag=1\r\nTo: <sip:b>\r\nCall-ID: 1\r\n"
               "CSeq: 1 %s\r\nContent-Length: 0\r\n\r\n",
               h->text, t->left, h->text);
    if (h->kind == EVENT_ARROW)
        e.bytes = buf_slice(&message);
    events_add(&t->w.events, h->kind, &e, slice_of(h->from), slice_of(h->to));
    buf_fini(&message);
}

static void told_run(struct world *w, int64_t us)
{
    struct told *t = container_of(w, struct told, w);

    t->clock.wall_us += us;
    while (t->left && t->next->ms * MSEC <= t->clock.wall_us)
        happen(t);
}

static enum ims_err told_ask(struct world *w, struct slice name,
                             struct world_ask *ask, struct why *why)
{
    (void)name;
    (void)why;
    ask->status = 200;
    buf_str(ask->answer, container_of(w, struct told, w)->answer);
    return IMS_OK;
}

static enum ims_err told_link(struct world *w, const struct ladder_line *line,
                              struct why *why)
{
    (void)w;
    (void)line;
    (void)why;
    return IMS_OK;
}

/* Does the ladder hold in that world? */
static bool holds(const char *text, struct told *t)
{
    static const struct world_ops ops = {
        .run = told_run, .ask = told_ask, .link = told_link};
    struct why why = {0};
    struct ladder l;
    struct buf out;
    bool good;

    assert_int_equal(ladder_parse(slice_of(text), &l, &why), IMS_OK);
    t->net.clock = &t->clock;
    t->w = (struct world){.ops = &ops, .ladder = &l, .net = &t->net};
    list_init(&t->w.phones);
    events_init(&t->w.events);
    buf_init(&out, 1 << 20);
    good = ladder_run(&t->w, &(struct run_options){0}, &out);
    buf_fini(&out);
    events_fini(&t->w.events);
    ladder_fini(&l);
    return good;
}

static void a_member_of_an_answer_has_all_of_that_value(void **state)
{
    static const char *const body =
        "{\"total\":12,\"list\":[{\"total\":3},{\"name\":\"ab\",\"more\":4}]}";
    static const struct {
        const char *check;
        bool holds;
    } rows[] = {
        {"total = 12", true},       {"total = 1", false},
        {"total != 1", true},       {"total != 12", false},
        {"total = 3", true},        {"more = 4", true},
        {"name = ab", true},        {"name = a", false},
        {"name absent", false},     {"name present", true},
        {"names absent", true},     {"names present", false},
        {"body =~ \"ab\"", true},   {"body !~ \"ab\"", false},
        {"body !~ \"a[b\"", false}, {"body =~ \"a[b\"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct told t = {.answer = body};
        char text[128];

        snprintf(text, sizeof text, "start x\na GET /y 200  %s\n",
                 rows[i].check);
        if (holds(text, &t) != rows[i].holds)
            fail_msg("%s", rows[i].check);
    }
}

/* $name keeps a value: later ones are it, or differ from it. What is not there
 * differs from nothing, nor does anything from what was not kept. */
static void a_header_is_or_differs_from_what_was_kept(void **state)
{
    static const struct happening two[] = {
        {100, EVENT_ARROW, "a", "b", "INVITE"},
        {200, EVENT_ARROW, "a", "b", "INVITE"},
    };
    static const struct {
        const char *first, *second;
        bool holds;
    } rows[] = {
        {"Call-ID = $id", "Call-ID = $id", true},
        {"Call-ID = $id", "Call-ID != $id", false},
        {"Via = $via", "Via != $via", true},
        {"Via = $via", "Via = $via", false},
        {"Call-ID = 1", "Call-ID != 1", false},
        {"Call-ID = 1", "Call-ID != 2", true},
        {"Call-ID = 1", "Call-ID != $never", false},
        {"Contact absent", "Contact != x", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct told t = {.next = two, .left = 2};
        char text[128];

        snprintf(text, sizeof text,
                 "start x\na -> b INVITE  %s\na -> b INVITE  %s\n",
                 rows[i].first, rows[i].second);
        if (holds(text, &t) != rows[i].holds)
            fail_msg("%s, then %s", rows[i].first, rows[i].second);
    }
}

static void nothing_else_sees_what_comes_late(void **state)
{
    static const struct happening two[] = {
        {100, EVENT_ARROW, "a", "b", "INVITE"},
        {30000, EVENT_ARROW, "a", "b", "BYE"},
    };
    static const char text[] = "start x\na -> b INVITE\nnothing else\n";
    struct told late = {.next = two, .left = 2},
                none = {.next = two, .left = 1};

    (void)state;
    assert_false(holds(text, &late));
    assert_true(holds(text, &none));
}

/* A message or a sentence has the time that its line says, no earlier and no
 * later; after what the ladder itself did last. */
static void what_is_expected_has_its_time(void **state)
{
    static const struct {
        const char *line;
        int64_t ms;
        bool holds;
    } rows[] = {
        {"a -> b INVITE  at 20s", 19000, true},
        {"a -> b INVITE  at 20s", 18990, false},
        {"a -> b INVITE  at 20s", 21000, true},
        {"a -> b INVITE  at 20s", 21010, false},
        {"a -> b INVITE  at 20s", 59000, false},
        {"a -> b INVITE  at 500ms", 450, true},
        {"a -> b INVITE  at 500ms", 440, false},
        {"a -> b INVITE  at 500ms", 560, false},
        {"a -> b INVITE  at 28s..32s", 27990, false},
        {"a -> b INVITE  at 28s..32s", 28000, true},
        {"a -> b INVITE  at 28s..32s", 32000, true},
        {"a -> b INVITE  at 28s..32s", 32010, false},
        {"a -> b INVITE  at 86400s", 86400000, true},
        {"a -> b INVITE", 39000, true},
        {"a says INVITE  at 20s", 20500, true},
        {"a says INVITE  at 20s", 18000, false},
        {"a says INVITE  at 20s", 22000, false},
        {"a drops INVITE  at 20s", 22000, false},
        {"link a b cut\na -> b INVITE  at 20s", 20500, true},
        {"after 10s\na -> b INVITE  at 20s", 20500, true},
        {"after 10s\nlink a b cut\na -> b INVITE  at 20s", 20500, false},
        {"after 10s\nlink a b cut\na -> b INVITE  at 20s", 30500, true},
        {"after 10s\nb GET /x 200\na -> b INVITE  at 20s", 20500, true},
        {"after 10s\nb POST /x 200\na -> b INVITE  at 20s", 30500, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct happening h = {rows[i].ms, EVENT_ARROW, "a", "b", "INVITE"};
        struct told t = {.next = &h, .left = 1, .answer = ""};
        char text[128];

        if (strstr(rows[i].line, "says"))
            h.kind = EVENT_SAYS;
        if (strstr(rows[i].line, "drops"))
            h.kind = EVENT_DROPS;
        snprintf(text, sizeof text, "start x\nmode sim \"it takes long\"\n%s\n",
                 rows[i].line);
        if (holds(text, &t) != rows[i].holds)
            fail_msg("%s, at %lld ms", rows[i].line, (long long)rows[i].ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_would_assert_nothing_is_refused),
        cmocka_unit_test(a_member_of_an_answer_has_all_of_that_value),
        cmocka_unit_test(a_header_is_or_differs_from_what_was_kept),
        cmocka_unit_test(nothing_else_sees_what_comes_late),
        cmocka_unit_test(what_is_expected_has_its_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
