/* SPDX-License-Identifier: MIT
 *
 * The service manager is a datagram socket of the test's own.
 */
#include "node/notify.h"
#include "support/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct manager {
    int fd;
    char name[100]; /* as NOTIFY_SOCKET has it */
    struct clock clock;
    struct timers timers;
    const char *status;
    struct notify notify;
};

static void bind_to(struct manager *m, const char *name)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    size_t n = strlen(name);

    memcpy(a.sun_path, name, n);
    if (name[0] == '@')
        a.sun_path[0] = '\0';
    m->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert_true(m->fd >= 0);
    assert_int_equal(
        bind(m->fd, (struct sockaddr *)&a,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)),
        0);
    snprintf(m->name, sizeof m->name, "%s", name);
}

static void open_manager(struct manager *m, const char *prefix)
{
    char name[100];

    *m = (struct manager){.clock = {.mono_us = 1000}, .status = "fine"};
    timers_init(&m->timers, &m->clock);
    snprintf(name, sizeof name, "%simsbox-notify-%d", prefix, getpid());
    bind_to(m, name);
    setenv("NOTIFY_SOCKET", name, 1);
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

static void close_manager(struct manager *m)
{
    notify_close(&m->notify);
    assert_int_equal(timers_next_us(&m->timers), -1);
    timers_fini(&m->timers);
    close(m->fd);
    if (m->name[0] == '/')
        unlink(m->name);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

/* The next datagram is this; NULL: there is none. */
static void hears(const struct manager *m, const char *expected)
{
    char bytes[4096];
    ssize_t n = recv(m->fd, bytes, sizeof bytes, 0);

    if (expected)
        assert_text(slice_at(bytes, n < 0 ? 0 : (size_t)n), slice_of(expected));
    else
        assert_int_equal(n, -1);
}

static void status(void *ctx, struct buf *out)
{
    const struct manager *m = ctx;

    buf_str(out, m->status);
}

static void pass(struct manager *m, int64_t us)
{
    m->clock.mono_us += us;
    timers_fire(&m->timers);
}

static void both_kinds_of_socket_are_found(void **state)
{
    static const char *const prefixes[] = {"@", "/tmp/"};
    struct manager m;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        open_manager(&m, prefixes[i]);
        notify_open(&m.notify);
        notify_say(&m.notify, "READY=1\nSTATUS=%s", "it runs");
        hears(&m, "READY=1\nSTATUS=it runs");
        hears(&m, NULL);
        close_manager(&m);
    }
}

static void without_a_manager_nothing_is_sent_and_nothing_runs(void **state)
{
    static const char *const names[] = {
        "",
        "@",
        "/",
        "notify",
        "vsock:2:1234",
        "/nowhere/at/all",
        ("/01234567890123456789012345678901234567890123456789"
         "012345678901234567890123456789012345678901234567890123456789"),
    };
    struct manager m;

    (void)state;
    for (size_t i = 0; i <= sizeof names / sizeof names[0]; i++) {
        open_manager(&m, "@");
        if (i == sizeof names / sizeof names[0])
            unsetenv("NOTIFY_SOCKET");
        else
            setenv("NOTIFY_SOCKET", names[i], 1);
        notify_open(&m.notify);
        assert_int_equal(m.notify.fd, -1);
        notify_say(&m.notify, "READY=1");
        notify_begin(&m.notify, &m.timers, status, &m);
        assert_int_equal(timers_next_us(&m.timers), -1);
        hears(&m, NULL);
        close_manager(&m);
    }
}

static void the_watchdog_is_fed_every_half_of_its_time(void **state)
{
    struct manager m;

    (void)state;
    open_manager(&m, "@");
    setenv("WATCHDOG_USEC", "600000", 1);
    notify_open(&m.notify);
    notify_begin(&m.notify, &m.timers, status, &m);
    hears(&m, "WATCHDOG=1");
    hears(&m, "STATUS=fine");
    for (int i = 0; i < 3; i++) {
        pass(&m, 299 * MSEC);
        hears(&m, NULL);
        pass(&m, 1 * MSEC);
        hears(&m, "WATCHDOG=1");
        hears(&m, NULL); /* the status did not change */
    }
    close_manager(&m);
}

static void a_watchdog_of_another_process_is_not_ours(void **state)
{
    static const struct {
        const char *usec, *pid; /* pid NULL: none; "": ours */
        int64_t expected;
    } rows[] = {
        {"5000000", NULL, 5000000},
        {"5000000", "", 5000000},
        {"5000000", "1", 0},
        {"5000000", "x", 0},
        {"-1", NULL, 0},
        {"soon", NULL, 0},
        {"0", NULL, 0},
        {NULL, NULL, 0},
    };
    char own[20];
    struct manager m;

    (void)state;
    snprintf(own, sizeof own, "%d", getpid());
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        open_manager(&m, "@");
        if (rows[i].usec)
            setenv("WATCHDOG_USEC", rows[i].usec, 1);
        if (rows[i].pid)
            setenv("WATCHDOG_PID", rows[i].pid[0] ? rows[i].pid : own, 1);
        notify_open(&m.notify);
        assert_int_equal(m.notify.watchdog_us, rows[i].expected);
        close_manager(&m);
    }
}

static void the_status_is_told_when_it_changes(void **state)
{
    struct manager m;

    (void)state;
    open_manager(&m, "@");
    notify_open(&m.notify);
    m.status = "pcscf1 is not ready: no HSS";
    notify_begin(&m.notify, &m.timers, status, &m);
    hears(&m, "STATUS=pcscf1 is not ready: no HSS");
    pass(&m, 1 * SECOND);
    hears(&m, NULL);
    m.status = "pcscf1 serves ims.example";
    pass(&m, 1 * SECOND);
    hears(&m, "STATUS=pcscf1 serves ims.example");
    close_manager(&m);
}

static void the_beginning_of_an_end_and_of_a_reload_is_told(void **state)
{
    struct manager m;

    (void)state;
    open_manager(&m, "@");
    notify_open(&m.notify);
    notify_reloading(&m.notify, 123456789);
    hears(&m, "RELOADING=1\nMONOTONIC_USEC=123456789");
    notify_stopping(&m.notify, 7 * SECOND);
    hears(&m, "STOPPING=1\nEXTEND_TIMEOUT_USEC=7000000");
    close_manager(&m);
}

static void a_manager_that_does_not_read_stops_nobody(void **state)
{
    struct manager m;

    (void)state;
    open_manager(&m, "@");
    notify_open(&m.notify);
    for (int i = 0; i < 10000; i++)
        notify_say(&m.notify, "WATCHDOG=1");
    hears(&m, "WATCHDOG=1");
    close_manager(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_kinds_of_socket_are_found),
        cmocka_unit_test(without_a_manager_nothing_is_sent_and_nothing_runs),
        cmocka_unit_test(the_watchdog_is_fed_every_half_of_its_time),
        cmocka_unit_test(a_watchdog_of_another_process_is_not_ours),
        cmocka_unit_test(the_status_is_told_when_it_changes),
        cmocka_unit_test(the_beginning_of_an_end_and_of_a_reload_is_told),
        cmocka_unit_test(a_manager_that_does_not_read_stops_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
