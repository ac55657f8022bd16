/* SPDX-License-Identifier: MIT
 *
 * Hostile datagrams and streams into a network with two registered phones and
 * a call in progress. Whatever comes in, when it is over the nodes answer
 * everybody, keep nothing, and serve two phones that they did not know before.
 *
 * The input is a script, its steps set apart by a line with % alone. A step is
 * a letter, a digit, and what follows them:
 *
 *   u2 BYTES         a datagram to the listener 2 (see `listeners`)
 *   s2 BYTES         on a stream to it; opened when there is none
 *   x2               that stream is closed
 *   r2 12 140 BYTES  the 12th message that the network sent, with BYTES in
 *                    place of its own from the 140th on, as u or s would
 *   w5               4^5 milliseconds pass
 *   p3               the good phones do something (see `act`)
 *   a1               so does the HSS's administrator (see `administer`)
 *   f1 JSON          the second node is told a fault on purpose
 *
 * In BYTES, $12:Call-ID$ stands for that header of the 12th message.
 */
#include "sip/message.h"
#include "worlds/small.h"
#include <assert.h>
#include <ctype.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_options(void);

enum {
    LISTENERS = 6,
    STEPS = 100,
    TAPPED = 90,
    TAPPED_BYTES = 8192,
};

static const struct {
    const char *ip;
    uint16_t port;
} listeners[LISTENERS] = {
    {"127.0.0.11", 5060}, /* P-CSCF gm */
    {"127.0.0.11", 5070}, /* P-CSCF mw */
    {"127.0.0.21", 5060}, /* I-CSCF */
    {"127.0.0.31", 5060}, /* S-CSCF */
    {"127.0.0.41", 3868}, /* HSS */
    {"127.0.9.1", 5060},  /* a phone */
};

struct world {
    struct sim *sim;
    struct small net;
    struct sim_host *enemy;
    struct udp *udp;
    struct stream *streams[LISTENERS];
    struct slice tapped[TAPPED]; /* owned */
    unsigned tap_count;
};

/* ---- the enemy -----------------------------------------------------------
 */

static void on_datagram(void *ctx, struct udp *u, const struct addr *from,
                        struct slice bytes)
{
    (void)ctx, (void)u, (void)from, (void)bytes;
}

static void on_undeliverable(void *ctx, struct udp *u, const struct addr *to)
{
    (void)ctx, (void)u, (void)to;
}

static void on_bytes(void *ctx, struct stream *s, struct slice bytes)
{
    (void)ctx, (void)s, (void)bytes;
}

static void on_end(void *ctx, struct stream *s, enum ims_err err)
{
    struct world *w = ctx;

    (void)err;
    for (unsigned i = 0; i < LISTENERS; i++)
        if (w->streams[i] == s)
            w->streams[i] = NULL;
}

static struct addr at(const char *ip, uint16_t port, enum transport t)
{
    struct addr a = {0};
    bool is_ip = addr_parse_ip(slice_of(ip), &a);

    assert(is_ip);
    a.port = port;
    a.transport = (uint8_t)t;
    return a;
}

static struct addr listener_at(unsigned i, enum transport t)
{
    return at(listeners[i].ip, listeners[i].port, t);
}

static void send_datagram(struct world *w, unsigned listener, struct slice text)
{
    struct addr to = listener_at(listener, TRANSPORT_UDP);

    if (text.n)
        (void)udp_send(w->udp, &to, text);
}

static void send_stream(struct world *w, unsigned listener, struct slice text)
{
    static const struct stream_handler h = {.on_bytes = on_bytes,
                                            .on_end = on_end};
    struct addr to = listener_at(listener, TRANSPORT_TCP);
    struct stream_ends ends = {.to = &to};

    if (!w->streams[listener] &&
        stream_connect(sim_host_net(w->enemy), &ends, &h, w,
                       &w->streams[listener], NULL) != IMS_OK)
        return;
    if (text.n)
        (void)stream_send(w->streams[listener], text);
}

