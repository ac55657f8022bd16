/* SPDX-License-Identifier: MIT
 *
 * Any bytes are subscribers, in YAML, CSV or JSON, or are refused with
 * sentences. What was read is written, and read again to the same text.
 */
#include "hss/export.h"
#include "hss/import.h"
#include "hss/import_json.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 1 << 22 };

typedef enum ims_err read_fn(struct slice text, const char *path,
                             struct slice domain,
                             const struct catalogue *catalogue,
                             struct import_file *out, struct buf *errors);

/* As the store would have numbered them; what was not given begins at 0. */
static void store(struct import_file *f)
{
    for (size_t i = 0; i < f->nsubscribers; i++) {
        struct subscriber *s = &f->subscribers[i];
        struct subscriber_private *all =
            arena_alloc(&f->arena, s->nprivates * sizeof *all);

        s->id = (int64_t)i + 1;
        for (size_t k = 0; k < s->nprivates; k++) {
            all[k] = s->privates[k];
            if (all[k].sqn == SUBSCRIBER_SQN_KEEP)
                all[k].sqn = 0;
        }
        s->privates = all;
    }
}

static void write_yaml(const struct import_file *f, struct buf *out)
{
    export_yaml_catalogue(out, &f->catalogue);
    buf_str(out, "subscribers:\n");
    for (size_t i = 0; i < f->nsubscribers; i++)
        export_yaml(out, &f->subscribers[i], true);
}

static void write_csv(const struct import_file *f, struct buf *out)
{
    export_csv_heading(out);
    for (size_t i = 0; i < f->nsubscribers; i++)
        export_csv(out, &f->subscribers[i], true);
}

static void differ(const struct buf *one, const struct buf *two)
{
    fprintf(stderr, "%.*s\nis read again as\n%.*s\n", SLICE_ARG(buf_slice(one)),
            SLICE_ARG(buf_slice(two)));
    abort();
}

static void write_and_read(struct import_file *f, read_fn *read,
                           void (*write)(const struct import_file *,
                                         struct buf *))
{
    struct import_file again;
    struct buf one, two, errors;

    buf_init(&one, MOST);
    buf_init(&two, MOST);
    buf_init(&errors, MOST);
    store(f);
    write(f, &one);
    if (!one.full && f->nsubscribers) {
        if (read(buf_slice(&one), "again", S("d"), &f->catalogue, &again,
                 &errors) != IMS_OK)
            differ(&one, &errors);
        store(&again);
        write(&again, &two);
        if (!slice_eq(buf_slice(&one), buf_slice(&two)))
            differ(&one, &two);
        import_file_fini(&again);
    }
    buf_fini(&errors);
    buf_fini(&two);
    buf_fini(&one);
}

static void read_file(struct slice text, bool csv)
{
    read_fn *read = csv ? import_csv : import_yaml;
    struct import_file file;
    struct buf errors;
    enum ims_err err;

    buf_init(&errors, 1 << 20);
    err = read(text, "f", S("d"), NULL, &file, &errors);
    assert((err == IMS_OK) == (errors.n == 0));
    if (err == IMS_OK)
        write_and_read(&file, read, csv ? write_csv : write_yaml);
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
