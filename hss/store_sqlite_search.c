/* SPDX-License-Identifier: MIT
 *
 * Search: parts of names and numbers among a million. No index finds the
 * middle of a word; reading through all of them does, when they lie close
 * together: 40 bytes a subscriber, in texts of SEARCH_PAGE lines, of which
 * most are passed by with one look for the word.
 */
#include "hss/store_sqlite.h"

enum { QUERY_MAX = 1024, WORDS_MAX = 32 };

/* ---- words -------------------------------------------------------------- */

/* Greek ones with tonos, which no rule leads to their small letters. */
static const unsigned char with_tonos[][3] = {
    {0x86, 0xce, 0xac}, {0x88, 0xce, 0xad}, {0x89, 0xce, 0xae},
    {0x8a, 0xce, 0xaf}, {0x8c, 0xcf, 0x8c}, {0x8e, 0xcf, 0x8d},
    {0x8f, 0xcf, 0x8e},
};

/* A capital of two bytes in UTF-8: of Latin-1, Greek or Cyrillic. */
static void fold_pair(unsigned char *s)
{
    unsigned char a = s[0], b = s[1];

    if ((a == 0xc3 && b >= 0x80 && b <= 0x9e && b != 0x97) ||
        (a == 0xce && b >= 0x91 && b <= 0x9f) ||
        (a == 0xd0 && b >= 0x90 && b <= 0x9f)) {
        s[1] = (unsigned char)(b + 0x20);
    } else if ((a == 0xce && b >= 0xa0 && b <= 0xab) ||
               (a == 0xd0 && b >= 0xa0 && b <= 0xaf)) {
        s[0]++;
        s[1] = (unsigned char)(b - 0x20);
    } else if (a == 0xd0 && b >= 0x80 && b <= 0x8f) {
        s[0]++;
        s[1] = (unsigned char)(b + 0x10);
    } else if (a == 0xce && b < 0x90) {
        for (size_t i = 0; i < sizeof(with_tonos) / sizeof(with_tonos[0]); i++)
            if (with_tonos[i][0] == b)
                memcpy(s, with_tonos[i] + 1, 2);
    }
}

static void fold(char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] + 0x20);
        else if (i + 1 < n)
            fold_pair((unsigned char *)p + i);
    }
}

/* Behind a space, once. */
static void put_word(struct buf *out, size_t line, struct slice word)
{
    size_t at = out->n;
    struct slice before;

    if (!word.n)
        return;
    buf_char(out, ' ');
    buf_add(out, word);
    if (out->full)
        return;
    fold(out->p + at, out->n - at);
    for (size_t i = at + 1; i < out->n; i++) {
        if ((unsigned char)out->p[i] < ' ')
            out->p[i] = ' ';
    }
    before = slice_at(out->p + line, at - line);
    if (slice_find(before, slice_from(buf_slice(out), at)) >= 0)
        out->n = at;
}

/* Of an identity the user alone; one domain stands in all of them. */
static struct slice user_of(struct slice identity)
{
    ssize_t at;

    if (slice_starts_nocase(identity, S("sip:")) ||
        slice_starts_nocase(identity, S("tel:")))
        identity = slice_from(identity, 4);
    at = slice_index(identity, '@');
    if (at < 0)
        at = slice_index(identity, ';');
    return at > 0 ? slice_first(identity, (size_t)at) : identity;
}

void search_words(struct buf *out, const struct subscriber *s)
{
    size_t line = out->n;

    for (size_t i = 0; i < s->nsets; i++) {
        for (size_t k = 0; k < s->sets[i].npublics; k++) {
            put_word(out, line, user_of(s->sets[i].publics[k].impu));
            put_word(out, line, s->sets[i].publics[k].display_name);
        }
    }
    for (size_t i = 0; i < s->nprivates; i++)
        put_word(out, line, user_of(s->privates[i].impi));
}

/* ---- what an older program folded less ---------------------------------- */

/* The first page from *page on. */
static enum ims_err copy_page(struct store_db *w, int64_t *page,
                              struct buf *out, struct why *why)
{
    sqlite3_stmt *q = db_bind(w, SQL_SEARCH_PAGES, "i", *page);
    enum ims_err err = db_row(w, q, why);

