/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_DRAW_H
#define LAC_PUBLISH_DRAW_H
/* The model's charts as files. Called by the program, never by kernels. */
#include "model.h"

/* Draws every chart of the model: folder/NAME.svg and NAME.png; the SVG text is kept in the chart for the
 * page. */
enum lac_status lac_publish_draw(struct lac_publish_model *model, const char *folder,
                                 struct lac_error *err) LAC_CHECKED;

#endif
