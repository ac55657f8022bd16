/* SPDX-License-Identifier: MIT
 *
 * Diameter messages and the rules of commands (RFC 6733 3, 3.2, 7).
 *
 * H-DIA-1.
 */
#include "diameter/message.h"
#include "diameter/bytes.h"
#include <assert.h>
#include <stdio.h>

enum { MOST_RULES = 32 };

const struct diameter_command_row *diameter_command_find(uint32_t app,
                                                         uint32_t code)
{
    static const struct diameter_command_row rows[] = {
#define COMMAND(id, code, app, p, name, shrt) {code, app, p, name, shrt},
#include "diameter/commands.def"
#undef COMMAND
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (rows[i].code == code && rows[i].app == app)
            return &rows[i];
    return NULL;
}

const char *diameter_result_name(unsigned code)
{
    switch (code) {
#define RESULT(id, code, text) \
    case code:                 \
        return text;
#include "diameter/results.def"
#undef RESULT
    default: return "unknown";
    }
}

/* ---- reading --------------------------------------------------------------
 */

bool diameter_length(struct slice bytes, size_t max, size_t *out,
                     struct diameter_fault *f)
{
    uint32_t n;

    *out = 0;
    if (bytes.n > 0 && bytes.p[0] != DIAMETER_VERSION)
        return fault_set(f, DIAMETER_UNSUPPORTED_VERSION,
                         "version %u of Diameter", (uint8_t)bytes.p[0]);
    if (bytes.n < 4)
        return true;
    n = get24(bytes.p + 1);
    if (n < DIAMETER_HEADER || n % 4)
        return fault_set(f, DIAMETER_INVALID_MESSAGE_LENGTH,
                         "a message cannot have a length of %u", n);
    if (n > max)
        return fault_set(f, DIAMETER_INVALID_MESSAGE_LENGTH,
                         "a message of %u bytes, %zu are allowed", n, max);
    *out = n;
    return true;
}

bool diameter_read(struct slice bytes, struct diameter_message *out,
                   struct diameter_fault *f)
{
    size_t n;

    if (!diameter_length(bytes, bytes.n, &n, f))
        return false;
    if (n < DIAMETER_HEADER || n != bytes.n)
        return fault_set(f, DIAMETER_INVALID_MESSAGE_LENGTH,
                         "%zu bytes are not one message", bytes.n);
    *out = (struct diameter_message){
        .h = {.length = (uint32_t)n,
              .flags = (uint8_t)bytes.p[4],
              .command = get24(bytes.p + 5),
              .app = get32(bytes.p + 8),
              .hop = get32(bytes.p + 12),
              .end = get32(bytes.p + 16)},
        .bytes = bytes,
        .avps = slice_from(bytes, DIAMETER_HEADER),
    };
    return true;
}

const char *diameter_name(const struct diameter_message *m, char text[32])
{
    const struct diameter_command_row *row =
        diameter_command_find(m->h.app, m->h.command);
    bool is_request = diameter_is_request(m);

    if (row)
        snprintf(text, 32, "%s%c", row->shrt, is_request ? 'R' : 'A');
    else
        snprintf(text, 32, "code %u %s", m->h.command,
                 is_request ? "request" : "answer");
    return text;
}

unsigned diameter_answer_result(const struct diameter_message *m,
                                uint32_t *vendor)
{
    struct avp a, part;

    *vendor = 0;
    if (avp_find(m->avps, AVP_RESULT_CODE, &a))
        return avp_u32(&a);
    if (!avp_find(m->avps, AVP_EXPERIMENTAL_RESULT, &a))
        return 0;
    if (avp_find(a.value, AVP_VENDOR_ID, &part))
        *vendor = avp_u32(&part);
    return avp_find(a.value, AVP_EXPERIMENTAL_RESULT_CODE, &part)
               ? avp_u32(&part)
               : 0;
}

/* ---- rules ----------------------------------------------------------------
 */

static bool count(const struct avp *a, const struct avp_rule *rules, size_t n,
                  uint8_t *counts, struct diameter_fault *f)
{
    for (size_t i = 0; i < n; i++) {
        if (a->row->id != rules[i].id)
            continue;
        if (rules[i].max == AVP_MANY) {
            counts[i] = 1;
            return true;
        }
        if (counts[i]++ < rules[i].max)
            return true;
        fault_set(f,
                  rules[i].max ? DIAMETER_AVP_OCCURS_TOO_MANY_TIMES
                               : DIAMETER_AVP_NOT_ALLOWED,
                  rules[i].max ? "%s occurs too many times"
                               : "%s must not be here",
                  a->row->name);
        f->failed = a->whole;
        return false;
    }
    return true;
}

static bool is_complete(const struct avp_rule *rules, size_t n,
                        const uint8_t *counts, struct diameter_fault *f)
{
    for (size_t i = 0; i < n; i++) {
        if (counts[i] >= rules[i].min)
            continue;
        fault_set(f, DIAMETER_MISSING_AVP, "%s is missing",
                  avp_row(rules[i].id)->name);
        fault_made(f, avp_row(rules[i].id));
        return false;
    }
    return true;
}

bool diameter_check(struct slice avps, const struct avp_rule *rules, size_t n,
                    struct diameter_fault *f)
{
    struct avp_reader r = avp_reader(avps);
    uint8_t counts[MOST_RULES] = {0};
    enum avp_next next;
    struct avp a;

    assert(n <= MOST_RULES);
    while ((next = avp_next(&r, &a, f)) == AVP_IS) {
        if (!a.row && a.flags & AVP_FLAG_M) {
            fault_set(f, DIAMETER_AVP_UNSUPPORTED,
                      "AVP %u of vendor %u is mandatory and not known", a.code,
                      a.vendor);
            f->failed = a.whole;
            return false;
        }
        if (a.row && !count(&a, rules, n, counts, f))
            return false;
    }
    return next == AVP_END && is_complete(rules, n, counts, f);
}

/* ---- writing --------------------------------------------------------------
 */

void diameter_begin(struct buf *out, const struct diameter_header *h)
{
    char *p;

    buf_reset(out);
    p = buf_take(out, DIAMETER_HEADER);
    if (!p)
        return;
    p[0] = DIAMETER_VERSION;
    p[4] = (char)h->flags;
    set24(p + 1, DIAMETER_HEADER);
    set24(p + 5, h->command);
    set32(p + 8, h->app);
    set32(p + 12, h->hop);
    set32(p + 16, h->end);
}

bool diameter_end(struct buf *out)
{
    if (out->full || out->n > 0xffffff)
        return false;
    set24(out->p + 1, (uint32_t)out->n);
    return true;
}

static void put_inside(struct buf *out, const struct diameter_fault *f,
                       size_t depth)
{
    size_t mark;

    if (depth > 0) {
        mark = avp_group(out, f->inside[depth - 1]->id, false);
        put_inside(out, f, depth - 1);
        avp_group_end(out, mark);
    } else if (f->failed.p) {
        avp_put_whole(out, f->failed);
    } else {
        avp_put_whole(out, slice_at(f->made, f->made_n));
    }
}

/* RFC 6733 7.5: a nested AVP stands within its groups. */
void diameter_put_fault(struct buf *out, const struct diameter_fault *f)
{
    size_t mark;

    avp_put_u32(out, AVP_RESULT_CODE, f->result);
    if (f->text[0])
        avp_put(out, AVP_ERROR_MESSAGE, slice_of(f->text));
    if (!f->failed.p && !f->made_n)
        return;
    mark = avp_group(out, AVP_FAILED_AVP, true);
    put_inside(out, f, f->depth);
    avp_group_end(out, mark);
}

void diameter_patch(char *bytes, uint32_t hop, uint8_t set_flags)
{
    bytes[4] = (char)((uint8_t)bytes[4] | set_flags);
    set32(bytes + 12, hop);
}

void diameter_mask(char *bytes, size_t n)
{
    if (n > DIAMETER_HEADER)
        avp_mask(bytes + DIAMETER_HEADER, n - DIAMETER_HEADER);
}
