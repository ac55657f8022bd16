/* SPDX-License-Identifier: MIT */
#include "support/record_line.h"
#include "base/map.h"
#include <string.h>

static void put_message(struct json *j, const struct line *l)
{
    bool cx = strstr(l->local, "3868") || strstr(l->remote, "3868");

    json_put_str(j, "proto", cx ? "diameter" : "sip");
    json_put_str(j, "transport", cx ? "tcp" : "udp");
    json_put_str(j, "local", l->local);
    json_put_str(j, "remote", l->remote);
    json_key(j, "pair");
    json_printf(j, "%016llx",
                (unsigned long long)slice_hash(slice_of(l->text), 0));
    json_put_str(j, "text", l->text);
}

void record_line_put(struct json *j, const struct line *l, uint64_t seq)
{
    json_object_begin(j);
    json_put_u64(j, "seq", seq);
    json_put_int(j, "wall_us", 1000 * l->ms);
    json_put_str(j, "kind", l->kind);
    if (l->call)
        json_put_str(j, "call", l->call);
    if (l->session)
        json_put_str(j, "session", l->session);
    if (l->text)
        put_message(j, l);
    if (l->says) {
        json_put_str(j, "proc", "S-REG-1");
        json_put_str(j, "clause", "TS 24.229 5.4.1");
        json_put_str(j, "says", l->says);
    }
    json_object_end(j);
}
