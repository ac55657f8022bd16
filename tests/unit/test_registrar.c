/* SPDX-License-Identifier: MIT */
#include "scscf/registrar.h"
#include "support/check.h"
#include "support/world.h"
#include <malloc.h>
#include <stdio.h>

/* The S-CSCF's store of implicit registration sets.
 *
 * proves S-REG-3 S-REG-4 S-TRM-4 */

#define USER_OF(impi, impus)                                                 \
    "<IMSSubscription><PrivateID>" impi "</PrivateID><ServiceProfile>" impus \
    "</ServiceProfile></IMSSubscription>"
#define USER(impus) USER_OF("a@ims.example", impus)
#define IMPU(id) "<PublicIdentity><Identity>" id "</Identity></PublicIdentity>"
#define BARRED(id)                                                          \
    "<PublicIdentity><BarringIndication>1</BarringIndication><Identity>" id \
    "</Identity></PublicIdentity>"

#define WILD(id, type)                          \
    "<PublicIdentity><Identity>" id             \
    "</Identity><Extension><IdentityType>" type \
    "</IdentityType></Extension></PublicIdentity>"

struct fixture {
    struct sim *sim;
    struct world_host *w;
    struct registrar *r;
    unsigned expired, ended;
    char left[200]; /* identities, of sets with that many more */
};

static void on_expired(void *ctx, struct binding *b)
{
    struct fixture *f = ctx;

    f->expired++;
    irs_unbind(b);
}

static void on_unregistered_end(void *ctx, struct irs *irs)
{
    struct fixture *f = ctx;

    f->ended++;
    registrar_remove(irs);
}

static void on_identity_left(void *ctx, struct irs *irs, struct slice impu)
{
    struct fixture *f = ctx;
    size_t n = strlen(f->left);

    assert_true(irs->news);
    assert_null(registrar_find(f->r, impu));
    snprintf(f->left + n, sizeof f->left - n, "%.*s of %u, ", SLICE_ARG(impu),
             irs->found_count);
}

static void set_up(struct fixture *f, size_t identities)
{
    static const struct registrar_handler handler = {
        .on_expired = on_expired,
        .on_unregistered_end = on_unregistered_end,
        .on_identity_left = on_identity_left,
    };

    *f = (struct fixture){.sim = sim_new(1)};
    f->w = world_host_new(f->sim, "scscf1");
    f->r = registrar_new(&f->w->env, identities, &handler, f);
}

static void tear_down(struct fixture *f)
{
    registrar_free(f->r);
    world_host_free(f->w);
    sim_free(f->sim);
}

static struct irs *put(struct fixture *f, const char *xml, const char *impu)
{
    struct irs *irs = NULL;
    struct why why;

    assert_ok(registrar_put(f->r, slice_of(xml), slice_of(impu), &irs, &why),
              &why);
    return irs;
}

static struct binding *bind_to(struct irs *irs, struct binding *old,
                               const char *uri, int64_t seconds)
{
    return irs_bind(irs, old,
                    &(struct binding_values){.uri = slice_of(uri),
                                             .impi = S("a@ims.example"),
                                             .call_id = S("call"),
                                             .path = S("<sip:p;lr>"),
                                             .q = 1000,
                                             .expires_us = seconds * SECOND});
}

static void
all_identities_of_a_set_are_found_and_share_its_contacts(void **state)
{
    struct fixture f;
    struct irs *irs;

    (void)state;
    set_up(&f, 100);
    irs = put(&f,
              USER(BARRED("sip:x@ims.example") IMPU("sip:a@ims.example")
                       IMPU("tel:+1555")),
              "sip:a@ims.example");
    assert_ptr_equal(registrar_find(f.r, S("tel:+1555"))->irs, irs);
    assert_true(registrar_find(f.r, S("sip:x@ims.example"))->profile->barred);
    assert_null(registrar_find(f.r, S("sip:b@ims.example")));
    assert_text(irs_default(irs), S("sip:a@ims.example"));
    assert_false(irs_is_registered(irs));
    bind_to(irs, NULL, "sip:a@10.0.0.1", 60);
    assert_true(irs_is_registered(registrar_find(f.r, S("tel:+1555"))->irs));
    assert_int_equal(registrar_figures(f.r)->registered, 1);
    assert_int_equal(registrar_figures(f.r)->identities, 3);
    tear_down(&f);
}

