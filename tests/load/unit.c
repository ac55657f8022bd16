/* SPDX-License-Identifier: MIT
 *
 * What a unit does, step by step. Both ends of a call are one unit.
 *
 *   REGISTER  401? -> answer it -> 200
 *   INVITE    -> 180 200 of the other end -> 200: ACK -> seen: BYE -> 200
 *             one that stays is done at the 180, or when the ACK is seen
 *   MESSAGE   -> 200 of the other end -> 200
 */
#include "load/load_priv.h"
#include "sip/views.h"

/* RFC 3261 table 4. */
/* In a row; a phone gives up after three (TS 24.229 5.1.1.5.1). */
enum { CHALLENGES = 3 };

static const int64_t T1_US = 500 * MSEC, T2_US = 4 * (int64_t)SECOND;

static void on_time(void *ctx);

static struct load_count *count_of(struct unit *u)
{
    return &u->load->figures.kinds[u->kind];
}

static int64_t age(const struct unit *u)
{
    return u->load->o.net->clock->mono_us - u->due_us;
}

/* ---- sending, and sending again ------------------------------------------
 */

static void send_answer(struct unit *u, unsigned status)
{
    char memory[LOAD_TEXT];
    struct buf text;

    buf_over(&text, memory, sizeof memory);
    load_print_answer(u->invite, status, u->to, status == 200, &text);
    load_send(u->load, u->to->udp, u->to->proxy, &text);
}

static void send_step(struct unit *u)
{
    char memory[LOAD_TEXT];
    struct buf text;

    buf_over(&text, memory, sizeof memory);
    switch (u->step) {
    case STEP_REGISTER:
    case STEP_AUTHORIZE: load_print_register(u, &text); break;
    case STEP_INVITE: load_print_invite(u, &text); break;
    case STEP_ACK: load_print_ack(u, &text); break;
    case STEP_BYE: load_print_bye(u, &text); break;
    case STEP_MESSAGE: load_print_message(u, &text); break;
    case STEP_RING:
    case STEP_STAYS:
    case STEP_FREE: return;
    }
    load_send(u->load, u->from->udp, u->from->proxy, &text);
}

/* Until it is sent again, or its time is up. */
static void wait(struct unit *u)
{
    int64_t left = u->load->o.timeout_us - age(u);

    timer_start(u->load->o.net->timers, &u->timer,
                u->again_us < left ? u->again_us : left, on_time, u);
}

static void on_time(void *ctx)
{
    struct unit *u = ctx;

    if (age(u) >= u->load->o.timeout_us) {
        count_of(u)->timed_out++;
        load_ends(u);
        return;
    }
    count_of(u)->again++;
    send_step(u);
    if (u->invite && u->step != STEP_BYE)
        send_answer(u, u->stay == LOAD_RINGING ? 180 : 200);
    u->again_us = u->again_us * 2 < T2_US ? u->again_us * 2 : T2_US;
    wait(u);
}

static void enter(struct unit *u, enum step step)
{
    u->step = step;
    send_step(u);
    u->again_us = T1_US;
    wait(u);
}

static void refused(struct unit *u, unsigned status)
{
    count_of(u)->refused++;
    count_of(u)->status = status;
    load_ends(u);
}

static void done(struct unit *u)
{
    count_of(u)->done++;
    histogram_add(&count_of(u)->latency, age(u));
    histogram_add(&u->load->figures.latency, age(u));
    if (u->stay == LOAD_ENDS)
        load_ends(u);
    else
        load_stays(u);
}

void unit_begin(struct unit *u)
{
    count_of(u)->begun++;
    u->challenges = 0;
    switch (u->kind) {
    case LOAD_REGISTER:
        phone_set_registered(u->from, false);
        u->from->nc = 0;
        u->cseq = ++u->from->cseq;
        enter(u, STEP_REGISTER);
        break;
    case LOAD_REREGISTER:
        phone_set_registered(u->from, false);
        u->from->nc += u->from->nc > 0;
        u->cseq = ++u->from->cseq;
        enter(u, STEP_REGISTER);
        break;
    case LOAD_CALL:
        u->cseq = 1;
        enter(u, STEP_INVITE);
        break;
    case LOAD_MESSAGE:
        u->cseq = 1;
        enter(u, STEP_MESSAGE);
        break;
    case LOAD_KINDS: break;
    }
}

/* ---- registration -------------------------------------------------------- */

