/* SPDX-License-Identifier: MIT
 *
 * What the readers of files share: drafts come in, subscribers collect.
 */
#ifndef HSS_IMPORT_PRIV_H
#define HSS_IMPORT_PRIV_H

#include "base/map.h"
#include "hss/import.h"

struct importer {
    struct import_file *file;
    struct complaints complaints;
    struct draft_rules rules;
    struct map identities; /* of the whole file: each once */
    size_t cap;            /* of file->subscribers */
};

void importer_init(struct importer *im, struct import_file *file,
                   struct slice domain, const struct catalogue *catalogue);
/* Finishes a draft and keeps what becomes of it. */
void importer_add(struct importer *im, struct draft *d);
/* Prints the complaints; CONFIG when there are some. */
enum ims_err importer_end(struct importer *im, const char *path,
                          struct buf *errors) MUST_CHECK;

#endif
