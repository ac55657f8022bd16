/* SPDX-License-Identifier: MIT
 *
 * Which AVP goes to which member, and how often it may stand there: the ABNF
 * of TS 29.229 6.1 (messages) and 6.3 (groups), one row an AVP.
 */
#include "ims/cx.h"
#include "ims/cx_codec.h"

/* The offset of a member, which must be of the type. */
#define AT(in, member, type) \
    (offsetof(in, member) + 0 * sizeof(&((in *)0)->member == (type *)0))

#define HEAD(avp, min, max)                      \
    {                                            \
        AVP_##avp, CX_HEAD, min, max, 0, 0, NULL \
    }
#define ORIGIN(in, member, avp, min)                                           \
    {                                                                          \
        AVP_##avp, CX_HEAD_TEXT, min, 1, 0, AT(in, member, struct slice), NULL \
    }
#define TEXT(in, member, avp, min)                                        \
    {                                                                     \
        AVP_##avp, CX_TEXT, min, 1, 0, AT(in, member, struct slice), NULL \
    }
#define TEXTS(in, member, avp)                                                \
    {                                                                         \
        AVP_##avp, CX_TEXTS, 0, AVP_MANY, 0, AT(in, member, struct cx_texts), \
            NULL                                                              \
    }
#define NUMBER(in, member, avp, min)                                    \
    {                                                                   \
        AVP_##avp, CX_NUMBER, min, 1, 0, AT(in, member, uint32_t), NULL \
    }
#define NUMBERS(in, member, avp)                    \
    {                                               \
        AVP_##avp, CX_NUMBERS, 0, AVP_MANY, 0,      \
            AT(in, member, struct cx_numbers), NULL \
    }
#define ENUM(in, member, type, avp, min, most)                              \
    {                                                                       \
        AVP_##avp, CX_NUMBER, min, 1, most, AT(in, member, enum type), NULL \
    }
#define FLAG(in, member, avp, min)                                \
    {                                                             \
        AVP_##avp, CX_FLAG, min, 1, 1, AT(in, member, bool), NULL \
    }
#define PRESENT(in, member, avp)                                   \
    {                                                              \
        AVP_##avp, CX_PRESENT, 0, 1, 0, AT(in, member, bool), NULL \
    }
#define GROUP(in, member, type, avp, min)                                    \
    {                                                                        \
        AVP_##avp, CX_GROUP, min, 1, 0, AT(in, member, const struct type *), \
            &type##_group                                                    \
    }
#define GROUPS(in, member, type, avp, min)                     \
    {                                                          \
        AVP_##avp, CX_GROUPS, min, AVP_MANY, 0,                \
            AT(in, member, const struct type *), &type##_group \
    }

#define TABLE(name, fields, m)                    \
    static const struct cx_group name##_group = { \
        fields, sizeof(fields) / sizeof(*(fields)), sizeof(struct name), m}

/* ---- groups, 6.3 -----------------------------------------------------------
 */

#define X struct cx_feature
static const struct cx_field feature[] = {
    NUMBER(X, vendor, VENDOR_ID, 1),
    NUMBER(X, list_id, FEATURE_LIST_ID, 1),
    NUMBER(X, list, FEATURE_LIST, 1),
};
TABLE(cx_feature, feature, offsetof(X, mandatory));
#undef X

#define X struct cx_capabilities
static const struct cx_field capabilities[] = {
    NUMBERS(X, mandatory, MANDATORY_CAPABILITY),
    NUMBERS(X, optional, OPTIONAL_CAPABILITY),
    TEXTS(X, server_names, SERVER_NAME),
};
TABLE(cx_capabilities, capabilities, 0);
#undef X

#define X struct cx_digest
static const struct cx_field digest[] = {
    TEXT(X, realm, DIGEST_REALM, 1),
    TEXT(X, algorithm, DIGEST_ALGORITHM, 0),
    TEXT(X, qop, DIGEST_QOP, 1),
    TEXT(X, ha1, DIGEST_HA1, 1),
};
TABLE(cx_digest, digest, 0);
#undef X

