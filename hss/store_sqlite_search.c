/* SPDX-License-Identifier: MIT
 *
 * Parts of words in a million texts: see store_sqlite_schema.c.
 */
#include "hss/store_sqlite.h"

enum { QUERY_MAX = 1024 };

enum ims_err search_forget(struct store_db *w, int64_t first, int64_t last,
                           struct why *why)
{
    return db_run(w, db_bind(w, SQL_SEARCH_FORGET, "ii", first, last), why);
}

enum ims_err search_learn(struct store_db *w, int64_t id, struct why *why)
{
    enum ims_err err =
        db_run(w, db_bind(w, SQL_SEARCH_TEXT_DELETE, "i", id), why);

    if (!err)
        err = db_run(w, db_bind(w, SQL_SEARCH_TEXT_INSERT, "i", id), why);
    if (!err)
        err = db_run(w, db_bind(w, SQL_SEARCH_LEARN, "i", id), why);
    return err;
}

/* ---- asking ------------------------------------------------------------- */

/* Of an identity the user alone is in the index. */
static struct slice bare(struct slice word)
{
    ssize_t at;

    if (slice_starts_nocase(word, S("sip:")) ||
        slice_starts_nocase(word, S("tel:")))
        word = slice_from(word, 4);
    at = slice_index(word, '@');
    return at > 0 ? slice_first(word, (size_t)at) : word;
}

static size_t characters(struct slice s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

/* One string of FTS5's language; the index has three characters at least. */
static void put_word(struct buf *out, struct slice word)
{
    size_t n = characters(word);

    buf_str(out, out->n ? " AND \"" : "\"");
    buf_str(out, n == 1 ? "^^" : n == 2 ? "^" : "");
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] == '"')
            buf_char(out, '"');
        buf_char(out, word.p[i] ? word.p[i] : ' ');
    }
    buf_char(out, '"');
}

static enum ims_err put_query(struct buf *out, struct slice text,
                              struct why *why)
{
    struct slice word;

    while (slice_cut(&text, ' ', &word)) {
        word = bare(slice_trim(word));
        if (word.n)
            put_word(out, word);
    }
    if (out->full)
        return why_set(why, IMS_TOO_LARGE, "too many words to search for");
    if (out->n == 0)
        return why_set(why, IMS_NOT_FOUND, "no word to search for");
    return IMS_OK;
}

enum ims_err store_search(struct store *s, struct arena *a, struct slice text,
                          int64_t after, size_t max, struct store_ids *out,
                          struct why *why)
{
    struct store_db *db = &s->reader;
    struct db_rows r = {.size = sizeof(int64_t)};
    char memory[QUERY_MAX];
    struct buf query;
    sqlite3_stmt *q;
    enum ims_err err;
    int64_t *id;

    buf_over(&query, memory, sizeof(memory));
    err = put_query(&query, text, why);
    if (err)
        return err;
    q = db_bind(db, SQL_SEARCH, "tii", buf_slice(&query), after, INT64_MAX);
    while (r.n < max && !(err = db_row(db, q, why))) {
        id = is_hidden(db, db_int(q, 0)) ? NULL : db_rows_add(db, a, &r);
        if (id)
            *id = db_int(q, 0);
    }
    if (!err)
        db_done(q);
    err = db_read_end(db, err == IMS_NOT_FOUND ? IMS_OK : err, why);
    if (!err)
        *out = (struct store_ids){r.p, r.n};
    return err;
}
