/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"

#include <glpk.h>
#include <math.h>
#include <stdlib.h>

#define CLOSE 1e-6 /* of whole numbers */

/* The program: a column for every count, a row for every relation. */
struct attack {
    glp_prob *problem;
    const struct lac_publish_profile *profile;
    struct lac_publish_system *system;
    bool *up, *down; /* solutions seen so far reach the upper, the lower end of the hidden range */
};

static bool hidden(const struct lac_publish_unknown *unknown)
{
    return unknown->action == LAC_PUBLISH_PRIMARY || unknown->action == LAC_PUBLISH_SECONDARY;
}

void lac_publish_reader_knows(const struct lac_publish_profile *profile,
                              const struct lac_publish_unknown *unknown, double *low, double *high)
{
    *low = unknown->low;
    *high = unknown->high;
    if (hidden(unknown)) {
        /* a zero is hidden only beside another count of the same people, which a reader cannot know */
        double least = unknown->count < 1 ? 0 : (double)(profile->primary_low < 1 ? 1 : profile->primary_low);
        *low = fmax(*low, fmin(least, (double)unknown->count));
    } else if (!unknown->earlier) {
        int64_t from, to;
        lac_publish_shown_range(profile, unknown->count, &from, &to);
        *low = fmax(*low, (double)from);
        *high = fmin(*high, (double)to);
    }
}

static void column_bounds(struct attack *attack, size_t index)
{
    double low, high;
    lac_publish_reader_knows(attack->profile, &attack->system->unknown[index], &low, &high);
    int kind = isinf(high) ? GLP_LO : low == high ? GLP_FX : GLP_DB;
    glp_set_col_bnds(attack->problem, (int)index + 1, kind, low, isinf(high) ? 0 : high);
}

static enum lac_status attack_open(struct attack *attack, const struct lac_publish_profile *profile,
                                   struct lac_publish_system *system, struct lac_error *err)
{
    *attack = (struct attack){.profile = profile, .system = system};
    int *row = calloc(system->entries + 1, sizeof *row),
        *column = calloc(system->entries + 1, sizeof *column);
    double *value = calloc(system->entries + 1, sizeof *value);
    enum lac_status st = LAC_OK;
    if (!row || !column || !value) {
        st = lac_fail_memory(err, "the audit of disclosure");
        goto cleanup;
    }
    glp_term_out(GLP_OFF);
    attack->problem = glp_create_prob();
    if (system->relations) glp_add_rows(attack->problem, (int)system->relations);
    glp_add_cols(attack->problem, (int)system->unknowns);
    int n = 0;
    for (size_t r = 0; r < system->relations; r++) {
        const struct lac_publish_relation *relation = &system->relation[r];
        int kind = relation->kind == LAC_PUBLISH_EQUAL     ? GLP_FX
                   : relation->kind == LAC_PUBLISH_AT_MOST ? GLP_UP
                                                           : GLP_LO;
        glp_set_row_bnds(attack->problem, (int)r + 1, kind, 0, 0);
        for (size_t e = relation->first; e < relation->first + relation->entries; e++) {
            n++;
            row[n] = (int)r + 1;
            column[n] = (int)system->entry[e].unknown + 1;
            value[n] = system->entry[e].coefficient;
        }
    }
    glp_load_matrix(attack->problem, n, row, column, value);
    for (size_t i = 0; i < system->unknowns; i++) column_bounds(attack, i);
    glp_adv_basis(attack->problem, 0);
cleanup:
    free(row);
    free(column);
    free(value);
    return st;
}

static void attack_close(struct attack *attack)
{
    if (attack->problem) glp_delete_prob(attack->problem);
    attack->problem = NULL;
}

/* Largest (direction GLP_MAX) or smallest value of one count; the basis of the last program is the start. */
static enum lac_status extreme(struct attack *attack, size_t index, int direction, double *value,
                               struct lac_error *err)
{
    glp_smcp parameters;
    glp_init_smcp(&parameters);
    parameters.msg_lev = GLP_MSG_OFF;
    glp_set_obj_dir(attack->problem, direction);
    glp_set_obj_coef(attack->problem, (int)index + 1, 1);
    int failed = glp_simplex(attack->problem, &parameters);
    if (failed) { /* a basis that went bad numerically: once more from the start */
        glp_adv_basis(attack->problem, 0);
        failed = glp_simplex(attack->problem, &parameters);
    }
    int status = glp_get_status(attack->problem);
    glp_set_obj_coef(attack->problem, (int)index + 1, 0);
    if (failed || (status != GLP_OPT && status != GLP_UNBND))
        return lac_fail(err, LAC_DEFECT, "the audit of disclosure found no solution (%d, %d)", failed,
                        status);
    *value = status == GLP_UNBND ? (direction == GLP_MAX ? (double)INFINITY : -(double)INFINITY)
                                 : glp_get_obj_val(attack->problem);
    return LAC_OK;
}

