/* SPDX-License-Identifier: MIT
 *
 * The doctor: reads the story as it is told, and makes a finding of each
 * registration or call that failed.
 *
 *   a step gives it away -> (the HSS examines what only it can) -> a rule
 *   explains -> a finding
 *
 * Findings are kept in bounded number (findings.h), and so are questions to
 * the HSS (questions.h); how many troubles a turn may look at is bounded too,
 * so that a flood of broken messages costs little. What happens again and
 * again is one finding that counts.
 *
 * A finding is solved when the same goes well: the user registers, the same
 * two call, the connection stands again.
 */
#ifndef DOCTOR_DOCTOR_H
#define DOCTOR_DOCTOR_H

#include "imsbox/dashboard/doctor/findings.h"
#include "imsbox/dashboard/doctor/questions.h"

enum {
    DOCTOR_TURN = 50,    /* troubles looked at between turns */
    DOCTOR_SAID = 10,    /* and beside them what nodes say by themselves */
    DOCTOR_WAITS = 4096, /* challenges waited for */
    DOCTOR_SILENCE_US = 5 * SECOND, /* then a challenge is unanswered */
};

struct doctor;

struct doctor_host {
    /* Asks the HSS of that domain: POST /api/v1/tools/examine. Ends, now or
     * later, by doctor_examined. */
    void (*examine)(void *ctx, const struct topology_network *network,
                    struct slice body, struct patient *p);
    /* In a turn: one came, or came again. */
    void (*on_finding)(void *ctx, const struct finding *f);
    void *ctx;
};

/* story and what host points to are borrowed. */
struct doctor *doctor_new(const struct story *s, const struct doctor_host *host,
                          uint64_t seed);
/* Examinations under way are not answered any more. */
void doctor_free(struct doctor *d);

/* A step was told; each, in order. */
void doctor_note(struct doctor *d, const struct told *t);
/* A turn is over before all was told: more troubles may be looked at. */
void doctor_rest(struct doctor *d);
/* All that is not newer than until_us was told. */
void doctor_turn(struct doctor *d, int64_t until_us);
/* The HSS's answer; empty: there is none. */
void doctor_examined(struct patient *p, struct slice json);
/* The faults on purpose that are on at a node now (node/faults.h: what
 * faults_put puts; NULL: none). */
void doctor_note_faults(struct doctor *d, unsigned node, const json_t *faults,
                        int64_t now_us);
/* The story begins anew. */
void doctor_clear(struct doctor *d);

/* The finding before f; NULL: the newest one, NULL behind the oldest. */
const struct finding *doctor_older(const struct doctor *d,
                                   const struct finding *f);
uint64_t doctor_last(const struct doctor *d);    /* its newest change */
uint64_t doctor_skipped(const struct doctor *d); /* troubles not looked at */

#endif
