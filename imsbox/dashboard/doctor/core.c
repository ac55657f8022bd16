/* SPDX-License-Identifier: MIT
 *
 * Nodes and what they need: the HSS, an S-CSCF, names, room.
 */
#include "imsbox/dashboard/doctor/rules.h"
#include "imsbox/dashboard/doctor/words.h"
#include <string.h>

static bool is_refused(const struct trouble *t)
{
    return t->kind == TROUBLE_REFUSED && !trouble_is_by_outsider(t);
}

/* ---- the HSS ------------------------------------------------------------- */

static const char *hss_name(const struct trouble *t)
{
    const struct topology_node *by = t->site->nodes[t->origin->step.from].node;
    const struct topology_node *hss =
        topology_node_at(by->network, TOPOLOGY_HSS, 0);

    return hss ? hss->name : "the HSS";
}

static bool has_no_link(const struct trouble *t)
{
    bool answered;

    return trouble_hss_is_away(t) && !trouble_question(t, &answered);
}

static void explain_no_link(const struct trouble *t, struct finding *f)
{
    const char *hss = hss_name(t);

    finding_what(f, "%s has no connection to %s and cannot ask it about %s.",
                 trouble_origin(t), hss, t->impu.n ? t->impu.text : t->end->to);
    str_set(&f->node, slice_of(hss));
    finding_advise(f,
                   "Look on the Network page whether %s runs, and whether "
                   "its link to %s is broken on purpose (Faults); its log "
                   "and `imsbox status` say more.",
                   hss, trouble_origin(t));
    words_fault_on_link(t, f, t->origin->step.from);
}

static void explain_hss_silent(const struct trouble *t, struct finding *f)
{
    bool answered;
    const struct told *ask = trouble_question(t, &answered);

    finding_what(f, "%s did not answer the %s of %s in time.", ask->to,
                 ask->method, ask->from);
    str_set(&f->node, slice_of(ask->to));
    finding_advise(f,
                   "Look whether %s runs and is not overloaded, and whether "
                   "a fault slows it down (Faults). timers: {cx_answer: ...} "
                   "says how long it may take.",
                   ask->to);
    words_fault_on_way(t, f, ask);
    finding_note(f, "asked", "%s", ask->step.text);
    finding_note(f, "waited", "%lld ms",
                 (long long)(t->origin->step.wall_us - ask->step.wall_us) /
                     MSEC);
    finding_step(f, ask);
}

/* An answer that is about the HSS, not about the user. */
static unsigned hss_refusal(const struct trouble *t)
{
    unsigned result;

    if (!trouble_cx(t, NULL, &result))
        return 0;
    switch (result) {
    case CX_UNABLE_TO_COMPLY:
    case CX_RESOURCES_EXCEEDED:
    case CX_FEATURE_UNSUPPORTED:
    case CX_NOT_SUPPORTED_USER_DATA:
    case CX_TOO_MUCH_DATA:
    case CX_IN_ASSIGNMENT_TYPE:
    case CX_IDENTITY_ALREADY_REGISTERED: return result;
    default: return cx_is_protocol_error(result) ? result : 0;
    }
}

static bool is_hss_refusing(const struct trouble *t)
{
    return is_refused(t) && trouble_asks_hss(t) && hss_refusal(t) != 0;
}

static void explain_hss_refusing(const struct trouble *t, struct finding *f)
{
    unsigned result = hss_refusal(t);
    const struct told *answer = trouble_refusal(t, result);
    char code[12];

    finding_what(f, "%s refused with %s %s, which is not about the user.",
                 answer->from, cx_result_code(result, code),
                 cx_result_name(result));
    words_hss_said(t, f, result);
    if (result == CX_TOO_BUSY)
        finding_advise(f,
                       "%s is busy: fewer phones at once, or faster "
                       "storage for it. Phones try again by themselves.",
                       answer->from);
    else
        finding_advise(f,
                       "%s's log and its decision say why; its disk, its "
                       "database and its peers are what to look at.",
                       answer->from);
}

/* ---- S-CSCFs ------------------------------------------------------------- */

static bool lacks_capability(const struct trouble *t)
{
    return is_refused(t) && trouble_is_by(t, TOPOLOGY_ICSCF) &&
           trouble_status(t) == 600;
}

static void explain_capability(const struct trouble *t, struct finding *f)
{
    const struct told *d = trouble_reason(t, "capabilities");

    finding_what(f,
                 "No S-CSCF has the capabilities that the subscription of %s "
                 "demands.",
                 t->callee.n ? t->callee.text : t->impu.text);
    if (d)
        finding_where(f, "%s: %.*s.", d->from, SLICE_ARG(d->entry.says));
    finding_step(f, d);
    finding_advise(f, "Give an S-CSCF of the topology those capabilities, or "
                      "take them off the subscriber (capabilities: "
                      "mandatory).");
    for (unsigned i = 0; i < t->site->node_count; i++) {
        const struct topology_node *n = t->site->nodes[i].node;

        if (n->role != TOPOLOGY_SCSCF)
            continue;
        finding_note(f, "S-CSCF", "%s has %u capabilities", n->name,
                     n->capability_count);
    }
}

/* ---- silence ------------------------------------------------------------- */

static bool ended_without_answer(const struct trouble *t)
{
    return trouble_reason(t, "timeout") || trouble_reason(t, "unreachable");
}

static bool is_node_away(const struct trouble *t)
{
    const struct told *hop = trouble_last_hop(t);

    return is_refused(t) && hop && !step_is_to_outside(t->site, hop) &&
           (ended_without_answer(t) || trouble_status(t) == 408 ||
            trouble_status(t) == 504);
}

