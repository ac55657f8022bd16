/* SPDX-License-Identifier: MIT */
#include "topology/schema.h"
#include "base/json.h"
#include "topology/values.h"

enum { SCHEMA_MAX = 1 << 20 };

static void print_table(struct json *j, const struct table *t);

/* Where expand.h takes variables. */
#define OR_VARIABLES "^(.*[$][{].+[}].*|"

/* What a pattern can say of each type; the loader says the rest. */
static const char *pattern(enum field_type type)
{
    switch (type) {
    case FIELD_NAME: return "^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?$";
    case FIELD_DOMAIN: return "^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$";
    case FIELD_HOST: return OR_VARIABLES "[\\[\\]A-Za-z0-9.:-]+)$";
    case FIELD_SERVER:
    case FIELD_RESOLVER:
        return OR_VARIABLES "[\\[\\]A-Za-z0-9.:-]+(:[0-9]+)?)$";
    case FIELD_SIP:
        return OR_VARIABLES "(udp|tcp):([\\[\\]A-Za-z0-9.:-]+:)?[0-9]+)$";
    case FIELD_DIAMETER:
        return OR_VARIABLES "tcp:([\\[\\]A-Za-z0-9.:-]+:)?[0-9]+)$";
    case FIELD_HEP: return OR_VARIABLES "udp:[\\[\\]A-Za-z0-9.:-]+:[0-9]+)$";
    case FIELD_ADMIN: return OR_VARIABLES "([\\[\\]A-Za-z0-9.:-]+:)?[0-9]+)$";
    case FIELD_SIZE: return "^[0-9]+([KMG]iB)?$";
    case FIELD_DURATION:
    case FIELD_SECONDS: return "^[0-9]+(ms|s|min|h)$";
    case FIELD_TEXT: return "^.{1,100}$";
    case FIELD_PATH:
    case FIELD_WORD:
    case FIELD_FLAG:
    case FIELD_NUMBER:
    case FIELD_MAP: break;
    }
    return NULL;
}

static void print_text(struct json *j, const struct field *f)
{
    const char *p = pattern(f->type);

    if (f->type == FIELD_ADMIN || f->type == FIELD_SIZE ||
        f->type == FIELD_TEXT) {
        json_key(j, "type");
        json_array_begin(j);
        json_str(j, "integer");
        json_str(j, "string");
        json_array_end(j);
    } else {
        json_put_str(j, "type", "string");
    }
    if (p)
        json_put_str(j, "pattern", p);
}

static void print_words(struct json *j, const struct field *f)
{
    json_key(j, "enum");
    json_array_begin(j);
    for (unsigned i = 0; f->words[i]; i++)
        json_str(j, f->words[i]);
    json_array_end(j);
}

/* The members of one value's schema. */
static void print_value(struct json *j, const struct field *f)
{
    switch ((int)f->type) {
    case FIELD_WORD: print_words(j, f); break;
    case FIELD_FLAG: json_put_str(j, "type", "boolean"); break;
    case FIELD_NUMBER:
        json_put_str(j, "type", "integer");
        json_put_int(j, "minimum", f->min);
        json_put_int(j, "maximum", f->max);
        break;
    case FIELD_MAP: print_table(j, f->table); break;
    default: print_text(j, f);
    }
}

static void print_list(struct json *j, const struct field *f)
{
    json_put_str(j, "type", "array");
    if (f->required)
        json_put_int(j, "minItems", 1);
    json_key(j, "items");
    json_object_begin(j);
    print_value(j, f);
    json_object_end(j);
}

static void print_one_or_list(struct json *j, const struct field *f)
{
    json_key(j, "anyOf");
    json_array_begin(j);
    json_object_begin(j);
    print_value(j, f);
    json_object_end(j);
    json_object_begin(j);
    print_list(j, f);
    json_object_end(j);
    json_array_end(j);
}

