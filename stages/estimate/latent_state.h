/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_LATENT_STATE_H
#define LAC_ESTIMATE_LATENT_STATE_H
/* One state of the latent class sampler and the moves on it; see latent_class.h for the model. */
#include <stdbool.h>
#include <stddef.h>
#include "base/random.h"
#include "history.h"
#include "latent_class.h"

/* The table: cell 0 is the unobserved one, the others are the observed ones that are not empty. */
struct lac_latent_table {
    int lists;
    size_t cells;
    double n;
    double *count;     /* by cell; count[0] = 0 */
    double *in;        /* lists x cells: 1 where the list saw the cell */
    unsigned *history; /* by cell */
};
enum lac_status lac_latent_table_init(struct lac_latent_table *table,
                                      const struct lac_estimate_history *history, struct lac_arena *arena,
                                      struct lac_error *err) LAC_CHECKED;

struct lac_latent_state {
    const struct lac_latent_table *table;
    double alpha, log_likelihood;
    double logit[LAC_LATENT_CLASSES];                                    /* of V_h; the last is not used */
    double log_nu[LAC_LATENT_CLASSES], log_rest[LAC_LATENT_CLASSES + 1]; /* of nu_h; of nu_h + nu_h+1 + .. */
    double nu[LAC_LATENT_CLASSES];
    double in[LAC_LATENT_CLASSES][LAC_ESTIMATE_LISTS_MAX];  /* lambda */
    double out[LAC_LATENT_CLASSES][LAC_ESTIMATE_LISTS_MAX]; /* 1 - lambda, kept apart for its small values */
    double *kernel; /* classes x cells: prod of the chances of a class; p_w = sum of nu_h times it */
    double *rest, *proposed, *work; /* cells; work: classes x cells */
};
enum lac_status lac_latent_state_init(struct lac_latent_state *state, const struct lac_latent_table *table,
                                      struct lac_arena *arena, struct lac_error *err) LAC_CHECKED;

/* A draw from the prior. */
void lac_latent_state_draw(struct lac_latent_state *state, struct lac_random *random);
/* All moves once, leaving prior times likelihood^beta unchanged. */
void lac_latent_state_sweep(struct lac_latent_state *state, double beta, struct lac_random *random);
/* N given the state. */
double lac_latent_state_total(const struct lac_latent_state *state, struct lac_random *random);

/* For moves in other files. */
double lac_latent_log_likelihood(const struct lac_latent_table *table, const double *p,
                                 double *restrict term);
void lac_latent_fill_kernel(const struct lac_latent_table *table, const double *in, const double *out,
                            double *restrict to);
void lac_latent_add_class(double *restrict to, double nu, const double *restrict kernel, size_t cells);
void lac_latent_weights_changed(struct lac_latent_state *state, int last);

#endif
