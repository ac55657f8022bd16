/* SPDX-License-Identifier: MIT */
#include "topology/yaml.h"
#include "base/mem.h"
#include <assert.h>
#include <stdio.h>
#include <yaml.h>

enum { KEYS_MAX = 64, ANCHORS_MAX = 256 };

struct anchor {
    struct slice name;
    struct yaml *node;
    struct anchor *next;
};

struct reader {
    yaml_parser_t parser;
    struct slice text;
    struct arena *arena;
    struct report *report;
    struct anchor *anchors; /* newest first: a later one hides an earlier */
    unsigned anchor_count;
    unsigned depth;
    bool failed;
    struct arena *kept; /* of a stream: what anchors name is copied there */
    size_t kept_weight;
};

static struct yaml *read_node(struct reader *r, yaml_event_t *ev);

static void *take(struct reader *r, size_t size)
{
    void *p = arena_zalloc(r->arena, size);

    assert(p);
    return p;
}

static struct mark mark_of(yaml_mark_t m)
{
    return (struct mark){(unsigned)m.line + 1, (unsigned)m.column + 1};
}

/* Ends the reading; what comes after one of these is not worth telling. */
static struct yaml *fail(struct reader *r, struct mark at, const char *text)
{
    if (!r->failed)
        report_error(r->report, at, "%s", text);
    r->failed = true;
    return NULL;
}

/* The place of a byte, for errors that libyaml tells by offset. */
static struct mark mark_at(struct slice text, size_t offset)
{
    struct mark at = {1, 1};

    for (size_t i = 0; i < offset && i < text.n; i++) {
        at.column++;
        if (text.p[i] == '\n')
            at = (struct mark){at.line + 1, 1};
    }
    return at;
}

static bool next_event(struct reader *r, yaml_event_t *ev)
{
    const yaml_parser_t *p = &r->parser;
    char text[300];

    if (yaml_parser_parse(&r->parser, ev))
        return true;
    snprintf(text, sizeof text, "%s%s%s; expected well-formed YAML",
             p->problem ? p->problem : "broken", p->context ? " " : "",
             p->context ? p->context : "");
    fail(r,
         p->error == YAML_READER_ERROR ? mark_at(r->text, p->problem_offset)
                                       : mark_of(p->problem_mark),
         text);
    return false;
}

static bool has_tag(const yaml_event_t *ev)
{
    switch ((int)ev->type) {
    case YAML_SCALAR_EVENT: return ev->data.scalar.tag;
    case YAML_SEQUENCE_START_EVENT: return ev->data.sequence_start.tag;
    case YAML_MAPPING_START_EVENT: return ev->data.mapping_start.tag;
    }
    return false;
}

static struct yaml *new_node(struct reader *r, enum yaml_kind kind,
                             const yaml_event_t *ev)
{
    struct yaml *y = take(r, sizeof *y);

    y->kind = kind;
    y->at = mark_of(ev->start_mark);
    y->weight = YAML_NODE_WEIGHT;
    return y;
}

struct yaml *yaml_keep(struct arena *a, const struct yaml *y)
{
    struct yaml *c = y ? arena_alloc(a, sizeof *c) : NULL;
    struct yaml_item **end;

    if (!c)
        return NULL;
    *c = *y;
    end = &c->items;
    if (y->kind == YAML_SCALAR) {
        c->text = slice_keep(a, slice_at(y->text.p, y->text.n + 1));
        c->text.n = y->text.n;
    }
    for (const struct yaml_item *i = y->items; i; i = i->next) {
        struct yaml_item *k = arena_zalloc(a, sizeof *k);

        k->key = yaml_keep(a, i->key);
        k->value = yaml_keep(a, i->value);
        *end = k;
        end = &k->next;
    }
    *end = NULL;
    return c;
}

/* Parts of a stream do not outlive their successors, what anchors name does:
 * all of it together weighs no more than one part may. */
static struct yaml *keep(struct reader *r, struct yaml *y)
{
    if (!r->kept)
        return y;
    r->kept_weight += y->weight;
    if (r->kept_weight > YAML_WEIGHT_MAX)
        return fail(r, y->at,
                    "anchors that name too much; expected less than 8 MiB");
    return yaml_keep(r->kept, y);
}

static void remember(struct reader *r, const yaml_char_t *name, struct yaml *y)
{
    struct anchor *a;

    if (!name || !y)
        return;
    y = keep(r, y);
    if (!y)
        return;
    if (++r->anchor_count > ANCHORS_MAX) {
        fail(r, y->at, "too many anchors; expected at most 256");
        return;
    }
    a = arena_zalloc(r->kept ? r->kept : r->arena, sizeof *a);
    a->name =
        slice_keep(r->kept ? r->kept : r->arena, slice_of((const char *)name));
    a->node = y;
    a->next = r->anchors;
    r->anchors = a;
}

