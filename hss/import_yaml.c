/* SPDX-License-Identifier: MIT
 *
 * Subscribers of a YAML file, one after the other; what they refer to is read
 * in a first pass, because it may stand behind them.
 */
#include "base/mem.h"
#include "hss/import_priv.h"
#include "hss/tree.h"

static const char list[] = "subscribers";

static void complain_all(struct complaints *c, const struct report *report)
{
    for (unsigned i = 0; i < report->count && i < REPORT_MAX; i++)
        complain(c, report->errors[i].at, "%s", report->errors[i].text);
}

/* One key of the map at the top; key NULL: what is there instead of a map. */
static void read_section(struct complaints *c, struct yaml *key,
                         struct yaml *value, struct catalogue *out)
{
    static const struct tree_key keys[] = {
        {"charging", tree_charging, 0},
        {"profiles", tree_profiles, 0},
        {"shared_ifc", tree_shared, 0},
        {"subscribers", tree_skip, 0},
        {NULL, NULL, 0},
    };
    struct yaml_item item = {.key = key, .value = value};
    struct yaml map = {.kind = YAML_MAP, .items = &item};

    if (key)
        tree_map(c, &map, keys, out);
    else if (!yaml_is_null(value))
        tree_map(c, value, keys, out);
}

static enum yaml_part next_part(struct yaml_source *y, struct arena *a,
                                struct yaml **key, struct yaml **value)
{
    enum yaml_part part = yaml_stream_next(y->stream, a, y->report, key, value);

    if (y->place_of_check)
        *y->place_of_check = y->passed + yaml_stream_place(y->stream) / 2;
    return part;
}

/* Subscribers are read over; the rest stays. */
static void read_catalogue(struct yaml_source *y, struct complaints *c,
                           struct catalogue *out)
{
    enum yaml_part part = YAML_PART_ROOT;
    struct yaml *key, *value;

    while (part != YAML_PART_END && part != YAML_PART_ERROR) {
        struct arena a;

        arena_init(&a, 0, SIZE_MAX); /* bounded by a part's weight */
        part = next_part(y, &a, &key, &value);
        if (part == YAML_PART_SECTION || part == YAML_PART_ROOT)
            read_section(c, yaml_keep(c->arena, key),
                         yaml_keep(c->arena, value), out);
        arena_fini(&a);
    }
    complain_all(c, y->report);
}

void yaml_source_begin(struct yaml_source *y, struct slice text,
                       struct complaints *complaints, struct catalogue *out,
                       _Atomic size_t *place)
{
    *y = (struct yaml_source){.text = text,
                              .report = mem_zalloc(sizeof(*y->report)),
                              .place_of_check = place};
    yaml_source_rewind(y);
    read_catalogue(y, complaints, out);
    yaml_source_rewind(y);
    y->passed = text.n / 2;
}

void yaml_source_rewind(struct yaml_source *y)
{
    yaml_stream_free(y->stream);
    y->stream = yaml_stream_new(y->text, slice_of(list));
    y->report->count = 0;
}

void yaml_source_fini(struct yaml_source *y)
{
    yaml_stream_free(y->stream);
    free(y->report);
    *y = (struct yaml_source){0};
}

bool yaml_source_next(struct yaml_source *y, struct complaints *complaints,
                      struct draft **out)
{
    enum yaml_part part;
    struct yaml *key, *value;

    do
        part = next_part(y, complaints->arena, &key, &value);
    while (part == YAML_PART_SECTION ||
           (part == YAML_PART_ITEM && key && yaml_is_null(value)));
    if (part != YAML_PART_ITEM)
        return false;
    *out = tree_subscriber(complaints, value);
    return true;
}
