/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "latent_joint.h"

#include <math.h>
#include <string.h>

#include "cholesky.h"

#define H LAC_LATENT_CLASSES
#define COORDS LAC_LATENT_COORDS
#define LARGE 0.01 /* a class with more than this share of the persons */
#define ENOUGH 8.0 /* states a coordinate */
#define WIDEST 3.0 /* steps are up to this many standard deviations of the normal they come from */

/* The classes that are moved, largest first. */
static int large_classes(const struct lac_latent_state *s, int *class)
{
    int count = 0;

    for (int h = 0; h < H; h++) {
        int at = count;

        if (!(s->nu[h] > LARGE)) continue;
        for (; at > 0 && s->nu[class[at - 1]] < s->nu[h]; at--) class[at] = class[at - 1];
        class[at] = h;
        count++;
    }
    return count;
}

/* --- learning ---------------------------------------------------------------------------------------------
 */

enum lac_status lac_latent_guides_init(struct lac_latent_guides *guides, int lists, struct lac_arena *arena,
                                       struct lac_error *err)
{
    memset(guides, 0, sizeof *guides);
    for (int large = 1; large <= LAC_LATENT_LARGE; large++) {
        struct lac_latent_guide *guide = &guides->of[large];
        int d = large * lists + large; /* with t */

        if (d > COORDS) break;
        guide->shift = LAC_NEW(arena, double, d);
        guide->sum = LAC_NEW(arena, double, d);
        guide->product = LAC_NEW(arena, double, d *LAC_CHOLESKY_STRIDE(d));
        guide->direction = LAC_NEW(arena, double, d *LAC_CHOLESKY_STRIDE(d));
        if (!guide->shift || !guide->sum || !guide->product || !guide->direction)
            return lac_fail_memory(err, "directions of a chain");
        guide->coords = d;
    }
    return LAC_OK;
}

static void coordinates(const struct lac_latent_state *s, const int *class, int large, double *z)
{
    int at = 1, lists = s->table->lists;
    double p0 = 0.0;

    for (int h = 0; h < H; h++) p0 += s->nu[h] * s->kernel[(size_t)h * s->table->cells];
    z[0] = log(p0 / fmax(1e-300, 1.0 - p0));
    for (int j = 0; j < large; j++)
        for (int k = 0; k < lists; k++) z[at++] = log(s->in[class[j]][k] / s->out[class[j]][k]);
    for (int j = 1; j < large; j++) z[at++] = log(s->nu[class[j]] / s->nu[class[0]]);
}

void lac_latent_guides_learn(struct lac_latent_guides *guides, const struct lac_latent_state *s)
{
    int class[H], large = large_classes(s, class), stride;
    double z[COORDS];
    struct lac_latent_guide *guide;

    if (large > LAC_LATENT_LARGE || guides->of[large].coords == 0) return;
    guide = &guides->of[large];
    stride = LAC_CHOLESKY_STRIDE(guide->coords);
    coordinates(s, class, large, z);
    for (int i = 0; i < guide->coords; i++)
        if (!isfinite(z[i])) return;
    if (guide->count == 0.0) memcpy(guide->shift, z, sizeof(double) * (size_t)guide->coords);
    guide->count++;
    for (int i = 0; i < guide->coords; i++) {
        z[i] -= guide->shift[i];
        guide->sum[i] += z[i];
    }
    for (int i = 0; i < guide->coords; i++)
        for (int j = i; j < guide->coords; j++) guide->product[i * stride + j] += z[i] * z[j];
}

static void turn(struct lac_latent_guide *guide)
{
    int d = guide->coords, stride = LAC_CHOLESKY_STRIDE(d);
    double n = guide->count;

    for (int i = 0; i < d; i++) {
        double *row = guide->direction + i * stride;

        for (int j = i; j < d; j++)
            row[j] = (guide->product[i * stride + j] - guide->sum[i] * guide->sum[j] / n) / (n - 1.0);
        row[i] = row[i] * (1.0 + 1e-8) + 1e-8;
        row[d] = 0.0;
    }
    guide->ready = lac_cholesky_factor(guide->direction, d, stride);
    for (int i = 0; i < d; i++) {
        double *diagonal = guide->direction + i * stride + i;
        *diagonal = 1.0 / *diagonal;
        memset(guide->direction + i * stride, 0, (size_t)i * sizeof(double));
    }
}

void lac_latent_guides_turn(struct lac_latent_guides *guides)
{
    for (int large = 1; large <= LAC_LATENT_LARGE; large++) {
        struct lac_latent_guide *guide = &guides->of[large];
        size_t d = (size_t)guide->coords;

        if (d > 0 && guide->count > ENOUGH * (double)d) turn(guide);
        if (d == 0) continue;
        memset(guide->sum, 0, d * sizeof(double));
        memset(guide->product, 0, d * (size_t)LAC_CHOLESKY_STRIDE(guide->coords) * sizeof(double));
        guide->count = 0.0;
    }
}

/* --- steps ------------------------------------------------------------------------------------------------
 */

/* The larger classes, and what is proposed for them. */
struct joint {
    int large, last, class[H]; /* last: the highest label among them */
    double share;              /* of the larger classes together */
    double rest[H + 1], new_rest[H + 1], nu[H];
    double in[LAC_LATENT_LARGE][LAC_ESTIMATE_LISTS_MAX], out[LAC_LATENT_LARGE][LAC_ESTIMATE_LISTS_MAX];
};

