/* SPDX-License-Identifier: MIT */
#include "node/subscriptions.h"

bool subscriptions_begin(struct subscriptions *s, struct api_call *call,
                         size_t total)
{
    *s = (struct subscriptions){.call = call};
    if (!readings_page(call, &s->page))
        return false;
    json_object_begin(&call->json);
    json_put_u64(&call->json, "total", total);
    json_key(&call->json, "subscriptions");
    json_array_begin(&call->json);
    return true;
}

static bool is_wanted(struct subscriptions *s,
                      const struct subscription_info *i)
{
    struct buf text;
    bool wants;

    buf_init(&text, 1 << 14);
    buf_printf(&text, "%.*s\n%.*s\n%.*s", SLICE_ARG(i->impu),
               SLICE_ARG(i->watcher), SLICE_ARG(i->call_id));
    wants = readings_wants(&s->page, buf_slice(&text));
    buf_fini(&text);
    return wants;
}

void subscriptions_put(void *ctx, const struct subscription_info *i)
{
    struct subscriptions *s = ctx;
    struct json *j = &s->call->json;

    if (!is_wanted(s, i))
        return;
    json_object_begin(j);
    json_put_str(j, "event", "reg");
    json_put_text(j, "public_identity", i->impu);
    json_put_text(j, "watcher", i->watcher);
    json_put_text(j, "call_id", i->call_id);
    json_put_u64(j, "expires_seconds", i->expires);
    json_put_u64(j, "version", i->version);
    json_put_bool(j, "awaits_answer", i->waits);
    json_object_end(j);
}

void subscriptions_end(struct subscriptions *s)
{
    json_array_end(&s->call->json);
    readings_page_end(s->call, &s->page);
    json_object_end(&s->call->json);
    api_reply(s->call, 200);
}