static void print_default(struct json *j, const struct field *f)
{
    char text[32];
    struct buf b;

    if (f->fallback == 0 || f->type == FIELD_NUMBER) {
        if (f->fallback != 0)
            json_put_int(j, "default", f->fallback);
        return;
    }
    buf_over(&b, text, sizeof text);
    if (f->type == FIELD_WORD)
        buf_str(&b, f->words[f->fallback]);
    else if (f->type == FIELD_SIZE)
        value_print_size(f->fallback, &b);
    else if (f->type != FIELD_FLAG)
        value_print_duration(
            f->type == FIELD_SECONDS ? f->fallback * SECOND : f->fallback, &b);
    if (f->type == FIELD_FLAG)
        json_put_bool(j, "default", true);
    else
        json_put_text(j, "default", buf_slice(&b));
}

static void print_field(struct json *j, const struct field *f)
{
    json_object_begin(j);
    json_put_str(j, "description", f->help);
    if (f->count == FIELD_ONE)
        print_value(j, f);
    else if (f->count == FIELD_LIST)
        print_list(j, f);
    else
        print_one_or_list(j, f);
    print_default(j, f);
    json_object_end(j);
}

static void print_map(struct json *j, const struct table *t)
{
    json_put_str(j, "type", "object");
    json_put_bool(j, "additionalProperties", false);
    json_key(j, "required");
    json_array_begin(j);
    for (const struct field *f = t->fields; f->key; f++)
        if (f->required)
            json_str(j, f->key);
    json_array_end(j);
    json_key(j, "properties");
    json_object_begin(j);
    for (const struct field *f = t->fields; f->key; f++) {
        json_key(j, f->key);
        print_field(j, f);
    }
    json_object_end(j);
}

static const struct field *short_form(const struct table *t)
{
    const struct field *f = t->fields;

    while (t->short_for && strcmp(f->key, t->short_for) != 0)
        f++;
    return t->short_for ? f : NULL;
}

static void print_table(struct json *j, const struct table *t)
{
    const struct field *f = short_form(t);

    if (!f) {
        print_map(j, t);
        return;
    }
    json_key(j, "anyOf");
    json_array_begin(j);
    print_field(j, f);
    json_object_begin(j);
    print_map(j, t);
    json_object_end(j);
    json_array_end(j);
}

/* ---- one key a line ------------------------------------------------------ */

static void new_line(struct buf *out, unsigned depth)
{
    buf_char(out, '\n');
    while (depth-- > 0)
        buf_str(out, "  ");
}

static bool opens(char c)
{
    return c == '{' || c == '[';
}

static bool closes(char c)
{
    return c == '}' || c == ']';
}

/* Empty lists and maps stay on their line. */
static void indent_one(struct slice json, size_t i, unsigned *depth,
                       struct buf *out)
{
    char c = json.p[i];

    if (closes(c)) {
        --*depth;
        if (!opens(json.p[i - 1]))
            new_line(out, *depth);
    }
    buf_char(out, c);
    if (c == ':')
        buf_char(out, ' ');
    if (opens(c))
        ++*depth;
    if (c == ',' || (opens(c) && !closes(json.p[i + 1])))
        new_line(out, *depth);
}

static void indent(struct slice json, struct buf *out)
{
    unsigned depth = 0;
    bool in_text = false;

    for (size_t i = 0; i < json.n; i++) {
        if (in_text || json.p[i] == '"')
            buf_char(out, json.p[i]);
        else
            indent_one(json, i, &depth, out);
        if (in_text && json.p[i] == '\\')
            buf_char(out, json.p[++i]);
        else if (json.p[i] == '"')
            in_text = !in_text;
    }
    buf_char(out, '\n');
}

void topology_schema_print(struct buf *out)
{
    struct buf compact;
    struct json j;

    buf_init(&compact, SCHEMA_MAX);
    json_init(&j, &compact);
    json_object_begin(&j);
    json_put_str(&j, "$schema", "https://json-schema.org/draft/2020-12/schema");
    json_put_str(&j, "title", "imsbox topology");
    print_table(&j, &topology_table);
    json_object_end(&j);
    indent(buf_slice(&compact), out);
    buf_fini(&compact);
}
