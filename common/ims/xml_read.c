/* SPDX-License-Identifier: MIT
 *
 * User-Data into a profile. user_data.def says which element may stand where;
 * expat calls for each, and the row's functions below fill the profile. The
 * object that is being filled is the last one begun of its kind.
 */
#include "base/mem.h"
#include "ims/document.h"
#include "ims/identity.h"
#include "ims/xml.h"

enum place {
    NOWHERE, /* inside of an element that we do not know */
    DOCUMENT,
    SUBSCRIPTION,
    SERVICE,
    IDENTITY,
    CN_SERVICES,
    SERVICE_IDS,
    IFC,
    TRIGGER,
    SPT,
    HEADER,
    SDP,
    SERVER,
    TEXT,
    EMPTY,
};

struct element;

struct reader {
    struct document xml;
    struct arena *arena;

    const struct element *open[XML_MAX_DEPTH]; /* NULL: unknown, Extension */
    enum place places[XML_MAX_DEPTH + 1];      /* inside of each of them */
    unsigned depth;

    struct ims_profile *profile;
    struct profile_service *service;
    struct profile_identity *identity;
    struct profile_service_id *service_id;
    struct profile_ifc *ifc;
    struct profile_spt *spt;
    bool has_priority, has_condition; /* of ifc, of spt */
    uint32_t groups[XML_MAX_GROUPS];
    uint32_t shared[XML_MAX_SHARED];
};

struct element {
    enum place in;
    const char *name;
    enum place opens;
    void (*begin)(struct reader *r);
    void (*end)(struct reader *r, struct slice text);
};

static void refuse(struct reader *r, enum ims_err err, const char *what,
                   const char *name)
{
    document_refuse(&r->xml, err, what, name);
}

/* ---- values ---------------------------------------------------------------
 */

static void *make(struct reader *r, size_t size)
{
    void *p = r->xml.err ? NULL : arena_zalloc(r->arena, size);

    if (!p)
        refuse(r, IMS_FULL, "needs more memory than a profile may have",
               "the subscription");
    return p;
}

/* A text that may stand once. */
static void keep(struct reader *r, struct slice *place, struct slice text,
                 const char *name)
{
    if (place->p) {
        refuse(r, IMS_MALFORMED, "stands twice", name);
        return;
    }
    *place = slice_keep(r->arena, text);
    if (!place->p)
        refuse(r, IMS_FULL, "needs more memory than a profile may have", name);
}

static bool read_number(struct reader *r, struct slice text, uint32_t max,
                        const char *name, uint32_t *out)
{
    uint64_t v = 0;

    if (!slice_u64(slice_trim(text), max, &v)) {
        refuse(r, IMS_MALFORMED, "is no number of its range", name);
        return false;
    }
    *out = (uint32_t)v;
    return true;
}

/* xs:boolean */
static bool read_bool(struct reader *r, struct slice text, const char *name)
{
    text = slice_trim(text);
    if (slice_eq(text, S("1")) || slice_eq(text, S("true")))
        return true;
    if (!slice_eq(text, S("0")) && !slice_eq(text, S("false")))
        refuse(r, IMS_MALFORMED, "is neither true nor false", name);
    return false;
}

/* Its default is 0, which an empty one has (XML Schema part 1, 3.3.1). */
static bool read_flag(struct reader *r, struct slice text, const char *name)
{
    return slice_trim(text).n && read_bool(r, text, name);
}

static void *copy_numbers(struct reader *r, const uint32_t *from, unsigned n)
{
    void *p = n ? make(r, n * sizeof(*from)) : NULL;

    return p ? memcpy(p, from, n * sizeof(*from)) : NULL;
}

/* ---- subscription ---------------------------------------------------------
 */

static void end_private_id(struct reader *r, struct slice text)
{
    keep(r, &r->profile->impi, slice_trim(text), "PrivateID");
}

static void end_subscription(struct reader *r, struct slice text)
{
    (void)text;
    if (r->profile->impi.n == 0)
        refuse(r, IMS_MISSING, "is missing", "PrivateID");
    if (!r->profile->services)
        refuse(r, IMS_MISSING, "is missing", "ServiceProfile");
}

