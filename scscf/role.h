/* SPDX-License-Identifier: MIT */
#ifndef SCSCF_ROLE_H
#define SCSCF_ROLE_H

#include "node/node.h"

extern const struct node_role scscf_role;

#endif
