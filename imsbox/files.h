/* SPDX-License-Identifier: MIT
 *
 * Files that users name on the command line.
 */
#ifndef IMSBOX_FILES_H
#define IMSBOX_FILES_H

#include "base/buf.h"

/* Appends all of a file, of stdin for "-". False: it cannot be read, or has
 * more than out may hold; stderr says so. */
bool file_read(const char *name, struct buf *out);

#endif
