/* SPDX-License-Identifier: MIT */
#include "diameter/route.h"

/* How well a peer serves the wish; 0: not at all. */
enum fitness { UNFIT, LAST_RESORT, IN_REALM, THE_HOST };

static bool was_tried(const struct route_wish *w, const struct diameter_peer *p)
{
    for (size_t i = 0; i < w->tried_count; i++)
        if (w->tried[i] == p)
            return true;
    return false;
}

static bool has_application(const struct diameter_peer *p, uint32_t app)
{
    for (size_t i = 0; i < p->caps.app_count; i++)
        if (p->caps.apps[i] == app)
            return true;
    return p->caps.relay;
}

static enum fitness fitness(const struct diameter_peer *p,
                            const struct route_wish *w)
{
    bool is_relay = p->relay || p->caps.relay;

    if (!p->usable || was_tried(w, p) || !has_application(p, w->app))
        return UNFIT;
    if (w->host.n > 0 && slice_eq_nocase(str_slice(&p->host), w->host))
        return THE_HOST;
    if (w->host.n > 0 && !is_relay)
        return UNFIT;
    if (slice_eq_nocase(str_slice(&p->realm), w->realm))
        return IN_REALM;
    return is_relay ? LAST_RESORT : UNFIT;
}

/* RFC 6733 6.1.4: a server takes what names its own realm, which need not be
 * that of its clients. */
struct slice diameter_route_home(const struct diameter *d)
{
    const struct diameter_peer *home = NULL;

    LIST_EACH (it, &d->peers) {
        const struct diameter_peer *p =
            container_of(it, struct diameter_peer, link);

        if (p->home && (!home || (p->usable && !home->usable)))
            home = p;
    }
    return home && home->realm.n > 0 ? str_slice(&home->realm) : d->self.realm;
}

struct diameter_peer *diameter_route_choose(struct diameter *d,
                                            const struct route_wish *w)
{
    struct diameter_peer *best = NULL;
    enum fitness best_fit = UNFIT;

    LIST_EACH (it, &d->peers) {
        struct diameter_peer *p = container_of(it, struct diameter_peer, link);
        enum fitness fit = fitness(p, w);

        if (fit > best_fit) {
            best = p;
            best_fit = fit;
        }
    }
    return best;
}
