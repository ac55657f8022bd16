/* SPDX-License-Identifier: MIT
 *
 * What lies on a disk, kept beyond it: many worlds that begin alike are made
 * much faster when their stores need not be made anew.
 */
#ifndef SUPPORT_DISK_IMAGE_H
#define SUPPORT_DISK_IMAGE_H

#include "support/disk.h"

struct disk_image;

/* The caller's. Nobody has a file open. */
struct disk_image *disk_image_take(const struct disk *d);
/* All of its files are on the disk, which has none of their names. */
void disk_image_put(const struct disk_image *image, struct disk *d);
void disk_image_free(struct disk_image *image);

#endif
