/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "existence_internal.h"
#include "history.h"

#define COLUMNS_MAX (LAC_ESTIMATE_TERMS_MAX + 1)

bool lac_design_init(struct lac_design *design, int lists)
{
    size_t cells = (size_t)1 << lists;

    memset(design, 0, sizeof *design);
    design->lists = lists;
    design->cell = calloc(cells, sizeof *design->cell);
    design->count = calloc(cells, sizeof *design->count);
    design->face = calloc(cells, sizeof *design->face);
    design->outside = calloc(cells, sizeof *design->outside);
    design->total = calloc(cells, sizeof *design->total);
    design->gram = calloc((size_t)COLUMNS_MAX * COLUMNS_MAX, sizeof *design->gram);
    return design->cell != NULL && design->count != NULL && design->face != NULL && design->outside != NULL &&
           design->total != NULL && design->gram != NULL;
}

void lac_design_release(struct lac_design *design)
{
    free(design->cell);
    free(design->count);
    free(design->face);
    free(design->outside);
    free(design->total);
    free(design->gram);
}

/* Terms with an empty overlap go, and with them the cells that contain them. */
static void choose_terms(struct lac_design *design, const struct lac_estimate_model *model)
{
    size_t cells = (size_t)1 << design->lists;

    design->terms = 0;
    for (int i = 0; i < model->terms; i++) {
        unsigned s = model->term[i];

        if (s == 0 || design->total[s] > 0.0) {
            design->term[design->terms++] = (uint16_t)s;
            continue;
        }
        for (size_t w = 1; w < cells; w++) {
            if ((w & s) == s) design->outside[w] = true;
        }
    }
    design->columns = design->terms + (model->heterogeneity ? 1 : 0);
}

void lac_design_make(struct lac_design *design, const double *count, const struct lac_estimate_model *model,
                     const bool *drop)
{
    size_t cells = (size_t)1 << design->lists;

    for (size_t w = 0; w < cells; w++) {
        design->outside[w] = w == 0 || (drop != NULL && drop[w]);
        design->total[w] = design->outside[w] ? 0.0 : count[w];
    }
    lac_estimate_superset_transform(design->lists, design->total);
    choose_terms(design, model);
    design->cells = 0;
    design->n = 0.0;
    for (size_t w = 1; w < cells; w++) {
        if (design->outside[w]) continue;
        design->cell[design->cells] = (uint16_t)w;
        design->count[design->cells++] = count[w];
        design->n += count[w];
    }
}

double lac_design_entry(const struct lac_design *design, int row, int column)
{
    unsigned w = design->cell[row];
    int size = __builtin_popcount(w);

    if (column >= design->terms) return 0.5 * size * (size - 1);
    return (w & design->term[column]) == design->term[column] ? 1.0 : 0.0;
}

double lac_design_margin(const struct lac_design *design, int column)
{
    double sum = 0.0;

    for (int i = 0; i < design->cells; i++) sum += design->count[i] * lac_design_entry(design, i, column);
    return sum;
}

/* Gram matrix of the rows chosen (NULL: all), lower triangle; entries are whole numbers. */
static void fill_gram(struct lac_design *design, const bool *rows)
{
    int p = design->columns;

    memset(design->gram, 0, sizeof(double) * (size_t)p * (size_t)p);
    for (int i = 0; i < design->cells; i++) {
        if (rows != NULL && !rows[i]) continue;
        for (int a = 0; a < p; a++) {
            double x = lac_design_entry(design, i, a);

            if (x == 0.0) continue;
            for (int b = 0; b <= a; b++) design->gram[a * p + b] += x * lac_design_entry(design, i, b);
        }
    }
}

/* Cholesky in column order that skips dependent columns; marks the columns kept and returns how many. */
static int eliminate(struct lac_design *design)
{
    int p = design->columns, rank = 0;
    double *g = design->gram;

    for (int j = 0; j < p; j++) {
        double diagonal = g[j * p + j], pivot = diagonal;

        for (int k = 0; k < j; k++) pivot -= design->independent[k] ? g[j * p + k] * g[j * p + k] : 0.0;
        design->independent[j] = pivot > 1e-9 * (diagonal > 1.0 ? diagonal : 1.0);
        if (!design->independent[j]) continue;
        rank++;
        pivot = sqrt(pivot);
        g[j * p + j] = pivot;
        for (int i = j + 1; i < p; i++) {
            double sum = g[i * p + j];

            for (int k = 0; k < j; k++) sum -= design->independent[k] ? g[i * p + k] * g[j * p + k] : 0.0;
            g[i * p + j] = sum / pivot;
        }
    }
    return rank;
}

int lac_design_rank(struct lac_design *design)
{
    fill_gram(design, NULL);
    return eliminate(design);
}

/* Moves column 0 behind the others in the Gram matrix. */
static void intercept_last(struct lac_design *design)
{
    int p = design->columns;
    double *g = design->gram;

    for (int a = 0; a < p; a++) {
        for (int b = a + 1; b < p; b++) g[a * p + b] = g[b * p + a];
    }
    for (int a = 0; a < p; a++) {
        double first = g[a * p];

        memmove(&g[a * p], &g[a * p + 1], sizeof(double) * (size_t)(p - 1));
        g[a * p + p - 1] = first;
    }
    for (int b = 0; b < p; b++) {
        double first = g[b];

        for (int a = 0; a + 1 < p; a++) g[a * p + b] = g[(a + 1) * p + b];
        g[(p - 1) * p + b] = first;
    }
}

bool lac_design_intercept_estimable(struct lac_design *design)
{
    bool estimable;

    /* e_0 is in the row space if and only if the intercept's column is independent of all others */
    fill_gram(design, design->face);
    intercept_last(design);
    (void)eliminate(design);
    estimable = design->independent[design->columns - 1];
    fill_gram(design, design->face);
    (void)eliminate(design);
    return estimable;
}

bool lac_design_face_whole(const struct lac_design *design)
{
    for (int i = 0; i < design->cells; i++) {
        if (!design->face[i]) return false;
    }
    return true;
}
