/* SPDX-License-Identifier: MIT
 *
 * Some nodes of a network in the simulator, the others played by puppets.
 *
 *     ims_init(&w, text);              "" : pcscf1, icscf1, scscf1, hss1
 *     hss = ims_start(&w, "hss1");
 *     ims_provision(&w, hss, "{\"impu\": \"sip:a@ims.example\", ...}");
 *     ims_fini(&w);
 */
#ifndef SUPPORT_IMS_H
#define SUPPORT_IMS_H

#include "net/sim.h"
#include "node/node.h"

enum { IMS_NODES = 8, IMS_RELOADS = 8 };

struct ims {
    struct sim *sim;
    struct topology *topology;
    struct topology *later[IMS_RELOADS]; /* that nodes went over to */
    unsigned later_count;
    struct sim_host *hosts[IMS_NODES];
    struct node *nodes[IMS_NODES];
    unsigned count;
    struct buf log; /* what all of them logged: "notice line\n" each */
};

/* Where the nodes of the network that "" stands for listen. */
#define IMS_GM "127.0.0.1:5060"
#define IMS_PCSCF "127.0.0.1:5070"
#define IMS_ICSCF "127.0.0.2:5060"
#define IMS_SCSCF "127.0.0.3:5060"

void ims_init(struct ims *w, const char *topology);
/* That network, with further members of a node: "limits: {dialogs: 3}". */
void ims_init_with(struct ims *w, const char *node, const char *settings);
void ims_fini(struct ims *w);

/* The node of that name, by its role. */
struct node *ims_start(struct ims *w, const char *name);
/* It goes as by kill -9 and comes again; a store in memory is empty then. */
void ims_restart(struct ims *w, struct node **n);
/* The node of that name goes over, as by SIGHUP, to the network of
 * ims_init_with with these settings. */
void ims_reload_with(struct ims *w, struct node *n, const char *name,
                     const char *settings);
/* A subscriber as POST /api/v1/subscribers takes it. */
void ims_provision(struct ims *w, struct node *hss, const char *json);
/* As PATCH /api/v1/subscribers/{which} takes it. */
void ims_change(struct ims *w, struct node *hss, const char *which,
                const char *json);
/* As POST /api/v1/import takes them. */
void ims_import(struct ims *w, struct node *hss, const char *yaml);

/* The node answers "GET /api/v1/state" with that status, and the text in its
 * body. */
void ims_assert_get(struct ims *w, struct node *n, const char *line,
                    unsigned status, const char *text);

/* Does the node's record hold a decision of the procedure whose sentence
 * contains the text? */
bool ims_says(const struct node *n, const char *proc, const char *text);
void ims_assert_says(struct node *n, const char *proc, const char *text);

#endif
