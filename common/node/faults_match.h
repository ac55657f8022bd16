/* SPDX-License-Identifier: MIT
 *
 * Which messages a fault is about: all that can be said without counting.
 */
#ifndef NODE_FAULTS_MATCH_H
#define NODE_FAULTS_MATCH_H

#include "net/env.h"
#include "net/fault.h"
#include "topology/topology.h"

/* A rule made ready. Borrows env, topology and the rule's texts. */
struct faults_match {
    const struct env *env;
    const struct topology_fault *rule;
    unsigned result_low, result_high; /* 0: any */
    bool phones;                      /* the peer is all phones */
    struct addr address;              /* or an address; port 0: any port */
    struct faults_place *places;      /* or where these parties are */
    unsigned place_count;
    struct timer again; /* names of hosts are looked up again */
};

void faults_match_init(struct faults_match *m, const struct env *env,
                       const struct topology *t,
                       const struct topology_fault *rule);
void faults_match_fini(struct faults_match *m);

bool faults_matches(const struct faults_match *m,
                    const struct fault_message *msg);

#endif
