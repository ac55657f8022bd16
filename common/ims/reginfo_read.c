/* SPDX-License-Identifier: MIT
 *
 * application/reginfo+xml (RFC 3680 5.1) into the arena. What is not of its
 * namespace, or not known, is skipped (RFC 3680 5.1: extensions).
 *
 * S-EVT-1.
 */
#include "base/mem.h"
#include "ims/document.h"
#include "ims/reginfo.h"

enum place { NOWHERE, DOCUMENT, REGINFO, REGISTRATION, CONTACT, URI };

#define NAMESPACE "urn:ietf:params:xml:ns:reginfo"

struct reader {
    struct document xml;
    struct arena *arena;

    enum place places[REGINFO_MAX_DEPTH + 1]; /* inside of each element */
    unsigned depth;

    struct reginfo *doc;
    struct reginfo_registration *registration;
    struct reginfo_contact *contact;
};

static void refuse(struct reader *r, enum ims_err err, const char *what,
                   const char *name)
{
    document_refuse(&r->xml, err, what, name);
}

static void *make(struct reader *r, size_t size)
{
    void *p = r->xml.err ? NULL : arena_zalloc(r->arena, size);

    if (!p)
        refuse(r, IMS_FULL, "needs more memory than it may have",
               "the document");
    return p;
}

static struct slice keep(struct reader *r, struct slice text)
{
    struct slice kept = slice_keep(r->arena, text);

    if (!kept.p)
        refuse(r, IMS_FULL, "needs more memory than it may have",
               "the document");
    return kept;
}

/* ---- attributes -----------------------------------------------------------
 */

static struct slice attribute(const char **attributes, const char *name)
{
    for (; attributes[0]; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return slice_trim(slice_of(attributes[1]));
    return (struct slice){0};
}

static struct slice mandatory(struct reader *r, const char **attributes,
                              const char *name)
{
    struct slice value = attribute(attributes, name);

    if (!value.n)
        refuse(r, IMS_MISSING, "is missing", name);
    return value;
}

static bool number(struct reader *r, const char **attributes, const char *name,
                   uint32_t *out)
{
    struct slice value = attribute(attributes, name);
    uint64_t v;

    if (!value.p)
        return false;
    if (!slice_u64(value, UINT32_MAX, &v)) {
        refuse(r, IMS_MALFORMED, "is no number of its range", name);
        return false;
    }
    *out = (uint32_t)v;
    return true;
}

/* One of two words: is it the first? */
static bool either(struct reader *r, const char **attributes, const char *name,
                   const char *first, const char *second)
{
    struct slice value = mandatory(r, attributes, name);

    if (slice_eq(value, slice_of(first)))
        return true;
    if (!slice_eq(value, slice_of(second)))
        refuse(r, IMS_MALFORMED, "is no word that it may be", name);
    return false;
}

/* ---- elements -------------------------------------------------------------
 */

static void begin_document(struct reader *r, const char **attributes)
{
    if (!number(r, attributes, "version", &r->doc->version))
        refuse(r, IMS_MISSING, "is missing", "version");
    r->doc->full = either(r, attributes, "state", "full", "partial");
}

static void begin_registration(struct reader *r, const char **attributes)
{
    struct reginfo_registration *reg = make(r, sizeof *reg);

    if (!reg)
        return;
    reg->aor = keep(r, mandatory(r, attributes, "aor"));
    mandatory(r, attributes, "id");
    if (!slice_eq(attribute(attributes, "state"), S("init")))
        reg->terminated =
            either(r, attributes, "state", "terminated", "active");
    if (r->registration)
        r->registration->next = reg;
    else
        r->doc->registrations = reg;
    r->registration = reg;
    r->contact = NULL;
}

/* 5.1: unknown events are for who knows them; the state says what counts. */
static void read_event(struct reader *r, const char **attributes,
                       struct reginfo_contact *c)
{
    bool ends = either(r, attributes, "state", "terminated", "active");
    struct slice word = mandatory(r, attributes, "event");

