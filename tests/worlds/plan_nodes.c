/* SPDX-License-Identifier: MIT */
#include "worlds/plan.h"

const char *plan_domain(unsigned network)
{
    return network ? "blue.example" : "red.example";
}

/* ---- the topology --------------------------------------------------------
 */

/* A record is read as it is written: it need not be long. */
static void print_limits(const struct plan *p, struct buf *out)
{
    buf_str(out, "limits: {record_bytes: 262144");
    if (p->tight)
        buf_str(out, ", transactions: 60, registrations: 4, dialogs: 6, "
                     "connections: 4, branches: 2");
    buf_str(out, "}\n");
}

static void print_network(const struct plan *p, unsigned i, struct buf *out)
{
    const struct plan_network *n = &p->networks[i];

    buf_printf(out, "  - domain: %s\n    nodes:\n", plan_domain(i));
    for (unsigned k = 0; k < n->pcscfs; k++)
        buf_printf(out,
                   "      - {name: n%u-pcscf%u, role: pcscf, host: "
                   "127.0.%u.%u, gm: [udp:5060, tcp:5060], mw: [udp:5070, "
                   "tcp:5070], admin: 8081%s}\n",
                   i, k, i, 11 + k, p->reg_event ? ", reg_event: true" : "");
    buf_printf(out,
               "      - {name: n%u-icscf, role: icscf, host: 127.0.%u.21, mw: "
               "[udp:5060, tcp:5060], admin: 8081}\n",
               i, i);
    for (unsigned k = 0; k < n->scscfs; k++)
        buf_printf(out,
                   "      - {name: n%u-scscf%u, role: scscf, host: "
                   "127.0.%u.%u, mw: [udp:5060, tcp:5060], capabilities: [%u, "
                   "9], admin: 8081}\n",
                   i, k, i, 31 + k, n->capability[k]);
    buf_printf(out,
               "      - {name: n%u-hss, role: hss, host: 127.0.%u.41, "
               "diameter: tcp:3868, store: \"memory:worlds%u\", admin: "
               "8081}\n",
               i, i, i);
}

void plan_topology(const struct plan *p, unsigned network, struct buf *out)
{
    buf_str(out, "name: random\n");
    print_limits(p, out);
    buf_str(out, "networks:\n");
    for (unsigned i = 0; i < p->network_count; i++)
        if (network == PLAN_EACH || network == i)
            print_network(p, i, out);
}

/* ---- DNS: the entry point, and where each node is ------------------------
 */

struct zone {
    const char *domain;
    void (*line)(void *ctx, struct slice text);
    void *ctx;
};

static void tell(const struct zone *z, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void tell(const struct zone *z, const char *fmt, ...)
{
    char text[256];
    struct buf b;
    va_list ap;

    buf_over(&b, text, sizeof text);
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    z->line(z->ctx, buf_slice(&b));
}

void plan_zone(const struct plan *p, unsigned i,
               void (*line)(void *ctx, struct slice text), void *ctx)
{
    const struct plan_network *n = &p->networks[i];
    struct zone z = {plan_domain(i), line, ctx};

    tell(&z, "%s NAPTR 10 50 \"s\" \"SIP+D2U\" \"\" _sip._udp.%s", z.domain,
         z.domain);
    tell(&z, "%s NAPTR 20 50 \"s\" \"SIP+D2T\" \"\" _sip._tcp.%s", z.domain,
         z.domain);
    tell(&z, "_sip._udp.%s SRV 0 1 5060 n%u-icscf.%s", z.domain, i, z.domain);
    tell(&z, "_sip._tcp.%s SRV 0 1 5060 n%u-icscf.%s", z.domain, i, z.domain);
    tell(&z, "n%u-icscf.%s A 127.0.%u.21", i, z.domain, i);
    for (unsigned k = 0; k < n->pcscfs; k++)
        tell(&z, "n%u-pcscf%u.%s A 127.0.%u.%u", i, k, z.domain, i, 11 + k);
    for (unsigned k = 0; k < n->scscfs; k++)
        tell(&z, "n%u-scscf%u.%s A 127.0.%u.%u", i, k, z.domain, i, 31 + k);
}

/* ---- subscribers ---------------------------------------------------------
 */

void plan_key(unsigned subscriber, uint8_t k[16], uint8_t opc[16])
{
    for (unsigned i = 0; i < 16; i++) {
        k[i] = (uint8_t)(subscriber * 31 + i);
        opc[i] = (uint8_t)(subscriber * 17 + 255 - i);
    }
}

static void print_key(const char *name, const uint8_t key[16], struct buf *out)
{
    buf_printf(out, ", \"%s\": \"", name);
    buf_hex(out, key, 16);
    buf_str(out, "\"");
}

bool plan_subscriber(const struct plan *p, unsigned phone, struct buf *out)
{
    const struct plan_phone *ph = &p->phones[phone];
    const char *algorithm = digest_algorithm_name(ph->algorithm);
    uint8_t k[16], opc[16];

    if (ph->subscriber != phone)
        return false;
    buf_printf(out, "{\"impu\": {\"impu\": \"sip:user%u@%s\", \"barred\": %s}",
               phone, plan_domain(ph->network), ph->barred ? "true" : "false");
    if (ph->tel)
        buf_printf(out, ", \"tel\": \"tel:+1555%04u\"", phone);
    if (ph->capability)
        buf_printf(out, ", \"capabilities\": {\"mandatory\": [%u]}",
                   ph->capability);
    if (digest_algorithm_aka(ph->algorithm)) {
        plan_key(phone, k, opc);
        buf_printf(out, ", \"aka\": {\"algorithm\": \"%s\"", algorithm);
        print_key("k", k, out);
        print_key("opc", opc, out);
    } else
        buf_printf(out,
                   ", \"digest\": {\"algorithm\": \"%s\", \"password\": "
                   "\"password%u\"",
                   algorithm, phone);
    buf_str(out, "}}");
    return true;
}
