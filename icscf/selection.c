/* SPDX-License-Identifier: MIT
 *
 * Which S-CSCF: by name, or by capabilities (TS 29.228 6.7).
 *
 * I-REG-2.
 */
#include "icscf/selection.h"

enum { SELECTION_BYTES = 64 * 1024 };

void selection_init(struct selection *s, const char *proc, const char *clause)
{
    *s = (struct selection){.proc = proc, .clause = clause};
    arena_init(&s->memory, 0, SELECTION_BYTES);
}

void selection_fini(struct selection *s)
{
    arena_fini(&s->memory);
}

static struct cx_numbers keep_numbers(struct arena *a, struct cx_numbers n)
{
    uint32_t *v = arena_alloc(a, n.count * sizeof *v);

    if (!v)
        return (struct cx_numbers){0};
    if (n.count)
        memcpy(v, n.v, n.count * sizeof *v);
    return (struct cx_numbers){v, n.count};
}

static struct cx_texts keep_texts(struct arena *a, struct cx_texts t)
{
    struct slice *v = arena_alloc(a, t.count * sizeof *v);

    if (!v)
        return (struct cx_texts){0};
    for (size_t i = 0; i < t.count; i++) {
        v[i] = slice_keep(a, t.v[i]);
        if (!v[i].p)
            return (struct cx_texts){0};
    }
    return (struct cx_texts){v, t.count};
}

void selection_take(struct selection *s, struct slice server_name,
                    const struct cx_capabilities *wanted)
{
    s->name = slice_keep(&s->memory, server_name);
    s->wanted = (struct cx_capabilities){0};
    s->is_cut = server_name.n && !s->name.p;
    if (!wanted)
        return;
    s->wanted.mandatory = keep_numbers(&s->memory, wanted->mandatory);
    s->wanted.optional = keep_numbers(&s->memory, wanted->optional);
    s->wanted.server_names = keep_texts(&s->memory, wanted->server_names);
    s->is_cut |= !s->wanted.mandatory.v || !s->wanted.optional.v ||
                 !s->wanted.server_names.v;
}

/* The HSS may spell a name otherwise than we do, without the default port. */
static bool is_same_server(struct slice a, struct slice b)
{
    struct sip_uri x, y;

    if (sip_uri_parse(a, &x, NULL) || sip_uri_parse(b, &y, NULL))
        return slice_eq_nocase(a, b);
    return sip_uri_eq_hostport(&x, &y);
}

static bool was_tried(const struct selection *s, struct slice uri)
{
    for (unsigned i = 0; i < s->tried_count; i++)
        if (is_same_server(s->tried[i], uri))
            return true;
    return false;
}

static bool note(struct selection *s, struct slice uri, struct slice *out)
{
    if (s->tried_count == SELECTION_MAX)
        return false;
    s->tried[s->tried_count++] = uri;
    *out = uri;
    return true;
}

/* How many of the numbers the node has. */
static size_t count_had(const struct topology_node *node,
                        struct cx_numbers wanted)
{
    size_t n = 0;

    for (size_t i = 0; i < wanted.count; i++)
        n += topology_has_capability(node, wanted.v[i]);
    return n;
}

static struct slice uri_of(struct selection *s,
                           const struct topology_node *node)
{
    const struct topology_listener *mw =
        topology_listener_of(node, TOPOLOGY_MW, TRANSPORT_NONE);

    return arena_printf(&s->memory, "sip:%s:%u", node->fqdn,
                        mw ? mw->advertise_port : 5060);
}

struct candidate {
    const struct topology_node *node;
    struct slice uri;
    size_t optional; /* how many optional capabilities it has */
};

/* The best that was not tried; equals share the load by the dice. */
static bool best_candidate(struct selection *s, struct icscf *me,
                           struct candidate *best)
{
    const struct topology_network *network = me->core.node->self->network;
    const struct topology_node *node;
    unsigned equals = 0;

    for (unsigned i = 0; (node = topology_node_at(network, TOPOLOGY_SCSCF, i));
         i++) {
        struct candidate c = {node, uri_of(s, node),
                              count_had(node, s->wanted.optional)};

        if (count_had(node, s->wanted.mandatory) < s->wanted.mandatory.count ||
            !c.uri.p || was_tried(s, c.uri))
            continue;
        if (equals && c.optional < best->optional)
            continue;
        if (!equals || c.optional > best->optional)
            equals = 0;
        if (dice_below(me->env->dice, ++equals) == 0)
            *best = c;
    }
    return equals > 0;
}

static bool by_capabilities(struct selection *s, struct icscf *me,
                            struct record_about about, struct slice *uri)
{
    struct candidate best = {0};

    if (!best_candidate(s, me, &best)) {
        about.reason = "capabilities";
        record_say(
            me->env->record, about, s->proc, "TS 29.228 6.7",
            "no S-CSCF left to choose: it must have all of %zu mandatory "
            "capabilities and not have been tried",
            s->wanted.mandatory.count);
        return false;
    }
    if (s->wanted.mandatory.count + s->wanted.optional.count == 0)
        record_say(me->env->record, about, s->proc, "TS 29.228 6.7",
                   "S-CSCF %s chosen: the subscriber asks for no "
                   "capabilities, any will do",
                   best.node->name);
    else
        record_say(me->env->record, about, s->proc, "TS 29.228 6.7",
                   "S-CSCF %s chosen: has all of %zu mandatory and %zu of %zu "
                   "optional capabilities",
                   best.node->name, s->wanted.mandatory.count, best.optional,
                   s->wanted.optional.count);
    return note(s, best.uri, uri);
}

bool selection_next(struct selection *s, struct icscf *me,
                    struct record_about about, struct slice *uri)
{
    if (s->is_cut) {
        record_say(me->env->record, about, s->proc, "TS 29.228 6.7",
                   "no S-CSCF chosen: the HSS asks for more than is kept");
        return false;
    }
    if (s->name.n && !was_tried(s, s->name)) {
        record_say(me->env->record, about, s->proc, s->clause,
                   "S-CSCF %.*s chosen: the HSS has it stored for the user",
                   SLICE_ARG(s->name));
        return note(s, s->name, uri);
    }
    for (size_t i = 0; i < s->wanted.server_names.count; i++) {
        struct slice name = s->wanted.server_names.v[i];

        if (was_tried(s, name))
            continue;
        record_say(me->env->record, about, s->proc, "TS 29.228 6.7",
                   "S-CSCF %.*s chosen: the HSS prefers it", SLICE_ARG(name));
        return note(s, name, uri);
    }
    return by_capabilities(s, me, about, uri);
}
