/* SPDX-License-Identifier: MIT */
#include "hss/import_priv.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* An identity that was seen, and where. */
struct seen {
    struct map_node node;
    struct mark at;
};

void importer_init(struct importer *im, struct import_file *file,
                   struct slice domain, const struct catalogue *catalogue)
{
    *im = (struct importer){.file = file};
    *file = (struct import_file){0};
    arena_init(&file->arena, 1 << 16, SIZE_MAX); /* bounded by the text */
    complaints_init(&im->complaints, &file->arena);
    im->rules = (struct draft_rules){
        .domain = domain, .catalogue = &file->catalogue, .more = catalogue};
    map_init(&im->identities, 0, 0);
}

static void see(struct importer *im, struct mark at, struct slice identity)
{
    struct map_node *found = map_find(&im->identities, identity);
    struct seen *s;

    if (identity.n == 0)
        return;
    if (found) {
        complain(&im->complaints, at,
                 "the identity %.*s stands in line %u already; each identity "
                 "once was expected",
                 SLICE_ARG(identity),
                 container_of(found, struct seen, node)->at.line);
        return;
    }
    s = arena_zalloc(&im->file->arena, sizeof(*s));
    if (!s)
        return;
    s->at = at;
    map_add(&im->identities, &s->node, identity);
}

static void see_all(struct importer *im, struct mark at,
                    const struct subscriber *s)
{
    for (size_t i = 0; i < s->nprivates; i++)
        see(im, at, s->privates[i].impi);
    for (size_t i = 0; i < s->nsets; i++) {
        for (size_t k = 0; k < s->sets[i].npublics; k++)
            see(im, at, s->sets[i].publics[k].impu);
    }
}

void importer_add(struct importer *im, struct draft *d)
{
    struct import_file *f = im->file;

    if (f->nsubscribers == im->cap) {
        im->cap = im->cap ? 2 * im->cap : 16;
        f->subscribers =
            mem_realloc(f->subscribers, im->cap * sizeof(*f->subscribers));
    }
    if (!draft_finish(d, &im->rules, &im->complaints,
                      &f->subscribers[f->nsubscribers]))
        return;
    see_all(im, d->at, &f->subscribers[f->nsubscribers]);
    f->nsubscribers++;
}

enum ims_err importer_end(struct importer *im, const char *path,
                          struct buf *errors)
{
    map_fini(&im->identities);
    complaints_print(&im->complaints, path, errors);
    return im->complaints.count ? IMS_CONFIG : IMS_OK;
}

void import_file_fini(struct import_file *f)
{
    free(f->subscribers);
    arena_fini(&f->arena);
    *f = (struct import_file){0};
}

/* ---- a path ------------------------------------------------------------- */

/* Mapped, so that a file of a million lines is not in memory twice. */
static bool map_file(const char *path, size_t max, struct slice *out,
                     struct buf *errors)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    void *p = NULL;

    if (fd < 0 || fstat(fd, &st) < 0) {
        buf_printf(errors, "%s: cannot be read: %s\n", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    if ((size_t)st.st_size > max)
        buf_printf(errors, "%s: %lld bytes; at most %zu are read\n", path,
                   (long long)st.st_size, max);
    else if (st.st_size)
        p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (p == MAP_FAILED || (size_t)st.st_size > max)
        return false;
    *out = slice_at(p, (size_t)st.st_size);
    return true;
}

enum ims_err import_path(const char *path, struct slice domain,
                         const struct catalogue *catalogue,
                         struct import_file *out, struct buf *errors)
{
    bool csv = slice_ends_nocase(slice_of(path), S(".csv"));
    struct slice text;
    enum ims_err err;

    *out = (struct import_file){0};
    if (!map_file(path, csv ? IMPORT_CSV_MAX : IMPORT_YAML_MAX, &text, errors))
        return IMS_CONFIG;
    err = csv ? import_csv(text, path, domain, catalogue, out, errors)
              : import_yaml(text, path, domain, catalogue, out, errors);
    if (text.n)
        munmap((void *)text.p, text.n);
    return err;
}

/* ---- several ------------------------------------------------------------ */

/* The names of a catalogue, ahead of those that are known; the lists
 * themselves stay as they are. */
static void add_names(struct arena *a, struct catalogue *known,
                      const struct catalogue *from)
{
    for (const struct catalogue_profile *i = from->profiles; i; i = i->next) {
        struct catalogue_profile *p = arena_zalloc(a, sizeof(*p));

        if (!p)
            return;
        p->name = i->name;
        p->next = known->profiles;
        known->profiles = p;
    }
    for (const struct catalogue_charging *i = from->charging; i; i = i->next) {
        struct catalogue_charging *c = arena_zalloc(a, sizeof(*c));

        if (!c)
            return;
        c->name = i->name;
        c->next = known->charging;
        known->charging = c;
    }
}

enum ims_err import_paths(const char *const *paths, size_t n,
                          struct slice domain,
                          const struct catalogue *catalogue,
                          struct import_file *out, struct buf *errors)
{
    struct catalogue known = {0};
    enum ims_err err = IMS_OK;
    struct arena a;

    arena_init(&a, 0, SIZE_MAX); /* bounded by what was read */
    if (catalogue)
        add_names(&a, &known, catalogue);
    for (size_t i = 0; i < n; i++) {
        if (import_path(paths[i], domain, &known, &out[i], errors))
            err = IMS_CONFIG;
        add_names(&a, &known, &out[i].catalogue);
    }
    arena_fini(&a);
    return err;
}
