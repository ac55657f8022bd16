/* SPDX-License-Identifier: MIT */
#include "ladder/world.h"
#include "ladder/secrets.h"
#include <stdio.h>
#include <unistd.h>

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

/* Beside the ladder, else among the topologies. */
void world_topology_path(const struct world_options *o, char *path, size_t n)
{
    struct slice name = o->ladder->topology;

    snprintf(path, n, "%s/%.*s", o->folder, SLICE_ARG(name));
    if (access(path, R_OK) != 0)
        snprintf(path, n, "%s/%.*s", o->topologies, SLICE_ARG(name));
}

enum ims_err world_read_topology(struct world *w, const struct world_options *o,
                                 const char *prefix, const char *store,
                                 struct buf *text, struct why *why)
{
    struct buf raw, moved, errors;
    char path[512], with[64];
    enum ims_err err;

    world_topology_path(o, path, sizeof path);
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

static struct phone *phone_at(struct world *w, const struct addr *a)
{
    LIST_EACH (it, &w->phones) {
        struct phone *p = container_of(it, struct phone, link);

        if (!p->host && addr_eq_ip(&p->local, a) &&
            (p->local.port == a->port || a->transport == TRANSPORT_TCP))
            return p;
    }
    return NULL;
}

/* The account that the message is for, where a program has several. */
static struct slice phone_name(struct phone *p, struct slice bytes)
{
    struct sip_message *m = NULL;
    struct slice name = p->name;

    if (sip_message_parse(bytes, &(struct sip_limits){0}, &m, NULL) == IMS_OK)
        name = phone_owner(p, m)->name;
    if (m)
        sip_message_drop(m);
    return name;
}

/* The name of whoever has the address; false when nobody is known. */
static bool name_of(struct world *w, const struct record_entry *e,
                    struct buf *out)
{
    struct phone *p = phone_at(w, &e->remote);

