/* SPDX-License-Identifier: MIT
 *
 * What a REGISTER asks of its contacts (RFC 3261 10.3 steps 6 to 8, TS 24.229
 * 5.4.1.2.2 and 5.4.1.4): read before authentication, carried out after it.
 *
 * S-REG-3, S-REG-4.
 */
#include "scscf/registration.h"

static bool check_lengths(struct registration *r);
static bool check_contact(struct registration *r, struct slice value);

/* What a binding may keep for hours, and each later answer repeats. */
enum { CONTACT_MAX = 4096, PATH_MAX_BYTES = 8192 };

bool registration_check_contacts(struct registration *r)
{
    const struct topology_node *self = r->me->self;
    unsigned n = sip_values_count(r->req->msg, SIP_HDR_CONTACT);
    struct sip_values it;
    struct slice value;

    r->expires = (uint32_t)self->registration.default_expires;
    sip_header_u32(r->req->msg, SIP_HDR_EXPIRES, &r->expires);
    if (n > self->limits.contacts) {
        registration_refuse(r, 403, "Too Many Contacts", "S-REG-3",
                            "TS 24.229 5.4.1.2.2",
                            "%u contacts, %llu are allowed", n,
                            (unsigned long long)self->limits.contacts);
        return false;
    }
    if (!check_lengths(r))
        return false;
    sip_values_begin(&it, r->req->msg, SIP_HDR_CONTACT);
    while (sip_values_next(&it, &value))
        if (!check_contact(r, value))
            return false;
    if (r->wildcard && (n != 1 || r->expires != 0)) {
        registration_refuse(r, 400, "Bad Contact", "S-REG-4",
                            "RFC 3261 10.3 step 6",
                            "Contact: * goes alone and with Expires: 0");
        return false;
    }
    return true;
}

static size_t longest_contact(const struct sip_message *m)
{
    struct sip_values it;
    struct slice value;
    size_t n = 0;

    sip_values_begin(&it, m, SIP_HDR_CONTACT);
    while (sip_values_next(&it, &value))
        if (value.n > n)
            n = value.n;
    return n;
}

static size_t path_length(const struct sip_message *m)
{
    struct sip_values it;
    struct slice value;
    size_t n = 0;

    sip_values_begin(&it, m, SIP_HDR_PATH);
    while (sip_values_next(&it, &value))
        n += value.n + 2;
    return n;
}

static bool check_lengths(struct registration *r)
{
    size_t contact = longest_contact(r->req->msg);
    size_t path = path_length(r->req->msg);

    if (contact <= CONTACT_MAX && path <= PATH_MAX_BYTES)
        return true;
    registration_refuse(
        r, 400, contact > CONTACT_MAX ? "Contact Too Long" : "Path Too Long",
        "S-REG-3", "RFC 3261 10.3 step 6",
        "a Contact of %zu bytes and %zu bytes of Path, %d and %d are allowed",
        contact, path, CONTACT_MAX, PATH_MAX_BYTES);
    return false;
}

static uint32_t wanted_expires(const struct registration *r,
                               const struct sip_contact *c)
{
    return c->has_expires ? c->expires : r->expires;
}

static bool refuse_brief(struct registration *r, uint32_t expires)
{
    uint64_t min = r->me->self->registration.min_expires;
    struct sip_message *resp = sip_response_to(
        r->req->msg, 423, S("Interval Too Brief"), sip_request_tag(r->req));

    record_say(r->me->env->record, r->about, "S-REG-3", "RFC 3261 10.3 step 7",
               "%u s are asked for, at least %llu s are granted", expires,
               (unsigned long long)min);
    sip_set_printf(resp, SIP_HDR_MIN_EXPIRES, "%llu", (unsigned long long)min);
    ++*r->me->count.refused;
    registration_answer(r, resp);
    return false;
}

static bool check_contact(struct registration *r, struct slice value)
{
    struct sip_contact c;
    struct sip_uri uri;
    uint32_t expires;
    struct why why;

    if (sip_contact_parse(value, &c, &why) ||
        (!c.addr.wildcard && sip_uri_parse(c.addr.uri, &uri, &why))) {
        registration_refuse(r, 400, "Bad Contact", "S-REG-3",
                            "RFC 3261 10.3 step 6", "bad Contact: %s",
                            why.text);
        return false;
    }
    if (c.addr.wildcard) {
        r->wildcard = true;
        return true;
    }
    expires = wanted_expires(r, &c);
    if (expires && expires < r->me->self->registration.min_expires)
        return refuse_brief(r, expires);
    if (expires)
        r->adds++;
    else
        r->drops++;
    return true;
}

