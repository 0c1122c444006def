/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "latent_class.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "latent_joint.h"
#include "latent_state.h"

#define RUNGS_MAX 40
#define RUNG_STEP 0.8
#define SWEEPS_OF_A_STREAM 1000
#define DRAWS_FIRST 8000
#define DRAWS_LAST 32000
#define BURN_IN (1.0 / 3.0) /* of all sweeps */
#define COLDEST (-4.0)      /* log of the factor of beta at the start */
#define CLASS_IN_USE 0.01

/* One chain with its rungs; rung[0] is the posterior. */
struct chain {
    struct lac_arena arena;
    struct lac_latent_state state[RUNGS_MAX], *rung[RUNGS_MAX];
    struct lac_latent_guides guide[RUNGS_MAX]; /* of the rung, not of the state that is on it */
    struct lac_random random;
    double *total, *used; /* after every sweep: N, classes in use */
    size_t sweeps;
};

struct sampler {
    const struct lac_latent_settings *settings;
    struct lac_latent_table table;
    size_t burn; /* sweeps of a chain that burn in the first time: nothing is learned later */
    int rungs;
    double beta[RUNGS_MAX];
    struct chain *chain;
};

int lac_latent_converged(const struct lac_convergence *convergence)
{
    return convergence->r_hat <= LAC_LATENT_R_HAT && convergence->bulk >= LAC_LATENT_SIZE &&
           convergence->tail >= LAC_LATENT_SIZE;
}

/* Down to where some hundred persons' worth of likelihood is left and one class does. */
static void make_ladder(struct sampler *s)
{
    double lowest = fmin(0.5, 800.0 / s->table.n), beta = 1.0;

    while (s->rungs < RUNGS_MAX && (s->rungs < 1 || beta > lowest * RUNG_STEP)) {
        s->beta[s->rungs++] = beta;
        beta *= RUNG_STEP;
    }
}

static enum lac_status chain_init(struct sampler *s, uint32_t number, struct lac_error *err)
{
    struct chain *chain = &s->chain[number];
    struct lac_random random;
    enum lac_status st;

    lac_random_init(&random, s->settings->seed, LAC_PURPOSE_LATENT, number, s->settings->part, UINT32_MAX);
    for (int r = 0; r < s->rungs; r++) {
        if ((st = lac_latent_state_init(&chain->state[r], &s->table, &chain->arena, err))) return st;
        if ((st = lac_latent_guides_init(&chain->guide[r], s->table.lists, &chain->arena, err))) return st;
        lac_latent_state_draw(&chain->state[r], &random);
        chain->rung[r] = &chain->state[r];
    }
    return LAC_OK;
}

/* Neighbouring rungs exchange states, even and odd pairs in turn. */
static void exchange_rungs(const struct sampler *s, struct chain *chain, struct lac_random *random)
{
    for (int r = (int)(chain->sweeps & 1); r + 1 < s->rungs; r += 2) {
        struct lac_latent_state *here = chain->rung[r], *next = chain->rung[r + 1];
        double ratio = (s->beta[r] - s->beta[r + 1]) * (next->log_likelihood - here->log_likelihood);

        if (!(log(lac_random_uniform(random)) < ratio)) continue;
        chain->rung[r] = next;
        chain->rung[r + 1] = here;
    }
}

static double classes_in_use(const struct lac_latent_state *state)
{
    double used = 0.0;

    for (int h = 0; h < LAC_LATENT_CLASSES; h++) used += state->nu[h] > CLASS_IN_USE;
    return used;
}

/* While a chain burns in: a quarter with beta rising, so that classes part only as the data ask for it; then
 * directions are learned to the half, and once more along these. After that they stay as they are. */
static double warm_up(const struct sampler *s, struct chain *chain)
{
    double done = 4.0 * (double)chain->sweeps / (double)s->burn;

    if (2 * chain->sweeps == s->burn || chain->sweeps == s->burn)
        for (int r = 0; r < s->rungs; r++) lac_latent_guides_turn(&chain->guide[r]);
    return done < 1.0 ? exp(COLDEST * (1.0 - done)) : 1.0;
}

static void rung_sweep(const struct sampler *s, struct chain *chain, int r, double heat)
{
    struct lac_latent_state *state = chain->rung[r];
    bool learn = chain->sweeps < s->burn && 4 * chain->sweeps >= s->burn;

    lac_latent_joint_sweep(state, &chain->guide[r], s->beta[r] * heat, &chain->random);
    if (learn) lac_latent_guides_learn(&chain->guide[r], state);
    lac_latent_state_sweep(state, s->beta[r] * heat, &chain->random);
    if (learn) lac_latent_guides_learn(&chain->guide[r], state);
}

