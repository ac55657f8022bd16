/* SPDX-License-Identifier: MIT
 *
 * What there is to explain, and what the story tells of it: the request as it
 * came from outside, the answer that went out, and all that happened between.
 * Pointers lead into the story: good until that tells on.
 */
#ifndef DOCTOR_TROUBLE_H
#define DOCTOR_TROUBLE_H

#include "ims/cx.h"
#include "ims/identity.h"
#include "imsbox/dashboard/doctor/breakage.h"
#include "imsbox/dashboard/story.h"
#include "sip/views.h"
#include <jansson.h>

enum trouble_kind {
    TROUBLE_REFUSED,    /* a final response that is no success went out */
    TROUBLE_SERVED,     /* a success did; is it one? */
    TROUBLE_AGAIN,      /* an answer to a challenge was challenged again */
    TROUBLE_UNANSWERED, /* a challenge went out, and nothing came */
    TROUBLE_REPEATED,   /* the same final response went out thrice */
    TROUBLE_SAID,       /* a node said why by a reason (record.h) */
};

enum { TROUBLE_WAY = 400 }; /* steps of a way that are looked at */

struct trouble {
    const struct story *story;
    const struct site *site;
    enum trouble_kind kind;
    const struct told *end;      /* the step that gave it away */
    const struct thread *thread; /* NULL: it is of no call */
    const struct told *ask;      /* the request as it came in; or NULL */
    const struct told *unheard;  /* of a node's time-out: what it sent to a
                                    phone, last; or NULL */
    const struct told *origin;   /* where the answer was made: its first step */
    const struct told *challenge; /* the one before the request; or NULL */
    const struct told *way[TROUBLE_WAY]; /* from ask to end */
    unsigned way_count;

    /* ask, end and challenge, read; NULL: not there, or no SIP */
    struct sip_message *request, *response, *challenged;
    struct sip_auth credentials, offer; /* their Digest parameters, if any */
    struct identity impu;   /* who registers or calls; empty: none is named */
    struct identity impi;   /* username of the credentials, or derived */
    struct identity callee; /* of the Request-URI; empty: it names nobody */
    const json_t *examined; /* what the HSS said; NULL: it was not asked */
    const struct breakage *breakage; /* faults that are on; NULL: not known */
};

void trouble_open(struct trouble *t, const struct story *s,
                  enum trouble_kind kind, const struct told *end);
void trouble_close(struct trouble *t);

/* Is that port of the node's for phones? */
bool node_is_for_phones(const struct topology_node *n,
                        const struct addr *local);
/* Is a step's sender (receiver) none of our nodes? */
bool step_is_from_outside(const struct site *s, const struct told *t);
bool step_is_to_outside(const struct site *s, const struct told *t);

/* The step of its call before it; NULL: it is the first, or of no call. */
const struct told *told_before(const struct told *t);
/* The fault on purpose that struck it; empty: none. */
struct slice told_fault(const struct told *t);
/* The other end of the Diameter connection that a step is about ("peer-lost",
 * "peer-open"); empty: it is about none. */
struct slice told_peer(const struct told *t);

/* ---- what rules ask ------------------------------------------------------ */

bool trouble_is(const struct trouble *t, enum trouble_kind kind,
                const char *method); /* NULL: any */
unsigned trouble_status(const struct trouble *t);
/* Was the answer made by one of our nodes of that role? */
bool trouble_is_by(const struct trouble *t, enum topology_role role);
bool trouble_is_by_outsider(const struct trouble *t);
/* The node that made it, or the far party's name. */
const char *trouble_origin(const struct trouble *t);
/* A party of a step; NULL: no node of ours, or one that is not known by its
 * address. */
const struct topology_node *trouble_node(const struct trouble *t,
                                         unsigned party);
/* Where what was asked came in: a node of ours; NULL: not known. */
const struct topology_node *trouble_entry(const struct trouble *t);
/* The last decision of who made the answer; NULL: none. */
const struct told *trouble_decision(const struct trouble *t);
bool trouble_decided(const struct trouble *t, const char *proc);
/* The last decision on the way that has this reason; NULL: none. */
const struct told *trouble_reason(const struct trouble *t, const char *reason);

/* The last hop of the request that was not answered by a final response; NULL:
 * none. */
const struct told *trouble_last_hop(const struct trouble *t);

/* The last Cx answer of that request ("UAR"; NULL: of any) on the way, with
 * its result (see ims/cx.h); NULL: none. */
const struct told *trouble_cx(const struct trouble *t, const char *command,
                              unsigned *result);
/* The last such request on the way. */
const struct told *trouble_cx_request(const struct trouble *t,
                                      const char *command);
/* Was the answer made where an HSS had been asked? */
bool trouble_asks_hss(const struct trouble *t);
/* The last question to an HSS, and whether it was answered; NULL: none. */
const struct told *trouble_question(const struct trouble *t, bool *answered);
/* Was it refused because the HSS could not be asked, or said nothing? */
bool trouble_hss_is_away(const struct trouble *t);
/* Any Cx answer with that result; NULL: none. */
const struct told *trouble_refusal(const struct trouble *t, unsigned result);

/* A parameter of the credentials (of the challenge); empty without. */
struct slice trouble_credential(const struct trouble *t, const char *name);
struct slice trouble_offer(const struct trouble *t, const char *name);
/* Does the request answer the challenge that was given before? */
bool trouble_answers(const struct trouble *t);

/* What the HSS said: a member by two keys; NULL without. */
const json_t *trouble_examined(const struct trouble *t, const char *group,
                               const char *key);
const char *trouble_examined_text(const struct trouble *t, const char *group,
                                  const char *key); /* "" without */
/* The i-th text of a list; NULL behind the last. */
const char *trouble_examined_item(const struct trouble *t, const char *group,
                                  const char *key, size_t i);

#endif
