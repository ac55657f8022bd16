/* SPDX-License-Identifier: MIT
 *
 * Who may watch a user's registration state (TS 24.229 5.4.2.1.1 item 1): the
 * user by any identity of the set that is not barred, what stands in Path, the
 * application servers of the profile.
 *
 * S-EVT-1.
 */
#include "scscf/reg_event_watcher.h"
#include "sip/views.h"

static bool is_the_user(const struct irs *irs, struct slice uri)
{
    const struct profile_identity *id;
    struct identity impu;

    if (identity_canonical(uri, &impu, NULL) != IMS_OK)
        return false;
    id = profile_find(irs->profile, identity_slice(&impu), NULL);
    return id && !id->barred;
}

/* A node has many URIs, whose user parts mean something to it alone. */
static bool is_same_node(const struct sip_uri *a, const struct sip_uri *b)
{
    return sip_host_eq(a->host, b->host) &&
           (a->port == b->port || !a->port || !b->port);
}

static bool is_node(struct slice value, const struct sip_uri *who)
{
    struct sip_name_addr na;
    struct sip_uri uri;

    return sip_name_addr_uri(slice_trim(value), &na, &uri, NULL) == IMS_OK &&
           is_same_node(&uri, who);
}

static bool is_on_path(const struct irs *irs, const struct sip_uri *who)
{
    LIST_EACH (it, &irs->bindings) {
        struct slice rest = container_of(it, struct binding, link)->path;
        struct slice value;

        while (slice_cut(&rest, ',', &value))
            if (is_node(value, who))
                return true;
    }
    return false;
}

static bool is_server(const struct irs *irs, const struct sip_uri *who)
{
    for (const struct profile_service *s = irs->profile->services; s;
         s = s->next)
        for (const struct profile_ifc *ifc = s->ifcs; ifc; ifc = ifc->next) {
            struct sip_uri uri;

            if (sip_uri_parse(ifc->server, &uri, NULL) == IMS_OK &&
                is_same_node(&uri, who))
                return true;
        }
    return false;
}

/* NULL: may not. */
static const char *right_of(const struct irs *irs, struct slice uri,
                            enum ioi_type *ioi)
{
    struct sip_uri who;

    *ioi = IOI_TYPE_1;
    if (is_the_user(irs, uri))
        return "the user himself";
    if (sip_uri_parse(uri, &who, NULL) != IMS_OK)
        return NULL;
    if (is_on_path(irs, &who))
        return "on the Path to him";
    *ioi = IOI_TYPE_3;
    return is_server(irs, &who) ? "an application server of his profile" : NULL;
}

bool reg_event_may_watch(struct scscf *me, const struct sip_message *m,
                         const struct irs *irs, struct reg_watcher *w)
{
    struct sip_values it;
    struct slice value;

    sip_values_begin(&it, m, SIP_HDR_P_ASSERTED_IDENTITY);
    while (sip_values_next(&it, &value)) {
        struct sip_name_addr na;
        const char *right;

        if (sip_name_addr_parse(value, &na, NULL) != IMS_OK)
            continue;
        right = right_of(irs, na.uri, &w->ioi);
        if (!right)
            continue;
        w->uri = na.uri;
        record_say(me->env->record, cscf_about(m), "S-EVT-1",
                   "TS 24.229 5.4.2.1.1",
                   "%.*s may watch the registration of %.*s: %s",
                   SLICE_ARG(na.uri), SLICE_ARG(irs_default(irs)), right);
        return true;
    }
    return false;
}

bool reg_event_may_watch_still(const struct irs *irs, struct slice uri)
{
    enum ioi_type ioi;

    return right_of(irs, uri, &ioi);
}
