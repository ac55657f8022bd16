/* SPDX-License-Identifier: MIT */
#include "pcscf/flows.h"
#include "support/check.h"
#include "support/world.h"

/* The phones that the P-CSCF knows, TS 24.229 5.2.2.
 *
 * proves P-REG-4 P-REG-6 P-ORG-2 */

struct fixture {
    struct sim *sim;
    struct world_host *w;
    struct flows *flows;
    struct sip_listener gm;
    unsigned expired, gone;
};

static void on_expired(void *ctx, struct contact *c)
{
    struct fixture *f = ctx;

    assert_true(c->registered);
    f->expired++;
    contact_unregister(c);
}

static void on_gone(void *ctx, struct contact *c)
{
    struct fixture *f = ctx;

    (void)c;
    f->gone++;
}

static void set_up(struct fixture *f, size_t most)
{
    *f = (struct fixture){.sim = sim_new(1)};
    f->w = world_host_new(f->sim, "pcscf1");
    f->flows = flows_new(&f->w->env, most, on_expired, on_gone, f);
}

static void tear_down(struct fixture *f)
{
    flows_free(f->flows);
    world_host_free(f->w);
    sim_free(f->sim);
}

static struct sip_flow from(struct fixture *f, const char *address)
{
    return (struct sip_flow){.listener = &f->gm,
                             .remote = world_addr(address, TRANSPORT_UDP)};
}

static struct contact *meet(struct fixture *f, const char *address,
                            const char *impu, const char *uri)
{
    struct sip_flow flow = from(f, address);

    return flows_meet(f->flows, &flow, slice_of(impu), slice_of(uri),
                      300 * SECOND);
}

static void
a_token_stays_the_same_and_differs_by_flow_user_and_contact(void **state)
{
    static const char *const rows[][3] = {
        {"10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1"},
        {"10.0.0.1:5062", "sip:a@x.y", "sip:a@10.0.0.1"},
        {"10.0.0.2:5060", "sip:a@x.y", "sip:a@10.0.0.1"},
        {"10.0.0.1:5060", "sip:b@x.y", "sip:a@10.0.0.1"},
        {"10.0.0.1:5060", "sip:a@x.y", "sip:b@10.0.0.1"},
    };
    enum { ROWS = sizeof rows / sizeof *rows };
    char tokens[ROWS][FLOW_TOKEN], again[FLOW_TOKEN];
    struct fixture f;

    (void)state;
    set_up(&f, 10);
    for (size_t i = 0; i < ROWS; i++) {
        struct sip_flow flow = from(&f, rows[i][0]);

        flows_token(f.flows, &flow, slice_of(rows[i][1]), slice_of(rows[i][2]),
                    tokens[i]);
        flows_token(f.flows, &flow, slice_of(rows[i][1]), slice_of(rows[i][2]),
                    again);
        assert_memory_equal(tokens[i], again, FLOW_TOKEN);
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(tokens[i], tokens[k], FLOW_TOKEN);
    }
    tear_down(&f);
}

static void only_registered_contacts_are_at_a_source(void **state)
{
    struct fixture f;
    struct contact *a, *b;
    struct addr source;

    (void)state;
    set_up(&f, 10);
    a = meet(&f, "10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1");
    b = meet(&f, "10.0.0.1:5060", "sip:b@x.y", "sip:b@10.0.0.1");
    source = a->flow.remote;
    assert_null(flows_at(f.flows, &source, NULL));
    contact_register(b, 60);
    assert_ptr_equal(flows_at(f.flows, &source, NULL), b);
    contact_register(a, 60);
    assert_ptr_equal(flows_at(f.flows, &source, NULL), a);
    assert_ptr_equal(flows_at(f.flows, &source, a), b);
    assert_null(flows_at(f.flows, &source, b));
    source.port = 5061;
    assert_null(flows_at(f.flows, &source, NULL));
    assert_int_equal(flows_figures(f.flows)->registered, 2);
    tear_down(&f);
}

static void meeting_again_keeps_what_is_known(void **state)
{
    struct fixture f;
    struct contact *c;

    (void)state;
    set_up(&f, 10);
    c = meet(&f, "10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1");
    str_set(&c->nonce, S("n"));
    assert_ptr_equal(meet(&f, "10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1"),
                     c);
    assert_text(str_slice(&c->nonce), S("n"));
    assert_ptr_equal(flows_by_token(f.flows, slice_at(c->token, FLOW_TOKEN)),
                     c);
    assert_int_equal(flows_figures(f.flows)->contacts, 1);
    tear_down(&f);
}

static void
who_never_answers_is_forgotten_and_who_registered_expires(void **state)
{
    struct fixture f;
    struct contact *c;

    (void)state;
    set_up(&f, 10);
    meet(&f, "10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1");
    sim_run_for(f.sim, 300 * SECOND);
    assert_int_equal(f.expired, 0);
    assert_int_equal(flows_figures(f.flows)->contacts, 0);
    c = meet(&f, "10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1");
    contact_register(c, 600);
    meet(&f, "10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1");
    sim_run_for(f.sim, 600 * SECOND - 1);
    assert_int_equal(flows_figures(f.flows)->registered, 1);
    sim_run_for(f.sim, 1);
    assert_int_equal(f.expired, 1);
    assert_int_equal(flows_figures(f.flows)->registered, 0);
    assert_int_equal(f.gone, 1);
    sim_run_for(f.sim, 40 * SECOND - 1);
    assert_int_equal(flows_figures(f.flows)->contacts, 1);
    sim_run_for(f.sim, 1);
    assert_int_equal(flows_figures(f.flows)->contacts, 0);
    assert_int_equal(f.expired, 1);
    assert_int_equal(f.gone, 2);
    tear_down(&f);
}

