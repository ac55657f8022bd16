/* SPDX-License-Identifier: MIT
 *
 * The end of registrations: by the user (TS 24.229 5.4.1.4), by time (5.4.1.6
 * and RFC 3261 10.3), and of users that were served as unregistered.
 *
 *   REGISTER with Expires: 0   contacts remain      -> 200
 *                              the last one goes    -> SAR -> 200
 *                              no such contact      -> 481
 *                              none at all          -> 481, SAR
 *   a contact's time is up     the last one goes    -> SAR
 *
 * The last one is that of a private identity: the HSS notes for each of them
 * whether it is registered, and for their public identities whether any is
 * (TS 29.228 6.1.2.1).
 *
 * S-REG-4.
 */
#include "scscf/registration.h"

static void on_deassigned(void *ctx, enum ims_err err,
                          const struct cx_saa *saa);

/* A private identity ends its own contacts alone. */
static bool goes(const struct registration *r, const struct binding *b)
{
    struct sip_contact c;
    struct sip_values it;
    struct slice value;

    if (!slice_eq(b->impi, identity_slice(&r->impi)))
        return false;
    if (r->wildcard)
        return true;
    sip_values_begin(&it, r->req->msg, SIP_HDR_CONTACT);
    while (sip_values_next(&it, &value))
        if (sip_contact_parse(value, &c, NULL) == IMS_OK &&
            sip_uri_eq_text(c.addr.uri, b->uri))
            return true;
    return false;
}

/* How many. What a later REGISTER binds while the HSS is asked has no mark. */
static unsigned mark_going(const struct registration *r, struct irs *irs)
{
    unsigned n = 0;

    LIST_EACH (it, &irs->bindings) {
        struct binding *b = container_of(it, struct binding, link);

        if (!goes(r, b))
            continue;
        b->going = true;
        n++;
    }
    return n;
}

static void unbind_going(struct registration *r, struct irs *irs)
{
    LIST_EACH (it, &irs->bindings) {
        struct binding *b = container_of(it, struct binding, link);

        if (b->going && goes(r, b))
            binding_note(b, REGINFO_UNREGISTERED);
    }
    scscf_settle(r->me, irs);
}

/* 5.4.1.4: after authentication, on the user's own wish. */
void registration_deregister(struct registration *r)
{
    struct irs_identity *known =
        registrar_find(r->me->registrar, identity_slice(&r->impu));
    unsigned going = known ? mark_going(r, known->irs) : 0;
    unsigned bound =
        known ? irs_count_bindings(known->irs, identity_slice(&r->impi)) : 0;

    /* The HSS may know him from before we restarted, or from another S-CSCF:
     * for it, too, nothing of him is left (TS 29.228 6.1.2.1). */
    if (!bound)
        registration_undo(r, CX_USER_DEREGISTRATION);
    if (!going) {
        registration_refuse(r, 481, "No Such Contact", "S-REG-4",
                            "TS 24.229 5.4.1.4", "no such contact is bound");
        return;
    }
    if (going < bound) {
        unbind_going(r, known->irs);
        registration_accept(r, known->irs);
        return;
    }
    registration_assign(r->me, identity_slice(&r->impi),
                        identity_slice(&r->impu), CX_USER_DEREGISTRATION,
                        r->about.call, on_deassigned, r);
}

/* Whatever the HSS says, the user wants to go. */
static void on_deassigned(void *ctx, enum ims_err err, const struct cx_saa *saa)
{
    struct registration *r = ctx;
    struct irs_identity *known =
        registrar_find(r->me->registrar, identity_slice(&r->impu));
    char said[CX_SAID_MAX];

    record_say(r->me->env->record, r->about, "S-REG-4", "TS 24.229 5.4.1.4",
               "%.*s has gone; the HSS says %s",
               SLICE_ARG(identity_slice(&r->impu)),
               cx_said(err, err ? NULL : &saa->outcome, said));
    ++*r->me->count.deregistered;
    ends_tell_again(r->me->ends, identity_slice(&r->impi),
                    identity_slice(&r->impu), CX_USER_DEREGISTRATION,
                    r->about.call, err, saa);
    if (known)
        unbind_going(r, known->irs);
    if (known && !irs_is_registered(known->irs)) {
        registrar_remove(known->irs);
        known = NULL;
    }
    registration_accept(r, known ? known->irs : NULL);
}

/* ---- without the user ---------------------------------------------------- */

/* The HSS is told until it has heard; nobody waits for that. */
static void tell_hss(struct scscf *me, struct slice impi, struct slice impu,
                     enum cx_assignment type, struct slice call)
{
    ends_tell(me->ends, impi, impu, type, call);
}

bool scscf_is_back(struct scscf *me, struct slice impi, struct slice impu)
{
    struct irs_identity *known = registrar_find(me->registrar, impu);

    /* the end of a number would be that of its wildcard */
    if (!known && impi.n)
        known = registrar_match_wildcard(me->registrar, impu);
    /* who is served unregistered is not registered for the HSS either */
    return known && (!impi.n || !irs_is_registered(known->irs) ||
                     irs_count_bindings(known->irs, impi) > 0);
}

bool scscf_is_assigning(struct scscf *me, struct slice impi)
{
    return map_find(&me->assigning, impi);
}

bool scscf_is_asking(struct scscf *me, struct slice impi, struct slice impu)
{
    struct map_node *it = map_find(&me->asking, impi);

    for (; it; it = map_again(&me->asking, it)) {
        const struct registration *r =
            container_of(it, struct registration, node);

        if (slice_eq(identity_slice(&r->impu), impu))
            return true;
    }
    return false;
}

