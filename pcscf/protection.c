/* SPDX-License-Identifier: MIT
 *
 * What stands in challenges and their answers at the P-CSCF, TS 24.229 5.2.2.
 *
 *   401       ck and ik are taken out
 *   REGISTER  integrity-protected is what we say of it, not the phone
 *
 * P-REG-1; P-REG-2 in part: ck and ik are taken out, for no security
 * association.
 */
#include "pcscf/protection.h"
#include "crypto/digest.h"
#include "sip/views.h"

/* More than a header of a message that was taken can have. */
enum { VALUE_MAX = 256 * 1024 };

static struct slice param_of(const struct sip_auth *a, const char *name)
{
    struct slice value = {0};

    sip_auth_param(a, slice_of(name), &value);
    return value;
}

/* Is its algorithm one of AKA? */
static bool names_aka(const struct sip_auth *a)
{
    enum digest_algorithm algorithm;

    return digest_algorithm_parse(param_of(a, "algorithm"), &algorithm) &&
           digest_algorithm_aka(algorithm);
}

/* ---- the challenge --------------------------------------------------------
 */

bool protection_challenge(const struct sip_message *resp,
                          struct challenged *out)
{
    struct sip_auth a;

    if (!sip_auth_find(resp, SIP_HDR_WWW_AUTHENTICATE, S("Digest"),
                       (struct slice){0}, &a))
        return false;
    *out = (struct challenged){param_of(&a, "nonce"), names_aka(&a)};
    return true;
}

static void print_challenge(const struct sip_auth *a, struct buf *out)
{
    struct slice rest = a->params;
    struct sip_param p;
    const char *comma = " ";

    buf_add(out, a->scheme);
    while (sip_auth_next(&rest, &p)) {
        if (slice_eq_nocase(p.name, S("ck")) ||
            slice_eq_nocase(p.name, S("ik")))
            continue;
        buf_str(out, comma);
        sip_param_print(&p, out);
        comma = ", ";
    }
}

void protection_strip_keys(struct sip_message *resp)
{
    const struct sip_header *h =
        sip_header_first(resp, SIP_HDR_WWW_AUTHENTICATE);
    struct slice rest, line;
    struct sip_auth a;
    struct buf lines;

    buf_init(&lines, VALUE_MAX);
    for (; h; h = sip_header_next(resp, h)) {
        if (sip_auth_parse(h->value, &a, NULL) != IMS_OK)
            continue;
        if (slice_eq_nocase(a.scheme, S("Digest")))
            print_challenge(&a, &lines);
        else
            buf_add(&lines, h->value);
        buf_char(&lines, '\0');
    }
    sip_remove(resp, SIP_HDR_WWW_AUTHENTICATE);
    rest = buf_slice(&lines);
    while (slice_cut(&rest, '\0', &line))
        if (line.n)
            sip_add_last(resp, SIP_HDR_WWW_AUTHENTICATE, line);
    buf_fini(&lines);
}

/* ---- the answer -----------------------------------------------------------
 */

/* The contact that was challenged with this nonce: the one that answers, or one
 * of the same user at the same flow, for a phone behind a NAT learns of the 401
 * how its address looks outside, and writes that into its Contact. */
static const struct contact *challenged_with(struct pcscf *me,
                                             const struct register_of *who,
                                             const struct sip_auth *a)
{
    struct slice nonce = param_of(a, "nonce");

    if (!nonce.n)
        return NULL;
    if (who->contact && slice_eq(nonce, str_slice(&who->contact->nonce)))
        return who->contact;
    return names_aka(a) ? flows_challenged(me->flows, &who->flow->remote,
                                           who->impu, nonce)
                        : NULL;
}

/* F6 of the procedures. There are no security associations (yet): an answer to
 * the outstanding AKA challenge counts as protected where the topology lets
 * it, which is a deviation from 5.2.2.2. NULL: the parameter is left out. */
static const char *protection_of(struct pcscf *me, struct record_about about,
                                 const struct register_of *who,
                                 const struct sip_auth *a)
{
    const struct contact *c = who->contact;
    const struct contact *known = challenged_with(me, who, a);
    bool answers = param_of(a, "response").n || param_of(a, "auts").n;

    if (!answers && !known)
        return NULL;
    if (known ? known->aka : names_aka(a)) {
        if (!known || !me->core.node->self->aka_without_ipsec)
            return "no";
        record_say(me->env->record, about, "P-REG-1", "TS 24.229 5.2.2.2",
                   "the answer to the AKA challenge came without a security "
                   "association; the topology allows that");
        return "yes";
    }
    return c && c->registered ? "ip-assoc-yes" : "ip-assoc-pending";
}

/* Authorization anew: the phone's parameters, but for its own idea of
 * integrity protection. */
static void print_credentials(const struct sip_auth *a, const char *protection,
                              struct buf *out)
{
    struct slice rest = a->params;
    struct sip_param p;
    const char *comma = " ";

    buf_add(out, a->scheme);
    while (sip_auth_next(&rest, &p)) {
        if (slice_eq_nocase(p.name, S("integrity-protected")))
            continue;
        buf_str(out, comma);
        sip_param_print(&p, out);
        comma = ", ";
    }
    if (!protection)
        return;
    buf_str(out, comma);
    buf_str(out, "integrity-protected=\"");
    buf_str(out, protection);
    buf_char(out, '"');
}

/* One Authorization goes on, the first that we can read: another one might say
 * of its protection what we did not. */
void protection_mark(struct pcscf *me, const struct register_of *who,
                     struct sip_message *copy)
{
    struct sip_auth a;
    struct buf value;

    if (!sip_auth_find(copy, SIP_HDR_AUTHORIZATION, S("Digest"),
                       (struct slice){0}, &a)) {
        if (sip_header_first(copy, SIP_HDR_AUTHORIZATION))
            record_say(me->env->record, cscf_about(copy), "P-REG-1",
                       "TS 24.229 5.2.2.1",
                       "an Authorization that is no readable Digest is taken "
                       "out");
        sip_remove(copy, SIP_HDR_AUTHORIZATION);
        return;
    }
    buf_init(&value, VALUE_MAX);
    print_credentials(&a, protection_of(me, cscf_about(copy), who, &a), &value);
    if (value.full)
        sip_remove(copy, SIP_HDR_AUTHORIZATION);
    else
        sip_set(copy, SIP_HDR_AUTHORIZATION, buf_slice(&value));
    buf_fini(&value);
}
