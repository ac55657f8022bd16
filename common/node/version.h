/* SPDX-License-Identifier: MIT */
#ifndef NODE_VERSION_H
#define NODE_VERSION_H

#define IMSBOX_VERSION "0.1.0"

#endif