/* An anchor is known once what it names is complete, so nothing can contain
 * itself. */
static struct yaml *recall(struct reader *r, const yaml_event_t *ev)
{
    struct slice name = slice_of((const char *)ev->data.alias.anchor);
    char text[128];

    for (struct anchor *a = r->anchors; a; a = a->next)
        if (slice_eq(a->name, name))
            return a->node;
    snprintf(text, sizeof text,
             "alias *%.40s of nothing; expected an anchor before it", name.p);
    return fail(r, mark_of(ev->start_mark), text);
}

static struct yaml *read_scalar(struct reader *r, const yaml_event_t *ev)
{
    struct yaml *y = new_node(r, YAML_SCALAR, ev);
    struct slice text = slice_at(ev->data.scalar.value, ev->data.scalar.length);

    if (text.n > YAML_TEXT_MAX)
        return fail(r, y->at, "a text of more than 4096 bytes; expected less");
    if (memchr(text.p, 0, text.n))
        return fail(r, y->at, "a zero byte; expected text");
    y->plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    y->text = slice_keep(r->arena, slice_at(text.p, text.n + 1));
    y->text.n = text.n;
    y->weight += text.n;
    remember(r, ev->data.scalar.anchor, y);
    return y;
}

static bool append(struct reader *r, struct yaml *y, struct yaml_item ***end,
                   struct yaml_item item)
{
    y->count++;
    y->weight += item.value->weight + (item.key ? item.key->weight : 0);
    if (y->weight > YAML_WEIGHT_MAX) {
        fail(r, item.value->at,
             "aliases that repeat too much; expected less than 8 MiB when "
             "written out");
        return false;
    }
    **end = take(r, sizeof item);
    ***end = item;
    *end = &(**end)->next;
    return true;
}

static struct yaml *read_list(struct reader *r, yaml_event_t *start)
{
    struct yaml *y = new_node(r, YAML_LIST, start);
    struct yaml_item **end = &y->items;

    for (;;) {
        struct yaml_item item = {0};
        yaml_event_t ev;
        bool last;

        if (!next_event(r, &ev))
            return NULL;
        last = ev.type == YAML_SEQUENCE_END_EVENT;
        item.value = last ? NULL : read_node(r, &ev);
        yaml_event_delete(&ev);
        if (last)
            break;
        if (!item.value || !append(r, y, &end, item))
            return NULL;
    }
    remember(r, start->data.sequence_start.anchor, y);
    return y;
}

static bool has_key(const struct yaml *map, struct slice key)
{
    for (const struct yaml_item *i = map->items; i; i = i->next)
        if (slice_eq(i->key->text, key))
            return true;
    return false;
}

/* *key stays NULL at the end of the map. */
static bool read_key(struct reader *r, const struct yaml *map,
                     struct yaml **key)
{
    yaml_event_t ev;
    bool last;

    if (!next_event(r, &ev))
        return false;
    last = ev.type == YAML_MAPPING_END_EVENT;
    if (!last)
        *key = read_node(r, &ev);
    yaml_event_delete(&ev);
    if (last)
        return true;
    if (!*key)
        return false;
    if ((*key)->kind != YAML_SCALAR)
        fail(r, (*key)->at, "a list or map as key; expected a name");
    else if (map->count == KEYS_MAX)
        fail(r, (*key)->at, "a map of more than 64 keys; expected less");
    else if (has_key(map, (*key)->text))
        report_error(r->report, (*key)->at,
                     "key \"%.*s\" twice; expected each key once",
                     SLICE_ARG(slice_first((*key)->text, 64)));
    return !r->failed;
}

static struct yaml *read_map(struct reader *r, yaml_event_t *start)
{
    struct yaml *y = new_node(r, YAML_MAP, start);
    struct yaml_item **end = &y->items;

    for (;;) {
        struct yaml_item item = {0};
        yaml_event_t ev;

        if (!read_key(r, y, &item.key))
            return NULL;
        if (!item.key)
            break;
        if (!next_event(r, &ev))
            return NULL;
        item.value = read_node(r, &ev);
        yaml_event_delete(&ev);
        if (!item.value || !append(r, y, &end, item))
            return NULL;
    }
    remember(r, start->data.mapping_start.anchor, y);
    return y;
}

static struct yaml *read_node(struct reader *r, yaml_event_t *ev)
{
    struct yaml *y = NULL;

