/* SPDX-License-Identifier: MIT
 *
 * A change of one subscriber on its way through the admin interface: what it
 * is now, what the body makes of it, the write, the answer. Whoever writes at
 * the same time is noticed by the version: then it is read again, or refused
 * when the caller named an ETag. The S-CSCFs that serve the subscriber are told
 * what it means for them before the answer, which shows what they said;
 * ?push=false leaves them alone.
 */
#ifndef HSS_CHANGE_H
#define HSS_CHANGE_H

#include "hss/body.h"

struct change;

/* What a change makes: the whole subscriber as it is to be, to be released.
 * now: as it is, NULL without one. NULL when the call was answered. */
typedef json_t *change_fn(struct change *ch, const json_t *now);

struct change {
    struct api_call *call;
    change_fn *make;   /* NULL: it is to be deleted */
    struct slice base; /* pointers begin here: "/privates/0" for a leaf */
    bool may_create;   /* an identity that nobody has */
    struct slice gone; /* what was taken out; another must not bring it back */
    bool dry_run;
    bool push; /* tell the S-CSCFs that serve it */
    /* While it goes on: */
    int64_t id; /* 0: a new one */
    unsigned attempts;
    uint64_t version;
    const struct subscriber *wanted; /* as it is written; NULL: no more */
    struct subscriber *after; /* while S-CSCFs are told; NULL: it is deleted */
};

/* By the first parameter of the path, with If-Match and If-None-Match; answers
 * the call. */
void change_begin(struct api_call *c, change_fn *make, bool may_create);
/* A new one. */
void change_create(struct api_call *c, change_fn *make);

/* By the id of an answer, or by any identity of a subscriber. NOT_FOUND. */
enum ims_err change_find(struct api_call *c, int64_t *id,
                         struct why *why) MUST_CHECK;
/* Finds and reads; false when the call was answered. */
bool change_read(struct api_call *c, struct subscriber *out);
/* The header ETag. */
void change_add_etag(struct api_call *c, uint64_t version);
/* As JSON, to be released. */
json_t *change_tree(struct api_call *c, const struct subscriber *s);

#endif
