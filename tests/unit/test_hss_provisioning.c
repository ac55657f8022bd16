/* SPDX-License-Identifier: MIT */
#include "hss/export.h"
#include "hss/import.h"
#include "hss/provisioning.h"
#include "support/check.h"
#include "support/corpus.h"
#include "support/world.h"
#include <malloc.h>
#include <stdio.h>

#define K "k: alice-in-ims-box, op: imsbox-operator!"

/* ---- one subscriber out of YAML ----------------------------------------- */

struct reading {
    struct import_file file;
    struct buf errors;
    enum ims_err err;
};

static struct reading *read_yaml(const char *text)
{
    struct reading *r = mem_zalloc(sizeof(*r));

    buf_init(&r->errors, 1 << 20);
    r->err = import_yaml(slice_of(text), "f.yaml", S("ims.example"), NULL,
                         &r->file, &r->errors);
    return r;
}

static struct reading *read_csv(const char *text)
{
    struct reading *r = mem_zalloc(sizeof(*r));

    buf_init(&r->errors, 1 << 20);
    r->err = import_csv(slice_of(text), "f.csv", S("ims.example"), NULL,
                        &r->file, &r->errors);
    return r;
}

static void reading_free(struct reading *r)
{
    import_file_fini(&r->file);
    buf_fini(&r->errors);
    free(r);
}

static const struct subscriber *only(struct reading *r)
{
    assert_text(buf_slice(&r->errors), S(""));
    assert_int_equal(r->err, IMS_OK);
    assert_int_equal(r->file.nsubscribers, 1);
    return r->file.subscribers;
}

/* ---- a store ------------------------------------------------------------- */

struct box {
    struct sim *sim;
    struct world_host *w;
    struct store *s;
    bool done;
};

static void on_done(void *ctx, enum ims_err err, const struct why *why)
{
    struct box *b = ctx;

    assert_ok(err, why);
    b->done = true;
}

static void box_open(struct box *b)
{
    struct why why;

    b->sim = sim_new(1);
    b->w = world_host_new(b->sim, "hss1");
    assert_ok(store_open(b->w->env.net, "memory:", &b->s, &why), &why);
}

static void box_close(struct box *b)
{
    store_close(b->s);
    world_host_free(b->w);
    sim_free(b->sim);
}

static void box_load(struct box *b, struct reading *r)
{
    struct store_import what = {.catalogue = &r->file.catalogue,
                                .subscribers = r->file.subscribers,
                                .nsubscribers = r->file.nsubscribers};

    assert_text(buf_slice(&r->errors), S(""));
    b->done = false;
    store_import(b->s, &what, on_done, b);
    sim_run_for(b->sim, SECOND);
    assert_true(b->done);
    assert_int_equal(what.unchanged, 0);
}

/* proves H-DB-1 */
static void what_can_be_derived_is_filled_in(void **state)
{
    static const struct {
        const char *entry, *impi, *first, *second;
    } rows[] = {
        {"{impu: sip:alice@ims.example, aka: {" K "}}", "alice@ims.example",
         "sip:alice@ims.example", NULL},
        {"{impu: \"sip:Alice@IMS.example;user=x\", aka: {" K "}}",
         "Alice@ims.example", "sip:Alice@ims.example", NULL},
        {"{impu: sip:alice@ims.example, tel: \"+1-555-1001\", aka: {" K "}}",
         "alice@ims.example", "sip:alice@ims.example", "tel:+15551001"},
        {"{impu: sip:+15551001@ims.example, aka: {" K "}}",
         "+15551001@ims.example", "sip:+15551001@ims.example", "tel:+15551001"},
        {"{impu: tel:+15551001, impi: x@y, aka: {" K "}}", "x@y",
         "tel:+15551001", "sip:+15551001@ims.example"},
        {"{impu: tel:+15551001, aka: {" K "}}", "+15551001@ims.example",
         "tel:+15551001", "sip:+15551001@ims.example"},
        {"{impu: sip:alice@ims.example, tel: ~, impi: null, barred: ~, "
         "digest: , aka: {" K "}}",
         "alice@ims.example", "sip:alice@ims.example", NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        struct reading *r;
        const struct subscriber *s;

        snprintf(text, sizeof(text), "subscribers:\n  - %s\n", rows[i].entry);
        r = read_yaml(text);
        s = only(r);
        assert_text(s->privates[0].impi, slice_of(rows[i].impi));
        assert_text(s->sets[0].publics[0].impu, slice_of(rows[i].first));
        assert_int_equal(s->sets[0].npublics, rows[i].second ? 2 : 1);
        if (rows[i].second) {
            assert_text(s->sets[0].publics[1].impu, slice_of(rows[i].second));
            assert_text(s->sets[0].publics[0].alias_group, S("1"));
            assert_text(s->sets[0].publics[1].alias_group, S("1"));
        }
        reading_free(r);
    }
    (void)state;
}

/* proves H-AUC-1 */
static void keys_are_digits_or_characters_and_op_becomes_opc(void **state)
{
    static const char *const entries[] = {
        "{k: alice-in-ims-box, op: imsbox-operator!}",
        "{k: 616c6963652d696e2d696d732d626f78, op: imsbox-operator!}",
        ("{k: 616C6963652D696E2D696D732D626F78,"
         " op: 696d73626f782d6f70657261746f7221}"),
    };
    uint8_t opc[16];

    milenage_opc((const uint8_t *)"alice-in-ims-box",
                 (const uint8_t *)"imsbox-operator!", opc);
    for (size_t i = 0; i < 3; i++) {
        char text[512];
        struct reading *r;
        const struct subscriber *s;

        snprintf(text, sizeof(text),
                 "subscribers:\n  - {impu: sip:a@b, aka: %s}\n", entries[i]);
        r = read_yaml(text);
        s = only(r);
        assert_memory_equal(s->privates[0].key.k, "alice-in-ims-box", 16);
        assert_memory_equal(s->privates[0].key.opc, opc, 16);
        reading_free(r);
    }
    (void)state;
}

/* ---- YAML part by part --------------------------------------------------- */

static void sections_may_stand_behind_subscribers(void **state)
{
    struct reading *r =
        read_yaml("subscribers:\n"
                  "  - &one {impu: sip:a@ims.example, profile: gold,\n"
                  "          digest: &d {password: x}}\n"
                  "  - {impu: sip:b@ims.example, charging: std, digest: *d}\n"
                  "profiles: [{name: gold}]\n"
                  "charging: [{name: std, ccf: \"aaa://c\"}]\n");

    assert_text(buf_slice(&r->errors), S(""));
    assert_int_equal(r->file.nsubscribers, 2);
    assert_text(r->file.subscribers[0].sets[0].publics[0].profile, S("gold"));
    assert_text(r->file.subscribers[1].charging, S("std"));
    assert_int_equal(r->file.subscribers[1].privates[0].nha1s, 2);
    assert_text(r->file.catalogue.profiles->name, S("gold"));
    reading_free(r);
    (void)state;
}

static void what_is_wrong_with_a_part_is_told_with_its_place(void **state)
{
#define ONE "  - {impu: sip:a@ims.example, password: x}\n"
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"subscribers:\n" ONE "  - *x\n", "f.yaml:3:5: alias *x of nothing"},
        {"subscribers:\n" ONE "  - {impu: 1, impu: 2}\n",
         "f.yaml:3:15: key \"impu\" twice"},
        {"subscribers:\n" ONE "subscribers:\n" ONE,
         "f.yaml:3:1: key \"subscribers\" twice"},
        {"subscribers:\n" ONE "---\nx: 1\n", "f.yaml:3:1: a second document"},
        {"subscribers:\n" ONE "nonsense: 1\n",
         "f.yaml:3:1: unknown key \"nonsense\""},
        {"subscribers:\n" ONE "  - [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]\n",
         "nested too deep"},
        {"subscribers:\n" ONE "  - {\n", "expected well-formed YAML"},
        {"subscribers: !x []\n", "f.yaml:1:14: a tag"},
        {"[1]\n", "f.yaml:1:1: a list; a map was expected"},
        {"", "an empty file"},
        {"subscribers:\n" ONE "  - ~\n", "f.yaml:3:5: nothing; a map"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reading *r = read_yaml(rows[i].text);

        assert_has(buf_slice(&r->errors), rows[i].error);
        assert_int_equal(r->err, IMS_CONFIG);
        reading_free(r);
    }
    (void)state;
#undef ONE
}

