/* SPDX-License-Identifier: MIT
 *
 * Cx and Dx (TS 29.228, TS 29.229 Rel-17) as typed structs: the six commands,
 * from the side that asks and from the side that answers. The only room that
 * sees AVPs.
 *
 * Presence. A text is absent when its p is NULL (an AVP without content has n
 * 0 and p set); a list when its count is 0; a group when its pointer is NULL;
 * a number, an enumeration or flags when 0, which is what their absence means.
 * What a command requires is marked so: required when sent (asserted) and when
 * received (else DIAMETER_MISSING_AVP is answered, and no handler runs).
 *
 * Lifetimes. What is sent is copied before the call returns. What a callback
 * is given is good during the call; what a server handler is given is good
 * until its request is answered.
 */
#ifndef IMS_CX_H
#define IMS_CX_H

#include "base/record.h"
#include "base/why.h"

struct diameter;

enum { CX_APPLICATION = 16777216, CX_VENDOR = 10415 };

/* ---- results ------------------------------------------------------------- */

enum { CX_EXPERIMENTAL = 10000000 }; /* added to Experimental-Result-Codes */

enum cx_result {
#define B(name, code, text) CX_##name = code,
#define E(name, code, text) CX_##name = CX_EXPERIMENTAL + code,
#include "ims/cx_results.def"
#undef B
#undef E
};

/* A result is an unsigned: enum cx_result, or a number we have no name for. */
const char *cx_result_name(unsigned result); /* "DIAMETER_..."; or "unknown" */
/* By that name, with or without DIAMETER_ or DIAMETER_ERROR_ before it, in any
 * case. False: none has it. */
bool cx_result_named(struct slice name, unsigned *out);
/* "E2001" (experimental) or "B5012" (base), as in the facts of the procedures;
 * writes into text and returns it. */
const char *cx_result_code(unsigned result, char text[12]);
/* 2xxx, base or experimental. */
bool cx_is_success(unsigned result);
/* A 3xxx base code: nobody who knows the user answered. */
bool cx_is_protocol_error(unsigned result);

/* ---- values -------------------------------------------------------------- */

/* User-Authorization-Type, TS 29.229 6.3.24 */
enum cx_authorization {
    CX_REGISTRATION,
    CX_DE_REGISTRATION,
    CX_REGISTRATION_AND_CAPABILITIES,
};

enum { CX_UAR_EMERGENCY = 1 };          /* UAR-Flags bit 0, 6.3.44 */
enum { CX_LIA_PSI_DIRECT_ROUTING = 1 }; /* LIA-Flags bit 0, 6.3.59 */

/* Server-Assignment-Type, 6.3.15 */
enum cx_assignment {
    CX_NO_ASSIGNMENT,
    CX_ASSIGN_REGISTRATION,
    CX_RE_REGISTRATION,
    CX_UNREGISTERED_USER,
    CX_TIMEOUT_DEREGISTRATION,
    CX_USER_DEREGISTRATION,
    CX_TIMEOUT_DEREGISTRATION_STORE_SERVER_NAME,
    CX_USER_DEREGISTRATION_STORE_SERVER_NAME,
    CX_ADMINISTRATIVE_DEREGISTRATION,
    CX_AUTHENTICATION_FAILURE,
    CX_AUTHENTICATION_TIMEOUT,
    CX_DEREGISTRATION_TOO_MUCH_DATA,
    CX_AAA_USER_DATA_REQUEST,
    CX_PGW_UPDATE,
    CX_RESTORATION,
};
const char *cx_assignment_name(enum cx_assignment type);
const char *cx_authorization_name(enum cx_authorization type);

/* Reason-Code, 6.3.17 */
enum cx_reason {
    CX_PERMANENT_TERMINATION,
    CX_NEW_SERVER_ASSIGNED,
    CX_SERVER_CHANGE,
    CX_REMOVE_SCSCF,
};
const char *cx_reason_name(enum cx_reason reason);

/* SIP-Authentication-Scheme, 6.3.9: the texts as they stand on the wire. */
#define CX_SCHEME_AKAV1 "Digest-AKAv1-MD5"
#define CX_SCHEME_AKAV2 "Digest-AKAv2-SHA-256"
#define CX_SCHEME_DIGEST "SIP Digest"
#define CX_SCHEME_NASS "NASS-Bundled"
#define CX_SCHEME_GIBA "Early-IMS-Security"
#define CX_SCHEME_UNKNOWN "Unknown"

