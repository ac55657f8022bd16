/* SPDX-License-Identifier: MIT
 *
 * A YAML text as a tree with the place of everything in it. Aliases share
 * what they refer to, so the tree never grows beyond the text; what it would
 * weigh written out is bounded too, for those who walk it.
 */
#ifndef TOPOLOGY_YAML_H
#define TOPOLOGY_YAML_H

#include "base/arena.h"
#include "topology/report.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_item {
    struct yaml *key; /* of a map; a scalar, each once */
    struct yaml *value;
    struct yaml_item *next;
};

struct yaml {
    enum yaml_kind kind;
    struct mark at;
    bool plain;        /* a scalar without quotes */
    struct slice text; /* of a scalar: no zero byte in it, one behind it */
    struct yaml_item *items;
    unsigned count;
    size_t weight; /* bytes, aliases followed */
};

enum {
    YAML_WEIGHT_MAX = 8 << 20,
    YAML_NODE_WEIGHT = 64, /* of a node without its text */
    YAML_DEPTH_MAX = 16,
    YAML_TEXT_MAX = 4096,
};

/* The single document in text, all memory in the arena (which needs no limit:
 * the text is bounded by the caller, the tree by the text). NULL after an
 * error, which is in the report; keys found twice are reported, and the tree
 * comes all the same. */
struct yaml *yaml_read(struct slice text, struct arena *arena,
                       struct report *report);

/* The same, part by part, when one list of the map at the top may be too long
 * for memory: each item of the list of that name, or what it has instead of a
 * list, then comes alone; of the other keys each with its value. A document
 * that is no map comes whole. Each part may weigh what a whole text may. */
enum yaml_part {
    YAML_PART_ITEM,    /* value */
    YAML_PART_SECTION, /* key and value */
    YAML_PART_ROOT,    /* value */
    YAML_PART_END,
    YAML_PART_ERROR, /* in the report; nothing comes any more */
};
struct yaml_stream;
/* Both must stay. */
struct yaml_stream *yaml_stream_new(struct slice text, struct slice list);
void yaml_stream_free(struct yaml_stream *s);
/* What comes is in the arena, and in the stream. */
enum yaml_part yaml_stream_next(struct yaml_stream *s, struct arena *arena,
                                struct report *report, struct yaml **key,
                                struct yaml **value);

/* Bytes of the text behind which the next part begins, or a little more. */
size_t yaml_stream_place(const struct yaml_stream *s);
/* A copy in another arena, aliases followed; NULL of NULL. */
struct yaml *yaml_keep(struct arena *a, const struct yaml *y);

/* "a list", "a map", "nothing", "the number 5", "\"x\"": for sentences. */
const char *yaml_found(const struct yaml *y, char text[64]);
bool yaml_is_null(const struct yaml *y);
/* A plain scalar of digits; of true or false. */
bool yaml_is_number(const struct yaml *y);
bool yaml_is_flag(const struct yaml *y, bool *value);

#endif
