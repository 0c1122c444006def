/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart.h"

#include <math.h>
#include <string.h>
#include "base/plot.h"
#include "chart_internal.h"
#include "words.h"

#define TOP_MATRIX 40 /* room for column numbers */
#define LABEL_LONGEST 27
#define MODELS_HEIGHT 420
#define MIDDLE "#2073BC" /* between LAC_CHART_BLUE and SKY: the sequential palette */
#define SKY "#6BACE6"

/* Columns of the tables drawn here, as estimate_tables.c, overlaps.c and models.c lay them out. */
enum { E_LABEL, E_OBSERVED, E_ESTIMATE, E_LOWER, E_UPPER };
enum { M_NAME, M_BIC, M_WEIGHT, M_ESTIMATE };
enum { S_LABEL, S_LOW, S_HIGH };
enum { P_LABEL, P_LOW, P_HIGH, P_ONLY, P_OTHER_ONLY, P_SHARE, P_OTHER_SHARE };

const struct lac_publish_table *lac_publish_chart_table(const struct lac_publish_model *model, const char *id)
{
    for (size_t i = 0; i < model->tables; i++)
        if (!strcmp(model->table[i]->id, id)) return model->table[i];
    return NULL;
}

const struct lac_publish_cell *lac_publish_chart_cell(const struct lac_publish_table *table, size_t row,
                                                      size_t column)
{
    return &table->cell[row * table->columns + column];
}

bool lac_publish_chart_is_number(const struct lac_publish_cell *cell)
{
    return !cell->symbol && !cell->text && isfinite(cell->value);
}

static double table_maximum(const struct lac_publish_table *table, size_t first, size_t last)
{
    double high = 1;
    for (size_t i = 0; i < table->rows; i++)
        for (size_t j = first; j <= last; j++)
            if (lac_publish_chart_is_number(lac_publish_chart_cell(table, i, j)))
                high = fmax(high, lac_publish_chart_cell(table, i, j)->value);
    return high;
}

