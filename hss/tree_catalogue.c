/* SPDX-License-Identifier: MIT
 *
 * Charging sets, service profiles and shared iFC sets as maps. A filter
 * criterion (TS 29.228 annex B.2.2):
 *
 *     priority: 10
 *     server: sip:as1.ims.example
 *     default: continued | terminated
 *     part: both | registered | unregistered
 *     service_info: text
 *     include: [request, response]
 *     match: all | any      all: every group has a condition that holds
 *                           any: some group has all its conditions hold
 *     when:                 nothing: always
 *       - {group: 0, method: INVITE}
 *       - {group: 1, session_case: originating, not: true}
 *       - {group: 1, header: Accept, content: ".*"}
 *       - {group: 1, sdp: m, content: "^video"}
 *       - {group: 2, request_uri: "sip:.*"}
 *       - {group: 0, method: REGISTER, registration: [initial, again, gone]}
 */
#include "hss/tree.h"
#include "ims/xml.h"

/* ---- lists of numbers ---------------------------------------------------- */

/* Into its place: the store has them in ascending order, each once. */
static void add_number(struct complaints *c, const struct yaml *y,
                       uint32_t *values, size_t *count)
{
    size_t before = c->count, i = *count;
    uint32_t value = 0;

    tree_number(c, y, &value);
    if (c->count > before)
        return;
    for (; i && values[i - 1] > value; i--)
        values[i] = values[i - 1];
    if (i && values[i - 1] == value)
        complain(c, y->at,
                 "the number %u stands here twice; each once was expected",
                 value);
    values[i] = value;
    ++*count;
}

/* The numbers of a list, for chains that want arrays. */
static const uint32_t *numbers(struct complaints *c, const struct yaml *y,
                               size_t max, size_t *count)
{
    size_t n = y->kind == YAML_LIST ? y->count : 1;
    uint32_t *values;

    if (n > max) {
        complain(c, y->at, "%zu numbers; at most %zu were expected", n, max);
        return NULL;
    }
    values = tree_take(c, (n + 1) * sizeof(*values));
    if (!values)
        return NULL;
    if (y->kind != YAML_LIST)
        add_number(c, y, values, count);
    else
        for (struct yaml_item *i = y->items; i; i = i->next)
            add_number(c, i->value, values, count);
    return values;
}

/* ---- service point triggers --------------------------------------------- */

struct spt_draft {
    struct profile_spt spt;
    struct mark at;
    unsigned kinds; /* of conditions that were named */
    bool has_content;
};

static void spt_kind(struct complaints *c, const struct yaml *y,
                     struct spt_draft *s, enum profile_spt_kind kind,
                     struct slice *text)
{
    s->spt.kind = (uint8_t)kind;
    s->kinds++;
    tree_text(c, y, text);
}

static void spt_method(struct complaints *c, const struct yaml *y, void *out)
{
    struct spt_draft *s = out;

    spt_kind(c, y, s, SPT_METHOD, &s->spt.content);
}

static void spt_request_uri(struct complaints *c, const struct yaml *y,
                            void *out)
{
    struct spt_draft *s = out;

    spt_kind(c, y, s, SPT_REQUEST_URI, &s->spt.content);
}

static void spt_header(struct complaints *c, const struct yaml *y, void *out)
{
    struct spt_draft *s = out;

    spt_kind(c, y, s, SPT_HEADER, &s->spt.name);
}

static void spt_sdp(struct complaints *c, const struct yaml *y, void *out)
{
    struct spt_draft *s = out;

    spt_kind(c, y, s, SPT_SDP, &s->spt.name);
}

static void spt_content(struct complaints *c, const struct yaml *y, void *out)
{
    struct spt_draft *s = out;

    s->has_content = true;
    tree_text(c, y, &s->spt.content);
}

static void spt_case(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_word words[] = {
        {"originating", SESSION_ORIGINATING},
        {"terminating", SESSION_TERMINATING_REGISTERED},
        {"terminating-unregistered", SESSION_TERMINATING_UNREGISTERED},
        {"originating-unregistered", SESSION_ORIGINATING_UNREGISTERED},
        {"originating-cdiv", SESSION_ORIGINATING_CDIV},
        {NULL, 0},
    };
    struct spt_draft *s = out;
    unsigned value;

    s->spt.kind = SPT_SESSION_CASE;
    s->kinds++;
    if (tree_word(c, y, words, &value))
        s->spt.session_case = (uint8_t)value;
}

static void spt_groups(struct complaints *c, const struct yaml *y, void *out)
{
    struct spt_draft *s = out;
    size_t n = 0;

    s->spt.groups = numbers(c, y, XML_MAX_GROUPS, &n);
    s->spt.ngroups = (uint8_t)n;
}

