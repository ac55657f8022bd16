/* SPDX-License-Identifier: MIT
 *
 * Stream portions as a capture file (link type 101, raw IPv4), for tshark.
 */
#ifndef SUPPORT_PCAP_H
#define SUPPORT_PCAP_H

#include "base/addr.h"

struct pcap;

struct pcap *pcap_new(const char *path);
void pcap_free(struct pcap *p);
/* A TCP segment between two IPv4 addresses. */
void pcap_tcp(struct pcap *p, const struct addr *from, const struct addr *to,
              struct slice bytes);

/* Runs a command, its standard output in heap memory of the caller's; -1: the
 * program is not there. */
int run_command(const char *command, struct buf *out);

#endif
