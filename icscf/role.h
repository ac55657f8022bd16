/* SPDX-License-Identifier: MIT */
#ifndef ICSCF_ROLE_H
#define ICSCF_ROLE_H

#include "node/node.h"

extern const struct node_role icscf_role;

#endif
