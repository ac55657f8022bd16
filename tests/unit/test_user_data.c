/* SPDX-License-Identifier: MIT */
#include "ims/document.h"
#include "ims/xml.h"
#include "support/check.h"
#include "support/corpus.h"
#include "support/guard.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- a profile with everything in it --------------------------------------
 */

static const uint32_t group_0[] = {0}, groups_1_2[] = {1, 2};
static const uint32_t shared[] = {7, 2147483647};

static const struct profile_spt spts[] = {
    {.next = &spts[1],
     .groups = group_0,
     .ngroups = 1,
     .kind = SPT_METHOD,
     .content = {"REGISTER", 8},
     .registrations = REGISTRATION_INITIAL | REGISTRATION_GONE},
    {.next = &spts[2],
     .groups = groups_1_2,
     .ngroups = 2,
     .kind = SPT_HEADER,
     .negated = true,
     .name = {"Event", 5},
     .content = {"<\"presence\" & more>", 19}},
    {.next = &spts[3],
     .groups = group_0,
     .ngroups = 1,
     .kind = SPT_SESSION_CASE,
     .session_case = SESSION_ORIGINATING_UNREGISTERED},
    {.next = &spts[4],
     .groups = group_0,
     .ngroups = 1,
     .kind = SPT_SDP,
     .name = {"m", 1}},
    {.groups = group_0,
     .ngroups = 1,
     .kind = SPT_REQUEST_URI,
     .content = {"sip:.*@ims\\.example", 19}},
};

static const struct profile_ifc ifcs[] = {
    {.next = &ifcs[1],
     .server = {"sip:as1.ims.example:5065;lr", 27},
     .priority = 5,
     .part = PROFILE_BOTH},
    {.spts = spts,
     .server = {"sip:as2.ims.example", 19},
     .service_info = {"a <b> & \r\xc3\xa4", 11},
     .priority = 10,
     .part = PROFILE_UNREGISTERED,
     .cnf = true,
     .session_terminated = true,
     .include_request = true,
     .include_response = true},
};

static const struct profile_identity identities[] = {
    {.next = &identities[1],
     .impu = {"sip:alice@ims.example", 21},
     .display_name = {"Alice \xe2\x82\xac", 9},
     .alias_group = {"1", 1}},
    {.next = &identities[2],
     .impu = {"tel:+12125550101", 16},
     .alias_group = {"1", 1},
     .barred = true},
    {.impu = {"sip:chat-!.*!@ims.example", 25},
     .type = PROFILE_WILDCARDED_IMPU,
     .wildcard = {"sip:chat-!.*!@ims.example", 25}},
};

static const struct profile_identity psi[] = {
    {.next = &psi[1],
     .impu = {"sip:conference@ims.example", 26},
     .type = PROFILE_DISTINCT_PSI},
    {.impu = {"sip:room-3@ims.example", 22},
     .type = PROFILE_WILDCARDED_PSI,
     .wildcard = {"sip:room-!.*!@ims.example", 25}},
};

static const struct profile_service_id service_ids[] = {
    {.next = &service_ids[1],
     .id = {"urn:urn-7:3gpp-service.ims.icsi.mmtel", 37}},
    {.id = {"urn:urn-7:3gpp-service.ims.icsi.oma.cpm", 39}},
};

static const struct profile_service services[] = {
    {.next = &services[1],
     .identities = identities,
     .ifcs = ifcs,
     .shared_ifc_sets = shared,
     .nshared = 2,
     .media_profile = 3,
     .service_ids = service_ids},
    {.identities = psi, .media_profile = PROFILE_NO_MEDIA_PROFILE},
};

static const struct ims_profile everything = {{"alice@ims.example", 17},
                                              services};

static struct slice write_profile(const struct ims_profile *p, struct buf *b)
{
    struct why why;

    buf_init(b, XML_MAX_BYTES);
    assert_ok(profile_write(p, b, &why), &why);
    return buf_slice(b);
}

static enum ims_err parse(const char *xml, struct arena *a,
                          struct ims_profile **p, struct why *why)
{
    arena_init(a, 0, 65536);
    return profile_parse(slice_of(xml), a, p, why);
}

/* ---- writing --------------------------------------------------------------
 */