    if (err)
        return err;
    *page = db_int(q, 0);
    buf_reset(out);
    buf_add(out, db_peek(q, 1));
    db_done(q);
    return IMS_OK;
}

enum ims_err search_fold_all(struct store_db *w, struct why *why)
{
    enum ims_err err;
    struct buf text;

    buf_init(&text, SIZE_MAX); /* bounded by what is there */
    for (int64_t page = 0; !(err = copy_page(w, &page, &text, why)); page++) {
        fold(text.p, text.n);
        err = db_run(
            w, db_bind(w, SQL_SEARCH_PUT, "it", page, buf_slice(&text)), why);
        if (err)
            break;
    }
    buf_fini(&text);
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

/* ---- asking ------------------------------------------------------------- */

struct query {
    char memory[QUERY_MAX];
    struct slice words[WORDS_MAX]; /* in memory */
    size_t n;
    bool any;
};

static size_t characters(struct slice s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

/* One or two characters are a beginning. The longest one comes first: it is
 * seldom. */
static enum ims_err query_make(struct query *q, struct slice text,
                               struct why *why)
{
    struct slice word;
    struct buf out;
    size_t longest = 0;

    buf_over(&out, q->memory, sizeof(q->memory));
    while (slice_cut(&text, ' ', &word)) {
        size_t at = out.n;

        word = user_of(slice_trim(word));
        if (!word.n)
            continue;
        if (characters(word) < 3)
            buf_char(&out, ' ');
        buf_add(&out, word);
        if (out.full || q->n == WORDS_MAX)
            return why_set(why, IMS_TOO_LARGE, "too many words to search for");
        fold(out.p + at, out.n - at);
        q->words[q->n] = slice_from(buf_slice(&out), at);
        if (q->words[q->n].n > q->words[longest].n)
            longest = q->n;
        q->n++;
    }
    if (!q->n)
        return why_set(why, IMS_NOT_FOUND, "no word to search for");
    word = q->words[0];
    q->words[0] = q->words[longest];
    q->words[longest] = word;
    return IMS_OK;
}

static bool fits(const struct query *q, struct slice line)
{
    for (size_t i = 0; i < q->n; i++) {
        if ((slice_find(line, q->words[i]) >= 0) == q->any)
            return q->any;
    }
    return !q->any;
}

/* Is it worth looking at the page's lines? */
static bool may_fit(const struct query *q, struct slice text)
{
    return q->any ? fits(q, text) : slice_find(text, q->words[0]) >= 0;
}

/* The ids of a page's lines. */
static void search_page(struct store_db *db, const struct query *q,
                        const struct store_search *what, struct arena *a,
                        struct db_rows *found)
{
    sqlite3_stmt *stmt = db->stmt[SQL_SEARCH_PAGES];
    int64_t id = db_int(stmt, 0) * SEARCH_PAGE;
    struct slice text = db_peek(stmt, 1), line;
    int64_t *out;

    if (!may_fit(q, text))
        return;
    for (; found->n < what->max && slice_cut(&text, '\n', &line); id++) {
        if (id <= what->after || is_hidden(db, id) || !fits(q, line))
            continue;
        out = db_rows_add(db, a, found);
        if (out)
            *out = id;
    }
}

enum ims_err store_search(struct store *s, struct arena *a,
                          const struct store_search *what,
                          struct store_ids *out, struct why *why)
{
    struct store_db *db = &s->reader;
    struct db_rows r = {.size = sizeof(int64_t)};
    struct query query = {.any = what->any};
    size_t pages = what->budget ? what->budget / SEARCH_PAGE + 1 : SIZE_MAX;
    enum ims_err err = query_make(&query, what->text, why);
    sqlite3_stmt *q;

    if (err)
        return err;
    q = db_bind(db, SQL_SEARCH_PAGES, "i", what->after / SEARCH_PAGE);
    while (r.n < what->max && pages-- > 0 && !(err = db_row(db, q, why)))
        search_page(db, &query, what, a, &r);
    if (!err)
        db_done(q);
    err = db_read_end(db, err == IMS_NOT_FOUND ? IMS_OK : err, why);
    if (!err)
        *out = (struct store_ids){r.p, r.n};
    return err;
}
