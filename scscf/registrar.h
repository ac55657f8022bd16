/* SPDX-License-Identifier: MIT
 *
 * The S-CSCF's store: implicit registration sets (TS 24.229 5.4.1.2.2F, TS
 * 23.228 5.2.1a) with their profile and the contacts bound to them. All
 * identities of a set share one state and one list of contacts. Bounded by the
 * topology's limits; kept in memory alone.
 */
#ifndef SCSCF_REGISTRAR_H
#define SCSCF_REGISTRAR_H

#include "base/map.h"
#include "base/str.h"
#include "ims/profile.h"
#include "net/env.h"

struct registrar;
struct irs;

/* One contact of one private identity. */
struct binding {
    struct list link; /* of its set, oldest first */
    struct irs *irs;
    struct timer expiry;
    int64_t expires_at; /* clock.mono_us */
    uint32_t cseq;
    unsigned q; /* 0..1000 */
    struct slice uri;     /* the texts stand behind the struct */
    struct slice params;  /* of the Contact, without expires and q */
    struct slice path;    /* Path values joined by ", " */
    struct slice impi;
    struct slice call_id;
    char text[];
};

/* One public identity of a set, as the registrar finds it. */
struct irs_identity {
    struct map_node node; /* key: the canonical public user identity */
    struct irs *irs;
    const struct ims_public_identity *identity; /* in the profile */
    struct slice key;
};

/* An implicit registration set: registered while it has a binding, else
 * served as unregistered (TS 24.229 5.4.3.3). */
struct irs {
    struct list link; /* of the registrar */
    struct registrar *registrar;
    struct ims_profile *profile; /* owned */
    struct list bindings;
    unsigned binding_count;
    struct irs_identity *identities; /* owned */
    unsigned identity_count;
    struct timer unregistered; /* how long it is served without contacts */
};

struct registrar_handler {
    /* The binding's time is up; the callee removes it. */
    void (*on_expired)(void *ctx, struct binding *b);
    /* A set without contacts has been served long enough; the callee ends it
     * (SAR) and removes it. */
    void (*on_unregistered_end)(void *ctx, struct irs *irs);
};

struct registrar *registrar_new(const struct env *env, size_t identities,
                                const struct registrar_handler *h, void *ctx);
void registrar_free(struct registrar *r);

/* The set of a canonical public user identity; `identity` (may be NULL) is its
 * entry in the profile. NULL when it is not served here. */
struct irs *registrar_find(const struct registrar *r, struct slice impu,
                           const struct ims_public_identity **identity);

/* The set that `profile` describes: a new one, or the one that its identities
 * have, whose profile is replaced and whose bindings stay. Takes over profile,
 * in case of failure too. FULL at the limit; MALFORMED without any identity. */
enum ims_err registrar_put(struct registrar *r, struct ims_profile *profile,
                           struct irs **out, struct why *why) MUST_CHECK;
void registrar_remove(struct registrar *r, struct irs *irs);
/* Serves a set without contacts for us more microseconds. */
void registrar_serve_unregistered(struct irs *irs, int64_t us);

/* The identity a set is known by: its first that is not barred (TS 29.228
 * 6.5), else its first. */
struct slice irs_default(const struct irs *irs);
bool irs_is_registered(const struct irs *irs);

struct binding_values {
    struct slice uri, params, path, impi, call_id;
    uint32_t cseq;
    unsigned q;
    int64_t expires_us; /* from now */
};

/* The contact of a private identity by URI comparison; NULL without. */
struct binding *irs_find_binding(const struct irs *irs, struct slice impi,
                                 const struct sip_uri *uri);
/* Binds a contact, or binds it anew (`old` is then gone). The new binding
 * stands last. */
struct binding *irs_bind(struct irs *irs, struct binding *old,
                         const struct binding_values *v);
void irs_unbind(struct binding *b);

/* Figures and iteration for state and metrics. */
struct registrar_figures {
    size_t sets, registered, identities, bindings;
};
struct registrar_figures registrar_figures(const struct registrar *r);
struct irs *registrar_first(const struct registrar *r);
struct irs *registrar_next(const struct registrar *r, const struct irs *irs);

#endif
