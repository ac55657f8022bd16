/* SPDX-License-Identifier: MIT
 *
 * Any bytes are reginfo or are refused with a sentence; what was read is
 * written and read again.
 */
#include "ims/reginfo.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_document(const struct reginfo *doc, struct buf *out)
{
    reginfo_begin(out, doc->version, doc->full);
    for (const struct reginfo_registration *r = doc->registrations; r;
         r = r->next) {
        reginfo_registration_begin(out, r->aor, !r->terminated);
        for (const struct reginfo_contact *c = r->contacts; c; c = c->next)
            reginfo_contact(out, c);
        reginfo_registration_end(out);
    }
    reginfo_end(out);
}

static void check_same(const struct reginfo *a, const struct reginfo *b)
{
    const struct reginfo_registration *r = a->registrations,
                                      *s = b->registrations;

    assert(a->version == b->version && a->full == b->full);
    for (; r && s; r = r->next, s = s->next) {
        const struct reginfo_contact *c = r->contacts, *d = s->contacts;

        assert(r->terminated == s->terminated);
        for (; c && d; c = c->next, d = d->next)
            assert(c->event == d->event && c->has_expires == d->has_expires &&
                   c->expires == d->expires);
        assert(!c && !d);
    }
    assert(!r && !s);
}

/* A contact's id is the writer's own elsewhere, and stands as it is. */
static bool has_plain_ids(const struct reginfo *doc)
{
    for (const struct reginfo_registration *r = doc->registrations; r;
         r = r->next)
        for (const struct reginfo_contact *c = r->contacts; c; c = c->next)
            for (size_t i = 0; i < c->id.n; i++)
                if (c->id.p[i] < '0' || c->id.p[i] > 'z')
                    return false;
    return true;
}

static void write_and_read(const struct reginfo *doc)
{
    const struct reginfo *again;
    struct arena a;
    struct buf out;
    struct why why;

    arena_init(&a, 0, 1 << 21);
    buf_init(&out, 1 << 20);
    write_document(doc, &out);
    if (!out.full && out.n <= REGINFO_MAX_BYTES) {
        enum ims_err err = reginfo_parse(buf_slice(&out), &a, &again, &why);

        /* a URI grows by its escapes */
        assert(err == IMS_OK || err == IMS_TOO_LARGE);
        if (err == IMS_OK)
            check_same(doc, again);
    }
    buf_fini(&out);
    arena_fini(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct reginfo *doc = NULL;
    struct why why = {0};
    struct arena a;

    arena_init(&a, 0, 1 << 16);
    if (reginfo_parse(slice_at(data, size), &a, &doc, &why) != IMS_OK)
        assert(why.text[0] != '\0' && !doc);
    else if (has_plain_ids(doc))
        write_and_read(doc);
    arena_fini(&a);
    return 0;
}