/* Of the shown counts that hold the last solution, the one to hide; `unknowns` when there is none. */
static size_t blocker(const struct attack *attack)
{
    const struct lac_publish_system *system = attack->system;
    size_t best = system->unknowns;
    for (size_t i = 0; i < system->unknowns; i++) {
        const struct lac_publish_unknown *u = &system->unknown[i];
        if (hidden(u) || u->earlier || u->keep) continue;
        if (fabs(glp_get_col_dual(attack->problem, (int)i + 1)) < CLOSE) continue;
        const struct lac_publish_unknown *b = &system->unknown[best == system->unknowns ? i : best];
        bool zero = u->count == 0, other = b->count == 0; /* zeros last: a reader takes hidden for somebody */
        if (best == system->unknowns || zero < other ||
            (zero == other && (u->rank < b->rank || (u->rank == b->rank && u->count < b->count))))
            best = i;
    }
    return best;
}

static bool reaches(const struct attack *attack, int direction, double value)
{
    if (direction == GLP_MAX) return value >= (double)attack->profile->primary_high - CLOSE;
    return value <= (double)attack->profile->primary_low + CLOSE;
}

/* The lower end may be out of reach because each hidden part is somebody; then the interval must be as wide
 * as the hidden range. */
static bool wide(const struct attack *attack, double low, double high)
{
    const struct lac_publish_profile *p = attack->profile;
    return reaches(attack, GLP_MAX, high) &&
           (reaches(attack, GLP_MIN, low) ||
            high - low >= (double)(p->primary_high - p->primary_low) - CLOSE);
}

/* Every solution is a possible world: it protects all counts that lie at an end of the range in it. */
static void note_reached(struct attack *attack)
{
    for (size_t i = 0; i < attack->system->unknowns; i++) {
        if (attack->system->unknown[i].action != LAC_PUBLISH_PRIMARY) continue;
        double value = glp_get_col_prim(attack->problem, (int)i + 1);
        attack->up[i] = attack->up[i] || reaches(attack, GLP_MAX, value);
        attack->down[i] = attack->down[i] || reaches(attack, GLP_MIN, value);
    }
}

/* Hides what holds one count on one side, until it reaches the end of the hidden range. */
static enum lac_status widen(struct attack *attack, size_t index, int direction, struct lac_error *err)
{
    bool *reached = direction == GLP_MAX ? attack->up : attack->down;
    while (!reached[index]) {
        double value;
        enum lac_status st = extreme(attack, index, direction, &value, err);
        if (st) return st;
        note_reached(attack);
        if (reaches(attack, direction, value)) reached[index] = true;
        if (reached[index]) break;
        size_t next = blocker(attack);
        if (next == attack->system->unknowns)
            return LAC_OK; /* no help: the audit says whether it is wide enough */
        attack->system->unknown[next].action = LAC_PUBLISH_SECONDARY;
        column_bounds(attack, next);
    }
    return LAC_OK;
}

enum lac_status lac_publish_protect(const struct lac_publish_profile *profile,
                                    struct lac_publish_system *system, struct lac_error *err)
{
    struct attack attack;
    enum lac_status st = attack_open(&attack, profile, system, err);
    attack.up = calloc(system->unknowns + 1, sizeof *attack.up);
    attack.down = calloc(system->unknowns + 1, sizeof *attack.down);
    if (!st && (!attack.up || !attack.down)) st = lac_fail_memory(err, "the audit of disclosure");
    for (size_t i = 0; i < system->unknowns && !st; i++) {
        if (system->unknown[i].action != LAC_PUBLISH_PRIMARY) continue;
        st = widen(&attack, i, GLP_MAX, err);
        if (!st) st = widen(&attack, i, GLP_MIN, err);
    }
    free(attack.up);
    free(attack.down);
    attack_close(&attack);
    return st;
}

enum lac_status lac_publish_audit(const struct lac_publish_profile *profile,
                                  struct lac_publish_system *system, size_t *open, struct lac_error *err)
{
    struct attack attack;
    enum lac_status st = attack_open(&attack, profile, system, err);
    *open = 0;
    for (size_t i = 0; i < system->unknowns && !st; i++) {
        struct lac_publish_unknown *u = &system->unknown[i];
        if (u->action != LAC_PUBLISH_PRIMARY) continue;
        st = extreme(&attack, i, GLP_MIN, &u->feasible_low, err);
        if (!st) st = extreme(&attack, i, GLP_MAX, &u->feasible_high, err);
        u->open = !st && !wide(&attack, u->feasible_low, u->feasible_high);
        *open += u->open;
    }
    attack_close(&attack);
    return st;
}
