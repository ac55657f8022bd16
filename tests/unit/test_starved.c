/* SPDX-License-Identifier: MIT */
#include "hss/draft.h"
#include "hss/export.h"
#include "hss/import_json.h"
#include "ims/cx.h"
#include "ims/cx_codec.h"
#include "ims/xml.h"
#include "net/dnsmsg.h"
#include "sip/message.h"
#include "support/check.h"
#include "support/corpus.h"
#include "support/hss_world.h"
#include "support/starve.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

/* Everything that grows a bounded arena, with its n-th growth refused: it
 * refuses in turn, says why, and leaves what was there as it was. Whole
 * transactions and nodes: test_starved_network. */

enum { MEMORY = 1 << 20 };

/* Reads (or makes) something of the text. Answers whether it came out whole;
 * else whoever refused said why. */
typedef bool read_fn(struct slice text);

static bool is_whole(enum ims_err err, const struct why *why)
{
    assert_true(!err || why->text[0]);
    return !err;
}

static bool read_sip(struct slice text)
{
    struct sip_message *m;
    struct why why = {0};
    bool whole = is_whole(
        sip_message_parse(text, &(struct sip_limits){0}, &m, &why), &why);

    if (m)
        sip_message_drop(m);
    return whole;
}

/* What an edit had no room for is not printed half. */
static bool edit_sip(struct slice text)
{
    struct sip_message *m, *copy;
    struct why why = {0};
    struct buf before, after, out;
    bool whole;
    unsigned n = starve_end();

    assert_ok(sip_message_parse(text, &(struct sip_limits){0}, &m, &why), &why);
    buf_init(&before, MEMORY);
    buf_init(&after, MEMORY);
    buf_init(&out, MEMORY);
    assert_ok(sip_message_print(m, &before, &why), &why);
    starve_again(n);
    copy = sip_message_copy(m);
    sip_add_first(copy, SIP_HDR_VIA, S("SIP/2.0/UDP me;branch=z9hG4bK1"));
    for (unsigned i = 0; i < 20; i++)
        sip_set_printf(copy, SIP_HDR_MAX_FORWARDS, "%u", i);
    for (unsigned i = 0; i < 40; i++)
        sip_add_last(copy, SIP_HDR_ROUTE, S("<sip:a;lr>"));
    sip_set_body(copy, S("text/plain"), S("hello"));
    whole = is_whole(sip_message_print(copy, &out, &why), &why);
    assert_ok(sip_message_print(m, &after, &why), &why);
    assert_text(buf_slice(&after), buf_slice(&before));
    sip_message_drop(copy);
    sip_message_drop(m);
    buf_fini(&out);
    buf_fini(&after);
    buf_fini(&before);
    return whole;
}

static bool read_user_data(struct slice text)
{
    struct ims_profile *p = NULL;
    struct why why = {0};
    struct arena a;
    bool whole;

    arena_init(&a, 0, MEMORY);
    whole = is_whole(profile_parse(text, &a, &p, &why), &why);
    assert_true(whole == (p != NULL));
    whole = whole && profile_copy(&a, p) != NULL;
    arena_fini(&a);
    return whole;
}

static bool read_cx(struct slice text)
{
    _Alignas(max_align_t) char xxr[1024];
    struct diameter_message m;
    struct diameter_fault f = {0};
    struct arena a;
    bool whole;

    assert_true(diameter_read(text, &m, &f));
    arena_init(&a, 0, MEMORY);
    whole = cx_decode(m.avps, cx_group_of(m.h.command, m.h.flags & DIAMETER_R),
                      &a, xxr, &f);
    assert_true(whole || f.text[0]);
    arena_fini(&a);
    return whole;
}

static bool read_dns(struct slice text)
{
    static const enum dns_type types[] = {DNS_A, DNS_AAAA, DNS_SRV, DNS_NAPTR};
    enum dns_type type = types[(unsigned char)text.p[0] % 4];
    struct slice name = type == DNS_AAAA  ? S("a.example")
                        : type == DNS_SRV ? S("_sip._udp.ims.example")
                                          : S("ims.example");
    struct dnsmsg m;
    struct why why = {0};
    struct arena a;
    bool whole;

    arena_init(&a, 0, DNSMSG_TEXTS_MAX);
    whole = is_whole(dnsmsg_read(slice_from(text, 1), name, type, &a, &m, &why),
                     &why);
    arena_fini(&a);
    return whole;
}

static bool make_subscriber(const json_t *j, struct buf *out)
{
    struct draft_rules rules = {.domain = S("ims.example")};
    struct json_reading r;
    struct json json;
    struct subscriber s, *copy = NULL;
    struct arena a;

    arena_init(&a, 0, MEMORY);
    json_reading_init(&r, &a);
    if (import_json(&r, j, &rules, &s))
        copy = subscriber_copy(&a, &s);
    json_init(&json, out);
    if (copy)
        export_json(&json, copy);
    arena_fini(&a);
    return copy;
}

