/* SPDX-License-Identifier: MIT
 *
 * Each tests/topology/bad/NN-name.yaml is refused with exactly the lines of
 * NN-name.expect beside it.
 */
#include "support/check.h"
#include "support/corpus.h"
#include "topology/topology.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static const char folder[] = "tests/topology/bad";

static int is_yaml(const struct dirent *d)
{
    return slice_ends(slice_of(d->d_name), S(".yaml"));
}

/* Errors name the file without its folder, so that they read everywhere. */
static void print_without_folder(struct slice errors, struct buf *out)
{
    struct slice line;

    while (slice_cut(&errors, '\n', &line)) {
        if (slice_starts(line, slice_of(folder)))
            line = slice_from(line, sizeof folder);
        if (line.n > 0)
            buf_printf(out, "%.*s\n", SLICE_ARG(line));
    }
}

static bool is_refused_as_expected(const char *name)
{
    struct topology *t = NULL;
    struct buf errors, got;
    char path[400];
    struct slice expected;
    bool right;

    buf_init(&errors, 65536);
    buf_init(&got, 65536);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(IMS_CONFIG, topology_load(path, &t, &errors));
    assert_null(t);
    print_without_folder(buf_slice(&errors), &got);
    snprintf(path, sizeof path, "%s/%.*s.expect", folder, (int)strlen(name) - 5,
             name);
    expected = file_read(path);
    right = slice_eq(buf_slice(&got), expected);
    if (!right)
        print_error("%s: expected\n%.*sbut got\n%.*s", name,
                    SLICE_ARG(expected), SLICE_ARG(buf_slice(&got)));
    free((char *)expected.p);
    buf_fini(&errors);
    buf_fini(&got);
    return right;
}

static void a_wrong_file_is_refused_with_its_messages(void **state)
{
    struct dirent **names;
    int count = scandir(folder, &names, is_yaml, alphasort);
    int wrong = 0;

    (void)state;
    assert_true(count >= 40);
    for (int i = 0; i < count; i++) {
        wrong += !is_refused_as_expected(names[i]->d_name);
        free(names[i]);
    }
    free(names);
    assert_int_equal(0, wrong);
}

static void a_file_that_is_not_there_is_refused(void **state)
{
    struct topology *t = NULL;
    struct buf errors;

    (void)state;
    buf_init(&errors, 4096);
    assert_int_equal(IMS_CONFIG,
                     topology_load("nowhere/box.yaml", &t, &errors));
    assert_text(buf_slice(&errors),
                S("nowhere/box.yaml: No such file or directory; expected a "
                  "topology file\n"));
    buf_reset(&errors);
    assert_int_equal(IMS_CONFIG, topology_load("topology", &t, &errors));
    assert_has(buf_slice(&errors), "Is a directory");
    buf_fini(&errors);
}

static void a_file_without_end_is_refused(void **state)
{
    struct topology *t = NULL;
    struct buf errors;

    (void)state;
    buf_init(&errors, 4096);
    assert_int_equal(IMS_CONFIG, topology_load("/dev/zero", &t, &errors));
    assert_text(buf_slice(&errors),
                S("/dev/zero: more than 1048576 bytes; expected less\n"));
    buf_fini(&errors);
}

/* A file cut after any byte is refused or read, but never more than that. */
static void a_file_may_end_after_any_byte(void **state)
{
    struct slice text = file_read("topology/two-networks.yaml");
    struct buf errors;

    (void)state;
    buf_init(&errors, 65536);
    for (size_t n = 0; n <= text.n; n++) {
        struct topology *t = NULL;
        char *cut = memcpy(malloc(n + 1), text.p, n);

        buf_reset(&errors);
        if (topology_parse(slice_at(cut, n), "topology/cut.yaml", &t,
                           &errors) == IMS_OK)
            topology_free(t);
        else
            assert_true(errors.n > 0);
        free(cut);
    }
    free((char *)text.p);
    buf_fini(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_file_is_refused_with_its_messages),
        cmocka_unit_test(a_file_that_is_not_there_is_refused),
        cmocka_unit_test(a_file_without_end_is_refused),
        cmocka_unit_test(a_file_may_end_after_any_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
