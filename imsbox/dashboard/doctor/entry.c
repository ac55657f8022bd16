/* SPDX-License-Identifier: MIT
 *
 * How it came in: by the wrong door, or in a form that cannot be read.
 */
#include "imsbox/dashboard/doctor/rules.h"
#include "imsbox/dashboard/doctor/words.h"

/* Did somebody who is none of the topology's come in where its nodes do? */
static bool is_wrong_listener(const struct trouble *t)
{
    const struct topology_node *entry = trouble_entry(t);

    if (!t->ask || !entry || !step_is_from_outside(t->site, t->ask) ||
        topology_find_external(t->site->topology, slice_of(t->ask->from)))
        return false;
    if (t->kind != TROUBLE_REFUSED && t->kind != TROUBLE_SERVED &&
        t->kind != TROUBLE_UNANSWERED)
        return false;
    return !node_is_for_phones(entry, &t->ask->entry.local);
}

static void explain_wrong_listener(const struct trouble *t, struct finding *f)
{
    char text[ADDR_TEXT_MAX];
    struct words_text proxy;

    finding_what(f,
                 "The phone of %s sent its %s to %s at %s, where nodes speak "
                 "to each other; phones belong at the P-CSCF.",
                 t->impu.n ? t->impu.text : t->ask->from, t->end->method,
                 t->ask->to, addr_text(&t->ask->entry.local, text));
    str_set(&f->node, slice_of(t->ask->to));
    finding_advise(f, "Set the outbound proxy of the phone's account to %s.",
                   words_proxy(t, &proxy));
    finding_note(f, "sent to", "%s", text);
}

static bool is_malformed(const struct trouble *t)
{
    unsigned status = trouble_status(t);

    return t->kind == TROUBLE_REFUSED && !trouble_is_by_outsider(t) &&
           (status == 400 || status == 413 || status == 505 || status == 513);
}

static void explain_malformed(const struct trouble *t, struct finding *f)
{
    finding_what(f, "%s could not read what %s sent.", trouble_origin(t),
                 t->end->to);
    finding_advise(f, "The sentence names the header: correct the phone's "
                      "account if that is where it comes from, else report "
                      "it to who makes the phone.");
    words_agent(t, f);
}

static bool is_dropped(const struct trouble *t)
{
    return t->kind == TROUBLE_SAID && t->end->entry.kind == RECORD_DROP &&
           t->end->entry.proto == RECORD_SIP && !told_fault(t->end).n;
}

static void explain_dropped(const struct trouble *t, struct finding *f)
{
    const struct entry *e = &t->end->entry;
    char text[ADDR_TEXT_MAX];

    str_set(&f->subject, slice_of(addr_text(&e->remote, text)));
    finding_what(f,
                 "What came from %s is no SIP message that could be "
                 "answered.",
                 text);
    finding_where(f, "%s: %.*s.", t->end->from, SLICE_ARG(e->says));
    finding_advise(f, "If it is a phone, look at its version and settings; "
                      "if not, another program speaks to this port.");
    finding_clause(f, e->clause);
}

static bool wants_extension(const struct trouble *t)
{
    return t->kind == TROUBLE_REFUSED && trouble_status(t) == 420 &&
           !trouble_is_by_outsider(t);
}

static void explain_extension(const struct trouble *t, struct finding *f)
{
    struct slice tags = t->response
                            ? sip_header_value(t->response, SIP_HDR_UNSUPPORTED)
                            : S("");

    finding_what(f,
                 "The phone requires the extension \"%.*s\", which %s does "
                 "not have.",
                 SLICE_ARG(tags), trouble_origin(t));
    finding_advise(f,
                   "Switch \"%.*s\" off in the phone, or let it be "
                   "supported instead of required.",
                   SLICE_ARG(tags));
    finding_note(f, "not supported", "%.*s", SLICE_ARG(tags));
    words_agent(t, f);
}

static bool is_repeated(const struct trouble *t)
{
    return t->kind == TROUBLE_REPEATED;
}

static void explain_repeated(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "%s answered %u to the %s of %s again and again: the answer "
                 "does not arrive.",
                 t->end->from, trouble_status(t), t->end->method,
                 t->impu.n ? t->impu.text : t->end->to);
    finding_where(f, "%s sent the same answer three times.", t->end->from);
    str_set(&f->node, slice_of(t->end->from));
    finding_advise(f,
                   "Something between %s and the phone lets answers not "
                   "pass: a firewall, NAT, or an address in the phone's "
                   "Via that is not its own. TCP helps where large "
                   "datagrams are lost.",
                   t->end->from);
    words_fault_on_way(t, f, t->end);
}

static const struct rule list[] = {
    {CAUSE_WRONG_LISTENER, is_wrong_listener, explain_wrong_listener},
    {CAUSE_ANSWERS_LOST, is_repeated, explain_repeated},
    {CAUSE_MALFORMED, is_malformed, explain_malformed},
    {CAUSE_MALFORMED, is_dropped, explain_dropped},
    {CAUSE_EXTENSION, wants_extension, explain_extension},
};

const struct rules rules_entry = {list, sizeof list / sizeof list[0]};
