/* SPDX-License-Identifier: MIT
 *
 * One IMS subscription as it is provisioned (TS 23.008 section 3, TS 29.228
 * annex B), and the catalogue of what many of them share: service profiles,
 * shared iFC sets and charging sets. Plain data; all texts and lists live in
 * one arena, whose owner is whoever parsed or read it.
 */
#ifndef HSS_SUBSCRIBER_H
#define HSS_SUBSCRIBER_H

#include "base/buf.h"
#include "crypto/digest.h"
#include "crypto/milenage.h"
#include "ims/profile.h"

/* What one subscription may have at most. */
enum {
    SUBSCRIBER_MAX_PRIVATES = 32,
    SUBSCRIBER_MAX_SETS = 256,
    SUBSCRIBER_MAX_PUBLICS = 1024, /* over all its sets */
    SUBSCRIBER_MAX_CAPABILITIES = 64,
    SUBSCRIBER_MAX_VISITED = 256,
    SUBSCRIBER_MAX_HA1 = 16,   /* of one private identity */
    SUBSCRIBER_MAX_TEXT = 255, /* bytes of a name, a server, a realm */
};

/* H(username:realm:password) in lower-case hexadecimal digits: a secret. */
struct subscriber_ha1 {
    enum digest_algorithm algorithm; /* MD5, SHA256 or SHA512_256 */
    struct slice realm;
    struct slice hex;
};

/* Sequence number not given: 0 for a new identity, else as it stands. */
#define SUBSCRIBER_SQN_KEEP UINT64_MAX

/* A private identity. Secrets that are not given in a change stay, a password
 * only where the change speaks of one. */
struct subscriber_private {
    struct slice impi;
    enum digest_algorithm algorithm; /* challenged with when none is asked */
    bool has_key;
    struct milenage_key key;
    bool has_op;
    uint8_t op[16]; /* what opc was made of: for examine.h alone; a secret */
    uint8_t amf[2];
    uint64_t sqn; /* highest number that may have been used */
    const struct subscriber_ha1 *ha1s;
    size_t nha1s;
    bool has_digest; /* a change speaks of a password; not stored */
};

/* A public identity; the first of a set that is not barred is its default. */
struct subscriber_public {
    struct slice impu; /* canonical; a wildcard for the wildcarded types */
    enum profile_identity_type type;
    bool barred;
    struct slice profile;      /* in the catalogue; empty: no service */
    struct slice display_name; /* empty: none */
    struct slice alias_group;  /* empty: alias of none */
    struct slice psi_server;   /* PSI: its application server, or empty */
    bool psi_inactive;         /* PSI: not to be found at present */
};

/* The registration state of a set, TS 29.228 section 6.1. */
enum registration_state { NOT_REGISTERED, UNREGISTERED, REGISTERED };
const char *registration_state_name(enum registration_state s);

/* An implicit registration set: one state, one S-CSCF (section 6.5). */
struct subscriber_set {
    const struct subscriber_public *publics; /* at least one */
    size_t npublics;
    const uint16_t *privates; /* indices; none: every private identity */
    size_t nprivates;
    /* Read from the store, ignored when written: */
    enum registration_state state;
    struct slice scscf;         /* empty: none assigned */
    const uint16_t *registered; /* indices of private identities */
    size_t nregistered;
};

struct subscriber {
    /* Read from the store, ignored when written: */
    int64_t id;
    uint64_t version; /* entry of the audit list that changed it last */
    const struct subscriber_private *privates;
    size_t nprivates; /* may be 0 for a service (PSI) */
    const struct subscriber_set *sets;
    size_t nsets;
    struct slice charging;                /* in the catalogue; empty: none */
    const uint32_t *mandatory, *optional; /* S-CSCF capabilities */
    size_t nmandatory, noptional;
    const struct slice *visited; /* networks allowed; none: the network's */
    size_t nvisited;
};

/* The default public identity: the first that is neither barred nor a wildcard
 * (TS 29.228 6.5); without one the first. */
struct slice subscriber_default(const struct subscriber_set *set);
/* Does an S-CSCF have the set: is it registered, or served unregistered? */
bool subscriber_set_is_served(const struct subscriber_set *set);
/* Any of its sets? */
bool subscriber_is_served(const struct subscriber *s);
bool subscriber_set_has(const struct subscriber_set *set, struct slice impu);

/* A copy of everything; NULL at the arena's limit. */
struct subscriber *subscriber_copy(struct arena *a, const struct subscriber *s);

/* ---- the catalogue ------------------------------------------------------ */

enum { CATALOGUE_MAX_NAME = 128 }; /* bytes */

struct catalogue_charging {
    struct catalogue_charging *next;
    struct slice name;
    struct profile_charging addresses;
};

struct catalogue_profile {
    struct catalogue_profile *next;
    struct slice name;
    struct profile_service service; /* its identities are not used */
};

struct catalogue_shared {
    struct catalogue_shared *next;
    uint32_t id; /* as on Cx */
    const struct profile_ifc *ifcs;
};

struct catalogue {
    struct catalogue_charging *charging;
    struct catalogue_profile *profiles;
    struct catalogue_shared *shared;
};

#endif
