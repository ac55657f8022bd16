/* SPDX-License-Identifier: MIT
 *
 * Any bytes are the frames that a node sends, in two portions: what is an
 * entry becomes steps, within the bound; each step can be shown, and no filter
 * minds it; the doctor finds what it can, with the last text as what the HSS
 * says. An event that is a text may be an entry as JSON. The same bytes, as
 * headers, get nobody in.
 */
#include "base/mem.h"
#include "imsbox/dashboard/doctor/doctor.h"
#include "imsbox/dashboard/filter.h"
#include "imsbox/dashboard/step_json.h"
#include "node/access.h"
#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { KEPT = 100000, NODES = 4 };

static const char topology[] =
    "networks:\n"
    "  - domain: ims.example\n"
    "    nodes:\n"
    "      - {name: pcscf1, role: pcscf, host: 127.0.0.1, gm: udp:5060,\n"
    "         mw: udp:5070, admin: 8081}\n"
    "      - {name: icscf1, role: icscf, host: 127.0.0.2, mw: udp:5060,\n"
    "         admin: 8082}\n"
    "      - {name: scscf1, role: scscf, host: 127.0.0.3, mw: udp:5060,\n"
    "         admin: 8083}\n"
    "      - {name: hss1, role: hss, host: 127.0.0.4, diameter: tcp:3868,\n"
    "         store: 'memory:', admin: 8084}\n";

struct listener {
    struct story *story;
    unsigned entries;
    struct str last;
    struct buf shown;
};

static unsigned node_of(uint64_t seq)
{
    return (unsigned)(seq >> 56) % NODES;
}

static void on_frame(void *ctx, enum wire_kind kind, struct slice payload)
{
    struct listener *l = ctx;
    struct why why = {0};
    struct wire_entry e;
    int64_t us;

    if (kind == WIRE_ENTRY && wire_read_entry(payload, &e)) {
        story_take(l->story, node_of(e.seq), &e);
        l->entries++;
    } else {
        str_set(&l->last, payload);
        if (story_add(l->story, kind % NODES, payload, &us, &why) == IMS_OK)
            l->entries++;
        else
            assert(why.text[0]);
    }
}

/* ---- the doctor ----------------------------------------------------------
 */

static void examine(void *ctx, const struct topology_network *network,
                    struct slice body, struct patient *p)
{
    struct listener *l = ctx;
    json_t *j = json_loadb(body.p, body.n, 0, NULL);

    assert(network && json_is_object(j));
    json_decref(j);
    doctor_examined(p, str_slice(&l->last));
}

static void on_finding(void *ctx, const struct finding *f)
{
    struct listener *l = ctx;
    struct json j;

    assert(f->what.n && f->where.n && f->advice.n && f->clause.n);
    buf_reset(&l->shown);
    json_init(&j, &l->shown);
    finding_put(&j, f);
    assert(j.depth == 0 && !l->shown.full);
}

static void consult(struct listener *l)
{
    const struct doctor_host host = {examine, on_finding, l};
    struct doctor *d = doctor_new(l->story, &host, 1);
    const struct told *t;

    buf_init(&l->shown, 4 << 20);
    for (t = story_next(l->story, NULL); t; t = story_next(l->story, t))
        doctor_note(d, t);
    doctor_turn(d, INT64_MAX);
    doctor_free(d);
    buf_fini(&l->shown);
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
    const struct told *t;
    size_t half = size / 2;
    struct wire wire;

    wire_init(&wire, on_frame, &l);
    if (wire_take(&wire, slice_at(data, half))) {
        story_tell(s, INT64_MAX, INT64_MIN); /* what comes now is late */
        (void)wire_take(&wire, slice_at(data + half, size - half));
    }
    story_tell(s, INT64_MAX, INT64_MAX);
    for (t = story_mended(s, NULL); t; t = story_mended(s, t))
        assert(!t->step.lost && t->entry.other == &t->other);
    assert(story_last(s) <= 2 * l.entries);
    assert(story_figures(s).bytes <= KEPT);
    show(s);
    consult(&l);
    str_fini(&l.last);
    wire_fini(&wire);
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

/* Made once: to read the topology would be most of a run. */
static const struct site *the_site(void)
{
    static struct site site;
    static struct topology *t;
    struct buf errors;

    if (!t) {
        buf_init(&errors, 10000);
        if (topology_parse(slice_of(topology), "t.yaml", &t, &errors) != IMS_OK)
            abort();
        buf_fini(&errors);
        site_init(&site, t);
    }
    return &site;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct story *s = story_new(the_site(), KEPT, 1);

    listen_to(s, data, size);
    story_free(s);
    knock(slice_at(data, size));
    return 0;
}
