/* SPDX-License-Identifier: MIT
 *
 * SipHash (Aumasson, Bernstein 2012) with one round a block and three at the
 * end: short keys from outside, a seed that they do not know.
 */
#include "base/slice.h"
#include <endian.h>

struct sip_state {
    uint64_t v0, v1, v2, v3;
};

static uint64_t rotl(uint64_t x, int b)
{
    return x << b | x >> (64 - b);
}

static void sip_round(struct sip_state *s)
{
    s->v0 += s->v1;
    s->v1 = rotl(s->v1, 13) ^ s->v0;
    s->v0 = rotl(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotl(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotl(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotl(s->v1, 17) ^ s->v2;
    s->v2 = rotl(s->v2, 32);
}

static void sip_block(struct sip_state *s, uint64_t block)
{
    s->v3 ^= block;
    sip_round(s);
    s->v0 ^= block;
}

/* Less than eight bytes, the first one lowest, on every machine. */
static uint64_t load(const char *p, size_t n)
{
    uint64_t block = 0;

    for (size_t i = 0; i < n; i++)
        block |= (uint64_t)(unsigned char)p[i] << (8 * i);
    return block;
}

static uint64_t load_block(const char *p)
{
    uint64_t block;

    memcpy(&block, p, sizeof block);
    return le64toh(block);
}

/* A-Z of eight bytes at once to a-z. */
static uint64_t fold_block(uint64_t x)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t low = x & ones * 0x7f;
    uint64_t from_a = low + ones * (0x80 - 'A');
    uint64_t past_z = low + ones * (0x80 - 'Z' - 1);
    uint64_t upper = from_a & ~past_z & ~x & ones * 0x80;

    return x | upper >> 2;
}

static uint64_t sip_hash(struct slice s, uint64_t seed, bool nocase)
{
    uint64_t k1 = (seed ^ 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
    struct sip_state state = {
        seed ^ 0x736f6d6570736575u,
        k1 ^ 0x646f72616e646f6du,
        seed ^ 0x6c7967656e657261u,
        k1 ^ 0x7465646279746573u,
    };
    size_t i = 0;

    for (; i + 8 <= s.n; i += 8) {
        uint64_t block = load_block(s.p + i);

        sip_block(&state, nocase ? fold_block(block) : block);
    }
    uint64_t tail = i < s.n ? load(s.p + i, s.n - i) : 0;

    sip_block(&state, (nocase ? fold_block(tail) : tail) | (uint64_t)s.n << 56);
    state.v2 ^= 0xff;
    for (int round = 0; round < 3; round++)
        sip_round(&state);
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

uint64_t slice_hash(struct slice s, uint64_t seed)
{
    return sip_hash(s, seed, false);
}

uint64_t slice_hash_nocase(struct slice s, uint64_t seed)
{
    return sip_hash(s, seed, true);
}
