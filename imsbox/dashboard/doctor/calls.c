/* SPDX-License-Identifier: MIT
 *
 * The other party, and whether the caller may call at all.
 */
#include "imsbox/dashboard/doctor/rules.h"
#include "imsbox/dashboard/doctor/words.h"
#include <string.h>

static bool is_call(const struct trouble *t)
{
    return t->kind == TROUBLE_REFUSED &&
           strcmp(t->end->method, "REGISTER") != 0;
}

static const char *callee(const struct trouble *t)
{
    return t->callee.n ? t->callee.text : "who was called";
}

/* ---- the caller ---------------------------------------------------------- */

static bool is_not_registered(const struct trouble *t)
{
    return is_call(t) && trouble_status(t) == 403 &&
           trouble_decided(t, "P-ORG-2");
}

static void explain_not_registered(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "%s sent a%s %s without being registered from where it "
                 "called.",
                 t->impu.n ? t->impu.text : t->end->to,
                 strcmp(t->end->method, "INVITE") == 0 ? "n" : "",
                 t->end->method);
    finding_advise(f, "Let the phone register first, through the same proxy "
                      "and from the same address and port; behind a NAT it "
                      "must keep the way open (keep-alive, or TCP).");
    words_agent(t, f);
}

static bool is_gone_at_scscf(const struct trouble *t)
{
    return is_call(t) && trouble_status(t) == 403 &&
           trouble_decided(t, "S-ORG-1");
}

static void explain_gone_at_scscf(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "%s takes %s for not registered, or barred, though the "
                 "P-CSCF let it call.",
                 trouble_origin(t), t->impu.text);
    finding_advise(f, "Register the phone again: the S-CSCF was perhaps "
                      "started anew. The Registrations page shows the user as "
                      "each node sees it.");
}

static bool is_no_dialog(const struct trouble *t)
{
    unsigned status = trouble_status(t);

    return is_call(t) && !trouble_is_by_outsider(t) &&
           (status == 481 || (status == 403 && trouble_decided(t, "P-ORG-3")));
}

static void explain_no_dialog(const struct trouble *t, struct finding *f)
{
    finding_what(f, "The %s of %s belongs to no call that %s knows.",
                 t->end->method, t->impu.n ? t->impu.text : t->end->to,
                 trouble_origin(t));
    finding_advise(f,
                   "The call is over, or %s was started anew meanwhile: "
                   "hang up and call again.",
                   trouble_origin(t));
}

/* ---- whom nobody knows --------------------------------------------------- */

static bool is_unknown(const struct trouble *t)
{
    return is_call(t) && trouble_status(t) == 404 && !trouble_is_by_outsider(t);
}

static bool is_digits(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < '0' || s.p[i] > '9') && !strchr("-.()*#", s.p[i]))
            return false;
    return s.n > 0;
}

static bool is_like_a_global_number(const struct trouble *t)
{
    const char *near;

    for (size_t i = 0;
         (near = trouble_examined_item(t, "callee", "nearest", i)); i++)
        if (slice_starts(slice_of(near), S("tel:+")) ||
            slice_starts(slice_of(near), S("sip:+")))
            return true;
    return false;
}

/* A tel URI without "+" has no meaning without a context (RFC 3966 5.1.5):
 * nothing can match it. Digits of a SIP URI may be any name, as an extension:
 * they are a number where a number is like them. */
static bool is_local_number(const struct trouble *t)
{
    struct sip_uri uri;

    if (!t->request || !t->request->is_request)
        return false;
    if (identity_is_tel(t->request->uri))
        return !identity_is_global_number(t->request->uri);
    return sip_uri_parse(t->request->uri, &uri, NULL) == IMS_OK &&
           is_digits(uri.user) && is_like_a_global_number(t);
}

static bool is_number_form(const struct trouble *t)
{
    unsigned status = trouble_status(t);

    return is_call(t) && !trouble_is_by_outsider(t) &&
           (status == 404 || status == 484) && is_local_number(t);
}

