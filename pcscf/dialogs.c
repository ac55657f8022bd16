/* SPDX-License-Identifier: MIT */
#include "pcscf/dialogs.h"
#include "sip/views.h"

/* Our own Record-Route entries are not what the phone's requests carry behind
 * us. */
static bool is_own(void *ctx, struct slice value)
{
    struct pcscf *me = ctx;
    struct sip_name_addr na;
    struct sip_uri uri;

    return sip_name_addr_uri(value, &na, &uri, NULL) == IMS_OK &&
           cscf_is_own(&me->core, &uri);
}

void pcscf_dialog_response(struct pcscf *me, const struct sip_message *request,
                           const struct sip_message *resp,
                           const struct sip_message *routed,
                           bool phone_is_caller, const struct sip_flow *flow)
{
    struct sip_dialog *d;
    struct buf route;

    if (resp->status >= 300) {
        sip_dialog_failed(me->dialogs, resp, phone_is_caller);
        return;
    }
    buf_init(&route, 16 * 1024);
    sip_dialog_route_set(routed, phone_is_caller, is_own, me, &route);
    d = sip_dialog_seen(me->dialogs, resp, phone_is_caller, flow,
                        buf_slice(&route));
    buf_fini(&route);
    if (!d)
        return;
    sip_dialog_passed(d, request, phone_is_caller);
    sip_dialog_passed(d, resp, phone_is_caller);
}
