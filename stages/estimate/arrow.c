/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "arrow.h"
#include <math.h>
#include <string.h>
#include "cholesky.h"

#define LOCALS_MAX 17

enum lac_status lac_arrow_init(struct lac_arrow *arrow, size_t blocks, int locals, int globals,
                               struct lac_arena *arena, struct lac_error *err)
{
    size_t l = (size_t)locals, g = (size_t)globals;
    if (locals < 1 || locals > LOCALS_MAX) return lac_fail(err, LAC_DEFECT, "a block of %d unknowns", locals);
    *arrow = (struct lac_arrow){.blocks = blocks, .locals = locals, .globals = globals};
    arrow->block = LAC_NEW(arena, double, blocks *l *l);
    arrow->border = LAC_NEW(arena, double, blocks *l *g);
    arrow->corner = LAC_NEW(arena, double, g *g);
    if (!arrow->block || !arrow->border || !arrow->corner)
        return lac_fail_memory(err, "a system of equations");
    return LAC_OK;
}

void lac_arrow_clear(struct lac_arrow *arrow)
{
    size_t l = (size_t)arrow->locals, g = (size_t)arrow->globals;
    memset(arrow->block, 0, arrow->blocks * l * l * sizeof *arrow->block);
    memset(arrow->border, 0, arrow->blocks * l * g * sizeof *arrow->border);
    memset(arrow->corner, 0, g * g * sizeof *arrow->corner);
}

size_t lac_arrow_size(const struct lac_arrow *arrow)
{
    return arrow->blocks * (size_t)arrow->locals + (size_t)arrow->globals;
}

static double *block_of(const struct lac_arrow *arrow, size_t f)
{
    return arrow->block + f * (size_t)(arrow->locals * arrow->locals);
}

static double *border_of(const struct lac_arrow *arrow, size_t f)
{
    return arrow->border + f * (size_t)(arrow->locals * arrow->globals);
}

/* a = U'U in the upper triangle, reciprocals on the diagonal. */
static bool factor(double *a, int p)
{
    for (int i = 0; i < p; i++) {
        double diagonal = a[i * p + i];
        for (int k = 0; k < i; k++) {
            double left = a[k * p + i];
            for (int j = i; j < p; j++) a[i * p + j] -= left * a[k * p + j];
        }
        if (!(a[i * p + i] > LAC_CHOLESKY_PIVOT * diagonal)) return false;
        double reciprocal = 1 / sqrt(a[i * p + i]);
        for (int j = i + 1; j < p; j++) a[i * p + j] *= reciprocal;
        a[i * p + i] = reciprocal;
    }
    return true;
}

/* x = U'^-1 x for `columns` right-hand sides, row i of them at x + i * columns. */
static void forward(const double *u, int p, double *x, int columns)
{
    for (int i = 0; i < p; i++) {
        double *row = x + i * columns;
        for (int k = 0; k < i; k++) {
            double left = u[k * p + i];
            const double *above = x + k * columns;
            for (int j = 0; j < columns; j++) row[j] -= left * above[j];
        }
        for (int j = 0; j < columns; j++) row[j] *= u[i * p + i];
    }
}

/* x = U^-1 x */
static void backward(const double *u, int p, double *x)
{
    for (int i = p - 1; i >= 0; i--) {
        for (int k = i + 1; k < p; k++) x[i] -= u[i * p + k] * x[k];
        x[i] *= u[i * p + i];
    }
}

bool lac_arrow_factor(struct lac_arrow *arrow)
{
    int l = arrow->locals, g = arrow->globals;
    for (size_t f = 0; f < arrow->blocks; f++) {
        double *w = border_of(arrow, f);
        if (!factor(block_of(arrow, f), l)) return false;
        forward(block_of(arrow, f), l, w, g);
        for (int k = 0; k < l; k++)
            for (int i = 0; i < g; i++)
                for (int j = i; j < g; j++) arrow->corner[i * g + j] -= w[k * g + i] * w[k * g + j];
    }
    return factor(arrow->corner, g);
}

void lac_arrow_solve(const struct lac_arrow *arrow, double *x)
{
    int l = arrow->locals, g = arrow->globals;
    double *global = x + arrow->blocks * (size_t)l;
    for (size_t f = 0; f < arrow->blocks; f++) {
        double *local = x + f * (size_t)l;
        const double *w = border_of(arrow, f);
        forward(block_of(arrow, f), l, local, 1);
        for (int k = 0; k < l; k++)
            for (int j = 0; j < g; j++) global[j] -= w[k * g + j] * local[k];
    }
    forward(arrow->corner, g, global, 1);
    lac_arrow_back(arrow, x);
}

void lac_arrow_back(const struct lac_arrow *arrow, double *x)
{
    int l = arrow->locals, g = arrow->globals;
    double *global = x + arrow->blocks * (size_t)l;
    backward(arrow->corner, g, global);
    for (size_t f = 0; f < arrow->blocks; f++) {
        double *local = x + f * (size_t)l;
        const double *w = border_of(arrow, f);
        for (int k = 0; k < l; k++)
            for (int j = 0; j < g; j++) local[k] -= w[k * g + j] * global[j];
        backward(block_of(arrow, f), l, local);
    }
}

double lac_arrow_variance(const struct lac_arrow *arrow, size_t block, int local, double *work)
{
    int l = arrow->locals, g = arrow->globals;
    const double *w = border_of(arrow, block);
    double y[LOCALS_MAX] = {0}, sum = 0;
    y[local] = 1;
    forward(block_of(arrow, block), l, y, 1);
    memset(work, 0, (size_t)g * sizeof *work);
    for (int k = 0; k < l; k++) {
        sum += y[k] * y[k];
        for (int j = 0; j < g; j++) work[j] += w[k * g + j] * y[k];
    }
    forward(arrow->corner, g, work, 1);
    for (int j = 0; j < g; j++) sum += work[j] * work[j];
    return sum;
}
