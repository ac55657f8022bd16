/* SPDX-License-Identifier: MIT
 *
 * Every command there is; one line each, in the file named for it.
 */
#ifndef IMSBOX_COMMANDS_H
#define IMSBOX_COMMANDS_H

#include "imsbox/command.h"

extern const struct command command_up, command_check, command_status,
    command_trace, command_compose, command_schema, command_manual,
    command_completion, command_graph, command_dashboard;

#endif
