/* SPDX-License-Identifier: MIT */
#include "support/pcap.h"
#include "base/mem.h"
#include "support/check.h"
#include <stdio.h>
#include <sys/wait.h>

enum { IP_HEADER = 20, TCP_HEADER = 20, FLOWS = 16, RAW_IP = 101 };

struct flow {
    struct addr from, to;
    uint32_t next; /* sequence number */
};

struct pcap {
    FILE *file;
    struct flow flows[FLOWS];
    size_t count;
    uint32_t now_us;
};

static void put(struct pcap *p, const void *bytes, size_t n)
{
    assert_int_equal(fwrite(bytes, 1, n, p->file), n);
}

struct pcap *pcap_new(const char *path)
{
    static const uint32_t header[] = {0xa1b2c3d4, 0x00040002, 0,
                                      0,          65535,      RAW_IP};
    struct pcap *p = mem_zalloc(sizeof(*p));

    p->file = fopen(path, "wb");
    assert_non_null(p->file);
    put(p, header, sizeof(header));
    return p;
}

void pcap_free(struct pcap *p)
{
    assert_int_equal(fclose(p->file), 0);
    free(p);
}

static struct flow *flow_of(struct pcap *p, const struct addr *from,
                            const struct addr *to)
{
    for (size_t i = 0; i < p->count; i++)
        if (addr_eq(&p->flows[i].from, from) && addr_eq(&p->flows[i].to, to))
            return &p->flows[i];
    assert_true(p->count < FLOWS);
    p->flows[p->count] = (struct flow){.from = *from, .to = *to, .next = 1};
    return &p->flows[p->count++];
}

static void set16(uint8_t *b, unsigned v)
{
    b[0] = (uint8_t)(v >> 8);
    b[1] = (uint8_t)v;
}

static void set_checksum(uint8_t *ip)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < IP_HEADER; i += 2)
        sum += (unsigned)ip[i] << 8 | ip[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
    set16(ip + 10, ~(sum + (sum >> 16)) & 0xffff);
}

void pcap_tcp(struct pcap *p, const struct addr *from, const struct addr *to,
              struct slice bytes)
{
    struct flow *there = flow_of(p, from, to), *back = flow_of(p, to, from);
    uint32_t n = (uint32_t)(IP_HEADER + TCP_HEADER + bytes.n);
    uint32_t record[] = {1, p->now_us += 100, n, n};
    uint8_t ip[IP_HEADER] = {0x45, [8] = 64, [9] = 6};
    uint8_t tcp[TCP_HEADER] = {[12] = 0x50, [13] = 0x18, [14] = 0xff};

    set16(ip + 2, n);
    memcpy(ip + 12, from->ip, 4);
    memcpy(ip + 16, to->ip, 4);
    set_checksum(ip);
    set16(tcp, from->port);
    set16(tcp + 2, to->port);
    set16(tcp + 4, there->next >> 16);
    set16(tcp + 6, there->next & 0xffff);
    set16(tcp + 8, back->next >> 16);
    set16(tcp + 10, back->next & 0xffff);
    there->next += (uint32_t)bytes.n;
    put(p, record, sizeof(record));
    put(p, ip, sizeof(ip));
    put(p, tcp, sizeof(tcp));
    put(p, bytes.p, bytes.n);
}

int run_command(const char *command, struct buf *out)
{
    FILE *f = popen(command, "r");
    char part[4096];
    size_t n;
    int status;

    assert_non_null(f);
    while ((n = fread(part, 1, sizeof(part), f)) > 0)
        buf_add(out, slice_at(part, n));
    status = pclose(f);
    return WIFEXITED(status) && WEXITSTATUS(status) != 127 ? WEXITSTATUS(status)
                                                           : -1;
}
