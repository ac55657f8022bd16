/* SPDX-License-Identifier: MIT
 *
 * Refuses the n-th growth of anything bounded, wherever it stands: a test whose
 * name begins with test_starved is linked so that what the code asks of arenas,
 * maps and growing buffers passes here. What has no bound (an arena or map
 * that is bounded by what it was made of) never refuses, nor does it here.
 *
 *     starve(0);  run();  count = starve_end();
 *     for (n = 1; n <= count; n++) {
 *         starve(n);  run();  starve_end();  ...
 *     }
 */
#ifndef SUPPORT_STARVE_H
#define SUPPORT_STARVE_H

/* From now on growths count; the n-th is refused, none when n is 0. */
void starve(unsigned n);
/* How many there were; from now on none counts. 0 in a program that is linked
 * otherwise (our code as a shared library). */
unsigned starve_end(void);
/* Goes on counting after `so_far` growths. */
void starve_again(unsigned so_far);
/* Where all growths take too long a test takes every stride-th. make starved
 * takes all, in parts: every IMSBOX_STARVED-th from IMSBOX_STARVED_FROM. */
struct starve_steps {
    unsigned first, stride;
};
struct starve_steps starve_steps(unsigned stride);
/* A test that cannot be starved as it is linked is skipped loudly. */
void starve_or_skip(unsigned count);

#endif
