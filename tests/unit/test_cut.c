/* SPDX-License-Identifier: MIT */
#include "hss/import.h"
#include "hss/import_json.h"
#include "ims/charging.h"
#include "ims/cx.h"
#include "ims/cx_codec.h"
#include "ims/identity.h"
#include "ims/ifc.h"
#include "ims/pattern.h"
#include "ims/reginfo.h"
#include "ims/xml.h"
#include "imsbox/entries.h"
#include "imsbox/reading.h"
#include "ladder/script.h"
#include "net/dnsmsg.h"
#include "node/record_wire.h"
#include "sip/framer.h"
#include "sip/stun.h"
#include "sip/views.h"
#include "support/check.h"
#include "support/corpus.h"
#include "support/guard.h"
#include "topology/topology.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

/* Everything that reads what comes from outside, with each seed of its fuzz
 * target and what the corpora have for it: cut after each byte and ending at
 * an unmapped page. Whoever reads too far dies; the whole text is read, its
 * parts are read or refused with a sentence. */

enum { MEMORY = 1 << 20 };

/* How many texts were read, and how many refused. */
struct verdicts {
    unsigned good, bad, files;
};

static void judge(struct verdicts *v, enum ims_err err, const struct why *why)
{
    if (err)
        assert_true(why->text[0]);
    v->good += !err;
    v->bad += err != IMS_OK;
}

/* ---- SIP ------------------------------------------------------------------
 */

static void view(struct slice text, struct verdicts *v)
{
    struct sip_name_addr na;
    struct sip_contact contact;
    struct sip_via via;
    struct sip_auth auth;
    struct sip_item item;
    struct sip_cseq cseq;
    struct sip_rack rack;
    struct sip_event event;
    struct sip_reason_value reason;
    struct sip_session_expires se;
    struct sip_subscription_state state;
    struct charging_vector vector;
    struct why why = {0};

    judge(v, sip_name_addr_parse(text, &na, &why), &why);
    judge(v, sip_contact_parse(text, &contact, &why), &why);
    judge(v, sip_via_parse(text, &via, &why), &why);
    judge(v, sip_auth_parse(text, &auth, &why), &why);
    judge(v, sip_item_parse(text, &item, &why), &why);
    judge(v, sip_cseq_parse(text, &cseq, &why), &why);
    judge(v, sip_rack_parse(text, &rack, &why), &why);
    judge(v, sip_event_parse(text, &event, &why), &why);
    judge(v, sip_reason_parse(text, &reason, &why), &why);
    judge(v, sip_session_expires_parse(text, &se, &why), &why);
    judge(v, sip_subscription_state_parse(text, &state, &why), &why);
    judge(v, charging_vector_parse(text, &vector, &why), &why);
}

static void read_views(void *ctx, struct slice text)
{
    view(text, ctx);
}

static void read_uri(void *ctx, struct slice text)
{
    struct sip_uri u;
    struct identity id;
    struct why why = {0};

    judge(ctx, sip_uri_parse(text, &u, &why), &why);
    judge(ctx, identity_canonical(text, &id, &why), &why);
}

static void read_sip(void *ctx, struct slice text)
{
    struct verdicts ignored = {0};
    struct sip_message *m;
    struct sip_values it;
    struct slice value;
    struct why why = {0};

    judge(ctx, sip_message_parse(text, &(struct sip_limits){0}, &m, &why),
          &why);
    if (!m)
        return;
    for (unsigned id = 1; id < SIP_HDR_COUNT; id++) {
        sip_values_begin(&it, m, id);
        while (sip_values_next(&it, &value))
            view(value, &ignored);
    }
    sip_message_drop(m);
}

/* A pattern and what it is held against. */
static void read_identity(void *ctx, struct slice text)
{
    struct slice rest = text, first = {0};
    struct identity id;
    struct why why = {0};

    if (!slice_cut(&rest, '\0', &first))
        return;
    judge(ctx, identity_canonical(first, &id, &why), &why);
    judge(ctx, identity_of_request(first, &id, &why), &why);
    judge(ctx, identity_private_of(first, &id, &why), &why);
    judge(ctx, identity_wildcard_check(first, &why), &why);
    judge(ctx, pattern_check(first, &why), &why);
    (void)pattern_matches(first, rest, true);
    (void)identity_wildcard_matches(first, rest);
}

static void read_stun(void *ctx, struct slice text)
{
    struct verdicts *v = ctx;
    struct addr from = {.ip = {192, 0, 2, 1}, .port = 5060, .family = 4};
    struct buf out;

    buf_init(&out, MEMORY);
    if (stun_answer(text, &from, &out))
        v->good++;
    else
        v->bad++;
    buf_fini(&out);
}

