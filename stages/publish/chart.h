/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_CHART_H
#define LAC_PUBLISH_CHART_H
/*
 * Charts as gnuplot scripts, made from the tables of the model (so a chart shows what its table says). Text
 * is written in single quotes only, quotes doubled, control characters dropped; data stand in the script.
 * Palette and rules of the Analysis Function: dark blue and orange, horizontal text, estimates always with
 * their interval.
 */
#include "model.h"

/* Adds the charts overlaps, estimates-by-definition, estimates-by-region, models, uncertainty and
 * sensitivity, each where its table exists. */
void lac_publish_charts(struct lac_publish_model *model);

#endif
