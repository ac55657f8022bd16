/* SPDX-License-Identifier: MIT
 *
 * Who may come in at an admin listener.
 */
#include "base/dice.h"
#include "base/mem.h"
#include "node/access.h"
#include "node/tokens.h"
#include "support/check.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define ADMIN "admin-token-of-a-test"
#define VIEWER "viewer-token-of-a-test"

/* As the topology names who stands behind the door. */
static const struct topology_listener own_admin = {
    .trust = TOPOLOGY_ADMIN,
    .at = {.host = "admin.lab.example"},
    .advertise_host = "tunnel.lab.example",
};
static const struct topology_node own = {
    .name = "icscf1",
    .fqdn = "icscf1.ims.example",
    .host = "icscf1.lab.example",
    .listeners = &own_admin,
    .listener_count = 1,
};

static struct access *door(bool open, const struct clock *clock)
{
    static const char *const names[] = {"box.campus.example"};

    return access_new(&(struct access_rules){.admin = ADMIN,
                                             .viewer = VIEWER,
                                             .self = &own,
                                             .open = open,
                                             .names = names,
                                             .name_count = 1},
                      clock, 7);
}

static struct addr at(const char *ip)
{
    struct addr a = {0};

    assert_true(addr_parse_ip(slice_of(ip), &a));
    a.port = 40000;
    return a;
}

struct row {
    const char *host, *origin, *site, *mode, *authorization, *cookie, *token;
    bool open;
    unsigned status;
    enum api_role role;
};

static void ask(const struct row *row, struct access_answer *out)
{
    struct clock clock = {.mono_us = 1};
    struct access *a = door(row->open, &clock);
    char cookie[200];
    struct access_request rq = {
        .from = at("192.0.2.7"),
        .host = slice_of(row->host),
        .origin = slice_of(row->origin),
        .site = slice_of(row->site),
        .mode = slice_of(row->mode),
        .authorization = slice_of(row->authorization),
        .token = slice_of(row->token),
    };

    if (row->cookie) {
        snprintf(cookie, sizeof cookie, "a=b; %s=%s; c=d", access_cookie(a),
                 row->cookie);
        rq.cookie = slice_of(cookie);
    }
    access_check(a, &rq, out);
    access_free(a);
}

static void a_token_tells_the_role(void **state)
{
    static const struct row rows[] = {
        {.authorization = "Bearer " ADMIN, .role = API_ADMIN},
        {.authorization = "bearer  " ADMIN " ", .role = API_ADMIN},
        {.authorization = "Bearer " VIEWER, .role = API_VIEWER},
        {.cookie = ADMIN, .role = API_ADMIN},
        {.cookie = VIEWER, .role = API_VIEWER},
        {.token = VIEWER, .role = API_VIEWER},
        {.role = API_NOBODY},
        {.open = true, .role = API_ADMIN},
        {.open = true, .authorization = "Bearer " VIEWER, .role = API_VIEWER},
        {.authorization = "Bearer wrong", .status = 401},
        {.authorization = "Bearer " ADMIN "x", .status = 401},
        {.authorization = "Bearer admin-token-of-a-tes", .status = 401},
        {.authorization = "Bearer ", .status = 401},
        {.authorization = "Basic " ADMIN, .status = 401},
        {.authorization = "", .status = 401},
        {.cookie = "wrong", .status = 401},
        {.token = "", .status = 401},
        {.open = true, .authorization = "Bearer wrong", .status = 401},
    };
    struct access_answer got;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ask(&rows[i], &got);
        assert_int_equal(got.status, rows[i].status);
        assert_int_equal(got.role, rows[i].role);
        assert_true(got.status == 0 || got.detail);
    }
}