static void add_rest(const struct lac_latent_state *s, const double *nu, const struct joint *joint,
                     double *rest)
{
    /* nu by class; classes after the last of the larger ones keep what they have */
    double sum = 0.0;
    for (int g = H - 1; g > joint->last; g--) sum += s->nu[g];
    for (int g = joint->last; g >= 0; g--) rest[g] = sum += nu[g];
}

static void joint_init(struct joint *joint, struct lac_latent_state *s)
{
    size_t cells = s->table->cells;
    bool moved[H] = {false};

    joint->last = 0;
    joint->share = 0.0;
    for (int j = 0; j < joint->large; j++) {
        int h = joint->class[j];
        moved[h] = true;
        joint->share += s->nu[h];
        if (h > joint->last) joint->last = h;
    }
    memset(s->rest, 0, cells * sizeof *s->rest);
    for (int h = 0; h < H; h++)
        if (!moved[h]) lac_latent_add_class(s->rest, s->nu[h], s->kernel + (size_t)h * cells, cells);
    add_rest(s, s->nu, joint, joint->rest);
}

/* Proposes; false if it cannot be undone. The log of the prior's ratio with the Jacobian of z. */
static bool propose(struct joint *joint, const struct lac_latent_state *s, const double *step, double size,
                    double *log_prior)
{
    int lists = s->table->lists, at = 1;
    double ratio = 1.0, total = 0.0;

    for (int j = 0; j < joint->large; j++) {
        const double *in = s->in[joint->class[j]], *out = s->out[joint->class[j]];

        for (int k = 0; k < lists; k++) {
            double odds = in[k] / out[k] * exp(size * step[at++]);

            joint->out[j][k] = 1.0 / (1.0 + odds);
            joint->in[j][k] = odds * joint->out[j][k];
            ratio *= joint->in[j][k] * joint->out[j][k] / (in[k] * out[k]);
        }
    }
    memcpy(joint->nu, s->nu, sizeof joint->nu);
    for (int j = 1; j < joint->large; j++) joint->nu[joint->class[j]] *= exp(size * step[at++]);
    for (int j = 0; j < joint->large; j++) total += joint->nu[joint->class[j]];
    double scale = joint->share / total, above = (double)INFINITY;
    for (int j = 0; j < joint->large; j++) {
        int h = joint->class[j];
        double nu = joint->nu[h] *= scale;

        if (!(nu > LARGE && nu <= above)) return false;
        above = nu;
        ratio *= nu / s->nu[h];
    }
    add_rest(s, joint->nu, joint, joint->new_rest);
    for (int g = 1; g <= joint->last && g < H - 1; g++) ratio *= joint->rest[g] / joint->new_rest[g];
    *log_prior = log(ratio);
    if (joint->last == H - 1) *log_prior += (s->alpha - 1.0) * log(joint->nu[H - 1] / s->nu[H - 1]);
    return isfinite(*log_prior);
}

static void take(struct joint *joint, struct lac_latent_state *s, const double *fresh)
{
    size_t cells = s->table->cells, lists = (size_t)s->table->lists;

    for (int j = 0; j < joint->large; j++) {
        int h = joint->class[j];

        s->nu[h] = joint->nu[h];
        memcpy(s->in[h], joint->in[j], lists * sizeof(double));
        memcpy(s->out[h], joint->out[j], lists * sizeof(double));
        memcpy(s->kernel + (size_t)h * cells, fresh + (size_t)j * cells, cells * sizeof(double));
    }
    memcpy(joint->rest, joint->new_rest, sizeof joint->rest);
}

static void step(struct joint *joint, struct lac_latent_state *s, const double *direction, double beta,
                 struct lac_random *random)
{
    size_t cells = s->table->cells;
    double *fresh = s->work + cells, log_prior,
           size = WIDEST * lac_random_uniform(random) * lac_random_normal(random);
    double limit = log(lac_random_uniform(random));

    if (!propose(joint, s, direction, size, &log_prior)) return;
    memcpy(s->proposed, s->rest, cells * sizeof(double));
    for (int j = 0; j < joint->large; j++) {
        lac_latent_fill_kernel(s->table, joint->in[j], joint->out[j], fresh + (size_t)j * cells);
        lac_latent_add_class(s->proposed, joint->nu[joint->class[j]], fresh + (size_t)j * cells, cells);
    }
    double l = lac_latent_log_likelihood(s->table, s->proposed, s->work);
    if (!(limit < beta * (l - s->log_likelihood) + log_prior)) return;
    take(joint, s, fresh);
    s->log_likelihood = l;
}

void lac_latent_joint_sweep(struct lac_latent_state *s, const struct lac_latent_guides *guides, double beta,
                            struct lac_random *random)
{
    struct joint joint;
    const struct lac_latent_guide *guide;
    int stride;

    joint.large = large_classes(s, joint.class);
    if (joint.large > LAC_LATENT_LARGE || !guides->of[joint.large].ready) return;
    guide = &guides->of[joint.large];
    stride = LAC_CHOLESKY_STRIDE(guide->coords);
    joint_init(&joint, s);
    for (int i = 1; i < guide->coords; i++) {
        step(&joint, s, guide->direction + i * stride, beta, random);
        step(&joint, s, guide->direction, beta, random);
    }
    for (int j = 0; j < joint.large; j++) s->log_nu[joint.class[j]] = log(s->nu[joint.class[j]]);
    lac_latent_weights_changed(s, joint.last);
}
