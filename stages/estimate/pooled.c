/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pooled.h"
#include <math.h>
#include <string.h>
#include "arrow.h"

#define SIZE_SD 5.0
#define CAPTURE_MEAN (-1.5)
#define CAPTURE_SD 5.0
#define PAIR_SD 2.0
#define TAU_SD 1.0
#define VARIANCE_START 0.2
#define VARIANCE_CHANGE 0.005
#define VARIANCE_PASSES 60
#define VARIANCE_STEP 4.0 /* the largest factor of one pass */
#define STEP_CAP 2.0
#define STEP_STOP 1e-9
#define STEP_STOP_LOOSE 1e-4 /* while the variances still move */
#define SAME_MODE 1e-6       /* two starts whose objectives differ less have found one mode */
#define ITERATIONS 60
#define HALVINGS 12
#define ETA_LIMIT 50.0 /* a step to a mean above exp(50) is no step */
#define WIDTH_MAX                                                                                            \
    (LAC_POOLED_LISTS + 1 + LAC_POOLED_LISTS + LAC_POOLED_LISTS * (LAC_POOLED_LISTS - 1) / 2 + 1)

struct lac_pooled {
    const struct lac_pooled_data *data;
    int lists, locals, globals, width; /* width: of a row of the design, locals + globals */
    size_t cells;
    double *design; /* cells x width, row-major */
    double *theta, *step, *trial, *best;
    double variance[LAC_POOLED_LISTS];
    double penalty_centre[WIDTH_MAX], penalty_precision[WIDTH_MAX];
    double centre; /* of a_f - log size_f */
    bool complete; /* every operating list was returned everywhere */
    double objective;
    struct lac_arrow arrow;
    double *work; /* globals */
};

/* --- set up --------------------------------------------------------------------------------------------- */

static void set_design(struct lac_pooled *p, const struct lac_pooled_terms *terms)
{
    for (unsigned w = 0; w < p->cells; w++) {
        double *row = p->design + w * (size_t)p->width;
        int at = p->locals, pair = 0, size = __builtin_popcount(w);
        row[0] = 1;
        for (int k = 0; k < p->lists; k++) row[1 + k] = row[at++] = w >> k & 1U;
        for (unsigned s = 1; s < p->cells; s++)
            if (__builtin_popcount(s) == 2 && terms->pairs >> pair++ & 1U) row[at++] = (w & s) == s;
        if (terms->tau) row[at] = size * (size - 1) / 2.0;
    }
}

static void set_penalties(struct lac_pooled *p, bool tau)
{
    p->penalty_precision[0] = 1 / (SIZE_SD * SIZE_SD);
    for (int i = p->locals; i < p->width; i++) {
        bool capture = i < p->locals + p->lists, last = tau && i == p->width - 1;
        double sd = capture ? CAPTURE_SD : last ? TAU_SD : PAIR_SD;
        p->penalty_centre[i] = capture ? CAPTURE_MEAN : 0;
        p->penalty_precision[i] = 1 / (sd * sd);
    }
}

static void set_variances(struct lac_pooled *p, const double *variance)
{
    for (int k = 0; k < p->lists; k++) {
        p->variance[k] = variance[k];
        p->penalty_precision[1 + k] = 1 / variance[k];
    }
}

double lac_pooled_seen(const struct lac_pooled *p, size_t force)
{
    double n = 0;
    for (size_t w = 1; w < p->cells; w++) n += p->data->force[force].count[w];
    return n;
}

