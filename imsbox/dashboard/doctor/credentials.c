/* SPDX-License-Identifier: MIT
 *
 * Does he know the secret: challenges and their answers. What the HSS
 * recomputed (hss/examine.h) tells which mistake fits.
 */
#include "crypto/digest.h"
#include "imsbox/dashboard/doctor/rules.h"
#include "imsbox/dashboard/doctor/words.h"
#include <string.h>

static bool is_refused_answer(const struct trouble *t)
{
    return trouble_is(t, TROUBLE_REFUSED, "REGISTER") &&
           trouble_is_by(t, TOPOLOGY_SCSCF) && trouble_decided(t, "S-REG-2") &&
           trouble_answers(t);
}

static bool offers_aka(const struct trouble *t)
{
    enum digest_algorithm a;

    return digest_algorithm_parse(trouble_offer(t, "algorithm"), &a) &&
           digest_algorithm_aka(a);
}

static bool verdict_is(const struct trouble *t, const char *verdict)
{
    return strcmp(trouble_examined_text(t, "credentials", "verdict"),
                  verdict) == 0;
}

/* Of both secrets the HSS challenges by the key. */
static bool has_password_too(const struct trouble *t)
{
    return offers_aka(t) &&
           json_is_true(trouble_examined(t, "credentials", "has_password"));
}

static void advise_password_first(const struct trouble *t, struct finding *f)
{
    finding_advise(f,
                   "%s has a password too, but its SIM key goes first. Take "
                   "the SIM key away on the Subscribers page (untick \"has a "
                   "SIM key\"), or give the password to a second private "
                   "identity.",
                   t->impi.text);
}

/* A password beside the key changes nothing: what helps is one without. */
static void advise_password_alone(struct finding *f)
{
    finding_advise_more(f, "Or give the subscriber a password, and take its "
                           "SIM key away on the Subscribers page (untick "
                           "\"has a SIM key\"): while it has one, the key is "
                           "asked for.");
}

/* What helps a phone that does not do AKA. */
static void advise_sim(const struct trouble *t, struct finding *f)
{
    if (has_password_too(t)) {
        advise_password_first(t, f);
        return;
    }
    finding_advise(f,
                   "%s has a SIM key (IMS AKA). Choose %.*s in the phone, or "
                   "use a phone that can do it.",
                   t->impi.text, SLICE_ARG(trouble_offer(t, "algorithm")));
    advise_password_alone(f);
}

/* Names of what was recomputed. */
static void note_tried(const struct trouble *t, struct finding *f)
{
    const json_t *tried = trouble_examined(t, "credentials", "tried");
    const json_t *it;
    size_t i;

    json_array_foreach(tried, i, it)
    {
        finding_note(f, "recomputed", "%s: %s",
                     json_string_value(json_object_get(it, "hypothesis")),
                     json_is_true(json_object_get(it, "fits")) ? "fits" : "no");
    }
}

static void note_algorithms(const struct trouble *t, struct finding *f)
{
    struct slice phone = trouble_credential(t, "algorithm");

    finding_note(f, "algorithm of the challenge", "%.*s",
                 SLICE_ARG(trouble_offer(t, "algorithm")));
    if (t->credentials.scheme.n)
        finding_note(f, "algorithm of the phone", "%.*s",
                     SLICE_ARG(phone.n ? phone : S("MD5, by saying nothing")));
    words_agent(t, f);
}

/* ---- the phone did not accept the network -------------------------------- */

static bool is_autn_rejected(const struct trouble *t)
{
    return is_refused_answer(t) && offers_aka(t) &&
           !trouble_credential(t, "response").n &&
           !trouble_credential(t, "auts").n;
}

static void explain_autn_rejected(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "The phone of %s did not accept the network: it answered the "
                 "challenge with an empty response, because the network's "
                 "token (AUTN) was not made with its own K and OPc.",
                 t->impu.text);
    finding_advise(f,
                   "Compare K and OPc of the card or phone with those of the "
                   "subscriber %s. The usual mistakes: a digit of K, the OP "
                   "entered where the OPc belongs or the reverse, keys of "
                   "another card.",
                   t->impi.text);
    if (verdict_is(t, "autn-foreign"))
        finding_advise_more(f, "The stored key was changed since the "
                               "challenge: register again first.");
    note_tried(t, f);
    words_agent(t, f);
}

/* ---- formal -------------------------------------------------------------- */

static bool is_wrong_realm(const struct trouble *t)
{
    return is_refused_answer(t) && trouble_credential(t, "response").n &&
           !slice_eq(trouble_credential(t, "realm"), trouble_offer(t, "realm"));
}

