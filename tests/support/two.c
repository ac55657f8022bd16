/* SPDX-License-Identifier: MIT */
#include "support/two.h"

void two_init(struct two *t, uint64_t seed)
{
    t->sim = sim_new(seed);
    t->host_a = sim_host_new(t->sim, "a");
    t->host_b = sim_host_new(t->sim, "b");
    party_init(&t->a, sim_host_net(t->host_a));
    party_init(&t->b, sim_host_net(t->host_b));
    t->a.times = t->b.times = true;
}

void two_fini(struct two *t)
{
    party_fini(&t->a);
    party_fini(&t->b);
    sim_host_free(t->host_a);
    sim_host_free(t->host_b);
    sim_free(t->sim);
}
