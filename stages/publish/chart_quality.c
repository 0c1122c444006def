/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts about the returns: completeness by force and field, its change, timeliness. */
#include <math.h>
#include <string.h>
#include "base/plot.h"
#include "chart_internal.h"
#include "words.h"

#define ROW 26
#define KEY_ROW 22
#define HEAT_RIGHT 8.0

/* Columns as completeness.c and timeliness.c lay them out. */
enum { C_LABEL, C_BEFORE, C_LATEST };
enum { T_LABEL, T_DUE, T_ON_TIME, T_LATE, T_NONE };

/* Ground and ink of a share: darker for more, so that it can be read without colours. */
static const struct {
    double from;
    const char *fill, *ink;
} classes[] = {{0.895, LAC_CHART_BLUE, "#FFFFFF"},
               {0.695, "#2073BC", "#FFFFFF"},
               {0.495, "#6BACE6", "#000000"},
               {0, "#D5E6F5", "#000000"}};

static void heat_cell(struct lac_buffer *s, const struct lac_publish_cell *cell, size_t row, size_t column)
{
    const char *fill = "#FFFFFF", *ink = "#000000";
    char text[32] = "\u2013";
    if (lac_publish_chart_is_number(cell)) {
        size_t k = 0;
        while (cell->value < classes[k].from) k++;
        fill = classes[k].fill;
        ink = classes[k].ink;
        (void)snprintf(text, sizeof text, "%.0f", cell->value * 100);
    } else if (cell->symbol == 'c') {
        fill = "#D9D9D9";
        (void)snprintf(text, sizeof text, "c");
    }
    lac_buffer_printf(s,
                      "set object rectangle from %zu.51,%zu.53 to %zu.49,%zu.47 fillstyle solid 1 noborder "
                      "fillcolor rgb '%s'\nset label '%s' at %zu,%zu center font ',13' textcolor rgb '%s'\n",
                      column, row, column + 1, row + 1, fill, text, column + 1, row + 1, ink);
}

/* Names of the numbered columns above the grid, in two columns. */
static void heat_key(struct lac_buffer *s, const struct lac_publish_table *table, int height)
{
    size_t n = table->columns - 1, half = (n + 1) / 2;
    for (size_t j = 0; j < n; j++) {
        lac_buffer_add(s, "set label ");
        lac_plot_quote(s, table->column[j + 1].header);
        lac_buffer_printf(s, " at screen %.5f, screen %.5f left\n", j < half ? 8.0 / LAC_CHART_WIDTH : 0.5,
                          1.0 - (14.0 + KEY_ROW * (double)(j % half)) / height);
    }
}

/* A square for every force and field. */
static void heat_chart(struct lac_publish_model *model, const char *id)
{
    const struct lac_publish_table *table = lac_publish_chart_table(model, id);
    struct lac_buffer s = {0};
    if (!table || !table->rows) return;
    size_t n = table->columns - 1;
    int top = KEY_ROW * (int)((n + 1) / 2) + 40;
    int height = top + LAC_CHART_BOTTOM + ROW * (int)table->rows;
    lac_publish_chart_margins(&s, lac_publish_chart_label_width(model, table), top, height);
    lac_buffer_printf(&s,
                      "set rmargin at screen %.5f\nunset key\nset border 0\nset yrange [%zu.5:0.5]\nset "
                      "xrange [0.5:%zu.5]\n"
                      "set x2range [0.5:%zu.5]\nunset xtics\nset x2tics (",
                      1.0 - HEAT_RIGHT / LAC_CHART_WIDTH, table->rows, n, n);
    for (size_t j = 0; j < n; j++) lac_buffer_printf(&s, "%s'%zu' %zu", j ? ", " : "", j + 1, j + 1);
    lac_buffer_add(&s, ") scale 0\nset xlabel \"Per cent of records with the field known\\nc: too few "
                       "records to show a share\" offset 0,0.3\n");
    lac_publish_chart_labels(model, &s, table);
    heat_key(&s, table, height);
    for (size_t i = 0; i < table->rows; i++)
        for (size_t j = 0; j < n; j++) heat_cell(&s, lac_publish_chart_cell(table, i, j + 1), i, j);
    lac_buffer_add(&s, "plot NaN notitle\n");
    struct lac_publish_chart *chart = lac_publish_chart_add(model, table->id, table, &s, LAC_CHART_TOP);
    if (!chart) return;
    chart->height = height;
    chart->alt = lac_publish_text(
        model,
        "Grid with a row for each of %zu force areas and a column for each of %zu fields: the per cent of "
        "records in which the field is known, darker for more; c where there are too few records. The table "
        "below has the numbers.",
        table->rows, n);
}

