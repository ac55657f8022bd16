/* SPDX-License-Identifier: MIT
 *
 * A file of subscribers, one after the other: read once to be checked as a
 * whole, and a second time to be stored, so that a file of a million lines is
 * never in memory as subscribers. Nothing here touches anything but the text
 * and the reader's own memory: it may run off the loop.
 */
#ifndef HSS_IMPORT_READER_H
#define HSS_IMPORT_READER_H

#include "base/why.h"
#include "hss/draft.h"

enum import_format { IMPORT_YAML, IMPORT_CSV };

enum {
    IMPORT_MAX = 1 << 30, /* bytes of a file */
};

struct import_reader;

/* Copies the names of a catalogue to those that are known. */
void import_names_add(struct arena *a, struct catalogue *known,
                      const struct catalogue *from);

/* text must stay. known: names that the store has already, copied; or NULL. */
struct import_reader *import_reader_new(enum import_format format,
                                        struct slice text, struct slice domain,
                                        const struct catalogue *known);
/* From a file as it is now, beside: of spool_copy; its format by its name's
 * ending: .csv, else YAML. NULL after a line in `errors`. */
struct import_reader *import_reader_open(const char *path, const char *beside,
                                         struct slice domain,
                                         const struct catalogue *known,
                                         struct buf *errors);
void import_reader_free(struct import_reader *r);

/* Reads everything once. False: import_reader_complaints tells what is wrong,
 * and nothing is to be imported. */
bool import_reader_check(struct import_reader *r);
/* Bytes that are checked so far; also while that is being done elsewhere. */
size_t import_reader_checked(const struct import_reader *r);
const struct complaints *
import_reader_complaints(const struct import_reader *r);
/* Behind a good check. */
size_t import_reader_count(const struct import_reader *r);
const struct catalogue *import_reader_catalogue(const struct import_reader *r);

/* The next subscriber, in the arena; r is struct import_reader *. NOT_FOUND
 * behind the last one. */
enum ims_err import_reader_next(void *r, struct arena *a,
                                struct subscriber *out,
                                struct why *why) MUST_CHECK;

#endif
