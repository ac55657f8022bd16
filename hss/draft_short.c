/* SPDX-License-Identifier: MIT
 *
 * A user by name and number: what a person types becomes identities.
 *
 *   name Carol            sip:carol@domain, display name Carol
 *   number +1 555-1003    sip:+15551003@domain, tel:+15551003
 *   number 1003           sip:1003@domain, tel:1003;phone-context=domain
 *
 * They are aliases of each other in one set (TS 23.228 section 4.3.3).
 */
#include "hss/draft_priv.h"

enum { DIGITS_MAX = 15 }; /* of a number, ITU-T E.164 */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

/* The user part of a SIP URI: "Carol  O'Hara Jr." gives carol.ohara.jr. */
static struct slice user_of(struct finisher *f, struct slice name)
{
    char *p = draft_take(f, name.n + 1, 1);
    size_t n = 0;

    for (size_t i = 0; p && i < name.n; i++) {
        char c = name.p[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (is_word(c))
            p[n++] = c;
        else if ((c == ' ' || c == '.') && n && p[n - 1] != '.')
            p[n++] = '.';
    }
    while (n && p[n - 1] == '.')
        n--;
    return slice_at(p, p ? n : 0);
}

static void add(struct finisher *f, struct draft_set *set, struct mark at,
                struct slice impu)
{
    struct draft_public *p = draft_take(f, 1, sizeof(*p));

    if (!impu.p)
        complain(f->c, at, COMPLAINT_FULL);
    if (!p || !impu.p)
        return;
    p->at = at;
    p->impu = impu;
    p->alias_group = S("1");
    p->barred = f->barred;
    DRAFT_APPEND(set->publics, p);
}

/* Somebody who knows URIs may type one. */
static struct slice as_uri(struct finisher *f, struct slice name)
{
    if (slice_starts_nocase(name, S("sip:")))
        return name;
    return arena_printf(f->c->arena, "sip:%.*s", SLICE_ARG(name));
}

static void add_name(struct finisher *f, struct draft *d, struct draft_set *set)
{
    struct slice user;

    if (slice_index(d->name, '@') >= 0) {
        add(f, set, d->name_at, as_uri(f, d->name));
        d->name = S("");
        return;
    }
    user = user_of(f, d->name);
    if (user.n)
        add(f, set, d->name_at,
            arena_printf(f->c->arena, "sip:%.*s@%.*s", SLICE_ARG(user),
                         SLICE_ARG(f->rules->domain)));
    else if (!d->number.n)
        complain(f->c, d->name_at,
                 "name \"%.*s\" has no letter a-z and no digit to make an "
                 "address of; give number or impu as well",
                 SLICE_ARG(slice_first(d->name, 80)));
}

/* Digits, with a plus in front of those that the world knows; empty after a
 * complaint. */
static struct slice clean_number(struct finisher *f, const struct draft *d)
{
    struct slice in = d->number;
    char *p = draft_take(f, in.n + 1, 1);
    size_t n = 0, digits = 0;
    bool fits = p != NULL;

    if (slice_starts_nocase(in, S("tel:")))
        in = slice_from(in, 4);
    for (size_t i = 0; i < in.n && fits; i++) {
        bool digit = in.p[i] >= '0' && in.p[i] <= '9';

        if (digit || (in.p[i] == '+' && n == 0))
            p[n++] = in.p[i];
        else
            fits = strchr(" -.()/", in.p[i]) != NULL;
        digits += digit;
    }
    if (fits && digits && digits <= DIGITS_MAX)
        return slice_at(p, n);
    complain(f->c, d->number_at,
             "number \"%.*s\"; up to %d digits were expected, with + and the "
             "country's code in front of a number that the world knows",
             SLICE_ARG(slice_first(d->number, 40)), DIGITS_MAX);
    return S("");
}

static void add_number(struct finisher *f, const struct draft *d,
                       struct draft_set *set)
{
    struct slice number = clean_number(f, d), domain = f->rules->domain;
    bool global = slice_starts(number, S("+"));

    if (!number.n)
        return;
    add(f, set, d->number_at,
        arena_printf(f->c->arena, "sip:%.*s@%.*s", SLICE_ARG(number),
                     SLICE_ARG(domain)));
    add(f, set, d->number_at,
        arena_printf(f->c->arena, "tel:%.*s%s%.*s", SLICE_ARG(number),
                     global ? "" : ";phone-context=",
                     SLICE_ARG(global ? S("") : domain)));
}

/* With identities given the name is what they show, and the number one more of
 * the first set. */
void draft_expand(struct finisher *f, struct draft *d)
{
    struct draft_set *set = d->sets;

    f->barred = d->barred;
    d->name = slice_trim(d->name);
    d->number = slice_trim(d->number);
    if (!d->name.n && !d->number.n)
        return;
    if (!set) {
        set = draft_take(f, 1, sizeof(*set));
        if (!set)
            return;
        set->at = d->at;
        if (d->name.n)
            add_name(f, d, set);
    }
    if (d->number.n)
        add_number(f, d, set);
    if (!d->sets && set->publics)
        d->sets = set;
    f->display_name = d->display_name.n ? d->display_name : d->name;
}
