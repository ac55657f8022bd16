/* SPDX-License-Identifier: MIT */
#include "hss/import.h"
#include "support/hss_world.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Files of other systems: lines that end by CR and LF.
 *
 * proves H-DB-1 */

struct reading {
    struct import_file file;
    struct buf errors;
    enum ims_err err;
};

static void read_csv(struct reading *r, const char *text)
{
    *r = (struct reading){.err = IMS_OK};
    buf_init(&r->errors, 1 << 16);
    r->err = import_csv(slice_of(text), "f.csv", S("ims.example"), NULL,
                        &r->file, &r->errors);
}

static void reading_fini(struct reading *r)
{
    import_file_fini(&r->file);
    buf_fini(&r->errors);
}

static void lines_may_end_by_cr_and_lf(void **state)
{
    static const char *const texts[] = {
        "impu,display_name,password\r\nsip:a@b,Al,x\r\nsip:c@d,Cy,y\r\n",
        /* marked as UTF-8, without an end, with an empty line and a remark */
        "\xef\xbb\xbfimpu,display_name,password\r\n\r\n# both\r\n"
        "sip:a@b,Al,x\r\n\r\nsip:c@d,Cy,y",
        "\"impu\",display_name,\"password\"\r\n"
        "\"sip:a@b\",Al,\"x\"\r\n\"sip:c@d\",\"Cy\",\"y\"\r\n",
        "password,impu,display_name\r\nx,sip:a@b,Al \r\ny,sip:c@d,\"Cy\"\r\n",
    };
    struct digest_hex x, y;

    (void)state;
    digest_ha1(DIGEST_MD5, S("a@b"), S("ims.example"), S("x"), &x);
    digest_ha1(DIGEST_MD5, S("c@d"), S("ims.example"), S("y"), &y);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const struct subscriber *s;
        struct reading r;

        read_csv(&r, texts[i]);
        assert_text(buf_slice(&r.errors), S(""));
        assert_int_equal(r.file.nsubscribers, 2);
        s = r.file.subscribers;
        assert_text(s[0].sets[0].publics[0].impu, S("sip:a@b"));
        assert_text(s[0].sets[0].publics[0].display_name, S("Al"));
        assert_text(s[0].privates[0].ha1s[0].hex, digest_slice(&x));
        assert_text(s[1].sets[0].publics[0].impu, S("sip:c@d"));
        assert_text(s[1].sets[0].publics[0].display_name, S("Cy"));
        assert_text(s[1].privates[0].ha1s[0].hex, digest_slice(&y));
        reading_fini(&r);
    }
}

static void complaints_count_such_lines(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"impu,password\r\nsip:a@b,x\r\n\r\nbad,y\r\n", "f.csv:4: \"bad\""},
        {"impu,password\r\n# remark\r\nsip:a@b\r\n",
         "f.csv:3: 1 fields; 2 were expected"},
        {"impu,display_name,password\r\nsip:a@b,\"two\r\nlines\",x\r\n"
         "bad,,y\r\n",
         "f.csv:4: \"bad\""},
        {"impu,password\r\n\"sip:a@b\" x\r\n", "f.csv:2: text behind a quote"},
        {"impu,colour\r\n", "f.csv:1: unknown column \"colour\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reading r;

        read_csv(&r, rows[i].text);
        assert_int_equal(r.err, IMS_CONFIG);
        assert_has(buf_slice(&r.errors), rows[i].expected);
        reading_fini(&r);
    }
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* Somebody writes a new file into the old one's place, by cp or by an editor,
 * while it is on its way into the store. */
static void a_file_is_read_as_it_was_when_it_was_opened(void **state)
{
    static const char text[] = "impu,password\nsip:a@b,x\nsip:c@d,y\n";
    static const char *const later[] = {"", "impu\n",
                                        "impu,password\nsip:e@f,x\n"};
    char dir[] = "/tmp/imsbox-csv-XXXXXX", path[64];
    struct import_reader *r;
    struct subscriber s;
    struct buf errors;
    struct arena a;
    struct why why;

    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/f.csv", dir);
    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
        write_text(path, text);
        buf_init(&errors, 4096);
        arena_init(&a, 0, 1 << 20);
        r = import_reader_open(path, NULL, S("d"), NULL, &errors);
        assert_non_null(r);
        write_text(path, later[i]);
        assert_true(import_reader_check(r));
        assert_int_equal(import_reader_count(r), 2);
        assert_ok(import_reader_next(r, &a, &s, &why), &why);
        assert_text(s.sets[0].publics[0].impu, S("sip:a@b"));
        import_reader_free(r);
        arena_fini(&a);
        buf_fini(&errors);
    }
    unlink(path);
    rmdir(dir);
}

static void a_file_is_read_with_a_full_disk_too(void **state)
{
    char dir[] = "/tmp/imsbox-csv-XXXXXX", path[64];
    struct import_reader *r;
    struct buf errors;

    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/f.csv", dir);
    write_text(path, "impu,password\nsip:a@b,x\nsip:c@d,y\n");
    buf_init(&errors, 4096);
    files_may_grow(false);
    r = import_reader_open(path, NULL, S("d"), NULL, &errors);
    files_may_grow(true);
    assert_non_null(r);
    assert_true(import_reader_check(r));
    assert_int_equal(import_reader_count(r), 2);
    import_reader_free(r);
    buf_fini(&errors);
    unlink(path);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_may_end_by_cr_and_lf),
        cmocka_unit_test(complaints_count_such_lines),
        cmocka_unit_test(a_file_is_read_with_a_full_disk_too),
        cmocka_unit_test(a_file_is_read_as_it_was_when_it_was_opened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