/* ---- DNS, Diameter --------------------------------------------------------
 */

static void read_dns(void *ctx, struct slice text)
{
    static const enum dns_type types[] = {DNS_A, DNS_AAAA, DNS_SRV, DNS_NAPTR};
    static const char *const names[] = {"ims.example", "a.example", "x.example",
                                        "_sip._udp.ims.example"};
    struct dnsmsg m;
    struct arena a;

    if (text.n == 0)
        return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct why why = {0};

        arena_init(&a, 0, DNSMSG_TEXTS_MAX);
        judge(ctx,
              dnsmsg_read(slice_from(text, 1), slice_of(names[i]),
                          types[(unsigned char)text.p[0] % 4], &a, &m, &why),
              &why);
        arena_fini(&a);
    }
}

static void read_cx(struct verdicts *v, struct slice avps,
                    const struct cx_group *g)
{
    _Alignas(max_align_t) char xxr[1024];
    struct diameter_fault f = {0};
    struct arena arena;

    assert_true(g->size <= sizeof xxr);
    arena_init(&arena, 0, MEMORY);
    if (cx_decode(avps, g, &arena, xxr, &f))
        v->good++;
    else
        assert_true(f.result && f.text[0]);
    arena_fini(&arena);
}

static void read_diameter(void *ctx, struct slice text)
{
    struct verdicts *v = ctx;
    struct diameter_message m;
    struct diameter_fault f = {0};
    size_t n;

    (void)diameter_length(text, MEMORY, &n, &f);
    if (!diameter_read(text, &m, &f)) {
        assert_true(f.result && f.text[0]);
        v->bad++;
        return;
    }
    for (uint32_t command = 300; command <= 305; command++) {
        read_cx(v, m.avps, cx_group_of(command, true));
        read_cx(v, m.avps, cx_group_of(command, false));
    }
}

/* ---- documents ------------------------------------------------------------
 */

static void read_user_data(void *ctx, struct slice text)
{
    struct ims_profile *p;
    struct why why = {0};
    struct arena a;

    arena_init(&a, 0, MEMORY);
    judge(ctx, profile_parse(text, &a, &p, &why), &why);
    arena_fini(&a);
}

static void on_criterion(void *ctx, const struct profile_ifc *ifc,
                         const char *sentence)
{
    (void)ctx;
    assert_true(ifc && sentence[0]);
}

static void hold(const struct ims_profile *p, const struct sip_message *msg)
{
    struct ifc_request r = {.msg = msg, .session_case = SESSION_ORIGINATING};

    for (const struct profile_service *s = p->services; s; s = s->next)
        for (const struct profile_ifc *ifc = s->ifcs;
             (ifc = ifc_next(ifc, &r, on_criterion, NULL)); ifc = ifc->next)
            ;
}

/* User-Data and a request that its criteria are held against. */
static void read_ifc(void *ctx, struct slice text)
{
    struct slice request = text, xml = {0};
    struct ims_profile *p = NULL;
    struct sip_message *m = NULL;
    struct why why = {0};
    struct arena a;
    enum ims_err err;

    slice_cut(&request, '\0', &xml);
    arena_init(&a, 0, MEMORY);
    err = profile_parse(xml, &a, &p, &why);
    if (!err)
        err = sip_message_parse(request, &(struct sip_limits){0}, &m, &why);
    judge(ctx, err, &why);
    if (!err && m->method != 0)
        hold(p, m);
    if (m)
        sip_message_drop(m);
    arena_fini(&a);
}

static void read_ladder(void *ctx, struct slice text)
{
    struct ladder l;
    struct why why = {0};

    judge(ctx, ladder_parse(text, &l, &why), &why);
    ladder_fini(&l);
}

static void judge_errors(struct verdicts *v, enum ims_err err, struct buf *b)
{
    assert_int_equal(err != IMS_OK, b->n > 0);
    v->good += !err;
    v->bad += err != IMS_OK;
    buf_fini(b);
}

static void read_topology(void *ctx, struct slice text)
{
    struct topology *t = NULL;
    struct buf errors;
    enum ims_err err;

    buf_init(&errors, MEMORY);
    err = topology_parse(text, "topology/cut.yaml", &t, &errors);
    judge_errors(ctx, err, &errors);
    if (!err)
        topology_free(t);
}

static void read_json(struct verdicts *v, struct slice text)
{
    struct draft_rules rules = {.domain = S("d")};
    json_t *j = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
    struct json_reading r;
    struct subscriber s;
    struct arena a;

    arena_init(&a, 0, MEMORY);
    json_reading_init(&r, &a);
    if (j && import_json(&r, j, &rules, &s))
        v->good++;
    else
        v->bad++;
    arena_fini(&a);
    json_decref(j);
}

