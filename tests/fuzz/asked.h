/* SPDX-License-Identifier: MIT
 *
 * A script of requests to an admin interface, set apart by a line with % alone:
 *
 *   POST /api/v1/subscribers
 *   {"impu": "sip:a@ims.example"}
 *   %
 *   put /api/v1/subscribers/1 "3"    (in small letters: nobody waits for it;
 *                                    behind the path: If-Match)
 */
#ifndef FUZZ_ASKED_H
#define FUZZ_ASKED_H

#include "node/api.h"

struct feed;

enum {
    ASKED_MAX = 16
}; /* requests of a script; what comes then is not asked */

/* What came back; whoever asked for a stream reads a little of it and leaves.
 */
struct asked {
    unsigned requests, answers;
    struct feed *feeds[ASKED_MAX];
    unsigned feed_count;
};

/* Asks what the script says, as the administrator. wait: lets a request be
 * answered, perhaps. No answer may come twice, none have the status 500. */
void ask_all(struct asked *a, struct node *n, struct slice script,
             void (*wait)(void *ctx), void *ctx);
void asked_leave_feeds(struct asked *a);

#endif
