/* SPDX-License-Identifier: MIT
 *
 * DNS on the real loop: against dnsmasq on 127.34.0.53:5353, which the test
 * starts, and against servers that misbehave (127.34.3.0/24).
 */
#include "base/mem.h"
#include "support/bench.h"
#include "support/check.h"
#include "support/party.h"
#include "support/world.h"
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READY_TRIES = 100, PATIENT_MS = 5000 };

static const char DNSMASQ[] = "/usr/sbin/dnsmasq";

/* ---- a real server --------------------------------------------------------
 */

static void run_dnsmasq(void)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    execl(DNSMASQ, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null",
          "--pid-file=", "--user=", "--no-resolv", "--no-hosts",
          "--bind-interfaces", "--listen-address=127.34.0.53", "--port=5353",
          "--local=/example/", "--local-ttl=77", "--auth-ttl=77",
          "--host-record=icscf1.ims.example,127.0.0.2,fd00::2,300",
          "--host-record=icscf1.ims.example,127.0.0.3,300",
          "--cname=alias.ims.example,icscf1.ims.example,50",
          "--srv-host=_sip._udp.ims.example,icscf1.ims.example,5060,1,10",
          "--srv-host=_sip._udp.ims.example,icscf1.ims.example,5062,2,20",
          "--naptr-record=ims.example,10,50,s,SIP+D2U,,_sip._udp.ims.example",
          "--naptr-record=ims.example,20,50,s,SIP+D2T,,_sip._tcp.ims.example",
          (char *)NULL);
    _exit(127);
}

struct server {
    pid_t pid;
    struct bench bench;
    struct party party;
};

static struct loop_options options_for(struct addr *server, const char *at)
{
    *server = world_addr(at, TRANSPORT_UDP);
    return (struct loop_options){.dns_servers = server,
                                 .dns_server_count = 1,
                                 .dns_timeout_ms = PATIENT_MS,
                                 .dns_tries = 1};
}

static void open_bench(struct server *s, const char *at)
{
    struct addr server;
    struct loop_options o = options_for(&server, at);

    bench_init_loop(&s->bench, &o);
    party_init(&s->party, s->bench.a);
}

static void close_bench(struct server *s)
{
    party_fini(&s->party);
    bench_fini(&s->bench);
}

static bool has_answer(void *ctx)
{
    return ((struct party *)ctx)->story.n > 0;
}

static void ask(struct server *s, const char *name, enum dns_type type)
{
    party_ask(&s->party, name, type);
    assert_story(&s->party, ""); /* never before it returns */
    assert_true(bench_until(&s->bench, has_answer, &s->party));
}

static bool is_ready(struct server *s)
{
    for (int i = 0; i < READY_TRIES; i++) {
        ask(s, "icscf1.ims.example", DNS_A);
        if (slice_starts(buf_slice(&s->party.story), S("OK")))
            return true;
        buf_reset(&s->party.story);
        bench_for(&s->bench, 20 * MSEC);
    }
    return false;
}

static int start_server(void **state)
{
    struct server *s;

    if (access(DNSMASQ, X_OK) != 0) {
        print_message("SKIPPED: no dnsmasq on this machine\n");
        *state = NULL;
        return 0;
    }
    s = mem_zalloc(sizeof(*s));
    s->pid = fork();
    if (s->pid == 0)
        run_dnsmasq();
    open_bench(s, "127.34.0.53:5353");
    *state = s;
    return is_ready(s) ? 0 : -1;
}

static int stop_server(void **state)
{
    struct server *s = *state;

    if (!s)
        return 0;
    kill(s->pid, SIGTERM);
    waitpid(s->pid, NULL, 0);
    close_bench(s);
    free(s);
    return 0;
}

static struct server *server_or_skip(void **state)
{
    struct server *s = *state;

    if (!s)
        skip();
    buf_reset(&s->party.story);
    return s;
}

static void a_server_answers_each_type_with_its_ttl(void **state)
{
    static const struct {
        const char *name;
        enum dns_type type;
        const char *a, *b; /* both are in the answer */
    } rows[] = {
        {"icscf1.ims.example", DNS_A, "127.0.0.2 ttl 300", "127.0.0.3 ttl 300"},
        {"ICSCF1.ims.example.", DNS_AAAA, "OK fd00::2 ttl 300\n", "fd00::2"},
        {"alias.ims.example", DNS_A, "127.0.0.2 ttl", "127.0.0.3 ttl"},
        {"_sip._udp.ims.example", DNS_SRV,
         "1 10 5060 icscf1.ims.example ttl 77",
         "2 20 5062 icscf1.ims.example ttl 77"},
        {"ims.example", DNS_NAPTR,
         "10 50 's' 'SIP+D2U' '' _sip._udp.ims.example ttl 77",
         "20 50 's' 'SIP+D2T' '' _sip._tcp.ims.example ttl 77"},
        {"nobody.ims.example", DNS_A, "NOT_FOUND\n", "NOT_FOUND\n"},
        {"icscf1.ims.example", DNS_SRV, "OK\n", "OK\n"},
    };
    struct server *s = server_or_skip(state);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ask(s, rows[i].name, rows[i].type);
        /* An address asked for before may be a second older by now. */
        if (rows[i].type != DNS_A || i > 0)
            assert_has(buf_slice(&s->party.story), rows[i].a);
        else
            assert_has(buf_slice(&s->party.story), "127.0.0.2 ttl ");
        assert_has(buf_slice(&s->party.story),
                   i == 0 ? "127.0.0.3 ttl " : rows[i].b);
        buf_reset(&s->party.story);
    }
}

