/* SPDX-License-Identifier: MIT
 *
 * An HSS that is asked by its admin interface: alice (subscriber 1, AKA) and
 * bob (2, digest), the profiles voice and video, the charging set prepaid.
 */
#ifndef SUPPORT_HSS_API_H
#define SUPPORT_HSS_API_H

#include "support/hss_world.h"

struct hss_api {
    struct hss_world *w;
    struct api_answer a;
    const char *header, *value; /* of the next request; or NULL */
    const char *type;           /* likewise */
    unsigned conflicts;         /* answers 412 so far */
};

struct hss_api *hss_api_new(void);
void hss_api_free(struct hss_api *f);

/* "GET /api/v1/state?x=y"; the second runs until the answer, and answers its
 * status. */
void api_begin(struct hss_api *f, const char *line, const char *body);
unsigned api_say(struct hss_api *f, const char *line, const char *body);
unsigned api_say_with(struct hss_api *f, const char *line, const char *body,
                      const char *header, const char *value);
/* One after the other: the status, and what the answer says. */
struct api_row {
    const char *line, *body;
    unsigned status;
    const char *says;
};
void api_say_rows(struct hss_api *f, const struct api_row *rows, size_t n);
#define api_say_all(f, rows) \
    api_say_rows(f, rows, sizeof(rows) / sizeof((rows)[0]))

/* The newest entry of the audit list; and undoes one, answers the status. */
long api_newest(struct hss_api *f);
unsigned api_undo_one(struct hss_api *f, long n);

/* The last answer's body. */
void api_has(struct hss_api *f, const char *text);
void api_has_not(struct hss_api *f, const char *text);
/* Its ETag, with the quotes. */
void api_etag(struct hss_api *f, char out[64]);
/* The first number that stands behind the key. */
long api_number(struct hss_api *f, const char *key);

#endif
