/* SPDX-License-Identifier: MIT
 *
 * The words of the reg event package, and its document, written.
 *
 * S-EVT-1.
 */
#include "ims/reginfo.h"
#include "sip/views.h"

struct event {
    const char *word;
    bool ends;
};

static const struct event events[] = {
#define REGINFO_EVENT(name, word, ends) {word, ends},
#include "ims/reginfo_events.def"
#undef REGINFO_EVENT
};

const char *reginfo_event_name(enum reginfo_event e)
{
    return events[e].word;
}

bool reginfo_event_ends(enum reginfo_event e)
{
    return events[e].ends;
}

bool reginfo_event_parse(struct slice word, enum reginfo_event *out)
{
    for (unsigned e = 0; e < REGINFO_EVENTS; e++)
        if (slice_eq(word, slice_of(events[e].word))) {
            *out = (enum reginfo_event)e;
            return true;
        }
    return false;
}

/* ---- texts ----------------------------------------------------------------
 */

static bool is_plain(char c)
{
    return c >= ' ' && c <= '~';
}

static void put_char(struct buf *out, char c)
{
    switch (c) {
    case '<': buf_str(out, "&lt;"); break;
    case '>': buf_str(out, "&gt;"); break;
    case '&': buf_str(out, "&amp;"); break;
    case '"': buf_str(out, "&quot;"); break;
    default: buf_char(out, c); break;
    }
}

static void put_uri(struct buf *out, struct slice uri)
{
    for (size_t i = 0; i < uri.n; i++)
        if (is_plain(uri.p[i]) && !strchr(" <>\"", uri.p[i]))
            put_char(out, uri.p[i]);
        else
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)uri.p[i]);
}

static bool all_plain(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!is_plain(text.p[i]))
            return false;
    return true;
}

static void put_text(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        put_char(out, text.p[i]);
}

static void put_call_id(struct buf *out, struct slice call_id)
{
    if (!call_id.n || !all_plain(call_id))
        return;
    buf_str(out, " callid=\"");
    put_text(out, call_id);
    buf_char(out, '"');
}

/* RFC 3680 5.3.2; a quoted value with its quotes (RFC 5628 8.2). */
static void put_params(struct buf *out, struct slice params)
{
    struct sip_param p;

    while (sip_param_next(&params, &p)) {
        const char *quote = p.quoted ? "&quot;" : "";

        if (!all_plain(p.value))
            continue;
        buf_str(out, "<unknown-param name=\"");
        put_text(out, p.name);
        buf_printf(out, "\">%s", quote);
        put_text(out, p.value);
        buf_printf(out, "%s</unknown-param>", quote);
    }
}

/* ---- the document ---------------------------------------------------------
 */

void reginfo_begin(struct buf *out, uint32_t version, bool full)
{
    buf_printf(out,
               "<?xml version=\"1.0\"?>\n"
               "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" "
               "version=\"%u\" state=\"%s\">\n",
               version, full ? "full" : "partial");
}

/* The id names the identity in all documents of all S-CSCFs. */
void reginfo_registration_begin(struct buf *out, struct slice aor, bool active)
{
    buf_str(out, "<registration aor=\"");
    put_uri(out, aor);
    buf_printf(out, "\" id=\"a%016llx\" state=\"%s\">\n",
               (unsigned long long)slice_hash(aor, 0),
               active ? "active" : "terminated");
}

void reginfo_contact(struct buf *out, const struct reginfo_contact *c)
{
    buf_printf(out, "<contact id=\"%.*s\" state=\"%s\" event=\"%s\"",
               SLICE_ARG(c->id),
               reginfo_event_ends(c->event) ? "terminated" : "active",
               reginfo_event_name(c->event));
    if (c->has_expires)
        buf_printf(out, " expires=\"%u\"", c->expires);
    if (c->q < 1000)
        buf_printf(out, " q=\"0.%03u\"", c->q);
    put_call_id(out, c->call_id);
    if (c->has_cseq)
        buf_printf(out, " cseq=\"%u\"", c->cseq);
    buf_str(out, "><uri>");
    put_uri(out, c->uri);
    buf_str(out, "</uri>");
    put_params(out, c->params);
    buf_str(out, "</contact>\n");
}

void reginfo_registration_end(struct buf *out)
{
    buf_str(out, "</registration>\n");
}

void reginfo_end(struct buf *out)
{
    buf_str(out, "</reginfo>\n");
}