static void pages_of_other_sites_are_refused(void **state)
{
    static const struct row rows[] = {
        {.host = "127.0.0.1:8080", .origin = "http://127.0.0.1:8080"},
        {.host = "[::1]:8080", .origin = "http://[::1]:8080"},
        {.host = "localhost:8080", .origin = "http://localhost:8080"},
        {.host = "a.localhost", .origin = "http://a.localhost"},
        {.host = "box.campus.example", .origin = "https://box.campus.example"},
        {.host = "10.0.0.1:80", .origin = "https://box.campus.example"},
        {.host = "hss1:8084"},
        {.host = "icscf1.lab.example:8082"},
        {.host = "ICSCF1.ims.example:8082"},
        {.host = "admin.lab.example:8082"},
        {.host = "tunnel.lab.example:9000",
         .origin = "http://tunnel.lab.example:9000"},
        {.host = "icscf2.lab.example:8082", .status = 403},
        {.host = "127.0.0.1:8080",
         .origin = "http://icscf1.lab.example:8080",
         .status = 403},
        {.host = "127.0.0.1:8080", .site = "same-origin"},
        {.host = "127.0.0.1:8080", .site = "none"},
        {.host = "127.0.0.1:8080", .site = "cross-site", .mode = "navigate"},
        {.host = "127.0.0.1:8080",
         .origin = "http://127.0.0.1:8081",
         .status = 403},
        {.host = "127.0.0.1:8080",
         .origin = "http://evil.example",
         .status = 403},
        {.host = "127.0.0.1:8080", .origin = "null", .status = 403},
        {.host = "127.0.0.1:8080", .origin = "", .status = 403},
        {.host = "127.0.0.1:8080",
         .origin = "ftp://127.0.0.1:8080",
         .status = 403},
        {.host = "evil.example:8080",
         .origin = "http://evil.example:8080",
         .status = 403},
        {.host = "evil.example", .status = 403},
        {.host = "127.0.0.1.evil.example", .status = 403},
        {.host = "127.0.0.1:8080",
         .site = "cross-site",
         .mode = "no-cors",
         .status = 403},
        {.host = "127.0.0.1:8080",
         .site = "same-site",
         .mode = "cors",
         .status = 403},
    };
    struct access_answer got;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct row row = rows[i];

        row.open = true;
        ask(&row, &got);
        assert_int_equal(got.status, row.status);
        assert_int_equal(got.role, row.status ? API_NOBODY : API_ADMIN);
    }
}

static unsigned guess(struct access *a, const char *ip, const char *token)
{
    struct access_answer got;
    char text[100];

    snprintf(text, sizeof text, "Bearer %s", token);
    access_check(a,
                 &(struct access_request){.from = at(ip),
                                          .authorization = slice_of(text)},
                 &got);
    assert_true(got.status != 429 || (got.retry_after > 0 &&
                                      got.retry_after <= ACCESS_GUESS_EVERY_S));
    return got.status;
}

static void who_guesses_has_to_wait(void **state)
{
    struct clock clock = {.mono_us = 5 * SECOND};
    struct access *a = door(false, &clock);

    (void)state;
    for (unsigned i = 0; i < ACCESS_GUESSES; i++)
        assert_int_equal(guess(a, "192.0.2.1", "wrong-token"), 401);
    assert_int_equal(guess(a, "192.0.2.1", "wrong-token"), 429);
    assert_int_equal(guess(a, "192.0.2.2", "wrong-token"), 401);
    clock.mono_us += ACCESS_GUESS_EVERY_S * SECOND - 1;
    assert_int_equal(guess(a, "192.0.2.1", "wrong-token"), 429);
    clock.mono_us += 1;
    assert_int_equal(guess(a, "192.0.2.1", "wrong-token"), 401);
    assert_int_equal(guess(a, "192.0.2.1", "wrong-token"), 429);
    access_free(a);
}

static void the_right_token_comes_in_while_a_neighbour_guesses(void **state)
{
    struct clock clock = {.mono_us = 5 * SECOND};
    struct access *a = door(false, &clock);

    (void)state;
    for (unsigned i = 0; i < ACCESS_GUESSES; i++)
        assert_int_equal(guess(a, "192.0.2.1", "wrong-token"), 401);
    assert_int_equal(guess(a, "192.0.2.1", ADMIN), 0);
    assert_int_equal(guess(a, "192.0.2.1", VIEWER), 0);
    assert_int_equal(guess(a, "192.0.2.1", "wrong-token"), 429);
    access_free(a);
}

static void a_network_of_ipv6_addresses_is_one_who_guesses(void **state)
{
    struct clock clock = {.mono_us = 5 * SECOND};
    struct access *a = door(false, &clock);
    char ip[40];

    (void)state;
    for (unsigned i = 0; i < ACCESS_GUESSES; i++) {
        snprintf(ip, sizeof ip, "2001:db8::%x", i + 1);
        assert_int_equal(guess(a, ip, "wrong-token"), 401);
    }
    assert_int_equal(guess(a, "2001:db8::99", "wrong-token"), 429);
    assert_int_equal(guess(a, "2001:db8:0:1::1", "wrong-token"), 401);
    access_free(a);
}

static void those_who_guess_are_remembered_within_bounds(void **state)
{
    struct clock clock = {.mono_us = 5 * SECOND};
    struct access *a = door(false, &clock);
    char ip[40];

    (void)state;
    for (unsigned i = 0; i < 3 * ACCESS_ADDRESSES; i++) {
        snprintf(ip, sizeof ip, "10.0.%u.%u", i / 256, i % 256);
        assert_int_equal(guess(a, ip, "wrong-token"), 401);
    }
    access_free(a);
}

