/* SPDX-License-Identifier: MIT
 *
 * The story as the API gives it: /trace, /trace/{id}, /trace.pcapng, /calls.
 * filter.h says what can be asked for.
 */
#ifndef DASHBOARD_TRACE_API_H
#define DASHBOARD_TRACE_API_H

#include "imsbox/dashboard/hub.h"

void trace_get(struct node *n, struct api_call *c);
void trace_get_step(struct node *n, struct api_call *c);
void trace_get_pcapng(struct node *n, struct api_call *c);
void trace_get_calls(struct node *n, struct api_call *c);

#endif
