/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How fast is one fit (fit.h), and how far from what its arithmetic allows?
 *
 * For models of 3 to 8 lists: fits a second of CPU time on one thread, and the time of a fit over its bound.
 * The bound is made of the operations that the algorithm asks for, at rates measured in the same run:
 * multiplications with subtraction at the rate of two lanes of independent sums in registers (what any x86-64
 * has), exponentials at the rate of the C library's exp over an array. No memory, no dependence, no control
 * counts in it, so nothing reaches 1.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "base/random.h"
#include "fit.h"
#include "history.h"

#define REPEATS 7

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

typedef double pair __attribute__((vector_size(16)));
static volatile double kept; /* so that what is timed is not left out */

/* Seconds of a multiplication and a subtraction, best of REPEATS. */
static double time_of_step(void)
{
    enum { ROUNDS = 2000000, SUMS = 10 };
    double best = INFINITY;
    for (int r = 0; r < REPEATS; r++) {
        pair sum[SUMS], factor = {1e-9, 2e-9};
        for (int k = 0; k < SUMS; k++) sum[k] = (pair){kept + k + 1, kept + 2};
        double started = cpu_seconds();
        for (int i = 0; i < ROUNDS; i++)
            for (int k = 0; k < SUMS; k++) sum[k] -= factor * sum[k];
        for (int k = 0; k < SUMS; k++) kept = 1e-9 * (sum[k][0] + sum[k][1]);
        best = fmin(best, (cpu_seconds() - started) / (2.0 * SUMS * ROUNDS));
    }
    return best;
}

static double time_of_exp(void)
{
    enum { ROUNDS = 20000, CELLS = 64 };
    double best = INFINITY, in[CELLS], out[CELLS];
    for (int r = 0; r < REPEATS; r++) {
        for (int i = 0; i < CELLS; i++) in[i] = 0.1 * i + r;
        double started = cpu_seconds();
        for (int i = 0; i < ROUNDS; i++) {
            for (int k = 0; k < CELLS; k++) out[k] = exp(in[k]);
            kept = 1e-9 * out[i % CELLS];
        }
        best = fmin(best, (cpu_seconds() - started) / ((double)CELLS * ROUNDS));
    }
    return best;
}

/* Twelve thousand persons on lists that overlap by chance: no cell of five lists is empty. */
static void make_table(int lists, double *count)
{
    static const double chance[] = {0.35, 0.3, 0.28, 0.25, 0.22, 0.3, 0.25, 0.2};
    struct lac_random random;
    lac_random_init(&random, 1, LAC_PURPOSE_TEST, (uint32_t)lists, 0, 0);
    for (int w = 0; w < 1 << lists; w++) count[w] = 0;
    for (int i = 0; i < 12000; i++) {
        int w = 0;
        for (int k = 0; k < lists; k++) w |= (lac_random_uniform(&random) < chance[k]) << k;
        count[w]++;
    }
}

/* All terms of up to `size` lists. */
static void make_model(struct lac_estimate_model *model, int lists, int size)
{
    lac_estimate_model_main(model, lists);
    for (unsigned s = 1; s < 1U << lists; s++)
        if (__builtin_popcount(s) == size && lac_estimate_model_add(model, s, NULL)) abort();
}

/* An iteration has one evaluation and one factorisation; the start and the variance have a factorisation
 * each, the start two transforms, and the first point an evaluation. */
static double bound(int lists, int p, int iterations, double step, double exponential)
{
    double cells = (double)(1 << lists), transform = lists * cells / 2;
    double factorisations = iterations + 3, evaluations = iterations + 2;
    double steps = factorisations * (p * p * p / 6.0 + p * p / 2.0) + (2 * evaluations + 2) * transform;
    return steps * step + evaluations * (cells - 1) * exponential;
}

static void report(int lists, int size, double step, double exponential)
{
    static double count[256];
    struct lac_fit_space *space = lac_fit_space_new(lists);
    struct lac_estimate_model model;
    struct lac_fit fit;
    double best = INFINITY;
    if (!space) abort();
    make_table(lists, count);
    make_model(&model, lists, size);
    int rounds = 2000000 / (model.terms * model.terms * 10 + 500) + 10;
    for (int r = 0; r < REPEATS; r++) {
        double started = cpu_seconds();
        for (int i = 0; i < rounds; i++) lac_estimate_fit(space, count, &model, NULL, &fit);
        best = fmin(best, (cpu_seconds() - started) / rounds);
    }
    printf("| %d | %d | %d | %d | %.0f | %.2f | %.1f |\n", lists, size, model.terms, fit.iterations, 1 / best,
           1e6 * best, best / bound(lists, model.terms, fit.iterations, step, exponential));
    lac_fit_space_free(space);
}

int main(void)
{
    double step = time_of_step(), exponential = time_of_exp();
    printf("A multiplication with a subtraction takes %.2f ns, an exponential %.2f ns.\n\n", 1e9 * step,
           1e9 * exponential);
    printf("| lists | terms up to | parameters | iterations | fits/s | us a fit | times the bound |\n");
    printf("|---|---|---|---|---|---|---|\n");
    for (int lists = 3; lists <= 8; lists++)
        for (int size = 1; size <= (lists < 6 ? 3 : 2) && size < lists; size++)
            report(lists, size, step, exponential);
    return 0;
}