static void begin_service(struct reader *r)
{
    struct profile_service *s = make(r, sizeof(*s));

    if (!s)
        return;
    s->media_profile = PROFILE_NO_MEDIA_PROFILE;
    if (r->service)
        r->service->next = s;
    else
        r->profile->services = s;
    r->service = s;
    r->identity = NULL;
    r->service_id = NULL;
}

static void end_service(struct reader *r, struct slice text)
{
    (void)text;
    if (!r->service->identities)
        refuse(r, IMS_MISSING, "is missing", "PublicIdentity");
    r->service->shared_ifc_sets =
        copy_numbers(r, r->shared, r->service->nshared);
}

static void end_shared_ifc(struct reader *r, struct slice text)
{
    uint32_t id;

    if (!read_number(r, text, INT32_MAX, "SharedIFCSetID", &id))
        return;
    if (r->service->nshared == XML_MAX_SHARED)
        refuse(r, IMS_FULL, "stands too often", "SharedIFCSetID");
    else
        r->shared[r->service->nshared++] = id;
}

static void end_media(struct reader *r, struct slice text)
{
    uint32_t id;

    if (read_number(r, text, INT32_MAX, "SubscribedMediaProfileId", &id))
        r->service->media_profile = (int32_t)id;
}

static void end_service_id(struct reader *r, struct slice text)
{
    struct profile_service_id *id = make(r, sizeof(*id));

    if (!id)
        return;
    if (r->service_id)
        r->service_id->next = id;
    else
        r->service->service_ids = id;
    r->service_id = id;
    keep(r, &id->id, slice_trim(text), "ServiceId");
}

/* ---- public identities ----------------------------------------------------
 */

static void begin_identity(struct reader *r)
{
    struct profile_identity *id = make(r, sizeof(*id));

    if (!id)
        return;
    if (r->identity)
        r->identity->next = id;
    else
        r->service->identities = id;
    r->identity = id;
}

static void end_identity(struct reader *r, struct slice text)
{
    (void)text;
    if (r->identity->impu.n == 0)
        refuse(r, IMS_MISSING, "is missing", "Identity");
}

/* What is no wildcard is compared byte by byte later, so it must be canonical.
 */
static void end_impu(struct reader *r, struct slice text)
{
    struct slice impu = slice_trim(text);
    struct identity canonical;
    struct why why;

    if (!identity_is_wildcard(impu)) {
        enum ims_err err = identity_canonical(impu, &canonical, &why);

        if (err) {
            refuse(r, IMS_MALFORMED, why.text, "Identity:");
            return;
        }
        impu = identity_slice(&canonical);
    }
    keep(r, &r->identity->impu, impu, "Identity");
}

static void end_barring(struct reader *r, struct slice text)
{
    r->identity->barred = read_flag(r, text, "BarringIndication");
}

static void end_identity_type(struct reader *r, struct slice text)
{
    uint32_t type;

    if (read_number(r, text, PROFILE_WILDCARDED_IMPU, "IdentityType", &type))
        r->identity->type = (uint8_t)type;
}

static void end_wildcard(struct reader *r, struct slice text)
{
    keep(r, &r->identity->wildcard, slice_trim(text), "a wildcarded identity");
}

static void end_display_name(struct reader *r, struct slice text)
{
    keep(r, &r->identity->display_name, text, "DisplayName");
}

static void end_alias_group(struct reader *r, struct slice text)
{
    keep(r, &r->identity->alias_group, slice_trim(text),
         "AliasIdentityGroupID");
}

/* ---- filter criteria ------------------------------------------------------
 */

static void begin_ifc(struct reader *r)
{
    r->ifc = make(r, sizeof(*r->ifc));
    if (r->ifc)
        r->ifc->part = PROFILE_BOTH;
    r->spt = NULL;
    r->has_priority = false;
}

/* Linked in at its end, when the priority is known; equal ones keep their
 * order. */
