/* SPDX-License-Identifier: MIT */
#include "base/str.h"
#include "sip/message.h"
#include "sip/views.h"
#include "support/check.h"
#include "support/guard.h"
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* proves SIP-1 SIP-2 */

static const struct sip_limits none;

#define HEAD                                                   \
    "INVITE sip:bob@b.example SIP/2.0\r\n"                     \
    "Via: SIP/2.0/UDP p.example;branch=z9hG4bK2, SIP/2.0/UDP " \
    "a.example;branch=z9hG4bK1\r\n"                            \
    "f: Alice <sip:alice@a.example>;tag=1\r\n"                 \
    "To: <sip:bob@b.example>\r\n"                              \
    "i: x@a\r\n"                                               \
    "CSeq: 1 INVITE\r\n"

#define FULL                                                         \
    HEAD "Route: <sip:p1;lr>,\r\n <sip:p2;lr> , <sip:p3,x@h;lr>\r\n" \
         "X-Odd:  a ,\r\n\tb\r\n"                                    \
         "route: <sip:p4;lr>\r\n"                                    \
         "Supported: path, 100rel\r\n"                               \
         "k: timer\r\n"                                              \
         "l: 3\r\n"                                                  \
         "\r\n"                                                      \
         "abc"

static struct sip_message *parsed(struct slice text)
{
    struct sip_message *m;
    struct why why;

    assert_ok(sip_message_parse(text, &none, &m, &why), &why);
    return m;
}

static void assert_prints(struct sip_message *m, struct slice expected)
{
    struct buf out;
    struct why why;

    buf_init(&out, 65535);
    assert_ok(sip_message_print(m, &out, &why), &why);
    assert_text(buf_slice(&out), expected);
    buf_fini(&out);
}

static void headers_are_known_by_name_case_and_compact_form(void **state)
{
    (void)state;
    for (unsigned id = 1; id < SIP_HDR_COUNT; id++) {
        assert_int_equal(sip_header_id_of(sip_header_name(id)), id);
        if (id > 1 &&
            strcasecmp(sip_header_name(id - 1).p, sip_header_name(id).p) >= 0)
            fail_msg("headers.def: %s is out of order", sip_header_name(id).p);
    }
    assert_int_equal(sip_header_id_of(S("v")), SIP_HDR_VIA);
    assert_int_equal(sip_header_id_of(S("X")), SIP_HDR_SESSION_EXPIRES);
    assert_int_equal(sip_header_id_of(S("cALL-id")), SIP_HDR_CALL_ID);
    assert_int_equal(sip_header_id_of(S("q")), SIP_HDR_OTHER);
    assert_int_equal(sip_header_id_of(S("Vi")), SIP_HDR_OTHER);
    assert_int_equal(sip_header_id_of(S("")), SIP_HDR_OTHER);
}

static void methods_are_known_by_their_exact_name(void **state)
{
    (void)state;
    assert_int_equal(sip_method_of(S("INVITE")), SIP_INVITE);
    assert_int_equal(sip_method_of(S("Invite")), SIP_METHOD_OTHER);
    assert_int_equal(sip_method_of(S("")), SIP_METHOD_NONE);
    assert_text(sip_method_name(SIP_PRACK), S("PRACK"));
    assert_string_equal(sip_reason(483), "Too Many Hops");
    assert_string_equal(sip_reason(499), "Unknown");
}

static void an_unedited_message_keeps_every_byte(void **state)
{
    struct sip_message *m = parsed(S(FULL));

    (void)state;
    assert_prints(m, S(FULL));
    assert_int_equal(m->method, SIP_INVITE);
    assert_text(m->uri, S("sip:bob@b.example"));
    assert_text(m->body, S("abc"));
    assert_text(sip_header_value(m, SIP_HDR_CALL_ID), S("x@a"));
    assert_text(sip_header_named(m, S("x-odd"))->value, S("a ,\r\n\tb"));
    assert_text(sip_tag(m, SIP_HDR_FROM), S("1"));
    sip_message_drop(m);
}

