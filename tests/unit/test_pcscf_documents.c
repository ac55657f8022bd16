/* SPDX-License-Identifier: MIT */
#include "pcscf/pcscf.h"
#include "support/check.h"
#include "support/watching.h"
#include <stdio.h>

/* What documents of the reg event package mean for the contacts of a P-CSCF.
 *
 * proves P-REG-5 P-REG-6 */

static void a_word_must_be_about_this_registration(void **state)
{
    static const struct {
        const char *body;
        bool stays;
    } rows[] = {
        {DOC("0", "full", GONE), false},
        {DOC("0", "full", CONTACT("terminated", "rejected", "callid=\"r\"")),
         false},
        {DOC("0", "full",
             CONTACT("terminated", "expired", "callid=\"r\" cseq=\"7\"")),
         false},
        {DOC("0", "full",
             CONTACT("terminated", "expired", "callid=\"r\" cseq=\"6\"")),
         true},
        {DOC("0", "full", CONTACT("terminated", "expired", "callid=\"s\"")),
         true},
        {DOC("0", "full",
             "<contact id=\"1\" state=\"terminated\" event=\"rejected\">"
             "<uri>sip:b@127.0.0.50:5060</uri></contact>"),
         true},
        /* active under one identity, terminated under another */
        {DOC("0", "full",
             GONE "</registration><registration aor=\"tel:+15551001\" "
                  "id=\"2\" state=\"active\">" HERE),
         true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;

        watching_set_up(&f);
        assert_int_equal(watching_tell(&f, rows[i].body), 200);
        assert_int_equal(watching_is_registered(&f), rows[i].stays);
        watching_fini(&f);
    }
}

static void the_last_word_on_identities_counts(void **state)
{
    static const char full[] =
        DOC("0", "full",
            HERE "</registration><registration aor=\"sip:new@ims.example\" "
                 "id=\"2\" state=\"active\">" HERE);
    static const char partial[] =
        DOC("1", "partial",
            HERE "</registration><registration aor=\"sip:new@ims.example\" "
                 "id=\"2\" state=\"terminated\">");
    struct watching f;

    (void)state;
    watching_set_up(&f);
    watching_tell(&f, full);
    ims_assert_get(&f.b.w, f.b.pcscf, "GET /api/v1/registrations", 200,
                   "[\"sip:a@ims.example\",\"sip:new@ims.example\"]");
    watching_tell(&f, partial);
    ims_assert_get(&f.b.w, f.b.pcscf, "GET /api/v1/registrations", 200,
                   "[\"sip:a@ims.example\"]");
    watching_fini(&f);
}

/* RFC 3261 19.1.4: with user=phone it is another URI. */
static void an_identity_stays_as_it_was_told_first(void **state)
{
    static const char *const docs[] = {
        DOC("0", "full",
            HERE NEXT("sip:+4930@ims.example;user=phone", "active") HERE),
        DOC("1", "full", HERE NEXT("sip:+4930@ims.example", "active") HERE),
    };
    struct watching f;
    const struct pcscf *me;
    const struct contact *c;

    (void)state;
    watching_set_up(&f);
    me = f.b.pcscf->state;
    c = flows_next(me->flows, NULL);
    for (size_t i = 0; i < sizeof docs / sizeof *docs; i++) {
        watching_tell(&f, docs[i]);
        assert_text(str_slice(&c->identities),
                    S("sip:a@ims.example\nsip:+4930@ims.example\t"
                      "<sip:+4930@ims.example;user=phone>\n"));
    }
    watching_tell(&f, DOC("2", "full", HERE));
    assert_text(str_slice(&c->identities), S("sip:a@ims.example\n"));
    watching_fini(&f);
}

/* RFC 3680 5.1 */
static void
what_a_full_document_does_not_name_has_ended_if_it_was_named(void **state)
{
    static const char named[] =
        DOC("0", "full",
            CONTACT("active", "registered", "callid=\"r\" cseq=\"7\""));
    static const struct {
        const char *before, *then;
        bool anew, stays; /* registered anew between the two */
    } rows[] = {
        {named, DOC("1", "full", ""), false, false},
        {named, DOC("1", "partial", ""), false, true},
        {named, DOC("1", "full", HERE), false, true},
        {named, DOC("1", "full", ""), true, true},
        {DOC("0", "full", HERE), DOC("1", "full", ""), false, true},
        {DOC("0", "full", ""), DOC("1", "full", ""), false, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;

        watching_set_up(&f);
        assert_int_equal(watching_tell(&f, rows[i].before), 200);
        if (rows[i].anew)
            watching_register(&f, "r", 8, "a@ims.example");
        assert_int_equal(watching_tell(&f, rows[i].then), 200);
        assert_int_equal(watching_is_registered(&f), rows[i].stays);
        watching_fini(&f);
    }
}

/* However many documents come. */
static void identities_do_not_grow_without_an_end(void **state)
{
    struct watching f;
    const struct pcscf *me;
    const struct contact *c;
    struct buf doc;

    (void)state;
    watching_set_up(&f);
    me = f.b.pcscf->state;
    c = flows_next(me->flows, NULL);
    watching_tell(&f, DOC("0", "full", HERE));
    buf_init(&doc, 65535);
    for (unsigned version = 1; version < 9; version++) {
        buf_reset(&doc);
        buf_printf(&doc,
                   "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" "
                   "version=\"%u\" state=\"partial\">",
                   version);
        for (unsigned i = 0; i < 60; i++)
            buf_printf(&doc,
                       "<registration aor=\"sip:u%u.%0120u@ims.example\" "
                       "id=\"i\" state=\"active\">" HERE "</registration>",
                       version, i);
        buf_str(&doc, "</reginfo>");
        assert_false(doc.full);
        buf_char(&doc, '\0');
        assert_int_equal(watching_tell(&f, doc.p), 200);
    }
    assert_in_range(c->identities.n, 60 * 120, 16384);
    assert_true(contact_has_identity(c, S("sip:a@ims.example")));
    ims_assert_says(f.b.pcscf, "P-REG-5", "there is no room");
    buf_fini(&doc);
    watching_fini(&f);
}

static void an_identity_that_is_told_twice_is_there_once(void **state)
{
    struct watching f;

    (void)state;
    watching_set_up(&f);
    watching_tell(
        &f, DOC("0", "full",
                HERE "</registration><registration aor=\"sip:n@ims.example\" "
                     "id=\"2\" state=\"active\">" HERE
                     "</registration><registration "
                     "aor=\"sip:n@IMS.example;x=y\" "
                     "id=\"3\" state=\"active\">" HERE));
    ims_assert_get(&f.b.w, f.b.pcscf, "GET /api/v1/registrations", 200,
                   "[\"sip:a@ims.example\",\"sip:n@ims.example\"]");
    watching_fini(&f);
}

static void a_registration_is_shortened_and_never_lengthened(void **state)
{
    struct watching f;

    (void)state;
    watching_set_up(&f);
    watching_tell(&f, DOC("0", "full",
                          CONTACT("active", "shortened", "expires=\"9000\"")));
    watching_tell(&f, DOC("1", "partial",
                          CONTACT("active", "shortened", "expires=\"60\"")));
    sim_run_for(f.b.w.sim, 59 * SECOND);
    assert_true(watching_is_registered(&f));
    sim_run_for(f.b.w.sim, 2 * SECOND);
    assert_false(watching_is_registered(&f));
    watching_fini(&f);
}

#define TEL "tel:+15551001"
#define ALL DOC("0", "full", NAMED NEXT(TEL, "active") NAMED)

/* RFC 3680 5.1, TS 24.229 5.2.5.2 */
static void a_partial_end_is_one_of_the_identities_it_names(void **state)
{
    static const char a[] = "[\"sip:a@ims.example\"]", tel[] = "[\"" TEL "\"]";
    static const char both[] = "[\"sip:a@ims.example\",\"" TEL "\"]";
    static const struct {
        const char *doc, *left; /* NULL: it is registered no more */
    } rows[] = {
        {DOC("1", "partial", "" NEXT(TEL, "active") GONE), a},
        {DOC("1", "partial", "" NEXT(TEL, "terminated") GONE), a},
        {DOC("1", "partial", "" NEXT(TEL, "terminated")), a},
        {DOC("1", "partial", GONE), tel},
        {DOC("1", "partial", "" NEXT("sip:c@ims.example", "active") GONE),
         both},
        {DOC("1", "partial", GONE NEXT(TEL, "active") GONE), NULL},
        {DOC("1", "full", GONE), NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;

        watching_set_up(&f);
        watching_tell(&f, ALL);
        assert_int_equal(watching_tell(&f, rows[i].doc), 200);
        assert_int_equal(watching_is_registered(&f), rows[i].left != NULL);
        if (rows[i].left)
            ims_assert_get(&f.b.w, f.b.pcscf, "GET /api/v1/registrations", 200,
                           rows[i].left);
        watching_fini(&f);
    }
}

/* A 200 without P-Associated-URI: what was registered is all. */
static void who_has_one_identity_ends_with_it(void **state)
{
    struct watching f;

    (void)state;
    watching_init(&f, true);
    watching_register(&f, "r", 7, "b@ims.example");
    watching_begin(&f, 0);
    watching_accept(&f, 0);
    watching_tell(&f, DOC("0", "full", ""));
    watching_tell(&f, DOC("1", "partial", GONE));
    assert_true(watching_is_registered(&f));
    watching_tell(
        &f, DOC("2", "partial", "" NEXT("sip:b@ims.example", "active") GONE));
    assert_false(watching_is_registered(&f));
    watching_fini(&f);
}

/* RFC 3680 4.7, 5.1 */
static void a_terminated_registration_has_no_contacts(void **state)
{
#define OVER(inside)                                                         \
    "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"1\" state=" \
    "\"partial\"><registration aor=\"sip:a@ims.example\" id=\"1\" state="    \
    "\"terminated\">" inside "</registration></reginfo>"
    static const char over[] = OVER(NEXT(TEL, "terminated"));
    static const struct {
        const char *before, *then;
        bool anew, stays; /* registered anew between the two */
    } rows[] = {
        {ALL, over, false, false},
        {ALL, OVER(""), false, true},
        {ALL, over, true, true},
        {DOC("0", "full", HERE NEXT(TEL, "active") HERE), over, false, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;

        watching_set_up(&f);
        watching_tell(&f, rows[i].before);
        if (rows[i].anew)
            watching_register(&f, "r", 8, "a@ims.example");
        assert_int_equal(watching_tell(&f, rows[i].then), 200);
        assert_int_equal(watching_is_registered(&f), rows[i].stays);
        watching_fini(&f);
    }
}

/* An S-CSCF tells as it answers REGISTER, and the answer has a longer way. */
static void a_word_before_the_200_is_about_what_it_registers(void **state)
{
    static const struct {
        const char *call, *word;
        bool stays;
    } rows[] = {
        {"r", "callid=\"r\" cseq=\"8\"", false},
        {"r", "callid=\"r\" cseq=\"7\"", true}, /* it is an older one */
        {"s", "callid=\"r\" cseq=\"8\"", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;
        char doc[1000];

        watching_set_up(&f);
        watching_tell(&f, ALL);
        watching_ask(&f, rows[i].call, 8, "a@ims.example");
        snprintf(doc, sizeof doc,
                 DOC("1", "partial", CONTACT("active", "refreshed", "%s")),
                 rows[i].word);
        watching_tell(&f, doc);
        watching_grant(&f, "a@ims.example");
        watching_tell(&f, DOC("2", "full", ""));
        assert_int_equal(watching_is_registered(&f), rows[i].stays);
        watching_fini(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_must_be_about_this_registration),
        cmocka_unit_test(the_last_word_on_identities_counts),
        cmocka_unit_test(an_identity_stays_as_it_was_told_first),
        cmocka_unit_test(
            what_a_full_document_does_not_name_has_ended_if_it_was_named),
        cmocka_unit_test(identities_do_not_grow_without_an_end),
        cmocka_unit_test(an_identity_that_is_told_twice_is_there_once),
        cmocka_unit_test(a_partial_end_is_one_of_the_identities_it_names),
        cmocka_unit_test(who_has_one_identity_ends_with_it),
        cmocka_unit_test(a_terminated_registration_has_no_contacts),
        cmocka_unit_test(a_word_before_the_200_is_about_what_it_registers),
        cmocka_unit_test(a_registration_is_shortened_and_never_lengthened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