static void validate(struct slice xml)
{
    char path[] = "/tmp/user-data-XXXXXX", command[512];
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, xml.p, xml.n), xml.n);
    close(fd);
    snprintf(command, sizeof(command),
             "xmllint --noout --schema "
             "%s/xml/schema/kamailio-CxDataType_Rel8.xsd %s >%s.log 2>&1 || "
             "! cat %s.log; rc=$?; rm -f %s.log; exit $rc",
             corpus_dir(), path, path, path, path);
    assert_int_equal(system(command), 0);
    unlink(path);
}

static void what_is_written_is_valid_against_the_release_8_schema(void **state)
{
    struct buf b;

    (void)state;
    if (access(corpus_dir(), R_OK) != 0 || system("xmllint --version "
                                                  ">/dev/null 2>&1") != 0) {
        print_message("SKIPPED: no corpora at %s, or no xmllint\n",
                      corpus_dir());
        skip();
    }
    validate(write_profile(&everything, &b));
    buf_fini(&b);
}

static void what_was_written_reads_back_the_same(void **state)
{
    struct ims_profile *p = NULL;
    struct buf first, second;
    struct arena a;
    struct why why;

    (void)state;
    write_profile(&everything, &first);
    arena_init(&a, 0, 8192);
    assert_ok(profile_parse(buf_slice(&first), &a, &p, &why), &why);
    write_profile(p, &second);
    assert_text(buf_slice(&second), buf_slice(&first));
    assert_int_equal(p->services->identities->next->barred, true);
    assert_int_equal(p->services->ifcs->next->spts->registrations,
                     REGISTRATION_INITIAL | REGISTRATION_GONE);
    buf_fini(&first);
    buf_fini(&second);
    arena_fini(&a);
}

static void a_copy_is_equal_and_lives_alone(void **state)
{
    struct ims_profile *p, *copy;
    struct buf before, after;
    struct arena a, own;
    struct why why;

    (void)state;
    write_profile(&everything, &before);
    arena_init(&a, 0, 8192);
    assert_ok(profile_parse(buf_slice(&before), &a, &p, &why), &why);
    arena_init(&own, 0, a.used);
    copy = profile_copy(&own, p);
    assert_non_null(copy);
    arena_fini(&a);
    write_profile(copy, &after);
    assert_text(buf_slice(&after), buf_slice(&before));
    buf_fini(&before);
    buf_fini(&after);
    arena_fini(&own);
}

static void a_copy_without_room_is_refused(void **state)
{
    (void)state;
    for (size_t limit = 0;; limit += 8) {
        struct arena a;
        struct ims_profile *copy;

        arena_init(&a, 0, limit);
        copy = profile_copy(&a, &everything);
        arena_fini(&a);
        if (copy) {
            assert_true(limit > 512);
            return;
        }
        assert_true(limit < 8192);
    }
}

static void a_profile_that_cannot_be_xml_is_not_written(void **state)
{
    static const struct {
        struct slice display;
        enum ims_err err;
    } rows[] = {
        {{"a\tb\nc", 5}, IMS_OK},
        {{"\xf0\x9f\x98\x80", 4}, IMS_OK},
        {{"bell\a", 5}, IMS_MALFORMED},
        {{"nul\0", 4}, IMS_MALFORMED},
        {{"latin \xe4", 7}, IMS_MALFORMED},
        {{"\xc0\x80", 2}, IMS_MALFORMED},
        {{"\xed\xa0\x80", 3}, IMS_MALFORMED},
        {{"\xef\xbf\xbf", 3}, IMS_MALFORMED},
        {{"\xf4\x90\x80\x80", 4}, IMS_MALFORMED},
        {{"\x80", 1}, IMS_MALFORMED},
        {{"\xff", 1}, IMS_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct profile_identity id = {.impu = S("sip:a@b"),
                                      .display_name = rows[i].display};
        struct profile_service s = {.identities = &id, .media_profile = -1};
        struct ims_profile p = {S("a@b"), &s};
        struct why why = {0};
        struct buf b;

        buf_init(&b, 4096);
        assert_int_equal(profile_write(&p, &b, &why), rows[i].err);
        buf_fini(&b);
    }
}

static void an_incomplete_profile_is_not_written(void **state)
{
    struct profile_spt no_group = {.kind = SPT_METHOD, .content = S("INVITE")};
    struct profile_ifc no_server = {.spts = NULL};
    struct profile_ifc bad_spt = {.spts = &no_group, .server = S("sip:as")};
    struct profile_identity id = {.impu = S("sip:a@b")}, no_impu = {0};
    struct profile_service rows[] = {
        {.identities = NULL},
        {.identities = &no_impu},
        {.identities = &id, .ifcs = &no_server},
        {.identities = &id, .ifcs = &bad_spt},
    };
    struct why why;
    struct buf b;

    (void)state;
    buf_init(&b, 4096);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ims_profile p = {S("a@b"), &rows[i]};

        assert_err(IMS_MISSING, profile_write(&p, &b, &why), &why);
    }
    assert_err(IMS_MISSING,
               profile_write(&(struct ims_profile){S("a@b"), NULL}, &b, &why),
               &why);
    assert_err(IMS_MISSING,
               profile_write(&(struct ims_profile){S(""), services}, &b, &why),
               &why);
    buf_fini(&b);
}

