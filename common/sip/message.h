/* SPDX-License-Identifier: MIT
 *
 * A SIP message is a list of slices (RFC 3261 section 7). The received bytes
 * are copied once into the message's arena; start line and headers point into
 * that copy. A header nobody edited is printed as its original bytes, folding
 * and all. A message is counted: x_hold/x_drop. All its memory goes at once.
 *
 * Edits cannot fail one by one: when the arena reaches its limit the message
 * becomes `starved`, further edits do nothing, and printing answers TOO_LARGE.
 */
#ifndef SIP_MESSAGE_H
#define SIP_MESSAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/why.h"

enum sip_method {
    SIP_METHOD_NONE,  /* a response without CSeq */
    SIP_METHOD_OTHER, /* an extension method; see method_name */
#define METHOD(name) SIP_##name,
#include "sip/methods.def"
#undef METHOD
};

enum sip_header_id {
    SIP_HDR_OTHER, /* not in headers.def; compare names */
#define HEADER(id, name, compact, flags) SIP_HDR_##id,
#include "sip/headers.def"
#undef HEADER
    SIP_HDR_COUNT
};

/* How often a header may stand in a message; see headers.def. */
enum sip_header_flags { SIP_LINES = 0, SIP_LIST = 1, SIP_ONCE = 2 };

struct sip_header {
    enum sip_header_id id;
    struct slice name;  /* as it came; "v" stays "v" */
    struct slice value; /* behind the colon, trimmed; may hold folds (CRLF
                           and blanks), which every view reads as a blank */
    struct slice line;  /* the whole line without its CRLF; empty once edited */
};

struct sip_limits {
    size_t message_bytes; /* largest message accepted; 0: 65535 */
    unsigned headers;     /* most header lines; 0: 256 */
    /* A request of more bytes goes over a stream where there is one, RFC 3261
     * 18.1.1; 0: 1300, for a path whose MTU is not known. */
    size_t datagram_bytes;
};

/* The most that a message within the limits takes when it is printed, however
 * it was edited. */
size_t sip_printed_bytes(const struct sip_limits *l);

struct sip_uri;
struct sip_via;

/* What was read of a header's value; true of this very text alone. */
struct sip_read_tag {
    struct slice text, tag;
};

struct sip_message {
    unsigned refs;
    struct arena arena;
    struct sip_message *origin; /* held: the slices point into its arena too */

    bool is_request;
    bool starved;
    enum sip_method method;   /* of a response: its CSeq's */
    struct slice method_name; /* of a request */
    struct slice uri;         /* Request-URI */
    unsigned status;          /* of a response: 100..699 */
    struct slice reason;
    struct sip_header *headers;
    unsigned count, room;
    uint64_t kinds; /* bit id % 64 is clear: no such header stands here ... */
    uint64_t repeated; /* ... or one line of it at most */
    struct slice body;

    /* What is asked for again and again, read once (sip_request_uri,
     * sip_via_top, sip_tag). */
    const struct sip_uri *target;
    struct slice via_text;
    const struct sip_via *via;
    struct sip_read_tag from, to;
    unsigned refusal; /* of a message that did not parse: the status to answer
                         with (400, 505, 513); else 0 */
};

/* Parses one whole message (a datagram, or what the framer cut out of a
 * stream). Structure only: start line, header lines, mandatory headers present
 * once, the grammar of the headers every element needs (Via: all of a request,
 * the top one of a response; From, To, Call-ID, CSeq, Max-Forwards,
 * Content-Length). On failure `why` says which header and
 * *out is a message good enough to answer 400 from (Via, From, To, Call-ID,
 * CSeq as far as they could be read; `refusal` is set), or NULL when not even
 * that: a response, or a request without a top Via. A line that ends without CR
 * and a CR within a line are refused, because the next hop could take them for
 * another header. A body
 * longer than Content-Length in a datagram is cut; shorter is MALFORMED. */
enum ims_err sip_message_parse(struct slice bytes, const struct sip_limits *l,
                               struct sip_message **out,
                               struct why *why) MUST_CHECK;

/* An empty message to be filled: a request or a response. */
struct sip_message *sip_request_new(enum sip_method m, struct slice uri);
struct sip_message *sip_response_new(unsigned status, struct slice reason);
/* A response to req with Via, From, To, Call-ID, CSeq (and Timestamp) of it,
 * RFC 3261 section 8.2.6; To gets `tag` unless it has one or status is 100. */
struct sip_message *sip_response_to(const struct sip_message *req,
                                    unsigned status, struct slice reason,
                                    struct slice tag);