static void values_come_one_by_one_over_all_lines(void **state)
{
    static const char *const routes[] = {"<sip:p1;lr>", "<sip:p2;lr>",
                                         "<sip:p3,x@h;lr>", "<sip:p4;lr>"};
    struct sip_message *m = parsed(S(FULL));
    struct sip_values it;
    struct slice value;
    struct buf joined;
    unsigned n = 0;

    (void)state;
    buf_init(&joined, 1000);
    sip_values_join(m, SIP_HDR_ROUTE, &joined);
    assert_text(buf_slice(&joined),
                S("<sip:p1;lr>, <sip:p2;lr>, <sip:p3,x@h;lr>, <sip:p4;lr>"));
    sip_values_join(m, SIP_HDR_PATH, &joined);
    assert_int_equal(joined.n, 54);
    buf_fini(&joined);
    sip_values_begin(&it, m, SIP_HDR_ROUTE);
    while (sip_values_next(&it, &value))
        assert_text(value, slice_of(routes[n++]));
    assert_int_equal(n, 4);
    assert_int_equal(sip_values_count(m, SIP_HDR_VIA), 2);
    assert_int_equal(sip_values_count(m, SIP_HDR_PATH), 0);
    assert_true(sip_has_token(m, SIP_HDR_SUPPORTED, S("Timer")));
    assert_false(sip_has_token(m, SIP_HDR_SUPPORTED, S("time")));
    sip_message_drop(m);
}

struct edit {
    const char *name;
    void (*edit)(struct sip_message *m);
    const char *find, *put; /* the text changes only there */
};

static void pop_via(struct sip_message *m)
{
    sip_pop(m, SIP_HDR_VIA);
}

static void pop_all_routes(struct sip_message *m)
{
    for (int i = 0; i < 5; i++)
        sip_pop(m, SIP_HDR_ROUTE);
}

static void pop_two_last_routes(struct sip_message *m)
{
    sip_pop_last(m, SIP_HDR_ROUTE);
    sip_pop_last(m, SIP_HDR_ROUTE);
}

static void add_via(struct sip_message *m)
{
    sip_add_first(m, SIP_HDR_VIA, S("SIP/2.0/TCP me"));
}

static void add_record_route(struct sip_message *m)
{
    sip_add_first(m, SIP_HDR_RECORD_ROUTE, S("<sip:me;lr>"));
}

static void add_last_route(struct sip_message *m)
{
    sip_add_last(m, SIP_HDR_ROUTE, S("<sip:p5;lr>"));
}

static void set_supported(struct sip_message *m)
{
    sip_set_printf(m, SIP_HDR_SUPPORTED, "%s", "gruu");
}

static void set_expires(struct sip_message *m)
{
    sip_set_printf(m, SIP_HDR_EXPIRES, "%d", 60);
}

static void replace_route(struct sip_message *m)
{
    sip_replace_first(m, SIP_HDR_ROUTE, S("<sip:new;lr>"));
}

static void remove_route(struct sip_message *m)
{
    sip_remove(m, SIP_HDR_ROUTE);
}

static void remove_odd(struct sip_message *m)
{
    sip_remove_named(m, S("x-ODD"));
}

static bool is_p2(void *ctx, struct slice value)
{
    (void)ctx;
    return slice_eq(value, S("<sip:p2;lr>"));
}

static bool is_path_or_timer(void *ctx, struct slice value)
{
    (void)ctx;
    return slice_eq(value, S("path")) || slice_eq(value, S("timer"));
}

static void filter_p2(struct sip_message *m)
{
    sip_filter(m, SIP_HDR_ROUTE, is_p2, NULL);
}

static void filter_supported(struct sip_message *m)
{
    sip_filter(m, SIP_HDR_SUPPORTED, is_path_or_timer, NULL);
}

static void inject(struct sip_message *m)
{
    sip_add_named(m, S("X"), S("a\r\nP-Asserted-Identity: <sip:evil>"));
}

static void set_body(struct sip_message *m)
{
    sip_set_body(m, S("text/plain"), S("hello"));
}

static void clear_body(struct sip_message *m)
{
    sip_set_body(m, S(""), S(""));
}

static void set_uri(struct sip_message *m)
{
    sip_set_uri(m, S("sip:bob@c"));
}

#define ROUTES "Route: <sip:p1;lr>,\r\n <sip:p2;lr> , <sip:p3,x@h;lr>\r\n"

