/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/doctor/trouble.h"
#include "diameter/message.h"
#include <string.h>

/* ---- inside and outside -------------------------------------------------- */

bool node_is_for_phones(const struct topology_node *n, const struct addr *local)
{
    for (unsigned i = 0; i < n->listener_count; i++)
        if (n->listeners[i].trust == TOPOLOGY_GM &&
            n->listeners[i].at.addr.port == local->port)
            return true;
    return false;
}

/* Nodes whose hosts are names may be at any address: a message of theirs whose
 * other copy is late looks like a stranger's. */
static bool may_be_a_node(const struct site *s, const struct addr *a)
{
    for (unsigned i = 0; i < s->node_count; i++) {
        const struct topology_node *n = s->nodes[i].node;

        for (unsigned k = 0; k < n->listener_count; k++)
            if (n->listeners[k].at.addr.family == 0 &&
                n->listeners[k].at.addr.port == a->port)
                return true;
    }
    return false;
}

static bool is_outside(const struct site *s, const struct told *t,
                       unsigned party)
{
    const struct entry *e = &t->entry;

    return t->step.kind == STEP_ARROW && party >= s->node_count &&
           (node_is_for_phones(s->nodes[e->node].node, &e->local) ||
            !may_be_a_node(s, &e->remote));
}

bool step_is_from_outside(const struct site *s, const struct told *t)
{
    return is_outside(s, t, t->step.from);
}

bool step_is_to_outside(const struct site *s, const struct told *t)
{
    return is_outside(s, t, t->step.to);
}

static bool is_sip(const struct told *t)
{
    return t->step.kind == STEP_ARROW && t->entry.proto == RECORD_SIP;
}

struct slice told_fault(const struct told *t)
{
    return t->entry.fault.n ? t->entry.fault : t->other.fault;
}

struct slice told_peer(const struct told *t)
{
    struct slice says = t->entry.says, name;
    const struct slice before = S("Diameter peer ");

    if (!slice_starts(says, before))
        return S("");
    says = slice_from(says, before.n);
    return slice_cut(&says, ':', &name) ? name : S("");
}

/* ---- finding its steps --------------------------------------------------- */

const struct told *told_before(const struct told *t)
{
    struct list *l = t->in_thread.prev;

    return !t->thread || l == &t->thread->told
               ? NULL
               : container_of(l, struct told, in_thread);
}

static struct sip_message *read_message(const struct told *t)
{
    const struct sip_limits limits = {0};
    struct sip_message *m = NULL;

    if (!t || !is_sip(t))
        return NULL;
    /* what could be read of a broken one is enough */
    if (sip_message_parse(t->entry.bytes, &limits, &m, NULL) != IMS_OK && m &&
        !m->is_request) {
        sip_message_drop(m);
        m = NULL;
    }
    return m;
}

/* The request that a response is for; or, as it came in, one that a node sent
 * on. */
static bool is_ask_of(const struct site *s, const struct told *ask,
                      const struct told *of)
{
    if (!is_sip(ask) || !ask->is_request ||
        strcmp(ask->method, of->method) != 0)
        return false;
    return of->is_request
               ? step_is_from_outside(s, ask)
               : ask->step.to == of->step.from && ask->step.from == of->step.to;
}

static bool cseq_of(const struct sip_message *m, struct sip_cseq *out)
{
    return m && sip_cseq_parse(sip_header_value(m, SIP_HDR_CSEQ), out, NULL) ==
                    IMS_OK;
}

/* Of retransmissions the first one. */
static void find_ask(struct trouble *t, const struct told *of,
                     const struct sip_message *message)
{
    const struct told *it = of;
    struct sip_cseq wanted, asked;

    if (!cseq_of(message, &wanted))
        return;
    while ((it = told_before(it))) {
        struct sip_message *m;

        if (!is_ask_of(t->site, it, of))
            continue;
        m = read_message(it);
        if (cseq_of(m, &asked) && asked.number == wanted.number)
            t->ask = it;
        if (m)
            sip_message_drop(m);
        if (t->ask && t->ask != it)
            return;
    }
}

