/* SPDX-License-Identifier: MIT */
#include "icscf/selection.h"
#include "support/check.h"
#include "support/world.h"

/* Which S-CSCF the I-CSCF chooses, TS 29.228 6.7.
 *
 * proves I-REG-2 */

static const char network[] =
    "name: t\n"
    "networks:\n"
    "  - domain: ims.example\n"
    "    nodes:\n"
    "      - {name: icscf1, role: icscf, host: 127.0.0.2, mw: udp:5060,\n"
    "         admin: 8082}\n"
    "      - {name: a, role: scscf, host: 127.0.0.3, mw: udp:5060,\n"
    "         capabilities: [1, 2], admin: 8083}\n"
    "      - {name: b, role: scscf, host: 127.0.0.4, mw: udp:5060,\n"
    "         capabilities: [1, 2, 3], admin: 8084}\n"
    "      - {name: c, role: scscf, host: 127.0.0.5, mw: udp:5070,\n"
    "         capabilities: [1], admin: 8085}\n"
    "      - {name: hss1, role: hss, host: 127.0.0.6, store: t.db,\n"
    "         diameter: tcp:3868, admin: 8086}\n";

struct fixture {
    struct sim *sim;
    struct world_host *w;
    struct topology *topology;
    struct node node;
    struct icscf me;
    struct selection s;
};

static void set_up(struct fixture *f)
{
    struct buf errors;
    enum ims_err err;

    *f = (struct fixture){.sim = sim_new(1)};
    f->w = world_host_new(f->sim, "icscf1");
    buf_init(&errors, 10000);
    err = topology_parse(slice_of(network), "t.yaml", &f->topology, &errors);
    assert_text(buf_slice(&errors), S(""));
    assert_int_equal(err, IMS_OK);
    buf_fini(&errors);
    f->node.self = topology_find_node(f->topology, S("icscf1"));
    f->me.env = &f->w->env;
    f->me.core.node = &f->node;
    selection_init(&f->s, "I-REG-2", "TS 24.229 5.3.1.3");
}

static void tear_down(struct fixture *f)
{
    selection_fini(&f->s);
    topology_free(f->topology);
    world_host_free(f->w);
    sim_free(f->sim);
}

static void assert_next(struct fixture *f, const char *expected)
{
    struct slice uri = {0};
    bool any = selection_next(&f->s, &f->me, (struct record_about){0}, &uri);

    assert_text(any ? uri : S("none"), slice_of(expected));
}

static void the_best_capabilities_come_first(void **state)
{
    static const uint32_t must[] = {1, 2}, may[] = {3};
    struct cx_capabilities wanted = {.mandatory = {must, 2},
                                     .optional = {may, 1}};
    struct fixture f;

    (void)state;
    set_up(&f);
    selection_take(&f.s, S(""), &wanted);
    assert_next(&f, "sip:b.ims.example:5060");
    assert_next(&f, "sip:a.ims.example:5060");
    assert_next(&f, "none");
    assert_has(world_story(f.w), "no S-CSCF left");
    tear_down(&f);
}

/* Whatever the order in the topology, and the dice. */
static void more_optional_capabilities_come_before_fewer(void **state)
{
    static const uint32_t must[] = {1}, may[] = {2, 3};
    struct cx_capabilities wanted = {.mandatory = {must, 1},
                                     .optional = {may, 2}};

    (void)state;
    for (unsigned seed = 0; seed < 30; seed++) {
        struct fixture f;

        set_up(&f);
        for (unsigned i = 0; i < seed; i++)
            dice_u64(f.w->env.dice);
        selection_take(&f.s, S(""), &wanted);
        assert_next(&f, "sip:b.ims.example:5060");
        assert_next(&f, "sip:a.ims.example:5060");
        assert_next(&f, "sip:c.ims.example:5070");
        assert_next(&f, "none");
        tear_down(&f);
    }
}

static void a_stored_name_comes_first_and_once(void **state)
{
    static const uint32_t must[] = {1};
    static const struct slice names[] = {{"sip:c.ims.example:5070", 22}};
    struct cx_capabilities wanted = {.mandatory = {must, 1},
                                     .server_names = {names, 1}};
    struct fixture f;

    (void)state;
    set_up(&f);
    /* as another vendor's HSS might spell it */
    selection_take(&f.s, S("sip:B.ims.example;transport=udp"), NULL);
    assert_next(&f, "sip:B.ims.example;transport=udp");
    /* the second answer names nobody, but a preference */
    selection_take(&f.s, S(""), &wanted);
    assert_next(&f, "sip:c.ims.example:5070");
    assert_next(&f, "sip:a.ims.example:5060");
    assert_next(&f, "none");
    tear_down(&f);
}

static void equals_share_the_load(void **state)
{
    unsigned first[3] = {0};

    (void)state;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        struct slice uri = {0};
        struct fixture f;

        set_up(&f);
        for (uint64_t i = 0; i < seed; i++)
            dice_u64(f.w->env.dice);
        assert_true(
            selection_next(&f.s, &f.me, (struct record_about){0}, &uri));
        first[uri.p[4] - 'a']++;
        tear_down(&f);
    }
    assert_true(first[0] && first[1] && first[2]);
}

static void what_is_wanted_of_nobody_finds_nobody(void **state)
{
    static const uint32_t must[] = {9};
    struct cx_capabilities wanted = {.mandatory = {must, 1}};
    struct fixture f;

    (void)state;
    set_up(&f);
    selection_take(&f.s, S(""), &wanted);
    assert_next(&f, "none");
    tear_down(&f);
}

static void who_asks_for_more_than_is_kept_gets_nobody(void **state)
{
    char name[70 * 1024];
    struct cx_capabilities c = {0};
    struct slice uri, names[2] = {S("sip:a.ims.example"), {name, sizeof name}};
    struct fixture f;

    (void)state;
    memset(name, 'a', sizeof name);
    set_up(&f);
    selection_take(&f.s, slice_at(name, sizeof name), NULL);
    assert_false(selection_next(&f.s, &f.me, (struct record_about){0}, &uri));
    c.server_names = (struct cx_texts){names, 2};
    selection_take(&f.s, (struct slice){0}, &c);
    assert_false(selection_next(&f.s, &f.me, (struct record_about){0}, &uri));
    assert_has(world_story(f.w), "the HSS asks for more than is kept");
    c.server_names.count = 1;
    selection_take(&f.s, (struct slice){0}, &c);
    assert_true(selection_next(&f.s, &f.me, (struct record_about){0}, &uri));
    assert_text(uri, S("sip:a.ims.example"));
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_capabilities_come_first),
        cmocka_unit_test(more_optional_capabilities_come_before_fewer),
        cmocka_unit_test(a_stored_name_comes_first_and_once),
        cmocka_unit_test(equals_share_the_load),
        cmocka_unit_test(what_is_wanted_of_nobody_finds_nobody),
        cmocka_unit_test(who_asks_for_more_than_is_kept_gets_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
