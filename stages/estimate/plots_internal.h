/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_PLOTS_INTERNAL_H
#define LAC_ESTIMATE_PLOTS_INTERNAL_H
/* What the pictures share: palette, margins, axes, text. Pixels are those of the SVG. */
#include <stdio.h>
#include "base/plot.h"
#include "plots.h"

#define LAC_PLOT_WIDTH 760
#define LAC_PLOT_ROW 26
#define LAC_PLOT_BLUE "#12436D"
#define LAC_PLOT_TURQUOISE "#28A197"
#define LAC_PLOT_PINK "#801650"
#define LAC_PLOT_ORANGE "#F46A25"
#define LAC_PLOT_GREY "#3D3D3D"
#define LAC_PLOT_PALE "#D9D9D9"

/* A new picture; NULL when the list is full. */
struct lac_estimate_plot *lac_plot_add(struct lac_estimate_plots *plots, const char *name, int height);

struct lac_plot_margins {
    double left, right, top, bottom; /* pixels */
};
void lac_plot_margins(struct lac_estimate_plot *plot, const struct lac_plot_margins *margins);
/* A key above the plot, starting at `left`. */
void lac_plot_key(struct lac_estimate_plot *plot, double left);
/* Range and ticks of 'x' or 'y' from 0 or `low` to about `high`, with thousands commas. Returns the end. */
double lac_plot_axis(struct lac_estimate_plot *plot, char which, double low, double high, int ticks);
/* Pixels that the numbers of an axis up to `high` need. */
double lac_plot_number_width(double high);
/* "12,345" into `out` (32 bytes). */
const char *lac_plot_number(double value, char *out);
/* Label of a history, cut to `characters`, in the arena. */
const char *lac_plot_history(const struct lac_diagnostics *d, unsigned lists, size_t characters);

/* CSV text of a picture: open, put with the csv functions, close. */
FILE *lac_plot_csv_open(struct lac_estimate_plot *plot);
enum lac_status lac_plot_csv_close(FILE *to, struct lac_error *err) LAC_CHECKED;

typedef enum lac_status lac_plot_maker(const struct lac_estimate_report *report,
                                       struct lac_estimate_plots *plots, struct lac_error *err);
lac_plot_maker lac_plot_overlaps, lac_plot_residuals, lac_plot_models, lac_plot_curve, lac_plot_replicates;

#endif
