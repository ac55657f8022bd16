/* SPDX-License-Identifier: MIT
 *
 * Heap memory that cannot be refused: what grows with input lives in bounded
 * arenas and counted tables, so a failed malloc means that the machine is
 * out of memory, and the process aborts with one line on stderr.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include <stdlib.h>

void *mem_alloc(size_t size) __attribute__((malloc, returns_nonnull));
void *mem_zalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *mem_realloc(void *p, size_t size) __attribute__((returns_nonnull));
char *mem_strdup(const char *s) __attribute__((malloc, returns_nonnull));

/* The struct of type t whose member m is at p. */
#define container_of(p, t, m) ((t *)((char *)(p)-offsetof(t, m)))

#endif
