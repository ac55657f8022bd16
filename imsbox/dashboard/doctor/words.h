/* SPDX-License-Identifier: MIT
 *
 * What several rules say in the same words.
 */
#ifndef DOCTOR_WORDS_H
#define DOCTOR_WORDS_H

#include "imsbox/dashboard/doctor/finding.h"
#include "imsbox/dashboard/doctor/trouble.h"

struct words_text {
    char text[160];
};

/* "127.0.0.1:5060": where phones of this network belong; returns out->text. */
const char *words_proxy(const struct trouble *t, struct words_text *out);
/* The first network's domain. */
const char *words_first_domain(const struct trouble *t);

/* The HSS answered with this result: where, clause, evidence, steps. */
void words_hss_said(const struct trouble *t, struct finding *f,
                    unsigned result);
/* "Did you mean ...?" out of what the HSS found like it (group "public",
 * "private" or "callee"), and the rest of the advice. */
void words_nearest(const struct trouble *t, struct finding *f,
                   const char *group, const char *rest);
/* A fault on purpose is on, or was until a short time before, where that
 * message passes: it is named, and what to do about it goes first. */
void words_fault_on_way(const struct trouble *t, struct finding *f,
                        const struct told *message);
/* The same for the Diameter connections of a node (in the site) to its HSS. */
void words_fault_on_link(const struct trouble *t, struct finding *f,
                         unsigned node);
/* User-Agent of the phone, if it says so. */
void words_agent(const struct trouble *t, struct finding *f);

#endif
