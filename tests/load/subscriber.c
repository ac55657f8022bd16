/* SPDX-License-Identifier: MIT */
#include "load/subscriber.h"
#include <stdio.h>

enum { PORTS = 10000, DIGITS = 6 };

void subscriber_name(unsigned number, char name[SUBSCRIBER_NAME])
{
    snprintf(name, SUBSCRIBER_NAME, "user%06u", number % 1000000);
}

bool subscriber_number(struct slice uri, unsigned *number)
{
    uint64_t n;

    if (uri.n < 8 + DIGITS || !slice_starts(uri, S("sip:user")) ||
        !slice_u64(slice_first(slice_from(uri, 8), DIGITS), 999999, &n))
        return false;
    *number = (unsigned)n;
    return true;
}

void subscriber_key(unsigned number, struct milenage_key *key)
{
    for (unsigned i = 0; i < 16; i++) {
        key->k[i] = (uint8_t)(number >> i % 4 * 8 ^ i * 29);
        key->opc[i] = (uint8_t)(number >> (i + 1) % 4 * 8 ^ i * 53);
    }
}

void subscriber_password(unsigned number, char password[SUBSCRIBER_NAME])
{
    snprintf(password, SUBSCRIBER_NAME, "secret%06u", number % 1000000);
}

void subscriber_print(unsigned number, enum load_auth auth, const char *domain,
                      struct buf *out)
{
    char name[SUBSCRIBER_NAME], password[SUBSCRIBER_NAME];
    struct milenage_key key;

    subscriber_name(number, name);
    buf_printf(out, "{\"impu\": \"sip:%s@%s\", ", name, domain);
    if (auth == LOAD_DIGEST) {
        subscriber_password(number, password);
        buf_printf(out, "\"digest\": {\"password\": \"%s\"}}", password);
        return;
    }
    subscriber_key(number, &key);
    buf_str(out, "\"aka\": {\"k\": \"");
    buf_hex(out, key.k, sizeof key.k);
    buf_str(out, "\", \"opc\": \"");
    buf_hex(out, key.opc, sizeof key.opc);
    buf_str(out, "\"}}");
}

struct addr subscriber_addr(const struct addr *first, unsigned each,
                            unsigned number)
{
    unsigned place = number / each;
    struct addr a = *first;

    a.port = (uint16_t)(a.port + place % PORTS);
    a.ip[3] = (uint8_t)(a.ip[3] + place / PORTS);
    return a;
}
