/* SPDX-License-Identifier: MIT
 *
 * Numbers and texts as bytes: seven bits a byte, the low ones first; a text
 * has its length in front.
 */
#ifndef HSS_STORE_SQLITE_PACK_H
#define HSS_STORE_SQLITE_PACK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/why.h"

void pack_number(struct buf *out, uint64_t v);
void pack_text(struct buf *out, struct slice s);

/* Reading; `bad` once something was not as it must be, `full` once the arena
 * was: what is read then is empty. */
struct unpack {
    const uint8_t *p, *end;
    struct arena *a;
    bool bad, full;
};
struct unpack unpack_of(struct arena *a, struct slice bytes);
/* The verdict on all of it: FULL, or INTERNAL for what was bad. */
enum ims_err unpack_end(const struct unpack *u, struct why *why) MUST_CHECK;
uint64_t unpack_number(struct unpack *u);
/* Of at most `most`; else bad. */
size_t unpack_count(struct unpack *u, size_t most);
struct slice unpack_bytes(struct unpack *u, size_t n);
struct slice unpack_text(struct unpack *u);
/* Zeroed; NULL for none, too. */
void *unpack_alloc(struct unpack *u, size_t n, size_t size);

#endif