static void a_new_profile_replaces_the_old_and_keeps_the_contacts(void **state)
{
    struct fixture f;
    struct irs *irs;

    (void)state;
    set_up(&f, 100);
    irs = put(&f, USER(IMPU("sip:a@ims.example") IMPU("sip:old@ims.example")),
              "sip:a@ims.example");
    bind_to(irs, NULL, "sip:a@10.0.0.1", 60);
    irs = put(&f, USER(IMPU("sip:a@ims.example") IMPU("sip:new@ims.example")),
              "sip:a@ims.example");
    assert_null(registrar_find(f.r, S("sip:old@ims.example")));
    assert_ptr_equal(registrar_find(f.r, S("sip:new@ims.example"))->irs, irs);
    assert_int_equal(irs->binding_count, 1);
    assert_int_equal(registrar_figures(f.r)->sets, 1);
    assert_int_equal(registrar_figures(f.r)->registered, 1);
    assert_int_equal(registrar_figures(f.r)->identities, 2);
    tear_down(&f);
}

static void the_same_user_data_again_changes_nothing(void **state)
{
    static const char both[] =
        USER(IMPU("sip:a@ims.example") IMPU("sip:m@ims.example"));
    static const char other[] =
        USER(IMPU("sip:b@ims.example") IMPU("sip:m@ims.example"));
    struct fixture f;
    struct irs *irs;
    const struct ims_profile *profile;

    (void)state;
    set_up(&f, 100);
    irs = put(&f, both, "sip:a@ims.example");
    profile = irs->profile;
    bind_to(irs, NULL, "sip:a@10.0.0.1", 60);
    assert_ptr_equal(put(&f, both, "sip:m@ims.example"), irs);
    assert_ptr_equal(irs->profile, profile);
    assert_int_equal(irs->binding_count, 1);
    assert_int_equal(registrar_figures(f.r)->sets, 1);
    /* sip:m moves away and back, though the text is known */
    put(&f, other, "sip:b@ims.example");
    irs = put(&f, both, "sip:a@ims.example");
    assert_ptr_equal(registrar_find(f.r, S("sip:m@ims.example"))->irs, irs);
    assert_int_equal(irs->binding_count, 1);
    tear_down(&f);
}

static void an_identity_that_moved_belongs_to_its_newer_set(void **state)
{
    struct fixture f;
    struct irs *b;

    (void)state;
    set_up(&f, 100);
    put(&f, USER(IMPU("sip:a@ims.example") IMPU("sip:m@ims.example")),
        "sip:a@ims.example");
    b = put(&f, USER(IMPU("sip:b@ims.example") IMPU("sip:m@ims.example")),
            "sip:b@ims.example");
    assert_ptr_equal(registrar_find(f.r, S("sip:m@ims.example"))->irs, b);
    assert_int_equal(registrar_figures(f.r)->identities, 3);
    registrar_remove(registrar_find(f.r, S("sip:a@ims.example"))->irs);
    assert_ptr_equal(registrar_find(f.r, S("sip:m@ims.example"))->irs, b);
    tear_down(&f);
}

