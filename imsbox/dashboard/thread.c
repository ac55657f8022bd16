/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/thread.h"
#include "base/mem.h"
#include "diameter/message.h"
#include "sip/views.h"
#include <stdio.h>

struct session {
    struct map_node in_sessions;
    struct list in_thread;
    struct thread *thread;
    struct str id;
};

void threads_init(struct threads *t, uint64_t seed)
{
    map_init(&t->calls, seed, 0); /* bounded by the steps */
    map_init(&t->sessions, seed, 0);
    list_init(&t->order);
}

void threads_fini(struct threads *t)
{
    map_fini(&t->calls);
    map_fini(&t->sessions);
}

/* ---- what a message says ------------------------------------------------- */

/* One identity of a header, once: "sip:alice@ims.example". */
static void note_user(struct thread *t, struct slice uri)
{
    struct slice known = str_slice(&t->users), id;
    ssize_t end = slice_index(uri, ';');
    struct str both = {0};

    if (end >= 0)
        uri = slice_first(uri, (size_t)end);
    if (uri.n == 0 || known.n + uri.n > THREAD_USERS_MAX)
        return;
    while (slice_cut(&known, '\n', &id))
        if (slice_eq_nocase(id, uri))
            return;
    str_printf(&both, "%s%.*s\n", str_c(&t->users), SLICE_ARG(uri));
    str_fini(&t->users);
    t->users = both;
}

static void note_header(struct thread *t, const struct sip_message *m,
                        enum sip_header_id id)
{
    struct sip_name_addr addr;
    struct sip_uri uri;
    struct why why;

    if (sip_name_addr_uri(sip_header_value(m, id), &addr, &uri, &why) == IMS_OK)
        note_user(t, addr.uri);
}

static void read_sip(struct told *s, struct sip_message *m)
{
    struct sip_cseq cseq;
    struct why why;

    s->is_request = m->is_request;
    if (m->is_request)
        snprintf(s->method, sizeof s->method, "%.*s",
                 SLICE_ARG(m->method_name));
    else if (sip_cseq_parse(sip_header_value(m, SIP_HDR_CSEQ), &cseq, &why) ==
             IMS_OK)
        snprintf(s->method, sizeof s->method, "%.*s",
                 SLICE_ARG(cseq.method_name));
    s->result = m->is_request ? 0 : m->status;
}

static void note_request(struct thread *t, const struct told *s,
                         const struct sip_message *m)
{
    if (!t->method[0])
        memcpy(t->method, s->method, sizeof t->method);
    note_header(t, m, SIP_HDR_FROM);
    note_header(t, m, SIP_HDR_TO);
    note_header(t, m, SIP_HDR_P_ASSERTED_IDENTITY);
    if (!slice_eq(m->method_name, S("REGISTER")))
        note_user(t, m->uri);
}

static void read_diameter(struct told *s)
{
    struct diameter_message m;
    struct diameter_fault f;
    uint32_t vendor = 0;
    char name[32];

    if (!diameter_read(s->entry.bytes, &m, &f))
        return;
    s->is_request = diameter_is_request(&m);
    snprintf(s->method, sizeof s->method, "%s", diameter_name(&m, name));
    if (s->is_request)
        return;
    s->result = diameter_answer_result(&m, &vendor);
    if (slice_ends(slice_of(s->method), S("A"))) /* UAA answers UAR */
        s->method[strlen(s->method) - 1] = 'R';
}

/* A final response to the request with which it began is its result, a
 * challenge but the last one aside. */
static void note_result(struct thread *t, const struct told *s)
{
    if (s->result >= 200 && strcmp(s->method, t->method) == 0)
        t->result = s->result;
}

/* How long a call took to ring is seen where the phone's INVITE came in. */
static void note_invited(struct thread *t, const struct told *s,
                         const struct sip_message *m)
{
    if (s->from_ours || t->invited_us || strcmp(s->method, "INVITE") != 0 ||
        sip_tag(m, SIP_HDR_TO).n)
        return;
    t->invited_us = s->step.wall_us;
    t->invited_at = s->entry.node;
}

static void note_ringing(struct thread *t, struct told *s)
{
    if (s->to_ours || !t->invited_us || s->entry.node != t->invited_at ||
        s->result < 180 || strcmp(s->method, "INVITE") != 0)
        return;
    if (s->result < 300 && s->step.wall_us > t->invited_us)
        s->setup_us = s->step.wall_us - t->invited_us;
    t->invited_us = 0;
}