static void explain_number_form(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "%.*s is a local number: without country code the network "
                 "cannot know whose it is.",
                 SLICE_ARG(slice_first(t->request->uri, 200)));
    words_hss_said(t, f, CX_USER_UNKNOWN);
    words_nearest(t, f, "callee",
                  "Dial the number with + and country code, as it is "
                  "provisioned (tel:+...), or the user's name.");
}

static void explain_unknown(const struct trouble *t, struct finding *f)
{
    finding_what(f, "The network knows nobody called %s.", callee(t));
    words_hss_said(t, f, CX_USER_UNKNOWN);
    words_nearest(t, f, "callee",
                  "Correct the address that was called, or add the "
                  "subscriber.");
    if (t->request && t->request->is_request)
        finding_note(f, "address", "%.*s",
                     SLICE_ARG(slice_first(t->request->uri, 200)));
}

static bool is_callee_barred(const struct trouble *t)
{
    return is_unknown(t) && trouble_is_by(t, TOPOLOGY_SCSCF) &&
           json_is_true(trouble_examined(t, "callee", "barred"));
}

static void explain_callee_barred(const struct trouble *t, struct finding *f)
{
    finding_what(f, "%s is barred and cannot be called.", callee(t));
    finding_advise(f, "Call another identity of the same user, or take "
                      "\"barred\" off this one.");
}

/* ---- who is not there ---------------------------------------------------- */

static bool is_callee_gone_at_pcscf(const struct trouble *t)
{
    return is_call(t) && trouble_status(t) == 480 &&
           trouble_is_by(t, TOPOLOGY_PCSCF) && trouble_decided(t, "P-TRM-1");
}

static void explain_callee_gone_at_pcscf(const struct trouble *t,
                                         struct finding *f)
{
    finding_what(f,
                 "%s is registered at its S-CSCF, but %s does not know its "
                 "phone.",
                 callee(t), trouble_origin(t));
    finding_advise(f,
                   "Register the phone of %s again: %s was perhaps started "
                   "anew. The Registrations page shows the user as each node "
                   "sees it.",
                   callee(t), trouble_origin(t));
}

static bool is_callee_away(const struct trouble *t)
{
    return is_call(t) && trouble_status(t) == 480 && !trouble_is_by_outsider(t);
}

static void explain_callee_away(const struct trouble *t, struct finding *f)
{
    finding_what(f, "%s is known, but no phone is registered for it.",
                 callee(t));
    words_hss_said(t, f, CX_IDENTITY_NOT_REGISTERED);
    finding_advise(f,
                   "Switch the phone of %s on and let it register; the "
                   "Registrations page shows who is.",
                   callee(t));
}

static bool is_callee_silent(const struct trouble *t)
{
    const struct told *hop = trouble_last_hop(t);
    unsigned status = trouble_status(t);

    return is_call(t) && !trouble_is_by_outsider(t) && hop &&
           step_is_to_outside(t->site, hop) &&
           (status == 408 || status == 480 || status == 500 || status == 503 ||
            status == 504);
}

/* No 408 tells of what is no INVITE (RFC 4320 4.2): its P-CSCF alone knows. */
static bool is_callee_unheard(const struct trouble *t)
{
    return t->unheard && t->ask && strcmp(t->unheard->method, "INVITE") != 0;
}

static void explain_callee_silent(const struct trouble *t, struct finding *f)
{
    const struct told *hop = t->unheard ? t->unheard : trouble_last_hop(t);
    char text[ADDR_TEXT_MAX];

    finding_what(f, "The phone of %s is registered, but does not answer at %s.",
                 callee(t), addr_text(&hop->entry.remote, text));
    finding_where(f, "%s sent the %s to %s and got no answer.", hop->from,
                  hop->method, text);
    str_set(&f->node, slice_of(hop->to));
    finding_advise(f, "Is that phone still on, and in the same network? "
                      "Behind a NAT the way to it closes unless the phone "
                      "keeps it open; let it register again, with a shorter "
                      "expiry or keep-alive.");
    finding_note(f, "contact", "%s", text);
    finding_step(f, hop);
    words_fault_on_way(t, f, hop);
}

