/* SPDX-License-Identifier: MIT
 *
 * Subscribers as text: in the formats that import.h reads, and as JSON for
 * the admin interface. Without `secrets` keys and HA1 are left out; such a
 * text can change subscribers, but not make them.
 */
#ifndef HSS_EXPORT_H
#define HSS_EXPORT_H

#include "base/json.h"
#include "hss/store.h"

enum export_format { EXPORT_YAML, EXPORT_CSV };

/* An export in progress: a page of subscribers at a time, so that others are
 * served between them. */
struct exporter;

struct exporter *export_new(struct store *s, enum export_format format,
                            bool secrets);
/* Appends the next piece of text to out; *done: it was the last. CSV has no
 * catalogue. What is provisioned meanwhile may be in it or not. */
enum ims_err export_step(struct exporter *e, struct buf *out, bool *done,
                         struct why *why) MUST_CHECK;
void export_free(struct exporter *e);

/* One subscriber as an object; never with secrets. What of it is registered
 * changes without a change of the subscriber, and is shown in lists only. */
void export_json(struct json *j, const struct subscriber *s);
void export_json_listed(struct json *j, const struct subscriber *s);
/* As export_json, with the object left open for more members. */
void export_json_open(struct json *j, const struct subscriber *s);
/* Parts of it. */
void export_json_private(struct json *j, const struct subscriber_private *p);
void export_json_public(struct json *j, const struct subscriber_public *p);
/* What of it is registered: an array of sets. */
void export_json_sets(struct json *j, const struct subscriber *s);

/* Used by export_step. */
void export_yaml_catalogue(struct buf *out, const struct catalogue *c);
void export_yaml(struct buf *out, const struct subscriber *s, bool secrets);
void export_csv_heading(struct buf *out);
void export_csv(struct buf *out, const struct subscriber *s, bool secrets);

#endif
