/* SPDX-License-Identifier: MIT */
#include "imsbox/commands.h"
#include <stddef.h>

static const struct command *const all[] = {
    &command_up,         &command_down,    &command_dashboard,
    &command_check,      &command_status,  &command_sub,
    &command_reg,        &command_push,    &command_ifc,
    &command_reset,      &command_doctor,  &command_fault,
    &command_trace,      &command_capture, &command_graph,
    &command_compose,    &command_schema,  &command_manual,
    &command_completion, &command_help,    NULL,
};

const struct command command_top = {
    .name = "",
    .summary = "an IMS core in a box",
    .below = all,
};
