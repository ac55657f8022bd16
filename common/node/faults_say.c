/* SPDX-License-Identifier: MIT
 *
 * Faults in words, and as JSON: with the keys that a request has, so that what
 * was read can be sent again.
 */
#include "ims/cx.h"
#include "node/faults_rule.h"
#include "node/node.h"
#include "sip/message.h"
#include "topology/values.h"

/* ---- sentences -------------------------------------------------------------
 */

static void print_time(int64_t us, struct buf *out)
{
    value_print_duration(us, out);
}

static void print_answer(const struct topology_fault *f, struct buf *out)
{
    unsigned code = (unsigned)f->answer;
    const char *name = code < 1000 ? *f->reason ? f->reason : sip_reason(code)
                       : f->vendor ? cx_result_name(CX_EXPERIMENTAL + code)
                                   : cx_result_name(code);

    buf_printf(out, "answers %u %s to", code, name);
}

static void print_deed(const struct topology_fault *f, struct buf *out)
{
    switch (f->action) {
    case FAULT_LOSS: buf_str(out, "loses"); break;
    case FAULT_DELAY:
        buf_str(out, "holds for ");
        print_time(f->delay, out);
        if (f->jitter) {
            buf_str(out, " and up to ");
            print_time(f->jitter, out);
            buf_str(out, " more");
        }
        break;
    case FAULT_DUPLICATE:
        if (f->copies == 1)
            buf_str(out, "doubles");
        else
            buf_printf(out, "sends %llu times more",
                       (unsigned long long)f->copies);
        break;
    case FAULT_REORDER: buf_str(out, "puts behind the next one"); break;
    case FAULT_ANSWER: print_answer(f, out); break;
    case FAULT_DEAD: buf_str(out, "neither reads nor sends anything"); break;
    }
}

static void print_share(const struct topology_fault *f, struct buf *out)
{
    if (f->every > 1)
        buf_printf(out, " one in %llu of", (unsigned long long)f->every);
    if (f->percent < 100)
        buf_printf(out, " %llu %% of", (unsigned long long)f->percent);
}

static void print_which(const struct topology_fault *f, struct buf *out)
{
    static const char *const kinds[] = {
        [FAULT_ALL] = "messages",
        [FAULT_REQUESTS] = "requests",
        [FAULT_ANSWERS] = "answers",
    };

    if (f->protocol != FAULT_ANY_PROTOCOL && !*f->method)
        buf_str(out, f->protocol == FAULT_SIP ? " SIP" : " Diameter");
    if (*f->result)
        buf_printf(out, " %s", f->result);
    if (*f->method)
        buf_printf(out, " %s", f->method);
    buf_printf(out, " %s", kinds[f->messages]);
    if (*f->text)
        buf_printf(out, " with \"%s\" in them", f->text);
}

static void print_between(const struct topology_fault *f, struct buf *out)
{
    static const char *const ways[] = {[FAULT_BOTH] = "between",
                                       [FAULT_IN] = "that come to",
                                       [FAULT_OUT] = "that leave"};
    const char *other = strcmp(f->peer, "ue") == 0 ? "phones" : f->peer;

    if (f->direction == FAULT_BOTH)
        buf_printf(out, *other ? " between %s and %s" : " of %s", f->node,
                   other);
    else
        buf_printf(out, *other ? " %s %s %s %s" : " %s %s", ways[f->direction],
                   f->node, f->direction == FAULT_IN ? "from" : "for", other);
}

void faults_print(const struct topology_fault *f, struct buf *out)
{
    print_deed(f, out);
    if (f->action != FAULT_DEAD) {
        print_share(f, out);
        print_which(f, out);
        print_between(f, out);
    }
    if (f->count == 1)
        buf_str(out, ", once");
    else if (f->count)
        buf_printf(out, ", %llu times", (unsigned long long)f->count);
    if (f->ttl) {
        buf_str(out, ", for ");
        print_time(f->ttl, out);
    }
}

static void print_diameter(const struct fault_message *m, struct buf *out)
{
    if (m->method.n == 0) {
        buf_str(out, m->is_request ? "a request" : "an answer");
        return;
    }
    buf_add(out, m->method);
    buf_char(out, m->is_request ? 'R' : 'A');
    if (m->result)
        buf_printf(out, " %u", m->result);
}

