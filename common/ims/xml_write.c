/* SPDX-License-Identifier: MIT
 *
 * User-Data in the order of the schema, TS 29.228 annex E.
 */
#include "base/utf8.h"
#include "ims/xml.h"

struct writer {
    struct buf *out;
    enum ims_err err;
    struct why *why;
};

static void refuse(struct writer *w, enum ims_err err, const char *what,
                   const char *name)
{
    if (!w->err)
        w->err = why_set(w->why, err, "%s %s", name, what);
}

static void start_tag(struct writer *w, const char *name)
{
    buf_char(w->out, '<');
    buf_str(w->out, name);
    buf_char(w->out, '>');
}

static void end_tag(struct writer *w, const char *name)
{
    buf_str(w->out, "</");
    buf_str(w->out, name);
    buf_char(w->out, '>');
}

/* XML 1.0 section 2.2. */
static bool is_xml_char(uint32_t c)
{
    if (c < ' ')
        return c == '\t' || c == '\n' || c == '\r';
    return c != 0xfffe && c != 0xffff;
}

const char *xml_flaw(struct slice text)
{
    while (text.n > 0) {
        uint32_t c;
        size_t n = utf8_char(text, &c);

        if (n == 0)
            return "is not UTF-8";
        if (!is_xml_char(c))
            return "has a character that XML has not";
        text = slice_from(text, n);
    }
    return NULL;
}

static void add_escaped(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        switch (text.p[i]) {
        case '<': buf_str(out, "&lt;"); break;
        case '>': buf_str(out, "&gt;"); break;
        case '&': buf_str(out, "&amp;"); break;
        case '\r': buf_str(out, "&#13;"); break;
        default: buf_char(out, text.p[i]); break;
        }
    }
}

static void put_text(struct writer *w, const char *name, struct slice text)
{
    const char *flaw = xml_flaw(text);

    if (flaw) {
        refuse(w, IMS_MALFORMED, flaw, name);
        return;
    }
    start_tag(w, name);
    add_escaped(w->out, text);
    end_tag(w, name);
}

static void put_optional(struct writer *w, const char *name, struct slice text)
{
    if (text.n > 0)
        put_text(w, name, text);
}

static void put_mandatory(struct writer *w, const char *name, struct slice text)
{
    if (text.n == 0)
        refuse(w, IMS_MISSING, "is missing", name);
    put_text(w, name, text);
}

static void put_number(struct writer *w, const char *name, uint64_t value)
{
    start_tag(w, name);
    buf_u64(w->out, value);
    end_tag(w, name);
}

static void put_empty(struct writer *w, const char *name)
{
    buf_char(w->out, '<');
    buf_str(w->out, name);
    buf_str(w->out, "/>");
}

/* ---- identities -----------------------------------------------------------
 */

static void put_identity_extension(struct writer *w,
                                   const struct profile_identity *id)
{
    bool is_psi = id->type == PROFILE_WILDCARDED_PSI;
    bool deepest = id->wildcard.n > 0 && !is_psi;
    bool deeper = deepest || id->display_name.n > 0 || id->alias_group.n > 0;

    if (!deeper && id->type == PROFILE_PUBLIC_USER_IDENTITY &&
        id->wildcard.n == 0)
        return;
    start_tag(w, "Extension");
    put_number(w, "IdentityType", id->type);
    if (is_psi)
        put_optional(w, "WildcardedPSI", id->wildcard);
    if (deeper) {
        start_tag(w, "Extension");
        put_optional(w, "DisplayName", id->display_name);
        put_optional(w, "AliasIdentityGroupID", id->alias_group);
        if (deepest) {
            start_tag(w, "Extension");
            put_text(w, "WildcardedIMPU", id->wildcard);
            end_tag(w, "Extension");
        }
        end_tag(w, "Extension");
    }
    end_tag(w, "Extension");
}

static void put_identity(struct writer *w, const struct profile_identity *id)
{
    start_tag(w, "PublicIdentity");
    if (id->barred)
        put_number(w, "BarringIndication", 1);
    put_mandatory(w, "Identity", id->impu);
    put_identity_extension(w, id);
    end_tag(w, "PublicIdentity");
}

static void put_core_network_services(struct writer *w,
                                      const struct profile_service *s)
{
    if (s->media_profile < 0 && !s->service_ids)
        return;
    start_tag(w, "CoreNetworkServicesAuthorization");
    if (s->media_profile >= 0)
        put_number(w, "SubscribedMediaProfileId", (uint64_t)s->media_profile);
    if (s->service_ids) {
        start_tag(w, "Extension");
        start_tag(w, "ListOfServiceIds");
        for (const struct profile_service_id *i = s->service_ids; i;
             i = i->next)
            put_text(w, "ServiceId", i->id);
        end_tag(w, "ListOfServiceIds");
        end_tag(w, "Extension");
    }
    end_tag(w, "CoreNetworkServicesAuthorization");
}

