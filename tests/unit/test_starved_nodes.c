/* SPDX-License-Identifier: MIT */
#include "pcscf/pcscf.h"
#include "pcscf/reg_event.h"
#include "support/check.h"
#include "support/ims.h"
#include "support/starve.h"
#include "support/watching.h"

/* The P-CSCF with the n-th growth of what is bounded in it refused, when it is
 * told of registrations. */

/* Was that answered with 200? A NOTIFY that got no answer comes again. */
static bool is_heard(struct watching *f, const char *body)
{
    const struct sip_message *before = puppet_last(&f->b.scscf);
    unsigned status = watching_tell(f, body);

    return puppet_last(&f->b.scscf) != before && status == 200;
}

/* Told that a contact is gone under both its identities: it is then, or nobody
 * says that all is well; told again it is gone. */
static unsigned starve_news(unsigned n)
{
    static const char gone[] =
        DOC("1", "partial", GONE NEXT("tel:+15551001", "terminated"));
    struct watching f;
    unsigned count;
    bool heard;

    watching_set_up(&f);
    assert_true(is_heard(&f, DOC("0", "full", NAMED)));
    starve(n);
    heard = is_heard(&f, gone);
    count = starve_end();
    assert_true(heard || n > 0);
    if (heard && watching_is_registered(&f))
        fail_msg("growth %u: the news was heard, and the contact is there", n);
    if (!heard)
        (void)is_heard(&f, gone);
    assert_false(watching_is_registered(&f));
    watching_fini(&f);
    return count;
}

static void news_without_room_can_be_told_again(void **state)
{
    unsigned count = starve_news(0);

    (void)state;
    starve_or_skip(count);
    for (unsigned n = 1; n <= count; n++)
        starve_news(n);
}

static size_t count_registered(const struct watching *f)
{
    const struct pcscf *me = f->b.pcscf->state;

    return flows_figures(me->flows)->registered;
}

/* Whose registration cannot be watched is registered all the same; the one that
 * was there goes on, and with room for both so does the other. */
static void
who_is_not_watched_is_served_and_the_others_are_watched(void **state)
{
    const struct pcscf *me;
    struct watching f;

    (void)state;
    watching_set_up(&f);
    me = f.b.pcscf->state;
    reg_watches_limit(me->watches, 1);
    watching_register(&f, "s", 1, "b@ims.example");
    assert_int_equal(count_registered(&f), 2);
    assert_int_equal(watching_count(&f), 1);
    assert_null(watching_subscription(&f, 1));
    ims_assert_says(f.b.pcscf, "P-REG-5", "sip:b@ims.example is not watched");
    assert_true(is_heard(&f, DOC("0", "full", NAMED)));
    reg_watches_limit(me->watches, 2);
    watching_register(&f, "s", 2, "b@ims.example");
    assert_int_equal(watching_count(&f), 2);
    assert_non_null(watching_subscription(&f, 1));
    assert_true(is_heard(&f, DOC("1", "full", GONE)));
    assert_int_equal(count_registered(&f), 1);
    watching_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(news_without_room_can_be_told_again),
        cmocka_unit_test(
            who_is_not_watched_is_served_and_the_others_are_watched),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
