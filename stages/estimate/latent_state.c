/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "latent_state.h"

#include <math.h>
#include <string.h>

#define H LAC_LATENT_CLASSES
#define SHAPE 0.25 /* of the prior of alpha */
#define RATE 0.25
#define SMALL 1e-12 /* a weight below it bears on nothing */
#define LIGHT 1e-5  /* a class below it is only drawn anew */
#define HEAVY 1e-3  /* a class above it is moved twice a sweep */
#define TINY 1e-300

/* --- likelihood -------------------------------------------------------------------------------------------
 */

enum lac_status lac_latent_table_init(struct lac_latent_table *table,
                                      const struct lac_estimate_history *history, struct lac_arena *arena,
                                      struct lac_error *err)
{
    size_t all = (size_t)1 << history->lists, c = 1;

    for (size_t w = 1; w < all; w++) c += history->count[w] > 0.0;
    *table = (struct lac_latent_table){.lists = history->lists, .cells = c, .n = history->n};
    table->count = LAC_NEW(arena, double, c);
    table->in = LAC_NEW(arena, double, c *(size_t)history->lists);
    table->history = LAC_NEW(arena, unsigned, c);
    if (!table->count || !table->in || !table->history) return lac_fail_memory(err, "a table");
    c = 1;
    for (unsigned w = 1; w < all; w++) {
        if (!(history->count[w] > 0.0)) continue;
        table->count[c] = history->count[w];
        for (int k = 0; k < history->lists; k++) table->in[(size_t)k * table->cells + c] = w >> k & 1U;
        table->history[c++] = w;
    }
    return LAC_OK;
}

enum lac_status lac_latent_state_init(struct lac_latent_state *state, const struct lac_latent_table *table,
                                      struct lac_arena *arena, struct lac_error *err)
{
    size_t cells = table->cells;

    memset(state, 0, sizeof *state);
    state->table = table;
    state->kernel = LAC_NEW(arena, double, H *cells);
    state->work = LAC_NEW(arena, double, H *cells);
    state->rest = LAC_NEW(arena, double, cells);
    state->proposed = LAC_NEW(arena, double, cells);
    if (!state->kernel || !state->work || !state->rest || !state->proposed)
        return lac_fail_memory(err, "the state of a chain");
    return LAC_OK;
}

/* Logarithm of a positive normal number to about 2 units of the last place, in a form that compilers turn
 * into vector code: x = 2^e z with z in [0.69, 1.38), log z = 2 atanh((z-1)/(z+1)). */
static inline double quick_log(double x)
{
    uint64_t bits, shifted, exponent;
    double z, e;

    memcpy(&bits, &x, sizeof bits);
    shifted = bits - UINT64_C(0x3fe6000000000000) + (UINT64_C(1023) << 52);
    exponent = shifted >> 52;
    bits = bits - (exponent << 52) + (UINT64_C(1023) << 52);
    memcpy(&z, &bits, sizeof z);
    exponent |= UINT64_C(0x4330000000000000); /* 2^52 + exponent as a double */
    memcpy(&e, &exponent, sizeof e);
    e -= 0x1p52 + 1023.0;
    double s = (z - 1.0) / (z + 1.0), s2 = s * s;
    double sum = 1.0 / 21;
    sum = sum * s2 + 1.0 / 19;
    sum = sum * s2 + 1.0 / 17;
    sum = sum * s2 + 1.0 / 15;
    sum = sum * s2 + 1.0 / 13;
    sum = sum * s2 + 1.0 / 11;
    sum = sum * s2 + 1.0 / 9;
    sum = sum * s2 + 1.0 / 7;
    sum = sum * s2 + 1.0 / 5;
    sum = sum * s2 + 1.0 / 3;
    return e * 0.69314718055994530942 + 2.0 * (s + s * s2 * sum);
}

double lac_latent_log_likelihood(const struct lac_latent_table *table, const double *p, double *restrict term)
{
    double sum = 0.0, observed = 1.0 - p[0];
    size_t cells = table->cells;

    if (!(observed > 0.0)) return -(double)INFINITY;
    for (size_t c = 0; c < cells; c++) term[c] = table->count[c] * quick_log(p[c] > TINY ? p[c] : TINY);
    for (size_t c = 1; c < cells; c++) sum += term[c];
    return sum - table->n * log(observed);
}