bool registration_is_deregistration(const struct registration *r)
{
    return !r->adds && (r->wildcard || r->drops);
}

/* ---- carrying out -------------------------------------------------------- */

/* The Contact's parameters that stay with the binding: features, instance. */
static void print_params(struct slice params, struct buf *out)
{
    struct sip_param p;

    while (sip_param_next(&params, &p)) {
        if (slice_eq_nocase(p.name, S("expires")) ||
            slice_eq_nocase(p.name, S("q")))
            continue;
        buf_char(out, ';');
        buf_add(out, p.name);
        if (!p.value.p)
            continue;
        buf_str(out, p.quoted ? "=\"" : "=");
        buf_add(out, p.value);
        if (p.quoted)
            buf_char(out, '"');
    }
}

static void bind_contact(struct registration *r, struct irs *irs,
                         const struct sip_contact *c, struct slice path)
{
    uint64_t max = r->me->self->registration.max_expires;
    uint32_t expires = wanted_expires(r, c);
    struct binding *old =
        irs_find_binding(irs, identity_slice(&r->impi), c->addr.uri);
    struct buf params;

    if (!expires) {
        if (old)
            binding_note(old, REGINFO_UNREGISTERED);
        return;
    }
    buf_init(&params, c->addr.params.n + 1);
    print_params(c->addr.params, &params);
    irs_bind(
        irs, old,
        &(struct binding_values){
            .uri = c->addr.uri,
            .params = buf_slice(&params),
            .path = path,
            .impi = identity_slice(&r->impi),
            .call_id = r->about.call,
            .impu = identity_slice(&r->impu),
            .cseq = r->cseq,
            .q = (uint16_t)c->q,
            .expires_us = (int64_t)(expires < max ? expires : max) * SECOND,
        });
    buf_fini(&params);
}

/* Was it made by this very REGISTER? */
static bool is_of(const struct binding *b, const struct registration *r)
{
    return slice_eq(b->call_id, r->about.call) && b->cseq == r->cseq;
}

/* Without reg-id a private identity has the contacts of its last REGISTER
 * alone (5.4.1.2.2 item 5): the others are replaced. */
static void replace_others(struct registration *r, struct irs *irs)
{
    LIST_EACH (it, &irs->bindings) {
        struct binding *b = container_of(it, struct binding, link);

        if (binding_is_leaving(b) || is_of(b, r) ||
            !slice_eq(b->impi, identity_slice(&r->impi)))
            continue;
        record_say(r->me->env->record, r->about, "S-REG-4",
                   "TS 24.229 5.4.1.2.2", "contact %.*s of %.*s is replaced",
                   SLICE_ARG(b->uri), SLICE_ARG(b->impi));
        binding_note(b, REGINFO_UNREGISTERED);
    }
}

void registration_bind(struct registration *r, struct irs *irs)
{
    struct sip_contact c;
    struct sip_values it;
    struct slice value;
    struct buf path;

    buf_init(&path, PATH_MAX_BYTES);
    sip_values_join(r->req->msg, SIP_HDR_PATH, &path);
    sip_values_begin(&it, r->req->msg, SIP_HDR_CONTACT);
    while (sip_values_next(&it, &value))
        if (sip_contact_parse(value, &c, NULL) == IMS_OK)
            bind_contact(r, irs, &c, buf_slice(&path));
    buf_fini(&path);
    replace_others(r, irs);
    scscf_settle(r->me, irs);
}

/* RFC 3261 10.3 step 7: a REGISTER that was overtaken by a later one of the
 * same Call-ID changes nothing. */
bool registration_is_overtaken(const struct registration *r,
                               const struct irs *irs)
{
    LIST_EACH (it, &irs->bindings) {
        struct binding *b = container_of(it, struct binding, link);

        if (slice_eq(b->call_id, r->about.call) && r->cseq <= b->cseq)
            return true;
    }
    return false;
}

void registration_list_contacts(const struct irs *irs, struct sip_message *resp)
{
    LIST_EACH (it, &irs->bindings) {
        struct binding *b = container_of(it, struct binding, link);
        struct buf v;

        buf_init(&v, b->uri.n + b->params.n + 64);
        buf_printf(&v, "<%.*s>%.*s;expires=%u", SLICE_ARG(b->uri),
                   SLICE_ARG(b->params), binding_expires(b));
        if (b->q < 1000)
            buf_printf(&v, ";q=0.%03u", b->q);
        sip_add_last(resp, SIP_HDR_CONTACT, buf_slice(&v));
        buf_fini(&v);
    }
}
