/* SPDX-License-Identifier: MIT
 *
 * Authentication, TS 29.228 6.3:
 *
 *   MAR -> identities? -> scheme? -> AUTS? the sequence number is set anew
 *          5001, 5002     5006    -> S-CSCF's name and the flag are stored
 *                                 -> vectors, or HA1
 *
 * The name and the sequence numbers are committed before the answer leaves.
 *
 * H-CX-4 in part: no NASS-bundled, no GIBA.
 */
#include "hss/former.h"

struct mar {
    struct work work;
    const struct cx_mar *ask;
    struct subscriber_private auth;
    const char *scheme; /* chosen */
    unsigned count;
    unsigned waits; /* writes on their way, and the procedure itself */
    enum ims_err err;
    struct why why;
    uint64_t first; /* the first vector's number */
};

static void decide(void *ctx);
static bool read_authentication(struct mar *m);
static bool choose_scheme(struct mar *m);
static void store_name(struct mar *m);
static void take_numbers(struct mar *m);
static void arrived(struct mar *m, enum ims_err err, const struct why *why);
static void answer(struct mar *m);

void hss_mar(void *ctx, struct cx_request *r, const struct cx_mar *ask)
{
    struct mar *m = work_new(ctx, sizeof(*m), r);

    m->ask = ask;
    m->work.command = "MAR";
    m->work.proc = "H-CX-4";
    m->work.clause = "TS 29.228 6.3.1";
    work_begin(&m->work, ask->impi, ask->impu, decide);
}

static bool is_aka(const struct mar *m)
{
    return strcmp(m->scheme, CX_SCHEME_DIGEST) != 0;
}

static void decide(void *ctx)
{
    struct mar *m = ctx;

    if (!work_check_features(&m->work, &m->ask->features) ||
        !work_check_pair(&m->work) || !read_authentication(m) ||
        !choose_scheme(m))
        return;
    m->waits = 1;
    store_name(m);
    if (is_aka(m))
        take_numbers(m);
    arrived(m, IMS_OK, NULL);
}

static bool read_authentication(struct mar *m)
{
    struct work *w = &m->work;
    struct why why;
    enum ims_err err = store_authentication(w->me->store, &w->arena,
                                            w->pair->impi, &m->auth, &why);

    m->auth.impi = w->impi;
    return err ? work_fail(w, err, &why) : true;
}

/* ---- scheme ------------------------------------------------------------- */

/* F5 of the procedures. An S-CSCF asks for AKA by the P-CSCF's word, which
 * does not tell the version: the subscriber's counts. To Unknown the
 * specification lets us answer with SIP Digest or NASS-Bundled alone; a
 * subscriber of AKA gets AKA all the same, so that phones may register without
 * an Authorization (deviation). */
static bool choose_scheme(struct mar *m)
{
    struct work *w = &m->work;
    struct slice asked = m->ask->item->scheme;
    bool aka = slice_eq(asked, S(CX_SCHEME_AKAV1)) ||
               slice_eq(asked, S(CX_SCHEME_AKAV2));
    struct why why;

    if (aka && digest_algorithm_aka(m->auth.algorithm))
        asked = S(CX_SCHEME_UNKNOWN);
    if (vectors_scheme(asked, &m->auth, &m->scheme, &why))
        return work_refuse(w, CX_AUTH_SCHEME_NOT_SUPPORTED, "%s", why.text);
    m->count = m->ask->count < VECTORS_MAX ? m->ask->count : VECTORS_MAX;
    if (m->count == 0 || !is_aka(m))
        m->count = 1;
    return true;
}

/* ---- what is stored ----------------------------------------------------- */

static void on_name(void *ctx, enum ims_err err, const struct why *why)
{
    arrived(ctx, err, why);
}

/* Step 5, whatever the state; 8.1: a name that differs is overwritten, but not
 * by a synchronisation failure. */
