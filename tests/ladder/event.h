/* SPDX-License-Identifier: MIT
 *
 * What happened, as the nodes' records tell it: who sent what to whom, and
 * which decisions were recorded, in one order over all nodes. The matcher
 * compares a ladder with it; it can be printed in the ladder's own format.
 */
#ifndef LADDER_EVENT_H
#define LADDER_EVENT_H

#include "base/buf.h"
#include "base/list.h"
#include "base/record.h"
#include "base/str.h"
#include "ladder/script.h"

enum event_kind { EVENT_ARROW, EVENT_SAYS, EVENT_DROPS };

struct event {
    struct list link;
    unsigned number;
    int64_t at_us;
    enum event_kind kind;
    struct str from, to; /* names; SAYS, DROPS: from is the node */
    bool diameter;
    bool again;       /* the same bytes went the same way before */
    bool used;        /* a line of the ladder has been matched with it */
    unsigned line;    /* that line's number */
    bool passed;      /* "..." let it pass */
    struct str bytes; /* the message */
    struct str says;  /* the sentence, and its procedure and clause */
    struct str proc, clause;
};

struct events {
    struct list all;
    unsigned count;
};

/* The values that $names were bound to. */
enum { LADDER_NAMES = 16 };

struct ladder_names {
    struct slice name[LADDER_NAMES]; /* with the dollar sign */
    struct str value[LADDER_NAMES];
    unsigned count;
};

void ladder_names_fini(struct ladder_names *names);

void events_init(struct events *es);
void events_fini(struct events *es);
/* Appends a copy; from and to are names. */
struct event *events_add(struct events *es, enum event_kind kind,
                         const struct record_entry *e, struct slice from,
                         struct slice to);

/* "INVITE", "180", "UAR", "UAA". */
void event_what(const struct event *ev, struct buf *out);
/* Watchdogs, capabilities exchanges, 100 Trying, retransmissions: need not be
 * mentioned. */
bool event_is_noise(const struct event *ev);
/* Does the arrow have this value (text of a header, of an AVP, or "body")?
 * Appends all its values, joined by ", "; false when there is none. */
bool event_value(const struct event *ev, struct slice name, struct buf *out);
/* Is it that line? If not, `why` says what differs. */
bool event_is(const struct event *ev, const struct ladder_line *line,
              struct ladder_names *names, struct why *why);
/* Is it an extended regular expression that can be read? */
bool text_is_expression(struct slice text);
/* Does the text contain a match of the extended regular expression? */
bool text_matches(struct slice text, struct slice expression);
/* One line of a ladder. */
void event_print(const struct event *ev, struct buf *out);

#endif
