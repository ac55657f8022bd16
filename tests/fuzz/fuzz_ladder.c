/* SPDX-License-Identifier: MIT
 *
 * Any text is a ladder or is refused with a sentence that names the line.
 */
#include "ladder/script.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ladder l;
    struct why why = {0};

    if (ladder_parse(slice_at(data, size), &l, &why)) {
        assert(why.text[0]);
    } else {
        assert(l.phone_count <= LADDER_PHONES);
        assert(l.line_count <= LADDER_LINES);
        for (unsigned i = 0; i < l.line_count; i++)
            assert(l.lines[i].check_count <= LADDER_CHECKS);
    }
    ladder_fini(&l);
    return 0;
}