static void a_profile_that_does_not_fit_is_refused(void **state)
{
    struct why why;
    struct buf b;

    (void)state;
    buf_init(&b, 200);
    assert_err(IMS_TOO_LARGE, profile_write(&everything, &b, &why), &why);
    buf_fini(&b);
}

/* ---- reading --------------------------------------------------------------
 */

#define BEGIN "<IMSSubscription><PrivateID>a@b</PrivateID>"
#define END "</IMSSubscription>"
#define IMPU "<PublicIdentity><Identity>sip:a@b</Identity></PublicIdentity>"
#define IFC(priority, inside)                                         \
    "<InitialFilterCriteria><Priority>" priority "</Priority>" inside \
    "<ApplicationServer><ServerName>sip:as" priority "</ServerName>"  \
    "</ApplicationServer></InitialFilterCriteria>"
#define IN_SERVICE(inside) \
    BEGIN "<ServiceProfile>" IMPU inside "</ServiceProfile>" END
#define IN_SPT(inside)                                                         \
    IN_SERVICE(IFC("1", "<TriggerPoint><ConditionTypeCNF>1</ConditionTypeCNF>" \
                        "<SPT>" inside "</SPT></TriggerPoint>"))

#define TRIGGER                                                 \
    "<TriggerPoint><ConditionTypeCNF>0</ConditionTypeCNF><SPT>" \
    "<Group>0</Group><Method>INVITE</Method></SPT></TriggerPoint>"

static void what_another_vendor_may_write_is_understood(void **state)
{
    struct ims_profile *p = NULL;
    const struct profile_service *s;
    struct arena a;
    struct why why;

    (void)state;
    assert_ok(
        parse("<?xml version='1.0' encoding='ISO-8859-1'?>\n<!-- hello -->\n"
              "<IMSSubscription xmlns:xsi='x' xsi:noNamespaceSchemaLocation='y'"
              ">\n <PrivateID> a@b\n</PrivateID>\n"
              " <Vendor><Identity>sip:no@no</Identity></Vendor>\n"
              " <ServiceProfile><PublicIdentity>"
              "<BarringIndication> true </BarringIndication>"
              "<Identity> SIP:A@IMS.example;x=y </Identity>"
              "<Extension><IdentityType>0</IdentityType><Strange>1</Strange>"
              "<Extension><DisplayName>J\xe4n</DisplayName></Extension>"
              "</Extension></PublicIdentity>" IFC("20", "") IFC("3", "") IFC(
                  "20", TRIGGER) "<Extension><SharedIFCSetID>4</SharedIFCSetID>"
                                 "<Extension><New/></Extension></Extension>"
                                 "</ServiceProfile><Extension/>" END,
              &a, &p, &why),
        &why);
    s = p->services;
    assert_text(p->impi, S("a@b"));
    assert_text(s->identities->impu, S("sip:A@ims.example"));
    assert_true(s->identities->barred);
    assert_text(s->identities->display_name, S("J\xc3\xa4n"));
    assert_null(s->identities->next);
    assert_int_equal(s->ifcs->priority, 3);
    assert_int_equal(s->ifcs->next->priority, 20);
    assert_null(s->ifcs->next->spts); /* of equals the first one first */
    assert_int_equal(s->ifcs->next->next->priority, 20);
    assert_non_null(s->ifcs->next->next->spts);
    assert_null(s->ifcs->next->next->next);
    assert_int_equal(s->ifcs->part, PROFILE_BOTH);
    assert_int_equal(s->nshared, 1);
    assert_int_equal(s->shared_ifc_sets[0], 4);
    assert_int_equal(s->media_profile, PROFILE_NO_MEDIA_PROFILE);
    arena_fini(&a);
}