struct cx_texts {
    const struct slice *v;
    size_t count;
};
/* texts: NULL as if there were none. */
bool cx_texts_has(const struct cx_texts *texts, struct slice text);

struct cx_numbers {
    const uint32_t *v;
    size_t count;
};

/* ---- groups -------------------------------------------------------------- */

/* Supported-Features, 6.3.29 */
struct cx_feature {
    uint32_t vendor;  /* required */
    uint32_t list_id; /* required */
    uint32_t list;    /* required; bit map, TS 29.229 7.1.1 */
    bool mandatory;   /* the M flag of the group: E5011 if not supported */
};

struct cx_features {
    const struct cx_feature *v;
    size_t count;
};

/* Server-Capabilities, 6.3.4 */
struct cx_capabilities {
    struct cx_numbers mandatory, optional;
    struct cx_texts server_names;
};

/* SIP-Digest-Authenticate, 6.3.36 */
struct cx_digest {
    struct slice realm;     /* required */
    struct slice algorithm; /* absent: MD5 */
    struct slice qop;       /* required */
    struct slice ha1;       /* required; hexadecimal digits; secret */
};

/* SIP-Auth-Data-Item, 6.3.13 */
struct cx_auth_item {
    uint32_t number;            /* order among several, from 1 */
    struct slice scheme;        /* CX_SCHEME_... */
    struct slice authenticate;  /* MAA: RAND || AUTN, 32 bytes */
    struct slice authorization; /* MAA: XRES (secret); MAR: RAND || AUTS */
    struct slice context;       /* SIP-Authentication-Context */
    struct slice ck, ik;        /* 16 bytes each; secret */
    const struct cx_digest *digest;
    struct slice framed_ip;          /* 4 bytes */
    struct slice framed_ipv6_prefix; /* RFC 3162 2.3 */
    struct slice framed_interface_id;
    struct cx_texts line_identifiers;
};

struct cx_auth_items {
    const struct cx_auth_item *v;
    size_t count;
};

/* Charging-Information, 6.3.19 */
struct cx_charging {
    struct slice primary_ecf, secondary_ecf; /* event charging function */
    struct slice primary_ccf, secondary_ccf; /* charging collection */
};

/* Subscription-Info, 6.3.49 */
struct cx_subscription {
    struct slice call_id, from, to, record_route, contact; /* all required */
};

/* Restoration-Info, 6.3.52 */
struct cx_restoration {
    struct slice path;    /* required */
    struct slice contact; /* required */
    uint32_t initial_cseq;
    struct slice call_id;
    const struct cx_subscription *subscription;
};

/* SCSCF-Restoration-Info, 6.3.46 */
struct cx_scscf_restoration {
    struct slice impi; /* required */
    const struct cx_restoration *v;
    size_t count; /* at least one */
    struct slice scheme;
};

struct cx_scscf_restorations {
    const struct cx_scscf_restoration *v;
    size_t count;
};

/* Deregistration-Reason, 6.3.16 */
struct cx_deregistration {
    enum cx_reason code; /* required */
    struct slice info;   /* text for people */
};

/* Identity-with-Emergency-Registration, 6.3.57 */
struct cx_emergency_identity {
    struct slice impi, impu; /* required */
};

struct cx_emergency_identities {
    const struct cx_emergency_identity *v;
    size_t count;
};

/* Allowed-WAF-WWSF-Identities, 6.3.64 */
struct cx_webrtc {
    struct cx_texts waf, wwsf;
};

/* ---- the messages, TS 29.229 6.1 ----------------------------------------- */

/* Where a request goes and whence it came. Sending: destination_host may be
 * absent (any node that serves the realm), destination_realm too (the HSS's,
 * diameter/peer.h), the origin is ours whatever stands here. */
struct cx_path {
    struct slice destination_host, destination_realm;
    struct slice origin_host, origin_realm;
};

/* What every answer begins with. Sending: the origin is ours. */
struct cx_outcome {
    unsigned result; /* enum cx_result; 0 is not sent */
    struct slice origin_host, origin_realm;
    struct slice error_message; /* for people; optional */
};

/* What an answer says, or that there was none, for sentences: its result, and
 * what the HSS says of a failure. One result stands for many: a store that
 * fails and a user whom nobody serves are both UNABLE_TO_COMPLY (TS 29.228
 * 6.1.2.1). outcome: NULL with err. */
