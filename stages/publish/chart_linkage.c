/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts of the linkage: weights of pairs, comparison levels, sizes of persons, errors by group. */
#include <math.h>
#include <stdlib.h>
#include "base/plot.h"
#include "chart_internal.h"
#include "words.h"

#define ROW 26
#define WEIGHTS_HEIGHT 420

/* Columns as linkage.c lays them out. */
enum { W_LABEL, W_PAIRS, W_MATCHES, W_FALSE, W_MISSED };
enum { L_LABEL, L_M, L_U, L_WEIGHT };
enum { G_LABEL, G_PRECISION, G_RECALL };

/* Rows "row value" of a column, where there is a number above `above`. Returns how many. */
static size_t points(struct lac_buffer *s, const struct lac_publish_table *table, const char *name,
                     size_t column, double above)
{
    size_t count = 0;
    lac_buffer_printf(s, "$%s << EOD\n", name);
    for (size_t i = 0; i < table->rows; i++) {
        const struct lac_publish_cell *cell = lac_publish_chart_cell(table, i, column);
        if (!lac_publish_chart_is_number(cell) || !(cell->value > above)) continue;
        lac_buffer_printf(s, "%zu %.17g\n", i + 1, cell->value);
        count++;
    }
    lac_buffer_add(s, "EOD\n");
    return count;
}

static void power_axis(struct lac_buffer *s, double high)
{
    char number[32];
    lac_buffer_printf(s, "set logscale y\nset yrange [1:%.17g]\nset ytics (", high);
    for (double power = 1; power <= high; power *= 10) {
        lac_buffer_add(s, power > 1 ? ", " : "");
        lac_plot_quote(s, lac_publish_number(power, 0, number, sizeof number));
        lac_buffer_printf(s, " %.17g", power);
    }
    lac_buffer_add(s, ") nomirror scale 0.5\n");
}

/* A tick at the lower end of every row that starts at a multiple of 6 bits. Returns the row where the odds
 * are even, 0 without one. */
static size_t weight_ticks(struct lac_buffer *s, const struct lac_publish_table *table)
{
    size_t even = 0;
    bool first = true;
    lac_buffer_add(s, "set xtics (");
    for (size_t i = 0; i < table->rows; i++) {
        const char *label = lac_publish_chart_cell(table, i, W_LABEL)->text;
        char *end = NULL;
        long from = strtol(label, &end, 10);
        if (end == label || from % 6 != 0) continue;
        if (from == 0) even = i + 1;
        lac_buffer_printf(s, "%s'%ld' %.1f", first ? "" : ", ", from, (double)i + 0.5);
        first = false;
    }
    lac_buffer_add(s, ") nomirror scale 0.5\n");
    return even;
}

static void weights_chart(struct lac_publish_model *model)
{
    const struct lac_publish_table *table = lac_publish_chart_table(model, "link-weights");
    struct lac_buffer s = {0};
    char number[32];
    double high = 10;
    if (!table || !table->rows) return;
    for (size_t i = 0; i < table->rows; i++)
        for (size_t c = W_PAIRS; c <= W_MISSED; c++)
            if (lac_publish_chart_is_number(lac_publish_chart_cell(table, i, c)))
                high = fmax(high, lac_publish_chart_cell(table, i, c)->value);
    lac_publish_number(high * 10, 0, number, sizeof number);
    lac_publish_chart_margins(&s, lac_plot_text_width(number) + 30, 82, WEIGHTS_HEIGHT);
    lac_buffer_printf(
        &s,
        "set key at screen %.5f, screen %.5f left top vertical Left reverse samplen 1.5\n"
        "set border 3 linecolor rgb '" LAC_CHART_GREY "'\nset style fill solid 1 noborder\n"
        "set grid ytics linetype 1 linecolor rgb '#D9D9D9' linewidth 1\nset xrange [0.4:%zu.6]\n"
        "set xlabel 'Weight of a pair, log2 odds that it is one person' offset 0,0.3\n"
        "set ylabel 'Pairs' offset 1,0\nset boxwidth 0.86\n",
        20.0 / LAC_CHART_WIDTH, 1 - 4.0 / WEIGHTS_HEIGHT, table->rows);
    power_axis(&s, high * 2);
    size_t even = weight_ticks(&s, table);
    if (even)
        lac_buffer_printf(&s,
                          "set arrow from %.1f, graph 0 to %.1f, graph 1 nohead front dashtype 2 linewidth 1 "
                          "linecolor rgb '" LAC_CHART_GREY "'\n",
                          (double)even - 0.5, (double)even - 0.5);
    (void)points(&s, table, "pairs", W_PAIRS, 0);
    (void)points(&s, table, "false", W_FALSE, 0);
    (void)points(&s, table, "missed", W_MISSED, 0);
    lac_buffer_add(
        &s, "plot $pairs using 1:2 with boxes linecolor rgb '#B4C7DA' title 'Pairs with this weight', "
            "$false using ($1-0.5):2 with linespoints linewidth 2 pointtype 7 pointsize 0.5 linecolor "
            "rgb '" LAC_CHART_ORANGE "' title 'Expected false links if linked from here up', "
            "$missed using ($1-0.5):2 with linespoints linewidth 2 pointtype 5 pointsize 0.5 linecolor "
            "rgb '" LAC_CHART_BLUE "' title 'Expected missed pairs if not linked below'\n");
    struct lac_publish_chart *chart =
        lac_publish_chart_add(model, "link-weights", table, &s, LAC_CHART_TOP_KEY);
    if (!chart) return;
    chart->height = WEIGHTS_HEIGHT;
    chart->alt = lac_publish_text(
        model,
        "Histogram of scored pairs of records by weight, in %zu classes on a logarithmic axis, with a line "
        "for "
        "the false links and one for the missed pairs to be expected from a threshold at each weight. A "
        "dashed line marks even odds. The table below has the numbers.",
        table->rows);
}

