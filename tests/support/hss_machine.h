/* SPDX-License-Identifier: MIT
 *
 * A store in memory on a disk that fills, fails and loses power, and a crowd
 * that is imported into it.
 */
#ifndef SUPPORT_HSS_MACHINE_H
#define SUPPORT_HSS_MACHINE_H

#include "support/check.h"
#include "support/disk.h"
#include "support/store_box.h"

enum { MANY = 100 }; /* more than go in one piece */

struct machine {
    struct box b;
    struct disk *disk;
};

/* of cmocka */
int machine_setup(void **state);
int machine_teardown(void **state);

void open_again(struct machine *m);
void fill(struct machine *m);
void make_room(struct machine *m);
/* The next write. */
void refuse_one(struct machine *m);
/* A number, of what is on the disk. */
int ask_sql(const char *sql);

/* sip:u0@ims.example and so on, without private identities. */
struct crowd {
    struct machine *m;
    struct store_import what;
    unsigned n;
    unsigned at; /* ahead of this one */
    void (*then)(struct machine *m);
};
void crowd_begin(struct crowd *c);
/* All of them, to its end. */
void import_all(struct machine *m);
/* An S-CSCF has all of them. */
void serve_all(struct machine *m);

/* The newest first. */
struct store_audits entries(struct machine *m);
void undo_entry(struct machine *m, const struct store_audit *entry);
/* Of the newest entry. */
void undo(struct machine *m);

/* Who has that identity alone. */
void create_begin(struct machine *m, const char *impu);
void create(struct machine *m, const char *impu);
bool is_there(struct machine *m, const char *impu);

/* Subscribers that can be seen; leavers; entries of these names. */
uint64_t count(struct machine *m);
unsigned leavers(struct machine *m);
size_t entries_of_catalogue(struct machine *m, const char *charging,
                            uint32_t shared);
/* One begins to pay by the set "used", and a profile refers to the shared
 * set 2. */
void use_catalogue(struct machine *m);

#endif
