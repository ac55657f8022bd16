/* SPDX-License-Identifier: MIT */
#include "topology/values.h"
#include "topology/expand.h"
#include <assert.h>

struct unit {
    const char *name;
    int64_t factor;
};

/* Largest first, for printing. */
static const struct unit durations[] = {
    {"h", 3600ll * SECOND},
    {"min", 60ll * SECOND},
    {"s", SECOND},
    {"ms", MSEC},
    {NULL, 0},
};

static const struct unit sizes[] = {
    {"GiB", 1ll << 30}, {"MiB", 1ll << 20}, {"KiB", 1ll << 10}, {"", 1},
    {NULL, 0},
};

/* What a value is read from and where complaints go. */
struct source {
    const struct field *f;
    const struct yaml *y;
    struct arena *arena;
    struct report *report;
};

static void print_in_units(int64_t n, const struct unit *u, struct buf *out)
{
    while (u[1].name && n % u->factor != 0)
        u++;
    buf_printf(out, "%lld%s", (long long)(n / u->factor), u->name);
}

void value_print_duration(int64_t us, struct buf *out)
{
    print_in_units(us, durations, out);
}

void value_print_size(int64_t bytes, struct buf *out)
{
    print_in_units(bytes, sizes, out);
}

static void expect_range(const struct field *f, struct buf *out)
{
    const struct unit *units = f->type == FIELD_SIZE ? sizes : durations;

    if (f->type == FIELD_SECONDS) {
        buf_printf(out, "%llds to %llds", (long long)f->min, (long long)f->max);
        return;
    }
    print_in_units(f->min, units, out);
    buf_str(out, " to ");
    print_in_units(f->max, units, out);
}

static void expect_words(const struct field *f, struct buf *out)
{
    buf_str(out, "one of ");
    for (unsigned i = 0; f->words[i]; i++)
        buf_printf(out, "%s%s", i ? ", " : "", f->words[i]);
}

void value_expected(const struct field *f, struct buf *out)
{
    switch (f->type) {
    case FIELD_NAME: buf_str(out, "a name of letters, digits and \"-\""); break;
    case FIELD_DOMAIN: buf_str(out, "a name such as ims.example"); break;
    case FIELD_HOST: buf_str(out, "an IP address or a host name"); break;
    case FIELD_PATH: buf_str(out, "the path of a file"); break;
    case FIELD_TEXT:
        buf_str(out, "a line of text, at most 100 characters");
        break;
    case FIELD_SERVER: buf_str(out, "host or host:port"); break;
    case FIELD_RESOLVER: buf_str(out, "address or address:port"); break;
    case FIELD_SIP:
        buf_str(out, "transport:port or transport:address:port, transport udp "
                     "or tcp");
        break;
    case FIELD_DIAMETER: buf_str(out, "tcp:port or tcp:address:port"); break;
    case FIELD_ADMIN: buf_str(out, "port or address:port"); break;
    case FIELD_HEP: buf_str(out, "udp:host:port"); break;
    case FIELD_WORD: expect_words(f, out); break;
    case FIELD_FLAG: buf_str(out, "true or false"); break;
    case FIELD_NUMBER:
        buf_printf(out, "a number from %lld to %lld", (long long)f->min,
                   (long long)f->max);
        break;
    case FIELD_SIZE:
        buf_str(out, "a size such as 65535, 64KiB or 1MiB, from ");
        expect_range(f, out);
        break;
    case FIELD_DURATION:
    case FIELD_SECONDS:
        buf_str(out, "a duration such as 500ms, 2s, 4min or 1h, from ");
        expect_range(f, out);
        break;
    case FIELD_MAP: buf_str(out, f->table->what); break;
    }
}

/* what: a fault more precise than "not what was expected", or NULL. */
static bool refuse(const struct source *s, const char *what)
{
    char found[64], expected[160];
    struct buf b;

    buf_over(&b, expected, sizeof expected - 1);
    value_expected(s->f, &b);
    report_error(s->report, s->y->at, "%s: %s%s%s; expected %.*s", s->f->key,
                 what ? what : "", what ? " in " : "", yaml_found(s->y, found),
                 SLICE_ARG(buf_slice(&b)));
    return false;
}

