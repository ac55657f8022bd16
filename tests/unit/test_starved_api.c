/* SPDX-License-Identifier: MIT */
#include "node/feed.h"
#include "support/check.h"
#include "support/hss_api.h"
#include "support/starve.h"
#include <stdio.h>

/* What the HSS's admin interface is asked, with the n-th growth of what is
 * bounded refused: answered once, as when nothing is refused, or with a failure
 * that left the store as it was. Behind it the same can be asked again. */

struct request {
    const char *line, *body;
    const char *before[2]; /* asked first: "LINE BODY" */
    const char *type;
    /* Its answer has what is random or of its time. */
    bool is_told_anew;
    /* Goes on behind its answer, and is noted so however it ends. */
    const char *noted;
};

enum { MEMORY = 1 << 20, CUT = 999, STRIDE = 7 };

#define SUBSCRIBERS "/api/v1/subscribers"
#define ALICE SUBSCRIBERS "/1"
#define BOB SUBSCRIBERS "/2"
#define IFC                                              \
    "{\"ifc\": [{\"priority\": 1, \"server\":"           \
    " \"sip:as.ims.example\", \"match\": \"any\","       \
    " \"when\": [{\"method\": \"INVITE\"}, {\"header\":" \
    " \"Subject\", \"content\": \"a.*b\"}]}]}"

static const char zoe[] =
    "{\"impu\": [\"sip:zoe@ims.example\", \"tel:+15551\"],"
    " \"digest\": {\"password\": \"x\"}, \"visited\": [\"a.example\"],"
    " \"capabilities\": {\"mandatory\": [1], \"optional\": [2]}}";

static const char other_bob[] =
    "{\"impu\": [\"sip:bob@ims.example\", \"tel:+15551\"],"
    " \"digest\": {\"password\": \"x\"}, \"visited\": [\"a.example\"],"
    " \"profile\": \"voice\"}";

static const char file[] =
    "profiles:\n"
    "  - name: gold\n"
    "    ifc: [{priority: 1, server: sip:as.ims.example, match: any,\n"
    "           when: [{method: INVITE}]}]\n"
    "subscribers:\n"
    "  - impu: [\"sip:zoe@ims.example\", \"tel:+15551\"]\n"
    "    profile: gold\n"
    "    digest: {password: x}\n";

static const char table[] = "impu,impi,password\n"
                            "sip:zoe@ims.example,,secret\n"
                            "sip:zack@ims.example,,secret\n";

