/* SPDX-License-Identifier: MIT
 *
 * imsbox fault add: a fault at a node, or at those ends of a link that are
 * nodes of ours. Its options are the keys that a topology's faults have.
 */
#include "ims/cx.h"
#include "imsbox/client.h"
#include "imsbox/commands.h"

enum option {
    LINK,
    NODE,
    PEER,
    DIRECTION,
    PROTOCOL,
    MESSAGES,
    METHOD,
    RESULT,
    TEXT,
    PERCENT,
    EVERY,
    COUNT,
    TTL,
    DELAY,
    JITTER,
    COPIES,
    ANSWER,
    VENDOR,
    REASON,
    NAME,
    OPTIONS,
};

enum { VENDOR_3GPP = 10415 };

static const struct command_option options[] = {
    [LINK] = {"link", 'l', "A,B",
              "between these two: nodes, external nodes, or ue for all phones"},
    [NODE] = {"node", 0, "NODE", "at this node"},
    [PEER] = {"peer", 'p', "WHO",
              "with --node: what it has with this node, role, address, or ue"},
    [DIRECTION] = {"direction", 'd', "both|in|out",
                   "as the node, or the first end of the link, sees it"},
    [PROTOCOL] = {"protocol", 0, "any|sip|diameter", "of this protocol alone"},
    [MESSAGES] = {"messages", 0, "all|requests|answers",
                  "requests, or responses and answers, alone"},
    [METHOD] = {"method", 'm', "METHOD",
                "INVITE and its responses; UAR, its answer UAA, or both: UA"},
    [RESULT] = {"result", 'r', "RESULT", "486, 4xx, 5001"},
    [TEXT] = {"text", 0, "TEXT", "messages in which this occurs"},
    [PERCENT] = {"percent", 'P', "N", "so many of them, by chance"},
    [EVERY] = {"every", 0, "N", "one in so many of them"},
    [COUNT] = {"count", 'c', "N", "so many of them, then it is over"},
    [TTL] = {"ttl", 0, "TIME", "how long it lasts: 30s, 5min"},
    [DELAY] = {"delay", 'D', "TIME", "delay: how long; reorder: at most"},
    [JITTER] = {"jitter", 0, "TIME", "delay: up to so much longer"},
    [COPIES] = {"copies", 0, "N", "duplicate: how many come besides"},
    [ANSWER] = {"answer", 'a', "RESULT",
                "answer: a SIP status, a Diameter result by number or by name "
                "(USER_UNKNOWN)"},
    [VENDOR] = {"vendor", 0, "N",
                "answer: whose result the number is; a name says it itself"},
    [REASON] = {"reason", 0, "TEXT", "answer: SIP's reason phrase"},
    [NAME] = {"name", 0, "NAME", "by which it is cleared"},
    {0},
};

/* ---- the body of the request ------------------------------------------------
 */

/* What is a number there is one here; the rest is told by the reader. */
static json_t *value_of(enum option o, const char *text)
{
    uint64_t n;

    switch (o) {
    case PERCENT:
    case EVERY:
    case COUNT:
    case COPIES:
    case ANSWER:
    case VENDOR:
        if (slice_u64(slice_of(text), INT64_MAX, &n))
            return json_integer((json_int_t)n);
        break;
    default: break;
    }
    return json_string(text);
}

static bool put_link(const char *text, json_t *body)
{
    struct slice rest = slice_of(text), end;
    json_t *link = json_array();

    while (slice_cut(&rest, ',', &end))
        json_array_append_new(link, json_stringn(end.p, end.n));
    json_object_set_new(body, "link", link);
    return true;
}

/* A name is a result of 3GPP's or of the base protocol. */
static bool put_answer(const char *text, json_t *body)
{
    uint64_t number;
    unsigned result;

    if (slice_u64(slice_of(text), INT64_MAX, &number)) {
        json_object_set_new(body, "answer", value_of(ANSWER, text));
        return true;
    }
    if (!cx_result_named(slice_of(text), &result)) {
        fprintf(stderr,
                "imsbox: --answer %s is no result; a SIP status, a "
                "number from 1000, or a name such as USER_UNKNOWN\n",
                text);
        return false;
    }
    json_object_set_new(body, "answer", json_integer(result % CX_EXPERIMENTAL));
    if (result >= CX_EXPERIMENTAL)
        json_object_set_new(body, "vendor", json_integer(VENDOR_3GPP));
    return true;
}

