/* SPDX-License-Identifier: MIT */
#include "icscf/role.h"
#include "node/program.h"

int main(int argc, char **argv)
{
    return node_main(argc, argv, &icscf_role);
}
