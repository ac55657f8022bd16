/* SPDX-License-Identifier: MIT
 *
 * Who may watch the registration state of a user, TS 24.229 5.4.2.1.1 item 1.
 */
#ifndef SCSCF_REG_EVENT_WATCHER_H
#define SCSCF_REG_EVENT_WATCHER_H

#include "scscf/scscf.h"

struct reg_watcher {
    struct slice uri;  /* the asserted identity; of the message */
    enum ioi_type ioi; /* between it and us, 4.5.4 */
};

/* The asserted identities of the SUBSCRIBE are looked at, of which nobody's is
 * left who may assert none. */
bool reg_event_may_watch(struct scscf *me, const struct sip_message *m,
                         const struct irs *irs, struct reg_watcher *w);
/* Might who was let watch by that asserted identity begin to now? */
bool reg_event_may_watch_still(const struct irs *irs, struct slice uri);

#endif
