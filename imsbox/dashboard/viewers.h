/* SPDX-License-Identifier: MIT
 *
 * GET /api/v1/events of the dashboard: what happens in the whole network, as
 * server-sent events. With the filters of /trace (filter.h), evaluated here.
 *
 *   event: hello    {"boot", "first", "last"}: of the story
 *   event: network  as /api/v1/network
 *   event: steps    id: BOOT-STEP; {"steps": [...]} as /api/v1/trace has them:
 *                   first the newest ?limit= ones, or those behind
 *                   Last-Event-ID (?last_event_id= for who cannot set it);
 *                   then new ones
 *   event: missed   {"missed"}: so many steps behind Last-Event-ID are
 *                   forgotten, or are too many
 *   event: reset    {}: forget all steps, the network was reset
 *   event: node     a node of /api/v1/network that has changed; its status
 *                   lists the faults on purpose that are on
 *   event: finding  what the doctor found, as /api/v1/doctor has it
 *   event: links    {"links"}: messages in the last second, when there were any
 *
 * At most ten times a second. Those who ask for the same get the same bytes,
 * encoded once. Who does not read as fast is cut off.
 */
#ifndef DASHBOARD_VIEWERS_H
#define DASHBOARD_VIEWERS_H

#include "imsbox/dashboard/hub.h"

struct finding;
struct viewers;

struct viewers *viewers_new(struct hub *h);
void viewers_free(struct viewers *v);

void viewers_get(struct node *n, struct api_call *c);
/* New steps, changed nodes: at each tick of the dashboard. */
void viewers_tick(struct viewers *v);
void viewers_note_change(struct viewers *v, const struct watch *w);
/* The story was cleared: who looks is told to forget it ("event: reset"). */
void viewers_begin_anew(struct viewers *v);
/* At the next tick. */
void viewers_tell_finding(struct viewers *v, const struct finding *f);
unsigned viewers_count(const struct viewers *v);

#endif
