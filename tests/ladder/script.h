/* SPDX-License-Identifier: MIT
 *
 * A ladder file as it is read: tests/ladders/README.md has the format.
 */
#ifndef LADDER_SCRIPT_H
#define LADDER_SCRIPT_H

#include "base/arena.h"
#include "base/why.h"

enum {
    LADDER_CHECKS = 24,
    LADDER_LINES = 600,
    LADDER_PHONES = 16,
    LADDER_ZONE = 16,
};

enum ladder_op {
    LADDER_EQ,      /* Header = value */
    LADDER_NE,      /* Header != value */
    LADDER_MATCH,   /* Header =~ regular expression */
    LADDER_NOMATCH, /* Header !~ regular expression */
    LADDER_ABSENT,
    LADDER_PRESENT,
    LADDER_SET,    /* Header: value (stimulus) */
    LADDER_REMOVE, /* -Header (stimulus) */
};

struct ladder_check {
    struct slice name;
    enum ladder_op op;
    struct slice value;
};

enum ladder_kind {
    LADDER_ARROW,
    LADDER_SAYS,
    LADDER_DROPS,
    LADDER_SKIP, /* ... */
    LADDER_AFTER,
    LADDER_DIES,
    LADDER_STARTS,
    LADDER_STOPS,
    LADDER_LINK,
    LADDER_ASK, /* NODE GET, POST ...: what = path, more = status */
    LADDER_REGISTERED,
    LADDER_NOTHING,
};

struct ladder_line {
    unsigned number; /* in the file */
    unsigned scene;  /* paragraphs before it: blank lines part them */
    struct slice text;
    enum ladder_kind kind;
    struct slice from, to; /* who sends, who receives; SAYS...: from */
    struct slice what;     /* INVITE, 180, UAR; the text of SAYS; the names of
                              REGISTERED */
    struct slice more;     /* Request-URI, method of a response, result */
    struct slice method;   /* ASK */
    int64_t us;            /* AFTER */
    uint32_t ppm;          /* LINK loses, and: */
    int64_t delay_us;
    bool cut;
    bool again; /* a retransmission is meant */
    /* Of what is expected, since the last stimulus; until 0: at any time. */
    int64_t from_us, until_us;
    struct ladder_check checks[LADDER_CHECKS];
    unsigned check_count;
};

struct ladder_phone {
    struct slice name, user, at, transport, password, impi, address, key, opc,
        sqn, contact, q, expires, realm, with;
    unsigned port;
    bool is_peer; /* speaks to a listener of the core, as no phone does */
    unsigned line;
};

struct ladder {
    struct arena arena;
    struct slice title, proves, topology;
    bool sim_only;
    struct ladder_phone phones[LADDER_PHONES];
    unsigned phone_count;
    struct slice zone[LADDER_ZONE]; /* DNS records, simulator only */
    unsigned zone_count;
    bool dns_is_silent;
    unsigned scenes; /* of the lines read so far */
    struct ladder_line *lines;
    unsigned line_count;
};

/* MALFORMED: "line 7: what is wrong". The ladder is freed by the caller. */
enum ims_err ladder_parse(struct slice text, struct ladder *out,
                          struct why *why) MUST_CHECK;
void ladder_fini(struct ladder *l);

#endif
