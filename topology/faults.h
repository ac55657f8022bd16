/* SPDX-License-Identifier: MIT
 *
 * `faults:` of a topology file: what lies between the values.
 */
#ifndef TOPOLOGY_FAULTS_H
#define TOPOLOGY_FAULTS_H

#include "topology/file.h"

/* list: struct file_fault. t is built but for its faults. */
void topology_check_faults(const struct file_list *list,
                           const struct topology *t, struct report *report);
void topology_build_faults(const struct file_list *list, struct topology *t);

#endif
