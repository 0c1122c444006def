/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_CHART_INTERNAL_H
#define LAC_PUBLISH_CHART_INTERNAL_H
/* What the charts share. Pixels are those of the SVG; the page shows it at up to its width, where 16 px is 12
 * point. */
#include "base/memory.h"
#include "chart.h"

#define LAC_CHART_WIDTH 560
#define LAC_CHART_ROW_HEIGHT 34
#define LAC_CHART_TOP_KEY 56 /* room for a key of two lines */
#define LAC_CHART_TOP 12
#define LAC_CHART_BOTTOM 78 /* room for axis numbers and title */
#define LAC_CHART_RIGHT 40
#define LAC_CHART_BLUE "#12436D"
#define LAC_CHART_ORANGE "#F46A25"
#define LAC_CHART_TURQUOISE "#28A197"
#define LAC_CHART_GREY "#3D3D3D"

const struct lac_publish_table *lac_publish_chart_table(const struct lac_publish_model *model,
                                                        const char *id);
const struct lac_publish_cell *lac_publish_chart_cell(const struct lac_publish_table *table, size_t row,
                                                      size_t column);
bool lac_publish_chart_is_number(const struct lac_publish_cell *cell);
/* Margins as shares of the picture, so that SVG and PNG agree: `left` pixels for labels, `top` for the key.
 */
void lac_publish_chart_margins(struct lac_buffer *s, double left, int top, int height);
void lac_publish_chart_labels(struct lac_publish_model *model, struct lac_buffer *s,
                              const struct lac_publish_table *table);
/* Pixels left of the axis. */
double lac_publish_chart_label_width(struct lac_publish_model *model, const struct lac_publish_table *table);
/* Adds the chart of a table and releases the script; NULL when something failed. */
struct lac_publish_chart *lac_publish_chart_add(struct lac_publish_model *model, const char *name,
                                                const struct lac_publish_table *table,
                                                struct lac_buffer *script, int top);
/* Bars with their numbers; `column` holds the number of people. */
void lac_publish_chart_bars(struct lac_publish_model *model, const char *name,
                            const struct lac_publish_table *table, size_t column, const char *colour);
/* link-weights, link-levels, link-sizes and link-groups, each where its table exists. */
void lac_publish_linkage_charts(struct lac_publish_model *model);
/* timeliness-lists and -forces, completeness-forces and -change by population, each where its table exists.
 */
void lac_publish_quality_charts(struct lac_publish_model *model);

#endif
