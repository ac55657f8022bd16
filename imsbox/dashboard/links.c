/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/links.h"
#include "base/mem.h"

enum { OUTSIDE = -1 };

void links_fini(struct links *l)
{
    free(l->list);
}

/* External nodes come behind ours; who is not in the topology stands for all
 * of them: phones come and go. */
static int number_of(const struct story *s, const char *name)
{
    const struct site *site = story_site(s);

    for (unsigned i = 0; i < site->node_count; i++)
        if (strcmp(site->nodes[i].node->name, name) == 0)
            return (int)i;
    for (unsigned i = 0; i < site->topology->external_count; i++)
        if (strcmp(site->topology->externals[i].name, name) == 0)
            return (int)(site->node_count + i);
    return OUTSIDE;
}

static struct link_count *find(struct links *l, const struct link_count *like)
{
    struct link_count *it;

    for (unsigned i = 0; i < l->count; i++) {
        it = &l->list[i];
        if (it->from == like->from && it->to == like->to &&
            it->proto == like->proto)
            return it;
    }
    if (l->count == LINKS_MAX)
        return NULL;
    if ((l->count & (l->count - 1)) == 0)
        l->list = mem_realloc(l->list, 2 * (l->count + 1) * sizeof *l->list);
    it = &l->list[l->count++];
    *it = *like;
    return it;
}

void links_count(struct links *l, const struct story *s, const struct told *t)
{
    struct link_count like = {.from = number_of(s, t->from),
                              .to = number_of(s, t->to),
                              .proto = t->entry.proto};
    struct link_count *it;

    if (t->step.kind != STEP_ARROW)
        return;
    it = find(l, &like);
    if (it)
        it->now++;
}

bool links_turn(struct links *l)
{
    bool moved = false;

    for (unsigned i = 0; i < l->count; i++) {
        moved |= l->list[i].now || l->list[i].last;
        l->list[i].last = l->list[i].now;
        l->list[i].now = 0;
    }
    return moved;
}

static const char *name_of(const struct site *site, int number)
{
    if (number == OUTSIDE)
        return NULL;
    if ((unsigned)number < site->node_count)
        return site->nodes[number].node->name;
    return site->topology->externals[(unsigned)number - site->node_count].name;
}

void links_put(const struct links *l, const struct site *site, struct json *j)
{
    json_array_begin(j);
    for (unsigned i = 0; i < l->count; i++) {
        const struct link_count *it = &l->list[i];

        json_object_begin(j);
        json_put_str(j, "from", name_of(site, it->from));
        json_put_str(j, "to", name_of(site, it->to));
        json_put_str(j, "proto",
                     it->proto == RECORD_DIAMETER ? "diameter" : "sip");
        json_put_u64(j, "per_second", it->last);
        json_object_end(j);
    }
    json_array_end(j);
}
