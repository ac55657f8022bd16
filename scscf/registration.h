/* SPDX-License-Identifier: MIT
 *
 * One REGISTER on its way through the S-CSCF. It carries the procedure from
 * file to file (registration.c, authentication.c, contacts.c,
 * deregistration.c) and dies with the final answer.
 */
#ifndef SCSCF_REGISTRATION_H
#define SCSCF_REGISTRATION_H

#include "scscf/scscf.h"
#include "sip/views.h"

struct registration {
    struct map_node node; /* of scscf.asking, then of scscf.assigning */
    struct list behind;   /* that wait for its end, in the order of coming */
    struct list link;     /* of another's behind */
    struct scscf *me;
    struct sip_request *req; /* held */
    struct record_about about;
    struct identity impu, impi;
    bool has_credentials;
    struct sip_auth credentials; /* slices into the request */
    bool stale;                  /* the nonce was right once */
    uint8_t resync[30];          /* RAND || AUTS for the next MAR, or none: */
    bool resyncs;
    bool authenticated;
    bool has_rspauth; /* for Authentication-Info of the 200 */
    struct digest_hex rspauth;
    bool wildcard;        /* Contact: * */
    unsigned adds, drops; /* contacts asked for with and without time */
    uint32_t cseq;
    uint32_t expires; /* of contacts that say nothing: seconds */
};

/* ---- registration.c ------------------------------------------------------ */

/* The user is who he says: go on with what he asked for. */
void registration_authenticated(struct registration *r);
/* Ends it: the sentence is recorded, the status answered. reason NULL: the
 * RFC's phrase. */
void registration_refuse(struct registration *r, unsigned status,
                         const char *reason, const char *proc,
                         const char *clause, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* Ends it with the 200 of 5.4.1.2.2F. irs NULL: nothing is left registered. */
void registration_accept(struct registration *r, struct irs *irs);
/* Ends it with this response. */
void registration_answer(struct registration *r, struct sip_message *resp);
/* Asks for the assignment of the user; F4 of the procedures. */
void registration_assign(struct scscf *me, struct slice impi, struct slice impu,
                         enum cx_assignment type, struct slice call,
                         cx_saa_fn *fn, void *ctx);
/* The status for an outcome that is no success: F3. */
unsigned registration_status_of(enum ims_err err, unsigned result);

/* ---- authentication.c ---------------------------------------------------- */

/* Compares with the challenges given: authenticated, refused or challenged. */
void registration_authenticate(struct registration *r);

/* ---- contacts.c ---------------------------------------------------------- */

/* Reads what the contacts ask for. False: refused. */
bool registration_check_contacts(struct registration *r);
/* Does it ask for nothing but an end (5.4.1.4)? */
bool registration_is_deregistration(const struct registration *r);
/* Was it overtaken by a later one? */
bool registration_is_overtaken(const struct registration *r,
                               const struct irs *irs);
/* Carries out what the contacts ask for. */
void registration_bind(struct registration *r, struct irs *irs);
/* Contact of the 200: what is bound now. */
void registration_list_contacts(const struct irs *irs,
                                struct sip_message *resp);

/* ---- deregistration.c ---------------------------------------------------- */

void registration_deregister(struct registration *r);
/* The HSS took the user for registered, or keeps his S-CSCF's name, and there
 * is nothing to keep it for. A set that was served unregistered goes here too.
 */
void registration_undo(struct registration *r, enum cx_assignment type);

#endif
