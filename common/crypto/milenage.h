/* SPDX-License-Identifier: MIT
 *
 * The MILENAGE algorithm set, TS 35.206 section 4.1, with its recommended
 * constants c1..c5 and r1..r5 and AES-128 as the kernel function.
 */
#ifndef CRYPTO_MILENAGE_H
#define CRYPTO_MILENAGE_H

#include <stdint.h>

/* A subscriber's secret; never logged, recorded or answered. */
struct milenage_key {
    uint8_t k[16];
    uint8_t opc[16];
};

/* OPc = OP xor E_K(OP). */
void milenage_opc(const uint8_t k[16], const uint8_t op[16], uint8_t opc[16]);

/* f1 (MAC-A) and f1* (MAC-S). */
void milenage_f1(const struct milenage_key *key, const uint8_t rand[16],
                 const uint8_t sqn[6], const uint8_t amf[2], uint8_t mac_a[8],
                 uint8_t mac_s[8]);

struct milenage_out {
    uint8_t res[8];     /* f2 */
    uint8_t ck[16];     /* f3 */
    uint8_t ik[16];     /* f4 */
    uint8_t ak[6];      /* f5 */
    uint8_t ak_star[6]; /* f5* */
};

/* f2, f3, f4, f5 and f5*. */
void milenage_f2345(const struct milenage_key *key, const uint8_t rand[16],
                    struct milenage_out *out);

#endif
