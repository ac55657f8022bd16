/* SPDX-License-Identifier: MIT */
#include "scscf/scscf.h"
#include "support/check.h"
#include "support/ims.h"
#include "support/nodes.h"

/* What an administrator does to registrations at the S-CSCF.
 *
 * proves S-REG-4 S-REG-5 */

#define USER                                                              \
    "<IMSSubscription><PrivateID>card@x</PrivateID><ServiceProfile>"      \
    "<PublicIdentity><Identity>sip:a@x</Identity></PublicIdentity>"       \
    "<PublicIdentity><Identity>tel:+15551001</Identity></PublicIdentity>" \
    "</ServiceProfile></IMSSubscription>"
#define ONE "sip:a@10.0.0.1"
#define TWO "sip:a@10.0.0.2"

struct fixture {
    struct ims w;
    struct node *scscf;
    struct scscf *me;
};

static void bind_to(struct irs *irs, const char *contact)
{
    irs_bind(irs, NULL,
             &(struct binding_values){.uri = slice_of(contact),
                                      .impi = S("card@x"),
                                      .call_id = S("call"),
                                      .q = 1000,
                                      .expires_us = (int64_t)3600 * SECOND});
}

/* a has that many contacts; with none she is served unregistered. */
static void set_up(struct fixture *f, unsigned contacts)
{
    struct irs *irs;
    struct why why;

    ims_init(&f->w, "");
    f->scscf = ims_start(&f->w, "scscf1");
    f->me = f->scscf->state;
    assert_ok(
        registrar_put(f->me->registrar, S(USER), S("sip:a@x"), &irs, &why),
        &why);
    if (contacts > 0)
        bind_to(irs, ONE);
    if (contacts > 1)
        bind_to(irs, TWO);
    if (!contacts)
        registrar_serve_unregistered(irs, 600 * SECOND);
}

static unsigned post(struct fixture *f, const char *line, const char *says)
{
    struct api_answer a;
    unsigned status;

    api_answer_init(&a);
    api_ask(f->scscf, line, NULL, &a);
    assert_int_equal(a.count, 1);
    assert_has(buf_slice(&a.body), says);
    status = a.status;
    api_answer_fini(&a);
    return status;
}

static struct irs *set_of(struct fixture *f)
{
    struct irs_identity *id = registrar_find(f->me->registrar, S("sip:a@x"));

    return id ? id->irs : NULL;
}

static unsigned bound(struct fixture *f)
{
    return set_of(f) ? set_of(f)->binding_count : 0;
}

#define EXPIRE(who, query) "POST /api/v1/registrations/" who "/expire" query
#define REAUTHENTICATE(who, query) \
    "POST /api/v1/registrations/" who "/reauthenticate" query

static void contacts_expire_as_they_are_told_to(void **state)
{
    static const struct {
        const char *line;
        unsigned contacts; /* before */
        unsigned status;
        const char *says;
        unsigned left;
    } rows[] = {
        {EXPIRE("sip:a@x", ""), 2, 200, "\"expired\":2", 0},
        {EXPIRE("tel:+15551001", ""), 1, 200, "\"expired\":1", 0},
        {EXPIRE("sip:a@x", "?contact=" ONE), 2, 200, "\"expired\":1", 1},
        {EXPIRE("sip:a@x", "?contact=" ONE), 1, 200, "\"expired\":1", 0},
        {EXPIRE("sip:a@x", "?contact=sip:a@10.0.0.9"), 2, 409,
         "no such contact is bound", 2},
        {EXPIRE("sip:a@x", "?contact="), 2, 409, "no such contact is bound", 2},
        {EXPIRE("sip:a@x", ""), 0, 409, "no contact is bound", 0},
        {EXPIRE("sip:nobody@x", ""), 2, 404, "is not served by this S-CSCF", 2},
        {EXPIRE("nonsense", ""), 2, 400, "nonsense", 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f, rows[i].contacts);
        assert_int_equal(post(&f, rows[i].line, rows[i].says), rows[i].status);
        assert_int_equal(bound(&f), rows[i].left);
        if (rows[i].status == 200)
            ims_assert_says(f.scscf, "S-REG-4", "has expired");
        ims_fini(&f.w);
    }
}

/* It would be postponed, for the HSS may bind it anew. */
static void nobody_expires_while_his_register_waits_for_the_hss(void **state)
{
    struct map_node waiting;
    struct fixture f;

    (void)state;
    set_up(&f, 2);
    assert_true(map_add(&f.me->assigning, &waiting, S("card@x")));
    assert_int_equal(
        post(&f, EXPIRE("sip:a@x", ""), "a REGISTER of this user waits"), 409);
    assert_int_equal(bound(&f), 2);
    map_remove(&f.me->assigning, &waiting);
    assert_int_equal(post(&f, EXPIRE("sip:a@x", ""), "\"expired\":2"), 200);
    ims_fini(&f.w);
}

static void contacts_are_shortened_as_they_are_told_to(void **state)
{
    static const struct {
        const char *line;
        unsigned contacts, status;
        const char *says;
        unsigned seconds; /* that the first one has left */
    } rows[] = {
        {REAUTHENTICATE("sip:a@x", ""), 2, 200, "\"shortened\":2", 60},
        {REAUTHENTICATE("sip:a@x", "?expires=600"), 1, 200, "\"shortened\":1",
         600},
        {REAUTHENTICATE("sip:a@x", "?expires=3600"), 2, 409,
         "no contact has more than 3600 s left", 3600},
        {REAUTHENTICATE("sip:a@x", "?expires=x"), 2, 400, "expires", 3600},
        {REAUTHENTICATE("sip:a@x", "?expires=4294967296"), 2, 400, "expires",
         3600},
        {REAUTHENTICATE("sip:a@x", ""), 0, 409,
         "no contact has more than 60 s left", 0},
        {REAUTHENTICATE("sip:nobody@x", ""), 2, 404,
         "is not served by this S-CSCF", 3600},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f, rows[i].contacts);
        assert_int_equal(post(&f, rows[i].line, rows[i].says), rows[i].status);
        assert_int_equal(bound(&f), rows[i].contacts);
        if (rows[i].contacts)
            assert_int_equal(binding_expires(irs_find_binding(
                                 set_of(&f), S("card@x"), S(ONE))),
                             rows[i].seconds);
        ims_fini(&f.w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contacts_expire_as_they_are_told_to),
        cmocka_unit_test(nobody_expires_while_his_register_waits_for_the_hss),
        cmocka_unit_test(contacts_are_shortened_as_they_are_told_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
