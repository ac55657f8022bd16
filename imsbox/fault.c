/* SPDX-License-Identifier: MIT
 *
 * imsbox fault: faults on purpose.
 */
#include "imsbox/commands.h"
#include <stddef.h>

static const struct command *const all[] = {
    &command_fault_add,
    &command_fault_list,
    &command_fault_clear,
    NULL,
};

const struct command command_fault = {
    .name = "fault",
    .summary = "break messages on purpose: add, list, clear",
    .about = "The nodes themselves lose, hold, double, swap or answer "
             "messages, so it needs no privilege. What a fault does is in the "
             "trace. docs/faults.md has exercises.",
    .below = all,
};
