/* SPDX-License-Identifier: MIT
 *
 * One entry of the catalogue as text. YAML is what is stored in the audit list
 * and sent to the writer; JSON is the same tree, so that its keys are told in
 * one place (tree_catalogue.c, export_yaml.c).
 */
#ifndef HSS_CATALOGUE_H
#define HSS_CATALOGUE_H

#include "base/json.h"
#include "base/why.h"
#include "hss/subscriber.h"
#include "topology/yaml.h"

/* Numbers stand in the database and never change meaning. */
enum catalogue_kind {
    CATALOGUE_PROFILE,
    CATALOGUE_SHARED,
    CATALOGUE_CHARGING,
};

/* "service profile", and the section of a file: "profiles". */
const char *catalogue_word(enum catalogue_kind kind);
const char *catalogue_section(enum catalogue_kind kind);

/* Into *out, whose bytes are the arena's, the entry of that name alone, as a
 * document of YAML; empty without it. The name of a shared set is its number.
 * IMS_TOO_LARGE: there is no room. */
enum ims_err catalogue_yaml(const struct catalogue *c, enum catalogue_kind kind,
                            struct slice name, struct arena *a,
                            struct slice *out, struct why *why);

/* Such a document's first entry as a JSON object, or null for an empty text. */
void catalogue_json(struct json *j, struct slice yaml);
/* Any tree. */
void catalogue_tree_json(struct json *j, const struct yaml *y);

#endif
