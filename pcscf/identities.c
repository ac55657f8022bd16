/* SPDX-License-Identifier: MIT
 *
 * A line is the canonical identity and, only where that is not all that came, a
 * tab and the name-addr: most phones' identities take no more memory by it.
 *
 * P-REG-4, P-ORG-1, P-TRM-2.
 */
#include "pcscf/identities.h"
#include "ims/identity.h"
#include "sip/views.h"

enum { PREFERRED_MAX = 2 };

/* A display name may be folded (RFC 3261 7.3.1); a line must not be. */
static void add_unfolded(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '\r' && text.p[i] != '\n')
            buf_char(out, text.p[i]);
}

static void add_name(struct buf *list, struct slice display, struct slice uri)
{
    buf_char(list, '\t');
    add_unfolded(list, display);
    buf_str(list, display.n ? " <" : "<");
    buf_add(list, uri);
    buf_char(list, '>');
}

void identities_add(struct buf *list, struct slice display, struct slice uri)
{
    struct identity impu;

    if (identity_canonical(uri, &impu, NULL) != IMS_OK)
        return;
    buf_add(list, identity_slice(&impu));
    if (display.n || !slice_eq(uri, identity_slice(&impu)))
        add_name(list, display, uri);
    buf_char(list, '\n');
}

bool identities_next(struct slice *rest, struct told_identity *out)
{
    struct slice line;

    while (slice_cut(rest, '\n', &line)) {
        out->line = line;
        if (line.n && slice_cut(&line, '\t', &out->impu)) {
            out->name = line;
            return true;
        }
    }
    return false;
}

bool identities_find(struct slice list, struct slice impu,
                     struct told_identity *out)
{
    while (identities_next(&list, out))
        if (slice_eq(out->impu, impu))
            return true;
    return false;
}

bool identities_preferred(struct slice list, const struct sip_message *m,
                          struct told_identity *out)
{
    struct sip_values it;
    struct slice value;
    unsigned n = 0;

    sip_values_begin(&it, m, SIP_HDR_P_PREFERRED_IDENTITY);
    while (n++ < PREFERRED_MAX && sip_values_next(&it, &value)) {
        struct sip_name_addr na;
        struct identity impu;

        if (sip_name_addr_parse(value, &na, NULL) == IMS_OK &&
            identity_canonical(na.uri, &impu, NULL) == IMS_OK &&
            identities_find(list, identity_slice(&impu), out))
            return true;
    }
    return false;
}

struct slice identities_uri(struct slice list, struct slice impu)
{
    struct told_identity it;
    struct sip_name_addr na;

    if (identities_find(list, impu, &it) && it.name.n &&
        sip_name_addr_parse(it.name, &na, NULL) == IMS_OK)
        return na.uri;
    return impu;
}

void identities_assert(struct slice list, struct slice impu,
                       struct sip_message *m)
{
    struct told_identity it;

    if (identities_find(list, impu, &it) && it.name.n)
        sip_set(m, SIP_HDR_P_ASSERTED_IDENTITY, it.name);
    else
        sip_set_printf(m, SIP_HDR_P_ASSERTED_IDENTITY, "<%.*s>",
                       SLICE_ARG(impu));
}
