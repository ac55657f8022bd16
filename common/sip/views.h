/* SPDX-License-Identifier: MIT
 *
 * Typed views of one header value, parsed on demand. A view is slices into the
 * value; nothing is copied. Linear white space (RFC 3261 LWS, folds included)
 * is accepted wherever the grammar has it. Every parse function takes one
 * value (sip_values_next for list headers, else sip_header_value), answers
 * MALFORMED with a sentence, and then leaves *out alone; `why` may be NULL.
 */
#ifndef SIP_VIEWS_H
#define SIP_VIEWS_H

#include "base/addr.h"
#include "sip/message.h"
#include "sip/uri.h"

/* ---- parameters: name[=value] separated by ';' --------------------------- */

struct sip_param {
    struct slice name;
    struct slice value; /* token, host, IPv6 reference or, if quoted, the text
                           between the quotes with its escapes (sip_unquote);
                           p == NULL without '=' */
    bool quoted;
};

/* Start with rest = the params slice of a view (or a whole value that is
 * nothing but parameters: P-Charging-Vector, P-Charging-Function-Addresses).
 * False at the end, or at something malformed (then rest->p is not NULL).
 * Empty parameters (";;") are skipped. */
bool sip_param_next(struct slice *rest, struct sip_param *out);
/* The same with another separator than ';'. */
bool sip_param_next_by(struct slice *rest, char sep, struct sip_param *out);
/* name[=value], in quotes if it was. */
void sip_param_print(const struct sip_param *p, struct buf *out);
/* By name in any case. `value` may be NULL; quotes are taken off. */
bool sip_param(struct slice params, struct slice name, struct slice *value);
/* A decimal parameter not above max. */
bool sip_param_u64(struct slice params, struct slice name, uint64_t max,
                   uint64_t *value);
/* Are they parameters, wholly? */
bool sip_params_valid(struct slice params);

/* The inside of a quoted string with its quoted-pairs undone. */
void sip_unquote(struct slice inside, struct buf *out);
/* Text as a quoted string: quotes around it, '"' and '\' escaped, control
 * characters left out. */
void sip_quote(struct slice text, struct buf *out);

/* ---- any "value;params" -------------------------------------------------- */

/* Accept, Content-Type, Content-Disposition, Event, Subscription-State,
 * Security-*, Accept-Contact, P-Access-Network-Info, P-Visited-Network-ID,
 * Privacy's first, Supported's tokens ... */
struct sip_item {
    struct slice value; /* before the first ';', trimmed, quotes kept */
    struct slice params;
};
enum ims_err sip_item_parse(struct slice value, struct sip_item *out,
                            struct why *why) MUST_CHECK;

/* ---- From, To, Contact, Route, Record-Route, Path, P-Asserted-Identity ... */

struct sip_name_addr {
    struct slice display; /* trimmed, quotes kept; empty without */
    struct slice uri;     /* between <>, or the bare addr-spec */
    struct slice params;  /* of the header, not of the URI */
    bool bracketed;       /* <> were there */
    bool wildcard;        /* Contact: * */
};
/* The URI's own grammar is not looked at (sip_uri_parse does). Without <>
 * everything behind the first ';' belongs to the header (RFC 3261 20.10). */
enum ims_err sip_name_addr_parse(struct slice value, struct sip_name_addr *out,
                                 struct why *why) MUST_CHECK;
/* Both steps at once. */
enum ims_err sip_name_addr_uri(struct slice value, struct sip_name_addr *out,
                               struct sip_uri *uri, struct why *why) MUST_CHECK;
/* The tag of From or To; empty without. */
struct slice sip_tag(const struct sip_message *m, enum sip_header_id id);

struct sip_contact {
    struct sip_name_addr addr;
    unsigned q; /* 0..1000; 1000 without (RFC 3261 16.6, 8.1.3.4) */
    bool has_expires;
    uint32_t expires;      /* 2^32-1 at most; what is no number counts as
                              3600 (RFC 3261 10.2.1.1) */
    struct slice instance; /* +sip.instance, without quotes: "<urn:uuid:...>" */
    bool has_reg_id;
    uint32_t reg_id; /* RFC 5626 4.2.1 */
};
enum ims_err sip_contact_parse(struct slice value, struct sip_contact *out,
                               struct why *why) MUST_CHECK;

/* ---- Via ----------------------------------------------------------------- */

struct sip_via {
    struct slice protocol;  /* "SIP" */
    struct slice version;   /* "2.0" */
    struct slice transport; /* as it came */
    enum transport proto;   /* NONE: one we do not know */
    struct slice host;      /* sent-by; IPv6 references keep their brackets */
    uint16_t port;          /* 0: none given */
    struct slice branch;    /* empty: RFC 2543 */
    struct slice received;  /* with or without brackets (RFC 5118 4.5) */
    struct slice maddr;
    bool has_rport;      /* RFC 3581 */
    uint16_t rport;      /* 0: asked for, not filled in */
    bool alias;          /* RFC 5923 */
    bool has_received;   /* though it may be empty */
    bool keep;           /* RFC 6223 */
    struct slice params; /* all of them */
};
enum ims_err sip_via_parse(struct slice value, struct sip_via *out,
                           struct why *why) MUST_CHECK;
