/* SPDX-License-Identifier: MIT
 *
 *     world seed=17 dns
 *     network 0 pcscfs=1 scscfs=2 capabilities=13
 *     phone 0 network=0 at=0 pcscf=0 subscriber=0 address=0 algorithm=MD5 ...
 *     fault loss at=12.5 until=20 node=3 ppm=1000 us=1000
 *     at 8.123456 phone 0 call 3 hold=20
 */
#include "worlds/plan.h"

static const char *const kinds[PLAN_KINDS] = {
#define ACTION(id, often, word) [PLAN_##id] = word,
#include "worlds/words.def"
};
static const char *const troubles[PLAN_TROUBLES] = {
#define FAULT(id, word) [PLAN_##id] = word,
#include "worlds/words.def"
};

const char *plan_trouble_name(enum plan_trouble kind)
{
    return troubles[kind];
}

/* ---- writing -------------------------------------------------------------
 */

static void print_time(const char *before, int64_t us, struct buf *out)
{
    buf_printf(out, "%s%lld.%06lld", before, (long long)(us / SECOND),
               (long long)(us % SECOND));
}

static void print_network(const struct plan *p, unsigned i, struct buf *out)
{
    const struct plan_network *n = &p->networks[i];

    buf_printf(out, "network %u pcscfs=%u scscfs=%u capabilities=", i,
               n->pcscfs, n->scscfs);
    for (unsigned k = 0; k < n->scscfs; k++)
        buf_printf(out, "%u", n->capability[k]);
    buf_char(out, '\n');
}

static void print_phone(const struct plan *p, unsigned i, struct buf *out)
{
    const struct plan_phone *ph = &p->phones[i];

    buf_printf(out,
               "phone %u network=%u at=%u pcscf=%u subscriber=%u address=%u "
               "algorithm=%s expires=%u capability=%u%s%s%s%s%s\n",
               i, ph->network, ph->at, ph->pcscf, ph->subscriber, ph->address,
               digest_algorithm_name(ph->algorithm), ph->expires,
               ph->capability, ph->barred ? " barred" : "",
               ph->wrong ? " wrong" : "", ph->tel ? " tel" : "",
               ph->tcp ? " tcp" : "", ph->off ? " off" : "");
}

static void print_fault(const struct plan_fault *f, struct buf *out)
{
    buf_printf(out, "fault %s", troubles[f->kind]);
    print_time(" at=", f->at_us, out);
    print_time(" until=", f->until_us, out);
    buf_printf(out, " node=%u ppm=%u us=%lld\n", f->node, f->ppm,
               (long long)f->us);
}

static void print_action(const struct plan_action *a, struct buf *out)
{
    print_time("at ", a->at_us, out);
    buf_printf(out, " phone %u %s %u hold=%u\n", a->phone, kinds[a->kind],
               a->other, a->hold_s);
}

void plan_print(const struct plan *p, struct buf *out)
{
    buf_printf(out, "world seed=%llu%s%s%s\n", (unsigned long long)p->seed,
               p->dns ? " dns" : "", p->tight ? " tight" : "",
               p->reg_event ? " reg-event" : "");
    for (unsigned i = 0; i < p->network_count; i++)
        print_network(p, i, out);
    for (unsigned i = 0; i < p->phone_count; i++)
        print_phone(p, i, out);
    for (unsigned i = 0; i < p->fault_count; i++)
        if (!p->faults[i].off)
            print_fault(&p->faults[i], out);
    for (unsigned i = 0; i < p->action_count; i++)
        if (!p->actions[i].off)
            print_action(&p->actions[i], out);
}

/* ---- reading -------------------------------------------------------------
 */

struct line {
    struct slice text;
    struct slice rest;
};

static struct slice word(struct line *l)
{
    struct slice w = {0};

    while (slice_cut(&l->rest, ' ', &w) && w.n == 0)
        ;
    return w;
}

/* The value of key=, empty without; has() says whether the word stands. */
static struct slice value(const struct line *l, const char *key)
{
    struct slice rest = l->text, w;
    size_t n = strlen(key);

    while (slice_cut(&rest, ' ', &w))
        if (slice_starts(w, slice_of(key)) && w.n > n && w.p[n] == '=')
            return slice_from(w, n + 1);
    return (struct slice){0};
}

static bool has(const struct line *l, const char *flag)
{
    struct slice rest = l->text, w;

    while (slice_cut(&rest, ' ', &w))
        if (slice_eq(w, slice_of(flag)))
            return true;
    return false;
}

static uint64_t number_of(struct slice s)
{
    uint64_t v = 0;

    return slice_u64(s, UINT64_MAX, &v) ? v : 0;
}

static unsigned number(const struct line *l, const char *key)
{
    return (unsigned)number_of(value(l, key));
}

