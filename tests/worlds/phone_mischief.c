/* SPDX-License-Identifier: MIT
 *
 * What a phone should not do.
 */
#include "worlds/phone.h"
#include "worlds/wire.h"

enum { JUNK_MAX = 4096 };

/* ---- too much ------------------------------------------------------------
 */

void phone_flood(struct phone *p, const struct phone *other, unsigned count)
{
    struct arena a;

    arena_init(&a, 512, 4096);
    while (count--)
        phone_ask(p,
                  sip_ua_request_new(
                      &p->env,
                      &(struct sip_ua_request){.method = SIP_OPTIONS,
                                               .uri = str_slice(&other->impu),
                                               .from = str_slice(&p->impu),
                                               .to = str_slice(&other->impu),
                                               .route = phone_routes(p, &a)}),
                  NULL);
    arena_fini(&a);
}

/* ---- nonsense ------------------------------------------------------------
 */

static void print_one(struct phone *p, const struct phone *other,
                      struct buf *out)
{
    static const enum sip_method methods[] = {
        SIP_REGISTER, SIP_INVITE, SIP_MESSAGE, SIP_BYE, SIP_ACK, SIP_CANCEL};
    struct dice *d = p->env.dice;
    struct sip_message *m;
    struct arena a;

    arena_init(&a, 512, 4096);
    m = sip_ua_request_new(
        &p->env,
        &(struct sip_ua_request){
            .method = methods[dice_below(d, sizeof methods / sizeof *methods)],
            .uri = str_slice(&other->impu),
            .from = str_slice(&p->impu),
            .to = str_slice(&other->impu),
            .to_tag = dice_below(d, 2) ? S("x") : (struct slice){0},
            .call_id =
                dice_below(d, 2) ? str_slice(&p->call_id) : (struct slice){0},
            .contact = str_slice(&p->contact),
            .route = phone_routes(p, &a)});
    sip_add_first(m, SIP_HDR_VIA, S("SIP/2.0/UDP junk;branch=z9hG4bKjunk"));
    (void)!sip_message_print(m, out, NULL);
    sip_message_drop(m);
    arena_fini(&a);
}

/* Cuts, doubles, or changes bytes. */
static void spoil(struct dice *d, char *bytes, size_t *n)
{
    size_t at = dice_below(d, *n), k = 1 + dice_below(d, 40);

    if (k > *n - at)
        k = *n - at;
    switch (dice_below(d, 4)) {
    case 0: bytes[at] = (char)dice_below(d, 256); break;
    case 1: *n = at + 1; break;
    case 2:
        memmove(bytes + at, bytes + at + k, *n - at - k);
        *n -= k;
        break;
    default:
        if (*n + k > JUNK_MAX)
            return;
        memmove(bytes + at + k, bytes + at, *n - at);
        *n += k;
    }
    if (*n == 0)
        *n = 1;
}

static void on_answer(void *ctx, struct udp *u, const struct addr *from,
                      struct slice bytes)
{
    (void)ctx, (void)u, (void)from, (void)bytes;
}

/* Where an answer comes to, if there is one, nobody listens well. */
static bool open_junk(struct phone *p)
{
    static const struct udp_handler handler = {.on_datagram = on_answer};
    struct addr local = p->local;
    struct why why;

    local.port = WIRE_JUNK_PORT;
    local.transport = TRANSPORT_UDP;
    return p->junk ||
           udp_open(p->env.net, &local, &handler, p, &p->junk, &why) == IMS_OK;
}

void phone_send_junk(struct phone *p, const struct phone *other)
{
    struct addr to = p->proxy;
    char bytes[JUNK_MAX];
    struct buf b;

    if (!open_junk(p))
        return;
    to.transport = TRANSPORT_UDP;
    for (unsigned i = 0; i < 12; i++) {
        uint64_t times = dice_below(p->env.dice, 8);
        size_t n;

        buf_over(&b, bytes, sizeof bytes);
        print_one(p, other, &b);
        n = b.n;
        while (times--)
            spoil(p->env.dice, bytes, &n);
        (void)udp_send(p->junk, &to, slice_at(bytes, n));
        p->tally->junk++;
    }
}
