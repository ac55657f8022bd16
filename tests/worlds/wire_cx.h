/* SPDX-License-Identifier: MIT
 *
 * What passes over Cx, as far as it must be remembered.
 */
#ifndef WORLDS_WIRE_CX_H
#define WORLDS_WIRE_CX_H

#include "diameter/message.h"
#include "worlds/core.h"

struct wire_cx;

/* What a SAR asks; zeroed: it is none. */
struct wire_sar {
    uint64_t turn; /* of its user's SARs and MARs */
    unsigned user;
    unsigned type; /* Server-Assignment-Type */
    char server[64];
};

struct wire_cx *wire_cx_new(struct core *c);
void wire_cx_free(struct wire_cx *w);
void wire_cx_request(struct wire_cx *w, const struct diameter_message *m,
                     struct wire_sar *sar);
void wire_cx_answer(struct wire_cx *w, const struct diameter_message *m,
                    const struct wire_sar *sar);
void wire_cx_change(struct wire_cx *w, unsigned subscriber);
uint64_t wire_cx_rename(struct wire_cx *w, unsigned subscriber);
void wire_cx_renamed(struct wire_cx *w, unsigned subscriber, uint64_t turn,
                     const char *name);
size_t wire_cx_bytes(const struct wire_cx *w);
void wire_cx_check_durable(struct wire_cx *w, struct core_node *hss);

#endif
