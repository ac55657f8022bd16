/* SPDX-License-Identifier: MIT
 *
 * Who it is: identities that the network does not know, or not together.
 */
#include "imsbox/dashboard/doctor/rules.h"
#include "imsbox/dashboard/doctor/words.h"

static bool registers(const struct trouble *t)
{
    return trouble_is(t, TROUBLE_REFUSED, "REGISTER");
}

/* ---- another network's domain -------------------------------------------- */

static bool is_ours(const struct trouble *t, struct slice domain)
{
    return topology_find_network(t->site->topology, domain) != NULL;
}

static bool is_wrong_domain(const struct trouble *t)
{
    struct slice domain = identity_domain(identity_slice(&t->impu));

    return registers(t) && domain.n && !is_ours(t, domain) &&
           !trouble_is_by_outsider(t) &&
           (trouble_refusal(t, CX_USER_UNKNOWN) ||
            trouble_is_by(t, TOPOLOGY_PCSCF));
}

static void explain_wrong_domain(const struct trouble *t, struct finding *f)
{
    const struct topology_node *entry = trouble_entry(t);
    struct slice domain = identity_domain(identity_slice(&t->impu));
    const char *ours = entry && entry->network ? entry->network->domain
                                               : words_first_domain(t);

    finding_what(f,
                 "The phone registers %s, but %.*s is no domain of this "
                 "network.",
                 t->impu.text, SLICE_ARG(domain));
    finding_advise(f,
                   "Set the domain (SIP server, realm) of the phone's account "
                   "to %s; the proxy stays %s.",
                   ours, words_proxy(t, &(struct words_text){0}));
    finding_note(f, "domain of the phone", "%.*s", SLICE_ARG(domain));
    finding_note(f, "domain of the network", "%s", ours);
}

/* ---- unknown ------------------------------------------------------------- */

static bool is_public_unknown(const struct trouble *t)
{
    return registers(t) && trouble_refusal(t, CX_USER_UNKNOWN) &&
           (t->examined ? json_is_false(trouble_examined(t, "public", "known"))
                        : trouble_reason(t, "public-unknown") != NULL);
}

static void explain_public_unknown(const struct trouble *t, struct finding *f)
{
    finding_what(f, "The network has no user %s.", t->impu.text);
    words_hss_said(t, f, CX_USER_UNKNOWN);
    words_nearest(t, f, "public",
                  "Correct user name and domain in the phone's account, or "
                  "add the subscriber.");
}

static bool is_private_unknown(const struct trouble *t)
{
    return registers(t) && trouble_refusal(t, CX_USER_UNKNOWN) &&
           (t->examined ? json_is_false(trouble_examined(t, "private", "known"))
                        : trouble_reason(t, "private-unknown") != NULL);
}

/* The authentication user names that would be right for the identity. */
static void advise_privates(const struct trouble *t, struct finding *f)
{
    const char *right = trouble_examined_item(t, "public", "privates", 0);

    if (!right) {
        finding_advise(f,
                       "Look up the private identity of %s on the "
                       "Subscribers page and enter it in the phone as "
                       "authentication user name.",
                       t->impu.text);
        return;
    }
    finding_advise(f,
                   "Enter %s in the phone as authentication user name (auth "
                   "ID).",
                   right);
    for (size_t i = 1;
         (right = trouble_examined_item(t, "public", "privates", i)); i++)
        finding_advise_more(f, "%s is right too.", right);
}

static void blame_private(const struct trouble *t, struct finding *f,
                          enum cx_result result)
{
    words_hss_said(t, f, result);
    advise_privates(t, f);
    finding_note(f, "private identity of the phone", "%s", t->impi.text);
}

static void explain_private_unknown(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "%s is known, but not the name that the phone authenticates "
                 "with: %s.",
                 t->impu.text, t->impi.text);
    blame_private(t, f, CX_USER_UNKNOWN);
}

static bool dont_match(const struct trouble *t)
{
    return registers(t) && trouble_refusal(t, CX_IDENTITIES_DONT_MATCH);
}

static void explain_dont_match(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "The phone authenticates as %s, which is no private identity "
                 "of %s.",
                 t->impi.text, t->impu.text);
    blame_private(t, f, CX_IDENTITIES_DONT_MATCH);
}

static const struct rule list[] = {
    {CAUSE_WRONG_DOMAIN, is_wrong_domain, explain_wrong_domain},
    {CAUSE_UNKNOWN_PUBLIC, is_public_unknown, explain_public_unknown},
    {CAUSE_UNKNOWN_PRIVATE, is_private_unknown, explain_private_unknown},
    {CAUSE_IDENTITIES_DONT_MATCH, dont_match, explain_dont_match},
};

const struct rules rules_identity = {list, sizeof list / sizeof list[0]};
