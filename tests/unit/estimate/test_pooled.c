/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Partial pooling against a slow implementation that shares nothing with it: the objective written out from
 * the formula, derivatives by differences, dense algebra of GSL. */
#include "../unit.h"
#include <math.h>
#include <omp.h>
#include <gsl/gsl_linalg.h>
#include "arrow.h"
#include "base/random.h"
#include "pooled_draw.h"

#define UNKNOWNS 64

/* --- arrow ---------------------------------------------------------------------------------------------- */

/* H of an arrow, dense: random rows x of the block-and-border shape, sum of x x' and a ridge. */
static void random_arrow(struct lac_random *random, struct lac_arrow *arrow, gsl_matrix *dense)
{
    int l = arrow->locals, g = arrow->globals;
    size_t border = arrow->blocks * (size_t)l;
    gsl_matrix_set_zero(dense);
    for (size_t r = 0; r < 60; r++) {
        double x[UNKNOWNS] = {0};
        size_t f = r % arrow->blocks;
        for (int i = 0; i < l; i++) x[f * (size_t)l + (size_t)i] = lac_random_normal(random);
        for (int j = 0; j < g; j++) x[border + (size_t)j] = lac_random_normal(random);
        for (size_t i = 0; i < dense->size1; i++)
            for (size_t j = 0; j < dense->size1; j++) *gsl_matrix_ptr(dense, i, j) += x[i] * x[j];
    }
    for (size_t i = 0; i < dense->size1; i++) *gsl_matrix_ptr(dense, i, i) += 0.5;
    for (size_t f = 0; f < arrow->blocks; f++)
        for (int i = 0; i < l; i++) {
            size_t row = f * (size_t)l + (size_t)i;
            for (int j = 0; j < l; j++)
                arrow->block[f * (size_t)(l * l) + (size_t)(i * l + j)] =
                    gsl_matrix_get(dense, row, f * (size_t)l + (size_t)j);
            for (int j = 0; j < g; j++)
                arrow->border[f * (size_t)(l * g) + (size_t)(i * g + j)] =
                    gsl_matrix_get(dense, row, border + (size_t)j);
        }
    for (int i = 0; i < g; i++)
        for (int j = 0; j < g; j++)
            arrow->corner[i * g + j] = gsl_matrix_get(dense, border + (size_t)i, border + (size_t)j);
}

static void invert(const gsl_matrix *matrix, gsl_matrix *inverse)
{
    gsl_matrix *lu = gsl_matrix_alloc(matrix->size1, matrix->size1);
    gsl_permutation *order = gsl_permutation_alloc(matrix->size1);
    int sign;
    gsl_matrix_memcpy(lu, matrix);
    gsl_linalg_LU_decomp(lu, order, &sign);
    gsl_linalg_LU_invert(lu, order, inverse);
    gsl_permutation_free(order);
    gsl_matrix_free(lu);
}

static void test_arrow(void **state)
{
    struct lac_error err;
    struct lac_arena arena;
    struct lac_arrow arrow;
    struct lac_random random;
    (void)state;
    lac_error_init(&err);
    lac_arena_init(&arena);
    lac_random_init(&random, 1, LAC_PURPOSE_TEST, 0, 0, 0);
    assert_ok(lac_arrow_init(&arrow, 5, 4, 7, &arena, &err));
    size_t size = lac_arrow_size(&arrow);
    assert_int_equal(size, 27);
    gsl_matrix *dense = gsl_matrix_alloc(size, size), *inverse = gsl_matrix_alloc(size, size);
    random_arrow(&random, &arrow, dense);
    invert(dense, inverse);
    assert_true(lac_arrow_factor(&arrow));
    double work[UNKNOWNS], covariance[UNKNOWNS] = {0};
    for (size_t column = 0; column < size; column++) {
        double x[UNKNOWNS] = {0}, root[UNKNOWNS] = {0};
        x[column] = root[column] = 1;
        lac_arrow_solve(&arrow, x);
        for (size_t i = 0; i < size; i++)
            assert_true(fabs(x[i] - gsl_matrix_get(inverse, i, column)) < 1e-12);
        lac_arrow_back(&arrow, root);
        for (size_t i = 0; i < size; i++) covariance[i] += root[i] * root[i];
        if (column >= 20) continue;
        double variance = lac_arrow_variance(&arrow, column / 4, (int)(column % 4), work);
        assert_close(variance, gsl_matrix_get(inverse, column, column), 1e-11);
    }
    /* U^-1 times its transpose is the inverse: draws have its variances */
    for (size_t i = 0; i < size; i++) assert_close(covariance[i], gsl_matrix_get(inverse, i, i), 1e-11);
    lac_arrow_clear(&arrow);
    assert_false(lac_arrow_factor(&arrow));
    gsl_matrix_free(dense);
    gsl_matrix_free(inverse);
    lac_arena_release(&arena);
}