/* Frame of a chart with a row of `ROW` pixels for every row of the table; returns the height. */
static int rows_frame(struct lac_publish_model *model, struct lac_buffer *s,
                      const struct lac_publish_table *table, int top)
{
    int height = top + LAC_CHART_BOTTOM + ROW * (int)table->rows;
    lac_publish_chart_margins(s, lac_publish_chart_label_width(model, table), top, height);
    lac_buffer_printf(
        s,
        "set border 1 linecolor rgb '" LAC_CHART_GREY "'\nset style fill solid 1 noborder\n"
        "set grid xtics linetype 1 linecolor rgb '#D9D9D9' linewidth 1\nset yrange [%zu.5:0.5]\n",
        table->rows);
    lac_publish_chart_labels(model, s, table);
    return height;
}

static void levels_chart(struct lac_publish_model *model)
{
    const struct lac_publish_table *table = lac_publish_chart_table(model, "link-levels");
    struct lac_buffer s = {0};
    double low = 0, high = 0;
    if (!table || !table->rows) return;
    int height = rows_frame(model, &s, table, LAC_CHART_TOP);
    lac_buffer_add(&s, "$bars << EOD\n");
    for (size_t i = 0; i < table->rows; i++) {
        double weight = lac_publish_chart_cell(table, i, L_WEIGHT)->value;
        low = fmin(low, weight);
        high = fmax(high, weight);
        lac_buffer_printf(&s, "%zu %.17g %.17g %d\n", i + 1, fmin(weight, 0), fmax(weight, 0), weight < 0);
    }
    double step = lac_plot_step(fmax(high - low, 5), 4);
    lac_buffer_printf(
        &s,
        "EOD\nset xrange [%.17g:%.17g]\nset xtics %.17g nomirror scale 0.5\nunset key\n"
        "set xlabel 'Weight, log2 of m over u' offset 0,0.3\n"
        "plot $bars using 2:1:2:3:($1-0.34):($1+0.34):($4 > 0 ? 0xF46A25 : 0x12436D) with boxxyerror "
        "linecolor rgb variable\n",
        floor(low / step) * step, ceil(high / step) * step, step);
    struct lac_publish_chart *chart = lac_publish_chart_add(model, "link-levels", table, &s, LAC_CHART_TOP);
    if (!chart) return;
    chart->height = height;
    chart->alt = lac_publish_text(
        model,
        "Bar chart with %zu bars, one for each comparison level: to the right the levels that speak for one "
        "person, to the left those against, by the log2 of m over u. The table below has m, u and the "
        "weight.",
        table->rows);
}

static void groups_chart(struct lac_publish_model *model)
{
    const struct lac_publish_table *table = lac_publish_chart_table(model, "link-groups");
    struct lac_buffer s = {0};
    double low = 1;
    if (!table || !table->rows) return;
    int height = rows_frame(model, &s, table, LAC_CHART_TOP_KEY);
    size_t shown = points(&s, table, "precision", G_PRECISION, 0);
    (void)points(&s, table, "recall", G_RECALL, 0);
    for (size_t i = 0; i < table->rows; i++)
        for (size_t c = G_PRECISION; c <= G_RECALL; c++) {
            const struct lac_publish_cell *cell = lac_publish_chart_cell(table, i, c);
            char text[32];
            if (lac_publish_chart_is_number(cell)) {
                low = fmin(low, cell->value);
                continue;
            }
            if (c == G_RECALL) continue;
            lac_buffer_add(&s, "set label ");
            lac_plot_quote(&s, lac_publish_cell_show(cell, text, sizeof text));
            lac_buffer_printf(&s, " at graph 1, first %zu right offset character -0.5, 0\n", i + 1);
        }
    double step = low < 0.5 ? 0.25 : low < 0.8 ? 0.1 : low < 0.9 ? 0.05 : low < 0.95 ? 0.02 : 0.01;
    lac_buffer_printf(&s,
                      "set xrange [%.17g:1.0005]\nset xtics %.17g nomirror scale 0.5\nset format x '%%.2f'\n"
                      "set xlabel 'Expected precision and recall' offset 0,0.3\n"
                      "set key at screen %.5f, screen %.5f left top vertical Left reverse samplen 1.5\n",
                      fmax(0, floor((low - step / 2) / step) * step), step, 20.0 / LAC_CHART_WIDTH,
                      1 - 4.0 / height);
    lac_buffer_add(&s, shown ? "plot $recall using 2:1 with points pointtype 5 pointsize 0.8 linecolor rgb "
                               "'" LAC_CHART_ORANGE "' title 'Recall: pairs of one person that were found', "
                               "$precision using 2:1 with points pointtype 7 pointsize 0.8 linecolor rgb "
                               "'" LAC_CHART_BLUE "' title 'Precision: links that are right'\n"
                             : "plot NaN notitle\n");
    struct lac_publish_chart *chart =
        lac_publish_chart_add(model, "link-groups", table, &s, LAC_CHART_TOP_KEY);
    if (!chart) return;
    chart->height = height;
    chart->alt = lac_publish_text(
        model,
        "Chart: a row for each of %zu groups of records, with the expected precision of their links as a dot "
        "and the expected recall as a square; [c] stands for a suppressed group. The table below has the "
        "numbers.",
        table->rows);
}

void lac_publish_linkage_charts(struct lac_publish_model *model)
{
    weights_chart(model);
    levels_chart(model);
    lac_publish_chart_bars(model, "link-sizes", lac_publish_chart_table(model, "link-sizes"), 1,
                           LAC_CHART_BLUE);
    groups_chart(model);
}