static void store_name(struct mar *m)
{
    struct work *w = &m->work;
    struct store_registration c = {.set = w->public.set,
                                   .scscf_change = STORE_SET,
                                   .scscf = m->ask->server_name};

    flags_set(&w->me->flags, FLAG_AUTHENTICATION, c.set, w->pair->impi);
    if (slice_eq_nocase(w->public.scscf, c.scscf) ||
        (w->public.scscf.n && m->ask->item->authorization.n))
        return;
    work_say(w, "%.*s is assigned to %s, authentication is pending",
             SLICE_ARG(c.scscf), w->impu.text);
    former_remember(w, c.scscf);
    scscf_learn(w->me, c.scscf, &m->ask->path);
    m->waits++;
    store_registrations(w->me->store, w->public.sub, &c, 1, on_name, m);
}

/* Step 4: a card's word on its sequence number counts when the S-CSCF that
 * challenged it brings it, and when the card's key signed it. */
static bool resync(void *ctx, struct vectors_counter *counter)
{
    struct mar *m = ctx;
    struct work *w = &m->work;
    uint64_t was = counter->used;
    struct why why;

    if (!slice_eq_nocase(w->public.scscf, m->ask->server_name)) {
        work_say(w, "a synchronisation failure is brought by an S-CSCF that "
                    "is not assigned: ignored");
        return false;
    }
    if (vectors_resync(&m->auth, m->ask->item->authorization, counter, &why)) {
        work_say(w, "%s: ignored", why.text);
        return false;
    }
    work_say(w, "synchronisation failure: the counter of %.*s %s",
             SLICE_ARG(w->impi),
             counter->used == was ? "is ahead of its card already"
                                  : "follows its card");
    return true;
}

static void on_numbers(void *ctx, enum ims_err err, uint64_t first,
                       const struct why *why)
{
    struct mar *m = ctx;

    m->first = first;
    arrived(m, err, why);
}

static void take_numbers(struct mar *m)
{
    struct work *w = &m->work;
    struct counters_ask ask = {
        .sub = w->public.sub,
        .impi = w->pair->impi,
        .stored = m->auth.sqn,
        .count = m->count,
        .resync = m->ask->item->authorization.n ? resync : NULL,
    };

    m->waits++;
    counters_take(w->me->counters, &ask, on_numbers, m);
}

/* ---- the answer --------------------------------------------------------- */

static void arrived(struct mar *m, enum ims_err err, const struct why *why)
{
    if (err && !m->err) {
        m->err = err;
        m->why = *why;
    }
    if (--m->waits)
        return;
    if (m->err)
        work_fail(&m->work, m->err, &m->why);
    else
        answer(m);
}

/* Who gives a password to a user with a card wonders why it is not asked for.
 */
static const char *because(const struct mar *m)
{
    if (!is_aka(m))
        return "";
    return m->auth.nha1s ? ": it has a SIM key, which goes before its password"
                         : ": it has a SIM key";
}

static void answer(struct mar *m)
{
    struct work *w = &m->work;
    struct cx_maa maa = {.outcome.result = CX_SUCCESS,
                         .impi = w->impi,
                         .impu = identity_slice(&w->impu),
                         .count = m->count,
                         .features = work_features(&m->ask->features)};
    struct why why;
    enum ims_err err;

    if (is_aka(m))
        err = vectors_aka(&w->arena, &m->auth, m->scheme, m->first, m->count,
                          w->me->env->dice, &maa.items, &why);
    else
        err = vectors_digest(&w->arena, &m->auth, &maa.items, &why);
    secret_wipe(&m->auth.key, sizeof(m->auth.key));
    if (err) {
        work_fail(w, err, &why);
        return;
    }
    if (m->count > 1)
        work_say(w, "%.*s is to be challenged by %s%s; %u vectors are sent",
                 SLICE_ARG(w->impi), m->scheme, because(m), m->count);
    else
        work_say(w, "%.*s is to be challenged by %s%s", SLICE_ARG(w->impi),
                 m->scheme, because(m));
    cx_maa_answer(w->request, &maa);
    work_end(w, CX_SUCCESS);
}
