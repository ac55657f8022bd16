/* SPDX-License-Identifier: MIT
 *
 * A step as the API shows it.
 */
#ifndef DASHBOARD_STEP_JSON_H
#define DASHBOARD_STEP_JSON_H

#include "base/json.h"
#include "imsbox/dashboard/story.h"

/* As one JSON object, made once and kept with the step (borrowed). */
struct piece *step_piece(const struct story *s, struct told *t);

/* The same with the whole message, and both copies' places. */
void step_put_whole(const struct story *s, struct json *j,
                    const struct told *t);

void thread_put(struct json *j, const struct thread *t);

#endif
