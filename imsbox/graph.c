/* SPDX-License-Identifier: MIT
 *
 * imsbox graph: a topology as a picture of who talks to whom, in the language
 * of Mermaid or of Graphviz. Reference points are those of TS 23.002.
 */
#include "base/slice.h"
#include "imsbox/commands.h"
#include "imsbox/site.h"

/* One of the two languages; numbers are nodes'. */
struct language {
    const char *name;
    void (*begin)(const struct topology *t);
    void (*network_begin)(unsigned number, const char *domain);
    void (*network_end)(void);
    void (*node)(unsigned number, const char *indent, const char *name,
                 const char *about);
    void (*link)(unsigned a, unsigned b, const char *label);
    void (*end)(void);
};

struct graph {
    const struct language *in;
    const struct site *site;
};

/* ---- Mermaid ------------------------------------------------------------- */

static void mermaid_begin(const struct topology *t)
{
    printf("---\ntitle: %s\n---\nflowchart LR\n", t->name);
}

static void mermaid_network_begin(unsigned number, const char *domain)
{
    printf("  subgraph net%u[\"%s\"]\n", number, domain);
}

static void mermaid_network_end(void)
{
    printf("  end\n");
}

static void mermaid_node(unsigned number, const char *indent, const char *name,
                         const char *about)
{
    printf("%sn%u[\"%s<br/>%s\"]\n", indent, number, name, about);
}

static void mermaid_link(unsigned a, unsigned b, const char *label)
{
    printf("  n%u ---|\"%s\"| n%u\n", a, label, b);
}

static void mermaid_end(void)
{
}

/* ---- Graphviz ------------------------------------------------------------ */

static void dot_begin(const struct topology *t)
{
    printf("graph \"%s\" {\n  rankdir=LR\n  node [shape=box]\n", t->name);
}

static void dot_network_begin(unsigned number, const char *domain)
{
    printf("  subgraph cluster%u {\n    label=\"%s\"\n", number, domain);
}

static void dot_network_end(void)
{
    printf("  }\n");
}

static void dot_node(unsigned number, const char *indent, const char *name,
                     const char *about)
{
    printf("%sn%u [label=\"%s\\n%s\"]\n", indent, number, name, about);
}

static void dot_link(unsigned a, unsigned b, const char *label)
{
    printf("  n%u -- n%u [label=\"%s\"]\n", a, b, label);
}

static void dot_end(void)
{
    printf("}\n");
}

static const struct language languages[] = {
    {"mermaid", mermaid_begin, mermaid_network_begin, mermaid_network_end,
     mermaid_node, mermaid_link, mermaid_end},
    {"dot", dot_begin, dot_network_begin, dot_network_end, dot_node, dot_link,
     dot_end},
};

/* ---- who is there -------------------------------------------------------- */

/* Nodes have their numbers in the site, external ones come behind them, the
 * phones of a network behind those. */
static unsigned external_number(const struct graph *g, unsigned i)
{
    return g->site->node_count + i;
}

static unsigned phones_number(const struct graph *g, unsigned network)
{
    return g->site->node_count + g->site->topology->external_count + network;
}

static const struct topology_node *node_at(const struct graph *g, unsigned i)
{
    return g->site->nodes[i].node;
}

static bool is(const struct graph *g, unsigned i, enum topology_role role)
{
    return node_at(g, i)->role == role;
}

static void print_about(char *out, size_t size, const struct topology_node *n)
{
    static const char *const names[] = {
        [TOPOLOGY_PCSCF] = "P-CSCF",
        [TOPOLOGY_ICSCF] = "I-CSCF",
        [TOPOLOGY_SCSCF] = "S-CSCF",
        [TOPOLOGY_HSS] = "HSS",
    };

    snprintf(out, size, "%s %s", names[n->role], n->host);
}

static void print_network(const struct graph *g, unsigned number)
{
    const struct topology_network *net = &g->site->topology->networks[number];
    char about[300];

    g->in->network_begin(number, net->domain);
    for (unsigned i = 0; i < g->site->node_count; i++) {
        if (node_at(g, i)->network != net)
            continue;
        print_about(about, sizeof about, node_at(g, i));
        g->in->node(i, "    ", node_at(g, i)->name, about);
    }
    g->in->network_end();
}

static void print_parties(const struct graph *g)
{
    const struct topology *t = g->site->topology;
    char about[300];

    for (unsigned i = 0; i < t->network_count; i++)
        print_network(g, i);
    for (unsigned i = 0; i < t->external_count; i++) {
        snprintf(about, sizeof about, "external %s %s",
                 topology_role_name(t->externals[i].role),
                 t->externals[i].host);
        g->in->node(external_number(g, i), "  ", t->externals[i].name, about);
    }
    for (unsigned i = 0; i < t->network_count; i++)
        if (topology_node_at(&t->networks[i], TOPOLOGY_PCSCF, 0))
            g->in->node(phones_number(g, i), "  ", "phones",
                        t->networks[i].domain);
}

/* ---- who talks to whom --------------------------------------------------- */