/* Characters of a UTF-8 text. */
static size_t characters(const char *text)
{
    size_t n = 0;
    for (; *text; text++) n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

/* Cut at a character's start, with an ellipsis. */
static const char *shorten(struct lac_publish_model *model, const char *label)
{
    if (characters(label) <= LABEL_LONGEST) return label;
    size_t n = 0, bytes = 0;
    while (label[bytes] && n < LABEL_LONGEST - 1) {
        bytes++;
        if (((unsigned char)label[bytes] & 0xC0) != 0x80) n++;
    }
    return lac_publish_text(model, "%.*s\u2026", (int)bytes, label);
}

/* Short form of a row label: the identifier in brackets at its end, if there is one. */
static const char *short_label(struct lac_publish_model *model, const char *label)
{
    const char *open = strrchr(label, '(');
    size_t length = strlen(label);
    if (!open || open == label || label[length - 1] != ')') return shorten(model, label);
    return lac_publish_text(model, "%.*s", (int)(length - 1 - (size_t)(open + 1 - label)), open + 1);
}

static void axis(struct lac_buffer *s, char which, double high, double step)
{
    char number[32];
    lac_buffer_printf(s, "set %crange [0:%.17g]\nset %ctics (", which, high, which);
    for (int i = 0; i * step <= high * 1.0001; i++) {
        lac_buffer_add(s, i ? ", " : "");
        lac_plot_quote(s, lac_publish_number(i * step, 0, number, sizeof number));
        lac_buffer_printf(s, " %.17g", i * step);
    }
    lac_buffer_add(s, ") nomirror scale 0.5\n");
}

/* Margins as shares of the picture, so that SVG and PNG agree: `left` pixels for labels, `top` for the key.
 */
void lac_publish_chart_margins(struct lac_buffer *s, double left, int top, int height)
{
    lac_buffer_printf(s,
                      "set encoding utf8\nset lmargin at screen %.5f\nset rmargin at screen %.5f\n"
                      "set tmargin at screen %.5f\nset bmargin at screen %.5f\n",
                      left / LAC_CHART_WIDTH, 1.0 - (double)LAC_CHART_RIGHT / LAC_CHART_WIDTH,
                      1.0 - (double)top / height, (double)LAC_CHART_BOTTOM / height);
    if (top == LAC_CHART_TOP_KEY)
        lac_buffer_printf(s,
                          "set key at screen %.5f, screen %.5f left top vertical Left reverse samplen 1.5\n",
                          left / LAC_CHART_WIDTH, 1.0 - 4.0 / height);
}

static void preamble(struct lac_buffer *s, size_t rows, double left, int top)
{
    lac_publish_chart_margins(s, left, top, top + LAC_CHART_BOTTOM + LAC_CHART_ROW_HEIGHT * (int)rows);
    lac_buffer_printf(
        s,
        "set border 1 linecolor rgb '" LAC_CHART_GREY "'\nset style fill solid 1 noborder\n"
        "set grid xtics linetype 1 linecolor rgb '#D9D9D9' linewidth 1\nset yrange [%zu.5:0.5]\n",
        rows);
}

void lac_publish_chart_labels(struct lac_publish_model *model, struct lac_buffer *s,
                              const struct lac_publish_table *table)
{
    lac_buffer_add(s, "set ytics (");
    for (size_t i = 0; i < table->rows; i++) {
        lac_buffer_add(s, i ? ", " : "");
        lac_plot_quote(s, short_label(model, lac_publish_chart_cell(table, i, 0)->text));
        lac_buffer_printf(s, " %zu", i + 1);
    }
    lac_buffer_add(s, ") scale 0\n");
}

/* Pixels left of the axis. */
double lac_publish_chart_label_width(struct lac_publish_model *model, const struct lac_publish_table *table)
{
    double width = 40;
    for (size_t i = 0; i < table->rows; i++)
        width =
            fmax(width, lac_plot_text_width(short_label(model, lac_publish_chart_cell(table, i, 0)->text)));
    return width + 20;
}

struct series {
    const char *name;
    size_t column[3], columns;
    double no_limit; /* drawn for an upper limit without end */
};

static bool drawable(const struct lac_publish_table *table, size_t row, const struct series *series)
{
    for (size_t j = 0; j < series->columns; j++) {
        const struct lac_publish_cell *cell = lac_publish_chart_cell(table, row, series->column[j]);
        if (!lac_publish_chart_is_number(cell) && !(series->column[j] == E_UPPER && cell->text)) return false;
    }
    return true;
}

/* "$name << EOD ... EOD" with the columns of a series; rows in which one is not a number are left out. */
static size_t block(struct lac_buffer *s, const struct lac_publish_table *table, const struct series *series)
{
    size_t rows = 0;
    lac_buffer_printf(s, "$%s << EOD\n", series->name);
    for (size_t i = 0; i < table->rows; i++) {
        if (!drawable(table, i, series)) continue;
        lac_buffer_printf(s, "%zu", i + 1);
        for (size_t j = 0; j < series->columns; j++) {
            const struct lac_publish_cell *cell = lac_publish_chart_cell(table, i, series->column[j]);
            lac_buffer_printf(s, " %.17g",
                              lac_publish_chart_is_number(cell) ? cell->value : series->no_limit);
        }
        lac_buffer_add(s, "\n");
        rows++;
    }
    lac_buffer_add(s, "EOD\n");
    return rows;
}

struct lac_publish_chart *lac_publish_chart_add(struct lac_publish_model *model, const char *name,
                                                const struct lac_publish_table *table,
                                                struct lac_buffer *script, int top)
{
    struct lac_publish_chart *chart = NULL;
    if (script->failed || model->charts == LAC_PUBLISH_CHARTS) {
        model->failed = true;
    } else {
        chart = &model->chart[model->charts++];
        *chart = (struct lac_publish_chart){.name = name,
                                            .table = table,
                                            .section = table->section,
                                            .width = LAC_CHART_WIDTH,
                                            .title = table->title,
                                            .alt = ""};
        chart->script = lac_publish_text(model, "%s", script->text);
        chart->height = top + LAC_CHART_BOTTOM + LAC_CHART_ROW_HEIGHT * (int)table->rows;
    }
    lac_buffer_release(script);
    return chart;
}

/* The symbol that stands for a missing estimate, at the end of the row. */
static void row_symbol(struct lac_buffer *s, const struct lac_publish_cell *cell, size_t row)
{
    char text[32];
    if (lac_publish_chart_is_number(cell)) return;
    lac_buffer_add(s, "set label ");
    lac_plot_quote(s, lac_publish_cell_show(cell, text, sizeof text));
    lac_buffer_printf(s, " at graph 1, first %zu right offset character -0.5, 0\n", row + 1);
}

/* About how many numbers fit on the axis beside labels of this width. */
static int ticks(double left)
{
    return (LAC_CHART_WIDTH - LAC_CHART_RIGHT - (int)left) / 75;
}

/* Observed numbers, estimates and their intervals, a row each. */
/* An estimate without an interval: a ring. */
static void point_alone(struct lac_buffer *s, const struct lac_publish_table *table, size_t row)
{
    const struct lac_publish_cell *estimate = lac_publish_chart_cell(table, row, E_ESTIMATE);
    if (!lac_publish_chart_is_number(estimate) ||
        lac_publish_chart_is_number(lac_publish_chart_cell(table, row, E_LOWER)))
        return;
    lac_buffer_printf(s,
                      "set label '' at %.17g,%zu point pointtype 6 pointsize 0.9 linewidth 2 linecolor rgb "
                      "'" LAC_CHART_BLUE "'\n",
                      estimate->value, row + 1);
}

/* Estimates and intervals; `line`: a dashed line there, NaN for none. */
static void interval_chart(struct lac_publish_model *model, const char *name,
                           const struct lac_publish_table *table, const char *what, double line)
{
    struct lac_buffer s = {0};
    if (!table || !table->rows) return;
    double width = lac_publish_chart_label_width(model, table);
    double high = table_maximum(table, E_OBSERVED, E_UPPER), step = lac_plot_step(high, ticks(width));
    high = ceil(high * 1.02 / step) * step;
    preamble(&s, table->rows, width, LAC_CHART_TOP_KEY);
    lac_publish_chart_labels(model, &s, table);
    axis(&s, 'x', high, step);
    lac_buffer_printf(&s, "set xlabel 'Number of %s' offset 0,0.3\n", model->population);
    for (size_t i = 0; i < table->rows; i++) row_symbol(&s, lac_publish_chart_cell(table, i, E_ESTIMATE), i);
    if (isfinite(line))
        lac_buffer_printf(&s,
                          "set arrow from %.17g,graph 0 to %.17g,graph 1 nohead back dashtype 2 linewidth 2 "
                          "linecolor rgb '" LAC_CHART_ORANGE "'\n",
                          line, line);
    for (size_t i = 0; i < table->rows; i++) point_alone(&s, table, i);
    size_t observed = block(&s, table, &(struct series){"observed", {E_OBSERVED}, 1, high});
    size_t estimate = block(&s, table, &(struct series){"estimate", {E_ESTIMATE, E_LOWER, E_UPPER}, 3, high});
    lac_buffer_add(&s, "plot ");
    if (estimate)
        lac_buffer_add(
            &s, "$estimate using 2:1:3:4 with xerrorbars linetype 1 linewidth 3 pointtype 7 pointsize 0.9 "
                "linecolor rgb '" LAC_CHART_BLUE "' title 'Estimate and interval'");
    if (observed)
        lac_buffer_printf(
            &s,
            "%s$observed using 2:1 with points pointtype 5 pointsize 0.8 linecolor rgb '" LAC_CHART_ORANGE
            "' title 'Number observed'",
            estimate ? ", " : "");
    if (!estimate && !observed) lac_buffer_add(&s, "NaN notitle");
    lac_buffer_add(&s, "\n");
    struct lac_publish_chart *chart = lac_publish_chart_add(model, name, table, &s, LAC_CHART_TOP_KEY);
    if (!chart) return;
    chart->alt =
        lac_publish_text(model,
                         "Chart: a row for each %s with %swhere there is "
                         "one, the estimate as a dot with its interval as a line. %zu of %zu rows have an "
                         "estimate%s. The table below has the numbers.",
                         what, observed ? "the number observed as a square and, " : "", estimate, table->rows,
                         observed ? "" : " and an interval");
}

/* Sizes of lists and pairs as bars with their numbers. `column` holds the number of people. */
void lac_publish_chart_bars(struct lac_publish_model *model, const char *name,
                            const struct lac_publish_table *table, size_t column, const char *colour)
{
    struct lac_buffer s = {0};
    char text[32];
    if (!table || !table->rows) return;
    double width = lac_publish_chart_label_width(model, table);
    double high = table_maximum(table, column, column), step = lac_plot_step(high, ticks(width));
    high = ceil(high * 1.15 / step) * step;
    preamble(&s, table->rows, width, LAC_CHART_TOP);
    lac_publish_chart_labels(model, &s, table);
    axis(&s, 'x', high, step);
    lac_buffer_printf(&s, "set xlabel 'Number of %s' offset 0,0.3\nunset key\nset boxwidth 0.6\n",
                      model->population);
    size_t bars = block(&s, table, &(struct series){"bars", {column}, 1, high});
    for (size_t i = 0; i < table->rows; i++) {
        const struct lac_publish_cell *cell = lac_publish_chart_cell(table, i, column);
        lac_buffer_add(&s, "set label ");
        lac_plot_quote(&s, lac_publish_cell_show(cell, text, sizeof text));
        lac_buffer_printf(&s, " at first %.17g, first %zu left offset character 0.6, 0\n",
                          lac_publish_chart_is_number(cell) ? cell->value : 0.0, i + 1);
    }
    lac_buffer_printf(
        &s,
        bars ? "plot $bars using 2:1:(0):2:($1-0.32):($1+0.32) with boxxyerror linecolor rgb '%s'\n"
             : "plot NaN notitle # %s\n",
        colour);
    struct lac_publish_chart *chart = lac_publish_chart_add(model, name, table, &s, LAC_CHART_TOP);
    if (!chart) return;
    chart->alt =
        lac_publish_text(model,
                         "Bar chart with %zu bars, one for each row of the table below, with the rounded "
                         "number of %s at its end; [c] stands for a suppressed number.",
                         table->rows, model->population);
}

/* Estimate of every model against its distance from the best; the size of a point is its weight. */
static void models_chart(struct lac_publish_model *model)
{
    struct lac_buffer s = {0};
    char number[32];
    const struct lac_publish_table *table = lac_publish_chart_table(model, "models");
    if (!table || !table->rows) return;
    double high = fmax(table_maximum(table, M_ESTIMATE, M_ESTIMATE), model->headline.estimate);
    double step = lac_plot_step(high, 5);
    high = ceil(high * 1.05 / step) * step;
    lac_publish_number(high, 0, number, sizeof number);
    lac_publish_chart_margins(&s, lac_plot_text_width(number) + 20, LAC_CHART_TOP_KEY, MODELS_HEIGHT);
    lac_buffer_add(&s,
                   "set border 3 linecolor rgb '" LAC_CHART_GREY "'\n"
                   "set grid ytics linetype 1 linecolor rgb '#D9D9D9' linewidth 1\nset xrange [-0.5:10.5]\n"
                   "set xtics ('0' 0, '2' 2, '4' 4, '6' 6, '8' 8, '10' 10) nomirror scale 0.5\n"
                   "set xlabel 'BIC difference from the best model' offset 0,0.3\n");
    axis(&s, 'y', high, step);
    (void)block(&s, table, &(struct series){"models", {M_BIC, M_ESTIMATE, M_WEIGHT}, 3, high});
    lac_buffer_printf(&s,
                      "plot %.17g with lines linewidth 2 dashtype 2 linecolor rgb '" LAC_CHART_ORANGE
                      "' title 'Headline', "
                      "$models using 2:3:(0.5+2.2*sqrt($4)) with points pointtype 7 pointsize variable "
                      "linecolor rgb '" LAC_CHART_BLUE "' title 'One model; larger means more weight'\n",
                      model->headline.estimate);
    struct lac_publish_chart *chart = lac_publish_chart_add(model, "models", table, &s, LAC_CHART_TOP_KEY);
    if (!chart) return;
    chart->height = MODELS_HEIGHT;
    chart->alt =
        lac_publish_text(model,
                         "Scatter chart of %zu models: estimated number of %s against BIC difference from "
                         "the best model, with a dashed line at the headline estimate. The table below has "
                         "the numbers.",
                         table->rows, model->population);
}

/* What each definition takes in: from the certain number to the one that the records allow. */
static void scope_chart(struct lac_publish_model *model, const struct lac_publish_table *table)
{
    struct lac_buffer s = {0};
    if (!table || !table->rows) return;
    double width = lac_publish_chart_label_width(model, table);
    double high = table_maximum(table, S_LOW, S_HIGH), step = lac_plot_step(high, ticks(width));
    high = ceil(high * 1.02 / step) * step;
    preamble(&s, table->rows, width, LAC_CHART_TOP_KEY);
    lac_publish_chart_labels(model, &s, table);
    axis(&s, 'x', high, step);
    lac_buffer_printf(&s, "set xlabel 'Number of %s' offset 0,0.3\n", model->population);
    for (size_t i = 0; i < table->rows; i++) row_symbol(&s, lac_publish_chart_cell(table, i, S_LOW), i);
    size_t ranges = block(&s, table, &(struct series){"range", {S_HIGH, S_LOW, S_HIGH}, 3, high});
    size_t low = block(&s, table, &(struct series){"low", {S_LOW}, 1, high});
    lac_buffer_add(&s, "plot ");
    if (ranges)
        lac_buffer_add(
            &s, "$range using 2:1:3:4 with xerrorbars linetype 1 linewidth 3 pointtype 7 pointsize 0.9 "
                "linecolor rgb '" LAC_CHART_BLUE "' title 'High count (in, or records cannot tell)', ");
    lac_buffer_add(
        &s, low ? "$low using 2:1 with points pointtype 5 pointsize 0.8 linecolor rgb '" LAC_CHART_ORANGE
                  "' title 'Low count (certainly in)'\n"
                : "NaN notitle\n");
    struct lac_publish_chart *chart =
        lac_publish_chart_add(model, "definitions", table, &s, LAC_CHART_TOP_KEY);
    if (!chart) return;
    chart->alt =
        lac_publish_text(model,
                         "Chart: a row for each of %zu definitions, with a line from its low count, a "
                         "square, to its high count, a dot. The table below has the numbers.",
                         table->rows);
}

/* Row of the pair i < j in the table of pairs of n definitions. */
static size_t pair_at(size_t i, size_t j, size_t n)
{
    return i * n - i * (i + 1) / 2 + (j - i - 1);
}

/* Of those in the definition of the row, the share also in that of the column. */
static const struct lac_publish_cell *share_at(const struct lac_publish_table *table, size_t row,
                                               size_t column, size_t n)
{
    if (row < column) return lac_publish_chart_cell(table, pair_at(row, column, n), P_SHARE);
    return lac_publish_chart_cell(table, pair_at(column, row, n), P_OTHER_SHARE);
}

static void matrix_cell(struct lac_buffer *s, const struct lac_publish_cell *cell, size_t row, size_t column)
{
    bool known = cell && lac_publish_chart_is_number(cell), dark = known && cell->value >= 1.0 / 3;
    const char *fill = !cell                   ? "#FFFFFF"
                       : !known                ? "#D9D9D9"
                       : !dark                 ? SKY
                       : cell->value < 2.0 / 3 ? MIDDLE
                                               : LAC_CHART_BLUE;
    char text[32] = "\u2013";
    if (cell && known) (void)snprintf(text, sizeof text, "%.0f", cell->value * 100);
    if (cell && !known) (void)snprintf(text, sizeof text, "c");
    lac_buffer_printf(s,
                      "set object rectangle from %zu.52,%zu.52 to %zu.48,%zu.48 fillstyle solid 1 noborder "
                      "fillcolor rgb '%s'\nset label '%s' at %zu,%zu center textcolor rgb '%s'\n",
                      column, row, column + 1, row + 1, fill, text, column + 1, row + 1,
                      dark ? "#FFFFFF" : "#000000");
}

/* A square for every ordered pair of definitions. */
static void pairs_chart(struct lac_publish_model *model)
{
    struct lac_buffer s = {0};
    const struct lac_publish_table *table = lac_publish_chart_table(model, "definition-overlaps");
    size_t n = model->definition_count;
    double width = 40;
    if (!table || n < 2 || table->rows != n * (n - 1) / 2) return;
    for (size_t i = 0; i < n; i++)
        width = fmax(width, lac_plot_text_width(shorten(model, model->definitions[i].id)) + 60);
    int height = TOP_MATRIX + LAC_CHART_BOTTOM + LAC_CHART_ROW_HEIGHT * (int)n;
    lac_publish_chart_margins(&s, width, TOP_MATRIX, height);
    lac_buffer_printf(
        &s, "unset key\nset border 0\nset yrange [%zu.5:0.5]\nset xrange [0.5:%zu.5]\nset ytics (", n, n);
    for (size_t i = 0; i < n; i++) {
        lac_buffer_add(&s, i ? ", " : "");
        lac_plot_quote(&s,
                       lac_publish_text(model, "%s  %zu", shorten(model, model->definitions[i].id), i + 1));
        lac_buffer_printf(&s, " %zu", i + 1);
    }
    lac_buffer_add(&s, ") scale 0\nunset xtics\nset x2tics (");
    for (size_t i = 0; i < n; i++) lac_buffer_printf(&s, "%s'%zu' %zu", i ? ", " : "", i + 1, i + 1);
    lac_buffer_printf(&s,
                      ") scale 0\nset x2range [0.5:%zu.5]\n"
                      "set xlabel \"Per cent of the row's people who are\\nalso in the column's definition\" "
                      "offset 0,0.3\n",
                      n);
    for (size_t i = 0; i < n * n; i++)
        matrix_cell(&s, i / n == i % n ? NULL : share_at(table, i / n, i % n, n), i / n, i % n);
    lac_buffer_add(&s, "plot NaN notitle\n");
    struct lac_publish_chart *chart =
        lac_publish_chart_add(model, "definition-overlaps", table, &s, LAC_CHART_TOP);
    if (!chart) return;
    chart->height = height;
    chart->alt = lac_publish_text(model,
                                  "Grid with a row and a column for each of %zu definitions: the per cent of "
                                  "the people certainly in the "
                                  "row's definition who are certainly in the column's too, darker for more; "
                                  "c where it is suppressed or "
                                  "rests on too few. The table below has the numbers.",
                                  n);
}

void lac_publish_charts(struct lac_publish_model *model)
{
    const char *p = model->population;
    interval_chart(model, "estimates-by-definition",
                   lac_publish_chart_table(model, lac_publish_text(model, "definitions-%s", p)), "definition",
                   (double)NAN);
    interval_chart(model, "estimates-by-region",
                   lac_publish_chart_table(model, lac_publish_text(model, "regions-%s", p)), "region",
                   (double)NAN);
    lac_publish_chart_bars(model, "lists", lac_publish_chart_table(model, "lists"), 2, LAC_CHART_BLUE);
    lac_publish_chart_bars(model, "overlaps", lac_publish_chart_table(model, "overlaps"), 1,
                           LAC_CHART_TURQUOISE);
    interval_chart(model, "uncertainty", lac_publish_chart_table(model, "uncertainty"),
                   "source of uncertainty", model->headline.estimate);
    interval_chart(model, "sensitivity", lac_publish_chart_table(model, "sensitivity"), "choice",
                   model->headline.estimate);
    models_chart(model);
    scope_chart(model, lac_publish_chart_table(model, lac_publish_text(model, "scope-%s", p)));
    pairs_chart(model);
    lac_publish_linkage_charts(model);
    lac_publish_quality_charts(model);
}
