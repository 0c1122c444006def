/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "draw.h"

#include "base/file.h"
#include "base/plot.h"

static enum lac_status draw_one(struct lac_publish_model *model, struct lac_publish_chart *chart,
                                const char *folder, struct lac_error *err)
{
    struct lac_buffer svg = {0}, png = {0};
    const char *path = lac_publish_text(model, "%s/%s.svg", folder, chart->name);
    const char *image = lac_publish_text(model, "%s/%s.png", folder, chart->name);
    const struct lac_plot plot = {chart->name, chart->width, chart->height, chart->script};
    enum lac_status st = lac_publish_model_status(model, err);
    if (!st) st = lac_plot_draw(&plot, &svg, &png, err);
    if (st) goto cleanup;
    chart->svg = lac_arena_strndup(model->arena, svg.text, svg.length);
    chart->svg_length = svg.length;
    if (!chart->svg) st = lac_fail_memory(err, "a chart");
    if (!st) st = lac_file_write(path, svg.text, svg.length, false, err);
    if (!st) st = lac_file_write(image, png.text, png.length, false, err);
cleanup:
    if (st) lac_error_file(err, path);
    lac_buffer_release(&svg);
    lac_buffer_release(&png);
    return st;
}

enum lac_status lac_publish_draw(struct lac_publish_model *model, const char *folder, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (size_t i = 0; i < model->charts && !st; i++) st = draw_one(model, &model->chart[i], folder, err);
    return st;
}
