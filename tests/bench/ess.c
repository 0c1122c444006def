/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Effective sample size of chains that another program drew, by the same estimator as for our own
 * (convergence.h).
 *
 *   bench_ess < FILE     a chain a line, draws of N separated by blanks, all chains of one length
 *
 * Prints: chains, draws a chain, split R-hat, bulk and tail effective sample size of log N.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "convergence.h"

#define DRAWS_MAX 10000000

static _Noreturn void stop(const char *what)
{
    fprintf(stderr, "bench_ess: %s\n", what);
    exit(2);
}

/* All draws into `draw`; the number of lines into `chains`. */
static size_t read_draws(FILE *in, double *draw, size_t *chains)
{
    size_t n = 0;
    double value;
    int next;
    *chains = 0;
    while (fscanf(in, "%lf", &value) == 1) {
        if (n == DRAWS_MAX || !(value > 0)) stop("too many draws, or a draw that is not positive");
        draw[n++] = log(value);
        while ((next = getc(in)) == ' ') continue;
        if (next == '\n') ++*chains;
        if (next != EOF && next != '\n') ungetc(next, in);
    }
    return n;
}

int main(void)
{
    struct lac_convergence convergence;
    struct lac_error err;
    size_t chains, n;
    double *draw = malloc(DRAWS_MAX * sizeof *draw);
    if (!draw) stop("out of memory");
    n = read_draws(stdin, draw, &chains);
    if (chains == 0 || n % chains != 0) stop("chains of different lengths, or none");
    if (lac_convergence_make(draw, chains, n / chains, &convergence, &err)) stop(err.message);
    printf("%zu %zu %.4f %.1f %.1f\n", chains, n / chains, convergence.r_hat, convergence.bulk,
           convergence.tail);
    free(draw);
    return 0;
}
