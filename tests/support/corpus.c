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

void corpus_need(const char *what)
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

    corpus_need(file);
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

    corpus_need(folder);
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

bool corpus_has(const char *file)
{
    char path[512];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", corpus_dir(), file);
    f = fopen(path, "rb");
    if (f)
        fclose(f);
    return f;
}

struct slice tsv_cell(struct slice row, unsigned n)
{
    struct slice cell = {0};

    do {
        if (!slice_cut(&row, '\t', &cell))
            return (struct slice){0};
    } while (n--);
    return cell;
}

void corpus_each_expected(void (*fn)(void *ctx, struct slice row), void *ctx)
{
    struct slice table = corpus_read("sip-torture/EXPECT.tsv");
    struct slice rest = table, row;
    char path[256];
    unsigned rows = 0;

    slice_cut(&rest, '\n', &row); /* the heading */
    while (slice_cut(&rest, '\n', &row)) {
        snprintf(path, sizeof path, "sip-torture/%.*s",
                 SLICE_ARG(tsv_cell(row, EXPECT_FILE)));
        if (!row.n || !corpus_has(path))
            continue;
        fn(ctx, row);
        rows++;
    }
    assert_int_equal(rows, 62);
    free((char *)table.p);
}