static void read_message(struct told *s)
{
    const struct sip_limits limits = {0};
    struct sip_message *m = NULL;
    struct thread *t = s->thread;
    struct why why;

    if (s->entry.proto == RECORD_DIAMETER) {
        read_diameter(s);
        return;
    }
    if (sip_message_parse(s->entry.bytes, &limits, &m, &why) == IMS_OK) {
        read_sip(s, m);
        if (t && s->is_request) {
            note_request(t, s, m);
            note_invited(t, s, m);
        } else if (t) {
            note_result(t, s);
            note_ringing(t, s);
        }
    }
    if (m)
        sip_message_drop(m);
}

/* ---- belonging together -------------------------------------------------- */

struct thread *threads_find(const struct threads *t, struct slice call)
{
    struct map_node *at = call.n ? map_find(&t->calls, call) : NULL;

    return at ? container_of(at, struct thread, in_calls) : NULL;
}

static struct thread *find_by_session(const struct threads *t, struct slice id)
{
    struct map_node *at = id.n ? map_find(&t->sessions, id) : NULL;

    return at ? container_of(at, struct session, in_sessions)->thread : NULL;
}

static struct thread *thread_new(struct threads *t, const struct told *s,
                                 struct slice call)
{
    struct thread *it = mem_zalloc(sizeof *it);

    str_set(&it->call, call);
    list_init(&it->told);
    list_init(&it->sessions);
    it->began_us = s->step.wall_us;
    map_add(&t->calls, &it->in_calls, str_slice(&it->call));
    list_append(&t->order, &it->in_story);
    return it;
}

static void session_free(struct threads *t, struct session *s)
{
    map_remove(&t->sessions, &s->in_sessions);
    list_remove(&s->in_thread);
    s->thread->session_count--;
    str_fini(&s->id);
    free(s);
}

/* The oldest makes room: a Cx request was answered long before. */
static void add_session(struct threads *t, struct thread *it, struct slice id)
{
    struct session *s;

    if (id.n == 0 || map_find(&t->sessions, id))
        return;
    if (it->session_count == THREAD_SESSIONS_MAX)
        session_free(
            t, container_of(it->sessions.next, struct session, in_thread));
    s = mem_zalloc(sizeof *s);
    s->thread = it;
    str_set(&s->id, id);
    it->session_count++;
    list_append(&it->sessions, &s->in_thread);
    map_add(&t->sessions, &s->in_sessions, str_slice(&s->id));
}

static struct slice first_of(struct slice a, struct slice b)
{
    return a.n ? a : b;
}

void threads_join(struct threads *t, struct told *s)
{
    struct slice call = first_of(s->entry.call, s->other.call);
    struct slice session = first_of(s->entry.session, s->other.session);
    struct thread *it = threads_find(t, call);

    if (!it && call.n)
        it = thread_new(t, s, call);
    else if (!it)
        it = find_by_session(t, session);
    s->thread = it;
    if (it) {
        add_session(t, it, session);
        list_append(&it->told, &s->in_thread);
        list_remove(&it->in_story);
        list_append(&t->order, &it->in_story);
        it->count++;
        it->last_us = s->step.wall_us;
        it->messages += s->step.kind == STEP_ARROW;
    }
    if (s->step.kind == STEP_ARROW)
        read_message(s);
}

static void thread_free(struct threads *t, struct thread *it)
{
    LIST_EACH (l, &it->sessions)
        session_free(t, container_of(l, struct session, in_thread));
    map_remove(&t->calls, &it->in_calls);
    list_remove(&it->in_story);
    str_fini(&it->call);
    str_fini(&it->users);
    free(it);
}

void threads_leave(struct threads *t, struct told *s)
{
    struct thread *it = s->thread;

    list_remove(&s->in_thread);
    if (it && --it->count == 0)
        thread_free(t, it);
    s->thread = NULL;
}

struct thread *threads_older(const struct threads *t, const struct thread *at)
{
    struct list *l = at ? at->in_story.prev : t->order.prev;

    return l == &t->order ? NULL : container_of(l, struct thread, in_story);
}

/* ---- whom it names ------------------------------------------------------- */

static struct slice without_scheme(struct slice uri)
{
    ssize_t colon = slice_index(uri, ':');

    return colon < 0 ? uri : slice_from(uri, (size_t)colon + 1);
}

static struct slice user_part(struct slice uri)
{
    ssize_t at = slice_index(uri, '@');

    return at < 0 ? uri : slice_first(uri, (size_t)at);
}

bool users_name(struct slice rest, struct slice user)
{
    struct slice id, wanted = without_scheme(user);
    bool alone = slice_index(wanted, '@') < 0;

    while (slice_cut(&rest, '\n', &id)) {
        id = without_scheme(id);
        if (id.n && slice_eq_nocase(alone ? user_part(id) : id, wanted))
            return true;
    }
    return false;
}

bool thread_names(const struct thread *t, struct slice user)
{
    return users_name(str_slice(&t->users), user);
}
