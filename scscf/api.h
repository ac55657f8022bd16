/* SPDX-License-Identifier: MIT
 *
 * What the S-CSCF tells over HTTP: registrations as it knows them.
 */
#ifndef SCSCF_API_H
#define SCSCF_API_H

#include "node/api.h"

enum { SCSCF_ROUTES = 9 };
extern const struct api_route scscf_routes[SCSCF_ROUTES];

#endif
