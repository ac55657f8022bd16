/* SPDX-License-Identifier: MIT
 *
 * Any bytes are a topology or are refused with sentences, one a line.
 */
#include "topology/topology.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct topology *t = NULL;
    struct topology_place places[4];
    struct buf errors;

    buf_init(&errors, 1 << 20);
    if (topology_parse(slice_at(data, size), "topology/fuzz.yaml", &t,
                       &errors) == IMS_OK) {
        assert(errors.n == 0);
        topology_lookup(t, S("ims.example"), places, 4);
        topology_free(t);
    } else {
        assert(slice_ends(buf_slice(&errors), S("\n")));
    }
    buf_fini(&errors);
    return 0;
}
