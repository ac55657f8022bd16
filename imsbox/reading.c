/* SPDX-License-Identifier: MIT */
#include "imsbox/reading.h"

static uint64_t number(const json_t *j, const char *key)
{
    return (uint64_t)json_integer_value(json_object_get(j, key));
}

void reading_go_on(struct reading *r, const json_t *answer)
{
    uint64_t boot = number(answer, "boot_us");
    bool anew = r->boot && boot && boot != r->boot;

    *r = (struct reading){.boot = boot,
                          .next = anew ? 1 : number(answer, "next"),
                          .last = number(answer, "last"),
                          .missed = anew ? 0 : number(answer, "missed"),
                          .anew = anew};
}

bool reading_goes_on(const struct reading *r)
{
    return r->anew || r->next <= r->last;
}
