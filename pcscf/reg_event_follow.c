/* SPDX-License-Identifier: MIT
 *
 * What a document of the reg event package means for the contacts of phones,
 * TS 24.229 5.2.3, 5.2.5.2, 5.2.8.1.4:
 *
 *   a contact is terminated   -> it is registered no more; if the network
 *   under all its identities     ended it, its dialogs are let go too
 *   all is told, and not it   -> the same, if it was told of before
 *   it is shortened           -> it has that long left
 *   an identity came or went  -> the contact's identities follow
 *
 * A contact that is terminated is known for a moment yet: the phone is told by
 * a NOTIFY of its own.
 *
 * P-REG-5, P-REG-6.
 */
#include "pcscf/dialogs.h"
#include "pcscf/identities.h"
#include "pcscf/reg_event_private.h"

/* Bytes of a contact's identities that documents may add up to. */
enum { IDENTITIES_MAX = 16384 };

/* Is it the contact that we know, as of the REGISTER that we saw last? A word
 * about an earlier one comes too late; one that names no Call-ID may be about
 * any. */
static bool is_meant(const struct reginfo_contact *told,
                     const struct contact *c)
{
    if (!sip_uri_eq_text(told->uri, str_slice(&c->uri)))
        return false;
    if (!told->call_id.n)
        return true;
    return slice_eq(told->call_id, str_slice(&c->call_id)) &&
           (!told->has_cseq || told->cseq >= c->cseq);
}

static const struct reginfo_contact *
find_in(const struct reginfo_registration *r, const struct contact *c)
{
    const struct reginfo_contact *it = r->contacts;

    while (it && !is_meant(it, c))
        it = it->next;
    return it;
}

/* What is told of the contact: that it is active under one identity counts
 * more than that it is not under another. */
static const struct reginfo_contact *word_of(const struct reginfo *doc,
                                             const struct contact *c)
{
    const struct reginfo_contact *word = NULL;

    for (const struct reginfo_registration *r = doc->registrations; r;
         r = r->next) {
        const struct reginfo_contact *it = find_in(r, c);

        if (it && (!word || reginfo_event_ends(word->event)))
            word = it;
    }
    return word;
}

static bool is_named(const struct reginfo *doc, const struct contact *c)
{
    for (const struct reginfo_registration *r = doc->registrations; r;
         r = r->next)
        for (const struct reginfo_contact *it = r->contacts; it; it = it->next)
            if (sip_uri_eq_text(it->uri, str_slice(&c->uri)))
                return true;
    return false;
}

/* That it is not named means something only for a contact that this S-CSCF has
 * named since the phone registered it: another vendor may write URIs in a way
 * of its own, and an old document may come late. */
static bool is_missing(const struct reginfo *doc, const struct contact *c)
{
    return contact_is_told(c) && !is_named(doc, c);
}

/* ---- its end --------------------------------------------------------------
 */

static bool is_by_network(const struct reginfo_contact *word)
{
    return word && (word->event == REGINFO_DEACTIVATED ||
                    word->event == REGINFO_REJECTED ||
                    word->event == REGINFO_PROBATION);
}

static const char *cause_of(const struct reginfo_contact *word,
                            const struct reginfo *doc)
{
    if (word)
        return reginfo_event_name(word->event);
    return doc->full ? "it tells of all and not of this one"
                     : "nobody is registered under its identities";
}

/* word NULL: it is missing. */
static void end(struct pcscf *me, struct contact *c,
                const struct reginfo_contact *word, const struct reginfo *doc)
{
    bool by_network = is_by_network(word);
    struct record_about about = {.call = str_slice(&c->call_id),
                                 .reason = "contact-ended"};
    size_t dialogs = by_network ? pcscf_forget_dialogs(c) : 0;

    record_say(me->env->record, about, "P-REG-5",
               by_network ? "TS 24.229 5.2.8.1.4" : "TS 24.229 5.2.3",
               "contact %s of %s is registered no more, by word of the S-CSCF: "
               "%s; %zu dialog%s let go",
               str_c(&c->uri), str_c(&c->impu), cause_of(word, doc), dialogs,
               dialogs == 1 ? " is" : "s are");
    if (word && word->event == REGINFO_EXPIRED)
        ++*me->count.expired;
    else
        ++*me->count.deregistered;
    contact_unregister(c);
}

static void shorten(struct pcscf *me, struct contact *c, uint32_t seconds)
{
    if ((int64_t)seconds * SECOND >= c->expires_at - me->env->clock->mono_us)
        return;
    record_say(me->env->record,
               (struct record_about){.call = str_slice(&c->call_id)}, "P-REG-5",
               "TS 24.229 5.2.3",
               "contact %s of %s has %u s left, by word of the S-CSCF",
               str_c(&c->uri), str_c(&c->impu), seconds);
    contact_register(c, seconds);
}

/* ---- its identities -------------------------------------------------------
 */

