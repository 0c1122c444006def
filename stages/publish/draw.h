/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_DRAW_H
#define LAC_PUBLISH_DRAW_H
/*
 * Runs gnuplot. Called by the program, never by kernels. The script goes to its standard input and the
 * picture comes from its standard output, so no file name and no shell is involved; the environment is fixed
 * (locale, time zone) and the user's start files are ignored.
 */
#include "model.h"

/* LAC_IO with a remedy when gnuplot cannot be started. */
enum lac_status lac_publish_gnuplot_check(struct lac_error *err) LAC_CHECKED;
/* Draws every chart of the model: folder/NAME.svg and NAME.png; the SVG text is kept in the chart for the
 * page. */
enum lac_status lac_publish_draw(struct lac_publish_model *model, const char *folder,
                                 struct lac_error *err) LAC_CHECKED;

#endif
