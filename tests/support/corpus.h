/* SPDX-License-Identifier: MIT
 *
 * Test data that lies beside the repository: $IMSBOX_CORPORA, by default
 * ../shared/corpora from the root, where make runs the tests.
 */
#ifndef SUPPORT_CORPUS_H
#define SUPPORT_CORPUS_H

#include "base/slice.h"

const char *corpus_dir(void);

/* The whole file, "sip-torture/EXPECT.tsv", in heap memory of the caller's
 * (free(text.p)). A test whose corpus is not there is skipped loudly; a file
 * that is missing in a corpus which is there fails the test. */
struct slice corpus_read(const char *file);

/* Calls fn with each file in a folder of the corpus, in the order of names. */
void corpus_each(const char *folder,
                 void (*fn)(void *ctx, const char *name, struct slice text),
                 void *ctx);

/* Any file, likewise; fails the test when it cannot be read. */
struct slice file_read(const char *path);

#endif