static void one_registration(struct complaints *c, const struct yaml *y,
                             void *out)
{
    static const struct tree_word words[] = {
        {"initial", REGISTRATION_INITIAL},
        {"again", REGISTRATION_AGAIN},
        {"gone", REGISTRATION_GONE},
        {NULL, 0},
    };
    struct spt_draft *s = out;
    unsigned value;

    if (tree_word(c, y, words, &value))
        s->spt.registrations |= (uint8_t)value;
}

static void spt_registration(struct complaints *c, const struct yaml *y,
                             void *out)
{
    tree_list(c, y, one_registration, out);
}

/* What User-Data and an export could not say. */
static void check_text(struct complaints *c, const struct spt_draft *s,
                       const char *member, struct slice text)
{
    if (!text.n)
        complain_of(c, s->at, member, "%s without a text; one was expected",
                    member);
}

static void check_kind(struct complaints *c, const struct spt_draft *s)
{
    switch ((enum profile_spt_kind)s->spt.kind) {
    case SPT_METHOD: check_text(c, s, "method", s->spt.content); break;
    case SPT_REQUEST_URI:
        check_text(c, s, "request_uri", s->spt.content);
        break;
    case SPT_HEADER: check_text(c, s, "header", s->spt.name); break;
    case SPT_SDP: check_text(c, s, "sdp", s->spt.name); break;
    case SPT_SESSION_CASE: break;
    }
}

static void check_spt(struct complaints *c, struct spt_draft *s)
{
    static const uint32_t group_0;

    if (s->kinds != 1)
        complain(c, s->at,
                 "%u conditions; one of method, request_uri, header, sdp or "
                 "session_case was expected",
                 s->kinds);
    else
        check_kind(c, s);
    if (s->has_content && s->spt.kind != SPT_HEADER && s->spt.kind != SPT_SDP)
        complain(c, s->at,
                 "content of a condition that has none; header or "
                 "sdp was expected");
    if (s->spt.ngroups == 0) {
        s->spt.groups = &group_0;
        s->spt.ngroups = 1;
    }
}

static void read_spt(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"group", spt_groups, 0},
        {"not", tree_flag, offsetof(struct spt_draft, spt.negated)},
        {"method", spt_method, 0},
        {"registration", spt_registration, 0},
        {"request_uri", spt_request_uri, 0},
        {"header", spt_header, 0},
        {"sdp", spt_sdp, 0},
        {"content", spt_content, 0},
        {"session_case", spt_case, 0},
        {NULL, NULL, 0},
    };
    struct profile_ifc *ifc = out;
    struct spt_draft *s = tree_take(c, sizeof(*s));
    const struct profile_spt **last = &ifc->spts;

    if (!s)
        return;
    s->at = y->at;
    tree_map(c, y, keys, s);
    check_spt(c, s);
    while (*last)
        last = (const struct profile_spt **)&(*last)->next;
    *last = &s->spt;
}

/* ---- filter criteria ---------------------------------------------------- */

static void ifc_default(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_word words[] = {
        {"continued", 0}, {"terminated", 1}, {NULL, 0}};
    unsigned value;

    if (tree_word(c, y, words, &value))
        ((struct profile_ifc *)out)->session_terminated = value;
}

static void ifc_part(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_word words[] = {
        {"registered", PROFILE_REGISTERED},
        {"unregistered", PROFILE_UNREGISTERED},
        {"both", PROFILE_BOTH},
        {NULL, 0}};
    unsigned value;

    if (tree_word(c, y, words, &value))
        ((struct profile_ifc *)out)->part = (uint8_t)value;
}

static void ifc_match(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_word words[] = {{"any", 0}, {"all", 1}, {NULL, 0}};
    unsigned value;

    if (tree_word(c, y, words, &value))
        ((struct profile_ifc *)out)->cnf = value;
}

static void one_include(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_word words[] = {
        {"request", 0}, {"response", 1}, {NULL, 0}};
    struct profile_ifc *ifc = out;
    unsigned value;

    if (tree_word(c, y, words, &value))
        *(value ? &ifc->include_response : &ifc->include_request) = true;
}

static void ifc_include(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, one_include, out);
}

static void ifc_when(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, read_spt, out);
}

/* Into its place by priority. */
static void insert_ifc(struct complaints *c, struct mark at,
                       const struct profile_ifc **list, struct profile_ifc *ifc)
{
    while (*list && (*list)->priority < ifc->priority)
        list = (const struct profile_ifc **)&(*list)->next;
    if (*list && (*list)->priority == ifc->priority)
        complain(c, at,
                 "the priority %u stands here twice; each once was "
                 "expected",
                 ifc->priority);
    ifc->next = *list;
    *list = ifc;
}

