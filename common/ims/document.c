/* SPDX-License-Identifier: MIT */
#include "ims/document.h"
#include <expat.h>

void document_refuse(struct document *d, enum ims_err err, const char *what,
                     const char *part)
{
    if (d->err)
        return;
    d->err = why_set(d->why, err, "%s, line %lu: %s %s", d->name,
                     XML_GetCurrentLineNumber(d->parser), part, what);
    XML_StopParser(d->parser, XML_FALSE);
}

static void XMLCALL on_start(void *ctx, const XML_Char *name,
                             const XML_Char **attributes)
{
    struct document *d = ctx;

    if (!d->err)
        d->handlers->start(d, name, attributes);
}

static void XMLCALL on_end(void *ctx, const XML_Char *name)
{
    struct document *d = ctx;

    (void)name;
    if (!d->err)
        d->handlers->end(d);
}

static void XMLCALL on_text(void *ctx, const XML_Char *text, int n)
{
    struct document *d = ctx;

    if (d->err || !d->handlers->keeps_text(d))
        return;
    if ((size_t)n > sizeof(d->text) - d->ntext) {
        document_refuse(d, IMS_TOO_LARGE, "is too long", "a text");
        return;
    }
    memcpy(d->text + d->ntext, text, (size_t)n);
    d->ntext += (size_t)n;
}

static void XMLCALL on_doctype(void *ctx, const XML_Char *name,
                               const XML_Char *sysid, const XML_Char *pubid,
                               int has_internal_subset)
{
    (void)name;
    (void)sysid;
    (void)pubid;
    (void)has_internal_subset;
    document_refuse(ctx, IMS_MALFORMED, "is not allowed", "a document type");
}

static void XMLCALL on_instruction(void *ctx, const XML_Char *target,
                                   const XML_Char *data)
{
    (void)target;
    (void)data;
    document_refuse(ctx, IMS_MALFORMED, "is not allowed",
                    "a processing instruction");
}

enum ims_err document_read(struct document *d, struct slice xml,
                           bool namespaces)
{
    d->parser =
        namespaces ? XML_ParserCreateNS(NULL, ' ') : XML_ParserCreate(NULL);
    if (!d->parser)
        return d->err = why_set(d->why, IMS_INTERNAL, "expat gave no parser");
    XML_SetUserData(d->parser, d);
    XML_SetElementHandler(d->parser, on_start, on_end);
    XML_SetCharacterDataHandler(d->parser, on_text);
    XML_SetStartDoctypeDeclHandler(d->parser, on_doctype);
    XML_SetProcessingInstructionHandler(d->parser, on_instruction);
    if (XML_Parse(d->parser, xml.p, (int)xml.n, XML_TRUE) != XML_STATUS_OK)
        document_refuse(d, IMS_MALFORMED,
                        XML_ErrorString(XML_GetErrorCode(d->parser)),
                        "the XML:");
    XML_ParserFree(d->parser);
    return d->err;
}
