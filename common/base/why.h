/* SPDX-License-Identifier: MIT
 *
 * Errors: a code that programs switch on, and one sentence for people. A
 * fallible function returns enum ims_err (0 is fine), fills *why, and leaves
 * its outputs untouched when it fails. `why` may be NULL where nobody reads.
 */
#ifndef BASE_WHY_H
#define BASE_WHY_H

#include "base/slice.h"

enum ims_err {
#define ERR(name, sip, diameter, level, text) IMS_##name,
#include "base/errors.def"
#undef ERR
    IMS_ERR_COUNT
};

struct why {
    enum ims_err err;
    char text[248]; /* a sentence without full stop, zero-terminated */
};

/* Fills *why and returns err, so that `return why_set(...)` reads well. */
enum ims_err why_set(struct why *why, enum ims_err err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

const char *ims_err_name(enum ims_err err);  /* "UNKNOWN_USER" */
const char *ims_err_text(enum ims_err err);  /* "user unknown" */
unsigned ims_err_sip(enum ims_err err);      /* a SIP status */
unsigned ims_err_diameter(enum ims_err err); /* see errors.def */
int ims_err_level(enum ims_err err);         /* enum log_level */

#define MUST_CHECK __attribute__((warn_unused_result))

#endif
