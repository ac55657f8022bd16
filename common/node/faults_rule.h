/* SPDX-License-Identifier: MIT
 *
 * One fault that is on, as the files of the module share it.
 */
#ifndef NODE_FAULTS_RULE_H
#define NODE_FAULTS_RULE_H

#include "base/str.h"
#include "node/faults.h"
#include "node/faults_held.h"
#include "node/faults_match.h"

struct faults {
    struct node *node;
    struct list rules; /* struct rule, in the order of their coming */
    unsigned count;
    struct faults_held held;
    struct timer mended; /* a rule is over: the neighbours may be tried */
    struct fault_hook hook;
    unsigned depth; /* judging; rules stay until it is 0 again */
    uint64_t *struck[FAULT_DEAD + 1];
};

struct rule { /* owned by its faults */
    struct list link;
    struct faults *faults;
    struct arena arena; /* of the texts of: */
    struct topology_fault what;
    struct faults_match match;
    struct timer expiry;
    struct str by;    /* who added it */
    int64_t since_us; /* mono */
    bool from_topology;
    bool over;        /* strikes no more; freed when nobody judges and */
    bool lets_go;     /* what it holds went, or shall go at once */
    const char *last; /* to be told; NULL: it was */
    uint64_t matched, struck;
};

/* What a message is, for sentences: "INVITE", "200 INVITE", "UAR". */
void faults_print_message(const struct fault_message *m, struct buf *out);

#endif
