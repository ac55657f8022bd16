/* SPDX-License-Identifier: MIT
 *
 * Test data that lies beside the repository: $IMSBOX_CORPORA, by default
 * ../shared/corpora from the root, where make runs the tests.
 */
#ifndef SUPPORT_CORPUS_H
#define SUPPORT_CORPUS_H

#include "base/slice.h"

const char *corpus_dir(void);

/* Skips the test, loudly, without the corpora: before it has set anything up
 * that would leak. */
void corpus_need(const char *what);

/* The whole file, "sip-torture/EXPECT.tsv", in heap memory of the caller's
 * (free(text.p)). A test whose corpus is not there is skipped loudly; a file
 * that is missing in a corpus which is there fails the test. */
struct slice corpus_read(const char *file);

/* Is that file in the corpus? Not all that a table names is. */
bool corpus_has(const char *file);

/* The n-th cell, from 0, of a row whose cells have tabs between. */
struct slice tsv_cell(struct slice row, unsigned n);

/* Calls fn with each row of sip-torture/EXPECT.tsv whose file is there. */
enum {
    EXPECT_FILE,
    EXPECT_PARSER = 4,
    EXPECT_REGISTRAR,
    EXPECT_PROXY,
    EXPECT_STATUS
};
void corpus_each_expected(void (*fn)(void *ctx, struct slice row), void *ctx);

/* Calls fn with each file in a folder of the corpus, in the order of names. */
void corpus_each(const char *folder,
                 void (*fn)(void *ctx, const char *name, struct slice text),
                 void *ctx);

/* Any file, likewise; fails the test when it cannot be read. */
struct slice file_read(const char *path);

#endif
