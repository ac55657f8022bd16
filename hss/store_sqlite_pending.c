/* SPDX-License-Identifier: MIT
 *
 * Rows that many subscribers share: counts of who uses an entry of the
 * catalogue, and texts of the search. A piece of an import writes each once.
 */
#include "hss/store_sqlite.h"

enum { TEXT_MAX = 64 << 20 };

void pending_init(struct store_pending *p)
{
    arena_init(&p->arena, 0, SIZE_MAX); /* bounded by PENDING_USES names */
    buf_init(&p->text, TEXT_MAX);
    p->page = -1;
}

void pending_fini(struct store_pending *p)
{
    arena_fini(&p->arena);
    buf_fini(&p->text);
}

/* ---- who uses what ------------------------------------------------------ */

static enum ims_err write_use(struct store_db *w, const struct store_use *u,
                              struct why *why)
{
    bool profile = u->kind == CATALOGUE_PROFILE;
    enum ims_err err;

    if (u->delta == 0)
        return IMS_OK;
    err = db_run(w,
                 db_bind(w, profile ? SQL_PROFILE_USED : SQL_CHARGING_USED,
                         "it", u->delta, u->name),
                 why);
    if (!err && sqlite3_changes(w->db) == 0)
        return why_set(why, IMS_NOT_FOUND, "there is no %s named %.*s",
                       catalogue_word(u->kind), SLICE_ARG(u->name));
    return err;
}

static enum ims_err write_uses(struct store_db *w, struct why *why)
{
    struct store_pending *p = &w->pending;
    enum ims_err err = IMS_OK;

    for (size_t i = 0; i < p->nuses && !err; i++)
        err = write_use(w, &p->uses[i], why);
    p->nuses = 0;
    arena_fini(&p->arena);
    arena_init(&p->arena, 0, SIZE_MAX);
    return err;
}

enum ims_err pending_use(struct store_db *w, enum catalogue_kind kind,
                         struct slice name, int64_t delta, struct why *why)
{
    struct store_pending *p = &w->pending;
    enum ims_err err = IMS_OK;

    if (name.n == 0)
        return IMS_OK;
    for (size_t i = 0; i < p->nuses; i++) {
        if (p->uses[i].kind == kind && slice_eq(p->uses[i].name, name)) {
            p->uses[i].delta += delta;
            return IMS_OK;
        }
    }
    if (p->nuses == PENDING_USES)
        err = write_uses(w, why);
    if (err)
        return err;
    p->uses[p->nuses++] =
        (struct store_use){kind, slice_keep(&p->arena, name), delta};
    return IMS_OK;
}

/* ---- texts of the search ------------------------------------------------ */

static bool is_empty(const struct buf *text)
{
    for (size_t i = 0; i < text->n; i++) {
        if (text->p[i] != '\n')
            return false;
    }
    return true;
}

static enum ims_err write_page(struct store_db *w, struct why *why)
{
    struct store_pending *p = &w->pending;
    bool changed = p->text_changed;

    p->text_changed = false;
    if (!changed)
        return IMS_OK;
    if (is_empty(&p->text))
        return db_run(w, db_bind(w, SQL_SEARCH_DELETE, "i", p->page), why);
    return db_run(
        w, db_bind(w, SQL_SEARCH_PUT, "it", p->page, buf_slice(&p->text)), why);
}

static enum ims_err read_page(struct store_db *w, int64_t page, struct why *why)
{
    struct store_pending *p = &w->pending;
    enum ims_err err = write_page(w, why);
    sqlite3_stmt *q;

    if (err)
        return err;
    buf_reset(&p->text);
    p->page = page;
    q = db_bind(w, SQL_SEARCH_PAGE, "i", page);
    err = db_row(w, q, why);
    if (err)
        return err == IMS_NOT_FOUND ? IMS_OK : err;
    buf_add(&p->text, db_peek(q, 0));
    db_done(q);
    return IMS_OK;
}

static size_t line_end(const struct buf *text, size_t at)
{
    const char *end = memchr(text->p + at, '\n', text->n - at);

    return end ? (size_t)(end - text->p) : text->n;
}

/* A line a subscription, in order; those behind the last one are not there. */
static void replace_line(struct buf *text, size_t n, struct slice line)
{
    size_t at = 0, end, behind;

    buf_add(text, S("\n")); /* there is one more than is needed */
    for (; n; n--) {
        at = line_end(text, at) + 1;
        if (at == text->n)
            buf_char(text, '\n');
    }
    if (text->full)
        return;
    end = line_end(text, at);
    behind = text->n - end;
    if (line.n > end - at && !buf_take(text, line.n - (end - at)))
        return;
    memmove(text->p + at + line.n, text->p + end, behind);
    if (line.n)
        memcpy(text->p + at, line.p, line.n);
    text->n = at + line.n + behind - 1;
}

enum ims_err pending_search(struct store_db *w, int64_t id,
                            const struct subscriber *s, struct why *why)
{
    struct store_pending *p = &w->pending;
    enum ims_err err = IMS_OK;
    struct buf line;

    if (p->page != id / SEARCH_PAGE)
        err = read_page(w, id / SEARCH_PAGE, why);
    if (err)
        return err;
    buf_init(&line, TEXT_MAX);
    if (s)
        search_words(&line, s);
    replace_line(&p->text, (size_t)(id % SEARCH_PAGE), buf_slice(&line));
    p->text_changed = true;
    if (p->text.full || line.full)
        err = why_set(why, IMS_FULL, "more names than there is room for");
    buf_fini(&line);
    return err;
}

/* ---- both --------------------------------------------------------------- */

void pending_forget(struct store_db *w)
{
    struct store_pending *p = &w->pending;

    p->nuses = 0;
    p->page = -1;
    p->text_changed = false;
    p->registered = 0;
    p->has_leavers = false;
    buf_reset(&p->text);
}

enum ims_err pending_write(struct store_db *w, struct why *why)
{
    enum ims_err err = w->pending.nuses ? write_uses(w, why) : IMS_OK;

    return err ? err : write_page(w, why);
}
