/* SPDX-License-Identifier: MIT
 *
 * What stands in an HSS's place while it cannot serve: it is there, opens
 * connections, and refuses.
 */
#include "ims/cx.h"
#include "node/links.h"
#include "worlds/core.h"

struct refuser {
    struct diameter *diameter;
    struct cx *cx;
    unsigned result;
};

static void refuse(struct refuser *me, struct cx_request *r)
{
    cx_refuse(r, me->result, S("not now"));
}

static void on_uar(void *ctx, struct cx_request *r, const struct cx_uar *uar)
{
    (void)uar;
    refuse(ctx, r);
}

static void on_sar(void *ctx, struct cx_request *r, const struct cx_sar *sar)
{
    (void)sar;
    refuse(ctx, r);
}

static void on_lir(void *ctx, struct cx_request *r, const struct cx_lir *lir)
{
    (void)lir;
    refuse(ctx, r);
}

static void on_mar(void *ctx, struct cx_request *r, const struct cx_mar *mar)
{
    (void)mar;
    refuse(ctx, r);
}

static enum ims_err start(struct node *n, unsigned result, struct why *why)
{
    static const struct cx_handler handler = {on_uar, on_sar, on_lir,
                                              on_mar, NULL,   NULL};
    struct refuser *me = mem_zalloc(sizeof *me);
    enum ims_err err = node_diameter_open(n, &me->diameter, why);

    if (err != IMS_OK) {
        free(me);
        return err;
    }
    me->result = result;
    me->cx = cx_new(me->diameter, &handler, me);
    n->state = me;
    diameter_start(me->diameter);
    return IMS_OK;
}

static enum ims_err start_busy(struct node *n, struct why *why)
{
    return start(n, CX_TOO_BUSY, why);
}

static enum ims_err start_sick(struct node *n, struct why *why)
{
    return start(n, CX_UNABLE_TO_COMPLY, why);
}

static void stop(struct node *n)
{
    struct refuser *me = n->state;

    cx_free(me->cx);
    diameter_free(me->diameter);
    free(me);
    n->state = NULL;
}

const struct node_role busy_hss_role = {
    .role = TOPOLOGY_HSS, .start = start_busy, .free = stop};
const struct node_role sick_hss_role = {
    .role = TOPOLOGY_HSS, .start = start_sick, .free = stop};
