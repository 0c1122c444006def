/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lacuna-publish: the store's estimates -> report, workbook, figures, tidy tables, tables.h5. */
#include <stdlib.h>
#include <string.h>
#include "base/date.h"
#include "base/file.h"
#include "base/plot.h"
#include "chart.h"
#include "control.h"
#include "draw.h"
#include "estimates.h"
#include "ods.h"
#include "page.h"
#include "quality.h"
#include "sensitivity.h"
#include "runner/stage.h"
#include "tidy.h"
#include "words.h"
#include "workbook.h"

static error_t parse(int key, char *text, struct argp_state *state)
{
    (void)text;
    if (key == ARGP_KEY_INIT) {
        state->child_inputs[0] = state->input;
        return 0;
    }
    return ARGP_ERR_UNKNOWN;
}

static const struct argp_child children[] = {{&lac_stage_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {.parser = parse,
                                 .children = children,
                                 .doc = "Publishes the estimates of a run: disclosure control, then "
                                        "RUN/report (page, workbook, figures, tidy "
                                        "tables) and RUN/store/tables.h5.\vExit status: 0 done; 1 done, but "
                                        "the headline estimate is refused; 2 "
                                        "usage or configuration; 3 input; 4 refused: a hidden count could be "
                                        "worked out; 5 a file, or gnuplot, "
                                        "is missing."};

static void definitions_set(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    const struct lac_table *t = &input->definitions;
    struct lac_publish_definition *list = lac_publish_new(model, t->rows, sizeof *list);
    if (!list) return;
    for (size_t i = 0; i < t->rows; i++)
        list[i] = (struct lac_publish_definition){
            lac_text(t, LAC_COL_definitions_definition, i), lac_text(t, LAC_COL_definitions_title, i),
            lac_text(t, LAC_COL_definitions_version, i), lac_text(t, LAC_COL_definitions_words, i),
            lac_text(t, LAC_COL_definitions_basis, i)};
    model->definitions = list;
    model->definition_count = t->rows;
}

static void model_init(struct lac_publish_model *model, const struct lac_stage *stage)
{
    char first[11], last[11], as_at[11];
    const struct lac_config *config = stage->config;
    const struct lac_run_settings *run = &config->run;
    lac_date_format(run->period_start, first);
    lac_date_format(run->period_end, last);
    lac_date_format(stage->as_at, as_at);
    int64_t round = model->profile->round;
    model->title = config->publish.title;
    model->organisation = config->publish.organisation;
    model->provisional = config->publish.provisional;
    model->rounding = config->publish.headline_rounding > round ? config->publish.headline_rounding : round;
    model->unreliable_ratio = config->publish.low_reliability_ratio;
    model->period = lac_publish_text(model, "%s/%s", first, last);
    model->period_words = lac_publish_period_words(model, run->period_start, run->period_end);
    model->period_end = run->period_end;
    model->population = config->strata.populations.count ? config->strata.populations.item[0] : "victims";
    model->definition = config->definitions.headline;
    model->run_name = run->name;
    model->as_at = as_at[0] ? lac_publish_text(model, "%s", as_at) : "everything received counts";
    model->version = stage->provenance.producer;
    model->seed = lac_publish_text(model, "%lu", (unsigned long)stage->seed);
    model->config_digest = stage->config_digest;
    model->input_digest = stage->input_digest;
}

/* What is counted, the first time for disclosure control, the second to be published. */
static enum lac_status model_count(struct lac_publish_model *model, const struct lac_publish_input *input,
                                   struct lac_error *err)
{
    enum lac_status st = lac_publish_estimates(model, input, err);
    if (st) return st;
    lac_publish_estimate_tables(model, input);
    lac_publish_overlaps(model, input);
    lac_publish_definition_overlaps(model, input);
    return lac_publish_model_status(model, err);
}

static enum lac_status model_build(struct lac_publish_model *model, struct lac_publish_input *input,
                                   struct lac_stage *stage, struct lac_error *err)
{
    char *data = NULL;
    input->config = stage->config;
    input->as_at = stage->as_at;
    enum lac_status st = lac_publish_profile_load(stage->config->publish.disclosure.resolved, &stage->arena,
                                                  &model->profile, err);
    if (!st) st = lac_publish_input_read(stage->run, input, err);
    if (!st) st = lac_data_folder(&stage->arena, &data, err);
    if (st) return st;
    char *forces = lac_path_join(&stage->arena, data, "datasets/codes/police_forces.csv");
    if (!forces) return lac_fail_memory(err, "a file name");
    st = lac_csv_load(forces, &stage->arena, &input->forces, err);
    if (st) return st;
    model_init(model, stage);
    definitions_set(model, input);
    struct lac_publish_model draft = *model;
    st = model_count(&draft, input, err);
    if (!st) st = lac_publish_control_decide(&draft, input, err);
    if (!st) st = model_count(model, input, err);
    if (st) return st;
    lac_publish_models(model, input);
    lac_publish_sensitivity(model, input);
    if ((st = lac_publish_gates(model, input, err))) return st;
    lac_publish_returns(model, input);
    lac_publish_timeliness(model, input);
    lac_publish_findings(model, input);
    lac_publish_completeness(model, input);
    lac_publish_linkage(model, input);
    lac_publish_identity(model);
    lac_publish_charts(model);
    return lac_publish_model_status(model, err);
}

static enum lac_status write_page(struct lac_publish_model *model, const char *folder, struct lac_error *err)
{
    struct lac_buffer page = {0};
    const char *path = lac_publish_text(model, "%s/index.html", folder);
    lac_publish_page(model, &page);
    enum lac_status st = lac_buffer_status(&page, err);
    if (!st) st = lac_publish_model_status(model, err);
    if (!st) st = lac_file_write(path, page.text, page.length, false, err);
    lac_buffer_release(&page);
    return st;
}

static enum lac_status write_workbook(struct lac_publish_model *model, const char *folder,
                                      struct lac_error *err)
{
    const char *path = lac_publish_text(model, "%s/workbook.xlsx", folder);
    char *temporary = lac_file_temporary(model->arena, path);
    if (!temporary) return lac_fail_memory(err, "a file name");
    enum lac_status st = lac_publish_workbook(model, temporary, err);
    if (!st) st = lac_file_publish(temporary, path, false, err);
    if (st) return st;
    struct lac_buffer ods = {0};
    st = lac_publish_ods(model, &ods, err);
    if (!st)
        st = lac_file_write(lac_publish_text(model, "%s/workbook.ods", folder), ods.text, ods.length, false,
                            err);
    lac_buffer_release(&ods);
    return st;
}

static enum lac_status write_tidy(struct lac_publish_model *model, const char *folder, struct lac_error *err)
{
    struct lac_outfile out = {0};
    enum lac_status st = lac_outfile_open(&out, lac_publish_text(model, "%s/tables.csv", folder), false, err);
    if (st) return st;
    lac_publish_tidy_write(model, out.stream);
    if ((st = lac_outfile_commit(&out, err))) return st;
    char *text = lac_publish_metadata(model);
    if (!text) return lac_fail_memory(err, "the metadata of tables.csv");
    st = lac_file_write(lac_publish_text(model, "%s/tables.csv-metadata.json", folder), text, strlen(text),
                        false, err);
    free(text);
    return st;
}

static enum lac_status write_figures(struct lac_publish_model *model, const char *folder,
                                     struct lac_error *err)
{
    enum lac_status st = lac_publish_draw(model, folder, err);
    for (size_t i = 0; i < model->charts && !st; i++) {
        struct lac_outfile out = {0};
        st = lac_outfile_open(&out, lac_publish_text(model, "%s/%s.csv", folder, model->chart[i].name), false,
                              err);
        if (st) return st;
        lac_publish_table_csv(model->chart[i].table, out.stream);
        st = lac_outfile_commit(&out, err);
    }
    return st;
}

static enum lac_status write_report(struct lac_publish_model *model, const struct lac_stage *stage,
                                    struct lac_error *err)
{
    const char *folder = lac_publish_text(model, "%s/report", stage->run);
    const char *figures = lac_publish_text(model, "%s/report/figures", stage->run);
    enum lac_status st = lac_publish_model_status(model, err);
    if (!st) st = lac_dir_make(figures, false, err);
    if (!st) st = write_figures(model, figures, err);
    if (!st) st = write_workbook(model, folder, err);
    if (!st) st = write_tidy(model, folder, err);
    if (!st) st = write_page(model, folder, err);
    if (!st) lac_log_info(&stage->log, "report: %s/index.html", folder);
    return st;
}

static enum lac_status write_store(const struct lac_publish_model *model, const struct lac_stage *stage,
                                   struct lac_error *err)
{
    struct lac_table published;
    struct lac_table suppressions = {0};
    enum lac_status st = lac_table_init(&published, LAC_TABLE_published, err);
    if (st) return st;
    const struct lac_table *const tables[] = {&published, &suppressions};
    st = lac_publish_store_table(model, &published, err);
    if (!st) st = lac_table_init(&suppressions, LAC_TABLE_suppressions, err);
    if (!st) st = lac_publish_suppressions(model, &suppressions, err);
    if (!st) st = lac_store_write(stage->run, LAC_FILE_tables, &stage->provenance, tables, 2, err);
    lac_table_release(&published);
    if (suppressions.column) lac_table_release(&suppressions);
    return st;
}

static enum lac_status run(struct lac_stage *stage, struct lac_error *err)
{
    struct lac_publish_input input = {0};
    struct lac_publish_control control = {0};
    struct lac_publish_model model = {.arena = &stage->arena, .control = &control};
    enum lac_status st = lac_plot_check(err);
    if (!st) st = model_build(&model, &input, stage, err);
    if (!st) st = write_report(&model, stage, err);
    if (!st) st = write_store(&model, stage, err);
    if (!st && model.headline.refused) {
        lac_log_warn(&stage->log, "the headline estimate is refused: %s", model.headline.reasons);
        st = LAC_FINDINGS;
    }
    lac_publish_input_release(&input);
    return st;
}

int main(int argc, char **argv)
{
    struct lac_stage stage;
    struct lac_error err;
    lac_error_init(&err);
    lac_stage_init(&stage, "publish");
    lac_program_usage();
    argp_parse(&argp, argc, argv, 0, NULL, &stage);
    enum lac_status st = lac_stage_open(&stage, &err);
    if (!st) st = run(&stage, &err);
    return lac_stage_close(&stage, st, &err);
}