/* Where something stands in the text may be forgotten: nobody asks when
 * nothing is wrong. What is made of it is whole, or not made. */
static bool read_json(struct slice text)
{
    json_t *j = json_loadb(text.p, text.n, 0, NULL);
    struct buf whole, got;
    unsigned n = starve_end();

    buf_init(&whole, MEMORY);
    buf_init(&got, MEMORY);
    assert_true(make_subscriber(j, &whole));
    starve_again(n);
    if (make_subscriber(j, &got))
        assert_text(buf_slice(&got), buf_slice(&whole));
    buf_fini(&got);
    buf_fini(&whole);
    json_decref(j);
    return true;
}

/* ---- each growth in turn ---------------------------------------------------
 */

struct reader {
    const char *target, *seed; /* tests/fuzz/seeds/TARGET/SEED */
    read_fn *read;
};

static unsigned read_counted(const struct reader *r, struct slice text,
                             unsigned n, bool *whole)
{
    starve(n);
    *whole = r->read(text);
    return starve_end();
}

static void starve_reader(const struct reader *r)
{
    char path[256];
    struct slice text;
    unsigned count;
    bool whole;

    snprintf(path, sizeof path, "tests/fuzz/seeds/%s/%s", r->target, r->seed);
    text = file_read(path);
    count = read_counted(r, text, 0, &whole);
    if (!whole)
        fail_msg("%s is refused", path);
    starve_or_skip(count);
    for (unsigned n = 1; n <= count; n++) {
        read_counted(r, text, n, &whole);
        if (whole)
            fail_msg("%s: growth %u of %u was refused and nobody knows", path,
                     n, count);
    }
    free((char *)text.p);
}

static void who_is_refused_memory_refuses(void **state)
{
    static const struct reader readers[] = {
        {"fuzz_sip_message", "invite", read_sip},
        {"fuzz_sip_message", "response", read_sip},
        {"fuzz_sip_message", "invite", edit_sip},
        {"fuzz_user_data", "filters", read_user_data},
        {"fuzz_user_data", "identities", read_user_data},
        {"fuzz_dnsmsg", "naptr", read_dns},
        {"fuzz_dnsmsg", "srv", read_dns},
    };

    (void)state;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        starve_reader(&readers[i]);
}

static void a_subscriber_is_made_whole_or_not_at_all(void **state)
{
    struct slice text = file_read("tests/fuzz/seeds/fuzz_subscribers/one.json");
    struct reader r = {.read = read_json};
    unsigned count;
    bool whole;

    (void)state;
    count = read_counted(&r, text, 0, &whole);
    starve_or_skip(count);
    for (unsigned n = 1; n <= count; n++)
        read_counted(&r, text, n, &whole);
    free((char *)text.p);
}

static void a_cx_message_without_room_is_refused(void **state)
{
    static const char *const seeds[] = {"uar", "uaa", "sar", "saa",
                                        "lir", "lia", "mar", "maa",
                                        "rtr", "rta", "ppr", "ppa"};

    (void)state;
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++)
        starve_reader(&(struct reader){"fuzz_diameter", seeds[i], read_cx});
}

/* ---- the HSS --------------------------------------------------------------
 */

static const char known[] =
    "charging:\n"
    "  - {name: std, ccf: \"aaa://ccf.ims.example\"}\n"
    "subscribers:\n"
    "  - impu: [\"sip:a@ims.example\", \"tel:+15550\"]\n"
    "    charging: std\n"
    "    digest: {password: x}\n";

static unsigned ask(struct hss_world *w, const char *line, const char *body,
                    struct buf *out)
{
    struct api_answer a;
    unsigned status;

    api_answer_init(&a);
    api_ask(w->node, line, body, &a);
    sim_run_for(w->sim, SECOND);
    assert_int_equal(a.count, 1);
    status = a.status;
    if (out)
        buf_add(out, buf_slice(&a.body));
    api_answer_fini(&a);
    return status;
}

/* What the store has, as the API tells it. */
static void tell(struct hss_world *w, struct buf *out)
{
    buf_init(out, MEMORY);
    assert_int_equal(ask(w, "GET /api/v1/subscribers", NULL, out), 200);
    assert_int_equal(ask(w, "GET /api/v1/registrations", NULL, out), 200);
}

/* Who asks may have no room to read the answer. */
struct told {
    unsigned count, result;
    bool is_whole;
};

static void on_saa(void *ctx, enum ims_err err, const struct cx_saa *saa)
{
    struct told *t = ctx;

    t->count++;
    t->result = err ? 0 : saa->outcome.result;
    t->is_whole =
        !err && saa->user_data.n > 0 && saa->charging &&
        slice_eq(saa->charging->primary_ccf, S("aaa://ccf.ims.example"));
}

