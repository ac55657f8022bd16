/* SPDX-License-Identifier: MIT
 *
 * One of each Cx message with every member set, for codec, wire and dissector.
 */
#ifndef SUPPORT_CX_SAMPLES_H
#define SUPPORT_CX_SAMPLES_H

#include "ims/cx.h"

extern const struct cx_uar sample_uar;
extern const struct cx_uaa sample_uaa;
extern const struct cx_sar sample_sar;
extern const struct cx_saa sample_saa;
extern const struct cx_lir sample_lir;
extern const struct cx_lia sample_lia;
extern const struct cx_mar sample_mar;
extern const struct cx_maa sample_maa;
extern const struct cx_rtr sample_rtr;
extern const struct cx_rta sample_rta;
extern const struct cx_ppr sample_ppr;
extern const struct cx_ppa sample_ppa;

#endif
