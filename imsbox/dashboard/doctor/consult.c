/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/doctor/consult.h"
#include "base/json.h"
#include <string.h>

static bool registers(const struct trouble *t)
{
    return strcmp(t->end->method, "REGISTER") == 0;
}

static const struct identity *whom(const struct trouble *t)
{
    return registers(t) ? &t->impu : &t->callee;
}

static const struct topology_network *with_hss(const struct topology_network *n)
{
    return n && topology_node_at(n, TOPOLOGY_HSS, 0) ? n : NULL;
}

const struct topology_network *consult_network(const struct trouble *t)
{
    const struct topology *top = t->site->topology;
    const struct topology_node *entry = trouble_entry(t);
    const struct topology_network *n = with_hss(
        topology_find_network(top, identity_domain(identity_slice(whom(t)))));

    if (!whom(t)->n)
        return NULL;
    return n ? n : with_hss(entry ? entry->network : NULL);
}

/* The HSS refuses a body with a zero byte in a text, as a whole. */
static void put_given(struct json *j, const char *key, struct slice value)
{
    if (value.n && slice_index(value, '\0') < 0)
        json_put_text(j, key, value);
}

static void put_challenge(const struct trouble *t, struct json *j)
{
    static const char *const keys[] = {"algorithm", "realm", "nonce"};

    json_key(j, "challenge");
    json_object_begin(j);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        put_given(j, keys[i], trouble_offer(t, keys[i]));
    json_object_end(j);
}

static void put_answer(const struct trouble *t, struct json *j)
{
    static const char *const keys[] = {
        "algorithm", "username", "realm",  "uri",      "nonce",
        "qop",       "nc",       "cnonce", "response", "auts"};

    json_key(j, "answer");
    json_object_begin(j);
    json_put_str(j, "method", t->end->method);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        put_given(j, keys[i], trouble_credential(t, keys[i]));
    json_object_end(j);
}

void consult_print(const struct trouble *t, struct buf *out)
{
    struct json j;

    json_init(&j, out);
    json_object_begin(&j);
    if (registers(t)) {
        put_given(&j, "public", identity_slice(&t->impu));
        put_given(&j, "private", identity_slice(&t->impi));
    } else
        put_given(&j, "callee", identity_slice(&t->callee));
    if (registers(t) && t->offer.scheme.n)
        put_challenge(t, &j);
    if (registers(t) && trouble_answers(t))
        put_answer(t, &j);
    json_object_end(&j);
}
