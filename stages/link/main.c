/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lacuna-link: records.h5 -> links.h5, or any table of persons -> clusters. See README.md. */
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/plot.h"
#include "base/text.h"
#include "explain_run.h"
#include "person_clerical.h"
#include "person_output.h"
#include "pipeline.h"
#include "runner/stage.h"

enum {
    KEY_RECORDS = 0x3000,
    KEY_MODEL,
    KEY_CLUSTERS,
    KEY_PAIRS,
    KEY_THRESHOLD,
    KEY_JSON,
    KEY_JUDGED,
    KEY_CLERICAL,
    KEY_PAIRS_FROM,
    KEY_EXPLAIN,
    KEY_PLOTS
};

enum { JUDGED_MOST = 64 };
struct arguments {
    struct lac_stage stage;
    const char *records, *model, *clusters, *pairs, *json, *explain, *plots, *clerical;
    struct lac_config_path judged[JUDGED_MOST];
    size_t judged_count;
    double threshold, pairs_from;
};

static const struct argp_option options[] = {
    {0, 0, 0, 0, "Linking any table of persons:", 1},
    {"records", KEY_RECORDS, "FILE", 0, "Table of persons (CSV)", 1},
    {"model", KEY_MODEL, "FILE", 0, "What its columns are and how they compare (YAML)", 1},
    {"clusters", KEY_CLUSTERS, "FILE", 0, "Write record_id,cluster_id", 1},
    {"pairs", KEY_PAIRS, "FILE", 0, "Write the pairs at or above the threshold", 1},
    {"pairs-from", KEY_PAIRS_FROM, "P", 0, "Match probability from which --pairs has a pair (the threshold)",
     1},
    {"threshold", KEY_THRESHOLD, "P", 0, "Match probability from which a pair is one person (default 0.5)",
     1},
    {"json", KEY_JSON, "FILE", 0, "Write a report; - is standard output", 1},
    {"clerical", KEY_CLERICAL, "FILE", 0,
     "Write a sample of pairs for two people to judge, still to be judged", 1},
    {"judged", KEY_JUDGED, "FILE", 0,
     "Read such a file with answers; may be given several times, the last wins", 1},
    {0, 0, 0, 0, "Why two records are one person or two:", 2},
    {"explain", KEY_EXPLAIN, "ID1,ID2", 0,
     "Print how the odds of a pair come about. Of a finished run, a record is RETURN:ROW; of a table, its "
     "identifier",
     2},
    {"plots", KEY_PLOTS, "DIR", 0, "Draw it into a folder besides: SVG, PNG, and CSV with the numbers", 2},
    {0},
};

static double probability_parse(const char *option, const char *text, struct argp_state *state)
{
    double value = 0;
    if (!lac_text_double(text, &value) || !(value > 0 && value < 1))
        argp_error(state, "%s: '%s' is not a probability between 0 and 1", option, text);
    return value;
}

static void judged_parse(char *text, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    if (arguments->judged_count == JUDGED_MOST)
        argp_error(state, "--judged: more than %d files", JUDGED_MOST);
    else
        arguments->judged[arguments->judged_count++] = (struct lac_config_path){text, text};
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &arguments->stage;
        return 0;
    case KEY_RECORDS:
        arguments->records = text;
        return 0;
    case KEY_MODEL:
        arguments->model = text;
        return 0;
    case KEY_CLUSTERS:
        arguments->clusters = text;
        return 0;
    case KEY_PAIRS:
        arguments->pairs = text;
        return 0;
    case KEY_JSON:
        arguments->json = text;
        return 0;
    case KEY_EXPLAIN:
        arguments->explain = text;
        return 0;
    case KEY_PLOTS:
        arguments->plots = text;
        return 0;
    case KEY_THRESHOLD:
        arguments->threshold = probability_parse("--threshold", text, state);
        return 0;
    case KEY_PAIRS_FROM:
        arguments->pairs_from = probability_parse("--pairs-from", text, state);
        return 0;
    case KEY_CLERICAL:
        arguments->clerical = text;
        return 0;
    case KEY_JUDGED:
        judged_parse(text, state);
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected argument '%s'", text);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&lac_stage_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "--config CONFIG.yaml --run DIR [--explain RETURN:ROW,RETURN:ROW]\n"
                "--records TABLE.csv --model MODEL.yaml --clusters OUT.csv\n"
                "--records TABLE.csv --model MODEL.yaml --clerical PAIRS.csv\n"
                "--records TABLE.csv --model MODEL.yaml --judged PAIRS.csv --clusters OUT.csv\n"
                "--records TABLE.csv --model MODEL.yaml --explain ID1,ID2",
    .doc = "Finds out which records are the same person: RUN/store/records.h5 -> RUN/store/links.h5, or any "
           "table of persons.",
    .children = children,
};

