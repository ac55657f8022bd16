/* SPDX-License-Identifier: MIT
 *
 * Which of several final responses goes upstream (RFC 3261 16.7 steps 6, 7).
 *
 * SIP-5.
 */
#include "sip/proxy_parts.h"

/* Lower is better: 6xx, then the lowest class; in 4xx what tells the caller
 * how to do better before the rest, and silence last; 503 behind other 5xx. */
static unsigned rank(const struct sip_message *m)
{
    switch (m->status) {
    case 401:
    case 407:
    case 415:
    case 420:
    case 484: return 40;
    case 408:
    case 487: return 42;
    case 503: return 51;
    default: break;
    }
    switch (m->status / 100) {
    case 6: return 0;
    case 3: return 30;
    case 4: return 41;
    default: return 50;
    }
}

static unsigned rank_of(const struct branch *b)
{
    return rank(b->final) + (b->is_passed_over ? 100 : 0);
}

struct branch *fork_best(struct sip_forward *f)
{
    struct branch *best = NULL;

    LIST_EACH (it, &f->branches) {
        struct branch *b = container_of(it, struct branch, link);

        if (b->final && (!best || rank_of(b) < rank_of(best)))
            best = b;
    }
    return best;
}

static bool is_challenge(const struct sip_message *m)
{
    return m && (m->status == 401 || m->status == 407);
}

void fork_merge_challenges(struct sip_forward *f, struct branch *best)
{
    if (!is_challenge(best->final))
        return;
    LIST_EACH (it, &f->branches) {
        struct branch *b = container_of(it, struct branch, link);

        if (b == best || !is_challenge(b->final))
            continue;
        sip_add_all(best->final, b->final, SIP_HDR_WWW_AUTHENTICATE);
        sip_add_all(best->final, b->final, SIP_HDR_PROXY_AUTHENTICATE);
    }
}
