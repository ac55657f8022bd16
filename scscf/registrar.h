/* SPDX-License-Identifier: MIT
 *
 * The S-CSCF's store: implicit registration sets (TS 23.228 5.2.1a, TS 24.229
 * 5.4.1.2.2F) with their service profile and the contacts bound to them. All
 * identities of a set share one state and one list of contacts. Bounded by the
 * topology's limits; kept in memory alone.
 */
#ifndef SCSCF_REGISTRAR_H
#define SCSCF_REGISTRAR_H

#include "base/map.h"
#include "base/usage.h"
#include "ims/cx.h"
#include "ims/profile.h"
#include "ims/reginfo.h"
#include "net/env.h"
#include "sip/uri.h"

struct registrar;
struct irs;

/* The most memory that one user's profile may take. */
enum { REGISTRAR_PROFILE_BYTES = 256 * 1024 };

/* One contact of one private identity. Its texts stand behind the struct. */
struct binding {
    struct list link; /* of its set, oldest first */
    struct irs *irs;
    struct timer expiry;
    uint32_t cseq;    /* of the REGISTER that made it */
    uint16_t q;       /* 0..1000 */
    uint8_t event;    /* enum reginfo_event: how it came to its state */
    bool news : 1;    /* the watchers have not been told of event yet */
    bool is_over : 1; /* its time is up, expiry runs on: binding_postpone */
    bool going : 1;   /* its user has asked for its end */
    uint32_t id;      /* of all contacts of this S-CSCF; a refresh keeps it */
    uint32_t named;   /* the identity that REGISTER named, hashed: the others
                         are registered implicitly */
    struct slice uri;
    struct slice params; /* of the Contact, without expires and q */
    struct slice path;   /* Path values, joined by ", " */
    struct slice impi;
    struct slice call_id;
    char text[];
};

/* One public identity of a set, as it is found. */
struct irs_identity {
    struct map_node node; /* key: the canonical public user identity */
    struct irs *irs;
    const struct profile_identity *profile;
};

/* An implicit registration set: registered while it has a binding, else
 * served as unregistered (TS 24.229 5.4.3.3) for a while. */
struct irs {
    struct list link; /* of the registrar */
    struct registrar *registrar;
    struct arena memory; /* of the profile and the identities */
    struct ims_profile *profile;
    uint64_t user_data; /* that the profile was read from, hashed */
    struct irs_identity *identities;
    unsigned identity_count;
    unsigned found_count; /* of them, those that are found: the others have
                             moved to another set */
    bool news;            /* the watchers have not been told of the profile */
    struct list bindings;
    unsigned binding_count;
    struct timer unregistered;
    struct cx_charging *charging; /* addresses, in one block; NULL: none */
};

struct registrar_handler {
    /* The binding's time is up; the callee unbinds it. */
    void (*on_expired)(void *ctx, struct binding *b);
    /* A set without contacts has been served long enough; the callee ends it
     * and removes it. */
    void (*on_unregistered_end)(void *ctx, struct irs *irs);
    /* An identity is the set's no more, and found nowhere: its new profile
     * lacks it, or another set is about to have it. A set that has none left
     * goes when the callee returns. */
    void (*on_identity_left)(void *ctx, struct irs *irs, struct slice impu);
};

/* identities: most public identities in the store (FULL beyond). */
struct registrar *registrar_new(const struct env *env, size_t identities,
                                const struct registrar_handler *h, void *ctx);
void registrar_limit(struct registrar *r, size_t identities);
void registrar_free(struct registrar *r);

/* What the store knows of a canonical public user identity; NULL when it is
 * not served here. */
struct irs_identity *registrar_find(const struct registrar *r,
                                    struct slice impu);

/* Who is not in the store himself may be one of a wildcarded identity of a
 * registered set (TS 23.003 13.4A): of this one, or of whichever matches him;
 * of several, of the one with the longest text before its expression. NULL: he
 * is not. */
struct irs_identity *registrar_find_wildcard(const struct registrar *r,
                                             struct slice wildcard,
                                             struct slice impu);
struct irs_identity *registrar_match_wildcard(const struct registrar *r,
                                              struct slice impu);

/* The set that User-Data (TS 29.228 annex E) describes: a new one, or the one
 * that already has `impu` and the same default identity, whose profile is
 * replaced (if User-Data is another than before) while its bindings, its
 * charging addresses and the time that it is served stay. `impu` must be in it.
 * FULL at the limit, MALFORMED, MISSING: nothing has changed then. A set that
 * loses its last identity to this one goes. scscf_settle tells of it. */
enum ims_err registrar_put(struct registrar *r, struct slice user_data,
                           struct slice impu, struct irs **out,
                           struct why *why) MUST_CHECK;
void registrar_remove(struct irs *irs);
/* Serves a set without contacts for us more microseconds. */
void registrar_serve_unregistered(struct irs *irs, int64_t us);

/* The default public user identity: the first that is not barred, else (all
 * are barred: emergency) the first. */
struct slice irs_default(const struct irs *irs);
/* Copied. NULL: none. */
void irs_set_charging(struct irs *irs, const struct cx_charging *c);
/* Is the private identity one that the set was made for, or is bound by? */
bool irs_is_of(const struct irs *irs, struct slice impi);
static inline bool irs_is_registered(const struct irs *irs)
{
    return irs->binding_count > 0;
}

struct binding_values {
    struct slice uri, params, path, impi, call_id;
    struct slice impu; /* that the REGISTER named */
    uint32_t cseq;
    uint16_t q;
    int64_t expires_us; /* from now */
};

/* A private identity's contact by URI comparison; NULL without. Two phones may
 * have the same one, each behind a NAT of its own. */
struct binding *irs_find_binding(const struct irs *irs, struct slice impi,
                                 struct slice uri);
/* How many contacts a private identity has in the set. */
unsigned irs_count_bindings(const struct irs *irs, struct slice impi);
/* Binds a contact anew; `old` (may be NULL) is gone then. The new one stands
 * last, and is news. The values may point into old. */
struct binding *irs_bind(struct irs *irs, struct binding *old,
                         const struct binding_values *v);
void irs_unbind(struct binding *b);
/* This has happened to it; what it ends by goes when all is settled
 * (scscf_settle). */
void binding_note(struct binding *b, enum reginfo_event event);
static inline bool binding_is_leaving(const struct binding *b)
{
    return reginfo_event_ends((enum reginfo_event)b->event);
}
/* The event as an identity of its set has seen it (TS 24.229 5.4.2.1.2):
 * "created" for those that the REGISTER did not name. */
enum reginfo_event binding_event_for(const struct binding *b,
                                     struct slice impu);
/* Its time, which is up, goes on for us microseconds. */
void binding_postpone(struct binding *b, int64_t us);
/* It has us microseconds left; that is noted. */
void binding_shorten(struct binding *b, int64_t us);
/* Whole seconds until it expires, rounded up. */
uint32_t binding_expires(const struct binding *b);

struct registrar_figures {
    size_t sets, registered, identities, bindings;
};
const struct registrar_figures *registrar_figures(const struct registrar *r);
struct usage registrar_usage(const struct registrar *r); /* identities */
/* For state dumps: the sets in the order of coming. NULL behind the last. */
struct irs *registrar_first(const struct registrar *r);
struct irs *registrar_next(const struct irs *irs);

#endif
