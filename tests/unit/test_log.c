/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "support/check.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct heard {
    struct buf text;
    struct clock clock;
    struct log log;
};

static void hear(void *ctx, enum log_level level, struct slice line)
{
    struct heard *h = ctx;

    buf_printf(&h->text, "%s: %.*s\n", log_level_name(level), SLICE_ARG(line));
}

static int set_up(void **state)
{
    struct heard *h = mem_zalloc(sizeof(*h));

    buf_init(&h->text, 10000);
    log_init(&h->log, &h->clock, LOG_INFO, hear, h);
    *state = h;
    return 0;
}

static int tear_down(void **state)
{
    struct heard *h = *state;

    buf_fini(&h->text);
    free(h);
    return 0;
}

static void lines_above_the_level_are_not_written(void **state)
{
    struct heard *h = *state;

    log_at(&h->log, LOG_DEBUG, "debug");
    log_at(&h->log, LOG_INFO, "info %d", 1);
    log_at(&h->log, LOG_ERROR, "error");
    assert_text(buf_slice(&h->text), S("info: info 1\nerror: error\n"));
}

static void a_template_is_written_once_a_second_and_the_rest_told(void **state)
{
    struct heard *h = *state;

    for (int i = 0; i < 22; i++) {
        if (i == 20)
            h->clock.mono_us += SECOND;
        if (i == 21)
            h->clock.mono_us += SECOND;
        log_at(&h->log, LOG_INFO, "line %d", i);
        if (i == 5)
            log_at(&h->log, LOG_INFO, "another");
    }
    assert_text(buf_slice(&h->text),
                S("info: line 0\ninfo: another\n"
                  "info: line 20 (and 19 more like this)\ninfo: line 21\n"));
}

/* Wherever in memory the templates lie. */
static void templates_that_come_by_turns_are_each_written_once(void **state)
{
    static const char fmt[] = "template %d\0template %d\0template %d\0";
    struct heard *h = *state;

    for (int i = 0; i < 100; i++)
        for (int k = 0; k < 3; k++)
            log_at(&h->log, LOG_INFO, &fmt[k * (int)sizeof "template %d"], k);
    assert_text(buf_slice(&h->text),
                S("info: template 0\ninfo: template 1\ninfo: template 2\n"));
}

static void a_stranger_cannot_begin_a_line(void **state)
{
    struct heard *h = *state;

    log_at(&h->log, LOG_WARN, "from %s", "x\nerror: y\x1b[0m");
    assert_text(buf_slice(&h->text), S("warn: from x?error: y?[0m\n"));
}

static void a_long_line_is_cut(void **state)
{
    struct heard *h = *state;

    log_at(&h->log, LOG_WARN, "%5000s", "x");
    assert_in_range(h->text.n, 1000, 1100);
}

/* A launcher whose terminal was stopped (Ctrl-S) reads nothing. */
static void a_reader_that_reads_nothing_stops_nobody(void **state)
{
    struct clock clock = {0};
    int saved = dup(STDERR_FILENO), ends[2];
    char text[1 << 16];
    struct slice rest, line;
    unsigned told = 0;
    ssize_t n;
    struct log log;

    (void)state;
    assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    assert_true(fcntl(ends[1], F_SETPIPE_SZ, 4096) >= 4096);
    log_init(&log, &clock, LOG_INFO, NULL, NULL);
    dup2(ends[1], STDERR_FILENO);
    for (unsigned i = 0; i < 100; i++, clock.mono_us += 2 * SECOND)
        log_at(&log, LOG_INFO, "%099u", i);
    n = read(ends[0], text, sizeof text);
    log_at(&log, LOG_INFO, "again");
    dup2(saved, STDERR_FILENO);
    rest = slice_at(text, n);
    while (slice_cut(&rest, '\n', &line) && line.n) {
        assert_int_equal(line.n, 104); /* none is torn */
        told++;
    }
    assert_in_range(told, 1, 99);
    n = read(ends[0], text, sizeof text - 1);
    assert_true(n > 0);
    text[n] = '\0';
    assert_has(slice_of(text), "info again\n");
    assert_int_equal(strtoul(text + strlen("warn "), NULL, 10), 100 - told);
    close(ends[0]);
    close(ends[1]);
    close(saved);
}

static void levels_have_names(void **state)
{
    enum log_level level;

    (void)state;
    for (int i = LOG_ERROR; i <= LOG_DEBUG; i++) {
        assert_true(log_level_parse(slice_of(log_level_name((enum log_level)i)),
                                    &level));
        assert_int_equal(level, i);
    }
    assert_false(log_level_parse(S("loud"), &level));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_above_the_level_are_not_written,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_template_is_written_once_a_second_and_the_rest_told, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            templates_that_come_by_turns_are_each_written_once, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(a_stranger_cannot_begin_a_line, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_long_line_is_cut, set_up, tear_down),
        cmocka_unit_test(a_reader_that_reads_nothing_stops_nobody),
        cmocka_unit_test(levels_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
