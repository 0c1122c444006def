/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/plot.h"
#include "explain.h"
#include "table/csv.h"
#include "config/schema.h"

/* Pixels of the SVG. */
#define WIDTH 760
#define ROW 26
#define TOP 40
#define BOTTOM 70
#define RIGHT 64
#define BLUE "#12436D"
#define ORANGE "#F46A25"
#define GREY "#3D3D3D"
#define PALE "#D9D9D9"

/* Steps that change something, and sums. */
static size_t visible(struct lac_link_step *step, size_t steps)
{
    size_t kept = 0;
    for (size_t k = 0; k < steps; k++)
        if (step[k].total || !isnan(step[k].change)) step[kept++] = step[k];
    return kept;
}

static void axis(struct lac_buffer *s, const struct lac_link_step *step, size_t steps)
{
    double low = 0, high = 0;
    for (size_t k = 0; k < steps; k++) {
        low = fmin(low, step[k].running);
        high = fmax(high, step[k].running);
    }
    double size = lac_plot_step(fmax(high - low, 4), 6);
    lac_buffer_printf(s, "set xrange [%.17g:%.17g]\nset xtics %.17g nomirror scale 0.5\n",
                      floor(low / size) * size, ceil(high / size) * size, size);
}

static void block(struct lac_buffer *s, const char *name, const struct lac_link_step *step, size_t steps,
                  int kind)
{
    lac_buffer_printf(s, "$%s << EOD\n", name);
    for (size_t k = 0; k < steps; k++) {
        double from = step[k].total ? 0 : step[k].running - step[k].change, to = step[k].running;
        int of = step[k].total ? 2 : to >= from;
        if (of == kind) lac_buffer_printf(s, "%zu %.17g %.17g\n", k + 1, fmin(from, to), fmax(from, to));
    }
    lac_buffer_add(s, "EOD\n");
}

static void labels(struct lac_buffer *s, const struct lac_link_step *step, size_t steps)
{
    lac_buffer_add(s, "set ytics (");
    for (size_t k = 0; k < steps; k++) {
        lac_buffer_add(s, k ? ", " : "");
        lac_plot_quote(s, step[k].label);
        lac_buffer_printf(s, " %zu", k + 1);
    }
    lac_buffer_add(s, ") scale 0\n");
    for (size_t k = 0; k < steps; k++) {
        double from = step[k].total ? 0 : step[k].running - step[k].change;
        lac_buffer_printf(s, "set label '%+.1f' at first %.17g, first %zu left offset character 0.5, 0\n",
                          step[k].total ? step[k].running : step[k].change, fmax(from, step[k].running),
                          k + 1);
    }
}

static void script(struct lac_buffer *s, const struct lac_link_step *step, size_t steps, int height)
{
    double left = 40;
    for (size_t k = 0; k < steps; k++) left = fmax(left, lac_plot_text_width(step[k].label));
    left += 20;
    lac_buffer_printf(
        s,
        "set encoding utf8\nset border 1 linecolor rgb '" GREY "'\n"
        "set style fill solid 1 noborder\nset lmargin at screen %.5f\nset rmargin at screen %.5f\n"
        "set tmargin at screen %.5f\nset bmargin at screen %.5f\n",
        left / WIDTH, 1 - (double)RIGHT / WIDTH, 1 - (double)TOP / height, (double)BOTTOM / height);
    lac_buffer_printf(s, "set key at screen %.5f, screen %.5f left top horizontal Left reverse samplen 1.5\n",
                      10.0 / WIDTH, 1 - 6.0 / height);
    lac_buffer_printf(
        s, "set grid xtics linetype 1 linecolor rgb '" PALE "' linewidth 1\nset yrange [%zu.5:0.5]\n", steps);
    axis(s, step, steps);
    labels(s, step, steps);
    lac_buffer_add(s, "set xlabel 'log2 odds that the two records are one person' offset 0,0.2\n"
                      "set arrow from 0, graph 0 to 0, graph 1 nohead front linecolor rgb '" GREY "'\n");
    block(s, "against", step, steps, 0);
    block(s, "for", step, steps, 1);
    block(s, "sum", step, steps, 2);
    static const char bars[] = "using ($2):1:($2):($3):($1-0.36):($1+0.36) with boxxyerror linecolor rgb";
    lac_buffer_printf(s,
                      "plot $for %s '" BLUE "' title 'for one person', $against %s '" ORANGE
                      "' title 'against', $sum %s '" GREY "' title 'sum'\n",
                      bars, bars, bars);
}

static enum lac_status csv_write(const char *path, const struct lac_link_step *step, size_t steps,
                                 struct lac_error *err)
{
    static const char *const header[] = {"step", "m", "u", "bits", "log2_odds", "note"};
    struct lac_outfile out = {0};
    enum lac_status st = lac_outfile_open(&out, path, false, err);
    if (st) return st;
    for (size_t c = 0; c < LAC_COUNT(header); c++) lac_csv_put(out.stream, c == 0, header[c]);
    lac_csv_end(out.stream);
    for (size_t k = 0; k < steps; k++) {
        const double number[] = {step[k].m, step[k].u, step[k].change, step[k].running};
        lac_csv_put(out.stream, true, step[k].label);
        for (size_t c = 0; c < LAC_COUNT(number); c++)
            if (isnan(number[c]))
                lac_csv_put(out.stream, false, "");
            else
                lac_csv_put_double(out.stream, false, number[c]);
        lac_csv_put(out.stream, false, step[k].note);
        lac_csv_end(out.stream);
    }
    return lac_outfile_commit(&out, err);
}

enum lac_status lac_link_explain_draw(const struct lac_link_explanation *explanation, const char *folder,
                                      struct lac_error *err)
{
    struct lac_link_step step[LAC_LINK_EXPLAIN_STEPS];
    struct lac_arena arena;
    struct lac_buffer text = {0}, svg = {0}, png = {0};
    size_t all = lac_link_explain_steps(explanation, step);
    lac_arena_init(&arena);
    const char *path[3] = {lac_path_join(&arena, folder, "pair.svg"),
                           lac_path_join(&arena, folder, "pair.png"),
                           lac_path_join(&arena, folder, "pair.csv")};
    enum lac_status st =
        path[0] && path[1] && path[2] ? lac_dir_make(folder, false, err) : lac_fail_memory(err, "a picture");
    if (!st) st = csv_write(path[2], step, all, err);
    size_t steps = visible(step, all);
    struct lac_plot plot = {"pair", WIDTH, TOP + BOTTOM + ROW * (int)steps, NULL};
    script(&text, step, steps, plot.height);
    if (!st) st = lac_buffer_status(&text, err);
    plot.script = text.text;
    if (!st) st = lac_plot_draw(&plot, &svg, &png, err);
    if (!st) st = lac_file_write(path[0], svg.text, svg.length, false, err);
    if (!st) st = lac_file_write(path[1], png.text, png.length, false, err);
    lac_buffer_release(&text);
    lac_buffer_release(&svg);
    lac_buffer_release(&png);
    lac_arena_release(&arena);
    return st;
}
