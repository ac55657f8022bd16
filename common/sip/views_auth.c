/* SPDX-License-Identifier: MIT
 *
 * The views of authentication, sessions, events and numbers.
 */
#include "sip/chars.h"
#include "sip/views.h"

static enum ims_err refuse(struct why *why, const char *what,
                           struct slice value)
{
    return why_set(why, IMS_MALFORMED, "%s in \"%.*s\"", what,
                   SLICE_ARG(slice_first(value, 80)));
}

/* ---- authentication ------------------------------------------------------ */

static void note_param(struct sip_auth *a, const struct sip_param *p,
                       struct slice rest)
{
    if (a->read_count == SIP_AUTH_READ)
        return;
    a->read[a->read_count++] = *p;
    a->unread = rest;
}

enum ims_err sip_auth_parse(struct slice value, struct sip_auth *out,
                            struct why *why)
{
    struct slice s = slice_trim(value), rest;
    struct sip_auth a;
    struct sip_param p;

    a.scheme = sip_take_token(&s);
    a.read_count = 0;

    if (!a.scheme.n || (s.n && !sip_span(s, CHAR_LWS)))
        return refuse(why, "no authentication scheme", value);
    a.params = a.unread = rest = sip_skip_lws(s);
    if (slice_eq_nocase(a.scheme, S("Digest"))) {
        while (sip_auth_next(&rest, &p))
            note_param(&a, &p, rest);
        if (rest.p || !a.params.n)
            return refuse(why, "malformed Digest parameters", value);
    }
    *out = a;
    return IMS_OK;
}

struct sip_auth sip_auth_info(struct slice value)
{
    return (struct sip_auth){.params = slice_trim(value),
                             .unread = slice_trim(value)};
}

bool sip_auth_next(struct slice *rest, struct sip_param *out)
{
    return sip_param_next_by(rest, ',', out);
}

bool sip_auth_param(const struct sip_auth *a, struct slice name,
                    struct slice *value)
{
    const struct sip_param *found = NULL;
    struct slice rest = a->unread;
    struct sip_param p;

    for (unsigned i = 0; i < a->read_count && !found; i++)
        if (slice_eq_nocase(a->read[i].name, name))
            found = &a->read[i];
    while (!found && sip_auth_next(&rest, &p))
        if (slice_eq_nocase(p.name, name))
            found = &p;
    if (found && value)
        *value = found->value;
    return found;
}

bool sip_auth_find(const struct sip_message *m, enum sip_header_id id,
                   struct slice scheme, struct slice realm,
                   struct sip_auth *out)
{
    const struct sip_header *h = sip_header_first(m, id);
    struct sip_auth a;
    struct slice r;

    for (; h; h = sip_header_next(m, h)) {
        if (sip_auth_parse(h->value, &a, NULL) ||
            !slice_eq_nocase(a.scheme, scheme))
            continue;
        if (realm.n &&
            (!sip_auth_param(&a, S("realm"), &r) || !slice_eq(r, realm)))
            continue;
        *out = a;
        return true;
    }
    return false;
}

/* ---- sessions and events ------------------------------------------------- */

enum ims_err sip_session_expires_parse(struct slice value,
                                       struct sip_session_expires *out,
                                       struct why *why)
{
    struct sip_item item;
    struct sip_session_expires se = {0};
    uint64_t seconds;

    if (sip_item_parse(value, &item, why))
        return IMS_MALFORMED;
    if (!slice_u64(item.value, UINT32_MAX, &seconds))
        return refuse(why, "no number of seconds", value);
    se.seconds = (uint32_t)seconds;
    sip_param(item.params, S("refresher"), &se.refresher);
    *out = se;
    return IMS_OK;
}

enum ims_err sip_event_parse(struct slice value, struct sip_event *out,
                             struct why *why)
{
    struct sip_item item;
    struct sip_event e = {0};

    if (sip_item_parse(value, &item, why))
        return IMS_MALFORMED;
    if (!sip_all(item.value, CHAR_TOKEN))
        return refuse(why, "no event package", value);
    e.package = item.value;
    e.params = item.params;
    sip_param(item.params, S("id"), &e.id);
    *out = e;
    return IMS_OK;
}

enum ims_err sip_subscription_state_parse(struct slice value,
                                          struct sip_subscription_state *out,
                                          struct why *why)
{
    struct sip_item item;
    struct sip_subscription_state s = {0};
    uint64_t v;

    if (sip_item_parse(value, &item, why))
        return IMS_MALFORMED;
    if (!sip_all(item.value, CHAR_TOKEN))
        return refuse(why, "no subscription state", value);
    s.state = item.value;
    sip_param(item.params, S("reason"), &s.reason);
    s.has_expires = sip_param_u64(item.params, S("expires"), UINT32_MAX, &v);
    s.expires = s.has_expires ? (uint32_t)v : 0;
    s.has_retry_after =
        sip_param_u64(item.params, S("retry-after"), UINT32_MAX, &v);
    s.retry_after = s.has_retry_after ? (uint32_t)v : 0;
    *out = s;
    return IMS_OK;
}

bool sip_subscription_ends(unsigned status)
{
    static const unsigned ends[] = {404, 405, 410, 416, 480, 481, 482,
                                    483, 484, 485, 489, 501, 604};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (status == ends[i])
            return true;
    return false;
}

enum ims_err sip_reason_parse(struct slice value, struct sip_reason_value *out,
                              struct why *why)
{
    struct sip_item item;
    struct sip_reason_value r = {0};
    uint64_t cause;

    if (sip_item_parse(value, &item, why))
        return IMS_MALFORMED;
    if (!sip_all(item.value, CHAR_TOKEN))
        return refuse(why, "no protocol", value);
    r.protocol = item.value;
    if (sip_param_u64(item.params, S("cause"), UINT16_MAX, &cause))
        r.cause = (unsigned)cause;
    sip_param(item.params, S("text"), &r.text);
    *out = r;
    return IMS_OK;
}

/* ---- numbers ------------------------------------------------------------- */

bool sip_header_u32(const struct sip_message *m, enum sip_header_id id,
                    uint32_t *out)
{
    struct slice s = sip_header_value(m, id);
    uint32_t v;

    if (!sip_take_u32(&s, &v))
        return false;
    if (s.n && *s.p != ';' && *s.p != '(' && !sip_is(*s.p, CHAR_LWS))
        return false;
    *out = v;
    return true;
}

bool sip_has_privacy(const struct sip_message *m, struct slice priv)
{
    const struct sip_header *h = sip_header_first(m, SIP_HDR_PRIVACY);
    struct slice rest, value;

    for (; h; h = sip_header_next(m, h)) {
        rest = h->value;
        while (slice_cut(&rest, ';', &value))
            if (slice_eq_nocase(slice_trim(value), priv))
                return true;
    }
    return false;
}