static void a_question_is_asked_once_while_its_answer_holds(void **state)
{
    struct server *s = server_or_skip(state);
    const struct loop_figures *f = loop_figures(s->bench.loop);
    uint64_t questions = f->dns_questions;

    ask(s, "_sip._udp.IMS.example", DNS_SRV);
    party_ask(&s->party, "fresh.ims.example", DNS_A);
    party_ask(&s->party, "fresh.ims.example", DNS_A); /* joins the first */
    buf_reset(&s->party.story);
    assert_true(bench_until(&s->bench, has_answer, &s->party));
    assert_story(&s->party, "NOT_FOUND\nNOT_FOUND\n");
    ask(s, "_sip._udp.ims.example", DNS_SRV);
    assert_in_range(f->dns_questions - questions, 1, 2);
}

static void an_answer_is_kept_no_longer_than_the_topology_says(void **state)
{
    struct server *shared = server_or_skip(state);
    struct addr server;
    struct loop_options o = options_for(&server, "127.34.0.53:5353");
    struct server s = {0};
    const struct loop_figures *f;

    (void)shared;
    o.dns_keep_us = 20 * MSEC; /* its TTL says 300 s */
    bench_init_loop(&s.bench, &o);
    party_init(&s.party, s.bench.a);
    f = loop_figures(s.bench.loop);
    ask(&s, "icscf1.ims.example", DNS_A);
    bench_for(&s.bench, 40 * MSEC);
    buf_reset(&s.party.story);
    ask(&s, "icscf1.ims.example", DNS_A);
    assert_int_equal(2, f->dns_questions);
    assert_int_equal(0, f->dns_cache_hits);
    close_bench(&s);
}

static void a_cancelled_question_is_not_answered(void **state)
{
    struct server *s = server_or_skip(state);
    struct dns_query *q = dns_ask(s->bench.a, S("cancel.ims.example"), DNS_A,
                                  party_on_records, &s->party);

    dns_cancel(q);
    ask(s, "icscf1.ims.example", DNS_A);
    assert_int_equal(party_lines(&s->party), 1);
}

/* ---- servers that misbehave ---------------------------------------------- */

static void nobody_at_the_servers_address_is_unreachable(void **state)
{
    struct server s = {0};

    (void)state;
    open_bench(&s, "127.34.3.1:5353");
    ask(&s, "x.example", DNS_A);
    assert_story(&s.party, "UNREACHABLE\n");
    close_bench(&s);
}

static void a_server_that_never_answers_is_a_timeout(void **state)
{
    struct addr server;
    struct loop_options o = options_for(&server, "127.34.3.2:5353");
    struct server s = {0};
    int64_t start;

    (void)state;
    o.dns_timeout_ms = 200;
    o.dns_tries = 2;
    bench_init_loop(&s.bench, &o);
    party_init(&s.party, s.bench.a);
    party_open_udp(&s.party, "127.34.3.2:5353");
    s.party.mute = true;
    start = s.bench.a->clock->mono_us;
    ask(&s, "x.example", DNS_A);
    assert_story(&s.party, "TIMEOUT\n");
    assert_true(s.bench.a->clock->mono_us - start >= 400 * MSEC);
    close_bench(&s);
}

struct liar {
    struct bench bench;
    struct party party;
    struct udp *udp;
    const char *rest; /* what follows the question, */
    size_t n;         /* so many bytes */
    unsigned flags, answers;
};

static void lie(void *ctx, struct udp *u, const struct addr *from,
                struct slice query)
{
    struct liar *l = ctx;
    ssize_t name = slice_index(slice_from(query, 12), '\0');
    size_t question = 12 + (size_t)name + 1 + 4;
    char answer[512];

    assert_true(name > 0 && question + l->n <= sizeof(answer));
    memcpy(answer, query.p, question);
    memcpy(answer + question, l->rest, l->n);
    answer[2] = (char)(l->flags >> 8);
    answer[3] = (char)l->flags;
    answer[7] = (char)l->answers;
    answer[8] = answer[9] = answer[10] = answer[11] = 0;
    assert_int_equal(udp_send(u, from, slice_at(answer, question + l->n)),
                     IMS_OK);
}

