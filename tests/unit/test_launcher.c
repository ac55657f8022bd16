/* SPDX-License-Identifier: MIT
 *
 * The launcher's parts: children, lines, answers, the way to a running
 * network. What they do together is in tests/scenarios/test_launcher.py.
 */
#include "imsbox/answers.h"
#include "imsbox/child.h"
#include "imsbox/output.h"
#include "imsbox/rundir.h"
#include "support/check.h"
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- children ------------------------------------------------------------ */

static void note_line(void *ctx, struct slice line)
{
    struct buf *out = ctx;

    buf_printf(out, "[%.*s]", SLICE_ARG(slice_first(line, 40)));
}

/* Runs a shell command to its end; its wait status. */
static int run(const char *command, struct buf *out)
{
    char *const argv[] = {"sh", "-c", (char *)command, NULL};
    const struct child_start start = {.program = "/bin/sh",
                                      .argv = argv,
                                      .run_dir = "/run/dir",
                                      .on_line = note_line,
                                      .ctx = out};
    struct child c;
    struct why why;
    int status;

    assert_ok(child_start(&c, &start, &why), &why);
    while (c.fd >= 0) {
        struct pollfd p = {.fd = c.fd, .events = POLLIN};

        poll(&p, 1, -1);
        child_read(&c);
    }
    waitpid(c.pid, &status, 0);
    child_reaped(&c);
    assert_int_equal(0, c.pid);
    return status;
}

