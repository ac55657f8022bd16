/* SPDX-License-Identifier: MIT
 *
 * Challenges that wait for their answer, by nonce.
 *
 * S-REG-1, S-REG-2.
 */
#include "scscf/challenge.h"

struct challenges {
    const struct env *env;
    size_t most;
    struct map by_nonce, by_impi;
    int64_t reg_await_auth_us;
    challenge_lost_fn *on_lost;
    void *ctx;
};

struct challenges *challenges_new(const struct env *env, size_t most,
                                  int64_t reg_await_auth_us,
                                  challenge_lost_fn *on_lost, void *ctx)
{
    struct challenges *t = mem_zalloc(sizeof *t);

    t->env = env;
    t->most = most;
    t->reg_await_auth_us = reg_await_auth_us;
    t->on_lost = on_lost;
    t->ctx = ctx;
    map_init(&t->by_nonce, dice_u64(env->dice), 0);
    map_init(&t->by_impi, dice_u64(env->dice), 0);
    return t;
}

void challenges_limit(struct challenges *t, size_t most,
                      int64_t reg_await_auth_us)
{
    t->most = most;
    t->reg_await_auth_us = reg_await_auth_us;
}

void challenges_free(struct challenges *t)
{
    if (!t)
        return;
    MAP_EACH (it, &t->by_nonce)
        challenge_free(container_of(it, struct challenge, by_nonce));
    map_fini(&t->by_nonce);
    map_fini(&t->by_impi);
    free(t);
}

size_t challenges_count(const struct challenges *t)
{
    return t->by_nonce.count;
}

void challenge_free(struct challenge *c)
{
    struct challenges *t = c->table;

    timer_stop(t->env->timers, &c->timer);
    map_remove(&t->by_nonce, &c->by_nonce);
    map_remove(&t->by_impi, &c->by_impi);
    str_fini(&c->nonce);
    str_fini(&c->realm);
    str_fini(&c->call_id);
    secret_wipe(c, sizeof *c);
    free(c);
}

void challenges_forget(struct challenges *t, struct slice impi)
{
    struct map_node *it;

    while ((it = map_find(&t->by_impi, impi)))
        challenge_free(container_of(it, struct challenge, by_impi));
}

void challenges_forget_answered(struct challenges *t, struct slice impi)
{
    struct map_node *next;

    for (struct map_node *it = map_find(&t->by_impi, impi); it; it = next) {
        struct challenge *c = container_of(it, struct challenge, by_impi);

        next = map_again(&t->by_impi, it);
        if (!c->pending)
            challenge_free(c);
    }
}

static void lose(struct challenge *c, const char *how)
{
    if (c->pending)
        c->table->on_lost(c->table->ctx, c, how);
    challenge_free(c);
}

static void on_timer(void *ctx)
{
    lose(ctx, "expired");
}

void challenges_end(struct challenges *t, struct slice impi)
{
    struct map_node *it;

    while ((it = map_find(&t->by_impi, impi)))
        lose(container_of(it, struct challenge, by_impi),
             "was ended by the HSS");
}

/* Somebody who asks again and again keeps the newest challenges only. NULL: he
 * has room for one more. */
static struct challenge *one_too_many(const struct challenges *t,
                                      struct slice impi)
{
    struct map_node *oldest = map_find(&t->by_impi, impi);
    unsigned n = 0;

    for (struct map_node *it = oldest; it; it = map_again(&t->by_impi, it))
        n++;
    return n >= CHALLENGES_PER_IMPI
               ? container_of(oldest, struct challenge, by_impi)
               : NULL;
}

struct challenge *challenge_new(struct challenges *t, struct slice impi,
                                struct slice impu, struct slice nonce,
                                struct slice call_id)
{
    struct challenge *oldest = one_too_many(t, impi), *c;

    if (!oldest && t->by_nonce.count >= t->most)
        return NULL;
    c = mem_zalloc(sizeof *c);
    c->table = t;
    c->pending = true;
    memcpy(c->impi.text, impi.p, impi.n);
    c->impi.n = impi.n;
    memcpy(c->impu.text, impu.p, impu.n);
    c->impu.n = impu.n;
    str_set(&c->nonce, nonce);
    str_set(&c->call_id, call_id);
    map_add(&t->by_nonce, &c->by_nonce, str_slice(&c->nonce));
    map_add(&t->by_impi, &c->by_impi, identity_slice(&c->impi));
    timer_start(t->env->timers, &c->timer, t->reg_await_auth_us, on_timer, c);
    if (oldest)
        lose(oldest, "gave way to a newer one");
    return c;
}

struct challenge *challenge_find(const struct challenges *t, struct slice nonce)
{
    struct map_node *node = map_find(&t->by_nonce, nonce);

    return node ? container_of(node, struct challenge, by_nonce) : NULL;
}

static bool are_pending(const struct challenges *t, struct slice impi,
                        struct slice impu, const struct challenge *but)
{
    struct map_node *it = map_find(&t->by_impi, impi);

    for (; it; it = map_again(&t->by_impi, it)) {
        const struct challenge *c = container_of(it, struct challenge, by_impi);

        if (c != but && c->pending && slice_eq(identity_slice(&c->impu), impu))
            return true;
    }
    return false;
}

bool challenge_has_sister(const struct challenge *c)
{
    return are_pending(c->table, identity_slice(&c->impi),
                       identity_slice(&c->impu), c);
}

bool challenges_are_pending(const struct challenges *t, struct slice impi,
                            struct slice impu)
{
    return are_pending(t, impi, impu, NULL);
}

void challenge_answered(struct challenge *c, uint32_t nc)
{
    if (digest_algorithm_aka(c->algorithm)) {
        challenge_free(c);
        return;
    }
    if (c->pending)
        timer_start(c->table->env->timers, &c->timer,
                    (int64_t)NONCE_LIFE_S * SECOND, on_timer, c);
    c->pending = false;
    c->nc = nc;
}