/* Each part may weigh 8 MiB, all of them any much: 24 MiB here, of which the
 * reader keeps next to nothing. */
static void a_large_file_is_read_in_little_memory(void **state)
{
    enum { N = 60000 };
    struct import_reader *r;
    struct buf text;
    struct mallinfo2 before, after;

    buf_init(&text, 16 << 20);
    buf_str(&text, "subscribers:\n");
    for (unsigned i = 0; i < N; i++)
        buf_printf(&text,
                   "  - {impu: \"sip:u%u@ims.example\", display_name: N,\n"
                   "     k: %032u, opc: %032u}\n",
                   i, i, i);
    before = mallinfo2();
    r = import_reader_new(IMPORT_YAML, buf_slice(&text), S("ims.example"),
                          NULL);
    assert_true(import_reader_check(r));
    after = mallinfo2();
    assert_int_equal(import_reader_count(r), N);
    assert_true(after.uordblks + after.hblkhd <
                before.uordblks + before.hblkhd + (1 << 20));
    import_reader_free(r);
    buf_fini(&text);
    (void)state;
}

static void what_anchors_name_is_bounded(void **state)
{
    struct reading *r;
    struct buf text;

    buf_init(&text, 32 << 20);
    buf_str(&text, "subscribers:\n");
    for (unsigned i = 0; i < 40; i++) {
        buf_printf(&text, "  - &a%u [", i);
        for (unsigned k = 0; k < 1000; k++)
            buf_printf(&text, "%0300u,", k);
        buf_str(&text, "]\n");
    }
    buf_char(&text, '\0');
    r = read_yaml(text.p);
    assert_has(buf_slice(&r->errors), "anchors that name too much");
    reading_free(r);
    buf_fini(&text);
    (void)state;
}

static void a_password_becomes_ha1_and_is_forgotten(void **state)
{
    struct reading *r = read_yaml(
        "subscribers:\n"
        "  - {impu: sip:bob@ims.example,"
        " digest: {algorithm: SHA-256, password: secret, realm: r}}\n");
    const struct subscriber *s = only(r);
    struct digest_hex hex;

    assert_int_equal(s->privates[0].algorithm, DIGEST_SHA256);
    assert_int_equal(s->privates[0].nha1s, 2);
    digest_ha1(DIGEST_SHA256, S("bob@ims.example"), S("r"), S("secret"), &hex);
    assert_text(s->privates[0].ha1s[1].hex, digest_slice(&hex));
    assert_text(s->privates[0].ha1s[1].realm, S("r"));
    reading_free(r);
    (void)state;
}

/* ---- what is wrong ------------------------------------------------------ */

#define SUB(text) "subscribers:\n  - {" text "}\n"
#define AKA "aka: {" K "}"
#define IMPU "impu: sip:a@ims.example"
#define IFC(text) "profiles:\n  - {name: p, ifc: [{" text "}]}\n"

