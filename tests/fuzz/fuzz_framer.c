/* SPDX-License-Identifier: MIT
 *
 * Any stream is cut the same way in one piece and in portions of the size that
 * its first byte says; a message is never larger than the bound.
 */
#include "sip/framer.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 2048 };

/* What came out, as lengths and a hash: enough to compare. */
struct outcome {
    uint64_t hash;
    unsigned messages, pings;
    bool broken;
};

static void feed(struct framer *f, struct slice bytes, struct outcome *o)
{
    struct slice message;
    struct why why = {0};

    for (;;) {
        switch (framer_take(f, &bytes, &message, &why)) {
        case FRAMED_MORE: assert(bytes.n == 0); return;
        case FRAMED_PING: o->pings++; break;
        case FRAMED_MESSAGE:
            assert(message.n > 0 && message.n <= MAX);
            o->hash = slice_hash(message, o->hash);
            o->messages++;
            break;
        case FRAMED_BROKEN:
            assert(o->broken || why.text[0] != '\0');
            o->broken = true;
            return;
        }
    }
}

static struct outcome cut(struct slice stream, size_t portion)
{
    struct outcome o = {0};
    struct framer f;

    framer_init(&f, MAX);
    while (stream.n > 0 && !o.broken) {
        feed(&f, slice_first(stream, portion), &o);
        stream = slice_from(stream, portion);
    }
    framer_fini(&f);
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct slice stream = slice_at(data + 1, size - 1);
    struct outcome whole = cut(stream, stream.n);
    struct outcome parts = cut(stream, 1 + data[0] % 64);

    assert(whole.hash == parts.hash && whole.messages == parts.messages &&
           whole.pings == parts.pings && whole.broken == parts.broken);
    return 0;
}