static bool is_scscf_away(const struct trouble *t)
{
    const struct told *hop = trouble_last_hop(t);
    const struct topology_node *n = hop ? trouble_node(t, hop->step.to) : NULL;

    return is_node_away(t) && n && n->role == TOPOLOGY_SCSCF;
}

static void explain_node_away(const struct trouble *t, struct finding *f)
{
    const struct told *hop = trouble_last_hop(t);

    finding_what(f, "%s does not answer %s.", hop->to, hop->from);
    finding_where(f,
                  "%s sent its %s to %s and got no answer; %s then "
                  "answered %u.",
                  hop->from, hop->method, hop->to, trouble_origin(t),
                  trouble_status(t));
    str_set(&f->node, slice_of(hop->to));
    finding_advise(f,
                   "Look on the Network page whether %s runs, start it "
                   "again if not (`imsbox status`), and whether its link "
                   "is broken on purpose (Faults).",
                   hop->to);
    words_fault_on_way(t, f, hop);
    finding_step(f, hop);
}

/* Was that request sent on by another way after all? */
static bool went_on(const struct trouble *t, const struct told *decision)
{
    const struct told *hop = trouble_last_hop(t);

    return hop && hop->id > decision->id;
}

/* What was the end of it: the last that was decided where the answer was made,
 * but for the words that nobody was reached. Another S-CSCF that was found
 * instead may have refused for reasons of its own. */
static const struct told *lost_name(const struct trouble *t)
{
    const struct told *d = trouble_reason(t, "no-route");

    if (!d || d == trouble_decision(t))
        return d;
    return trouble_status(t) == 504 && d->step.from == t->origin->step.from &&
                   !went_on(t, d)
               ? d
               : NULL;
}

static bool is_lost_by_name(const struct trouble *t)
{
    return is_refused(t) && lost_name(t);
}

static void explain_name(const struct trouble *t, struct finding *f)
{
    const struct told *d = lost_name(t);

    if (!d)
        return;
    finding_what(f,
                 "%s found no way to where the %s was to go: DNS has no "
                 "usable answer.",
                 d->from, t->end->method);
    finding_where(f, "%s: %.*s.", d->from, SLICE_ARG(d->entry.says));
    str_set(&f->node, slice_of(d->from));
    finding_clause(f, d->entry.clause);
    finding_advise(f, "Correct the domain in the called address or the "
                      "account; if the domain is right, add it to the "
                      "topology (networks: or external:) or to DNS (dns: "
                      "{servers: ...}).");
    if (t->request)
        finding_note(f, "address", "%.*s",
                     SLICE_ARG(slice_first(t->request->uri, 200)));
    finding_step(f, d);
}

/* ---- room ---------------------------------------------------------------- */

static bool is_stopping(const struct trouble *t)
{
    return is_refused(t) && trouble_reason(t, "draining");
}

static void explain_stopping(const struct trouble *t, struct finding *f)
{
    finding_what(f, "%s is stopping and takes nothing new.", trouble_origin(t));
    finding_advise(f, "Wait until it runs again; the phone tries again after "
                      "the time of Retry-After.");
}

static bool is_full(const struct trouble *t)
{
    return is_refused(t) && trouble_status(t) == 503;
}

static void explain_full(const struct trouble *t, struct finding *f)
{
    finding_what(f, "%s is at a limit and refused what came more.",
                 trouble_origin(t));
    finding_advise(f,
                   "Fewer calls at once, or higher limits: of %s in the "
                   "topology; `GET /api/v1/limits` of the node says how "
                   "near each one is.",
                   trouble_origin(t));
}

/* ---- a link, without any call -------------------------------------------- */

static bool is_link_lost(const struct trouble *t)
{
    const struct topology_node *n = trouble_entry(t);

    return t->kind == TROUBLE_SAID && n && n->role != TOPOLOGY_HSS &&
           slice_eq(t->end->entry.reason, S("peer-lost"));
}

static void explain_link_lost(const struct trouble *t, struct finding *f)
{
    str_set(&f->subject, slice_of(t->end->from));
    str_set(&f->peer, told_peer(t->end));
    finding_what(f, "%s lost its Diameter connection to %s.", t->end->from,
                 f->peer.n ? str_c(&f->peer) : "its peer");
    finding_where(f, "%s: %.*s.", t->end->from, SLICE_ARG(t->end->entry.says));
    finding_clause(f, t->end->entry.clause);
    finding_advise(f, "Until it is back nobody new can register. Look on the "
                      "Network page whether the HSS runs and whether the "
                      "link is broken on purpose (Faults); it is connected "
                      "again by itself.");
    words_fault_on_link(t, f, t->end->step.from);
}

static const struct rule list[] = {
    {CAUSE_LINK_LOST, is_link_lost, explain_link_lost},
    {CAUSE_HSS_UNREACHABLE, has_no_link, explain_no_link},
    {CAUSE_HSS_SILENT, trouble_hss_is_away, explain_hss_silent},
    {CAUSE_HSS_REFUSED, is_hss_refusing, explain_hss_refusing},
    {CAUSE_NO_CAPABLE_SCSCF, lacks_capability, explain_capability},
    {CAUSE_DNS_FAILED, is_lost_by_name, explain_name},
    {CAUSE_SCSCF_UNREACHABLE, is_scscf_away, explain_node_away},
    {CAUSE_NODE_UNREACHABLE, is_node_away, explain_node_away},
    {CAUSE_STOPPING, is_stopping, explain_stopping},
    {CAUSE_OVERLOAD, is_full, explain_full},
};

const struct rules rules_core = {list, sizeof list / sizeof list[0]};