static const char *keep(struct arena *arena, struct slice text)
{
    char *p = arena_alloc(arena, text.n + 1);

    assert(p);
    memcpy(p, text.p, text.n);
    p[text.n] = '\0';
    return p;
}

/* ---- texts --------------------------------------------------------------- */

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

/* RFC 1123 2.1 */
static bool is_label(struct slice s)
{
    if (s.n == 0 || s.n > 63 || !is_alnum(s.p[0]) || !is_alnum(s.p[s.n - 1]))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!is_alnum(s.p[i]) && s.p[i] != '-')
            return false;
    return true;
}

/* The last label of a name is never a number, or it would be an address. */
static bool is_domain(struct slice s)
{
    struct slice label = {0};
    uint64_t number;

    if (s.n == 0 || s.n > 253)
        return false;
    while (slice_cut(&s, '.', &label))
        if (!is_label(label))
            return false;
    return !slice_u64(label, UINT64_MAX, &number);
}

static bool is_host(struct slice s)
{
    struct addr a;

    return addr_parse_ip(s, &a) || is_domain(s);
}

static bool is_line(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
            return false;
    return s.n > 0 && s.n <= 100;
}

static bool is_right_text(const struct field *f, struct slice s)
{
    switch ((int)f->type) {
    case FIELD_NAME: return is_label(s);
    case FIELD_DOMAIN: return is_domain(s);
    case FIELD_HOST: return is_host(s);
    case FIELD_TEXT: return is_line(s);
    default: return s.n > 0;
    }
}

static bool read_text(const struct source *s, struct file_text *out)
{
    if (!is_right_text(s->f, s->y->text))
        return refuse(s, NULL);
    out->text = keep(s->arena, s->y->text);
    out->at = s->y->at;
    return true;
}

static bool read_word(const struct source *s, struct file_word *out)
{
    for (unsigned i = 0; s->f->words[i]; i++)
        if (slice_eq(s->y->text, slice_of(s->f->words[i]))) {
            *out = (struct file_word){i, true, s->y->at};
            return true;
        }
    return refuse(s, NULL);
}

/* ---- numbers ------------------------------------------------------------- */

static bool read_in_units(struct slice text, const struct unit *units,
                          int64_t *out)
{
    size_t digits = 0;
    uint64_t n;

    while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
        digits++;
    if (!slice_u64(slice_first(text, digits), INT64_MAX, &n))
        return false;
    for (const struct unit *u = units; u->name; u++)
        if (slice_eq(slice_from(text, digits), slice_of(u->name)))
            return !__builtin_mul_overflow((int64_t)n, u->factor, out);
    return false;
}

static bool read_number(const struct source *s, int64_t *out)
{
    const struct field *f = s->f;
    int64_t n;

    if (f->type == FIELD_NUMBER) {
        uint64_t u;

        if (!yaml_is_number(s->y) || !slice_u64(s->y->text, INT64_MAX, &u))
            return refuse(s, NULL);
        n = (int64_t)u;
    } else if (!read_in_units(s->y->text,
                              f->type == FIELD_SIZE ? sizes : durations, &n)) {
        return refuse(s, NULL);
    }
    if (f->type == FIELD_SECONDS && n % SECOND != 0)
        return refuse(s, "a fraction of a second");
    if (f->type == FIELD_SECONDS)
        n /= SECOND;
    if (n < f->min || n > f->max)
        return refuse(s, NULL);
    *out = n;
    return true;
}

static bool read_flag(const struct source *s, enum file_flag *out)
{
    bool value;

    if (!yaml_is_flag(s->y, &value))
        return refuse(s, NULL);
    *out = value ? FILE_FLAG_TRUE : FILE_FLAG_FALSE;
    return true;
}

/* ---- addresses ----------------------------------------------------------- */

/* "host:port", "[v6]:port", "port" alone: host empty. */
static bool split_port(struct slice s, struct slice *host, uint16_t *port)
{
    ssize_t colon = slice_rindex(s, ':');
    struct slice digits = colon < 0 ? s : slice_from(s, (size_t)colon + 1);
    uint64_t n;

    if (!slice_u64(digits, 65535, &n) || n == 0)
        return false;
    *host = slice_first(s, colon < 0 ? 0 : (size_t)colon);
    *port = (uint16_t)n;
    return true;
}

