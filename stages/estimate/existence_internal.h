/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_EXISTENCE_INTERNAL_H
#define LAC_ESTIMATE_EXISTENCE_INTERNAL_H
/*
 * Shared by existence.c, design.c and program.c only: the explicit design of the cells that remain after
 * empty overlaps, and the linear programs over it.
 */
#include "model.h"

struct lac_design {
    int lists;
    int cells;   /* rows: remaining cells */
    int columns; /* terms, then the heterogeneity column if any */
    int terms;
    double n;       /* persons in the remaining cells */
    uint16_t *cell; /* bitmask of each row */
    double *count;  /* of each row */
    bool *face;     /* of each row, filled by lac_program_face() */
    bool *outside;  /* 2^lists, scratch */
    double *total;  /* 2^lists, scratch */
    double *gram;   /* columns^2, scratch */
    uint16_t term[LAC_ESTIMATE_TERMS_MAX];
    bool independent[LAC_ESTIMATE_TERMS_MAX +
                     1]; /* filled by the rank functions: column kept by the elimination */
};

bool lac_design_init(struct lac_design *design, int lists);
void lac_design_release(struct lac_design *design);
void lac_design_make(struct lac_design *design, const double *count, const struct lac_estimate_model *model,
                     const bool *drop);
double lac_design_entry(const struct lac_design *design, int row, int column);
double lac_design_margin(const struct lac_design *design, int column); /* t = X'n */
int lac_design_rank(struct lac_design *design);
/* Whether e_0 lies in the row space of the rows on the face; fills `independent` for the face. */
bool lac_design_intercept_estimable(struct lac_design *design);
bool lac_design_face_whole(const struct lac_design *design);

/* s* of existence.h; false when the program could not be solved. */
bool lac_program_depth(const struct lac_design *design, bool exact, double *depth);
/* Support of the face that carries t. */
bool lac_program_face(struct lac_design *design);
/* Least and greatest d_0 over directions d with X d = 0 on the face and X d <= -1 off it. */
bool lac_program_direction(const struct lac_design *design, double *low, double *high);
void lac_program_end_thread(void);

#endif
