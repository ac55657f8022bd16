/* SPDX-License-Identifier: MIT
 *
 * From a tree (topology/yaml.h), which YAML and JSON both become, to drafts of
 * subscribers and to the catalogue. Keys are in tables; an unknown key, or a
 * value of a wrong kind, is a complaint.
 */
#ifndef HSS_TREE_H
#define HSS_TREE_H

#include "hss/draft.h"
#include "topology/yaml.h"

struct tree_key {
    const char *name;
    void (*read)(struct complaints *c, const struct yaml *value, void *out);
};

/* Each item of a map by the table (ends with a row without name). */
void tree_map(struct complaints *c, const struct yaml *y,
              const struct tree_key *keys, void *out);
/* Each value of a list; one that is no list stands for a list of itself. */
void tree_list(struct complaints *c, const struct yaml *y,
               void (*read)(struct complaints *, const struct yaml *, void *),
               void *out);
/* Values; false after a complaint. "null" and nothing are an empty text. */
bool tree_text(struct complaints *c, const struct yaml *y, struct slice *out);
bool tree_flag(struct complaints *c, const struct yaml *y, bool *out);
bool tree_number(struct complaints *c, const struct yaml *y, uint64_t max,
                 uint64_t *out);
/* Zeroed memory of the complaints' arena; NULL after a complaint. */
void *tree_take(struct complaints *c, size_t size);

/* One subscriber; an empty one after complaints. */
struct draft *tree_subscriber(struct complaints *c, const struct yaml *y);

/* The sections of the catalogue; out is struct catalogue. */
void tree_charging(struct complaints *c, const struct yaml *y, void *out);
void tree_profiles(struct complaints *c, const struct yaml *y, void *out);
void tree_shared(struct complaints *c, const struct yaml *y, void *out);

#endif
