/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The linear programs of existence.h, by GLPK. */
#include <glpk.h>
#include <stdlib.h>

#include "existence_internal.h"

/* A program being filled: coefficients as triplets, rows and columns counted from 1 as GLPK does. */
struct program {
    glp_prob *problem;
    int *row, *column;
    double *value;
    int entries, capacity;
};

static bool program_init(struct program *program, int rows, int columns, int capacity)
{
    glp_term_out(GLP_OFF);
    program->entries = 0;
    program->capacity = capacity;
    program->row = calloc((size_t)capacity + 1, sizeof *program->row);
    program->column = calloc((size_t)capacity + 1, sizeof *program->column);
    program->value = calloc((size_t)capacity + 1, sizeof *program->value);
    program->problem = glp_create_prob();
    if (program->row == NULL || program->column == NULL || program->value == NULL) return false;
    glp_add_rows(program->problem, rows);
    glp_add_cols(program->problem, columns);
    return true;
}

static void program_release(struct program *program)
{
    glp_delete_prob(program->problem);
    free(program->row);
    free(program->column);
    free(program->value);
}

static void put(struct program *program, int row, int column, double value)
{
    if (value == 0.0 || program->entries == program->capacity) return;
    program->entries++;
    program->row[program->entries] = row;
    program->column[program->entries] = column;
    program->value[program->entries] = value;
}

/* True when an optimum was found. */
static bool solve(struct program *program, bool exact)
{
    glp_smcp parameters;

    glp_init_smcp(&parameters);
    parameters.msg_lev = GLP_MSG_OFF;
    parameters.presolve = GLP_OFF;
    glp_load_matrix(program->problem, program->entries, program->row, program->column, program->value);
    glp_std_basis(program->problem);
    if (glp_simplex(program->problem, &parameters) != 0) return false;
    if (exact && glp_exact(program->problem, &parameters) != 0) return false;
    return glp_get_status(program->problem) == GLP_OPT;
}

/* max s subject to X'(s 1 + y) = t, y >= 0, s >= 0. Column 1 is s. */
bool lac_program_depth(const struct lac_design *design, bool exact, double *depth)
{
    struct program program;
    bool ok =
        program_init(&program, design->columns, design->cells + 1, design->columns * (design->cells + 1));

    if (ok) {
        glp_set_obj_dir(program.problem, GLP_MAX);
        glp_set_obj_coef(program.problem, 1, 1.0);
        for (int i = 0; i <= design->cells; i++) glp_set_col_bnds(program.problem, i + 1, GLP_LO, 0.0, 0.0);
        for (int j = 0; j < design->columns; j++) {
            double sum = 0.0, margin = lac_design_margin(design, j);

            for (int i = 0; i < design->cells; i++) {
                sum += lac_design_entry(design, i, j);
                put(&program, j + 1, i + 2, lac_design_entry(design, i, j));
            }
            put(&program, j + 1, 1, sum);
            glp_set_row_bnds(program.problem, j + 1, GLP_FX, margin, margin);
        }
        ok = solve(&program, exact);
        *depth = ok ? glp_get_obj_val(program.problem) : 0.0;
    }
    program_release(&program);
    return ok;
}

/* max sum u subject to X'(u + v) = tau t/n, 0 <= u <= 1, v >= 0, tau >= 1. Columns: u, then v, then tau. The
 * margins are divided by n, which tau takes up. */
bool lac_program_face(struct lac_design *design)
{
    struct program program;
    int cells = design->cells;
    bool ok = program_init(&program, design->columns, 2 * cells + 1, design->columns * (2 * cells + 1));

    if (ok) {
        glp_set_obj_dir(program.problem, GLP_MAX);
        for (int i = 0; i < cells; i++) {
            glp_set_obj_coef(program.problem, i + 1, 1.0);
            glp_set_col_bnds(program.problem, i + 1, GLP_DB, 0.0, 1.0);
            glp_set_col_bnds(program.problem, cells + i + 1, GLP_LO, 0.0, 0.0);
        }
        glp_set_col_bnds(program.problem, 2 * cells + 1, GLP_LO, 1.0, 0.0);
        for (int j = 0; j < design->columns; j++) {
            for (int i = 0; i < cells; i++) {
                put(&program, j + 1, i + 1, lac_design_entry(design, i, j));
                put(&program, j + 1, cells + i + 1, lac_design_entry(design, i, j));
            }
            put(&program, j + 1, 2 * cells + 1, -lac_design_margin(design, j) / design->n);
            glp_set_row_bnds(program.problem, j + 1, GLP_FX, 0.0, 0.0);
        }
        ok = solve(&program, false);
        for (int i = 0; ok && i < cells; i++)
            design->face[i] = design->count[i] > 0.0 || glp_get_col_prim(program.problem, i + 1) > 0.5;
    }
    program_release(&program);
    return ok;
}

static bool extreme(struct program *program, int direction, double unbounded, double *value)
{
    int status;

    glp_set_obj_dir(program->problem, direction);
    if (!solve(program, false)) {
        status = glp_get_status(program->problem);
        if (status != GLP_UNBND) return false;
        *value = unbounded;
        return true;
    }
    *value = glp_get_obj_val(program->problem);
    return true;
}

bool lac_program_direction(const struct lac_design *design, double *low, double *high)
{
    struct program program;
    bool ok = program_init(&program, design->cells, design->columns, design->columns * design->cells);

    if (ok) {
        glp_set_obj_coef(program.problem, 1, 1.0);
        for (int j = 0; j < design->columns; j++) glp_set_col_bnds(program.problem, j + 1, GLP_FR, 0.0, 0.0);
        for (int i = 0; i < design->cells; i++) {
            for (int j = 0; j < design->columns; j++)
                put(&program, i + 1, j + 1, lac_design_entry(design, i, j));
            if (design->face[i])
                glp_set_row_bnds(program.problem, i + 1, GLP_FX, 0.0, 0.0);
            else
                glp_set_row_bnds(program.problem, i + 1, GLP_UP, 0.0, -1.0);
        }
        ok = extreme(&program, GLP_MIN, -1e300, low) && extreme(&program, GLP_MAX, 1e300, high);
    }
    program_release(&program);
    return ok;
}

void lac_program_end_thread(void)
{
    glp_free_env();
}