/* False: the arena is full. */
static bool read_aors(struct reg_event_news *d, struct arena *a)
{
    size_t n = 0;

    for (const struct reginfo_registration *r = d->doc->registrations; r;
         r = r->next)
        n++;
    d->aors = arena_zalloc(a, (n + 1) * sizeof *d->aors);
    if (!d->aors)
        return false;
    n = 0;
    for (const struct reginfo_registration *r = d->doc->registrations; r;
         r = r->next, n++) {
        struct identity aor;

        if (identity_canonical(r->aor, &aor, NULL) != IMS_OK)
            continue;
        d->aors[n] = slice_keep(a, identity_slice(&aor));
        if (!d->aors[n].p)
            return false;
    }
    return true;
}

enum ims_err reg_event_read(struct slice body, struct arena *a,
                            struct reg_event_news *out, struct why *why)
{
    struct reg_event_news d = {0};
    enum ims_err err = reginfo_parse(body, a, &d.doc, why);

    if (err != IMS_OK)
        return err;
    if (!read_aors(&d, a))
        return why_set(why, IMS_FULL,
                       "the document has more identities than there is room "
                       "for");
    *out = d;
    return IMS_OK;
}

/* Under the identity: 1 it is active, -1 it is not, 0 nothing is said. */
static int standing(const struct reg_event_news *d, const struct contact *c,
                    struct slice impu)
{
    const struct slice *aor = d->aors;

    for (const struct reginfo_registration *r = d->doc->registrations; r;
         r = r->next, aor++) {
        const struct reginfo_contact *it;

        if (!slice_eq(*aor, impu))
            continue;
        it = find_in(r, c);
        if (it)
            return reginfo_event_ends(it->event) ? -1 : 1;
        return r->terminated ? -1 : 0;
    }
    return d->doc->full ? -1 : 0;
}

/* Under an identity of its own. */
static bool is_left(const struct reg_event_news *d, const struct contact *c)
{
    struct slice rest = str_slice(&c->identities);
    struct told_identity id;

    if (!rest.n)
        return standing(d, c, str_slice(&c->impu)) >= 0;
    while (identities_next(&rest, &id))
        if (standing(d, c, id.impu) >= 0)
            return true;
    return false;
}

static bool is_told_before(const struct reg_event_news *d,
                           const struct slice *aor)
{
    for (const struct slice *it = d->aors; it < aor; it++)
        if (slice_eq(*it, *aor))
            return true;
    return false;
}

/* The default one stays in front, and each as it came first. */
static void list_identities(const struct reg_event_news *d,
                            const struct contact *c, struct buf *list)
{
    struct slice rest = str_slice(&c->identities);
    const struct slice *aor = d->aors;
    struct told_identity id;

    while (identities_next(&rest, &id)) {
        if (standing(d, c, id.impu) < 0)
            continue;
        buf_add(list, id.line);
        buf_char(list, '\n');
    }
    for (const struct reginfo_registration *r = d->doc->registrations; r;
         r = r->next, aor++)
        if (aor->n && !contact_has_identity(c, *aor) &&
            !is_told_before(d, aor) && standing(d, c, *aor) > 0)
            identities_add(list, (struct slice){0}, r->aor);
}

static void follow_identities(struct pcscf *me, struct contact *c,
                              const struct reg_event_news *d)
{
    struct record_about about = {.call = str_slice(&c->call_id)};
    size_t had = c->identities.n;
    struct buf list;

    buf_init(&list, had > IDENTITIES_MAX ? had : IDENTITIES_MAX);
    list_identities(d, c, &list);
    if (list.full)
        record_say(me->env->record, about, "P-REG-5", "TS 24.229 5.2.3",
                   "the identities of contact %s stay: there is no room for as "
                   "many as the S-CSCF tells",
                   str_c(&c->uri));
    else if (!slice_eq(buf_slice(&list), str_slice(&c->identities))) {
        record_say(me->env->record, about, "P-REG-5", "TS 24.229 5.2.3",
                   "the identities of contact %s are others, by word of the "
                   "S-CSCF",
                   str_c(&c->uri));
        str_set(&c->identities, buf_slice(&list));
    }
    buf_fini(&list);
}

/* ---- all of it ------------------------------------------------------------
 */

/* RFC 3680 5.1: a full document tells all, another one what changed: under an
 * identity of which it says nothing the contact stays. */
static bool has_ended(const struct contact *c,
                      const struct reginfo_contact *word,
                      const struct reg_event_news *d)
{
    if (word && !reginfo_event_ends(word->event))
        return false;
    return d->doc->full || !is_left(d, c);
}

static void note_told(struct contact *c, const struct reginfo_contact *word)
{
    if (!word->call_id.n || !word->has_cseq)
        return;
    c->told = true;
    c->told_cseq = word->cseq;
}

static void follow(struct pcscf *me, struct contact *c,
                   const struct reg_event_news *d)
{
    const struct reginfo_contact *word = word_of(d->doc, c);

    if (word)
        note_told(c, word);
    if (!c->registered || (!word && !is_missing(d->doc, c)))
        return;
    if (has_ended(c, word, d)) {
        end(me, c, word, d->doc);
        return;
    }
    if (word && word->event == REGINFO_SHORTENED && word->has_expires)
        shorten(me, c, word->expires);
    follow_identities(me, c, d);
}

void reg_event_follow(struct pcscf *me, struct list *contacts,
                      const struct reg_event_news *news)
{
    LIST_EACH (it, contacts)
        follow(me, container_of(it, struct contact, watched), news);
}
