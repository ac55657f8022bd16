/* SPDX-License-Identifier: MIT
 *
 * What the HSS is asked: a few questions at a time, while the others wait in
 * bounded number, so that phones which nobody knows take little of its time
 * from those whom it serves. What was answered is kept for a while: a phone
 * that tries again makes the same question.
 */
#ifndef DOCTOR_QUESTIONS_H
#define DOCTOR_QUESTIONS_H

#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "imsbox/dashboard/doctor/trouble.h"

enum {
    DOCTOR_QUESTIONS = 4, /* asked at a time */
    DOCTOR_PATIENTS = 64, /* that wait for an answer, those included */
    DOCTOR_ANSWERS = 64,  /* kept */
    DOCTOR_ANSWERS_US = 10 * SECOND, /* for so long */
};

struct questions;

/* A trouble whose examination waits, or is under way. */
struct patient {
    struct list in_questions;
    struct questions *questions;
    enum trouble_kind kind;
    uint64_t step; /* that gave it away */
    int64_t at_us; /* wall clock, of that */
    const struct topology_network *network;
    struct str body;
};

struct questions_host {
    /* Asks the HSS; ends, now or later, by questions_answer. */
    void (*ask)(void *ctx, const struct topology_network *network,
                struct slice body, struct patient *p);
    /* json: the HSS's answer; empty: there is none. */
    void (*answered)(void *ctx, const struct patient *p, struct slice json);
    void *ctx;
};

struct questions {
    struct questions_host host;
    struct list waiting, asked; /* struct patient */
    struct map answers;         /* by what was asked; the oldest first */
    unsigned patients, under_way;
    bool busy;
};

void questions_init(struct questions *q, const struct questions_host *host,
                    uint64_t seed);
/* Those under way are not answered any more. */
void questions_fini(struct questions *q);

/* What was answered may not be true any more. */
void questions_forget(struct questions *q);

/* False: too many wait already. body is copied; host.answered may be called
 * before this returns. */
bool questions_put(struct questions *q, const struct trouble *t,
                   const struct topology_network *network, struct slice body);
void questions_answer(struct patient *p, struct slice json);

#endif