static const struct edit edits[] = {
    {"pop via", pop_via,
     "Via: SIP/2.0/UDP p.example;branch=z9hG4bK2, SIP/2.0/UDP a",
     "Via: "
     "SIP/2.0/UDP "
     "a"},
    {"add via", add_via, "Via:", "Via: SIP/2.0/TCP me\r\nVia:"},
    {"add record-route", add_record_route, "f: A",
     "Record-Route: <sip:me;lr>\r\nf: A"},
    {"add last route", add_last_route, "route: <sip:p4;lr>\r\n",
     "route: <sip:p4;lr>\r\nRoute: <sip:p5;lr>\r\n"},
    {"set supported", set_supported, "path, 100rel\r\nk: timer\r\n",
     "gruu\r\n"},
    {"set what was not there", set_expires, "l: 3\r\n",
     "l: 3\r\nExpires: 60\r\n"},
    {"replace route", replace_route, ROUTES,
     "Route: <sip:new;lr>\r\nRoute: <sip:p2;lr> , <sip:p3,x@h;lr>\r\n"},
    {"remove odd", remove_odd, "X-Odd:  a ,\r\n\tb\r\n", ""},
    {"filter p2", filter_p2, ROUTES, "Route: <sip:p1;lr>, <sip:p3,x@h;lr>\r\n"},
    {"filter supported", filter_supported, "path, 100rel\r\nk: timer\r\n",
     "100rel\r\n"},
    {"inject", inject, "l: 3\r\n",
     "l: 3\r\nX: a  P-Asserted-Identity: <sip:evil>\r\n"},
    {"set body", set_body, "l: 3\r\n\r\nabc",
     "l: 5\r\nContent-Type: text/plain\r\n\r\nhello"},
    {"clear body", clear_body, "l: 3\r\n\r\nabc", "l: 0\r\n\r\n"},
    {"set uri", set_uri, "INVITE sip:bob@b.example", "INVITE sip:bob@c"},
};

/* FULL with `find` replaced, on the heap. */
static struct slice changed(const struct edit *e)
{
    static const struct slice full = {FULL, sizeof(FULL) - 1};
    ssize_t at = slice_find(full, slice_of(e->find));
    struct str s = {0};

    assert_true(at >= 0);
    str_printf(&s, "%.*s%s%s", (int)at, full.p, e->put,
               full.p + at + strlen(e->find));
    return str_slice(&s);
}

static void an_edit_changes_its_place_and_nothing_else(void **state)
{
    struct sip_message *m = parsed(S(FULL));

    (void)state;
    for (size_t i = 0; i < sizeof(edits) / sizeof(*edits); i++) {
        struct sip_message *copy = sip_message_copy(m);
        struct slice expected = changed(&edits[i]);

        edits[i].edit(copy);
        assert_prints(copy, expected);
        free((char *)expected.p);
        sip_message_drop(copy);
    }
    assert_prints(m, S(FULL));
    sip_message_drop(m);
}

static void a_request_uri_is_read_as_it_stands_now(void **state)
{
    struct sip_message *m = parsed(S(FULL));
    struct sip_message *copy = sip_message_copy(m);
    struct sip_uri uri;

    (void)state;
    assert_true(sip_request_uri(copy, &uri));
    assert_text(uri.host, S("b.example"));
    sip_set_uri(copy, S("sip:bob@c"));
    assert_true(sip_request_uri(copy, &uri));
    assert_text(uri.host, S("c"));
    sip_set_uri(copy, S("no URI"));
    assert_false(sip_request_uri(copy, &uri));
    assert_true(sip_request_uri(m, &uri));
    assert_text(uri.host, S("b.example"));
    sip_message_drop(copy);
    sip_message_drop(m);
}

static void a_list_is_used_up_from_both_ends(void **state)
{
    struct sip_message *m = parsed(S(FULL)), *copy = sip_message_copy(m);

    (void)state;
    pop_two_last_routes(copy);
    assert_text(sip_header_value(copy, SIP_HDR_ROUTE),
                S("<sip:p1;lr>,\r\n <sip:p2;lr>"));
    sip_pop_last(copy, SIP_HDR_ROUTE);
    assert_text(sip_header_value(copy, SIP_HDR_ROUTE), S("<sip:p1;lr>"));
    sip_pop_last(copy, SIP_HDR_ROUTE);
    sip_pop_last(copy, SIP_HDR_ROUTE);
    assert_null(sip_header_first(copy, SIP_HDR_ROUTE));
    sip_message_drop(copy);
    copy = sip_message_copy(m);
    pop_all_routes(copy);
    assert_null(sip_header_first(copy, SIP_HDR_ROUTE));
    sip_message_drop(copy);
    copy = sip_message_copy(m);
    remove_route(copy);
    assert_null(sip_header_first(copy, SIP_HDR_ROUTE));
    sip_message_drop(m); /* the copy holds its bytes */
    assert_text(sip_header_value(copy, SIP_HDR_CALL_ID), S("x@a"));
    sip_message_drop(copy);
}

