/* SPDX-License-Identifier: MIT */
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

static void add_subscriber(struct complaints *c, const struct yaml *y,
                           void *out)
{
    struct importer *im = out;
    size_t before = c->count;
    struct draft *d = tree_subscriber(c, y);

    if (d && c->count == before)
        importer_add(im, d);
}

static void read_document(struct importer *im, const struct yaml *root)
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
    tree_map(&im->complaints, root, keys, &s);
    im->file->catalogue = s.catalogue;
    if (s.subscribers)
        tree_list(&im->complaints, s.subscribers, add_subscriber, im);
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
