/* SPDX-License-Identifier: MIT
 *
 * A P-CSCF that hears of registrations, between a phone and a core that are
 * puppets.
 *
 *     watching_set_up(&f);                 registered, and subscribed to
 *     watching_tell(&f, DOC("0", "full", GONE));
 *     assert_false(watching_is_registered(&f));
 *     watching_fini(&f);
 */
#ifndef SUPPORT_WATCHING_H
#define SUPPORT_WATCHING_H

#include "support/border.h"

struct watching {
    struct border b;
    unsigned cseq;
    char notice[300]; /* From, To and Call-ID of NOTIFY */
};

/* Documents of sip:a@ims.example and his contact. */
#define DOC(version, state, inside)                                            \
    "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"" version     \
    "\" state=\"" state "\"><registration aor=\"sip:a@ims.example\" id=\"1\" " \
    "state=\"active\">" inside "</registration></reginfo>"
/* Within DOC: what follows is of another identity. */
#define NEXT(aor, state) \
    "</registration><registration aor=\"" aor "\" id=\"2\" state=\"" state "\">"
#define CONTACT(state, event, more)                                   \
    "<contact id=\"1\" state=\"" state "\" event=\"" event "\" " more \
    "><uri>sip:a@127.0.0.50:5060</uri></contact>"
#define GONE CONTACT("terminated", "deactivated", "")
#define HERE CONTACT("active", "registered", "")
#define NAMED CONTACT("active", "registered", "callid=\"r\" cseq=\"7\"")

/* The phone is not registered yet. reg_event: the topology asks for it. */
void watching_init(struct watching *f, bool reg_event);
void watching_fini(struct watching *f);
/* Registered by Call-ID r, CSeq 7, and subscribed to. */
void watching_set_up(struct watching *f);

/* The phone registers, in two steps and in one: sip:a@ims.example has a second
 * identity, tel:+15551001. */
void watching_ask(struct watching *f, const char *call, unsigned cseq,
                  const char *user);
void watching_grant(struct watching *f, const char *user);
void watching_register(struct watching *f, const char *call, unsigned cseq,
                       const char *user);

/* The n-th SUBSCRIBE (from 0) that is none within a dialog; NULL: there are
 * fewer. */
struct sip_message *watching_subscription(struct watching *f, unsigned n);
/* The n-th one within a dialog. */
struct sip_message *watching_refresh(struct watching *f, unsigned n);
/* NOTIFYs are of that subscription from now on. */
void watching_begin(struct watching *f, unsigned n);
/* 200 to it. */
void watching_accept(struct watching *f, unsigned n);
/* A NOTIFY, with the status that it is answered with. more: header lines, or ""
 * for those of a document. */
unsigned watching_notify(struct watching *f, const char *state,
                         const char *more, const char *body);
/* An active one. */
unsigned watching_tell(struct watching *f, const char *body);

bool watching_is_registered(struct watching *f);
/* Subscriptions. */
size_t watching_count(struct watching *f);

#endif