/* proves H-DB-1 */
static void every_wrong_line_of_yaml_is_told(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"subscriber: []\n", "f.yaml:1:1: unknown key \"subscriber\"; one of "
                             "charging, profiles, shared_ifc, subscribers was "
                             "expected"},
        {"- x\n", "f.yaml:1:1: a list; a map was expected"},
        {SUB("nick: x"), "f.yaml:2:6: unknown key \"nick\"; one of name"},
        {SUB("impu: [}"), "f.yaml:2"},
        {SUB(IMPU), "f.yaml:2:5: a user without private identity; aka or "
                    "digest was expected"},
        {SUB(AKA), "f.yaml:2:5: a subscriber without public identities"},
        {SUB(IMPU ", aka: ~, digest: ~, impi: ~, password: ~"),
         "f.yaml:2:5: a user without private identity"},
        {SUB("impu: alice, " AKA), "\"alice\""},
        {SUB("impu: \"mailto:a@b\", " AKA), "public identity such as "
                                            "sip:alice@ims.example"},
        {SUB("impu: {display_name: A}, " AKA), "without impu"},
        {SUB(IMPU ", impi: a, " AKA),
         "private identity \"a\"; user@realm was expected"},
        {SUB(IMPU ", impi: a@b"), "no way to authenticate; aka or digest was "
                                  "expected"},
        {SUB(IMPU ", aka: {k: short, op: imsbox-operator!}"),
         "k has 5 characters; 32 hexadecimal digits, or 16 characters, were "
         "expected"},
        {SUB(IMPU ", aka: {k: alice-in-ims-box, opc: 00}"),
         "opc has 2 characters"},
        {SUB(IMPU ", aka: {k: alice-in-ims-box}"),
         "aka without op and opc; k and op or opc were expected"},
        {SUB(IMPU ", aka: {op: imsbox-operator!}"), "aka without k"},
        {SUB(IMPU ", aka: {" K ", opc: imsbox-operator!}"),
         "both op and opc; one of them was expected"},
        {SUB(IMPU ", aka: {" K ", amf: 80}"),
         "amf \"80\"; 4 hexadecimal digits were expected"},
        {SUB(IMPU ", aka: {" K ", sqn: -1}"),
         "sqn \"-1\"; a number below 2^48 was expected"},
        {SUB(IMPU ", aka: {" K ", sqn: 281474976710656}"), "below 2^48"},
        {SUB(IMPU ", aka: {" K ", algorithm: MD5}"),
         "algorithm \"MD5\"; AKAv1-MD5, AKAv2-MD5 or AKAv2-SHA-256 was "
         "expected"},
        {SUB(IMPU ", aka: {" K ", K: x}"), "unknown key \"K\"; one of "
                                           "algorithm, k, op"},
        {SUB(IMPU ", digest: {}"), "digest without password; password or ha1 "
                                   "was expected"},
        {SUB(IMPU ", digest: {password: p, algorithm: AKAv1-MD5}"),
         "MD5, SHA-256 or SHA-512-256 was expected"},
        {SUB(IMPU ", digest: {ha1: [{algorithm: MD5, value: ff}]}"),
         "an HA1 of 2 characters; 32 hexadecimal digits were expected for MD5"},
        {SUB(IMPU ", digest: {ha1: [{algorithm: ROT13, value: ff}]}"),
         "HA1 of \"ROT13\""},
        {SUB(IMPU ", digest: {algorithm: SHA-256, ha1: [{algorithm: MD5, "
                  "value: 00112233445566778899aabbccddeeff}]}"),
         "no HA1 of the algorithm SHA-256; one was expected"},
        {SUB(IMPU ", digest: password"), "a map was expected"},
        {SUB(IMPU ", barred: maybe, " AKA), "true or false was expected"},
        {SUB("impu: [sip:a@b, {impu: sip:c@d, type: robot}], " AKA),
         "type \"robot\"; user, psi, wildcarded-psi or wildcarded-user was "
         "expected"},
        {SUB("impu: {impu: sip:a@b, server: sip:as, type: user}, " AKA),
         "type psi was expected"},
        {SUB("impu: {impu: \"sip:a-!(!@b\"}, " AKA), "a wildcard was expected"},
        {SUB("impu: {impu: sip:a@b, type: wildcarded-psi}, " AKA),
         "a wildcard has an expression between two exclamation marks"},
        {SUB(IMPU ", profile: gold, " AKA),
         "there is no service profile \"gold\"; the name of one under profiles "
         "was expected"},
        {SUB(IMPU ", charging: gold, " AKA), "no charging set \"gold\""},
        {SUB(IMPU ", capabilities: {mandatory: [one]}, " AKA),
         "capability \"one\"; a number was expected"},
        {SUB(IMPU ", capabilities: {needed: [1]}, " AKA),
         "one of mandatory, optional was expected"},
        {SUB(IMPU ", visited: [[x]], " AKA), "a list; a text was expected"},
        {"subscribers:\n"
         "  - {impi: x@y, sets: [{publics: []}], " AKA "}\n",
         "a set without public identities; at least one was expected"},
        {"subscribers:\n"
         "  - {impi: x@y, sets: [{publics: [sip:a@b], privates: [z@y]}], " AKA
         "}\n",
         "\"z@y\" is no private identity of this subscriber"},
        {"subscribers:\n"
         "  - {impi: x@y, sets: [{publics: [sip:a@b], privates: [x@y, "
         "x@y]}], " AKA "}\n",
         "f.yaml:2:61: the private identity x@y stands here twice; each once "
         "was expected"},
        {"subscribers:\n"
         "  - {impi: x@y, sets: [{publics: [sip:a@b], privates: []}], " AKA
         "}\n",
         "f.yaml:2:55: no private identity could register by the set; leave "
         "privates out for all"},
        {"subscribers:\n"
         "  - {sets: [{publics: [sip:a@b]}],\n"
         "     privates: [{impi: x@y, " AKA "}, {impi: x@y, " AKA "}]}\n",
         "the private identity x@y stands here twice"},
        {SUB(IMPU ", " AKA) "  - {" IMPU ", " AKA "}\n",
         "f.yaml:3:5: the identity a@ims.example stands in line 2 already"},
        {IFC("priority: 1"), "a filter criterion without server"},
        {IFC("priority: x, server: s"), "a number up to 2147483647"},
        {IFC("priority: 1, server: s, default: maybe"),
         "\"maybe\"; one of continued, terminated was expected"},
        {IFC("priority: 1, server: s, when: [{group: 0}]"),
         "0 conditions; one of method, request_uri"},
        {IFC("priority: 1, server: s, when: [{method: A, sdp: m}]"),
         "2 conditions"},
        {IFC("priority: 1, server: s, when: [{method: A, content: x}]"),
         "content of a condition that has none"},
        {IFC("priority: 1, server: s, when: [{method: \"\"}]"),
         "f.yaml:2:53: method without a text; one was expected"},
        {IFC("priority: 1, server: s, when: [{request_uri: \"\"}]"),
         "request_uri without a text"},
        {IFC("priority: 1, server: s, when: [{header: \"\", content: x}]"),
         "header without a text"},
        {IFC("priority: 1, server: s, when: [{sdp: \"\"}]"),
         "sdp without a text"},
        {IFC("priority: 1, server: s, when: [{method: ~}]"), "0 conditions"},
        {IFC("priority: 1, server: s, when: [{session_case: sideways}]"),
         "one of originating, terminating"},
        {"profiles:\n  - {name: p, ifc: [{priority: 1, server: a}, "
         "{priority: 1, server: b}]}\n",
         "the priority 1 stands here twice"},
        {IFC("priority: 1, server: s, when: [{method: A, group: [3, 3]}]"),
         "the number 3 stands here twice; each once was expected"},
        {"profiles:\n  - {ifc: []}\n", "no name; a text was expected"},
        {"charging:\n  - {name: x}\n", "without address; ccf or ecf"},
        {"shared_ifc:\n  - {ifc: []}\n", "a shared set without id"},
        {SUB(IMPU ", display_name: \"Bell\\x07\", " AKA),
         "f.yaml:2:45: the text has a character that XML has not"},
        {SUB(IMPU ", digest: {realm: \"\\uFFFF\", password: p}"),
         "the text has a character that XML has not"},
        {"profiles:\n  - {name: \"a\\x01\"}\n",
         "f.yaml:2:12: the text has a character that XML has not"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reading *r = read_yaml(rows[i].text);

        assert_int_equal(r->err, IMS_CONFIG);
        assert_has(buf_slice(&r->errors), rows[i].expected);
        reading_free(r);
    }
    (void)state;
}

