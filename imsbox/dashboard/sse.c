/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/sse.h"
#include <stdio.h>

void sse_init(struct sse *s,
              void (*on_event)(void *ctx, struct slice name, struct slice id,
                               struct slice data),
              void *ctx)
{
    *s = (struct sse){.on_event = on_event, .ctx = ctx};
    buf_init(&s->line, SSE_EVENT_MAX);
    buf_init(&s->data, SSE_EVENT_MAX);
}

void sse_fini(struct sse *s)
{
    buf_fini(&s->line);
    buf_fini(&s->data);
}

void sse_reset(struct sse *s)
{
    buf_reset(&s->line);
    buf_reset(&s->data);
    s->name[0] = s->id[0] = '\0';
}

static void dispatch(struct sse *s)
{
    struct slice data = buf_slice(&s->data);

    if (data.n > 0)
        s->on_event(s->ctx, slice_of(s->name), slice_of(s->id),
                    slice_first(data, data.n - 1));
    buf_reset(&s->data);
    s->name[0] = '\0';
}

static void take_line(struct sse *s, struct slice line)
{
    struct slice value = line, field;

    if (slice_ends(line, S("\r")))
        value = line = slice_first(line, line.n - 1);
    if (line.n == 0) {
        dispatch(s);
        return;
    }
    slice_cut(&value, ':', &field);
    if (slice_starts(value, S(" ")))
        value = slice_from(value, 1);
    if (slice_eq(field, S("data"))) {
        buf_add(&s->data, value);
        buf_char(&s->data, '\n');
    } else if (slice_eq(field, S("event"))) {
        snprintf(s->name, sizeof s->name, "%.*s", SLICE_ARG(value));
    } else if (slice_eq(field, S("id"))) {
        snprintf(s->id, sizeof s->id, "%.*s", SLICE_ARG(value));
    }
}

bool sse_take(struct sse *s, struct slice bytes)
{
    ssize_t end;

    while ((end = slice_index(bytes, '\n')) >= 0) {
        buf_add(&s->line, slice_first(bytes, (size_t)end));
        bytes = slice_from(bytes, (size_t)end + 1);
        take_line(s, buf_slice(&s->line));
        buf_reset(&s->line);
    }
    buf_add(&s->line, bytes);
    return !s->line.full && !s->data.full;
}
