/* SPDX-License-Identifier: MIT
 *
 * The IMS subscription as the HSS sends it and the S-CSCF keeps it: TS 29.228
 * annex B (the model) and annex E (its XML). Everything is plain data: lists
 * are chains of nodes, texts are slices, and all of it lives in one arena, of
 * which its owner is whoever parsed or built it. Nothing changes a profile in
 * place; a new one replaces it.
 */
#ifndef IMS_PROFILE_H
#define IMS_PROFILE_H

#include "base/arena.h"
#include "base/buf.h"

/* The values of tIdentityType. */
enum profile_identity_type {
    PROFILE_PUBLIC_USER_IDENTITY,
    PROFILE_DISTINCT_PSI,
    PROFILE_WILDCARDED_PSI,
    PROFILE_NON_DISTINCT_IMPU, /* of a Wildcarded Public User Identity */
    PROFILE_WILDCARDED_IMPU,   /* the wildcard itself */
};

struct profile_identity {
    const struct profile_identity *next;
    struct slice impu;     /* canonical */
    struct slice wildcard; /* WildcardedPSI or WildcardedIMPU; empty without */
    struct slice display_name;
    struct slice alias_group; /* equal groups: aliases of each other */
    uint8_t type;             /* enum profile_identity_type */
    bool barred;
};

/* What a service point trigger looks at. */
enum profile_spt_kind {
    SPT_REQUEST_URI, /* content: regular expression */
    SPT_METHOD,      /* content: method name */
    SPT_HEADER,      /* name and content: regular expressions */
    SPT_SESSION_CASE,
    SPT_SDP, /* name (the line) and content: regular expressions */
};

/* The values of tDirectionOfRequest. */
enum session_case {
    SESSION_ORIGINATING,
    SESSION_TERMINATING_REGISTERED,
    SESSION_TERMINATING_UNREGISTERED,
    SESSION_ORIGINATING_UNREGISTERED,
    SESSION_ORIGINATING_CDIV,
};

/* Bits of profile_spt.registrations. */
enum profile_registration_type {
    REGISTRATION_INITIAL = 1 << 0,
    REGISTRATION_AGAIN = 1 << 1,
    REGISTRATION_GONE = 1 << 2,
};

struct profile_spt {
    const struct profile_spt *next;
    const uint32_t *groups; /* at least one */
    uint8_t ngroups;
    uint8_t kind; /* enum profile_spt_kind */
    bool negated;
    uint8_t session_case;  /* of SPT_SESSION_CASE */
    uint8_t registrations; /* of SPT_METHOD REGISTER; 0: any */
    struct slice name;     /* of SPT_HEADER and SPT_SDP */
    struct slice content;  /* p == NULL: presence is enough */
};

enum profile_part { PROFILE_REGISTERED, PROFILE_UNREGISTERED, PROFILE_BOTH };

/* An initial filter criterion; without SPTs it matches every request. */
struct profile_ifc {
    const struct profile_ifc *next; /* by ascending priority number */
    const struct profile_spt *spts;
    struct slice server; /* SIP URI of the application server */
    struct slice service_info;
    uint32_t priority;       /* 0 to 2^31 - 1, as groups and set ids */
    uint8_t part;            /* enum profile_part */
    bool cnf;                /* AND of ORs; else OR of ANDs */
    bool session_terminated; /* DefaultHandling; else SESSION_CONTINUED */
    bool include_request;    /* IncludeRegisterRequest */
    bool include_response;   /* IncludeRegisterResponse */
};

enum { PROFILE_NO_MEDIA_PROFILE = -1 };

struct profile_service {
    const struct profile_service *next;
    const struct profile_identity *identities; /* at least one */
    const struct profile_ifc *ifcs;
    const uint32_t *shared_ifc_sets;
    uint16_t nshared;
    int32_t media_profile; /* SubscribedMediaProfileId or NO_MEDIA_PROFILE */
    const struct profile_service_id *service_ids; /* ICSI allowed */
};

struct profile_service_id {
    const struct profile_service_id *next;
    struct slice id;
};

struct ims_profile {
    struct slice impi;
    const struct profile_service *services; /* at least one */
};

/* Charging-Information of Cx (TS 29.229 section 6.3.19); empty: not given. */
struct profile_charging {
    struct slice primary_ecf, secondary_ecf; /* event charging, AAA URIs */
    struct slice primary_ccf, secondary_ccf; /* charging data collection */
};

/* The identity of that name, over all service profiles in their order, and
 * (unless NULL) its service profile; NULL when it is not in the profile. */
const struct profile_identity *
profile_find(const struct ims_profile *p, struct slice impu,
             const struct profile_service **service);
/* The default public identity: the first that is not barred and no wildcard
 * (TS 24.229 section 5.4.1.2.2F); NULL when there is none. */
const struct profile_identity *profile_default(const struct ims_profile *p);
/* For each identity in order: start with *service = NULL and NULL; NULL at the
 * end. */
const struct profile_identity *
profile_next(const struct ims_profile *p,
             const struct profile_service **service,
             const struct profile_identity *id);
/* May it stand in P-Associated-URI: not barred, not a wildcard, no PSI? */
bool profile_identity_is_public(const struct profile_identity *id);

/* A copy of everything in the arena, as small as it gets; NULL at its limit. */
struct ims_profile *profile_copy(struct arena *a, const struct ims_profile *p);

#endif