#define X struct cx_auth_item
static const struct cx_field auth_item[] = {
    NUMBER(X, number, SIP_ITEM_NUMBER, 0),
    TEXT(X, scheme, SIP_AUTHENTICATION_SCHEME, 0),
    TEXT(X, authenticate, SIP_AUTHENTICATE, 0),
    TEXT(X, authorization, SIP_AUTHORIZATION, 0),
    TEXT(X, context, SIP_AUTHENTICATION_CONTEXT, 0),
    TEXT(X, ck, CONFIDENTIALITY_KEY, 0),
    TEXT(X, ik, INTEGRITY_KEY, 0),
    GROUP(X, digest, cx_digest, SIP_DIGEST_AUTHENTICATE, 0),
    TEXT(X, framed_ip, FRAMED_IP_ADDRESS, 0),
    TEXT(X, framed_ipv6_prefix, FRAMED_IPV6_PREFIX, 0),
    TEXT(X, framed_interface_id, FRAMED_INTERFACE_ID, 0),
    TEXTS(X, line_identifiers, LINE_IDENTIFIER),
};
TABLE(cx_auth_item, auth_item, 0);
#undef X

#define X struct cx_charging
static const struct cx_field charging[] = {
    TEXT(X, primary_ecf, PRIMARY_EVENT_CHARGING_FUNCTION_NAME, 0),
    TEXT(X, secondary_ecf, SECONDARY_EVENT_CHARGING_FUNCTION_NAME, 0),
    TEXT(X, primary_ccf, PRIMARY_CHARGING_COLLECTION_FUNCTION_NAME, 0),
    TEXT(X, secondary_ccf, SECONDARY_CHARGING_COLLECTION_FUNCTION_NAME, 0),
};
TABLE(cx_charging, charging, 0);
#undef X

#define X struct cx_subscription
static const struct cx_field subscription[] = {
    TEXT(X, call_id, CALL_ID_SIP_HEADER, 1),
    TEXT(X, from, FROM_SIP_HEADER, 1),
    TEXT(X, to, TO_SIP_HEADER, 1),
    TEXT(X, record_route, RECORD_ROUTE, 1),
    TEXT(X, contact, CONTACT, 1),
};
TABLE(cx_subscription, subscription, 0);
#undef X

#define X struct cx_restoration
static const struct cx_field restoration[] = {
    TEXT(X, path, PATH, 1),
    TEXT(X, contact, CONTACT, 1),
    NUMBER(X, initial_cseq, INITIAL_CSEQ_SEQUENCE_NUMBER, 0),
    TEXT(X, call_id, CALL_ID_SIP_HEADER, 0),
    GROUP(X, subscription, cx_subscription, SUBSCRIPTION_INFO, 0),
};
TABLE(cx_restoration, restoration, 0);
#undef X

#define X struct cx_scscf_restoration
static const struct cx_field scscf_restoration[] = {
    TEXT(X, impi, USER_NAME, 1),
    GROUPS(X, v, cx_restoration, RESTORATION_INFO, 1),
    TEXT(X, scheme, SIP_AUTHENTICATION_SCHEME, 0),
};
TABLE(cx_scscf_restoration, scscf_restoration, 0);
#undef X

#define X struct cx_deregistration
static const struct cx_field deregistration[] = {
    ENUM(X, code, cx_reason, REASON_CODE, 1, CX_REMOVE_SCSCF),
    TEXT(X, info, REASON_INFO, 0),
};
TABLE(cx_deregistration, deregistration, 0);
#undef X

#define X struct cx_emergency_identity
static const struct cx_field emergency_identity[] = {
    TEXT(X, impi, USER_NAME, 1),
    TEXT(X, impu, PUBLIC_IDENTITY, 1),
};
TABLE(cx_emergency_identity, emergency_identity, 0);
#undef X

#define X struct cx_webrtc
static const struct cx_field webrtc[] = {
    TEXTS(X, waf, WEBRTC_AUTHENTICATION_FUNCTION_NAME),
    TEXTS(X, wwsf, WEBRTC_WEB_SERVER_FUNCTION_NAME),
};
TABLE(cx_webrtc, webrtc, 0);
#undef X

/* Associated-Identities, Associated-Registered-Identities */
static const struct cx_field texts[] = {
    {AVP_USER_NAME, CX_TEXTS, 0, AVP_MANY, 0, 0, NULL},
};
TABLE(cx_texts, texts, 0);

/* ---- messages, 6.1 ---------------------------------------------------------
 */

/* What every request has; host 1: Destination-Host is required. */
#define REQUEST(in, host)                                               \
    HEAD(SESSION_ID, 1, 1), HEAD(VENDOR_SPECIFIC_APPLICATION_ID, 1, 1), \
        HEAD(AUTH_SESSION_STATE, 1, 1), HEAD(RESULT_CODE, 0, 0),        \
        ORIGIN(in, path.origin_host, ORIGIN_HOST, 1),                   \
        ORIGIN(in, path.origin_realm, ORIGIN_REALM, 1),                 \
        ORIGIN(in, path.destination_realm, DESTINATION_REALM, 1),       \
        ORIGIN(in, path.destination_host, DESTINATION_HOST, host),      \
        GROUPS(in, features.v, cx_feature, SUPPORTED_FEATURES, 0)