    if (p) {
        buf_add(out, phone_name(p, e->bytes));
        return true;
    }
    for (unsigned i = 0; i < w->topology->network_count; i++) {
        const struct topology_network *n = &w->topology->networks[i];

        for (unsigned k = 0; k < n->node_count; k++)
            if (is_at(&n->nodes[k], &e->remote)) {
                buf_str(out, n->nodes[k].name);
                return true;
            }
    }
    addr_print(&e->remote, out);
    return false;
}

void world_take(struct world *w, const struct topology_node *node,
                const struct record_entry *e)
{
    struct slice self = slice_of(node->name);
    char text[128];
    struct buf other;

    buf_over(&other, text, sizeof text);
    switch (e->kind) {
    case RECORD_TX:
        name_of(w, e, &other);
        events_add(&w->events, EVENT_ARROW, e, self, buf_slice(&other));
        break;
    case RECORD_RX:
        if (!name_of(w, e, &other))
            events_add(&w->events, EVENT_ARROW, e, buf_slice(&other), self);
        break;
    case RECORD_SAYS:
        events_add(&w->events, EVENT_SAYS, e, self, (struct slice){0});
        break;
    case RECORD_DROP:
        events_add(&w->events, EVENT_DROPS, e, self, (struct slice){0});
        break;
    case RECORD_LOST:
        name_of(w, e, &other);
        events_add(&w->events, EVENT_ARROW, e, self, buf_slice(&other));
        events_add(&w->events, EVENT_SAYS, e, self, (struct slice){0});
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

/* Where it sends to: the P-CSCF named by `at=`, else the first one; a peer to
 * any node, where the core would. */
static const struct topology_listener *
proxy_of(const struct world *w, const struct ladder_phone *lp, enum transport t)
{
    const struct topology_node *n =
        lp->at.n
            ? topology_find_node(w->topology, lp->at)
            : topology_node_at(&w->topology->networks[0], TOPOLOGY_PCSCF, 0);

    return n ? topology_listener_of(n, lp->is_peer ? TOPOLOGY_MW : TOPOLOGY_GM,
                                    t)
             : NULL;
}

static enum ims_err find_place(struct world *w, const struct ladder_phone *lp,
                               const char *address, struct phone_options *o,
                               struct why *why)
{
    enum transport t = TRANSPORT_UDP;
    const struct topology_listener *proxy;

    if (lp->transport.n && !transport_parse(lp->transport, &t))
        return why_set(why, IMS_MALFORMED, "line %u: no such transport",
                       lp->line);
    proxy = proxy_of(w, lp, t);
    if (!proxy || !addr_parse_ip(slice_of(address), &o->local))
        return why_set(why, IMS_MALFORMED,
                       "line %u: no P-CSCF, or no address to stand at",
                       lp->line);
    o->local.port = lp->port ? (uint16_t)lp->port : 5060;
    o->local.transport = t;
    o->proxy = proxy->at.addr;
    if (!lp->with.n)
        return IMS_OK;
    o->host = world_phone(w, lp->with);
    if (!o->host)
        return why_set(why, IMS_MALFORMED, "line %u: no phone %.*s", lp->line,
                       SLICE_ARG(lp->with));
    o->local = o->host->local;
    return IMS_OK;
}

static void set_habits(struct phone *p, const struct ladder_phone *lp)
{
    str_set(&p->contact, lp->contact);
    str_set(&p->q, lp->q);
    str_set(&p->expires, lp->expires);
    str_set(&p->realm, lp->realm);
}

static enum ims_err make_phone(struct world *w, const struct ladder_phone *lp,
                               const char *address, struct why *why)
{
    struct phone_options o = {.net = w->net,
                              .name = lp->name,
                              .all = &w->phones,
                              .is_peer = lp->is_peer};
    char user[300];
    struct phone *p;
    enum ims_err err = find_place(w, lp, address, &o, why);

    if (err != IMS_OK)
        return err;
    if (lp->user.n)
        snprintf(user, sizeof user, "%.*s", SLICE_ARG(lp->user));
    else
        snprintf(user, sizeof user, "sip:%.*s@%s", SLICE_ARG(lp->name),
                 w->topology->networks[0].domain);
    o.user = slice_of(user);
    o.impi = lp->impi.n ? lp->impi : slice_from(o.user, strlen("sip:"));
    err = phone_new(&o, &p, why);
    if (err != IMS_OK)
        return err;
    set_habits(p, lp);
    list_append(&w->phones, &p->link);
    return secrets_give(w->topology, lp, p, why);
}

/* ---- {NAME} in the ladder --------------------------------------------------
 */

/* Where others reach it: a phone's socket, a node's first listener. */
static bool place_of(struct world *w, struct slice name, struct addr *out)
{
    const struct topology_node *n = topology_find_node(w->topology, name);
    struct phone *p = world_phone(w, name);

    if (p)
        *out = p->local;
    else if (n && n->listener_count)
        *out = n->listeners[0].at.addr;
    return p || n;
}

static struct slice expanded(struct world *w, struct arena *a,
                             struct slice text)
{
    struct slice rest = text;
    struct buf b;
    ssize_t at;

    if (slice_index(text, '{') < 0)
        return text;
    buf_init(&b, 1 << 20);
    while ((at = slice_index(rest, '{')) >= 0) {
        struct slice name = slice_from(rest, (size_t)at + 1);
        ssize_t end = slice_index(name, '}');
        struct addr place;

        if (end >= 0 && place_of(w, slice_first(name, (size_t)end), &place)) {
            buf_add(&b, slice_first(rest, (size_t)at));
            addr_print(&place, &b);
            rest = slice_from(name, (size_t)end + 1);
        } else {
            buf_add(&b, slice_first(rest, (size_t)at + 1));
            rest = name;
        }
    }
    buf_add(&b, rest);
    text = slice_keep(a, buf_slice(&b));
    buf_fini(&b);
    return text;
}

static void expand(struct world *w, struct ladder *l)
{
    for (unsigned i = 0; i < l->line_count; i++) {
        struct ladder_line *line = &l->lines[i];

        line->more = expanded(w, &l->arena, line->more);
        for (unsigned k = 0; k < line->check_count; k++)
            line->checks[k].value =
                expanded(w, &l->arena, line->checks[k].value);
    }
    LIST_EACH (it, &w->phones) {
        struct phone *p = container_of(it, struct phone, link);

        if (p->contact.n)
            str_set(&p->contact,
                    expanded(w, &l->arena, str_slice(&p->contact)));
    }
}

enum ims_err world_make_phones(struct world *w, const char *prefix,
                               struct why *why)
{
    for (unsigned i = 0; i < w->ladder->phone_count; i++) {
        const struct ladder_phone *lp = &w->ladder->phones[i];
        char address[64];
        enum ims_err err;

        if (slice_index(lp->address, ':') >= 0) /* IPv6: all of it */
            snprintf(address, sizeof address, "%.*s", SLICE_ARG(lp->address));
        else if (lp->address.n)
            snprintf(address, sizeof address, "%s.%.*s", prefix,
                     SLICE_ARG(lp->address));
        else
            snprintf(address, sizeof address, "%s.%u", prefix, FIRST_PHONE + i);
        err = make_phone(w, lp, address, why);
        if (err != IMS_OK)
            return err;
    }
    expand(w, w->ladder);
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
