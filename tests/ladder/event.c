/* SPDX-License-Identifier: MIT */
#include "ladder/event.h"
#include "diameter/message.h"
#include "ims/cx.h"
#include "sip/message.h"
#include "sip/views.h"
#include <regex.h>

void events_init(struct events *es)
{
    *es = (struct events){0};
    list_init(&es->all);
}

void events_fini(struct events *es)
{
    LIST_EACH (it, &es->all) {
        struct event *ev = container_of(it, struct event, link);

        list_remove(&ev->link);
        str_fini(&ev->from);
        str_fini(&ev->to);
        str_fini(&ev->bytes);
        str_fini(&ev->says);
        str_fini(&ev->proc);
        str_fini(&ev->clause);
        free(ev);
    }
}

static bool went_before(const struct events *es, const struct event *ev)
{
    LIST_EACH (it, &es->all) {
        const struct event *old = container_of(it, struct event, link);

        if (old->kind == EVENT_ARROW &&
            slice_eq(str_slice(&old->bytes), str_slice(&ev->bytes)) &&
            slice_eq(str_slice(&old->from), str_slice(&ev->from)) &&
            slice_eq(str_slice(&old->to), str_slice(&ev->to)))
            return true;
    }
    return false;
}

struct event *events_add(struct events *es, enum event_kind kind,
                         const struct record_entry *e, struct slice from,
                         struct slice to)
{
    struct event *ev = mem_zalloc(sizeof *ev);

    ev->number = ++es->count;
    ev->at_us = e->wall_us;
    ev->kind = kind;
    ev->diameter = e->proto == RECORD_DIAMETER;
    str_set(&ev->from, from);
    str_set(&ev->to, to);
    str_set(&ev->bytes, e->bytes);
    str_set(&ev->says, e->says);
    str_set(&ev->proc, slice_of(e->proc));
    str_set(&ev->clause, slice_of(e->clause));
    ev->again = kind == EVENT_ARROW && went_before(es, ev);
    list_append(&es->all, &ev->link);
    return ev;
}

/* ---- Diameter ---------------------------------------------------------------
 */

static bool read_diameter(const struct event *ev, struct diameter_message *m)
{
    struct diameter_fault fault;

    return diameter_read(str_slice(&ev->bytes), m, &fault);
}

static void print_avp(const struct avp *a, struct buf *out)
{
    struct addr addr;

    switch (a->row ? a->row->type : AVP_OCTETS) {
    case AVP_U32:
    case AVP_ENUM: buf_u64(out, avp_u32(a)); break;
    case AVP_ADDRESS:
        if (avp_addr(a, &addr))
            addr_print_ip(&addr, false, out);
        break;
    case AVP_U64:
    case AVP_OCTETS:
    case AVP_UTF8:
    case AVP_IDENTITY:
    case AVP_URI:
    case AVP_GROUPED:
    case AVP_TIME: buf_add(out, a->value); break;
    }
}

static bool find_avps(struct slice avps, struct slice name, struct buf *out,
                      unsigned depth)
{
    struct avp_reader r = avp_reader(avps);
    struct diameter_fault fault;
    struct avp a;
    bool found = false;

    while (avp_next(&r, &a, &fault) == AVP_IS) {
        if (!a.row)
            continue;
        if (slice_eq(slice_of(a.row->name), name)) {
            if (found || out->n)
                buf_str(out, ", ");
            print_avp(&a, out);
            found = true;
        }
        if (a.row->type == AVP_GROUPED && depth < AVP_DEPTH_MAX)
            found |= find_avps(a.value, name, out, depth + 1);
    }
    return found;
}

static unsigned result_of(const struct diameter_message *m)
{
    uint32_t vendor = 0;
    unsigned result = diameter_answer_result(m, &vendor);

    return result && vendor ? CX_EXPERIMENTAL + result : result;
}

/* "FIRST_REGISTRATION", "DIAMETER_FIRST_REGISTRATION", "E2001", "2001". */
static bool is_result(unsigned result, struct slice name)
{
    char code[12];
    struct slice full = slice_of(cx_result_name(result));
    struct slice rest = slice_from(full, strlen("DIAMETER_"));

    return slice_eq(full, name) || slice_eq(rest, name) ||
           (slice_starts(rest, S("ERROR_")) &&
            slice_eq(slice_from(rest, 6), name)) ||
           slice_eq(slice_of(cx_result_code(result, code)), name) ||
           slice_eq(slice_from(slice_of(cx_result_code(result, code)), 1),
                    name);
}

/* ---- SIP
 * ----------------------------------------------------------------------
 */

static struct sip_message *read_sip(const struct event *ev)
{
    struct sip_message *m = NULL;

    (void)!sip_message_parse(str_slice(&ev->bytes), &(struct sip_limits){0}, &m,
                             NULL);
    return m;
}

/* A response that copies what was wrong with its request can't be parsed:
 * what it says is found in its lines. */
