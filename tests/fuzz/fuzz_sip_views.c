/* SPDX-License-Identifier: MIT
 *
 * Any text as the value of each header that has a view: refused with a
 * sentence, or read into slices that lie within it; parameters come to an end.
 */
#include "ims/charging.h"
#include "sip/views.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void within(struct slice whole, struct slice part)
{
    assert(part.n == 0 ||
           (part.p >= whole.p && part.p + part.n <= whole.p + whole.n));
}

static void walk(struct slice whole, struct slice params)
{
    struct sip_param p;
    size_t n = 0;

    within(whole, params);
    while (sip_param_next(&params, &p)) {
        within(whole, p.name);
        within(whole, p.value);
        assert(p.name.n > 0 && ++n <= whole.n);
    }
}

/* Was it refused, then with a sentence? */
static bool is_read(enum ims_err err, const struct why *why)
{
    assert(err == IMS_OK || why->text[0]);
    return err == IMS_OK;
}

static void view_addresses(struct slice text)
{
    struct sip_name_addr na;
    struct sip_contact c;
    struct sip_uri uri;
    struct why why = {0};

    if (is_read(sip_name_addr_parse(text, &na, &why), &why)) {
        within(text, na.uri);
        walk(text, na.params);
    }
    if (is_read(sip_contact_parse(text, &c, &why), &why)) {
        assert(c.q <= 1000);
        walk(text, c.addr.params);
    }
    (void)is_read(sip_name_addr_uri(text, &na, &uri, &why), &why);
}

static void view_via(struct slice text)
{
    struct sip_via via;
    struct why why = {0};

    if (!is_read(sip_via_parse(text, &via, &why), &why))
        return;
    within(text, via.host);
    within(text, via.received);
    assert(via.host.n > 0);
    walk(text, via.params);
}

static void view_auth(struct slice text)
{
    struct sip_auth auth;
    struct sip_param p;
    struct slice rest;
    struct why why = {0};

    if (!is_read(sip_auth_parse(text, &auth, &why), &why))
        return;
    rest = auth.params;
    while (sip_auth_next(&rest, &p)) {
        within(text, p.name);
        within(text, p.value);
    }
}

static void view_rest(struct slice text)
{
    struct sip_cseq cseq;
    struct sip_item item;
    struct sip_rack rack;
    struct sip_event event;
    struct sip_reason_value reason;
    struct sip_session_expires se;
    struct sip_subscription_state state;
    struct charging_vector vector;
    struct why why = {0};

    if (is_read(sip_item_parse(text, &item, &why), &why))
        walk(text, item.params);
    (void)is_read(sip_cseq_parse(text, &cseq, &why), &why);
    (void)is_read(sip_rack_parse(text, &rack, &why), &why);
    (void)is_read(sip_event_parse(text, &event, &why), &why);
    (void)is_read(sip_reason_parse(text, &reason, &why), &why);
    (void)is_read(sip_session_expires_parse(text, &se, &why), &why);
    (void)is_read(sip_subscription_state_parse(text, &state, &why), &why);
    (void)is_read(charging_vector_parse(text, &vector, &why), &why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_at(data, size);

    view_addresses(text);
    view_via(text);
    view_auth(text);
    view_rest(text);
    return 0;
}
