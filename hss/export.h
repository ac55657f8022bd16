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

/* Where the text goes, piece by piece; an error of its own ends the export. */
typedef enum ims_err export_fn(void *ctx, struct slice piece, struct why *why);

/* Everything in the store. CSV has no catalogue. */
enum ims_err export_store(struct store *s, enum export_format format,
                          bool secrets, export_fn *write, void *ctx,
                          struct why *why) MUST_CHECK;

/* One subscriber as an object; never with secrets. */
void export_json(struct json *j, const struct subscriber *s);
/* What of it is registered: an array of sets. */
void export_json_sets(struct json *j, const struct subscriber *s);

/* Used by export_store. */
void export_yaml_catalogue(struct buf *out, const struct catalogue *c);
void export_yaml(struct buf *out, const struct subscriber *s, bool secrets);
void export_csv_heading(struct buf *out);
void export_csv(struct buf *out, const struct subscriber *s, bool secrets);

#endif
