/* SPDX-License-Identifier: MIT
 *
 * Any datagram is a Binding request, and gets an answer that is STUN too, or
 * is ignored.
 */
#include "sip/stun.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice datagram = slice_at(data, size);
    struct addr from = {.ip = {192, 0, 2, 1}, .port = 5060, .family = 4};
    struct buf out;

    if (size > 0 && data[0] & 0x80)
        from.family = 6;
    buf_init(&out, 1 << 16);
    if (stun_answer(datagram, &from, &out))
        assert(stun_is(datagram) && stun_is(buf_slice(&out)) && !out.full);
    buf_fini(&out);
    return 0;
}
