/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "diameter/peer_machine.h"
#include "support/check.h"
#include "support/diameter_world.h"

/* RFC 6733 5.6, one row an arrow of its table. Our host is "mmm"; the peer
 * "zzz" wins elections, "aaa" loses them. */

enum sent { NOTHING, SENT_CER, SENT_CEA, SENT_DPR, SENT_DPA, SENT_DWA };

enum connections { NONE = 0, HAS_I = 1, HAS_R = 2, BOTH = 3 };

static const struct row {
    enum peer_state from;
    enum peer_event ev;
    enum peer_state to;
    enum sent sent;
    enum connections left;
    bool we_win;
} rows[] = {
    {PEER_CLOSED, START, PEER_WAIT_CONN_ACK, NOTHING, HAS_I, false},
    {PEER_CLOSED, R_CONN_CER, PEER_R_OPEN, SENT_CEA, HAS_R, false},

    {PEER_WAIT_CONN_ACK, I_RCV_CONN_ACK, PEER_WAIT_I_CEA, SENT_CER, HAS_I,
     false},
    {PEER_WAIT_CONN_ACK, I_RCV_CONN_NACK, PEER_CLOSED, NOTHING, NONE, false},
    {PEER_WAIT_CONN_ACK, R_CONN_CER, PEER_WAIT_CONN_ACK_ELECT, NOTHING, BOTH,
     false},
    {PEER_WAIT_CONN_ACK, TIMEOUT, PEER_CLOSED, NOTHING, NONE, false},

    {PEER_WAIT_I_CEA, I_RCV_CEA, PEER_I_OPEN, NOTHING, HAS_I, false},
    {PEER_WAIT_I_CEA, R_CONN_CER, PEER_WAIT_RETURNS, NOTHING, BOTH, false},
    {PEER_WAIT_I_CEA, R_CONN_CER, PEER_R_OPEN, SENT_CEA, HAS_R, true},
    {PEER_WAIT_I_CEA, I_PEER_DISC, PEER_CLOSED, NOTHING, NONE, false},
    {PEER_WAIT_I_CEA, I_RCV_NON_CEA, PEER_CLOSED, NOTHING, NONE, false},
    {PEER_WAIT_I_CEA, RCV_MESSAGE, PEER_CLOSED, NOTHING, NONE, false},
    {PEER_WAIT_I_CEA, TIMEOUT, PEER_CLOSED, NOTHING, NONE, false},

    {PEER_WAIT_CONN_ACK_ELECT, I_RCV_CONN_ACK, PEER_WAIT_RETURNS, SENT_CER,
     BOTH, false},
    {PEER_WAIT_CONN_ACK_ELECT, I_RCV_CONN_ACK, PEER_R_OPEN, SENT_CEA, HAS_R,
     true},
    {PEER_WAIT_CONN_ACK_ELECT, I_RCV_CONN_NACK, PEER_R_OPEN, SENT_CEA, HAS_R,
     false},
    {PEER_WAIT_CONN_ACK_ELECT, R_PEER_DISC, PEER_WAIT_CONN_ACK, NOTHING, HAS_I,
     false},
    {PEER_WAIT_CONN_ACK_ELECT, R_CONN_CER, PEER_WAIT_CONN_ACK_ELECT, NOTHING,
     BOTH, false},
    {PEER_WAIT_CONN_ACK_ELECT, TIMEOUT, PEER_CLOSED, NOTHING, NONE, false},

    {PEER_WAIT_RETURNS, WIN_ELECTION, PEER_R_OPEN, SENT_CEA, HAS_R, false},
    {PEER_WAIT_RETURNS, I_PEER_DISC, PEER_R_OPEN, SENT_CEA, HAS_R, false},
    {PEER_WAIT_RETURNS, I_RCV_CEA, PEER_I_OPEN, NOTHING, HAS_I, false},
    {PEER_WAIT_RETURNS, R_PEER_DISC, PEER_WAIT_I_CEA, NOTHING, HAS_I, false},
    {PEER_WAIT_RETURNS, R_CONN_CER, PEER_WAIT_RETURNS, NOTHING, BOTH, false},
    {PEER_WAIT_RETURNS, TIMEOUT, PEER_CLOSED, NOTHING, NONE, false},

    {PEER_R_OPEN, RCV_DWR, PEER_R_OPEN, SENT_DWA, HAS_R, false},
    {PEER_R_OPEN, RCV_DWA, PEER_R_OPEN, NOTHING, HAS_R, false},
    {PEER_R_OPEN, R_CONN_CER, PEER_R_OPEN, NOTHING, HAS_R, false},
    {PEER_R_OPEN, STOP, PEER_CLOSING, SENT_DPR, HAS_R, false},
    {PEER_R_OPEN, RCV_DPR, PEER_CLOSING, SENT_DPA, HAS_R, false},
    {PEER_R_OPEN, R_PEER_DISC, PEER_CLOSED, NOTHING, NONE, false},

    {PEER_I_OPEN, RCV_DWR, PEER_I_OPEN, SENT_DWA, HAS_I, false},
    {PEER_I_OPEN, RCV_DWA, PEER_I_OPEN, NOTHING, HAS_I, false},
    {PEER_I_OPEN, R_CONN_CER, PEER_I_OPEN, NOTHING, HAS_I, false},
    {PEER_I_OPEN, STOP, PEER_CLOSING, SENT_DPR, HAS_I, false},
    {PEER_I_OPEN, RCV_DPR, PEER_CLOSING, SENT_DPA, HAS_I, false},
    {PEER_I_OPEN, I_PEER_DISC, PEER_CLOSED, NOTHING, NONE, false},

    {PEER_CLOSING, RCV_DPA, PEER_CLOSED, NOTHING, NONE, false},
    {PEER_CLOSING, TIMEOUT, PEER_CLOSED, NOTHING, NONE, false},
    {PEER_CLOSING, I_PEER_DISC, PEER_CLOSED, NOTHING, NONE, false},
    {PEER_CLOSING, RCV_DPR, PEER_CLOSING, SENT_DPA, HAS_I, false},
};

