/* SPDX-License-Identifier: MIT */
#include "imsbox/progress.h"
#include <stdio.h>
#include <unistd.h>

enum { BAR = 30 };

void progress_init(struct progress *p)
{
    *p = (struct progress){.shown = isatty(STDERR_FILENO)};
}

void progress_draw(struct progress *p, const char *what, long long done,
                   long long all)
{
    char bar[BAR + 1] = "";

    if (!p->shown || all <= 0)
        return;
    if (done > all)
        done = all;
    for (int i = 0; i < BAR; i++)
        bar[i] = (long long)i * all < done * BAR ? '#' : '.';
    fprintf(stderr, "\r%-10s [%s] %3lld %%  %lld of %lld", what, bar,
            done * 100 / all, done, all);
    fflush(stderr);
    p->drawn = true;
}

void progress_clear(struct progress *p)
{
    if (p->drawn)
        fprintf(stderr, "\r%79s\r", "");
    p->drawn = false;
}
