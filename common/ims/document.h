/* SPDX-License-Identifier: MIT
 *
 * An XML document from outside, by expat: document types (and with them
 * entities of its own) and processing instructions are refused, and so is a
 * text that is too long. Who reads a kind of document has this within his
 * own state (container_of).
 */
#ifndef IMS_DOCUMENT_H
#define IMS_DOCUMENT_H

#include "base/slice.h"
#include "base/why.h"

enum { DOCUMENT_MAX_TEXT = 4096 }; /* bytes of one text */

struct document {
    const char *name; /* in sentences: "reginfo, line 3: ..." */
    struct why *why;
    struct XML_ParserStruct *parser; /* of expat */
    enum ims_err err; /* the first; no handler is called behind it */
    const struct document_handlers *handlers;
    char text[DOCUMENT_MAX_TEXT]; /* what was kept */
    size_t ntext;                 /* a handler sets it to 0 */
};

struct document_handlers {
    void (*start)(struct document *d, const char *element,
                  const char **attributes);
    void (*end)(struct document *d);
    bool (*keeps_text)(const struct document *d); /* what stands here */
};

/* Reads it to its end or to the first refusal, and returns d->err. name, why
 * and handlers are set, all else is 0. namespaces: elements are "URI name". */
enum ims_err document_read(struct document *d, struct slice xml,
                           bool namespaces) MUST_CHECK;

/* The document ends here: "{name}, line N: {part} {what}". */
void document_refuse(struct document *d, enum ims_err err, const char *what,
                     const char *part);

#endif
