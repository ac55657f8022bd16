/* SPDX-License-Identifier: MIT */
#include "topology/faults.h"
#include "base/mem.h"
#include "topology/fields.h"
#include "topology/read.h"
#include <assert.h>
#include <strings.h>

enum { SIP_LAST = 699, DIAMETER_FIRST = 1000 };

static const char phones[] = "ue";

struct check {
    const struct topology *t;
    const struct file_fault *f;
    struct report *report;
};

static enum topology_fault_action action_of(const struct file_fault *f)
{
    return (enum topology_fault_action)f->action.value;
}

static struct mark at_or(struct mark at, struct mark otherwise)
{
    return at.line ? at : otherwise;
}

/* ---- where --------------------------------------------------------------- */

static bool is_phones(const char *name)
{
    return strcasecmp(name, phones) == 0;
}

static bool is_of_role(const char *name)
{
    for (enum topology_role r = TOPOLOGY_PCSCF; r <= TOPOLOGY_AS; r++)
        if (strcasecmp(name, topology_role_name(r)) == 0)
            return true;
    return false;
}

/* An address with or without a port. */
static bool is_address(const char *text)
{
    struct slice s = slice_of(text);
    ssize_t colon = slice_rindex(s, ':');
    struct addr a;
    uint64_t port;

    return addr_parse_ip(s, &a) ||
           (colon > 0 &&
            slice_u64(slice_from(s, (size_t)colon + 1), 65535, &port) &&
            addr_parse_ip(slice_first(s, (size_t)colon), &a));
}

static bool is_party(const struct topology *t, const char *name)
{
    return is_phones(name) || topology_find_node(t, slice_of(name)) ||
           topology_find_external(t, slice_of(name));
}

static void check_peer(const struct check *c)
{
    const struct file_text *peer = &c->f->peer;

    if (!peer->text || is_party(c->t, peer->text) || is_of_role(peer->text) ||
        is_address(peer->text))
        return;
    report_error(c->report, peer->at,
                 "peer: \"%s\" is nobody here; expected a node, an external "
                 "node, a role, ue, an address or address:port",
                 peer->text);
}

static void check_link(const struct check *c)
{
    const struct file_text *end = c->f->link.items;
    bool ours = false;

    if (c->f->link.count != 2 || strcasecmp(end[0].text, end[1].text) == 0) {
        report_error(c->report, c->f->link.at,
                     "link: expected two ends that differ: [icscf1, hss1]");
        return;
    }
    for (unsigned i = 0; i < 2; i++) {
        ours |= topology_find_node(c->t, slice_of(end[i].text)) != NULL;
        if (!is_party(c->t, end[i].text))
            report_error(c->report, end[i].at,
                         "link: \"%s\" is nobody here; expected a node, an "
                         "external node or ue",
                         end[i].text);
    }
    if (!ours)
        report_error(c->report, c->f->link.at,
                     "link: neither end is a node of ours; expected one that "
                     "is");
    if (c->f->peer.text)
        report_error(c->report, c->f->peer.at,
                     "peer: the link says between whom; expected no peer");
}

static void check_place(const struct check *c, const char *self)
{
    const struct file_fault *f = c->f;

    if (f->link.at.line && f->node.text)
        report_error(c->report, f->node.at,
                     "both node and link; expected one of them");
    else if (f->link.at.line)
        check_link(c);
    else if (!f->node.text && !self)
        report_error(c->report, f->at,
                     "a fault without a place; expected node: hss1 or link: "
                     "[icscf1, hss1]");
    else if (f->node.text && !topology_find_node(c->t, slice_of(f->node.text)))
        report_error(c->report, f->node.at,
                     "node: \"%s\" is no node of ours; expected the name of "
                     "one",
                     f->node.text);
    if (!f->link.at.line)
        check_peer(c);
}

/* ---- which messages, and what happens to them ---------------------------- */

static bool is_result(struct slice s)
{
    uint64_t number;

    return slice_u64(s, 99999, &number) ||
           (s.n == 3 && s.p[0] >= '1' && s.p[0] <= '6' &&
            slice_eq_nocase(slice_from(s, 1), S("xx")));
}

static void check_result(const struct check *c)
{
    const struct file_text *result = &c->f->result;

    if (!result->text)
        return;
    if (!is_result(slice_of(result->text)))
        report_error(c->report, result->at,
                     "result: \"%s\"; expected a number such as 486 or 5001, "
                     "or a class such as 4xx",
                     result->text);
    if (c->f->messages.value == FAULT_REQUESTS)
        report_error(c->report, result->at,
                     "result: a request has none; expected messages: answers");
}

static void refuse_key(const struct check *c, bool given, const char *key,
                       const char *of)
{
    if (given)
        report_error(c->report, c->f->at,
                     "%s: it belongs to action %s; expected none with %s", key,
                     of, topology_fault_action_name(action_of(c->f)));
}