static void the_audit_learns_who_asked(void **state)
{
    static const struct {
        const char *user, *name;
    } rows[] = {
        {NULL, "192.0.2.7"},
        {"teacher", "teacher@192.0.2.7"},
        {"192.0.2.7", "192.0.2.7"},
        {"teacher@198.51.100.1", "teacher@198.51.100.1"},
        {"a b\n<c>", "a?b??c?@192.0.2.7"},
        {"0123456789012345678901234567890123456789012345678901234567890",
         "0123456789012345678901234567890123456789@192.0.2.7"},
        {"0123456789012345678901234567890123456789@2001:db8:1111:2222:3333:"
         "4444:5555:6666",
         "0123456789012345678901234567890123456789@2001:db8:1111:2222:3333:"
         "4444:5555:6666"},
    };
    struct clock clock = {0};
    struct access *a = door(true, &clock);
    struct access_answer got;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        access_check(a,
                     &(struct access_request){.from = at("192.0.2.7"),
                                              .user = slice_of(rows[i].user)},
                     &got);
        assert_string_equal(got.name, rows[i].name);
    }
    access_free(a);
}

/* Nodes believe whom it names. */
static void at_the_dashboard_nobody_is_at_another_address(void **state)
{
    static const struct {
        const char *user, *name;
    } rows[] = {
        {NULL, "192.0.2.7"},
        {"teacher", "teacher@192.0.2.7"},
        {"192.0.2.7", "192.0.2.7"},
        {"198.51.100.1", "198.51.100.1@192.0.2.7"},
        {"teacher@198.51.100.1", "teacher@198.51.100.1@192.0.2.7"},
        {"0123456789012345678901234567890123456@198.51.100.1",
         "0123456789012345678901234567890123456@19@192.0.2.7"},
    };
    struct clock clock = {0};
    struct access *a = access_new(
        &(struct access_rules){.open = true, .passes_on = true}, &clock, 7);
    struct access_answer got;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        access_check(a,
                     &(struct access_request){.from = at("192.0.2.7"),
                                              .user = slice_of(rows[i].user)},
                     &got);
        assert_string_equal(got.name, rows[i].name);
    }
    access_free(a);
}

/* It is told to viewers, and short enough to be guessed at. */
static void a_cookies_name_says_nothing_of_the_admins_token(void **state)
{
    static const struct {
        const char *admin, *viewer;
        bool same; /* as that of ADMIN and VIEWER */
    } rows[] = {{ADMIN, VIEWER, true},
                {"another-admin-token", VIEWER, true},
                {ADMIN, "another-viewer-token", false},
                {ADMIN, NULL, false},
                {"another-admin-token", NULL, false}};
    struct clock clock = {0};
    struct access *first = door(false, &clock);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct access *a =
            access_new(&(struct access_rules){.admin = rows[i].admin,
                                              .viewer = rows[i].viewer},
                       &clock, 7);

        assert_int_equal(strcmp(access_cookie(a), access_cookie(first)) == 0,
                         rows[i].same);
        access_free(a);
    }
    access_free(first);
}

static void one_may_ask_for_less_than_one_is(void **state)
{
    struct clock clock = {0};
    struct access *a = door(true, &clock);
    struct access_answer got;

    (void)state;
    access_check(a, &(struct access_request){.role = S("viewer")}, &got);
    assert_int_equal(got.role, API_VIEWER);
    access_check(a,
                 &(struct access_request){.role = S("admin"),
                                          .authorization = S("Bearer " VIEWER)},
                 &got);
    assert_int_equal(got.role, API_VIEWER);
    access_free(a);
}

/* ---- where tokens come from ---------------------------------------------- */

static int in_directory(void **state)
{
    char *dir = mem_strdup("/tmp/imsbox-tokens-XXXXXX");

    assert_non_null(mkdtemp(dir));
    unsetenv("IMSBOX_TOKEN");
    unsetenv("IMSBOX_VIEWER_TOKEN");
    *state = dir;
    return 0;
}

static int remove_directory(void **state)
{
    static const char *const files[] = {"admin-token", "viewer-token",
                                        "admin-token-shown"};
    char path[100];

    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", (char *)*state, files[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(*state), 0); /* and nothing else was left there */
    free(*state);
    return 0;
}

