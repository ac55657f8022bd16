/* SPDX-License-Identifier: MIT */
#include "imsbox/choose.h"
#include "base/mem.h"
#include <assert.h>

struct member {
    struct map_node node;
};

void choice_init(struct choice *c, const char *call, const char *user)
{
    *c = (struct choice){.call = call, .user = user};
    arena_init(&c->arena, 0, SIZE_MAX);
    map_init(&c->calls, 0, 0);
    map_init(&c->sessions, 0, 0);
}

void choice_fini(struct choice *c)
{
    map_fini(&c->calls);
    map_fini(&c->sessions);
    arena_fini(&c->arena);
}

static void put(struct choice *c, struct map *m, struct slice text)
{
    struct member *it;

    if (text.n == 0 || map_find(m, text))
        return;
    it = arena_zalloc(&c->arena, sizeof *it);
    assert(it);
    map_add(m, &it->node, slice_keep(&c->arena, text));
}

static bool has(const struct map *m, struct slice text)
{
    return text.n > 0 && map_find(m, text);
}

/* ---- users --------------------------------------------------------------- */

static bool is_part_of_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || strchr("-_.!~*'%+&=$@", c);
}

static struct slice headers_of(struct slice bytes)
{
    ssize_t end = slice_find(bytes, S("\r\n\r\n"));

    return end < 0 ? bytes : slice_first(bytes, (size_t)end);
}

/* With or without its scheme and, as "bob" or "+15551002", its domain; never as
 * the tail or head of a longer name. */
bool message_names_user(struct slice bytes, const char *user)
{
    struct slice name = slice_of(user), rest = headers_of(bytes);
    ssize_t colon = slice_index(name, ':'), at;
    bool bare;

    name = slice_from(name, (size_t)(colon + 1));
    bare = slice_index(name, '@') < 0;
    if (name.n == 0)
        return false;
    while ((at = slice_find(rest, name)) >= 0) {
        struct slice behind = slice_from(rest, (size_t)at + name.n);
        char before = at > 0 ? rest.p[at - 1] : ' ';

        if (!is_part_of_name(before) &&
            (behind.n == 0 || !is_part_of_name(behind.p[0]) ||
             (bare && behind.p[0] == '@')))
            return true;
        rest = slice_from(rest, (size_t)at + 1);
    }
    return false;
}

/* ---- marking ------------------------------------------------------------- */

static void note_calls(struct choice *c, struct entry *e)
{
    if (c->call)
        put(c, &c->calls, slice_of(c->call));
    else if (entry_is_message(e) && e->proto == RECORD_SIP &&
             !has(&c->calls, e->call) && message_names_user(e->bytes, c->user))
        put(c, &c->calls, e->call);
}

static void note_session(struct choice *c, struct entry *e)
{
    if (has(&c->calls, e->call))
        put(c, &c->sessions, e->session);
}

static void mark(struct choice *c, struct entry *e)
{
    e->chosen = has(&c->calls, e->call) || has(&c->sessions, e->session);
}

static void mark_any(struct choice *c, struct entry *e)
{
    (void)c;
    e->chosen = true;
}

static void each(struct choice *c, struct entries *e,
                 void (*fn)(struct choice *c, struct entry *e))
{
    for (unsigned i = 0; i < e->node_count; i++)
        for (unsigned k = 0; k < e->nodes[i].count; k++)
            fn(c, e->nodes[i].list[k]);
}

void choice_mark(struct choice *c, struct entries *e)
{
    if (!c->call && !c->user) {
        each(c, e, mark_any);
        return;
    }
    each(c, e, note_calls);
    each(c, e, note_session);
    each(c, e, mark);
}
