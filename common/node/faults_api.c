/* SPDX-License-Identifier: MIT
 *
 *   GET     all that are on
 *   POST    one more: JSON with the keys of the topology's `faults:`
 *   DELETE  all, or one by its name
 */
#include "node/faults.h"
#include "node/frame.h"
#include <jansson.h>

enum { BODY_MAX = 16 << 10 };

void faults_api_get(struct node *n, struct api_call *c)
{
    json_object_begin(&c->json);
    json_key(&c->json, "faults");
    faults_put(n->frame->faults, &c->json);
    json_object_end(&c->json);
    api_reply(c, 200);
}

/* The keys are read as those of a topology are; that it is JSON at all is
 * looked at first, as that reader takes YAML. */
bool faults_check_body(struct api_call *c)
{
    json_error_t e;
    json_t *j;

    if (c->type.n && !slice_starts_nocase(c->type, S("application/json"))) {
        api_problem(c, 415,
                    "a body of type %.*s; send Content-Type: application/json",
                    SLICE_ARG(slice_first(c->type, 80)));
        return false;
    }
    if (c->body.n > BODY_MAX) {
        api_problem(c, 413, "a fault may have %d bytes", BODY_MAX);
        return false;
    }
    j = json_loadb(c->body.p ? c->body.p : "", c->body.n,
                   JSON_REJECT_DUPLICATES, &e);
    if (!json_is_object(j)) {
        api_problem(c, 400, "the body is no JSON object: %s",
                    j ? "expected {\"action\": \"loss\", ...}" : e.text);
        json_decref(j);
        return false;
    }
    json_decref(j);
    return true;
}

static enum ims_err add(struct node *n, struct api_call *c, struct arena *a,
                        struct topology_fault *rule, struct why *why)
{
    enum ims_err err =
        topology_fault_read(n->topology, n->env.name, c->body, a, rule, why);

    return err == IMS_OK ? faults_add(n->frame->faults, rule, c->who.name, why)
                         : err;
}

void faults_api_post(struct node *n, struct api_call *c)
{
    struct topology_fault rule;
    struct arena arena;
    struct slice path;
    struct why why;

    if (!faults_check_body(c))
        return;
    arena_init(&arena, 0, SIZE_MAX);
    if (add(n, c, &arena, &rule, &why) == IMS_OK) {
        faults_put_one(n->frame->faults, slice_of(rule.name), &c->json);
        path = arena_printf(&arena, "/api/v1/faults/%s", rule.name);
        api_reply_created(c, path);
    } else if (why.err == IMS_NOT_FOUND) {
        api_problem(c, 422, "%s", why.text);
    } else {
        api_fail(c, why.err, &why);
    }
    arena_fini(&arena);
}

void faults_api_delete_all(struct node *n, struct api_call *c)
{
    faults_clear_all(n->frame->faults, c->who.name);
    api_reply(c, 204);
}

void faults_api_delete(struct node *n, struct api_call *c)
{
    struct slice name = c->param[0];

    if (faults_clear(n->frame->faults, name, c->who.name))
        api_reply(c, 204);
    else
        api_problem(c, 404,
                    "there is no fault %.*s at %s: it is over, or was "
                    "never on",
                    SLICE_ARG(slice_first(name, 60)), n->env.name);
}
