/* SPDX-License-Identifier: MIT
 *
 * Who is registered here: sets, identities, contacts, and their time.
 *
 * S-REG-3, S-REG-4.
 */
#include "scscf/registrar.h"
#include "ims/xml.h"
#include "scscf/wildcards.h"

struct registrar {
    const struct env *env;
    struct map by_impu;
    struct wildcards wildcards;
    size_t identities; /* most of them: has_room; 0: no bound */
    struct list sets;
    const struct registrar_handler *h;
    void *ctx;
    struct registrar_figures figures;
    uint64_t refused;  /* sets, at the limit */
    uint32_t contacts; /* that ever were */
};

struct registrar *registrar_new(const struct env *env, size_t identities,
                                const struct registrar_handler *h, void *ctx)
{
    struct registrar *r = mem_zalloc(sizeof *r);

    r->env = env;
    r->identities = identities;
    r->h = h;
    r->ctx = ctx;
    map_init(&r->by_impu, dice_u64(env->dice), 0);
    wildcards_init(&r->wildcards, r->by_impu.seed);
    list_init(&r->sets);
    return r;
}

void registrar_limit(struct registrar *r, size_t identities)
{
    r->identities = identities;
}

void registrar_free(struct registrar *r)
{
    if (!r)
        return;
    LIST_EACH (it, &r->sets)
        registrar_remove(container_of(it, struct irs, link));
    map_fini(&r->by_impu);
    wildcards_fini(&r->wildcards);
    free(r);
}

struct irs_identity *registrar_find(const struct registrar *r,
                                    struct slice impu)
{
    struct map_node *node = map_find(&r->by_impu, impu);

    return node ? container_of(node, struct irs_identity, node) : NULL;
}

struct irs_identity *registrar_find_wildcard(const struct registrar *r,
                                             struct slice wildcard,
                                             struct slice impu)
{
    struct irs_identity *id = registrar_find(r, wildcard);

    return id && wildcard_serves(id, impu) ? id : NULL;
}

struct irs_identity *registrar_match_wildcard(const struct registrar *r,
                                              struct slice impu)
{
    return wildcards_match(&r->wildcards, impu);
}

/* ---- sets --------------------------------------------------------------- */

static void forget_identity(struct irs_identity *id)
{
    if (!id->irs)
        return;
    map_remove(&id->irs->registrar->by_impu, &id->node);
    wildcards_remove(&id->irs->registrar->wildcards, id);
    id->irs->registrar->figures.identities--;
    id->irs->found_count--;
    id->irs = NULL;
}

static void forget_identities(struct irs *irs)
{
    for (unsigned i = 0; i < irs->identity_count; i++)
        forget_identity(&irs->identities[i]);
    irs->identity_count = 0;
}

void registrar_remove(struct irs *irs)
{
    struct registrar *r = irs->registrar;

    LIST_EACH (it, &irs->bindings)
        irs_unbind(container_of(it, struct binding, link));
    timer_stop(r->env->timers, &irs->unregistered);
    forget_identities(irs);
    free(irs->charging);
    list_remove(&irs->link);
    r->figures.sets--;
    arena_fini(&irs->memory);
    free(irs);
}

static unsigned count_identities(const struct ims_profile *p)
{
    const struct profile_service *service = NULL;
    unsigned n = 0;

    for (const struct profile_identity *id = profile_next(p, &service, NULL);
         id; id = profile_next(p, &service, id))
        n++;
    return n;
}

static bool has_room(const struct registrar *r, const struct ims_profile *p)
{
    const struct profile_service *service = NULL;
    size_t n = r->by_impu.count;

    for (const struct profile_identity *id = profile_next(p, &service, NULL);
         id; id = profile_next(p, &service, id))
        n += !registrar_find(r, id->impu);
    return !r->identities || n <= r->identities;
}

/* Of a set that goes on or goes by this. */
static void lose_identity(struct irs *irs, struct irs_identity *id)
{
    const struct registrar *r = irs->registrar;

    irs->news = true;
    r->h->on_identity_left(r->ctx, irs, id->node.key);
}

