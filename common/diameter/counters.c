/* SPDX-License-Identifier: MIT */
#include "diameter/counters.h"

void diameter_counters_init(struct diameter_counters *c, struct metrics *m)
{
    static const char sent[] = "imsbox_diameter_sent_total",
                      received[] = "imsbox_diameter_received_total",
                      sent_help[] = "Diameter messages of applications sent",
                      received_help[] =
                          "Diameter messages of applications received";

    c->requests_out = metrics_counter(m, sent, "kind=\"request\"", sent_help);
    c->answers_out = metrics_counter(m, sent, "kind=\"answer\"", sent_help);
    c->requests_in =
        metrics_counter(m, received, "kind=\"request\"", received_help);
    c->answers_in =
        metrics_counter(m, received, "kind=\"answer\"", received_help);
    c->refused = metrics_counter(m, "imsbox_diameter_refused_total", "",
                                 "Diameter requests that are not right");
    c->timeouts = metrics_counter(m, "imsbox_diameter_timeouts_total", "",
                                  "Diameter requests without answer in time");
    c->failovers = metrics_counter(m, "imsbox_diameter_failovers_total", "",
                                   "Diameter requests sent again elsewhere");
    c->duplicates = metrics_counter(m, "imsbox_diameter_duplicates_total", "",
                                    "Diameter requests that came again");
    c->strays = metrics_counter(m, "imsbox_diameter_strays_total", "",
                                "Diameter answers that nobody waits for");
    c->full = metrics_counter(m, "imsbox_diameter_full_total", "",
                              "Requests not sent because too many had no "
                              "answer");
    c->forgotten =
        metrics_counter(m, "imsbox_diameter_forgotten_answers_total", "",
                        "Diameter requests that a procedure forgot");
    c->turned_away =
        metrics_counter(m, "imsbox_diameter_connections_refused_total", "",
                        "Diameter connections turned away");
}
