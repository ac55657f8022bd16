/* SPDX-License-Identifier: MIT */
#include "ims/document.h"
#include "ims/reginfo.h"
#include "support/check.h"
#include "support/corpus.h"
#include "support/guard.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* proves S-EVT-1 */

#define OPEN                                             \
    "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" " \
    "version=\"3\" state=\"partial\">"
#define REGISTRATION "<registration aor=\"sip:a@b\" id=\"1\" state=\"active\">"
#define CLOSE "</registration></reginfo>"
#define CONTACT "<contact id=\"1\" state=\"active\" event=\"created\">"

static enum ims_err parse(struct slice xml, struct arena *a,
                          const struct reginfo **out, struct why *why)
{
    arena_init(a, 0, 16384);
    return reginfo_parse(xml, a, out, why);
}

/* Two identities, of whose contacts one goes. */
static struct slice write_some(struct buf *b)
{
    static const struct reginfo_contact contacts[] = {
        {.id = {"c1", 2},
         .event = REGINFO_SHORTENED,
         .uri = {"sip:a@10.0.0.1:5060;x=\"<&>\"\xe4\x01", 29},
         .params = {"+sip.instance=\"<urn:x&\\\"y>\";audio;bad=\"\x01\";"
                    "mobility=fixed",
                    56},
         .call_id = {"one&two", 7},
         .cseq = 7,
         .has_cseq = true,
         .expires = 60,
         .has_expires = true,
         .q = 500},
        {.id = {"c2", 2},
         .event = REGINFO_REJECTED,
         .uri = {"sip:a@b", 7},
         .call_id = {"no\ttext", 7},
         .q = 1000},
    };

    buf_init(b, REGINFO_MAX_BYTES);
    reginfo_begin(b, 4294967295u, true);
    reginfo_registration_begin(b, S("sip:a@ims.example"), true);
    reginfo_contact(b, &contacts[0]);
    reginfo_contact(b, &contacts[1]);
    reginfo_registration_end(b);
    reginfo_registration_begin(b, S("tel:+15551001"), false);
    reginfo_registration_end(b);
    reginfo_end(b);
    assert_false(b->full);
    return buf_slice(b);
}

static void what_was_written_reads_back(void **state)
{
    const struct reginfo_registration *r;
    const struct reginfo_contact *c;
    const struct reginfo *doc;
    struct arena a;
    struct why why;
    struct buf b;

    (void)state;
    assert_ok(parse(write_some(&b), &a, &doc, &why), &why);
    assert_int_equal(doc->version, 4294967295u);
    assert_true(doc->full);
    r = doc->registrations;
    assert_text(r->aor, S("sip:a@ims.example"));
    assert_false(r->terminated);
    c = r->contacts;
    assert_text(c->uri, S("sip:a@10.0.0.1:5060;x=%22%3C&%3E%22%E4%01"));
    assert_text(c->call_id, S("one&two"));
    assert_int_equal(c->event, REGINFO_SHORTENED);
    assert_int_equal(c->expires, 60);
    assert_true(c->has_cseq && c->cseq == 7);
    assert_has(buf_slice(&b),
               "</uri><unknown-param name=\"+sip.instance\">"
               "&quot;&lt;urn:x&amp;\\&quot;y&gt;&quot;</unknown-param>"
               "<unknown-param name=\"audio\"></unknown-param>"
               "<unknown-param name=\"mobility\">fixed</unknown-param>"
               "</contact>");
    c = c->next;
    assert_int_equal(c->event, REGINFO_REJECTED);
    assert_false(c->has_expires || c->has_cseq);
    assert_int_equal(c->call_id.n, 0); /* it could not stand in XML */
    assert_null(c->next);
    r = r->next;
    assert_true(r->terminated);
    assert_null(r->contacts);
    assert_null(r->next);
    arena_fini(&a);
    buf_fini(&b);
}

/* xmllint judges by the schema of RFC 3680 (an IPv6 reference is no URI to it);
 * its import of xml.xsd, which is
 * on the net, goes. */
