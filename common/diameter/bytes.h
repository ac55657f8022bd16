/* SPDX-License-Identifier: MIT
 *
 * Numbers in network byte order.
 */
#ifndef DIAMETER_BYTES_H
#define DIAMETER_BYTES_H

#include <stdint.h>

static inline uint32_t get24(const void *p)
{
    const uint8_t *b = p;

    return (uint32_t)b[0] << 16 | (uint32_t)b[1] << 8 | b[2];
}

static inline uint32_t get32(const void *p)
{
    const uint8_t *b = p;

    return (uint32_t)b[0] << 24 | get24(b + 1);
}

static inline void set24(void *p, uint32_t v)
{
    uint8_t *b = p;

    b[0] = (uint8_t)(v >> 16);
    b[1] = (uint8_t)(v >> 8);
    b[2] = (uint8_t)v;
}

static inline void set32(void *p, uint32_t v)
{
    uint8_t *b = p;

    b[0] = (uint8_t)(v >> 24);
    set24(b + 1, v);
}

#endif
