/* SPDX-License-Identifier: MIT
 *
 * The doctor in the dashboard: /api/v1/doctor, /doctor/causes, the event
 * `finding`, and its questions to the HSSs.
 */
#ifndef DOCTOR_API_H
#define DOCTOR_API_H

#include "imsbox/dashboard/hub.h"

void doctor_begin(struct hub *h);

void doctor_get(struct node *n, struct api_call *c);
void doctor_get_causes(struct node *n, struct api_call *c);

#endif
