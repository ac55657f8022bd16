/* SPDX-License-Identifier: MIT
 *
 * What comes to the HSS's admin interface, and how it is refused. Functions
 * that answer false or NULL have answered the call.
 */
#ifndef HSS_BODY_H
#define HSS_BODY_H

#include "hss/hss.h"
#include "hss/import_json.h"
#include "hss/provisioning.h"

static inline struct hss *hss_of(const struct api_call *c)
{
    return c->node->state;
}

/* The body as a JSON object, of the media type `type` or application/json
 * (nothing said is the latter). To be released. */
json_t *body_json(struct api_call *c, const char *type);

/* 400 with `errors`: each complaint and its JSON pointer, of which a leading
 * `base` is left out. */
void body_refuse(struct api_call *c, const struct json_reading *r,
                 struct slice base);
/* The same for files, whose complaints have lines. */
void body_refuse_file(struct api_call *c, const struct complaints *errors);
/* Items of an open list. */
void body_put_errors(struct json *j, const struct complaints *errors);
/* One error. */
void body_refuse_at(struct api_call *c, const char *pointer, const char *fmt,
                    ...) __attribute__((format(printf, 3, 4)));

/* 409 with `existing`: the path of the subscriber who has what was wanted. */
void body_refuse_taken(struct api_call *c, struct slice says, int64_t holder);

/* ?key=true or =false. */
bool body_flag(struct api_call *c, const char *key, bool fallback, bool *out);

/* Members of the object of a body: false when it is of another kind or, with
 * `needed`, missing. Texts live as long as j. */
bool body_text(struct api_call *c, const json_t *j, const char *key,
               bool needed, struct slice *out);
bool body_number(struct api_call *c, const json_t *j, const char *key,
                 uint64_t max, bool needed, uint64_t *out);
bool body_bool(struct api_call *c, const json_t *j, const char *key, bool *out);
/* No other members than those of the list, which NULL ends. */
bool body_only(struct api_call *c, const json_t *j, const char *const *keys);

/* Is the ETag in the list of If-Match or If-None-Match (RFC 9110 13.1)? */
bool body_names_etag(struct slice list, struct slice etag);

/* A number in the path. */
bool body_path_number(struct api_call *c, unsigned n, int64_t *out);

#endif