static void take_identity(struct irs_identity *from)
{
    struct irs *irs = from->irs;

    forget_identity(from);
    lose_identity(irs, from);
    if (!irs->found_count)
        registrar_remove(irs);
}

/* An identity that another set has already moves over to the newer one: the
 * HSS is the authority on who belongs to whom. */
static void index_identities(struct irs *irs)
{
    struct registrar *r = irs->registrar;
    const struct profile_service *service = NULL;

    for (const struct profile_identity *id =
             profile_next(irs->profile, &service, NULL);
         id; id = profile_next(irs->profile, &service, id)) {
        struct irs_identity *slot = &irs->identities[irs->identity_count];
        struct irs_identity *elsewhere = registrar_find(r, id->impu);

        if (elsewhere && elsewhere->irs == irs)
            continue; /* named twice */
        if (elsewhere)
            take_identity(elsewhere);
        map_add(&r->by_impu, &slot->node, id->impu);
        slot->irs = irs;
        slot->profile = id;
        wildcards_add(&r->wildcards, slot);
        irs->identity_count++;
        irs->found_count++;
        r->figures.identities++;
    }
}

/* What a copy of it takes: one more is made to see it, behind the first. */
static size_t size_of(const struct ims_profile *p, struct arena *scratch)
{
    size_t before = scratch->used;

    scratch->limit *= 2;
    return profile_copy(scratch, p) ? scratch->used - before : 0;
}

/* Parses into memory that is as large as the profile needs. */
static enum ims_err read_profile(struct irs *irs, struct slice user_data,
                                 struct why *why)
{
    struct arena scratch;
    struct ims_profile *p = NULL;
    enum ims_err err;
    unsigned n;

    arena_init(&scratch, 4096, REGISTRAR_PROFILE_BYTES);
    err = profile_parse(user_data, &scratch, &p, why);
    if (err == IMS_OK) {
        n = count_identities(p);
        arena_init(&irs->memory,
                   n * sizeof *irs->identities + size_of(p, &scratch),
                   2 * REGISTRAR_PROFILE_BYTES);
        irs->identities =
            arena_zalloc(&irs->memory, n * sizeof *irs->identities);
        irs->profile = profile_copy(&irs->memory, p);
        if (!irs->profile || !irs->identities)
            err = why_set(why, IMS_FULL, "the profile is too large");
    }
    arena_fini(&scratch);
    return err;
}

static struct irs *set_new(struct registrar *r)
{
    struct irs *irs = mem_zalloc(sizeof *irs);

    irs->registrar = r;
    list_init(&irs->bindings);
    list_append(&r->sets, &irs->link);
    r->figures.sets++;
    return irs;
}

static void on_unregistered_end(void *ctx);

static void take_time(struct irs *irs, const struct irs *old)
{
    const struct env *env = irs->registrar->env;

    if (timer_runs(&old->unregistered))
        timer_start(env->timers, &irs->unregistered,
                    old->unregistered.at_us - env->clock->mono_us,
                    on_unregistered_end, irs);
}

/* TS 29.228 6.5: a set that gets another default identity is deregistered. */
static bool is_same_set(const struct irs *irs, const struct irs *old)
{
    return slice_eq(irs_default(irs), irs_default(old));
}

/* The bindings of the set as it was go over to `irs`, and the identities that
 * both have are free to follow. */
static void take_over(struct irs *irs, struct irs *old)
{
    irs->charging = old->charging;
    old->charging = NULL;
    take_time(irs, old);
    LIST_EACH (it, &old->bindings) {
        struct binding *b = container_of(it, struct binding, link);

        list_remove(&b->link);
        list_append(&irs->bindings, &b->link);
        b->irs = irs;
    }
    irs->binding_count = old->binding_count;
    old->binding_count = 0;
    for (unsigned i = 0; i < old->identity_count; i++)
        if (profile_find(irs->profile, old->identities[i].node.key, NULL))
            forget_identity(&old->identities[i]);
}