/* One subscriber: n of the piece, each with its number, between two texts. */
static struct reading *read_many(const char *before, const char *piece,
                                 unsigned n, const char *after)
{
    struct reading *r;
    struct buf b;

    buf_init(&b, 1 << 20);
    buf_str(&b, before);
    for (unsigned i = 0; i < n; i++)
        buf_printf(&b, "%s%s%u", i ? ", " : "", piece, i);
    buf_str(&b, after);
    buf_char(&b, '\0');
    r = read_yaml(b.p);
    buf_fini(&b);
    return r;
}

static void a_subscriber_has_as_much_as_fits_and_no_more(void **state)
{
    static const struct {
        const char *before, *piece, *after;
        unsigned max;
        const char *expected;
    } rows[] = {
        {"subscribers:\n  - {" IMPU ", visited: [", "v", "], " AKA "}\n",
         SUBSCRIBER_MAX_VISITED, "more than 256 visited networks"},
        {"subscribers:\n  - {" IMPU ", capabilities: {mandatory: [", "1",
         "]}, " AKA "}\n", SUBSCRIBER_MAX_CAPABILITIES,
         "more than 64 capabilities"},
        {"subscribers:\n  - {impi: x@y, sets: [{publics: [", "sip:a@h",
         "]}], " AKA "}\n", SUBSCRIBER_MAX_PUBLICS,
         "more than 1024 public identities"},
        /* one before those that are numbered */
        {"subscribers:\n  - {sets: [{publics: [sip:a@h]}], privates: [{" AKA
         ", impi: a@h",
         "}, {" AKA ", impi: x@y", "}]}\n", SUBSCRIBER_MAX_PRIVATES - 1,
         "more than 32 private identities"},
        {"subscribers:\n  - {" IMPU ", digest: {ha1: [{algorithm: MD5, value: "
         "00112233445566778899aabbccddeeff, realm: a",
         "}, {algorithm: MD5, value: 00112233445566778899aabbccddeeff, "
         "realm: r",
         "}]}}\n", SUBSCRIBER_MAX_HA1 - 1, "more than 16 HA1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reading *r = read_many(rows[i].before, rows[i].piece,
                                      rows[i].max, rows[i].after);

        only(r);
        reading_free(r);
        r = read_many(rows[i].before, rows[i].piece, rows[i].max + 1,
                      rows[i].after);
        assert_int_equal(r->err, IMS_CONFIG);
        assert_has(buf_slice(&r->errors), rows[i].expected);
        reading_free(r);
    }
}

/* Each text with a bound: a page of such subscribers has room. */
static void a_text_is_as_long_as_may_be_and_no_longer(void **state)
{
    static const struct {
        const char *before, *after;
        size_t max;
        const char *expected;
    } rows[] = {
#define SETS "subscribers:\n  - {impi: x@y, " AKA ", sets: [{publics: [{"
        {SETS IMPU ", display_name: \"", "\"}]}]}\n", SUBSCRIBER_MAX_TEXT,
         "display_name has 256 bytes; at most 255 were expected"},
        {SETS IMPU ", alias_group: \"", "\"}]}]}\n", SUBSCRIBER_MAX_TEXT,
         "alias_group has 256 bytes"},
        {SETS "impu: sip:a@h, type: psi, server: \"", "\"}]}]}\n",
         SUBSCRIBER_MAX_TEXT, "server has 256 bytes"},
#undef SETS
#define HEX "0123456789abcdef0123456789abcdef"
#define SHORT "subscribers:\n  - {" IMPU ", "
        {SHORT AKA ", name: \"", "\"}\n", SUBSCRIBER_MAX_TEXT,
         "name has 256 bytes"},
        {SHORT AKA ", display_name: \"", "\"}\n", SUBSCRIBER_MAX_TEXT,
         "display_name has 256 bytes"},
        {SHORT AKA ", visited: [\"", "\"]}\n", SUBSCRIBER_MAX_TEXT,
         "visited has 256 bytes"},
        {SHORT "digest: {password: p, realm: \"", "\"}}\n", SUBSCRIBER_MAX_TEXT,
         "realm has 256 bytes"},
        {SHORT "digest: {ha1: [{algorithm: MD5, value: \"" HEX "\", realm: \"",
         "\"}]}}\n", SUBSCRIBER_MAX_TEXT, "realm has 256 bytes"},
        {"profiles:\n  - {name: \"",
         "\"}\n"
         "subscribers:\n  - {" IMPU ", " AKA "}\n",
         CATALOGUE_MAX_NAME, "a name of 129 bytes; at most 128 were expected"},
#undef SHORT
#undef HEX
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t n = rows[i].max; n <= rows[i].max + 1; n++) {
            struct reading *r;
            struct buf b;

            buf_init(&b, 1 << 20);
            buf_printf(&b, "%s%0*d%s", rows[i].before, (int)n, 1,
                       rows[i].after);
            buf_char(&b, '\0');
            r = read_yaml(b.p);
            if (n == rows[i].max)
                only(r);
            else
                assert_has(buf_slice(&r->errors), rows[i].expected);
            reading_free(r);
            buf_fini(&b);
        }
    }
}

/* One of them a number, from which another would be derived; what is derived
 * counts. */
