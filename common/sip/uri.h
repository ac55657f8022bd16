/* SPDX-License-Identifier: MIT
 *
 * SIP, SIPS and tel URIs (RFC 3261 section 19.1, RFC 3966), and any other
 * scheme as far as a proxy needs it. A parsed URI is slices into its text;
 * escapes stay as they came and are undone by comparison and canonical form.
 */
#ifndef SIP_URI_H
#define SIP_URI_H

#include "base/addr.h"
#include "base/why.h"

enum sip_scheme {
    SIP_SCHEME_SIP,
    SIP_SCHEME_SIPS,
    SIP_SCHEME_TEL,
    SIP_SCHEME_OTHER, /* urn:, http:, soap.beep: ... */
};

struct sip_uri {
    enum sip_scheme scheme;
    struct slice scheme_name; /* as it came */
    struct slice user;        /* sip(s): before '@' (and ':'), escaped, may hold
                                 ';' and '?'; tel: the number as it came; other
                                 schemes: everything behind the colon */
    struct slice password;    /* p == NULL without */
    struct slice host;        /* IPv6 references keep their brackets */
    uint16_t port;            /* 0: none given */
    struct slice params;      /* behind the first ';', without it */
    struct slice headers;     /* behind '?', without it; p == NULL without */
    struct slice text;        /* the whole URI */
};

/* The whole text must be one URI (no <>, no blanks). Errors: MALFORMED with a
 * sentence. A port 0 is refused. Unknown schemes are fine: OTHER. */
enum ims_err sip_uri_parse(struct slice text, struct sip_uri *out,
                           struct why *why) MUST_CHECK;

/* Hosts in any case, IPv6 addresses however spelled (RFC 5954 4.2). */
bool sip_host_eq(struct slice a, struct slice b);

/* Equality: RFC 3261 section 19.1.4 for sip and sips, RFC 3966 section 5 for
 * tel, bytes (scheme in any case) for others. Not transitive for sip, by the
 * RFC: parameters that stand on one side only are ignored but for user, ttl,
 * method, maddr (and transport, as in the RFC's examples). */
bool sip_uri_eq(const struct sip_uri *a, const struct sip_uri *b);
/* Of texts; false when one is no URI. */
bool sip_uri_eq_text(struct slice a, struct slice b);
/* Same host and port as far as routing goes: a missing port is the scheme's
 * default (5060, sips 5061). */
bool sip_uri_eq_hostport(const struct sip_uri *a, const struct sip_uri *b);
uint16_t sip_uri_port(const struct sip_uri *u); /* with the default */

/* A URI parameter by name in any case; value empty (p may be NULL) without
 * '='. `value` may be NULL. False when it is not there. Works for sip(s) and
 * tel. Values keep their escapes. */
bool sip_uri_param(const struct sip_uri *u, struct slice name,
                   struct slice *value);
/* One by one; start with rest = u->params. */
bool sip_uri_param_next(struct slice *rest, struct slice *name,
                        struct slice *value);
/* A header of the URI ("?Route=..."), by name in any case. */
bool sip_uri_header(const struct sip_uri *u, struct slice name,
                    struct slice *value);
/* The transport parameter; NONE without, or when it names none we know. */
enum transport sip_uri_transport(const struct sip_uri *u);
bool sip_uri_has_lr(const struct sip_uri *u);
/* A telephone number: tel, or sip(s) with user=phone. */
bool sip_uri_is_phone(const struct sip_uri *u);
/* A global number, with '+' (tel, or the user part of sip). */
bool sip_uri_is_global(const struct sip_uri *u);

/* The URI from its parts (text is not looked at). */
void sip_uri_print(const struct sip_uri *u, struct buf *out);
/* The canonical form of an address of record or public identity, so that equal
 * identities are equal bytes (RFC 3261 section 10.3 step 5, TS 23.003 13.4):
 * scheme and host in lower case, no parameters, headers or password, the
 * default port kept only if it was written; in the user part what need not be
 * escaped is unescaped and the rest is %XX in upper case; phone numbers
 * without visual separators. A local tel number keeps its phone-context. Other
 * schemes: scheme in lower case, the rest as it came. */
void sip_uri_canonical(const struct sip_uri *u, struct buf *out);

/* %HH undone (once). False, with out cut there, for a '%' that is no escape. */
bool sip_unescape(struct slice text, struct buf *out);
/* Escapes what may not stand in a user part. */
void sip_escape_user(struct slice text, struct buf *out);

#endif