static void what_is_written_is_valid_against_the_schema(void **state)
{
    static const char edit[] =
        "sed -e '/<xs:import/,/\\/>/d' -e 's/<xs:attribute ref=\"xml:lang\""
        "[^>]*>//' '%s/xml/rfc/rfc3680/02-s5.4-xs_schema.xsd' >%s.xsd && "
        "xmllint --noout --schema %s.xsd %s";
    char path[] = "/tmp/imsbox-reginfo-XXXXXX", command[1024], xsd[64];
    struct slice xml;
    struct buf b;
    int fd;

    (void)state;
    corpus_need("xml");
    if (system("command -v xmllint >/dev/null") != 0) {
        print_message("xmllint is not here: nothing is judged\n");
        skip();
    }
    xml = write_some(&b);
    fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, xml.p, xml.n) == (ssize_t)xml.n);
    close(fd);
    snprintf(command, sizeof command, edit, corpus_dir(), path, path, path);
    assert_int_equal(system(command), 0);
    snprintf(xsd, sizeof xsd, "%s.xsd", path);
    unlink(xsd);
    unlink(path);
    buf_fini(&b);
}

static void read_example(void *ctx, const char *name, struct slice text)
{
    unsigned *contacts = ctx;
    const struct reginfo *doc;
    struct arena a;
    struct why why;

    if (slice_ends(slice_of(name), S(".xml"))) {
        assert_ok(parse(text, &a, &doc, &why), &why);
        for (const struct reginfo_contact *c = doc->registrations->contacts; c;
             c = c->next)
            ++*contacts;
        arena_fini(&a);
    }
}

static void the_examples_of_the_rfcs_are_understood(void **state)
{
    unsigned contacts = 0;

    (void)state;
    corpus_need("xml");
    corpus_each("xml/rfc/rfc3680", read_example, &contacts);
    assert_int_equal(contacts, 3);
    corpus_each("xml/rfc/rfc5628", read_example, &contacts);
    assert_true(contacts > 3);
}

