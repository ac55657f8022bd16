/* SPDX-License-Identifier: MIT
 *
 * A node with a role of the test's own, on a host of the simulator.
 */
#ifndef SUPPORT_NODES_H
#define SUPPORT_NODES_H

#include "net/sim.h"
#include "node/node.h"

/* A network of icscf1, scscf1 and hss1; `more` goes into the entry of scscf1:
 * ", log: debug". */
struct topology *test_topology(const char *more);

/* A log sink for tests that do not listen. */
void no_sink(void *ctx, enum log_level level, struct slice line);

/* An API request, served to its end, with the answer's copy. */
struct api_answer {
    unsigned count; /* how often it was answered */
    unsigned status;
    char type[64], location[128], allow[64];
    char headers[512]; /* the others, "Name: value\n" each */
    struct buf body;
    struct feed *feed; /* the reader's end, ours; or NULL */
};

/* on_api_answer is a done callback for api_serve with a struct api_answer. */
void on_api_answer(void *ctx, const struct api_response *r);
void api_answer_init(struct api_answer *a);
void api_answer_fini(struct api_answer *a);

/* "GET /api/v1/state?x=y"; the call when it was not answered at once. */
struct api_call *api_ask(struct node *n, const char *line, const char *body,
                         struct api_answer *a);
/* With one header; NULL: none. */
struct api_call *api_ask_with(struct node *n, const char *line,
                              const char *body, const struct api_header *header,
                              struct api_answer *a);

#endif
