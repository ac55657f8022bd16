/* SPDX-License-Identifier: MIT
 *
 * Every command there is; one line each, in the file named for it.
 */
#ifndef IMSBOX_COMMANDS_H
#define IMSBOX_COMMANDS_H

#include "imsbox/command.h"

extern const struct command command_up, command_down, command_dashboard;
extern const struct command command_check, command_status;
extern const struct command command_sub, command_sub_add, command_sub_list,
    command_sub_show, command_sub_rm, command_sub_import, command_sub_export;
extern const struct command command_reg, command_reg_list, command_reg_show;
extern const struct command command_reg_drop, command_push, command_ifc,
    command_reset;
extern const struct command command_doctor, command_trace, command_capture;
extern const struct command command_fault, command_fault_add,
    command_fault_list, command_fault_clear;
extern const struct command command_graph, command_compose, command_schema;
extern const struct command command_manual, command_completion, command_help;

#endif
