/* SPDX-License-Identifier: MIT */
#include "load/options.h"
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char OPTIONS_USAGE[] =
    "  --proxy ADDRESS:PORT   of the P-CSCF, or the reflector "
    "(127.0.0.1:5060);\n"
    "                         several with commas share the phones\n"
    "  --first ADDRESS:PORT   of the first phone (127.60.8.1:20000)\n"
    "  --domain NAME          (ims.example)\n"
    "  --phones N             an even number (1000)\n"
    "  --each N               phones that share a port (1)\n"
    "  --auth aka|digest      (aka)\n"
    "  --kind KIND            registration, re-registration, call, message,\n"
    "                         mix (70, 20 calls, 10 messages of 100)\n"
    "  --rate N               units a second (100), by chance\n"
    "  --evenly               as a clock ticks\n"
    "  --seconds N            how long (10); 0: until --units have begun\n"
    "  --units N              most units; 0: no bound (0)\n"
    "  --among N              the first so many phones, an even number; 0: "
    "all (0)\n"
    "  --missing              registrations are of phones that are not\n"
    "  --at-once N            units that may run at a time\n"
    "  --stay ringing|talking calls end there, and nobody hangs up\n"
    "  --register N           registrations a second before (200); 0: none\n"
    "  --timeout N            seconds that a unit may take (8)\n";

static bool parse_addr(struct slice text, struct addr *out)
{
    ssize_t colon = slice_rindex(text, ':');
    uint64_t port;

    if (colon < 0 ||
        !slice_u64(slice_from(text, (size_t)colon + 1), UINT16_MAX, &port) ||
        !addr_parse_ip(slice_first(text, (size_t)colon), out))
        return false;
    out->port = (uint16_t)port;
    out->transport = TRANSPORT_UDP;
    return true;
}

static bool parse_proxies(struct slice text, struct load_options *o)
{
    struct slice one;

    for (o->proxy_count = 0; slice_cut(&text, ',', &one); o->proxy_count++)
        if (o->proxy_count == LOAD_PROXIES ||
            !parse_addr(one, &o->proxies[o->proxy_count]))
            return false;
    return o->proxy_count > 0;
}

static bool parse_number(struct slice text, unsigned *out)
{
    uint64_t n;

    if (!slice_u64(text, 1000000, &n))
        return false;
    *out = (unsigned)n;
    return true;
}

/* 0 or more, finite. */
static bool parse_real(const char *text, double *out)
{
    char *end;
    double v = strtod(text, &end);

    if (end == text || *end || !isfinite(v) || v < 0)
        return false;
    *out = v;
    return true;
}

static bool parse_kind(struct slice text, unsigned share[LOAD_KINDS])
{
    enum load_kind kind;

    memset(share, 0, LOAD_KINDS * sizeof *share);
    if (slice_eq(text, S("mix"))) {
        share[LOAD_REREGISTER] = 70;
        share[LOAD_CALL] = 20;
        share[LOAD_MESSAGE] = 10;
        return true;
    }
    if (!load_kind_parse(text, &kind))
        return false;
    share[kind] = 1;
    return true;
}

static bool parse_auth(struct slice text, enum load_auth *out)
{
    *out = slice_eq(text, S("digest")) ? LOAD_DIGEST : LOAD_AKA;
    return *out == LOAD_DIGEST || slice_eq(text, S("aka"));
}

static bool parse_us(const char *text, int64_t *out)
{
    double seconds;

    if (!parse_real(text, &seconds) || seconds > 86400)
        return false;
    *out = (int64_t)(seconds * SECOND);
    return true;
}

static bool parse_count(struct slice text, uint64_t *out)
{
    return slice_u64(text, 1000000000, out);
}

static bool parse_stay(struct slice text, enum load_stay *out)
{
    *out = slice_eq(text, S("ringing")) ? LOAD_RINGING : LOAD_TALKING;
    return *out == LOAD_RINGING || slice_eq(text, S("talking"));
}

static bool take_option(struct options *o, int c, const char *text)
{
    struct slice s = slice_of(text);

    switch (c) {
    case 'p': return parse_proxies(s, &o->load);
    case 'f': return parse_addr(s, &o->load.first);
    case 'd': o->load.domain = text; return true;
    case 'n':
        return parse_number(s, &o->load.phones) && o->load.phones >= 2 &&
               o->load.phones % 2 == 0;
    case 'e': return parse_number(s, &o->load.each) && o->load.each;
    case 'a': return parse_auth(s, &o->load.auth);
    case 'k': return parse_kind(s, o->arrivals.share);
    case 'r':
        return parse_real(text, &o->arrivals.rate) && o->arrivals.rate > 0;
    case 's': return parse_us(text, &o->arrivals.during_us);
    case 'u': return parse_count(s, &o->arrivals.most);
    case 'A':
        return parse_number(s, &o->arrivals.scope.among) &&
               o->arrivals.scope.among % 2 == 0;
    case 'S': return parse_stay(s, &o->arrivals.scope.stay);
    case 'R': return parse_real(text, &o->register_rate);
    case 't':
        return parse_us(text, &o->load.timeout_us) && o->load.timeout_us > 0;
    case 'U': return parse_number(s, &o->load.units);
    case 'E': o->arrivals.evenly = true; return true;
    case 'M': o->arrivals.scope.missing = true; return true;
    default: return false;
    }
}

void options_init(struct options *o)
{
    *o = (struct options){
        .load = {.domain = "ims.example",
                 .phones = 1000,
                 .each = 1,
                 .timeout_us = 8 * SECOND},
        .arrivals = {.rate = 100, .during_us = 10 * SECOND},
        .register_rate = 200,
    };
    parse_kind(S("registration"), o->arrivals.share);
    parse_proxies(S("127.0.0.1:5060"), &o->load);
    parse_addr(S("127.60.8.1:20000"), &o->load.first);
}

bool options_read(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {
        {"proxy", 1, NULL, 'p'},    {"first", 1, NULL, 'f'},
        {"domain", 1, NULL, 'd'},   {"phones", 1, NULL, 'n'},
        {"each", 1, NULL, 'e'},     {"auth", 1, NULL, 'a'},
        {"kind", 1, NULL, 'k'},     {"rate", 1, NULL, 'r'},
        {"seconds", 1, NULL, 's'},  {"units", 1, NULL, 'u'},
        {"among", 1, NULL, 'A'},    {"stay", 1, NULL, 'S'},
        {"register", 1, NULL, 'R'}, {"timeout", 1, NULL, 't'},
        {"at-once", 1, NULL, 'U'},  {"evenly", 0, NULL, 'E'},
        {"missing", 0, NULL, 'M'},  {0},
    };
    int c, index = 0;

    optind = 0; /* from the beginning, whatever was read before */
    while ((c = getopt_long(argc, argv, "", longs, &index)) != -1)
        if (!take_option(o, c, optarg)) {
            if (c != '?')
                fprintf(stderr, "load: --%s cannot be %s\n", longs[index].name,
                        optarg);
            return false;
        }
    if (!o->arrivals.during_us && !o->arrivals.most) {
        fprintf(stderr, "load: --seconds 0 needs --units\n");
        return false;
    }
    return optind == argc;
}
