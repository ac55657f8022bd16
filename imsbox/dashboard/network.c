/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/network.h"
#include <jansson.h>

static void put_place(struct json *j, const char *key,
                      const struct topology_place *p)
{
    json_key(j, key);
    json_printf(j, strchr(p->host, ':') ? "[%s]:%u" : "%s:%u", p->host,
                p->addr.port);
}

static void put_listener(struct json *j, const struct topology_listener *l)
{
    json_object_begin(j);
    json_put_str(j, "trust", topology_trust_name(l->trust));
    json_put_str(j, "transport",
                 transport_name((enum transport)l->at.addr.transport));
    put_place(j, "at", &l->at);
    json_key(j, "advertised");
    json_printf(j, "%s:%u", l->advertise_host, l->advertise_port);
    json_object_end(j);
}

static void put_listeners(struct json *j, const struct topology_node *n)
{
    json_key(j, "listeners");
    json_array_begin(j);
    for (unsigned i = 0; i < n->listener_count; i++)
        put_listener(j, &n->listeners[i]);
    json_array_end(j);
    if (n->role != TOPOLOGY_SCSCF)
        return;
    json_key(j, "capabilities");
    json_array_begin(j);
    for (unsigned i = 0; i < n->capability_count; i++)
        json_u64(j, n->capabilities[i]);
    json_array_end(j);
}

/* A value of another JSON text, as it is there. */
static void put_value(struct json *j, const char *key, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

    if (!text)
        return;
    json_key(j, key);
    json_raw(j, slice_of(text));
    free(text);
}

static void put_status(struct json *j, const struct watch *w)
{
    struct slice text = str_slice(&w->status);
    json_t *status = text.n ? json_loadb(text.p, text.n, 0, NULL) : NULL;
    const char *key;
    json_t *value;

    json_put_bool(j, "ready",
                  w->state == WATCH_ALIVE &&
                      json_is_true(json_object_get(status, "ready")));
    if (w->state == WATCH_DEAD)
        json_put_str(j, "reason", w->why);
    else
        put_value(j, "reason", json_object_get(status, "reason"));
    json_key(j, "status");
    json_object_begin(j);
    json_object_foreach(status, key, value)
    {
        if (strcmp(key, "ready") != 0 && strcmp(key, "reason") != 0)
            put_value(j, key, value);
    }
    json_object_end(j);
    json_decref(status);
}

void network_put_node(const struct watch *w, struct json *j)
{
    const struct topology_node *n = w->at->node;

    json_object_begin(j);
    json_put_str(j, "name", n->name);
    json_put_str(j, "role", topology_role_name(n->role));
    json_put_str(j, "domain", n->network->domain);
    json_put_str(j, "fqdn", n->fqdn);
    json_put_str(j, "host", n->host);
    json_put_str(j, "admin", w->at->admin);
    put_listeners(j, n);
    json_put_str(j, "state", watch_state_name(w->state));
    json_put_int(j, "since_us", w->since_us);
    put_status(j, w);
    json_put_u64(j, "record_last", w->seq);
    json_object_end(j);
}

static void put_network(const struct hub *h, struct json *j,
                        const struct topology_network *n)
{
    json_object_begin(j);
    json_put_str(j, "domain", n->domain);
    json_put_str(j, "visited_id", n->visited_id);
    json_key(j, "nodes");
    json_array_begin(j);
    for (unsigned i = 0; i < h->site.node_count; i++)
        if (h->watches[i].at->node->network == n)
            network_put_node(&h->watches[i], j);
    json_array_end(j);
    json_object_end(j);
}

static void put_external(struct json *j, const struct topology_external *e)
{
    json_object_begin(j);
    json_put_str(j, "name", e->name);
    json_put_str(j, "role", topology_role_name(e->role));
    json_put_str(j, "trust", topology_trust_name(e->trust));
    json_put_str(j, "identity", e->identity);
    json_put_str(j, "host", e->host);
    json_key(j, "domains");
    json_array_begin(j);
    for (unsigned i = 0; i < e->domain_count; i++)
        json_str(j, e->domains[i]);
    json_array_end(j);
    json_object_end(j);
}

static void put_story(const struct hub *h, struct json *j)
{
    struct story_figures f = story_figures(h->story);

    json_key(j, "trace");
    json_object_begin(j);
    json_key(j, "boot");
    json_printf(j, "%llx", (unsigned long long)h->boot);
    json_put_u64(j, "first", story_first(h->story));
    json_put_u64(j, "last", story_last(h->story));
    json_put_u64(j, "bytes", f.bytes);
    json_put_u64(j, "bytes_max", h->node->self->limits.trace_bytes);
    json_put_u64(j, "calls", f.calls);
    json_put_u64(j, "missed", f.missed);
    json_object_end(j);
}

void network_put(const struct hub *h, struct json *j)
{
    const struct topology *t = h->site.topology;

    json_object_begin(j);
    json_put_str(j, "name", t->name);
    json_put_int(j, "wall_us", h->node->env.clock->wall_us);
    json_key(j, "networks");
    json_array_begin(j);
    for (unsigned i = 0; i < t->network_count; i++)
        put_network(h, j, &t->networks[i]);
    json_array_end(j);
    json_key(j, "external");
    json_array_begin(j);
    for (unsigned i = 0; i < t->external_count; i++)
        put_external(j, &t->externals[i]);
    json_array_end(j);
    json_key(j, "links");
    links_put(&h->links, &h->site, j);
    put_story(h, j);
    json_object_end(j);
}

void network_get(struct node *n, struct api_call *c)
{
    network_put(hub_of(n), &c->json);
    api_reply(c, 200);
}
