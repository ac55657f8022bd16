/* SPDX-License-Identifier: MIT
 *
 *   capital letters                    -> the same in small ones
 *   one letter wrong in the user part  -> each such word is looked up
 *   another domain                     -> the same user at ours
 *   more than that                     -> who shares three letters in a row
 *                                         (store_search), the nearest of them
 */
#include "hss/nearest.h"
#include "base/distance.h"
#include "hss/provisioning.h"
#include <ctype.h>

enum {
    ROOM_MAX = 1 << 20, /* of one of them */
    CANDIDATES = 48,
    SEARCHED = 100000, /* subscriptions: 2 ms, as a phone that nobody knows
                          makes the HSS spend them */
    PIECE = 3,         /* letters that are searched for */
    LETTERS_MAX = 10,  /* some 80 look-ups a letter: likewise */
    DIGITS_MAX = 16,   /* of a number (E.164 and its plus); 20 a digit */
    NUMBER_PIECE = 7,  /* of a number: its end */
};

struct search {
    struct store *store;
    struct arena *arena;
    struct nearest *out;
    struct slice wanted; /* the whole */
    struct slice scheme; /* "sip:", "tel:", or "" of a private identity */
    struct slice user, at_domain; /* "alice", "@ims.example" */
};

static void cut(struct search *s)
{
    ssize_t at;

    s->scheme = S("");
    if (slice_starts(s->wanted, S("sip:")) ||
        slice_starts(s->wanted, S("tel:")))
        s->scheme = slice_first(s->wanted, 4);
    s->user = slice_from(s->wanted, s->scheme.n);
    at = slice_index(s->user, ';');
    if (at >= 0) /* a local number's context */
        s->user = slice_first(s->user, (size_t)at);
    at = slice_rindex(s->user, '@');
    s->at_domain = at < 0 ? S("") : slice_from(s->user, (size_t)at);
    if (at >= 0)
        s->user = slice_first(s->user, (size_t)at);
}

static struct slice user_of(struct slice identity)
{
    struct search s = {.wanted = identity};

    cut(&s);
    return s.user;
}

static bool is_number(struct slice user)
{
    for (size_t i = 0; i < user.n; i++)
        if ((user.p[i] < '0' || user.p[i] > '9') && user.p[i] != '+')
            return false;
    return user.n > 0;
}

/* ---- the best so far ----------------------------------------------------- */

static bool is_there(const struct nearest *out, struct slice name)
{
    for (unsigned i = 0; i < out->n; i++)
        if (slice_eq(out->v[i], name))
            return true;
    return false;
}

static void put(struct search *s, struct slice name, unsigned d)
{
    struct nearest *out = s->out;
    struct slice kept;
    unsigned at = 0;

    while (at < out->n && out->distance[at] <= d)
        at++;
    if (at == NEAREST_MAX || is_there(out, name))
        return;
    kept = slice_keep(s->arena, name);
    if (!kept.p)
        return;
    if (out->n < NEAREST_MAX)
        out->n++;
    for (unsigned i = out->n - 1; i > at; i--) {
        out->v[i] = out->v[i - 1];
        out->distance[i] = out->distance[i - 1];
    }
    out->v[at] = kept;
    out->distance[at] = d;
}

/* ---- one letter ---------------------------------------------------------- */

static void try_name(struct search *s, struct slice user, struct slice at,
                     unsigned d)
{
    char text[2 * IDENTITY_MAX];
    struct buf b;
    int64_t id;

    buf_over(&b, text, sizeof text);
    buf_add(&b, s->scheme);
    buf_add(&b, user);
    buf_add(&b, at);
    if (!b.full && store_find(s->store, buf_slice(&b), &id, NULL) == IMS_OK)
        put(s, buf_slice(&b), d);
}

/* To a phone's keyboard a name begins with a capital. */
static void try_lower_case(struct search *s)
{
    char word[IDENTITY_MAX];
    size_t n = s->user.n;

    if (n > sizeof word)
        return;
    for (size_t i = 0; i < n; i++)
        word[i] = (char)tolower((unsigned char)s->user.p[i]);
    if (!slice_eq(slice_at(word, n), s->user))
        try_name(s, slice_at(word, n), s->at_domain, 0);
}

static void try_letters(struct search *s, char *word, size_t n, size_t at)
{
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz.-_+";
    size_t tried = is_number(s->user) ? 10 : sizeof letters - 1;
    char was = word[at];

    for (size_t i = 0; i < tried; i++) {
        word[at] = letters[i];
        try_name(s, slice_at(word, n), s->at_domain, 1);
    }
    word[at] = was;
}