static void explain_wrong_realm(const struct trouble *t, struct finding *f)
{
    struct slice has = trouble_credential(t, "realm");
    struct slice wants = trouble_offer(t, "realm");

    finding_what(f,
                 "The phone of %s answered for the realm \"%.*s\"; it was "
                 "challenged for \"%.*s\".",
                 t->impu.text, SLICE_ARG(has), SLICE_ARG(wants));
    finding_advise(f,
                   "Set the authentication realm of the phone's account to "
                   "%.*s, or leave it empty.",
                   SLICE_ARG(wants));
    finding_note(f, "realm of the phone", "%.*s", SLICE_ARG(has));
    finding_note(f, "realm of the challenge", "%.*s", SLICE_ARG(wants));
}

static bool is_other_algorithm(const struct trouble *t)
{
    enum digest_algorithm asked, used;

    return is_refused_answer(t) &&
           digest_algorithm_parse(trouble_offer(t, "algorithm"), &asked) &&
           (!digest_algorithm_parse(trouble_credential(t, "algorithm"),
                                    &used) ||
            used != asked);
}

static void explain_mismatch(const struct trouble *t, struct finding *f)
{
    struct slice used = trouble_credential(t, "algorithm");

    finding_what(f,
                 "The phone of %s answered by %.*s; it was challenged by "
                 "%.*s.",
                 t->impu.text, SLICE_ARG(used.n ? used : S("MD5")),
                 SLICE_ARG(trouble_offer(t, "algorithm")));
    if (offers_aka(t))
        advise_sim(t, f);
    else
        finding_advise(f,
                       "%s is provisioned with a password for %.*s. Choose "
                       "that in the phone, or change the subscriber's "
                       "algorithm.",
                       t->impi.text, SLICE_ARG(trouble_offer(t, "algorithm")));
    note_algorithms(t, f);
}

static bool has_no_scheme(const struct trouble *t)
{
    return trouble_is(t, TROUBLE_REFUSED, "REGISTER") &&
           trouble_refusal(t, CX_AUTH_SCHEME_NOT_SUPPORTED);
}

static void explain_no_scheme(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "%s cannot be authenticated the way that the phone's access "
                 "asks for.",
                 t->impi.text);
    words_hss_said(t, f, CX_AUTH_SCHEME_NOT_SUPPORTED);
    finding_advise(f,
                   "Give the subscriber %s a card key (aka) or a password "
                   "(digest), whichever the phone can do.",
                   t->impi.text);
    words_agent(t, f);
}

/* ---- recomputed ---------------------------------------------------------- */

static bool is_opc_op(const struct trouble *t)
{
    return is_refused_answer(t) && verdict_is(t, "opc-is-op");
}

static void explain_opc_op(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "An OP was taken for an OPc: the answer of %s is right if "
                 "what the HSS has as OPc is made into an OPc once more.",
                 t->impu.text);
    finding_advise(f,
                   "Either the subscriber %s was given the operator's OP as "
                   "\"opc\": enter it as \"op\". Or the phone was given the "
                   "OPc where it wants the OP: enter the OP there.",
                   t->impi.text);
    note_tried(t, f);
}

static bool is_op_opc(const struct trouble *t)
{
    return is_refused_answer(t) && verdict_is(t, "op-is-opc");
}

static void explain_op_opc(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "An OPc was taken for an OP: the answer of %s is right if "
                 "what the subscriber was given as OP is used as OPc as it "
                 "is.",
                 t->impu.text);
    finding_advise(f,
                   "Either the subscriber %s was given the card's OPc as "
                   "\"op\": enter it as \"opc\". Or the phone was given the "
                   "OP where it wants the OPc: enter the OPc there.",
                   t->impi.text);
    note_tried(t, f);
}

static bool is_res_cut(const struct trouble *t)
{
    return is_refused_answer(t) && verdict_is(t, "res-cut");
}

static void explain_res_cut(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "The phone of %s knows the right key, but cut its answer at "
                 "a zero byte: that is a mistake in the phone's program.",
                 t->impu.text);
    finding_advise(f, "Let the phone try again: with the next challenge it "
                      "will most likely succeed, as this happens once in 33 "
                      "times. Nothing is wrong with K, OP or OPc; a newer "
                      "version of the phone may have mended it.");
    note_tried(t, f);
    note_algorithms(t, f);
}

static bool is_key_as_password(const struct trouble *t)
{
    return is_refused_answer(t) && verdict_is(t, "key-as-password");
}