/* Every edit, with the arena's limit one byte higher each time: printing
 * says TOO_LARGE until there is enough. */
static void a_starved_message_is_refused_when_printed(void **state)
{
    struct sip_message *m = parsed(S(FULL));
    unsigned starved = 0;

    (void)state;
    for (size_t limit = 0; limit < 6000; limit += 7) {
        for (size_t i = 0; i < sizeof(edits) / sizeof(*edits); i++) {
            struct sip_message *copy = sip_message_copy(m);
            struct buf out;
            struct why why;

            copy->arena.limit = copy->arena.used + limit < 8192
                                    ? copy->arena.used + limit % 97
                                    : limit;
            for (unsigned n = 0; n <= limit / 97; n++)
                edits[i].edit(copy);
            buf_init(&out, 1 << 20);
            if (copy->starved) {
                starved++;
                assert_err(IMS_TOO_LARGE, sip_message_print(copy, &out, &why),
                           &why);
            } else {
                assert_ok(sip_message_print(copy, &out, &why), &why);
            }
            buf_fini(&out);
            sip_message_drop(copy);
        }
    }
    assert_true(starved > 100);
    sip_message_drop(m);
}

static void a_copy_without_memory_is_starved(void **state)
{
    struct sip_message *m = parsed(S(FULL)), *copy;
    size_t limit = m->arena.limit;
    struct buf out;
    struct why why;

    (void)state;
    m->arena.limit = 64;
    copy = sip_message_copy(m);
    m->arena.limit = limit;
    assert_true(copy->starved);
    for (size_t i = 0; i < sizeof(edits) / sizeof(*edits); i++)
        edits[i].edit(copy);
    buf_init(&out, 100);
    assert_err(IMS_TOO_LARGE, sip_message_print(copy, &out, &why), &why);
    buf_fini(&out);
    sip_message_drop(copy);
    buf_init(&out, 100);
    assert_err(IMS_TOO_LARGE, sip_message_print(m, &out, &why), &why);
    buf_fini(&out);
    sip_message_drop(m);
}

static void a_response_has_what_the_request_has(void **state)
{
    struct sip_message *m = parsed(S(FULL));
    struct sip_message *r = sip_response_to(m, 404, S(""), S("77"));

    (void)state;
    assert_prints(r, S("SIP/2.0 404 Not Found\r\n"
                       "Via: SIP/2.0/UDP p.example;branch=z9hG4bK2, "
                       "SIP/2.0/UDP a.example;branch=z9hG4bK1\r\n"
                       "From: Alice <sip:alice@a.example>;tag=1\r\n"
                       "To: <sip:bob@b.example>;tag=77\r\n"
                       "Call-ID: x@a\r\n"
                       "CSeq: 1 INVITE\r\n"
                       "Content-Length: 0\r\n\r\n"));
    sip_message_drop(r);
    r = sip_response_to(m, 100, S("Try\r\n\"ing\""), S("77"));
    assert_text(r->reason, S("Try  'ing'"));
    assert_int_equal(sip_tag(r, SIP_HDR_TO).n, 0);
    sip_message_drop(r);
    sip_message_drop(m);
}

static void a_request_is_built_from_nothing(void **state)
{
    struct sip_message *m = sip_request_new(SIP_OPTIONS, S("sip:a@b"));

    (void)state;
    sip_add_last(m, SIP_HDR_TO, S("<sip:a@b>"));
    sip_add_last(m, SIP_HDR_VIA, S("SIP/2.0/UDP h"));
    sip_add_last(m, SIP_HDR_ROUTE, S("<sip:r;lr>"));
    assert_prints(m, S("OPTIONS sip:a@b SIP/2.0\r\n"
                       "Via: SIP/2.0/UDP h\r\n"
                       "Route: <sip:r;lr>\r\n"
                       "To: <sip:a@b>\r\n"
                       "Content-Length: 0\r\n\r\n"));
    sip_message_drop(m);
}

struct refusal {
    const char *text, *says;
    unsigned status; /* 0: cannot be answered */
};

