/* SPDX-License-Identifier: MIT */
#include "support/cx_samples.h"

/* A slice of a literal, also in a constant initialiser. */
#define T(literal)                      \
    {                                   \
        "" literal, sizeof(literal) - 1 \
    }
#define LIST(array)                             \
    {                                           \
        array, sizeof(array) / sizeof(*(array)) \
    }

#define TO_HSS                                     \
    {                                              \
        .destination_host = T("hss1.ims.example"), \
        .destination_realm = T("ims.example")      \
    }
#define TO_SCSCF                                     \
    {                                                \
        .destination_host = T("scscf1.ims.example"), \
        .destination_realm = T("ims.example")        \
    }

static const struct cx_feature features[] = {
    {.vendor = 10415, .list_id = 1, .list = 3, .mandatory = true},
    {.vendor = 10415, .list_id = 2, .list = 0x80000000, .mandatory = false},
};

static const struct slice names[] = {T("sip:scscf2.ims.example"),
                                     T("sip:scscf3.ims.example")};
static const uint32_t mandatory[] = {1, 2, 4000000000};
static const uint32_t optional[] = {7};
static const struct cx_capabilities capabilities = {
    LIST(mandatory), LIST(optional), LIST(names)};

static const struct slice impis[] = {T("alice@ims.example"),
                                     T("alice2@ims.example")};
static const struct cx_texts associated = LIST(impis);
static const struct slice impus[] = {T("sip:alice@ims.example"),
                                     T("tel:+4915112345")};

static const struct cx_charging charging = {
    T("aaa://ecf1.ims.example"), T("aaa://ecf2.ims.example"),
    T("aaa://ccf1.ims.example"), T("aaa://ccf2.ims.example")};

static const struct cx_subscription subscription = {
    T("call@ue"), T("<sip:alice@ims.example>;tag=1"),
    T("<sip:alice@ims.example>;tag=2"), T("<sip:scscf1.ims.example;lr>"),
    T("<sip:alice@10.1.1.1>")};
static const struct cx_restoration restoration[] = {
    {T("<sip:pcscf1.ims.example;lr>"), T("<sip:alice@10.1.1.1>;q=1"), 17,
     T("call@ue"), &subscription},
    {.path = T("<sip:pcscf2.ims.example;lr>"),
     .contact = T("<sip:alice@10.1.1.2>")},
};
static const struct cx_scscf_restoration restorations[] = {
    {.impi = T("alice@ims.example"),
     .v = restoration,
     .count = 2,
     .scheme = T(CX_SCHEME_DIGEST)},
    {.impi = T("alice2@ims.example"), .v = restoration, .count = 1},
};

static const struct cx_digest digest = {T("ims.example"), T("MD5"), T("auth"),
                                        T("0123456789abcdef0123456789abcdef")};
static const struct slice lines[] = {T("line-1"), T("line-2")};
static const struct cx_auth_item items[] = {
    {.number = 1,
     .scheme = T(CX_SCHEME_AKAV1),
     .authenticate = T("RANDRANDRANDRANDAUTNAUTNAUTNAUTN"),
     .authorization = T("XRESXRES"),
     .ck = T("ckckckckckckckck"),
     .ik = T("ikikikikikikikik")},
    {.number = 2, .scheme = T(CX_SCHEME_DIGEST), .digest = &digest},
    {.number = 3,
     .scheme = T(CX_SCHEME_GIBA),
     .framed_ip = T("\012\1\1\1"),
     .framed_ipv6_prefix = T("\0\100\040\001\015\270\0\0\0\0"),
     .framed_interface_id = T("\0\0\0\0\0\0\0\1")},
    {.number = 4,
     .scheme = T(CX_SCHEME_NASS),
     .context = T("context"),
     .line_identifiers = LIST(lines)},
};
static const struct cx_auth_item resync = {
    .scheme = T(CX_SCHEME_AKAV1),
    .authorization = T("RANDRANDRANDRANDAUTSAUTSAUTSAU")};

static const struct slice waf[] = {T("sip:waf.example")};
static const struct slice wwsf[] = {T("sip:wwsf1.example"),
                                    T("sip:wwsf2.example")};