static json_t *body_of(const struct words *w)
{
    json_t *body = json_pack("{s:s}", "action", w->rest[0]);
    bool good = true;

    for (enum option o = 0; o < OPTIONS && good; o++) {
        const char *text = w->option[o];

        if (!text)
            continue;
        if (o == LINK)
            good = put_link(text, body);
        else if (o == ANSWER)
            good = put_answer(text, body);
        else
            json_object_set_new(body, options[o].name, value_of(o, text));
    }
    if (good)
        return body;
    json_decref(body);
    return NULL;
}

/* ---- asking
 * ------------------------------------------------------------------ */

static enum exit_status ask_one(struct client *c, const struct site_node *n,
                                struct slice body)
{
    struct question q = {.node = n,
                         .method = "POST",
                         .path = "/faults",
                         .type = "application/json",
                         .body = body};
    struct reply r;
    enum exit_status status = client_ask(c, &q, &r);

    if (status == EXIT_DONE && c->words->json)
        print_json(r.json);
    else if (status == EXIT_DONE)
        printf("%s: fault %s is on: it %s\n", n->node->name,
               json_member(r.json, "name"), json_member(r.json, "says"));
    reply_fini(&r);
    return status;
}

static enum exit_status ask_ends(struct client *c,
                                 const struct topology_fault *fault,
                                 struct slice body)
{
    enum exit_status status = EXIT_DONE, one;
    struct topology_fault part;
    unsigned count = 0;

    for (unsigned i = 0; i < c->site.node_count; i++) {
        const struct site_node *n = &c->site.nodes[i];

        if (!topology_fault_part(c->site.topology, fault, n->node->name, &part))
            continue;
        one = ask_one(c, n, body);
        status = one == EXIT_DONE ? status : one;
        count++;
    }
    if (count == 0)
        fprintf(stderr, "imsbox: no node of ours sees these messages: another "
                        "direction, or another action, is meant\n");
    return count ? status : EXIT_REFUSED;
}

/* Wrong words are told of before anybody is asked. */
static enum exit_status add(struct client *c, const json_t *body)
{
    enum exit_status status = EXIT_REFUSED;
    char *text = json_dumps(body, 0);
    struct topology_fault fault;
    struct arena arena;
    struct why why;

    arena_init(&arena, 0, SIZE_MAX);
    if (topology_fault_read(c->site.topology, NULL, slice_of(text), &arena,
                            &fault, &why) == IMS_OK)
        status = ask_ends(c, &fault, slice_of(text));
    else
        fprintf(stderr, "imsbox: %s\n", why.text);
    arena_fini(&arena);
    free(text);
    return status;
}

static int run(const struct words *w)
{
    json_t *body = body_of(w);
    enum exit_status status = EXIT_WRONG_WORDS;
    struct client c;

    if (!body)
        return status;
    status = client_open(&c, w);
    if (status == EXIT_DONE)
        status = add(&c, body);
    client_close(&c);
    json_decref(body);
    return status;
}

const struct command command_fault_add = {
    .name = "fault add",
    .arguments = "loss|delay|duplicate|reorder|answer|dead",
    .least = 1,
    .most = 1,
    .summary = "lose, hold, double, swap or answer messages; a dead node",
    .about = "`imsbox fault add loss --link icscf1,hss1` breaks a link, "
             "`imsbox fault add delay --node hss1 --delay 200ms` makes a node "
             "slow, `imsbox fault add answer --node hss1 --method UAR --answer "
             "USER_UNKNOWN` makes it lie, `imsbox fault add dead --node "
             "scscf1 --ttl 1min` lets it do nothing for a minute. Of a link "
             "both ends get their part.",
    .options = options,
    .asks = true,
    .run = run,
};