static const struct request requests[] = {
    {.line = "GET " SUBSCRIBERS},
    {.line = "GET " SUBSCRIBERS "?q=ali"},
    {.line = "GET " ALICE},
    {.line = "GET " ALICE "/private/alice@ims.example"},
    {.line = "GET " ALICE "/private/alice@ims.example/secrets"},
    {.line = "GET " ALICE "/private/alice@ims.example/sqn"},
    {.line = "GET " ALICE "/public/sip:alice@ims.example"},
    {.line = "GET " BOB "/registration"},
    {.line = "GET /api/v1/registrations"},
    {.line = "GET /api/v1/registrations?q=bob"},
    {.line = "GET /api/v1/registrations?of=bob%40ims.example%20sip:x@y"},
    {.line = "GET /api/v1/profiles"},
    {.line = "GET /api/v1/profiles/voice"},
    {.line = "GET /api/v1/shared-ifc"},
    {.line = "GET /api/v1/charging"},
    {.line = "GET /api/v1/charging/prepaid"},
    {.line = "GET /api/v1/audit"},
    {.line = "GET /api/v1/audit/1"},
    {.line = "GET /api/v1/imports"},
    {.line = "GET /api/v1/export"},
    {.line = "GET /api/v1/export?format=csv"},
    {.line = "GET /api/v1/limits", .is_told_anew = true},
    {.line = "GET /api/v1/timers"},
    {.line = "GET /api/v1/peers"},
    {.line = "POST " SUBSCRIBERS, .body = zoe},
    {.line = "PUT " BOB, .body = other_bob},
    {.line = "PATCH " ALICE, .body = "{\"display_name\": \"A\"}"},
    {.line = "PATCH " ALICE,
     .body = "{\"capabilities\": {\"mandatory\": [3]},"
             " \"visited\": [\"v.example\"]}"},
    {.line = "DELETE " ALICE},
    {.line = "DELETE " BOB},
    {.line = "POST " SUBSCRIBERS "/ranges",
     .body = "{\"first\": \"0998\", \"count\": 3, \"name\": \"Student {n}\","
             " \"password\": \"pw-{n}\"}"},
    {.line = "PUT " ALICE "/private/alice-2@ims.example",
     .body = "{\"digest\": {\"password\": \"y\"}}"},
    {.line = "DELETE " ALICE "/private/alice-2@ims.example",
     .before = {"PUT " ALICE "/private/alice-2@ims.example "
                "{\"digest\": {\"password\": \"y\"}}"}},
    {.line = "PUT " ALICE "/private/alice@ims.example/sqn",
     .body = "{\"sqn\": 320}"},
    {.line = "PUT " BOB "/public/sip:bobby@ims.example",
     .body = "{\"display_name\": \"Bobby\"}"},
    {.line = "DELETE " BOB "/public/sip:bobby@ims.example",
     .before = {"PUT " BOB "/public/sip:bobby@ims.example "
                "{\"display_name\": \"Bobby\"}"}},
    {.line = "PUT /api/v1/profiles/gold", .body = IFC},
    {.line = "PUT /api/v1/profiles/voice",
     .body = IFC,
     .before = {"PUT " BOB " {\"impu\": [\"sip:bob@ims.example\"],"
                " \"profile\": \"voice\", \"digest\": {\"password\": \"x\"}}"},
     .noted = "\"push\",\"what\":\"service profile voice to"},
    {.line = "DELETE /api/v1/profiles/voice"},
    {.line = "PUT /api/v1/shared-ifc/7", .body = IFC},
    {.line = "DELETE /api/v1/shared-ifc/7",
     .before = {"PUT /api/v1/shared-ifc/7 " IFC}},
    {.line = "PUT /api/v1/charging/prepaid",
     .body = "{\"ecf\": \"aaa://ecf.ims.example\"}",
     .before = {"PATCH " BOB " {\"charging\": \"prepaid\"}"},
     .noted = "\"push\",\"what\":\"charging set prepaid to"},
    {.line = "DELETE /api/v1/charging/prepaid"},
    {.line = "POST /api/v1/tools/opc",
     .body = "{\"k\": \"465b5ce8b199b49faa5f0a2ee238a6bc\","
             " \"op\": \"cdc202d5123e20f62b6d676ac72cb318\"}"},
    {.line = "POST /api/v1/tools/examine",
     .body = "{\"public\": \"sip:bobb@ims.example\", \"private\":"
             " \"bob@ims.example\", \"callee\": \"sip:alice@ims.example\","
             " \"answer\": {\"method\": \"REGISTER\", \"uri\":"
             " \"sip:ims.example\", \"nonce\": \"n\", \"realm\":"
             " \"ims.example\", \"username\": \"bob@ims.example\","
             " \"response\": \"00000000000000000000000000000000\"}}"},
    {.line = "POST /api/v1/ifc/test",
     .body = "{\"identity\": \"sip:bob@ims.example\","
             " \"request\": \"INVITE sip:x@y\\nSubject: ab\"}",
     .before = {"PUT /api/v1/profiles/voice " IFC,
                "PUT " BOB " {\"impu\": [\"sip:bob@ims.example\"],"
                " \"profile\": \"voice\", \"digest\": {\"password\": \"x\"}}"}},
    {.line = "POST /api/v1/audit/2/undo", .before = {"DELETE " ALICE}},
    {.line = "POST /api/v1/audit/1/undo",
     .noted = "\"deregister\",\"what\":\"1 subscriber who had been deleted"},
    {.line = "POST /api/v1/audit/2/undo",
     .before = {"PATCH " BOB " {\"visited\": [\"v.example\"]}"}},
    {.line = "POST /api/v1/reset",
     .before = {"DELETE " ALICE},
     .noted = "\"deregister\",\"what\":\"1 subscriber who had been deleted"},
    {.line = "POST " BOB "/deregister",
     .body = "{\"text\": \"exam is over\", \"identities\":"
             " [\"sip:bob@ims.example\", \"bob@ims.example\"]}",
     .is_told_anew = true,
     .noted = "\"deregister\",\"what\":\"2\""},
    {.line = "POST " BOB "/push",
     .body = "{\"identities\": [\"sip:bob@ims.example\"]}",
     .is_told_anew = true,
     .noted = "\"push\",\"what\":\"2\""},
    {.line = "POST /api/v1/import", .body = file},
    {.line = "POST /api/v1/import", .body = table, .type = "text/csv"},
};

