/* SPDX-License-Identifier: MIT
 *
 * Initial filter criteria, TS 29.228 annex B.2.2, C and F; TS 23.218 section
 * 5.2: which application server is next for a request, and why. Pure: it
 * reads the profile and the message and changes nothing.
 */
#ifndef IMS_IFC_H
#define IMS_IFC_H

#include "ims/profile.h"
#include "sip/message.h"

/* What is held against the criteria. */
struct ifc_request {
    const struct sip_message *msg;
    enum session_case session_case;
    bool registered;      /* the served user, at the time of the request */
    uint8_t registration; /* of a REGISTER: an enum profile_registration_type */
};

/* Told about each criterion that is looked at: "iFC 10 skipped: method is not
 * MESSAGE", "iFC 20 leads to sip:as1.ims.example". */
typedef void ifc_says_fn(void *ctx, const struct profile_ifc *ifc,
                         const char *sentence);

/* The first criterion from `from` on that matches; NULL without. Begin with
 * the profile's chain; when the server sent the request back go on behind the
 * one that led there (ifc->next). says may be NULL. */
const struct profile_ifc *ifc_next(const struct profile_ifc *from,
                                   const struct ifc_request *r,
                                   ifc_says_fn *says, void *ctx);

/* Does this one match? The sentence is written to why->text either way. */
bool ifc_matches(const struct profile_ifc *ifc, const struct ifc_request *r,
                 struct why *why);

#endif
