/* SPDX-License-Identifier: MIT
 *
 * JSON, for the admin interface: the keys of YAML. Complaints tell their place
 * by JSON pointer (RFC 6901).
 */
#ifndef HSS_IMPORT_JSON_H
#define HSS_IMPORT_JSON_H

#include "hss/draft.h"
#include "topology/yaml.h"
#include <jansson.h>

struct json_reading {
    struct complaints complaints; /* their line is a place in `pointers` */
    struct slice *pointers;
    size_t n, cap;
};

void json_reading_init(struct json_reading *r, struct arena *a);
/* The pointer to what is wrong; good in the arena. */
struct slice json_reading_pointer(const struct json_reading *r,
                                  const struct complaint *c);

/* The tree that YAML would become. NULL after a complaint. */
struct yaml *json_tree(struct json_reading *r, const json_t *j);
/* One subscriber, in the arena. False after complaints. */
bool import_json(struct json_reading *r, const json_t *j,
                 const struct draft_rules *rules, struct subscriber *out);

#endif