static void end_ifc(struct reader *r, struct slice text)
{
    struct profile_ifc *before = NULL;
    const struct profile_ifc *at = r->service->ifcs;

    (void)text;
    if (!r->has_priority)
        refuse(r, IMS_MISSING, "is missing", "Priority");
    if (r->ifc->server.n == 0)
        refuse(r, IMS_MISSING, "is missing", "ServerName");
    while (at && at->priority <= r->ifc->priority) {
        before = (struct profile_ifc *)at; /* made here, in our arena */
        at = at->next;
    }
    r->ifc->next = at;
    if (before)
        before->next = r->ifc;
    else
        r->service->ifcs = r->ifc;
}

static void end_priority(struct reader *r, struct slice text)
{
    r->has_priority =
        read_number(r, text, INT32_MAX, "Priority", &r->ifc->priority);
}

static void end_part(struct reader *r, struct slice text)
{
    uint32_t part;

    if (read_number(r, text, PROFILE_UNREGISTERED, "ProfilePartIndicator",
                    &part))
        r->ifc->part = (uint8_t)part;
}

static void end_cnf(struct reader *r, struct slice text)
{
    r->ifc->cnf = read_bool(r, text, "ConditionTypeCNF");
}

static void end_trigger(struct reader *r, struct slice text)
{
    (void)text;
    if (!r->ifc->spts)
        refuse(r, IMS_MISSING, "has no SPT", "TriggerPoint");
}

static void end_server_name(struct reader *r, struct slice text)
{
    keep(r, &r->ifc->server, slice_trim(text), "ServerName");
}

static void end_default_handling(struct reader *r, struct slice text)
{
    uint32_t handling;

    if (read_number(r, text, 1, "DefaultHandling", &handling))
        r->ifc->session_terminated = handling == 1;
}

static void end_service_info(struct reader *r, struct slice text)
{
    keep(r, &r->ifc->service_info, text, "ServiceInfo");
}

static void end_include_request(struct reader *r, struct slice text)
{
    (void)text;
    r->ifc->include_request = true;
}

static void end_include_response(struct reader *r, struct slice text)
{
    (void)text;
    r->ifc->include_response = true;
}

/* ---- service point triggers -----------------------------------------------
 */

static void begin_spt(struct reader *r)
{
    struct profile_spt *spt = make(r, sizeof(*spt));

    if (!spt)
        return;
    if (r->spt)
        r->spt->next = spt;
    else
        r->ifc->spts = spt;
    r->spt = spt;
    r->has_condition = false;
}

static void end_spt(struct reader *r, struct slice text)
{
    (void)text;
    if (!r->has_condition)
        refuse(r, IMS_MISSING, "has no condition", "SPT");
    if (r->spt->ngroups == 0)
        refuse(r, IMS_MISSING, "has no Group", "SPT");
    r->spt->groups = copy_numbers(r, r->groups, r->spt->ngroups);
}

static void end_negated(struct reader *r, struct slice text)
{
    r->spt->negated = read_flag(r, text, "ConditionNegated");
}

static void end_group(struct reader *r, struct slice text)
{
    uint32_t group;

    if (!read_number(r, text, INT32_MAX, "Group", &group))
        return;
    if (r->spt->ngroups == XML_MAX_GROUPS)
        refuse(r, IMS_FULL, "stands too often", "Group");
    else
        r->groups[r->spt->ngroups++] = group;
}

static void set_condition(struct reader *r, enum profile_spt_kind kind)
{
    if (r->has_condition)
        refuse(r, IMS_MALFORMED, "has two conditions", "SPT");
    r->has_condition = true;
    r->spt->kind = (uint8_t)kind;
}

static void end_request_uri(struct reader *r, struct slice text)
{
    set_condition(r, SPT_REQUEST_URI);
    keep(r, &r->spt->content, text, "RequestURI");
}

static void end_method(struct reader *r, struct slice text)
{
    set_condition(r, SPT_METHOD);
    keep(r, &r->spt->content, slice_trim(text), "Method");
}

