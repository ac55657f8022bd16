/* SPDX-License-Identifier: MIT
 *
 * The messages between neighbours: CER/CEA, DWR/DWA, DPR/DPA (RFC 6733 5.3 to
 * 5.5), written and understood. Private to the room.
 */
#ifndef DIAMETER_BASE_H
#define DIAMETER_BASE_H

#include "diameter/request.h"

enum { MOST_APPLICATIONS = 16, RELAY_APPLICATION = 0xffffffffu };

/* Disconnect-Cause, RFC 6733 5.4.3 */
enum disconnect_cause {
    CAUSE_REBOOTING,
    CAUSE_BUSY,
    CAUSE_DO_NOT_WANT_TO_TALK_TO_YOU,
};

/* Who we are, as each of these messages says. */
struct base_self {
    struct slice host, realm;
    struct addr address; /* Host-IP-Address */
    uint32_t state;      /* Origin-State-Id: when we started */
    const struct diameter_application *apps;
    size_t app_count;
};

/* What a CER or CEA tells of its sender; texts point into the message. */
struct base_capabilities {
    struct slice host, realm, product;
    uint32_t apps[MOST_APPLICATIONS]; /* of those that we know */
    size_t app_count;
    bool relay;
    bool inband_none; /* offers connections without in-band security */
};

void diameter_base_put_cer(struct buf *out, const struct base_self *me,
                           uint32_t hop, uint32_t end);
void diameter_base_put_dwr(struct buf *out, const struct base_self *me,
                           uint32_t hop, uint32_t end);
void diameter_base_put_dpr(struct buf *out, const struct base_self *me,
                           uint32_t hop, uint32_t end,
                           enum disconnect_cause cause);
/* CEA, DWA or DPA. f NULL: SUCCESS; a result of 3xxx sets the E flag, a
 * Failed-AVP that does not fit is left out. False: not even that fits. */
bool diameter_base_put_answer(struct buf *out, const struct base_self *me,
                              const struct diameter_header *request,
                              const struct diameter_fault *f) MUST_CHECK;

/* A CER (CEA): well-formed and complete; what it says goes to *out. */
bool diameter_base_read_capabilities(const struct diameter_message *m,
                                     const struct base_self *me,
                                     struct base_capabilities *out,
                                     struct diameter_fault *f);
/* Can we work with that (RFC 6733 5.3)? NO_COMMON_APPLICATION,
 * NO_COMMON_SECURITY. */
bool diameter_base_have_common(const struct base_capabilities *theirs,
                               struct diameter_fault *f);
/* DWR, DPR: well-formed and complete. */
bool diameter_base_check(const struct diameter_message *m,
                         struct diameter_fault *f);
enum disconnect_cause diameter_base_cause(const struct diameter_message *dpr);

#endif
