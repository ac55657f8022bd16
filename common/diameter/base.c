/* SPDX-License-Identifier: MIT */
#include "diameter/base.h"

enum { NO_INBAND_SECURITY = 0 };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* ---- writing --------------------------------------------------------------
 */

static void put_origin(struct buf *out, const struct base_self *me)
{
    avp_put(out, AVP_ORIGIN_HOST, me->host);
    avp_put(out, AVP_ORIGIN_REALM, me->realm);
}

static void begin_request(struct buf *out, uint32_t command, uint32_t hop,
                          uint32_t end)
{
    diameter_begin(out, &(struct diameter_header){.flags = DIAMETER_R,
                                                  .command = command,
                                                  .hop = hop,
                                                  .end = end});
}

static void begin_answer(struct buf *out, const struct diameter_header *request,
                         const struct diameter_fault *f)
{
    struct diameter_header h = *request;

    h.flags = f && f->result / 1000 == 3 ? DIAMETER_E : 0;
    diameter_begin(out, &h);
}

static void put_result(struct buf *out, const struct diameter_fault *f)
{
    if (f)
        diameter_put_fault(out, f);
    else
        avp_put_u32(out, AVP_RESULT_CODE, DIAMETER_SUCCESS);
}

static void put_application(struct buf *out,
                            const struct diameter_application *app)
{
    size_t mark;

    if (app->vendor == VENDOR_NONE) {
        avp_put_u32(out, AVP_AUTH_APPLICATION_ID, app->id);
        return;
    }
    mark = avp_group(out, AVP_VENDOR_SPECIFIC_APPLICATION_ID, true);
    avp_put_u32(out, AVP_VENDOR_ID, app->vendor);
    avp_put_u32(out, AVP_AUTH_APPLICATION_ID, app->id);
    avp_group_end(out, mark);
}

static bool has_vendor_before(const struct base_self *me, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (me->apps[j].vendor == me->apps[i].vendor)
            return true;
    return false;
}

/* RFC 6733 5.3.1. Vendor-Id 0: nobody assigned us a number. */
static void put_capabilities(struct buf *out, const struct base_self *me)
{
    avp_put_addr(out, AVP_HOST_IP_ADDRESS, &me->address);
    avp_put_u32(out, AVP_VENDOR_ID, 0);
    avp_put(out, AVP_PRODUCT_NAME, S("imsbox"));
    avp_put_u32(out, AVP_ORIGIN_STATE_ID, me->state);
    for (size_t i = 0; i < me->app_count; i++)
        if (me->apps[i].vendor && !has_vendor_before(me, i))
            avp_put_u32(out, AVP_SUPPORTED_VENDOR_ID, me->apps[i].vendor);
    for (size_t i = 0; i < me->app_count; i++)
        put_application(out, &me->apps[i]);
}

void diameter_base_put_cer(struct buf *out, const struct base_self *me,
                           uint32_t hop, uint32_t end)
{
    begin_request(out, DIAMETER_CAPABILITIES_EXCHANGE, hop, end);
    put_origin(out, me);
    put_capabilities(out, me);
    (void)diameter_end(out);
}

void diameter_base_put_dwr(struct buf *out, const struct base_self *me,
                           uint32_t hop, uint32_t end)
{
    begin_request(out, DIAMETER_DEVICE_WATCHDOG, hop, end);
    put_origin(out, me);
    avp_put_u32(out, AVP_ORIGIN_STATE_ID, me->state);
    (void)diameter_end(out);
}

void diameter_base_put_dpr(struct buf *out, const struct base_self *me,
                           uint32_t hop, uint32_t end,
                           enum disconnect_cause cause)
{
    begin_request(out, DIAMETER_DISCONNECT_PEER, hop, end);
    put_origin(out, me);
    avp_put_u32(out, AVP_DISCONNECT_CAUSE, cause);
    (void)diameter_end(out);
}

static bool put_answer(struct buf *out, const struct base_self *me,
                       const struct diameter_header *request,
                       const struct diameter_fault *f)
{
    begin_answer(out, request, f);
    put_result(out, f);
    put_origin(out, me);
    if (request->command == DIAMETER_CAPABILITIES_EXCHANGE)
        put_capabilities(out, me);
    else if (request->command == DIAMETER_DEVICE_WATCHDOG)
        avp_put_u32(out, AVP_ORIGIN_STATE_ID, me->state);
    return diameter_end(out);
}

bool diameter_base_put_answer(struct buf *out, const struct base_self *me,
                              const struct diameter_header *request,
                              const struct diameter_fault *f)
{
    struct diameter_fault bare;

    if (put_answer(out, me, request, f))
        return true;
    if (!f)
        return false;
    bare = fault_bare(f);
    return put_answer(out, me, request, &bare);
}

/* ---- reading --------------------------------------------------------------
 */

/* RFC 6733 5.3.1; Host-IP-Address and Vendor-Id are asked of nobody, as
 * nothing depends on them. */