struct stage {
    struct sim *sim;
    struct dia_node *us;
    struct raw *remote[2]; /* one a connection */
    unsigned incoming;
    struct diameter_peer *p;
    struct listener *side; /* where R connections come from */
    struct connection *accepted;
    struct base_capabilities caps;
    struct buf b;
    const char *host;
};

static void no_message(void *ctx, struct connection *c,
                       const struct diameter_message *m)
{
    (void)ctx;
    (void)c;
    (void)m;
}

static void no_end(void *ctx, struct connection *c, enum ims_err err)
{
    (void)ctx;
    (void)c;
    (void)err;
}

static const struct connection_handler idle = {.on_message = no_message,
                                               .on_end = no_end};

static void on_side(void *ctx, struct listener *l, struct stream *s)
{
    struct stage *st = ctx;

    (void)l;
    st->accepted = diameter_connection_accept(
        &(struct connection_user){&st->us->w->env, 65536, &idle, st}, s);
}

/* A connection that the peer made to us, its CER read by nobody yet. */
static struct connection *incoming(struct stage *st)
{
    struct addr to = world_addr("10.0.0.5:9999", TRANSPORT_TCP);

    raw_connect(st->remote[st->incoming++], &to);
    sim_run_for(st->sim, 10 * MSEC);
    assert_non_null(st->accepted);
    return st->accepted;
}

static struct diameter_message read_message(struct slice bytes)
{
    struct diameter_message m;
    struct diameter_fault f;

    assert_true(diameter_read(bytes, &m, &f));
    return m;
}

