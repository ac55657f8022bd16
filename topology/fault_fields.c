/* SPDX-License-Identifier: MIT
 *
 * The keys of a fault, in a file's `faults:` and in a request to the API.
 */
#include "topology/fields.h"

#define MINUTE (60ll * SECOND)

static const char *const fault_actions[] = {
    [FAULT_LOSS] = "loss",
    [FAULT_DELAY] = "delay",
    [FAULT_DUPLICATE] = "duplicate",
    [FAULT_REORDER] = "reorder",
    [FAULT_ANSWER] = "answer",
    [FAULT_DEAD] = "dead",
    NULL,
};

static const char *const fault_directions[] = {
    [FAULT_BOTH] = "both", [FAULT_IN] = "in", [FAULT_OUT] = "out", NULL};

static const char *const fault_protocols[] = {
    [FAULT_ANY_PROTOCOL] = "any",
    [FAULT_SIP] = "sip",
    [FAULT_DIAMETER] = "diameter",
    NULL,
};

static const char *const fault_messages[] = {
    [FAULT_ALL] = "all",
    [FAULT_REQUESTS] = "requests",
    [FAULT_ANSWERS] = "answers",
    NULL,
};

static const struct field fault_fields[] = {
    {"name", FIELD_NAME, .at = offsetof(struct file_fault, name),
     .help = "Unique in the topology; made of the rest without it"},
    {"node", FIELD_NAME, .at = offsetof(struct file_fault, node),
     .help = "The node at which it is"},
    {"link", FIELD_NAME, FIELD_LIST, .at = offsetof(struct file_fault, link),
     .help = "Instead of node: the two ends between which it is: nodes, "
             "external nodes, or ue for all phones"},
    {"action", FIELD_WORD, .required = true,
     .at = offsetof(struct file_fault, action), .words = fault_actions,
     .fallback = FAULT_LOSS,
     .help = "loss: the message is not sent, or not read; delay: it is held "
             "for `delay`; duplicate: it comes `copies` times more; reorder: "
             "it goes behind the next one, or after `delay`; answer: the "
             "request is answered `answer` and handed to nobody; dead: the "
             "node neither reads nor sends, though it runs"},
    {"peer", FIELD_TEXT, .at = offsetof(struct file_fault, peer),
     .help = "With node: the other side's name, role, address, or "
             "address:port; ue for phones; anybody without it"},
    {"direction", FIELD_WORD, .at = offsetof(struct file_fault, direction),
     .words = fault_directions, .fallback = FAULT_BOTH,
     .help = "What the node gets (in) or sends (out); of a link as its first "
             "end sees it"},
    {"protocol", FIELD_WORD, .at = offsetof(struct file_fault, protocol),
     .words = fault_protocols, .fallback = FAULT_ANY_PROTOCOL,
     .help = "sip or diameter alone"},
    {"messages", FIELD_WORD, .at = offsetof(struct file_fault, messages),
     .words = fault_messages, .fallback = FAULT_ALL,
     .help = "requests, or responses and answers, alone"},
    {"method", FIELD_TEXT, .at = offsetof(struct file_fault, method),
     .help = "A SIP method and its responses: INVITE; a Diameter command: UAR, "
             "its answer: UAA, or both: UA"},
    {"result", FIELD_TEXT, .at = offsetof(struct file_fault, result),
     .help = "A status or result: 486, 4xx, 5001"},
    {"text", FIELD_TEXT, .at = offsetof(struct file_fault, text),
     .help = "Somewhere in the message: alice@ims.example"},
    {"percent", FIELD_NUMBER, .at = offsetof(struct file_fault, percent),
     .min = 1, .max = 100, .fallback = 100,
     .help = "How many of these messages, by chance"},
    {"every", FIELD_NUMBER, .at = offsetof(struct file_fault, every), .min = 1,
     .max = 1000000, .fallback = 1, .help = "Each such one of them: 3, 6, 9"},
    {"count", FIELD_NUMBER, .at = offsetof(struct file_fault, count), .min = 1,
     .max = 1000000000,
     .help = "How many it strikes (at each end of a link) until it is over; "
             "without it, all"},
    {"ttl", FIELD_DURATION, .at = offsetof(struct file_fault, ttl), .min = MSEC,
     .max = 24 * 60 * MINUTE,
     .help = "How long it lasts; without it, until it is cleared"},
    {"delay", FIELD_DURATION, .at = offsetof(struct file_fault, delay),
     .min = MSEC, .max = 10 * MINUTE,
     .help = "delay: how long a message is held; reorder: at most"},
    {"jitter", FIELD_DURATION, .at = offsetof(struct file_fault, jitter),
     .min = MSEC, .max = 10 * MINUTE,
     .help = "delay: up to this much longer, by chance"},
    {"copies", FIELD_NUMBER, .at = offsetof(struct file_fault, copies),
     .min = 1, .max = 10, .fallback = 1,
     .help = "duplicate: how many come besides"},
    {"answer", FIELD_NUMBER, .at = offsetof(struct file_fault, answer),
     .min = 300, .max = 9999,
     .help = "answer: a SIP status (300 to 699) or a Diameter result (from "
             "1000)"},
    {"vendor", FIELD_NUMBER, .at = offsetof(struct file_fault, vendor),
     .min = 1, .max = UINT32_MAX,
     .help = "answer: whose Experimental-Result-Code it is: 10415 of 3GPP"},
    {"reason", FIELD_TEXT, .at = offsetof(struct file_fault, reason),
     .help = "answer: the reason phrase of a SIP response"},
    {0},
};

const struct table topology_fault_table = {
    "a fault",
    sizeof(struct file_fault),
    .marked = true,
    .fields = fault_fields,
};

const char *topology_fault_action_name(enum topology_fault_action a)
{
    return fault_actions[a];
}

const char *topology_fault_direction_name(enum topology_fault_direction d)
{
    return fault_directions[d];
}