    if (++r->depth > YAML_DEPTH_MAX) {
        fail(r, mark_of(ev->start_mark),
             "lists and maps nested too deep; expected at most 16 levels");
    } else if (has_tag(ev)) {
        fail(r, mark_of(ev->start_mark), "a tag; expected a value without");
    } else if (ev->type == YAML_SCALAR_EVENT) {
        y = read_scalar(r, ev);
    } else if (ev->type == YAML_SEQUENCE_START_EVENT) {
        y = read_list(r, ev);
    } else if (ev->type == YAML_MAPPING_START_EVENT) {
        y = read_map(r, ev);
    } else if (ev->type == YAML_ALIAS_EVENT) {
        y = recall(r, ev);
    }
    r->depth--;
    return r->failed ? NULL : y;
}

/* Stream start, then documents. */
static struct yaml *read_stream(struct reader *r)
{
    struct yaml *y = NULL;
    unsigned documents = 0;

    for (;;) {
        yaml_event_t ev;
        yaml_event_type_t type;

        if (!next_event(r, &ev))
            return NULL;
        type = ev.type;
        if (type == YAML_DOCUMENT_START_EVENT && ++documents > 1)
            fail(r, mark_of(ev.start_mark),
                 "a second document; expected one topology in a file");
        else if (type != YAML_STREAM_START_EVENT &&
                 type != YAML_DOCUMENT_START_EVENT &&
                 type != YAML_DOCUMENT_END_EVENT &&
                 type != YAML_STREAM_END_EVENT)
            y = read_node(r, &ev);
        yaml_event_delete(&ev);
        if (r->failed)
            return NULL;
        if (type == YAML_STREAM_END_EVENT)
            break;
    }
    return y ? y
             : fail(r, (struct mark){0}, "an empty file; expected a topology");
}

static bool check_zero(struct reader *r)
{
    const char *zero = r->text.n ? memchr(r->text.p, 0, r->text.n) : NULL;

    if (zero)
        fail(r, mark_at(r->text, (size_t)(zero - r->text.p)),
             "a zero byte; expected text");
    return !zero;
}

struct yaml *yaml_read(struct slice text, struct arena *arena,
                       struct report *report)
{
    struct reader r = {.text = text, .arena = arena, .report = report};
    struct yaml *y;

    if (!check_zero(&r))
        return NULL;
    if (!yaml_parser_initialize(&r.parser))
        abort();
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &r.parser, (const unsigned char *)(text.p ? text.p : ""), text.n);
    y = read_stream(&r);
    yaml_parser_delete(&r.parser);
    return y;
}

/* ---- part by part -------------------------------------------------------- */

struct yaml_stream {
    struct reader r;
    struct slice list;
    enum { AT_START, IN_ROOT, IN_LIST, AT_END, BEHIND } place;
    struct yaml keys; /* a map of those that were there */
    struct yaml_item **last_key;
    struct arena kept; /* bounded by the weight of anchors and the keys */
};

struct yaml_stream *yaml_stream_new(struct slice text, struct slice list)
{
    struct yaml_stream *s = mem_zalloc(sizeof *s);

    arena_init(&s->kept, 0, SIZE_MAX);
    s->list = list;
    s->keys.kind = YAML_MAP;
    s->last_key = &s->keys.items;
    s->r = (struct reader){.text = text, .kept = &s->kept};
    if (!yaml_parser_initialize(&s->r.parser))
        abort();
    yaml_parser_set_encoding(&s->r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &s->r.parser, (const unsigned char *)(text.p ? text.p : ""), text.n);
    return s;
}

void yaml_stream_free(struct yaml_stream *s)
{
    if (!s)
        return;
    yaml_parser_delete(&s->r.parser);
    arena_fini(&s->kept);
    free(s);
}

size_t yaml_stream_place(const struct yaml_stream *s)
{
    return s->r.parser.offset < s->r.text.n ? s->r.parser.offset : s->r.text.n;
}

static enum yaml_part part(struct yaml_stream *s, enum yaml_part what)
{
    return s->r.failed ? YAML_PART_ERROR : what;
}

/* Of the document's first event. */
static enum yaml_part enter(struct yaml_stream *s, yaml_event_t *ev,
                            struct yaml **value)
{
    if (ev->type == YAML_STREAM_END_EVENT) {
        fail(&s->r, (struct mark){0}, "an empty file; expected a topology");
    } else if (ev->type == YAML_MAPPING_START_EVENT && !has_tag(ev)) {
        s->place = IN_ROOT;
        s->r.depth = 1;
    } else {
        *value = read_node(&s->r, ev);
        s->place = AT_END;
    }
    return part(s, YAML_PART_ROOT);
}

static void keep_key(struct yaml_stream *s, const struct yaml *key)
{
    struct yaml_item *i = arena_zalloc(&s->kept, sizeof *i);

    i->key = yaml_keep(&s->kept, key);
    *s->last_key = i;
    s->last_key = &i->next;
    s->keys.count++;
}

/* A key of the root, and what it has unless that is the list. */
static enum yaml_part read_section(struct yaml_stream *s, struct yaml **key,
                                   struct yaml **value)
{
    yaml_event_t ev;
    bool is_list;

