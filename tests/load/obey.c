/* SPDX-License-Identifier: MIT */
#include "load/obey.h"
#include "load/round.h"
#include <stdio.h>
#include <unistd.h>

enum { LINE = 1024, WORDS = 32, TEXT = 1 << 20 };

struct obedient {
    struct loop *loop;
    const struct options *usual;
    struct loop_watch *input;
    char line[LINE];
    size_t n;
    struct round round;
    bool is_busy, has_ended;
};

static void take_line(struct obedient *o);

static void say(const struct obedient *o, bool understood)
{
    struct buf text;
    struct json j;

    buf_init(&text, TEXT);
    json_init(&j, &text);
    json_object_begin(&j);
    if (understood)
        round_print(&o->round, &j);
    else
        json_put_str(&j, "error", "not understood");
    json_object_end(&j);
    printf("%.*s\n", SLICE_ARG(buf_slice(&text)));
    fflush(stdout);
    buf_fini(&text);
}

static void on_done(void *ctx)
{
    struct obedient *o = ctx;

    say(o, true);
    o->is_busy = false;
    take_line(o);
}

static void obey_line(struct obedient *o, char *line)
{
    char *words[WORDS + 1] = {"load"}, *save;
    struct options round = *o->usual;
    int n = 1;

    for (char *w = strtok_r(line, " ", &save); w && n < WORDS;
         w = strtok_r(NULL, " ", &save))
        words[n++] = w;
    if (!options_read(&round, n, words)) {
        say(o, false);
        return;
    }
    round.arrivals.on_done = on_done;
    round.arrivals.ctx = o;
    o->is_busy = true;
    round_begin(&o->round, &round.arrivals);
}

static void take_line(struct obedient *o)
{
    char *end;

    while (!o->is_busy && (end = memchr(o->line, '\n', o->n))) {
        char line[LINE];
        size_t n = (size_t)(end - o->line);

        memcpy(line, o->line, n);
        line[n] = '\0';
        o->n -= n + 1;
        memmove(o->line, end + 1, o->n);
        obey_line(o, line);
    }
    if (!o->is_busy && o->has_ended)
        loop_stop(o->loop);
}

static void on_input(void *ctx)
{
    struct obedient *o = ctx;
    ssize_t n = read(STDIN_FILENO, o->line + o->n, sizeof o->line - o->n);

    if (n > 0)
        o->n += (size_t)n;
    else {
        o->has_ended = true;
        loop_unwatch(o->input);
    }
    take_line(o);
}

void obey(struct loop *loop, const struct options *usual)
{
    struct obedient o = {.loop = loop, .usual = usual};

    o.input = loop_watch(loop, STDIN_FILENO, on_input, &o);
    loop_run(loop);
    if (o.is_busy)
        round_stop(&o.round);
    if (!o.has_ended)
        loop_unwatch(o.input);
}
