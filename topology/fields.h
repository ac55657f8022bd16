/* SPDX-License-Identifier: MIT
 *
 * The keys of a topology file: one row a key, from which read.c reads,
 * schema.c prints the JSON Schema, and build.c takes defaults.
 */
#ifndef TOPOLOGY_FIELDS_H
#define TOPOLOGY_FIELDS_H

#include "topology/file.h"

/* What a value is, and by what it is kept. */
enum field_type {
    FIELD_NAME,     /* file_text: a DNS label */
    FIELD_DOMAIN,   /* file_text: a DNS name */
    FIELD_HOST,     /* file_text: an address or a DNS name */
    FIELD_PATH,     /* file_text */
    FIELD_TEXT,     /* file_text: a line of at most 100 characters */
    FIELD_SERVER,   /* file_server: "host[:port]" */
    FIELD_RESOLVER, /* file_server: "address[:port]" */
    FIELD_SIP,      /* file_place: "udp:[host:]port" */
    FIELD_DIAMETER, /* file_place: "tcp:[host:]port" */
    FIELD_ADMIN,    /* file_place: "[host:]port" */
    FIELD_HEP,      /* file_place: "udp:host:port" */
    FIELD_WORD,     /* file_word, by `words` */
    FIELD_FLAG,     /* enum file_flag */
    FIELD_NUMBER,   /* uint64_t within min..max */
    FIELD_SIZE,     /* uint64_t bytes within min..max */
    FIELD_DURATION, /* int64_t microseconds within min..max */
    FIELD_SECONDS,  /* uint64_t seconds within min..max, as a duration */
    FIELD_MAP,      /* a struct, by `table` */
};

enum field_count {
    FIELD_ONE,
    FIELD_LIST,        /* struct file_list; a list */
    FIELD_ONE_OR_LIST, /* struct file_list; a list, or one alone */
};

struct field {
    const char *key;
    enum field_type type;
    enum field_count count;
    bool required;
    size_t at;                  /* offset in the table's struct */
    const struct table *table;  /* FIELD_MAP */
    const char *const *words;   /* FIELD_WORD: NULL at the end */
    int64_t min, max, fallback; /* of numbers; fallback: the default */
    const char *help;
};

struct table {
    const char *what;           /* "a node" */
    size_t size;                /* of its struct */
    bool marked;                /* the struct begins with its struct mark */
    const struct field *fields; /* key NULL at the end */
    /* The field that a value stands for when it is no map: `gm: udp:5060` is
     * short for `gm: {listen: udp:5060}`. NULL: always a map. */
    const char *short_for;
};

extern const struct table topology_table, topology_fault_table;
extern const struct table topology_timers_table, topology_limits_table,
    topology_registration_table, topology_sip_timers_table, topology_dns_table,
    topology_dashboard_limits_table;

/* Numbers of dst that are 0 become those of src (NULL: the defaults); other
 * fields stay. */
void fields_inherit(const struct table *t, void *dst, const void *src);

/* How many bytes one value of a field takes. */
size_t field_size(const struct field *f);

#endif
