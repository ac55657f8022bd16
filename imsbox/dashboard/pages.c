/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/pages.h"
#include "base/str.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Nothing from elsewhere, nothing inline, in nobody's frame. */
static const char POLICY[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

const char *pages_type(struct slice path)
{
    static const struct {
        const char *end, *type;
    } types[] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".map", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".txt", "text/plain; charset=utf-8"},
    };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (slice_ends(path, slice_of(types[i].end)))
            return types[i].type;
    return "application/octet-stream";
}

/* "gzip;q=0" says no. */
bool pages_takes_gzip(struct slice accept_encoding)
{
    struct slice rest = accept_encoding, one, name;

    while (slice_cut(&rest, ',', &one)) {
        one = slice_trim(one);
        slice_cut(&one, ';', &name);
        if (!slice_eq_nocase(slice_trim(name), S("gzip")))
            continue;
        one = slice_trim(one);
        return !slice_eq_nocase(one, S("q=0")) &&
               !slice_starts_nocase(one, S("q=0.0"));
    }
    return false;
}

/* ---- an answer ----------------------------------------------------------- */

struct page {
    struct slice path; /* that of the file */
    struct slice bytes;
    char tag[64]; /* with its quotes */
    bool is_gzip;
};

static bool is_known(struct api_call *c, const char *tag)
{
    struct slice rest = api_header(c, "If-None-Match"), one;

    while (slice_cut(&rest, ',', &one)) {
        one = slice_trim(one);
        if (slice_starts(one, S("W/")))
            one = slice_from(one, 2);
        if (slice_eq(one, slice_of(tag)) || slice_eq(one, S("*")))
            return true;
    }
    return false;
}

static void answer(struct api_call *c, const struct page *p)
{
    bool forever = slice_starts(p->path, S("/assets/"));
    bool known = is_known(c, p->tag);

    api_add_header(c, "ETag", slice_of(p->tag));
    api_add_header(c, "Vary", S("Accept-Encoding"));
    api_add_header(c, "Cache-Control",
                   forever ? S("public, max-age=31536000, immutable")
                           : S("no-cache"));
    api_add_header(c, "Content-Security-Policy", slice_of(POLICY));
    if (p->is_gzip && !known)
        api_add_header(c, "Content-Encoding", S("gzip"));
    api_reply_text(c, known ? 304 : 200, pages_type(p->path),
                   known ? S("") : p->bytes);
}

/* ---- embedded ------------------------------------------------------------ */

static struct slice bytes_of(const struct page_bytes *b)
{
    return slice_between(b->begin, b->end);
}

static bool find_embedded(struct slice path, bool gzip, struct page *out)
{
    for (const struct page_file *f = page_files; f->path; f++) {
        if (!slice_eq(path, slice_of(f->path)))
            continue;
        out->path = path;
        out->is_gzip = gzip && f->gzip.begin;
        out->bytes = bytes_of(out->is_gzip ? &f->gzip : &f->plain);
        snprintf(out->tag, sizeof out->tag, "\"%s%s\"", f->tag,
                 out->is_gzip ? "-gz" : "");
        return true;
    }
    return false;
}

/* ---- of a directory ------------------------------------------------------ */

/* No way out of the directory, and nothing hidden. */
static bool is_plain_path(struct slice path)
{
    if (slice_find(path, S("/.")) >= 0)
        return false;
    for (size_t i = 0; i < path.n; i++)
        if ((unsigned char)path.p[i] <= ' ' || path.p[i] == '\\' ||
            path.p[i] == '%')
            return false;
    return true;
}

static bool read_whole(int fd, size_t size, struct api_call *c,
                       struct page *out)
{
    char *room = arena_alloc(&c->arena, size + 1);
    size_t n = 0;
    ssize_t got = 1;

    while (room && n < size && got > 0) {
        got = read(fd, room + n, size - n);
        n += got > 0 ? (size_t)got : 0;
    }
    out->bytes = slice_at(room, n);
    return room && n == size;
}

static bool read_file(const char *dir, struct slice path, struct api_call *c,
                      struct page *out)
{
    struct str name = {0};
    struct stat st;
    bool right;
    int fd;

    if (!is_plain_path(path))
        return false;
    str_printf(&name, "%s%.*s", dir, SLICE_ARG(path));
    fd = open(str_c(&name), O_RDONLY | O_CLOEXEC);
    str_fini(&name);
    if (fd < 0)
        return false;
    right = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
            st.st_size <= PAGE_MAX &&
            read_whole(fd, (size_t)st.st_size, c, out);
    close(fd);
    out->path = path;
    snprintf(out->tag, sizeof out->tag, "\"%llx-%llx\"",
             (unsigned long long)st.st_mtim.tv_sec * 1000000000u +
                 (unsigned long long)st.st_mtim.tv_nsec,
             (unsigned long long)st.st_size);
    return right;
}

/* ---- which one ----------------------------------------------------------- */

static bool find(struct api_call *c, struct slice path, struct page *out)
{
    const char *dir = getenv("IMSBOX_PAGES");

    if (dir && dir[0])
        return read_file(dir, path, c, out);
    return find_embedded(
        path, pages_takes_gzip(api_header(c, "Accept-Encoding")), out);
}

/* A view is no file: "/ladder", "/subscribers/3". */
static bool is_view(struct slice path)
{
    struct slice last = slice_from(path, (size_t)(slice_rindex(path, '/') + 1));

    return slice_index(last, '.') < 0;
}

void pages_get(struct node *n, struct api_call *c)
{
    struct page p = {0};

    (void)n;
    if (slice_starts(c->path, S("/api/")))
        api_problem(c, 404,
                    "there is nothing at this path; "
                    "/api/v1/openapi.json tells what there is");
    else if (find(c, c->path, &p) ||
             (is_view(c->path) && find(c, S("/index.html"), &p)))
        answer(c, &p);
    else
        api_problem(c, 404, "there is no such page");
}
