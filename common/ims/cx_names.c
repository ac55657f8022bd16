/* SPDX-License-Identifier: MIT */
#include "ims/cx.h"
#include <stdio.h>

static const struct result_row {
    unsigned result;
    const char *name;
} results[] = {
#define B(name, code, text) {code, text},
#define E(name, code, text) {CX_EXPERIMENTAL + code, text},
#include "ims/cx_results.def"
#undef B
#undef E
};

enum { RESULTS = sizeof(results) / sizeof(*results) };

const char *cx_result_name(unsigned result)
{
    for (size_t i = 0; i < RESULTS; i++)
        if (results[i].result == result)
            return results[i].name;
    return "unknown";
}

static struct slice without(struct slice name, struct slice prefix)
{
    return slice_starts_nocase(name, prefix) ? slice_from(name, prefix.n)
                                             : name;
}

static struct slice short_name(struct slice name)
{
    return without(without(name, S("DIAMETER_")), S("ERROR_"));
}

bool cx_result_named(struct slice name, unsigned *out)
{
    for (size_t i = 0; i < RESULTS; i++)
        if (slice_eq_nocase(short_name(slice_of(results[i].name)),
                            short_name(name))) {
            *out = results[i].result;
            return true;
        }
    return false;
}

const char *cx_result_code(unsigned result, char text[12])
{
    if (result < CX_EXPERIMENTAL)
        snprintf(text, 12, "B%u", result);
    else
        snprintf(text, 12, "E%u", result - CX_EXPERIMENTAL);
    return text;
}

bool cx_is_success(unsigned result)
{
    return result % CX_EXPERIMENTAL / 1000 == 2;
}

bool cx_is_protocol_error(unsigned result)
{
    return result / 1000 == 3;
}

/* TS 29.229 6.3.15 */
const char *cx_assignment_name(enum cx_assignment type)
{
    switch (type) {
    case CX_NO_ASSIGNMENT: return "NO_ASSIGNMENT";
    case CX_ASSIGN_REGISTRATION: return "REGISTRATION";
    case CX_RE_REGISTRATION: return "RE_REGISTRATION";
    case CX_UNREGISTERED_USER: return "UNREGISTERED_USER";
    case CX_TIMEOUT_DEREGISTRATION: return "TIMEOUT_DEREGISTRATION";
    case CX_USER_DEREGISTRATION: return "USER_DEREGISTRATION";
    case CX_TIMEOUT_DEREGISTRATION_STORE_SERVER_NAME:
        return "TIMEOUT_DEREGISTRATION_STORE_SERVER_NAME";
    case CX_USER_DEREGISTRATION_STORE_SERVER_NAME:
        return "USER_DEREGISTRATION_STORE_SERVER_NAME";
    case CX_ADMINISTRATIVE_DEREGISTRATION:
        return "ADMINISTRATIVE_DEREGISTRATION";
    case CX_AUTHENTICATION_FAILURE: return "AUTHENTICATION_FAILURE";
    case CX_AUTHENTICATION_TIMEOUT: return "AUTHENTICATION_TIMEOUT";
    case CX_DEREGISTRATION_TOO_MUCH_DATA: return "DEREGISTRATION_TOO_MUCH_DATA";
    case CX_AAA_USER_DATA_REQUEST: return "AAA_USER_DATA_REQUEST";
    case CX_PGW_UPDATE: return "PGW_UPDATE";
    case CX_RESTORATION: return "RESTORATION";
    }
    return "unknown";
}

/* 6.3.24 */
const char *cx_authorization_name(enum cx_authorization type)
{
    switch (type) {
    case CX_REGISTRATION: return "REGISTRATION";
    case CX_DE_REGISTRATION: return "DE_REGISTRATION";
    case CX_REGISTRATION_AND_CAPABILITIES:
        return "REGISTRATION_AND_CAPABILITIES";
    }
    return "unknown";
}

/* 6.3.17 */
const char *cx_reason_name(enum cx_reason reason)
{
    switch (reason) {
    case CX_PERMANENT_TERMINATION: return "PERMANENT_TERMINATION";
    case CX_NEW_SERVER_ASSIGNED: return "NEW_SERVER_ASSIGNED";
    case CX_SERVER_CHANGE: return "SERVER_CHANGE";
    case CX_REMOVE_SCSCF: return "REMOVE_S-CSCF";
    }
    return "unknown";
}

const char *cx_said(enum ims_err err, const struct cx_outcome *outcome,
                    char text[CX_SAID_MAX])
{
    struct slice more;

    if (err)
        return ims_err_text(err);
    more = outcome->error_message;
    if (cx_is_success(outcome->result) || !more.n)
        return cx_result_name(outcome->result);
    snprintf(text, CX_SAID_MAX, "%s: %.*s", cx_result_name(outcome->result),
             SLICE_ARG(slice_first(more, CX_SAID_MAX / 2)));
    return text;
}
