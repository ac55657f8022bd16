/* SPDX-License-Identifier: MIT
 *
 * TS 29.228 6.1.3, 6.2.2: the Destination-Host of what the HSS sends by itself
 * is the Origin-Host of what the S-CSCF sent before.
 */
#include "hss/telling.h"
#include "sip/uri.h"

struct cx_path scscf_path(struct hss *me, struct arena *a, struct slice name)
{
    struct store_scscf where;
    struct sip_uri uri;

    if (store_find_scscf(me->store, a, name, &where, NULL) == IMS_OK)
        return (struct cx_path){.destination_host = where.host,
                                .destination_realm = where.realm};
    if (sip_uri_parse(name, &uri, NULL) == IMS_OK)
        return (struct cx_path){.destination_host = uri.host};
    return (struct cx_path){.destination_host = name};
}

void scscf_learn(struct hss *me, struct slice name, const struct cx_path *from)
{
    struct store_scscf now = {from->origin_host, from->origin_realm}, known;
    struct arena a;
    bool is_new;

    if (now.host.n == 0)
        return;
    arena_init(&a, 512, 16384);
    is_new = store_find_scscf(me->store, &a, name, &known, NULL) != IMS_OK ||
             !slice_eq(known.host, now.host) ||
             !slice_eq(known.realm, now.realm);
    arena_fini(&a);
    if (is_new)
        store_scscf(me->store, name, &now, NULL, NULL);
}