/* "Gm udp:5060 tcp:5060" */
static void print_gm(char *out, size_t size, const struct topology_node *n)
{
    struct buf b;

    buf_over(&b, out, size - 1);
    buf_str(&b, "Gm");
    for (unsigned i = 0; i < n->listener_count; i++)
        if (n->listeners[i].trust == TOPOLOGY_GM)
            buf_printf(&b, " %s:%u",
                       transport_name(n->listeners[i].at.addr.transport),
                       n->listeners[i].at.addr.port);
    out[b.n] = '\0';
}

static void link_phones(const struct graph *g)
{
    char label[200];

    for (unsigned i = 0; i < g->site->node_count; i++) {
        const struct topology_network *net = node_at(g, i)->network;

        if (!is(g, i, TOPOLOGY_PCSCF))
            continue;
        print_gm(label, sizeof label, node_at(g, i));
        g->in->link(
            phones_number(g, (unsigned)(net - g->site->topology->networks)), i,
            label);
    }
}

/* Within a network every CSCF talks to every one of another kind; from one
 * network to another P- and S-CSCFs find the I-CSCFs. */
static bool is_mw(const struct graph *g, unsigned a, unsigned b)
{
    bool near = node_at(g, a)->network == node_at(g, b)->network;

    if (is(g, a, TOPOLOGY_HSS) || is(g, b, TOPOLOGY_HSS))
        return false;
    if (near)
        return node_at(g, a)->role < node_at(g, b)->role;
    return !is(g, a, TOPOLOGY_ICSCF) && is(g, b, TOPOLOGY_ICSCF);
}

static void link_cscfs(const struct graph *g)
{
    for (unsigned a = 0; a < g->site->node_count; a++)
        for (unsigned b = 0; b < g->site->node_count; b++)
            if (is_mw(g, a, b))
                g->in->link(a, b, "Mw");
}

/* Who connects tells of the link; the other end is a node or an external. */
static void link_peer(const struct graph *g, unsigned from,
                      const struct topology_peer *p)
{
    const struct topology *t = g->site->topology;
    struct slice identity = slice_of(p->identity);

    for (unsigned i = 0; i < g->site->node_count; i++)
        if (slice_eq_nocase(slice_of(node_at(g, i)->fqdn), identity))
            g->in->link(from, i, "Cx");
    for (unsigned i = 0; i < t->external_count; i++)
        if (slice_eq_nocase(slice_of(t->externals[i].identity), identity))
            g->in->link(from, external_number(g, i), "Cx");
}

static void link_peers(const struct graph *g)
{
    for (unsigned i = 0; i < g->site->node_count; i++)
        for (unsigned k = 0; k < node_at(g, i)->peer_count; k++)
            if (node_at(g, i)->peers[k].connect)
                link_peer(g, i, &node_at(g, i)->peers[k]);
}

static void link_externals(const struct graph *g)
{
    const struct topology *t = g->site->topology;

    for (unsigned e = 0; e < t->external_count; e++)
        for (unsigned i = 0;
             t->externals[e].sip_count > 0 && i < g->site->node_count; i++) {
            if (t->externals[e].trust == TOPOLOGY_ISC
                    ? is(g, i, TOPOLOGY_SCSCF)
                    : is(g, i, TOPOLOGY_ICSCF))
                g->in->link(i, external_number(g, e),
                            t->externals[e].trust == TOPOLOGY_ISC ? "ISC"
                                                                  : "Mw");
        }
}

/* ---- the command --------------------------------------------------------- */

static void print(const struct graph *g)
{
    g->in->begin(g->site->topology);
    print_parties(g);
    link_phones(g);
    link_cscfs(g);
    link_peers(g);
    link_externals(g);
    g->in->end();
}

/* NULL: it is not the name of a language. */
static const struct language *language(const char *name)
{
    for (unsigned i = 0; i < sizeof languages / sizeof languages[0]; i++)
        if (strcmp(languages[i].name, name) == 0)
            return &languages[i];
    return NULL;
}

static int run(const struct words *w)
{
    struct graph g = {.in = &languages[0]};
    const char *name = w->count > 0 ? w->rest[w->count - 1] : NULL;
    enum ims_err err;
    struct site site;
    struct why why;

    if (name && language(w->rest[0])) {
        g.in = language(w->rest[0]);
        name = w->count > 1 ? name : NULL;
    } else if (w->count > 1) {
        fprintf(stderr, "imsbox: a graph is mermaid or dot, not %s\n",
                w->rest[0]);
        return EXIT_WRONG_WORDS;
    }
    err = site_find(name, &site, &why);
    if (err != IMS_OK) {
        fprintf(stderr, "imsbox: %s\n", why.text);
        return err == IMS_CONFIG ? EXIT_TOPOLOGY : EXIT_UNAVAILABLE;
    }
    g.site = &site;
    print(&g);
    site_fini(&site);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_FILE;
}

const struct command command_graph = {
    .name = "graph",
    .arguments = "[mermaid|dot] [NAME|FILE]",
    .most = 2,
    .summary = "a topology as a picture, for Mermaid or Graphviz",
    .about = "Who is there and who talks to whom over which reference point. "
             "Mermaid goes into Markdown as it is; `imsbox graph dot FILE | "
             "dot -Tsvg` makes a picture.",
    .run = run,
};
