/* SPDX-License-Identifier: MIT */
#include "imsbox/summary.h"
#include "diameter/message.h"
#include "ims/cx.h"
#include "sip/message.h"

/* What is no message is told by its first line. */
static void print_first_line(struct slice bytes, struct buf *out)
{
    struct slice rest = bytes, line = {0};

    slice_cut(&rest, '\n', &line);
    line = slice_first(slice_trim(line), 60);
    for (size_t i = 0; i < line.n; i++) {
        unsigned char c = (unsigned char)line.p[i];

        buf_char(out, c < ' ' || c > '~' ? '?' : (char)c);
    }
}

static void print_sip(const struct entry *e, struct buf *out)
{
    const struct sip_limits limits = {0};
    struct sip_message *m = NULL;
    struct why why;

    if (sip_message_parse(e->bytes, &limits, &m, &why) != IMS_OK)
        print_first_line(e->bytes, out);
    else if (m->is_request)
        buf_printf(out, "%.*s %.*s", SLICE_ARG(m->method_name),
                   SLICE_ARG(m->uri));
    else
        buf_printf(out, "%u %.*s (%.*s)", m->status, SLICE_ARG(m->reason),
                   SLICE_ARG(sip_method_name(m->method)));
    if (m)
        sip_message_drop(m);
}

/* "FIRST_REGISTRATION": all names begin alike, and columns are narrow. */
static const char *result_name(unsigned result, uint32_t vendor)
{
    static const char prefix[] = "DIAMETER_";
    const char *name =
        cx_result_name(vendor ? CX_EXPERIMENTAL + result : result);

    return strncmp(name, prefix, sizeof prefix - 1) == 0
               ? name + sizeof prefix - 1
               : name;
}

static void print_diameter(const struct entry *e, struct buf *out)
{
    struct diameter_message m;
    struct diameter_fault f;
    uint32_t vendor = 0;
    char name[32];
    unsigned result;

    if (!diameter_read(e->bytes, &m, &f)) {
        buf_str(out, "Diameter, broken");
        return;
    }
    buf_str(out, diameter_name(&m, name));
    if (diameter_is_request(&m))
        return;
    result = diameter_answer_result(&m, &vendor);
    buf_printf(out, " %u %s", result, result_name(result, vendor));
}

void summary_print(const struct entry *e, struct buf *out)
{
    if (e->proto == RECORD_DIAMETER)
        print_diameter(e, out);
    else
        print_sip(e, out);
}
