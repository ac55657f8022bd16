/* SPDX-License-Identifier: MIT
 *
 * Who is registered by a pattern.
 *
 * S-TRM-4.
 */
#include "scscf/wildcards.h"
#include "ims/identity.h"
#include "scscf/registrar.h"

struct wildcard {
    struct map_node node;
    struct irs_identity *id;
};

void wildcards_init(struct wildcards *w, uint64_t seed)
{
    map_init(&w->by_start, seed, 0);
}

void wildcards_fini(struct wildcards *w)
{
    map_fini(&w->by_start);
}

static bool is_wildcard(const struct irs_identity *id)
{
    return id->profile->type == PROFILE_WILDCARDED_IMPU &&
           identity_is_wildcard(id->profile->impu);
}

static struct slice start_of(const struct irs_identity *id)
{
    struct slice impu = id->profile->impu;

    return slice_first(impu, (size_t)slice_index(impu, '!'));
}

void wildcards_add(struct wildcards *w, struct irs_identity *id)
{
    struct wildcard *it;

    if (!is_wildcard(id))
        return;
    it = mem_zalloc(sizeof *it);
    it->id = id;
    map_add(&w->by_start, &it->node, start_of(id));
}

void wildcards_remove(struct wildcards *w, const struct irs_identity *id)
{
    struct map_node *node =
        is_wildcard(id) ? map_find(&w->by_start, start_of(id)) : NULL;

    for (; node; node = map_again(&w->by_start, node)) {
        struct wildcard *it = container_of(node, struct wildcard, node);

        if (it->id != id)
            continue;
        map_remove(&w->by_start, node);
        free(it);
        return;
    }
}

bool wildcard_serves(const struct irs_identity *id, struct slice impu)
{
    return is_wildcard(id) && irs_is_registered(id->irs) &&
           identity_wildcard_matches(id->profile->impu, impu);
}

static struct irs_identity *match_from(const struct wildcards *w,
                                       struct slice start, struct slice impu)
{
    struct map_node *node = map_find(&w->by_start, start);

    for (; node; node = map_again(&w->by_start, node)) {
        struct irs_identity *id = container_of(node, struct wildcard, node)->id;

        if (wildcard_serves(id, impu))
            return id;
    }
    return NULL;
}

struct irs_identity *wildcards_match(const struct wildcards *w,
                                     struct slice impu)
{
    struct irs_identity *id = NULL;

    for (size_t n = w->by_start.count ? impu.n : 0; n > 0 && !id; n--)
        id = match_from(w, slice_first(impu, n), impu);
    return id;
}