/* --- ten small problems --------------------------------------------------------------------------------- */

struct problem {
    int lists;
    size_t forces;
    uint32_t pairs;
    bool tau;
    bool structural, gaps; /* lists that do not operate; lists that were not returned */
    double count[5][32];
    struct lac_pooled_force force[5];
    struct lac_pooled_data data;
    const double *variance;
};

static const struct problem problems[] = {
    {2, 4, 0, false, false, false, {{0}}, {{0}}, {0}, NULL},
    {2, 5, 1, false, false, false, {{0}}, {{0}}, {0}, NULL},
    {3, 4, 7, false, false, false, {{0}}, {{0}}, {0}, NULL},
    {3, 5, 0, true, false, false, {{0}}, {{0}}, {0}, NULL},
    {3, 5, 7, false, true, false, {{0}}, {{0}}, {0}, NULL},
    {3, 5, 7, false, false, true, {{0}}, {{0}}, {0}, NULL},
    {4, 4, 63, false, true, true, {{0}}, {{0}}, {0}, NULL},
    {4, 5, 5, true, false, true, {{0}}, {{0}}, {0}, NULL},
    {4, 3, 63, true, true, false, {{0}}, {{0}}, {0}, NULL},
    {5, 3, 1023, false, true, true, {{0}}, {{0}}, {0}, NULL},
};
#define PROBLEMS (sizeof problems / sizeof *problems)

static void make_problem(size_t number, struct problem *p)
{
    struct lac_random random;
    uint32_t all = (1U << problems[number].lists) - 1;
    *p = problems[number];
    lac_random_init(&random, 7, LAC_PURPOSE_TEST, (uint32_t)number, 0, 0);
    for (size_t f = 0; f < p->forces; f++) {
        struct lac_pooled_force *force = &p->force[f];
        *force = (struct lac_pooled_force){all, all, p->count[f], 1000.0 * (double)(f + 1)};
        if (p->structural && f % 2) force->operating = all & ~(1U << f % (size_t)p->lists);
        force->returned = force->operating;
        if (p->gaps && f == 0) force->returned &= ~2U;
        if (p->gaps && f == 2 && p->lists > 3) force->returned &= ~5U;
        for (int person = 0; person < 120 + 60 * (int)f; person++) {
            unsigned w = 0;
            for (int k = 0; k < p->lists; k++)
                if (lac_random_uniform(&random) < 0.1 + 0.06 * k + (w ? 0.1 : 0)) w |= 1U << k;
            p->count[f][w & force->returned]++;
        }
        p->count[f][0] = 0;
    }
    p->data = (struct lac_pooled_data){p->lists, p->forces, p->force};
}

