/* SPDX-License-Identifier: MIT */
#include "support/check.h"
#include "support/starve.h"
#include "worlds/small.h"
#include <stdio.h>

/* A whole network in which the n-th growth of a bounded arena or table is
 * refused while two phones register, talk, change their call, send messages,
 * hang up and leave: parsers, transactions, dialogs, the P-CSCF's flows, the
 * registrar, Cx and the store. Whatever was refused, every response went its
 * way back, afterwards nothing is left over and nothing forgotten, and other
 * phones are served. */

enum { STRIDE = 16 }; /* all take a minute */

static void call(struct phone *a, const struct phone *b, struct phone_wish wish)
{
    phone_call(a, str_slice(&b->impu), wish);
}

static void live(struct small *w)
{
    struct phone *a = &w->phones[0], *b = &w->phones[1];

    small_talk(w);
    phone_message(b, a);
    (void)phone_reinvite(a, true);
    sim_run_for(w->sim, SECOND);
    phone_hang_up_all(a);
    call(b, a, (struct phone_wish){.hold_us = 5 * SECOND, .early = true});
    sim_run_for(w->sim, 2 * SECOND);
    call(a, b, (struct phone_wish){.hold_us = SECOND, .cancels = true});
    phone_jump(b); /* AKA out of step */
    phone_register(b, 600);
    sim_run_for(w->sim, 10 * SECOND);
    small_admin(w, "PATCH", "/api/v1/subscribers/user0%40red.example",
                S("{\"impu\": [\"sip:user0@red.example\", \"tel:+1\"]}"));
    small_admin(w, "POST", "/api/v1/subscribers/user0%40red.example/push",
                S("{}"));
    small_admin(w, "POST", "/api/v1/subscribers/user1%40red.example/deregister",
                S("{}"));
    phone_register(a, 0);
    sim_run_for(w->sim, SECOND);
}

/* No response lost a Via, so that it came to who asked nothing. */
static void check_ways_back(const struct small *w, unsigned n)
{
    for (unsigned i = 0; i < w->core.count; i++) {
        const struct core_node *node = &w->core.nodes[i];

        if (*metrics_counter(node->node->env.metrics,
                             "imsbox_sip_dropped_total", "reason=\"not_ours\"",
                             ""))
            fail_msg("when growth %u was refused: %s got somebody else's "
                     "response",
                     n, node->self->name);
    }
}

/* How many growths there were, of which the n-th was refused. */
static unsigned run(const struct disk_image *image, unsigned n)
{
    struct sim *sim = sim_new(1);
    struct small w;
    const char *wrong;
    unsigned count;

    small_begin(&w, sim, image, true);
    starve(n);
    live(&w);
    count = starve_end();
    small_calm(&w);
    wrong = small_wrong(&w);
    if (wrong)
        fail_msg("when growth %u was refused: %s", n, wrong);
    check_ways_back(&w, n);
    small_end(&w);
    sim_free(sim);
    return count;
}

static void whatever_is_refused_the_network_serves_on(void **state)
{
    struct disk_image *image = small_image();
    unsigned count = run(image, 0);
    struct starve_steps steps = starve_steps(STRIDE);
    unsigned refused = 0;

    (void)state;
    starve_or_skip(count);
    assert_true(count > 1000);
    for (unsigned n = steps.first; n <= count; n += steps.stride) {
        (void)run(image, n);
        refused++;
    }
    disk_image_free(image);
    print_message("refused: %u of %u growths\n", refused, count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_refused_the_network_serves_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
