/* SPDX-License-Identifier: MIT */
#ifndef PCSCF_ROLE_H
#define PCSCF_ROLE_H

#include "node/node.h"

extern const struct node_role pcscf_role;

#endif
