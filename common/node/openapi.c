/* SPDX-License-Identifier: MIT */
#include "node/openapi.h"
#include <stdint.h>

/* The Makefile tells that this depends on the file. */
__asm__(".pushsection .rodata\n"
        ".global openapi_text, openapi_size\n"
        "openapi_text: .incbin \"docs/openapi.json\"\n"
        "1:\n"
        ".balign 8\n"
        "openapi_size: .8byte 1b - openapi_text\n"
        ".popsection\n");
extern const char openapi_text[];
extern const uint64_t openapi_size;

struct slice openapi_document(void)
{
    return slice_at(openapi_text, openapi_size);
}
