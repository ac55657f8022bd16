/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "base/mem.h"
#include "imsbox/choose.h"
#include "imsbox/ladder.h"
#include "imsbox/pcapng.h"
#include "imsbox/reading.h"
#include "support/check.h"
#include "support/record_line.h"
#include <stdio.h>
#include <stdlib.h>

/* The nodes of topology/box.yaml, by their numbers in a site. */
enum { PCSCF, ICSCF, SCSCF, HSS, NODES };

struct world {
    struct site site;
    struct entries entries;
    struct choice choice;
    struct parties parties;
    struct steps steps;
};

static void set_up(struct world *w, const char *call, const char *user)
{
    struct topology *t = NULL;
    struct buf errors;

    buf_init(&errors, 4096);
    assert_int_equal(IMS_OK, topology_load("topology/box.yaml", &t, &errors));
    buf_fini(&errors);
    *w = (struct world){0};
    site_init(&w->site, t);
    entries_init(&w->entries, NODES);
    choice_init(&w->choice, call, user);
    parties_init(&w->parties, &w->site);
    w->steps = (struct steps){.entries = &w->entries, .parties = &w->parties};
}

static void tear_down(struct world *w)
{
    parties_fini(&w->parties);
    choice_fini(&w->choice);
    entries_fini(&w->entries);
    site_fini(&w->site);
}

static void add(struct world *w, const struct line *l)
{
    struct reading r = {0};
    struct why why;
    struct json j;
    struct buf b;

    buf_init(&b, 65536);
    json_init(&j, &b);
    json_object_begin(&j);
    json_key(&j, "entries");
    json_array_begin(&j);
    record_line_put(&j, l, (uint64_t)l->ms);
    json_array_end(&j);
    json_put_u64(&j, "next", 8);
    json_put_u64(&j, "last", 9);
    json_put_u64(&j, "missed", 1);
    json_object_end(&j);
    assert_ok(entries_read(&w->entries, l->node, buf_slice(&b), &r, &why),
              &why);
    assert_int_equal(8, r.next);
    assert_int_equal(9, r.last);
    assert_int_equal(1, r.missed);
    buf_fini(&b);
}

static void add_all(struct world *w, const struct line *lines, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add(w, &lines[i]);
    choice_mark(&w->choice, &w->entries);
    entries_join(&w->entries);
}

#define HEADERS(method)                                         \
    "Via: SIP/2.0/UDP 127.0.0.9:5060;branch=z9hG4bK1\r\n"       \
    "From: <sip:alice@ims.example>;tag=1\r\n"                   \
    "To: <sip:alice@ims.example>\r\n"                           \
    "Call-ID: c1\r\nCSeq: 1 " method "\r\nMax-Forwards: 70\r\n" \
    "Content-Length: 0\r\n\r\n"

static const char reg1[] =
    "REGISTER sip:ims.example SIP/2.0\r\n" HEADERS("REGISTER");
static const char reg2[] = "REGISTER sip:i SIP/2.0\r\n" HEADERS("REGISTER");
static const char ok1[] = "SIP/2.0 200 OK\r\n" HEADERS("REGISTER");

static const char phone[] = "127.0.0.9:5060";
static const char gm[] = "127.0.0.1:5060", mw[] = "127.0.0.1:5070";
static const char icscf[] = "127.0.0.2:5060";

static const struct line registration[] = {
    {PCSCF, 100, "rx", "c1", NULL, gm, phone, reg1, NULL},
    {PCSCF, 100, "says", "c1", NULL, NULL, NULL, NULL, "Path added"},
    {PCSCF, 101, "tx", "c1", NULL, mw, icscf, reg2, NULL},
    /* the I-CSCF's clock is behind */
    {ICSCF, 95, "rx", "c1", NULL, icscf, mw, reg2, NULL},
    {ICSCF, 96, "says", "c1", "s1", NULL, NULL, NULL, "HSS asked"},
    {HSS, 102, "says", NULL, "s1", NULL, NULL, NULL, "alice is known"},
    {HSS, 103, "says", NULL, "s2", NULL, NULL, NULL, "somebody else"},
    {PCSCF, 110, "tx", "c1", NULL, gm, phone, ok1, NULL},
    {PCSCF, 111, "rx", "c2", NULL, gm, phone, "nonsense", NULL},
};
enum { REGISTRATION = sizeof registration / sizeof registration[0] };