static void a_child_speaks_in_lines_and_ends_with_a_status(void **state)
{
    static const struct {
        const char *command, *lines, *end;
    } rows[] = {
        {"echo a; echo b >&2", "[a][b]", "exit status 0"},
        {"printf 'a\\n\\nb'; exit 3", "[a][][b]", "exit status 3"},
        {"echo $IMSBOX_RUN_DIR", "[/run/dir]", "exit status 0"},
        {"kill -9 $$", "", "killed by signal 9 (Killed)"},
        {"printf %04096d 0; echo x",
         "[0000000000000000000000000000000000000000][x]", "exit status 0"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char end[100];
        struct buf out;

        buf_init(&out, 65536);
        child_print_end(run(rows[i].command, &out), end, sizeof end);
        assert_text(buf_slice(&out), slice_of(rows[i].lines));
        assert_string_equal(rows[i].end, end);
        buf_fini(&out);
    }
}

/* A node that could not go on while its launcher reads nothing would serve no
 * phone; what it says meanwhile is lost. */
static void a_child_goes_on_though_nobody_reads_it(void **state)
{
    char *const argv[] = {"dd", "if=/dev/zero", "bs=4096", "count=100", NULL};
    const struct child_start start = {
        .program = "/bin/dd", .argv = argv, .on_line = note_line};
    struct child c;
    struct why why;
    int status;

    (void)state;
    assert_ok(child_start(&c, &start, &why), &why);
    alarm(20); /* else this hangs */
    assert_int_equal(c.pid, waitpid(c.pid, &status, 0));
    alarm(0);
    close(c.fd);
}

static void a_program_that_is_not_there_says_so(void **state)
{
    char *const argv[] = {"nowhere", NULL};
    struct buf out;
    const struct child_start start = {.program = "/nowhere/pcscf",
                                      .argv = argv,
                                      .on_line = note_line,
                                      .ctx = &out};
    struct child c;
    struct why why;
    int status;

    (void)state;
    buf_init(&out, 4096);
    assert_ok(child_start(&c, &start, &why), &why);
    waitpid(c.pid, &status, 0);
    child_reaped(&c);
    assert_int_equal(127, WEXITSTATUS(status));
    assert_has(buf_slice(&out), "/nowhere/pcscf: No such file");
    buf_fini(&out);
}

/* ---- lines --------------------------------------------------------------- */

static void what_a_node_says_cannot_move_the_cursor(void **state)
{
    char *text = NULL;
    size_t size = 0;
    struct output o = {.width = 6};

    (void)state;
    o.to = open_memstream(&text, &size);
    output_line(&o, 1, "hss1", S("a\033[2Jb\tc\rd"));
    output_printf(&o, "imsbox", "%d nodes", 4);
    fclose(o.to);
    assert_text(slice_at(text, size),
                S("hss1   | a?[2Jb\tc?d\nimsbox | 4 nodes\n"));
    free(text);
}

static void read_all(int fd, struct buf *out)
{
    char text[4096];
    ssize_t n;

    while ((n = read(fd, text, sizeof text)) > 0)
        buf_add(out, slice_at(text, (size_t)n));
}

/* A user stops his terminal (Ctrl-S), and looks at it again later. */
static void a_terminal_that_takes_nothing_stops_no_launcher(void **state)
{
    enum { LINES = 20000 };
    unsigned shown = 0;
    char notice[80];
    struct output o;
    struct buf all;
    int ends[2];
    FILE *to;

    (void)state;
    buf_init(&all, 1 << 20);
    assert_int_equal(0, pipe(ends));
    assert_int_equal(0, fcntl(ends[0], F_SETFL, O_NONBLOCK));
    to = fdopen(ends[1], "w");
    output_init(&o, to, 6);
    output_never_wait(&o);
    alarm(20); /* else this hangs */
    for (unsigned i = 0; i < LINES; i++)
        output_printf(&o, "hss1", "line %030u", i);
    output_printf(&o, "hss1", "late"); /* there would be room for this */
    alarm(0);
    while (output_waits(&o) >= 0) {
        read_all(ends[0], &all);
        output_go_on(&o);
    }
    read_all(ends[0], &all);
    for (size_t i = 0; i < all.n; i++)
        shown += all.p[i] == '\n';
    assert_in_range(--shown, 1000, LINES - 1);
    snprintf(notice, sizeof notice,
             "(%u lines are not shown: nobody read them)\n", LINES + 1 - shown);
    assert_has(buf_slice(&all), notice);
    assert_has_not(buf_slice(&all), "late");
    buf_reset(&all);
    output_printf(&o, "hss1", "more");
    read_all(ends[0], &all);
    assert_text(buf_slice(&all), S("hss1   | more\n"));
    assert_int_equal(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
    buf_fini(&all);
    output_fini(&o);
    fclose(to);
    close(ends[0]);
}

/* ---- answers ------------------------------------------------------------- */

static void
users_are_the_sip_identities_that_may_be_used_each_once(void **state)
{
    static const struct {
        const char *json;
        unsigned max, count;
        const char *last;
    } rows[] = {
        {"", 3, 0, NULL},
        {"nonsense", 3, 0, NULL},
        {"{\"subscribers\": []}", 3, 0, NULL},
        {"[{\"a\": [\"sip:a@x\", \"tel:+1\"]}, \"sip:b@x\", \"sip:a@x\"]", 3, 2,
         "sip:b@x"},
        {"[\"sip:a@x\", \"sip:b@x\"]", 1, 1, "sip:a@x"},
        {"[\"sip:a@x\", \"sip:scscf1.x:5060\"]", 3, 1, "sip:a@x"},
        {"[{\"impu\": \"sip:a@x\", \"barred\": true},"
         " {\"impu\": \"sip:b@x\", \"barred\": false}]",
         3, 1, "sip:b@x"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char users[3][ANSWER_USER_MAX];

        assert_int_equal(rows[i].count, answer_users(slice_of(rows[i].json),
                                                     users, rows[i].max));
        if (rows[i].count > 0)
            assert_string_equal(rows[i].last, users[rows[i].count - 1]);
    }
}

static void a_total_is_a_number_or_not_there(void **state)
{
    (void)state;
    assert_int_equal(3, answer_total(S("{\"total\": 3}")));
    assert_int_equal(-1, answer_total(S("{\"total\": \"3\"}")));
    assert_int_equal(-1, answer_total(S("not found")));
    assert_int_equal(-1, answer_total(S("")));
}

static void limits_are_near_at_four_fifths(void **state)
{
    static const char json[] =
        "{\"limits\":["
        "{\"name\":\"record_bytes\",\"limit\":9,\"used\":9,\"forgotten\":3},"
        "{\"name\":\"headers\",\"limit\":100},"
        "{\"name\":\"dialogs\",\"limit\":1000,\"used\":799,\"refused\":0},"
        "{\"name\":\"contacts\",\"limit\":1000,\"used\":800,\"refused\":0},"
        "{\"name\":\"branches\",\"limit\":2,\"used\":2,\"refused\":9}]}";
    char text[100];
    struct buf out;

    (void)state;
    buf_over(&out, text, sizeof text);
    answer_near_limits(slice_of(json), &out);
    assert_text(buf_slice(&out), S("800 of 1000 contacts, 2 of 2 branches"));
    buf_reset(&out);
    answer_near_limits(S("{}"), &out);
    answer_near_limits(S("no"), &out);
    assert_int_equal(out.n, 0);
}

static void a_refusal_is_told_by_its_detail(void **state)
{
    char text[10];

    (void)state;
    answer_detail(S("{\"status\": 503, \"detail\": \"no HSS\"}"), text, 10);
    assert_string_equal("no HSS", text);
    answer_detail(S("no peer is open\n"), text, sizeof text);
    assert_string_equal("no peer i", text);
    answer_detail(S(""), text, sizeof text);
    assert_string_equal("", text);
}

/* ---- run directory ------------------------------------------------------- */

static void a_network_is_found_while_its_launcher_lives(void **state)
{
    char dir[] = "/tmp/imsbox-unit-XXXXXX", command[64];
    struct site site, found;
    struct topology *t = NULL;
    struct rundir mine, other;
    struct buf errors;
    struct why why = {0};

    (void)state;
    assert_non_null(mkdtemp(dir));
    setenv("XDG_RUNTIME_DIR", dir, 1);
    buf_init(&errors, 4096);
    assert_int_equal(IMS_OK, topology_load("topology/box.yaml", &t, &errors));
    site_init(&site, t);
    assert_err(IMS_NOT_FOUND, site_find("box", &found, &why), &why);
    assert_ok(rundir_lock(t, &mine, &why), &why);
    site.nodes[2].pid = 4711;
    assert_ok(rundir_write(&mine, &site, &why), &why);
    assert_err(IMS_EXISTS, rundir_lock(t, &other, &why), &why);
    assert_ok(site_find("box", &found, &why), &why);
    assert_int_equal(4, found.node_count);
    assert_string_equal(str_c(&mine.dir), str_c(&found.dir));
    assert_int_equal(4711, found.nodes[2].pid);
    assert_string_equal("http://127.0.0.3:8083", found.nodes[2].admin);
    site_fini(&found);
    assert_ok(site_find(NULL, &found, &why), &why);
    site_fini(&found);
    rundir_unlock(&mine);
    assert_err(IMS_NOT_FOUND, site_find(NULL, &found, &why), &why);
    assert_ok(site_find("topology/box.yaml", &found, &why), &why);
    assert_int_equal(0, found.nodes[2].pid);
    site_fini(&found);
    site_fini(&site);
    buf_fini(&errors);
    snprintf(command, sizeof command, "rm -r %s", dir);
    assert_int_equal(0, system(command));
}

/* As site_find does; it lets go a little later. */
static pid_t look_at_lock(const char *dir)
{
    char path[200], held;
    int ends[2], fd;
    pid_t pid;

    snprintf(path, sizeof path, "%s/imsbox/box/lock", dir);
    assert_int_equal(0, pipe(ends));
    pid = fork();
    if (pid == 0) {
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) != 0 ||
            write(ends[1], "1", 1) != 1)
            _exit(1);
        poll(NULL, 0, 20);
        _exit(0);
    }
    assert_int_equal(1, read(ends[0], &held, 1));
    close(ends[0]);
    close(ends[1]);
    return pid;
}

static void who_looks_keeps_no_network_from_starting(void **state)
{
    char dir[] = "/tmp/imsbox-unit-XXXXXX", command[64];
    struct topology *t = NULL;
    struct rundir mine;
    struct buf errors;
    struct why why = {0};
    pid_t pid;
    int status;

    (void)state;
    assert_non_null(mkdtemp(dir));
    setenv("XDG_RUNTIME_DIR", dir, 1);
    buf_init(&errors, 4096);
    assert_int_equal(IMS_OK, topology_load("topology/box.yaml", &t, &errors));
    assert_ok(rundir_lock(t, &mine, &why), &why);
    rundir_unlock(&mine);
    pid = look_at_lock(dir);
    assert_ok(rundir_lock(t, &mine, &why), &why);
    rundir_unlock(&mine);
    assert_int_equal(pid, waitpid(pid, &status, 0));
    assert_int_equal(0, status);
    topology_free(t);
    buf_fini(&errors);
    snprintf(command, sizeof command, "rm -r %s", dir);
    assert_int_equal(0, system(command));
}

static void write_topology(const char *path, const char *text)
{
    FILE *f = fopen(path, "we");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* Its file may have been broken, or moved away, since it was started. */
static void
a_network_is_told_by_its_file_and_not_by_its_name_alone(void **state)
{
    char dir[] = "/tmp/imsbox-unit-XXXXXX", command[64], copy[64];
    struct site site, found;
    struct topology *t = NULL;
    struct rundir mine;
    struct str name = {0};
    struct buf errors;
    struct why why = {0};
    long pid = 0;

    (void)state;
    assert_non_null(mkdtemp(dir));
    setenv("XDG_RUNTIME_DIR", dir, 1);
    snprintf(copy, sizeof copy, "%s/box.yaml", dir);
    snprintf(command, sizeof command, "cp topology/box*.yaml %s", dir);
    assert_int_equal(0, system(command));
    buf_init(&errors, 4096);
    assert_int_equal(IMS_OK, topology_load(copy, &t, &errors));
    site_init(&site, t);
    assert_ok(rundir_lock(t, &mine, &why), &why);
    site.nodes[2].pid = 4711;
    assert_ok(rundir_write(&mine, &site, &why), &why);

    assert_ok(site_find("topology/box.yaml", &found, &why), &why);
    assert_int_equal(0, found.nodes[2].pid);
    assert_string_equal("", str_c(&found.dir));
    site_fini(&found);
    assert_err(IMS_NOT_FOUND,
               site_find_up("topology/box.yaml", &name, &pid, &why), &why);

    write_topology(copy, "name: [");
    assert_err(IMS_CONFIG, site_find(copy, &found, &why), &why);
    assert_ok(site_find_up(copy, &name, &pid, &why), &why);
    assert_string_equal("box", str_c(&name));
    assert_int_equal(getpid(), pid);
    unlink(copy);
    assert_ok(site_find_up("box", &name, &pid, &why), &why);
    assert_int_equal(getpid(), pid);

    rundir_unlock(&mine);
    str_fini(&name);
    site_fini(&site);
    buf_fini(&errors);
    snprintf(command, sizeof command, "rm -r %s", dir);
    assert_int_equal(0, system(command));
}

static void point(const char *link, const char *at)
{
    unlink(link);
    assert_int_equal(0, symlink(at, link));
}

static bool is_found(const char *file)
{
    struct str name = {0};
    struct why why;
    long pid;
    bool found = site_find_up(file, &name, &pid, &why) == IMS_OK;

    str_fini(&name);
    return found;
}

/* By the link that was given, wherever it points now, and by what it pointed
 * at then. */
static void
a_network_is_found_by_a_link_that_was_pointed_elsewhere(void **state)
{
    char dir[] = "/tmp/imsbox-unit-XXXXXX", command[200], file[5][64];
    static const char *const names[] = {"current.yaml", "box.yaml", "v2.yaml",
                                        "beside/current.yaml",
                                        "other/current.yaml"};
    struct topology *t = NULL;
    struct rundir mine;
    struct site site;
    struct buf errors;
    struct why why = {0};

    (void)state;
    assert_non_null(mkdtemp(dir));
    setenv("XDG_RUNTIME_DIR", dir, 1);
    for (unsigned i = 0; i < 5; i++)
        snprintf(file[i], sizeof file[i], "%s/%s", dir, names[i]);
    snprintf(command, sizeof command,
             "cp topology/box*.yaml %s && cd %s && cp box.yaml v2.yaml && "
             "ln -s . beside && mkdir other && cp box.yaml other/current.yaml",
             dir, dir);
    assert_int_equal(0, system(command));
    point(file[0], "box.yaml");
    buf_init(&errors, 4096);
    assert_int_equal(IMS_OK, topology_load(file[0], &t, &errors));
    site_init(&site, t);
    assert_ok(rundir_lock(t, &mine, &why), &why);
    assert_ok(rundir_write(&mine, &site, &why), &why);
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(is_found(file[i]), i < 2 || i == 3);
    point(file[0], "v2.yaml");
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(is_found(file[i]), i < 2 || i == 3);
    point(file[0], "gone.yaml");
    assert_true(is_found(file[0]));

    rundir_unlock(&mine);
    site_fini(&site);
    buf_fini(&errors);
    snprintf(command, sizeof command, "rm -r %s", dir);
    assert_int_equal(0, system(command));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_speaks_in_lines_and_ends_with_a_status),
        cmocka_unit_test(a_child_goes_on_though_nobody_reads_it),
        cmocka_unit_test(a_program_that_is_not_there_says_so),
        cmocka_unit_test(what_a_node_says_cannot_move_the_cursor),
        cmocka_unit_test(a_terminal_that_takes_nothing_stops_no_launcher),
        cmocka_unit_test(
            users_are_the_sip_identities_that_may_be_used_each_once),
        cmocka_unit_test(a_total_is_a_number_or_not_there),
        cmocka_unit_test(limits_are_near_at_four_fifths),
        cmocka_unit_test(a_refusal_is_told_by_its_detail),
        cmocka_unit_test(a_network_is_found_while_its_launcher_lives),
        cmocka_unit_test(who_looks_keeps_no_network_from_starting),
        cmocka_unit_test(
            a_network_is_told_by_its_file_and_not_by_its_name_alone),
        cmocka_unit_test(
            a_network_is_found_by_a_link_that_was_pointed_elsewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
