/* SPDX-License-Identifier: MIT
 *
 * The HSS's rows of the admin API: subscribers, registrations, catalogue,
 * import, export, Cx peers. No answer carries a secret.
 */
#ifndef HSS_API_H
#define HSS_API_H

#include "node/api.h"

enum { HSS_ROUTES = 51 };

extern const struct api_route hss_routes[HSS_ROUTES];

#endif
