/* SPDX-License-Identifier: MIT
 *
 * The peer state machine of RFC 6733 5.6. Events carry the table's names; the
 * letter of I-Rcv-... and R-Rcv-... is the connection that the news came over.
 * Private to the room.
 */
#ifndef DIAMETER_PEER_MACHINE_H
#define DIAMETER_PEER_MACHINE_H

#include "diameter/endpoint.h"

enum peer_event {
    START,
    R_CONN_CER,
    I_RCV_CONN_ACK,
    I_RCV_CONN_NACK,
    TIMEOUT,
    I_RCV_CEA,
    I_RCV_NON_CEA,
    I_PEER_DISC,
    R_PEER_DISC,
    WIN_ELECTION,
    RCV_MESSAGE,
    RCV_DWR,
    RCV_DWA,
    RCV_DPR,
    RCV_DPA,
    STOP,
};

/* What an event brings. */
struct peer_news {
    struct connection *c;
    const struct diameter_message *m;
    const struct base_capabilities *caps;
};

void diameter_peer_event(struct diameter_peer *p, enum peer_event ev,
                         const struct peer_news *n);

/* Error: both connections go; the sentence is kept and logged. */
void diameter_peer_error(struct diameter_peer *p, const char *sentence);
void diameter_peer_enter(struct diameter_peer *p, enum peer_state state);
void diameter_peer_note(struct diameter_peer *p, const char *sentence);
/* The connection that is open, or NULL. */
struct connection *diameter_peer_connection(const struct diameter_peer *p);
/* Sends what stands in the endpoint's out buffer. */
void diameter_peer_send_out(struct diameter_peer *p, struct connection *c);

/* What a peer's connections call. */
extern const struct connection_handler diameter_peer_connection_handler;

#endif