    if (!reginfo_event_parse(word, &c->event))
        refuse(r, IMS_MALFORMED, "is no event of a contact", "event");
    else if (reginfo_event_ends(c->event) != ends)
        refuse(r, IMS_MALFORMED, "does not lead to that state", "event");
}

static void begin_contact(struct reader *r, const char **attributes)
{
    struct reginfo_contact *c = make(r, sizeof *c);

    if (!c)
        return;
    c->id = keep(r, mandatory(r, attributes, "id"));
    read_event(r, attributes, c);
    c->has_expires = number(r, attributes, "expires", &c->expires);
    c->has_cseq = number(r, attributes, "cseq", &c->cseq);
    c->call_id = attribute(attributes, "callid");
    if (c->call_id.n)
        c->call_id = keep(r, c->call_id);
    c->q = 1000;
    if (r->contact)
        r->contact->next = c;
    else
        r->registration->contacts = c;
    r->contact = c;
}

static void end_uri(struct reader *r)
{
    struct slice uri = slice_trim(slice_at(r->xml.text, r->xml.ntext));

    if (!uri.n)
        refuse(r, IMS_MISSING, "is empty", "uri");
    else if (r->contact->uri.p)
        refuse(r, IMS_MALFORMED, "stands twice", "uri");
    else
        r->contact->uri = keep(r, uri);
}

static enum place place_of(enum place around, const char *name)
{
    static const struct {
        enum place in, is;
        const char *name;
    } rows[] = {
        {DOCUMENT, REGINFO, NAMESPACE " reginfo"},
        {REGINFO, REGISTRATION, NAMESPACE " registration"},
        {REGISTRATION, CONTACT, NAMESPACE " contact"},
        {CONTACT, URI, NAMESPACE " uri"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].in == around && strcmp(rows[i].name, name) == 0)
            return rows[i].is;
    return NOWHERE;
}

static void on_start(struct document *xml, const char *name,
                     const char **attributes)
{
    struct reader *r = container_of(xml, struct reader, xml);
    enum place around = r->places[r->depth];
    enum place here = place_of(around, name);

    if (r->depth == REGINFO_MAX_DEPTH) {
        refuse(r, IMS_MALFORMED, "is nested too deeply", "an element");
        return;
    }
    if (around == DOCUMENT && here != REGINFO) {
        refuse(r, IMS_MALFORMED, "is not the root", "reginfo");
        return;
    }
    r->places[++r->depth] = here;
    switch (here) {
    case NOWHERE:
    case DOCUMENT: break;
    case REGINFO: begin_document(r, attributes); break;
    case REGISTRATION: begin_registration(r, attributes); break;
    case CONTACT: begin_contact(r, attributes); break;
    case URI: r->xml.ntext = 0; break;
    }
}

static void on_end(struct document *xml)
{
    struct reader *r = container_of(xml, struct reader, xml);
    enum place here;

    here = r->places[r->depth--];
    if (here == URI)
        end_uri(r);
    else if (here == CONTACT && !r->contact->uri.p)
        refuse(r, IMS_MISSING, "is missing", "uri");
}

static bool keeps_text(const struct document *xml)
{
    const struct reader *r = container_of(xml, struct reader, xml);

    return r->places[r->depth] == URI;
}

static const struct document_handlers handlers = {on_start, on_end, keeps_text};

enum ims_err reginfo_parse(struct slice xml, struct arena *a,
                           const struct reginfo **out, struct why *why)
{
    struct reader r = {
        .xml = {.name = "reginfo", .why = why, .handlers = &handlers},
        .arena = a,
        .places = {DOCUMENT}};

    if (xml.n > REGINFO_MAX_BYTES)
        return why_set(why, IMS_TOO_LARGE,
                       "reginfo has %zu bytes, %d are the most", xml.n,
                       REGINFO_MAX_BYTES);
    r.doc = arena_zalloc(a, sizeof(*r.doc));
    if (!r.doc)
        return why_set(why, IMS_FULL, "no memory is left for reginfo");
    if (document_read(&r.xml, xml, true) == IMS_OK)
        *out = r.doc;
    return r.xml.err;
}