/* A request, answered by somebody (an ACK is by nobody), on its way from that
 * node to a phone. */
static bool goes_to_phone(const struct site *s, const struct told *t,
                          unsigned node)
{
    return is_sip(t) && t->is_request && strcmp(t->method, "ACK") != 0 &&
           t->step.from == node && step_is_to_outside(s, t) &&
           node_is_for_phones(s->nodes[node].node, &t->entry.local);
}

static bool answers_node(const struct site *s, const struct told *t,
                         unsigned node)
{
    return is_sip(t) && !t->is_request && t->result >= 200 &&
           t->step.to == node && step_is_from_outside(s, t);
}

/* A node said that somebody does not answer: a phone, if the last that passed
 * between them is a request. */
static void find_unheard(struct trouble *t)
{
    const struct told *it = t->end;
    unsigned node = t->end->step.from;
    struct sip_message *m;

    while ((it = told_before(it)) && !goes_to_phone(t->site, it, node))
        if (answers_node(t->site, it, node))
            return;
    t->unheard = it;
    m = read_message(it);
    if (!m)
        return;
    find_ask(t, it, m);
    sip_message_drop(m);
}

static void find_way(struct trouble *t)
{
    const struct told *it = t->end, *first = t->ask ? t->ask : t->end;

    for (; it && t->way_count < TROUBLE_WAY; it = told_before(it)) {
        t->way[t->way_count++] = it;
        if (it == first)
            break;
    }
    for (unsigned i = 0; i < t->way_count / 2; i++) {
        const struct told *swap = t->way[i];

        t->way[i] = t->way[t->way_count - 1 - i];
        t->way[t->way_count - 1 - i] = swap;
    }
}

static bool is_answer_like(const struct told *t, const struct told *end)
{
    return is_sip(t) && !t->is_request && t->result == end->result &&
           strcmp(t->method, end->method) == 0;
}

static void find_origin(struct trouble *t)
{
    t->origin = t->end;
    for (unsigned i = 0; i < t->way_count; i++)
        if (is_answer_like(t->way[i], t->end)) {
            t->origin = t->way[i];
            return;
        }
}

/* The challenge that went out last before the request came in. */
static void find_challenge(struct trouble *t)
{
    const struct told *it = t->kind == TROUBLE_UNANSWERED ? t->end : t->ask;

    if (!it)
        return;
    if (t->kind != TROUBLE_UNANSWERED)
        it = told_before(it);
    while (it && !(is_sip(it) && !it->is_request && it->result == 401 &&
                   step_is_to_outside(t->site, it)))
        it = told_before(it);
    t->challenge = it;
}

/* ---- whom it concerns ---------------------------------------------------- */

static void read_identity(const struct sip_message *m, enum sip_header_id id,
                          struct identity *out)
{
    struct sip_name_addr na;

    if (sip_name_addr_parse(sip_header_value(m, id), &na, NULL) != IMS_OK ||
        identity_canonical(na.uri, out, NULL) != IMS_OK)
        *out = (struct identity){0};
}

static void read_users(struct trouble *t)
{
    const struct sip_message *m = t->request ? t->request : t->response;
    struct slice username = trouble_credential(t, "username");

    if (!m)
        return;
    read_identity(m, m->method == SIP_REGISTER ? SIP_HDR_TO : SIP_HDR_FROM,
                  &t->impu);
    if (m->method != SIP_REGISTER && m->is_request &&
        identity_of_request(m->uri, &t->callee, NULL) != IMS_OK)
        t->callee = (struct identity){0};
    if (username.n && username.n <= IDENTITY_MAX) {
        memcpy(t->impi.text, username.p, username.n);
        t->impi.n = username.n;
    } else if (!t->impu.n || identity_private_of(identity_slice(&t->impu),
                                                 &t->impi, NULL) != IMS_OK)
        t->impi = (struct identity){0};
}

