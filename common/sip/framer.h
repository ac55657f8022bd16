/* SPDX-License-Identifier: MIT
 *
 * Cuts SIP messages out of a stream of bytes (RFC 3261 section 18.3): header
 * lines up to an empty line, then as many bytes as Content-Length says. Knows
 * the keep-alives of RFC 5626 section 3.5.1 between messages. The result does
 * not depend on the portions in which the bytes arrive.
 */
#ifndef SIP_FRAMER_H
#define SIP_FRAMER_H

#include "base/buf.h"
#include "base/why.h"

enum framed {
    FRAMED_MORE,    /* the bytes are used up; nothing is complete */
    FRAMED_MESSAGE, /* one whole message */
    FRAMED_PING,    /* CRLF CRLF: to be answered by one CRLF */
    FRAMED_BROKEN,  /* no boundary can be found any more: close the stream */
};

struct framer {
    struct buf in;    /* the message so far */
    size_t max;       /* largest message */
    size_t searched;  /* bytes of `in` that hold no end of the header */
    size_t whole;     /* size of the message; 0 while it is not known */
    unsigned crlf;    /* bytes of CR LF CR LF seen between messages */
    bool message_out; /* `in` was handed out */
    bool broken;
};

/* max: largest message accepted, headers and body; 0: 65535. */
void framer_init(struct framer *f, size_t max);
void framer_fini(struct framer *f);

/* Takes bytes off *in up to the end of the next thing in the stream; to be
 * called again until FRAMED_MORE or FRAMED_BROKEN. *message points into the
 * framer and is good until the next call; with FRAMED_BROKEN it holds the
 * header of the message that broke the stream, or whole lines of one that is
 * too large, good enough to answer it, or is empty, and `why` tells (MALFORMED,
 * TOO_LARGE). */
enum framed framer_take(struct framer *f, struct slice *in,
                        struct slice *message, struct why *why);

/* Is a message under way, of which a part is still missing? */
bool framer_is_amid(const struct framer *f);

#endif
