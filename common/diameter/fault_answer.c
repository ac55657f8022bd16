/* SPDX-License-Identifier: MIT */
#include "diameter/fault_answer.h"

/* RFC 6733 7.6 */
static void put_experimental(const struct fault_answer *a, struct buf *out)
{
    size_t mark = avp_group(out, AVP_EXPERIMENTAL_RESULT, true);

    avp_put_u32(out, AVP_VENDOR_ID, a->vendor);
    avp_put_u32(out, AVP_EXPERIMENTAL_RESULT_CODE, a->code);
    avp_group_end(out, mark);
}

bool diameter_fault_answer(const struct diameter_message *request,
                           const struct env *env, const struct fault_answer *a,
                           struct buf *out)
{
    struct diameter_header h = request->h;
    bool is_protocol_error = !a->vendor && a->code / 1000 == 3;

    h.flags = (h.flags & DIAMETER_P) | (is_protocol_error ? DIAMETER_E : 0);
    diameter_begin(out, &h);
    avp_put_received(out, request->avps, AVP_SESSION_ID);
    avp_put_received(out, request->avps, AVP_VENDOR_SPECIFIC_APPLICATION_ID);
    avp_put_received(out, request->avps, AVP_AUTH_SESSION_STATE);
    avp_put(out, AVP_ORIGIN_HOST, slice_of(env->host));
    avp_put(out, AVP_ORIGIN_REALM, slice_of(env->domain));
    if (a->vendor)
        put_experimental(a, out);
    else
        avp_put_u32(out, AVP_RESULT_CODE, a->code);
    avp_put_received(out, request->avps, AVP_PROXY_INFO);
    return diameter_end(out);
}
