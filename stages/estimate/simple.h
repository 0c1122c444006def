/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_SIMPLE_H
#define LAC_ESTIMATE_SIMPLE_H
/* What the simple estimators hand back. Numbers that do not apply are NaN. */
#include "fit.h"
#include "history.h"

struct lac_simple {
    enum lac_fit_status status;
    double estimate, se;
    double lower, upper; /* NaN: no interval */
    double aic, bic, deviance;
    int parameters; /* -1: none */
};

void lac_simple_init(struct lac_simple *result);

#endif