static enum lac_status check(const struct lac_pooled_data *data, struct lac_error *err)
{
    if (data->lists < 2 || data->lists > LAC_POOLED_LISTS || data->forces == 0)
        return lac_fail(err, LAC_DEFECT, "partial pooling of %zu forces and %d lists", data->forces,
                        data->lists);
    for (size_t f = 0; f < data->forces; f++) {
        const struct lac_pooled_force *force = &data->force[f];
        bool bad = force->returned == 0 || (force->returned & ~force->operating) != 0 ||
                   force->operating >> data->lists != 0 || !(force->size > 0);
        for (unsigned w = 1; !bad && w < 1U << data->lists; w++)
            bad = !(force->count[w] >= 0) || (force->count[w] > 0 && (w & ~force->returned) != 0);
        if (bad) return lac_fail(err, LAC_DEFECT, "force %zu has persons on a list that did not return", f);
    }
    return LAC_OK;
}

static void set_centre(struct lac_pooled *p)
{
    double n = 0, size = 0;
    for (size_t f = 0; f < p->data->forces; f++) {
        n += lac_pooled_seen(p, f);
        size += p->data->force[f].size;
        p->complete &= p->data->force[f].operating == p->data->force[f].returned;
    }
    p->centre = log((n + 1) / size);
}

/* Room for what `p` says of sizes. */
static enum lac_status make_room(struct lac_pooled *p, struct lac_arena *arena, struct lac_error *err)
{
    enum lac_status st = lac_arrow_init(&p->arrow, p->data->forces, p->locals, p->globals, arena, err);
    if (st) return st;
    size_t size = lac_arrow_size(&p->arrow);
    p->theta = LAC_NEW(arena, double, 4 * size);
    p->work = LAC_NEW(arena, double, p->globals);
    if (!p->theta || !p->work) return lac_fail_memory(err, "partial pooling");
    p->step = p->theta + size;
    p->trial = p->step + size;
    p->best = p->trial + size;
    return LAC_OK;
}

enum lac_status lac_pooled_new(const struct lac_pooled_data *data, const struct lac_pooled_terms *terms,
                               struct lac_arena *arena, struct lac_pooled **pooled, struct lac_error *err)
{
    enum lac_status st = check(data, err);
    struct lac_pooled *p = st ? NULL : LAC_NEW(arena, struct lac_pooled, 1);
    if (!p) return st ? st : lac_fail_memory(err, "partial pooling");
    p->data = data;
    p->lists = data->lists;
    p->locals = 1 + data->lists;
    p->globals = data->lists + __builtin_popcount(terms->pairs) + terms->tau;
    p->width = p->locals + p->globals;
    p->cells = (size_t)1 << data->lists;
    p->complete = true;
    p->design = LAC_NEW(arena, double, p->cells *(size_t)p->width);
    if (!p->design) return lac_fail_memory(err, "partial pooling");
    if ((st = make_room(p, arena, err))) return st;
    set_design(p, terms);
    set_penalties(p, terms->tau);
    set_centre(p);
    *pooled = p;
    return LAC_OK;
}

enum lac_status lac_pooled_copy(const struct lac_pooled *from, const struct lac_pooled_data *data,
                                struct lac_arena *arena, struct lac_pooled **copy, struct lac_error *err)
{
    enum lac_status st = check(data, err);
    struct lac_pooled *p = st ? NULL : LAC_NEW(arena, struct lac_pooled, 1);
    if (!p) return st ? st : lac_fail_memory(err, "partial pooling");
    *p = *from;
    p->data = data;
    st = make_room(p, arena, err);
    if (st) return st;
    memcpy(p->theta, from->theta, lac_arrow_size(&p->arrow) * sizeof *p->theta);
    *copy = p;
    return LAC_OK;
}

/* --- one force ------------------------------------------------------------------------------------------ */

static const double *locals_of(const struct lac_pooled *p, size_t f, const double *theta)
{
    return theta + f * (size_t)p->locals;
}

static const double *globals_of(const struct lac_pooled *p, const double *theta)
{
    return theta + p->data->forces * (size_t)p->locals;
}

