/* SPDX-License-Identifier: MIT */
#include "node/program.h"
#include "pcscf/role.h"

int main(int argc, char **argv)
{
    return node_main(argc, argv, &pcscf_role);
}