/* What every answer has. Vendor-Specific-Application-Id and Auth-Session-State
 * tell nothing new in it, so nobody is refused for leaving them out. */
#define ANSWER(in)                                                      \
    HEAD(SESSION_ID, 1, 1), HEAD(VENDOR_SPECIFIC_APPLICATION_ID, 0, 1), \
        HEAD(AUTH_SESSION_STATE, 0, 1), HEAD(RESULT_CODE, 0, 1),        \
        HEAD(EXPERIMENTAL_RESULT, 0, 1),                                \
        ORIGIN(in, outcome.origin_host, ORIGIN_HOST, 1),                \
        ORIGIN(in, outcome.origin_realm, ORIGIN_REALM, 1),              \
        ORIGIN(in, outcome.error_message, ERROR_MESSAGE, 0),            \
        GROUPS(in, features.v, cx_feature, SUPPORTED_FEATURES, 0)

#define X struct cx_uar
static const struct cx_field uar[] = {
    REQUEST(X, 0),
    TEXT(X, impi, USER_NAME, 1),
    TEXT(X, impu, PUBLIC_IDENTITY, 1),
    TEXT(X, visited_network, VISITED_NETWORK_IDENTIFIER, 1),
    ENUM(X, type, cx_authorization, USER_AUTHORIZATION_TYPE, 0,
         CX_REGISTRATION_AND_CAPABILITIES),
    NUMBER(X, flags, UAR_FLAGS, 0),
};
TABLE(cx_uar, uar, 0);
#undef X

#define X struct cx_uaa
static const struct cx_field uaa[] = {
    ANSWER(X),
    TEXT(X, server_name, SERVER_NAME, 0),
    GROUP(X, capabilities, cx_capabilities, SERVER_CAPABILITIES, 0),
};
TABLE(cx_uaa, uaa, 0);
#undef X

#define X struct cx_sar
static const struct cx_field sar[] = {
    REQUEST(X, 0),
    TEXT(X, impi, USER_NAME, 0),
    TEXTS(X, impus, PUBLIC_IDENTITY),
    TEXT(X, wildcarded_impu, WILDCARDED_PUBLIC_IDENTITY, 0),
    TEXT(X, server_name, SERVER_NAME, 1),
    ENUM(X, type, cx_assignment, SERVER_ASSIGNMENT_TYPE, 1, CX_RESTORATION),
    FLAG(X, already_available, USER_DATA_ALREADY_AVAILABLE, 1),
    GROUP(X, restoration, cx_scscf_restoration, SCSCF_RESTORATION_INFO, 0),
    FLAG(X, multiple_registration, MULTIPLE_REGISTRATION_INDICATION, 0),
    NUMBER(X, flags, SAR_FLAGS, 0),
};
TABLE(cx_sar, sar, 0);
#undef X

#define X struct cx_saa
static const struct cx_field saa[] = {
    ANSWER(X),
    TEXT(X, impi, USER_NAME, 0),
    TEXT(X, user_data, USER_DATA, 0),
    GROUP(X, charging, cx_charging, CHARGING_INFORMATION, 0),
    GROUP(X, associated_impis, cx_texts, ASSOCIATED_IDENTITIES, 0),
    GROUP(X, registered_impis, cx_texts, ASSOCIATED_REGISTERED_IDENTITIES, 0),
    FLAG(X, loose_route, LOOSE_ROUTE_INDICATION, 0),
    GROUPS(X, restorations.v, cx_scscf_restoration, SCSCF_RESTORATION_INFO, 0),
    TEXT(X, server_name, SERVER_NAME, 0),
    TEXT(X, wildcarded_impu, WILDCARDED_PUBLIC_IDENTITY, 0),
    FLAG(X, priviledged_sender, PRIVILEDGED_SENDER_INDICATION, 0),
    GROUP(X, webrtc, cx_webrtc, ALLOWED_WAF_WWSF_IDENTITIES, 0),
};
TABLE(cx_saa, saa, 0);
#undef X