static void close_stream(struct world *w, unsigned listener)
{
    if (w->streams[listener])
        stream_close(w->streams[listener]);
    w->streams[listener] = NULL;
}

static void enemy_comes(struct world *w)
{
    static const struct udp_handler h = {on_datagram, on_undeliverable};
    struct addr local = at("127.0.8.1", 5060, TRANSPORT_UDP);
    enum ims_err err;

    w->enemy = sim_host_new(w->sim, "enemy");
    err = udp_open(sim_host_net(w->enemy), &local, &h, w, &w->udp, NULL);
    assert(err == IMS_OK);
}

/* ---- the script ----------------------------------------------------------
 */

/* $12:Call-ID$ at the begin of text: its value. False: it is something else. */
static bool put_value(struct world *w, struct slice *text, struct buf *out)
{
    struct slice rest = slice_from(*text, 1), number, name;
    const struct sip_header *header;
    struct sip_message *m;
    uint64_t n;

    if (!slice_cut(&rest, ':', &number) || number.n > 3 ||
        !slice_u64(number, TAPPED, &n) || n >= w->tap_count ||
        slice_index(rest, '$') < 0 || !slice_cut(&rest, '$', &name))
        return false;
    (void)!sip_message_parse(w->tapped[n], &(struct sip_limits){0}, &m, NULL);
    if (!m)
        return false;
    header = sip_header_named(m, name);
    if (header)
        buf_add(out, header->value);
    sip_message_drop(m); /* what is refused may have headers, too */
    *text = rest;
    return true;
}

static void expand(struct world *w, struct slice text, struct buf *out)
{
    while (text.n) {
        if (*text.p == '$' && put_value(w, &text, out))
            continue;
        buf_char(out, *text.p);
        text = slice_from(text, 1);
    }
}

/* A message that was sent, changed in one place. */
static struct slice replay(struct world *w, struct slice text, struct buf *out)
{
    struct slice number, place;
    uint64_t n, offset;

    text = slice_from(text, text.n && *text.p == ' ');
    if (!slice_cut(&text, ' ', &number) || !slice_cut(&text, ' ', &place) ||
        !slice_u64(number, UINT32_MAX, &n) ||
        !slice_u64(place, UINT16_MAX, &offset) || !w->tap_count)
        return (struct slice){0};
    n %= w->tap_count;
    buf_add(out, slice_first(w->tapped[n], offset));
    expand(w, text, out);
    buf_add(out, slice_from(w->tapped[n], out->n));
    return buf_slice(out);
}

/* What the good phones do meanwhile. */
static void act(struct world *w, unsigned what)
{
    struct phone *a = &w->net.phones[0], *b = &w->net.phones[1];

    switch (what) {
    case 0: phone_register(a, 600); break;
    case 1: phone_register(b, 0); break;
    case 2:
        phone_call(a, str_slice(&b->impu),
                   (struct phone_wish){.hold_us = 5 * SECOND});
        break;
    case 3:
        phone_call(b, str_slice(&a->impu),
                   (struct phone_wish){.hold_us = 2 * SECOND, .early = true});
        break;
    case 4: phone_message(a, b); break;
    case 5: (void)phone_reinvite(a, false); break;
    case 6: phone_hang_up_all(b); break;
    case 7:
        phone_off(a);
        phone_on(a);
        break;
    case 8: phone_flood(a, b, 20); break;
    case 9: phone_jump(b); break;
    default: break;
    }
}

/* What the S-CSCF is told by PPR and RTR. */
static void administer(struct world *w, unsigned what)
{
    static const char *const asks[][3] = {
        {"PATCH", "/api/v1/subscribers/user0%40red.example",
         "{\"impu\": [\"sip:user0@red.example\", \"tel:+15550000\"]}"},
        {"PATCH", "/api/v1/subscribers/user1%40red.example",
         "{\"display_name\": \"Bob\"}"},
        {"POST", "/api/v1/subscribers/user0%40red.example/push", "{}"},
        {"POST", "/api/v1/subscribers/user1%40red.example/deregister", "{}"},
        {"DELETE", "/api/v1/subscribers/user0%40red.example", ""},
    };
    const char *const *ask = asks[what % (sizeof asks / sizeof *asks)];

    small_admin(&w->net, ask[0], ask[1], slice_of(ask[2]));
}

