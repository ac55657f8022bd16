/* SPDX-License-Identifier: MIT
 *
 * Files of subscribers. YAML is for people: tree_subscriber.c and
 * tree_catalogue.c tell its keys, topology/box-subscribers.yaml shows it. CSV
 * is for bulk: import_csv.c tells its columns.
 */
#ifndef HSS_IMPORT_H
#define HSS_IMPORT_H

#include "base/why.h"
#include "hss/import_reader.h"

/* All of a file at once, for who has few. */
struct import_file {
    struct arena arena;
    struct import_reader *reader; /* the catalogue is in its memory */
    struct catalogue catalogue;
    struct subscriber *subscribers;
    size_t nsubscribers;
};

/* Parses and checks a whole text. On failure (CONFIG) `errors` has a line for
 * each thing that is wrong, "path:line:column: what was found; what was
 * expected\n", and nothing is to be imported. catalogue: what exists in the
 * store already, may be NULL. The text must stay. import_file_fini releases in
 * both cases. */
enum ims_err import_yaml(struct slice text, const char *path,
                         struct slice domain, const struct catalogue *catalogue,
                         struct import_file *out,
                         struct buf *errors) MUST_CHECK;
enum ims_err import_csv(struct slice text, const char *path,
                        struct slice domain, const struct catalogue *catalogue,
                        struct import_file *out, struct buf *errors) MUST_CHECK;
/* By the name's ending: .csv, else YAML. CONFIG also when it cannot be read. */
enum ims_err import_path(const char *path, struct slice domain,
                         const struct catalogue *catalogue,
                         struct import_file *out,
                         struct buf *errors) MUST_CHECK;
void import_file_fini(struct import_file *f);
/* Several, of which a later one may refer to the catalogue of an earlier one;
 * out has n of them. CONFIG: the errors of all. */
enum ims_err import_paths(const char *const *paths, size_t n,
                          struct slice domain,
                          const struct catalogue *catalogue,
                          struct import_file *out,
                          struct buf *errors) MUST_CHECK;

#endif
