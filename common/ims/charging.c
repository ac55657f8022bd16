/* SPDX-License-Identifier: MIT */
#include "ims/charging.h"
#include "ims/cx.h"
#include "sip/views.h"

/* ---- icid -----------------------------------------------------------------
 */

void icid_init(struct icid_source *s, struct slice host, struct dice *dice)
{
    *s = (struct icid_source){.host = host};
    dice_token(dice, s->start, sizeof(s->start));
}

void icid_next(struct icid_source *s, struct buf *out)
{
    buf_add(out, s->host);
    buf_char(out, '-');
    buf_add(out, slice_at(s->start, sizeof(s->start)));
    buf_char(out, '-');
    buf_u64(out, ++s->count);
}

/* ---- ioi ------------------------------------------------------------------
 */

/* TS 24.229 section 4.5.4.1 has a specific string in front of a type 1 and of
 * a type 3 ioi; these two are from memory (unverified). */
#define PREFIX_1 S("Type 1")
#define PREFIX_3 S("Type 3")

void ioi_print(enum ioi_type type, struct slice network, struct buf *out)
{
    if (type == IOI_TYPE_1)
        buf_add(out, PREFIX_1);
    if (type == IOI_TYPE_3)
        buf_add(out, PREFIX_3);
    buf_add(out, network);
}

struct slice ioi_network(struct slice ioi, enum ioi_type *type)
{
    if (slice_starts_nocase(ioi, PREFIX_1)) {
        *type = IOI_TYPE_1;
        return slice_trim(slice_from(ioi, PREFIX_1.n));
    }
    if (slice_starts_nocase(ioi, PREFIX_3)) {
        *type = IOI_TYPE_3;
        return slice_trim(slice_from(ioi, PREFIX_3.n));
    }
    *type = IOI_TYPE_2;
    return ioi;
}

/* ---- P-Charging-Vector ----------------------------------------------------
 */

/* Where a parameter that we know is kept; NULL for the others. */
static struct slice *place_of(struct charging_vector *v, struct slice name)
{
    const struct {
        struct slice name;
        struct slice *place;
    } known[] = {
        {S("icid-value"), &v->icid},
        {S("icid-generated-at"), &v->generated_at},
        {S("orig-ioi"), &v->orig_ioi},
        {S("term-ioi"), &v->term_ioi},
        {S("related-icid"), &v->related_icid},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (slice_eq_nocase(name, known[i].name))
            return known[i].place;
    }
    return NULL;
}

static struct slice whole_param(const struct sip_param *p)
{
    const char *end = p->value.p ? p->value.p + p->value.n + p->quoted
                                 : p->name.p + p->name.n;

    return slice_between(p->name.p, end);
}

static enum ims_err take(struct charging_vector *v, const struct sip_param *p,
                         struct why *why)
{
    struct slice *place = place_of(v, p->name);

    if (!place) {
        if (v->nothers == CHARGING_OTHERS)
            return why_set(why, IMS_FULL,
                           "P-Charging-Vector has more than %d parameters "
                           "that we do not know",
                           CHARGING_OTHERS);
        v->others[v->nothers++] = whole_param(p);
        return IMS_OK;
    }
    if (place->p || !p->value.n)
        return why_set(why, IMS_MALFORMED, "P-Charging-Vector has %.*s %s",
                       SLICE_ARG(p->name),
                       place->p ? "twice" : "without a value");
    *place = p->value;
    return IMS_OK;
}

enum ims_err charging_vector_parse(struct slice value,
                                   struct charging_vector *out, struct why *why)
{
    struct charging_vector v = {0};
    struct slice rest = value;
    struct sip_param p;

    while (sip_param_next(&rest, &p)) {
        enum ims_err err = take(&v, &p, why);

        if (err)
            return err;
    }
    if (rest.p)
        return why_set(why, IMS_MALFORMED,
                       "P-Charging-Vector has malformed parameters");
    if (!v.icid.p)
        return why_set(why, IMS_MISSING, "P-Charging-Vector has no icid-value");
    *out = v;
    return IMS_OK;
}

static bool is_host(struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || (c && strchr(".-_:[]", c))))
            return false;
    }
    return true;
}

/* Values keep the escapes with which they came, so quotes alone are put back;
 * our own values have nothing that must be escaped. */
static void print_quoted(struct buf *out, const char *name, struct slice value)
{
    if (!value.p)
        return;
    buf_char(out, ';');
    buf_str(out, name);
    buf_str(out, "=\"");
    buf_add(out, value);
    buf_char(out, '"');
}

/* RFC 7315 section 5.6: a host stands without quotes. */
static void print_host(struct buf *out, const char *name, struct slice value)
{
    if (!value.p || !is_host(value)) {
        print_quoted(out, name, value);
        return;
    }
    buf_char(out, ';');
    buf_str(out, name);
    buf_char(out, '=');
    buf_add(out, value);
}

void charging_vector_print(const struct charging_vector *v, struct buf *out)
{
    buf_str(out, "icid-value=\"");
    buf_add(out, v->icid);
    buf_char(out, '"');
    print_host(out, "icid-generated-at", v->generated_at);
    print_quoted(out, "orig-ioi", v->orig_ioi);
    print_quoted(out, "term-ioi", v->term_ioi);
    print_quoted(out, "related-icid", v->related_icid);
    for (unsigned i = 0; i < v->nothers; i++) {
        buf_char(out, ';');
        buf_add(out, v->others[i]);
    }
}

/* A Diameter URI is text in quotes, RFC 7315 section 5.5. */
static void print_function(struct buf *out, const char *name, struct slice uri)
{
    if (!uri.n)
        return;
    buf_printf(out, "%s%s=\"", out->n ? ";" : "", name);
    for (size_t i = 0; i < uri.n; i++) {
        if (uri.p[i] == '"' || uri.p[i] == '\\')
            buf_char(out, '\\');
        buf_char(out, uri.p[i]);
    }
    buf_char(out, '"');
}

void charging_functions_print(const struct cx_charging *c, struct buf *out)
{
    print_function(out, "ccf", c->primary_ccf);
    print_function(out, "ccf-2", c->secondary_ccf);
    print_function(out, "ecf", c->primary_ecf);
    print_function(out, "ecf-2", c->secondary_ecf);
}
