/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/doctor/questions.h"
#include "base/mem.h"

struct answer {
    struct map_node by_body;
    struct str body, json;
    int64_t at_us; /* of the trouble that it was asked for */
};

void questions_init(struct questions *q, const struct questions_host *host,
                    uint64_t seed)
{
    *q = (struct questions){.host = *host};
    list_init(&q->waiting);
    list_init(&q->asked);
    map_init(&q->answers, seed, DOCTOR_ANSWERS);
}

static void patient_free(struct patient *p)
{
    list_remove(&p->in_questions);
    p->questions->patients--;
    str_fini(&p->body);
    free(p);
}

static void answer_free(struct questions *q, struct answer *a)
{
    map_remove(&q->answers, &a->by_body);
    str_fini(&a->body);
    str_fini(&a->json);
    free(a);
}

void questions_forget(struct questions *q)
{
    MAP_EACH (it, &q->answers)
        answer_free(q, container_of(it, struct answer, by_body));
}

void questions_fini(struct questions *q)
{
    LIST_EACH (l, &q->waiting)
        patient_free(container_of(l, struct patient, in_questions));
    LIST_EACH (l, &q->asked)
        patient_free(container_of(l, struct patient, in_questions));
    questions_forget(q);
    map_fini(&q->answers);
}

/* ---- answers that are kept ----------------------------------------------- */

static struct answer *find_answer(const struct questions *q, struct slice body)
{
    struct map_node *at = map_find(&q->answers, body);

    return at ? container_of(at, struct answer, by_body) : NULL;
}

static const struct answer *find_fresh(const struct questions *q,
                                       const struct patient *p)
{
    const struct answer *a = find_answer(q, str_slice(&p->body));

    return a && p->at_us - a->at_us < DOCTOR_ANSWERS_US ? a : NULL;
}

static void keep_answer(struct questions *q, const struct patient *p,
                        struct slice json)
{
    struct answer *a = find_answer(q, str_slice(&p->body));

    if (!json.n)
        return;
    if (!a && q->answers.count == DOCTOR_ANSWERS)
        a = container_of(map_first(&q->answers), struct answer, by_body);
    if (a)
        answer_free(q, a);
    a = mem_zalloc(sizeof *a);
    str_set(&a->body, str_slice(&p->body));
    str_set(&a->json, json);
    a->at_us = p->at_us;
    map_add(&q->answers, &a->by_body, str_slice(&a->body));
}

/* ---- asking -------------------------------------------------------------- */

static void ask(struct questions *q, struct patient *p)
{
    const struct answer *a = find_fresh(q, p);

    if (a) {
        q->host.answered(q->host.ctx, p, str_slice(&a->json));
        patient_free(p);
        return;
    }
    list_remove(&p->in_questions);
    list_append(&q->asked, &p->in_questions);
    q->under_way++;
    q->host.ask(q->host.ctx, p->network, str_slice(&p->body), p);
}

/* Who is answered at once comes back here: the loop goes on. */
static void ask_more(struct questions *q)
{
    if (q->busy)
        return;
    q->busy = true;
    while (q->under_way < DOCTOR_QUESTIONS && !list_is_empty(&q->waiting))
        ask(q, container_of(q->waiting.next, struct patient, in_questions));
    q->busy = false;
}

bool questions_put(struct questions *q, const struct trouble *t,
                   const struct topology_network *network, struct slice body)
{
    struct patient *p;

    if (q->patients == DOCTOR_PATIENTS)
        return false;
    p = mem_zalloc(sizeof *p);
    p->questions = q;
    p->kind = t->kind;
    p->step = t->end->id;
    p->at_us = t->end->step.wall_us;
    p->network = network;
    str_set(&p->body, body);
    list_append(&q->waiting, &p->in_questions);
    q->patients++;
    ask_more(q);
    return true;
}

void questions_answer(struct patient *p, struct slice json)
{
    struct questions *q = p->questions;

    q->under_way--;
    keep_answer(q, p, json);
    q->host.answered(q->host.ctx, p, json);
    patient_free(p);
    ask_more(q);
}
