/* SPDX-License-Identifier: MIT */
#include "hss/import_priv.h"
#include "hss/tree.h"

struct sections {
    struct importer *im;
    const struct yaml *subscribers;
};

static void read_charging(struct complaints *c, const struct yaml *y, void *out)
{
    tree_charging(c, y, &((struct sections *)out)->im->file->catalogue);
}

static void read_profiles(struct complaints *c, const struct yaml *y, void *out)
{
    tree_profiles(c, y, &((struct sections *)out)->im->file->catalogue);
}

static void read_shared(struct complaints *c, const struct yaml *y, void *out)
{
    tree_shared(c, y, &((struct sections *)out)->im->file->catalogue);
}

/* Later: they may refer to what the other sections have. */
static void note_subscribers(struct complaints *c, const struct yaml *y,
                             void *out)
{
    (void)c;
    ((struct sections *)out)->subscribers = y;
}

static void add_subscriber(struct complaints *c, const struct yaml *y,
                           void *out)
{
    struct importer *im = ((struct sections *)out)->im;
    size_t before = c->count;
    struct draft *d = tree_subscriber(c, y);

    if (d && c->count == before)
        importer_add(im, d);
}

static void read_document(struct importer *im, const struct yaml *root)
{
    static const struct tree_key keys[] = {
        {"charging", read_charging},
        {"profiles", read_profiles},
        {"shared_ifc", read_shared},
        {"subscribers", note_subscribers},
        {NULL, NULL},
    };
    struct sections s = {.im = im};

    if (yaml_is_null(root))
        return;
    tree_map(&im->complaints, root, keys, &s);
    if (s.subscribers)
        tree_list(&im->complaints, s.subscribers, add_subscriber, &s);
}

enum ims_err import_yaml(struct slice text, const char *path,
                         struct slice domain, const struct catalogue *catalogue,
                         struct import_file *out, struct buf *errors)
{
    struct report *report = mem_zalloc(sizeof(*report));
    struct importer im;
    struct yaml *root;

    importer_init(&im, out, domain, catalogue);
    root = yaml_read(text, &out->arena, report);
    for (unsigned i = 0; i < report->count && i < REPORT_MAX; i++)
        complain(&im.complaints, report->errors[i].at, "%s",
                 report->errors[i].text);
    if (root && report->count == 0)
        read_document(&im, root);
    free(report);
    return importer_end(&im, path, errors);
}