static const struct refusal refusals[] = {
    {"", "start line", 0},
    {"\r\n\r\n", "start line", 0},
    {HEAD, "do not end", 400},
    {HEAD "X\r\n\r\n", "\"X\" is no header", 400},
    {HEAD ": x\r\n\r\n", "is no header", 400},
    {HEAD "To: <sip:x>\r\n\r\n", "To: it stands twice", 400},
    {HEAD "m: x\nP-Asserted-Identity: <sip:e>\r\n\r\n", "CR LF", 400},
    {HEAD "m: x\rP-Asserted-Identity: <sip:e>\r\n\r\n", "CR LF", 400},
    {HEAD "Max-Forwards: 256\r\n\r\n", "Max-Forwards", 400},
    {HEAD "Max-Forwards: \r\n\r\n", "Max-Forwards", 400},
    {HEAD "l: 1\r\n\r\n", "Content-Length", 400},
    {HEAD "l: -1\r\n\r\n", "Content-Length", 400},
    {HEAD "v: SIP/2.0/UDP\r\n\r\n", "Via: ", 400},
    {"OPTIONS sip:a SIP/3.1\r\nVia: SIP/2.0/UDP a\r\n\r\n", "SIP/3.1", 505},
    {"OPTIONS sip:a HTTP/1.1\r\nVia: SIP/2.0/UDP a\r\n\r\n", "SIP/2.0", 400},
    {"OPTIONS sip:a\r\nVia: SIP/2.0/UDP a\r\n\r\n", "request line", 400},
    {"OPTIONS a SIP/2.0\r\nVia: SIP/2.0/UDP a\r\n\r\n", "Request-URI", 400},
    {"OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a\r\n\r\n", "From", 400},
    {"OPTIONS sip:a SIP/2.0\r\nTo: x\r\n\r\n", "Via: it is missing", 0},
    {"SIP/2.0 99 x\r\nVia: SIP/2.0/UDP a\r\n\r\n", "status line", 0},
    {"SIP/2.0 700 x\r\nVia: SIP/2.0/UDP a\r\n\r\n", "status line", 0},
    {"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a\r\n\r\n", "From", 0},
    {"OP TIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a\r\n\r\n", "Request-URI",
     400},
};

static void what_is_broken_is_refused_with_the_right_status(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
        struct sip_message *m;
        struct why why;

        if (!sip_message_parse(slice_of(refusals[i].text), &none, &m, &why))
            fail_msg("should be refused: %s", refusals[i].text);
        assert_has(slice_of(why.text), refusals[i].says);
        assert_int_equal(m ? m->refusal : 0, refusals[i].status);
        sip_message_drop(m);
    }
}

/* RFC 3261 25.1: a name is a token, and no compact form is a zero byte. */
static void a_header_without_a_letter_is_refused(void **state)
{
    struct sip_message *m;
    struct why why;

    (void)state;
    assert_err(IMS_MALFORMED,
               sip_message_parse(S(HEAD "\0: x\r\n\r\n"), &none, &m, &why),
               &why);
    assert_int_equal(m->refusal, 400);
    sip_message_drop(m);
}

static void a_body_may_begin_with_a_blank(void **state)
{
    static const struct slice texts[] = {S(HEAD "l: 4\r\n\r\n abc"),
                                         S(HEAD "l: 4\r\n\r\n\tabc")};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct sip_message *m = parsed(texts[i]);

        assert_text(m->body, slice_from(texts[i], texts[i].n - 4));
        assert_prints(m, texts[i]);
        sip_message_drop(m);
    }
}

static void limits_of_bytes_and_headers_hold(void **state)
{
    struct sip_limits limits = {.headers = 10};
    struct sip_message *m;
    struct why why;

    (void)state;
    assert_err(IMS_TOO_LARGE, sip_message_parse(S(FULL), &limits, &m, &why),
               &why);
    assert_int_equal(m->refusal, 513);
    sip_message_drop(m);
    limits =
        (struct sip_limits){.headers = 11, .message_bytes = sizeof(FULL) - 1};
    assert_ok(sip_message_parse(S(FULL), &limits, &m, &why), &why);
    sip_message_drop(m);
    limits.message_bytes--;
    assert_err(IMS_TOO_LARGE, sip_message_parse(S(FULL), &limits, &m, &why),
               &why);
    sip_message_drop(m);
}

