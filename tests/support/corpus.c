/* SPDX-License-Identifier: MIT */
#include "support/corpus.h"
#include "base/mem.h"
#include "support/check.h"
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

const char *corpus_dir(void)
{
    const char *dir = getenv("IMSBOX_CORPORA");

    return dir && *dir ? dir : "../shared/corpora";
}

struct slice file_read(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct stat st;
    char *p;

    if (!f || fstat(fileno(f), &st) != 0)
        fail_msg("%s cannot be read", path);
    p = mem_alloc((size_t)st.st_size + 1);
    if (fread(p, 1, (size_t)st.st_size, f) != (size_t)st.st_size)
        fail_msg("%s cannot be read to its end", path);
    p[st.st_size] = '\0';
    fclose(f);
    return slice_at(p, (size_t)st.st_size);
}

static void need_corpora(const char *what)
{
    if (access(corpus_dir(), R_OK) == 0)
        return;
    print_message("SKIPPED: no corpora at %s (wanted: %s); set "
                  "IMSBOX_CORPORA\n",
                  corpus_dir(), what);
    skip();
}

struct slice corpus_read(const char *file)
{
    char path[1024];

    need_corpora(file);
    snprintf(path, sizeof(path), "%s/%s", corpus_dir(), file);
    return file_read(path);
}

static int is_file_name(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

void corpus_each(const char *folder,
                 void (*fn)(void *ctx, const char *name, struct slice text),
                 void *ctx)
{
    char path[1024];
    struct dirent **names;
    int n;

    need_corpora(folder);
    snprintf(path, sizeof(path), "%s/%s", corpus_dir(), folder);
    n = scandir(path, &names, is_file_name, alphasort);
    if (n < 0)
        fail_msg("%s is not a folder", path);
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof(path), "%s/%s/%s", corpus_dir(), folder,
                 names[i]->d_name);

        struct slice text = file_read(path);

        fn(ctx, names[i]->d_name, text);
        free((char *)text.p);
        free(names[i]);
    }
    free(names);
}
