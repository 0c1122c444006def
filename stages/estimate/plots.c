/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plots.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "plots_internal.h"

struct lac_estimate_plot *lac_plot_add(struct lac_estimate_plots *plots, const char *name, int height)
{
    if (plots->count == LAC_ESTIMATE_PLOTS_MAX) return NULL;
    struct lac_estimate_plot *plot = &plots->item[plots->count++];
    plot->name = name;
    plot->width = LAC_PLOT_WIDTH;
    plot->height = height;
    lac_buffer_add(&plot->script, "set encoding utf8\nset border 3 linecolor rgb '" LAC_PLOT_GREY
                                  "'\nset style fill solid 1 noborder\n");
    return plot;
}

void lac_plot_margins(struct lac_estimate_plot *plot, const struct lac_plot_margins *m)
{
    lac_buffer_printf(&plot->script,
                      "set lmargin at screen %.5f\nset rmargin at screen %.5f\n"
                      "set tmargin at screen %.5f\nset bmargin at screen %.5f\n",
                      m->left / plot->width, 1 - m->right / plot->width, 1 - m->top / plot->height,
                      m->bottom / plot->height);
}

void lac_plot_key(struct lac_estimate_plot *plot, double left)
{
    lac_buffer_printf(&plot->script,
                      "set key at screen %.5f, screen %.5f left top vertical Left reverse samplen 1.5\n",
                      left / plot->width, 1 - 6.0 / plot->height);
}

const char *lac_plot_number(double value, char *out)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%.0f", fabs(value)), n = 0;
    if (value < 0) out[n++] = '-';
    for (int i = 0; i < length && n < 28; i++) {
        if (i && (length - i) % 3 == 0) out[n++] = ',';
        out[n++] = digits[i];
    }
    out[n] = '\0';
    return out;
}

double lac_plot_axis(struct lac_estimate_plot *plot, char which, double low, double high, int ticks)
{
    char number[32];
    double step = lac_plot_step(fmax(high - low, 1), ticks);
    low = floor(low / step) * step;
    high = ceil(high / step) * step;
    lac_buffer_printf(&plot->script, "set %crange [%.17g:%.17g]\nset %ctics (", which, low, high, which);
    for (int i = 0; low + i * step <= high + step / 2; i++) {
        lac_buffer_add(&plot->script, i ? ", " : "");
        lac_plot_quote(&plot->script, lac_plot_number(low + i * step, number));
        lac_buffer_printf(&plot->script, " %.17g", low + i * step);
    }
    lac_buffer_printf(&plot->script,
                      ") nomirror scale 0.5\nset grid %ctics linetype 1 linecolor rgb '" LAC_PLOT_PALE
                      "' linewidth 1\n",
                      which);
    return high;
}

double lac_plot_number_width(double high)
{
    char number[32];
    return lac_plot_text_width(lac_plot_number(high, number));
}

const char *lac_plot_history(const struct lac_diagnostics *d, unsigned lists, size_t characters)
{
    const char *text = lac_diagnostics_lists(&d->history, lists, ", ", d->arena);
    size_t bytes = 0, seen = 0;
    for (; text && text[bytes]; bytes++) {
        seen += ((unsigned char)text[bytes] & 0xC0) != 0x80;
        if (seen == characters) break;
    }
    if (!text || !text[bytes]) return text;
    return lac_arena_printf(d->arena, "%.*s\u2026", (int)bytes, text);
}

FILE *lac_plot_csv_open(struct lac_estimate_plot *plot)
{
    return open_memstream(&plot->csv, &plot->csv_length);
}

enum lac_status lac_plot_csv_close(FILE *to, struct lac_error *err)
{
    int failed = ferror(to);
    return fclose(to) || failed ? lac_fail_memory(err, "the numbers of a picture") : LAC_OK;
}

enum lac_status lac_estimate_plots_make(const struct lac_estimate_report *report,
                                        struct lac_estimate_plots *plots, struct lac_error *err)
{
    static lac_plot_maker *const makers[] = {lac_plot_overlaps, lac_plot_residuals, lac_plot_models,
                                             lac_plot_curve, lac_plot_replicates};
    enum lac_status st = LAC_OK;
    for (size_t i = 0; !st && i < sizeof makers / sizeof makers[0]; i++) st = makers[i](report, plots, err);
    for (size_t i = 0; !st && i < plots->count; i++) st = lac_buffer_status(&plots->item[i].script, err);
    return st;
}

static enum lac_status write_one(const struct lac_estimate_plot *plot, const char *folder,
                                 struct lac_error *err)
{
    struct lac_arena arena;
    struct lac_buffer svg = {0}, png = {0};
    const struct lac_plot picture = {plot->name, plot->width, plot->height, plot->script.text};
    lac_arena_init(&arena);
    const char *base = lac_arena_printf(&arena, "%s/%s", folder, plot->name);
    const char *path[3] = {base ? lac_arena_printf(&arena, "%s.svg", base) : NULL,
                           base ? lac_arena_printf(&arena, "%s.png", base) : NULL,
                           base ? lac_arena_printf(&arena, "%s.csv", base) : NULL};
    enum lac_status st = LAC_OK;
    if (!path[0] || !path[1] || !path[2]) st = lac_fail_memory(err, "a picture");
    if (!st) st = lac_plot_draw(&picture, &svg, &png, err);
    if (!st) st = lac_file_write(path[0], svg.text, svg.length, false, err);
    if (!st) st = lac_file_write(path[1], png.text, png.length, false, err);
    if (!st) st = lac_file_write(path[2], plot->csv, plot->csv_length, false, err);
    if (st && base) lac_error_file(err, base);
    lac_buffer_release(&svg);
    lac_buffer_release(&png);
    lac_arena_release(&arena);
    return st;
}

enum lac_status lac_estimate_plots_write(const struct lac_estimate_plots *plots, const char *folder,
                                         struct lac_error *err)
{
    enum lac_status st = lac_dir_make(folder, false, err);
    for (size_t i = 0; !st && i < plots->count; i++) st = write_one(&plots->item[i], folder, err);
    return st;
}

void lac_estimate_plots_release(struct lac_estimate_plots *plots)
{
    for (size_t i = 0; i < plots->count; i++) {
        lac_buffer_release(&plots->item[i].script);
        free(plots->item[i].csv);
    }
    plots->count = 0;
}