static void read_feed(struct hss_api *f)
{
    char bytes[4096];
    size_t n;

    for (int i = 0; i < 1000 && feed_state(f->a.feed) == FEED_OPEN; i++) {
        sim_run_for(f->w->sim, 5 * MSEC);
        while ((n = feed_read(f->a.feed, bytes, sizeof bytes)) > 0)
            buf_add(&f->a.body, slice_at(bytes, n));
    }
    if (feed_state(f->a.feed) != FEED_OVER)
        f->a.status = CUT; /* as its reader sees */
    feed_leave(f->a.feed);
    f->a.feed = NULL;
}

static unsigned say(struct hss_api *f, const char *line, const char *body)
{
    buf_reset(&f->a.body);
    (void)api_say(f, line, body ? body : "");
    if (f->a.feed)
        read_feed(f);
    return f->a.status;
}

/* All that the store has, as the interface tells it. */
static void tell(struct hss_api *f, struct buf *out)
{
    static const char *const lines[] = {
        "GET /api/v1/export",
        "GET " SUBSCRIBERS,
        "GET /api/v1/registrations",
        "GET " ALICE,
        "GET " BOB,
        "GET " ALICE "/private/alice@ims.example/sqn",
        "GET /api/v1/imports",
        "GET /api/v1/audit",
    };

    buf_init(out, MEMORY);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        (void)say(f, lines[i], NULL);
        buf_add(out, buf_slice(&f->a.body));
        buf_char(out, '\n');
    }
}

static struct hss_api *begin(const struct request *rq)
{
    struct hss_api *f = hss_api_new();
    struct cx_texts impus = {(struct slice[]){S("sip:bob@ims.example")}, 1};
    struct cx_sar sar = {.impi = S("bob@ims.example"),
                         .impus = impus,
                         .server_name = S(SCSCF1),
                         .type = CX_ASSIGN_REGISTRATION};

    assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
    for (size_t i = 0; i < 2 && rq->before[i]; i++) {
        char line[128];
        const char *body = strchr(strchr(rq->before[i], ' ') + 1, ' ');
        size_t n =
            body ? (size_t)(body - rq->before[i]) : strlen(rq->before[i]);

        snprintf(line, sizeof line, "%.*s", (int)n, rq->before[i]);
        assert_true(say(f, line, body ? body + 1 : NULL) < 300);
    }
    return f;
}

/* What a request that is refused nothing answers and makes of the store. */
struct made {
    unsigned status;
    struct buf answer, store;
};

static void made_fini(struct made *m)
{
    buf_fini(&m->answer);
    buf_fini(&m->store);
}

static void do_it(struct hss_api *f, const struct request *rq,
                  struct made *made)
{
    unsigned answers;

