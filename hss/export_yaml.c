/* SPDX-License-Identifier: MIT
 *
 * The long form, in flow maps; every text in double quotes, so that none can
 * be taken for anything else.
 */
#include "base/utf8.h"
#include "hss/draft.h"
#include "hss/export.h"

/* What libyaml refuses or takes for the end of a line, YAML 1.1 sections 5.1
 * and 5.4. */
static bool is_special(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
           c == 0xfeff || c == 0xfffd || c == 0xfffe || c == 0xffff;
}

static void quote(struct buf *out, struct slice text)
{
    buf_char(out, '"');
    while (text.n) {
        uint32_t c = 0xfffd; /* for what is no character */
        size_t n = utf8_char(text, &c);

        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", (char)c);
        else if (is_special(c))
            buf_printf(out, "\\u%04x", (unsigned)c);
        else
            buf_add(out, slice_first(text, n));
        text = slice_from(text, n ? n : 1);
    }
    buf_char(out, '"');
}

static void put(struct buf *out, const char *key, struct slice text)
{
    if (text.n == 0)
        return;
    buf_printf(out, ", %s: ", key);
    quote(out, text);
}

static void put_hex(struct buf *out, const char *key, const void *p, size_t n)
{
    buf_printf(out, ", %s: \"", key);
    buf_hex(out, p, n);
    buf_char(out, '"');
}

/* ---- catalogue ---------------------------------------------------------- */

static void put_charging(struct buf *out, const struct catalogue_charging *c)
{
    buf_str(out, "  - {name: ");
    quote(out, c->name);
    put(out, "ccf", c->addresses.primary_ccf);
    put(out, "ccf_2", c->addresses.secondary_ccf);
    put(out, "ecf", c->addresses.primary_ecf);
    put(out, "ecf_2", c->addresses.secondary_ecf);
    buf_str(out, "}\n");
}

static void put_registrations(struct buf *out, unsigned bits)
{
    if (!bits)
        return;
    buf_printf(out, ", registration: [%s%s%s]",
               bits & REGISTRATION_INITIAL ? "initial," : "",
               bits & REGISTRATION_AGAIN ? "again," : "",
               bits & REGISTRATION_GONE ? "gone," : "");
}

static void put_spt(struct buf *out, const struct profile_spt *s)
{
    static const char *const cases[] = {
        "originating", "terminating", "terminating-unregistered",
        "originating-unregistered", "originating-cdiv"};
    static const char *const names[] = {
        [SPT_HEADER] = "header", [SPT_SDP] = "sdp"};

    buf_str(out, "          - {group: [");
    for (unsigned i = 0; i < s->ngroups; i++)
        buf_printf(out, "%s%u", i ? ", " : "", s->groups[i]);
    buf_printf(out, "], not: %s", s->negated ? "true" : "false");
    switch ((enum profile_spt_kind)s->kind) {
    case SPT_REQUEST_URI: put(out, "request_uri", s->content); break;
    case SPT_METHOD:
        put(out, "method", s->content);
        put_registrations(out, s->registrations);
        break;
    case SPT_HEADER:
    case SPT_SDP:
        put(out, names[s->kind], s->name);
        put(out, "content", s->content);
        break;
    case SPT_SESSION_CASE:
        buf_printf(out, ", session_case: %s", cases[s->session_case]);
    }
    buf_str(out, "}\n");
}

static void put_ifc(struct buf *out, const struct profile_ifc *f)
{
    static const char *const parts[] = {"registered", "unregistered", "both"};

    buf_printf(out, "      - priority: %u\n        server: ", f->priority);
    quote(out, f->server);
    buf_printf(out,
               "\n        default: %s\n        part: %s\n        match: %s\n"
               "        include: [%s%s]\n",
               f->session_terminated ? "terminated" : "continued",
               parts[f->part], f->cnf ? "all" : "any",
               f->include_request ? "request," : "",
               f->include_response ? "response" : "");
    if (f->service_info.n) {
        buf_str(out, "        service_info: ");
        quote(out, f->service_info);
        buf_char(out, '\n');
    }
    if (f->spts)
        buf_str(out, "        when:\n");
    for (const struct profile_spt *s = f->spts; s; s = s->next)
        put_spt(out, s);
}

static void put_ifcs(struct buf *out, const struct profile_ifc *f)
{
    if (f)
        buf_str(out, "    ifc:\n");
    for (; f; f = f->next)
        put_ifc(out, f);
}

static void put_profile(struct buf *out, const struct catalogue_profile *p)
{
    const struct profile_service *s = &p->service;

    buf_str(out, "  - name: ");
    quote(out, p->name);
    buf_char(out, '\n');
    if (s->media_profile != PROFILE_NO_MEDIA_PROFILE)
        buf_printf(out, "    media_profile: %d\n", s->media_profile);
    if (s->nshared) {
        buf_str(out, "    shared_ifc: [");
        for (unsigned i = 0; i < s->nshared; i++)
            buf_printf(out, "%s%u", i ? ", " : "", s->shared_ifc_sets[i]);
        buf_str(out, "]\n");
    }
    if (s->service_ids)
        buf_str(out, "    services:\n");
    for (const struct profile_service_id *i = s->service_ids; i; i = i->next) {
        buf_str(out, "      - ");
        quote(out, i->id);
        buf_char(out, '\n');
    }
    put_ifcs(out, s->ifcs);
}

