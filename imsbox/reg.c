/* SPDX-License-Identifier: MIT
 *
 * imsbox reg: who is registered, as each node sees it.
 */
#include "imsbox/commands.h"
#include <stddef.h>

static const struct command *const all[] = {
    &command_reg_list,
    &command_reg_show,
    &command_reg_drop,
    NULL,
};

const struct command command_reg = {
    .name = "reg",
    .summary = "registrations: list, show at each node, drop",
    .about = "Users are named as in `imsbox sub`.",
    .below = all,
};
