/* SPDX-License-Identifier: MIT
 *
 * Dialogs as a proxy follows them (RFC 3261 section 12): seen from the party
 * on our side, the near one. A call between two near parties is two entries.
 * An entry is made by a response that creates a dialog, and lasts as long as
 * what it is used for (RFC 5057), whichever lasts longer:
 *
 *   a session        until BYE, or a final answer that ends an early one, or
 *                    its time: 6 minutes for an early one (Timer C is over by
 *                    then), 12 hours without any message for a confirmed one,
 *                    or what its session timer says (RFC 4028)
 *   a subscription   by SUBSCRIBE or REFER (RFC 6665 4.4.1): for the time that
 *                    was granted last, or until NOTIFY or an answer ends it,
 *                    and for 128 s more: what is on its way passes. Of several
 *                    within one dialog the last word counts.
 *
 * Bounded.
 */
#ifndef SIP_DIALOG_H
#define SIP_DIALOG_H

#include "base/map.h"
#include "base/str.h"
#include "sip/transport.h"

struct sip_dialogs;

enum sip_dialog_session {
    SIP_DIALOG_NO_SESSION,
    SIP_DIALOG_SESSION,
    SIP_DIALOG_SESSION_OVER, /* by BYE */
};

struct sip_dialog {
    struct map_node node;
    struct sip_dialogs *table;
    struct timer timer;
    bool confirmed;
    bool over; /* ended; remembered so that nothing late makes it anew */
    enum sip_dialog_session session;
    int64_t subscribed_until; /* clock.mono_us; 0: there was no subscription */
    struct sip_flow flow;     /* to the near party */
    struct str route;         /* what its requests carry in Route behind us:
                                 values joined by ", " */

    /* As seen passing, for whoever must speak in a party's place later
     * (session release); filled by sip_dialog_passed, empty before. */
    struct str near_target, far_target;   /* Contact URIs */
    struct str near_address, far_address; /* From or To, with tags */
    uint32_t near_cseq, far_cseq; /* highest of the party's requests; 0: none */
    uint32_t session_s;           /* Session-Expires agreed on; 0: none */

    void *user;       /* its owner's; NULL at first */
    struct list link; /* likewise: to other dialogs of the owner's */
    size_t key_n;
    char key[]; /* Call-ID, the near and the far tag, each with a line feed */
};

/* most: entries at a time; 0: no bound. */
struct sip_dialogs *sip_dialogs_new(const struct env *env, size_t most);
void sip_dialogs_limit(struct sip_dialogs *ds, size_t most);
void sip_dialogs_free(struct sip_dialogs *ds); /* NULL is fine */
size_t sip_dialogs_count(const struct sip_dialogs *ds);
struct usage sip_dialogs_usage(const struct sip_dialogs *ds);
/* In the order of coming, those that have ended left out: the first for NULL;
 * NULL behind the last. */
const struct sip_dialog *sip_dialogs_next(const struct sip_dialogs *ds,
                                          const struct sip_dialog *d);
/* Called for each entry right before it goes, whatever the cause (timed_out:
 * by its time), so that `user` and `link` can be let go. */
void sip_dialogs_on_end(struct sip_dialogs *ds,
                        void (*on_end)(void *ctx, struct sip_dialog *d,
                                       bool timed_out),
                        void *ctx);

struct slice sip_dialog_call_id(const struct sip_dialog *d);
struct slice sip_dialog_near_tag(const struct sip_dialog *d);
struct slice sip_dialog_far_tag(const struct sip_dialog *d);

/* The dialog of a request that the near party sent, or that goes to it; of a
 * response, of the request that it answers. */
struct sip_dialog *sip_dialog_from_near(const struct sip_dialogs *ds,
                                        const struct sip_message *m);
struct sip_dialog *sip_dialog_to_near(const struct sip_dialogs *ds,
                                      const struct sip_message *m);

/* RFC 3261 12.1, RFC 6665 4.4.1: it is one that makes a dialog (101 to 299 to
 * INVITE, 2xx to SUBSCRIBE or REFER). */
bool sip_dialog_is_made(const struct sip_message *resp);
/* Such a response, or a 2xx to a NOTIFY that its user takes for the first of a
 * subscription (RFC 6665 4.4.1), to a request that the near party sent (is the
 * caller), or answered: makes, confirms or refreshes its dialog. route is what
 * the near party's requests shall carry. NULL when the response makes none,
 * when its dialog has ended, or at the limit (counted). */
struct sip_dialog *sip_dialog_seen(struct sip_dialogs *ds,
                                   const struct sip_message *resp,
                                   bool near_is_caller,
                                   const struct sip_flow *flow,
                                   struct slice route);
/* A final answer that is no 2xx ended the INVITE: its early dialog of this To
 * tag goes. The others go by their time (Timer C at the latest). */
void sip_dialog_failed(struct sip_dialogs *ds, const struct sip_message *resp,
                       bool near_is_caller);

/* A request or response passed within it, the one that made it included:
 * targets (12.2), addresses, sequence numbers, the session timer and the
 * subscription follow, its time begins anew. near_sent: the *request* came from
 * the near party, of a response the request that it answers. Who calls this for
 * one message must do so for all, else an agreed session timer ends dialogs
 * that were refreshed. */
void sip_dialog_passed(struct sip_dialog *d, const struct sip_message *m,
                       bool near_sent);
/* Something passed within it that is of no interest: its time begins anew. */
void sip_dialog_refresh(struct sip_dialog *d);
/* Its session has ended by BYE; the dialog with it, unless a subscription is
 * left in it (RFC 5057 4.2). */
void sip_dialog_end_session(struct sip_dialog *d);
/* From now on it is not found nor counted, but stands there for as long as a
 * repeated 2xx (RFC 6026) may come that would make it anew. */
void sip_dialog_end(struct sip_dialog *d);
void sip_dialog_free(struct sip_dialog *d);

/* Does the request ask for an end of something in its dialog: BYE, SUBSCRIBE
 * for no time, NOTIFY of an end? */
bool sip_dialog_is_end(const struct sip_message *req);

/* Record-Route values of a message, joined by ", ", as they stand (the route
 * set of who answers) or backwards (of who asked, RFC 3261 12.1.2), without
 * the first ones that `is_own` says yes to: the party behind us has used those
 * up when its request leaves us. */
void sip_dialog_route_set(const struct sip_message *m, bool backwards,
                          bool (*is_own)(void *ctx, struct slice value),
                          void *ctx, struct buf *out);

#endif
