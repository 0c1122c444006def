/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_RUN_DOWNHILL_H
#define LAC_ESTIMATE_RUN_DOWNHILL_H
#include "history.h"
#include "method.h"
#include "result.h"

/* Fills a result of loglinear-all by downhill search, with an interval in which the search is repeated. */
enum lac_status lac_estimate_run_downhill(const struct lac_estimate_history *history,
                                          const struct lac_estimate_options *options,
                                          struct lac_result *result, struct lac_error *err) LAC_CHECKED;

#endif
