/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_CALIBRATE_H
#define LAC_LINK_CALIBRATE_H
/*
 * Match probabilities mended by pairs that people have judged, and the sample of pairs to be judged.
 *
 * Strata: bins of the model's match probability, crossed with how many blocking rules proposed the pair (one,
 * or several). With N_h pairs, mean model probability p_h, n_h labels and y_h matches:
 *
 *   q_h from y_h, n_h and p_h: shares.h
 *   q made monotone over the bins of a class (pool adjacent violators, weights N_h, so that T stays)
 *   T = sum N_h q_h,  Var T = sum N_h^2 (1 - n_h / N_h) q_h (1 - q_h) / (n_h - 1)
 *
 * A pair's log odds go through a rising, piecewise linear curve of its class with a knot per bin, fitted so
 * that the mean calibrated probability of every bin is q_h: a step at the edge of a bin would turn the order
 * of pairs around. Below the lowest bin, which is not sampled, the correction fades out over
 * LAC_LINK_FADE bits; above the highest knot log odds are scaled as they are there, if that is down.
 *
 * Sample: n_h by Neyman allocation, N_h sqrt(q_h (1 - q_h)), for a relative standard error of T, which is
 * that of a two-list estimate of N (N is inverse to the links). The square root is its mean over what is
 * known of q_h so far, as a model that is sure and wrong must be found out, and a stratum that labels have
 * settled needs no more, and not below that of q_h = 0.002; at least LAC_LINK_LEAST pairs of every stratum.
 * What is judged already counts. Inside a stratum the pairs with the smallest random numbers of the stream
 * (seed, left, right) are taken. Source: Cochran 1977, chapter 5. O(pairs).
 */
#include "draw.h"
#include "shares.h"

#define LAC_LINK_CLASSES 2 /* proposed by at most one rule; by several */
#define LAC_LINK_BINS 10
#define LAC_LINK_PRIOR_LABELS 2.0
#define LAC_LINK_FADE 10.0
#define LAC_LINK_LEAST 10

extern const char *const lac_link_class_names[LAC_LINK_CLASSES];
extern const double lac_link_bin_edge[LAC_LINK_BINS + 1]; /* of the model's match probability */

struct lac_link_label { /* left < right, both records of the population */
    uint32_t left, right;
    bool match;
};
struct lac_link_labels { /* sorted by left, then right; no pair twice */
    const struct lac_link_label *label;
    size_t count;
};
struct lac_link_stratum {
    uint64_t pairs;
    uint32_t labels, matches, wanted; /* wanted: size of the whole sample, judged pairs included */
    double model, calibrated;         /* mean probabilities */
    double from, to;                  /* knot of the curve, log2 odds */
};
struct lac_link_calibration {
    struct lac_link_stratum stratum[LAC_LINK_CLASSES][LAC_LINK_BINS];
    struct lac_link_shares shares[LAC_LINK_CLASSES]; /* what the labels leave open */
    uint32_t labels;                                 /* that fell on a pair of a stratum */
    double total, error; /* T and its standard error; without labels the model's T and NaN */
    double *cells;       /* histogram of model weights by class and bin, owned; NULL without labels */
    struct lac_link_pairs
        sample; /* pairs still to be judged; pattern is a random number to show them in no order */
};

/* Bin of a pair, or -1 below the lowest edge. */
int lac_link_bin_of(double weight);
static inline unsigned lac_link_class_of(const struct lac_link_pair *pair)
{
    return (pair->mask & (pair->mask - 1)) != 0; /* more than one bit */
}
/* Counts the strata and labels and fits the curve. `labels` may be 0: then q_h = p_h and the curve is a
 * line. */
enum lac_status lac_link_calibration_fit(const struct lac_link_scored *scored,
                                         const struct lac_link_labels *labels,
                                         struct lac_link_calibration *calibration,
                                         struct lac_error *err) LAC_CHECKED;
/* How large the sample is to be. */
struct lac_link_sampling {
    double error; /* relative standard error wanted of T, above 0; unless */
    uint32_t
        count; /* pairs in all, judged ones included, or as near as LAC_LINK_LEAST lets it; 0: not given */
    uint32_t seed;
};
/* Chooses the sample after the fit. */
enum lac_status lac_link_calibration_sample(const struct lac_link_scored *scored,
                                            const struct lac_link_labels *labels,
                                            const struct lac_link_sampling *sampling,
                                            struct lac_link_calibration *calibration,
                                            struct lac_error *err) LAC_CHECKED;
/* Calibrated log2 odds of a pair. */
double lac_link_calibrated(const struct lac_link_calibration *calibration, const struct lac_link_pair *pair,
                           double weight);
/* A curve drawn from what the labels leave open: q_h from shares.h, made monotone, and the knots fitted to
 * it. */
struct lac_link_curve {
    struct lac_link_stratum stratum[LAC_LINK_CLASSES][LAC_LINK_BINS];
};
void lac_link_curve_draw(const struct lac_link_calibration *calibration, uint32_t seed, uint32_t draw,
                         struct lac_link_curve *curve);
/* Log2 odds by a drawn curve of a pair with that weight by the model. */
double lac_link_curve_weight(const struct lac_link_curve *curve, unsigned class, double weight);
void lac_link_calibration_release(struct lac_link_calibration *calibration);

#endif
