/* SPDX-License-Identifier: MIT
 *
 * What the lists of the admin interface share: who is meant by a text that
 * somebody typed, and subscribers told one after the other.
 */
#ifndef HSS_LISTED_H
#define HSS_LISTED_H

#include "hss/store.h"

enum { MEANT_MAX = 8 };

/* The subscribers whose identity the text is as a whole: as written, or without
 * its scheme ("alice@ims.example", "+15551001"), with a domain, which may be
 * NULL, also without that. Each once, at most max, which is at most
 * MEANT_MAX; nobody: *count is 0. */
enum ims_err listed_meant(struct store *s, struct slice text,
                          const char *domain, size_t max,
                          int64_t ids[MEANT_MAX], size_t *count,
                          struct why *why);

/* Gives one of a list, read into memory of its own so that a page of large ones
 * has room, to put. Who was deleted since the list was made is not in it; for
 * one who cannot be read why says who it is. */
enum ims_err listed_give(struct store *s, int64_t id,
                         void (*put)(void *list, const struct subscriber *one),
                         void *list, struct why *why);

#endif