static void each_identity_that_leaves_its_set_is_told(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f, 100);
    put(&f, USER(IMPU("sip:a@x.y") IMPU("sip:1@x.y") IMPU("sip:2@x.y")),
        "sip:a@x.y");
    assert_string_equal(f.left, "");
    put(&f, USER(IMPU("sip:a@x.y") IMPU("sip:2@x.y") IMPU("sip:3@x.y")),
        "sip:2@x.y");
    assert_string_equal(f.left, "sip:1@x.y of 3, ");
    put(&f, USER_OF("b@x.y", IMPU("sip:b@x.y") IMPU("sip:3@x.y")), "sip:b@x.y");
    assert_string_equal(f.left, "sip:1@x.y of 3, sip:3@x.y of 2, ");
    registrar_remove(registrar_find(f.r, S("sip:a@x.y"))->irs);
    put(&f, USER_OF("c@x.y", IMPU("sip:c@x.y") IMPU("sip:3@x.y")), "sip:c@x.y");
    put(&f, USER_OF("d@x.y", IMPU("sip:d@x.y") IMPU("sip:b@x.y")), "sip:d@x.y");
    assert_string_equal(f.left, "sip:1@x.y of 3, sip:3@x.y of 2, "
                                "sip:3@x.y of 1, sip:b@x.y of 0, ");
    assert_int_equal(registrar_figures(f.r)->sets, 2);
    assert_int_equal(registrar_figures(f.r)->identities, 4);
    tear_down(&f);
}

/* The identity was his: the profile that took it away did not come. */
static void contacts_do_not_go_over_to_another_user(void **state)
{
    struct fixture f;
    struct irs *a, *b;

    (void)state;
    set_up(&f, 100);
    a = put(&f, USER(IMPU("sip:a@x.y") IMPU("sip:m@x.y")), "sip:a@x.y");
    bind_to(a, NULL, "sip:a@10.0.0.1", 60);
    b = put(&f, USER_OF("b@x.y", IMPU("sip:m@x.y")), "sip:m@x.y");
    assert_ptr_equal(registrar_find(f.r, S("sip:m@x.y"))->irs, b);
    assert_false(irs_is_registered(b));
    assert_ptr_equal(registrar_find(f.r, S("sip:a@x.y"))->irs, a);
    assert_int_equal(a->binding_count, 1);
    assert_string_equal(f.left, "sip:m@x.y of 1, ");
    /* a second private identity of a user is no other user */
    a = put(&f, USER_OF("a2@x.y", IMPU("sip:a@x.y")), "sip:a@x.y");
    assert_int_equal(a->binding_count, 1);
    tear_down(&f);
}

static void contacts_are_found_by_uri_comparison_and_bound_anew(void **state)
{
    struct fixture f;
    struct irs *irs;
    struct binding *b;

    (void)state;
    set_up(&f, 100);
    irs = put(&f, USER(IMPU("sip:a@ims.example")), "sip:a@ims.example");
    b = bind_to(irs, NULL, "sip:a@HOST.example:5070", 60);
    assert_ptr_equal(
        irs_find_binding(irs, S("a@ims.example"), S("sip:a@host.example:5070")),
        b);
    assert_null(irs_find_binding(irs, S("a@ims.example"),
                                 S("sip:a@host.example:5071")));
    b = bind_to(irs, b, "sip:a@host.example:5070", 120);
    assert_int_equal(irs->binding_count, 1);
    assert_int_equal(binding_expires(b), 120);
    sim_run_for(f.sim, 500 * MSEC);
    assert_int_equal(binding_expires(b), 120);
    sim_run_for(f.sim, 1 * SECOND);
    assert_int_equal(binding_expires(b), 119);
    tear_down(&f);
}

static void a_contact_expires_at_its_time_and_not_before(void **state)
{
    struct fixture f;
    struct irs *irs;

    (void)state;
    set_up(&f, 100);
    irs = put(&f, USER(IMPU("sip:a@ims.example")), "sip:a@ims.example");
    bind_to(irs, NULL, "sip:a@10.0.0.1", 60);
    bind_to(irs, NULL, "sip:a@10.0.0.2", 90);
    sim_run_for(f.sim, 60 * SECOND - 1);
    assert_int_equal(f.expired, 0);
    sim_run_for(f.sim, 1);
    assert_int_equal(f.expired, 1);
    assert_int_equal(irs->binding_count, 1);
    sim_run_for(f.sim, 30 * SECOND);
    assert_false(irs_is_registered(irs));
    tear_down(&f);
}

