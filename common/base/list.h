/* SPDX-License-Identifier: MIT
 *
 * A doubly linked list through a node embedded in the element. Owns nothing.
 */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include "base/mem.h"
#include <stdbool.h>

struct list {
    struct list *prev, *next;
};

static inline void list_init(struct list *l)
{
    l->prev = l->next = l;
}

static inline bool list_is_empty(const struct list *l)
{
    return l->next == l;
}

/* Puts node in front of `before`: with the head itself, at the end. */
static inline void list_insert(struct list *before, struct list *node)
{
    node->prev = before->prev;
    node->next = before;
    before->prev->next = node;
    before->prev = node;
}

static inline void list_append(struct list *head, struct list *node)
{
    list_insert(head, node);
}

static inline void list_prepend(struct list *head, struct list *node)
{
    list_insert(head->next, node);
}

/* Leaves node linked to itself, so that removing twice is harmless. */
static inline void list_remove(struct list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}

/* for each node `it` of `head`; `it` may be removed in the body, others not */
#define LIST_EACH(it, head)                                                   \
    for (struct list *it = (head)->next, *it##_next = it->next; it != (head); \
         it = it##_next, it##_next = it->next)

#endif
