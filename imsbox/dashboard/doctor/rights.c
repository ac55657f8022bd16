/* SPDX-License-Identifier: MIT
 *
 * May he: barred identities, networks that he may not use.
 */
#include "imsbox/dashboard/doctor/rules.h"
#include "imsbox/dashboard/doctor/words.h"

static bool is_barred(const struct trouble *t)
{
    return trouble_is(t, TROUBLE_REFUSED, "REGISTER") &&
           trouble_refusal(t, CX_AUTHORIZATION_REJECTED);
}

static void explain_barred(const struct trouble *t, struct finding *f)
{
    finding_what(f, "%s is barred: it may not register.", t->impu.text);
    words_hss_said(t, f, CX_AUTHORIZATION_REJECTED);
    finding_advise(f,
                   "If it shall register, take \"barred\" off %s on the "
                   "Subscribers page. Of several identities that register "
                   "together one that is not barred is enough.",
                   t->impu.text);
}

static bool may_not_roam(const struct trouble *t)
{
    return trouble_is(t, TROUBLE_REFUSED, "REGISTER") &&
           trouble_refusal(t, CX_ROAMING_NOT_ALLOWED);
}

static void explain_roaming(const struct trouble *t, struct finding *f)
{
    const struct topology_node *entry = trouble_entry(t);
    const char *visited =
        entry && entry->network ? entry->network->visited_id : "?";

    finding_what(f, "%s may not be used in the visited network %s.",
                 t->impu.text, visited);
    words_hss_said(t, f, CX_ROAMING_NOT_ALLOWED);
    finding_advise(f,
                   "Add %s to \"visited\" of the subscriber, or of its home "
                   "network in the topology.",
                   visited);
    finding_note(f, "visited network", "%s", visited);
}

static const struct rule list[] = {
    {CAUSE_BARRED, is_barred, explain_barred},
    {CAUSE_ROAMING_NOT_ALLOWED, may_not_roam, explain_roaming},
};

const struct rules rules_rights = {list, sizeof list / sizeof list[0]};