#define X struct cx_lir
static const struct cx_field lir[] = {
    REQUEST(X, 0),
    PRESENT(X, originating, ORIGINATING_REQUEST),
    TEXT(X, impu, PUBLIC_IDENTITY, 1),
    ENUM(X, type, cx_authorization, USER_AUTHORIZATION_TYPE, 0,
         CX_REGISTRATION_AND_CAPABILITIES),
};
TABLE(cx_lir, lir, 0);
#undef X

#define X struct cx_lia
static const struct cx_field lia[] = {
    ANSWER(X),
    TEXT(X, server_name, SERVER_NAME, 0),
    GROUP(X, capabilities, cx_capabilities, SERVER_CAPABILITIES, 0),
    TEXT(X, wildcarded_impu, WILDCARDED_PUBLIC_IDENTITY, 0),
    NUMBER(X, flags, LIA_FLAGS, 0),
};
TABLE(cx_lia, lia, 0);
#undef X

#define X struct cx_mar
static const struct cx_field mar[] = {
    REQUEST(X, 0),
    TEXT(X, impi, USER_NAME, 1),
    TEXT(X, impu, PUBLIC_IDENTITY, 1),
    GROUP(X, item, cx_auth_item, SIP_AUTH_DATA_ITEM, 1),
    NUMBER(X, count, SIP_NUMBER_AUTH_ITEMS, 1),
    TEXT(X, server_name, SERVER_NAME, 1),
};
TABLE(cx_mar, mar, 0);
#undef X

#define X struct cx_maa
static const struct cx_field maa[] = {
    ANSWER(X),
    TEXT(X, impi, USER_NAME, 0),
    TEXT(X, impu, PUBLIC_IDENTITY, 0),
    NUMBER(X, count, SIP_NUMBER_AUTH_ITEMS, 0),
    GROUPS(X, items.v, cx_auth_item, SIP_AUTH_DATA_ITEM, 0),
};
TABLE(cx_maa, maa, 0);
#undef X

#define X struct cx_rtr
static const struct cx_field rtr[] = {
    REQUEST(X, 1),
    TEXT(X, impi, USER_NAME, 1),
    GROUP(X, associated_impis, cx_texts, ASSOCIATED_IDENTITIES, 0),
    TEXTS(X, impus, PUBLIC_IDENTITY),
    GROUP(X, reason, cx_deregistration, DEREGISTRATION_REASON, 1),
    NUMBER(X, flags, RTR_FLAGS, 0),
};
TABLE(cx_rtr, rtr, 0);
#undef X

#define X struct cx_rta
static const struct cx_field rta[] = {
    ANSWER(X),
    GROUP(X, associated_impis, cx_texts, ASSOCIATED_IDENTITIES, 0),
    GROUPS(X, emergency.v, cx_emergency_identity,
           IDENTITY_WITH_EMERGENCY_REGISTRATION, 0),
};
TABLE(cx_rta, rta, 0);
#undef X

#define X struct cx_ppr
static const struct cx_field ppr[] = {
    REQUEST(X, 1),
    TEXT(X, impi, USER_NAME, 1),
    TEXT(X, user_data, USER_DATA, 0),
    GROUP(X, charging, cx_charging, CHARGING_INFORMATION, 0),
    GROUP(X, item, cx_auth_item, SIP_AUTH_DATA_ITEM, 0),
    GROUP(X, webrtc, cx_webrtc, ALLOWED_WAF_WWSF_IDENTITIES, 0),
};
TABLE(cx_ppr, ppr, 0);
#undef X

#define X struct cx_ppa
static const struct cx_field ppa[] = {
    ANSWER(X),
};
TABLE(cx_ppa, ppa, 0);
#undef X

const struct cx_group *cx_group_of(uint32_t command, bool is_request)
{
    switch (command) {
    case DIAMETER_USER_AUTHORIZATION:
        return is_request ? &cx_uar_group : &cx_uaa_group;
    case DIAMETER_SERVER_ASSIGNMENT:
        return is_request ? &cx_sar_group : &cx_saa_group;
    case DIAMETER_LOCATION_INFO:
        return is_request ? &cx_lir_group : &cx_lia_group;
    case DIAMETER_MULTIMEDIA_AUTH:
        return is_request ? &cx_mar_group : &cx_maa_group;
    case DIAMETER_REGISTRATION_TERMINATION:
        return is_request ? &cx_rtr_group : &cx_rta_group;
    case DIAMETER_PUSH_PROFILE:
        return is_request ? &cx_ppr_group : &cx_ppa_group;
    default: return NULL;
    }
}