/* The Request-URI of a message; false when it is none that can be read. */
bool sip_request_uri(const struct sip_message *m, struct sip_uri *out);
/* The top Via of a message. */
enum ims_err sip_via_top(const struct sip_message *m, struct sip_via *out,
                         struct why *why) MUST_CHECK;
/* Reads it once for all: until it changes, sip_via_top answers what was read
 * here. Parsing does so. */
void sip_via_read(struct sip_message *m);
/* RFC 3261 18.2.1: a parameter behind the others of the top Via, which was read
 * and has none of this name. */
void sip_via_add_received(struct sip_message *m, const struct addr *from);
/* "z9hG4bK" (any case) and at least one byte more: RFC 3261 8.1.1.7 */
bool sip_branch_is_3261(struct slice branch);

/* ---- CSeq, RAck ---------------------------------------------------------- */

struct sip_cseq {
    uint32_t number;
    enum sip_method method;
    struct slice method_name;
};
enum ims_err sip_cseq_parse(struct slice value, struct sip_cseq *out,
                            struct why *why) MUST_CHECK;

struct sip_rack { /* RFC 3262 7.2 */
    uint32_t rseq;
    struct sip_cseq cseq;
};
enum ims_err sip_rack_parse(struct slice value, struct sip_rack *out,
                            struct why *why) MUST_CHECK;

/* ---- authentication ------------------------------------------------------ */

/* WWW-Authenticate, Proxy-Authenticate, Authorization, Proxy-Authorization
 * (scheme and parameters separated by commas); Authentication-Info has
 * parameters alone: sip_auth_info. Unknown schemes are fine. */
enum { SIP_AUTH_READ = 16 };
struct sip_auth {
    struct slice scheme; /* "Digest"; empty for Authentication-Info */
    struct slice params;
    struct sip_param read[SIP_AUTH_READ]; /* the first ones of Digest */
    unsigned read_count;
    struct slice unread; /* of params: what is behind them */
};
enum ims_err sip_auth_parse(struct slice value, struct sip_auth *out,
                            struct why *why) MUST_CHECK;
struct sip_auth sip_auth_info(struct slice value);
/* As sip_param_next: one by one from rest = a->params. */
bool sip_auth_next(struct slice *rest, struct sip_param *out);
/* By name in any case; quotes are taken off, escapes stay (sip_unquote). */
bool sip_auth_param(const struct sip_auth *a, struct slice name,
                    struct slice *value);
/* The first line of the kind whose scheme is `scheme` (any case) and, unless
 * realm is empty, whose realm is that. False without. */
bool sip_auth_find(const struct sip_message *m, enum sip_header_id id,
                   struct slice scheme, struct slice realm,
                   struct sip_auth *out);

/* ---- sessions and events ------------------------------------------------- */

struct sip_session_expires { /* RFC 4028 section 4 */
    uint32_t seconds;
    struct slice refresher; /* "uac", "uas" or empty */
};
enum ims_err sip_session_expires_parse(struct slice value,
                                       struct sip_session_expires *out,
                                       struct why *why) MUST_CHECK;

struct sip_event {        /* RFC 6665 section 8.2.1 */
    struct slice package; /* with its templates: "presence.winfo" */
    struct slice id;      /* empty without */
    struct slice params;
};
enum ims_err sip_event_parse(struct slice value, struct sip_event *out,
                             struct why *why) MUST_CHECK;

struct sip_subscription_state { /* RFC 6665 section 4.1.3 */
    struct slice state;         /* "active", "pending", "terminated" ... */
    struct slice reason;        /* empty without */
    bool has_expires, has_retry_after;
    uint32_t expires, retry_after; /* seconds */
};
enum ims_err sip_subscription_state_parse(struct slice value,
                                          struct sip_subscription_state *out,
                                          struct why *why) MUST_CHECK;
/* RFC 6665 4.1.2.2: does this answer to SUBSCRIBE (or NOTIFY, 4.2.2) end the
 * subscription? After another failure it lasts as it did. */
bool sip_subscription_ends(unsigned status);

struct sip_reason_value {  /* RFC 3326 */
    struct slice protocol; /* "SIP", "Q.850" */
    unsigned cause;        /* 0 without */
    struct slice text;     /* without quotes, escapes kept */
};
enum ims_err sip_reason_parse(struct slice value, struct sip_reason_value *out,
                              struct why *why) MUST_CHECK;

/* ---- numbers ------------------------------------------------------------- */

/* delta-seconds, Max-Forwards, RSeq, Expires ...: one decimal number (perhaps
 * with parameters or a comment behind it: Retry-After), at most 2^32-1. False
 * when the header is not there or is no such number. */
bool sip_header_u32(const struct sip_message *m, enum sip_header_id id,
                    uint32_t *out);

/* Is `priv` among the privacy values (RFC 3323 4.2: "id;header;critical")? */
bool sip_has_privacy(const struct sip_message *m, struct slice priv);

#endif