static void step(struct world *w, struct slice text)
{
    unsigned n;
    struct slice rest;
    struct buf bytes;

    if (text.n < 2 || !isdigit((unsigned char)text.p[1]))
        return;
    n = (unsigned)(text.p[1] - '0');
    rest = slice_from(text, 2);
    rest = slice_from(rest, rest.n && *rest.p == ' ');
    buf_init(&bytes, 4 * TAPPED_BYTES);
    switch (text.p[0]) {
    case 'u':
        expand(w, rest, &bytes);
        send_datagram(w, n % LISTENERS, buf_slice(&bytes));
        break;
    case 's':
        expand(w, rest, &bytes);
        send_stream(w, n % LISTENERS, buf_slice(&bytes));
        break;
    case 'r':
        (n % LISTENERS == 4 ? send_stream : send_datagram)(
            w, n % LISTENERS, replay(w, rest, &bytes));
        break;
    case 'x': close_stream(w, n % LISTENERS); break;
    case 'w': sim_run_for(w->sim, MSEC << (2 * n)); break;
    case 'p': act(w, n); break;
    case 'a': administer(w, n); break;
    case 'f': small_fault(&w->net, n, rest); break;
    default: break;
    }
    buf_fini(&bytes);
}

static void play(struct world *w, struct slice script)
{
    for (unsigned i = 0; i < STEPS && script.n; i++) {
        ssize_t end = slice_find(script, S("\n%\n"));
        size_t n = end < 0 ? script.n : (size_t)end;

        step(w, slice_first(script, n));
        script = slice_from(script, n + 3);
    }
}

/* ---- the network ---------------------------------------------------------
 */

static void on_sent(void *ctx, const struct addr *from, const struct addr *to,
                    struct slice bytes)
{
    struct world *w = ctx;
    char *copy;

    (void)from, (void)to;
    if (w->tap_count == TAPPED || bytes.n > TAPPED_BYTES || bytes.n == 0)
        return;
    copy = mem_alloc(bytes.n);
    memcpy(copy, bytes.p, bytes.n);
    w->tapped[w->tap_count++] = slice_at(copy, bytes.n);
}

/* The store is made once, whatever the script does to it afterwards. */
static const struct disk_image *provisioned(void)
{
    static struct disk_image *image;

    if (!image)
        image = small_image();
    return image;
}

static void begin(struct world *w)
{
    w->sim = sim_new(1);
    small_begin(&w->net, w->sim, provisioned(), true);
    sim_tap(w->sim, on_sent, w);
    small_talk(&w->net);
    assert(phone_is_talking(&w->net.phones[0]));
    enemy_comes(w);
}

static void end(struct world *w)
{
    small_end(&w->net);
    udp_close(w->udp);
    sim_host_kill(w->enemy);
    sim_host_free(w->enemy);
    for (unsigned i = 0; i < w->tap_count; i++)
        free((void *)w->tapped[i].p);
    sim_free(w->sim);
}

/* What a run frees stays poisoned for longer than the run. */
const char *__asan_default_options(void)
{
    return "quarantine_size_mb=24:malloc_context_size=8";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world w = {0};
    const char *wrong;

    begin(&w);
    play(&w, slice_at(data, size));
    for (unsigned i = 0; i < LISTENERS; i++)
        close_stream(&w, i);
    small_mend(&w.net);
    small_calm(&w.net);
    wrong = small_wrong(&w.net);
    if (wrong) {
        fprintf(stderr, "%s\n", wrong);
        abort();
    }
    end(&w);
    return 0;
}
