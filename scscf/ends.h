/* SPDX-License-Identifier: MIT
 *
 * Ends of registrations that the HSS is to note (TS 29.228 6.1.2). One that it
 * did not hear of, or could not store, it is told of again: it would keep the
 * user registered at an S-CSCF that does not know him.
 */
#ifndef SCSCF_ENDS_H
#define SCSCF_ENDS_H

#include "base/str.h"
#include "ims/cx.h"
#include "net/env.h"

struct scscf;
struct ends;

struct ends_handler {
    /* Asks the HSS. */
    void (*send)(struct scscf *me, struct slice impi, struct slice impu,
                 enum cx_assignment type, struct slice call, cx_saa_fn *fn,
                 void *ctx);
    /* Does a REGISTER of the private identity wait for the HSS? It would take
     * an end that is told now for the later word. */
    bool (*is_assigning)(struct scscf *me, struct slice impi);
    /* Does a REGISTER of the identities wait for its challenge? The HSS has
     * noted for it what the end of another authentication would clear. */
    bool (*is_asking)(struct scscf *me, struct slice impi, struct slice impu);
    /* Is the user here again, so that there is no end to tell? impi may be
     * empty. */
    bool (*is_back)(struct scscf *me, struct slice impi, struct slice impu);
    /* Is a challenge of the identities pending, so that the end of another
     * authentication of theirs is none? */
    bool (*is_challenged)(struct scscf *me, struct slice impi,
                          struct slice impu);
};

/* limit: ends that wait; beyond it the HSS is told once. */
struct ends *ends_new(const struct env *env, size_t limit,
                      const struct ends_handler *h, struct scscf *me);
void ends_limit(struct ends *e, size_t limit);
/* Behind cx_free: what is on its way has come back then. */
void ends_free(struct ends *e);

/* impi may be empty; texts are copied. */
void ends_tell(struct ends *e, struct slice impi, struct slice impu,
               enum cx_assignment type, struct slice call);
/* The same of what the HSS was told once, with this outcome; without need
 * nothing happens. */
void ends_tell_again(struct ends *e, struct slice impi, struct slice impu,
                     enum cx_assignment type, struct slice call,
                     enum ims_err err, const struct cx_saa *saa);
/* Was the HSS asked, and may have done it, though there is no answer of use? */
bool ends_may_be_noted(enum ims_err err);
/* An assignment of who is not registered (UNREGISTERED_USER) had this outcome:
 * if the HSS may have noted it, it is asked again, to hear whose it is, and
 * told of its end then; else nothing happens. */
void ends_take_back(struct ends *e, struct slice impu, struct slice call,
                    enum ims_err err);
size_t ends_count(const struct ends *e);

#endif