enum { CX_SAID_MAX = 240 };
const char *cx_said(enum ims_err err, const struct cx_outcome *outcome,
                    char text[CX_SAID_MAX]);

struct cx_uar {
    struct cx_path path;
    struct slice impi;            /* required */
    struct slice impu;            /* required */
    struct slice visited_network; /* required */
    enum cx_authorization type;
    uint32_t flags;
    struct cx_features features;
};

struct cx_uaa {
    struct cx_outcome outcome;
    struct slice server_name;
    const struct cx_capabilities *capabilities;
    struct cx_features features;
};

struct cx_sar {
    struct cx_path path;
    struct slice impi;
    struct cx_texts impus;
    struct slice wildcarded_impu; /* Wildcarded-Public-Identity */
    struct slice server_name;     /* required */
    enum cx_assignment type;      /* required */
    bool already_available;       /* User-Data-Already-Available; required */
    const struct cx_scscf_restoration *restoration;
    bool multiple_registration;
    uint32_t flags; /* SAR-Flags */
    struct cx_features features;
};

struct cx_saa {
    struct cx_outcome outcome;
    struct slice impi;
    struct slice user_data; /* XML, TS 29.228 annex B */
    const struct cx_charging *charging;
    const struct cx_texts *associated_impis; /* Associated-Identities */
    const struct cx_texts *registered_impis; /* Associated-Registered-... */
    bool loose_route;                        /* Loose-Route-Indication */
    struct cx_scscf_restorations restorations;
    struct slice server_name;
    struct slice wildcarded_impu;
    bool priviledged_sender;
    const struct cx_webrtc *webrtc;
    struct cx_features features;
};

struct cx_lir {
    struct cx_path path;
    bool originating;  /* Originating-Request */
    struct slice impu; /* required */
    enum cx_authorization type;
    struct cx_features features;
};

struct cx_lia {
    struct cx_outcome outcome;
    struct slice server_name;
    const struct cx_capabilities *capabilities;
    struct slice wildcarded_impu;
    uint32_t flags; /* LIA-Flags */
    struct cx_features features;
};

struct cx_mar {
    struct cx_path path;
    struct slice impi;               /* required */
    struct slice impu;               /* required */
    const struct cx_auth_item *item; /* required: scheme, RAND||AUTS */
    uint32_t count;                  /* SIP-Number-Auth-Items; required */
    struct slice server_name;        /* required */
    struct cx_features features;
};

struct cx_maa {
    struct cx_outcome outcome;
    struct slice impi;
    struct slice impu;
    uint32_t count; /* SIP-Number-Auth-Items */
    struct cx_auth_items items;
    struct cx_features features;
};

struct cx_rtr {
    struct cx_path path; /* destination_host is required */
    struct slice impi;   /* required */
    const struct cx_texts *associated_impis;
    struct cx_texts impus;
    const struct cx_deregistration *reason; /* required */
    uint32_t flags;                         /* RTR-Flags */
    struct cx_features features;
};

struct cx_rta {
    struct cx_outcome outcome;
    const struct cx_texts *associated_impis;
    struct cx_emergency_identities emergency;
    struct cx_features features;
};

struct cx_ppr {
    struct cx_path path; /* destination_host is required */
    struct slice impi;   /* required */
    struct slice user_data;
    const struct cx_charging *charging;
    const struct cx_auth_item *item;
    const struct cx_webrtc *webrtc;
    struct cx_features features;
};

struct cx_ppa {
    struct cx_outcome outcome;
    struct cx_features features;
};

/* ---- the node's Cx ------------------------------------------------------- */

/* A request that came in. Held by the handler's procedure from the call on;
 * it dies by exactly one of cx_xxa_answer, cx_refuse, cx_refuse_avp,
 * cx_request_drop. */
struct cx_request;

/* What a node serves; NULL: answered with DIAMETER_COMMAND_UNSUPPORTED. */
struct cx_handler {
    void (*on_uar)(void *ctx, struct cx_request *r, const struct cx_uar *uar);
    void (*on_sar)(void *ctx, struct cx_request *r, const struct cx_sar *sar);
    void (*on_lir)(void *ctx, struct cx_request *r, const struct cx_lir *lir);
    void (*on_mar)(void *ctx, struct cx_request *r, const struct cx_mar *mar);
    void (*on_rtr)(void *ctx, struct cx_request *r, const struct cx_rtr *rtr);
    void (*on_ppr)(void *ctx, struct cx_request *r, const struct cx_ppr *ppr);
};