/* Seconds with six places. */
static int64_t time_of(struct slice s)
{
    struct slice whole;

    slice_cut(&s, '.', &whole);
    return (int64_t)(number_of(whole) * (uint64_t)SECOND + number_of(s));
}

static bool find_word(const char *const *words, unsigned n, struct slice w,
                      unsigned *out)
{
    for (unsigned i = 0; i < n; i++)
        if (slice_eq(w, slice_of(words[i]))) {
            *out = i;
            return true;
        }
    return false;
}

static bool read_world(struct plan *p, struct line *l)
{
    p->seed = number_of(value(l, "seed"));
    p->dns = has(l, "dns");
    p->tight = has(l, "tight");
    p->reg_event = has(l, "reg-event");
    return true;
}

static bool read_network(struct plan *p, struct line *l)
{
    struct plan_network *n;
    struct slice digits = value(l, "capabilities");

    if (p->network_count == PLAN_NETWORKS)
        return false;
    n = &p->networks[p->network_count++];
    n->pcscfs = number(l, "pcscfs");
    n->scscfs = number(l, "scscfs");
    for (unsigned i = 0; i < digits.n && i < PLAN_SCSCFS; i++)
        n->capability[i] = (unsigned)(digits.p[i] - '0');
    return n->pcscfs && n->pcscfs <= PLAN_PCSCFS && n->scscfs &&
           n->scscfs <= PLAN_SCSCFS;
}

static bool read_phone(struct plan *p, struct line *l)
{
    struct plan_phone *ph;

    if (p->phone_count == PLAN_PHONES)
        return false;
    ph = &p->phones[p->phone_count++];
    *ph = (struct plan_phone){.network = number(l, "network"),
                              .at = number(l, "at"),
                              .pcscf = number(l, "pcscf"),
                              .subscriber = number(l, "subscriber"),
                              .address = number(l, "address"),
                              .capability = number(l, "capability"),
                              .expires = number(l, "expires"),
                              .barred = has(l, "barred"),
                              .wrong = has(l, "wrong"),
                              .tel = has(l, "tel"),
                              .tcp = has(l, "tcp"),
                              .off = has(l, "off")};
    return ph->network < p->network_count && ph->at < p->network_count &&
           ph->pcscf < p->networks[ph->at].pcscfs &&
           ph->subscriber < p->phone_count && ph->address < p->phone_count &&
           digest_algorithm_parse(value(l, "algorithm"), &ph->algorithm);
}

static bool read_fault(struct plan *p, struct line *l)
{
    struct plan_fault *f;
    unsigned kind;

    if (p->fault_count == PLAN_FAULTS ||
        !find_word(troubles, PLAN_TROUBLES, word(l), &kind))
        return false;
    f = &p->faults[p->fault_count++];
    *f = (struct plan_fault){.kind = kind,
                             .at_us = time_of(value(l, "at")),
                             .until_us = time_of(value(l, "until")),
                             .node = number(l, "node"),
                             .ppm = number(l, "ppm"),
                             .us = (int64_t)number_of(value(l, "us"))};
    return f->node < plan_node_count(p) + p->phone_count;
}

static bool read_action(struct plan *p, struct line *l)
{
    struct plan_action a = {.at_us = time_of(word(l)),
                            .hold_s = number(l, "hold")};
    unsigned kind;

    if (p->action_count == PLAN_ACTIONS || !slice_eq(word(l), S("phone")))
        return false;
    a.phone = (unsigned)number_of(word(l));
    if (!find_word(kinds, PLAN_KINDS, word(l), &kind))
        return false;
    a.kind = kind;
    a.other = (unsigned)number_of(word(l));
    p->actions[p->action_count++] = a;
    return a.phone < p->phone_count && a.other < p->phone_count;
}

static bool read_line(struct plan *p, struct line *l)
{
    static const struct {
        const char *word;
        bool (*read)(struct plan *p, struct line *l);
    } rows[] = {{"world", read_world},
                {"network", read_network},
                {"phone", read_phone},
                {"fault", read_fault},
                {"at", read_action}};
    struct slice first = word(l);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (slice_eq(first, slice_of(rows[i].word)))
            return rows[i].read(p, l);
    return false;
}

enum ims_err plan_read(struct plan *p, struct slice text, struct why *why)
{
    struct slice rest = text, line;
    unsigned at = 0;

    *p = (struct plan){0};
    while (slice_cut(&rest, '\n', &line)) {
        struct line l;

        at++;
        line = slice_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        l = (struct line){line, line};
        if (!read_line(p, &l))
            return why_set(why, IMS_MALFORMED, "line %u: %.*s", at,
                           SLICE_ARG(line));
    }
    if (!p->network_count || !p->phone_count)
        return why_set(why, IMS_MALFORMED, "no network, or no phone");
    return IMS_OK;
}
