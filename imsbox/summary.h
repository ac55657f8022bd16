/* SPDX-License-Identifier: MIT
 *
 * A message in a few words: "REGISTER sip:ims.example", "401 Unauthorized
 * (REGISTER)", "UAR", "UAA 2001 FIRST_REGISTRATION".
 */
#ifndef IMSBOX_SUMMARY_H
#define IMSBOX_SUMMARY_H

#include "imsbox/entries.h"

void summary_print(const struct entry *e, struct buf *out);

#endif
