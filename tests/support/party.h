/* SPDX-License-Identifier: MIT
 *
 * Somebody on a network, simulated or real, who notes what happens to him as
 * text, one line an event:
 *
 *   10.0.0.1:5060 hello            a datagram and whom it came from
 *   undeliverable 10.0.0.2:5060
 *   open / bytes as they come / [CLOSED]      his stream
 *   OK 127.0.0.2 ttl 60, 127.0.0.3 ttl 60     an answer of DNS
 *   job / done                                 work in a lane
 */
#ifndef SUPPORT_PARTY_H
#define SUPPORT_PARTY_H

#include "base/buf.h"
#include "net/net.h"

struct party {
    struct net *net;
    struct udp *udp;
    struct listener *listener;
    struct stream *stream; /* connected, or accepted last */
    struct buf story;
    const char *from; /* where he connects from, or NULL */
    bool mute;        /* takes no note of datagrams */
    bool echo;        /* sends back what he gets */
    bool times;       /* lines of datagrams begin with the clock's microseconds
                         within the second */
    bool hangs_up;    /* closes the stream inside on_bytes */
    bool turns_away;  /* closes inside on_accept */
    unsigned accepted;
};

void party_init(struct party *p, struct net *net);
void party_fini(struct party *p); /* closes what is open */

void party_open_udp(struct party *p, const char *local);
void party_close_udp(struct party *p);
void party_send_to(struct party *p, const char *to, const char *text);
void party_listen(struct party *p, const char *local);
void party_connect(struct party *p, const char *to);
void party_write(struct party *p, const char *text);
void party_close_stream(struct party *p);
void party_note_time(struct party *p);
void party_ask(struct party *p, const char *name, enum dns_type type);

/* As callbacks with the party as context. */
dns_fn party_on_records;
void party_on_job(void *party);
void party_on_done(void *party);

/* The story is exactly this; it begins anew. */
#define assert_story(p, text) check_story((p), (text), __FILE__, __LINE__)
void check_story(struct party *p, const char *text, const char *file, int line);
size_t party_lines(const struct party *p);

extern const struct udp_handler PARTY_UDP;

#endif