static void check_keys(const struct check *c)
{
    const struct file_fault *f = c->f;
    enum topology_fault_action a = action_of(f);

    refuse_key(c, f->delay && a != FAULT_DELAY && a != FAULT_REORDER, "delay",
               "delay");
    refuse_key(c, f->jitter && a != FAULT_DELAY, "jitter", "delay");
    refuse_key(c, f->copies && a != FAULT_DUPLICATE, "copies", "duplicate");
    refuse_key(c, f->answer && a != FAULT_ANSWER, "answer", "answer");
    refuse_key(c, f->vendor && a != FAULT_ANSWER, "vendor", "answer");
    refuse_key(c, f->reason.text && a != FAULT_ANSWER, "reason", "answer");
    if (a == FAULT_DELAY && !f->delay && !f->jitter)
        report_error(c->report, f->at,
                     "a delay without a length; expected delay: 200ms");
}

static bool is_sip(uint64_t answer)
{
    return answer <= SIP_LAST;
}

static void check_answer(const struct check *c)
{
    const struct file_fault *f = c->f;
    unsigned wrong = is_sip(f->answer) ? FAULT_DIAMETER : FAULT_SIP;

    if (f->answer == 0 || (f->answer > SIP_LAST && f->answer < DIAMETER_FIRST))
        report_error(c->report, f->at,
                     "an answer without its number; expected answer: a SIP "
                     "status from 300 to 699 or a Diameter result from 1000");
    else if (f->protocol.value == wrong)
        report_error(c->report, f->protocol.at,
                     "protocol: %llu is an answer of the other one; expected "
                     "%s",
                     (unsigned long long)f->answer,
                     is_sip(f->answer) ? "sip" : "diameter");
    if (f->vendor && is_sip(f->answer))
        report_error(c->report, f->at,
                     "vendor: a SIP status has none; expected no vendor");
    if (f->messages.value == FAULT_ANSWERS)
        report_error(c->report, f->messages.at,
                     "messages: requests are answered; expected no messages");
    if (f->result.text)
        report_error(c->report, f->result.at,
                     "result: a request is answered, and has none; expected no "
                     "result");
    if (f->direction.value == FAULT_OUT && !f->link.at.line)
        report_error(c->report, f->direction.at,
                     "direction: what comes in is answered; expected in");
}

/* It is about everything that the node reads and sends. */
static void check_dead(const struct check *c)
{
    const struct file_fault *f = c->f;

    if (f->link.at.line)
        report_error(c->report, f->link.at,
                     "link: a node is dead, a link has action loss; expected "
                     "node");
    if (f->peer.text || f->method.text || f->result.text || f->text.text ||
        f->direction.value || f->protocol.value || f->messages.value ||
        f->percent || f->every || f->count)
        report_error(c->report, f->at,
                     "a dead node with a choice of messages; expected name, "
                     "node and ttl alone, or action loss");
}

static void check_fault(const struct check *c, const char *self)
{
    check_place(c, self);
    check_result(c);
    check_keys(c);
    if (c->f->action.given && action_of(c->f) == FAULT_ANSWER)
        check_answer(c);
    if (c->f->action.given && action_of(c->f) == FAULT_DEAD)
        check_dead(c);
}

/* ---- made of a file's ---------------------------------------------------- */

static const char *keep(struct arena *a, const char *text)
{
    struct slice kept =
        arena_printf(a, "%s%c", text ? text : "", 0); /* no limit: never NULL */

    assert(kept.p);
    return kept.p;
}

/* A DNS label's letters: what a name of a fault may have. */
static void put_word(struct buf *out, const char *text)
{
    if (!text || !*text)
        return;
    buf_char(out, '-');
    for (; *text && out->n < 60; text++) {
        char c = *text;
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z');

        if (plain || (c == '-' && text[1]))
            buf_char(out, c);
    }
}

/* "loss-icscf1-hss1-UAR" */
static const char *name_of(struct arena *a, const struct topology_fault *f)
{
    char text[64];
    struct buf b;

    buf_over(&b, text, sizeof text - 1);
    buf_str(&b, topology_fault_action_name(f->action));
    put_word(&b, f->node);
    put_word(&b, f->link[0]);
    put_word(&b, f->link[1]);
    put_word(&b, f->peer);
    put_word(&b, f->method);
    put_word(&b, f->text);
    while (b.n > 0 && b.p[b.n - 1] == '-')
        b.n--;
    return arena_printf(a, "%.*s%c", SLICE_ARG(buf_slice(&b)), 0).p;
}

static void put_messages(const struct file_fault *f, struct arena *a,
                         struct topology_fault *to)
{
    to->peer = keep(a, f->peer.text);
    to->direction = (enum topology_fault_direction)f->direction.value;
    to->protocol = (enum topology_fault_protocol)f->protocol.value;
    to->messages = (enum topology_fault_messages)f->messages.value;
    to->method = keep(a, f->method.text);
    to->result = keep(a, f->result.text);
    to->text = keep(a, f->text.text);
    to->percent = f->percent ? f->percent : 100;
    to->every = f->every ? f->every : 1;
    to->count = f->count;
    to->ttl = f->ttl;
}

