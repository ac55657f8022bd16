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

typedef void tree_fn(struct complaints *c, const struct yaml *value, void *out);

/* `read` is given the address of the member at `at` of what is filled. */
struct tree_key {
    const char *name;
    tree_fn *read;
    size_t at;
};

/* Each item of a map by the table (ends with a row without name); one that is
 * null is as good as absent. */
void tree_map(struct complaints *c, const struct yaml *y,
              const struct tree_key *keys, void *out);
/* Each value of a list; one that is no list stands for a list of itself. */
void tree_list(struct complaints *c, const struct yaml *y, tree_fn *read,
               void *out);
/* Values: a struct slice ("null" and nothing are an empty text) of what XML can
 * carry; a bool; a uint32_t up to 2^31 - 1. */
void tree_text(struct complaints *c, const struct yaml *y, void *out);
void tree_flag(struct complaints *c, const struct yaml *y, void *out);
void tree_number(struct complaints *c, const struct yaml *y, void *out);
/* A struct draft_name, at the end of the list at out. */
void tree_name(struct complaints *c, const struct yaml *y, void *out);
void tree_names(struct complaints *c, const struct yaml *y, void *out);
/* Known, and nothing to read. */
void tree_skip(struct complaints *c, const struct yaml *y, void *out);

struct tree_word {
    const char *name; /* NULL: the last */
    unsigned value;
};
/* One of these words; false after a complaint. */
bool tree_word(struct complaints *c, const struct yaml *y,
               const struct tree_word *words, unsigned *out);
/* Zeroed memory of the complaints' arena; NULL after a complaint. */
void *tree_take(struct complaints *c, size_t size);

/* One subscriber; an empty one after complaints. */
struct draft *tree_subscriber(struct complaints *c, const struct yaml *y);

/* The sections of the catalogue; out is struct catalogue. */
void tree_charging(struct complaints *c, const struct yaml *y, void *out);
void tree_profiles(struct complaints *c, const struct yaml *y, void *out);
void tree_shared(struct complaints *c, const struct yaml *y, void *out);

#endif