static void at_the_bound_nothing_is_derived(void **state)
{
    static const struct {
        unsigned others;
        size_t tels;
    } rows[] = {{SUBSCRIBER_MAX_PUBLICS - 3, 1},
                {SUBSCRIBER_MAX_PUBLICS - 2, 1},
                {SUBSCRIBER_MAX_PUBLICS - 1, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reading *r =
            read_many("subscribers:\n  - {impi: x@y, sets: [{publics: "
                      "[\"sip:+1555@ims.example\", ",
                      "sip:a@h", rows[i].others, "]}], " AKA "}\n");
        size_t n = 1 + rows[i].others + rows[i].tels;
        struct store_public found;
        struct subscriber s;
        struct arena a;
        struct why why;
        struct box b;

        assert_int_equal(only(r)->sets[0].npublics, n);
        box_open(&b);
        box_load(&b, r);
        arena_init(&a, 0, 8 << 20);
        assert_ok(store_find_public(b.s, &a, S("sip:a@h1"), &found, &why),
                  &why);
        assert_ok(store_read(b.s, &a, found.sub, &s, &why), &why);
        assert_int_equal(s.sets[0].npublics, n);
        arena_fini(&a);
        box_close(&b);
        reading_free(r);
    }
}

static void more_sets_than_fit_are_told(void **state)
{
    (void)state;
    for (unsigned n = SUBSCRIBER_MAX_SETS; n <= SUBSCRIBER_MAX_SETS + 1; n++) {
        struct reading *r;
        struct buf b;

        buf_init(&b, 1 << 20);
        buf_str(&b, "subscribers:\n  - {impi: x@y, sets: [");
        for (unsigned i = 0; i < n; i++)
            buf_printf(&b, "%s{publics: [sip:a@h%u]}", i ? ", " : "", i);
        buf_str(&b, "], " AKA "}\n");
        buf_char(&b, '\0');
        r = read_yaml(b.p);
        if (n == SUBSCRIBER_MAX_SETS)
            only(r);
        else
            assert_has(buf_slice(&r->errors), "more than 256 sets");
        reading_free(r);
        buf_fini(&b);
    }
}

/* Without a word of type. */
static void the_type_of_an_identity_is_seen(void **state)
{
    static const struct {
        const char *entry;
        enum profile_identity_type type;
    } rows[] = {
        {IMPU ", " AKA, PROFILE_PUBLIC_USER_IDENTITY},
        {"impi: x@y, impu: \"sip:a-!.*!@b\", " AKA, PROFILE_WILDCARDED_IMPU},
        {"impu: {impu: sip:a@b, server: sip:as}, " AKA, PROFILE_DISTINCT_PSI},
        {"impi: x@y, impu: {impu: \"sip:a-!.*!@b\", server: sip:as}, " AKA,
         PROFILE_WILDCARDED_PSI},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        struct reading *r;

        snprintf(text, sizeof(text), "subscribers:\n  - {%s}\n", rows[i].entry);
        r = read_yaml(text);
        assert_int_equal(only(r)->sets[0].publics[0].type, rows[i].type);
        reading_free(r);
    }
}

static void alias_groups_that_are_given_stay(void **state)
{
    struct reading *r = read_yaml(
        "subscribers:\n"
        "  - {impi: x@y, sets: [{publics: [{impu: sip:a@b, alias_group: \"7\"},"
        " {impu: \"tel:+1555\", alias_group: \"8\"}]}], " AKA "}\n");
    const struct subscriber *s = only(r);

    (void)state;
    assert_int_equal(s->sets[0].npublics, 2);
    assert_text(s->sets[0].publics[0].alias_group, S("7"));
    assert_text(s->sets[0].publics[1].alias_group, S("8"));
    reading_free(r);
}

/* proves H-DB-1 */
static void every_wrong_line_of_csv_is_told(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"", "no column impu; a heading such as"},
        {"impi,k\n", "no column impu"},
        {"impu,impu\n", "the column impu stands twice"},
        {"impu,name\n", "f.csv:1: unknown column \"name\""},
        {"impu,password\nsip:a@b\n", "f.csv:2: 1 fields; 2 were expected"},
        {"impu,password\nsip:a@b,x,y\n", "3 fields; 2 were expected"},
        {"impu,password\n\n# remark\nsip:a@b,\n", "f.csv:4: a user without"},
        {"impu,password\n\"sip:a@b,x\n", "a quote that does not end"},
        {"impu,password\n\"sip:a@b\"x,y\n", "text behind a quote; a comma"},
        {"impu,barred,password\nsip:a@b,perhaps,x\n",
         "f.csv:2: barred \"perhaps\"; true or false was expected"},
        {"impu,password\nalice,x\n", "f.csv:2: \"alice\""},
        {"impu,algorithm,password\nsip:a@b,MD4,x\n", "algorithm \"MD4\""},
        {"impu,k,op\nsip:a@b,xyz,imsbox-operator!\n",
         "f.csv:2: k has 3 characters"},
        {"impu,k\nsip:a@b,alice-in-ims-box\n", "aka without op and opc"},
        {"impu,ha1_sha256\nsip:a@b,ff\n", "64 hexadecimal digits"},
        {"impu,impi,password\nsip:a@b,nobody,x\n",
         "private identity \"nobody\""},
        {"impu,password,mandatory\nsip:a@b,x,1 two 3\n", "capability \"two\""},
        {"impu,password\nsip:a@b,x\nsip:a@b,y\n",
         "f.csv:3: the identity a@b stands in line 2 already"},
        {"impu,password\nsip:a@b,x\nbad\nsip:a@b,y\n",
         "f.csv:4: the identity a@b stands in line 2 already"},
        {"impu,password\nsip:a@b,\nbad\n", "f.csv:2: a user without"},
        {"subscription,impu,password\n1,sip:a@b,x\nbad\n2,sip:a@b,y\n",
         "f.csv:4: the identity a@b stands in line 2 already"},
        {"impu,password,profile\nsip:a@b,x,gold\n",
         "no service profile \"gold\""},
        {"impu,password\nsip:a@b,x\nbad,y\nsip:c@d,\nworse,z\n", "f.csv:5: "},
#define HEAD "subscription,set,impu,impi,algorithm,k,opc,password\n"
        {HEAD "1,1,sip:a@b,x@y,,,,p\n1,1,sip:c@b,x@y,,,,q\n",
         "f.csv:3: password of x@y is another one than in line 2"},
        {HEAD "1,1,sip:a@b,x@y,,alice-in-ims-box,alice-in-ims-box,\n"
              "1,1,sip:c@b,x@y,,alice-in-ims-bot,,\n",
         "f.csv:3: k of x@y is another one than in line 2"},
        {HEAD "1,1,sip:a@b,x@y,MD5,,,p\n1,1,sip:c@b,x@y,AKAv1-MD5,,,p\n",
         "f.csv:3: algorithm of x@y is another one than in line 2"},
        /* both are derived: of the first sip URI */
        {HEAD "1,1,sip:a@b,,,,,p\n1,1,sip:c@b,,,,,p\n",
         "f.csv:3: the private identity a@b stands here twice"},
        {HEAD "1,1,,x@y,,,,p\n",
         "f.csv:2: a subscriber without public identities"},
        {HEAD "1,1,sip:a@b,x@y,,,,p\n1,2,,,,,,\n",
         "f.csv:3: a set without public identities"},
        {HEAD "1,1,sip:a@b,x@y,,,,p\n1,1,sip:c@b,x@y,,,,P\n",
         "f.csv:3: password of x@y is another one than in line 2"},
        {HEAD "1,1,sip:a@b,x@y,,alice-in-ims-box,alice-in-ims-box,\n"
              "1,1,sip:c@b,x@y,,Alice-in-ims-box,,\n",
         "f.csv:3: k of x@y is another one than in line 2"},
        {HEAD "1,1,sip:a@b,x@y,,,,p\n1,1,sip:c@b,x@y,SHA-256,,,p\n",
         "f.csv:3: algorithm of x@y is another one than in line 2"},
        {HEAD "1,1,sip:a@b,x@y,,,,p\n1,1,sip:c@b,x@y,AKAv1-MD5,,,p\n",
         "f.csv:3: algorithm of x@y is another one than in line 2"},
        {"subscription,impu,impi,realm,password\n"
         "1,sip:a@b,x@y,one,p\n1,sip:c@b,x@y,two,p\n",
         "f.csv:3: realm of x@y is another one than in line 2"},
#undef HEAD
        {"impu,display_name,password\nsip:a@b,\"two\nlines\",x\nbad,,y\n",
         "f.csv:4: \"bad\""},
        {"impu,display_name,password\nsip:a@b,Ren\xe9,x\n",
         "f.csv:2: display_name is not UTF-8; a file saved as CSV UTF-8 was "
         "expected"},
        {"impu,password\nsip:a@b,gr\xfcn\n", "f.csv:2: password is not UTF-8"},
        {"impu,display_name,password\nsip:a@b,Bell\x07,x\n",
         "f.csv:2: display_name has a character that XML has not"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reading *r = read_csv(rows[i].text);

        assert_int_equal(r->err, IMS_CONFIG);
        assert_has(buf_slice(&r->errors), rows[i].expected);
        reading_free(r);
    }
    (void)state;
}