/* Annex E gives both a default, and no other flag. */
static void an_empty_flag_has_its_default(void **state)
{
    struct ims_profile *p = NULL;
    struct arena a;
    struct why why;

    (void)state;
    assert_ok(parse(BEGIN "<ServiceProfile><PublicIdentity>"
                          "<BarringIndication/><Identity>sip:a@b</Identity>"
                          "</PublicIdentity>" IFC(
                              "1", "<TriggerPoint><ConditionTypeCNF>1"
                                   "</ConditionTypeCNF><SPT><ConditionNegated>"
                                   " </ConditionNegated><Group>0</Group>"
                                   "<Method>INVITE</Method></SPT>"
                                   "</TriggerPoint>") "</ServiceProfile>" END,
                    &a, &p, &why),
              &why);
    assert_false(p->services->identities->barred);
    assert_false(p->services->ifcs->spts->negated);
    arena_fini(&a);
}

static void a_condition_without_content_asks_for_presence(void **state)
{
    struct ims_profile *p = NULL;
    struct arena a;
    struct why why;

    (void)state;
    assert_ok(parse(IN_SPT("<Group>0</Group><SIPHeader><Header>Event</Header>"
                           "</SIPHeader>"),
                    &a, &p, &why),
              &why);
    assert_null(p->services->ifcs->spts->content.p);
    arena_fini(&a);
    assert_ok(parse(IN_SPT("<Group>0</Group><SIPHeader><Header>Event</Header>"
                           "<Content/></SIPHeader>"),
                    &a, &p, &why),
              &why);
    assert_non_null(p->services->ifcs->spts->content.p);
    assert_int_equal(p->services->ifcs->spts->content.n, 0);
    arena_fini(&a);
}

static const struct {
    const char *xml;
    enum ims_err err;
    const char *says;
} refused[] = {
    {"", IMS_MALFORMED, "no element"},
    {"hello", IMS_MALFORMED, "line 1"},
    {"<Other/>", IMS_MALFORMED, "IMSSubscription is not the root"},
    {"<IMSSubscription/>", IMS_MISSING, "PrivateID"},
    {BEGIN END, IMS_MISSING, "ServiceProfile"},
    {BEGIN "<ServiceProfile/>" END, IMS_MISSING, "PublicIdentity"},
    {BEGIN "<ServiceProfile>" IMPU "</ServiceProfile>", IMS_MALFORMED,
     "no element found"},
    {BEGIN "<PrivateID>c@d</PrivateID>" END, IMS_MALFORMED, "twice"},
    {IN_SERVICE("<PublicIdentity/>"), IMS_MISSING, "Identity"},
    {IN_SERVICE("<PublicIdentity><Identity>alice</Identity></PublicIdentity>"),
     IMS_MALFORMED, "alice"},
    {IN_SERVICE("<PublicIdentity><BarringIndication>2</BarringIndication>"
                "</PublicIdentity>"),
     IMS_MALFORMED, "BarringIndication"},
    {IN_SERVICE("<PublicIdentity><Identity>sip:c@d</Identity><Extension>"
                "<IdentityType>5</IdentityType></Extension></PublicIdentity>"),
     IMS_MALFORMED, "IdentityType"},
    {IN_SERVICE(IFC("-1", "")), IMS_MALFORMED, "Priority"},
    {IN_SERVICE(IFC("2147483648", "")), IMS_MALFORMED, "Priority"},
    {IN_SERVICE("<InitialFilterCriteria><ApplicationServer><ServerName>sip:a"
                "</ServerName></ApplicationServer></InitialFilterCriteria>"),
     IMS_MISSING, "Priority"},
    {IN_SERVICE("<InitialFilterCriteria><Priority>1</Priority>"
                "</InitialFilterCriteria>"),
     IMS_MISSING, "ServerName"},
    {IN_SERVICE(IFC("1", "<TriggerPoint/>")), IMS_MISSING, "has no SPT"},
    {IN_SERVICE(IFC("1", "<TriggerPoint><ConditionTypeCNF/></TriggerPoint>")),
     IMS_MALFORMED, "ConditionTypeCNF"},
    {IN_SPT("<Group>0</Group>"), IMS_MISSING, "no condition"},
    {IN_SPT("<Method>INVITE</Method>"), IMS_MISSING, "no Group"},
    {IN_SPT("<Group>0</Group><Method>A</Method><SessionCase>0</SessionCase>"),
     IMS_MALFORMED, "two conditions"},
    {IN_SPT("<Group>0</Group><SessionCase>5</SessionCase>"), IMS_MALFORMED,
     "SessionCase"},
    {IN_SPT("<Group>0</Group><SIPHeader/>"), IMS_MISSING, "no Header"},
    {IN_SPT("<Group>0</Group><SessionDescription/>"), IMS_MISSING, "no Line"},
    {IN_SPT("<Group>x</Group><Method>A</Method>"), IMS_MALFORMED, "Group"},
    {IN_SPT("<Group>0</Group><Method>REGISTER</Method><Extension>"
            "<RegistrationType>3</RegistrationType></Extension>"),
     IMS_MALFORMED, "RegistrationType"},
    /* hostile */
    {"<!DOCTYPE a [<!ENTITY b \"c\">]><IMSSubscription/>", IMS_MALFORMED,
     "document type is not allowed"},
    {"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><IMSSubscription/>",
     IMS_MALFORMED, "document type is not allowed"},
    {"<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://x/\">%p;]>"
     "<IMSSubscription/>",
     IMS_MALFORMED, "document type is not allowed"},
    {BEGIN "<ServiceProfile>&b;" END, IMS_MALFORMED, "undefined entity"},
    {"<?php x?>" BEGIN END, IMS_MALFORMED, "processing instruction"},
    {"<?xml version='1.0' encoding='EBCDIC'?><IMSSubscription/>", IMS_MALFORMED,
     "encoding"},
    {BEGIN "<ServiceProfile>\x01</ServiceProfile>" END, IMS_MALFORMED,
     "not well-formed"},
    {BEGIN "<ServiceProfile>\xff</ServiceProfile>" END, IMS_MALFORMED,
     "not well-formed"},
};

