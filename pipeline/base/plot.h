/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_BASE_PLOT_H
#define LAC_BASE_PLOT_H
/*
 * Pictures by gnuplot. Called by programs, never by kernels. The script goes to gnuplot's standard input and
 * the picture comes from its standard output, so no file name and no shell is involved; the environment is
 * fixed (locale, time zone) and the user's start files are ignored. Data stand in the script.
 */
#include "memory.h"
#include "status.h"

/* Text as a gnuplot single-quoted string, added to the buffer. */
void lac_plot_quote(struct lac_buffer *to, const char *text);
/* Step of a linear axis 0 .. high with about `ticks` steps: 1, 2, 2.5 or 5 times a power of ten, a whole
 * number of at least 1. high > 0. */
double lac_plot_step(double high, int ticks);

/* Pixels a text may need at 16 px in the wider of the common sans serif fonts. */
double lac_plot_text_width(const char *text);

struct lac_plot {
    const char *name;   /* lower case letters, digits and '-' */
    int width, height;  /* pixels of the SVG; the PNG has twice as many */
    const char *script; /* without `set terminal` */
};

/* LAC_IO with a remedy when gnuplot cannot be started. */
enum lac_status lac_plot_check(struct lac_error *err) LAC_CHECKED;
/* Draws the picture twice, into both buffers; the SVG does not name the version of gnuplot. */
enum lac_status lac_plot_draw(const struct lac_plot *plot, struct lac_buffer *svg, struct lac_buffer *png,
                              struct lac_error *err) LAC_CHECKED;

#endif