void faults_print_message(const struct fault_message *m, struct buf *out)
{
    if (m->proto == RECORD_DIAMETER) {
        print_diameter(m, out);
    } else if (m->method.n == 0) {
        buf_str(out, "what is no SIP message");
    } else {
        if (m->result)
            buf_printf(out, "%u ", m->result);
        buf_add(out, slice_first(m->method, 40));
    }
}

/* ---- JSON -------------------------------------------------------------------
 */

static void put_text(struct json *j, const char *key, const char *text)
{
    if (*text)
        json_put_str(j, key, text);
}

static void put_number(struct json *j, const char *key, uint64_t n,
                       uint64_t usual)
{
    if (n != usual)
        json_put_u64(j, key, n);
}

static void put_time(struct json *j, const char *key, int64_t us)
{
    char text[40];
    struct buf b;

    if (!us)
        return;
    buf_over(&b, text, sizeof text);
    print_time(us, &b);
    json_put_text(j, key, buf_slice(&b));
}

static void put_messages(struct json *j, const struct topology_fault *f)
{
    static const char *const protocols[] = {"", "sip", "diameter"};
    static const char *const messages[] = {"", "requests", "answers"};

    put_text(j, "peer", f->peer);
    json_put_str(j, "direction", topology_fault_direction_name(f->direction));
    put_text(j, "protocol", protocols[f->protocol]);
    put_text(j, "messages", messages[f->messages]);
    put_text(j, "method", f->method);
    put_text(j, "result", f->result);
    put_text(j, "text", f->text);
    put_number(j, "percent", f->percent, 100);
    put_number(j, "every", f->every, 1);
    put_number(j, "count", f->count, 0);
    put_time(j, "ttl", f->ttl);
}

static void put_deed(struct json *j, const struct topology_fault *f)
{
    put_time(j, "delay", f->delay);
    put_time(j, "jitter", f->jitter);
    put_number(j, "copies", f->copies, 1);
    put_number(j, "answer", f->answer, 0);
    put_number(j, "vendor", f->vendor, 0);
    put_text(j, "reason", f->reason);
}

static void put_link(struct json *j, const struct topology_fault *f)
{
    if (!*f->link[0])
        return;
    json_key(j, "link");
    json_array_begin(j);
    json_str(j, f->link[0]);
    json_str(j, f->link[1]);
    json_array_end(j);
}

static void put_figures(struct json *j, const struct rule *r)
{
    const struct env *env = &r->faults->node->env;
    char sentence[FAULTS_SENTENCE_MAX];
    struct buf b;

    buf_over(&b, sentence, sizeof sentence);
    faults_print(&r->what, &b);
    json_put_text(j, "says", buf_slice(&b));
    json_put_text(j, "by", str_slice(&r->by));
    json_put_int(j, "since_us", env->epoch_us + r->since_us);
    if (r->what.ttl)
        json_put_int(j, "until_us", env->epoch_us + r->since_us + r->what.ttl);
    json_put_u64(j, "matched", r->matched);
    json_put_u64(j, "struck", r->struck);
    json_put_u64(j, "held", faults_held_by(&r->faults->held, r));
}

static void put_rule(struct json *j, const struct rule *r)
{
    json_object_begin(j);
    json_put_str(j, "name", r->what.name);
    json_put_str(j, "node", r->faults->node->env.name);
    put_link(j, &r->what);
    json_put_str(j, "action", topology_fault_action_name(r->what.action));
    put_messages(j, &r->what);
    put_deed(j, &r->what);
    put_figures(j, r);
    json_object_end(j);
}

void faults_put(const struct faults *f, struct json *j)
{
    json_array_begin(j);
    for (struct list *l = f->rules.next; l != &f->rules; l = l->next) {
        const struct rule *r = container_of(l, struct rule, link);

        if (!r->over)
            put_rule(j, r);
    }
    json_array_end(j);
}

bool faults_put_one(const struct faults *f, struct slice name, struct json *j)
{
    for (struct list *l = f->rules.next; l != &f->rules; l = l->next) {
        const struct rule *r = container_of(l, struct rule, link);

        if (r->over || !slice_eq_nocase(slice_of(r->what.name), name))
            continue;
        put_rule(j, r);
        return true;
    }
    return false;
}