static void what_is_no_user_data_is_refused_in_a_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct ims_profile *p = (void *)&p;
        struct why why = {0};
        struct arena a;

        assert_err(refused[i].err, parse(refused[i].xml, &a, &p, &why), &why);
        assert_has(slice_of(why.text), refused[i].says);
        assert_ptr_equal(p, (void *)&p);
        arena_fini(&a);
    }
}

/* One element, n times in each other or beside each other, then a text. */
static enum ims_err parse_many(const char *before, const char *many, size_t n,
                               const char *after, struct why *why)
{
    struct ims_profile *p;
    struct arena a;
    struct buf b;
    enum ims_err err;

    buf_init(&b, 2 * XML_MAX_BYTES);
    buf_str(&b, before);
    for (size_t i = 0; i < n; i++)
        buf_str(&b, many);
    buf_str(&b, after);
    arena_init(&a, 0, 65536);
    err = profile_parse(buf_slice(&b), &a, &p, why);
    arena_fini(&a);
    buf_fini(&b);
    return err;
}

static void every_bound_refuses_what_goes_beyond_it(void **state)
{
    struct why why;

    (void)state;
    assert_err(IMS_MALFORMED,
               parse_many("<IMSSubscription>", "<a>", XML_MAX_DEPTH, "", &why),
               &why);
    assert_has(slice_of(why.text), "nested too deeply");
    assert_err(IMS_TOO_LARGE,
               parse_many("", "<!-- -->", XML_MAX_BYTES / 8 + 1, "", &why),
               &why);
    assert_ok(parse_many(BEGIN "<ServiceProfile>" IMPU IFC("1", "") "<Extra>",
                         "x", DOCUMENT_MAX_TEXT + 1,
                         "</Extra></ServiceProfile>" END, &why),
              &why);
    assert_err(IMS_TOO_LARGE,
               parse_many("<IMSSubscription><PrivateID>", "x",
                          DOCUMENT_MAX_TEXT + 1, "", &why),
               &why);
    /* expat gives each of these alone */
    assert_err(IMS_TOO_LARGE,
               parse_many("<IMSSubscription><PrivateID>", "&lt;",
                          DOCUMENT_MAX_TEXT + 1, "", &why),
               &why);
    assert_err(IMS_FULL,
               parse_many(BEGIN "<ServiceProfile>" IMPU,
                          "<SharedIFCSetID>1</SharedIFCSetID>",
                          XML_MAX_SHARED + 1, "</ServiceProfile>" END, &why),
               &why);
    assert_err(IMS_FULL,
               parse_many(BEGIN "<ServiceProfile>" IMPU
                                "<InitialFilterCriteria><TriggerPoint><SPT>",
                          "<Group>1</Group>", XML_MAX_GROUPS + 1, "", &why),
               &why);
    assert_err(IMS_FULL,
               parse_many(BEGIN, "<ServiceProfile>" IMPU "</ServiceProfile>",
                          2000, END, &why),
               &why);
    assert_has(slice_of(why.text), "memory");
}