/* ---- filter criteria ------------------------------------------------------
 */

static void put_pair(struct writer *w, const char *outer, const char *inner,
                     const struct profile_spt *spt)
{
    start_tag(w, outer);
    put_mandatory(w, inner, spt->name);
    if (spt->content.p)
        put_text(w, "Content", spt->content);
    end_tag(w, outer);
}

/* All three registration types are what their absence means, and the schema
 * takes two at most. */
static void put_registration_types(struct writer *w, unsigned bits)
{
    enum {
        ALL = REGISTRATION_INITIAL | REGISTRATION_AGAIN | REGISTRATION_GONE
    };

    if (bits == 0 || bits == ALL)
        return;
    start_tag(w, "Extension");
    for (unsigned i = 0; i < 3; i++) {
        if (bits & 1u << i)
            put_number(w, "RegistrationType", i);
    }
    end_tag(w, "Extension");
}

static void put_spt(struct writer *w, const struct profile_spt *spt)
{
    start_tag(w, "SPT");
    if (spt->negated)
        put_number(w, "ConditionNegated", 1);
    if (spt->ngroups == 0)
        refuse(w, IMS_MISSING, "is missing", "Group");
    for (unsigned i = 0; i < spt->ngroups; i++)
        put_number(w, "Group", spt->groups[i]);
    switch ((enum profile_spt_kind)spt->kind) {
    case SPT_REQUEST_URI: put_mandatory(w, "RequestURI", spt->content); break;
    case SPT_METHOD: put_mandatory(w, "Method", spt->content); break;
    case SPT_HEADER: put_pair(w, "SIPHeader", "Header", spt); break;
    case SPT_SDP: put_pair(w, "SessionDescription", "Line", spt); break;
    case SPT_SESSION_CASE:
        put_number(w, "SessionCase", spt->session_case);
        break;
    }
    put_registration_types(w, spt->registrations);
    end_tag(w, "SPT");
}

static void put_server(struct writer *w, const struct profile_ifc *ifc)
{
    start_tag(w, "ApplicationServer");
    put_mandatory(w, "ServerName", ifc->server);
    put_number(w, "DefaultHandling", ifc->session_terminated);
    put_optional(w, "ServiceInfo", ifc->service_info);
    if (ifc->include_request || ifc->include_response) {
        start_tag(w, "Extension");
        if (ifc->include_request)
            put_empty(w, "IncludeRegisterRequest");
        if (ifc->include_response)
            put_empty(w, "IncludeRegisterResponse");
        end_tag(w, "Extension");
    }
    end_tag(w, "ApplicationServer");
}

static void put_ifc(struct writer *w, const struct profile_ifc *ifc)
{
    start_tag(w, "InitialFilterCriteria");
    put_number(w, "Priority", ifc->priority);
    if (ifc->spts) {
        start_tag(w, "TriggerPoint");
        put_number(w, "ConditionTypeCNF", ifc->cnf);
        for (const struct profile_spt *s = ifc->spts; s; s = s->next)
            put_spt(w, s);
        end_tag(w, "TriggerPoint");
    }
    put_server(w, ifc);
    if (ifc->part != PROFILE_BOTH)
        put_number(w, "ProfilePartIndicator", ifc->part);
    end_tag(w, "InitialFilterCriteria");
}

/* ---- the document ---------------------------------------------------------
 */

static void put_service(struct writer *w, const struct profile_service *s)
{
    start_tag(w, "ServiceProfile");
    if (!s->identities)
        refuse(w, IMS_MISSING, "is missing", "PublicIdentity");
    for (const struct profile_identity *i = s->identities; i; i = i->next)
        put_identity(w, i);
    put_core_network_services(w, s);
    for (const struct profile_ifc *i = s->ifcs; i; i = i->next)
        put_ifc(w, i);
    if (s->nshared > 0) {
        start_tag(w, "Extension");
        for (unsigned i = 0; i < s->nshared; i++)
            put_number(w, "SharedIFCSetID", s->shared_ifc_sets[i]);
        end_tag(w, "Extension");
    }
    end_tag(w, "ServiceProfile");
}

enum ims_err profile_write(const struct ims_profile *p, struct buf *out,
                           struct why *why)
{
    struct writer w = {.out = out, .why = why};

    buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    start_tag(&w, "IMSSubscription");
    put_mandatory(&w, "PrivateID", p->impi);
    if (!p->services)
        refuse(&w, IMS_MISSING, "is missing", "ServiceProfile");
    for (const struct profile_service *s = p->services; s; s = s->next)
        put_service(&w, s);
    end_tag(&w, "IMSSubscription");
    if (!w.err && out->full)
        w.err = why_set(why, IMS_TOO_LARGE,
                        "the subscription of %.*s needs more than %zu bytes "
                        "as User-Data",
                        SLICE_ARG(p->impi), out->max);
    return w.err;
}
