/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_PEERS_INTERNAL_H
#define LAC_INGEST_PEERS_INTERNAL_H
/* Shared by the rules of peers.c and of peers_funnels.c only. */
#include "across.h"

struct peers {
    struct lac_ingest_across *across;
    const struct lac_ingest_register *reg;
    const struct lac_ingest_facts **facts; /* per return; NULL unless its rows are used */
    double limit;                          /* score beyond which a return stands out */
    int64_t rows_minimum;
    struct lac_error *err;
};

/* A finding about return `i`; SIZE_MAX: about none. */
enum lac_status lac_ingest_peers_report(struct peers *peers, size_t i,
                                        struct lac_ingest_finding finding) LAC_CHECKED;
bool lac_ingest_peers_live(const struct lac_ingest_entry *entry);
bool lac_ingest_peers_same_sender(const struct peers *peers, size_t i, size_t j);
/* Return `i` counts, and none that does and is of its list stands before it. */
bool lac_ingest_peers_first_of_list(const struct lac_ingest_register *reg, size_t i);
int64_t lac_ingest_peers_percent(int64_t part, int64_t whole); /* rounded to the nearest */

/* Returns beside those of other agencies of their list. O(returns^2). */
enum lac_status lac_ingest_peers_funnels(struct peers *peers) LAC_CHECKED;

#endif
