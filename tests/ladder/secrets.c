/* SPDX-License-Identifier: MIT */
#include "ladder/secrets.h"
#include "hss/import.h"

static void take_private(const struct subscriber_private *from, struct phone *p)
{
    p->secret.has_key = from->has_key;
    p->secret.key = from->key;
    for (size_t i = 0; i < from->nha1s; i++) {
        struct digest_hex *to = &p->secret.ha1[from->ha1s[i].algorithm];

        memcpy(to->text, from->ha1s[i].hex.p, from->ha1s[i].hex.n);
        to->n = from->ha1s[i].hex.n;
    }
}

static void take_file(const struct import_file *f, struct phone *p)
{
    for (size_t i = 0; i < f->nsubscribers; i++)
        for (size_t k = 0; k < f->subscribers[i].nprivates; k++)
            if (slice_eq(f->subscribers[i].privates[k].impi,
                         str_slice(&p->impi)))
                take_private(&f->subscribers[i].privates[k], p);
}

static enum ims_err take_provisioned(const struct topology *t, struct phone *p,
                                     struct why *why)
{
    struct buf errors;
    enum ims_err err = IMS_OK;

    buf_init(&errors, 1 << 20);
    for (unsigned i = 0; i < t->network_count && err == IMS_OK; i++) {
        const struct topology_network *n = &t->networks[i];

        for (unsigned k = 0; k < n->import_count && err == IMS_OK; k++) {
            struct import_file f;

            err = import_path(n->imports[k], slice_of(n->domain), NULL, &f,
                              &errors);
            if (err == IMS_OK)
                take_file(&f, p);
            else
                why_set(why, err, "%.*s", SLICE_ARG(buf_slice(&errors)));
            import_file_fini(&f);
        }
    }
    buf_fini(&errors);
    return err;
}

enum ims_err secrets_give(const struct topology *t,
                          const struct ladder_phone *lp, struct phone *p,
                          struct why *why)
{
    enum ims_err err = take_provisioned(t, p, why);
    uint64_t sqn;

    if (err != IMS_OK)
        return err;
    if (lp->password.n)
        str_set(&p->secret.password, lp->password);
    if (lp->key.n && !slice_unhex(lp->key, p->secret.key.k, 16))
        return why_set(why, IMS_MALFORMED, "line %u: k is 32 digits", lp->line);
    if (lp->opc.n && !slice_unhex(lp->opc, p->secret.key.opc, 16))
        return why_set(why, IMS_MALFORMED, "line %u: opc is 32 digits",
                       lp->line);
    if (lp->sqn.n && slice_hex_u64(lp->sqn, &sqn))
        for (unsigned ind = 0; ind < SQN_INDS; ind++)
            p->secret.card.seq[ind] = sqn_seq(sqn);
    return IMS_OK;
}
