/* SPDX-License-Identifier: MIT
 *
 * Any text is an identity or is refused with a sentence; a canonical one is
 * its own canonical form. A wildcard that is accepted can be held against
 * anything: the input is cut at the first zero byte.
 */
#include "ims/identity.h"
#include "ims/pattern.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef enum ims_err form_fn(struct slice text, struct identity *out,
                             struct why *why);

/* Refused with a sentence; or short, terminated, and accepted once more. */
static bool is_formed(form_fn *form, struct slice text, struct identity *out)
{
    struct why why = {0};

    if (form(text, out, &why) != IMS_OK) {
        assert(why.text[0]);
        return false;
    }
    assert(out->n > 0 && out->n <= IDENTITY_MAX && !out->text[out->n]);
    return true;
}

static void check_public(struct slice text)
{
    struct identity id, again, other;

    if (is_formed(identity_canonical, text, &id)) {
        assert(is_formed(identity_canonical, identity_slice(&id), &again));
        assert(slice_eq(identity_slice(&id), identity_slice(&again)));
        assert(identity_is_tel(identity_slice(&id)) ||
               identity_domain(identity_slice(&id)).n > 0);
    }
    if (is_formed(identity_of_request, text, &id))
        assert(is_formed(identity_canonical, identity_slice(&id), &again));
    (void)is_formed(identity_private_of, text, &id);
    (void)is_formed(identity_sip_to_tel, text, &other);
    (void)identity_tel_to_sip(text, S("ims.example"), &other, NULL);
    (void)identity_is_global_number(text);
}

static void check_private(struct slice text)
{
    if (identity_private_valid(text))
        assert(identity_realm(text).n > 0);
}

static void check_wildcard(struct slice text)
{
    struct identity id, again;

    if (!identity_is_wildcard(text) ||
        !is_formed(identity_wildcard_canonical, text, &id))
        return;
    assert(is_formed(identity_wildcard_canonical, identity_slice(&id), &again));
    assert(slice_eq(identity_slice(&id), identity_slice(&again)));
}

static void check_patterns(struct slice pattern, struct slice text)
{
    struct why why = {0};

    if (pattern_check(pattern, &why) != IMS_OK) {
        assert(why.text[0] && !pattern_matches(pattern, text, false));
    } else {
        (void)pattern_matches(pattern, text, false);
        (void)pattern_matches(pattern, text, true);
    }
    if (identity_is_wildcard(pattern) &&
        identity_wildcard_check(pattern, &why) == IMS_OK)
        (void)identity_wildcard_matches(pattern, text);
    check_wildcard(pattern);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = slice_at(data, size), first;

    if (!slice_cut(&rest, '\0', &first))
        return 0;
    check_public(first);
    check_private(first);
    check_patterns(first, slice_first(rest, IDENTITY_MAX));
    return 0;
}
