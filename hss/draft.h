/* SPDX-License-Identifier: MIT
 *
 * A subscriber as somebody wrote it, in whichever format, and what makes a
 * struct subscriber of it: identities become canonical, what can be derived
 * is filled in, secrets become keys and HA1, and each thing that is wrong is
 * told with its place.
 */
#ifndef HSS_DRAFT_H
#define HSS_DRAFT_H

#include "hss/subscriber.h"
#include "topology/report.h"

/* ---- complaints --------------------------------------------------------- */

#define COMPLAINT_FULL "more data than there is room for"

enum { COMPLAINTS_MAX = 1000 }; /* kept; the others are counted */

struct complaint {
    struct complaint *next;
    struct mark at;
    const char *member; /* of what is at that place; or NULL: all of it */
    struct slice text;
};

struct complaints {
    struct arena *arena;
    struct complaint *first, **last;
    size_t count;
};

void complaints_init(struct complaints *c, struct arena *a);
/* A copy of the text, which is not empty; a complaint when there is no room.
 */
struct slice complaints_keep(struct complaints *c, struct slice text);
/* fmt: "what was found; what was expected". */
void complain(struct complaints *c, struct mark at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void complain_of(struct complaints *c, struct mark at, const char *member,
                 const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Those of a part, whose arena is about to go, to those of the whole. */
void complaints_take(struct complaints *c, const struct complaints *part);
/* In the order of the text; answers how many were kept. */
size_t complaints_sorted(const struct complaints *c,
                         const struct complaint *out[COMPLAINTS_MAX]);
/* "path:line:column: text\n" each, in the order of the text; the column only
 * where there is one. */
void complaints_print(const struct complaints *c, const char *path,
                      struct buf *out);

/* ---- drafts ------------------------------------------------------------- */

/* Texts as written; empty: not given. All in the arena of the complaints. */
struct draft_ha1 {
    struct draft_ha1 *next;
    struct mark at;
    struct slice algorithm, realm, hex;
};

struct draft_private {
    struct draft_private *next;
    struct mark at;
    struct slice impi;
    bool aka, digest; /* which of both was spoken of */
    struct mark aka_at, digest_at;
    struct slice aka_algorithm, k, op, opc, amf, sqn;
    struct slice digest_algorithm, realm, password;
    struct draft_ha1 *ha1s;
};

struct draft_public {
    struct draft_public *next;
    struct mark at;
    struct slice impu, type, profile, display_name, alias_group, psi_server;
    bool barred, inactive;
};

struct draft_name {
    struct draft_name *next;
    struct mark at;
    struct slice text;
};

struct draft_set {
    struct draft_set *next;
    struct mark at;
    struct slice label; /* of CSV: what its lines have in common */
    struct draft_public *publics;
    struct draft_name *privates; /* none: all */
};

struct draft {
    struct mark at;
    struct mark name_at, number_at;
    struct slice name, number; /* identities are made of: draft_short.c */
    struct slice display_name; /* of those; the name without it */
    bool barred;               /* those */
    struct draft_private *privates;
    struct draft_set *sets;
    struct slice charging, profile; /* profile: of publics that name none */
    struct draft_name *mandatory, *optional, *visited;
};

struct draft_rules {
    struct slice domain; /* the network's: realm, and host of derived URIs */
    /* A change: secrets that are not given stay as they are. */
    bool secrets_may_lack;
    /* Names that may be referred to; NULL: not checked. */
    const struct catalogue *catalogue, *more;
};

/* False when something was wrong; out is then not to be used. */
bool draft_finish(struct draft *d, const struct draft_rules *rules,
                  struct complaints *c, struct subscriber *out);

/* A key: 32 hexadecimal digits, perhaps in groups, or 16 characters for phones
 * that take it as text. */
bool draft_key(struct slice text, uint8_t out[16]);

/* "user", "psi", "wildcarded-psi", "wildcarded-user": as written in files. */
const char *public_type_name(enum profile_identity_type t);

/* An element at the end of a list through `next`. */
#define DRAFT_APPEND(list, item)          \
    do {                                  \
        __typeof__(list) *end_ = &(list); \
        while (*end_)                     \
            end_ = &(*end_)->next;        \
        *end_ = (item);                   \
    } while (0)

#endif
