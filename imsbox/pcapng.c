/* SPDX-License-Identifier: MIT */
#include "imsbox/pcapng.h"
#include "base/mem.h"
#include "imsbox/packet.h"
#include <errno.h>

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_NAMES = 4,
    BLOCK_PACKET = 6,
    SECTION_MAGIC = 0x1a2b3c4d,
    LINK_RAW_IP = 101,
    OPT_END = 0,
    OPT_COMMENT = 1,
    OPT_APPLICATION = 4, /* of a section */
    NAME_END = 0,
    NAME_IPV4 = 1,
    NAME_IPV6 = 2,
    BLOCK_MAX = 1 << 20,
    LOOK_BACK = 500, /* steps, for the message a sentence belongs to */
};

/* The sentences about an arrow as a list; numbers of steps plus 1, 0 ends. */
struct comments {
    unsigned first; /* of an arrow */
    unsigned next;  /* of a sentence */
};

struct pcapng {
    FILE *to;
    struct buf block;
    const struct step *steps;
    unsigned count;
    struct comments *comments; /* by step */
    const struct parties *parties;
    unsigned named; /* parties that were written, and how many had names */
    struct packets packets;
};

/* ---- blocks -------------------------------------------------------------- */

static void put(struct pcapng *w, const void *p, size_t n)
{
    buf_add(&w->block, slice_at(p, n));
}

static void put_u16(struct pcapng *w, uint16_t v)
{
    put(w, &v, sizeof v);
}

static void put_u32(struct pcapng *w, uint32_t v)
{
    put(w, &v, sizeof v);
}

static void pad(struct pcapng *w)
{
    while (w->block.n % 4 != 0)
        buf_char(&w->block, 0);
}

static void put_option(struct pcapng *w, uint16_t code, struct slice value)
{
    put_u16(w, code);
    put_u16(w, (uint16_t)value.n);
    put(w, value.p, value.n);
    pad(w);
}

static void begin(struct pcapng *w, uint32_t type)
{
    buf_reset(&w->block);
    put_u32(w, type);
    put_u32(w, 0);
}

static void end(struct pcapng *w)
{
    uint32_t length = (uint32_t)w->block.n + 4;

    memcpy(w->block.p + 4, &length, sizeof length);
    put_u32(w, length);
    fwrite(w->block.p, 1, w->block.n, w->to);
}

static void write_head(struct pcapng *w)
{
    const int64_t unknown_length = -1;

    begin(w, BLOCK_SECTION);
    put_u32(w, SECTION_MAGIC);
    put_u16(w, 1);
    put_u16(w, 0);
    put(w, &unknown_length, sizeof unknown_length);
    put_option(w, OPT_APPLICATION, S("imsbox trace"));
    put_option(w, OPT_END, S(""));
    end(w);
    begin(w, BLOCK_INTERFACE);
    put_u16(w, LINK_RAW_IP);
    put_u16(w, 0);
    put_u32(w, 0);
    end(w);
}

/* ---- names --------------------------------------------------------------- */

/* A capture has one name for an address, whatever its ports. */
static void put_name(struct pcapng *w, const struct addr *a, const char *name)
{
    size_t address = a->family == 4 ? 4 : 16;

    if (a->family == 0)
        return;
    put_u16(w, a->family == 4 ? NAME_IPV4 : NAME_IPV6);
    put_u16(w, (uint16_t)(address + strlen(name) + 1));
    put(w, a->ip, address);
    put(w, name, strlen(name) + 1);
    pad(w);
}

static const struct addr *address_of(const struct party *p)
{
    return p->node ? &p->node->listeners[0].at.addr : &p->addr;
}

static bool is_first_at(const struct pcapng *w, unsigned party)
{
    const struct addr *a = address_of(&w->parties->list[party]);

    for (unsigned i = 0; i < party; i++)
        if (addr_eq_ip(a, address_of(&w->parties->list[i])))
            return false;
    return true;
}

static void write_names(struct pcapng *w)
{
    begin(w, BLOCK_NAMES);
    for (unsigned i = 0; i < w->parties->count; i++)
        if (is_first_at(w, i))
            put_name(w, address_of(&w->parties->list[i]),
                     w->parties->list[i].name);
    put_u16(w, NAME_END);
    put_u16(w, 0);
    end(w);
}

/* ---- packets ------------------------------------------------------------- */

static bool is_same(struct slice a, struct slice b)
{
    return a.n > 0 && slice_eq(a, b);
}

static bool is_about(const struct entry *message, const struct entry *says)
{
    return message && (is_same(message->call, says->call) ||
                       is_same(message->session, says->session));
}

/* Either copy may know the call: the HSS's does not. */
static bool concerns(const struct step *arrow, const struct step *says)
{
    return arrow->kind == STEP_ARROW &&
           (arrow->from == says->from || arrow->to == says->from) &&
           (is_about(arrow->entry, says->entry) ||
            is_about(arrow->entry->other, says->entry));
}

