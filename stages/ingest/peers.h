/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_PEERS_H
#define LAC_INGEST_PEERS_H
/*
 * Rules that set a return beside those of other agencies of its list (funnel limits) and beside its own
 * agency's others, lists beside one another, and years beside one another. They read the counts of facts.h
 * alone.
 */
#include "across.h"

/* Call after the versions are resolved. O(returns^2). */
enum lac_status lac_ingest_peers_check(struct lac_ingest_across *across, struct lac_error *err) LAC_CHECKED;

#endif
