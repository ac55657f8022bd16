/* SPDX-License-Identifier: MIT */
#include "load/load_priv.h"

/* ---- what comes ---------------------------------------------------------- */

/* A Call-ID leads to its unit: "r7@..." by the phone, "u12.3@..." by place
 * and life. NULL: it has ended. */
static struct unit *unit_of(struct load *l, const struct sip_message *m)
{
    struct slice id = sip_header_value(m, SIP_HDR_CALL_ID), name, head;
    char kind = id.n ? id.p[0] : '\0';
    uint64_t number, life;

    id = slice_from(id, 1);
    if (!slice_cut(&id, '@', &name))
        return NULL;
    if (kind == 'r')
        return slice_u64(name, l->o.phones - 1, &number)
                   ? l->phones[number].registering
                   : NULL;
    slice_cut(&name, '.', &head);
    if (kind != 'u' || !slice_u64(head, l->o.units - 1, &number) ||
        !slice_u64(name, UINT32_MAX, &life) || l->units[number].life != life)
        return NULL;
    return &l->units[number];
}

static void on_datagram(void *ctx, struct udp *at, const struct addr *from,
                        struct slice bytes)
{
    static const struct sip_limits usual = {0};
    struct load *l = ctx;
    struct sip_message *m = NULL;
    struct unit *u;
    struct why why;

    if (sip_message_parse(bytes, &usual, &m, &why) != IMS_OK) {
        l->figures.unreadable++;
        sip_message_drop(m);
        return;
    }
    u = unit_of(l, m);
    if (u && u->step == STEP_FREE)
        u = NULL;
    if (m->is_request)
        unit_on_request(l, u, at, from, m);
    else if (u)
        unit_on_response(u, m);
    sip_message_drop(m);
}

void load_send(struct load *l, struct udp *from, const struct addr *to,
               const struct buf *text)
{
    if (text->full || udp_send(from, to, buf_slice(text)) != IMS_OK)
        l->figures.unsent++;
}

/* ---- units --------------------------------------------------------------- */

static struct phone *next_phone(struct load *l, enum load_kind kind)
{
    bool registers = kind == LOAD_REGISTER || kind == LOAD_REREGISTER;
    unsigned left = registers && l->scope.missing ? l->scope.among : 1;
    struct phone *p;

    do {
        p = &l->phones[l->next[kind] % l->scope.among];
        l->next[kind] = p->number + 1;
    } while (--left && (p->is_registered || p->registering));
    if (registers && p->registering)
        return NULL;
    return registers && l->scope.missing && p->is_registered ? NULL : p;
}

void phone_set_registered(struct phone *p, bool is)
{
    if (is != p->is_registered)
        p->load->registered += is ? 1 : -1U;
    p->is_registered = is;
}

unsigned load_registered(const struct load *l)
{
    return l->registered;
}

void load_begin(struct load *l, enum load_kind kind, int64_t due_us)
{
    struct phone *p = next_phone(l, kind);
    struct unit *u;

    if (!p || list_is_empty(&l->free)) {
        l->figures.kinds[kind].skipped++;
        return;
    }
    u = container_of(l->free.next, struct unit, link);
    list_remove(&u->link);
    l->running++;
    u->kind = kind;
    u->stay = kind == LOAD_CALL ? l->scope.stay : LOAD_ENDS;
    u->life++;
    u->due_us = due_us;
    u->from = p;
    u->to = &l->phones[(p->number + l->scope.among / 2) % l->scope.among];
    if (kind == LOAD_REGISTER || kind == LOAD_REREGISTER)
        p->registering = u;
    unit_begin(u);
}

static void forget(struct unit *u)
{
    struct load *l = u->load;

    timer_stop(l->o.net->timers, &u->timer);
    if (u->from->registering == u)
        u->from->registering = NULL;
    sip_message_drop(u->invite);
    u->invite = NULL;
    str_set(&u->to_tag, (struct slice){0});
    str_set(&u->routes, (struct slice){0});
    str_set(&u->target, (struct slice){0});
    l->running--;
}

void load_ends(struct unit *u)
{
    forget(u);
    u->step = STEP_FREE;
    list_append(&u->load->free, &u->link);
}

void load_stays(struct unit *u)
{
    forget(u);
    u->step = STEP_STAYS;
}

void load_set_scope(struct load *l, const struct load_scope *scope)
{
    l->scope = *scope;
    if (!scope->among || scope->among > l->o.phones)
        l->scope.among = l->o.phones;
}

unsigned load_running(const struct load *l)
{
    return l->running;
}

const struct load_figures *load_figures(const struct load *l)
{
    return &l->figures;
}

void load_forget_figures(struct load *l)
{
    l->figures = (struct load_figures){0};
}

/* ---- its life ------------------------------------------------------------ */

static void make_units(struct load *l)
{
    l->units = mem_zalloc(l->o.units * sizeof *l->units);
    list_init(&l->free);
    for (unsigned i = 0; i < l->o.units; i++) {
        l->units[i].load = l;
        l->units[i].number = i;
        list_append(&l->free, &l->units[i].link);
    }
}

static enum ims_err open_sockets(struct load *l, struct why *why)
{
    static const struct udp_handler handler = {.on_datagram = on_datagram};
    unsigned count = (l->o.phones + l->o.each - 1) / l->o.each;

    l->sockets = mem_zalloc(count * sizeof(struct udp *));
    for (; l->socket_count < count; l->socket_count++) {
        struct addr a = subscriber_addr(&l->o.first, l->o.each,
                                        l->socket_count * l->o.each);
        enum ims_err err = udp_open(l->o.net, &a, &handler, l,
                                    &l->sockets[l->socket_count], why);

        if (err != IMS_OK)
            return err;
    }
    return IMS_OK;
}

static void make_phones(struct load *l)
{
    l->phones = mem_zalloc(l->o.phones * sizeof *l->phones);
    for (unsigned i = 0; i < l->o.phones; i++) {
        struct phone *p = &l->phones[i];

        p->load = l;
        p->number = i;
        p->udp = l->sockets[i / l->o.each];
        p->proxy = &l->o.proxies[i / 2 % l->o.proxy_count];
        subscriber_name(i, p->name);
    }
}

enum ims_err load_new(const struct load_options *o, struct load **out,
                      struct why *why)
{
    struct load *l = mem_zalloc(sizeof *l);
    struct buf uri;
    enum ims_err err;

    l->o = *o;
    l->o.each = o->each ? o->each : 1;
    buf_over(&uri, l->domain_uri, sizeof l->domain_uri - 1);
    buf_printf(&uri, "sip:%s", o->domain);
    make_units(l);
    err = open_sockets(l, why);
    if (err != IMS_OK) {
        load_free(l);
        return err;
    }
    make_phones(l);
    load_set_scope(l, &(struct load_scope){0});
    *out = l;
    return IMS_OK;
}

static void free_unit(struct unit *u)
{
    timer_stop(u->load->o.net->timers, &u->timer);
    sip_message_drop(u->invite);
    str_fini(&u->routes);
    str_fini(&u->target);
    str_fini(&u->to_tag);
}

void load_free(struct load *l)
{
    for (unsigned i = 0; i < l->o.units; i++)
        free_unit(&l->units[i]);
    for (unsigned i = 0; i < l->socket_count; i++)
        udp_close(l->sockets[i]);
    for (unsigned i = 0; l->phones && i < l->o.phones; i++) {
        str_fini(&l->phones[i].nonce);
        str_fini(&l->phones[i].service_route);
    }
    free(l->phones);
    free(l->sockets);
    free(l->units);
    free(l);
}
