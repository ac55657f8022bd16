/* SPDX-License-Identifier: MIT */
#include "ladder/world.h"
#include "ladder/secrets.h"
#include <stdio.h>

enum { TOPOLOGY_BYTES = 1 << 20, FIRST_PHONE = 101 };

/* ---- the topology -----------------------------------------------------------
 */

static enum ims_err read_file(const char *path, struct buf *out,
                              struct why *why)
{
    FILE *f = fopen(path, "r");
    char part[4096];
    size_t n;

    if (!f)
        return why_set(why, IMS_NOT_FOUND, "%s cannot be read", path);
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        buf_add(out, slice_at(part, n));
    fclose(f);
    return IMS_OK;
}

static void replace(struct slice text, struct slice what, struct slice with,
                    struct buf *out)
{
    ssize_t at;

    while ((at = slice_find(text, what)) >= 0) {
        buf_add(out, slice_first(text, (size_t)at));
        buf_add(out, with);
        text = slice_from(text, (size_t)at + what.n);
    }
    buf_add(out, text);
}

/* "store: box.db" with another value: up to the comma or brace behind it. */
static void replace_stores(struct slice text, const char *store,
                           struct buf *out)
{
    ssize_t at;

    while ((at = slice_find(text, S("store: "))) >= 0) {
        size_t n = (size_t)at + strlen("store: ");
        struct slice value = slice_from(text, n);
        size_t end = 0;

        while (end < value.n && !strchr(",}\n", value.p[end]))
            end++;
        buf_add(out, slice_first(text, n));
        buf_printf(out, "\"%s%.*s\"", store,
                   SLICE_ARG(slice_trim(slice_first(value, end))));
        text = slice_from(value, end);
    }
    buf_add(out, text);
}

enum ims_err world_read_topology(struct world *w, const struct world_options *o,
                                 const char *prefix, const char *store,
                                 struct buf *text, struct why *why)
{
    struct buf raw, moved, errors;
    char path[512], with[64];
    enum ims_err err;

    snprintf(path, sizeof path, "%s/%.*s", o->topologies,
             SLICE_ARG(o->ladder->topology));
    snprintf(with, sizeof with, "%s.", prefix);
    buf_init(&raw, TOPOLOGY_BYTES);
    buf_init(&moved, TOPOLOGY_BYTES);
    buf_init(&errors, TOPOLOGY_BYTES);
    err = read_file(path, &raw, why);
    if (err == IMS_OK) {
        replace(buf_slice(&raw), S("127.0.0."), slice_of(with), &moved);
        replace_stores(buf_slice(&moved), store, text);
        err = topology_parse(buf_slice(text), path, &w->topology, &errors);
        if (err != IMS_OK)
            why_set(why, err, "%.*s", SLICE_ARG(buf_slice(&errors)));
    }
    buf_fini(&raw);
    buf_fini(&moved);
    buf_fini(&errors);
    return err;
}

/* ---- who is where
 * ------------------------------------------------------------
 */

static bool is_at(const struct topology_node *n, const struct addr *a)
{
    for (unsigned i = 0; i < n->listener_count; i++)
        if (addr_eq_ip(&n->listeners[i].at.addr, a))
            return true;
    return false;
}

bool world_name_of(struct world *w, const struct addr *a, struct buf *out)
{
    LIST_EACH (it, &w->phones) {
        struct phone *p = container_of(it, struct phone, link);

        if (addr_eq_ip(&p->local, a) &&
            (p->local.port == a->port || a->transport == TRANSPORT_TCP)) {
            buf_add(out, p->name);
            return true;
        }
    }
    for (unsigned i = 0; i < w->topology->network_count; i++) {
        const struct topology_network *n = &w->topology->networks[i];

        for (unsigned k = 0; k < n->node_count; k++)
            if (is_at(&n->nodes[k], a)) {
                buf_str(out, n->nodes[k].name);
                return true;
            }
    }
    addr_print(a, out);
    return false;
}