/* Means of the histories of a force; 0 where a list does not operate. False when one is out of bounds. */
static bool means(const struct lac_pooled *p, size_t f, const double *theta, double *mu)
{
    const double *local = locals_of(p, f, theta), *global = globals_of(p, theta);
    uint32_t operating = p->data->force[f].operating;
    bool bounded = true;
    for (unsigned w = 0; w < p->cells; w++) {
        const double *x = p->design + w * (size_t)p->width;
        double eta = 0;
        mu[w] = 0;
        if (w & ~operating) continue;
        for (int i = 0; i < p->locals; i++) eta += x[i] * local[i];
        for (int i = 0; i < p->globals; i++) eta += x[p->locals + i] * global[i];
        bounded &= eta < ETA_LIMIT;
        mu[w] = exp(eta);
    }
    return bounded;
}

/* Sum of a over the histories that agree with v on the returned lists. */
static double margin(uint32_t missing, unsigned v, const double *a)
{
    double sum = a[v];
    for (unsigned m = missing; m; m = (m - 1) & missing) sum += a[v | m];
    return sum;
}

double lac_pooled_unseen(const struct lac_pooled *p, size_t force, const double *parameters)
{
    double mu[1 << LAC_POOLED_LISTS];
    const struct lac_pooled_force *data = &p->data->force[force];
    (void)means(p, force, parameters, mu);
    return margin(data->operating & ~data->returned, 0, mu);
}

static double likelihood_of_force(const struct lac_pooled *p, size_t f, const double *theta, bool *bounded)
{
    double mu[1 << LAC_POOLED_LISTS], sum = 0;
    const struct lac_pooled_force *force = &p->data->force[f];
    uint32_t missing = force->operating & ~force->returned;
    *bounded &= means(p, f, theta, mu);
    for (unsigned v = 1; v < p->cells; v++) {
        if (v & ~force->returned) continue;
        double m = margin(missing, v, mu);
        sum += force->count[v] > 0 ? force->count[v] * log(m) - m : -m;
    }
    return sum;
}

/* Likelihood less half the penalties. */
static double objective(const struct lac_pooled *p, const double *theta, bool *bounded)
{
    const double *global = globals_of(p, theta);
    double sum = 0;
    *bounded = true;
    for (size_t f = 0; f < p->data->forces; f++) {
        const double *local = locals_of(p, f, theta);
        double size = local[0] - p->centre - log(p->data->force[f].size);
        sum += likelihood_of_force(p, f, theta, bounded) - p->penalty_precision[0] * size * size / 2;
        for (int k = 1; k <= p->lists; k++) sum -= p->penalty_precision[k] * local[k] * local[k] / 2;
    }
    for (int i = 0; i < p->globals; i++) {
        double off = global[i] - p->penalty_centre[p->locals + i];
        sum -= p->penalty_precision[p->locals + i] * off * off / 2;
    }
    return sum;
}

/* --- the system ----------------------------------------------------------------------------------------- */

/* Adds weight x x' to the arrow. */
static void add_outer(struct lac_pooled *p, size_t f, double weight, const double *x)
{
    int l = p->locals, g = p->globals;
    double *block = p->arrow.block + f * (size_t)(l * l), *border = p->arrow.border + f * (size_t)(l * g);
    const double *global = x + l;
    for (int i = 0; i < l; i++) {
        double left = weight * x[i];
        if (left == 0) continue;
        for (int j = i; j < l; j++) block[i * l + j] += left * x[j];
        for (int j = 0; j < g; j++) border[i * g + j] += left * global[j];
    }
    for (int i = 0; i < g; i++) {
        double left = weight * global[i];
        if (left == 0) continue;
        for (int j = i; j < g; j++) p->arrow.corner[i * g + j] += left * global[j];
    }
}

/* Mean design of a margin into `mean`. */
static void mean_design(const struct lac_pooled *p, uint32_t missing, unsigned v, const double *mu,
                        double *mean)
{
    double total = margin(missing, v, mu);
    memset(mean, 0, (size_t)p->width * sizeof *mean);
    for (unsigned m = missing;; m = (m - 1) & missing) {
        const double *x = p->design + (v | m) * (size_t)p->width;
        double share = mu[v | m] / total;
        for (int i = 0; i < p->width; i++) mean[i] += share * x[i];
        if (m == 0) return;
    }
}

