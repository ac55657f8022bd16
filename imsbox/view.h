/* SPDX-License-Identifier: MIT
 *
 * What the nodes of a site recorded, fetched, joined and told step by step;
 * what trace and capture show. All of it, or what is about a call or a user.
 */
#ifndef IMSBOX_VIEW_H
#define IMSBOX_VIEW_H

#include "imsbox/choose.h"
#include "imsbox/command.h"
#include "imsbox/gather.h"
#include "imsbox/steps.h"

enum {
    VIEW_EVERY_MS = 200,         /* when it goes on: how often to look */
    VIEW_BEHIND_US = 400 * MSEC, /* so that all nodes' entries are there */
    VIEW_KEEP_US = 10 * SECOND,  /* how late the other copy may come */
};

struct view {
    struct site site;
    struct entries entries;
    struct choice choice;
    struct parties parties;
    struct steps steps;
    struct gather *gather;
};

/* call, user: NULL for everything. Complains on stderr. */
enum exit_status view_open(struct view *v, const char *site, const char *call,
                           const char *user);
void view_close(struct view *v);

/* Fetches, marks and joins what is new; status as of gather_round. */
enum exit_status view_look(struct view *v);
/* Waits for VIEW_EVERY_MS, forgets what was told, looks again. */
void view_go_on(struct view *v);

int64_t view_now_us(void); /* wall clock, as steps have it */

#endif
