/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "existence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "existence_internal.h"
#include "history.h"

#define ZERO 1e-9  /* s* and the like, relative to n */
#define DOUBT 1e-6 /* below this the program is solved again in exact arithmetic */
#define MEMORY 4096

/* Remembered verdicts, by a hash of model and zero pattern kept whole: a slot is used only on an exact match.
 */
struct remembered {
    uint64_t zeros, model; /* up to 6 lists: empty cells and terms, as bits */
    enum lac_verdict verdict;

    bool used, heterogeneity;
};

struct lac_existence {
    int lists;
    struct lac_design design;
    struct remembered memory[MEMORY];
};

struct lac_existence *lac_existence_new(int lists)
{
    struct lac_existence *existence = calloc(1, sizeof *existence);

    if (existence == NULL) return NULL;
    existence->lists = lists;
    if (!lac_design_init(&existence->design, lists)) {
        lac_existence_free(existence);
        return NULL;
    }
    return existence;
}

void lac_existence_free(struct lac_existence *existence)
{
    if (existence == NULL) return;
    lac_design_release(&existence->design);
    free(existence);
    lac_program_end_thread();
}

void lac_existence_end_thread(void)
{
    lac_program_end_thread();
}

/* A person in every cell left, or a converged fit whose means are all well above its own rounding error. */
static bool certified(const struct lac_design *design, const struct lac_fit_space *space,
                      const struct lac_fit *fit)
{
    bool full = true;

    for (int i = 0; full && i < design->cells; i++) full = design->count[i] > 0.0;
    if (full) return true;
    return space != NULL && fit != NULL && fit->status == LAC_FIT_OK && fit->smallest > 1e-4 &&
           fit->iterations < 15;
}

static enum lac_verdict decide(struct lac_design *design, const struct lac_fit_space *space,
                               const struct lac_fit *fit)
{
    bool dependent = lac_design_rank(design) < design->columns;
    double depth;

    if (certified(design, space, fit)) return dependent ? LAC_VERDICT_DEPENDENT : LAC_VERDICT_EXISTS;
    if (!lac_program_depth(design, false, &depth)) return LAC_VERDICT_UNKNOWN;
    if (depth < DOUBT * design->n && !lac_program_depth(design, true, &depth)) return LAC_VERDICT_UNKNOWN;
    if (depth > ZERO * design->n) return dependent ? LAC_VERDICT_DEPENDENT : LAC_VERDICT_EXISTS;
    return dependent ? LAC_VERDICT_BOTH : LAC_VERDICT_NO_MLE;
}

/* Key of the memory; false for tables it does not cover. */
static bool key_of(const struct lac_existence *existence, const double *count,
                   const struct lac_estimate_model *model, const bool *drop, struct remembered *key)
{
    if (existence->lists > 6) return false;
    *key = (struct remembered){
        .model = lac_estimate_model_bits(model), .heterogeneity = model->heterogeneity, .used = true};
    for (size_t w = 1; w < (size_t)1 << existence->lists; w++) {
        if (drop != NULL && drop[w]) return false;
        if (!(count[w] > 0.0)) key->zeros |= (uint64_t)1 << w;
    }
    return true;
}

static struct remembered *slot_of(struct lac_existence *existence, const struct remembered *key)
{
    uint64_t mixed =
        (key->zeros * 0x9E3779B97F4A7C15u) ^ (key->model * 0xC2B2AE3D27D4EB4Fu) ^ key->heterogeneity;

    return &existence->memory[(mixed ^ mixed >> 29) * 0xFF51AFD7ED558CCDu >> 52];
}

static bool same_key(const struct remembered *a, const struct remembered *b)
{
    return a->used && a->zeros == b->zeros && a->model == b->model && a->heterogeneity == b->heterogeneity;
}

enum lac_verdict lac_estimate_existence(struct lac_existence *existence, const double *count,
                                        const struct lac_estimate_model *model, const bool *drop,
                                        const struct lac_fit_space *space, const struct lac_fit *fit)
{
    struct remembered key, *slot = NULL;
    enum lac_verdict verdict;

    if (key_of(existence, count, model, drop, &key)) {
        slot = slot_of(existence, &key);
        if (same_key(slot, &key)) return slot->verdict;
    }
    lac_design_make(&existence->design, count, model, drop);
    verdict = decide(&existence->design, space, fit);
    if (slot != NULL && verdict != LAC_VERDICT_UNKNOWN) {
        *slot = key;
        slot->verdict = verdict;
    }
    return verdict;
}

/* --- the face
 * --------------------------------------------------------------------------------------------------- */

/* A copy of the model with only the design's columns that are independent on the face, intercept first: where
 * N is estimable, leaving out the others does not change theta_0. */
static void independent_model(const struct lac_design *design, struct lac_estimate_model *model)
{
    struct lac_estimate_model reduced = {.lists = model->lists};

    for (int j = 0; j < design->columns; j++) {
        if (!design->independent[j]) continue;
        if (j < design->terms)
            reduced.term[reduced.terms++] = design->term[j];
        else
            reduced.heterogeneity = true;
    }
    *model = reduced;
}

static void fit_face(struct lac_existence *existence, struct lac_fit_space *space, const double *count,
                     const struct lac_estimate_model *model, struct lac_fit *fit)
{
    struct lac_design *design = &existence->design;
    struct lac_estimate_model reduced = *model;
    int parameters = model->terms + (model->heterogeneity ? 1 : 0);

    independent_model(design, &reduced);
    for (size_t w = 0; w < (size_t)1 << existence->lists; w++) design->outside[w] = w != 0;
    for (int i = 0; i < design->cells; i++) {
        if (design->face[i]) design->outside[design->cell[i]] = false;
    }
    lac_estimate_fit(space, count, &reduced, &(struct lac_fit_options){.drop = design->outside}, fit);
    if (fit->status != LAC_FIT_OK) return;
    /* every term of the model that was asked for counts */
    fit->aic += 2.0 * (parameters - fit->parameters);
    fit->bic += log(fit->n) * (parameters - fit->parameters);
    fit->empty += parameters - fit->parameters;
    fit->parameters = parameters;
}

static void repair(struct lac_existence *existence, struct lac_fit_space *space, const double *count,
                   const struct lac_estimate_model *model, struct lac_fit *fit)
{
    struct lac_design *design = &existence->design;
    double low, high;

    fit->status = LAC_FIT_NOT_IDENTIFIABLE;
    lac_design_make(design, count, model, NULL);
    if (!lac_program_face(design)) return;
    if (lac_design_intercept_estimable(design)) {
        fit_face(existence, space, count, model, fit);
        fit->repaired = fit->status == LAC_FIT_OK;
        return;
    }
    if (lac_design_face_whole(design) || !lac_program_direction(design, &low, &high)) return;
    if (low > 0.0) fit->status = LAC_FIT_INFINITE;
    fit->at_observed = high < 0.0;
}

enum lac_verdict lac_estimate_fit_checked(struct lac_existence *existence, struct lac_fit_space *space,
                                          const double *count, const struct lac_estimate_model *model,
                                          struct lac_fit *fit)
{
    enum lac_verdict verdict;

    lac_estimate_fit(space, count, model, NULL, fit);
    verdict = lac_estimate_existence(existence, count, model, NULL, space, fit);
    if (verdict == LAC_VERDICT_EXISTS) return verdict;
    if (verdict == LAC_VERDICT_UNKNOWN)
        fit->status = LAC_FIT_FAILED;
    else
        repair(existence, space, count, model, fit);
    if (fit->status != LAC_FIT_OK) fit->estimate = fit->unseen = fit->se = (double)NAN;
    return verdict;
}
