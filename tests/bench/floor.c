/* SPDX-License-Identifier: MIT */
#include "bench/floor.h"

/* clang-format off */
static const struct hop REGISTER[] = {
    {"U>P", 534, ON},  {"P>I", 941, ON},                      /* REGISTER */
    {"I>H", 272, ON},  {"H>I", 224, ON},                      /* UAR UAA */
    {"I>S", 1076, ON}, {"S>H", 336, ON},  {"H>S", 428, ON},   /* MAR MAA */
    {"S>I", 742, ON},  {"I>P", 619, ON},  {"P>U", 418, ON},   /* 401 */
    {"U>P", 669, ON},  {"P>I", 1103, ON},                     /* REGISTER */
    {"I>H", 272, ON},  {"H>I", 224, ON},                      /* UAR UAA */
    {"I>S", 1238, ON}, {"S>H", 320, ON},  {"H>S", 440, ON},   /* SAR SAA */
    {"S>I", 1028, ON}, {"I>P", 905, ON},  {"P>U", 614, LAST}, /* 200 */
};

enum { INVITED = 12, ANSWERS = 19 }; /* the callee sends a 200 too */

static const struct hop CALL[] = {
    {"U>P", 811, ON},  {"P>U", 264, ASIDE},                   /* INVITE 100 */
    {"P>S", 1220, ON}, {"S>P", 387, ASIDE},
    {"S>I", 1339, ON}, {"I>S", 505, ASIDE},
    {"I>H", 216, ON},  {"H>I", 204, ON},                      /* LIR LIA */
    {"I>S", 1498, ON}, {"S>I", 623, ASIDE},
    {"S>P", 1761, ON}, {"P>S", 741, ASIDE},
    {"P>U", 1824, ON},
    {"U>P", 1365, ON}, {"P>S", 1494, ON}, {"S>I", 1364, ON},  /* 180 */
    {"I>S", 1246, ON}, {"S>P", 1140, ON}, {"P>U", 849, LAST},
    {"U>P", 1638, ON}, {"P>S", 1767, ON}, {"S>I", 1637, ON},  /* 200 */
    {"I>S", 1519, ON}, {"S>P", 1413, ON}, {"P>U", 1122, ON},
    {"U>P", 620, ON},  {"P>S", 601, ON},  {"S>P", 639, ON},   /* ACK */
    {"P>U", 604, ON},
    {"U>P", 620, ON},  {"P>S", 635, ON},  {"S>P", 738, ON},   /* BYE */
    {"P>U", 720, ON},
    {"U>P", 652, ON},  {"P>S", 562, ON},  {"S>P", 439, ON},   /* 200 */
    {"P>U", 316, LAST},
};

static const struct hop MESSAGE[] = {
    {"U>P", 468, ON},  {"P>S", 877, ON},  {"S>I", 996, ON},
    {"I>H", 216, ON},  {"H>I", 204, ON},                      /* LIR LIA */
    {"I>S", 1160, ON}, {"S>P", 1428, ON}, {"P>U", 1483, ON},
    {"U>P", 1257, ON}, {"P>S", 1386, ON}, {"S>I", 1256, ON},  /* 200 */
    {"I>S", 1133, ON}, {"S>P", 1022, ON}, {"P>U", 731, LAST},
};
/* clang-format on */

const struct script FLOOR_SCRIPTS[LOAD_KINDS] = {
    [LOAD_REGISTER] = {.hops = REGISTER,
                       .count = sizeof REGISTER / sizeof *REGISTER},
    [LOAD_REREGISTER] = {.hops = REGISTER,
                         .count = sizeof REGISTER / sizeof *REGISTER},
    [LOAD_CALL] = {.hops = CALL,
                   .count = sizeof CALL / sizeof *CALL,
                   .fork_at = INVITED,
                   .fork_to = ANSWERS},
    [LOAD_MESSAGE] = {.hops = MESSAGE,
                      .count = sizeof MESSAGE / sizeof *MESSAGE},
};

const struct hop *floor_hop(const struct floor_mark *m)
{
    if (m->kind >= LOAD_KINDS || m->row >= FLOOR_SCRIPTS[m->kind].count)
        return NULL;
    return &FLOOR_SCRIPTS[m->kind].hops[m->row];
}

void floor_begin(const struct floor_mark *m,
                 void (*send)(void *ctx, const struct floor_mark *m,
                              const struct hop *hop),
                 void *ctx)
{
    struct floor_mark at = *m;
    const struct hop *hop;

    while ((hop = floor_hop(&at))) {
        send(ctx, &at, hop);
        if (hop->how != ASIDE)
            return;
        at.row++;
    }
}

void floor_next(const struct floor_mark *m,
                void (*send)(void *ctx, const struct floor_mark *m,
                             const struct hop *hop),
                void *ctx)
{
    const struct hop *hop = floor_hop(m);
    const struct script *script = &FLOOR_SCRIPTS[m->kind % LOAD_KINDS];
    struct floor_mark next = *m;

    if (!hop || hop->how != ON)
        return;
    next.row++;
    floor_begin(&next, send, ctx);
    if (!script->fork_to || m->row != script->fork_at)
        return;
    next.row = script->fork_to;
    floor_begin(&next, send, ctx);
}