/* What the steps tell, one a line. */
static void tell(struct world *w, int64_t until_us, struct buf *out)
{
    struct step s;

    buf_reset(out);
    while (steps_next(&w->steps, until_us, &s))
        if (s.kind == STEP_ARROW)
            buf_printf(out, "%s > %s %s%s\n", w->parties.list[s.from].name,
                       w->parties.list[s.to].name, s.text,
                       s.lost ? " lost" : "");
        else
            buf_printf(out, "%s: %s\n", w->parties.list[s.from].name, s.text);
}

static void both_copies_of_a_message_are_one_arrow_in_causal_order(void **state)
{
    struct world w;
    struct buf out;

    (void)state;
    buf_init(&out, 65536);
    set_up(&w, "c1", NULL);
    add_all(&w, registration, REGISTRATION);
    tell(&w, INT64_MAX, &out);
    assert_text(buf_slice(&out),
                S("alice > pcscf1 REGISTER sip:ims.example\n"
                  "pcscf1: Path added  [S-REG-1, TS 24.229 5.4.1]\n"
                  "pcscf1 > icscf1 REGISTER sip:i\n"
                  "icscf1: HSS asked  [S-REG-1, TS 24.229 5.4.1]\n"
                  "hss1: alice is known  [S-REG-1, TS 24.229 5.4.1]\n"
                  "pcscf1 > alice 200 OK (REGISTER)\n"));
    tear_down(&w);
    buf_fini(&out);
}

