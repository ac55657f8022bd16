/* SPDX-License-Identifier: MIT
 *
 * AVPs (RFC 6733 section 4): the dictionary, a reader that walks received
 * bytes without allocating, a writer onto a buf. The table avps.def is the
 * only place that knows codes and flags.
 */
#ifndef DIAMETER_AVP_H
#define DIAMETER_AVP_H

#include "base/addr.h"
#include "base/buf.h"

enum avp_id {
#define BASE(id, code, type, m, secret, name) AVP_##id,
#define TGPP(id, code, type, m, secret, name) AVP_##id,
#define ETSI(id, code, type, m, secret, name) AVP_##id,
#include "diameter/avps.def"
#undef BASE
#undef TGPP
#undef ETSI
    AVP_COUNT
};

enum avp_type {
    AVP_OCTETS,
    AVP_UTF8,
    AVP_IDENTITY,
    AVP_URI,
    AVP_U32,
    AVP_U64,
    AVP_ENUM,
    AVP_GROUPED,
    AVP_TIME,
    AVP_ADDRESS,
};

enum avp_mandatory { AVP_M_MUST, AVP_M_MAY, AVP_M_NOT };

enum { VENDOR_NONE = 0, VENDOR_TGPP = 10415, VENDOR_ETSI = 13019 };

enum { AVP_FLAG_V = 0x80, AVP_FLAG_M = 0x40, AVP_FLAG_P = 0x20 };

/* Groups deeper than this are refused. */
enum { AVP_DEPTH_MAX = 8 };

struct avp_row {
    enum avp_id id;
    uint32_t code, vendor;
    enum avp_type type;
    enum avp_mandatory m; /* the M flag when sent; MAY: the sender's choice */
    bool secret;          /* masked before a message is recorded */
    const char *name;
};

const struct avp_row *avp_row(enum avp_id id);
/* NULL: not in the dictionary. */
const struct avp_row *avp_row_find(uint32_t code, uint32_t vendor);

enum diameter_result {
#define RESULT(id, code, text) DIAMETER_##id = code,
#include "diameter/results.def"
#undef RESULT
};

/* Why bytes were refused, and what the answer says about it. */
struct diameter_fault {
    unsigned result; /* a Result-Code of results.def */
    char text[120];  /* the sentence, zero-terminated; Error-Message too */
    /* Failed-AVP: what was received (points into the message), or else what
     * was made up in its place (RFC 6733 7.1.5 on 5005 and 5014). */
    struct slice failed;
    uint8_t made[24];
    size_t made_n;
    const struct avp_row *inside[AVP_DEPTH_MAX]; /* its groups, inner first */
    size_t depth;
};

/* Fills *f and returns false, so that `return fault_set(...)` reads well. The
 * failed AVP is empty; fault_made puts one of minimal length there. */
bool fault_set(struct diameter_fault *f, unsigned result, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void fault_made(struct diameter_fault *f, const struct avp_row *row);
/* The same without a failed AVP, for an answer that has no room for it. */
struct diameter_fault fault_bare(const struct diameter_fault *f);

/* ---- reading ------------------------------------------------------------- */

struct avp {
    const struct avp_row *row; /* NULL: not in the dictionary */
    uint32_t code, vendor;
    uint8_t flags;
    struct slice value; /* without padding */
    struct slice whole; /* header and value, without padding */
};

struct avp_reader {
    struct slice rest;
};

enum avp_next { AVP_END, AVP_IS, AVP_BAD };

struct avp_reader avp_reader(struct slice avps);
/* AVP_BAD: a header or length is wrong (INVALID_AVP_LENGTH), a vendor of 0 is
 * spelled out (INVALID_AVP_BITS), a value does not fit its type
 * (INVALID_AVP_LENGTH, INVALID_AVP_VALUE); *f says which. Padding of the last
 * AVP may be missing. After a bad value (failed is set) the walk can go on
 * behind it; after a bad length not. An unknown AVP with the M flag is the
 * caller's business.
 */
enum avp_next avp_next(struct avp_reader *r, struct avp *out,
                       struct diameter_fault *f);
/* The same without a look at the value. */
enum avp_next avp_next_header(struct avp_reader *r, struct avp *out,
                              struct diameter_fault *f);
/* The next AVP of that row; false when its value is not of its type, or when
 * there is none before the end or before what is malformed. */
bool avp_next_of(struct avp_reader *r, enum avp_id id, struct avp *out);
/* The first one among avps. */
bool avp_find(struct slice avps, enum avp_id id, struct avp *out);
/* The value of the first such AVP, or {NULL, 0}. */
struct slice avp_text(struct slice avps, enum avp_id id);

/* Only for a row of the type (its length is checked then). */
uint32_t avp_u32(const struct avp *a);
uint64_t avp_u64(const struct avp *a);
bool avp_addr(const struct avp *a, struct addr *out);

/* ---- writing; a full buf is looked at once, at the end ------------------- */

void avp_put(struct buf *out, enum avp_id id, struct slice value);
void avp_put_u32(struct buf *out, enum avp_id id, uint32_t v);
void avp_put_addr(struct buf *out, enum avp_id id, const struct addr *a);
/* Copies a received AVP as it is. */
void avp_put_whole(struct buf *out, struct slice whole);
/* All that avps has of that row (Proxy-Info), in their order, behind AVPs with
 * bad values too; up to a bad length. */
void avp_put_received(struct buf *out, struct slice avps, enum avp_id id);
/* Everything put between open and close is in the group. mandatory counts for
 * rows with AVP_M_MAY. */
size_t avp_group(struct buf *out, enum avp_id id, bool mandatory);
void avp_group_end(struct buf *out, size_t mark);

/* Blanks the values of secret AVPs, in groups too, with '*'. */
void avp_mask(char *avps, size_t n);

#endif