static double proposed_likelihood(struct lac_latent_state *s)
{
    return lac_latent_log_likelihood(s->table, s->proposed, s->work);
}

/* softplus(x) = log(1 + e^x) */
static double softplus(double x)
{
    return x > 0.0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static double square_step(struct lac_random *random, double smallest, double ratio)
{
    /* uniform steps of a random size: some fit whatever the posterior's width */
    double size = smallest * exp(log(ratio) * lac_random_uniform(random));

    return size * (2.0 * lac_random_uniform(random) - 1.0);
}

static void weights_from_sticks(struct lac_latent_state *s)
{
    double rest = 0.0;

    for (int h = 0; h < H - 1; h++) {
        s->log_rest[h] = rest;
        s->log_nu[h] = rest - softplus(-s->logit[h]);
        rest -= softplus(s->logit[h]);
    }
    s->log_rest[H - 1] = s->log_nu[H - 1] = rest;
    for (int h = 0; h < H; h++) s->nu[h] = exp(s->log_nu[h]);
}

static void sticks_from_weights(struct lac_latent_state *s, int first, int last)
{
    for (int h = first; h <= last && h < H - 1; h++) s->logit[h] = s->log_nu[h] - s->log_rest[h + 1];
}

/* prod lambda .. of a class, by cell, into `to`. */
void lac_latent_fill_kernel(const struct lac_latent_table *table, const double *in, const double *out,
                            double *restrict to)
{
    size_t cells = table->cells;

    for (size_t c = 0; c < cells; c++) to[c] = 1.0;
    for (int k = 0; k < table->lists; k++) {
        const double *restrict seen = table->in + (size_t)k * cells;
        double one = in[k], zero = out[k];

        for (size_t c = 0; c < cells; c++) to[c] *= seen[c] > 0.5 ? one : zero;
    }
}

void lac_latent_add_class(double *restrict to, double nu, const double *restrict kernel, size_t cells)
{
    for (size_t c = 0; c < cells; c++) to[c] += nu * kernel[c];
}

void lac_latent_weights_changed(struct lac_latent_state *s, int last)
{
    double rest = 0.0;

    for (int h = H - 1; h > last; h--) rest += s->nu[h];
    for (int h = last; h >= 0; h--) s->log_rest[h] = log(rest += s->nu[h]);
    s->log_rest[0] = 0.0;
    sticks_from_weights(s, 0, last);
}

/* Sum over all classes but `without` (-1: none). */
static void sum_classes(const struct lac_latent_state *s, int without, double *restrict to)
{
    size_t cells = s->table->cells;

    memset(to, 0, cells * sizeof *to);
    for (int g = 0; g < H; g++) {
        const double *restrict kernel = s->kernel + (size_t)g * cells;
        double nu = s->nu[g];

        if (g == without) continue;
        for (size_t c = 0; c < cells; c++) to[c] += nu * kernel[c];
    }
}

/* Everything from logit V and lambda again: no rounding adds up over sweeps. */
static void refresh(struct lac_latent_state *s)
{
    weights_from_sticks(s);
    for (int h = 0; h < H; h++)
        lac_latent_fill_kernel(s->table, s->in[h], s->out[h], s->kernel + (size_t)h * s->table->cells);
    sum_classes(s, -1, s->proposed);
    s->log_likelihood = proposed_likelihood(s);
}

static double prior_stick(double alpha, struct lac_random *random)
{
    double log_left = log(lac_random_uniform(random)) / alpha;

    return log(-expm1(log_left)) - log_left;
}

void lac_latent_state_draw(struct lac_latent_state *s, struct lac_random *random)
{
    s->alpha = fmax(1e-60, lac_random_gamma(random, SHAPE, RATE));
    for (int h = 0; h < H - 1; h++) s->logit[h] = prior_stick(s->alpha, random);
    for (int h = 0; h < H; h++) {
        for (int k = 0; k < s->table->lists; k++) {
            s->in[h][k] = lac_random_uniform(random);
            s->out[h][k] = 1.0 - s->in[h][k];
        }
    }
    refresh(s);
}

static bool accept(double log_ratio, struct lac_random *random)
{
    /* the draw is taken in any case, so that what is drawn later does not depend on it */
    return log(lac_random_uniform(random)) < log_ratio;
}

/* --- chances of a class -----------------------------------------------------------------------------------
 */

static void move_chance(struct lac_latent_state *s, int h, int k, double beta, struct lac_random *random)
{
    size_t cells = s->table->cells;
    double *restrict kernel = s->kernel + (size_t)h * cells, *restrict proposed = s->proposed, nu = s->nu[h];
    const double *restrict seen = s->table->in + (size_t)k * cells, *restrict rest = s->rest;
    double odds = s->in[h][k] / s->out[h][k] * exp(square_step(random, 0.08, 50.0));
    double out = 1.0 / (1.0 + odds), in = odds < 1e300 ? odds * out : 1.0;
    double r_in = in / s->in[h][k], r_out = out / s->out[h][k];

    for (size_t c = 0; c < cells; c++)
        proposed[c] = rest[c] + nu * kernel[c] * (seen[c] > 0.5 ? r_in : r_out);
    double l = proposed_likelihood(s);
    if (!accept(beta * (l - s->log_likelihood) + log(r_in * r_out), random)) return;
    for (size_t c = 0; c < cells; c++) kernel[c] *= seen[c] > 0.5 ? r_in : r_out;
    s->in[h][k] = in;
    s->out[h][k] = out;
    s->log_likelihood = l;
}

/* All chances of a class anew from the prior. */
static void draw_class(struct lac_latent_state *s, int h, double beta, struct lac_random *random)
{
    double in[LAC_ESTIMATE_LISTS_MAX], out[LAC_ESTIMATE_LISTS_MAX], *fresh = s->work + s->table->cells;
    size_t cells = s->table->cells;

    for (int k = 0; k < s->table->lists; k++) {
        in[k] = lac_random_uniform(random);
        out[k] = 1.0 - in[k];
    }
    lac_latent_fill_kernel(s->table, in, out, fresh);
    for (size_t c = 0; c < cells; c++) s->proposed[c] = s->rest[c] + s->nu[h] * fresh[c];
    double l = proposed_likelihood(s);
    if (!accept(beta * (l - s->log_likelihood), random)) return;
    memcpy(s->kernel + (size_t)h * cells, fresh, cells * sizeof *fresh);
    memcpy(s->in[h], in, sizeof in);
    memcpy(s->out[h], out, sizeof out);
    s->log_likelihood = l;
}

/* --- weights
 * ------------------------------------------------------------------------------------------------ */

/* Weight of class h: its logit up by a step, the others in proportion; with `ridge` its chances' logits down
 * by as much. In nu the prior is alpha^(H-1) nu_H^(alpha-1) / prod of what is left before each class. */
struct weight_move {
    double nu, others;                 /* proposed weight, factor of the others */
    double log_rest[H + 1], log_prior; /* proposed; ratio with the Jacobian */
    double in[LAC_ESTIMATE_LISTS_MAX], out[LAC_ESTIMATE_LISTS_MAX];
};

static bool propose_weight(const struct lac_latent_state *s, int h, double step, struct weight_move *move)
{
    double old = s->nu[h], left = 0.0, after = 0.0;

    for (int g = 0; g < H; g++) left += g == h ? 0.0 : s->nu[g];
    for (int g = h + 1; g < H; g++) after += s->nu[g];
    if (!(old > SMALL && left > SMALL)) return false;
    double odds = old / left * exp(step);
    move->nu = odds / (1.0 + odds);
    move->others = 1.0 / (1.0 + odds) / left;
    if (!(move->nu > SMALL && move->others * left > SMALL)) return false;
    double log_others = log(move->others);
    move->log_prior = log(move->nu / old) + (H - 1) * log_others;
    move->log_prior += (s->alpha - 1.0) * (h == H - 1 ? log(move->nu / old) : log_others);
    for (int g = H - 1; g > h; g--) move->log_rest[g] = s->log_rest[g] + log_others;
    double rest = after * move->others + move->nu;
    for (int g = h; g >= 0; g--) {
        move->log_rest[g] = log(rest);
        if (g > 0) rest += s->nu[g - 1] * move->others;
    }
    for (int g = 1; g < H - 1; g++) move->log_prior -= move->log_rest[g] - s->log_rest[g];
    return true;
}

static void take_weight(struct lac_latent_state *s, int h, const struct weight_move *move)
{
    double log_others = log(move->others);

    for (int g = 0; g < H; g++) {
        s->log_nu[g] = g == h ? log(move->nu) : s->log_nu[g] + log_others;
        s->nu[g] = exp(s->log_nu[g]);
    }
    memcpy(s->log_rest, move->log_rest, sizeof(double) * H);
    s->log_rest[0] = 0.0;
    sticks_from_weights(s, 0, h);
    for (size_t c = 0; c < s->table->cells; c++) s->rest[c] *= move->others;
}

static void move_weight(struct lac_latent_state *s, int h, bool ridge, double beta, struct lac_random *random)
{
    double step = square_step(random, 0.1, 30.0), down = ridge ? exp(-step) : 1.0,
           *fresh = s->work + s->table->cells;
    struct weight_move move;
    size_t cells = s->table->cells;

    if (!propose_weight(s, h, step, &move)) return;
    for (int k = 0; k < s->table->lists; k++) {
        double odds = s->in[h][k] / s->out[h][k] * down;

        move.out[k] = ridge ? 1.0 / (1.0 + odds) : s->out[h][k];
        move.in[k] = ridge ? (odds < 1e300 ? odds * move.out[k] : 1.0) : s->in[h][k];
        if (ridge) move.log_prior += log(move.in[k] / s->in[h][k]) + log(move.out[k] / s->out[h][k]);
    }
    lac_latent_fill_kernel(s->table, move.in, move.out, fresh);
    for (size_t c = 0; c < cells; c++) s->proposed[c] = s->rest[c] * move.others + move.nu * fresh[c];
    double l = proposed_likelihood(s);
    if (!accept(beta * (l - s->log_likelihood) + move.log_prior, random)) return;
    take_weight(s, h, &move);
    memcpy(s->kernel + (size_t)h * cells, fresh, cells * sizeof *fresh);
    for (int k = 0; k < s->table->lists; k++) {
        s->in[h][k] = move.in[k];
        s->out[h][k] = move.out[k];
    }
    s->log_likelihood = l;
}

/* --- sticks
 * --------------------------------------------------------------------------------------------------- */

/* V_h to a new logit. `before` is the sum over the classes before h, `after` that over the later ones with
 * weights that add up to one. */
static void move_stick(struct lac_latent_state *s, int h, bool anew, double beta, struct lac_random *random,
                       const double *restrict before, const double *restrict after)
{
    size_t cells = s->table->cells;
    const double *restrict kernel = s->kernel + (size_t)h * cells;
    double old = s->logit[h], log_prior = 0.0, left = exp(s->log_rest[h]);
    double to = anew ? prior_stick(s->alpha, random) : old + square_step(random, 0.1, 50.0);
    double v = left / (1.0 + exp(-to)), rest = left / (1.0 + exp(to));

    if (!anew) log_prior = softplus(-old) - softplus(-to) + s->alpha * (softplus(old) - softplus(to));
    for (size_t c = 0; c < cells; c++) s->proposed[c] = before[c] + v * kernel[c] + rest * after[c];
    double l = proposed_likelihood(s);
    if (!accept(beta * (l - s->log_likelihood) + log_prior, random)) return;
    s->logit[h] = to;
    s->log_likelihood = l;
}

static void move_sticks(struct lac_latent_state *s, double beta, struct lac_random *random)
{
    size_t cells = s->table->cells;
    double *before = s->work + cells, *restrict after = s->rest;

    /* moves go from the last class to the first, so what is before stays right */
    memset(before, 0, cells * sizeof *before);
    for (size_t h = 0; h + 2 < H; h++)
        for (size_t c = 0; c < cells; c++)
            before[(h + 1) * cells + c] = before[h * cells + c] + s->nu[h] * s->kernel[h * cells + c];
    memcpy(after, s->kernel + (H - 1) * cells, cells * sizeof *after);
    for (int h = H - 2; h >= 0; h--) {
        const double *kernel = s->kernel + (size_t)h * cells;

        move_stick(s, h, true, beta, random, before + (size_t)h * cells, after);
        if (s->log_rest[h] > -14.0) move_stick(s, h, false, beta, random, before + (size_t)h * cells, after);
        double v = 1.0 / (1.0 + exp(-s->logit[h])), rest = 1.0 / (1.0 + exp(s->logit[h]));
        for (size_t c = 0; c < cells; c++) after[c] = v * kernel[c] + rest * after[c];
    }
    weights_from_sticks(s);
}

/* --- labels
 * --------------------------------------------------------------------------------------------------- */

static void exchange(double *a, double *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double x = a[i];
        a[i] = b[i];
        b[i] = x;
    }
}