static void put_deed(const struct file_fault *f, struct arena *a,
                     struct topology_fault *to)
{
    to->action = action_of(f);
    to->delay = f->delay;
    to->jitter = f->jitter;
    to->copies = f->copies ? f->copies : 1;
    to->answer = f->answer;
    to->vendor = f->vendor;
    to->reason = keep(a, f->reason.text);
    if (to->action != FAULT_ANSWER)
        return;
    to->messages = FAULT_REQUESTS;
    to->protocol = is_sip(f->answer) ? FAULT_SIP : FAULT_DIAMETER;
    if (!f->link.count)
        to->direction = FAULT_IN;
}

static void build(const struct file_fault *f, const char *self, struct arena *a,
                  struct topology_fault *to)
{
    const struct file_text *end = f->link.items;
    bool is_link = f->link.count == 2;

    *to = (struct topology_fault){0};
    to->link[0] = keep(a, is_link ? end[0].text : NULL);
    to->link[1] = keep(a, is_link ? end[1].text : NULL);
    to->node = keep(a, f->node.text || is_link ? f->node.text : self);
    put_messages(f, a, to);
    put_deed(f, a, to);
    to->name = f->name.text ? keep(a, f->name.text) : name_of(a, to);
}

void topology_build_faults(const struct file_list *list, struct topology *t)
{
    const struct file_fault *f = list->items;
    struct topology_fault *to =
        arena_zalloc(&t->arena, list->count * sizeof *to + 1);

    assert(to);
    t->faults = to;
    t->fault_count = list->count;
    for (unsigned i = 0; i < list->count; i++)
        build(&f[i], NULL, &t->arena, &to[i]);
}

/* ---- all of a file ------------------------------------------------------- */

static void check_names(const struct file_list *list, struct report *report)
{
    const struct file_fault *f = list->items;
    struct topology_fault a, b;
    struct arena arena;

    arena_init(&arena, 0, SIZE_MAX);
    for (unsigned i = 0; i < list->count; i++) {
        build(&f[i], NULL, &arena, &a);
        for (unsigned k = 0; k < i; k++) {
            build(&f[k], NULL, &arena, &b);
            if (strcasecmp(a.name, b.name) != 0)
                continue;
            report_error(report, at_or(f[i].name.at, f[i].at),
                         "name: a fault \"%s\" is there before; expected "
                         "another name",
                         a.name);
            break;
        }
    }
    arena_fini(&arena);
}

void topology_check_faults(const struct file_list *list,
                           const struct topology *t, struct report *report)
{
    const struct file_fault *f = list->items;

    if (list->count > TOPOLOGY_FAULTS_MAX) {
        report_error(report, list->at, "%u faults; expected at most %u",
                     list->count, TOPOLOGY_FAULTS_MAX);
        return;
    }
    for (unsigned i = 0; i < list->count; i++)
        check_fault(&(struct check){t, &f[i], report}, NULL);
    if (report->count == 0)
        check_names(list, report);
}

/* ---- one of a request ---------------------------------------------------- */

enum ims_err topology_fault_read(const struct topology *t, const char *self,
                                 struct slice text, struct arena *arena,
                                 struct topology_fault *out, struct why *why)
{
    struct report report = {0};
    struct file_fault f = {0};
    const struct yaml *y;
    struct arena own;
    enum ims_err err = IMS_OK;

    arena_init(&own, 0, SIZE_MAX);
    y = yaml_read(text, &own, &report);
    if (y)
        topology_read(&topology_fault_table, y, &own, &f, &report);
    if (report.count == 0)
        check_fault(&(struct check){t, &f, &report}, self);
    if (report.count)
        err = why_set(why, IMS_CONFIG, "%s", report.errors[0].text);
    else
        build(&f, self, arena, out);
    arena_fini(&own);
    return err;
}

/* ---- whose it is --------------------------------------------------------- */

static enum topology_fault_direction turned(enum topology_fault_direction d)
{
    return d == FAULT_IN ? FAULT_OUT : d == FAULT_OUT ? FAULT_IN : FAULT_BOTH;
}

bool topology_fault_part(const struct topology *t,
                         const struct topology_fault *f, const char *node,
                         struct topology_fault *out)
{
    bool second = strcasecmp(f->link[1], node) == 0;
    enum topology_fault_direction own =
        f->action == FAULT_ANSWER ? FAULT_IN : FAULT_OUT;
    enum topology_fault_direction seen =
        second ? turned(f->direction) : f->direction;
    bool shared;

    *out = *f;
    if (!*f->link[0])
        return strcasecmp(f->node, node) == 0;
    if (!second && strcasecmp(f->link[0], node) != 0)
        return false;
    out->node = f->link[second];
    out->peer = f->link[!second];
    shared = topology_find_node(t, slice_of(out->peer)) != NULL;
    if ((shared || own == FAULT_IN) && seen != FAULT_BOTH && seen != own)
        return false;
    out->direction = shared || own == FAULT_IN ? own : seen;
    return true;
}
