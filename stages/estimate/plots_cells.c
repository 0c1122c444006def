/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures with one mark a history: who is on which lists, and how the best model fits them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "plots_internal.h"
#include "table/csv.h"

#define SHOWN 30 /* histories in a picture; the CSV has all */

struct mark {
    unsigned lists;
    double size;
};

static int larger_first(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    if (x->size > y->size) return -1;
    if (x->size < y->size) return 1;
    return (x->lists > y->lists) - (x->lists < y->lists);
}

/* Histories with persons, most first; returns how many. */
static size_t histories(const struct lac_diagnostics *d, struct mark **marks)
{
    const struct lac_estimate_history *history = &d->history;
    size_t n = 0;
    *marks = LAC_NEW(d->arena, struct mark, 1U << history->lists);
    if (!*marks) return 0;
    for (unsigned w = 1; w < 1U << history->lists; w++)
        if (history->count[w] > 0) (*marks)[n++] = (struct mark){w, history->count[w]};
    qsort(*marks, n, sizeof **marks, larger_first);
    return n;
}

/* The upper part: a bar for each history with its number. */
static void bars(struct lac_estimate_plot *plot, const struct mark *marks, size_t n, double left)
{
    struct lac_buffer *s = &plot->script;
    char number[32];
    /* numbers as large as neighbouring bars allow */
    double room = (plot->width - left - 20) / (double)n * 13 / lac_plot_number_width(marks[0].size);
    int size = room > 13 ? 13 : room < 8 ? 8 : (int)room;
    lac_plot_margins(plot, &(struct lac_plot_margins){left, 20, 20, plot->height - 280});
    (void)lac_plot_axis(plot, 'y', 0, marks[0].size * 1.12, 5);
    lac_buffer_printf(
        s, "set xrange [0.2:%zu.6]\nunset grid\nunset xtics\nset border 2\nset boxwidth 0.6\nunset key\n", n);
    lac_buffer_add(s, "set ylabel 'persons' offset screen -0.005,0\n");
    for (size_t i = 0; i < n; i++)
        lac_buffer_printf(s, "set label '%s' at %zu, %.17g center offset 0,0.6 font ',%d'\n",
                          lac_plot_number(marks[i].size, number), i + 1, marks[i].size, size);
    lac_buffer_add(s, "$bars << EOD\n");
    for (size_t i = 0; i < n; i++) lac_buffer_printf(s, "%zu %.17g\n", i + 1, marks[i].size);
    lac_buffer_add(s, "EOD\nplot $bars using 1:2 with boxes linecolor rgb '" LAC_PLOT_BLUE
                      "'\nunset label\nunset ylabel\n");
}

static void dots(struct lac_buffer *s, const char *name, const struct mark *marks, size_t n, int lists,
                 bool on)
{
    lac_buffer_printf(s, "$%s << EOD\n", name);
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < lists; k++)
            if ((marks[i].lists >> k & 1U) == (unsigned)on) lac_buffer_printf(s, "%zu %d\n", i + 1, k + 1);
    lac_buffer_add(s, "EOD\n");
}

/* The lower part: a column of dots for each history, dark on the lists it is on, joined by a line. */
static void matrix(struct lac_estimate_plot *plot, const struct lac_diagnostics *d, const struct mark *marks,
                   size_t n, double left)
{
    struct lac_buffer *s = &plot->script;
    const struct lac_estimate_history *history = &d->history;
    char number[32];
    lac_plot_margins(plot, &(struct lac_plot_margins){left, 20, 292, 14});
    lac_buffer_printf(s, "set border 0\nset yrange [%d.6:0.4]\nset ytics (", history->lists);
    for (int k = 0; k < history->lists; k++) {
        const char *name = lac_plot_history(d, 1U << k, 18);
        const char *label = lac_arena_printf(d->arena, "%s (%s)", name ? name : "",
                                             lac_plot_number(history->overlap[1U << k], number));
        lac_buffer_add(s, k ? ", " : "");
        lac_plot_quote(s, label ? label : "");
        lac_buffer_printf(s, " %d", k + 1);
    }
    lac_buffer_add(s, ") scale 0\n");
    dots(s, "off", marks, n, history->lists, false);
    dots(s, "on", marks, n, history->lists, true);
    lac_buffer_add(s, "$lines << EOD\n");
    for (size_t i = 0; i < n; i++)
        lac_buffer_printf(s, "%zu %d 0 %d\n", i + 1, __builtin_ctz(marks[i].lists) + 1,
                          31 - __builtin_clz(marks[i].lists) - __builtin_ctz(marks[i].lists));
    lac_buffer_add(s, "EOD\nplot $off with points pointtype 7 pointsize 0.8 linecolor rgb '" LAC_PLOT_PALE
                      "', $lines using 1:2:3:4 with vectors nohead linewidth 2 linecolor rgb '" LAC_PLOT_BLUE
                      "', $on with points pointtype 7 pointsize 0.8 linecolor rgb '" LAC_PLOT_BLUE
                      "'\nunset multiplot\n");
}

static enum lac_status overlap_csv(struct lac_estimate_plot *plot, const struct lac_diagnostics *d,
                                   const struct mark *marks, size_t n, struct lac_error *err)
{
    FILE *to = lac_plot_csv_open(plot);
    if (!to) return lac_fail_memory(err, "the numbers of a picture");
    for (int k = 0; k < d->history.lists; k++) lac_csv_put(to, k == 0, d->history.name[k]);
    lac_csv_put(to, false, "count");
    lac_csv_end(to);
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < d->history.lists; k++) lac_csv_put_i64(to, k == 0, marks[i].lists >> k & 1U);
        lac_csv_put_double(to, false, marks[i].size);
        lac_csv_end(to);
    }
    return lac_plot_csv_close(to, err);
}

