/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/doctor/words.h"
#include <stdio.h>

const char *words_first_domain(const struct trouble *t)
{
    const struct topology *top = t->site->topology;

    return top->network_count ? top->networks[0].domain : "";
}

static const struct topology_network *network_of(const struct trouble *t)
{
    const struct topology_node *entry = trouble_entry(t);

    if (entry && entry->network)
        return entry->network;
    return t->site->topology->network_count ? &t->site->topology->networks[0]
                                            : NULL;
}

const char *words_proxy(const struct trouble *t, struct words_text *out)
{
    const struct topology_network *n = network_of(t);
    const struct topology_node *p =
        n ? topology_node_at(n, TOPOLOGY_PCSCF, 0) : NULL;
    const struct topology_listener *gm =
        p ? topology_listener_of(p, TOPOLOGY_GM, TRANSPORT_NONE) : NULL;

    if (gm)
        snprintf(out->text, sizeof out->text, "%s:%u", gm->advertise_host,
                 gm->advertise_port);
    else
        snprintf(out->text, sizeof out->text, "the P-CSCF");
    return out->text;
}

/* The HSS's own decision that came before its answer. */
static const struct told *decision_before(const struct trouble *t,
                                          const struct told *answer)
{
    const struct told *last = NULL;

    for (unsigned i = 0; i < t->way_count && t->way[i] != answer; i++)
        if (t->way[i]->step.kind == STEP_SAYS &&
            t->way[i]->step.from == answer->step.from)
            last = t->way[i];
    return last;
}

void words_hss_said(const struct trouble *t, struct finding *f, unsigned result)
{
    const struct told *answer = trouble_refusal(t, result);
    const struct told *d;
    char code[12];

    if (!answer)
        return;
    d = decision_before(t, answer);
    str_set(&f->node, slice_of(answer->from));
    if (d) {
        finding_clause(f, d->entry.clause);
        finding_where(f, "%s: %.*s. %s then answered %u.", answer->from,
                      SLICE_ARG(d->entry.says), trouble_origin(t),
                      trouble_status(t));
        finding_note(f, "decision of the HSS", "%.*s (%.*s)",
                     SLICE_ARG(d->entry.says), SLICE_ARG(d->entry.proc));
    }
    finding_note(f, "Cx result", "%s %s", cx_result_code(result, code),
                 cx_result_name(result));
    finding_step(f, answer);
    finding_step(f, d);
}

void words_nearest(const struct trouble *t, struct finding *f,
                   const char *group, const char *rest)
{
    const char *near = trouble_examined_item(t, group, "nearest", 0);

    if (!near) {
        finding_advise(f, "%s", rest);
        return;
    }
    finding_advise(f, "Did you mean %s? %s", near, rest);
    for (size_t i = 0; (near = trouble_examined_item(t, group, "nearest", i));
         i++)
        finding_note(f, "nearest known identity", "%s", near);
}

/* ---- faults that are on -------------------------------------------------- */

static bool name_fault(const struct trouble *t, struct finding *f,
                       const struct link *link)
{
    int64_t at_us = t->end->step.wall_us;
    const struct broken *b =
        t->breakage ? breakage_find(t->breakage, t->site, link, at_us) : NULL;
    const char *name = b ? str_c(&b->name) : "", *node;

    if (!b)
        return false;
    node = t->site->nodes[b->node].node->name;
    if (b->over_us && b->over_us <= at_us)
        finding_advise_first(
            f,
            "The fault \"%s\" was set on this link until %lld s before (at "
            "%s: it %s); what it broke takes some time to mend, so try again.",
            name, (long long)((at_us - b->over_us) / SECOND), node,
            str_c(&b->says));
    else
        finding_advise_first(
            f,
            "A fault is set on this link (\"%s\", at %s: it %s): mend it on "
            "the Faults page, or by `imsbox fault clear %s`.",
            name, node, str_c(&b->says), name);
    str_set(&f->fault, str_slice(&b->name));
    finding_note(f, "fault on this link", "%s", name);
    return true;
}

void words_fault_on_way(const struct trouble *t, struct finding *f,
                        const struct told *message)
{
    const struct link link = {
        .party = {message->step.from, message->step.to},
        .names = {message->from, message->to},
        .remote = &message->entry.remote,
        .proto = message->entry.proto,
        .method = message->method,
    };

    name_fault(t, f, &link);
}

void words_fault_on_link(const struct trouble *t, struct finding *f,
                         unsigned node)
{
    struct link link = {
        .party = {node}, .proto = RECORD_DIAMETER, .method = ""};

    for (unsigned i = 0; i < t->site->node_count; i++) {
        link.party[1] = i;
        if (t->site->nodes[i].node->role == TOPOLOGY_HSS &&
            name_fault(t, f, &link))
            return;
    }
}

void words_agent(const struct trouble *t, struct finding *f)
{
    struct slice agent =
        t->request ? sip_header_value(t->request, SIP_HDR_USER_AGENT) : S("");

    if (agent.n)
        finding_note(f, "phone", "%.*s", SLICE_ARG(slice_first(agent, 100)));
}