static void explain_key_as_password(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "The phone of %s used the card's key K as an ordinary "
                 "password.",
                 t->impu.text);
    finding_advise(f,
                   "Choose AKAv1-MD5 in the phone of %s, and enter K and OP "
                   "where it asks for them.",
                   t->impi.text);
    advise_password_alone(f);
    note_algorithms(t, f);
    note_tried(t, f);
}

static bool is_empty_password(const struct trouble *t)
{
    return is_refused_answer(t) && verdict_is(t, "empty-password");
}

static void explain_empty_password(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "The phone of %s has no password: its answer is that of "
                 "an empty one.",
                 t->impu.text);
    finding_advise(f, "Enter the password of %s in the phone's account.",
                   t->impi.text);
    note_tried(t, f);
}

static bool is_name_as_password(const struct trouble *t)
{
    return is_refused_answer(t) && verdict_is(t, "name-as-password");
}

static void explain_name_as_password(const struct trouble *t, struct finding *f)
{
    finding_what(f, "The phone of %s uses its own user name as password.",
                 t->impu.text);
    finding_advise(f,
                   "Enter the password of %s in the phone's account; user "
                   "name and password were perhaps exchanged.",
                   t->impi.text);
    note_tried(t, f);
}

static bool is_wrong_key(const struct trouble *t)
{
    return is_refused_answer(t) && offers_aka(t) &&
           trouble_credential(t, "response").n;
}

static void explain_wrong_key(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "The answer of %s was made with another K or OPc than the "
                 "HSS has.",
                 t->impu.text);
    finding_advise(f,
                   "Compare K and OP or OPc of the phone with those of the "
                   "subscriber %s: digit by digit, and whether they are "
                   "digits or text on both sides.",
                   t->impi.text);
    if (trouble_examined(t, "credentials", "tried"))
        finding_advise_more(f, "That an OP was taken for an OPc, or the "
                               "reverse, was recomputed: it is not so.");
    note_tried(t, f);
    note_algorithms(t, f);
}

static bool is_wrong_password(const struct trouble *t)
{
    return is_refused_answer(t) && trouble_credential(t, "response").n;
}

static void explain_wrong_password(const struct trouble *t, struct finding *f)
{
    finding_what(f, "The phone of %s has another password than the HSS.",
                 t->impu.text);
    finding_advise(f,
                   "Enter the password of %s anew in the phone; mind capital "
                   "letters and blanks at the end. If nobody knows it, set a "
                   "new one on the Subscribers page.",
                   t->impi.text);
    note_tried(t, f);
    note_algorithms(t, f);
}

/* ---- again and again ----------------------------------------------------- */

static bool asks_numbers_again(const struct trouble *t)
{
    return trouble_is(t, TROUBLE_AGAIN, "REGISTER") &&
           trouble_credential(t, "auts").n;
}

static void explain_numbers_again(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "The card of %s asks for other sequence numbers (AUTS) again "
                 "and again; once would be normal.",
                 t->impu.text);
    if (t->examined && !verdict_is(t, "fits"))
        finding_advise(f,
                       "The HSS could not verify the AUTS: the card's key is "
                       "not that of %s. Compare K and OPc.",
                       t->impi.text);
    else
        finding_advise(f,
                       "Set the sequence number of %s above the card's on the "
                       "Subscribers page; two phones with the same card, or "
                       "one card in two networks, do that as well.",
                       t->impi.text);
    note_tried(t, f);
}

static bool is_stale_again(const struct trouble *t)
{
    return trouble_is(t, TROUBLE_AGAIN, "REGISTER") &&
           trouble_credential(t, "nonce").n;
}

static void explain_stale_again(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "The phone of %s answers challenges that are over: it was "
                 "given a new one each time, and used another nonce.",
                 t->impu.text);
    finding_advise(f, "The phone must take the nonce of the newest 401; "
                      "restart it, or let it forget its cached credentials.");
    finding_note(f, "nonce of the phone", "%.*s",
                 SLICE_ARG(slice_first(trouble_credential(t, "nonce"), 64)));
    finding_note(f, "nonce of the challenge", "%.*s",
                 SLICE_ARG(slice_first(trouble_offer(t, "nonce"), 64)));
    words_agent(t, f);
}

/* ---- and never ----------------------------------------------------------- */

/* What programs can do, as seen (docs/interop.md). */
static const struct {
    const char *agent;
    bool aka, sha256;
} phones[] = {
    {"baresip", false, false},
    {"JsSIP", false, false},
    {"Linphone", false, true},
    {"Twinkle", true, false},
};