enum lac_status lac_plot_overlaps(const struct lac_estimate_report *report, struct lac_estimate_plots *plots,
                                  struct lac_error *err)
{
    const struct lac_diagnostics *d = &report->diagnostics->whole;
    struct mark *marks;
    size_t n = histories(d, &marks), shown = n < SHOWN ? n : SHOWN;
    struct lac_estimate_plot *plot =
        n ? lac_plot_add(plots, "overlaps", 292 + 14 + LAC_PLOT_ROW * d->history.lists) : NULL;
    if (!plot) return LAC_OK;
    double left = lac_plot_number_width(marks[0].size) + 50;
    for (int k = 0; k < d->history.lists; k++) {
        const char *name = lac_plot_history(d, 1U << k, 18);
        double wide = lac_plot_text_width(name ? name : "") + lac_plot_number_width(d->history.n) + 40;
        left = wide > left ? wide : left;
    }
    lac_buffer_add(&plot->script, "set multiplot\n");
    bars(plot, marks, shown, left);
    matrix(plot, d, marks, shown, left);
    return overlap_csv(plot, d, marks, n, err);
}

static enum lac_status residual_csv(struct lac_estimate_plot *plot, const struct lac_diagnostics *d,
                                    struct lac_error *err)
{
    FILE *to = lac_plot_csv_open(plot);
    if (!to) return lac_fail_memory(err, "the numbers of a picture");
    for (int k = 0; k < d->history.lists; k++) lac_csv_put(to, k == 0, d->history.name[k]);
    lac_csv_put(to, false, "count");
    lac_csv_put(to, false, "fitted");
    lac_csv_put(to, false, "residual");
    lac_csv_end(to);
    for (size_t i = 0; i < d->cells; i++) {
        for (int k = 0; k < d->history.lists; k++) lac_csv_put_i64(to, k == 0, d->cell[i].lists >> k & 1U);
        lac_csv_put_double(to, false, d->cell[i].count);
        lac_csv_put_double(to, false, d->cell[i].mean);
        lac_csv_put_double(to, false, d->cell[i].residual);
        lac_csv_end(to);
    }
    return lac_plot_csv_close(to, err);
}

/* The cells with the largest residuals, largest first. */
static size_t worst_cells(const struct lac_diagnostics *d, struct mark **marks)
{
    size_t n = 0;
    *marks = LAC_NEW(d->arena, struct mark, d->cells + 1);
    if (!*marks) return 0;
    for (size_t i = 0; i < d->cells; i++)
        if (d->cell[i].mean > 0) (*marks)[n++] = (struct mark){d->cell[i].lists, fabs(d->cell[i].residual)};
    qsort(*marks, n, sizeof **marks, larger_first);
    return n < SHOWN ? n : SHOWN;
}

enum lac_status lac_plot_residuals(const struct lac_estimate_report *report, struct lac_estimate_plots *plots,
                                   struct lac_error *err)
{
    const struct lac_diagnostics *d = &report->diagnostics->whole;
    struct mark *marks;
    size_t n = worst_cells(d, &marks);
    struct lac_estimate_plot *plot = n ? lac_plot_add(plots, "residuals", 84 + LAC_PLOT_ROW * (int)n) : NULL;
    if (!plot) return LAC_OK;
    struct lac_buffer *s = &plot->script;
    double left = 40, limit = ceil(marks[0].size < 3 ? 3 : marks[0].size + 0.2);
    lac_buffer_printf(s, "set yrange [%zu.6:0.4]\nset ytics (", n);
    for (size_t i = 0; i < n; i++) {
        const char *name = lac_plot_history(d, marks[i].lists, 30);
        double wide = lac_plot_text_width(name ? name : "") + 24;
        left = wide > left ? wide : left;
        lac_buffer_add(s, i ? ", " : "");
        lac_plot_quote(s, name ? name : "");
        lac_buffer_printf(s, " %zu", i + 1);
    }
    lac_buffer_add(s, ") scale 0\nset border 1\nunset key\n");
    lac_plot_margins(plot, &(struct lac_plot_margins){left, 24, 14, 70});
    lac_buffer_printf(
        s,
        "set xrange [-%g:%g]\nset xtics nomirror scale 0.5\nset grid xtics linetype 1 linecolor "
        "rgb '" LAC_PLOT_PALE "' linewidth 1\n"
        "set xlabel 'Pearson residual: (count - fitted) / square root of fitted' offset 0,0.2\n",
        limit, limit);
    for (int i = -2; i <= 2; i += 2)
        lac_buffer_printf(
            s, "set arrow from %d, graph 0 to %d, graph 1 nohead back linewidth 2 linecolor rgb '%s'%s\n", i,
            i, i ? LAC_PLOT_ORANGE : LAC_PLOT_GREY, i ? " dashtype 2" : "");
    lac_buffer_add(s, "$residuals << EOD\n");
    for (size_t i = 0; i < n; i++)
        lac_buffer_printf(s, "%.17g %zu\n", d->cell[marks[i].lists - 1].residual, i + 1);
    lac_buffer_add(s, "EOD\nplot $residuals using (0):2:1:(0) with vectors nohead linewidth 3 linecolor rgb "
                      "'" LAC_PLOT_BLUE
                      "', $residuals using 1:2 with points pointtype 7 pointsize 0.9 linecolor "
                      "rgb '" LAC_PLOT_BLUE "'\n");
    return residual_csv(plot, d, err);
}
