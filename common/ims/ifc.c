/* SPDX-License-Identifier: MIT */
#include "ims/ifc.h"
#include "ims/pattern.h"
#include <assert.h>

/* ---- one service point trigger --------------------------------------------
 */

static struct slice header_name(const struct sip_header *h)
{
    return h->id == SIP_HDR_OTHER ? h->name : sip_header_name(h->id);
}

/* TS 29.228 annex F: the header's name and its content are expressions; a
 * plain name is one too, and it must be the whole name. */
static bool name_fits(struct slice pattern, struct slice name)
{
    char text[PATTERN_MAX + 1];
    struct buf whole;

    if (slice_eq_nocase(pattern, name))
        return true;
    buf_over(&whole, text, sizeof(text));
    buf_str(&whole, "^(");
    buf_add(&whole, pattern);
    buf_str(&whole, ")$");
    return !whole.full && pattern_matches(buf_slice(&whole), name, true);
}

static bool content_fits(const struct profile_spt *spt, struct slice text)
{
    return !spt->content.p || pattern_matches(spt->content, text, false);
}

static bool header_fits(const struct profile_spt *spt,
                        const struct sip_message *m)
{
    for (unsigned i = 0; i < m->count; i++) {
        if (name_fits(spt->name, header_name(&m->headers[i])) &&
            content_fits(spt, m->headers[i].value))
            return true;
    }
    return false;
}

static bool has_sdp(const struct sip_message *m)
{
    return slice_starts_nocase(sip_header_value(m, SIP_HDR_CONTENT_TYPE),
                               S("application/sdp"));
}

static bool sdp_fits(const struct profile_spt *spt, const struct sip_message *m)
{
    struct slice rest = has_sdp(m) ? m->body : (struct slice){0};
    struct slice line, type;

    while (slice_cut(&rest, '\n', &line)) {
        line = slice_trim(line);
        if (slice_index(line, '=') > 0 && slice_cut(&line, '=', &type) &&
            name_fits(spt->name, type) && content_fits(spt, line))
            return true;
    }
    return false;
}

static bool method_fits(const struct profile_spt *spt,
                        const struct ifc_request *r)
{
    return slice_eq(spt->content, r->msg->method_name) &&
           (r->msg->method != SIP_REGISTER || !spt->registrations ||
            (spt->registrations & r->registration));
}

static bool condition_holds(const struct profile_spt *spt,
                            const struct ifc_request *r)
{
    switch ((enum profile_spt_kind)spt->kind) {
    case SPT_REQUEST_URI: return content_fits(spt, r->msg->uri);
    case SPT_METHOD: return method_fits(spt, r);
    case SPT_HEADER: return header_fits(spt, r->msg);
    case SPT_SESSION_CASE: return spt->session_case == r->session_case;
    case SPT_SDP: return sdp_fits(spt, r->msg);
    }
    return false;
}

/* Can its expressions be evaluated? */
static bool is_usable(const struct profile_spt *spt)
{
    switch ((enum profile_spt_kind)spt->kind) {
    case SPT_REQUEST_URI: return pattern_check(spt->content, NULL) == IMS_OK;
    case SPT_HEADER:
    case SPT_SDP:
        return pattern_check(spt->name, NULL) == IMS_OK &&
               (!spt->content.p || pattern_check(spt->content, NULL) == IMS_OK);
    case SPT_METHOD:
    case SPT_SESSION_CASE: break;
    }
    return true;
}

/* What cannot be evaluated is not fulfilled, negated or not. */
static bool spt_holds(const struct profile_spt *spt,
                      const struct ifc_request *r)
{
    bool holds = condition_holds(spt, r);

    return spt->negated ? !holds && is_usable(spt) : holds;
}

/* ---- the trigger point -----------------------------------------------------
 */

static bool is_in(const struct profile_spt *spt, uint32_t group)
{
    for (unsigned i = 0; i < spt->ngroups; i++) {
        if (spt->groups[i] == group)
            return true;
    }
    return false;
}

/* CNF: one condition of the group is enough; DNF: each must hold. *told is a
 * condition that decided. */
static bool group_holds(const struct profile_ifc *ifc,
                        const struct ifc_request *r, uint32_t group,
                        const struct profile_spt **told)
{
    for (const struct profile_spt *s = ifc->spts; s; s = s->next) {
        if (!is_in(s, group))
            continue;
        *told = s;
        if (spt_holds(s, r) == ifc->cnf)
            return ifc->cnf;
    }
    return !ifc->cnf;
}