static const struct avp_rule cer_rules[] = {
    {AVP_RESULT_CODE, 0, 0},     {AVP_ORIGIN_HOST, 1, 1},
    {AVP_ORIGIN_REALM, 1, 1},    {AVP_PRODUCT_NAME, 0, 1},
    {AVP_ORIGIN_STATE_ID, 0, 1}, {AVP_HOST_IP_ADDRESS, 0, AVP_MANY},
};

static const struct avp_rule cea_rules[] = {
    {AVP_RESULT_CODE, 1, 1},     {AVP_ORIGIN_HOST, 1, 1},
    {AVP_ORIGIN_REALM, 1, 1},    {AVP_PRODUCT_NAME, 0, 1},
    {AVP_ORIGIN_STATE_ID, 0, 1},
};

static const struct avp_rule dwr_rules[] = {
    {AVP_RESULT_CODE, 0, 0},
    {AVP_ORIGIN_HOST, 1, 1},
    {AVP_ORIGIN_REALM, 1, 1},
    {AVP_ORIGIN_STATE_ID, 0, 1},
};

static const struct avp_rule dpr_rules[] = {
    {AVP_RESULT_CODE, 0, 0},
    {AVP_ORIGIN_HOST, 1, 1},
    {AVP_ORIGIN_REALM, 1, 1},
    {AVP_DISCONNECT_CAUSE, 1, 1},
};

bool diameter_base_check(const struct diameter_message *m,
                         struct diameter_fault *f)
{
    if (m->h.command == DIAMETER_DISCONNECT_PEER)
        return diameter_check(m->avps, dpr_rules, COUNT(dpr_rules), f);
    return diameter_check(m->avps, dwr_rules, COUNT(dwr_rules), f);
}

enum disconnect_cause diameter_base_cause(const struct diameter_message *dpr)
{
    struct avp a;

    if (!avp_find(dpr->avps, AVP_DISCONNECT_CAUSE, &a))
        return CAUSE_REBOOTING;
    return avp_u32(&a) == CAUSE_BUSY        ? CAUSE_BUSY
           : avp_u32(&a) == CAUSE_REBOOTING ? CAUSE_REBOOTING
                                            : CAUSE_DO_NOT_WANT_TO_TALK_TO_YOU;
}

/* Applications that we do not speak are of no use to us. */
static void add_application(struct base_capabilities *c,
                            const struct base_self *me, uint32_t id)
{
    if (id == RELAY_APPLICATION)
        c->relay = true;
    for (size_t i = 0; i < c->app_count; i++)
        if (c->apps[i] == id)
            return;
    for (size_t i = 0; i < me->app_count; i++)
        if (me->apps[i].id == id)
            c->apps[c->app_count++] = id;
}

static void add_vendor_specific(struct base_capabilities *c,
                                const struct base_self *me, struct slice group)
{
    struct avp a;

    if (avp_find(group, AVP_AUTH_APPLICATION_ID, &a) ||
        avp_find(group, AVP_ACCT_APPLICATION_ID, &a))
        add_application(c, me, avp_u32(&a));
}

static void add_capability(struct base_capabilities *c,
                           const struct base_self *me, const struct avp *a,
                           unsigned *inband)
{
    switch (a->row->id) {
    case AVP_ORIGIN_HOST: c->host = a->value; break;
    case AVP_ORIGIN_REALM: c->realm = a->value; break;
    case AVP_PRODUCT_NAME: c->product = a->value; break;
    case AVP_AUTH_APPLICATION_ID:
    case AVP_ACCT_APPLICATION_ID: add_application(c, me, avp_u32(a)); break;
    case AVP_VENDOR_SPECIFIC_APPLICATION_ID:
        add_vendor_specific(c, me, a->value);
        break;
    case AVP_INBAND_SECURITY_ID:
        *inband += avp_u32(a) != NO_INBAND_SECURITY;
        c->inband_none |= avp_u32(a) == NO_INBAND_SECURITY;
        break;
    default: break;
    }
}

bool diameter_base_read_capabilities(const struct diameter_message *m,
                                     const struct base_self *me,
                                     struct base_capabilities *out,
                                     struct diameter_fault *f)
{
    bool is_cer = diameter_is_request(m);
    struct avp_reader r = avp_reader(m->avps);
    unsigned inband = 0;
    struct avp a;

    if (!diameter_check(m->avps, is_cer ? cer_rules : cea_rules,
                        is_cer ? COUNT(cer_rules) : COUNT(cea_rules), f))
        return false;
    *out = (struct base_capabilities){0};
    while (avp_next(&r, &a, f) == AVP_IS)
        if (a.row)
            add_capability(out, me, &a, &inband);
    out->inband_none |= inband == 0;
    return true;
}

bool diameter_base_have_common(const struct base_capabilities *theirs,
                               struct diameter_fault *f)
{
    if (theirs->app_count == 0 && !theirs->relay)
        return fault_set(f, DIAMETER_NO_COMMON_APPLICATION,
                         "no application in common");
    if (!theirs->inband_none)
        return fault_set(f, DIAMETER_NO_COMMON_SECURITY,
                         "only in-band security is offered");
    return true;
}
