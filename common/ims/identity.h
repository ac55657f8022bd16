/* SPDX-License-Identifier: MIT
 *
 * Identities of IMS users, TS 23.003 section 13: public (IMPU: sip or tel
 * URI), private (IMPI: a network access identifier user@realm), and
 * wildcarded public identities. In tables, in the store and on Cx an identity
 * stands in its canonical form, so that equal identities are equal bytes.
 */
#ifndef IMS_IDENTITY_H
#define IMS_IDENTITY_H

#include "base/buf.h"
#include "base/why.h"

/* Longest identity that is accepted, canonical or not. */
enum { IDENTITY_MAX = 255 };

/* A canonical identity in a caller's variable; 0-terminated for SQL and logs.
 */
struct identity {
    char text[IDENTITY_MAX + 1];
    size_t n;
};

static inline struct slice identity_slice(const struct identity *id)
{
    return (struct slice){id->text, id->n};
}

/* The canonical form of a public identity (RFC 3261 section 10.3 step 5, RFC
 * 3966 section 5, TS 29.228 section 6): no parameters, headers, password or
 * port; sips as sip; host in lower case; needless escapes undone; numbers (tel,
 * and sip with user=phone) without visual separators; a local tel number keeps
 * its phone-context. The text is a URI, without <>. Errors: MALFORMED (also
 * too long), UNSUPPORTED (neither sip, sips nor tel). */
enum ims_err identity_canonical(struct slice uri, struct identity *out,
                                struct why *why) MUST_CHECK;

/* The URI under which the HSS is asked about a Request-URI (TS 24.229 section
 * 5.3.2.1): as identity_canonical, but a global number as sip URI with
 * user=phone becomes its tel URI. */
enum ims_err identity_of_request(struct slice uri, struct identity *out,
                                 struct why *why) MUST_CHECK;

/* The private identity of a user who did not name one: user@host of a sip
 * URI (TS 24.229 section 5.3.1.2). UNSUPPORTED for a tel URI. */
enum ims_err identity_private_of(struct slice impu, struct identity *out,
                                 struct why *why) MUST_CHECK;
/* Is it user@realm, without blanks and control characters? */
bool identity_private_valid(struct slice impi);

/* What stands behind the last '@' of a private identity; empty without. */
struct slice identity_realm(struct slice impi);
/* The host of a canonical sip identity; empty for tel. */
struct slice identity_domain(struct slice impu);
bool identity_is_tel(struct slice impu);
/* tel:+..., or sip:+...;user=phone in any spelling. */
bool identity_is_global_number(struct slice uri);

/* sip:NUMBER@domain;user=phone out of a tel URI (RFC 3261 section 19.1.6). */
enum ims_err identity_tel_to_sip(struct slice tel, struct slice domain,
                                 struct identity *out,
                                 struct why *why) MUST_CHECK;
/* tel:NUMBER out of a sip URI whose user part is a number. */
enum ims_err identity_sip_to_tel(struct slice uri, struct identity *out,
                                 struct why *why) MUST_CHECK;

/* ---- wildcarded public identities, TS 23.003 section 13.4A, 13.5 ----------
 */

/* "sip:chat-!.*!@ims.example": an extended regular expression (POSIX) between
 * two exclamation marks, the rest literal. */
bool identity_is_wildcard(struct slice impu);
/* Can it be compiled? MALFORMED with a sentence; used by provisioning. */
enum ims_err identity_wildcard_check(struct slice wildcard,
                                     struct why *why) MUST_CHECK;
/* As the identities that it matches are: what stands around the expression in
 * its canonical form, the expression as it came. Errors as of
 * identity_wildcard_check and identity_canonical. */
enum ims_err identity_wildcard_canonical(struct slice wildcard,
                                         struct identity *out,
                                         struct why *why) MUST_CHECK;
/* Wildcard or not: the form in which the store has it. */
enum ims_err identity_any_canonical(struct slice impu, struct identity *out,
                                    struct why *why) MUST_CHECK;
/* Does the whole canonical identity match? Compiles; meant for few. */
bool identity_wildcard_matches(struct slice wildcard, struct slice impu);

#endif