/* One Cx request with the n-th growth refused: answered, and unless it was
 * done nothing is registered. */
static unsigned starve_sar(unsigned n)
{
    struct hss_world *w = hss_world_new(known, false);
    struct cx_texts impus = {(struct slice[]){S("sip:a@ims.example")}, 1};
    struct cx_sar sar = {.impi = S("a@ims.example"),
                         .impus = impus,
                         .server_name = S(SCSCF1),
                         .type = CX_ASSIGN_REGISTRATION};
    struct told told = {0};
    struct buf after;
    unsigned count;

    starve(n);
    cx_sar_send(w->scscf->cx, &sar, S("call"), on_saa, &told);
    sim_run_for(w->sim, SECOND);
    count = starve_end();
    assert_int_equal(told.count, 1);
    assert_true(n > 0 || told.result == CX_SUCCESS);
    tell(w, &after);
    if (told.result == CX_SUCCESS) {
        assert_true(told.is_whole);
        assert_has(buf_slice(&after), "\"registered\"");
    } else if (told.result && slice_find(buf_slice(&after), S(SCSCF1)) >= 0) {
        fail_msg("growth %u: answered %u and registered", n, told.result);
    }
    buf_fini(&after);
    hss_world_free(w);
    return count;
}

static void a_sar_without_room_registers_nobody(void **state)
{
    unsigned count = starve_sar(0);

    (void)state;
    starve_or_skip(count);
    for (unsigned n = 1; n <= count; n++)
        starve_sar(n);
}

/* The other requests of Cx, of a user who is registered. */
struct question {
    const char *name;
    unsigned (*ask)(struct hss_world *w);
    unsigned right;
};

static unsigned who_serves(struct hss_world *w)
{
    return ask_uar(w, "a@ims.example", "sip:a@ims.example");
}

static unsigned where_is(struct hss_world *w)
{
    return ask_lir(w, "sip:a@ims.example");
}

/* Who asks may have no room to read the answer. */
static void on_maa(void *ctx, enum ims_err err, const struct cx_maa *maa)
{
    struct hss_answer *a = ctx;

    a->count++;
    a->result = err ? DIAMETER_UNABLE_TO_COMPLY : maa->outcome.result;
    assert_true(err || a->result != CX_SUCCESS || maa->items.count == 1);
}

static unsigned what_proves(struct hss_world *w)
{
    struct cx_auth_item item = {.scheme = S(CX_SCHEME_DIGEST)};
    struct cx_mar mar = {.impi = S("a@ims.example"),
                         .impu = S("sip:a@ims.example"),
                         .item = &item,
                         .count = 1,
                         .server_name = S(SCSCF1)};

    cx_mar_send(w->scscf->cx, &mar, S("call"), on_maa, &w->a);
    sim_run_for(w->sim, SECOND);
    return w->a.result;
}

/* Answered once; unless it is as when nothing is refused, with a failure. The
 * same is answered rightly behind it, and nobody is registered otherwise. */
static unsigned starve_question(const struct question *q, unsigned n)
{
    struct hss_world *w = hss_world_new(known, false);
    struct buf before, after;
    unsigned count, result;

    assert_int_equal(ask_sar(w, "a@ims.example", "sip:a@ims.example",
                             CX_ASSIGN_REGISTRATION),
                     CX_SUCCESS);
    tell(w, &before);
    starve(n);
    result = q->ask(w);
    count = starve_end();
    if (n == 0)
        assert_int_equal(result, q->right);
    if (w->a.count != 2 || (result != q->right && result % 10000 < 3000))
        fail_msg("%s, growth %u: answered %u times, %u", q->name, n,
                 w->a.count - 1, result);
    assert_int_equal(q->ask(w), q->right);
    tell(w, &after);
    assert_text(buf_slice(&after), buf_slice(&before));
    buf_fini(&after);
    buf_fini(&before);
    hss_world_free(w);
    return count;
}

static void
a_cx_request_without_room_is_answered_and_changes_nothing(void **state)
{
    static const struct question questions[] = {
        {"UAR", who_serves, CX_SUBSEQUENT_REGISTRATION},
        {"LIR", where_is, CX_SUCCESS},
        {"MAR", what_proves, CX_SUCCESS}};

    (void)state;
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        unsigned count = starve_question(&questions[i], 0);

        starve_or_skip(count);
        for (unsigned n = 1; n <= count; n++)
            starve_question(&questions[i], n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_refused_memory_refuses),
        cmocka_unit_test(a_subscriber_is_made_whole_or_not_at_all),
        cmocka_unit_test(a_cx_message_without_room_is_refused),
        cmocka_unit_test(a_sar_without_room_registers_nobody),
        cmocka_unit_test(
            a_cx_request_without_room_is_answered_and_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
