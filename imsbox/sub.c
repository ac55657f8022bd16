/* SPDX-License-Identifier: MIT
 *
 * imsbox sub: the subscribers of an HSS.
 */
#include "imsbox/commands.h"
#include <stddef.h>

static const struct command *const all[] = {
    &command_sub_add,
    &command_sub_list,
    &command_sub_show,
    &command_sub_rm,
    &command_sub_import,
    &command_sub_export,
    NULL,
};

const struct command command_sub = {
    .name = "sub",
    .summary = "subscribers: add, list, show, remove, import, export",
    .about = "A subscriber is named as it is convenient: bob, 1001, "
             "bob@ims.example, sip:bob@ims.example, +15551002, or #7 for the "
             "one of this id.",
    .below = all,
};
