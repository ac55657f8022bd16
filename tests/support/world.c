/* SPDX-License-Identifier: MIT */
#include "support/world.h"
#include "base/mem.h"
#include "support/check.h"

enum { RECORD_BYTES = 1 << 20, TEXT_MAX = 4 << 20 };

static void on_line(void *ctx, enum log_level level, struct slice line)
{
    struct world_host *w = ctx;

    buf_printf(&w->lines, "%s %.*s\n", log_level_name(level), SLICE_ARG(line));
}

struct world_host *world_host_new(struct sim *sim, const char *name)
{
    struct world_host *w = mem_zalloc(sizeof(*w));
    struct net *net;

    w->host = sim_host_new(sim, name);
    net = sim_host_net(w->host);
    buf_init(&w->lines, TEXT_MAX);
    buf_init(&w->story, TEXT_MAX);
    log_init(&w->log, net->clock, LOG_DEBUG, on_line, w);
    str_printf(&w->name, "%s", name);
    str_printf(&w->fqdn, "%s.ims.example", name);
    w->env = (struct env){
        .net = net,
        .clock = net->clock,
        .timers = net->timers,
        .dice = net->dice,
        .log = &w->log,
        .record = record_new(net->clock, RECORD_BYTES),
        .metrics = metrics_new(),
        .name = str_c(&w->name),
        .host = str_c(&w->fqdn),
        .domain = "ims.example",
    };
    return w;
}

void world_host_free(struct world_host *w)
{
    record_free(w->env.record);
    metrics_free(w->env.metrics);
    sim_host_free(w->host);
    buf_fini(&w->lines);
    buf_fini(&w->story);
    str_fini(&w->name);
    str_fini(&w->fqdn);
    free(w);
}

static void show_message(const struct record_entry *e, struct buf *out)
{
    struct slice rest = e->bytes, line = {0};

    buf_str(out, e->kind == RECORD_TX ? "tx " : "rx ");
    addr_print(&e->remote, out);
    if (e->proto == RECORD_SIP && slice_cut(&rest, '\n', &line))
        buf_printf(out, " %.*s\n", SLICE_ARG(slice_trim(line)));
    else
        buf_printf(out, " %zu bytes\n", e->bytes.n);
}

static void show_entry(const struct record_entry *e, struct buf *out)
{
    if (e->kind == RECORD_RX || e->kind == RECORD_TX)
        show_message(e, out);
    else
        buf_printf(out, "%s %s %.*s\n",
                   e->kind == RECORD_DROP ? "drop" : "says", e->proc,
                   SLICE_ARG(e->says));
}

struct slice world_story(struct world_host *w)
{
    struct record_cursor c = {0};
    struct record_entry e;
    uint64_t missed = 0;

    buf_reset(&w->story);
    while (record_read(w->env.record, &c, &e, &missed))
        show_entry(&e, &w->story);
    assert_int_equal(missed, 0);
    return buf_slice(&w->story);
}

size_t world_says(struct world_host *w, const char *proc)
{
    struct record_cursor c = {0};
    struct record_entry e;
    uint64_t missed = 0;
    size_t n = 0;

    while (record_read(w->env.record, &c, &e, &missed))
        n += e.kind == RECORD_SAYS && strcmp(e.proc, proc) == 0;
    return n;
}

struct addr world_addr(const char *text, enum transport t)
{
    struct slice s = slice_of(text);
    ssize_t colon = slice_rindex(s, ':');
    struct addr a = {0};
    uint64_t port = 0;

    if (colon < 0 || !addr_parse_ip(slice_first(s, (size_t)colon), &a) ||
        !slice_u64(slice_from(s, (size_t)colon + 1), UINT16_MAX, &port))
        fail_msg("not an address with a port: %s", text);
    a.port = (uint16_t)port;
    a.transport = (uint8_t)t;
    return a;
}
