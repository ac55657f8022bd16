/* SPDX-License-Identifier: MIT
 *
 * The dashboard's pages: files that are embedded in the program (those of
 * pages/dist, put there by tools/embed-pages), or, for who works
 * on them, read from a directory at each request.
 *
 * A path without a dot in its last part is a view of the one page: index.html
 * answers. What lies below /assets/ has its contents' hash in its name and
 * never changes; the rest is asked for again by its ETag (RFC 9110 8.8.3).
 */
#ifndef DASHBOARD_PAGES_H
#define DASHBOARD_PAGES_H

#include "node/node.h"

struct page_bytes {
    const char *begin, *end;
};

struct page_file {
    const char *path;              /* "/index.html"; NULL behind the last */
    const char *tag;               /* changes with the contents */
    struct page_bytes plain, gzip; /* gzip NULL: there is none */
};

extern const struct page_file page_files[];

enum { PAGE_MAX = 16 << 20 }; /* of a file in a directory */

/* GET of any path: from $IMSBOX_PAGES, a directory, if that is set. */
void pages_get(struct node *n, struct api_call *c);

/* "text/html; charset=utf-8" for "/index.html". */
const char *pages_type(struct slice path);
/* Does the header accept gzip (RFC 9110 12.5.3)? */
bool pages_takes_gzip(struct slice accept_encoding);

#endif
