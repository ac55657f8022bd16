/* SPDX-License-Identifier: MIT
 *
 * Which steps somebody wants to see:
 *
 *   user=sip:alice@ims.example  calls and registrations that name the user
 *   call=CALL-ID                one of them
 *   method=INVITE               requests, their responses (UAR: and UAAs), and
 *                               the decisions of calls that began with it
 *   result=486, 4xx, failed     responses and answers with such a result
 *   node=scscf1                 what that node sent, received or decided
 *   peer=hss1                   with node: what passes between these two, and
 *                               what either decided; ue: anybody not ours
 *   q=TEXT                      what has this text in its line or message
 *
 * All that are given must hold.
 */
#ifndef DASHBOARD_FILTER_H
#define DASHBOARD_FILTER_H

#include "base/str.h"
#include "imsbox/dashboard/story.h"
#include "node/api.h"

struct filter {
    struct str call, user, method, result, node, peer, text; /* empty: any */
    struct str key; /* equal filters have equal keys */
};

/* The query's. MALFORMED: a result that is none. */
enum ims_err filter_read(struct api_call *c, struct filter *out,
                         struct why *why) MUST_CHECK;
void filter_fini(struct filter *f);

bool filter_matches(const struct filter *f, const struct told *t);

#endif