/* Classes i < j exchange their places; the likelihood does not change. */
static void exchange_labels(struct lac_latent_state *s, int i, int j, struct lac_random *random)
{
    double log_rest[H + 1], log_ratio = 0.0, rest = 0.0;
    size_t cells = s->table->cells;

    if (!(s->nu[i] > SMALL && s->nu[j] > SMALL)) return;
    for (int g = j + 1; g < H; g++) rest += s->nu[g];
    memcpy(log_rest, s->log_rest, sizeof log_rest);
    for (int g = j; g > i; g--) {
        rest += s->nu[g == j ? i : g];
        log_rest[g] = log(rest);
        if (g < H - 1) log_ratio -= log_rest[g] - s->log_rest[g];
    }
    if (j == H - 1) log_ratio += (s->alpha - 1.0) * (s->log_nu[i] - s->log_nu[j]);
    if (!accept(log_ratio, random)) return;
    memcpy(s->log_rest, log_rest, sizeof log_rest);
    exchange(&s->log_nu[i], &s->log_nu[j], 1);
    exchange(&s->nu[i], &s->nu[j], 1);
    exchange(s->in[i], s->in[j], (size_t)s->table->lists);
    exchange(s->out[i], s->out[j], (size_t)s->table->lists);
    exchange(s->kernel + (size_t)i * cells, s->kernel + (size_t)j * cells, cells);
    sticks_from_weights(s, i, j);
}