/* The last message of the node about the same call, else the next arrow. */
static unsigned subject_of(const struct step *steps, unsigned count,
                           unsigned says)
{
    unsigned i = says;

    for (unsigned k = 0; i > 0 && k < LOOK_BACK; k++)
        if (concerns(&steps[--i], &steps[says]))
            return i;
    for (i = says; i < count && steps[i].kind != STEP_ARROW;)
        i++;
    return i;
}

static void put_comments(struct pcapng *w, unsigned arrow)
{
    char text[PARTY_NAME_MAX + sizeof w->steps->text + 2];

    for (unsigned i = w->comments[arrow].first; i != 0;
         i = w->comments[i - 1].next) {
        const struct step *s = &w->steps[i - 1];
        int n = snprintf(text, sizeof text, "%s: %s",
                         w->parties->list[s->from].name, s->text);

        put_option(w, OPT_COMMENT, slice_at(text, (size_t)n));
    }
    put_option(w, OPT_END, S(""));
}

static void write_packet(struct pcapng *w, unsigned arrow, struct slice packet,
                         bool first)
{
    uint64_t us = (uint64_t)w->steps[arrow].wall_us;

    begin(w, BLOCK_PACKET);
    put_u32(w, 0);
    put_u32(w, (uint32_t)(us >> 32));
    put_u32(w, (uint32_t)us);
    put_u32(w, (uint32_t)packet.n);
    put_u32(w, (uint32_t)packet.n);
    put(w, packet.p, packet.n);
    pad(w);
    if (first)
        put_comments(w, arrow);
    end(w);
}

/* The truth about one end is what the other one sees. */
static void ends_of(const struct entry *e, struct addr *from, struct addr *to)
{
    bool sent = entry_is_sent(e);

    *from = sent ? e->local : e->remote;
    *to = sent ? e->remote : e->local;
    if (sent && e->other)
        *from = e->other->remote;
    else if (!sent && e->other)
        *to = e->other->remote;
}

static void write_arrow(struct pcapng *w, unsigned arrow)
{
    const struct entry *e = w->steps[arrow].entry;
    struct addr from, to;
    struct slice rest = e->bytes;
    struct buf packet;

    ends_of(e, &from, &to);
    buf_init(&packet, PACKET_MAX);
    while (rest.n > 0) {
        bool first = rest.n == e->bytes.n;

        buf_reset(&packet);
        rest = slice_from(rest,
                          packet_print(&w->packets, &from, &to, rest, &packet));
        write_packet(w, arrow, buf_slice(&packet), first);
    }
    buf_fini(&packet);
}

/* From the last to the first, so that each list is in order. */
static void distribute_comments(struct pcapng *w)
{
    for (unsigned i = w->count; i-- > 0;) {
        unsigned arrow;

        if (w->steps[i].kind != STEP_SAYS)
            continue;
        arrow = subject_of(w->steps, w->count, i);
        w->comments[i].next = w->comments[arrow].first;
        w->comments[arrow].first = i + 1;
    }
}

/* Grows when a party comes, and when one gets its name. */
static unsigned count_names(const struct parties *p)
{
    unsigned count = p->count;

    for (unsigned i = 0; i < p->count; i++)
        count += p->list[i].named;
    return count;
}

struct pcapng *pcapng_open(FILE *to, const struct parties *parties)
{
    struct pcapng *w = mem_zalloc(sizeof *w);

    w->to = to;
    w->parties = parties;
    buf_init(&w->block, BLOCK_MAX);
    packets_init(&w->packets);
    write_head(w);
    return w;
}

enum ims_err pcapng_add(struct pcapng *w, const struct step *steps,
                        unsigned count, struct why *why)
{
    unsigned names = count_names(w->parties);

    w->steps = steps;
    w->count = count;
    w->comments = mem_zalloc((count + 1) * sizeof *w->comments);
    distribute_comments(w);
    if (names != w->named)
        write_names(w);
    w->named = names;
    for (unsigned i = 0; i < count; i++)
        if (steps[i].kind == STEP_ARROW)
            write_arrow(w, i);
    free(w->comments);
    w->comments = NULL;
    if (fflush(w->to) != 0 || ferror(w->to))
        return why_set(why, IMS_STORAGE, "%s", strerror(errno));
    return IMS_OK;
}

void pcapng_close(struct pcapng *w)
{
    packets_fini(&w->packets);
    buf_fini(&w->block);
    free(w);
}

enum ims_err pcapng_write(FILE *to, const struct step *steps, unsigned count,
                          const struct parties *parties, struct why *why)
{
    struct pcapng *w = pcapng_open(to, parties);
    enum ims_err err = pcapng_add(w, steps, count, why);

    pcapng_close(w);
    return err;
}