/* The configured nickname table, else the one that comes with the program. */
static enum lac_status nicknames_find(struct lac_stage *stage, const char *path,
                                      struct lac_link_nicknames *nicknames, struct lac_error *err)
{
    if (!path) {
        char *folder;
        enum lac_status st = lac_data_folder(&stage->arena, &folder, err);
        if (st) return st;
        if (!(path = lac_path_join(&stage->arena, folder, "datasets/codes/nicknames.csv")))
            return lac_fail_memory(err, "a file name");
    }
    return lac_link_nicknames_load(path, &stage->arena, nicknames, err);
}

static bool report(const struct lac_log *log, const struct lac_link_summary summary[LAC_LINK_POPULATIONS])
{
    bool dropped = false;
    for (size_t i = 0; i < LAC_LINK_POPULATIONS; i++) {
        const struct lac_link_summary *s = &summary[i];
        if (s->records == 0) continue;
        lac_log_info(log, "%s: %u records, %u persons, %llu candidate pairs", s->population, s->records,
                     s->persons, (unsigned long long)s->candidates);
        if (s->aliases_dropped)
            lac_log_warn(log, "%s: %llu aliases beyond 16 names of a record were left out (see link_quality)",
                         s->population, (unsigned long long)s->aliases_dropped);
        if (s->dropped == 0) continue;
        lac_log_warn(log,
                     "%s: %llu pairs of blocks above link.block_maximum were not compared (see link_quality)",
                     s->population, (unsigned long long)s->dropped);
        dropped = true;
    }
    return dropped;
}

/* Whether a file holds answers: it is then left as it is. */
static enum lac_status answers_spare(struct lac_stage *stage, const char *path, const char *where,
                                     bool *answers, struct lac_error *err)
{
    *answers = false;
    if (!lac_file_exists(path)) return LAC_OK;
    enum lac_status st = lac_link_answers_exist(path, &stage->arena, answers, err);
    if (!st && *answers) lac_log_warn(&stage->log, "%s; take it away for a new sample", where);
    return st;
}

/* RUN/clerical/pairs.csv, for its owner alone. */
static enum lac_status clerical_write(struct lac_stage *stage, const struct lac_link_inputs *inputs,
                                      struct lac_link_pairs *sample, struct lac_error *err)
{
    struct lac_outfile out = {0};
    bool answers;
    char *folder = lac_path_join(&stage->arena, stage->run, "clerical"),
         *path = folder ? lac_path_join(&stage->arena, folder, "pairs.csv") : NULL;
    if (!path) return lac_fail_memory(err, "a file name");
    enum lac_status st = answers_spare(
        stage, path, "clerical/pairs.csv holds answers and is left as it is: name it in link.judged",
        &answers, err);
    if (st || answers) return st;
    st = lac_dir_make(folder, true, err);
    if (!st) st = lac_outfile_open(&out, path, true, err);
    if (st) return st;
    lac_link_clerical_write(inputs->records, inputs->returns, sample, out.stream);
    return lac_outfile_commit(&out, err);
}

/* Tables of the run in link.previous. */
struct previous {
    struct lac_table records, persons;
};