static const char *cannot(const struct trouble *t, const char *algorithm)
{
    struct slice agent =
        t->request ? sip_header_value(t->request, SIP_HDR_USER_AGENT) : S("");
    enum digest_algorithm a;

    if (!digest_algorithm_parse(slice_of(algorithm), &a))
        return NULL;
    for (size_t i = 0; i < sizeof phones / sizeof phones[0]; i++)
        if (slice_starts_nocase(agent, slice_of(phones[i].agent)) &&
            (digest_algorithm_aka(a) ? !phones[i].aka
                                     : a != DIGEST_MD5 && !phones[i].sha256))
            return phones[i].agent;
    return NULL;
}

static const char *unable(const struct trouble *t)
{
    char text[32] = "";
    struct slice a = slice_first(trouble_offer(t, "algorithm"), 31);

    if (a.n)
        memcpy(text, a.p, a.n);
    return cannot(t, text);
}

/* Who registers anew without any nonce has answered nothing either. */
static bool is_unanswered(const struct trouble *t)
{
    return trouble_is(t, TROUBLE_UNANSWERED, "REGISTER") ||
           (trouble_is(t, TROUBLE_AGAIN, "REGISTER") &&
            !trouble_credential(t, "nonce").n);
}

static bool is_unable(const struct trouble *t)
{
    return is_unanswered(t) && unable(t);
}

static void explain_unable(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "%s was challenged by %.*s, which %s cannot do; the phone "
                 "gave up.",
                 t->impu.text, SLICE_ARG(trouble_offer(t, "algorithm")),
                 unable(t));
    finding_where(f, "%s sent the challenge, and no answer came.",
                  t->end->from);
    if (offers_aka(t))
        advise_sim(t, f);
    else
        finding_advise(
            f,
            "Give the subscriber %s a password for MD5 (\"digest\"), "
            "or use a phone that can do %.*s.",
            t->impi.text, SLICE_ARG(trouble_offer(t, "algorithm")));
    note_algorithms(t, f);
}

static void explain_unanswered(const struct trouble *t, struct finding *f)
{
    finding_what(f, "The phone of %s never answered the challenge.",
                 t->impu.text);
    finding_where(f, "%s sent the 401 to the phone, and %s.", t->end->from,
                  t->kind == TROUBLE_AGAIN
                      ? "each REGISTER that came back was without an answer"
                      : "no REGISTER came back");
    if (offers_aka(t))
        finding_advise(f,
                       "Either the phone cannot do %.*s, or it found the "
                       "network's token (AUTN) wrong: a card that does not "
                       "find its own K and OPc in it may be silent instead "
                       "of sending an empty response. Compare K and OPc of "
                       "phone and subscriber %s.",
                       SLICE_ARG(trouble_offer(t, "algorithm")), t->impi.text);
    else
        finding_advise(f,
                       "Enter user name %s and a password in the phone: it "
                       "may be asking for them on its screen. If it has "
                       "them, the 401 did not reach it: is the address in "
                       "its Via one where it can be reached?",
                       t->impi.text);
    note_algorithms(t, f);
    words_fault_on_way(t, f, t->end);
}

static const struct rule list[] = {
    {CAUSE_AUTN_REJECTED, is_autn_rejected, explain_autn_rejected},
    {CAUSE_KEY_AS_PASSWORD, is_key_as_password, explain_key_as_password},
    {CAUSE_ALGORITHM_MISMATCH, is_other_algorithm, explain_mismatch},
    {CAUSE_WRONG_REALM, is_wrong_realm, explain_wrong_realm},
    {CAUSE_RES_CUT, is_res_cut, explain_res_cut},
    {CAUSE_OPC_IS_OP, is_opc_op, explain_opc_op},
    {CAUSE_OP_IS_OPC, is_op_opc, explain_op_opc},
    {CAUSE_EMPTY_PASSWORD, is_empty_password, explain_empty_password},
    {CAUSE_NAME_AS_PASSWORD, is_name_as_password, explain_name_as_password},
    {CAUSE_WRONG_KEY, is_wrong_key, explain_wrong_key},
    {CAUSE_WRONG_PASSWORD, is_wrong_password, explain_wrong_password},
    {CAUSE_SCHEME_NOT_PROVISIONED, has_no_scheme, explain_no_scheme},
    {CAUSE_SQN_AGAIN, asks_numbers_again, explain_numbers_again},
    {CAUSE_STALE_NONCE, is_stale_again, explain_stale_again},
    {CAUSE_ALGORITHM_MISMATCH, is_unable, explain_unable},
    {CAUSE_CHALLENGE_UNANSWERED, is_unanswered, explain_unanswered},
};

const struct rules rules_credentials = {list, sizeof list / sizeof list[0]};
