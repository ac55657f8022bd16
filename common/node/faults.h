/* SPDX-License-Identifier: MIT
 *
 * Faults on purpose (net/fault.h): the rules of a node by which messages are
 * lost, held, doubled, swapped or answered, and what becomes of those that are
 * held. There are none unless the topology or the admin interface says so, and
 * none survives its process. What a fault does is in the record, with its
 * name; so is who added and cleared it.
 *
 * A rule is a struct topology_fault, with the keys of `faults:` in the
 * topology. A message that rules strike is lost, else answered, else held for
 * the sum of their delays and doubled.
 */
#ifndef NODE_FAULTS_H
#define NODE_FAULTS_H

#include "base/json.h"
#include "base/why.h"
#include "topology/topology.h"

enum {
    FAULTS_HELD_MAX = 1000,      /* messages at a time; more pass at once */
    FAULTS_HELD_BYTES = 4 << 20, /* all of them */
    FAULTS_SENTENCE_MAX = 400,
};

struct api_call;
struct faults;
struct node;

/* Those of the topology are on at once. */
struct faults *faults_new(struct node *n);
void faults_free(struct faults *f);

/* Those of the topology become those of the node's present one. */
void faults_reload(struct faults *f);
/* The same, and all others are gone. */
void faults_begin_anew(struct faults *f);

/* by: who asks, for record and log; copied, as the rule is. EXISTS: a fault
 * has this name. FULL. NOT_FOUND: the node has no part in it. */
enum ims_err faults_add(struct faults *f, const struct topology_fault *rule,
                        struct slice by, struct why *why) MUST_CHECK;
/* False: no fault has this name. */
bool faults_clear(struct faults *f, struct slice name, struct slice by);
void faults_clear_all(struct faults *f, struct slice by);

/* All of them as an array, and one alone by its name. */
void faults_put(const struct faults *f, struct json *j);
bool faults_put_one(const struct faults *f, struct slice name, struct json *j);

/* What a rule does, in a sentence: "loses 30 % of the INVITEs to scscf1". */
void faults_print(const struct topology_fault *rule, struct buf *out);

/* GET, POST, DELETE /api/v1/faults; DELETE /api/v1/faults/{name} */
/* Is the body of a POST a JSON object? False: answered. */
bool faults_check_body(struct api_call *c);
void faults_api_get(struct node *n, struct api_call *c);
void faults_api_post(struct node *n, struct api_call *c);
void faults_api_delete_all(struct node *n, struct api_call *c);
void faults_api_delete(struct node *n, struct api_call *c);

#endif