static bool has_right_transport(const struct field *f, enum transport t)
{
    if (f->type == FIELD_HEP)
        return t == TRANSPORT_UDP;
    return t == TRANSPORT_TCP || (f->type == FIELD_SIP && t == TRANSPORT_UDP);
}

static bool read_place(const struct source *s, struct file_place *out)
{
    struct file_place place = {.at = s->y->at, .transport = TRANSPORT_TCP};
    struct slice rest = s->y->text, host, name;

    if (s->f->type != FIELD_ADMIN) {
        if (slice_index(rest, ':') < 0)
            return refuse(s, NULL);
        slice_cut(&rest, ':', &name);
        if (!transport_parse(name, &place.transport) ||
            !has_right_transport(s->f, place.transport))
            return refuse(s, "unknown transport");
    }
    if (!split_port(rest, &host, &place.port))
        return refuse(s, "no port of 1 to 65535");
    if (host.n == 0 && s->f->type == FIELD_HEP)
        return refuse(s, "no host");
    if (host.n > 0 && !is_host(host))
        return refuse(s, "bad address");
    if (host.n > 0)
        place.host = keep(s->arena, host);
    *out = place;
    return true;
}

static bool read_server(const struct source *s, struct file_server *out)
{
    struct slice text = s->y->text, host = text;
    struct file_server server = {.at = s->y->at};
    struct addr a;

    if (!addr_parse_ip(text, &a) && slice_index(text, ':') >= 0 &&
        !split_port(text, &host, &server.port))
        return refuse(s, "no port of 1 to 65535");
    if (s->f->type == FIELD_RESOLVER ? !addr_parse_ip(host, &a)
                                     : !is_host(host))
        return refuse(s, "bad address");
    server.host = keep(s->arena, host);
    *out = server;
    return true;
}

/* Texts that YAML takes for something else need quotes. */
static bool is_right_kind(const struct field *f, const struct yaml *y)
{
    bool flag, number = yaml_is_number(y);

    if (y->kind != YAML_SCALAR || yaml_is_null(y))
        return false;
    if (f->type == FIELD_FLAG)
        return true;
    if (number)
        return f->type == FIELD_ADMIN || f->type == FIELD_NUMBER ||
               f->type == FIELD_SIZE || f->type == FIELD_TEXT;
    return !yaml_is_flag(y, &flag);
}

static bool takes_variables(const struct field *f)
{
    switch ((int)f->type) {
    case FIELD_HOST:
    case FIELD_PATH:
    case FIELD_SERVER:
    case FIELD_RESOLVER:
    case FIELD_SIP:
    case FIELD_DIAMETER:
    case FIELD_ADMIN:
    case FIELD_HEP: return true;
    }
    return false;
}

static bool read_value(const struct source *s, void *out)
{
    switch (s->f->type) {
    case FIELD_NAME:
    case FIELD_DOMAIN:
    case FIELD_HOST:
    case FIELD_PATH:
    case FIELD_TEXT: return read_text(s, out);
    case FIELD_SERVER:
    case FIELD_RESOLVER: return read_server(s, out);
    case FIELD_SIP:
    case FIELD_DIAMETER:
    case FIELD_ADMIN:
    case FIELD_HEP: return read_place(s, out);
    case FIELD_WORD: return read_word(s, out);
    case FIELD_FLAG: return read_flag(s, out);
    case FIELD_NUMBER:
    case FIELD_SIZE:
    case FIELD_DURATION:
    case FIELD_SECONDS: return read_number(s, out);
    case FIELD_MAP: break;
    }
    assert(!"maps are read by their table");
    return false;
}

bool value_read(const struct field *f, const struct yaml *y,
                struct arena *arena, void *out, struct report *report)
{
    struct yaml expanded = *y;
    const struct source s = {f, &expanded, arena, report};

    if (takes_variables(f) && y->kind == YAML_SCALAR &&
        !expand_text(y, arena, &expanded.text, report))
        return false;
    if (!is_right_kind(f, &expanded))
        return refuse(&s, NULL);
    return read_value(&s, out);
}
