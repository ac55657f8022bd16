/* SPDX-License-Identifier: MIT
 *
 * Cx structs to AVPs and back, by tables (cx_tables.c): one row a member.
 * Private to cx.
 */
#ifndef IMS_CX_CODEC_H
#define IMS_CX_CODEC_H

#include "base/arena.h"
#include "diameter/message.h"

enum cx_kind {
    CX_HEAD,      /* its presence is checked, nothing is kept */
    CX_HEAD_TEXT, /* struct slice; read only, the head is written elsewhere */
    CX_TEXT,      /* struct slice */
    CX_TEXTS,     /* struct cx_texts */
    CX_NUMBER,    /* uint32_t or an enum */
    CX_NUMBERS,   /* struct cx_numbers */
    CX_FLAG,      /* bool: 1 or 0 */
    CX_PRESENT,   /* bool: the AVP is there, with the value 0 */
    CX_GROUP,     /* pointer to a struct, or NULL */
    CX_GROUPS,    /* pointer to an array, and a count behind it */
};

struct cx_group;

struct cx_field {
    enum avp_id avp;
    enum cx_kind kind;
    uint8_t min, max;
    uint32_t most; /* the largest value of an enumeration; 0: any */
    size_t offset;
    const struct cx_group *group;
};

struct cx_group {
    const struct cx_field *fields;
    size_t count;
    size_t size;     /* of its struct */
    size_t m_offset; /* of the bool that is its M flag; 0: none */
};

void cx_encode(struct buf *out, const struct cx_group *g, const void *from);
/* Lists and groups go to the arena; texts point into avps. */
bool cx_decode(struct slice avps, const struct cx_group *g, struct arena *arena,
               void *to, struct diameter_fault *f);

/* Commands 300 to 305; NULL for another. */
const struct cx_group *cx_group_of(uint32_t command, bool is_request);

#endif
