/* SPDX-License-Identifier: MIT */
#include "base/dice.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

void dice_init(struct dice *d)
{
    *d = (struct dice){0};
}

/* splitmix64 spreads one seed over the generator's state. */
static uint64_t splitmix(uint64_t *x)
{
    uint64_t z = *x += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void dice_init_seed(struct dice *d, uint64_t seed)
{
    *d = (struct dice){.seeded = true};
    for (int i = 0; i < 4; i++)
        d->state[i] = splitmix(&seed);
}

static uint64_t rotl(uint64_t x, int b)
{
    return x << b | x >> (64 - b);
}

/* xoshiro256** (Blackman, Vigna) */
static uint64_t next(uint64_t s[4])
{
    uint64_t result = rotl(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

static void refill(struct dice *d)
{
    size_t got = 0;

    while (got < sizeof(d->pool)) {
        ssize_t n = getrandom(d->pool + got, sizeof(d->pool) - got, 0);

        if (n > 0) {
            got += (size_t)n;
        } else if (errno != EINTR) {
            perror("getrandom");
            abort();
        }
    }
    d->left = sizeof(d->pool);
}

static void from_pool(struct dice *d, uint8_t *out, size_t n)
{
    while (n > 0) {
        if (d->left == 0)
            refill(d);

        size_t part = n < d->left ? n : d->left;
        uint8_t *from = d->pool + sizeof(d->pool) - d->left;

        memcpy(out, from, part);
        memset(from, 0, part); /* what was given out cannot be found here */
        d->left -= part;
        out += part;
        n -= part;
    }
}

void dice_bytes(struct dice *d, void *out, size_t n)
{
    uint8_t *p = out;

    if (!d->seeded) {
        from_pool(d, p, n);
        return;
    }
    for (size_t i = 0; i < n; i += 8) {
        uint64_t v = next(d->state);

        for (size_t j = i; j < n && j < i + 8; j++, v >>= 8)
            p[j] = (uint8_t)v;
    }
}

uint64_t dice_u64(struct dice *d)
{
    uint64_t v;

    if (d->seeded)
        return next(d->state);
    from_pool(d, (uint8_t *)&v, sizeof(v));
    return v;
}

uint64_t dice_below(struct dice *d, uint64_t n)
{
    /* The lowest -n % n values would make some results likelier. */
    uint64_t uneven = -n % n;
    uint64_t v;

    do
        v = dice_u64(d);
    while (v < uneven);
    return v % n;
}

void dice_token(struct dice *d, char *out, size_t n)
{
    static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    size_t done = 0;

    while (done < n) {
        uint64_t v = dice_u64(d);

        for (int i = 0; i < 8 && done < n; i++, v >>= 8)
            if ((v & 0xff) < 252) /* 7 * 36 */
                out[done++] = alphabet[(v & 0xff) % 36];
    }
}