void export_yaml_catalogue(struct buf *out, const struct catalogue *c)
{
    if (c->charging)
        buf_str(out, "charging:\n");
    for (const struct catalogue_charging *i = c->charging; i; i = i->next)
        put_charging(out, i);
    if (c->shared)
        buf_str(out, "shared_ifc:\n");
    for (const struct catalogue_shared *i = c->shared; i; i = i->next) {
        buf_printf(out, "  - id: %u\n", i->id);
        put_ifcs(out, i->ifcs);
    }
    if (c->profiles)
        buf_str(out, "profiles:\n");
    for (const struct catalogue_profile *i = c->profiles; i; i = i->next)
        put_profile(out, i);
}

/* ---- a subscriber ------------------------------------------------------- */

static void put_aka(struct buf *out, const struct subscriber_private *p,
                    bool secrets)
{
    buf_printf(out, "        aka: {algorithm: %s",
               digest_algorithm_name(p->algorithm));
    put_hex(out, "amf", p->amf, sizeof(p->amf));
    if (secrets) {
        put_hex(out, "k", p->key.k, sizeof(p->key.k));
        put_hex(out, "opc", p->key.opc, sizeof(p->key.opc));
        buf_printf(out, ", sqn: %llu", (unsigned long long)p->sqn);
    }
    buf_str(out, "}\n");
}

static void put_digest(struct buf *out, const struct subscriber_private *p,
                       bool secrets)
{
    bool aka = digest_algorithm_aka(p->algorithm) != 0;

    buf_printf(out, "        digest: {algorithm: %s",
               aka ? "MD5" : digest_algorithm_name(p->algorithm));
    buf_str(out, secrets ? ", ha1: [" : "");
    for (size_t i = 0; i < p->nha1s && secrets; i++) {
        buf_printf(out, "%s{algorithm: %s", i ? ", " : "",
                   digest_algorithm_name(p->ha1s[i].algorithm));
        put(out, "realm", p->ha1s[i].realm);
        put(out, "value", p->ha1s[i].hex);
        buf_char(out, '}');
    }
    buf_str(out, secrets ? "]}\n" : "}\n");
}

static void put_private(struct buf *out, const struct subscriber_private *p,
                        bool secrets)
{
    buf_str(out, "      - impi: ");
    quote(out, p->impi);
    buf_char(out, '\n');
    if (digest_algorithm_aka(p->algorithm))
        put_aka(out, p, secrets);
    if (p->nha1s)
        put_digest(out, p, secrets);
}

static void put_public(struct buf *out, const struct subscriber_public *p)
{
    buf_str(out, "          - {impu: ");
    quote(out, p->impu);
    if (p->type != PROFILE_PUBLIC_USER_IDENTITY)
        buf_printf(out, ", type: %s", public_type_name(p->type));
    if (p->barred)
        buf_str(out, ", barred: true");
    if (p->psi_inactive)
        buf_str(out, ", inactive: true");
    put(out, "profile", p->profile);
    put(out, "display_name", p->display_name);
    put(out, "alias_group", p->alias_group);
    put(out, "server", p->psi_server);
    buf_str(out, "}\n");
}

static void put_set(struct buf *out, const struct subscriber *s,
                    const struct subscriber_set *set)
{
    buf_str(out, "      - publics:\n");
    for (size_t i = 0; i < set->npublics; i++)
        put_public(out, &set->publics[i]);
    if (set->nprivates == 0)
        return;
    buf_str(out, "        privates: [");
    for (size_t i = 0; i < set->nprivates; i++) {
        buf_str(out, i ? ", " : "");
        quote(out, s->privates[set->privates[i]].impi);
    }
    buf_str(out, "]\n");
}

static void put_numbers(struct buf *out, const char *key, const uint32_t *v,
                        size_t n)
{
    buf_printf(out, "%s: [", key);
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s%u", i ? ", " : "", v[i]);
    buf_char(out, ']');
}

static void put_subscription(struct buf *out, const struct subscriber *s)
{
    if (s->nmandatory + s->noptional) {
        buf_str(out, "    capabilities: {");
        put_numbers(out, "mandatory", s->mandatory, s->nmandatory);
        buf_str(out, ", ");
        put_numbers(out, "optional", s->optional, s->noptional);
        buf_str(out, "}\n");
    }
    if (s->nvisited)
        buf_str(out, "    visited:\n");
    for (size_t i = 0; i < s->nvisited; i++) {
        buf_str(out, "      - ");
        quote(out, s->visited[i]);
        buf_char(out, '\n');
    }
    if (s->charging.n) {
        buf_str(out, "    charging: ");
        quote(out, s->charging);
        buf_char(out, '\n');
    }
}

void export_yaml(struct buf *out, const struct subscriber *s, bool secrets)
{
    buf_str(out, "  - sets:\n");
    for (size_t i = 0; i < s->nsets; i++)
        put_set(out, s, &s->sets[i]);
    if (s->nprivates)
        buf_str(out, "    privates:\n");
    for (size_t i = 0; i < s->nprivates; i++)
        put_private(out, &s->privates[i], secrets);
    put_subscription(out, s);
}
