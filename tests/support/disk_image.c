/* SPDX-License-Identifier: MIT */
#include "support/disk_image.h"
#include "base/mem.h"
#include "support/disk_priv.h"
#include <assert.h>

struct image_file {
    struct list link;
    struct str name;
    struct slice bytes; /* owned */
};

struct disk_image {
    struct list files;
};

struct disk_image *disk_image_take(const struct disk *d)
{
    struct disk_image *image = mem_zalloc(sizeof *image);

    list_init(&image->files);
    for (struct list *it = d->files.next; it != &d->files; it = it->next) {
        const struct disk_file *f = container_of(it, struct disk_file, link);
        struct image_file *copy = mem_zalloc(sizeof *copy);
        char *bytes = mem_alloc(f->n + 1);

        assert(!f->handles);
        if (f->n)
            memcpy(bytes, f->bytes, f->n);
        str_set(&copy->name, str_slice(&f->name));
        copy->bytes = slice_at(bytes, f->n);
        list_append(&image->files, &copy->link);
    }
    return image;
}

void disk_image_put(const struct disk_image *image, struct disk *d)
{
    for (struct list *it = image->files.next; it != &image->files;
         it = it->next) {
        const struct image_file *copy =
            container_of(it, struct image_file, link);
        struct disk_file *f = disk_file_new(d, str_c(&copy->name));

        if (disk_write(d, f, 0, copy->bytes.p, copy->bytes.n) != SQLITE_OK ||
            disk_sync(d, f) != SQLITE_OK)
            assert(!"a new disk has room");
    }
}

void disk_image_free(struct disk_image *image)
{
    LIST_EACH (it, &image->files) {
        struct image_file *copy = container_of(it, struct image_file, link);

        list_remove(it);
        str_fini(&copy->name);
        free((void *)copy->bytes.p);
        free(copy);
    }
    free(image);
}
