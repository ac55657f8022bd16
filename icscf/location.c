/* SPDX-License-Identifier: MIT
 *
 * Requests for a served user at the I-CSCF, TS 24.229 5.3.2.
 *
 *   further Route entries  -> they lead on (I-SES-5)
 *   otherwise -> LIR -> refused (F2)                 -> 404, 480
 *                       the S-CSCF, or capabilities  -> Route := S-CSCF
 *                       none with the capabilities   -> 600
 *
 * I-SES-1; I-SES-2 in part: P-Profile-Key, no number tables; I-SES-6 in part:
 * 408 or 504, no restoration.
 */
#include "icscf/selection.h"

static void on_located(void *ctx, enum ims_err err, const struct cx_lia *lia);
static bool on_best(void *ctx, struct sip_forward *f, struct sip_message *best,
                    enum sip_client_cause cause, void *branch);

static const struct sip_forward_handler forwarding = {
    .on_best = on_best,
};

struct location {
    struct icscf *me;
    struct sip_request *req;
    struct sip_message *copy;
    struct record_about about;
    struct identity impu;
};

static void refuse(struct location *l, unsigned status, const char *sentence)
{
    ++*l->me->count.refused;
    cscf_refuse(&l->me->core, l->req, l->copy, status, "I-SES-1",
                "TS 24.229 5.3.2.2", "%s", sentence);
    free(l);
}

void icscf_locate(struct icscf *me, struct sip_request *req,
                  struct sip_message *copy)
{
    struct location *l = mem_zalloc(sizeof *l);
    struct cx_lir lir = {0};
    struct why why;

    *l = (struct location){
        .me = me, .req = req, .copy = copy, .about = cscf_about(req->msg)};
    if (identity_of_request(copy->uri, &l->impu, &why) != IMS_OK) {
        refuse(l, 404, why.text);
        return;
    }
    lir.impu = identity_slice(&l->impu);
    cx_lir_send(me->core.cx, &lir, l->about.call, on_located, l);
}

/* F2 of the procedures: 5.3.2.2. 0: go on. */
static unsigned status_of(enum ims_err err, unsigned result)
{
    if (err != IMS_OK || cx_is_protocol_error(result))
        return 480;
    switch (result) {
    case CX_SUCCESS:
    case CX_UNREGISTERED_SERVICE: return 0;
    case CX_IDENTITY_NOT_REGISTERED: return 480;
    default: return 404;
    }
}

/* RFC 5002: the wildcarded identity whose profile is his; for the S-CSCF,
 * which does not match. */
static void name_profile(struct location *l, struct slice wildcard)
{
    if (wildcard.n)
        sip_set_printf(l->copy, SIP_HDR_P_PROFILE_KEY, "<%.*s>",
                       SLICE_ARG(wildcard));
}

/* 5.3.2.2: the S-CSCF goes into the Route, the Request-URI stays. */
static void forward(struct location *l, struct slice scscf)
{
    struct sip_branch b = {.msg = l->copy, .to = {.trust = SIP_MW}};
    char route[512];
    struct buf text;

    buf_over(&text, route, sizeof route);
    buf_printf(&text, "<%.*s;lr>", SLICE_ARG(scscf));
    sip_add_first(l->copy, SIP_HDR_ROUTE, buf_slice(&text));
    ++*l->me->count.located;
    sip_proxy_forward(l->me->core.proxy, l->req, &b, &forwarding, l->me);
    free(l);
}

static bool on_best(void *ctx, struct sip_forward *f, struct sip_message *best,
                    enum sip_client_cause cause, void *branch)
{
    (void)best;
    (void)branch;
    return icscf_answered_504(ctx, f, cause, "I-SES-6", "TS 24.229 5.3.2.2");
}

static void on_located(void *ctx, enum ims_err err, const struct cx_lia *lia)
{
    struct location *l = ctx;
    unsigned result = err == IMS_OK ? lia->outcome.result : 0;
    unsigned status = status_of(err, result);
    struct selection s;
    struct slice scscf;

    if (status) {
        refuse(l, status,
               err == IMS_OK ? cx_result_name(result)
                             : "no answer from the HSS");
        return;
    }
    selection_init(&s, "I-SES-1", "TS 24.229 5.3.2.2");
    selection_take(&s, lia->server_name, lia->capabilities);
    if (selection_next(&s, l->me, l->about, &scscf)) {
        name_profile(l, lia->wildcarded_impu);
        forward(l, scscf);
    } else
        refuse(l, 600, "no S-CSCF has the capabilities");
    selection_fini(&s);
}