    f->type = rq->type;
    made->status = say(f, rq->line, rq->body);
    buf_init(&made->answer, MEMORY);
    buf_add(&made->answer, buf_slice(&f->a.body));
    answers = f->a.count;
    sim_run_for(f->w->sim, 5 * SECOND); /* what goes on behind it */
    assert_int_equal(f->a.count, answers);
}

static struct slice without_audit(struct slice store)
{
    ssize_t at = slice_find(store, S("{\"entries\":"));

    assert_true(at > 0);
    return slice_first(store, (size_t)at);
}

/* Says where they part. */
static void compare(const struct request *rq, unsigned n, const struct made *is,
                    const struct buf *store)
{
    struct slice got = buf_slice(&is->store), want = buf_slice(store);
    size_t same = 0, from;

    if (rq->noted && is->status < 300) {
        assert_has(got, rq->noted);
        got = without_audit(got);
        want = without_audit(want);
    }
    while (same < got.n && same < want.n && got.p[same] == want.p[same])
        same++;
    if (same == got.n && same == want.n)
        return;
    from = same > 60 ? same - 60 : 0;
    fail_msg("%s, growth %u: %u %.*s\nhas  %.300s\nwant %.300s", rq->line, n,
             is->status, SLICE_ARG(buf_slice(&is->answer)), got.p + from,
             want.p + from);
}

/* What S-CSCFs were told is said; one who had no room for it may be told once
 * more, or say so. */
static struct slice without_tolds(const struct buf *answer)
{
    struct slice text = buf_slice(answer);
    ssize_t told = slice_find(text, S("\"told\":["));

    return told < 0 ? text : slice_first(text, (size_t)told + 8);
}

static void check(const struct request *rq, unsigned n, const struct made *is,
                  const struct made *done, const struct buf *before)
{
    bool refused = is->status >= 400;

    if (!refused && is->status != done->status)
        fail_msg("%s, growth %u: %u, not %u", rq->line, n, is->status,
                 done->status);
    if (refused)
        assert_true(is->answer.n > 0 || is->status == CUT);
    else if (!rq->is_told_anew)
        assert_text(without_tolds(&is->answer), without_tolds(&done->answer));
    compare(rq, n, is, refused ? before : &done->store);
}

static unsigned run(const struct request *rq, unsigned n, struct made *done,
                    unsigned *refused)
{
    struct hss_api *f = begin(rq);
    struct buf before;
    struct made made;
    unsigned count;

    tell(f, &before);
    starve(n);
    do_it(f, rq, &made);
    count = starve_end();
    tell(f, &made.store);
    if (n == 0) {
        if (made.status >= 300)
            fail_msg("%s: %u %.*s", rq->line, made.status,
                     SLICE_ARG(buf_slice(&made.answer)));
        *done = made;
    } else {
        check(rq, n, &made, done, &before);
        if (made.status >= 400) {
            f->type = rq->type;
            if (say(f, rq->line, rq->body) >= 300)
                fail_msg("%s, refused at growth %u, then: %u", rq->line, n,
                         f->a.status);
            ++*refused;
        }
        made_fini(&made);
    }
    buf_fini(&before);
    hss_api_free(f);
    return count;
}

static void what_is_refused_room_leaves_all_as_it_was(void **state)
{
    struct starve_steps steps = starve_steps(STRIDE);
    unsigned all = 0, refused = 0, total = 0;

    (void)state;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct made done;
        unsigned count = run(&requests[i], 0, &done, NULL);

        if (i == 0 && count == 0)
            made_fini(&done);
        if (i == 0)
            starve_or_skip(count);
        total += count;
        for (unsigned n = steps.first; n <= count; n += steps.stride, all++)
            run(&requests[i], n, &done, &refused);
        made_fini(&done);
    }
    print_message("refused: %u of %u growths, and %u requests\n", all, total,
                  refused);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_refused_room_leaves_all_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