/* In another spelling, or with what goes without saying. */
static void what_is_said_twice_may_be_the_same(void **state)
{
#define HEAD \
    "subscription,impu,impi,algorithm,k,opc,amf,realm,password,ha1_md5\n"
#define KEY "0123456789abcdef0123456789abcdef"
#define LARGE "0123456789ABCDEF0123456789ABCDEF"
    static const char *const rows[] = {
        HEAD "1,sip:a@b,x@y,," KEY "," KEY ",b9b9,,,\n"
             "1,sip:c@b,x@y,AKAv1-MD5," LARGE "," LARGE ",B9B9,,,\n",
        HEAD "1,sip:a@b,x@y,AKAv1-MD5," KEY "," KEY ",,,,\n"
             "1,sip:c@b,x@y,akav1-md5," KEY ",,,,,\n",
        HEAD "1,sip:a@b,x@y,,,,,,p,\n1,sip:c@b,x@y,md5,,,,,p,\n",
        HEAD "1,sip:a@b,x@y,MD5,,,,one,p,\n1,sip:c@b,x@y,,,,,two,," KEY "\n",
    };
#undef HEAD
#undef KEY
#undef LARGE

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reading *r = read_csv(rows[i]);

        assert_text(buf_slice(&r->errors), S(""));
        assert_int_equal(r->err, IMS_OK);
        reading_free(r);
    }
    (void)state;
}

/* TS 29.228 6.1.1.1: who is in no set registers by none. */
static void lines_of_a_set_need_not_be_neighbours(void **state)
{
    struct reading *r = read_csv("subscription,set,impu,impi,password\n"
                                 "7,one,sip:a@ims.example,x@ims.example,p\n"
                                 "7,two,sip:b@ims.example,y@ims.example,q\n"
                                 "7,one,sip:c@ims.example,x@ims.example,p\n"
                                 "7,,,spare@ims.example,r\n");
    const struct subscriber *s = only(r);

    assert_int_equal(s->nsets, 2);
    assert_int_equal(s->sets[0].npublics, 2);
    assert_text(s->sets[0].publics[1].impu, S("sip:c@ims.example"));
    assert_int_equal(s->sets[0].nprivates, 1);
    assert_int_equal(s->sets[1].nprivates, 1);
    assert_int_equal(s->nprivates, 3);
    assert_text(s->privates[2].impi, S("spare@ims.example"));
    reading_free(r);
    (void)state;
}

static void all_errors_come_in_the_order_of_the_file(void **state)
{
    struct reading *r = read_csv("impu,password\n"
                                 "one,x\n"
                                 "sip:fine@b,x\n"
                                 "two,x\n"
                                 "three,x\n");
    struct slice rest = buf_slice(&r->errors), line;

    assert_true(slice_cut(&rest, '\n', &line));
    assert_has(line, "f.csv:2: \"one\"");
    assert_true(slice_cut(&rest, '\n', &line));
    assert_has(line, "f.csv:2: ");
    while (slice_cut(&rest, '\n', &line) && line.n)
        assert_true(slice_starts(line, S("f.csv:2:")) ||
                    slice_starts(line, S("f.csv:4:")) ||
                    slice_starts(line, S("f.csv:5:")));
    assert_has(buf_slice(&r->errors), "f.csv:5: \"three\"");
    reading_free(r);
    (void)state;
}

