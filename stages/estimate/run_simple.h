/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_RUN_SIMPLE_H
#define LAC_ESTIMATE_RUN_SIMPLE_H
#include "result.h"
#include "simple.h"

/* Numbers, log-normal interval and status of a simple estimator into a result, with a note where there is
 * none. */
void lac_result_take_simple(struct lac_result *result, const struct lac_simple *simple, double level);

#endif