static void a_set_without_contacts_is_served_for_a_while(void **state)
{
    struct fixture f;
    struct irs *irs;

    (void)state;
    set_up(&f, 100);
    irs = put(&f, USER(IMPU("sip:a@ims.example")), "sip:a@ims.example");
    registrar_serve_unregistered(irs, 10 * SECOND);
    sim_run_for(f.sim, 11 * SECOND);
    assert_int_equal(f.ended, 1);
    assert_null(registrar_find(f.r, S("sip:a@ims.example")));
    irs = put(&f, USER(IMPU("sip:a@ims.example")), "sip:a@ims.example");
    registrar_serve_unregistered(irs, 10 * SECOND);
    bind_to(irs, NULL, "sip:a@10.0.0.1", 60);
    sim_run_for(f.sim, 11 * SECOND);
    assert_int_equal(f.ended, 1);
    tear_down(&f);
}

static void what_cannot_be_kept_is_refused_and_changes_nothing(void **state)
{
    static const struct {
        const char *xml, *impu;
        enum ims_err err;
    } rows[] = {
        {"", "sip:a@ims.example", IMS_MALFORMED},
        {"<IMSSubscription>", "sip:a@ims.example", IMS_MALFORMED},
        {USER(IMPU("sip:b@ims.example")), "sip:a@ims.example", IMS_MISSING},
        {USER(IMPU("sip:1@x.y") IMPU("sip:2@x.y") IMPU("sip:3@x.y")),
         "sip:1@x.y", IMS_FULL},
    };
    struct fixture f;
    struct irs *irs = NULL;
    struct why why;

    (void)state;
    set_up(&f, 2);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_err(rows[i].err,
                   registrar_put(f.r, slice_of(rows[i].xml),
                                 slice_of(rows[i].impu), &irs, &why),
                   &why);
        assert_null(irs);
        assert_int_equal(registrar_figures(f.r)->sets, 0);
        assert_int_equal(registrar_figures(f.r)->identities, 0);
    }
    tear_down(&f);
}

static void a_renewed_profile_without_room_leaves_the_old_one(void **state)
{
    struct fixture f;
    struct irs *irs, *out = NULL;
    struct why why;

    (void)state;
    set_up(&f, 2);
    irs = put(&f, USER(IMPU("sip:1@x.y")), "sip:1@x.y");
    bind_to(irs, NULL, "sip:a@10.0.0.1", 60);
    assert_err(IMS_FULL,
               registrar_put(f.r,
                             slice_of(USER(IMPU("sip:1@x.y") IMPU("sip:2@x.y")
                                               IMPU("sip:3@x.y"))),
                             S("sip:1@x.y"), &out, &why),
               &why);
    assert_ptr_equal(registrar_find(f.r, S("sip:1@x.y"))->irs, irs);
    assert_true(irs_is_registered(irs));
    tear_down(&f);
}

static void a_set_goes_with_its_last_identity(void **state)
{
    struct fixture f;
    struct irs *a;

    (void)state;
    set_up(&f, 100);
    a = put(&f, USER(IMPU("sip:m@x.y")), "sip:m@x.y");
    registrar_serve_unregistered(a, 10 * SECOND);
    put(&f, USER(IMPU("sip:b@x.y") IMPU("sip:m@x.y")), "sip:b@x.y");
    assert_int_equal(registrar_figures(f.r)->sets, 1);
    sim_run_for(f.sim, 11 * SECOND);
    assert_int_equal(f.ended, 0);
    put(&f, USER(IMPU("sip:d@x.y") IMPU("sip:d@x.y")), "sip:d@x.y");
    assert_int_equal(registrar_figures(f.r)->identities, 3);
    tear_down(&f);
}