static void what_is_no_reginfo_is_refused_in_a_sentence(void **state)
{
    static const struct {
        const char *xml;
        enum ims_err err;
        const char *says;
    } rows[] = {
        {"", IMS_MALFORMED, "no element"},
        {"<reginfo version=\"1\" state=\"full\"/>", IMS_MALFORMED, "root"},
        {"<!DOCTYPE reginfo [<!ENTITY a \"b\">]>" OPEN "</reginfo>",
         IMS_MALFORMED, "a document type"},
        {"<?php x?>" OPEN "</reginfo>", IMS_MALFORMED, "processing"},
        {"<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" state=\"full\"/>",
         IMS_MISSING, "version"},
        {"<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"-1\" "
         "state=\"full\"/>",
         IMS_MALFORMED, "version"},
        {"<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"1\" "
         "state=\"half\"/>",
         IMS_MALFORMED, "state"},
        {OPEN "<registration id=\"1\" state=\"active\"/></reginfo>",
         IMS_MISSING, "aor"},
        {OPEN "<registration aor=\"sip:a@b\" state=\"active\"/></reginfo>",
         IMS_MISSING, "id"},
        {OPEN "<registration aor=\"sip:a@b\" id=\"1\" state=\"gone\"/>"
              "</reginfo>",
         IMS_MALFORMED, "state"},
        {OPEN REGISTRATION CONTACT "</contact>" CLOSE, IMS_MISSING, "uri"},
        {OPEN REGISTRATION CONTACT "<uri> </uri></contact>" CLOSE, IMS_MISSING,
         "uri"},
        {OPEN REGISTRATION CONTACT "<uri>a</uri><uri>b</uri></contact>" CLOSE,
         IMS_MALFORMED, "twice"},
        {OPEN REGISTRATION
         "<contact id=\"1\" state=\"active\" event=\"new\"/>" CLOSE,
         IMS_MALFORMED, "event"},
        {OPEN REGISTRATION
         "<contact id=\"1\" state=\"active\" event=\"expired\"/>" CLOSE,
         IMS_MALFORMED, "does not lead to that state"},
        {OPEN REGISTRATION "<contact id=\"1\" state=\"active\" "
                           "event=\"created\" expires=\"4294967296\"/>" CLOSE,
         IMS_MALFORMED, "expires"},
        {OPEN REGISTRATION, IMS_MALFORMED, "no element"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct reginfo *doc;
        struct arena a;
        struct why why = {0};

        assert_err(rows[i].err, parse(slice_of(rows[i].xml), &a, &doc, &why),
                   &why);
        assert_has(slice_of(why.text), rows[i].says);
        arena_fini(&a);
    }
}

static void what_is_not_known_is_skipped(void **state)
{
    static const char xml[] =
        OPEN "<x:note xmlns:x=\"urn:x\"><uri>no</uri></x:note>" REGISTRATION
             "<x:contact xmlns:x=\"urn:x\" state=\"active\"/>" CONTACT
             "<uri>sip:a@c<b>bold</b></uri><display-name>A</display-name>"
             "<unknown-param name=\"audio\"/></contact>" CLOSE;
    const struct reginfo *doc;
    struct arena a;
    struct why why;

    (void)state;
    assert_ok(parse(slice_of(xml), &a, &doc, &why), &why);
    assert_false(doc->full);
    assert_text(doc->registrations->contacts->uri, S("sip:a@c"));
    assert_null(doc->registrations->contacts->next);
    assert_null(doc->registrations->next);
    arena_fini(&a);
}

static enum ims_err parse_many(const char *before, const char *one, unsigned n,
                               const char *after, struct why *why)
{
    const struct reginfo *doc;
    enum ims_err err;
    struct arena a;
    struct buf b;

    buf_init(&b, 1 << 20);
    buf_str(&b, before);
    for (unsigned i = 0; i < n; i++)
        buf_str(&b, one);
    buf_str(&b, after);
    err = parse(buf_slice(&b), &a, &doc, why);
    arena_fini(&a);
    buf_fini(&b);
    return err;
}

static void every_bound_refuses_what_goes_beyond_it(void **state)
{
    struct why why;

    (void)state;
    assert_err(IMS_MALFORMED,
               parse_many(OPEN, "<a>", REGINFO_MAX_DEPTH, "", &why), &why);
    assert_has(slice_of(why.text), "nested too deeply");
    assert_err(IMS_TOO_LARGE,
               parse_many(OPEN, "<!-- -->", REGINFO_MAX_BYTES / 8, "", &why),
               &why);
    assert_err(IMS_TOO_LARGE,
               parse_many(OPEN REGISTRATION CONTACT "<uri>", "x",
                          DOCUMENT_MAX_TEXT + 1, "", &why),
               &why);
    assert_err(IMS_FULL,
               parse_many(OPEN REGISTRATION, CONTACT "<uri>a</uri></contact>",
                          400, CLOSE, &why),
               &why);
}

struct counts {
    unsigned fine, refused;
};

static void parse_prefix(void *ctx, struct slice text)
{
    struct counts *n = ctx;
    const struct reginfo *doc;
    struct why why = {0};
    struct arena a;

    if (parse(text, &a, &doc, &why) == IMS_OK)
        n->fine++;
    else if (why.text[0])
        n->refused++;
    arena_fini(&a);
}

/* The line feed behind it may lack. */
static void reginfo_cut_after_any_byte_is_refused(void **state)
{
    struct counts n = {0};
    struct slice xml;
    struct buf b;

    (void)state;
    xml = write_some(&b);
    each_prefix(xml, parse_prefix, &n);
    assert_int_equal(n.fine, 2);
    assert_int_equal(n.refused, xml.n - 1);
    buf_fini(&b);
}

static void an_arena_that_is_too_small_is_refused_at_each_size(void **state)
{
    struct slice xml;
    size_t limit = 0;
    enum ims_err err;
    struct buf b;

    (void)state;
    xml = write_some(&b);
    do {
        const struct reginfo *doc;
        struct arena a;
        struct why why;

        arena_init(&a, 0, limit);
        err = reginfo_parse(xml, &a, &doc, &why);
        if (err)
            assert_err(IMS_FULL, err, &why);
        arena_fini(&a);
        limit += 8;
        assert_true(limit < 8192);
    } while (err);
    buf_fini(&b);
}

static void every_event_has_its_word_and_its_end(void **state)
{
    enum reginfo_event e;
    unsigned ends = 0;

    (void)state;
    for (unsigned i = 0; i < REGINFO_EVENTS; i++) {
        assert_true(reginfo_event_parse(
            slice_of(reginfo_event_name((enum reginfo_event)i)), &e));
        assert_int_equal(e, i);
        ends += reginfo_event_ends(e);
    }
    assert_int_equal(ends, 5);
    assert_false(reginfo_event_parse(S("Expired"), &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_reads_back),
        cmocka_unit_test(what_is_written_is_valid_against_the_schema),
        cmocka_unit_test(the_examples_of_the_rfcs_are_understood),
        cmocka_unit_test(what_is_no_reginfo_is_refused_in_a_sentence),
        cmocka_unit_test(what_is_not_known_is_skipped),
        cmocka_unit_test(every_bound_refuses_what_goes_beyond_it),
        cmocka_unit_test(reginfo_cut_after_any_byte_is_refused),
        cmocka_unit_test(an_arena_that_is_too_small_is_refused_at_each_size),
        cmocka_unit_test(every_event_has_its_word_and_its_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
