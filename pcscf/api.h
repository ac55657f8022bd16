/* SPDX-License-Identifier: MIT
 *
 * What the P-CSCF tells over HTTP: the phones' contacts as it knows them.
 */
#ifndef PCSCF_API_H
#define PCSCF_API_H

#include "node/api.h"

enum { PCSCF_ROUTES = 7 };
extern const struct api_route pcscf_routes[PCSCF_ROUTES];

#endif
