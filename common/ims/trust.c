/* SPDX-License-Identifier: MIT
 *
 * The trust boundary between the core and others, TS 24.229 4.4.
 *
 * P-TRU-1.
 */
#include "ims/trust.h"
#include "sip/views.h"

/* 5.2.6.3 and 4.4: never from a phone, but to one. */
static const enum sip_header_id asserted[] = {
    SIP_HDR_P_ASSERTED_IDENTITY,   SIP_HDR_P_ASSOCIATED_URI,
    SIP_HDR_P_CALLED_PARTY_ID,     SIP_HDR_P_EARLY_MEDIA,
    SIP_HDR_P_ASSERTED_SERVICE,    SIP_HDR_P_REFUSED_URI_LIST,
    SIP_HDR_P_MEDIA_AUTHORIZATION, SIP_HDR_FEATURE_CAPS,
    SIP_HDR_RESPONSE_SOURCE,
};

/* Neither from a phone nor to one. */
static const enum sip_header_id inside[] = {
    SIP_HDR_P_CHARGING_VECTOR,    SIP_HDR_P_CHARGING_FUNCTION_ADDRESSES,
    SIP_HDR_P_CHARGE_INFO,        SIP_HDR_P_SERVED_USER,
    SIP_HDR_P_PROFILE_KEY,        SIP_HDR_P_USER_DATABASE,
    SIP_HDR_P_VISITED_NETWORK_ID, SIP_HDR_P_PRIVATE_NETWORK_INDICATION,
    SIP_HDR_P_DCS_BILLING_INFO,   SIP_HDR_P_DCS_LAES,
    SIP_HDR_P_DCS_OSPS,           SIP_HDR_P_DCS_REDIRECT,
    SIP_HDR_P_DCS_TRACE_PARTY_ID, SIP_HDR_RELAYED_CHARGE,
    SIP_HDR_RESTORATION_INFO,     SIP_HDR_RESOURCE_SHARE,
    SIP_HDR_PRIORITY_SHARE,       SIP_HDR_SERVICE_INTERACT_INFO,
    SIP_HDR_ORIGINATION_ID,       SIP_HDR_ATTESTATION_INFO,
};

static void remove_all(struct sip_message *m, const enum sip_header_id *ids,
                       size_t n)
{
    for (size_t i = 0; i < n; i++)
        sip_remove(m, ids[i]);
}

/* "network-provided" access information is the network's to give (7.2A.4). */
static bool claims_network(void *ctx, struct slice value)
{
    struct sip_item item;

    (void)ctx;
    return sip_item_parse(value, &item, NULL) != IMS_OK ||
           sip_param(item.params, S("network-provided"), NULL);
}

void trust_believe_nothing(struct sip_message *m)
{
    remove_all(m, asserted, sizeof asserted / sizeof *asserted);
    remove_all(m, inside, sizeof inside / sizeof *inside);
}

void trust_enter(struct sip_message *m)
{
    trust_believe_nothing(m);
    if (m->is_request) /* a phone is no proxy: it could lead others astray */
        sip_remove(m, SIP_HDR_RECORD_ROUTE);
    sip_filter(m, SIP_HDR_P_ACCESS_NETWORK_INFO, claims_network, NULL);
    sip_filter(m, SIP_HDR_CELLULAR_NETWORK_INFO, claims_network, NULL);
}

void trust_leave(struct sip_message *m)
{
    remove_all(m, inside, sizeof inside / sizeof *inside);
    sip_remove(m, SIP_HDR_P_ACCESS_NETWORK_INFO); /* where the other one is */
    sip_remove(m, SIP_HDR_CELLULAR_NETWORK_INFO);
    if (sip_has_privacy(m, S("id")))
        sip_remove(m, SIP_HDR_P_ASSERTED_IDENTITY);
}
