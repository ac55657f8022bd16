/* SPDX-License-Identifier: MIT
 *
 * Any bytes are what a node's stream of events brings, in two portions: what
 * is an entry becomes steps, within the bound; each step can be shown, and no
 * filter minds it. The doctor reads them, and takes the same bytes for what the
 * HSS answers. The same bytes, as headers, get nobody in.
 */
#include "base/mem.h"
#include "imsbox/dashboard/doctor/doctor.h"
#include "imsbox/dashboard/filter.h"
#include "imsbox/dashboard/sse.h"
#include "imsbox/dashboard/step_json.h"
#include "node/access.h"
#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { KEPT = 100000 };

static const char topology[] =
    "networks:\n"
    "  - domain: ims.example\n"
    "    nodes:\n"
    "      - {name: pcscf1, role: pcscf, host: 127.0.0.1, gm: udp:5060,\n"
    "         mw: udp:5070, admin: 8081}\n"
    "      - {name: hss1, role: hss, host: 127.0.0.4, diameter: tcp:3868,\n"
    "         store: 'memory:', admin: 8084}\n";

struct listener {
    struct story *story;
    unsigned entries;
};

static void on_event(void *ctx, struct slice name, struct slice id,
                     struct slice data)
{
    struct listener *l = ctx;
    struct why why = {0};
    int64_t us;

    (void)name, (void)id;
    if (story_add(l->story, l->entries % 2, data, &us, &why) == IMS_OK)
        l->entries++;
    else
        assert(why.text[0]);
}

static void show(const struct story *s)
{
    struct filter f = {0};
    struct told *t;
    struct buf out;
    struct json j;

    str_set(&f.user, S("sip:alice@ims.example"));
    str_set(&f.result, S("4xx"));
    buf_init(&out, 64 << 20);
    for (t = story_next(s, NULL); t; t = story_next(s, t)) {
        json_init(&j, &out);
        step_piece(s, t);
        step_put_whole(s, &j, t);
        if (t->thread)
            thread_put(&j, t->thread);
        filter_matches(&f, t);
        assert(j.depth == 0);
        buf_reset(&out);
    }
    buf_fini(&out);
    filter_fini(&f);
}

static void listen_to(struct story *s, const uint8_t *data, size_t size)
{
    struct listener l = {.story = s};
    size_t half = size / 2;
    struct sse sse;

    sse_init(&sse, on_event, &l);
    if (sse_take(&sse, slice_at(data, half)))
        (void)sse_take(&sse, slice_at(data + half, size - half));
    story_tell(s, INT64_MAX, INT64_MAX);
    assert(story_last(s) <= 2 * l.entries);
    assert(story_figures(s).bytes <= KEPT);
    show(s);
    sse_fini(&sse);
}

/* ---- the doctor ---------------------------------------------------------- */

struct surgery {
    struct slice answer;
    unsigned found;
};

static void examine(void *ctx, const struct topology_network *network,
                    struct slice body, struct patient *p)
{
    const struct surgery *s = ctx;
    json_t *j = json_loadb(body.p, body.n, 0, NULL);

    assert(network && json_is_object(j));
    json_decref(j);
    doctor_examined(p, s->answer);
}

static void on_finding(void *ctx, const struct finding *f)
{
    struct surgery *s = ctx;
    struct buf out;
    struct json j;

    s->found++;
    assert(f->what.n && f->where.n && f->advice.n && f->clause.n);
    buf_init(&out, 1 << 20);
    json_init(&j, &out);
    finding_put(&j, f);
    assert(j.depth == 0 && !out.full);
    buf_fini(&out);
}

static void consult(const struct story *s, struct slice data)
{
    struct surgery room = {.answer = data};
    const struct doctor_host host = {examine, on_finding, &room};
    struct doctor *d = doctor_new(s, &host, 1);

    for (const struct told *t = story_next(s, NULL); t; t = story_next(s, t))
        doctor_note(d, t);
    doctor_turn(d, INT64_MAX);
    assert(room.found >= doctor_last(d));
    doctor_free(d);
}

static void knock(struct slice text)
{
    static const struct clock clock = {.mono_us = 1};
    struct access *a = access_new(
        &(struct access_rules){.admin = "a-token-that-is-not-guessed"}, &clock,
        1);
    struct access_answer got;

    access_check(a,
                 &(struct access_request){.host = text,
                                          .origin = text,
                                          .authorization = text,
                                          .cookie = text,
                                          .user = text},
                 &got);
    assert(got.status && got.role == API_NOBODY);
    access_check(a, &(struct access_request){.cookie = text, .user = text},
                 &got);
    assert(got.role == API_NOBODY);
    access_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct topology *t = NULL;
    struct site site;
    struct buf errors;
    struct story *s;

    buf_init(&errors, 10000);
    if (topology_parse(slice_of(topology), "t.yaml", &t, &errors) != IMS_OK)
        abort();
    buf_fini(&errors);
    site_init(&site, t);
    s = story_new(&site, KEPT, 1);
    listen_to(s, data, size);
    consult(s, slice_at(data, size));
    story_free(s);
    site_fini(&site);
    knock(slice_at(data, size));
    return 0;
}
