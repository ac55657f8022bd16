/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include <stdio.h>
#include <string.h>

static void *or_abort(void *p, size_t size)
{
    if (!p) {
        fprintf(stderr, "out of memory asking for %zu bytes\n", size);
        abort();
    }
    return p;
}

void *mem_alloc(size_t size)
{
    return or_abort(malloc(size ? size : 1), size);
}

void *mem_zalloc(size_t size)
{
    return or_abort(calloc(1, size ? size : 1), size);
}

void *mem_realloc(void *p, size_t size)
{
    return or_abort(realloc(p, size ? size : 1), size);
}

char *mem_strdup(const char *s)
{
    size_t n = strlen(s) + 1;

    return memcpy(mem_alloc(n), s, n);
}
