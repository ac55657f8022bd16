/* SPDX-License-Identifier: MIT
 *
 * A JSON writer onto a buf: commas and escapes are its business. Invalid
 * UTF-8 is written as U+FFFD, so that any wire bytes make valid JSON.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

struct json {
    struct buf *out;
    unsigned depth;
    bool comma; /* the next value needs a comma before it */
};

void json_init(struct json *j, struct buf *out);
void json_object_begin(struct json *j);
void json_object_end(struct json *j);
void json_array_begin(struct json *j);
void json_array_end(struct json *j);
void json_key(struct json *j, const char *key);
void json_text(struct json *j, struct slice text);
void json_str(struct json *j, const char *cstr); /* NULL: null */
void json_int(struct json *j, int64_t v);
void json_u64(struct json *j, uint64_t v);
void json_bool(struct json *j, bool v);
void json_nothing(struct json *j);
void json_raw(struct json *j, struct slice json); /* a value, JSON already */
void json_printf(struct json *j, const char *fmt, ...) /* a text value */
    __attribute__((format(printf, 2, 3)));
/* key and value in one call */
void json_put_text(struct json *j, const char *key, struct slice text);
void json_put_str(struct json *j, const char *key, const char *cstr);
void json_put_int(struct json *j, const char *key, int64_t v);
void json_put_u64(struct json *j, const char *key, uint64_t v);
void json_put_bool(struct json *j, const char *key, bool v);

#endif
