/* SPDX-License-Identifier: MIT
 *
 * A Diameter message (RFC 6733 section 3): header, rules of presence, results
 * and their texts. Reading allocates nothing; writing goes onto a buf.
 */
#ifndef DIAMETER_MESSAGE_H
#define DIAMETER_MESSAGE_H

#include "base/why.h"
#include "diameter/avp.h"

enum { DIAMETER_HEADER = 20, DIAMETER_VERSION = 1 };

enum {
    DIAMETER_R = 0x80, /* request */
    DIAMETER_P = 0x40, /* proxiable */
    DIAMETER_E = 0x20, /* error */
    DIAMETER_T = 0x10, /* potentially retransmitted */
};

enum diameter_command {
#define COMMAND(id, code, app, p, name, shrt) DIAMETER_##id = code,
#include "diameter/commands.def"
#undef COMMAND
};

struct diameter_command_row {
    uint32_t code, app;
    bool proxiable;
    const char *name;
    const char *shrt; /* "UA", as in UAR and UAA */
};

/* NULL: not known. */
const struct diameter_command_row *diameter_command_find(uint32_t app,
                                                         uint32_t code);
const char *diameter_result_name(unsigned code); /* "unknown" without one */

struct diameter_header {
    uint32_t length; /* of the whole message */
    uint8_t flags;
    uint32_t command;
    uint32_t app;
    uint32_t hop, end; /* hop-by-hop and end-to-end identifiers */
};

struct diameter_message {
    struct diameter_header h;
    struct slice bytes; /* all of it */
    struct slice avps;
};

/* The length of the message that begins with these bytes: 0 while fewer than
 * 4 are there. False when no message can begin so: another version, a length
 * below the header's or not a multiple of 4, or above max. */
bool diameter_length(struct slice bytes, size_t max, size_t *out,
                     struct diameter_fault *f);
/* bytes are exactly one message (diameter_length). Looks at the header only;
 * false when the lengths do not agree. */
bool diameter_read(struct slice bytes, struct diameter_message *out,
                   struct diameter_fault *f);

static inline bool diameter_is_request(const struct diameter_message *m)
{
    return m->h.flags & DIAMETER_R;
}

/* "UAR", "CEA"; "code 999 request" for what is not known. Returns text. */
const char *diameter_name(const struct diameter_message *m, char text[32]);

/* ---- rules --------------------------------------------------------------- */

/* How often an AVP may stand in a message or group. */
struct avp_rule {
    enum avp_id id;
    uint8_t min;
    uint8_t max; /* 0: must not; AVP_MANY: any number */
};

enum { AVP_MANY = 255 };

/* Walks avps once: each well-formed, unknown ones without the M flag, the
 * rules kept. An AVP of the dictionary that no rule names is fine, as *[AVP]
 * allows it. The first offence counts: AVP_UNSUPPORTED, AVP_NOT_ALLOWED,
 * AVP_OCCURS_TOO_MANY_TIMES, MISSING_AVP and what avp_next finds. At most 32
 * rules. */
bool diameter_check(struct slice avps, const struct avp_rule *rules, size_t n,
                    struct diameter_fault *f);

/* ---- writing --------------------------------------------------------------
 */

/* Puts a header; the length is set by diameter_end. */
void diameter_begin(struct buf *out, const struct diameter_header *h);
/* False when the message did not fit. */
bool diameter_end(struct buf *out);

/* Result-Code, Error-Message and Failed-AVP. */
void diameter_put_fault(struct buf *out, const struct diameter_fault *f);

/* In a finished message: changes what a retransmission changes. */
void diameter_patch(char *bytes, uint32_t hop, uint8_t set_flags);

/* Blanks secrets in a copy of a message's bytes: CK, IK, XRES, HA1. Bytes that
 * are not a message are blanked from the header on. */
void diameter_mask(char *bytes, size_t n);

/* The result of an answer: a Result-Code; or an Experimental-Result-Code and
 * its vendor; 0 when it carries neither. */
unsigned diameter_answer_result(const struct diameter_message *m,
                                uint32_t *vendor);

#endif
