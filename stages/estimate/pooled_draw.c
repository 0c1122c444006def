/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pooled_draw.h"
#include <math.h>
#include "base/random.h"

#define VARIANCE_LIMIT 25.0
#define CLIP 50.0
#define MEAN_LIMIT 1e9 /* no nation has as many: not worth a Poisson number */

struct job {
    const struct lac_pooled_data *data;
    const struct lac_pooled_drawing *drawing;
    struct lac_pooled_draws *draws;
    size_t sets, *clipped; /* by set */
    bool *failed;
    double information[LAC_POOLED_LISTS];
};

static void draw_variances(const struct job *job, const struct lac_pooled *pooled, uint32_t set,
                           double *variance)
{
    struct lac_random random;
    lac_random_init(&random, job->drawing->seed, LAC_PURPOSE_LAPLACE, set, job->drawing->part, 0);
    for (int k = 0; k < job->data->lists; k++) {
        double sd = sqrt(2 / fmax(job->information[k], 1));
        double drawn = lac_pooled_variances(pooled)[k] * exp(sd * lac_random_normal(&random));
        variance[k] = fmin(fmax(drawn, LAC_POOLED_VARIANCE_FLOOR), VARIANCE_LIMIT);
    }
}

/* One draw; how many forces were cut off. */
static size_t draw_one(const struct job *job, const struct lac_pooled *pooled, size_t b, double *theta)
{
    size_t locals = (size_t)job->data->lists + 1, clipped = 0, forces = job->data->forces;
    double *unseen = job->draws->force_unseen + b * forces;
    struct lac_random random;
    lac_random_init(&random, job->drawing->seed, LAC_PURPOSE_LAPLACE, (uint32_t)b, job->drawing->part, 1);
    for (size_t i = 0; i < lac_pooled_parameter_count(pooled); i++) theta[i] = lac_random_normal(&random);
    lac_pooled_parameters_draw(pooled, theta);
    job->draws->unseen[b] = 0;
    for (size_t f = 0; f < forces; f++) {
        double limit = log(CLIP * lac_pooled_seen(pooled, f) + CLIP);
        if (theta[f * locals] > limit) {
            theta[f * locals] = limit;
            clipped++;
        }
        double mean = lac_pooled_unseen(pooled, f, theta);
        unseen[f] = mean < MEAN_LIMIT ? (double)lac_random_poisson(&random, mean) : mean;
        job->draws->unseen[b] += unseen[f];
    }
    return clipped;
}

static void draw_set(struct job *job, const struct lac_pooled *mode, struct lac_pooled *pooled, size_t set,
                     double *theta)
{
    double variance[LAC_POOLED_LISTS], seen = 0;
    for (size_t f = 0; f < job->data->forces; f++) seen += lac_pooled_seen(pooled, f);
    draw_variances(job, mode, (uint32_t)set, variance);
    job->failed[set] = !lac_pooled_refit(pooled, variance) || !lac_pooled_information(pooled);
    for (size_t b = set; b < job->drawing->draws; b += job->sets) {
        job->draws->seen[b] = seen;
        if (!job->failed[set]) {
            job->clipped[set] += draw_one(job, pooled, b, theta);
            continue;
        }
        job->draws->unseen[b] = (double)INFINITY;
        for (size_t f = 0; f < job->data->forces; f++)
            job->draws->force_unseen[b * job->data->forces + f] = (double)INFINITY;
    }
}

static enum lac_status make_room(struct job *job, struct lac_arena *arena, struct lac_error *err)
{
    struct lac_pooled_draws *draws = job->draws;
    size_t b = job->drawing->draws;
    *draws = (struct lac_pooled_draws){.seen = LAC_NEW(arena, double, b),
                                       .unseen = LAC_NEW(arena, double, b),
                                       .force_unseen = LAC_NEW(arena, double, b * job->data->forces)};
    job->clipped = LAC_NEW(arena, size_t, job->sets);
    job->failed = LAC_NEW(arena, bool, job->sets);
    if (!draws->seen || !draws->unseen || !draws->force_unseen || !job->clipped || !job->failed)
        return lac_fail_memory(err, "draws of partial pooling");
    return LAC_OK;
}

/* A fit for every set, at the counts of its linkage. */
static enum lac_status make_copies(const struct job *job, const struct lac_pooled *pooled,
                                   struct lac_pooled **copy, struct lac_arena *arena, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (size_t s = 0; !st && s < job->sets; s++) {
        const struct lac_pooled_data *data = job->drawing->linkage ? &job->drawing->linkage[s] : job->data;
        st = lac_pooled_copy(pooled, data, arena, &copy[s], err);
    }
    return st;
}

enum lac_status lac_pooled_draw(struct lac_pooled *pooled, const struct lac_pooled_drawing *drawing,
                                struct lac_arena *arena, struct lac_pooled_draws *draws,
                                struct lac_error *err)
{
    struct job job = {.data = lac_pooled_data_of(pooled), .drawing = drawing, .draws = draws};
    job.sets = drawing->linkage ? drawing->linkages : LAC_POOLED_DRAW_SETS;
    size_t size = lac_pooled_parameter_count(pooled);
    double *theta = LAC_NEW(arena, double, job.sets *size);
    struct lac_pooled **copy = LAC_NEW(arena, struct lac_pooled *, job.sets);
    if (!theta || !copy) return lac_fail_memory(err, "draws of partial pooling");
    enum lac_status st = make_room(&job, arena, err);
    if (!st) st = make_copies(&job, pooled, copy, arena, err);
    if (st) return st;
    if (lac_pooled_information(pooled))
        for (int k = 0; k < job.data->lists; k++)
            job.information[k] = lac_pooled_variance_information(pooled, k);
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t s = 0; s < job.sets; s++) draw_set(&job, pooled, copy[s], s, theta + s * size);
    for (size_t s = 0; s < job.sets; s++) draws->clipped += job.clipped[s];
    for (size_t b = 0; b < drawing->draws; b++) draws->failed += job.failed[b % job.sets];
    return LAC_OK;
}

enum lac_status lac_pooled_points(const struct lac_pooled *pooled, const struct lac_pooled_data *data,
                                  size_t sets, struct lac_arena *arena, double *point, struct lac_error *err)
{
    struct lac_pooled **copy = LAC_NEW(arena, struct lac_pooled *, sets);
    if (!copy) return lac_fail_memory(err, "fits of partial pooling");
    for (size_t s = 0; s < sets; s++) {
        enum lac_status st = lac_pooled_copy(pooled, &data[s], arena, &copy[s], err);
        if (st) return st;
    }
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t s = 0; s < sets; s++) {
        bool found = lac_pooled_refit(copy[s], lac_pooled_variances(pooled));
        double unseen = 0;
        for (size_t f = 0; found && f < data[s].forces; f++)
            unseen += lac_pooled_unseen(copy[s], f, lac_pooled_parameters(copy[s]));
        point[s] = found ? log(unseen) : (double)INFINITY;
    }
    return LAC_OK;
}
