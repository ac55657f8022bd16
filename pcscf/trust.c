/* SPDX-License-Identifier: MIT */
#include "pcscf/trust.h"
#include "sip/views.h"

/* 5.2.6.3 and 4.4: never from a phone. */
static const enum sip_header_id asserted[] = {
    SIP_HDR_P_ASSERTED_IDENTITY,
    SIP_HDR_P_CHARGING_VECTOR,
    SIP_HDR_P_CHARGING_FUNCTION_ADDRESSES,
    SIP_HDR_P_ASSOCIATED_URI,
    SIP_HDR_P_CALLED_PARTY_ID,
    SIP_HDR_P_VISITED_NETWORK_ID,
    SIP_HDR_P_SERVED_USER,
    SIP_HDR_P_PROFILE_KEY,
    SIP_HDR_P_USER_DATABASE,
    SIP_HDR_P_EARLY_MEDIA,
    SIP_HDR_P_ASSERTED_SERVICE,
    SIP_HDR_FEATURE_CAPS,
};

/* Never to a phone. */
static const enum sip_header_id inside[] = {
    SIP_HDR_P_CHARGING_VECTOR, SIP_HDR_P_CHARGING_FUNCTION_ADDRESSES,
    SIP_HDR_P_SERVED_USER,     SIP_HDR_P_PROFILE_KEY,
    SIP_HDR_P_USER_DATABASE,   SIP_HDR_P_VISITED_NETWORK_ID,
};

/* "network-provided" access information is the network's to give (7.2A.4). */
static bool claims_network(void *ctx, struct slice value)
{
    struct sip_item item;

    (void)ctx;
    return sip_item_parse(value, &item, NULL) != IMS_OK ||
           sip_param(item.params, S("network-provided"), NULL);
}

void trust_enter(struct sip_message *m)
{
    for (size_t i = 0; i < sizeof asserted / sizeof *asserted; i++)
        sip_remove(m, asserted[i]);
    sip_filter(m, SIP_HDR_P_ACCESS_NETWORK_INFO, claims_network, NULL);
}

void trust_leave(struct sip_message *m)
{
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        sip_remove(m, inside[i]);
    if (sip_has_privacy(m, S("id")))
        sip_remove(m, SIP_HDR_P_ASSERTED_IDENTITY);
}
