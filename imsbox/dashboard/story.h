/* SPDX-License-Identifier: MIT
 *
 * What happened in the whole network, step by step: the records of all nodes
 * joined (entries.h, steps.h), numbered in the order in which it is told, and
 * kept in bounded memory of the dashboard's own, so that what a node did
 * before it died can still be seen.
 *
 * Steps about the same Call-ID, and the Cx requests on its behalf, make a
 * call (a registration is one too): struct thread.
 */
#ifndef DASHBOARD_STORY_H
#define DASHBOARD_STORY_H

#include "base/map.h"
#include "base/str.h"
#include "imsbox/steps.h"
#include "node/feed.h"

enum {
    THREAD_USERS_MAX = 1024, /* bytes of the identities that a call names */
    THREAD_SESSIONS_MAX = 64,
};

struct thread {
    struct map_node in_calls;
    struct list in_story; /* by the time of the last step */
    struct list told;     /* steps, by id */
    struct list sessions;
    unsigned count, session_count;
    struct str call;
    struct str users; /* "sip:alice@ims.example\n..." as they were written */
    char method[24];  /* of the first request */
    unsigned result;  /* of the last final response to such a request; 0 */
    int64_t began_us, last_us; /* wall clock */
    /* When the INVITE of a phone came in, and to which node; 0: there is none,
     * or it was answered, be it by ringing. */
    int64_t invited_us;
    unsigned invited_at;
    unsigned messages;
};

/* One step, told. Owned by the story; all texts are its own. */
struct told {
    struct list in_thread, in_mended;
    uint64_t id;
    struct thread *thread; /* NULL: about no call */
    struct step step;      /* its entry and the other copy are these: */
    struct entry entry, other;
    const char *from, *to;   /* names */
    bool from_ours, to_ours; /* are they nodes of the topology? */
    char method[24];         /* "INVITE", "UAR"; "" of decisions */
    unsigned result;         /* of responses and answers, else 0 */
    bool is_request;
    int64_t setup_us; /* a call rings (or is taken) by it, after so long; 0 */
    size_t bytes;
    struct piece *json; /* as it is shown, without the message's text */
};

struct story_figures {
    uint64_t told, forgotten, entries, missed;
    size_t bytes, bytes_most, calls;
};

struct story;

/* site is borrowed. max_bytes: of steps kept. */
struct story *story_new(const struct site *site, size_t max_bytes,
                        uint64_t seed);
void story_free(struct story *s);

/* An entry of a node's record, as JSON. MALFORMED: it is none. *wall_us: its
 * time. */
enum ims_err story_add(struct story *s, unsigned node, struct slice json,
                       int64_t *wall_us, struct why *why) MUST_CHECK;
/* Likewise, as a node tells it live. */
void story_take(struct story *s, unsigned node, const struct wire_entry *e);
void story_missed(struct story *s, uint64_t count);
/* Does that node live, so that what is sent to it should arrive? */
void story_note_alive(struct story *s, unsigned node, bool alive);

/* Tells what is not newer than until_us (wall clock), in no case before the
 * other copy of what passed between two nodes, unless that is 2 s late or to
 * come from a dead one; forgets entries older than keep_us that were told and
 * wait for their other copy. Answers how many steps were told. */
unsigned story_tell(struct story *s, int64_t until_us, int64_t keep_us);

/* Ids are consecutive; 0: there is none. */
uint64_t story_first(const struct story *s);
uint64_t story_last(const struct story *s);
/* NULL: not any more, or not yet. */
struct told *story_at(const struct story *s, uint64_t id);
/* The step behind (in front of) a told one; NULL at the end. t NULL: the first
 * (the last). */
struct told *story_next(const struct story *s, const struct told *t);
struct told *story_previous(const struct story *s, const struct told *t);

/* The first that is kept of those with a later id; NULL: there is none. */
struct told *story_behind(const struct story *s, uint64_t id);

/* What was told as lost and has arrived since, as the last telling learnt; the
 * one behind t. NULL: the first, NULL at the end. */
struct told *story_mended(const struct story *s, const struct told *t);

struct thread *story_thread(const struct story *s, struct slice call);
/* The thread whose last step came before t's; NULL: the newest one, NULL
 * behind the oldest. */
struct thread *story_older(const struct story *s, const struct thread *t);

/* Begins anew, ids go on. What was before now_us (wall clock) is passed over,
 * be it told only later by a node. */
void story_clear(struct story *s, int64_t now_us);

struct story_figures story_figures(const struct story *s);
const struct site *story_site(const struct story *s);

#endif