/* log mu of history w in force f, from the formula. */
static double log_mean(const struct problem *p, const double *theta, size_t f, unsigned w)
{
    const double *local = theta + f * (size_t)(p->lists + 1),
                 *global = theta + p->forces * (size_t)(p->lists + 1);
    double eta = local[0];
    int at = p->lists, pair = 0, size = __builtin_popcount(w);
    for (int k = 0; k < p->lists; k++)
        if (w >> k & 1U) eta += global[k] + local[1 + k];
    for (int j = 1; j < p->lists; j++)
        for (int i = 0; i < j; i++, pair++)
            if (p->pairs >> pair & 1U) eta += (w >> i & w >> j & 1U) ? global[at++] : (at++, 0);
    return p->tau ? eta + global[at] * size * (size - 1) / 2 : eta;
}

static double normal(double x, double mean, double variance)
{
    return -(x - mean) * (x - mean) / (2 * variance);
}

static double slow_objective(const struct problem *p, const double *theta)
{
    double sum = 0, seen = 1, size = 0;
    const double *global = theta + p->forces * (size_t)(p->lists + 1);
    int pairs = __builtin_popcount(p->pairs);
    for (size_t f = 0; f < p->forces; f++) {
        for (unsigned w = 1; w < 1U << p->lists; w++) seen += p->count[f][w];
        size += p->force[f].size;
    }
    for (size_t f = 0; f < p->forces; f++) {
        const struct lac_pooled_force *force = &p->force[f];
        double margin[32] = {0};
        for (unsigned w = 0; w < 1U << p->lists; w++)
            if ((w & ~force->operating) == 0) margin[w & force->returned] += exp(log_mean(p, theta, f, w));
        for (unsigned v = 1; v < 1U << p->lists; v++)
            if (margin[v] > 0) sum += p->count[f][v] * log(margin[v]) - margin[v];
        const double *local = theta + f * (size_t)(p->lists + 1);
        sum += normal(local[0], log(seen / size) + log(force->size), 25);
        for (int k = 0; k < p->lists; k++) sum += normal(local[1 + k], 0, p->variance[k]);
    }
    for (int k = 0; k < p->lists; k++) sum += normal(global[k], -1.5, 25);
    for (int i = 0; i < pairs; i++) sum += normal(global[p->lists + i], 0, 4);
    return p->tau ? sum + normal(global[p->lists + pairs], 0, 1) : sum;
}

static double moved(const struct problem *p, double *theta, size_t i, double by)
{
    double kept = theta[i];
    theta[i] += by;
    double value = slow_objective(p, theta);
    theta[i] = kept;
    return value;
}

static void slow_gradient(const struct problem *p, double *theta, size_t size, double *gradient)
{
    const double h = 2e-3;
    for (size_t i = 0; i < size; i++)
        gradient[i] = (8 * (moved(p, theta, i, h) - moved(p, theta, i, -h)) - moved(p, theta, i, 2 * h) +
                       moved(p, theta, i, -2 * h)) /
                      (12 * h);
}

/* Minus the second derivatives. */
static void slow_information(const struct problem *p, double *theta, gsl_matrix *information)
{
    const double h = 1e-3;
    double up[UNKNOWNS], down[UNKNOWNS];
    size_t size = information->size1;
    for (size_t i = 0; i < size; i++) {
        double kept = theta[i];
        theta[i] = kept + h;
        slow_gradient(p, theta, size, up);
        theta[i] = kept - h;
        slow_gradient(p, theta, size, down);
        theta[i] = kept;
        for (size_t j = 0; j < size; j++) gsl_matrix_set(information, i, j, -(up[j] - down[j]) / (2 * h));
    }
}

/* Newton from a start of its own; `inverse` becomes that of the information at the mode. */
static void slow_mode(const struct problem *p, double *theta, size_t size, gsl_matrix *inverse)
{
    gsl_matrix *information = gsl_matrix_alloc(size, size);
    double gradient[UNKNOWNS], largest = 1;
    for (size_t i = 0; i < size; i++) theta[i] *= 0.98;
    for (int iteration = 0; iteration < 30 && largest > 1e-9; iteration++) {
        slow_gradient(p, theta, size, gradient);
        slow_information(p, theta, information);
        invert(information, inverse);
        largest = 0;
        for (size_t i = 0; i < size; i++) {
            double step = 0;
            for (size_t j = 0; j < size; j++) step += gsl_matrix_get(inverse, i, j) * gradient[j];
            theta[i] += step;
            largest = fmax(largest, fabs(step));
        }
    }
    assert_true(largest < 1e-7);
    gsl_matrix_free(information);
}

