/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_PLOTS_H
#define LAC_ESTIMATE_PLOTS_H
/*
 * Pictures of a table and its estimates: overlaps, residuals, spread of models, the curve over the
 * identifying assumption, and the replicates of every bootstrap. Making them is pure (scripts and CSV text);
 * writing them draws with gnuplot: DIR/NAME.svg, NAME.png and NAME.csv with the numbers of the picture.
 *
 * With strata apart the pictures are of all strata together, the replicates those of the totals.
 */
#include "report.h"

struct lac_estimate_plot {
    const char *name;
    int width, height;
    struct lac_buffer script; /* for gnuplot, without `set terminal` */
    char *csv;                /* malloc'd */
    size_t csv_length;
};

#define LAC_ESTIMATE_PLOTS_MAX 64
struct lac_estimate_plots {
    struct lac_estimate_plot item[LAC_ESTIMATE_PLOTS_MAX];
    size_t count;
};

/* Zero-initialise `plots`; release whatever the status. The report needs diagnostics. */
enum lac_status lac_estimate_plots_make(const struct lac_estimate_report *report,
                                        struct lac_estimate_plots *plots, struct lac_error *err) LAC_CHECKED;
/* Makes the folder and writes three files a picture, each whole or not at all. */
enum lac_status lac_estimate_plots_write(const struct lac_estimate_plots *plots, const char *folder,
                                         struct lac_error *err) LAC_CHECKED;
void lac_estimate_plots_release(struct lac_estimate_plots *plots);

#endif
