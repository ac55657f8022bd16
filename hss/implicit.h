/* SPDX-License-Identifier: MIT
 *
 * Implicit registration sets, TS 29.228 6.5: what is said of one identity of
 * a set is said of all of them, and its profile is the set's.
 */
#ifndef HSS_IMPLICIT_H
#define HSS_IMPLICIT_H

#include "hss/work.h"
#include "ims/xml.h"

/* The set's user profile as User-Data (TS 29.228 annex B), and the charging
 * addresses (NULL: none), in the work's arena. expand: filter criteria of
 * shared sets are sent, not their numbers. False: refused. */
bool implicit_profile(struct work *w, bool expand, struct slice *user_data,
                      const struct cx_charging **charging);

/* A profile as User-Data, and charging addresses as they go over Cx (NULL:
 * none), in the arena. Errors: what profile_write answers; FULL. */
enum ims_err implicit_print(struct arena *a, const struct ims_profile *profile,
                            struct slice *user_data,
                            struct why *why) MUST_CHECK;
enum ims_err implicit_charging(struct arena *a,
                               const struct profile_charging *c,
                               const struct cx_charging **out,
                               struct why *why) MUST_CHECK;

/* The private identities of the set; all, or the registered ones; NULL when
 * they are fewer than `least`. False: refused. */
bool implicit_privates(struct work *w, bool registered_only, size_t least,
                       const struct cx_texts **out);

/* Is the set registered with a private identity other than impi? */
bool implicit_registered_elsewhere(const struct store_pairs *pairs,
                                   int64_t impi);

#endif
