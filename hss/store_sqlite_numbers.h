/* SPDX-License-Identifier: MIT
 *
 * Numbers in the database, which never change meaning.
 */
#ifndef HSS_STORE_SQLITE_NUMBERS_H
#define HSS_STORE_SQLITE_NUMBERS_H

#include "crypto/digest.h"

unsigned algorithm_number(enum digest_algorithm a);
enum digest_algorithm algorithm_of_number(unsigned number);

#endif