void trouble_open(struct trouble *t, const struct story *s,
                  enum trouble_kind kind, const struct told *end)
{
    *t = (struct trouble){.story = s,
                          .site = story_site(s),
                          .kind = kind,
                          .end = end,
                          .thread = end->thread,
                          .origin = end};
    t->response = read_message(end);
    if (t->thread) {
        if (is_sip(end) && !end->is_request)
            find_ask(t, end, t->response);
        else if (slice_eq(end->entry.reason, S("timeout")))
            find_unheard(t);
        find_way(t);
        if (is_sip(end) && !end->is_request)
            find_origin(t);
        find_challenge(t);
    }
    t->request = read_message(t->ask);
    t->challenged = read_message(t->challenge);
    if (t->request &&
        !sip_auth_find(t->request, SIP_HDR_AUTHORIZATION, S("Digest"),
                       (struct slice){0}, &t->credentials))
        t->credentials = (struct sip_auth){0};
    if (t->challenged &&
        !sip_auth_find(t->challenged, SIP_HDR_WWW_AUTHENTICATE, S("Digest"),
                       (struct slice){0}, &t->offer))
        t->offer = (struct sip_auth){0};
    read_users(t);
}

void trouble_close(struct trouble *t)
{
    struct sip_message *const all[] = {t->request, t->response, t->challenged};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i])
            sip_message_drop(all[i]);
}

/* ---- what rules ask ------------------------------------------------------ */

bool trouble_is(const struct trouble *t, enum trouble_kind kind,
                const char *method)
{
    return t->kind == kind && (!method || strcmp(t->end->method, method) == 0);
}

unsigned trouble_status(const struct trouble *t)
{
    return t->end->result;
}

const struct topology_node *trouble_node(const struct trouble *t,
                                         unsigned party)
{
    return party < t->site->node_count ? t->site->nodes[party].node : NULL;
}

bool trouble_is_by(const struct trouble *t, enum topology_role role)
{
    const struct topology_node *n = trouble_node(t, t->origin->step.from);

    return n && n->role == role;
}

bool trouble_is_by_outsider(const struct trouble *t)
{
    return step_is_from_outside(t->site, t->origin);
}

const char *trouble_origin(const struct trouble *t)
{
    return t->origin->from;
}

const struct topology_node *trouble_entry(const struct trouble *t)
{
    return trouble_node(t, t->ask ? t->ask->step.to : t->end->step.from);
}

static bool is_decision(const struct told *t)
{
    return t->step.kind == STEP_SAYS;
}

const struct told *trouble_decision(const struct trouble *t)
{
    const struct told *last = NULL;

    for (unsigned i = 0; i < t->way_count; i++) {
        if (is_decision(t->way[i]) &&
            t->way[i]->step.from == t->origin->step.from)
            last = t->way[i];
        if (t->way[i] == t->origin)
            break;
    }
    return last;
}

bool trouble_decided(const struct trouble *t, const char *proc)
{
    const struct told *d = trouble_decision(t);

    return d && slice_eq(d->entry.proc, slice_of(proc));
}

const struct told *trouble_reason(const struct trouble *t, const char *reason)
{
    for (unsigned i = t->way_count; i-- > 0;)
        if (is_decision(t->way[i]) &&
            slice_eq(t->way[i]->entry.reason, slice_of(reason)))
            return t->way[i];
    return NULL;
}

static bool is_request_like(const struct trouble *t, const struct told *it)
{
    return is_sip(it) && it->is_request &&
           strcmp(it->method, t->end->method) == 0;
}

static bool was_answered(const struct trouble *t, unsigned hop)
{
    const struct told *ask = t->way[hop];

    for (unsigned i = hop + 1; i < t->way_count; i++) {
        const struct told *it = t->way[i];

        if (is_sip(it) && !it->is_request && it->result >= 200 &&
            it->step.from == ask->step.to && it->step.to == ask->step.from &&
            strcmp(it->method, ask->method) == 0)
            return true;
    }
    return false;
}