/* --- a sweep
 * -------------------------------------------------------------------------------------------------- */

void lac_latent_state_sweep(struct lac_latent_state *s, double beta, struct lac_random *random)
{
    refresh(s);
    for (int h = 0; h < H; h++) {
        /* how often a class is moved may depend on weights, for its chances' moves leave them alone */
        int passes = s->nu[h] < LIGHT ? 0 : s->nu[h] < HEAVY ? 1 : 2;

        sum_classes(s, h, s->rest);
        for (int pass = 0; pass < passes; pass++)
            for (int k = 0; k < s->table->lists; k++) move_chance(s, h, k, beta, random);
        draw_class(s, h, beta, random);
        move_weight(s, h, true, beta, random);
        move_weight(s, h, false, beta, random);
    }
    move_sticks(s, beta, random);
    for (int i = 0; i < H; i++) {
        int a = (int)lac_random_below(random, H), b = (int)lac_random_below(random, H);

        if (a != b) exchange_labels(s, a < b ? a : b, a < b ? b : a, random);
    }
    s->alpha = lac_random_gamma(random, SHAPE + H - 1, RATE - s->log_nu[H - 1]);
}

double lac_latent_state_total(const struct lac_latent_state *s, struct lac_random *random)
{
    double p0 = 0.0;

    for (int h = 0; h < H; h++) p0 += s->nu[h] * s->kernel[(size_t)h * s->table->cells];
    double mean = lac_random_gamma(random, s->table->n, fmax(1e-15, 1.0 - p0) / p0);
    if (mean < 1e6) return s->table->n + (double)lac_random_poisson(random, mean);
    return s->table->n + floor(mean + sqrt(mean) * lac_random_normal(random) + 0.5);
}
