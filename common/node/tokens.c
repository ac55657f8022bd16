/* SPDX-License-Identifier: MIT */
#include "node/tokens.h"
#include "base/dice.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TOKEN_MADE = 32 }; /* characters, of 36 each: 165 bits */

/* ---- one token ----------------------------------------------------------- */

/* RFC 3986 2.3: stands in URLs, cookies and headers as it is. */
static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (c && strchr("-._~", c));
}

static enum ims_err check(const char *where, struct slice token,
                          struct why *why)
{
    bool plain = true;

    for (size_t i = 0; i < token.n; i++)
        plain = plain && is_unreserved(token.p[i]);
    if (token.n < ACCESS_TOKEN_MIN || token.n > ACCESS_TOKEN_MAX || !plain)
        return why_set(why, IMS_CONFIG,
                       "%s: not a token; expected %d to %d letters, digits and "
                       "\"-\", \".\", \"_\", \"~\"",
                       where, ACCESS_TOKEN_MIN, ACCESS_TOKEN_MAX);
    return IMS_OK;
}

static enum ims_err read_file(const char *path, struct str *out,
                              struct why *why)
{
    char text[ACCESS_TOKEN_MAX + 2];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    int error = errno;
    struct slice token;
    enum ims_err err;

    if (fd >= 0)
        close(fd);
    if (n < 0 && error == ENOENT)
        return IMS_OK;
    if (n < 0)
        return why_set(why, IMS_STORAGE, "%s: %s", path, strerror(error));
    token = slice_trim(slice_at(text, (size_t)n));
    err = check(path, token, why);
    if (err == IMS_OK)
        str_set(out, token);
    return err;
}

/* Nobody sees half a token, behind a crash neither, and the first maker's
 * stays.
 */
static enum ims_err write_file(const char *path, struct why *why)
{
    char text[TOKEN_MADE + 1];
    struct str aside = {0};
    struct dice dice;
    bool written;
    int fd;

    dice_init(&dice);
    dice_token(&dice, text, TOKEN_MADE);
    text[TOKEN_MADE] = '\n';
    str_printf(&aside, "%s.%ld", path, (long)getpid());
    fd = open(str_c(&aside), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    written = fd >= 0 && write(fd, text, sizeof text) == sizeof text &&
              fsync(fd) == 0 &&
              (link(str_c(&aside), path) == 0 || errno == EEXIST);
    if (!written)
        why_set(why, IMS_STORAGE,
                "a token is needed and cannot be kept: %s: %s; set "
                "IMSBOX_TOKEN and IMSBOX_VIEWER_TOKEN, or access: {tokens: "
                "DIRECTORY} in the topology",
                path, strerror(errno));
    if (fd >= 0) {
        close(fd);
        unlink(str_c(&aside));
    }
    str_fini(&aside);
    return written ? IMS_OK : IMS_STORAGE;
}

static enum ims_err load_file(const char *dir, const char *name, bool make,
                              struct str *out, struct why *why)
{
    struct str path = {0};
    enum ims_err err;

    str_printf(&path, "%s/%s", dir, name);
    err = read_file(str_c(&path), out, why);
    if (err == IMS_OK && out->n == 0 && make) {
        err = write_file(str_c(&path), why);
        if (err == IMS_OK)
            err = read_file(str_c(&path), out, why);
    }
    str_fini(&path);
    return err;
}

static enum ims_err load_variable(const char *name, struct str *out,
                                  struct why *why)
{
    struct slice token = slice_of(getenv(name));
    enum ims_err err;

    if (token.n == 0)
        return IMS_OK;
    err = check(name, token, why);
    if (err == IMS_OK)
        str_set(out, token);
    return err;
}

/* ---- both ---------------------------------------------------------------- */

static enum ims_err load_files(const char *dir, bool make, struct tokens *out,
                               struct why *why)
{
    enum ims_err err = IMS_OK;

    if (make && mkdir(dir, 0700) != 0 && errno != EEXIST)
        return why_set(why, IMS_STORAGE,
                       "%s: %s; set IMSBOX_TOKEN and IMSBOX_VIEWER_TOKEN, or "
                       "access: {tokens: DIRECTORY} in the topology",
                       dir, strerror(errno));
    if (out->admin.n == 0)
        err = load_file(dir, "admin-token", make, &out->admin, why);
    if (err == IMS_OK && out->viewer.n == 0)
        err = load_file(dir, "viewer-token", make, &out->viewer, why);
    return err;
}

enum ims_err tokens_load_from(const char *dir, bool make, struct tokens *out,
                              struct why *why)
{
    struct tokens t = {0};
    enum ims_err err = load_variable("IMSBOX_TOKEN", &t.admin, why);

    if (err == IMS_OK)
        err = load_variable("IMSBOX_VIEWER_TOKEN", &t.viewer, why);
    if (err == IMS_OK && t.admin.n == 0 && dir)
        str_set(&t.dir, slice_of(dir));
    /* Who sets the admin's token alone wants no viewers. */
    if (err == IMS_OK && t.dir.n)
        err = load_files(dir, make, &t, why);
    if (err == IMS_OK)
        *out = t;
    else
        tokens_fini(&t);
    return err;
}

static const char *store_of(const struct topology *t)
{
    for (unsigned i = 0; i < t->network_count; i++) {
        const struct topology_node *n =
            topology_node_at(&t->networks[i], TOPOLOGY_HSS, 0);

        if (n && strchr(n->store, '/') &&
            !slice_starts(slice_of(n->store), S("memory:")))
            return n->store;
    }
    return NULL;
}

enum ims_err tokens_load(const struct topology *t, bool make,
                         struct tokens *out, struct why *why)
{
    const char *run = getenv("IMSBOX_RUN_DIR"), *store = store_of(t);
    struct str dir = {0};
    enum ims_err err;

    if (t->access.tokens)
        str_set(&dir, slice_of(t->access.tokens));
    else if (run && run[0])
        str_set(&dir, slice_of(run));
    else if (store)
        str_set(&dir, slice_between(store, strrchr(store, '/')));
    else
        str_set(&dir, slice_of(t->dir));
    err = tokens_load_from(dir.n ? str_c(&dir) : "/", make, out, why);
    str_fini(&dir);
    return err;
}

void tokens_fini(struct tokens *t)
{
    str_fini(&t->admin);
    str_fini(&t->viewer);
    str_fini(&t->dir);
}

bool tokens_show_once(const struct tokens *t)
{
    struct str path = {0};
    int fd;

    if (t->dir.n == 0)
        return false;
    str_printf(&path, "%s/admin-token-shown", str_c(&t->dir));
    fd = open(str_c(&path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    str_fini(&path);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}
