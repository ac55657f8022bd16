/* SPDX-License-Identifier: MIT */
#include "imsbox/steps.h"
#include "imsbox/output.h"
#include "imsbox/summary.h"

static void print_says(const struct entry *e, struct buf *out)
{
    if (e->kind == RECORD_DROP && e->fault.n == 0)
        buf_str(out, "dropped: ");
    buf_printf(out, "%.*s", SLICE_ARG(e->says));
    if (e->proc.n > 0)
        buf_printf(out, "  [%.*s, %.*s]", SLICE_ARG(e->proc),
                   SLICE_ARG(e->clause));
}

static void says(const struct entry *e, struct step *out)
{
    struct buf b;

    *out = (struct step){.kind = STEP_SAYS,
                         .wall_us = e->wall_us,
                         .from = e->node,
                         .to = e->node,
                         .entry = e};
    buf_over(&b, out->text, sizeof out->text - 1);
    print_says(e, &b);
    output_harmless(out->text);
}

static void arrow(struct steps *s, const struct entry *e, struct step *out)
{
    struct buf b;

    *out = (struct step){.kind = STEP_ARROW, .wall_us = e->wall_us, .entry = e};
    parties_of(s->parties, e, &out->from, &out->to);
    out->lost = e->kind == RECORD_LOST || (e->kind == RECORD_TX && !e->joined &&
                                           s->parties->list[out->to].node);
    buf_over(&b, out->text, sizeof out->text - 1);
    summary_print(e, &b);
    output_harmless(out->text);
}

/* The sender's copy told of it already. */
static bool is_told_by_sender(const struct entry *e)
{
    return e->kind != RECORD_TX && e->joined && (!e->other || e->other->told);
}

/* The receiver's copy did, because this one came late, or has a clock that is
 * ahead. */
static bool is_told_by_receiver(const struct entry *e)
{
    return e->kind == RECORD_TX && e->joined && (!e->other || e->other->told);
}

bool steps_next(struct steps *s, int64_t until_us, struct step *out)
{
    const struct entry *e = s->dropped;

    if (e) {
        s->dropped = NULL;
        says(e, out);
        return true;
    }
    while ((e = entries_next(s->entries, until_us))) {
        if (e->kind == RECORD_SAYS) {
            says(e, out);
            return true;
        }
        if (is_told_by_sender(e) && e->kind == RECORD_DROP) {
            says(e, out);
            return true;
        }
        if (is_told_by_sender(e) || is_told_by_receiver(e))
            continue;
        if (e->kind == RECORD_DROP || e->kind == RECORD_LOST)
            s->dropped = e;
        arrow(s, e, out);
        return true;
    }
    return false;
}