static void chain_run(const struct sampler *s, uint32_t number, size_t sweeps)
{
    struct chain *chain = &s->chain[number];
    struct lac_random *random = &chain->random;

    for (; chain->sweeps < sweeps; chain->sweeps++) {
        double heat = warm_up(s, chain);

        if (chain->sweeps % SWEEPS_OF_A_STREAM == 0)
            lac_random_init(random, s->settings->seed, LAC_PURPOSE_LATENT, number, s->settings->part,
                            (uint32_t)(chain->sweeps / SWEEPS_OF_A_STREAM));
        for (int r = 0; r < s->rungs; r++) rung_sweep(s, chain, r, heat);
        exchange_rungs(s, chain, random);
        chain->total[chain->sweeps] = lac_latent_state_total(chain->rung[0], random);
        chain->used[chain->sweeps] = classes_in_use(chain->rung[0]);
    }
}

/* All chains on to `sweeps`; the memory of what they leave behind grows first. */
static enum lac_status run_chains(struct sampler *s, size_t sweeps, struct lac_error *err)
{
    for (int c = 0; c < LAC_LATENT_CHAINS; c++) {
        struct chain *chain = &s->chain[c];
        double *total = realloc(chain->total, sweeps * sizeof *total);
        if (total) chain->total = total;
        double *used = realloc(chain->used, sweeps * sizeof *used);
        if (used) chain->used = used;
        if (!total || !used) return lac_fail_memory(err, "draws");
    }
#pragma omp parallel for schedule(dynamic, 1)
    for (uint32_t c = 0; c < LAC_LATENT_CHAINS; c++) chain_run(s, c, sweeps);
    return LAC_OK;
}

/* The last `keep` draws of every chain, and what they say of convergence. */
static enum lac_status take(const struct sampler *s, size_t keep, struct lac_arena *arena,
                            struct lac_latent *out, struct lac_error *err)
{
    size_t count = keep * LAC_LATENT_CHAINS;
    double *draw = LAC_NEW(arena, double, count), *logs = malloc(count * sizeof *logs), used = 0.0;

    if (draw == NULL || logs == NULL) {
        free(logs);
        return lac_fail_memory(err, "draws");
    }
    for (size_t c = 0; c < LAC_LATENT_CHAINS; c++) {
        const struct chain *chain = &s->chain[c];

        memcpy(draw + c * keep, chain->total + (chain->sweeps - keep), keep * sizeof *draw);
        for (size_t i = chain->sweeps - keep; i < chain->sweeps; i++) used += chain->used[i];
    }
    for (size_t i = 0; i < count; i++) logs[i] = log(draw[i]);
    out->draw = draw;
    out->count = count;
    out->rungs = s->rungs;
    out->classes = used / (double)count;
    enum lac_status st = lac_convergence_make(logs, LAC_LATENT_CHAINS, keep, &out->convergence, err);
    free(logs);
    return st;
}

static enum lac_status run(struct sampler *s, struct lac_arena *arena, struct lac_latent *out,
                           struct lac_error *err)
{
    int64_t draws = s->settings->draws > 0 ? s->settings->draws : DRAWS_FIRST;
    enum lac_status st;

    for (;; draws *= 2) {
        size_t keep = (size_t)((draws + LAC_LATENT_CHAINS - 1) / LAC_LATENT_CHAINS);
        size_t sweeps = (size_t)ceil((double)keep / (1.0 - BURN_IN));

        if (keep < 8) keep = 8;
        if (sweeps < keep + 2) sweeps = keep + 2;
        if (s->burn == 0) s->burn = (sweeps - keep) / 4 * 4;
        if ((st = run_chains(s, sweeps, err)) || (st = take(s, keep, arena, out, err))) return st;
        if (s->settings->draws > 0 || lac_latent_converged(&out->convergence) || draws >= DRAWS_LAST)
            return LAC_OK;
    }
}

enum lac_status lac_latent_class(const struct lac_estimate_history *history,
                                 const struct lac_latent_settings *settings, struct lac_arena *arena,
                                 struct lac_latent *out, struct lac_error *err)
{
    struct sampler s = {.settings = settings};
    enum lac_status st = LAC_OK;

    memset(out, 0, sizeof *out);
    s.chain = calloc(LAC_LATENT_CHAINS, sizeof *s.chain);
    if (s.chain == NULL) return lac_fail_memory(err, "chains");
    for (int c = 0; c < LAC_LATENT_CHAINS; c++) lac_arena_init(&s.chain[c].arena);
    if ((st = lac_latent_table_init(&s.table, history, arena, err))) goto cleanup;
    make_ladder(&s);
    for (uint32_t c = 0; !st && c < LAC_LATENT_CHAINS; c++) st = chain_init(&s, c, err);
    if (!st) st = run(&s, arena, out, err);
cleanup:
    for (int c = 0; c < LAC_LATENT_CHAINS; c++) {
        lac_arena_release(&s.chain[c].arena);
        free(s.chain[c].total);
        free(s.chain[c].used);
    }
    free(s.chain);
    return st;
}
