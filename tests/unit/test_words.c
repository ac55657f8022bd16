/* SPDX-License-Identifier: MIT
 *
 * Command lines: what is read of them, what is refused, what was meant.
 */
#include "base/slice.h"
#include "imsbox/command.h"
#include "support/check.h"

enum { CALL, FORMAT, FOLLOW };

static int run(const struct words *w)
{
    (void)w;
    return EXIT_DONE;
}

static const struct command_option options[] = {
    [CALL] = {"call", 'c', "ID", "a call"},
    [FORMAT] = {"format", 0, "yaml|csv", "a format"},
    [FOLLOW] = {"follow", 'f', NULL, "goes on"},
    {0},
};

static const struct command trace = {
    .name = "trace",
    .arguments = "A [B]",
    .least = 1,
    .most = 2,
    .options = options,
    .asks = true,
    .run = run,
};

/* A command line as one text, read; words of at most 16. */
static bool read_line(const char *line, struct words *w, char *memory)
{
    char *argv[16];
    int argc = 0;

    snprintf(memory, 200, "%s", line);
    for (char *p = memory; *p;) {
        argv[argc++] = p;
        p += strcspn(p, " ");
        if (*p)
            *p++ = '\0';
    }
    return words_read(&trace, argc, argv, w);
}

static void assert_value(const char *got, const char *expected)
{
    if (!expected)
        assert_null(got);
    else
        assert_text(slice_of(got), slice_of(expected));
}

static void options_are_read_in_all_their_forms_and_places(void **state)
{
    static const struct {
        const char *line, *call, *format, *follow, *topology, *network;
        bool json, help;
        unsigned count;
        const char *first;
    } rows[] = {
        {"a", .count = 1, .first = "a"},
        {"a b", .count = 2, .first = "a"},
        {"--call x a", .call = "x", .count = 1, .first = "a"},
        {"a --call x", .call = "x", .count = 1, .first = "a"},
        {"--call=x a", .call = "x", .count = 1, .first = "a"},
        {"--call= a", .call = "", .count = 1, .first = "a"},
        {"--call=x=y a", .call = "x=y", .count = 1, .first = "a"},
        {"-c x a", .call = "x", .count = 1, .first = "a"},
        {"-c -x a", .call = "-x", .count = 1, .first = "a"},
        {"-f a", .follow = "", .count = 1, .first = "a"},
        {"a -f --format csv", .format = "csv", .follow = "", .count = 1,
         .first = "a"},
        {"-- -f", .count = 1, .first = "-f"},
        {"- a", .count = 2, .first = "-"},
        {"-t box -n ims.example --json a", .topology = "box",
         .network = "ims.example", .json = true, .count = 1, .first = "a"},
        {"--help", .help = true},
        {"a b -h", .help = true, .count = 2, .first = "a"},
    };
    struct words w;
    char memory[200];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(read_line(rows[i].line, &w, memory));
        assert_value(w.option[CALL], rows[i].call);
        assert_value(w.option[FORMAT], rows[i].format);
        assert_value(w.option[FOLLOW], rows[i].follow);
        assert_value(w.topology, rows[i].topology);
        assert_value(w.network, rows[i].network);
        assert_int_equal(w.json, rows[i].json);
        assert_int_equal(w.help, rows[i].help);
        assert_int_equal(w.count, rows[i].count);
        if (rows[i].first)
            assert_text(slice_of(w.rest[0]), slice_of(rows[i].first));
        words_free(&w);
    }
}

static void a_wrong_command_line_is_refused(void **state)
{
    static const char *const rows[] = {
        "",          "a b c",  "a --cal x",    "a --call",       "a -c",
        "a -x",      "a --f",  "a -call x",    "a --format xml", "a --follow=1",
        "a --c x",   "a -ff",  "--json",       "a --topology",   "a ---call x",
        "a --json=", "a --=x", "a --help=yes",
    };
    struct words w;
    char memory[200];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (read_line(rows[i], &w, memory))
            fail_msg("%s was taken", rows[i]);
        words_free(&w);
    }
}

static void a_typo_finds_the_nearest_name(void **state)
{
    static const char *const names[] = {"up",    "down",  "status",
                                        "trace", "check", "compose",
                                        "sub",   "reg",   NULL};
    static const struct {
        const char *word, *expected;
    } rows[] = {
        {"statsu", "status"},
        {"trce", "trace"},
        {"chekc", "check"},
        {"comp", "compose"},
        {"subs", "sub"},
        {"dwon", "down"},
        {"pu", "up"},
        {"regs", "reg"},
        {"elephant", NULL},
        {"x", NULL},
        {"", NULL},
        {"tracing", NULL},
        {"012345678901234567890123456789012345678901234567890123", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_value(nearest(rows[i].word, names), rows[i].expected);
}

static void commands_are_found_by_one_word_or_two(void **state)
{
    static char *one[] = {"imsbox", "status", "box"};
    static char *none[] = {"imsbox", "sttus"};
    int used;

    (void)state;
    assert_text(slice_of(command_find(3, one, &used)->name), S("status"));
    assert_int_equal(used, 1);
    assert_ptr_equal(command_find(2, none, &used), &command_top);
    assert_int_equal(used, 0);
    assert_ptr_equal(command_find(1, none, &used), &command_top);
}

static void everything_that_users_were_promised_is_there(void **state)
{
    static const char *const lines[] = {
        "up",         "down",       "status",     "check",    "compose",
        "dashboard",  "sub add",    "sub list",   "sub show", "sub rm",
        "sub import", "sub export", "reg list",   "reg show", "reg drop",
        "push",       "trace",      "capture",    "ifc test", "reset",
        "graph",      "schema",     "completion", "manual",
    };
    char first[20], second[20], *argv[] = {first, first, second};
    int used;

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const char *blank = strchr(lines[i], ' ');
        int n = blank ? (int)(blank - lines[i]) : (int)strlen(lines[i]);

        snprintf(first, sizeof first, "%.*s", n, lines[i]);
        snprintf(second, sizeof second, "%s", blank ? blank + 1 : "");
        assert_text(slice_of(command_find(blank ? 3 : 2, argv, &used)->name),
                    slice_of(lines[i]));
        assert_non_null(command_find(blank ? 3 : 2, argv, &used)->run);
    }
}

/* Rows of options are found by their place in words.option. */
static void check_rows(const struct command *c)
{
    unsigned n = 0;

    while (c->options && c->options[n].name) {
        assert_non_null(c->options[n].help);
        n++;
    }
    assert_true(n <= OPTIONS_MAX);
    assert_true(c->least <= c->most);
    assert_true(!c->most == !c->arguments);
    assert_true(!c->run == (c->below != NULL));
    assert_non_null(c->summary);
    for (unsigned i = 0; c->below && c->below[i]; i++)
        check_rows(c->below[i]);
}

static void every_command_is_whole(void **state)
{
    (void)state;
    check_rows(&command_top);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_read_in_all_their_forms_and_places),
        cmocka_unit_test(a_wrong_command_line_is_refused),
        cmocka_unit_test(a_typo_finds_the_nearest_name),
        cmocka_unit_test(commands_are_found_by_one_word_or_two),
        cmocka_unit_test(everything_that_users_were_promised_is_there),
        cmocka_unit_test(every_command_is_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
