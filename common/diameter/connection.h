/* SPDX-License-Identifier: MIT
 *
 * A transport connection: a stream that carries messages. Frames what comes,
 * records what goes. Private to the room.
 */
#ifndef DIAMETER_CONNECTION_H
#define DIAMETER_CONNECTION_H

#include "diameter/message.h"
#include "net/env.h"

struct connection; /* owned by whoever the handler's ctx is */

struct connection_handler {
    void (*on_open)(void *ctx, struct connection *c);
    void (*on_message)(void *ctx, struct connection *c,
                       const struct diameter_message *m);
    /* The end, once: the other side, or bytes that are no message (then
     * MALFORMED, recorded). Gone when this returns; not called after
     * connection_close. */
    void (*on_end)(void *ctx, struct connection *c, enum ims_err err);
    /* The Origin-Host of the other side. NULL: not known yet. */
    struct slice (*host)(void *ctx);
};

/* Who has it, and the most bytes of a message. */
struct connection_user {
    const struct env *env;
    size_t limit;
    const struct connection_handler *h;
    void *ctx;
};

enum ims_err diameter_connection_open(const struct connection_user *user,
                                      const struct stream_ends *ends,
                                      struct connection **out,
                                      struct why *why) MUST_CHECK;
struct connection *
diameter_connection_accept(const struct connection_user *user,
                           struct stream *s);
void diameter_connection_take(struct connection *c,
                              const struct connection_handler *h, void *ctx);
/* Sends what is queued, then closes; harmless in its own callbacks. */
void diameter_connection_close(struct connection *c);

/* Sends and records; call as in struct record_about. */
enum ims_err diameter_connection_send(struct connection *c, struct slice bytes,
                                      struct slice call);
/* What came is recorded by whoever knows what call it is about. */
void diameter_connection_record(struct connection *c, enum record_kind kind,
                                struct slice bytes, struct slice call);
/* Came, and is not acted upon; the sentence says why. */
void diameter_connection_drop(struct connection *c, struct slice bytes,
                              const char *sentence);

const struct addr *diameter_connection_local(const struct connection *c);
const struct addr *diameter_connection_remote(const struct connection *c);

#endif
