/* SPDX-License-Identifier: MIT
 *
 * The weather between two addresses.
 */
#include "net/sim_priv.h"

enum { WAY_US = 100, PPM = 1000000 };

struct rule {
    struct list link;
    struct sim_rule is;
};

static const struct sim_rule FAIR = {.delay_us = WAY_US};

void sim_rule_add(struct sim *s, const struct sim_rule *r)
{
    struct rule *rule = mem_zalloc(sizeof(*rule));

    rule->is = *r;
    if (r->delay_us <= 0)
        rule->is.delay_us = r->delay_us == 0 ? WAY_US : 0;
    list_append(&s->rules, &rule->link);
    sim_pipes_unpark(s);
}

void sim_rules_clear(struct sim *s)
{
    LIST_EACH (it, &s->rules) {
        list_remove(it);
        free(container_of(it, struct rule, link));
    }
    sim_pipes_unpark(s);
}

static bool covers(const struct addr *pattern, const struct addr *a)
{
    return (pattern->family == 0 || addr_eq_ip(pattern, a)) &&
           (pattern->port == 0 || pattern->port == a->port) &&
           (pattern->transport == TRANSPORT_NONE ||
            pattern->transport == a->transport);
}

const struct sim_rule *sim_rule_for(struct sim *s, const struct addr *from,
                                    const struct addr *to)
{
    LIST_EACH (it, &s->rules) {
        const struct rule *r = container_of(it, struct rule, link);

        if (covers(&r->is.from, from) && covers(&r->is.to, to))
            return &r->is;
    }
    return &FAIR;
}

bool sim_is_cut(struct sim *s, const struct addr *from, const struct addr *to)
{
    return sim_rule_for(s, from, to)->cut;
}

int64_t sim_way_us(struct sim *s, const struct addr *from,
                   const struct addr *to)
{
    const struct sim_rule *r = sim_rule_for(s, from, to);
    int64_t us = r->delay_us;

    if (r->jitter_us > 0)
        us += (int64_t)dice_below(&s->weather, (uint64_t)r->jitter_us + 1);
    return us;
}

bool sim_happens(struct sim *s, uint32_t ppm)
{
    return ppm > 0 && dice_below(&s->weather, PPM) < ppm;
}

void sim_tapped(struct sim *s, const struct addr *from, const struct addr *to,
                struct slice bytes)
{
    if (s->on_tap)
        s->on_tap(s->tap_ctx, from, to, bytes);
}
