/* SPDX-License-Identifier: MIT */
#include "imsbox/view.h"
#include <time.h>

enum exit_status view_open(struct view *v, const char *site, const char *call,
                           const char *user)
{
    struct why why;
    enum ims_err err;

    *v = (struct view){0};
    err = site_find(site, &v->site, &why);
    if (err != IMS_OK) {
        fprintf(stderr, "imsbox: %s\n", why.text);
        return err == IMS_CONFIG ? EXIT_TOPOLOGY : EXIT_UNAVAILABLE;
    }
    entries_init(&v->entries, v->site.node_count);
    choice_init(&v->choice, call, user);
    parties_init(&v->parties, &v->site);
    v->steps = (struct steps){.entries = &v->entries, .parties = &v->parties};
    v->gather = gather_new(&v->site, &v->entries);
    return EXIT_DONE;
}

void view_close(struct view *v)
{
    gather_free(v->gather);
    parties_fini(&v->parties);
    choice_fini(&v->choice);
    entries_fini(&v->entries);
    site_fini(&v->site);
}

enum exit_status view_look(struct view *v)
{
    enum exit_status status = gather_round(v->gather);

    choice_mark(&v->choice, &v->entries);
    entries_join(&v->entries);
    return status;
}

void view_go_on(struct view *v)
{
    entries_forget(&v->entries, view_now_us() - VIEW_KEEP_US);
    gather_wait(v->gather, VIEW_EVERY_MS);
    view_look(v);
}

int64_t view_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}
