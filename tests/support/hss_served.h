/* SPDX-License-Identifier: MIT
 *
 * An HSS whose S-CSCF is told what changes: alice and erin (two phones, and a
 * fax of one of them), the service pizza, frank and gina, who share criteria.
 */
#ifndef SUPPORT_HSS_SERVED_H
#define SUPPORT_HSS_SERVED_H

#include "hss/telling.h"
#include "support/hss_world.h"

struct terminate_ask;

enum { ALICE = 1, ERIN = 2, PIZZA = 3, FRANK = 4 };

struct served {
    struct hss_world *w;
    unsigned ended; /* tellings */
    enum ims_err err;
    struct why why;
    size_t ntold;
    bool success;
    unsigned tries;
    char sentence[1500]; /* the last one, or the end of the last answer */
};

/* file: the store is a file. */
struct served *served_new(bool file);
void served_free(struct served *f);
/* of cmocka, with a store in memory */
int served_setup(void **state);
int served_teardown(void **state);

/* A registration. */
void bring_in(struct hss_world *w, const char *impi, const char *impu);
/* Keeps in ctx, a struct served, what became of a telling. */
void on_told(void *ctx, enum ims_err err, const struct list *tolds,
             const struct why *why);
/* Until one more has ended than `before`. */
void wait_told(struct served *f, unsigned before);
/* These wait for it. */
enum ims_err terminate(struct served *f, const struct terminate_ask *a);
enum ims_err end_all(struct served *f, int64_t sub, enum cx_reason reason);
enum ims_err push(struct served *f, int64_t sub);
/* Of the set of a public identity. */
enum registration_state state_of(struct served *f, const char *impu);
/* By the admin interface, which tells of itself; answers the status. */
unsigned edit(struct served *f, const char *line, const char *json);
/* By a statement that changes one row of the store's file. */
void damage(struct hss_world *w, const char *sql);

#endif
