/* SPDX-License-Identifier: MIT
 *
 * Who is registered, as the reg event package tells it: application/reginfo+xml
 * of RFC 3680 section 5, as TS 24.229 5.4.2.1.2 fills it. Written piece by
 * piece into a buffer, and read from any vendor's S-CSCF, hostile or not:
 * unknown elements are skipped with their content; document types and
 * processing instructions are refused.
 */
#ifndef IMS_REGINFO_H
#define IMS_REGINFO_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/why.h"

enum reginfo_event {
#define REGINFO_EVENT(name, word, ends) REGINFO_##name,
#include "ims/reginfo_events.def"
#undef REGINFO_EVENT
    REGINFO_EVENTS
};

const char *reginfo_event_name(enum reginfo_event e);
bool reginfo_event_parse(struct slice word, enum reginfo_event *out);
/* Is the contact terminated by it? */
bool reginfo_event_ends(enum reginfo_event e);

enum {
    REGINFO_MAX_BYTES = 60000, /* of a document: one datagram takes it */
    REGINFO_MAX_DEPTH = 16,    /* of elements in each other */
};
#define REGINFO_TYPE "application/reginfo+xml"

struct reginfo_contact {
    const struct reginfo_contact *next; /* of its registration */
    struct slice id;
    enum reginfo_event event;
    struct slice uri;
    struct slice params;  /* of its Contact that are told nowhere else; they
                             are written, not read */
    struct slice call_id; /* empty: not told */
    uint32_t cseq;
    uint32_t expires; /* seconds from now on */
    bool has_cseq, has_expires;
    uint16_t q; /* 0..1000; 1000 is not written */
};

/* ---- writing --------------------------------------------------------------
 */

/* In this order, each but the first and the last as often as needed. Texts
 * are escaped; a byte that a URI cannot have is written as %XX, a Call-ID or
 * parameter with one is left out. The caller looks at out->full in the end. */
void reginfo_begin(struct buf *out, uint32_t version, bool full);
/* A public user identity; active: it has contacts left. */
void reginfo_registration_begin(struct buf *out, struct slice aor, bool active);
void reginfo_contact(struct buf *out, const struct reginfo_contact *c);
void reginfo_registration_end(struct buf *out);
void reginfo_end(struct buf *out);

/* ---- reading --------------------------------------------------------------
 */

struct reginfo_registration {
    const struct reginfo_registration *next;
    struct slice aor; /* as it came */
    bool terminated;
    const struct reginfo_contact *contacts;
};

struct reginfo {
    uint32_t version;
    bool full;
    const struct reginfo_registration *registrations;
};

/* Into the arena, whose limit bounds it (FULL). A contact is terminated when
 * its event says so; one whose state and event contradict each other is
 * MALFORMED, and so is what lacks a mandatory attribute. */
enum ims_err reginfo_parse(struct slice xml, struct arena *a,
                           const struct reginfo **out,
                           struct why *why) MUST_CHECK;

#endif
