/* SPDX-License-Identifier: MIT
 *
 * A command's way to a running network: its dashboard when it has one that
 * answers, else its nodes one by one; one question at a time, waited for. What
 * goes wrong is told to people on stderr, by the sentence of the problem
 * (RFC 9457), and answered as an exit status.
 */
#ifndef IMSBOX_CLIENT_H
#define IMSBOX_CLIENT_H

#include "imsbox/ask.h"
#include "imsbox/command.h"
#include "imsbox/site.h"
#include <jansson.h>

struct client {
    const struct words *words;
    struct site site;
    struct asker *asker;
    const char *hub; /* URL of the dashboard; NULL: nodes are asked */
    char hub_url[300];
};

enum exit_status client_open(struct client *c, const struct words *w);
void client_close(struct client *c);

/* The HSS that is asked: of --network, else of the domain of an identity (or
 * NULL), else the first. NULL: there is none, and that was told. */
const struct site_node *client_hss(const struct client *c,
                                   const char *identity);

struct question {
    const struct site_node *node; /* NULL: the dashboard, which there must be */
    const char *method;
    const char *path; /* behind /api/v1, "/subscribers/1?x=y" */
    const char *type; /* NULL: no body */
    struct slice body;
    bool quiet;       /* a problem is the caller's to tell */
    const char *whom; /* identity that it is about, or NULL; where nobody has
                         it, who has one like it is told too */
};

struct reply {
    long status;     /* 0: no answer */
    struct buf body; /* as it came */
    json_t *json;    /* NULL: it is none */
};

/* EXIT_DONE for any 2xx. reply_fini in any case. */
enum exit_status client_ask(struct client *c, const struct question *q,
                            struct reply *out);
void reply_fini(struct reply *r);
/* On stderr: who has an identity that looks like this one of nobody. */
void client_tell_nearest(struct client *c, const struct site_node *hss,
                         const char *whom);
/* What a refusal means to the shell. */
enum exit_status exit_of_status(long status);
/* The sentences of a problem, on stderr. */
void reply_complain(const struct reply *r, const char *whom);

/* Text as one segment of a path, or a value of a query. */
void url_add(struct buf *out, const char *text);
/* "/subscribers/" and an identity, zero-terminated, in b (on memory of the
 * caller's). */
const char *url_path(struct buf *b, const char *before, const char *name,
                     const char *after);

/* A value as --json shows it: indented, keys as they came. */
enum exit_status print_json(const json_t *j);
/* The text of a member; "" without it. */
const char *json_member(const json_t *j, const char *key);

#endif
