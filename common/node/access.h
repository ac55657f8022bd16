/* SPDX-License-Identifier: MIT
 *
 * Who may come in at an admin listener: by its token, or, at a loopback
 * address, by being there. Looks at what HTTP says and at nothing else, so
 * that tests need no sockets.
 *
 * A page in somebody's browser can reach a loopback address too: a request
 * that another site's page made is refused by its Origin or Sec-Fetch-Site,
 * and one that came through a foreign name (DNS rebinding) by its Host.
 */
#ifndef NODE_ACCESS_H
#define NODE_ACCESS_H

#include "base/addr.h"
#include "base/clock.h"
#include "node/api.h"
#include "topology/topology.h"

struct access_rules {
    const char *admin, *viewer; /* tokens; NULL: there is none. Copied. */
    bool open; /* who brings no token is an admin: a loopback listener */
    /* Its own names are those of its host and its admin listener; NULL: it has
     * none. Borrowed. */
    const struct topology_node *self;
    /* Further names by which the listener is reached (a reverse proxy);
     * addresses and names without a dot always are. Borrowed. */
    const char *const *names;
    unsigned name_count;
    bool passes_on; /* a dashboard: nodes believe it whose request it is */
};

enum {
    /* Wrong tokens of an address that are answered 401, and how soon one more
     * is; those between are 429. The right one always comes in. */
    ACCESS_GUESSES = 10,
    ACCESS_GUESS_EVERY_S = 6,
    ACCESS_ADDRESSES = 1024, /* that are remembered for it */
    ACCESS_USER_MAX = 40,    /* of who names himself */
    ACCESS_NAME_MAX = 100,
    ACCESS_TOKEN_MIN = 8,
    ACCESS_TOKEN_MAX = 200,
};

struct access;

struct access *access_new(const struct access_rules *r,
                          const struct clock *clock, uint64_t seed);
void access_free(struct access *a);

/* Header values; p NULL: the request has no such header. */
struct access_request {
    struct addr from;
    struct slice host, origin;
    struct slice site, mode;    /* Sec-Fetch-Site, Sec-Fetch-Mode */
    struct slice authorization; /* "Bearer TOKEN" */
    struct slice cookie;
    struct slice token; /* ?token= of a page */
    struct slice user;  /* X-Imsbox-User: as whom the asker is audited */
    struct slice role;  /* X-Imsbox-Role: "viewer" asks for no more */
};

struct access_answer {
    unsigned status;      /* 0: come in; else 401, 403, 429 and */
    const char *detail;   /* a sentence */
    unsigned retry_after; /* of 429, seconds */
    enum api_role role;   /* API_NOBODY: no token, and one is needed */
    char name[ACCESS_NAME_MAX];
};

void access_check(struct access *a, const struct access_request *rq,
                  struct access_answer *out);

/* The name of the cookie that holds a token: another one for each network,
 * since cookies do not know ports. Who gets it has the viewer's token, or there
 * are none but the admin: it depends on no other. */
const char *access_cookie(const struct access *a);

#endif