static bool is_new_group(const struct profile_ifc *ifc,
                         const struct profile_spt *spt, unsigned index)
{
    for (const struct profile_spt *s = ifc->spts; s != spt; s = s->next) {
        if (is_in(s, spt->groups[index]))
            return false;
    }
    return true;
}

/* CNF: the first group that fails decides; DNF: the first that holds. */
static bool trigger_holds(const struct profile_ifc *ifc,
                          const struct ifc_request *r,
                          const struct profile_spt **told)
{
    for (const struct profile_spt *s = ifc->spts; s; s = s->next) {
        for (unsigned i = 0; i < s->ngroups; i++) {
            if (is_new_group(ifc, s, i) &&
                group_holds(ifc, r, s->groups[i], told) != ifc->cnf)
                return !ifc->cnf;
        }
    }
    return ifc->cnf;
}

/* ---- sentences -------------------------------------------------------------
 */

static const char *const case_names[] = {
    "originating", "terminating registered", "terminating unregistered",
    "originating unregistered", "originating after diversion"};

/* Why the condition does not hold, as a clause. */
static void tell_condition(const struct profile_spt *s, struct buf *out)
{
    const char *is = s->negated ? "is" : "is not";
    const char *fits = s->negated ? "fits" : "does not fit";
    const char *has = s->negated ? "has" : "has no";

    if (s->negated && !is_usable(s)) {
        buf_printf(out, "\"%.*s%s%.*s\" cannot be evaluated",
                   SLICE_ARG(slice_first(s->name, 40)), s->name.n ? " " : "",
                   SLICE_ARG(slice_first(s->content, 60)));
        return;
    }
    switch ((enum profile_spt_kind)s->kind) {
    case SPT_REQUEST_URI:
        buf_printf(out, "the Request-URI %s \"%.*s\"", fits,
                   SLICE_ARG(slice_first(s->content, 60)));
        break;
    case SPT_METHOD:
        buf_printf(out, "method %s %.*s%s", is,
                   SLICE_ARG(slice_first(s->content, 32)),
                   s->registrations ? " of that registration type" : "");
        break;
    case SPT_SESSION_CASE:
        buf_printf(out, "session case %s %s", is, case_names[s->session_case]);
        break;
    case SPT_HEADER:
    case SPT_SDP:
        buf_printf(out, "the %s %s %.*s%s%.*s",
                   s->kind == SPT_SDP ? "SDP" : "request", has,
                   SLICE_ARG(slice_first(s->name, 40)),
                   s->content.p ? " that fits " : "",
                   SLICE_ARG(slice_first(s->content, 60)));
        break;
    }
}

static bool part_fits(const struct profile_ifc *ifc,
                      const struct ifc_request *r)
{
    return ifc->part == PROFILE_BOTH ||
           (ifc->part == PROFILE_REGISTERED) == r->registered;
}

static void skip(const struct profile_ifc *ifc, const struct profile_spt *told,
                 struct why *why)
{
    char text[160] = "";
    struct buf clause;

    buf_over(&clause, text, sizeof(text) - 1);
    tell_condition(told, &clause);
    text[clause.n] = '\0';
    why_set(why, IMS_OK, "iFC %u skipped: %s", ifc->priority, text);
}

bool ifc_matches(const struct profile_ifc *ifc, const struct ifc_request *r,
                 struct why *why)
{
    const struct profile_spt *told = NULL;

    if (!part_fits(ifc, r)) {
        why_set(why, IMS_OK, "iFC %u skipped: the user is %sregistered",
                ifc->priority, r->registered ? "" : "not ");
        return false;
    }
    if (ifc->spts && !trigger_holds(ifc, r, &told)) {
        assert(told); /* each trigger is in a group */
        skip(ifc, told, why);
        return false;
    }
    why_set(why, IMS_OK, "iFC %u leads to %.*s", ifc->priority,
            SLICE_ARG(slice_first(ifc->server, 160)));
    return true;
}

const struct profile_ifc *ifc_next(const struct profile_ifc *from,
                                   const struct ifc_request *r,
                                   ifc_says_fn *says, void *ctx)
{
    for (const struct profile_ifc *ifc = from; ifc; ifc = ifc->next) {
        struct why why;
        bool matches = ifc_matches(ifc, r, &why);

        if (says)
            says(ctx, ifc, why.text);
        if (matches)
            return ifc;
    }
    return NULL;
}
