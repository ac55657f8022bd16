/* SPDX-License-Identifier: MIT */
#include "node/process.h"
#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / SECOND;
}

static double cpu_seconds(void *ctx)
{
    struct rusage u;

    (void)ctx;
    if (getrusage(RUSAGE_SELF, &u) != 0)
        return 0;
    return seconds(u.ru_utime) + seconds(u.ru_stime);
}

static double resident_bytes(void *ctx)
{
    FILE *f = fopen("/proc/self/statm", "re");
    char line[128] = "";
    struct slice rest, total, resident;
    uint64_t pages = 0;

    (void)ctx;
    if (!f)
        return 0;
    if (!fgets(line, sizeof(line), f))
        line[0] = '\0';
    fclose(f);
    rest = slice_of(line);
    if (slice_cut(&rest, ' ', &total) && slice_cut(&rest, ' ', &resident))
        slice_u64(resident, UINT64_MAX, &pages);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static double open_descriptors(void *ctx)
{
    DIR *dir = opendir("/proc/self/fd");
    double count = -3; /* ".", ".." and the directory itself */

    (void)ctx;
    if (!dir)
        return 0;
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

void process_add_figures(struct metrics *m, const struct loop *loop)
{
    const struct loop_figures *f = loop_figures(loop);

    metrics_gauge(m, "imsbox_process_cpu_seconds", "",
                  "User and system time used", cpu_seconds, NULL);
    metrics_gauge(m, "imsbox_process_resident_bytes", "", "Memory in use",
                  resident_bytes, NULL);
    metrics_gauge(m, "imsbox_process_open_fds", "", "File descriptors in use",
                  open_descriptors, NULL);
    metrics_counter_at(m, "imsbox_loop_turns_total", "", "Turns of the loop",
                       &f->turns);
    metrics_counter_at(m, "imsbox_datagrams_total", "direction=\"in\"",
                       "Datagrams received and sent", &f->datagrams_in);
    metrics_counter_at(m, "imsbox_datagrams_total", "direction=\"out\"",
                       "Datagrams received and sent", &f->datagrams_out);
    metrics_counter_at(m, "imsbox_datagrams_dropped_total", "",
                       "Datagrams dropped because a queue was full",
                       &f->datagrams_dropped);
    metrics_counter_at(m, "imsbox_datagrams_undeliverable_total", "",
                       "Datagrams that came back as an ICMP error",
                       &f->undeliverable);
    metrics_counter_at(m, "imsbox_system_calls_total", "call=\"recvmmsg\"",
                       "Batched system calls for datagrams",
                       &f->recvmmsg_calls);
    metrics_counter_at(m, "imsbox_system_calls_total", "call=\"sendmmsg\"",
                       "Batched system calls for datagrams",
                       &f->sendmmsg_calls);
}