static void end_session_case(struct reader *r, struct slice text)
{
    uint32_t value;

    set_condition(r, SPT_SESSION_CASE);
    if (read_number(r, text, SESSION_ORIGINATING_CDIV, "SessionCase", &value))
        r->spt->session_case = (uint8_t)value;
}

static void end_header(struct reader *r, struct slice text)
{
    (void)text;
    set_condition(r, SPT_HEADER);
    if (r->spt->name.n == 0)
        refuse(r, IMS_MISSING, "has no Header", "SIPHeader");
}

static void end_sdp(struct reader *r, struct slice text)
{
    (void)text;
    set_condition(r, SPT_SDP);
    if (r->spt->name.n == 0)
        refuse(r, IMS_MISSING, "has no Line", "SessionDescription");
}

static void end_spt_name(struct reader *r, struct slice text)
{
    keep(r, &r->spt->name, slice_trim(text), "the name of a condition");
}

static void end_spt_content(struct reader *r, struct slice text)
{
    keep(r, &r->spt->content, text, "Content");
}

static void end_registration_type(struct reader *r, struct slice text)
{
    uint32_t type;

    if (read_number(r, text, 2, "RegistrationType", &type))
        r->spt->registrations |= (uint8_t)(1u << type);
}

/* ---- what expat calls ------------------------------------------------------
 */

static const struct element elements[] = {
#define ELEMENT(in, name, opens, begin, end) {in, name, opens, begin, end},
#include "ims/user_data.def"
#undef ELEMENT
};

static const struct element *find_element(enum place in, const char *name)
{
    for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++) {
        if (elements[i].in == in && strcmp(elements[i].name, name) == 0)
            return &elements[i];
    }
    return NULL;
}

static enum place place_inside(enum place around, const struct element *e,
                               const char *name)
{
    if (e)
        return e->opens;
    if (around != TEXT && around != DOCUMENT && strcmp(name, "Extension") == 0)
        return around;
    return NOWHERE;
}

static void on_start(struct document *xml, const char *name,
                     const char **attributes)
{
    struct reader *r = container_of(xml, struct reader, xml);
    enum place around = r->places[r->depth];
    const struct element *e = find_element(around, name);

    (void)attributes;
    if (r->depth == XML_MAX_DEPTH) {
        refuse(r, IMS_MALFORMED, "is nested too deeply", "an element");
        return;
    }
    if (!e && around == DOCUMENT) {
        refuse(r, IMS_MALFORMED, "is not the root", "IMSSubscription");
        return;
    }
    r->open[r->depth++] = e;
    r->places[r->depth] = place_inside(around, e, name);
    if (r->places[r->depth] == TEXT)
        r->xml.ntext = 0;
    if (e && e->begin)
        e->begin(r);
}

static void on_end(struct document *xml)
{
    struct reader *r = container_of(xml, struct reader, xml);
    const struct element *e;

    e = r->open[--r->depth];
    if (e && e->end)
        e->end(r, slice_at(r->xml.text, r->xml.ntext));
}

static bool keeps_text(const struct document *xml)
{
    const struct reader *r = container_of(xml, struct reader, xml);

    return r->places[r->depth] == TEXT;
}

static const struct document_handlers handlers = {on_start, on_end, keeps_text};

enum ims_err profile_parse(struct slice xml, struct arena *a,
                           struct ims_profile **out, struct why *why)
{
    struct reader r = {
        .xml = {.name = "User-Data", .why = why, .handlers = &handlers},
        .arena = a,
        .places = {DOCUMENT}};

    if (xml.n > XML_MAX_BYTES)
        return why_set(why, IMS_TOO_LARGE,
                       "User-Data has %zu bytes, %d are the most", xml.n,
                       XML_MAX_BYTES);
    r.profile = arena_zalloc(a, sizeof(*r.profile));
    if (!r.profile)
        return why_set(why, IMS_FULL, "no memory is left for a profile");
    if (document_read(&r.xml, xml, false) == IMS_OK)
        *out = r.profile;
    return r.xml.err;
}