static const struct cx_webrtc webrtc = {LIST(waf), LIST(wwsf)};

static const struct cx_deregistration reason = {CX_REMOVE_SCSCF,
                                                T("moved away")};
static const struct cx_emergency_identity emergency[] = {
    {T("alice@ims.example"), T("sip:alice@ims.example")}};

const struct cx_uar sample_uar = {
    .path = TO_HSS,
    .impi = T("alice@ims.example"),
    .impu = T("sip:alice@ims.example"),
    .visited_network = T("visited.example"),
    .type = CX_REGISTRATION_AND_CAPABILITIES,
    .flags = CX_UAR_EMERGENCY,
    .features = LIST(features),
};

const struct cx_uaa sample_uaa = {
    .outcome = {.result = CX_FIRST_REGISTRATION},
    .server_name = T("sip:scscf1.ims.example"),
    .capabilities = &capabilities,
    .features = LIST(features),
};

const struct cx_sar sample_sar = {
    .path = TO_HSS,
    .impi = T("alice@ims.example"),
    .impus = LIST(impus),
    .wildcarded_impu = T("sip:chat-!.*!@ims.example"),
    .server_name = T("sip:scscf1.ims.example"),
    .type = CX_RESTORATION,
    .already_available = true,
    .restoration = &restorations[0],
    .multiple_registration = true,
    .flags = 1,
    .features = LIST(features),
};

const struct cx_saa sample_saa = {
    .outcome = {.result = CX_SUCCESS, .error_message = T("for people")},
    .impi = T("alice@ims.example"),
    .user_data = T("<IMSSubscription/>"),
    .charging = &charging,
    .associated_impis = &associated,
    .registered_impis = &associated,
    .loose_route = true,
    .restorations = LIST(restorations),
    .server_name = T("sip:scscf1.ims.example"),
    .wildcarded_impu = T("sip:chat-!.*!@ims.example"),
    .priviledged_sender = true,
    .webrtc = &webrtc,
    .features = LIST(features),
};

const struct cx_lir sample_lir = {
    .path = TO_HSS,
    .originating = true,
    .impu = T("sip:bob@ims.example"),
    .type = CX_REGISTRATION_AND_CAPABILITIES,
    .features = LIST(features),
};

const struct cx_lia sample_lia = {
    .outcome = {.result = CX_UNREGISTERED_SERVICE},
    .server_name = T("sip:scscf1.ims.example"),
    .capabilities = &capabilities,
    .wildcarded_impu = T("sip:chat-!.*!@ims.example"),
    .flags = CX_LIA_PSI_DIRECT_ROUTING,
    .features = LIST(features),
};

const struct cx_mar sample_mar = {
    .path = TO_HSS,
    .impi = T("alice@ims.example"),
    .impu = T("sip:alice@ims.example"),
    .item = &resync,
    .count = 4,
    .server_name = T("sip:scscf1.ims.example"),
    .features = LIST(features),
};

const struct cx_maa sample_maa = {
    .outcome = {.result = CX_SUCCESS},
    .impi = T("alice@ims.example"),
    .impu = T("sip:alice@ims.example"),
    .count = 4,
    .items = LIST(items),
    .features = LIST(features),
};

const struct cx_rtr sample_rtr = {
    .path = TO_SCSCF,
    .impi = T("alice@ims.example"),
    .associated_impis = &associated,
    .impus = LIST(impus),
    .reason = &reason,
    .flags = 1,
    .features = LIST(features),
};

const struct cx_rta sample_rta = {
    .outcome = {.result = CX_SUCCESS},
    .associated_impis = &associated,
    .emergency = LIST(emergency),
    .features = LIST(features),
};

const struct cx_ppr sample_ppr = {
    .path = TO_SCSCF,
    .impi = T("alice@ims.example"),
    .user_data = T("<IMSSubscription/>"),
    .charging = &charging,
    .item = &items[1],
    .webrtc = &webrtc,
    .features = LIST(features),
};

const struct cx_ppa sample_ppa = {
    .outcome = {.result = CX_NOT_SUPPORTED_USER_DATA},
    .features = LIST(features),
};
