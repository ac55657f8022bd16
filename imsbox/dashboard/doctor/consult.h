/* SPDX-License-Identifier: MIT
 *
 * What the HSS is asked about a trouble: it has the identities and the
 * secrets, and answers verdicts alone (POST /api/v1/tools/examine).
 */
#ifndef DOCTOR_CONSULT_H
#define DOCTOR_CONSULT_H

#include "imsbox/dashboard/doctor/trouble.h"

enum { CONSULT_MAX = 16384 };

/* Whose HSS; NULL: there is nothing to ask, or nobody. */
const struct topology_network *consult_network(const struct trouble *t);
void consult_print(const struct trouble *t, struct buf *out);

#endif
