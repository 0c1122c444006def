/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_CHAO_MT_H
#define LAC_ESTIMATE_CHAO_MT_H
/*
 * Chao's lower bound for lists of unequal size: main effects fitted only to the persons on one or two lists;
 * all other cells are left out of the likelihood. N = n + exp(theta_0) with n all persons (Rivest &
 * Baillargeon 2007, JSS 19(5): their Mth Chao for three lists). Unbiased under independence whatever the
 * sizes of the lists; a lower bound if dependence and heterogeneity are not negative. Interval: log-normal
 * above n. No AIC or BIC: the likelihood is not that of the whole table.
 */
#include "existence.h"
#include "history.h"
#include "simple.h"

/* Where the estimate does not exist or is not identified on those cells, the status says so (existence.h).
 * LAC_NOMEM when memory is out. */
enum lac_status lac_chao_mt(const struct lac_estimate_history *history, struct lac_fit_space *space,
                            struct lac_existence *existence, double level, struct lac_simple *result,
                            struct lac_error *err) LAC_CHECKED;

#endif
