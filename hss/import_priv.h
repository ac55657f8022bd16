/* SPDX-License-Identifier: MIT
 *
 * What the readers of files share: import_reader.c has the loop.
 */
#ifndef HSS_IMPORT_PRIV_H
#define HSS_IMPORT_PRIV_H

#include "hss/draft.h"
#include "topology/yaml.h"

/* ---- identities that were seen ------------------------------------------ */

/* A million users have three million identities, of which only whether they
 * come again is asked: 128 bits of hash stand for each. */
struct seen_slot {
    uint64_t a, b;
    unsigned line; /* 0: free */
};
struct seen {
    struct seen_slot *slots;
    size_t cap, n; /* cap: a power of two, or 0 */
};

/* The line where it stood first; 0 when it is new. */
unsigned seen_add(struct seen *s, struct slice identity, unsigned line);
void seen_fini(struct seen *s);

/* ---- CSV ---------------------------------------------------------------- */

enum csv_column {
#define COLUMN(name) CSV_##name,
#include "hss/csv.def"
#undef COLUMN
    CSV_COLUMNS
};

struct csv {
    struct slice text; /* behind the heading */
    unsigned first;    /* its line */
    int place[64];     /* column of each field; -1: not ours */
    size_t fields;     /* in the heading */
    /* where it is: */
    struct slice rest;
    unsigned line;
    struct mark at; /* of the record that was read last */
    struct slice v[CSV_COLUMNS];
    struct complaints *complaints; /* of the subscriber that is read */
};

/* Reads the heading. */
void csv_begin(struct csv *c, struct slice text, struct complaints *complaints);
void csv_rewind(struct csv *c);
/* The next subscriber's draft, in the arena of the complaints. False at the
 * end. */
bool csv_next(struct csv *c, struct complaints *complaints, struct draft **out);

/* ---- YAML --------------------------------------------------------------- */

struct yaml_source {
    struct slice text;
    struct yaml_stream *stream;
    struct report *report;
    _Atomic size_t *place_of_check; /* read elsewhere meanwhile */
    size_t passed; /* by its first pass: each byte of one counts half */
};

/* Reads over all of it, and the catalogue into the complaints' arena. */
void yaml_source_begin(struct yaml_source *y, struct slice text,
                       struct complaints *complaints, struct catalogue *out,
                       _Atomic size_t *place);
void yaml_source_rewind(struct yaml_source *y);
void yaml_source_fini(struct yaml_source *y);
bool yaml_source_next(struct yaml_source *y, struct complaints *complaints,
                      struct draft **out);

#endif
