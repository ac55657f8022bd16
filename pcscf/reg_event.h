/* SPDX-License-Identifier: MIT
 *
 * What the S-CSCF tells the P-CSCF of the users whose phones it knows: its
 * subscriptions to the reg event package (TS 24.229 5.2.3), one for each
 * default public user identity.
 */
#ifndef PCSCF_REG_EVENT_H
#define PCSCF_REG_EVENT_H

#include "node/subscriptions.h"
#include "pcscf/pcscf.h"

struct reg_watches;

struct reg_watches *reg_watches_new(struct pcscf *me, size_t most);
void reg_watches_limit(struct reg_watches *w, size_t most);
/* After the stack, before the contacts. NULL is fine. */
void reg_watches_free(struct reg_watches *w);
size_t reg_watches_count(const struct reg_watches *w);

/* A 200 has registered the contact: what becomes of it is to be heard, if the
 * topology wants that. */
void reg_watch(struct pcscf *me, struct contact *c);
/* A NOTIFY from the core: takes over the caller's hold on req and consumes
 * copy. False: it is for none of ours; nothing has happened. */
bool reg_watch_notified(struct pcscf *me, struct sip_request *req,
                        struct sip_message *copy);

/* In the order of coming. */
void reg_watches_each(const struct reg_watches *w,
                      void (*fn)(void *ctx, const struct subscription_info *i),
                      void *ctx);

#endif