static void each_private_identity_has_contacts_of_its_own(void **state)
{
    struct fixture f;
    struct irs *irs;
    struct binding_values v = {.uri = S("sip:a@192.168.0.2"),
                               .call_id = S("c"),
                               .expires_us = 60 * SECOND};
    struct binding *one, *two;

    (void)state;
    set_up(&f, 100);
    irs = put(&f, USER(IMPU("sip:a@x.y")), "sip:a@x.y");
    v.impi = S("one@x.y");
    one = irs_bind(irs, NULL, &v);
    v.impi = S("two@x.y");
    assert_null(irs_find_binding(irs, v.impi, v.uri));
    two = irs_bind(irs, NULL, &v);
    assert_ptr_equal(irs_find_binding(irs, S("one@x.y"), v.uri), one);
    assert_ptr_equal(irs_find_binding(irs, S("two@x.y"), v.uri), two);
    assert_int_equal(irs_count_bindings(irs, S("one@x.y")), 1);
    assert_int_equal(irs_count_bindings(irs, S("three@x.y")), 0);
    tear_down(&f);
}

/* Binding, set, profile and identity are a block each; what a block takes more
 * than it says is the allocator's. */
/* TS 23.003 13.4A; distinct ones are found before. */
static void who_matches_a_wildcard_of_a_registered_set_is_of_it(void **state)
{
    static const struct {
        const char *impu, *wildcard;
    } rows[] = {
        {"sip:p-1@x", "sip:p-!.*!@x"},
        {"sip:p-@x", "sip:p-!.*!@x"},
        {"sip:p-00@x", "sip:p-0!.*!@x"},
        {"sip:p-0@x", "sip:p-0!.*!@x"},
        {"sip:p-07@x", "sip:p-0!7|8!@x"},
        {"tel:+15", "tel:+!1.!"},
        {"tel:+25", NULL},
        {"sip:p-1@y", NULL},
        {"sip:q-1@x", NULL},
        {"sip:s-1@x", NULL},
        {"sip:d!.*!@x", NULL},
        {"sip:P-1@x", NULL},
    };
    struct fixture f;
    struct irs *irs;

    (void)state;
    set_up(&f, 100);
    irs = put(&f,
              USER(IMPU("sip:a@x") WILD("sip:p-!.*!@x", "4")
                       WILD("sip:p-0!7|8!@x", "4") WILD("sip:p-0!.*!@x", "4")
                           WILD("tel:+!1.!", "4") WILD("sip:s-!.*!@x", "2")
                               WILD("sip:d!.*!@x", "0")),
              "sip:a@x");
    put(&f, USER_OF("q@x", IMPU("sip:q@x") WILD("sip:q-!.*!@x", "4")),
        "sip:q@x");
    assert_null(registrar_match_wildcard(f.r, S("sip:p-1@x")));
    bind_to(irs, NULL, "sip:a@10.0.0.1", 60);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct irs_identity *id =
            registrar_match_wildcard(f.r, slice_of(rows[i].impu));

        assert_int_equal(id != NULL, rows[i].wildcard != NULL);
        if (id)
            assert_text(id->node.key, slice_of(rows[i].wildcard));
    }
    tear_down(&f);
}

/* RFC 5002: the HSS knows by which it was. */
static void a_wildcard_that_is_named_counts_if_it_matches(void **state)
{
    struct fixture f;
    struct irs *irs;

    (void)state;
    set_up(&f, 100);
    irs = put(&f, USER(IMPU("sip:a@x") WILD("sip:p-!.*!@x", "4")), "sip:a@x");
    assert_null(
        registrar_find_wildcard(f.r, S("sip:p-!.*!@x"), S("sip:p-1@x")));
    bind_to(irs, NULL, "sip:a@10.0.0.1", 60);
    assert_ptr_equal(
        registrar_find_wildcard(f.r, S("sip:p-!.*!@x"), S("sip:p-1@x")),
        registrar_find(f.r, S("sip:p-!.*!@x")));
    assert_null(
        registrar_find_wildcard(f.r, S("sip:p-!.*!@x"), S("sip:q-1@x")));
    assert_null(
        registrar_find_wildcard(f.r, S("sip:p-!.+!@x"), S("sip:p-1@x")));
    assert_null(registrar_find_wildcard(f.r, S("sip:a@x"), S("sip:a@x")));
    assert_null(
        registrar_find_wildcard(f.r, (struct slice){0}, S("sip:p-1@x")));
    tear_down(&f);
}

