/* SPDX-License-Identifier: MIT
 *
 * An entry of the record as people and programs outside see it: one JSON
 * object in one line, secrets masked.
 */
#ifndef NODE_RECORD_JSON_H
#define NODE_RECORD_JSON_H

#include "base/json.h"
#include "base/record.h"

void record_put_entry(struct json *j, const struct record_entry *e);

#endif