/* M E(xx') - n Cov(x) = (M - n) E(xx') + n mean mean' */
static void add_observed(struct lac_pooled *p, size_t f, unsigned v, const double *mu, const double *mean)
{
    const struct lac_pooled_force *force = &p->data->force[f];
    uint32_t missing = force->operating & ~force->returned;
    double total = margin(missing, v, mu), n = force->count[v];
    for (unsigned m = missing;; m = (m - 1) & missing) {
        add_outer(p, f, (total - n) * mu[v | m] / total, p->design + (v | m) * (size_t)p->width);
        if (m == 0) break;
    }
    add_outer(p, f, n, mean);
}

static void add_force(struct lac_pooled *p, size_t f, bool observed, double *gradient)
{
    const struct lac_pooled_force *force = &p->data->force[f];
    uint32_t missing = force->operating & ~force->returned;
    double mu[1 << LAC_POOLED_LISTS], mean[WIDTH_MAX];
    double *local = gradient + f * (size_t)p->locals;
    double *global = gradient + p->data->forces * (size_t)p->locals;
    (void)means(p, f, p->theta, mu);
    for (unsigned v = 1; v < p->cells; v++) {
        if (v & ~force->returned) continue;
        double total = margin(missing, v, mu), gap = force->count[v] - total;
        const double *x = p->design + v * (size_t)p->width;
        if (missing) {
            mean_design(p, missing, v, mu, mean);
            x = mean;
        }
        if (missing && observed)
            add_observed(p, f, v, mu, mean);
        else
            add_outer(p, f, total, x);
        for (int i = 0; i < p->locals; i++) local[i] += gap * x[i];
        for (int i = 0; i < p->globals; i++) global[i] += gap * x[p->locals + i];
    }
}

static void add_penalties(struct lac_pooled *p, double *gradient)
{
    int l = p->locals, g = p->globals;
    double *global = gradient + p->data->forces * (size_t)l;
    for (size_t f = 0; f < p->data->forces; f++) {
        const double *at = locals_of(p, f, p->theta);
        double *local = gradient + f * (size_t)l;
        for (int i = 0; i < l; i++) {
            double centre = i == 0 ? p->centre + log(p->data->force[f].size) : 0;
            local[i] -= p->penalty_precision[i] * (at[i] - centre);
            p->arrow.block[f * (size_t)(l * l) + (size_t)(i * l + i)] += p->penalty_precision[i];
        }
    }
    for (int i = 0; i < g; i++) {
        double precision = p->penalty_precision[l + i];
        global[i] -= precision * (globals_of(p, p->theta)[i] - p->penalty_centre[l + i]);
        p->arrow.corner[i * g + i] += precision;
    }
}

/* Information into the arrow, gradient into `step`. */
static void assemble(struct lac_pooled *p, bool observed)
{
    lac_arrow_clear(&p->arrow);
    memset(p->step, 0, lac_arrow_size(&p->arrow) * sizeof *p->step);
    for (size_t f = 0; f < p->data->forces; f++) add_force(p, f, observed, p->step);
    add_penalties(p, p->step);
}

static void add_to_diagonal(struct lac_pooled *p, double share)
{
    int l = p->locals, g = p->globals;
    for (size_t f = 0; f < p->data->forces; f++)
        for (int i = 0; i < l; i++) p->arrow.block[f * (size_t)(l * l) + (size_t)(i * l + i)] *= 1 + share;
    for (int i = 0; i < g; i++) p->arrow.corner[i * g + i] *= 1 + share;
}

bool lac_pooled_information(struct lac_pooled *p)
{
    assemble(p, true);
    if (lac_arrow_factor(&p->arrow)) return true;
    assemble(p, true);
    add_to_diagonal(p, 1e-6);
    return lac_arrow_factor(&p->arrow);
}

