/* SPDX-License-Identifier: MIT
 *
 *   read -> precondition? -> make -> check -> store_edit -> RTR, PPR -> answer
 *    ^                                            | changed meanwhile
 *    +--------------------------------------------+
 */
#include "hss/change.h"
#include "hss/consequence.h"
#include "hss/export.h"
#include "hss/leavers.h"
#include <inttypes.h>
#include <stdio.h>

enum {
    ATTEMPTS_MAX = 8,
    TREE_MAX = 8 << 20, /* of a subscriber as text */
};

static void attempt(struct change *ch);

/* ---- reading ------------------------------------------------------------ */

enum ims_err change_find(struct api_call *c, int64_t *id, struct why *why)
{
    struct slice name = slice_trim(c->param[0]);
    struct identity canonical;
    uint64_t number;

    if (slice_u64(name, INT64_MAX, &number)) {
        *id = (int64_t)number;
        return IMS_OK;
    }
    if (!identity_any_canonical(name, &canonical, NULL))
        name = identity_slice(&canonical);
    return store_find(hss_of(c)->store, name, id, why);
}

static enum ims_err read_id(struct api_call *c, int64_t id,
                            struct subscriber *out, struct why *why)
{
    enum ims_err err = store_read(hss_of(c)->store, &c->arena, id, out, why);

    if (err == IMS_NOT_FOUND)
        why_set(why, err, "there is no subscriber %lld", (long long)id);
    return err;
}

bool change_read(struct api_call *c, struct subscriber *out)
{
    struct why why;
    int64_t id = 0;
    enum ims_err err = change_find(c, &id, &why);

    if (!err)
        err = read_id(c, id, out, &why);
    if (err)
        api_fail(c, err, &why);
    return !err;
}

void change_add_etag(struct api_call *c, uint64_t version)
{
    char text[32];

    snprintf(text, sizeof(text), "\"%" PRIu64 "\"", version);
    api_add_header(c, "ETag", slice_of(text));
}

json_t *change_tree(struct api_call *c, const struct subscriber *s)
{
    struct json json;
    struct buf text;
    json_t *j;

    buf_init(&text, TREE_MAX);
    json_init(&json, &text);
    export_json(&json, s);
    j = json_loadb(text.p, text.n, 0, NULL);
    buf_fini(&text);
    if (!j)
        api_problem(c, 503, "the subscriber is too large to be changed here");
    return j;
}

/* ---- preconditions, RFC 9110 section 13.1 -------------------------------- */

static bool names_version(struct slice list, uint64_t version)
{
    char text[32];

    snprintf(text, sizeof(text), "\"%" PRIu64 "\"", version);
    return body_names_etag(list, slice_of(text));
}

static bool holds(struct change *ch, const struct subscriber *now)
{
    struct slice match = api_header(ch->call, "If-Match");
    struct slice none = api_header(ch->call, "If-None-Match");

    if (match.p && !now) {
        api_problem(ch->call, 412,
                    "there is no such subscriber; leave If-Match out to create "
                    "it");
        return false;
    }
    if (match.p && !names_version(match, now->version)) {
        api_problem(ch->call, 412,
                    "the subscriber has the version %" PRIu64
                    " by now; read it again and repeat the change",
                    now->version);
        return false;
    }
    if (none.p && now && names_version(none, now->version)) {
        api_problem(ch->call, 412,
                    "subscriber %lld exists already; leave If-None-Match out "
                    "to change it",
                    (long long)now->id);
        return false;
    }
    return true;
}

/* ---- answers ------------------------------------------------------------ */

static bool is_held(const struct change *ch, struct slice name, int64_t *holder)
{
    struct why why;

    return store_find(hss_of(ch->call)->store, name, holder, &why) == IMS_OK &&
           *holder != ch->id;
}

/* Another subscriber who has an identity of the one that is wanted. */
static bool find_holder(const struct change *ch, int64_t *holder)
{
    const struct subscriber *s = ch->wanted;

    for (size_t i = 0; s && i < s->nprivates; i++)
        if (is_held(ch, s->privates[i].impi, holder))
            return true;
    for (size_t i = 0; s && i < s->nsets; i++)
        for (size_t k = 0; k < s->sets[i].npublics; k++)
            if (is_held(ch, s->sets[i].publics[k].impu, holder))
                return true;
    return false;
}