static void try_one_letter(struct search *s)
{
    size_t n = s->user.n, most = is_number(s->user) ? DIGITS_MAX : LETTERS_MAX;
    char word[DIGITS_MAX + 1];
    const char *p = s->user.p;

    if (n == 0 || n > most)
        return;
    for (size_t i = 0; i < n; i++) { /* changed, taken out, swapped */
        memcpy(word, p, n);
        try_letters(s, word, n, i);
        memmove(word + i, word + i + 1, n - i - 1);
        try_name(s, slice_at(word, n - 1), s->at_domain, 1);
        memcpy(word, p, n);
        if (i + 1 < n) {
            word[i] = p[i + 1];
            word[i + 1] = p[i];
            try_name(s, slice_at(word, n), s->at_domain, 1);
        }
    }
    for (size_t i = 0; i <= n; i++) { /* put in */
        memcpy(word, p, i);
        memcpy(word + i + 1, p + i, n - i);
        word[i] = 'x';
        try_letters(s, word, n + 1, i);
    }
}

/* ---- more than that ------------------------------------------------------ */

/* Names longer than the wrong one may differ more. */
static bool is_near(const struct search *s, struct slice name, unsigned d)
{
    return d <= 2 || d <= s->user.n / 3 ||
           (s->user.n >= PIECE && slice_find(user_of(name), s->user) >= 0) ||
           (user_of(name).n >= PIECE &&
            slice_find(s->user, user_of(name)) >= 0);
}

static void look_at(struct search *s, struct slice name)
{
    unsigned d = distance(user_of(name), s->user);

    if (is_near(s, name, d))
        put(s, name, d);
}

static void look_at_subscriber(struct search *s, int64_t id)
{
    struct subscriber sub = {0};
    struct arena a;

    arena_init(&a, 4096, ROOM_MAX);
    if (store_read(s->store, &a, id, &sub, NULL) != IMS_OK)
        sub = (struct subscriber){0};
    for (size_t i = 0; i < sub.nprivates && s->scheme.n == 0; i++)
        look_at(s, sub.privates[i].impi);
    for (size_t i = 0; i < sub.nsets && s->scheme.n; i++)
        for (size_t k = 0; k < sub.sets[i].npublics; k++)
            if (!identity_is_wildcard(sub.sets[i].publics[k].impu))
                look_at(s, sub.sets[i].publics[k].impu);
    arena_fini(&a);
}

/* words: pieces of the wrong one. */
static void search_for(struct search *s, struct slice words)
{
    const struct store_search what = {
        .text = words, .any = true, .max = CANDIDATES, .budget = SEARCHED};
    struct store_ids ids = {0};

    if (store_search(s->store, s->arena, &what, &ids, NULL) != IMS_OK)
        return;
    for (size_t i = 0; i < ids.n; i++)
        look_at_subscriber(s, ids.p[i]);
}

/* Both ends; of a number its end. */
static void search_pieces(struct search *s)
{
    size_t n = s->user.n;
    char text[2 * PIECE + 2];
    struct buf b;

    if (is_number(s->user) && n >= NUMBER_PIECE) {
        search_for(s, slice_from(s->user, n - NUMBER_PIECE));
        return;
    }
    if (n < PIECE)
        return;
    buf_over(&b, text, sizeof text);
    buf_add(&b, slice_first(s->user, PIECE));
    buf_char(&b, ' ');
    buf_add(&b, slice_from(s->user, n - PIECE));
    search_for(s, buf_slice(&b));
}

/* ---- all of it ----------------------------------------------------------- */

static void run(struct search *s, struct slice domain)
{
    char at[IDENTITY_MAX + 2];
    struct buf b;

    *s->out = (struct nearest){0};
    cut(s);
    if (s->at_domain.n &&
        !slice_eq_nocase(slice_from(s->at_domain, 1), domain)) {
        buf_over(&b, at, sizeof at);
        buf_printf(&b, "@%.*s", SLICE_ARG(domain));
        s->at_domain = buf_slice(&b);
        try_name(s, s->user, s->at_domain, 0);
    }
    try_lower_case(s);
    try_one_letter(s);
    if (s->out->n == 0)
        search_pieces(s);
}

void nearest_identity(struct store *store, struct arena *a, struct slice wanted,
                      struct slice domain, struct nearest *out)
{
    struct search s = {
        .store = store, .arena = a, .out = out, .wanted = wanted};

    run(&s, domain);
}