/* --- the mode ------------------------------------------------------------------------------------------- */

/* The step, shortened until the objective does not fall. False when no length will do. */
static bool take_step(struct lac_pooled *p, double length)
{
    size_t size = lac_arrow_size(&p->arrow);
    for (int halving = 0; halving <= HALVINGS; halving++, length /= 2) {
        bool bounded;
        for (size_t i = 0; i < size; i++) p->trial[i] = p->theta[i] + length * p->step[i];
        double value = objective(p, p->trial, &bounded);
        if (!bounded || !(value >= p->objective - 1e-12 * fabs(p->objective))) continue;
        p->objective = value;
        memcpy(p->theta, p->trial, size * sizeof *p->theta);
        return true;
    }
    return false;
}

/* Scoring from where theta stands, until no parameter moves by `stop`. */
static bool find_mode(struct lac_pooled *p, double stop)
{
    size_t size = lac_arrow_size(&p->arrow);
    bool bounded;
    p->objective = objective(p, p->theta, &bounded);
    if (!bounded) return false;
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
        double largest = 0;
        assemble(p, false);
        if (!lac_arrow_factor(&p->arrow)) return false;
        lac_arrow_solve(&p->arrow, p->step);
        for (size_t i = 0; i < size; i++) largest = fmax(largest, fabs(p->step[i]));
        if (!isfinite(largest)) return false;
        if (!take_step(p, largest > STEP_CAP ? STEP_CAP / largest : 1)) return largest < 1e-6;
        if (largest < stop) return true;
    }
    return false;
}

bool lac_pooled_refit(struct lac_pooled *p, const double *variance)
{
    set_variances(p, variance);
    return find_mode(p, STEP_STOP);
}

/* u'u over the information on t_k^2 has the fixed point of EM, and gets there in fewer steps. */
static double next_variance(struct lac_pooled *p, int k)
{
    double square = 0, information = 0, now = p->variance[k];
    for (size_t f = 0; f < p->data->forces; f++) {
        if (!(p->data->force[f].returned >> k & 1U)) continue;
        double u = locals_of(p, f, p->theta)[1 + k];
        square += u * u;
        information += 1 - lac_arrow_variance(&p->arrow, f, 1 + k, p->work) / now;
    }
    double next = information > 0 ? square / information : now;
    return fmax(fmin(fmax(next, now / VARIANCE_STEP), now * VARIANCE_STEP), LAC_POOLED_VARIANCE_FLOOR);
}

/* The largest relative change. */
static double update_variances(struct lac_pooled *p)
{
    double next[LAC_POOLED_LISTS], change = 0;
    for (int k = 0; k < p->lists; k++) {
        next[k] = next_variance(p, k);
        change = fmax(change, fabs(next[k] / p->variance[k] - 1));
    }
    set_variances(p, next);
    return change;
}

static void start_at(struct lac_pooled *p, double capture)
{
    size_t size = lac_arrow_size(&p->arrow);
    double variance[LAC_POOLED_LISTS];
    memset(p->theta, 0, size * sizeof *p->theta);
    for (int k = 0; k < p->lists; k++) variance[k] = VARIANCE_START;
    for (size_t f = 0; f < p->data->forces; f++)
        p->theta[f * (size_t)p->locals] = log(lac_pooled_seen(p, f) + 1);
    for (int k = 0; k < p->lists; k++) p->theta[p->data->forces * (size_t)p->locals + (size_t)k] = capture;
    set_variances(p, variance);
}

/* Variances and mode from where theta stands. */
static bool fit_variances(struct lac_pooled *p)
{
    for (int pass = 0; pass < VARIANCE_PASSES; pass++) {
        if (!find_mode(p, STEP_STOP_LOOSE) || !lac_pooled_information(p)) return false;
        if (update_variances(p) < VARIANCE_CHANGE) break;
    }
    return find_mode(p, STEP_STOP);
}

