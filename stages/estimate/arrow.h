/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_ARROW_H
#define LAC_ESTIMATE_ARROW_H
/*
 * Symmetric positive definite systems of arrow shape: many small blocks that meet only in a border.
 *
 *     H = | B_1          C_1 |     B_f  locals x locals, one a block
 *         |      ...     ... |     C_f  locals x globals
 *         | C_1' ...      G  |     G    globals x globals
 *
 * Factored as H = U'U with the blocks first: B_f = U_f'U_f, W_f = U_f'^-1 C_f, and the Schur complement
 * S = G - sum of W_f'W_f in the order of the blocks, S = U_S'U_S. Memory and time are linear in the number of
 * blocks: O(blocks (locals^3 + locals globals^2) + globals^3), against the cube of all unknowns when dense.
 *
 * Vectors are `blocks` runs of `locals` numbers, then `globals` numbers. Source: block Cholesky, Golub & Van
 * Loan, Matrix Computations, 4th ed., section 4.2.
 */
#include <stdbool.h>
#include <stddef.h>
#include "base/memory.h"

struct lac_arrow {
    size_t blocks;
    int locals, globals;
    double *block;  /* row-major, upper triangle; after factoring U_f with reciprocals on its diagonal */
    double *border; /* C_f; after factoring W_f */
    double *corner; /* G, upper triangle; after factoring U_S with reciprocals on its diagonal */
};

/* Zeroed, in the arena. Fails when memory is out. */
enum lac_status lac_arrow_init(struct lac_arrow *arrow, size_t blocks, int locals, int globals,
                               struct lac_arena *arena, struct lac_error *err) LAC_CHECKED;
void lac_arrow_clear(struct lac_arrow *arrow);
/* How many unknowns. */
size_t lac_arrow_size(const struct lac_arrow *arrow);

/* In place; false when H is not positive definite, and then what it holds is of no use. */
bool lac_arrow_factor(struct lac_arrow *arrow);
/* After factoring: x = H^-1 x. */
void lac_arrow_solve(const struct lac_arrow *arrow, double *x);
/* After factoring: x = U^-1 x. With x standard normal the result has covariance H^-1. */
void lac_arrow_back(const struct lac_arrow *arrow, double *x);
/* After factoring: the diagonal element of H^-1 for unknown `local` of a block. `work`: globals numbers. */
double lac_arrow_variance(const struct lac_arrow *arrow, size_t block, int local, double *work);

#endif
