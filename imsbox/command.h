/* SPDX-License-Identifier: MIT
 *
 * The subcommands of imsbox, one file each. argv[0] is the subcommand's name.
 * The answer is the exit status: 0, 1 (it did not work), 64 (wrong arguments),
 * 78 (bad configuration).
 */
#ifndef IMSBOX_COMMAND_H
#define IMSBOX_COMMAND_H

int command_up(int argc, char **argv);
int command_check(int argc, char **argv);
int command_status(int argc, char **argv);
int command_trace(int argc, char **argv);
int command_compose(int argc, char **argv);
int command_schema(int argc, char **argv);

#endif
