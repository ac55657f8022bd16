/* SPDX-License-Identifier: MIT
 *
 * Any bytes are a message or are refused with a sentence. What parses prints,
 * and what was printed parses to the same; edits undo each other; every view
 * reads every value; a refused request can be answered.
 */
#include "sip/views.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct sip_limits none;

static void print(const struct sip_message *m, struct buf *out)
{
    buf_init(out, 1 << 20);
    assert(sip_message_print(m, out, NULL) == IMS_OK);
}

static void view_value(struct slice value)
{
    struct sip_contact contact;
    struct sip_via via;
    struct sip_auth auth;
    struct sip_item item;
    struct sip_rack rack;
    struct sip_uri uri;
    struct sip_event event;
    struct sip_reason_value reason;
    struct sip_session_expires se;
    struct sip_subscription_state state;

    if (!sip_contact_parse(value, &contact, NULL))
        (void)!sip_uri_parse(contact.addr.uri, &uri, NULL);
    (void)!sip_via_parse(value, &via, NULL);
    if (!sip_auth_parse(value, &auth, NULL))
        sip_auth_param(&auth, S("realm"), NULL);
    if (!sip_item_parse(value, &item, NULL))
        assert(sip_params_valid(item.params));
    (void)!sip_rack_parse(value, &rack, NULL);
    (void)!sip_event_parse(value, &event, NULL);
    (void)!sip_reason_parse(value, &reason, NULL);
    (void)!sip_session_expires_parse(value, &se, NULL);
    (void)!sip_subscription_state_parse(value, &state, NULL);
}

static void view(const struct sip_message *m)
{
    struct sip_values it;
    struct slice value;

    for (unsigned id = 1; id < SIP_HDR_COUNT; id++) {
        sip_values_begin(&it, m, id);
        while (sip_values_next(&it, &value)) {
            assert(value.n);
            view_value(value);
        }
    }
}

static void again(const struct sip_message *m)
{
    struct sip_message *second;
    struct buf one, two;

    print(m, &one);
    assert(sip_message_parse(
               buf_slice(&one),
               &(struct sip_limits){.headers = 300, .message_bytes = 1 << 20},
               &second, NULL) == IMS_OK);
    print(second, &two);
    assert(slice_eq(buf_slice(&one), buf_slice(&two)));
    sip_message_drop(second);
    buf_fini(&one);
    buf_fini(&two);
}

static bool is_odd(void *ctx, struct slice value)
{
    (void)ctx;
    return value.n & 1;
}

static void edit(struct sip_message *m)
{
    struct sip_message *copy = sip_message_copy(m);
    unsigned vias = sip_values_count(m, SIP_HDR_VIA);
    struct buf b;

    sip_add_first(copy, SIP_HDR_VIA, S("SIP/2.0/UDP me;branch=z9hG4bK1"));
    sip_pop(copy, SIP_HDR_VIA);
    assert(sip_values_count(copy, SIP_HDR_VIA) == vias);
    again(copy);
    for (unsigned id = 1; id < SIP_HDR_COUNT; id++) {
        sip_filter(copy, id, is_odd, NULL);
        sip_pop(copy, id);
        sip_pop_last(copy, id);
        sip_replace_first(copy, id, S("x"));
    }
    print(copy, &b);
    buf_fini(&b);
    sip_message_drop(copy);
}

static void answer(const struct sip_message *m, const struct why *why)
{
    struct sip_message *resp =
        sip_response_to(m, m->refusal, slice_of(why->text), S("tag"));
    struct buf b;

    print(resp, &b);
    buf_fini(&b);
    sip_message_drop(resp);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sip_message *m;
    struct why why = {0};

    if (sip_message_parse(slice_at(data, size), &none, &m, &why) == IMS_OK) {
        view(m);
        again(m);
        edit(m);
    } else {
        assert(why.text[0]);
        if (m)
            answer(m, &why);
    }
    sip_message_drop(m);
    return 0;
}
