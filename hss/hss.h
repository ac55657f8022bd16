/* SPDX-License-Identifier: MIT
 *
 * The HSS (TS 29.228): one struct on one loop. Each Cx procedure has the file
 * named for its request; this is what they share.
 */
#ifndef HSS_HSS_H
#define HSS_HSS_H

#include "base/str.h"
#include "hss/counters.h"
#include "hss/flags.h"
#include "hss/store.h"

#include "ims/cx.h"
#include "ims/identity.h"
#include "node/node.h"

struct hss {
    const struct env *env;
    struct node *node;
    const struct topology_node *self;
    struct diameter *diameter;
    struct cx *cx;
    struct store *store;
    struct counters *counters;
    struct flags flags;
    struct list works; /* Cx requests in progress */
    size_t nworks;
    struct map formers;   /* S-CSCFs that were replaced, by set */
    struct list tellings; /* what S-CSCFs are being told */
    struct leavers *leavers;
    struct list spreads;          /* changes of the catalogue on their way */
    struct list loading;          /* files on their way into the store */
    struct list exporting;        /* exports that are being written */
    struct list importing;        /* imports by the admin interface */
    int64_t last_import;          /* its number */
    struct net_lane *import_lane; /* checks files; NULL: none yet */
    size_t imports;               /* of the topology, not in the store yet */
    struct why import_failed;     /* what came of the first one that did */
    store_fn *imported;           /* told when they all are: a reset; or NULL */
    void *imported_ctx;
    bool leaving;
};

/* Handlers of ims/cx.h; ctx is the struct hss. */
void hss_uar(void *ctx, struct cx_request *r, const struct cx_uar *uar);
void hss_sar(void *ctx, struct cx_request *r, const struct cx_sar *sar);
void hss_lir(void *ctx, struct cx_request *r, const struct cx_lir *lir);
void hss_mar(void *ctx, struct cx_request *r, const struct cx_mar *mar);

#endif
