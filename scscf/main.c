/* SPDX-License-Identifier: MIT */
#include "node/program.h"
#include "scscf/role.h"

int main(int argc, char **argv)
{
    return node_main(argc, argv, &scscf_role);
}