static void a_wrong_line_among_right_ones_is_told_once(void **state)
{
    static const struct {
        const char *text, *told;
    } rows[] = {
        {"impu,password\nsip:a@b,x\nbad,,,\nsip:c@b,x\nsip:d@b,x\n",
         "f.csv:3: 4 fields; 2 were expected\n"},
        {"subscription,impu,password\n1,sip:a@b,x\n1,bad,\n2,sip:c@b,gr\xfcn\n"
         "2,sip:d@b,\n3,sip:e@b,x\n",
         "f.csv:3: \"bad\": the URI \"bad\" has no scheme; a public "
         "identity such as sip:alice@ims.example or tel:+15551001 was "
         "expected\n"
         "f.csv:4: password is not UTF-8; a file saved as CSV UTF-8 was "
         "expected\n"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reading *r = read_csv(rows[i].text);

        assert_text(buf_slice(&r->errors), slice_of(rows[i].told));
        reading_free(r);
    }
    (void)state;
}

static void read_any(void *ctx, struct slice text)
{
    struct import_file file;
    struct buf errors;

    buf_init(&errors, 1 << 16);
    if (ctx)
        (void)!import_csv(text, "f", S("d"), NULL, &file, &errors);
    else
        (void)!import_yaml(text, "f", S("d"), NULL, &file, &errors);
    import_file_fini(&file);
    buf_fini(&errors);
}

static void a_text_cut_anywhere_is_read_to_its_end(void **state)
{
    static const char csv[] =
        "subscription,set,impu,impi,k,op,display_name\n"
        "1,1,sip:a@b,a@b,alice-in-ims-box,imsbox-operator!,\"A, \"\"B\"\"\"\n";
    static const char yaml[] =
        SUB("impu: [sip:a@b, {impu: sip:c@d}], tel: \"+1555\", " AKA);

    for (size_t n = 0; n <= sizeof(csv) - 1; n++)
        read_any("csv", slice_at(csv, n));
    for (size_t n = 0; n <= sizeof(yaml) - 1; n++)
        read_any(NULL, slice_at(yaml, n));
    (void)state;
}

/* ---- round trips -------------------------------------------------------- */

static const char rich[] =
    "charging:\n"
    "  - {name: std, ccf: ccf1, ccf_2: ccf2, ecf: ecf1}\n"
    "shared_ifc:\n"
    "  - {id: 3, ifc: [{priority: 2, server: sip:shared.ims.example}]}\n"
    "profiles:\n"
    "  - name: full\n"
    "    media_profile: 7\n"
    "    services: [icsi-b, icsi-a]\n"
    "    shared_ifc: [3]\n"
    "    ifc:\n"
    "      - {priority: 20, server: sip:late.ims.example}\n"
    "      - priority: 10\n"
    "        server: sip:early.ims.example\n"
    "        default: terminated\n"
    "        part: registered\n"
    "        match: all\n"
    "        service_info: \"<a>\\\"b\\\\\"\n"
    "        include: [request, response]\n"
    "        when:\n"
    "          - {group: [0, 2], method: REGISTER, registration: [gone]}\n"
    "          - {group: 1, header: Accept, content: \".*\", not: true}\n"
    "          - {group: 1, header: Subject}\n"
    "          - {group: 1, session_case: originating-cdiv}\n"
    "          - {group: 1, sdp: m, content: video}\n"
    "          - {group: 1, request_uri: \"sip:.*\"}\n"
    "subscribers:\n"
    "  - impu: sip:alice@ims.example\n"
    "    tel: tel:+15551001\n"
    "    display_name: \"Alice, \\\"A\\\" \"\n"
    "    aka: {" K ", amf: b9b9, sqn: 320}\n"
    "    charging: std\n"
    "    profile: full\n"
    "    capabilities: {mandatory: [2, 1], optional: [5]}\n"
    "    visited: [b.example, a.example]\n"
    "  - privates:\n"
    "      - {impi: card@ims.example, aka: {algorithm: AKAv2-SHA-256, " K "}}\n"
    "      - impi: soft@ims.example\n"
    "        digest:\n"
    "          algorithm: SHA-256\n"
    "          password: secret\n"
    "          ha1: [{algorithm: MD5, realm: other,\n"
    "                 value: 00112233445566778899aabbccddeeff}]\n"
    "    sets:\n"
    "      - publics: [{impu: sip:hidden@ims.example, barred: true},\n"
    "                  {impu: sip:erin@ims.example, profile: full}]\n"
    "      - publics: [sip:fax@ims.example]\n"
    "        privates: [soft@ims.example]\n"
    "  - impu: sip:dora@ims.example\n"
    "    digest: {algorithm: SHA-512-256, password: secret}\n"
    "  - impu: {impu: sip:conf@ims.example, server: sip:as.ims.example,\n"
    "           inactive: true}\n"
    "  - impu: {impu: \"sip:room-!.*!@ims.example\", type: wildcarded-psi}\n"
    "  - privates:\n"
    "      - {impi: t1@ims.example, digest: {password: t}}\n"
    "      - {impi: spare@ims.example, aka: {" K "},\n"
    "         digest: {password: s, ha1: [{algorithm: MD5, realm: other,\n"
    "                  value: 00112233445566778899aabbccddeeff}]}}\n"
    "    sets: [{publics: [sip:t@ims.example], privates: [t1@ims.example]}]\n"
    "  - {impu: sip:odd@ims.example, digest: {password: p},\n"
    "     display_name: \"Ren\\xe9 \\u20ac "
    "\\U0001f600\\u0085\\u0093\\u2028\\u2029"
    "\\uFEFF\\t\\x7f\"}\n";

static void box_export(struct box *b, enum export_format f, bool secrets,
                       struct buf *out)
{
    struct exporter *e = export_new(b->s, f, secrets);
    bool done = false;
    struct why why;

    buf_reset(out);
    while (!done)
        assert_ok(export_step(e, out, &done, &why), &why);
    export_free(e);
    buf_char(out, '\0');
    out->n--;
}

/* proves H-DB-1 */
static void yaml_comes_back_as_it_went(void **state)
{
    struct box a, b;
    struct buf first, second;
    struct reading *r = read_yaml(rich), *again;

    buf_init(&first, 1 << 20);
    buf_init(&second, 1 << 20);
    box_open(&a);
    box_load(&a, r);
    box_export(&a, EXPORT_YAML, true, &first);
    box_open(&b);
    again = read_yaml(first.p);
    box_load(&b, again);
    box_export(&b, EXPORT_YAML, true, &second);
    assert_text(buf_slice(&second), buf_slice(&first));
    assert_has(buf_slice(&first), "sqn: 320");
    assert_has(buf_slice(&first), "616c6963652d696e2d696d732d626f78");
    assert_has(
        buf_slice(&first),
        "\"Ren\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\\u0085\\u0093\\u2028"
        "\\u2029\\ufeff\\u0009\\u007f\"");
    box_close(&a);
    box_close(&b);
    reading_free(r);
    reading_free(again);
    buf_fini(&first);
    buf_fini(&second);
    (void)state;
}

/* CSV has no catalogue: it is loaded ahead. proves H-DB-1 */
static void csv_comes_back_as_it_went(void **state)
{
    struct box a, b;
    struct buf first, second;
    struct reading *r = read_yaml(rich), *again;
    struct catalogue *c = &r->file.catalogue;
    size_t n = r->file.nsubscribers;

    buf_init(&first, 1 << 20);
    buf_init(&second, 1 << 20);
    box_open(&a);
    box_load(&a, r);
    box_export(&a, EXPORT_CSV, true, &first);
    assert_true(
        slice_starts(buf_slice(&first), S("\xef\xbb\xbfsubscription,")));
    box_open(&b);
    r->file.nsubscribers = 0;
    box_load(&b, r);
    again = mem_zalloc(sizeof(*again));
    buf_init(&again->errors, 1 << 20);
    again->err = import_csv(buf_slice(&first), "f.csv", S("ims.example"), c,
                            &again->file, &again->errors);
    assert_int_equal(again->file.nsubscribers, n);
    box_load(&b, again);
    box_export(&b, EXPORT_CSV, true, &second);
    assert_text(buf_slice(&second), buf_slice(&first));
    box_export(&a, EXPORT_YAML, true, &first);
    box_export(&b, EXPORT_YAML, true, &second);
    assert_text(buf_slice(&second), buf_slice(&first));
    box_close(&a);
    box_close(&b);
    reading_free(r);
    reading_free(again);
    buf_fini(&first);
    buf_fini(&second);
    (void)state;
}

/* The secrets stand beside a list that is as long as may be. */
static void a_long_list_takes_nothing_from_a_line_of_csv(void **state)
{
    struct reading *r, *again;
    struct buf text, csv;
    struct box b;

    (void)state;
    buf_init(&text, 1 << 20);
    buf_init(&csv, 1 << 20);
    buf_str(&text, "subscribers:\n  - {" IMPU ", " AKA ", visited: [");
    for (int i = 0; i < SUBSCRIBER_MAX_VISITED; i++)
        buf_printf(&text, "%s\"%0*d\"", i ? ", " : "", SUBSCRIBER_MAX_TEXT, i);
    buf_str(&text, "]}\n");
    buf_char(&text, '\0');
    r = read_yaml(text.p);
    only(r);
    box_open(&b);
    box_load(&b, r);
    box_export(&b, EXPORT_CSV, true, &csv);
    again = read_csv(csv.p);
    assert_int_equal(only(again)->nvisited, SUBSCRIBER_MAX_VISITED);
    assert_memory_equal(only(again)->privates[0].key.k, "alice-in-ims-box", 16);
    box_close(&b);
    reading_free(r);
    reading_free(again);
    buf_fini(&text);
    buf_fini(&csv);
}

static void an_export_without_secrets_has_none(void **state)
{
    static const char *const secrets[] = {
        "616c6963652d696e2d696d732d626f78", "alice-in-ims-box",
        "imsbox-operator!", "secret", "00112233445566778899aabbccddeeff"};
    struct box b;
    struct buf text;
    struct reading *r = read_yaml(rich);

    buf_init(&text, 1 << 20);
    box_open(&b);
    box_load(&b, r);
    for (int f = EXPORT_YAML; f <= EXPORT_CSV; f++) {
        box_export(&b, (enum export_format)f, false, &text);
        for (size_t i = 0; i < 5; i++)
            assert_has_not(buf_slice(&text), secrets[i]);
        assert_has(buf_slice(&text), "soft@ims.example");
    }
    box_close(&b);
    reading_free(r);
    buf_fini(&text);
    (void)state;
}

static void the_shipped_subscribers_are_good(void **state)
{
    static const struct {
        const char *path;
        size_t n;
    } files[] = {{"topology/box-subscribers.yaml", 6},
                 {"topology/red-subscribers.yaml", 2},
                 {"topology/blue-subscribers.yaml", 1}};

    for (size_t i = 0; i < 3; i++) {
        struct import_file file;
        struct buf errors;

        buf_init(&errors, 1 << 16);
        (void)!import_path(files[i].path, S("ims.example"), NULL, &file,
                           &errors);
        assert_text(buf_slice(&errors), S(""));
        assert_int_equal(file.nsubscribers, files[i].n);
        import_file_fini(&file);
        buf_fini(&errors);
    }
    (void)state;
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void a_file_may_refer_to_an_earlier_one(void **state)
{
    static const char *const paths[] = {"/tmp/imsbox-first.yaml",
                                        "/tmp/imsbox-second.yaml"};
    static const char *const turned[] = {"/tmp/imsbox-second.yaml",
                                         "/tmp/imsbox-first.yaml"};
    struct import_file files[2];
    struct buf errors;

    write_text(paths[0], "profiles: [{name: gold}]\n"
                         "charging: [{name: std, ccf: x}]\n");
    write_text(paths[1], SUB(IMPU ", profile: gold, charging: std, " AKA));
    buf_init(&errors, 1 << 16);
    assert_int_equal(import_paths(paths, 2, S("d"), NULL, files, &errors),
                     IMS_OK);
    for (int i = 0; i < 2; i++)
        import_file_fini(&files[i]);
    assert_int_equal(import_paths(turned, 2, S("d"), NULL, files, &errors),
                     IMS_CONFIG);
    assert_has(buf_slice(&errors), "imsbox-second.yaml:2:5: there is no");
    for (int i = 0; i < 2; i++) {
        import_file_fini(&files[i]);
        remove(paths[i]);
    }
    buf_fini(&errors);
    (void)state;
}

static void a_file_that_is_not_there_is_told(void **state)
{
    struct import_file file;
    struct buf errors;

    buf_init(&errors, 1 << 16);
    assert_int_equal(import_path("/nowhere.csv", S("d"), NULL, &file, &errors),
                     IMS_CONFIG);
    assert_has(buf_slice(&errors),
               "/nowhere.csv: cannot be read: No such file");
    import_file_fini(&file);
    buf_fini(&errors);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_be_derived_is_filled_in),
        cmocka_unit_test(keys_are_digits_or_characters_and_op_becomes_opc),
        cmocka_unit_test(sections_may_stand_behind_subscribers),
        cmocka_unit_test(what_is_wrong_with_a_part_is_told_with_its_place),
        cmocka_unit_test(a_large_file_is_read_in_little_memory),
        cmocka_unit_test(what_anchors_name_is_bounded),
        cmocka_unit_test(a_password_becomes_ha1_and_is_forgotten),
        cmocka_unit_test(every_wrong_line_of_yaml_is_told),
        cmocka_unit_test(a_subscriber_has_as_much_as_fits_and_no_more),
        cmocka_unit_test(a_text_is_as_long_as_may_be_and_no_longer),
        cmocka_unit_test(at_the_bound_nothing_is_derived),
        cmocka_unit_test(more_sets_than_fit_are_told),
        cmocka_unit_test(the_type_of_an_identity_is_seen),
        cmocka_unit_test(alias_groups_that_are_given_stay),
        cmocka_unit_test(every_wrong_line_of_csv_is_told),
        cmocka_unit_test(what_is_said_twice_may_be_the_same),
        cmocka_unit_test(lines_of_a_set_need_not_be_neighbours),
        cmocka_unit_test(all_errors_come_in_the_order_of_the_file),
        cmocka_unit_test(a_wrong_line_among_right_ones_is_told_once),
        cmocka_unit_test(a_text_cut_anywhere_is_read_to_its_end),
        cmocka_unit_test(yaml_comes_back_as_it_went),
        cmocka_unit_test(csv_comes_back_as_it_went),
        cmocka_unit_test(a_long_list_takes_nothing_from_a_line_of_csv),
        cmocka_unit_test(an_export_without_secrets_has_none),
        cmocka_unit_test(the_shipped_subscribers_are_good),
        cmocka_unit_test(a_file_may_refer_to_an_earlier_one),
        cmocka_unit_test(a_file_that_is_not_there_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