static enum lac_status previous_read(const char *previous, const char *run, struct previous *tables,
                                     struct lac_error *err)
{
    struct stat a, b;
    if (stat(previous, &a) == 0 && stat(run, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino) {
        enum lac_status st = lac_fail(err, LAC_USAGE, "link.previous is the run itself");
        lac_error_file(err, previous);
        lac_error_remedy(err, "name the folder of an earlier run");
        return st;
    }
    enum lac_status st = lac_store_read(previous, LAC_TABLE_records, &tables->records, err);
    return st ? st : lac_store_read(previous, LAC_TABLE_persons, &tables->persons, err);
}

static enum lac_status run(struct lac_stage *stage, struct lac_error *err)
{
    struct lac_table records = {0}, returns = {0};
    struct lac_link_output output = {0};
    struct lac_link_nicknames nicknames;
    struct lac_link_summary summary[LAC_LINK_POPULATIONS] = {0};
    struct lac_link_judged judged = {0};
    struct previous previous = {0};
    struct lac_link_before before = {&previous.records, &previous.persons};
    const struct lac_link_settings *settings = &stage->config->link;
    struct lac_link_inputs inputs = {&records, &returns, settings, &nicknames, &judged, NULL, stage->seed};
    enum lac_status st = nicknames_find(stage, stage->config->link.nicknames.resolved, &nicknames, err);
    if (!st) st = lac_store_read(stage->run, LAC_TABLE_records, &records, err);
    if (!st) st = lac_store_read(stage->run, LAC_TABLE_returns, &returns, err);
    if (!st) st = lac_link_judged_read(&settings->judged, &records, &returns, &stage->arena, &judged, err);
    if (!st && settings->previous.resolved) {
        st = previous_read(settings->previous.resolved, stage->run, &previous, err);
        inputs.before = &before;
    }
    if (!st) st = lac_link_output_init(&output, err);
    if (!st) st = lac_link_pipeline(&inputs, &output, summary, err);
    if (!st) {
        const struct lac_table *tables[] = {&output.pairs,      &output.model,  &output.persons,
                                            &output.partitions, &output.ledger, &output.quality,
                                            &output.weights,    &output.groups};
        st = lac_store_write(stage->run, LAC_FILE_links, &stage->provenance, tables, LAC_COUNT(tables), err);
    }
    if (!st && settings->label_error > 0) st = clerical_write(stage, &inputs, &output.clerical, err);
    if (!st && report(&stage->log, summary)) st = LAC_FINDINGS;
    lac_link_judged_release(&judged);
    lac_link_output_release(&output);
    lac_table_release(&records);
    lac_table_release(&returns);
    lac_table_release(&previous.records);
    lac_table_release(&previous.persons);
    return st;
}

/* The run must be the one that this configuration and these records make. */
static enum lac_status run_is_current(struct lac_stage *stage, struct lac_error *err)
{
    char config[LAC_DIGEST_SIZE], input[LAC_DIGEST_SIZE];
    const char *path = lac_store_path(&stage->arena, stage->run, LAC_FILE_links);
    if (!path) return lac_fail_memory(err, "a file name");
    enum lac_status st = lac_store_attribute(path, "config_digest", config, sizeof config, err);
    if (!st) st = lac_store_attribute(path, "input_digest", input, sizeof input, err);
    if (st) {
        lac_error_remedy(err, "--explain needs a finished run: run `lacuna link` without it first");
        return st;
    }
    if (strcmp(config, stage->config_digest) == 0 && strcmp(input, stage->input_digest) == 0) return LAC_OK;
    st = lac_fail(err, LAC_USAGE, "the run was linked with other %s",
                  strcmp(input, stage->input_digest) == 0 ? "settings" : "records");
    lac_error_file(err, path);
    lac_error_remedy(err, "run `lacuna link` again, or give the configuration it was run with");
    return st;
}

static enum lac_status run_explain(struct arguments *arguments, struct lac_error *err)
{
    struct lac_stage *stage = &arguments->stage;
    struct lac_table records = {0}, returns = {0}, pairs = {0}, persons = {0};
    struct lac_link_nicknames nicknames;
    struct lac_link_judged judged = {0};
    const struct lac_link_settings *settings = &stage->config->link;
    struct lac_link_inputs inputs = {&records, &returns, settings, &nicknames, &judged, NULL, stage->seed};
    struct lac_link_explain_run job = {&inputs, &pairs, &persons, arguments->explain, arguments->plots};
    enum lac_status st = run_is_current(stage, err);
    if (!st) st = nicknames_find(stage, settings->nicknames.resolved, &nicknames, err);
    if (!st) st = lac_store_read(stage->run, LAC_TABLE_records, &records, err);
    if (!st) st = lac_store_read(stage->run, LAC_TABLE_returns, &returns, err);
    if (!st) st = lac_store_read(stage->run, LAC_TABLE_pairs, &pairs, err);
    if (!st) st = lac_store_read(stage->run, LAC_TABLE_persons, &persons, err);
    if (!st) st = lac_link_judged_read(&settings->judged, &records, &returns, &stage->arena, &judged, err);
    if (!st) st = lac_link_explain_run(&job, &stage->arena, stdout, err);
    lac_link_judged_release(&judged);
    lac_table_release(&records);
    lac_table_release(&returns);
    lac_table_release(&pairs);
    lac_table_release(&persons);
    return st;
}

/* Writes one result file through `write`. */
static enum lac_status
file_write(const char *path, const struct lac_link_person_table *table, const struct lac_link_result *result,
           void (*write)(const struct lac_link_person_table *, const struct lac_link_result *, FILE *),
           struct lac_error *err)
{
    struct lac_outfile out = {0};
    if (!path) return LAC_OK;
    enum lac_status st = lac_outfile_open(&out, path, true, err);
    if (st) return st;
    write(table, result, out.stream);
    return lac_outfile_commit(&out, err);
}

static enum lac_status json_write(const char *path, const struct lac_link_person_written *written,
                                  const struct lac_link_seconds *seconds, struct lac_error *err)
{
    struct lac_outfile out = {0};
    if (!path) return LAC_OK;
    if (strcmp(path, "-") == 0) return lac_link_json_write(written, seconds, stdout, err);
    enum lac_status st = lac_outfile_open(&out, path, false, err);
    if (!st) st = lac_link_json_write(written, seconds, out.stream, err);
    if (!st) return lac_outfile_commit(&out, err);
    lac_outfile_abort(&out);
    return st;
}

static void step_begin(void *context, const char *name)
{
    struct lac_link_seconds *seconds = context;
    if (seconds->steps < LAC_LINK_STEPS) {
        seconds->start[seconds->steps] = lac_clock_seconds();
        seconds->name[seconds->steps++] = name;
    }
}

/* Says what blocks that were too large kept from being compared; true if there were any. */
static bool table_report(const struct lac_log *log, const struct lac_link_person_table *table,
                         const struct lac_link_result *result)
{
    uint64_t dropped = 0;
    for (size_t r = 0; r < result->rules; r++) dropped += result->rule_count[r].dropped_pairs;
    lac_log_info(log, "%u records, %u persons, %llu candidate pairs", table->data.n, result->clusters.persons,
                 (unsigned long long)result->candidates);
    if (dropped)
        lac_log_warn(log, "%llu pairs of blocks above block_maximum were not compared (see --json)",
                     (unsigned long long)dropped);
    return dropped > 0;
}

static uint32_t table_find(const void *context, const char *id)
{
    return lac_link_person_table_find(context, id);
}

static enum lac_status table_explain(struct arguments *arguments, const struct lac_link_person_table *table,
                                     const struct lac_link_result *result, struct lac_error *err)
{
    const struct lac_link_finder finder = {table_find, table,
                                           "a record is named by its value in the `id` column, which must be "
                                           "of one record alone"};
    struct lac_link_explanation explanation;
    struct lac_link_explained_pair pair = {.threshold = arguments->threshold};
    uint32_t record[2];
    enum lac_status st =
        lac_link_explain_ids(arguments->explain, &finder, &arguments->stage.arena, pair.id, record, err);
    bool turn = !st && record[0] > record[1];
    if (!st) st = lac_link_explain(&table->data, result, record[turn], record[!turn], &explanation, err);
    if (st) return st;
    for (int side = 0; side < 2; side++)
        pair.person[side] = lac_link_cluster_id(table, result, record[side], &pair.records[side]);
    lac_link_explain_print(&explanation, &pair, stdout);
    return arguments->plots ? lac_link_explain_draw(&explanation, arguments->plots, err) : LAC_OK;
}

/* FILE of --clerical, for its owner alone; answers in it are left. */
static enum lac_status table_clerical(struct arguments *arguments, const struct lac_link_person_table *table,
                                      struct lac_link_result *result, struct lac_error *err)
{
    struct lac_outfile out = {0};
    bool answers;
    if (!arguments->clerical) return LAC_OK;
    enum lac_status st = answers_spare(
        &arguments->stage, arguments->clerical,
        "the file of --clerical holds answers and is left as it is: name it with --judged", &answers, err);
    if (st || answers) return st;
    st = lac_outfile_open(&out, arguments->clerical, true, err);
    if (!st)
        st = lac_link_person_clerical(table, &result->calibration.sample, &arguments->stage.arena, out.stream,
                                      err);
    if (!st) return lac_outfile_commit(&out, err);
    lac_outfile_abort(&out);
    return st;
}

/* All that is asked for of a linked table. */
static enum lac_status table_write(struct arguments *arguments, const struct lac_link_person_written *written,
                                   struct lac_link_result *result, struct lac_link_seconds *seconds,
                                   struct lac_error *err)
{
    const struct lac_link_person_table *table = written->table;
    step_begin(seconds, "write");
    enum lac_status st = file_write(arguments->clusters, table, result, lac_link_clusters_write, err);
    if (!st) st = file_write(arguments->pairs, table, result, lac_link_pairs_write, err);
    if (!st) st = table_clerical(arguments, table, result, err);
    seconds->start[seconds->steps] = lac_clock_seconds();
    if (!st) st = json_write(arguments->json, written, seconds, err);
    return st;
}

/* With judged pairs, or for a sample to be judged, match probabilities are in the light of the persons found,
 * as in a run. */
static struct lac_link_options table_options(const struct arguments *arguments,
                                             const struct lac_link_model_settings *settings,
                                             const struct lac_link_person_table *table,
                                             const struct lac_link_judged *judged)
{
    double from = arguments->pairs_from > 0 ? arguments->pairs_from : arguments->threshold;
    return (struct lac_link_options){
        .blocking = table->blocking,
        .blocking_rules = table->blocking_rules,
        .training = table->training,
        .training_rules = table->training_rules,
        .threshold = arguments->explain ? 0 : from,
        .operating_point = arguments->threshold,
        .prior_recall = settings->prior_recall,
        .unscored_weight = settings->unscored_weight,
        .pair_budget = (uint64_t)settings->pair_budget,
        .block_maximum = (size_t)settings->block_maximum,
        .in_context = judged->count > 0 || arguments->clerical,
        .labels = {judged->label, judged->count},
        .label_error = arguments->clerical ? settings->label_error : 0,
        .label_count = (uint32_t)settings->label_count,
        .seed = arguments->stage.common.seed_set ? arguments->stage.common.seed : 1,
    };
}

static enum lac_status table_link(struct arguments *arguments, const struct lac_link_model_settings *settings,
                                  const struct lac_link_nicknames *nicknames, struct lac_error *err)
{
    struct lac_link_person_table table;
    struct lac_link_judged judged = {0};
    struct lac_link_result result = {0};
    struct lac_link_seconds seconds = {0};
    const struct lac_config_paths files = {arguments->judged, arguments->judged_count};
    step_begin(&seconds, "read");
    enum lac_status st = lac_link_person_table_read(arguments->records, settings, nicknames,
                                                    &arguments->stage.arena, &table, err);
    if (!st) st = lac_link_person_judged(&files, &table, &arguments->stage.arena, &judged, err);
    struct lac_link_options with = table_options(arguments, settings, &table, &judged);
    with.step = step_begin;
    with.context = &seconds;
    if (!st) st = lac_link_run(&table.data, &with, &result, err);
    const struct lac_link_person_written written = {&table, &result, &judged};
    if (!st) st = table_write(arguments, &written, &result, &seconds, err);
    if (!st && arguments->explain) st = table_explain(arguments, &table, &result, err);
    if (!st && table_report(&arguments->stage.log, &table, &result)) st = LAC_FINDINGS;
    lac_link_judged_release(&judged);
    lac_link_result_release(&result);
    lac_link_person_table_release(&table);
    return st;
}

/* --explain goes alone; --plots goes with it. */
static enum lac_status explain_check(const struct arguments *arguments, struct lac_error *err)
{
    if (arguments->plots && !arguments->explain)
        return lac_fail(err, LAC_USAGE, "--plots draws what --explain says: name a pair with --explain");
    if (arguments->explain &&
        (arguments->clusters || arguments->pairs || arguments->json || arguments->clerical))
        return lac_fail(err, LAC_USAGE,
                        "--explain does not go with --clusters, --pairs, --clerical or --json");
    return arguments->plots ? lac_plot_check(err) : LAC_OK;
}

static enum lac_status table_run(struct arguments *arguments, struct lac_error *err)
{
    void *settings;
    struct lac_link_nicknames nicknames;
    struct lac_stage *stage = &arguments->stage;
    stage->threads = lac_program_start(&stage->common, &stage->log);
    if (!arguments->records || !arguments->model ||
        !(arguments->clusters || arguments->pairs || arguments->json || arguments->clerical ||
          arguments->explain)) {
        enum lac_status st =
            lac_fail(err, LAC_USAGE, "--records, --model and --clusters are needed together");
        lac_error_remedy(err, "lacuna link --records TABLE.csv --model MODEL.yaml --clusters OUT.csv");
        return st;
    }
    enum lac_status st = explain_check(arguments, err);
    if (!st) st = lac_config_load(arguments->model, &lac_link_model_schema, &stage->arena, &settings, err);
    if (!st)
        st = nicknames_find(stage, ((struct lac_link_model_settings *)settings)->nicknames.resolved,
                            &nicknames, err);
    return st ? st : table_link(arguments, settings, &nicknames, err);
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.threshold = 0.5};
    struct lac_error err;
    lac_error_init(&err);
    lac_stage_init(&arguments.stage, "link");
    lac_program_usage();
    lac_common_init(&arguments.stage.common, "lacuna-link");
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    bool table = arguments.records || arguments.model;
    enum lac_status st = table ? table_run(&arguments, &err) : lac_stage_open(&arguments.stage, &err);
    if (!st && !table) st = explain_check(&arguments, &err);
    if (!st && !table) st = arguments.explain ? run_explain(&arguments, &err) : run(&arguments.stage, &err);
    return lac_stage_close(&arguments.stage, st, &err);
}
