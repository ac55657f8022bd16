/* SPDX-License-Identifier: MIT
 *
 * What every CSCF tells of its SIP side.
 */
#include "node/cscf.h"
#include "node/readings.h"

void cscf_put_limits(struct cscf *c, struct api_call *call)
{
    const struct topology_limits *l = &c->node->self->limits;
    struct usage transactions = sip_stack_usage(c->stack);
    struct usage connections =
        sip_transport_usage(sip_stack_transport(c->stack));

    readings_limit(call, "message_bytes", "bytes of a SIP message",
                   l->message_bytes, NULL);
    readings_limit(call, "datagram_bytes",
                   "bytes of a SIP request that goes over UDP",
                   l->datagram_bytes, NULL);
    readings_limit(call, "headers", "header lines of a SIP message", l->headers,
                   NULL);
    readings_limit(call, "branches", "branches of one forked request",
                   l->branches, NULL);
    readings_limit(call, "transactions", "SIP transactions at a time",
                   l->transactions, &transactions);
    readings_limit(call, "connections", "SIP streams at a time", l->connections,
                   &connections);
    if (c->diameter)
        node_put_diameter_limits(c->node, c->diameter, call);
}

void cscf_get_limits(struct node *n, struct api_call *call)
{
    readings_limits_begin(call);
    cscf_put_limits(n->state, call);
    readings_limits_end(call);
}

struct listing {
    struct api_call *call;
    struct readings_page page;
};

static void put_transaction(void *ctx, const struct sip_transaction_info *i)
{
    struct listing *l = ctx;
    struct json *j = &l->call->json;
    char text[ADDR_TEXT_MAX];

    if (!readings_wants(&l->page, i->call))
        return;
    json_object_begin(j);
    json_put_str(j, "machine", i->machine);
    json_put_str(j, "state", i->state);
    json_put_str(j, "method", i->method);
    json_put_text(j, "call_id", i->call);
    json_put_str(j, "remote", addr_text(&i->remote, text));
    json_put_str(j, "transport", transport_name(i->remote.transport));
    json_object_end(j);
}

void cscf_get_transactions(struct node *n, struct api_call *call)
{
    const struct cscf *c = n->state;
    struct listing l = {.call = call};

    if (!readings_page(call, &l.page))
        return;
    json_object_begin(&call->json);
    json_put_u64(&call->json, "total", sip_stack_transactions(c->stack));
    json_key(&call->json, "transactions");
    json_array_begin(&call->json);
    sip_stack_each(c->stack, put_transaction, &l);
    json_array_end(&call->json);
    readings_page_end(call, &l.page);
    json_object_end(&call->json);
    api_reply(call, 200);
}
