/* SPDX-License-Identifier: MIT
 *
 * One user as three nodes see it: what does not agree is said.
 */
#include "imsbox/dashboard/differences.h"
#include "support/check.h"

static const struct topology_node pcscf = {
    .name = "pcscf1", .fqdn = "pcscf1.ims.example", .role = TOPOLOGY_PCSCF};
static const struct topology_node scscf = {
    .name = "scscf1", .fqdn = "scscf1.ims.example", .role = TOPOLOGY_SCSCF};
static const struct topology_node hss = {
    .name = "hss1", .fqdn = "hss1.ims.example", .role = TOPOLOGY_HSS};

#define CONTACT "sip:bob@192.0.2.1:5060"

static const char at_pcscf[] =
    "[{'contact':'" CONTACT ";ob','registered':true,'expires_seconds':3599,"
    "'identities':['sip:bob@ims.example','tel:+15551002']}]";
static const char at_scscf[] =
    "{'identities':[{'public_identity':'sip:bob@ims.example','barred':false},"
    "{'public_identity':'tel:+15551002','barred':false}],"
    "'bindings':[{'contact':'" CONTACT "','expires_seconds':3600}]}";
static const char at_hss[] =
    "{'state':'registered','scscf':'sip:scscf1.ims.example:5060'}";

struct row {
    const char *pcscf, *scscf, *hss;
    bool pcscf_dead, scscf_dead, hss_dead;
    const char *what[4]; /* differences, in order */
    const char *says;    /* in one of them */
};

static const struct row rows[] = {
    {.pcscf = at_pcscf, .scscf = at_scscf, .hss = at_hss},
    {.pcscf = NULL, .scscf = NULL, .hss = NULL},
    {.hss = "{'state':'not_registered'}"},
    /* the S-CSCF was started again */
    {.pcscf = at_pcscf,
     .hss = at_hss,
     .what = {"state", "contact"},
     .says = "started again"},
    /* the P-CSCF was */
    {.scscf = at_scscf,
     .hss = at_hss,
     .what = {"contact"},
     .says = "calls to it will not arrive"},
    /* the HSS forgot it */
    {.pcscf = at_pcscf,
     .scscf = at_scscf,
     .hss = "{'state':'not_registered','scscf':"
            "'sip:scscf1.ims.example:5060'}",
     .what = {"state"},
     .says = "for hss1 the user is not_registered"},
    {.pcscf = at_pcscf,
     .scscf = at_scscf,
     .hss = "{'state':'registered','scscf':'sip:scscf2.ims.example'}",
     .what = {"server"},
     .says = "another one serves the user"},
    {.pcscf = at_pcscf,
     .scscf = at_scscf,
     .hss = "{'state':'not_registered'}",
     .what = {"server"},
     .says = "that none does"},
    {.pcscf = "[{'contact':'" CONTACT "','registered':true,"
              "'expires_seconds':100,'identities':['sip:bob@ims.example']}]",
     .scscf = at_scscf,
     .hss = at_hss,
     .what = {"expires"},
     .says = "at scscf1 in 3600 s, at pcscf1 in 100 s"},
    {.pcscf = "[{'contact':'" CONTACT "','registered':true,"
              "'expires_seconds':7200,'identities':['sip:bob@ims.example']}]",
     .scscf = at_scscf,
     .hss = at_hss,
     .what = {"expires"},
     .says = "at scscf1 in 3600 s, at pcscf1 in 7200 s"},
    {.pcscf = "[{'contact':'" CONTACT "','registered':true,"
              "'expires_seconds':3600,'identities':['sip:old@ims.example']}]",
     .scscf = at_scscf,
     .hss = at_hss,
     .what = {"identities"},
     .says = "lets the phone be sip:old@ims.example"},
    /* a phone that was challenged is not registered yet */
    {.pcscf = "[{'contact':'" CONTACT "','registered':false}]",
     .hss = "{'state':'not_registered'}"},
    /* of a dead node nothing is known, and nothing is claimed */
    {.pcscf = at_pcscf, .scscf_dead = true, .hss = at_hss},
    {.pcscf_dead = true, .scscf = at_scscf, .hss = at_hss},
    {.pcscf = at_pcscf, .scscf = at_scscf, .hss_dead = true},
};

/* JSON with ' for ". */
static json_t *read_json(const char *text)
{
    char copy[1000];
    size_t n = 0;
    json_t *j;

    if (!text)
        return NULL;
    for (; text[n]; n++)
        copy[n] = (char)(text[n] == '\'' ? '"' : text[n]);
    j = json_loadb(copy, n, 0, NULL);
    assert_non_null(j);
    return j;
}

static void print_differences(const struct row *row, struct buf *out)
{
    json_t *p = read_json(row->pcscf), *s = read_json(row->scscf),
           *h = read_json(row->hss);
    const struct sight sights[] = {{&pcscf, row->pcscf_dead, p},
                                   {&scscf, row->scscf_dead, s},
                                   {&hss, row->hss_dead, h}};
    struct json j;

    json_init(&j, out);
    differences_put(&j, sights, 3);
    json_decref(p);
    json_decref(s);
    json_decref(h);
}

static void what_does_not_agree_is_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out;
        json_t *got;
        size_t k;

        buf_init(&out, 65536);
        print_differences(&rows[i], &out);
        got = json_loadb(out.p, out.n, 0, NULL);
        for (k = 0; rows[i].what[k]; k++)
            assert_string_equal(json_string_value(json_object_get(
                                    json_array_get(got, k), "what")),
                                rows[i].what[k]);
        if (json_array_size(got) != k)
            print_error("row %zu: %.*s\n", i, SLICE_ARG(buf_slice(&out)));
        assert_int_equal(json_array_size(got), k);
        if (rows[i].says)
            assert_has(buf_slice(&out), rows[i].says);
        json_decref(got);
        buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_agree_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
