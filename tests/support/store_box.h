/* SPDX-License-Identifier: MIT
 *
 * A store on a simulated host, what it answered last, and what it is filled
 * with.
 */
#ifndef SUPPORT_STORE_BOX_H
#define SUPPORT_STORE_BOX_H

#include "hss/provisioning.h"
#include "support/world.h"

struct box {
    struct sim *sim;
    struct world_host *w;
    struct store *s;
    struct arena a; /* of what is read */
    char dir[64], path[96];
    unsigned done; /* answers */
    enum ims_err err;
    struct why why;
    int64_t edited, audit; /* of the last edit */
};

/* A host, on which the test opens the store. */
void box_new(struct box *b);
void box_open(struct box *b, const char *path);
void box_close(struct box *b);
/* path is that of a file that is not there yet. */
void box_on_file(struct box *b);
void box_remove_file(struct box *b);
/* Straight from the file: a number. */
int box_ask_file(struct box *b, const char *sql);

/* A store_fn and a store_edit_fn whose ctx is the box. */
void box_done(void *ctx, enum ims_err err, const struct why *why);
void box_edited(void *ctx, enum ims_err err, const struct store_edited *r,
                const struct why *why);
/* Until the next answer. */
void box_finish(struct box *b);

/* A subscriber (id 0: a new one) becomes s (NULL: is deleted). */
void box_edit(struct box *b, int64_t id, const struct subscriber *s);
void box_update(struct box *b, int64_t id, const struct subscriber *s);
/* The file of YAML is imported. */
void box_load(struct box *b, const char *text);
/* sip:u0@ims.example and so on. */
void box_load_many(struct box *b, unsigned n);

/* Of whoever has the identity. */
int64_t box_id(struct box *b, const char *identity);
struct subscriber box_read(struct box *b, const char *identity);

#endif
