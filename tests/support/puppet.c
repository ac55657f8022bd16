/* SPDX-License-Identifier: MIT */
#include "support/puppet.h"
#include "sip/views.h"
#include "support/check.h"

static void on_datagram(void *ctx, struct udp *u, const struct addr *from,
                        struct slice bytes)
{
    static const struct sip_limits none;
    struct puppet *p = ctx;

    (void)u;
    if (p->count == PUPPET_KEEPS)
        fail_msg("%s received too much", p->w->env.name);
    p->from[p->count] = *from;
    if (!sip_message_parse(bytes, &none, &p->got[p->count], NULL))
        p->count++;
    else
        sip_message_drop(p->got[p->count]);
}

void puppet_init(struct puppet *p, struct sim *sim, const char *name,
                 const char *addr)
{
    static const struct udp_handler handler = {.on_datagram = on_datagram};
    struct why why;

    *p = (struct puppet){.w = world_host_new(sim, name),
                         .addr = world_addr(addr, TRANSPORT_UDP)};
    assert_ok(udp_open(p->w->env.net, &p->addr, &handler, p, &p->udp, &why),
              &why);
}

void puppet_fini(struct puppet *p)
{
    for (unsigned i = 0; i < p->count; i++)
        sip_message_drop(p->got[i]);
    udp_close(p->udp);
    world_host_free(p->w);
}

void puppet_send_text(struct puppet *p, const struct addr *to,
                      struct slice text)
{
    assert_int_equal(udp_send(p->udp, to, text), IMS_OK);
}

void puppet_send(struct puppet *p, const struct addr *to, const char *fmt, ...)
{
    struct buf b;
    va_list ap;

    buf_init(&b, 65535);
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    puppet_send_text(p, to, buf_slice(&b));
    buf_fini(&b);
}

static const struct addr *source_of(const struct puppet *p,
                                    const struct sip_message *m)
{
    for (unsigned i = 0; i < p->count; i++)
        if (p->got[i] == m)
            return &p->from[i];
    fail_msg("%s did not receive that", p->w->env.name);
    return NULL;
}

void puppet_answer(struct puppet *p, const struct sip_message *req,
                   unsigned status, const char *more)
{
    struct sip_message *resp = sip_response_to(req, status, (struct slice){0},
                                               slice_of(p->w->env.name));
    struct slice rest = slice_of(more), line;
    struct why why;
    struct buf b;

    while (slice_cut(&rest, '\n', &line)) {
        ssize_t colon = slice_index(line, ':');

        if (colon > 0)
            sip_add_named(resp, slice_first(line, (size_t)colon),
                          slice_trim(slice_from(line, (size_t)colon + 1)));
    }
    buf_init(&b, 65535);
    assert_ok(sip_message_print(resp, &b, &why), &why);
    puppet_send_text(p, source_of(p, req), buf_slice(&b));
    buf_fini(&b);
    sip_message_drop(resp);
}

struct sip_message *puppet_request(const struct puppet *p, enum sip_method m,
                                   unsigned n)
{
    for (unsigned i = 0; i < p->count; i++)
        if (p->got[i]->is_request && p->got[i]->method == m && !n--)
            return p->got[i];
    return NULL;
}

struct sip_message *puppet_response(const struct puppet *p, unsigned status,
                                    unsigned n)
{
    for (unsigned i = 0; i < p->count; i++)
        if (!p->got[i]->is_request && p->got[i]->status == status && !n--)
            return p->got[i];
    return NULL;
}

struct sip_message *puppet_last(const struct puppet *p)
{
    return p->count ? p->got[p->count - 1] : NULL;
}