static bool find_in_lines(struct slice bytes, struct slice name,
                          struct buf *out)
{
    struct slice rest = bytes, line, key;

    slice_cut(&rest, '\n', &line);
    if (!slice_starts(line, S("SIP/2.0 ")))
        return false;
    if (slice_eq(name, S("status")))
        buf_add(out, slice_first(slice_from(line, 8), 3));
    else if (slice_eq(name, S("reason")))
        buf_add(out, slice_trim(slice_from(line, 12)));
    else {
        while (slice_cut(&rest, '\n', &line))
            if (slice_cut(&line, ':', &key) && slice_eq_nocase(key, name))
                buf_add(out, slice_trim(line));
    }
    return out->n > 0;
}

static bool find_headers(const struct sip_message *m, struct slice name,
                         struct buf *out)
{
    enum sip_header_id id = sip_header_id_of(name);
    bool found = false;

    for (unsigned i = 0; i < m->count; i++) {
        const struct sip_header *h = &m->headers[i];

        if (id != SIP_HDR_OTHER ? h->id != id : !slice_eq_nocase(h->name, name))
            continue;
        if (found)
            buf_str(out, ", ");
        buf_add(out, h->value);
        found = true;
    }
    return found;
}

/* ---- what an event is
 * ----------------------------------------------------------
 */

void event_what(const struct event *ev, struct buf *out)
{
    struct diameter_message d;
    struct sip_message *m;
    char text[32];

    if (ev->diameter) {
        if (read_diameter(ev, &d))
            buf_str(out, diameter_name(&d, text));
        return;
    }
    m = read_sip(ev);
    if (!m) {
        if (!find_in_lines(str_slice(&ev->bytes), S("status"), out))
            buf_str(out, "bytes");
    } else if (m->is_request)
        buf_add(out, m->method_name);
    else
        buf_u64(out, m->status);
    if (m)
        sip_message_drop(m);
}

bool event_is_noise(const struct event *ev)
{
    static const char *const base[] = {"CER", "CEA", "DWR", "DWA",
                                       "DPR", "DPA", "100"};
    char text[64];
    struct buf b;

    if (ev->kind != EVENT_ARROW || ev->again)
        return true;
    buf_over(&b, text, sizeof text);
    event_what(ev, &b);
    for (size_t i = 0; i < sizeof base / sizeof *base; i++)
        if (slice_eq(buf_slice(&b), slice_of(base[i])))
            return true;
    return false;
}

bool event_value(const struct event *ev, struct slice name, struct buf *out)
{
    struct diameter_message d;
    struct sip_message *m;
    bool found;

    if (ev->diameter)
        return read_diameter(ev, &d) && find_avps(d.avps, name, out, 0);
    m = read_sip(ev);
    if (!m)
        return find_in_lines(str_slice(&ev->bytes), name, out);
    if (slice_eq(name, S("body"))) {
        buf_add(out, m->body);
        found = m->body.n > 0;
    } else if (slice_eq(name, S("reason"))) {
        buf_add(out, m->reason);
        found = true;
    } else
        found = find_headers(m, name, out);
    sip_message_drop(m);
    return found;
}

/* ---- comparing
 * ------------------------------------------------------------------
 */

static char *terminated(struct slice text)
{
    char *t = mem_alloc(text.n + 1);

    memcpy(t, text.p, text.n);
    t[text.n] = '\0';
    return t;
}

static bool compile(struct slice expression, regex_t *re)
{
    char *e = terminated(expression);
    bool good = regcomp(re, e, REG_EXTENDED | REG_NOSUB) == 0;

    free(e);
    return good;
}

bool text_is_expression(struct slice text)
{
    regex_t re;

    if (!compile(text, &re))
        return false;
    regfree(&re);
    return true;
}

bool text_matches(struct slice text, struct slice expression)
{
    char *t = terminated(text);
    regex_t re;
    bool yes = false;

    if (compile(expression, &re)) {
        yes = regexec(&re, t, 0, NULL, 0) == 0;
        regfree(&re);
    }
    free(t);
    return yes;
}

static bool is_name(struct slice expected)
{
    return slice_starts(expected, S("$")) && expected.n >= 2;
}

/* NULL: nothing has been kept under this name. */
static const struct str *kept(const struct ladder_names *names,
                              struct slice name)
{
    for (unsigned i = 0; i < names->count; i++)
        if (slice_eq(names->name[i], name))
            return &names->value[i];
    return NULL;
}

/* $name keeps the value at its first use. */
static bool equals(struct ladder_names *names, struct slice value,
                   struct slice expected)
{
    const struct str *old = kept(names, expected);

    if (!is_name(expected))
        return slice_eq(value, expected);
    if (old)
        return slice_eq(str_slice(old), value);
    if (names->count == LADDER_NAMES)
        return false;
    names->name[names->count] = expected;
    str_set(&names->value[names->count++], value);
    return true;
}