static void wildcards_come_and_go_with_their_sets(void **state)
{
    static const struct slice one = {.p = "sip:p-1@x", .n = 9};
    struct fixture f;
    struct irs *irs;

    (void)state;
    set_up(&f, 100);
    irs = put(&f, USER(IMPU("sip:a@x") WILD("sip:p-!.*!@x", "4")), "sip:a@x");
    bind_to(irs, NULL, "sip:a@10.0.0.1", 60);
    irs = put(&f, USER(IMPU("sip:a@x") WILD("sip:p-!1!@x", "4")), "sip:a@x");
    assert_ptr_equal(registrar_match_wildcard(f.r, one)->irs, irs);
    assert_text(registrar_match_wildcard(f.r, one)->node.key, S("sip:p-!1!@x"));
    /* another user's now, who is not registered */
    irs = put(&f, USER_OF("b@x", IMPU("sip:b@x") WILD("sip:p-!1!@x", "4")),
              "sip:b@x");
    assert_null(registrar_match_wildcard(f.r, one));
    bind_to(irs, NULL, "sip:b@10.0.0.1", 60);
    assert_ptr_equal(registrar_match_wildcard(f.r, one)->irs, irs);
    registrar_remove(irs);
    assert_null(registrar_match_wildcard(f.r, one));
    tear_down(&f);
}

static void a_registered_user_takes_less_than_a_kilobyte(void **state)
{
    enum { USERS = 1000 };
    struct mallinfo2 before, after;
    struct fixture f;

    (void)state;
    set_up(&f, 0);
    before = mallinfo2();
    for (unsigned i = 0; i < USERS; i++) {
        char xml[400], impu[40];

        snprintf(impu, sizeof impu, "sip:user%06u@ims.example", i);
        snprintf(xml, sizeof xml, USER(IMPU("%s")), impu);
        bind_to(put(&f, xml, impu), NULL,
                "sip:user@192.0.2.100:20000;transport=udp", 3600);
    }
    after = mallinfo2();
    assert_int_equal(registrar_figures(f.r)->registered, USERS);
    assert_in_range((after.uordblks - before.uordblks) / USERS, 0, 1000);
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            all_identities_of_a_set_are_found_and_share_its_contacts),
        cmocka_unit_test(a_new_profile_replaces_the_old_and_keeps_the_contacts),
        cmocka_unit_test(the_same_user_data_again_changes_nothing),
        cmocka_unit_test(an_identity_that_moved_belongs_to_its_newer_set),
        cmocka_unit_test(each_identity_that_leaves_its_set_is_told),
        cmocka_unit_test(contacts_do_not_go_over_to_another_user),
        cmocka_unit_test(contacts_are_found_by_uri_comparison_and_bound_anew),
        cmocka_unit_test(a_contact_expires_at_its_time_and_not_before),
        cmocka_unit_test(a_set_without_contacts_is_served_for_a_while),
        cmocka_unit_test(what_cannot_be_kept_is_refused_and_changes_nothing),
        cmocka_unit_test(a_renewed_profile_without_room_leaves_the_old_one),
        cmocka_unit_test(a_set_goes_with_its_last_identity),
        cmocka_unit_test(each_private_identity_has_contacts_of_its_own),
        cmocka_unit_test(who_matches_a_wildcard_of_a_registered_set_is_of_it),
        cmocka_unit_test(a_wildcard_that_is_named_counts_if_it_matches),
        cmocka_unit_test(wildcards_come_and_go_with_their_sets),
        cmocka_unit_test(a_registered_user_takes_less_than_a_kilobyte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
