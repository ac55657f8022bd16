/* SPDX-License-Identifier: MIT */
#include "support/diameter_world.h"
#include "base/mem.h"
#include "support/check.h"
#include <stdio.h>

static void on_peer(void *ctx, const struct diameter_peer *p)
{
    (void)p;
    ((struct dia_node *)ctx)->changes++;
}

struct dia_node *dia_node_with(struct sim *sim, const char *name,
                               const char *ip, const struct cx_handler *h,
                               void *ctx, const struct diameter_config *c)
{
    struct dia_node *n = mem_zalloc(sizeof(*n));
    struct diameter_config config = *c;
    char text[ADDR_TEXT_MAX];
    struct why why;

    n->w = world_host_new(sim, name);
    config.env = &n->w->env;
    config.on_peer = on_peer;
    config.ctx = n;
    snprintf(text, sizeof(text), "%s:3868", ip);
    n->addr = world_addr(text, TRANSPORT_TCP);
    n->d = diameter_new(&config);
    n->cx = cx_new(n->d, h, ctx);
    assert_ok(diameter_listen(n->d, &n->addr, &why), &why);
    return n;
}

struct dia_node *dia_node_new(struct sim *sim, const char *name, const char *ip,
                              const struct cx_handler *h, void *ctx)
{
    static const struct diameter_config none;

    return dia_node_with(sim, name, ip, h, ctx, &none);
}

void dia_node_free(struct dia_node *n)
{
    sim_host_kill(n->w->host);
    cx_free(n->cx);
    diameter_free(n->d);
    world_host_free(n->w);
    free(n);
}

void dia_node_peer(struct dia_node *a, const struct dia_node *b, bool connects)
{
    char ip[ADDR_TEXT_MAX];
    struct buf text;
    struct why why;

    buf_over(&text, ip, sizeof(ip));
    addr_print_ip(&b->addr, false, &text);
    assert_ok(
        diameter_add_peer(a->d,
                          &(struct diameter_peer_config){
                              .host = slice_of(b->w->env.host),
                              .realm = slice_of(b->w->env.domain),
                              .address = connects ? buf_slice(&text) : S("")},
                          &why),
        &why);
}

struct diameter_peer_info dia_node_info(const struct dia_node *a,
                                        const char *host)
{
    const struct diameter_peer *p = NULL;

    while ((p = diameter_peer_next(a->d, p)) != NULL) {
        struct diameter_peer_info info = diameter_peer_info(p);

        if (slice_eq(info.host, slice_of(host)))
            return info;
    }
    fail_msg("%s has no peer %s", a->w->env.host, host);
    return (struct diameter_peer_info){0};
}

/* ---- an endpoint without Cx ---------------------------------------------- */

void plain_answer(struct diameter_request *r)
{
    struct buf *out = diameter_answer_open(r, false);

    avp_put_u32(out, AVP_RESULT_CODE, DIAMETER_SUCCESS);
    diameter_answer_send(r);
}

static void on_request(void *ctx, struct diameter_request *r)
{
    struct plain_server *s = ctx;
    struct diameter_fault f;

    if (s->holds)
        s->held[s->count] = r;
    else if (s->busy) {
        fault_set(&f, DIAMETER_TOO_BUSY, "busy");
        diameter_refuse(r, &f);
    } else
        plain_answer(r);
    s->count++;
}

struct plain_node *plain_node_new(struct sim *sim, const char *name,
                                  const char *ip,
                                  const struct diameter_config *config)
{
    return plain_node_on(world_host_new(sim, name), ip, config);
}

struct plain_node *plain_node_on(struct world_host *w, const char *ip,
                                 const struct diameter_config *config)
{
    struct plain_node *n = mem_zalloc(sizeof(*n));
    struct diameter_config c = config ? *config : (struct diameter_config){0};
    char text[64];
    struct why why;

    n->w = w;
    c.env = &n->w->env;
    n->d = diameter_new(&c);
    diameter_add_application(
        n->d, &(struct diameter_application){.id = CX_APPLICATION,
                                             .vendor = VENDOR_TGPP,
                                             .stateless = true,
                                             .on_request = on_request,
                                             .ctx = &n->server});
    snprintf(text, sizeof(text), "%s:3868", ip);
    n->addr = world_addr(text, TRANSPORT_TCP);
    assert_ok(diameter_listen(n->d, &n->addr, &why), &why);
    return n;
}

void plain_node_free(struct plain_node *n)
{
    sim_host_kill(n->w->host);
    diameter_free(n->d);
    world_host_free(n->w);
    free(n);
}

/* ---- the raw party ------------------------------------------------------- */

static void on_open(void *ctx, struct stream *s)
{
    (void)s;
    ((struct raw *)ctx)->open = true;
}

