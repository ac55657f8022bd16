/* SPDX-License-Identifier: MIT */
#include "support/hss_world.h"
#include "base/mem.h"
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static const char one_network[] =
    "name: t\n"
    "networks:\n"
    "  - domain: ims.example\n"
    "    visited: [ims.example, friend.example]\n"
    "    nodes:\n"
    "      - {name: icscf1, role: icscf, host: 127.0.0.2, mw: udp:5060,\n"
    "         admin: 8082}\n"
    "      - {name: scscf1, role: scscf, host: 127.0.0.3, mw: udp:5060,\n"
    "         admin: 8083}\n"
    "      - {name: scscf2, role: scscf, host: 127.0.0.5, mw: udp:5060,\n"
    "         admin: 8085}\n"
    "      - {name: hss1, role: hss, host: 127.0.0.4, store: \"%s\",\n"
    "         diameter: tcp:3868, admin: 8084}\n"
    "    subscribers: {import: [%s/subscribers.yaml%s%s%s]}\n";

static void write_file(const char *dir, const char *name, const char *text)
{
    char path[128];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void sink(void *ctx, enum log_level level, struct slice line)
{
    (void)ctx;
    if (level <= LOG_WARN)
        fprintf(stderr, "hss1: %.*s\n", SLICE_ARG(line));
}

static void start(struct hss_world *w)
{
    struct node_options o = {.role = &hss_role,
                             .topology = w->topology,
                             .name = "hss1",
                             .sink = sink};
    struct why why;

    w->host = sim_host_new(w->sim, "hss1");
    o.net = sim_host_net(w->host);
    assert_ok(node_new(&o, &w->node, &why), &why);
    w->hss = w->node->state;
}

static struct topology *read_topology(struct hss_world *w, bool second)
{
    struct topology *found = NULL;
    char text[2048];
    struct buf errors;

    snprintf(text, sizeof(text), one_network, w->store, w->dir,
             second ? ", " : "", second ? w->dir : "",
             second ? "/more.yaml" : "");
    buf_init(&errors, 10000);
    (void)!topology_parse(slice_of(text), "t.yaml", &found, &errors);
    assert_text(buf_slice(&errors), S(""));
    buf_fini(&errors);
    return found;
}

/* ---- an S-CSCF's end ---------------------------------------------------- */

static void join(char *to, size_t size, const struct cx_texts *texts)
{
    struct buf b;

    buf_over(&b, to, size - 1);
    for (size_t i = 0; texts && i < texts->count; i++)
        buf_printf(&b, "%s%.*s", i ? " " : "", SLICE_ARG(texts->v[i]));
    to[b.n] = '\0';
}

static void keep(char *to, size_t size, struct slice text)
{
    snprintf(to, size, "%.*s", SLICE_ARG(text));
}

static unsigned scripted(const struct hss_told *t, unsigned asked)
{
    if (t->nscript == 0)
        return CX_SUCCESS;
    return t->script[asked < t->nscript ? asked : t->nscript - 1];
}

static void on_rtr(void *ctx, struct cx_request *r, const struct cx_rtr *rtr)
{
    struct hss_told *t = ctx;
    struct cx_rta rta = {.outcome.result = scripted(t, t->rtrs + t->pprs)};

    t->rtrs++;
    keep(t->impi, sizeof(t->impi), rtr->impi);
    join(t->impus, sizeof(t->impus), &rtr->impus);
    join(t->associated, sizeof(t->associated), rtr->associated_impis);
    keep(t->info, sizeof(t->info), rtr->reason->info);
    t->reason = rtr->reason->code;
    cx_rta_answer(r, &rta);
}

static void on_ppr(void *ctx, struct cx_request *r, const struct cx_ppr *ppr)
{
    struct hss_told *t = ctx;
    struct cx_ppa ppa = {.outcome.result = scripted(t, t->rtrs + t->pprs)};

    if (ppr->item) {
        t->passwords++;
        keep(t->password_of, sizeof(t->password_of), ppr->impi);
        keep(t->ha1, sizeof(t->ha1), ppr->item->digest->ha1);
        cx_ppa_answer(r, &ppa);
        return;
    }
    t->pprs++;
    keep(t->impi, sizeof(t->impi), ppr->impi);
    keep(t->user_data, sizeof(t->user_data), ppr->user_data);
    keep(t->ccf, sizeof(t->ccf),
         ppr->charging ? ppr->charging->primary_ccf : S(""));
    cx_ppa_answer(r, &ppa);
}

/* What a node of dia_node_new cannot know: the address of our HSS. */
static struct dia_node *connect_scscf(struct hss_world *w, const char *name,
                                      const char *ip, struct hss_told *t)
{
    static const struct cx_handler told = {.on_rtr = on_rtr, .on_ppr = on_ppr};
    struct dia_node *n = dia_node_new(w->sim, name, ip, &told, t);
    struct why why;

    assert_ok(diameter_add_peer(
                  n->d,
                  &(struct diameter_peer_config){.host = S("hss1.ims.example"),
                                                 .realm = S("ims.example"),
                                                 .address = S("127.0.0.4")},
                  &why),
              &why);
    diameter_start(n->d);
    sim_run_for(w->sim, 2 * SECOND);
    assert_true(diameter_is_connected(n->d));
    return n;
}

void hss_world_add_scscf(struct hss_world *w)
{
    w->scscf2 = connect_scscf(w, "scscf2", "127.0.0.5", &w->told2);
}

struct hss_world *hss_world_new(const char *subscribers, bool file)
{
    struct hss_world *w = mem_zalloc(sizeof(*w));

    buf_init(&w->a.user_data, 1 << 20);
    snprintf(w->dir, sizeof(w->dir), "/tmp/imsbox-hss-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    write_file(w->dir, "subscribers.yaml", subscribers);
    if (file)
        snprintf(w->store, sizeof(w->store), "%s/t.db", w->dir);
    else
        snprintf(w->store, sizeof(w->store), "memory:");
    w->sim = sim_new(1);
    w->topology = read_topology(w, false);
    start(w);
    w->scscf = connect_scscf(w, "scscf1", "127.0.0.3", &w->told);
    w->asks = w->scscf;
    return w;
}

static void remove_dir(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    char path[512];

    while (d && (e = readdir(d))) {
        snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
        unlink(path);
    }
    closedir(d);
    rmdir(dir);
}

static void stop(struct hss_world *w)
{
    sim_host_kill(w->host);
    node_free(w->node);
    sim_host_free(w->host);
}

void hss_world_free(struct hss_world *w)
{
    dia_node_free(w->scscf);
    if (w->scscf2)
        dia_node_free(w->scscf2);
    stop(w);
    topology_free(w->topology);
    sim_free(w->sim);
    remove_dir(w->dir);
    buf_fini(&w->a.user_data);
    free(w);
}

void hss_world_restart(struct hss_world *w)
{
    stop(w);
    start(w);
    sim_run_for(w->sim, 10 * SECOND);
    assert_true(diameter_is_connected(w->scscf->d));
}

void hss_world_add_file(struct hss_world *w, const char *text)
{
    struct topology *old = w->topology;
    struct why why;

    write_file(w->dir, "more.yaml", text);
    w->topology = read_topology(w, true);
    assert_ok(node_reload(w->node, w->topology, &why), &why);
    topology_free(old);
    sim_run_for(w->sim, SECOND);
    assert_true(node_is_ready(w->node, &why));
}

/* ---- answers ------------------------------------------------------------ */

static void put(char *to, size_t size, struct slice text)
{
    snprintf(to, size, "%.*s", SLICE_ARG(text));
}

static void begin(struct hss_answer *a, const struct cx_outcome *o)
{
    struct buf keep = a->user_data;
    unsigned count = a->count;

    *a = (struct hss_answer){.count = count + 1, .user_data = keep};
    buf_reset(&a->user_data);
    a->result = o->result;
    put(a->sentence, sizeof(a->sentence), o->error_message);
}

static void put_capabilities(struct hss_answer *a,
                             const struct cx_capabilities *c)
{
    a->has_capabilities = c != NULL;
    if (!c)
        return;
    a->nmandatory = c->mandatory.count;
    a->noptional = c->optional.count;
    for (size_t i = 0; i < a->nmandatory && i < 8; i++)
        a->mandatory[i] = c->mandatory.v[i];
    for (size_t i = 0; i < a->noptional && i < 8; i++)
        a->optional[i] = c->optional.v[i];
}

static void on_uaa(void *ctx, enum ims_err err, const struct cx_uaa *uaa)
{
    struct hss_answer *a = ctx;

    assert_int_equal(err, IMS_OK);
    begin(a, &uaa->outcome);
    put(a->server_name, sizeof(a->server_name), uaa->server_name);
    put_capabilities(a, uaa->capabilities);
}

static void on_lia(void *ctx, enum ims_err err, const struct cx_lia *lia)
{
    struct hss_answer *a = ctx;

    assert_int_equal(err, IMS_OK);
    begin(a, &lia->outcome);
    put(a->server_name, sizeof(a->server_name), lia->server_name);
    put(a->wildcard, sizeof(a->wildcard), lia->wildcarded_impu);
    put_capabilities(a, lia->capabilities);
    a->flags = lia->flags;
}

static void on_saa(void *ctx, enum ims_err err, const struct cx_saa *saa)
{
    struct hss_answer *a = ctx;

    assert_int_equal(err, IMS_OK);
    begin(a, &saa->outcome);
    put(a->impi, sizeof(a->impi), saa->impi);
    put(a->server_name, sizeof(a->server_name), saa->server_name);
    put(a->wildcard, sizeof(a->wildcard), saa->wildcarded_impu);
    buf_add(&a->user_data, saa->user_data);
    a->has_charging = saa->charging != NULL;
    if (saa->charging)
        put(a->ccf, sizeof(a->ccf), saa->charging->primary_ccf);
    if (saa->associated_impis)
        a->nassociated = saa->associated_impis->count;
    if (saa->registered_impis)
        a->nregistered = saa->registered_impis->count;
    a->nrestorations = saa->restorations.count;
    if (a->nrestorations)
        put(a->restored_path, sizeof(a->restored_path),
            saa->restorations.v[0].v[0].path);
}

static void put_item(struct hss_answer *a, unsigned i,
                     const struct cx_auth_item *item)
{
    put(a->scheme, sizeof(a->scheme), item->scheme);
    if (item->digest) {
        put(a->realm, sizeof(a->realm), item->digest->realm);
        put(a->algorithm, sizeof(a->algorithm), item->digest->algorithm);
        put(a->ha1, sizeof(a->ha1), item->digest->ha1);
        return;
    }
    assert_int_equal(item->authenticate.n, 32);
    assert_int_equal(item->authorization.n, 8);
    memcpy(a->authenticate[i], item->authenticate.p, 32);
    memcpy(a->xres[i], item->authorization.p, 8);
    memcpy(a->ck[i], item->ck.p, 16);
    memcpy(a->ik[i], item->ik.p, 16);
}

static void on_maa(void *ctx, enum ims_err err, const struct cx_maa *maa)
{
    struct hss_answer *a = ctx;

    assert_int_equal(err, IMS_OK);
    begin(a, &maa->outcome);
    a->nitems = (unsigned)maa->items.count;
    for (unsigned i = 0; i < a->nitems && i < 8; i++)
        put_item(a, i, &maa->items.v[i]);
}

static unsigned wait(struct hss_world *w, unsigned before)
{
    for (int i = 0; i < 1000 && w->a.count == before; i++)
        sim_run_for(w->sim, 5 * MSEC);
    assert_int_equal(w->a.count, before + 1);
    return w->a.result;
}

unsigned hss_ask_uar(struct hss_world *w, const struct cx_uar *uar)
{
    unsigned before = w->a.count;

    cx_uar_send(w->asks->cx, uar, S("call"), on_uaa, &w->a);
    return wait(w, before);
}

void hss_send_sar(struct hss_world *w, const struct cx_sar *sar)
{
    cx_sar_send(w->asks->cx, sar, S("call"), on_saa, &w->a);
}

unsigned hss_ask_sar(struct hss_world *w, const struct cx_sar *sar)
{
    unsigned before = w->a.count;

    hss_send_sar(w, sar);
    return wait(w, before);
}

unsigned hss_ask_lir(struct hss_world *w, const struct cx_lir *lir)
{
    unsigned before = w->a.count;

    cx_lir_send(w->asks->cx, lir, S("call"), on_lia, &w->a);
    return wait(w, before);
}

void hss_send_mar(struct hss_world *w, const struct cx_mar *mar)
{
    cx_mar_send(w->asks->cx, mar, S("call"), on_maa, &w->a);
}

unsigned hss_ask_mar(struct hss_world *w, const struct cx_mar *mar)
{
    unsigned before = w->a.count;

    hss_send_mar(w, mar);
    return wait(w, before);
}

unsigned ask_uar(struct hss_world *w, const char *impi, const char *impu)
{
    struct cx_uar uar = {.impi = slice_of(impi),
                         .impu = slice_of(impu),
                         .visited_network = S("ims.example")};

    return hss_ask_uar(w, &uar);
}

unsigned ask_sar(struct hss_world *w, const char *impi, const char *impu,
                 enum cx_assignment type)
{
    struct slice name = slice_of(impu);
    struct cx_sar sar = {.impi = slice_of(impi),
                         .impus = {&name, impu != NULL},
                         .server_name = S(SCSCF1),
                         .type = type};

    return hss_ask_sar(w, &sar);
}

unsigned ask_lir(struct hss_world *w, const char *impu)
{
    struct cx_lir lir = {.impu = slice_of(impu)};

    return hss_ask_lir(w, &lir);
}

unsigned ask_mar(struct hss_world *w, const char *impi, const char *impu,
                 const char *scheme)
{
    struct cx_auth_item item = {.scheme = slice_of(scheme)};
    struct cx_mar mar = {.impi = slice_of(impi),
                         .impu = slice_of(impu),
                         .item = &item,
                         .count = 1,
                         .server_name = S(SCSCF1)};

    return hss_ask_mar(w, &mar);
}

struct slice hss_story(struct hss_world *w)
{
    struct record_cursor c = {0};
    struct record_entry e;
    uint64_t missed;

    buf_reset(&w->a.user_data);
    while (record_read(w->node->env.record, &c, &e, &missed)) {
        if (e.kind == RECORD_SAYS)
            buf_printf(&w->a.user_data, "%s %.*s\n", e.proc, SLICE_ARG(e.says));
    }
    return buf_slice(&w->a.user_data);
}

void files_may_grow(bool yes)
{
    struct rlimit r;

    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &r), 0);
    r.rlim_cur = yes ? RLIM_INFINITY : 1;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &r), 0);
}