/* What `irs` has taken over is not in `old` any more. */
static void retire(struct irs *old, struct irs *irs)
{
    for (unsigned i = 0; i < old->identity_count; i++) {
        struct irs_identity *id = &old->identities[i];

        if (id->irs != old)
            continue;
        forget_identity(id);
        lose_identity(irs, id);
    }
    registrar_remove(old);
}

static enum ims_err full(struct registrar *r, struct why *why)
{
    r->refused++;
    return why_set(why, IMS_FULL, "no room for another registration");
}

/* Nearly every registration is one more of the same user. */
static bool is_as_before(const struct irs *irs, uint64_t user_data)
{
    return irs && irs->user_data == user_data &&
           irs->found_count == irs->identity_count;
}

enum ims_err registrar_put(struct registrar *r, struct slice user_data,
                           struct slice impu, struct irs **out, struct why *why)
{
    struct irs_identity *known = registrar_find(r, impu);
    uint64_t hash = slice_hash(user_data, r->by_impu.seed);
    struct irs *irs, *old = known ? known->irs : NULL;
    enum ims_err err;

    if (is_as_before(old, hash)) {
        *out = old;
        return IMS_OK;
    }
    irs = set_new(r);
    irs->user_data = hash;
    irs->news = true;
    err = read_profile(irs, user_data, why);
    if (err == IMS_OK && !profile_find(irs->profile, impu, NULL))
        err =
            why_set(why, IMS_MISSING, "User-Data lacks %.*s", SLICE_ARG(impu));
    if (err == IMS_OK && !has_room(r, irs->profile))
        err = full(r, why);
    if (err != IMS_OK) {
        registrar_remove(irs);
        return err;
    }
    if (old && !is_same_set(irs, old))
        old = NULL; /* somebody else's, who loses the identity */
    if (old)
        take_over(irs, old);
    index_identities(irs);
    if (old)
        retire(old, irs);
    *out = irs;
    return IMS_OK;
}

static void on_unregistered_end(void *ctx)
{
    struct irs *irs = ctx;

    irs->registrar->h->on_unregistered_end(irs->registrar->ctx, irs);
}

void registrar_serve_unregistered(struct irs *irs, int64_t us)
{
    timer_start(irs->registrar->env->timers, &irs->unregistered, us,
                on_unregistered_end, irs);
}

bool irs_is_of(const struct irs *irs, struct slice impi)
{
    return slice_eq(irs->profile->impi, impi) || irs_count_bindings(irs, impi);
}

struct slice irs_default(const struct irs *irs)
{
    const struct profile_identity *id = profile_default(irs->profile);
    const struct profile_service *service = NULL;

    if (!id)
        id = profile_next(irs->profile, &service, NULL);
    return id->impu;
}

/* ---- bindings ----------------------------------------------------------- */

struct binding *irs_find_binding(const struct irs *irs, struct slice impi,
                                 struct slice uri)
{
    LIST_EACH (it, &irs->bindings) {
        struct binding *b = container_of(it, struct binding, link);

        if (slice_eq(b->impi, impi) && sip_uri_eq_text(b->uri, uri))
            return b;
    }
    return NULL;
}

unsigned irs_count_bindings(const struct irs *irs, struct slice impi)
{
    unsigned n = 0;

    LIST_EACH (it, &irs->bindings)
        n += slice_eq(container_of(it, struct binding, link)->impi, impi);
    return n;
}

static void on_expired(void *ctx)
{
    struct binding *b = ctx;

    b->irs->registrar->h->on_expired(b->irs->registrar->ctx, b);
}

static struct slice keep(char **at, struct slice text)
{
    struct slice kept = slice_at(*at, text.n);

    if (text.n)
        memcpy(*at, text.p, text.n);
    *at += text.n;
    return kept;
}