struct cx;

/* Announces the application at the endpoint; to be called before
 * diameter_start. The handler (may be NULL: asks only) is kept as a pointer. */
struct cx *cx_new(struct diameter *d, const struct cx_handler *h, void *ctx);
/* Requests on the way are forgotten, their callbacks come with CANCELLED, so
 * that who waits can let go of what it holds. Before diameter_free, and before
 * what callbacks may use. */
void cx_free(struct cx *cx);

/* Asking. The callback comes exactly once and never before the call returns.
 * err OK: a complete answer came, whatever its result. Else no usable answer:
 * UNREACHABLE (no peer to send to), TIMEOUT, FULL (too many under way),
 * MALFORMED (an answer that cannot be read, recorded), CANCELLED (cx_free) and
 * the struct is NULL.
 * call: the Call-ID that the request serves, for the record; may be empty. The
 * ticket is for cx_cancel. */
typedef void cx_uaa_fn(void *ctx, enum ims_err err, const struct cx_uaa *uaa);
typedef void cx_saa_fn(void *ctx, enum ims_err err, const struct cx_saa *saa);
typedef void cx_lia_fn(void *ctx, enum ims_err err, const struct cx_lia *lia);
typedef void cx_maa_fn(void *ctx, enum ims_err err, const struct cx_maa *maa);
typedef void cx_rta_fn(void *ctx, enum ims_err err, const struct cx_rta *rta);
typedef void cx_ppa_fn(void *ctx, enum ims_err err, const struct cx_ppa *ppa);

uint64_t cx_uar_send(struct cx *cx, const struct cx_uar *uar, struct slice call,
                     cx_uaa_fn *fn, void *ctx);
uint64_t cx_sar_send(struct cx *cx, const struct cx_sar *sar, struct slice call,
                     cx_saa_fn *fn, void *ctx);
uint64_t cx_lir_send(struct cx *cx, const struct cx_lir *lir, struct slice call,
                     cx_lia_fn *fn, void *ctx);
uint64_t cx_mar_send(struct cx *cx, const struct cx_mar *mar, struct slice call,
                     cx_maa_fn *fn, void *ctx);
uint64_t cx_rtr_send(struct cx *cx, const struct cx_rtr *rtr, struct slice call,
                     cx_rta_fn *fn, void *ctx);
uint64_t cx_ppr_send(struct cx *cx, const struct cx_ppr *ppr, struct slice call,
                     cx_ppa_fn *fn, void *ctx);
/* The callback will not come; harmless when it came already. The request
 * itself is not taken back: a late answer is recorded and ignored. */
void cx_cancel(struct cx *cx, uint64_t ticket);

/* Answering. outcome.result is required. */
void cx_uaa_answer(struct cx_request *r, const struct cx_uaa *uaa);
void cx_saa_answer(struct cx_request *r, const struct cx_saa *saa);
void cx_lia_answer(struct cx_request *r, const struct cx_lia *lia);
void cx_maa_answer(struct cx_request *r, const struct cx_maa *maa);
void cx_rta_answer(struct cx_request *r, const struct cx_rta *rta);
void cx_ppa_answer(struct cx_request *r, const struct cx_ppa *ppa);
/* Any command: the result alone, with a sentence as Error-Message (empty:
 * none). */
void cx_refuse(struct cx_request *r, unsigned result, struct slice sentence);
/* The same because of an AVP: its value, that it is missing, or that it stands
 * there too often. It goes back in Failed-AVP (RFC 6733 7.1.5, 7.5). */
enum cx_failed {
    CX_FAILED_USER_NAME,
    CX_FAILED_PUBLIC_IDENTITY,
    CX_FAILED_ASSIGNMENT_TYPE,
};
void cx_refuse_avp(struct cx_request *r, unsigned result, enum cx_failed avp,
                   struct slice sentence);
/* Lets go without an answer: UNABLE_TO_COMPLY is answered and "forgotten
 * answer" recorded. */
void cx_request_drop(struct cx_request *r);

/* Session-Id of the request, for record_say; good as long as r. */
struct record_about cx_request_about(const struct cx_request *r);

#endif