/* ---- who does not want --------------------------------------------------- */

static bool is_by_callee(const struct trouble *t)
{
    return is_call(t) && trouble_is_by_outsider(t);
}

static bool is_busy(const struct trouble *t)
{
    return is_by_callee(t) &&
           (trouble_status(t) == 486 || trouble_status(t) == 600);
}

static void explain_busy(const struct trouble *t, struct finding *f)
{
    finding_what(f, "%s is busy. Nothing is wrong with the network.",
                 callee(t));
    finding_advise(f, "Call again later.");
}

static bool is_declined(const struct trouble *t)
{
    return is_by_callee(t) &&
           (trouble_status(t) == 603 || trouble_status(t) == 480 ||
            trouble_status(t) == 408);
}

static void explain_declined(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "%s did not take the call (%u). Nothing is wrong with the "
                 "network.",
                 callee(t), trouble_status(t));
    finding_advise(f, "Call again later.");
}

static bool has_no_codec(const struct trouble *t)
{
    unsigned status = trouble_status(t);

    return is_by_callee(t) && (status == 488 || status == 606 || status == 415);
}

static void note_media(const struct trouble *t, struct finding *f)
{
    struct slice rest = t->request ? t->request->body : S(""), line;

    while (slice_cut(&rest, '\n', &line)) {
        line = slice_trim(line);
        if (slice_starts(line, S("m=")) || slice_starts(line, S("a=rtpmap:")))
            finding_note(f, "offered", "%.*s",
                         SLICE_ARG(slice_first(line, 120)));
    }
}

static void explain_codec(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "The phone of %s has no codec, or kind of media, in common "
                 "with what was offered.",
                 callee(t));
    finding_advise(f, "Enable the same codec in both phones; PCMU and PCMA "
                      "(G.711) are what nearly all have.");
    note_media(t, f);
}

static bool is_refused_by_callee(const struct trouble *t)
{
    return is_by_callee(t) && trouble_status(t) >= 400;
}

static void explain_refused_by_callee(const struct trouble *t,
                                      struct finding *f)
{
    finding_what(f, "The phone of %s answered %u %s.", callee(t),
                 trouble_status(t), sip_reason(trouble_status(t)));
    finding_where(f, "%s answered; the network only passed it on.",
                  trouble_origin(t));
    finding_advise(f, "What that phone means by it stands in its own "
                      "manual or log.");
}

static const struct rule list[] = {
    {CAUSE_NOT_REGISTERED, is_not_registered, explain_not_registered},
    {CAUSE_GONE_AT_SCSCF, is_gone_at_scscf, explain_gone_at_scscf},
    {CAUSE_NO_DIALOG, is_no_dialog, explain_no_dialog},
    {CAUSE_CALLEE_BARRED, is_callee_barred, explain_callee_barred},
    {CAUSE_NUMBER_FORM, is_number_form, explain_number_form},
    {CAUSE_CALLEE_UNKNOWN, is_unknown, explain_unknown},
    {CAUSE_CALLEE_UNREACHABLE, is_callee_silent, explain_callee_silent},
    {CAUSE_CALLEE_UNREACHABLE, is_callee_unheard, explain_callee_silent},
    {CAUSE_CALLEE_GONE_AT_PCSCF, is_callee_gone_at_pcscf,
     explain_callee_gone_at_pcscf},
    {CAUSE_CALLEE_NOT_REGISTERED, is_callee_away, explain_callee_away},
    {CAUSE_CALLEE_BUSY, is_busy, explain_busy},
    {CAUSE_CALLEE_DECLINED, is_declined, explain_declined},
    {CAUSE_NO_CODEC, has_no_codec, explain_codec},
    {CAUSE_CALLEE_REFUSED, is_refused_by_callee, explain_refused_by_callee},
};

const struct rules rules_calls = {list, sizeof list / sizeof list[0]};