const struct told *trouble_last_hop(const struct trouble *t)
{
    for (unsigned i = t->way_count; i-- > 0;)
        if (is_request_like(t, t->way[i]))
            return was_answered(t, i) ? NULL : t->way[i];
    return NULL;
}

/* ---- Cx ------------------------------------------------------------------ */

static bool is_cx(const struct told *t, const char *command, bool request)
{
    return t->step.kind == STEP_ARROW && t->entry.proto == RECORD_DIAMETER &&
           t->is_request == request &&
           (!command || strcmp(t->method, command) == 0);
}

static unsigned result_of(const struct told *t)
{
    struct diameter_message m;
    struct diameter_fault f;
    uint32_t vendor = 0;
    unsigned result;

    if (!diameter_read(t->entry.bytes, &m, &f))
        return 0;
    result = diameter_answer_result(&m, &vendor);
    return vendor ? CX_EXPERIMENTAL + result : result;
}

const struct told *trouble_cx(const struct trouble *t, const char *command,
                              unsigned *result)
{
    for (unsigned i = t->way_count; i-- > 0;)
        if (is_cx(t->way[i], command, false)) {
            *result = result_of(t->way[i]);
            return t->way[i];
        }
    return NULL;
}

const struct told *trouble_cx_request(const struct trouble *t,
                                      const char *command)
{
    for (unsigned i = t->way_count; i-- > 0;)
        if (is_cx(t->way[i], command, true))
            return t->way[i];
    return NULL;
}

const struct told *trouble_refusal(const struct trouble *t, unsigned result)
{
    for (unsigned i = t->way_count; i-- > 0;)
        if (is_cx(t->way[i], NULL, false) && result_of(t->way[i]) == result)
            return t->way[i];
    return NULL;
}

bool trouble_asks_hss(const struct trouble *t)
{
    static const char *const procs[] = {"I-REG-1", "I-SES-1", "S-REG-1",
                                        "S-REG-3", "S-TRM-1"};

    for (size_t i = 0; i < sizeof procs / sizeof procs[0]; i++)
        if (trouble_decided(t, procs[i]))
            return true;
    return false;
}

const struct told *trouble_question(const struct trouble *t, bool *answered)
{
    const struct told *ask = trouble_cx_request(t, NULL);
    unsigned result;
    const struct told *answer = trouble_cx(t, NULL, &result);

    *answered = ask && answer && answer->id > ask->id;
    return ask;
}

bool trouble_hss_is_away(const struct trouble *t)
{
    unsigned status = trouble_status(t);
    bool answered;
    const struct told *ask;

    if (t->kind != TROUBLE_REFUSED || trouble_is_by_outsider(t) ||
        (status != 480 && status != 504) || !trouble_asks_hss(t))
        return false;
    ask = trouble_question(t, &answered);
    return !ask || !answered;
}

/* ---- credentials --------------------------------------------------------- */

static struct slice param(const struct sip_auth *a, const char *name)
{
    struct slice value = {0};

    if (a->scheme.n)
        sip_auth_param(a, slice_of(name), &value);
    return value;
}

struct slice trouble_credential(const struct trouble *t, const char *name)
{
    return param(&t->credentials, name);
}

struct slice trouble_offer(const struct trouble *t, const char *name)
{
    return param(&t->offer, name);
}

bool trouble_answers(const struct trouble *t)
{
    struct slice nonce = trouble_credential(t, "nonce");

    return nonce.n && slice_eq(nonce, trouble_offer(t, "nonce"));
}

/* ---- what the HSS said --------------------------------------------------- */

const json_t *trouble_examined(const struct trouble *t, const char *group,
                               const char *key)
{
    return json_object_get(json_object_get(t->examined, group), key);
}

const char *trouble_examined_text(const struct trouble *t, const char *group,
                                  const char *key)
{
    const char *text = json_string_value(trouble_examined(t, group, key));

    return text ? text : "";
}

const char *trouble_examined_item(const struct trouble *t, const char *group,
                                  const char *key, size_t i)
{
    return json_string_value(
        json_array_get(trouble_examined(t, group, key), i));
}
