/* SPDX-License-Identifier: MIT
 *
 * docs/openapi.json, built into the programs: what the admin interface can do,
 * in one file for all of them. A test holds it against their routes.
 */
#ifndef NODE_OPENAPI_H
#define NODE_OPENAPI_H

#include "base/slice.h"

struct slice openapi_document(void);

#endif