static void fire(struct stage *st, enum peer_event ev)
{
    struct peer_news n = {.c = st->p->i ? st->p->i : st->p->r,
                          .caps = &st->caps};
    struct diameter_header h = {.flags = DIAMETER_R, .hop = 1, .end = 2};
    struct diameter_message m;

    st->caps = (struct base_capabilities){.host = slice_of(st->host),
                                          .realm = S("ims.example"),
                                          .product = S("raw"),
                                          .apps = {CX_APPLICATION},
                                          .app_count = 1};
    h.command = ev == RCV_DWR || ev == RCV_DWA ? DIAMETER_DEVICE_WATCHDOG
                                               : DIAMETER_DISCONNECT_PEER;
    if (ev == R_CONN_CER) {
        n.c = incoming(st);
        m = read_message(raw_cer(&st->b, st->host));
    } else {
        diameter_begin(&st->b, &h);
        avp_put(&st->b, AVP_ORIGIN_HOST, slice_of(st->host));
        avp_put(&st->b, AVP_ORIGIN_REALM, S("ims.example"));
        if (h.command == DIAMETER_DISCONNECT_PEER)
            avp_put_u32(&st->b, AVP_DISCONNECT_CAUSE, 0);
        assert_true(diameter_end(&st->b));
        m = read_message(buf_slice(&st->b));
    }
    n.m = &m;
    diameter_peer_event(st->p, ev, &n);
}

static void reach(struct stage *st, enum peer_state state)
{
    switch (state) {
    case PEER_CLOSED: break;
    case PEER_WAIT_CONN_ACK: fire(st, START); break;
    case PEER_WAIT_I_CEA:
        fire(st, START);
        fire(st, I_RCV_CONN_ACK);
        break;
    case PEER_WAIT_CONN_ACK_ELECT:
        fire(st, START);
        fire(st, R_CONN_CER);
        break;
    case PEER_WAIT_RETURNS:
        reach(st, PEER_WAIT_CONN_ACK_ELECT);
        fire(st, I_RCV_CONN_ACK);
        break;
    case PEER_R_OPEN: fire(st, R_CONN_CER); break;
    case PEER_I_OPEN:
        reach(st, PEER_WAIT_I_CEA);
        fire(st, I_RCV_CEA);
        break;
    case PEER_CLOSING:
        reach(st, PEER_I_OPEN);
        fire(st, STOP);
        break;
    }
    assert_int_equal(st->p->state, state);
}

static void stage_init(struct stage *st, const struct row *row)
{
    struct addr side = world_addr("10.0.0.5:9999", TRANSPORT_TCP);
    struct why why;

    *st = (struct stage){.sim = sim_new(1)};
    st->host = row->we_win ? "aaa.ims.example" : "zzz.ims.example";
    st->us = dia_node_new(st->sim, "mmm", "10.0.0.5", NULL, NULL);
    st->remote[0] = raw_new(st->sim, "remote1");
    st->remote[1] = raw_new(st->sim, "remote2");
    buf_init(&st->b, 65536);
    /* the address swallows connects: the machine alone is on stage */
    sim_rule_add(st->sim, &(struct sim_rule){
                              .to = world_addr("10.0.0.66:0", TRANSPORT_NONE),
                              .cut = true});
    assert_ok(
        stream_listen(st->us->w->env.net, &side, on_side, st, &st->side, &why),
        &why);
    assert_ok(diameter_add_peer(
                  st->us->d,
                  &(struct diameter_peer_config){.host = slice_of(st->host),
                                                 .realm = S("ims.example"),
                                                 .address = S("10.0.0.66")},
                  &why),
              &why);
    st->p = diameter_peer_find(st->us->d, slice_of(st->host));
}

static void stage_fini(struct stage *st)
{
    listener_close(st->side);
    buf_fini(&st->b);
    raw_free(st->remote[0]);
    raw_free(st->remote[1]);
    dia_node_free(st->us);
    sim_free(st->sim);
}

/* The last Diameter message that we recorded as sent. */
static struct diameter_message last_sent(struct stage *st, uint64_t after)
{
    struct record_cursor c = {.next = after + 1};
    struct diameter_message m = {0};
    struct record_entry e;
    uint64_t missed;