/* As fuzz_subscribers: { is JSON, a comma CSV, anything else YAML. */
static void read_subscribers(void *ctx, struct slice text)
{
    struct slice rest = slice_from(text, 1);
    struct import_file file;
    struct buf errors;
    enum ims_err err;

    if (text.n == 0)
        return;
    if (text.p[0] == '{') {
        read_json(ctx, text);
        return;
    }
    buf_init(&errors, MEMORY);
    err = text.p[0] == ','
              ? import_csv(rest, "f", S("d"), NULL, &file, &errors)
              : import_yaml(rest, "f", S("d"), NULL, &file, &errors);
    judge_errors(ctx, err, &errors);
    import_file_fini(&file);
}

static void read_entries(void *ctx, struct slice text)
{
    struct reading r = {0};
    struct why why = {0};
    struct entries e;
    struct slice first = {0};

    slice_cut(&text, '\0', &first);
    entries_init(&e, 1);
    judge(ctx, entries_read(&e, 0, first, &r, &why), &why);
    entries_fini(&e);
}

static void read_reginfo(void *ctx, struct slice text)
{
    const struct reginfo *doc;
    struct why why = {0};
    struct arena a;

    arena_init(&a, 0, MEMORY);
    judge(ctx, reginfo_parse(text, &a, &doc, &why), &why);
    arena_fini(&a);
}

static void on_frame(void *ctx, enum wire_kind kind, struct slice payload)
{
    struct verdicts *v = ctx;
    struct wire_entry e;

    if (kind == WIRE_ENTRY && wire_read_entry(payload, &e))
        v->good++;
    else if (kind == WIRE_ENTRY)
        v->bad++;
}

/* What a node sends to the dashboard; a frame that has begun is no entry. */
static void read_frames(void *ctx, struct slice text)
{
    struct verdicts *v = ctx;
    struct wire w;

    wire_init(&w, on_frame, v);
    if (!wire_take(&w, text) || w.part.n)
        v->bad++;
    wire_fini(&w);
}

/* ---- all of them ----------------------------------------------------------
 */

static void at_each_byte(struct slice text,
                         void (*read)(void *ctx, struct slice text),
                         struct verdicts *v)
{
    v->files++;
    each_prefix(text, read, v);
}

static const struct {
    const char *target; /* whose seeds */
    const char *corpus; /* folder of the corpora, or NULL */
    void (*read)(void *ctx, struct slice text);
} readers[] = {
    {"fuzz_sip_message", "flows/rfc/rfc3665", read_sip},
    {"fuzz_sip_message", "flows/rfc/rfc3327", read_sip},
    {"fuzz_sip_message", "flows/rfc/rfc3608", read_sip},
    {"fuzz_sip_message", "flows/rfc/rfc3310", read_sip},
    {"fuzz_sip_message", "sip-torture/rfc4475", read_sip},
    {"fuzz_sip_message", "sip-torture/rfc5118-fixed", read_sip},
    {"fuzz_sip_views", NULL, read_views},
    {"fuzz_sip_uri", NULL, read_uri},
    {"fuzz_identity", NULL, read_identity},
    {"fuzz_stun", NULL, read_stun},
    {"fuzz_dnsmsg", NULL, read_dns},
    {"fuzz_diameter", NULL, read_diameter},
    {"fuzz_user_data", "xml/rfc/rfc3680", read_user_data},
    {"fuzz_ifc", NULL, read_ifc},
    {"fuzz_ladder", NULL, read_ladder},
    {"fuzz_topology", NULL, read_topology},
    {"fuzz_subscribers", NULL, read_subscribers},
    {"fuzz_entries", NULL, read_entries},
    {"fuzz_reginfo", "xml/rfc/rfc5628", read_reginfo},
};

struct work {
    struct verdicts v;
    void (*read)(void *ctx, struct slice text);
};

static void on_file(void *ctx, const char *name, struct slice text)
{
    struct work *w = ctx;

    (void)name;
    at_each_byte(text, w->read, &w->v);
}

static void
each_seed(const char *target,
          void (*fn)(void *ctx, const char *name, struct slice text), void *ctx)
{
    char path[512];
    struct dirent *e;
    DIR *d;

    snprintf(path, sizeof path, "tests/fuzz/seeds/%s", target);
    d = opendir(path);
    assert_non_null(d);
    while ((e = readdir(d)) != NULL) {
        struct slice text;

        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "tests/fuzz/seeds/%s/%s", target,
                 e->d_name);
        text = file_read(path);
        fn(ctx, e->d_name, text);
        free((char *)text.p);
    }
    closedir(d);
}

