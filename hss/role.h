/* SPDX-License-Identifier: MIT */
#ifndef HSS_ROLE_H
#define HSS_ROLE_H

#include "node/node.h"

extern const struct node_role hss_role;

#endif
