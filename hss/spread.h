/* SPDX-License-Identifier: MIT
 *
 * An entry of the catalogue is another one now: whoever uses it and is served
 * gets what it is by PPR (TS 29.228 6.2.2), one subscriber after the other,
 * while Cx goes on. It ends with an entry of the audit list; an S-CSCF that is
 * not reached ends it too, because it would not be for the others either; who
 * cannot be told for another cause is left out.
 */
#ifndef HSS_SPREAD_H
#define HSS_SPREAD_H

#include "hss/catalogue.h"
#include "hss/hss.h"

/* One of the same entry that is still going on begins anew. The texts are
 * copied. */
void spread_begin(struct hss *me, enum catalogue_kind kind, struct slice name,
                  struct slice who);
void spread_free_all(struct hss *me);

#endif
