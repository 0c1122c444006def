/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_EXISTENCE_H
#define LAC_ESTIMATE_EXISTENCE_H
/*
 * Does the (extended) maximum likelihood estimate of a log-linear model exist, and is N estimable?
 *
 * On the cells and terms left after empty overlaps (fit.h), with X the 0/1 design and t = X'n, it exists with
 * finite parameters if and only if t lies in the relative interior of the cone of X's rows (Fienberg and
 * Rinaldo 2012): max s  subject to  X'x = t,  x_w >= s,  x >= 0, s >= 0        exists if and only if s* > 0.
 * Verdict: 0 exists and all parameters are identified, 1 does not exist, 2 columns of X are dependent, 3
 * both.
 *
 * A linear program is solved (GLPK) only where nothing cheaper decides: with a person in every cell x = n is
 * a certificate; a converged fit with all means well above rounding is one, because its means solve X'mu = t.
 * Programs in the grey zone around 0 are solved again in exact arithmetic. The verdict depends only on the
 * model and on which cells are empty; each space remembers its last verdicts by that key.
 *
 * Where an estimate does not exist, only theta_0 matters: the face of the cone that carries t is found by a
 * second program, and N is estimable if and only if the intercept's unit vector lies in the row space of X on
 * the face.
 *
 * A space belongs to one thread (GLPK keeps its memory per thread); verdicts do not depend on what was asked
 * before.
 */
#include "fit.h"

struct lac_existence;
struct lac_existence *lac_existence_new(int lists); /* NULL when memory is out */
/* Call from the thread that used it. */
void lac_existence_free(struct lac_existence *existence);
/* Frees what the calling thread keeps for its programs, for spaces that another thread frees. */
void lac_existence_end_thread(void);

enum lac_verdict {
    LAC_VERDICT_EXISTS = 0,
    LAC_VERDICT_NO_MLE = 1,
    LAC_VERDICT_DEPENDENT = 2,
    LAC_VERDICT_BOTH = 3,
    LAC_VERDICT_UNKNOWN = 4 /* memory is out or the program could not be solved: treat as not admissible */
};

/* Verdict of `model` for the counts (2^K, cell 0 not looked at). `space` and `fit` may be the space and
 * result of lac_estimate_fit() just done for the same counts and model, or NULL. `drop` as in struct
 * lac_fit_options, or NULL. O(2^K p) with a certificate, else one small program. */
enum lac_verdict lac_estimate_existence(struct lac_existence *existence, const double *count,
                                        const struct lac_estimate_model *model, const bool *drop,
                                        const struct lac_fit_space *space, const struct lac_fit *fit);

/* Fit of a model asked for by name. Like lac_estimate_fit() when the verdict is 0; otherwise tries the face:
 * status OK with `repaired` set when N is estimable there, INFINITE when the supremum of the likelihood has
 * N infinite, NOT_IDENTIFIABLE otherwise; `at_observed` tells that the maximum is at N = n. Returns the
 * verdict. */
enum lac_verdict lac_estimate_fit_checked(struct lac_existence *existence, struct lac_fit_space *space,
                                          const double *count, const struct lac_estimate_model *model,
                                          struct lac_fit *fit);

#endif
