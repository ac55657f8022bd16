/* SPDX-License-Identifier: MIT
 *
 * Charging: P-Charging-Vector of RFC 7315 section 4.6 and 5.6, as TS 24.229
 * section 4.5 has it filled, and P-Charging-Function-Addresses (4.5, 5.5).
 */
#ifndef IMS_CHARGING_H
#define IMS_CHARGING_H

#include "base/buf.h"
#include "base/dice.h"
#include "base/why.h"

/* Makes icid values that are unique over all nodes and restarts (TS 32.260
 * section 5.1.2.2): host of the node, a random start tag, a counter. */
struct icid_source {
    struct slice host; /* borrowed for life */
    char start[16];
    uint64_t count;
};

void icid_init(struct icid_source *s, struct slice host, struct dice *dice);
/* Appends the next value: characters that need no quotes and no escapes. */
void icid_next(struct icid_source *s, struct buf *out);

/* Inter operator identifiers, TS 24.229 section 4.5.4: type 1 between visited
 * and home network, type 2 between home networks, type 3 between a home
 * network and an application server. */
enum ioi_type { IOI_TYPE_1 = 1, IOI_TYPE_2, IOI_TYPE_3 };

/* Appends "Type 1ims.example", "ims.example", "Type 3ims.example". */
void ioi_print(enum ioi_type type, struct slice network, struct buf *out);
/* The network without its prefix, and the type the prefix tells. */
struct slice ioi_network(struct slice ioi, enum ioi_type *type);

enum { CHARGING_OTHERS = 8 };

/* A P-Charging-Vector. Texts without quotes; p == NULL: not there. */
struct charging_vector {
    struct slice icid;         /* icid-value, mandatory */
    struct slice generated_at; /* icid-generated-at: host of the generator */
    struct slice orig_ioi, term_ioi;
    struct slice related_icid;
    struct slice others[CHARGING_OTHERS]; /* "name=value" as they came */
    unsigned nothers;
};

/* One header value. MALFORMED; MISSING without icid-value; FULL with more
 * than CHARGING_OTHERS unknown parameters. Slices point into value. */
enum ims_err charging_vector_parse(struct slice value,
                                   struct charging_vector *out,
                                   struct why *why) MUST_CHECK;
void charging_vector_print(const struct charging_vector *v, struct buf *out);

struct cx_charging;

/* The value of P-Charging-Function-Addresses, into an empty buffer; nothing
 * without an address. */
void charging_functions_print(const struct cx_charging *c, struct buf *out);

#endif
