/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_DIAGNOSTICS_TIPPING_H
#define LAC_ESTIMATE_DIAGNOSTICS_TIPPING_H
/*
 * How strong would a dependence have to be that a model leaves out?
 *
 * A pair of lists that is not a term of the model is given the odds ratio OR by an offset: log mu_w gains
 * log(OR) in the cells that contain the pair. The rest of the model is refitted, and N follows. OR = 1 is the
 * model itself. Tipping points are the odds ratios nearest to 1 (on the log scale) at which N is half or
 * twice that of the model: a scan outwards in steps of LAC_TIPPING_STEP up to LAC_TIPPING_LIMIT, then
 * bisection to 1e-10.
 */
#include "history.h"
#include "model.h"

#define LAC_TIPPING_RATIOS 4
#define LAC_TIPPING_STEP 1.25
#define LAC_TIPPING_LIMIT 1000.0

struct lac_tipping {
    unsigned pair;                 /* bitmask of two lists */
    double at[LAC_TIPPING_RATIOS]; /* N with OR = 0.5, 1.5, 2, 3; NaN when the fit fails */
    double halves, doubles; /* OR; NaN: N would fall below n, or none up to the limit in both directions */
    bool below_observed;    /* half of N is not above n, so nothing can halve it */
};
extern const double lac_tipping_ratio[LAC_TIPPING_RATIOS];

/* Every pair that is no term of `model`, in the order 12, 13, 23, 14, ...; the arena's. The model must have
 * an admissible fit. About 70 to 150 fits a pair. */
enum lac_status lac_tipping_run(const struct lac_estimate_history *history,
                                const struct lac_estimate_model *model, struct lac_arena *arena,
                                struct lac_tipping **tipping, size_t *count,
                                struct lac_error *err) LAC_CHECKED;

#endif
