/* SPDX-License-Identifier: MIT */
#include "node/openapi.h"

/* The Makefile tells that this depends on the file. */
__asm__(".pushsection .rodata\n"
        ".global openapi_begin, openapi_end\n"
        "openapi_begin: .incbin \"docs/openapi.json\"\n"
        "openapi_end:\n"
        ".popsection\n");
extern const char openapi_begin[], openapi_end[];

struct slice openapi_document(void)
{
    return slice_at(openapi_begin, (size_t)(openapi_end - openapi_begin));
}