const char *sip_reason(unsigned status); /* the RFC's phrase, or "Unknown" */

/* A copy to edit: the array is copied, the bytes are shared (origin held). */
struct sip_message *sip_message_copy(struct sip_message *m);
struct sip_message *sip_message_hold(struct sip_message *m);
void sip_message_drop(struct sip_message *m);

/* Wire form; Content-Length is corrected (or added). */
enum ims_err sip_message_print(const struct sip_message *m, struct buf *out,
                               struct why *why) MUST_CHECK;
/* With one more Via in front of all headers; empty: none. */
enum ims_err sip_message_print_via(const struct sip_message *m,
                                   struct slice via, struct buf *out,
                                   struct why *why) MUST_CHECK;

/* ---- reading ------------------------------------------------------------- */

static inline uint64_t sip_kind(enum sip_header_id id)
{
    return (uint64_t)1 << (id % 64);
}

/* The first (next) header line of a kind; NULL without. */
const struct sip_header *sip_header_first(const struct sip_message *m,
                                          enum sip_header_id id);
const struct sip_header *sip_header_next(const struct sip_message *m,
                                         const struct sip_header *h);
/* By name in any case, for headers not in headers.def too. */
const struct sip_header *sip_header_named(const struct sip_message *m,
                                          struct slice name);
/* The trimmed value of the first line, or an empty slice. */
struct slice sip_header_value(const struct sip_message *m,
                              enum sip_header_id id);

/* One by one the values of a list header, over all its lines, commas in
 * quotes and angle brackets respected. */
struct sip_values {
    const struct sip_message *m;
    const struct sip_header *line;
    struct slice rest;
};
void sip_values_begin(struct sip_values *it, const struct sip_message *m,
                      enum sip_header_id id);
bool sip_values_next(struct sip_values *it, struct slice *value);
unsigned sip_values_count(const struct sip_message *m, enum sip_header_id id);
/* Appends all of them, with ", " in between. */
void sip_values_join(const struct sip_message *m, enum sip_header_id id,
                     struct buf *out);
/* Is the token among the values (Supported, Require, Allow ...)? Any case. */
bool sip_has_token(const struct sip_message *m, enum sip_header_id id,
                   struct slice token);

/* ---- editing (text is copied into the arena; CR and LF in it become
 * blanks, so that no value can become a second header) --------------------- */

void sip_set_uri(struct sip_message *m, struct slice uri);
/* Of a response; reason empty: the RFC's phrase. */
void sip_set_status(struct sip_message *m, unsigned status,
                    struct slice reason);
/* In front of the first header of that kind (else where it belongs: Via
 * first, Route, Record-Route and Path behind the Vias, others at the end),
 * behind the last one, or in place of all of them. */
void sip_add_first(struct sip_message *m, enum sip_header_id id,
                   struct slice value);
void sip_add_last(struct sip_message *m, enum sip_header_id id,
                  struct slice value);
void sip_set(struct sip_message *m, enum sip_header_id id, struct slice value);
/* Behind the last one, all lines of the kind that `from` has. */
void sip_add_all(struct sip_message *m, const struct sip_message *from,
                 enum sip_header_id id);
void sip_set_u64(struct sip_message *m, enum sip_header_id id, uint64_t value);
void sip_set_printf(struct sip_message *m, enum sip_header_id id,
                    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void sip_add_named(struct sip_message *m, struct slice name,
                   struct slice value); /* at the end */
void sip_remove(struct sip_message *m, enum sip_header_id id);
void sip_remove_named(struct sip_message *m, struct slice name);
/* Takes the first value off a list header (top Via, top Route). */
void sip_pop(struct sip_message *m, enum sip_header_id id);
/* Takes the last value off a list header. */
void sip_pop_last(struct sip_message *m, enum sip_header_id id);
/* Puts `value` in place of the first value. */
void sip_replace_first(struct sip_message *m, enum sip_header_id id,
                       struct slice value);
/* Removes every value that `drop` says yes to, keeping the others. */
void sip_filter(struct sip_message *m, enum sip_header_id id,
                bool (*drop)(void *ctx, struct slice value), void *ctx);
void sip_set_body(struct sip_message *m, struct slice content_type,
                  struct slice body);

enum sip_method sip_method_of(struct slice name); /* case counts */
struct slice sip_method_name(enum sip_method m);
enum sip_header_id sip_header_id_of(struct slice name); /* any case, compact */
struct slice sip_header_name(enum sip_header_id id);
enum sip_header_flags sip_header_flags(enum sip_header_id id);

#endif
