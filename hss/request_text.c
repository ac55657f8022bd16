/* SPDX-License-Identifier: MIT */
#include "hss/request_text.h"

enum { VIA, FROM, TO, CALL_ID, CSEQ, MAX_FORWARDS, NEEDED };

static const char *const names[NEEDED][2] = {
    {"Via", "v"},     {"From", "f"}, {"To", "t"},
    {"Call-ID", "i"}, {"CSeq", ""},  {"Max-Forwards", ""},
};

static struct slice next_line(struct slice *rest)
{
    struct slice line;

    if (!slice_cut(rest, '\n', &line))
        return (struct slice){0};
    if (slice_ends(line, S("\r")))
        line.n--;
    return line;
}

static bool is_named(struct slice line, const char *name)
{
    ssize_t colon = slice_index(line, ':');

    return name[0] && colon > 0 &&
           slice_eq_nocase(slice_trim(slice_first(line, (size_t)colon)),
                           slice_of(name));
}

/* Of the length that the body has here, whatever is written. */
static bool is_length(struct slice line)
{
    return is_named(line, "Content-Length") || is_named(line, "l");
}

static void put_line(struct buf *out, struct slice line)
{
    buf_add(out, line);
    buf_str(out, "\r\n");
}

static void put_headers(struct slice *rest, struct buf *out, bool has[NEEDED])
{
    while (rest->p) {
        struct slice line = next_line(rest);

        if (slice_trim(line).n == 0)
            return;
        for (unsigned i = 0; i < NEEDED; i++)
            has[i] = has[i] || is_named(line, names[i][0]) ||
                     is_named(line, names[i][1]);
        if (!is_length(line))
            put_line(out, line);
    }
}

struct start_line {
    struct slice method, uri;
};

static void put_needed(struct buf *out, const struct start_line *s,
                       struct slice impu, const bool has[NEEDED])
{
    struct slice to = s->uri.n ? s->uri : impu;

    if (!has[VIA])
        buf_str(out, "Via: SIP/2.0/UDP test.invalid;branch=z9hG4bKtest\r\n");
    if (!has[FROM])
        buf_printf(out, "From: <%.*s>;tag=test\r\n", SLICE_ARG(impu));
    if (!has[TO])
        buf_printf(out, "To: <%.*s>\r\n", SLICE_ARG(to));
    if (!has[CALL_ID])
        buf_str(out, "Call-ID: test\r\n");
    if (!has[CSEQ])
        buf_printf(out, "CSeq: 1 %.*s\r\n", SLICE_ARG(s->method));
    if (!has[MAX_FORWARDS])
        buf_str(out, "Max-Forwards: 70\r\n");
}

static void put_start(struct slice line, struct start_line *s, struct buf *out)
{
    struct slice rest = line;

    slice_cut(&rest, ' ', &s->method);
    slice_cut(&rest, ' ', &s->uri);
    buf_add(out, line);
    if (!slice_ends(line, S("SIP/2.0")))
        buf_str(out, " SIP/2.0");
    buf_str(out, "\r\n");
}

static void put_body(struct slice rest, struct buf *out)
{
    struct buf body;

    buf_init(&body, rest.n * 2 + 2);
    while (rest.p) {
        struct slice line = next_line(&rest);

        if (rest.p || line.n)
            put_line(&body, line);
    }
    buf_printf(out, "Content-Length: %zu\r\n\r\n", body.n);
    buf_add(out, buf_slice(&body));
    buf_fini(&body);
}

enum ims_err request_text_complete(struct slice text, struct slice impu,
                                   struct buf *out, struct why *why)
{
    struct slice rest = text, line = {0};
    bool has[NEEDED] = {false};
    struct start_line start = {.method = {0}};

    while (rest.p && slice_trim(line).n == 0)
        line = next_line(&rest);
    line = slice_trim(line);
    if (line.n == 0)
        return why_set(why, IMS_MISSING,
                       "no start line, such as INVITE sip:bob@ims.example");
    put_start(line, &start, out);
    put_headers(&rest, out, has);
    put_needed(out, &start, impu, has);
    put_body(rest, out);
    return out->full ? why_set(why, IMS_TOO_LARGE, "the request is too long")
                     : IMS_OK;
}