    while (record_read(st->us->w->env.record, &c, &e, &missed))
        if (e.kind == RECORD_TX)
            m = read_message(e.bytes);
    return m;
}

static enum sent sent_of(const struct diameter_message *m)
{
    bool is_request = diameter_is_request(m);

    switch (m->h.command) {
    case DIAMETER_CAPABILITIES_EXCHANGE:
        return is_request ? SENT_CER : SENT_CEA;
    case DIAMETER_DISCONNECT_PEER: return is_request ? SENT_DPR : SENT_DPA;
    case DIAMETER_DEVICE_WATCHDOG: return SENT_DWA;
    default: return NOTHING;
    }
}

/* What a connection's own end leaves behind, as peer.c does it. */
static void forget_ended(struct stage *st, enum peer_event ev)
{
    struct connection **c = ev == I_PEER_DISC   ? &st->p->i
                            : ev == R_PEER_DISC ? &st->p->r
                                                : NULL;

    if (!c || !*c)
        return;
    diameter_connection_close(*c);
    *c = NULL;
}

static void check(const struct row *row, size_t number)
{
    struct stage st;
    struct diameter_message m;
    uint64_t before;

    stage_init(&st, row);
    reach(&st, row->from);
    before = record_last_seq(st.us->w->env.record);
    forget_ended(&st, row->ev);
    fire(&st, row->ev);
    m = last_sent(&st, before);
    if (st.p->state != row->to || sent_of(&m) != row->sent ||
        !!st.p->i != !!(row->left & HAS_I) ||
        !!st.p->r != !!(row->left & HAS_R))
        fail_msg("row %zu: %s, then %s; sent %d; i %d r %d", number,
                 peer_state_name(row->from), peer_state_name(st.p->state),
                 sent_of(&m), !!st.p->i, !!st.p->r);
    assert_int_equal(timer_runs(&st.p->exchange),
                     st.p->state != PEER_CLOSED &&
                         !diameter_peer_is_open(st.p));
    assert_int_equal(timer_runs(&st.p->watchdog.timer),
                     diameter_peer_is_open(st.p));
    assert_int_equal(st.p->usable, diameter_peer_is_open(st.p));
    stage_fini(&st);
}

/* proves H-DIA-1 */
static void each_arrow_leads_where_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        check(&rows[i], i);
}

/* What the table has no row for changes nothing. */
static void an_event_without_an_arrow_changes_nothing(void **state)
{
    static const struct {
        enum peer_state state;
        enum peer_event ev;
    } strays[] = {
        {PEER_CLOSED, I_RCV_CEA},       {PEER_CLOSED, RCV_MESSAGE},
        {PEER_CLOSED, TIMEOUT},         {PEER_WAIT_CONN_ACK, I_RCV_CEA},
        {PEER_WAIT_CONN_ACK, START},    {PEER_WAIT_I_CEA, I_RCV_CONN_ACK},
        {PEER_WAIT_RETURNS, RCV_DWR},   {PEER_I_OPEN, I_RCV_CEA},
        {PEER_I_OPEN, RCV_DPA},         {PEER_I_OPEN, START},
        {PEER_CLOSING, I_RCV_CONN_ACK}, {PEER_CLOSING, STOP},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(strays) / sizeof(*strays); i++) {
        struct stage st;
        uint64_t before;
        struct diameter_message m;

        stage_init(&st, &rows[0]);
        reach(&st, strays[i].state);
        before = record_last_seq(st.us->w->env.record);
        fire(&st, strays[i].ev);
        m = last_sent(&st, before);
        assert_int_equal(st.p->state, strays[i].state);
        assert_int_equal(sent_of(&m), NOTHING);
        stage_fini(&st);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_arrow_leads_where_the_table_says),
        cmocka_unit_test(an_event_without_an_arrow_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
