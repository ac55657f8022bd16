/* SPDX-License-Identifier: MIT
 *
 * Dialogs as a proxy follows them (RFC 3261 section 12): seen from the party
 * on our side, the near one. A call between two near parties is two entries.
 * An entry is made by a response that creates a dialog, and ends by BYE, by a
 * final answer that ends an early one, or by its time. Bounded.
 */
#ifndef SIP_DIALOG_H
#define SIP_DIALOG_H

#include "base/map.h"
#include "base/str.h"
#include "sip/transport.h"

struct sip_dialogs;

struct sip_dialog {
    struct map_node node;
    struct sip_dialogs *table;
    struct timer timer;
    bool confirmed;
    struct sip_flow flow; /* to the near party */
    struct str route;     /* what its requests carry in Route behind us:
                             values joined by ", " */
    size_t key_n;
    char key[]; /* Call-ID, the near and the far tag, each with a line feed */
};

struct sip_dialogs *sip_dialogs_new(const struct env *env, size_t most);
void sip_dialogs_free(struct sip_dialogs *ds);
size_t sip_dialogs_count(const struct sip_dialogs *ds);

/* The dialog of a request that the near party sent, or that goes to it. */
struct sip_dialog *sip_dialog_from_near(const struct sip_dialogs *ds,
                                        const struct sip_message *m);
struct sip_dialog *sip_dialog_to_near(const struct sip_dialogs *ds,
                                      const struct sip_message *m);

/* A response (101 to 299 to INVITE, 2xx to SUBSCRIBE or REFER) to a request
 * that the near party sent (is the caller), or answered: makes, confirms or
 * refreshes its dialog. route is what the near party's requests shall carry.
 * NULL when the response makes none, or at the limit. */
struct sip_dialog *sip_dialog_seen(struct sip_dialogs *ds,
                                   const struct sip_message *resp,
                                   bool near_is_caller,
                                   const struct sip_flow *flow,
                                   struct slice route);
/* A final answer that is no 2xx ended the INVITE: its early dialog of this To
 * tag goes. The others go by their time (Timer C at the latest). */
void sip_dialog_failed(struct sip_dialogs *ds, const struct sip_message *resp,
                       bool near_is_caller);
/* Something passed within it: its time begins anew. */
void sip_dialog_refresh(struct sip_dialog *d);
void sip_dialog_free(struct sip_dialog *d);

/* Record-Route values of a message, joined by ", ", as they stand (the route
 * set of who answers) or backwards (of who asked, RFC 3261 12.1.2), without
 * the first ones that `is_own` says yes to: the party behind us has used those
 * up when its request leaves us. */
void sip_dialog_route_set(const struct sip_message *m, bool backwards,
                          bool (*is_own)(void *ctx, struct slice value),
                          void *ctx, struct buf *out);

#endif