static void every_seed_cut_after_each_byte_is_read_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        struct work w = {.read = readers[i].read};

        if (i > 0 && readers[i].read == readers[i - 1].read)
            continue; /* the same seeds */
        each_seed(readers[i].target, on_file, &w);
        if (w.v.good == 0 || w.v.bad == 0)
            fail_msg("%s: %u read, %u refused of %u files", readers[i].target,
                     w.v.good, w.v.bad, w.v.files);
    }
}

static void what_the_corpora_have_is_cut_likewise(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        struct work w = {.read = readers[i].read};

        if (!readers[i].corpus)
            continue;
        corpus_each(readers[i].corpus, on_file, &w);
        assert_true(w.v.files > 0 && w.v.bad > 0);
    }
}

/* ---- streams --------------------------------------------------------------
 */

struct cut_stream {
    uint64_t hash;
    unsigned messages;
    bool broken;
};

static void feed(struct framer *f, struct slice bytes, struct cut_stream *s)
{
    struct slice message;
    struct why why = {0};

    for (;;) {
        switch (framer_take(f, &bytes, &message, &why)) {
        case FRAMED_MORE: return;
        case FRAMED_PING: s->hash++; break;
        case FRAMED_MESSAGE:
            s->hash = slice_hash(message, s->hash);
            s->messages++;
            break;
        case FRAMED_BROKEN: s->broken = true; return;
        }
    }
}

static struct cut_stream frame(struct slice first, struct slice rest)
{
    struct cut_stream s = {0};
    struct framer f;

    framer_init(&f, 0);
    feed(&f, first, &s);
    if (!s.broken)
        feed(&f, rest, &s);
    framer_fini(&f);
    return s;
}

static void on_split(void *ctx, struct slice first, struct slice rest)
{
    const struct cut_stream *whole = ctx;
    struct cut_stream parts = frame(first, rest);

    assert_int_equal(parts.hash, whole->hash);
    assert_int_equal(parts.messages, whole->messages);
    assert_int_equal(parts.broken, whole->broken);
}

static void split_stream(void *ctx, const char *name, struct slice text)
{
    struct cut_stream whole = frame(text, (struct slice){0});
    unsigned *messages = ctx;

    (void)name;
    *messages += whole.messages;
    each_split(text, on_split, &whole);
}

static void a_stream_split_anywhere_has_the_same_messages(void **state)
{
    unsigned messages = 0;

    (void)state;
    each_seed("fuzz_sip_message", split_stream, &messages);
    each_seed("fuzz_framer", split_stream, &messages);
    assert_true(messages > 0);
}

static void messages_of_the_corpora_split_likewise(void **state)
{
    unsigned messages = 0;

    (void)state;
    corpus_each("sip-torture/rfc4475", split_stream, &messages);
    corpus_each("flows/rfc/rfc3665", split_stream, &messages);
    assert_true(messages > 100);
}

static void hash_frame(void *ctx, enum wire_kind kind, struct slice payload)
{
    struct cut_stream *s = ctx;

    s->hash = slice_hash(payload, s->hash + kind);
    s->messages++;
}

static struct cut_stream take_frames(struct slice first, struct slice rest)
{
    struct cut_stream s = {0};
    struct wire w;

    wire_init(&w, hash_frame, &s);
    s.broken = !wire_take(&w, first) || !wire_take(&w, rest);
    wire_fini(&w);
    return s;
}

static void on_split_frames(void *ctx, struct slice first, struct slice rest)
{
    const struct cut_stream *whole = ctx;
    struct cut_stream parts = take_frames(first, rest);

    assert_int_equal(parts.hash, whole->hash);
    assert_int_equal(parts.messages, whole->messages);
    assert_int_equal(parts.broken, whole->broken);
}

/* Those that fuzzing found, whose names are hashes, are much like these. */
static void on_frames(void *ctx, const char *name, struct slice text)
{
    struct cut_stream whole = take_frames(text, (struct slice){0});

    if (strlen(name) == 40)
        return;
    at_each_byte(text, read_frames, ctx);
    each_split(text, on_split_frames, &whole);
}

static void what_nodes_record_is_read_wherever_it_is_cut_or_split(void **state)
{
    struct verdicts v = {0};

    (void)state;
    each_seed("fuzz_dashboard", on_frames, &v);
    assert_true(v.files > 5 && v.good > 0 && v.bad > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_seed_cut_after_each_byte_is_read_or_refused),
        cmocka_unit_test(what_the_corpora_have_is_cut_likewise),
        cmocka_unit_test(a_stream_split_anywhere_has_the_same_messages),
        cmocka_unit_test(messages_of_the_corpora_split_likewise),
        cmocka_unit_test(what_nodes_record_is_read_wherever_it_is_cut_or_split),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
