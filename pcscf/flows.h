/* SPDX-License-Identifier: MIT
 *
 * The phones that the P-CSCF knows (TS 24.229 5.2.2): each contact of a phone
 * with the flow it registered over. A flow is an address and a port: behind a
 * NAT or a container's gateway many phones share an address. The token stands
 * in Path and Record-Route and leads back to the contact; it is made from the
 * flow, the identity and the contact by a keyed hash, so that it stays the same
 * when the phone registers again, and nobody outside can make one.
 */
#ifndef PCSCF_FLOWS_H
#define PCSCF_FLOWS_H

#include "base/map.h"
#include "base/str.h"
#include "ims/identity.h"
#include "net/env.h"
#include "sip/transport.h"

enum { FLOW_TOKEN = 32 };

struct flows;

/* One contact of a phone. From the challenge on it is known, and registered
 * from the 200 until it expires. */
struct contact {
    struct map_node by_token, by_source;
    union {
        struct list link;        /* not registered: of those, oldest first */
        struct map_node by_impu; /* registered */
    };
    struct list watched; /* of the subscription that tells of it, if any */
    struct list dialogs; /* of the phone, sip_dialog.link: dialogs.c */
    unsigned dialog_count;
    struct flows *flows;
    struct sip_flow flow;
    char token[FLOW_TOKEN];
    bool registered;
    bool translated;    /* its address on the way: there is a NAT */
    bool told;          /* of, by call_id, by who tells of registrations */
    uint32_t cseq;      /* of the REGISTER that registered it, of call_id */
    uint32_t told_cseq; /* and of the one that was told of last */
    struct timer timer;
    int64_t expires_at; /* clock.mono_us; while registered */
    struct str uri;     /* of the Contact; empty: none was given */
    struct str impu;    /* that was registered, canonical */
    struct str call_id;
    struct str nonce;         /* of the challenge that is not answered yet */
    bool aka;                 /* its algorithm is one of AKA */
    struct str service_route; /* Route values, joined by ", " */
    struct str identities;    /* P-Associated-URI: identities.h */
};

struct flows_figures {
    size_t contacts, registered;
    size_t most;      /* contacts that there ever were at a time */
    uint64_t refused; /* at the limit */
};

/* most: contacts at a time; at the limit the oldest one that is not registered
 * makes room, so that nobody who cannot answer a challenge keeps others out.
 * on_expired: a registered contact's time is up; it is to be unregistered or
 * freed now. on_gone: a contact is freed behind the call. */
struct flows *flows_new(const struct env *env, size_t most,
                        void (*on_expired)(void *ctx, struct contact *c),
                        void (*on_gone)(void *ctx, struct contact *c),
                        void *ctx);
void flows_limit(struct flows *f, size_t most);
void flows_free(struct flows *f);
const struct flows_figures *flows_figures(const struct flows *f);

/* The token of a contact, whether it is known or not. */
void flows_token(const struct flows *f, const struct sip_flow *flow,
                 struct slice impu, struct slice uri, char token[FLOW_TOKEN]);
struct contact *flows_by_token(const struct flows *f, struct slice token);

/* Is the contact known, or room for it? Who is not registered makes room. A no
 * is counted. */
bool flows_check_room(struct flows *f, struct slice token);
/* The contact as known, or new, alive for `us` microseconds unless it is
 * registered meanwhile. NULL at the limit. */
struct contact *flows_meet(struct flows *f, const struct sip_flow *flow,
                           struct slice impu, struct slice uri, int64_t us);
/* Registered (again) for seconds. */
void contact_register(struct contact *c, uint32_t seconds);
/* It was registered and is no more, but stays known for 40 s, 64*T1 and some:
 * what is on its way to the phone passes, and what the phone still has to end.
 */
void contact_unregister(struct contact *c);
void contact_free(struct contact *c);

/* Where a phone's requests go whose dialog or contact has this flow: over it;
 * or when that was a stream, which is gone, to the address that the Contact
 * names (RFC 3261 16.6 item 7), if that is the flow's own: behind a NAT nobody
 * could be reached so. */
struct sip_flow contact_way(const struct contact *c,
                            const struct sip_flow *flow);

/* The registered contacts of a source, one after the other: NULL first. */
struct contact *flows_at(const struct flows *f, const struct addr *source,
                         const struct contact *after);
/* The registered contacts that were registered with this identity, likewise. */
struct contact *flows_of(const struct flows *f, struct slice impu,
                         const struct contact *after);

/* The contact of the identity at that source, registered or not, that was
 * challenged with this nonce and has not answered; NULL: none. */
struct contact *flows_challenged(const struct flows *f,
                                 const struct addr *source, struct slice impu,
                                 struct slice nonce);

/* Did any contact of that source, registered or not, show a NAT? */
bool flows_is_translated(const struct flows *f, const struct addr *source);

/* The registered contacts by datagrams at `at`, likewise, whose phone may be
 * who sends over a stream from `source`: contact_is_direct. */
struct contact *flows_direct_at(const struct flows *f, const struct addr *at,
                                const struct addr *source,
                                const struct contact *after);
/* The registered contact of this URI by datagrams, if its phone may be who
 * sends over a stream from `source`: contact_is_direct, and the URI names the
 * port that it registered from, too. NULL: none. */
struct contact *flows_direct(const struct flows *f, const struct addr *source,
                             struct slice uri);
/* Is the IP address of `source` the phone's alone, as far as is known: it
 * registered from there, its Contact names it, and nothing showed a NAT between
 * (TS 24.229 F.1)? Behind one, only the port tells phones apart. */
bool contact_is_direct(const struct contact *c, const struct addr *source);
/* Has who tells of registrations named it as it was registered last? The word
 * may come before the 200. */
bool contact_is_told(const struct contact *c);
/* Is the canonical identity one of the contact's? */
bool contact_has_identity(const struct contact *c, struct slice impu);
/* A keyed hash of the identity that was registered: the same for all contacts
 * of a user. */
uint64_t contact_user(const struct contact *c);
struct slice contact_default_identity(const struct contact *c);

/* In the order of coming, for state and the API. */
struct contact *flows_next(const struct flows *f, const struct contact *c);

#endif