void world_take(struct world *w, const struct topology_node *node,
                const struct record_entry *e)
{
    char text[128];
    struct buf other;
    bool known;

    buf_over(&other, text, sizeof text);
    switch (e->kind) {
    case RECORD_TX:
        world_name_of(w, &e->remote, &other);
        events_add(&w->events, EVENT_ARROW, e, slice_of(node->name),
                   buf_slice(&other));
        break;
    case RECORD_RX:
        known = world_name_of(w, &e->remote, &other);
        if (!known)
            events_add(&w->events, EVENT_ARROW, e, buf_slice(&other),
                       slice_of(node->name));
        break;
    case RECORD_SAYS:
        events_add(&w->events, EVENT_SAYS, e, slice_of(node->name),
                   (struct slice){0});
        break;
    case RECORD_DROP:
        events_add(&w->events, EVENT_DROPS, e, slice_of(node->name),
                   (struct slice){0});
        break;
    }
}

/* ---- phones
 * -------------------------------------------------------------------
 */

struct phone *world_phone(struct world *w, struct slice name)
{
    LIST_EACH (it, &w->phones) {
        struct phone *p = container_of(it, struct phone, link);

        if (slice_eq(p->name, name))
            return p;
    }
    return NULL;
}

/* The P-CSCF that the phone stands at: `at=`, else the first one. */
static const struct topology_listener *
proxy_of(const struct world *w, const struct ladder_phone *lp, enum transport t)
{
    const struct topology_node *n =
        lp->at.n
            ? topology_find_node(w->topology, lp->at)
            : topology_node_at(&w->topology->networks[0], TOPOLOGY_PCSCF, 0);

    return n ? topology_listener_of(n, TOPOLOGY_GM, t) : NULL;
}

static enum ims_err make_phone(struct world *w, const struct ladder_phone *lp,
                               const char *address, struct why *why)
{
    enum transport t = TRANSPORT_UDP;
    const struct topology_listener *proxy;
    struct phone_options o = {.net = w->net, .name = lp->name};
    char user[300], impi[300];
    struct phone *p;
    enum ims_err err;

    if (lp->transport.n && !transport_parse(lp->transport, &t))
        return why_set(why, IMS_MALFORMED, "line %u: no such transport",
                       lp->line);
    proxy = proxy_of(w, lp, t);
    if (!proxy || !addr_parse_ip(slice_of(address), &o.local))
        return why_set(why, IMS_MALFORMED,
                       "line %u: no P-CSCF, or no address to stand at",
                       lp->line);
    if (lp->user.n)
        snprintf(user, sizeof user, "%.*s", SLICE_ARG(lp->user));
    else
        snprintf(user, sizeof user, "sip:%.*s@%s", SLICE_ARG(lp->name),
                 w->topology->networks[0].domain);
    snprintf(impi, sizeof impi, "%.*s",
             lp->impi.n ? (int)lp->impi.n : (int)strlen(user + 4),
             lp->impi.n ? lp->impi.p : user + 4);
    o.local.port = lp->port ? (uint16_t)lp->port : 5060;
    o.local.transport = t;
    o.proxy = proxy->at.addr;
    o.user = slice_of(user);
    o.impi = slice_of(impi);
    err = phone_new(&o, &p, why);
    if (err != IMS_OK)
        return err;
    list_append(&w->phones, &p->link);
    return secrets_give(w->topology, lp, p, why);
}

enum ims_err world_make_phones(struct world *w, const char *prefix,
                               struct why *why)
{
    for (unsigned i = 0; i < w->ladder->phone_count; i++) {
        const struct ladder_phone *lp = &w->ladder->phones[i];
        char address[64];
        enum ims_err err;

        if (lp->address.n)
            snprintf(address, sizeof address, "%s.%.*s", prefix,
                     SLICE_ARG(lp->address));
        else
            snprintf(address, sizeof address, "%s.%u", prefix, FIRST_PHONE + i);
        err = make_phone(w, lp, address, why);
        if (err != IMS_OK)
            return err;
    }
    return IMS_OK;
}

void world_fini(struct world *w)
{
    LIST_EACH (it, &w->phones) {
        struct phone *p = container_of(it, struct phone, link);

        list_remove(&p->link);
        phone_free(p);
    }
    events_fini(&w->events);
    if (w->topology)
        topology_free(w->topology);
}
