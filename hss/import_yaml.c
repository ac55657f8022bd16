/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "hss/import_priv.h"
#include "hss/tree.h"

struct sections {
    struct catalogue catalogue;
    const struct yaml *subscribers;
};

/* Later: they may refer to what the other sections have. */
static void note_subscribers(struct complaints *c, const struct yaml *y,
                             void *out)
{
    const struct yaml **subscribers = out;

    (void)c;
    *subscribers = y;
}

static void read_document(struct yaml_source *source, struct complaints *c,
                          const struct yaml *root, struct catalogue *out)
{
    static const struct tree_key keys[] = {
        {"charging", tree_charging, offsetof(struct sections, catalogue)},
        {"profiles", tree_profiles, offsetof(struct sections, catalogue)},
        {"shared_ifc", tree_shared, offsetof(struct sections, catalogue)},
        {"subscribers", note_subscribers,
         offsetof(struct sections, subscribers)},
        {NULL, NULL, 0},
    };
    struct sections s = {0};

    if (yaml_is_null(root))
        return;
    tree_map(c, root, keys, &s);
    *out = s.catalogue;
    source->subscribers = s.subscribers;
}

void yaml_source_begin(struct yaml_source *y, struct slice text,
                       struct complaints *complaints, struct catalogue *out)
{
    struct report *report = mem_zalloc(sizeof(*report));
    struct yaml *root = yaml_read(text, complaints->arena, report);

    *y = (struct yaml_source){0};
    for (unsigned i = 0; i < report->count && i < REPORT_MAX; i++)
        complain(complaints, report->errors[i].at, "%s",
                 report->errors[i].text);
    if (root && report->count == 0)
        read_document(y, complaints, root, out);
    free(report);
    yaml_source_rewind(y);
}

void yaml_source_rewind(struct yaml_source *y)
{
    bool list = y->subscribers && y->subscribers->kind == YAML_LIST;

    y->next = list ? y->subscribers->items : NULL;
    y->begun = false;
}

/* One that is no list stands for a list of itself. */
static const struct yaml *take(struct yaml_source *y)
{
    const struct yaml_item *item = y->next;
    bool single = y->subscribers && y->subscribers->kind != YAML_LIST &&
                  !yaml_is_null(y->subscribers) && !y->begun;

    y->begun = true;
    if (item)
        y->next = item->next;
    return item ? item->value : single ? y->subscribers : NULL;
}

bool yaml_source_next(struct yaml_source *y, struct complaints *complaints,
                      struct draft **out)
{
    const struct yaml *one = take(y);

    if (one)
        *out = tree_subscriber(complaints, one);
    return one != NULL;
}