static void a_large_request_can_be_answered(void **state)
{
    struct sip_limits limits = {.message_bytes = 1 << 20};
    struct sip_message *m, *resp;
    struct why why;
    struct buf text, out;

    (void)state;
    buf_init(&text, 1 << 20);
    buf_str(&text, HEAD "v: SIP/2.0/UDP h;branch=");
    memset(buf_take(&text, 900000), 'x', 900000);
    buf_str(&text, "\r\nl: 0\r\n\r\n");
    assert_ok(sip_message_parse(buf_slice(&text), &limits, &m, &why), &why);
    resp = sip_response_to(m, 486, S("Busy"), S("t"));
    buf_init(&out, sip_printed_bytes(&limits));
    assert_ok(sip_message_print(resp, &out, &why), &why);
    assert_true(out.n > 900000);
    buf_fini(&out);
    buf_fini(&text);
    sip_message_drop(resp);
    sip_message_drop(m);
}

static void one_more_via_can_be_printed_in_front(void **state)
{
    struct sip_message *m = parsed(S(FULL));
    struct slice rest = slice_from(S(FULL), strcspn(FULL, "\n") + 1);
    struct buf out, expected;
    struct why why;

    (void)state;
    buf_init(&out, 65535);
    buf_init(&expected, 65535);
    assert_ok(sip_message_print_via(m, S("SIP/2.0/TCP me"), &out, &why), &why);
    buf_printf(&expected,
               "INVITE sip:bob@b.example SIP/2.0\r\n"
               "Via: SIP/2.0/TCP me\r\n%.*s",
               SLICE_ARG(rest));
    assert_text(buf_slice(&out), buf_slice(&expected));
    assert_prints(m, S(FULL));
    buf_fini(&expected);
    buf_fini(&out);
    sip_message_drop(m);
}

static void more_headers_than_one_array_are_kept_in_order(void **state)
{
    struct sip_message *m = sip_request_new(SIP_INFO, S("sip:a"));
    char text[16];

    (void)state;
    for (int i = 0; i < 500; i++) {
        snprintf(text, sizeof(text), "%d", i);
        sip_add_named(m, S("X"), slice_of(text));
    }
    assert_int_equal(m->count, 500);
    for (int i = 0; i < 500; i++) {
        snprintf(text, sizeof(text), "%d", i);
        assert_text(m->headers[i].value, slice_of(text));
    }
    sip_message_drop(m);
}

static void parse_and_edit(void *ctx, struct slice text)
{
    struct sip_message *m;

    (void)ctx;
    (void)!sip_message_parse(text, &none, &m, NULL);
    if (!m)
        return;
    for (size_t i = 0; i < sizeof(edits) / sizeof(*edits); i++)
        edits[i].edit(m);
    pop_two_last_routes(m);
    pop_all_routes(m);
    sip_message_drop(m);
}

static void a_message_cut_anywhere_does_no_harm(void **state)
{
    (void)state;
    each_prefix(S(FULL), parse_and_edit, NULL);
    for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
        each_prefix(slice_of(refusals[i].text), parse_and_edit, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_known_by_name_case_and_compact_form),
        cmocka_unit_test(methods_are_known_by_their_exact_name),
        cmocka_unit_test(an_unedited_message_keeps_every_byte),
        cmocka_unit_test(values_come_one_by_one_over_all_lines),
        cmocka_unit_test(an_edit_changes_its_place_and_nothing_else),
        cmocka_unit_test(a_request_uri_is_read_as_it_stands_now),
        cmocka_unit_test(a_list_is_used_up_from_both_ends),
        cmocka_unit_test(a_starved_message_is_refused_when_printed),
        cmocka_unit_test(a_copy_without_memory_is_starved),
        cmocka_unit_test(a_response_has_what_the_request_has),
        cmocka_unit_test(a_request_is_built_from_nothing),
        cmocka_unit_test(what_is_broken_is_refused_with_the_right_status),
        cmocka_unit_test(a_header_without_a_letter_is_refused),
        cmocka_unit_test(a_body_may_begin_with_a_blank),
        cmocka_unit_test(limits_of_bytes_and_headers_hold),
        cmocka_unit_test(a_large_request_can_be_answered),
        cmocka_unit_test(one_more_via_can_be_printed_in_front),
        cmocka_unit_test(more_headers_than_one_array_are_kept_in_order),
        cmocka_unit_test(a_message_cut_anywhere_does_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