/* From what was kept: a name that nothing was kept under differs from nothing.
 */
static bool differs(const struct ladder_names *names, struct slice value,
                    struct slice expected)
{
    const struct str *old = kept(names, expected);

    if (!is_name(expected))
        return !slice_eq(value, expected);
    return old && !slice_eq(str_slice(old), value);
}

void ladder_names_fini(struct ladder_names *names)
{
    for (unsigned i = 0; i < names->count; i++)
        str_fini(&names->value[i]);
}

static bool check(const struct event *ev, const struct ladder_check *c,
                  struct ladder_names *names, struct why *why)
{
    struct buf value;
    bool found, good = false;

    buf_init(&value, 256 * 1024);
    found = event_value(ev, c->name, &value);
    switch (c->op) {
    case LADDER_EQ:
        good = found && equals(names, buf_slice(&value), c->value);
        break;
    case LADDER_NE:
        good = found && differs(names, buf_slice(&value), c->value);
        break;
    case LADDER_MATCH:
        good = found && text_matches(buf_slice(&value), c->value);
        break;
    case LADDER_NOMATCH:
        good = !found || !text_matches(buf_slice(&value), c->value);
        break;
    case LADDER_ABSENT: good = !found; break;
    case LADDER_PRESENT: good = found; break;
    case LADDER_SET:
    case LADDER_REMOVE: break;
    }
    if (!good && found)
        why_set(why, IMS_CONFLICT, "%.*s is \"%.*s\"", SLICE_ARG(c->name),
                SLICE_ARG(slice_first(buf_slice(&value), 160)));
    else if (!good)
        why_set(why, IMS_CONFLICT, "there is no %.*s", SLICE_ARG(c->name));
    buf_fini(&value);
    return good;
}

/* The Request-URI, the method that a response is for, the result. */
static bool check_more(const struct event *ev, struct slice more,
                       struct why *why)
{
    struct diameter_message d;
    struct sip_message *m;
    bool good;

    if (ev->diameter) {
        good = read_diameter(ev, &d) && is_result(result_of(&d), more);
        if (!good)
            why_set(why, IMS_CONFLICT, "the result is %s",
                    cx_result_name(result_of(&d)));
        return good;
    }
    m = read_sip(ev);
    good = m && (m->is_request ? slice_eq(m->uri, more)
                               : m->method == sip_method_of(more));
    if (!good && m)
        why_set(why, IMS_CONFLICT, "it is of %.*s",
                SLICE_ARG(m->is_request ? m->uri : sip_method_name(m->method)));
    if (m)
        sip_message_drop(m);
    return good;
}

bool event_is(const struct event *ev, const struct ladder_line *line,
              struct ladder_names *names, struct why *why)
{
    char text[64];
    struct buf what;

    buf_over(&what, text, sizeof text);
    event_what(ev, &what);
    if (!slice_eq(str_slice(&ev->from), line->from) ||
        !slice_eq(str_slice(&ev->to), line->to) ||
        !slice_eq(buf_slice(&what), line->what)) {
        why_set(why, IMS_NOT_FOUND, "it is %s -> %s %.*s", str_c(&ev->from),
                str_c(&ev->to), SLICE_ARG(buf_slice(&what)));
        return false;
    }
    if (ev->again != line->again) {
        why_set(why, IMS_CONFLICT,
                ev->again ? "it is a retransmission"
                          : "it is no retransmission");
        return false;
    }
    if (line->more.n && !check_more(ev, line->more, why))
        return false;
    for (unsigned i = 0; i < line->check_count; i++)
        if (!check(ev, &line->checks[i], names, why))
            return false;
    return true;
}

/* ---- printing
 * --------------------------------------------------------------------
 */

static void print_more(const struct event *ev, struct buf *out)
{
    struct diameter_message d;
    struct sip_message *m;

    if (ev->diameter) {
        if (read_diameter(ev, &d) && result_of(&d))
            buf_printf(out, " %s",
                       cx_result_name(result_of(&d)) + strlen("DIAMETER_"));
        return;
    }
    m = read_sip(ev);
    if (m && m->is_request)
        buf_printf(out, " %.*s", SLICE_ARG(m->uri));
    else if (m)
        buf_printf(out, " %.*s", SLICE_ARG(sip_method_name(m->method)));
    if (m)
        sip_message_drop(m);
}

void event_print(const struct event *ev, struct buf *out)
{
    if (ev->kind != EVENT_ARROW) {
        buf_printf(out, "%-7s %s \"%s\"  # %s, %s\n", str_c(&ev->from),
                   ev->kind == EVENT_SAYS ? "says" : "drops", str_c(&ev->says),
                   str_c(&ev->proc), str_c(&ev->clause));
        return;
    }
    buf_printf(out, "%-7s ->  %-7s ", str_c(&ev->from), str_c(&ev->to));
    event_what(ev, out);
    print_more(ev, out);
    buf_str(out, ev->again ? "  # again\n" : "\n");
}
