/* SPDX-License-Identifier: MIT
 *
 * Asks all living nodes for their figures, again and again, and keeps them
 * (history.h), so that charts begin with what was before anybody looked.
 */
#ifndef DASHBOARD_SURVEY_H
#define DASHBOARD_SURVEY_H

#include "imsbox/dashboard/hub.h"

struct survey;

/* The hub, its watches and its fetcher outlive it. */
struct survey *survey_new(struct hub *h);
void survey_free(struct survey *s);

/* A step was told. */
void survey_note(struct survey *s, const struct told *t);

/* GET /api/v1/history */
void survey_get(struct node *n, struct api_call *c);

#endif