bool scscf_is_challenged(struct scscf *me, struct slice impi, struct slice impu)
{
    return challenges_are_pending(me->challenges, impi, impu);
}

void registration_undo(struct registration *r, enum cx_assignment type)
{
    struct irs_identity *known =
        registrar_find(r->me->registrar, identity_slice(&r->impu));

    tell_hss(r->me, identity_slice(&r->impi), identity_slice(&r->impu), type,
             r->about.call);
    if (known && !irs_is_registered(known->irs))
        registrar_remove(known->irs);
}

/* A REGISTER that may bind it anew waits for the HSS, which would take a
 * deregistration that we send now for the later word. */
static bool is_being_renewed(struct scscf *me, struct binding *b)
{
    struct record_about about = {.call = b->call_id};

    if (!scscf_is_assigning(me, b->impi))
        return false;
    record_say(me->env->record, about, "S-REG-4", "TS 24.229 5.4.1.6",
               "contact %.*s has expired while a REGISTER waits for the HSS",
               SLICE_ARG(b->uri));
    binding_postpone(b, SECOND);
    return true;
}

static bool has_default(const struct irs *irs)
{
    const struct irs_identity *id =
        registrar_find(irs->registrar, irs_default(irs));

    return id && id->irs == irs;
}

/* A number that a wildcard matched has the wildcard's (TS 29.228 annex B.2.1A).
 */
static bool has_state_of_its_own(const struct profile_identity *id)
{
    return id->type != PROFILE_NON_DISTINCT_IMPU &&
           id->type != PROFILE_WILDCARDED_IMPU;
}

/* By what the HSS knows the set's state. That of a default identity which has
 * left it for another set is the other's. Empty: nothing has state of it. */
static struct slice name_of(const struct irs *irs)
{
    if (has_default(irs))
        return irs_default(irs);
    for (unsigned i = 0; i < irs->identity_count; i++) {
        const struct irs_identity *id = &irs->identities[i];

        if (id->irs == irs && has_state_of_its_own(id->profile))
            return id->node.key;
    }
    return (struct slice){0};
}

static void tell_expired(struct scscf *me, const struct binding *b)
{
    struct slice name = name_of(b->irs);

    if (name.n)
        tell_hss(me, b->impi, name, CX_TIMEOUT_DEREGISTRATION, b->call_id);
    challenges_forget_answered(me->challenges, b->impi);
}

void scscf_binding_expired(void *ctx, struct binding *b)
{
    struct scscf *me = ctx;
    struct irs *irs = b->irs;
    struct record_about about = {.call = b->call_id};

    if (is_being_renewed(me, b))
        return;
    record_say(me->env->record, about, "S-REG-4", "TS 24.229 5.4.1.6",
               "contact %.*s of %.*s has expired", SLICE_ARG(b->uri),
               SLICE_ARG(irs_default(irs)));
    ++*me->count.expired;
    if (irs_count_bindings(irs, b->impi) == 1)
        tell_expired(me, b);
    binding_note(b, REGINFO_EXPIRED);
    scscf_settle(me, irs);
    if (!irs_is_registered(irs))
        registrar_remove(irs);
}

unsigned scscf_reauthenticate(struct scscf *me, struct irs *irs,
                              uint32_t seconds)
{
    unsigned n = 0;

    LIST_EACH (it, &irs->bindings) {
        struct binding *b = container_of(it, struct binding, link);

        if (binding_expires(b) <= seconds)
            continue;
        record_say(me->env->record, (struct record_about){.call = b->call_id},
                   "S-REG-5", "TS 24.229 5.4.1.6",
                   "contact %.*s of %.*s has %u s left: it is to be "
                   "authenticated anew",
                   SLICE_ARG(b->uri), SLICE_ARG(irs_default(irs)), seconds);
        binding_shorten(b, (int64_t)seconds * SECOND);
        n++;
    }
    scscf_settle(me, irs);
    return n;
}

/* Whom the set was made for; a service has nobody, whatever name its profile
 * bears. */
static struct slice user_of(const struct irs *irs)
{
    const struct profile_identity *id =
        profile_find(irs->profile, irs_default(irs), NULL);

    if (id->type == PROFILE_DISTINCT_PSI || id->type == PROFILE_WILDCARDED_PSI)
        return (struct slice){0};
    return irs->profile->impi;
}

/* A set that its default identity has left for another one is none of the
 * HSS's: the state it would end is that of the other. */
void scscf_unregistered_end(void *ctx, struct irs *irs)
{
    struct scscf *me = ctx;

    if (has_default(irs))
        tell_hss(me, user_of(irs), irs_default(irs), CX_TIMEOUT_DEREGISTRATION,
                 (struct slice){0});
    registrar_remove(irs);
}

void scscf_authentication_over(struct scscf *me, struct slice impi,
                               struct slice impu, struct slice call)
{
    if (!scscf_is_challenged(me, impi, impu))
        tell_hss(me, impi, impu, CX_AUTHENTICATION_TIMEOUT, call);
}

/* 5.4.1.2.1: reg-await-auth ran out; an older registration stays. */
void scscf_challenge_lost(void *ctx, struct challenge *c, const char *how)
{
    struct scscf *me = ctx;
    struct record_about about = {.call = str_slice(&c->call_id)};

    record_say(me->env->record, about, "S-REG-2", "TS 24.229 5.4.1.2.1",
               "challenge %s: %.*s did not answer it", how,
               SLICE_ARG(identity_slice(&c->impi)));
    c->pending = false;
    scscf_authentication_over(me, identity_slice(&c->impi),
                              identity_slice(&c->impu), str_slice(&c->call_id));
}