static void a_user_has_the_calls_that_name_it(void **state)
{
    static const struct {
        const char *user, *begin;
    } rows[] = {
        {"sip:alice@ims.example", "alice > pcscf1 REGISTER"},
        {"alice@ims.example", "alice > pcscf1 REGISTER"},
        {"alice", "alice > pcscf1 REGISTER"},
        {"sip:lice@ims.example", ""},
        {"lice", ""},
        {"alic", ""},
        {"sip:alice@ims.exam", ""},
        {"sip:", ""},
        {NULL, "alice > pcscf1 REGISTER"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world w;
        struct buf out;

        buf_init(&out, 65536);
        set_up(&w, NULL, rows[i].user);
        add_all(&w, registration, REGISTRATION);
        tell(&w, INT64_MAX, &out);
        assert_text(slice_first(buf_slice(&out), strlen(rows[i].begin)),
                    slice_of(rows[i].begin));
        if (rows[i].begin[0] == '\0')
            assert_int_equal(0, out.n);
        if (!rows[i].user)
            assert_has(buf_slice(&out), "alice > pcscf1 nonsense");
        tear_down(&w);
        buf_fini(&out);
    }
}

static void what_a_dead_node_did_not_get_is_marked(void **state)
{
    static const struct line lines[] = {
        {PCSCF, 1, "tx", "c1", NULL, mw, icscf, reg2, NULL},
    };
    struct world w;
    struct buf out;

    (void)state;
    buf_init(&out, 65536);
    set_up(&w, "c1", NULL);
    add_all(&w, lines, 1);
    tell(&w, INT64_MAX, &out);
    assert_text(buf_slice(&out), S("pcscf1 > icscf1 REGISTER sip:i lost\n"));
    tear_down(&w);
    buf_fini(&out);
}

static void
diameter_of_a_nodes_address_is_the_nodes_sip_may_be_a_phones(void **state)
{
    static const char here[] = "127.0.0.2:57432", cx[] = "127.0.0.4:3868";
    static const struct line lines[] = {
        {HSS, 1, "rx", "c1", NULL, cx, here, "x", NULL},
        {HSS, 2, "tx", "c1", NULL, cx, here, "y", NULL},
        {HSS, 3, "rx", "c1", NULL, cx, "127.0.0.9:57432", "z", NULL},
        {PCSCF, 4, "rx", "c1", NULL, gm, here, reg1, NULL},
    };
    struct world w;
    struct buf out;

    (void)state;
    buf_init(&out, 65536);
    set_up(&w, "c1", NULL);
    add_all(&w, lines, sizeof lines / sizeof lines[0]);
    tell(&w, INT64_MAX, &out);
    assert_has(buf_slice(&out), "icscf1 > hss1 ");
    assert_has(buf_slice(&out), "hss1 > icscf1 ");
    assert_has(buf_slice(&out), "127.0.0.9:57432 > hss1 ");
    assert_has(buf_slice(&out), "alice > pcscf1 ");
    tear_down(&w);
    buf_fini(&out);
}

static void a_dropped_message_is_an_arrow_and_a_reason(void **state)
{
    static const struct line lines[] = {
        {PCSCF, 1, "drop", "c1", NULL, gm, phone, "BOO", "not SIP"},
        {PCSCF, 2, "tx", "c1", NULL, mw, icscf, reg2, NULL},
        {ICSCF, 3, "drop", "c1", NULL, icscf, mw, reg2, "overload"},
    };
    struct world w;
    struct buf out;

    (void)state;
    buf_init(&out, 65536);
    set_up(&w, "c1", NULL);
    add_all(&w, lines, 3);
    tell(&w, INT64_MAX, &out);
    assert_text(buf_slice(&out),
                S("127.0.0.9:5060 > pcscf1 BOO\n"
                  "pcscf1: dropped: not SIP  [S-REG-1, TS 24.229 5.4.1]\n"
                  "pcscf1 > icscf1 REGISTER sip:i\n"
                  "icscf1: dropped: overload  [S-REG-1, TS 24.229 5.4.1]\n"));
    tear_down(&w);
    buf_fini(&out);
}

static void copies_that_know_other_ports_are_still_one_message(void **state)
{
    static const struct line lines[] = {
        {PCSCF, 1, "tx", "c1", NULL, mw, icscf, reg2, NULL},
        {ICSCF, 2, "rx", "c1", NULL, icscf, "127.0.0.1:40000", reg2, NULL},
    };
    struct world w;
    struct buf out;

    (void)state;
    buf_init(&out, 65536);
    set_up(&w, "c1", NULL);
    add_all(&w, lines, 2);
    w.entries.nodes[PCSCF].list[0]->pair++;
    w.entries.nodes[PCSCF].list[0]->joined = false;
    w.entries.nodes[ICSCF].list[0]->joined = false;
    entries_join(&w.entries);
    tell(&w, INT64_MAX, &out);
    assert_text(buf_slice(&out), S("pcscf1 > icscf1 REGISTER sip:i\n"));
    tear_down(&w);
    buf_fini(&out);
}

static void a_trace_that_goes_on_tells_each_thing_once(void **state)
{
    struct world w;
    struct buf out;

    (void)state;
    buf_init(&out, 65536);
    set_up(&w, "c1", NULL);
    add_all(&w, registration, 3);
    tell(&w, 101 * MSEC, &out);
    assert_has(buf_slice(&out), "pcscf1 > icscf1 REGISTER sip:i lost\n");
    entries_forget(&w.entries, 0);
    assert_int_equal(2, w.entries.nodes[PCSCF].count);
    add_all(&w, registration + 3, 2); /* the other copy comes late */
    tell(&w, 101 * MSEC, &out);
    assert_text(buf_slice(&out),
                S("icscf1: HSS asked  [S-REG-1, TS 24.229 5.4.1]\n"));
    entries_forget(&w.entries, 100 * MSEC);
    assert_int_equal(1, w.entries.nodes[PCSCF].count);
    assert_int_equal(0, w.entries.nodes[ICSCF].count);
    entries_forget(&w.entries, 200 * MSEC);
    assert_int_equal(0, w.entries.nodes[PCSCF].count);
    tear_down(&w);
    buf_fini(&out);
}

static void a_ladder_is_drawn_in_columns(void **state)
{
    static const char expected[] =
        "          alice                        pcscf1              icscf1\n"
        "            |                             |                   |\n"
        "    0.000   |--REGISTER sip:ims.example-->|                   |\n"
        "              pcscf1  Path added  [S-REG-1, TS 24.229 5.4.1]\n"
        "    0.001   |                             |--REGISTER sip:i-->|\n"
        "              icscf1  HSS asked  [S-REG-1, TS 24.229 5.4.1]\n"
        "              hss1    alice is known  [S-REG-1, TS 24.229 5.4.1]\n"
        "    0.010   |<-----200 OK (REGISTER)------|                   |\n";
    struct output out = {0};
    struct ladder l = {.out = &out};
    char *text = NULL;
    size_t size = 0;
    struct world w;
    struct step s;

    (void)state;
    set_up(&w, "c1", NULL);
    add_all(&w, registration, REGISTRATION);
    out.to = open_memstream(&text, &size);
    l.parties = &w.parties;
    while (steps_next(&w.steps, INT64_MAX, &s))
        ladder_add(&l, &s);
    ladder_print(&l);
    fclose(out.to);
    assert_text(slice_at(text, size), slice_of(expected));
    free(text);
    ladder_fini(&l);
    tear_down(&w);
}

/* A terminal does what such bytes say: ESC [ 2 J clears it, and so does U+009B
 * 2 J. A reason phrase may have the latter, what a node quotes either. */
static void what_a_phone_writes_does_nothing_to_a_terminal(void **state)
{
    static const struct line lines[] = {
        {PCSCF, 101, "says", "c1", NULL, NULL, NULL, NULL,
         "\"\033]0;x\a\302\2332J\tf\303\274r\177\" is nobody"},
        {PCSCF, 102, "rx", "c1", NULL, gm, phone,
         "SIP/2.0 404 No\302\2332J one\r\n" HEADERS("MESSAGE"), NULL},
    };
    struct world w;
    struct buf out;

    (void)state;
    buf_init(&out, 4096);
    set_up(&w, "c1", NULL);
    add_all(&w, lines, 2);
    tell(&w, INT64_MAX, &out);
    assert_text(buf_slice(&out),
                S("pcscf1: \"?]0;x???2J?f\303\274r?\" is nobody  "
                  "[S-REG-1, TS 24.229 5.4.1]\n"
                  "127.0.0.9:5060 > pcscf1 404 No??2J one (MESSAGE)\n"));
    tear_down(&w);
    buf_fini(&out);
}

/* One REGISTER from party to party, each named so. */
static void draw_names(const char *name, unsigned count, char **text)
{
    struct output out = {0};
    struct ladder l = {.out = &out};
    size_t size = 0;
    struct world w;

    set_up(&w, "c1", NULL);
    out.to = open_memstream(text, &size);
    l.parties = &w.parties;
    for (unsigned i = 0; i < count; i++) {
        struct addr a;

        assert_true(addr_parse_ip(S("127.0.0.9"), &a));
        a.port = (uint16_t)(20000 + i);
        assert_int_equal(NODES + i, parties_at(&w.parties, &a));
        memcpy(w.parties.list[NODES + i].name, name, strlen(name) + 1);
    }
    for (unsigned i = 1; i < count; i++) {
        struct step s = {.kind = STEP_ARROW,
                         .from = NODES + i - 1,
                         .to = NODES + i,
                         .text = "REGISTER sip:ims.example from far away"};

        ladder_add(&l, &s);
    }
    ladder_print(&l);
    fclose(out.to);
    ladder_fini(&l);
    tear_down(&w);
}

/* A phone chooses its name (From). */
static void a_long_name_has_no_more_room_than_its_column(void **state)
{
    static const char forty[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_+";
    static const char more[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_+:65535";
    struct slice rest, line;
    char *text = NULL;

    (void)state;
    draw_names(forty, 2, &text);
    rest = slice_of(text);
    assert_true(slice_cut(&rest, '\n', &line));
    assert_text(line, S("abcdefghijklm~123456789.-_+  "
                        "abcdefghijklm~123456789.-_+"));
    free(text);
    draw_names(more, 30, &text);
    rest = slice_of(text);
    while (slice_cut(&rest, '\n', &line))
        assert_true(line.n < 1000);
    free(text);
}

/* ---- pcapng -------------------------------------------------------------- */

static uint32_t u32_at(const char *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof v);
    return v;
}

static uint32_t sum_at(const unsigned char *p, size_t n)
{
    uint32_t s = 0;

    for (size_t i = 0; i < n; i++)
        s += i % 2 ? p[i] : (uint32_t)p[i] << 8;
    while (s >> 16)
        s = (s & 0xffff) + (s >> 16);
    return s;
}

static void check_packet(const char *block)
{
    const unsigned char *ip = (const unsigned char *)block + 28;
    size_t udp = u32_at(block + 20) - 20;
    unsigned char pseudo[12];

    assert_int_equal(0x45, ip[0]);
    assert_int_equal(17, ip[9]);
    assert_int_equal(0xffff, sum_at(ip, 20));
    memcpy(pseudo, ip + 12, 8);
    memcpy(pseudo + 8, (unsigned char[]){0, 17, 0, 0}, 4);
    pseudo[10] = (unsigned char)(udp >> 8);
    pseudo[11] = (unsigned char)udp;
    assert_int_equal(0, (sum_at(pseudo, 12) + sum_at(ip + 20, udp)) % 0xffff);
}

static void a_capture_has_names_packets_and_comments(void **state)
{
    struct ladder l = {0};
    struct why why = {0};
    unsigned packets = 0, blocks = 0;
    char *text = NULL;
    size_t size = 0;
    struct world w;
    struct step s;
    FILE *to;

    (void)state;
    set_up(&w, "c1", NULL);
    add_all(&w, registration, REGISTRATION);
    while (steps_next(&w.steps, INT64_MAX, &s))
        ladder_add(&l, &s);
    to = open_memstream(&text, &size);
    assert_ok(pcapng_write(to, l.steps, l.count, &w.parties, &why), &why);
    fclose(to);
    for (const char *at = text; at < text + size; blocks++) {
        uint32_t length = u32_at(at + 4);

        assert_int_equal(0, length % 4);
        assert_true(at + length <= text + size);
        assert_int_equal(length, u32_at(at + length - 4));
        if (u32_at(at) == 6) {
            check_packet(at);
            packets++;
        }
        at += length;
    }
    assert_int_equal(3, packets);
    assert_int_equal(6, blocks);
    assert_has(slice_at(text, size), "pcscf1: Path added  [S-REG-1,");
    assert_has(slice_at(text, size), "icscf1: HSS asked");
    assert_has(slice_at(text, size), "alice");
    free(text);
    ladder_fini(&l);
    tear_down(&w);
}

/* A node that was started again counts its entries from 1. */
static void another_life_of_a_node_is_read_from_its_beginning(void **state)
{
#define RECORD(boot, next)                                                  \
    "{\"boot_us\":" boot ",\"entries\":[{\"seq\":1,\"wall_us\":1,\"kind\":" \
    "\"says\",\"says\":\"x\"}],\"next\":" next ",\"last\":9,\"missed\":0}"
    static const struct {
        const char *json;
        uint64_t next;
        bool anew;
        unsigned entries; /* by then */
    } rows[] = {
        {RECORD("5", "3"), 3, false, 1}, {RECORD("5", "8"), 8, false, 2},
        {RECORD("6", "9"), 1, true, 2},  {RECORD("6", "2"), 2, false, 3},
        {RECORD("6", "3"), 3, false, 4},
    };
    struct reading r = {0};
    struct world w;
    struct why why;

    (void)state;
    set_up(&w, NULL, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_ok(entries_read(&w.entries, 0, slice_of(rows[i].json), &r, &why),
                  &why);
        assert_int_equal(rows[i].next, r.next);
        assert_int_equal(rows[i].anew, r.anew);
        assert_int_equal(rows[i].entries, w.entries.nodes[0].count);
    }
    tear_down(&w);
}

static void what_is_no_record_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "{}",
        "[]",
        "{\"entries\": 3}",
        "{\"entries\": [{\"kind\": \"tells\"}]}",
        "{\"entries\": [{\"kind\": \"rx\"}]}",
        "{\"entries\": [{\"kind\": \"rx\", \"transport\": \"udp\", "
        "\"local\": \"127.0.0.1\", \"remote\": \"127.0.0.1:1\", "
        "\"pair\": \"00\"}]}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reading r = {.next = 7};
        struct why why = {0};
        struct world w;

        set_up(&w, NULL, NULL);
        assert_err(IMS_MALFORMED,
                   entries_read(&w.entries, 0, slice_of(rows[i]), &r, &why),
                   &why);
        assert_int_equal(7, r.next);
        tear_down(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            both_copies_of_a_message_are_one_arrow_in_causal_order),
        cmocka_unit_test(a_user_has_the_calls_that_name_it),
        cmocka_unit_test(what_a_dead_node_did_not_get_is_marked),
        cmocka_unit_test(
            diameter_of_a_nodes_address_is_the_nodes_sip_may_be_a_phones),
        cmocka_unit_test(a_dropped_message_is_an_arrow_and_a_reason),
        cmocka_unit_test(copies_that_know_other_ports_are_still_one_message),
        cmocka_unit_test(a_trace_that_goes_on_tells_each_thing_once),
        cmocka_unit_test(a_ladder_is_drawn_in_columns),
        cmocka_unit_test(what_a_phone_writes_does_nothing_to_a_terminal),
        cmocka_unit_test(a_long_name_has_no_more_room_than_its_column),
        cmocka_unit_test(a_capture_has_names_packets_and_comments),
        cmocka_unit_test(another_life_of_a_node_is_read_from_its_beginning),
        cmocka_unit_test(what_is_no_record_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
