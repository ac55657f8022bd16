/* SPDX-License-Identifier: MIT
 *
 * What a load did, as JSON: each kind's counts, and its latencies in
 * microseconds.
 */
#ifndef LOAD_REPORT_H
#define LOAD_REPORT_H

#include "base/json.h"
#include "load/load.h"

/* As members of the open object. Kinds that never began are left out. */
void figures_print(const struct load_figures *f, struct json *j);

/* Did each unit end as it should? */
bool figures_are_fine(const struct load_figures *f);

#endif
