/* SPDX-License-Identifier: MIT
 *
 * The subscription as User-Data of Cx, TS 29.228 annex E: written valid
 * against the Release 8 schema, and read from any vendor's HSS, hostile or
 * not. Unknown elements (Extension has them) are skipped with their content;
 * document types, entities and processing instructions are refused.
 */
#ifndef IMS_XML_H
#define IMS_XML_H

#include "base/why.h"
#include "ims/profile.h"

enum {
    XML_MAX_BYTES = 256 * 1024, /* of a document */
    XML_MAX_DEPTH = 24,         /* of elements in each other */
    XML_MAX_GROUPS = 32,        /* of one service point trigger */
    XML_MAX_SHARED = 64,        /* shared iFC sets of one service profile */
};

/* Appends the document. MALFORMED when a text cannot stand in XML (invalid
 * UTF-8, control characters) or something mandatory is missing, TOO_LARGE when
 * out is full; out is cut then. */
enum ims_err profile_write(const struct ims_profile *p, struct buf *out,
                           struct why *why) MUST_CHECK;

/* Why a text cannot stand in a document, such as "is not UTF-8"; NULL: it can.
 */
const char *xml_flaw(struct slice text);

/* Parses into the arena, whose limit bounds the profile (FULL). Public
 * identities become canonical, service profiles and identities keep their
 * order, filter criteria are sorted by priority. On failure what was taken
 * from the arena stays taken. */
enum ims_err profile_parse(struct slice xml, struct arena *a,
                           struct ims_profile **out,
                           struct why *why) MUST_CHECK;

#endif