    *key = NULL;
    if (!read_key(&s->r, &s->keys, key))
        return YAML_PART_ERROR;
    if (!*key) {
        s->place = AT_END;
        return YAML_PART_SECTION;
    }
    keep_key(s, *key);
    if (!next_event(&s->r, &ev))
        return YAML_PART_ERROR;
    is_list = slice_eq((*key)->text, s->list);
    if (is_list && ev.type == YAML_SEQUENCE_START_EVENT && !has_tag(&ev)) {
        s->place = IN_LIST;
        s->r.depth = 2;
    } else {
        *value = read_node(&s->r, &ev);
    }
    yaml_event_delete(&ev);
    return part(s, is_list ? YAML_PART_ITEM : YAML_PART_SECTION);
}

static enum yaml_part read_item(struct yaml_stream *s, struct yaml **value)
{
    yaml_event_t ev;

    if (!next_event(&s->r, &ev))
        return YAML_PART_ERROR;
    if (ev.type == YAML_SEQUENCE_END_EVENT) {
        s->place = IN_ROOT;
        s->r.depth = 1;
    } else {
        *value = read_node(&s->r, &ev);
    }
    yaml_event_delete(&ev);
    return part(s, YAML_PART_ITEM);
}

/* Around the document. */
static enum yaml_part read_frame(struct yaml_stream *s, struct yaml **value)
{
    yaml_event_t ev;
    yaml_event_type_t type;
    enum yaml_part what = YAML_PART_ROOT;

    if (!next_event(&s->r, &ev))
        return YAML_PART_ERROR;
    type = ev.type;
    if (type == YAML_DOCUMENT_START_EVENT && s->place == AT_END)
        fail(&s->r, mark_of(ev.start_mark),
             "a second document; expected one topology in a file");
    else if (type == YAML_STREAM_END_EVENT && s->place == AT_END)
        s->place = BEHIND;
    else if (type != YAML_STREAM_START_EVENT &&
             type != YAML_DOCUMENT_START_EVENT &&
             type != YAML_DOCUMENT_END_EVENT)
        what = enter(s, &ev, value);
    yaml_event_delete(&ev);
    return part(s, s->place == BEHIND ? YAML_PART_END : what);
}

enum yaml_part yaml_stream_next(struct yaml_stream *s, struct arena *arena,
                                struct report *report, struct yaml **key,
                                struct yaml **value)
{
    enum yaml_part what = s->place == BEHIND ? YAML_PART_END : YAML_PART_ROOT;

    s->r.arena = arena;
    s->r.report = report;
    *key = *value = NULL;
    if (s->place == AT_START)
        check_zero(&s->r);
    while (!s->r.failed && !*value && what != YAML_PART_END) {
        if (s->place == IN_ROOT)
            what = read_section(s, key, value);
        else if (s->place == IN_LIST)
            what = read_item(s, value);
        else
            what = read_frame(s, value);
    }
    return part(s, what);
}

bool yaml_is_null(const struct yaml *y)
{
    return y->kind == YAML_SCALAR && y->plain &&
           (y->text.n == 0 || slice_eq(y->text, S("~")) ||
            slice_eq_nocase(y->text, S("null")));
}

bool yaml_is_number(const struct yaml *y)
{
    bool digit = false;

    if (y->kind != YAML_SCALAR || !y->plain)
        return false;
    for (size_t i = 0; i < y->text.n; i++) {
        char c = y->text.p[i];

        if (c >= '0' && c <= '9')
            digit = true;
        else if (i > 0 || (c != '-' && c != '+'))
            return false;
    }
    return digit;
}

bool yaml_is_flag(const struct yaml *y, bool *value)
{
    if (y->kind != YAML_SCALAR || !y->plain)
        return false;
    *value = slice_eq(y->text, S("true"));
    return *value || slice_eq(y->text, S("false"));
}

/* The beginning of a text, not cut within a character. */
static struct slice beginning(struct slice text)
{
    struct slice s = slice_first(text, 40);

    while (s.n < text.n && s.n > 0 && (text.p[s.n] & 0xc0) == 0x80)
        s.n--;
    return s;
}

const char *yaml_found(const struct yaml *y, char text[64])
{
    bool flag;
    struct slice s = beginning(y->text);

    if (y->kind != YAML_SCALAR)
        return y->kind == YAML_LIST ? "a list" : "a map";
    if (yaml_is_null(y))
        return "nothing";
    if (yaml_is_number(y))
        snprintf(text, 64, "the number %.*s", SLICE_ARG(s));
    else if (yaml_is_flag(y, &flag))
        snprintf(text, 64, "the flag %.*s", SLICE_ARG(s));
    else
        snprintf(text, 64, "\"%.*s\"", SLICE_ARG(s));
    return text;
}
