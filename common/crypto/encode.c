/* SPDX-License-Identifier: MIT */
#include "crypto/encode.h"

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void encode_triple(const uint8_t *p, size_t n, char out[4])
{
    uint32_t bits = (uint32_t)p[0] << 16;

    if (n > 1)
        bits |= (uint32_t)p[1] << 8;
    if (n > 2)
        bits |= p[2];
    out[0] = base64_digits[bits >> 18];
    out[1] = base64_digits[bits >> 12 & 63];
    out[2] = n > 1 ? base64_digits[bits >> 6 & 63] : '=';
    out[3] = n > 2 ? base64_digits[bits & 63] : '=';
}

void base64_encode(struct slice bytes, struct buf *out)
{
    const uint8_t *p = (const uint8_t *)bytes.p;

    for (size_t i = 0; i < bytes.n; i += 3) {
        char four[4];

        encode_triple(p + i, bytes.n - i, four);
        buf_add(out, slice_at(four, sizeof(four)));
    }
}

static int digit_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

/* The digits in front of the padding; -1 when the text cannot be base64. */
static ssize_t count_digits(struct slice text)
{
    size_t n = text.n;

    if (n % 4 != 0)
        return -1;
    for (int pads = 0; pads < 2 && n > 0 && text.p[n - 1] == '='; pads++)
        n--;
    for (size_t i = 0; i < n; i++) {
        if (digit_value(text.p[i]) < 0)
            return -1;
    }
    return (ssize_t)n;
}

/* Bits of the last digit that belong to no byte must be 0: one text a value. */
static bool has_stray_bits(struct slice digits)
{
    unsigned unused = digits.n % 4 == 3 ? 3 : digits.n % 4 == 2 ? 15 : 0;

    return unused && (digit_value(digits.p[digits.n - 1]) & (int)unused);
}

bool base64_decode(struct slice text, void *out, size_t room, size_t *n)
{
    ssize_t digits = count_digits(text);
    size_t bytes = digits < 0 ? 0 : (size_t)digits * 3 / 4;
    uint8_t *p = out;
    uint32_t bits = 0;

    if (digits < 0 || bytes > room ||
        has_stray_bits(slice_first(text, (size_t)digits)))
        return false;
    for (size_t i = 0, have = 0; i < (size_t)digits; i++) {
        bits = bits << 6 | (uint32_t)digit_value(text.p[i]);
        have += 6;
        if (have >= 8) {
            have -= 8;
            *p++ = (uint8_t)(bits >> have);
        }
    }
    *n = bytes;
    return true;
}

void hex_encode(const void *bytes, size_t n, char *out)
{
    static const char hex_digits[] = "0123456789abcdef";
    const uint8_t *p = bytes;

    for (size_t i = 0; i < n; i++) {
        out[2 * i] = hex_digits[p[i] >> 4];
        out[2 * i + 1] = hex_digits[p[i] & 15];
    }
}