/* Share of every field in the return before and in the latest one, joined by a line. */
static void change_chart(struct lac_publish_model *model, const char *id)
{
    const struct lac_publish_table *table = lac_publish_chart_table(model, id);
    struct lac_buffer s = {0};
    size_t shown = 0;
    if (!table || !table->rows) return;
    int height = LAC_CHART_TOP_KEY + LAC_CHART_BOTTOM + ROW * (int)table->rows;
    lac_publish_chart_margins(&s, lac_publish_chart_label_width(model, table), LAC_CHART_TOP_KEY, height);
    lac_buffer_printf(
        &s,
        "set border 1 linecolor rgb '" LAC_CHART_GREY "'\n"
        "set grid xtics linetype 1 linecolor rgb '#D9D9D9' linewidth 1\nset yrange [%zu.5:0.5]\n"
        "set xrange [0:100]\nset xtics 0,25,100 nomirror scale 0.5\n"
        "set xlabel 'Per cent of records with the field known' offset 0,0.3\n",
        table->rows);
    lac_publish_chart_labels(model, &s, table);
    lac_buffer_add(&s, "$shares << EOD\n");
    for (size_t i = 0; i < table->rows; i++) {
        const struct lac_publish_cell *before = lac_publish_chart_cell(table, i, C_BEFORE),
                                      *latest = lac_publish_chart_cell(table, i, C_LATEST);
        if (!lac_publish_chart_is_number(before) || !lac_publish_chart_is_number(latest)) {
            lac_buffer_printf(&s, "# row %zu is suppressed\n", i + 1);
            continue;
        }
        lac_buffer_printf(&s, "%zu %.0f %.0f\n", i + 1, before->value * 100, latest->value * 100);
        shown++;
    }
    lac_buffer_add(&s, "EOD\n");
    lac_buffer_add(
        &s, shown ? "plot $shares using 2:1:($3-$2):(0) with vectors nohead linewidth 2 linecolor rgb "
                    "'#BFBFBF' notitle, "
                    "$shares using 2:1 with points pointtype 4 pointsize 0.9 linewidth 2 linecolor rgb "
                    "'" LAC_CHART_ORANGE "' title 'Return before', "
                    "$shares using 3:1 with points pointtype 7 pointsize 0.8 linecolor rgb "
                    "'" LAC_CHART_BLUE "' title 'Latest return'\n"
                  : "plot NaN notitle\n");
    struct lac_publish_chart *chart = lac_publish_chart_add(model, table->id, table, &s, LAC_CHART_TOP_KEY);
    if (!chart) return;
    chart->height = height;
    chart->alt = lac_publish_text(
        model,
        "Chart: a row for each of %zu fields, with the per cent of records in which it is known in the "
        "return before as a hollow square and in the latest return as a dot. %zu rows can be shown. The "
        "table below has the numbers.",
        table->rows, shown);
}

/* Bars of returns on time, late and not received, end to end. */
static void timeliness_chart(struct lac_publish_model *model, const char *id, const char *what)
{
    const struct lac_publish_table *table = lac_publish_chart_table(model, id);
    struct lac_buffer s = {0};
    if (!table || !table->rows) return;
    int height = 82 + LAC_CHART_BOTTOM + ROW * (int)table->rows;
    double width = lac_publish_chart_label_width(model, table);
    lac_publish_chart_margins(&s, width, 82, height);
    lac_buffer_printf(&s,
                      "set key at screen %.5f, screen %.5f left top vertical Left reverse samplen 1.5\n"
                      "set border 1 linecolor rgb '" LAC_CHART_GREY "'\nset style fill solid 1 noborder"
                      "\nset grid xtics linetype 1 linecolor rgb '#D9D9D9' linewidth 1\n"
                      "set yrange [%zu.5:0.5]\nset xrange [0:100]\nset xtics 0,25,100 nomirror scale 0.5\n"
                      "set xlabel 'Per cent of returns due' offset 0,0.3\n",
                      width / LAC_CHART_WIDTH, 1 - 4.0 / height, table->rows);
    lac_publish_chart_labels(model, &s, table);
    lac_buffer_add(&s, "$bars << EOD\n");
    for (size_t i = 0; i < table->rows; i++) {
        double due = fmax(1, lac_publish_chart_cell(table, i, T_DUE)->value);
        lac_buffer_printf(&s, "%zu %.17g %.17g %.17g\n", i + 1,
                          lac_publish_chart_cell(table, i, T_ON_TIME)->value * 100 / due,
                          lac_publish_chart_cell(table, i, T_LATE)->value * 100 / due,
                          lac_publish_chart_cell(table, i, T_NONE)->value * 100 / due);
    }
    lac_buffer_add(
        &s,
        "EOD\nplot $bars using 2:1:(0):2:($1-0.36):($1+0.36) with boxxyerror linecolor rgb '" LAC_CHART_BLUE
        "' title 'On time', "
        "$bars using 2:1:2:($2+$3):($1-0.36):($1+0.36) with boxxyerror linecolor rgb '" LAC_CHART_ORANGE
        "' title 'Late', "
        "$bars using 2:1:($2+$3):($2+$3+$4):($1-0.36):($1+0.36) with boxxyerror linecolor rgb '#BFBFBF' "
        "title 'Not received'\n");
    struct lac_publish_chart *chart = lac_publish_chart_add(model, table->id, table, &s, LAC_CHART_TOP);
    if (!chart) return;
    chart->height = height;
    chart->alt = lac_publish_text(
        model,
        "Bar chart with a bar for each %s, of three parts from left to right: the per cent of returns on "
        "time, late and not received. The table below has the numbers.",
        what);
}

void lac_publish_quality_charts(struct lac_publish_model *model)
{
    timeliness_chart(model, "timeliness-lists", "list");
    timeliness_chart(model, "timeliness-forces", "force area");
    heat_chart(model, "completeness-forces-victims");
    heat_chart(model, "completeness-forces-suspects");
    change_chart(model, "completeness-change-victims");
    change_chart(model, "completeness-change-suspects");
}