static void who_comes_back_at_once_is_the_same_contact(void **state)
{
    struct fixture f;
    struct contact *c;

    (void)state;
    set_up(&f, 10);
    c = meet(&f, "10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1");
    contact_register(c, 600);
    contact_unregister(c);
    sim_run_for(f.sim, 39 * SECOND);
    assert_ptr_equal(meet(&f, "10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1"),
                     c);
    contact_register(c, 600);
    sim_run_for(f.sim, 599 * SECOND);
    assert_int_equal(flows_figures(f.flows)->registered, 1);
    assert_int_equal(f.gone, 0);
    tear_down(&f);
}

static void identities_are_compared_whole(void **state)
{
    struct fixture f;
    struct contact *c;

    (void)state;
    set_up(&f, 10);
    c = meet(&f, "10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1");
    assert_text(contact_default_identity(c), S("sip:a@x.y"));
    str_set(&c->identities, S("sip:b@x.y\ntel:+1555\n"));
    assert_text(contact_default_identity(c), S("sip:b@x.y"));
    assert_true(contact_has_identity(c, S("tel:+1555")));
    assert_false(contact_has_identity(c, S("tel:+155")));
    assert_false(contact_has_identity(c, S("sip:a@x.y")));
    assert_false(contact_has_identity(c, S("")));
    tear_down(&f);
}

static void who_is_not_registered_makes_room(void **state)
{
    struct fixture f;
    struct contact *b;

    (void)state;
    set_up(&f, 2);
    meet(&f, "10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1");
    b = meet(&f, "10.0.0.2:5060", "sip:b@x.y", "sip:b@10.0.0.2");
    contact_register(b, 60);
    assert_non_null(meet(&f, "10.0.0.3:5060", "sip:c@x.y", "sip:c@10.0.0.3"));
    assert_int_equal(flows_figures(f.flows)->contacts, 2);
    assert_int_equal(flows_figures(f.flows)->registered, 1);
    assert_ptr_equal(flows_next(f.flows, NULL), b);
    tear_down(&f);
}

/* As flows_meet would say; a no is counted. */
static void there_is_room_for_who_is_known_and_below_the_limit(void **state)
{
    struct fixture f;
    struct contact *a, *b;
    struct slice unknown = S("00000000000000000000000000000000");

    (void)state;
    set_up(&f, 2);
    assert_true(flows_check_room(f.flows, unknown));
    a = meet(&f, "10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1");
    b = meet(&f, "10.0.0.2:5060", "sip:b@x.y", "sip:b@10.0.0.2");
    contact_register(a, 60);
    assert_true(flows_check_room(f.flows, unknown));
    contact_register(b, 60);
    assert_int_equal(flows_figures(f.flows)->refused, 0);
    assert_false(flows_check_room(f.flows, unknown));
    assert_int_equal(flows_figures(f.flows)->refused, 1);
    assert_true(flows_check_room(f.flows, slice_at(a->token, FLOW_TOKEN)));
    contact_unregister(a);
    assert_true(flows_check_room(f.flows, unknown));
    flows_limit(f.flows, 0);
    contact_register(a, 60);
    assert_true(flows_check_room(f.flows, unknown));
    assert_int_equal(flows_figures(f.flows)->refused, 1);
    tear_down(&f);
}

/* A limit that was lowered while more were known. */
static void all_who_are_not_registered_make_room(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f, 3);
    meet(&f, "10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1");
    meet(&f, "10.0.0.2:5060", "sip:b@x.y", "sip:b@10.0.0.2");
    meet(&f, "10.0.0.3:5060", "sip:c@x.y", "sip:c@10.0.0.3");
    flows_limit(f.flows, 1);
    assert_non_null(meet(&f, "10.0.0.4:5060", "sip:d@x.y", "sip:d@10.0.0.4"));
    assert_int_equal(flows_figures(f.flows)->contacts, 1);
    assert_int_equal(f.gone, 3);
    tear_down(&f);
}

static void a_full_table_knows_nobody_more(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f, 1);
    contact_register(meet(&f, "10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1"),
                     60);
    assert_null(meet(&f, "10.0.0.2:5060", "sip:b@x.y", "sip:b@10.0.0.2"));
    assert_non_null(meet(&f, "10.0.0.1:5060", "sip:a@x.y", "sip:a@10.0.0.1"));
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_token_stays_the_same_and_differs_by_flow_user_and_contact),
        cmocka_unit_test(only_registered_contacts_are_at_a_source),
        cmocka_unit_test(meeting_again_keeps_what_is_known),
        cmocka_unit_test(
            who_never_answers_is_forgotten_and_who_registered_expires),
        cmocka_unit_test(who_comes_back_at_once_is_the_same_contact),
        cmocka_unit_test(identities_are_compared_whole),
        cmocka_unit_test(who_is_not_registered_makes_room),
        cmocka_unit_test(there_is_room_for_who_is_known_and_below_the_limit),
        cmocka_unit_test(all_who_are_not_registered_make_room),
        cmocka_unit_test(a_full_table_knows_nobody_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