struct counts {
    unsigned fine, refused;
};

static void parse_prefix(void *ctx, struct slice text)
{
    struct counts *n = ctx;
    struct ims_profile *p;
    struct why why = {0};
    struct arena a;

    arena_init(&a, 0, 8192);
    if (profile_parse(text, &a, &p, &why) == IMS_OK)
        n->fine++;
    else if (why.text[0])
        n->refused++;
    arena_fini(&a);
}

static void user_data_cut_after_any_byte_is_refused(void **state)
{
    struct counts n = {0};
    struct slice xml;
    struct buf b;

    (void)state;
    xml = write_profile(&everything, &b);
    each_prefix(xml, parse_prefix, &n);
    assert_int_equal(n.fine, 1);
    assert_int_equal(n.refused, xml.n);
    buf_fini(&b);
}

static void an_arena_that_is_too_small_is_refused_at_each_size(void **state)
{
    struct slice xml;
    size_t limit = 0;
    enum ims_err err;
    struct buf b;

    (void)state;
    xml = write_profile(&everything, &b);
    do {
        struct ims_profile *p;
        struct arena a;
        struct why why;

        arena_init(&a, 0, limit);
        err = profile_parse(xml, &a, &p, &why);
        if (err)
            assert_err(IMS_FULL, err, &why);
        arena_fini(&a);
        limit += 8;
        assert_true(limit < 8192);
    } while (err);
    buf_fini(&b);
}

/* 100,000 registered users at 2 KB each: a usual profile takes half of it. */
static void a_usual_profile_takes_less_than_a_kilobyte(void **state)
{
    static const struct profile_identity ids[] = {
        {.next = &ids[1], .impu = {"sip:alice@ims.example", 21}},
        {.impu = {"tel:+12125550101", 16}},
    };
    struct profile_spt spt = {.groups = group_0,
                              .ngroups = 1,
                              .kind = SPT_METHOD,
                              .content = S("INVITE")};
    struct profile_ifc second = {
        .spts = &spt, .server = S("sip:as2.ims.example;lr"), .priority = 2};
    struct profile_ifc first = {.next = &second,
                                .spts = &spt,
                                .server = S("sip:as1.ims.example;lr"),
                                .priority = 1};
    struct profile_service s = {
        .identities = ids, .ifcs = &first, .media_profile = -1};
    struct ims_profile usual = {S("alice@ims.example"), &s}, *p;
    struct arena a;
    struct why why;
    struct buf b;

    (void)state;
    write_profile(&usual, &b);
    arena_init(&a, 0, 1024);
    assert_ok(profile_parse(buf_slice(&b), &a, &p, &why), &why);
    arena_fini(&a);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_valid_against_the_release_8_schema),
        cmocka_unit_test(what_was_written_reads_back_the_same),
        cmocka_unit_test(a_copy_is_equal_and_lives_alone),
        cmocka_unit_test(a_copy_without_room_is_refused),
        cmocka_unit_test(a_profile_that_cannot_be_xml_is_not_written),
        cmocka_unit_test(an_incomplete_profile_is_not_written),
        cmocka_unit_test(a_profile_that_does_not_fit_is_refused),
        cmocka_unit_test(what_another_vendor_may_write_is_understood),
        cmocka_unit_test(an_empty_flag_has_its_default),
        cmocka_unit_test(a_condition_without_content_asks_for_presence),
        cmocka_unit_test(what_is_no_user_data_is_refused_in_a_sentence),
        cmocka_unit_test(every_bound_refuses_what_goes_beyond_it),
        cmocka_unit_test(user_data_cut_after_any_byte_is_refused),
        cmocka_unit_test(an_arena_that_is_too_small_is_refused_at_each_size),
        cmocka_unit_test(a_usual_profile_takes_less_than_a_kilobyte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