static void wrong_answers_are_errors(void **state)
{
    static const struct udp_handler LIAR = {lie, NULL};
    static const struct {
        const char *rest;
        size_t n;
        unsigned flags, answers;
        const char *story;
    } rows[] = {
        {"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0\x09", 16, 0x8180, 1,
         "OK 127.0.0.9 ttl 60\n"},
        {"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0", 15, 0x8180, 1,
         "UNREACHABLE\n"},
        {"\xc0\x1b\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0\x09", 16, 0x8180, 1,
         "UNREACHABLE\n"},
        {"", 0, 0x8183, 0, "NOT_FOUND\n"},
        {"", 0, 0x8182, 0, "UNREACHABLE\n"},
        {"", 0, 0x8180, 0, "OK\n"},
    };
    struct addr at = world_addr("127.34.3.3:5353", TRANSPORT_UDP), server;
    struct loop_options o = options_for(&server, "127.34.3.3:5353");

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct liar l = {.rest = rows[i].rest,
                         .n = rows[i].n,
                         .flags = rows[i].flags,
                         .answers = rows[i].answers};

        bench_init_loop(&l.bench, &o);
        party_init(&l.party, l.bench.a);
        assert_ok(udp_open(l.bench.a, &at, &LIAR, &l, &l.udp, NULL), NULL);
        party_ask(&l.party, "x.example", DNS_A);
        assert_true(bench_until(&l.bench, has_answer, &l.party));
        assert_story(&l.party, rows[i].story);
        udp_close(l.udp);
        party_fini(&l.party);
        bench_fini(&l.bench);
    }
}

static void names_that_are_none_are_malformed(void **state)
{
    char longest[300];
    struct server s = {0};

    (void)state;
    memset(longest, 'a', sizeof(longest));
    longest[299] = '\0';
    open_bench(&s, "127.34.3.1:5353");
    ask(&s, "", DNS_A);
    assert_story(&s.party, "MALFORMED\n");
    ask(&s, longest, DNS_A);
    assert_story(&s.party, "MALFORMED\n");
    ask(&s, "a..example", DNS_A);
    assert_story(&s.party, "MALFORMED\n");
    longest[100] = '\0'; /* one label of 100 */
    ask(&s, longest, DNS_A);
    assert_story(&s.party, "MALFORMED\n");
    close_bench(&s);
}

static bool hosts_file_names(const char *name)
{
    FILE *f = fopen("/etc/hosts", "re");
    char line[512];
    bool found = false;

    while (f && !found && fgets(line, sizeof(line), f))
        found = line[0] != '#' && strstr(line, name);
    if (f)
        fclose(f);
    return found;
}

static void the_systems_resolver_reads_the_hosts_file_first(void **state)
{
    struct server s = {0};

    (void)state;
    if (!hosts_file_names("localhost")) {
        print_message("SKIPPED: /etc/hosts does not name localhost\n");
        skip();
    }
    bench_init_loop(&s.bench, NULL);
    party_init(&s.party, s.bench.a);
    ask(&s, "localhost", DNS_A);
    assert_has(buf_slice(&s.party.story), "127.0.0.1 ttl 10");
    close_bench(&s);
}

static void too_many_questions_at_a_time_are_refused(void **state)
{
    struct dns_query *q[1025];
    struct server s = {0};

    (void)state;
    open_bench(&s, "127.34.3.2:5353");
    party_open_udp(&s.party, "127.34.3.2:5353");
    s.party.mute = true;
    for (int i = 0; i < 1025; i++) {
        char name[32];

        snprintf(name, sizeof(name), "n%d.example", i);
        q[i] = dns_ask(s.bench.a, slice_of(name), DNS_A, party_on_records,
                       &s.party);
    }
    assert_true(bench_until(&s.bench, has_answer, &s.party));
    assert_story(&s.party, "FULL\n");
    for (int i = 0; i < 1024; i++)
        dns_cancel(q[i]);
    close_bench(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_answers_each_type_with_its_ttl),
        cmocka_unit_test(a_question_is_asked_once_while_its_answer_holds),
        cmocka_unit_test(an_answer_is_kept_no_longer_than_the_topology_says),
        cmocka_unit_test(a_cancelled_question_is_not_answered),
        cmocka_unit_test(nobody_at_the_servers_address_is_unreachable),
        cmocka_unit_test(a_server_that_never_answers_is_a_timeout),
        cmocka_unit_test(wrong_answers_are_errors),
        cmocka_unit_test(names_that_are_none_are_malformed),
        cmocka_unit_test(the_systems_resolver_reads_the_hosts_file_first),
        cmocka_unit_test(too_many_questions_at_a_time_are_refused),
    };

    return cmocka_run_group_tests(tests, start_server, stop_server);
}