static double total_unseen(const struct problem *p, const struct lac_pooled *pooled, const double *theta)
{
    double sum = 0;
    for (size_t f = 0; f < p->forces; f++) sum += lac_pooled_unseen(pooled, f, theta);
    return sum;
}

static void compare(size_t number)
{
    struct problem p;
    struct lac_error err;
    struct lac_arena arena;
    struct lac_pooled *pooled;
    double theta[UNKNOWNS];
    lac_error_init(&err);
    lac_arena_init(&arena);
    make_problem(number, &p);
    const struct lac_pooled_terms terms = {p.pairs, p.tau};
    assert_ok(lac_pooled_new(&p.data, &terms, &arena, &pooled, &err));
    assert_true(lac_pooled_fit(pooled));
    size_t size = lac_pooled_parameter_count(pooled), locals = (size_t)p.lists + 1;
    p.variance = lac_pooled_variances(pooled);
    memcpy(theta, lac_pooled_parameters(pooled), size * sizeof *theta);
    gsl_matrix *inverse = gsl_matrix_alloc(size, size);
    slow_mode(&p, theta, size, inverse);
    for (size_t i = 0; i < size; i++)
        if (!(fabs(theta[i] - lac_pooled_parameters(pooled)[i]) < 1e-6 * (1 + fabs(theta[i]))))
            fail_msg("problem %zu: parameter %zu is %.9g, dense Newton says %.9g", number, i,
                     lac_pooled_parameters(pooled)[i], theta[i]);
    assert_close(lac_pooled_objective(pooled), slow_objective(&p, theta), 1e-10);
    for (size_t f = 0; f < p.forces; f++) {
        double unseen = 0;
        for (unsigned w = 0; w < 1U << p.lists; w++)
            if ((w & (p.force[f].returned | ~p.force[f].operating)) == 0)
                unseen += exp(log_mean(&p, theta, f, w));
        assert_close(lac_pooled_unseen(pooled, f, lac_pooled_parameters(pooled)), unseen, 1e-6);
    }
    /* Louis: the information on the variances, and their own equation */
    assert_true(lac_pooled_information(pooled));
    for (int k = 0; k < p.lists; k++) {
        double information = 0, square = 0, forces = 0;
        for (size_t f = 0; f < p.forces; f++) {
            if (!(p.force[f].returned >> k & 1U)) continue;
            size_t at = f * locals + 1 + (size_t)k;
            information += 1 - gsl_matrix_get(inverse, at, at) / p.variance[k];
            square += theta[at] * theta[at] + gsl_matrix_get(inverse, at, at);
            forces++;
        }
        assert_true(fabs(lac_pooled_variance_information(pooled, k) - information) < 1e-5);
        assert_close(fmax(square / forces, LAC_POOLED_VARIANCE_FLOOR), p.variance[k], 0.01);
    }
    /* the standard error of log unseen: its gradient by differences, the dense inverse */
    double gradient[UNKNOWNS], square = 0, unseen = total_unseen(&p, pooled, theta);
    for (size_t i = 0; i < size; i++) {
        double kept = theta[i];
        theta[i] = kept + 1e-5;
        gradient[i] = total_unseen(&p, pooled, theta);
        theta[i] = kept - 1e-5;
        gradient[i] = (gradient[i] - total_unseen(&p, pooled, theta)) / 2e-5;
        theta[i] = kept;
    }
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < size; j++) square += gradient[i] * gsl_matrix_get(inverse, i, j) * gradient[j];
    assert_close(lac_pooled_log_error(pooled), sqrt(square / (unseen * unseen) + 1 / unseen), 1e-5);
    gsl_matrix_free(inverse);
    lac_arena_release(&arena);
}

