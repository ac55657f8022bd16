/* SPDX-License-Identifier: MIT
 *
 * The least that a load can be driven against: it answers REGISTER (401 to one
 * without credentials, else 200), and passes everything else on to the phone
 * that it is for, with a Via and no more. It knows nobody and keeps nothing.
 */
#ifndef LOAD_REFLECTOR_H
#define LOAD_REFLECTOR_H

#include "load/subscriber.h"
#include "net/net.h"

struct reflector_options {
    struct net *net;
    struct addr local, first; /* of the first phone */
    unsigned each;            /* phones that share a port */
    enum load_auth auth;
    const char *domain;
};

struct reflector;
/* Errors: as udp_open. */
enum ims_err reflector_new(const struct reflector_options *o,
                           struct reflector **out, struct why *why) MUST_CHECK;
void reflector_free(struct reflector *r);

#endif
