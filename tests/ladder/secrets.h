/* SPDX-License-Identifier: MIT
 *
 * What a phone was provisioned with: the ladder's own word, else the
 * subscriber files of the topology.
 */
#ifndef LADDER_SECRETS_H
#define LADDER_SECRETS_H

#include "ladder/phone.h"
#include "topology/topology.h"

enum ims_err secrets_give(const struct topology *t,
                          const struct ladder_phone *lp, struct phone *p,
                          struct why *why) MUST_CHECK;

#endif