/* The mode at the first variances (or at `fixed`) from one start; with lists not returned from three, of
 * which the best is kept. */
static bool find_start(struct lac_pooled *p, const double *fixed)
{
    static const double start[] = {CAPTURE_MEAN, CAPTURE_MEAN - 1, CAPTURE_MEAN + 1};
    size_t size = lac_arrow_size(&p->arrow);
    double best = (double)-INFINITY;
    for (int s = 0; s < (p->complete ? 1 : 3); s++) {
        start_at(p, start[s]);
        if (fixed) set_variances(p, fixed);
        if (!find_mode(p, STEP_STOP_LOOSE) || !(p->objective > best + SAME_MODE * fabs(p->objective)))
            continue;
        best = p->objective;
        memcpy(p->best, p->theta, size * sizeof *p->theta);
    }
    memcpy(p->theta, p->best, size * sizeof *p->theta);
    p->objective = best;
    return isfinite(best);
}

bool lac_pooled_fit(struct lac_pooled *p)
{
    return find_start(p, NULL) && fit_variances(p);
}

bool lac_pooled_fit_fixed(struct lac_pooled *p, const double *variance)
{
    return find_start(p, variance) && find_mode(p, STEP_STOP);
}

/* --- what a fit tells ----------------------------------------------------------------------------------- */

const struct lac_pooled_data *lac_pooled_data_of(const struct lac_pooled *p)
{
    return p->data;
}

const double *lac_pooled_parameters(const struct lac_pooled *p)
{
    return p->theta;
}

size_t lac_pooled_parameter_count(const struct lac_pooled *p)
{
    return lac_arrow_size(&p->arrow);
}

const double *lac_pooled_variances(const struct lac_pooled *p)
{
    return p->variance;
}

double lac_pooled_objective(const struct lac_pooled *p)
{
    return p->objective;
}

void lac_pooled_parameters_draw(const struct lac_pooled *p, double *normal)
{
    lac_arrow_back(&p->arrow, normal);
    for (size_t i = 0; i < lac_arrow_size(&p->arrow); i++) normal[i] += p->theta[i];
}

double lac_pooled_log_error(struct lac_pooled *p)
{
    size_t size = lac_arrow_size(&p->arrow);
    double unseen = 0, square = 0, *gradient = p->trial, *solved = p->step;
    memset(gradient, 0, size * sizeof *gradient);
    for (size_t f = 0; f < p->data->forces; f++) {
        const struct lac_pooled_force *force = &p->data->force[f];
        double mu[1 << LAC_POOLED_LISTS];
        means(p, f, p->theta, mu);
        for (unsigned w = 0; w < p->cells; w++) {
            if ((w & ~force->operating) || (w & force->returned)) continue;
            const double *x = p->design + w * (size_t)p->width;
            unseen += mu[w];
            double *local = gradient + f * (size_t)p->locals;
            double *global = gradient + p->data->forces * (size_t)p->locals;
            for (int i = 0; i < p->locals; i++) local[i] += mu[w] * x[i];
            for (int i = 0; i < p->globals; i++) global[i] += mu[w] * x[p->locals + i];
        }
    }
    if (!lac_pooled_information(p)) return (double)NAN; /* fills `step` with the gradient of the objective */
    memcpy(solved, gradient, size * sizeof *solved);
    lac_arrow_solve(&p->arrow, solved);
    for (size_t i = 0; i < size; i++) square += gradient[i] * solved[i];
    return sqrt(square / (unseen * unseen) + 1 / unseen);
}

double lac_pooled_variance_information(const struct lac_pooled *p, int list)
{
    double sum = 0;
    for (size_t f = 0; f < p->data->forces; f++)
        if (p->data->force[f].returned >> list & 1U)
            sum += 1 - lac_arrow_variance(&p->arrow, f, 1 + list, p->work) / p->variance[list];
    return sum;
}
