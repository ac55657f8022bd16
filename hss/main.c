/* SPDX-License-Identifier: MIT */
#include "hss/role.h"
#include "node/program.h"

int main(int argc, char **argv)
{
    return node_main(argc, argv, &hss_role);
}