/* All values of a list header, in turn or the last one first. */
static void join(const struct sip_message *m, enum sip_header_id id,
                 bool last_first, struct str *out)
{
    struct slice values[16];
    char memory[LOAD_TEXT];
    struct sip_values it;
    struct buf text;
    unsigned n = 0;

    buf_over(&text, memory, sizeof memory);
    sip_values_begin(&it, m, id);
    while (n < 16 && sip_values_next(&it, &values[n]))
        n++;
    for (unsigned i = 0; i < n; i++)
        buf_printf(&text, "%s%.*s", i ? ", " : "",
                   SLICE_ARG(values[last_first ? n - 1 - i : i]));
    str_set(out, buf_slice(&text));
}

static void on_register_answered(struct unit *u, const struct sip_message *m)
{
    struct phone *p = u->from;

    if (m->status == 200) {
        join(m, SIP_HDR_SERVICE_ROUTE, false, &p->service_route);
        phone_set_registered(p, true);
        done(u);
        return;
    }
    if (m->status != 401 || u->challenges == CHALLENGES ||
        !phone_challenged(p, m)) {
        refused(u, m->status);
        return;
    }
    count_of(u)->challenged++;
    u->challenges++;
    p->nc = 1;
    u->cseq = ++p->cseq;
    enter(u, STEP_AUTHORIZE);
}

/* ---- the caller ---------------------------------------------------------- */

static void on_answered(struct unit *u, const struct sip_message *m)
{
    struct sip_name_addr contact;

    if (m->status != 200 ||
        sip_name_addr_parse(sip_header_value(m, SIP_HDR_CONTACT), &contact,
                            NULL) != IMS_OK) {
        refused(u, m->status);
        return;
    }
    join(m, SIP_HDR_RECORD_ROUTE, true, &u->routes);
    str_set(&u->target, contact.uri);
    str_set(&u->to_tag, sip_tag(m, SIP_HDR_TO));
    histogram_add(&count_of(u)->answered, age(u));
    enter(u, STEP_ACK);
}

void unit_on_response(struct unit *u, const struct sip_message *m)
{
    struct sip_cseq cseq;

    if (sip_cseq_parse(sip_header_value(m, SIP_HDR_CSEQ), &cseq, NULL) !=
            IMS_OK ||
        cseq.number != (u->step == STEP_BYE ? u->cseq + 1 : u->cseq))
        return;
    if (m->status < 200) {
        if (m->status == 180 && u->stay == LOAD_RINGING)
            done(u);
        else if (u->step == STEP_INVITE)
            u->step = STEP_RING;
        return;
    }
    switch (u->step) {
    case STEP_REGISTER:
    case STEP_AUTHORIZE: on_register_answered(u, m); break;
    case STEP_INVITE:
    case STEP_RING: on_answered(u, m); break;
    case STEP_ACK: send_step(u); break; /* the 200 came again */
    case STEP_BYE:
    case STEP_MESSAGE:
        if (m->status == 200)
            done(u);
        else
            refused(u, m->status);
        break;
    case STEP_STAYS:
    case STEP_FREE: break;
    }
}

/* ---- the other end ------------------------------------------------------- */

static void on_invite(struct unit *u, struct sip_message *m)
{
    if (u->step != STEP_INVITE && u->step != STEP_RING)
        return;
    sip_message_drop(u->invite);
    u->invite = sip_message_hold(m);
    send_answer(u, 180);
    if (u->stay != LOAD_RINGING)
        send_answer(u, 200);
}

static void on_ack(struct unit *u)
{
    if (u->stay == LOAD_TALKING)
        done(u);
    else
        enter(u, STEP_BYE);
}

/* Of one that ended too: its answer was lost. */
static void answer(struct load *l, struct udp *at, const struct addr *to,
                   const struct sip_message *m)
{
    char memory[LOAD_TEXT];
    struct buf text;

    buf_over(&text, memory, sizeof memory);
    load_print_answer(m, 200, NULL, false, &text);
    load_send(l, at, to, &text);
}

void unit_on_request(struct load *l, struct unit *u, struct udp *at,
                     const struct addr *from, struct sip_message *m)
{
    if (m->method == SIP_INVITE && u)
        on_invite(u, m);
    else if (m->method == SIP_ACK && u && u->step == STEP_ACK)
        on_ack(u);
    else if (m->method == SIP_BYE || m->method == SIP_MESSAGE)
        answer(l, at, from, m);
}
