/* SPDX-License-Identifier: MIT */
#include "load/load.h"

static const char *const NAMES[LOAD_KINDS] = {
    [LOAD_REGISTER] = "registration",
    [LOAD_REREGISTER] = "re-registration",
    [LOAD_CALL] = "call",
    [LOAD_MESSAGE] = "message",
};

const char *load_kind_name(enum load_kind kind)
{
    return NAMES[kind];
}

bool load_kind_parse(struct slice text, enum load_kind *out)
{
    for (unsigned i = 0; i < LOAD_KINDS; i++)
        if (slice_eq(text, slice_of(NAMES[i]))) {
            *out = (enum load_kind)i;
            return true;
        }
    return false;
}
