/* SPDX-License-Identifier: MIT */
#include "support/border.h"
#include "sip/views.h"
#include "support/check.h"
#include <stdio.h>

void border_init(struct border *b, const char *settings)
{
    *b = (struct border){.branch = 1};
    ims_init_with(&b->w, "pcscf1", settings);
    b->pcscf = ims_start(&b->w, "pcscf1");
    puppet_init(&b->phone, b->w.sim, "phone", BORDER_PHONE);
    puppet_init(&b->icscf, b->w.sim, "icscf", IMS_ICSCF);
    puppet_init(&b->scscf, b->w.sim, "scscf", IMS_SCSCF);
    b->gm = world_addr(IMS_GM, TRANSPORT_UDP);
    b->mw = world_addr(IMS_PCSCF, TRANSPORT_UDP);
}

void border_fini(struct border *b)
{
    puppet_fini(&b->phone);
    puppet_fini(&b->icscf);
    puppet_fini(&b->scscf);
    ims_fini(&b->w);
}

void border_run(struct border *b)
{
    sim_run_for(b->w.sim, 100 * MSEC);
}

void border_keep_path(struct border *b, const struct sip_message *req)
{
    assert_non_null(req);
    snprintf(b->path, sizeof b->path, "%.*s",
             SLICE_ARG(sip_header_value(req, SIP_HDR_PATH)));
}