static void refuse(struct change *ch, enum ims_err err, const struct why *why)
{
    struct api_call *c = ch->call;
    int64_t holder;

    if (err == IMS_CONFLICT && api_header(c, "If-Match").p)
        api_problem(c, 412, "%s", why->text);
    /* A name that the body mentions and nobody knows is the body's fault, not
     * that of the path. */
    else if (ch->make && (err == IMS_NOT_FOUND || err == IMS_MISSING))
        body_refuse_at(c, "", "%s", why->text);
    else if (err == IMS_EXISTS && find_holder(ch, &holder))
        body_refuse_taken(c, slice_of(why->text), holder);
    else
        api_fail(c, err, why);
}

static void answer(struct change *ch, const struct store_edited *r)
{
    struct api_call *c = ch->call;
    const struct subscriber *s = r->after ? r->after : r->before;
    char location[64];

    if (!r->after && !ch->dry_run) {
        api_reply(c, 204);
        return;
    }
    export_json(&c->json, s);
    if (!ch->dry_run)
        change_add_etag(c, s->version);
    if (r->before || ch->dry_run) {
        api_reply(c, 200);
        return;
    }
    snprintf(location, sizeof(location), "/api/v1/subscribers/%lld",
             (long long)s->id);
    api_reply_created(c, slice_of(location));
}

/* ---- those who serve it -------------------------------------------------- */

static void answer_told(struct change *ch, const struct list *tolds)
{
    struct api_call *c = ch->call;

    if (ch->after) {
        export_json_open(&c->json, ch->after);
        change_add_etag(c, ch->after->version);
    } else {
        json_object_begin(&c->json);
    }
    json_key(&c->json, "told");
    telling_json(tolds, &c->json);
    json_object_end(&c->json);
    api_reply(c, 200);
}

/* The subscriber has changed whatever they say. */
static void on_told(void *ctx, enum ims_err err, const struct list *tolds,
                    const struct why *why)
{
    struct change *ch = ctx;
    struct list none;

    list_init(&none);
    if (err)
        log_at(ch->call->node->env.log, LOG_ERROR,
               "S-CSCFs could not be told of a change: %s", why->text);
    answer_told(ch, err ? &none : tolds);
}

/* False: there is nobody to tell, or nothing. */
static bool tell(struct change *ch, const struct store_edited *r)
{
    struct api_call *c = ch->call;

    if (ch->dry_run || !ch->push || !r->before || !r->audit ||
        !subscriber_is_served(r->before))
        return false;
    if (!r->after) {
        leavers_tell(hss_of(c)->leavers, r->leaver, r->before, on_told, ch);
        return true;
    }
    ch->after = subscriber_copy(&c->own, r->after);
    hss_tell_change(hss_of(c), r->before, r->after, on_told, ch);
    return true;
}

/* Since it was read: else a name of the body is what is not there. */
static bool has_gone(const struct change *ch)
{
    struct subscriber now;
    struct why why;

    return ch->id && read_id(ch->call, ch->id, &now, &why) == IMS_NOT_FOUND;
}

static void on_edited(void *ctx, enum ims_err err, const struct store_edited *r,
                      const struct why *why)
{
    struct change *ch = ctx;

    if (err == IMS_NOT_FOUND && has_gone(ch))
        err = IMS_CONFLICT;
    if (err == IMS_CONFLICT && !api_header(ch->call, "If-Match").p &&
        ch->attempts < ATTEMPTS_MAX)
        attempt(ch);
    else if (err)
        refuse(ch, err, why);
    else if (!tell(ch, r))
        answer(ch, r);
}

/* ---- the change --------------------------------------------------------- */

static bool has_identity(const struct subscriber *s, struct slice name)
{
    struct identity canonical;

    if (!identity_any_canonical(name, &canonical, NULL))
        name = identity_slice(&canonical);
    for (size_t i = 0; i < s->nprivates; i++) {
        if (slice_eq(s->privates[i].impi, name))
            return true;
    }
    for (size_t i = 0; i < s->nsets; i++) {
        for (size_t k = 0; k < s->sets[i].npublics; k++) {
            if (slice_eq(s->sets[i].publics[k].impu, name))
                return true;
        }
    }
    return false;
}

