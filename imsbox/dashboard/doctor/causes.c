/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/doctor/causes.h"
#include <assert.h>

static const struct cause causes[CAUSE_COUNT] = {
#define CAUSE(id, name, kind, clause, title, explanation) \
    [CAUSE_##id] = {name, CAUSE_##kind, clause, title, explanation},
#include "imsbox/dashboard/doctor/causes.def"
#undef CAUSE
};

const struct cause *cause_of(enum cause_id id)
{
    assert(id < CAUSE_COUNT);
    return &causes[id];
}

const char *cause_kind_name(enum cause_kind kind)
{
    return kind == CAUSE_NOTE ? "note" : "failure";
}

void causes_put(struct json *j)
{
    json_array_begin(j);
    for (unsigned i = 0; i < CAUSE_COUNT; i++) {
        json_object_begin(j);
        json_put_str(j, "cause", causes[i].name);
        json_put_str(j, "kind", cause_kind_name(causes[i].kind));
        json_put_str(j, "title", causes[i].title);
        json_put_str(j, "explanation", causes[i].explanation);
        json_put_str(j, "clause", causes[i].clause);
        json_object_end(j);
    }
    json_array_end(j);
}
