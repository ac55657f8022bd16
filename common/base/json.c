/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include <assert.h>
#include <stdio.h>

void json_init(struct json *j, struct buf *out)
{
    *j = (struct json){.out = out};
}

static void value(struct json *j)
{
    if (j->comma)
        buf_char(j->out, ',');
    j->comma = true;
}

static void begin(struct json *j, char c)
{
    value(j);
    buf_char(j->out, c);
    j->depth++;
    j->comma = false;
}

static void end(struct json *j, char c)
{
    assert(j->depth > 0);
    buf_char(j->out, c);
    j->depth--;
    j->comma = true;
}

void json_object_begin(struct json *j)
{
    begin(j, '{');
}

void json_object_end(struct json *j)
{
    end(j, '}');
}

void json_array_begin(struct json *j)
{
    begin(j, '[');
}

void json_array_end(struct json *j)
{
    end(j, ']');
}

static void escape(struct buf *out, unsigned char c)
{
    switch (c) {
    case '"': buf_add(out, S("\\\"")); break;
    case '\\': buf_add(out, S("\\\\")); break;
    case '\n': buf_add(out, S("\\n")); break;
    case '\r': buf_add(out, S("\\r")); break;
    case '\t': buf_add(out, S("\\t")); break;
    default: buf_printf(out, "\\u%04x", c); break;
    }
}

static bool is_plain(unsigned char c)
{
    return c >= ' ' && c != '"' && c != '\\' && c != 0x7f;
}

/* The high bit of each byte of w that is zero; others may be set above the
 * lowest such one. */
static uint64_t zero_bytes(uint64_t w)
{
    return (w - UINT64_C(0x0101010101010101)) & ~w &
           UINT64_C(0x8080808080808080);
}

/* Is each of eight bytes one that stands in JSON as it is, and ASCII? */
static bool are_plain(const char *p)
{
    uint64_t w, below_blank;

    memcpy(&w, p, sizeof(w));
    below_blank = (w - UINT64_C(0x2020202020202020)) & ~w;
    return ((w | below_blank) & UINT64_C(0x8080808080808080)) == 0 &&
           zero_bytes(w ^ UINT64_C(0x2222222222222222)) == 0 &&
           zero_bytes(w ^ UINT64_C(0x5c5c5c5c5c5c5c5c)) == 0 &&
           zero_bytes(w ^ UINT64_C(0x7f7f7f7f7f7f7f7f)) == 0;
}

/* How much of the text stands in JSON as it is: nearly all of it is plain
 * ASCII, of which many bytes are looked at in one step. */
static size_t plain_part(struct slice text)
{
    size_t n = 0, step = 1;
    uint32_t code;

    while (n + 8 <= text.n && are_plain(text.p + n))
        n += 8;
    while (step > 0 && n < text.n && is_plain((unsigned char)text.p[n])) {
        step = 1;
        if ((unsigned char)text.p[n] >= 0x80)
            step = utf8_char(slice_from(text, n), &code);
        n += step;
    }
    return n;
}

static void quoted(struct buf *out, struct slice text)
{
    buf_char(out, '"');
    while (text.n) {
        size_t n = plain_part(text);

        buf_add(out, slice_first(text, n));
        text = slice_from(text, n);
        if (text.n == 0)
            break;
        if ((unsigned char)text.p[0] < 0x80)
            escape(out, (unsigned char)text.p[0]);
        else
            buf_add(out, S("\xef\xbf\xbd"));
        text = slice_from(text, 1);
    }
    buf_char(out, '"');
}

void json_key(struct json *j, const char *key)
{
    value(j);
    quoted(j->out, slice_of(key));
    buf_char(j->out, ':');
    j->comma = false;
}

void json_text(struct json *j, struct slice text)
{
    value(j);
    quoted(j->out, text);
}

void json_str(struct json *j, const char *cstr)
{
    if (cstr)
        json_text(j, slice_of(cstr));
    else
        json_nothing(j);
}

void json_int(struct json *j, int64_t v)
{
    value(j);
    if (v < 0)
        buf_char(j->out, '-');
    buf_u64(j->out, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

void json_u64(struct json *j, uint64_t v)
{
    value(j);
    buf_u64(j->out, v);
}

void json_bool(struct json *j, bool v)
{
    value(j);
    buf_str(j->out, v ? "true" : "false");
}

void json_raw(struct json *j, struct slice json)
{
    value(j);
    buf_add(j->out, json);
}

void json_nothing(struct json *j)
{
    value(j);
    buf_str(j->out, "null");
}

void json_printf(struct json *j, const char *fmt, ...)
{
    va_list ap;
    char *p = NULL;
    int n;

    va_start(ap, fmt);
    n = vasprintf(&p, fmt, ap);
    va_end(ap);
    json_text(j, slice_at(p, n < 0 ? 0 : (size_t)n));
    if (n >= 0)
        free(p);
}

void json_put_text(struct json *j, const char *key, struct slice text)
{
    json_key(j, key);
    json_text(j, text);
}

void json_put_str(struct json *j, const char *key, const char *cstr)
{
    json_key(j, key);
    json_str(j, cstr);
}

void json_put_int(struct json *j, const char *key, int64_t v)
{
    json_key(j, key);
    json_int(j, v);
}

void json_put_u64(struct json *j, const char *key, uint64_t v)
{
    json_key(j, key);
    json_u64(j, v);
}

void json_put_bool(struct json *j, const char *key, bool v)
{
    json_key(j, key);
    json_bool(j, v);
}
