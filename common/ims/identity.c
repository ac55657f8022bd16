/* SPDX-License-Identifier: MIT
 *
 * Public identities in canonical form (TS 23.003 13.4, RFC 3261 10.3 step 5).
 *
 * SIP-3; I-SES-2 in part: numbers become tel, there is no ENUM.
 */
#include "ims/identity.h"
#include "sip/uri.h"

static enum ims_err finish(struct identity *id, const struct buf *b,
                           struct slice uri, struct why *why)
{
    if (b->full || b->n > IDENTITY_MAX)
        return why_set(why, IMS_MALFORMED,
                       "the identity \"%.*s...\" is longer than %d bytes",
                       SLICE_ARG(slice_first(uri, 40)), IDENTITY_MAX);
    id->n = b->n;
    id->text[b->n] = '\0';
    return IMS_OK;
}

/* TS 24.229 section 5.3.1.2 takes the port off too: an identity names a user
 * of a domain, not a socket. RFC 5630 section 5.4: a sips URI names the
 * resource of the sip URI. */
static void strip(struct sip_uri *u)
{
    u->port = 0;
    if (u->scheme == SIP_SCHEME_SIPS) {
        u->scheme = SIP_SCHEME_SIP;
        u->scheme_name = S("sip");
    }
}

static enum ims_err parse(struct slice uri, struct sip_uri *u, struct why *why)
{
    enum ims_err err = sip_uri_parse(uri, u, why);

    if (err)
        return err;
    if (u->scheme == SIP_SCHEME_OTHER)
        return why_set(why, IMS_UNSUPPORTED,
                       "the identity \"%.*s\" is neither a sip nor a tel URI",
                       SLICE_ARG(slice_first(uri, 80)));
    return IMS_OK;
}

static enum ims_err print_canonical(struct sip_uri *u, struct identity *out,
                                    struct why *why)
{
    struct identity id;
    struct buf b;
    enum ims_err err;

    buf_over(&b, id.text, sizeof(id.text));
    strip(u);
    sip_uri_canonical(u, &b);
    err = finish(&id, &b, u->text, why);
    if (!err)
        *out = id;
    return err;
}

enum ims_err identity_canonical(struct slice uri, struct identity *out,
                                struct why *why)
{
    struct sip_uri u;
    enum ims_err err = parse(uri, &u, why);

    return err ? err : print_canonical(&u, out, why);
}

/* The user part of a sip URI read as a tel URI. */
static enum ims_err user_as_tel(const struct sip_uri *u, struct identity *out,
                                struct why *why)
{
    char text[IDENTITY_MAX + 1];
    struct sip_uri tel;
    struct buf b;
    enum ims_err err;

    buf_over(&b, text, sizeof(text));
    buf_str(&b, "tel:");
    buf_add(&b, u->user);
    if (b.full)
        return why_set(why, IMS_MALFORMED, "the number is too long");
    err = sip_uri_parse(buf_slice(&b), &tel, why);
    return err ? err : print_canonical(&tel, out, why);
}

enum ims_err identity_of_request(struct slice uri, struct identity *out,
                                 struct why *why)
{
    struct sip_uri u;
    enum ims_err err = parse(uri, &u, why);

    if (err)
        return err;
    if (u.scheme != SIP_SCHEME_TEL && sip_uri_is_phone(&u) &&
        sip_uri_is_global(&u))
        return user_as_tel(&u, out, why);
    return print_canonical(&u, out, why);
}

enum ims_err identity_private_of(struct slice impu, struct identity *out,
                                 struct why *why)
{
    struct identity id;
    enum ims_err err = identity_canonical(impu, &id, why);

    if (err)
        return err;
    if (identity_is_tel(identity_slice(&id)))
        return why_set(why, IMS_UNSUPPORTED,
                       "no private identity follows from the tel URI \"%s\"",
                       id.text);
    if (slice_index(identity_slice(&id), '@') < 0)
        return why_set(why, IMS_MALFORMED,
                       "the identity \"%s\" has no user part", id.text);
    out->n = id.n - 4;
    memcpy(out->text, id.text + 4, out->n + 1); /* behind "sip:" */
    return IMS_OK;
}

bool identity_private_valid(struct slice impi)
{
    struct slice realm = identity_realm(impi);

    for (size_t i = 0; i < impi.n; i++) {
        if ((unsigned char)impi.p[i] <= ' ' || impi.p[i] == 0x7f)
            return false;
    }
    return impi.n <= IDENTITY_MAX && realm.n > 0 && realm.n + 1 < impi.n;
}

struct slice identity_realm(struct slice impi)
{
    ssize_t at = slice_rindex(impi, '@');

    return at < 0 ? S("") : slice_from(impi, (size_t)at + 1);
}

struct slice identity_domain(struct slice impu)
{
    ssize_t at = slice_rindex(impu, '@');

    if (!slice_starts_nocase(impu, S("sip:")))
        return S("");
    return slice_from(impu, at < 0 ? 4 : (size_t)at + 1);
}

bool identity_is_tel(struct slice impu)
{
    return slice_starts_nocase(impu, S("tel:"));
}

bool identity_is_global_number(struct slice uri)
{
    struct sip_uri u;

    return sip_uri_parse(uri, &u, NULL) == IMS_OK && sip_uri_is_phone(&u) &&
           sip_uri_is_global(&u);
}

enum ims_err identity_tel_to_sip(struct slice tel, struct slice domain,
                                 struct identity *out, struct why *why)
{
    struct identity number, id;
    struct buf b;
    enum ims_err err = identity_canonical(tel, &number, why);

    if (err)
        return err;
    if (!identity_is_tel(identity_slice(&number)))
        return why_set(why, IMS_UNSUPPORTED, "\"%s\" is no tel URI",
                       number.text);
    buf_over(&b, id.text, sizeof(id.text));
    buf_str(&b, "sip:");
    buf_add(&b, slice_from(identity_slice(&number), 4));
    buf_char(&b, '@');
    buf_add(&b, domain);
    buf_str(&b, ";user=phone");
    err = finish(&id, &b, tel, why);
    if (!err)
        *out = id;
    return err;
}

enum ims_err identity_sip_to_tel(struct slice uri, struct identity *out,
                                 struct why *why)
{
    struct sip_uri u;
    enum ims_err err = parse(uri, &u, why);

    if (err)
        return err;
    if (u.scheme == SIP_SCHEME_TEL)
        return print_canonical(&u, out, why);
    return user_as_tel(&u, out, why);
}
