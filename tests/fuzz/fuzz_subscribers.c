/* SPDX-License-Identifier: MIT
 *
 * Any bytes are subscribers, in YAML, CSV or JSON, or are refused with
 * sentences.
 */
#include "hss/import.h"
#include "hss/import_json.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_file(struct slice text, bool csv)
{
    struct import_file file;
    struct buf errors;
    enum ims_err err;

    buf_init(&errors, 1 << 20);
    err = csv ? import_csv(text, "f", S("d"), NULL, &file, &errors)
              : import_yaml(text, "f", S("d"), NULL, &file, &errors);
    assert((err == IMS_OK) == (errors.n == 0));
    import_file_fini(&file);
    buf_fini(&errors);
}

static void read_json(struct slice text)
{
    struct draft_rules rules = {.domain = S("d")};
    json_t *j = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
    struct json_reading r;
    struct subscriber s;
    struct arena a;

    arena_init(&a, 0, 4 << 20);
    json_reading_init(&r, &a);
    if (j && import_json(&r, j, &rules, &s))
        assert(s.nsets > 0);
    assert(!j || r.complaints.count || s.nsets > 0);
    arena_fini(&a);
    json_decref(j);
}

/* The first byte chooses the format. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_from(slice_at(data, size), 1);

    if (size == 0)
        return 0;
    if (data[0] == '{')
        read_json(slice_at(data, size));
    else
        read_file(text, data[0] == ',');
    return 0;
}