/* The whole subscriber as it is to be; false when the call was answered. */
static bool check(struct change *ch, const json_t *tree, bool is_new,
                  struct subscriber *out)
{
    struct api_call *c = ch->call;
    struct draft_rules rules = {.domain = slice_of(c->node->env.domain),
                                .secrets_may_lack = !is_new};
    struct json_reading r;

    json_reading_init(&r, &c->arena);
    if (!import_json(&r, tree, &rules, out)) {
        body_refuse(c, &r, ch->base);
        return false;
    }
    if (!is_new || !ch->may_create || has_identity(out, c->param[0]))
        return true;
    body_refuse_at(c, "",
                   "nobody has the identity %.*s, and it is none of the body's "
                   "either; it can be created under one of its own",
                   SLICE_ARG(slice_first(c->param[0], 120)));
    return false;
}

/* A number is a tel URI and a SIP URI; either alone brings the other along. */
static bool stays_gone(struct change *ch, const struct subscriber *s)
{
    if (!ch->gone.n || !has_identity(s, ch->gone))
        return true;
    api_problem(
        ch->call, 409,
        "%.*s is one of the two names of a number, and the other brings "
        "it back: give the set another SIP URI, or delete the "
        "subscriber",
        SLICE_ARG(slice_first(ch->gone, 200)));
    return false;
}

static void write_it(struct change *ch, const struct subscriber *s)
{
    struct store_edit e = {.id = ch->id,
                           .sub = s,
                           .version = ch->version,
                           .dry_run = ch->dry_run,
                           .tells = ch->push,
                           .who = ch->call->who.name};

    store_edit(hss_of(ch->call)->store, &e, on_edited, ch);
}

static void make_it(struct change *ch, const struct subscriber *now)
{
    json_t *before = now ? change_tree(ch->call, now) : NULL;
    json_t *tree;
    struct subscriber *s = arena_alloc(&ch->call->arena, sizeof(*s));
    bool good;

    if (now && !before)
        return;
    if (!s) {
        json_decref(before);
        api_problem(ch->call, 503, "no memory is left for this request");
        return;
    }
    tree = ch->make(ch, before);
    json_decref(before);
    if (!tree)
        return;
    good = check(ch, tree, !now, s);
    json_decref(tree);
    ch->wanted = s;
    if (good && stays_gone(ch, s))
        write_it(ch, s);
}

static void attempt(struct change *ch)
{
    struct api_call *c = ch->call;
    struct subscriber now;
    struct why why;
    enum ims_err err = change_find(c, &ch->id, &why);
    bool is_new;

    ch->attempts++;
    is_new = err == IMS_NOT_FOUND && ch->may_create;
    if (!err)
        err = read_id(c, ch->id, &now, &why);
    if (err && !is_new) {
        api_fail(c, err, &why);
        return;
    }
    ch->version = is_new ? STORE_ANY_VERSION : now.version;
    ch->id = is_new ? 0 : ch->id;
    if (!holds(ch, is_new ? NULL : &now))
        return;
    if (ch->make)
        make_it(ch, is_new ? NULL : &now);
    else
        write_it(ch, NULL);
}

static struct change *change_new(struct api_call *c, change_fn *make)
{
    struct change *ch = arena_zalloc(&c->arena, sizeof(*ch));

    if (!ch) {
        api_problem(c, 503, "no memory is left for this request");
        return NULL;
    }
    ch->call = c;
    ch->make = make;
    return body_flag(c, "dry_run", false, &ch->dry_run) &&
                   body_flag(c, "push", true, &ch->push)
               ? ch
               : NULL;
}

void change_begin(struct api_call *c, change_fn *make, bool may_create)
{
    struct change *ch = change_new(c, make);

    if (!ch)
        return;
    ch->may_create = may_create;
    attempt(ch);
}

void change_create(struct api_call *c, change_fn *make)
{
    struct change *ch = change_new(c, make);

    if (!ch)
        return;
    ch->version = STORE_ANY_VERSION;
    make_it(ch, NULL);
}