static void read_ifc(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"priority", tree_number, offsetof(struct profile_ifc, priority)},
        {"server", tree_text, offsetof(struct profile_ifc, server)},
        {"default", ifc_default, 0},
        {"part", ifc_part, 0},
        {"service_info", tree_text, offsetof(struct profile_ifc, service_info)},
        {"include", ifc_include, 0},
        {"match", ifc_match, 0},
        {"when", ifc_when, 0},
        {NULL, NULL, 0},
    };
    struct profile_ifc *ifc = tree_take(c, sizeof(*ifc));

    if (!ifc)
        return;
    ifc->part = PROFILE_BOTH;
    tree_map(c, y, keys, ifc);
    if (ifc->server.n == 0)
        complain(c, y->at,
                 "a filter criterion without server; the SIP URI of "
                 "an application server was expected");
    insert_ifc(c, y->at, out, ifc);
}

static void read_ifcs(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, read_ifc, out);
}

/* ---- sections ----------------------------------------------------------- */

static void check_name(struct complaints *c, const struct yaml *y,
                       struct slice name)
{
    if (name.n == 0)
        complain(c, y->at, "no name; a text was expected");
    else if (name.n > CATALOGUE_MAX_NAME)
        complain(c, y->at, "a name of %zu bytes; at most %d were expected",
                 name.n, CATALOGUE_MAX_NAME);
}

static void one_charging(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"name", tree_text, offsetof(struct catalogue_charging, name)},
        {"ccf", tree_text,
         offsetof(struct catalogue_charging, addresses.primary_ccf)},
        {"ccf_2", tree_text,
         offsetof(struct catalogue_charging, addresses.secondary_ccf)},
        {"ecf", tree_text,
         offsetof(struct catalogue_charging, addresses.primary_ecf)},
        {"ecf_2", tree_text,
         offsetof(struct catalogue_charging, addresses.secondary_ecf)},
        {NULL, NULL, 0},
    };
    struct catalogue *cat = out;
    struct catalogue_charging *ch = tree_take(c, sizeof(*ch));

    if (!ch)
        return;
    tree_map(c, y, keys, ch);
    check_name(c, y, ch->name);
    if (!ch->addresses.primary_ccf.n && !ch->addresses.primary_ecf.n)
        complain(c, y->at,
                 "a charging set without address; ccf or ecf was "
                 "expected");
    DRAFT_APPEND(cat->charging, ch);
}

void tree_charging(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, one_charging, out);
}

static void profile_shared(struct complaints *c, const struct yaml *y,
                           void *out)
{
    struct profile_service *s = &((struct catalogue_profile *)out)->service;
    size_t n = 0;

    s->shared_ifc_sets = numbers(c, y, XML_MAX_SHARED, &n);
    s->nshared = (uint16_t)n;
}

static void one_service(struct complaints *c, const struct yaml *y, void *out)
{
    struct profile_service *s = out;
    struct profile_service_id *id = tree_take(c, sizeof(*id));
    const struct profile_service_id **last = &s->service_ids;

    if (!id)
        return;
    tree_text(c, y, &id->id);
    while (*last)
        last = (const struct profile_service_id **)&(*last)->next;
    *last = id;
}

static void profile_services(struct complaints *c, const struct yaml *y,
                             void *out)
{
    tree_list(c, y, one_service, &((struct catalogue_profile *)out)->service);
}

static void one_profile(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"name", tree_text, offsetof(struct catalogue_profile, name)},
        {"media_profile", tree_number,
         offsetof(struct catalogue_profile, service.media_profile)},
        {"services", profile_services, 0},
        {"shared_ifc", profile_shared, 0},
        {"ifc", read_ifcs, offsetof(struct catalogue_profile, service.ifcs)},
        {NULL, NULL, 0},
    };
    struct catalogue *cat = out;
    struct catalogue_profile *p = tree_take(c, sizeof(*p));

    if (!p)
        return;
    p->service.media_profile = PROFILE_NO_MEDIA_PROFILE;
    tree_map(c, y, keys, p);
    check_name(c, y, p->name);
    DRAFT_APPEND(cat->profiles, p);
}

void tree_profiles(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, one_profile, out);
}

static void one_shared(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"id", tree_number, offsetof(struct catalogue_shared, id)},
        {"ifc", read_ifcs, offsetof(struct catalogue_shared, ifcs)},
        {NULL, NULL, 0}};
    struct catalogue *cat = out;
    struct catalogue_shared *s = tree_take(c, sizeof(*s));

    if (!s)
        return;
    tree_map(c, y, keys, s);
    if (s->id == 0)
        complain(c, y->at,
                 "a shared set without id; a number from 1 was "
                 "expected");
    DRAFT_APPEND(cat->shared, s);
}

void tree_shared(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, one_shared, out);
}
