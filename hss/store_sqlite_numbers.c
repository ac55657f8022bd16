/* SPDX-License-Identifier: MIT */
#include "hss/store_sqlite_numbers.h"

static const struct {
    unsigned number;
    enum digest_algorithm algorithm;
} algorithms[] = {
    {1, DIGEST_AKAV1_MD5}, {2, DIGEST_AKAV2_MD5}, {3, DIGEST_AKAV2_SHA256},
    {4, DIGEST_MD5},       {5, DIGEST_SHA256},    {6, DIGEST_SHA512_256},
};

unsigned algorithm_number(enum digest_algorithm a)
{
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
        if (algorithms[i].algorithm == a)
            return algorithms[i].number;
    }
    return 0;
}

enum digest_algorithm algorithm_of_number(unsigned number)
{
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
        if (algorithms[i].number == number)
            return algorithms[i].algorithm;
    }
    return DIGEST_MD5;
}