void irs_set_charging(struct irs *irs, const struct cx_charging *c)
{
    char *at;

    free(irs->charging);
    irs->charging = NULL;
    if (!c)
        return;
    irs->charging =
        mem_alloc(sizeof *c + c->primary_ecf.n + c->secondary_ecf.n +
                  c->primary_ccf.n + c->secondary_ccf.n);
    at = (char *)(irs->charging + 1);
    *irs->charging = (struct cx_charging){
        .primary_ecf = keep(&at, c->primary_ecf),
        .secondary_ecf = keep(&at, c->secondary_ecf),
        .primary_ccf = keep(&at, c->primary_ccf),
        .secondary_ccf = keep(&at, c->secondary_ccf),
    };
}

static uint32_t hash_name(struct slice impu)
{
    return (uint32_t)slice_hash(impu, 0);
}

void binding_note(struct binding *b, enum reginfo_event event)
{
    b->event = (uint8_t)event;
    b->news = true;
}

enum reginfo_event binding_event_for(const struct binding *b, struct slice impu)
{
    if (b->event == REGINFO_REGISTERED && b->named != hash_name(impu))
        return REGINFO_CREATED;
    return (enum reginfo_event)b->event;
}

struct binding *irs_bind(struct irs *irs, struct binding *old,
                         const struct binding_values *v)
{
    struct registrar *r = irs->registrar;
    size_t size = v->uri.n + v->params.n + v->path.n + v->impi.n + v->call_id.n;
    struct binding *b = mem_zalloc(sizeof *b + size);
    char *at = b->text;

    b->irs = irs;
    b->cseq = v->cseq;
    b->q = v->q;
    b->uri = keep(&at, v->uri);
    b->params = keep(&at, v->params);
    b->path = keep(&at, v->path);
    b->impi = keep(&at, v->impi);
    b->call_id = keep(&at, v->call_id);
    b->id = old ? old->id : ++r->contacts;
    b->named = hash_name(v->impu);
    binding_note(b, old ? REGINFO_REFRESHED : REGINFO_REGISTERED);
    if (!irs->binding_count++)
        r->figures.registered++;
    r->figures.bindings++;
    list_append(&irs->bindings, &b->link);
    if (old)
        irs_unbind(old);
    timer_stop(r->env->timers, &irs->unregistered);
    timer_start(r->env->timers, &b->expiry, v->expires_us, on_expired, b);
    return b;
}

void irs_unbind(struct binding *b)
{
    struct registrar *r = b->irs->registrar;

    timer_stop(r->env->timers, &b->expiry);
    list_remove(&b->link);
    if (!--b->irs->binding_count)
        r->figures.registered--;
    r->figures.bindings--;
    free(b);
}

void binding_postpone(struct binding *b, int64_t us)
{
    b->is_over = true;
    timer_start(b->irs->registrar->env->timers, &b->expiry, us, on_expired, b);
}

void binding_shorten(struct binding *b, int64_t us)
{
    b->is_over = false;
    binding_note(b, REGINFO_SHORTENED);
    timer_start(b->irs->registrar->env->timers, &b->expiry, us, on_expired, b);
}

uint32_t binding_expires(const struct binding *b)
{
    int64_t left = b->expiry.at_us - b->irs->registrar->env->clock->mono_us;

    return left > 0 && !b->is_over ? (uint32_t)((left + SECOND - 1) / SECOND)
                                   : 0;
}

/* ---- reading ------------------------------------------------------------ */

const struct registrar_figures *registrar_figures(const struct registrar *r)
{
    return &r->figures;
}

struct usage registrar_usage(const struct registrar *r)
{
    return (struct usage){.now = r->by_impu.count,
                          .most = r->by_impu.most,
                          .refused = r->refused};
}

static struct irs *set_at(const struct registrar *r, struct list *link)
{
    return link == &r->sets ? NULL : container_of(link, struct irs, link);
}

struct irs *registrar_first(const struct registrar *r)
{
    return set_at(r, r->sets.next);
}

struct irs *registrar_next(const struct irs *irs)
{
    return set_at(irs->registrar, irs->link.next);
}
