/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

/* By the first byte; 0: none begins so. */
static size_t length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Section 4: neither overlong, nor a surrogate, nor past U+10FFFF. */
static bool is_good(uint32_t c, size_t n)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

    return c >= least[n] && (c < 0xd800 || c > 0xdfff) && c <= 0x10ffff;
}

size_t utf8_char(struct slice s, uint32_t *code)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t n = length(p[0]);
    uint32_t c = n > 1 ? p[0] & (0x7fu >> n) : p[0];

    if (n == 0 || n > s.n)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (!is_good(c, n))
        return 0;
    *code = c;
    return n;
}
