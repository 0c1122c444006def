/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_LATENT_CLASS_H
#define LAC_ESTIMATE_LATENT_CLASS_H
/*
 * Bayesian nonparametric latent class model (Manrique-Vallier 2016, Biometrics 72:1246): persons fall in at
 * most ten classes; within a class the lists are independent.
 *
 *     lambda_kh ~ U(0,1), chance of list k in class h      V_h ~ Beta(1, alpha), nu_h = V_h prod_{l<h} (1 -
 * V_l) alpha ~ Gamma(0.25, rate 0.25)                       p(N) prop. 1/N p_w = sum_h nu_h prod_k
 * lambda_kh^w_k (1 - lambda_kh)^(1 - w_k)
 *
 * The sampler does not fill in unobserved persons. Summing N out leaves the likelihood
 *
 *     L = prod over observed w of (p_w / (1 - p_0))^n_w          n0 | rest ~ NegBin(n, 1 - p_0)
 *
 * and Metropolis steps move on it: each logit lambda_kh; a class drawn anew from the prior; a class's weight
 * up with its chances down, the ridge along which N is uncertain; each V_h; labels of two classes exchanged
 * (Papaspiliopoulos & Roberts 2008, Biometrika 95:169). Filling in makes steps as small as the unobserved
 * persons are many. Between modes (more or fewer classes in use) parallel tempering carries the chain:
 * rungs with L^beta, beta from 1 down in steps of a fifth, neighbours exchanging states.
 *
 * Along N, chances and weights of the larger classes hang together so closely that single moves take hundreds
 * of likelihoods for one independent draw. So all larger classes are also moved at once, along directions
 * learned while the chain burns in (latent_joint.h). Burning in is the first third of all sweeps: a quarter
 * of it with beta rising from 2 % of its value, so that a chain does not start in a mode with too many
 * classes. Nothing is learned later, so the kept draws come from a fixed Markov chain.
 *
 * Chain c of part p takes block b of 1000 sweeps from the stream (seed, latent; c, p, b). Chains run in
 * parallel; what they give does not depend on the number of threads. There is no cap on N.
 */
#include <stddef.h>
#include <stdint.h>
#include "base/memory.h"
#include "base/status.h"
#include "convergence.h"
#include "history.h"

#define LAC_LATENT_CLASSES 10
#define LAC_LATENT_CHAINS 4

struct lac_latent_settings {
    uint32_t seed, part;
    int64_t draws; /* kept in all; 0: from 8,000, doubled until converged, 32,000 at most */
};

struct lac_latent {
    struct lac_convergence convergence; /* of log N */
    const double *draw;                 /* N: chain after chain, `count` in all; the arena's */
    size_t count;
    double classes; /* mean number of classes with more than 1 % of the persons */
    int rungs;
};

/* Chains are converged when R-hat is at most 1.05 and both effective sample sizes are at least 400. */
#define LAC_LATENT_R_HAT 1.05
#define LAC_LATENT_SIZE 400
int lac_latent_converged(const struct lac_convergence *convergence);

/* Any table with persons. O(draws rungs classes lists cells). LAC_NOMEM when memory is out. */
enum lac_status lac_latent_class(const struct lac_estimate_history *history,
                                 const struct lac_latent_settings *settings, struct lac_arena *arena,
                                 struct lac_latent *out, struct lac_error *err) LAC_CHECKED;

#endif