static void test_dense(void **state)
{
    (void)state;
    assert_int_equal(PROBLEMS, 10);
    for (size_t i = 0; i < PROBLEMS; i++) compare(i);
}

/* --- draws ---------------------------------------------------------------------------------------------- */

static void draw_with(int threads, struct lac_pooled_draws *draws, struct lac_arena *arena)
{
    static struct problem p;
    const struct lac_pooled_terms terms = {63, false};
    const struct lac_pooled_drawing drawing = {.seed = 3, .draws = 400};
    struct lac_pooled *pooled;
    struct lac_error err;
    int before = omp_get_max_threads();
    lac_error_init(&err);
    make_problem(6, &p);
    omp_set_num_threads(threads);
    assert_ok(lac_pooled_new(&p.data, &terms, arena, &pooled, &err));
    assert_true(lac_pooled_fit(pooled));
    assert_ok(lac_pooled_draw(pooled, &drawing, arena, draws, &err));
    omp_set_num_threads(before);
    for (size_t b = 0; b < drawing.draws; b++) {
        double sum = 0;
        for (size_t f = 0; f < p.forces; f++) sum += draws->force_unseen[b * p.forces + f];
        assert_true(sum == draws->unseen[b]);
    }
}

static void test_draws(void **state)
{
    struct lac_pooled_draws draws[3];
    struct lac_arena arena;
    (void)state;
    lac_arena_init(&arena);
    for (int t = 0; t < 3; t++) draw_with(t + 1, &draws[t], &arena);
    for (int t = 1; t < 3; t++) assert_memory_equal(draws[0].unseen, draws[t].unseen, 400 * sizeof(double));
    assert_int_equal(draws[0].failed, 0);
    lac_arena_release(&arena);
}

/* What breaks the rules of the data is refused. */
static void test_refusals(void **state)
{
    struct problem p;
    struct lac_error err;
    struct lac_arena arena;
    struct lac_pooled *pooled;
    const struct lac_pooled_terms terms = {7, false};
    (void)state;
    lac_error_init(&err);
    lac_arena_init(&arena);
    make_problem(2, &p);
    p.force[1].returned = 0;
    assert_int_equal(lac_pooled_new(&p.data, &terms, &arena, &pooled, &err), LAC_DEFECT);
    make_problem(2, &p);
    p.force[1].returned = 3; /* but somebody is on list 3 */
    assert_int_equal(lac_pooled_new(&p.data, &terms, &arena, &pooled, &err), LAC_DEFECT);
    make_problem(2, &p);
    p.force[1].size = 0;
    assert_int_equal(lac_pooled_new(&p.data, &terms, &arena, &pooled, &err), LAC_DEFECT);
    lac_arena_release(&arena);
}

/* A force in which nobody was seen, and one pair of lists that share nobody anywhere: still a finite mode. */
static void test_sparse(void **state)
{
    struct problem p;
    struct lac_error err;
    struct lac_arena arena;
    struct lac_pooled *pooled;
    const struct lac_pooled_terms terms = {7, false};
    (void)state;
    lac_error_init(&err);
    lac_arena_init(&arena);
    make_problem(2, &p);
    memset(p.count[0], 0, sizeof p.count[0]);
    for (size_t f = 0; f < p.forces; f++) p.count[f][3] = p.count[f][7] = 0;
    assert_ok(lac_pooled_new(&p.data, &terms, &arena, &pooled, &err));
    assert_true(lac_pooled_fit(pooled));
    for (size_t f = 0; f < p.forces; f++)
        assert_true(isfinite(lac_pooled_unseen(pooled, f, lac_pooled_parameters(pooled))));
    lac_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arrow),    cmocka_unit_test(test_dense),  cmocka_unit_test(test_draws),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_sparse),
    };
    return cmocka_run_group_tests_name("pooled", tests, NULL, NULL);
}