static void tokens_are_made_once_and_kept_for_the_owner(void **state)
{
    const char *dir = *state;
    struct tokens none, first, second;
    char path[100];
    struct stat st;
    struct why why;

    assert_ok(tokens_load_from(dir, false, &none, &why), &why);
    assert_int_equal(none.admin.n + none.viewer.n, 0);
    assert_ok(tokens_load_from(dir, true, &first, &why), &why);
    assert_ok(tokens_load_from(dir, true, &second, &why), &why);
    assert_int_equal(first.admin.n, 32);
    assert_text(str_slice(&second.admin), str_slice(&first.admin));
    assert_text(str_slice(&second.viewer), str_slice(&first.viewer));
    assert_false(slice_eq(str_slice(&first.admin), str_slice(&first.viewer)));
    snprintf(path, sizeof path, "%s/admin-token", dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(tokens_show_once(&first));
    assert_false(tokens_show_once(&second));
    tokens_fini(&none);
    tokens_fini(&first);
    tokens_fini(&second);
}

/* In place of the C library's. */
static struct {
    const char *path; /* that is not there by then; or NULL */
    unsigned count;
    int result;
} synced;

int fsync(int fd)
{
    struct stat st;

    (void)fd;
    synced.count++;
    if (synced.path)
        assert_int_equal(stat(synced.path, &st), -1);
    errno = EIO;
    return synced.result;
}

static void a_token_is_on_the_disk_before_it_has_its_name(void **state)
{
    const char *dir = *state;
    struct tokens t;
    struct stat st;
    struct why why;
    char path[100];

    snprintf(path, sizeof path, "%s/admin-token", dir);
    memset(&synced, 0, sizeof synced);
    synced.path = path;
    synced.result = -1;
    assert_err(IMS_STORAGE, tokens_load_from(dir, true, &t, &why), &why);
    assert_has(slice_of(why.text), "Input/output error");
    assert_int_equal(stat(path, &st), -1);
    synced.result = 0;
    setenv("IMSBOX_VIEWER_TOKEN", VIEWER, 1);
    assert_ok(tokens_load_from(dir, true, &t, &why), &why);
    unsetenv("IMSBOX_VIEWER_TOKEN");
    assert_int_equal(synced.count, 2);
    assert_int_equal(t.admin.n, 32);
    tokens_fini(&t);
    synced.path = NULL;
}

static void the_environment_says_the_tokens(void **state)
{
    struct tokens t;
    struct why why;

    setenv("IMSBOX_TOKEN", ADMIN, 1);
    assert_ok(tokens_load_from(*state, true, &t, &why), &why);
    assert_string_equal(str_c(&t.admin), ADMIN);
    assert_int_equal(t.viewer.n, 0);
    assert_false(tokens_show_once(&t));
    tokens_fini(&t);
    setenv("IMSBOX_TOKEN", "short", 1);
    assert_err(IMS_CONFIG, tokens_load_from(*state, true, &t, &why), &why);
    assert_has(slice_of(why.text), "IMSBOX_TOKEN: not a token; expected 8");
    assert_has_not(slice_of(why.text), "short");
    setenv("IMSBOX_TOKEN", "has a blank in it", 1);
    assert_err(IMS_CONFIG, tokens_load_from(*state, true, &t, &why), &why);
    unsetenv("IMSBOX_TOKEN");
}

static void without_a_place_to_keep_it_one_is_told_what_to_do(void **state)
{
    struct tokens t;
    struct why why;

    (void)state;
    assert_err(IMS_STORAGE, tokens_load_from("/proc/imsbox", true, &t, &why),
               &why);
    assert_has(slice_of(why.text), "set IMSBOX_TOKEN");
}

#define IN_DIRECTORY(f) \
    cmocka_unit_test_setup_teardown(f, in_directory, remove_directory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_tells_the_role),
        cmocka_unit_test(pages_of_other_sites_are_refused),
        cmocka_unit_test(who_guesses_has_to_wait),
        cmocka_unit_test(the_right_token_comes_in_while_a_neighbour_guesses),
        cmocka_unit_test(a_network_of_ipv6_addresses_is_one_who_guesses),
        cmocka_unit_test(those_who_guess_are_remembered_within_bounds),
        cmocka_unit_test(the_audit_learns_who_asked),
        cmocka_unit_test(at_the_dashboard_nobody_is_at_another_address),
        cmocka_unit_test(a_cookies_name_says_nothing_of_the_admins_token),
        cmocka_unit_test(one_may_ask_for_less_than_one_is),
        IN_DIRECTORY(tokens_are_made_once_and_kept_for_the_owner),
        IN_DIRECTORY(a_token_is_on_the_disk_before_it_has_its_name),
        IN_DIRECTORY(the_environment_says_the_tokens),
        IN_DIRECTORY(without_a_place_to_keep_it_one_is_told_what_to_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
