/* SPDX-License-Identifier: MIT
 *
 * An HSS on a simulated host, with subscribers out of a text, and an S-CSCF's
 * end of Cx beside it that asks and keeps what was answered.
 */
#ifndef SUPPORT_HSS_WORLD_H
#define SUPPORT_HSS_WORLD_H

#include "hss/hss.h"
#include "hss/role.h"
#include "support/check.h"
#include "support/diameter_world.h"
#include "support/nodes.h"

#define SCSCF1 "sip:scscf1.ims.example:5060"
#define SCSCF2 "sip:scscf2.ims.example:5060"

/* The last answer, copied. */
struct hss_answer {
    unsigned count; /* how many came */
    unsigned result;
    char server_name[128], impi[128], wildcard[128], sentence[256];
    uint32_t mandatory[8], optional[8];
    size_t nmandatory, noptional, nassociated, nregistered, nrestorations;
    bool has_capabilities, has_charging;
    char ccf[128], restored_path[128];
    uint32_t flags;
    struct buf user_data;
    /* MAA */
    unsigned nitems;
    char scheme[64], realm[64], algorithm[32], ha1[65];
    uint8_t authenticate[8][32], xres[8][8], ck[8][16], ik[8][16];
};

/* What the HSS told the S-CSCF by itself, the last of it, and what it is
 * answered: script[0] the first, the last of nscript (or SUCCESS) all others.
 */
struct hss_told {
    unsigned rtrs, pprs;
    unsigned script[8], nscript;
    char impi[128], impus[512], associated[256], info[128];
    enum cx_reason reason;
    char user_data[8192], ccf[128];
    unsigned passwords; /* PPRs with authentication data */
    char password_of[128], ha1[65];
};

struct hss_world {
    struct sim *sim;
    struct sim_host *host;
    struct topology *topology;
    struct node *node;
    struct hss *hss;
    struct dia_node *scscf, *scscf2; /* scscf2: or NULL */
    struct dia_node *asks;           /* who of them; the first, at first */
    struct hss_answer a;
    struct hss_told told, told2;
    char dir[64]; /* of the store and the subscribers; removed */
    char store[96];
};

/* subscribers: YAML. file: the store is a file in dir, else in memory. */
struct hss_world *hss_world_new(const char *subscribers, bool file);
void hss_world_free(struct hss_world *w);
/* The node goes as by kill -9 and comes again on the same file. */
void hss_world_restart(struct hss_world *w);
/* Another one, on another host, that has asked nothing yet. */
void hss_world_add_scscf(struct hss_world *w);
/* The topology has a second file of subscribers, which is imported. */
void hss_world_add_file(struct hss_world *w, const char *text);

/* Ask, and run until the answer came; answer its result. */
unsigned hss_ask_uar(struct hss_world *w, const struct cx_uar *uar);
unsigned hss_ask_sar(struct hss_world *w, const struct cx_sar *sar);
unsigned hss_ask_lir(struct hss_world *w, const struct cx_lir *lir);
unsigned hss_ask_mar(struct hss_world *w, const struct cx_mar *mar);
/* Only ask: w->a.count counts what came. */
void hss_send_sar(struct hss_world *w, const struct cx_sar *sar);
void hss_send_mar(struct hss_world *w, const struct cx_mar *mar);

/* Short forms. */
unsigned ask_uar(struct hss_world *w, const char *impi, const char *impu);
unsigned ask_sar(struct hss_world *w, const char *impi, const char *impu,
                 enum cx_assignment type);
unsigned ask_lir(struct hss_world *w, const char *impu);
unsigned ask_mar(struct hss_world *w, const char *impi, const char *impu,
                 const char *scheme);

/* Whatever the process writes to files fails, as on a full disk. */
void files_may_grow(bool yes);

/* The record of the HSS as text: what it says, a line each. */
struct slice hss_story(struct hss_world *w);

#endif
