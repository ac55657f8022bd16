/* SPDX-License-Identifier: MIT
 *
 * A partial change of a subscriber, RFC 7396: members of the patch replace
 * those of the subscriber, null takes them away, lists are replaced whole. The
 * short form's members (import_json.h) change what they are short for: name
 * all display names, password and k the only private identity.
 */
#ifndef HSS_PATCH_H
#define HSS_PATCH_H

#include <jansson.h>
#include <stdbool.h>

/* now becomes what is to be. False: *key of the patch cannot be used, and why
 * has the reason. */
bool patch_subscriber(json_t *now, json_t *patch, const char **key,
                      const char **why);

#endif
