/* SPDX-License-Identifier: MIT
 *
 * One Cx request in progress: the struct of each procedure begins with a
 * struct work. It dies with its answer, or with the node.
 */
#ifndef HSS_WORK_H
#define HSS_WORK_H

#include "hss/hss.h"

struct work {
    struct hss *me;
    struct list node; /* in hss.works */
    struct cx_request *request;
    const char *command; /* "UAR" */
    const char *proc;    /* id of the procedure, for the record */
    const char *clause;  /* of the specification */
    const char *reason;  /* of a refusal that comes, see record.h; or NULL */
    struct arena arena;  /* dies with the work */
    struct store_waiter waiter;
    void (*decide)(void *work);
    struct identity impu; /* canonical; empty when it is none */
    struct slice impi;    /* as asked; may be empty */
    /* filled by work_check_identities: */
    struct store_public public;
    struct store_private private;
    struct store_pairs pairs;      /* of the public identity's set */
    const struct store_pair *pair; /* the private identity's; or NULL */
};

/* A zeroed struct of that size, which begins with a struct work. */
void *work_new(struct hss *me, size_t size, struct cx_request *r);
/* Calls decide(work) once nothing is being written for the subscription of
 * the public identity or, without one, of the private identity. Both may be
 * unknown, or empty. */
void work_begin(struct work *w, struct slice impi, struct slice impu,
                void (*decide)(void *work));
/* After its answer: the work is gone. result is counted. */
void work_end(struct work *w, unsigned result);
/* All works of a node that is being freed; nothing is answered. */
void work_free_all(struct hss *me);

/* A decision, for the record. */
void work_say(struct work *w, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Refuses with a sentence, which is recorded; the work is gone. Answers false,
 * for the checks. */
bool work_refuse(struct work *w, unsigned result, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Refuses because of an AVP, which goes back. */
bool work_refuse_avp(struct work *w, unsigned result, enum cx_failed avp,
                     const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Records a refusal that is answered with more than its result: that and
 * work_end are the caller's. */
void work_say_refused(struct work *w, unsigned result, const char *sentence);
/* Refuses because the store failed or something in it is not as it must be. */
bool work_fail(struct work *w, enum ims_err err, const struct why *why);
/* Refuses because what is to be answered is more than a request may take. */
bool work_fail_full(struct work *w);

/* Both exist, E5001, and belong together, E5002. An empty private identity is
 * not looked at. False: refused. */
bool work_check_identities(struct work *w);
/* The same, of a command about a registration: an empty private identity is
 * unknown, and so is a public one that is no user's, or that only a wildcard
 * matches (TS 29.228 6.1.1.1, 6.3.1). */
bool work_check_pair(struct work *w);
/* Nothing is required that we do not know, E5011 (TS 29.229 7). */
bool work_check_features(struct work *w, const struct cx_features *features);
/* What the answer says of features: nothing when nothing was asked. */
struct cx_features work_features(const struct cx_features *asked);
enum { FEATURE_SIFC = 1, FEATURE_ALIAS = 2, FEATURE_RESTORATION = 4 };
bool work_knows(const struct cx_features *asked, uint32_t feature);

/* The Server-Capabilities of a subscription; NULL: none. False: refused. */
bool work_capabilities(struct work *w, const struct cx_capabilities **out);

enum { WISHES_MAX = 160 };
/* What they say, "it must have 1, 7; it should have 3"; returns text. */
const char *work_wishes(const struct cx_capabilities *c, char text[WISHES_MAX]);

/* A text for an AVP: absent when empty. */
struct slice work_avp(struct slice s);

#endif