static void on_bytes(void *ctx, struct stream *s, struct slice bytes)
{
    (void)s;
    buf_add(&((struct raw *)ctx)->in, bytes);
}

static void on_end(void *ctx, struct stream *s, enum ims_err err)
{
    struct raw *r = ctx;

    (void)s;
    (void)err;
    r->s = NULL;
    r->ended = true;
}

static const struct stream_handler handler = {
    .on_open = on_open, .on_bytes = on_bytes, .on_end = on_end};

static void on_accept(void *ctx, struct listener *l, struct stream *s)
{
    struct raw *r = ctx;

    (void)l;
    if (r->s) {
        stream_close(s);
        return;
    }
    r->s = s;
    r->open = true;
    stream_take(s, &handler, r);
}

struct raw *raw_new(struct sim *sim, const char *name)
{
    struct raw *r = mem_zalloc(sizeof(*r));

    r->w = world_host_new(sim, name);
    buf_init(&r->in, 1 << 20);
    return r;
}

void raw_free(struct raw *r)
{
    raw_close(r);
    if (r->listener)
        listener_close(r->listener);
    buf_fini(&r->in);
    world_host_free(r->w);
    free(r);
}

void raw_listen(struct raw *r, const char *address)
{
    struct addr a = world_addr(address, TRANSPORT_TCP);
    struct why why;

    assert_ok(
        stream_listen(r->w->env.net, &a, on_accept, r, &r->listener, &why),
        &why);
}

void raw_connect(struct raw *r, const struct addr *to)
{
    struct stream_ends ends = {.to = to};
    struct why why;

    raw_close(r);
    r->open = r->ended = false;
    buf_reset(&r->in);
    assert_ok(stream_connect(r->w->env.net, &ends, &handler, r, &r->s, &why),
              &why);
}

void raw_send(struct raw *r, struct slice bytes)
{
    assert_non_null(r->s);
    assert_int_equal(stream_send(r->s, bytes), IMS_OK);
}

void raw_close(struct raw *r)
{
    if (r->s)
        stream_close(r->s);
    r->s = NULL;
}

bool raw_take(struct raw *r, struct diameter_message *out)
{
    static char taken[1 << 17];
    struct diameter_fault f;
    size_t n = 0;

    if (!diameter_length(buf_slice(&r->in), sizeof(taken), &n, &f))
        fail_msg("%s", f.text);
    if (n == 0 || n > r->in.n)
        return false;
    memcpy(taken, r->in.p, n);
    memmove(r->in.p, r->in.p + n, r->in.n - n);
    r->in.n -= n;
    if (!diameter_read(slice_at(taken, n), out, &f))
        fail_msg("%s", f.text);
    return true;
}

struct slice raw_message(struct buf *b, const struct diameter_header *h,
                         void (*put)(struct buf *out))
{
    diameter_begin(b, h);
    if (put)
        put(b);
    assert_true(diameter_end(b));
    return buf_slice(b);
}

static void put_capabilities(struct buf *b, const char *host)
{
    struct addr ip = {.ip = {10, 9, 9, 9}, .family = 4};
    size_t mark;

    avp_put(b, AVP_ORIGIN_HOST, slice_of(host));
    avp_put(b, AVP_ORIGIN_REALM, S("ims.example"));
    avp_put_addr(b, AVP_HOST_IP_ADDRESS, &ip);
    avp_put_u32(b, AVP_VENDOR_ID, 0);
    avp_put(b, AVP_PRODUCT_NAME, S("raw"));
    mark = avp_group(b, AVP_VENDOR_SPECIFIC_APPLICATION_ID, true);
    avp_put_u32(b, AVP_VENDOR_ID, VENDOR_TGPP);
    avp_put_u32(b, AVP_AUTH_APPLICATION_ID, CX_APPLICATION);
    avp_group_end(b, mark);
}

struct slice raw_cer(struct buf *b, const char *host)
{
    diameter_begin(
        b, &(struct diameter_header){.flags = DIAMETER_R,
                                     .command = DIAMETER_CAPABILITIES_EXCHANGE,
                                     .hop = 1,
                                     .end = 1});
    put_capabilities(b, host);
    assert_true(diameter_end(b));
    return buf_slice(b);
}

struct slice raw_cea(struct buf *b, const char *host,
                     const struct diameter_header *cer, unsigned result)
{
    struct diameter_header h = *cer;

    h.flags = result / 1000 == 3 ? DIAMETER_E : 0;
    diameter_begin(b, &h);
    avp_put_u32(b, AVP_RESULT_CODE, result);
    put_capabilities(b, host);
    assert_true(diameter_end(b));
    return buf_slice(b);
}
