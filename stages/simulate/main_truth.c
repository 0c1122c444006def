/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lacuna-truth --truth DIR --run RUN: a finished run of a synthetic nation against its truth. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/date.h"
#include "base/file.h"
#include "base/program.h"
#include "base/text.h"
#include "compare.h"
#include "perfect.h"
#include "table/csv.h"
#include "table/store.h"

struct arguments {
    struct lac_common common;
    const char *truth, *run, *definition, *population, *json;
    bool links, histories;
    struct lac_arena arena;
};
/* A file of the truth with the columns wanted. */
struct truth_table {
    struct lac_csv csv;
    int index[8];
};

/* One estimate beside the truth of its place. */
struct estimate {
    char place[64], method[64], status[32];
    double observed, value, lower, upper, level;
    int64_t persons, seen; /* -1: the truth has no such line */
};
struct report {
    struct lac_simulate_agreement agreement[2]; /* victims, suspects */
    bool linked[2];
    int64_t unknown_records; /* rows of the run that the truth does not know */
    struct estimate *estimate;
    size_t estimates;
    char window[32];
};
static const char *const populations[2] = {"victims", "suspects"};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &arguments->common;
        arguments->definition = "D_IICSA";
        arguments->population = "victims";
        return 0;
    case 't':
        arguments->truth = text;
        return 0;
    case 'r':
        arguments->run = text;
        return 0;
    case 'd':
        arguments->definition = text;
        return 0;
    case 'p':
        arguments->population = text;
        if (strcmp(text, populations[0]) != 0 && strcmp(text, populations[1]) != 0)
            argp_error(state, "--population is victims or suspects");
        return 0;
    case 'j':
        arguments->json = text;
        return 0;
    case 'l':
        arguments->links = true;
        return 0;
    case 'H':
        arguments->histories = true;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "no such argument: %s", text);
        return 0;
    case ARGP_KEY_END:
        if (!arguments->truth || !arguments->run) argp_error(state, "--truth DIR and --run RUN are needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* `columns` ends with NULL. */
static enum lac_status load(struct arguments *arguments, const char *name, const char *const *columns,
                            struct truth_table *table, struct lac_error *err)
{
    size_t n = 0;
    char *path = lac_path_join(&arguments->arena, arguments->truth, name);
    if (!path) return lac_fail_memory(err, "paths");
    enum lac_status st = lac_csv_load(path, &arguments->arena, &table->csv, err);
    while (columns[n]) n++;
    return st ? st : lac_csv_require(&table->csv, columns, n, table->index, err);
}

/* (return, row) -> true person, as codes of two dictionaries. */
struct key_table {
    struct lac_dict keys, persons;
    uint32_t *person; /* by key code */
};

static const char *record_key(char out[256], const char *return_id, int64_t row)
{
    int n = snprintf(out, 256, "%s\t%lld", return_id, (long long)row);
    return n > 0 && n < 256 ? out : "";
}

static enum lac_status read_records(struct arguments *arguments, struct key_table *table,
                                    struct lac_error *err)
{
    static const char *const columns[] = {"return_id", "row", "person_id", NULL};
    struct truth_table truth = {0};
    enum lac_status st = load(arguments, "records.csv", columns, &truth, err);
    if (st) return st;
    const struct lac_csv csv = truth.csv;
    const int *index = truth.index;
    table->person = LAC_NEW(&arguments->arena, uint32_t, csv.rows);
    if (!table->person) return lac_fail_memory(err, "true records");
    for (int64_t r = 0; !st && r < csv.rows; r++) {
        char key[256];
        int64_t row = 0;
        uint32_t code = 0, person = 0;
        if (!lac_text_i64(lac_csv_cell(&csv, r, index[1]), &row)) row = 0;
        st = lac_dict_code(&table->keys, record_key(key, lac_csv_cell(&csv, r, index[0]), row), &code, err);
        if (!st) st = lac_dict_code(&table->persons, lac_csv_cell(&csv, r, index[2]), &person, err);
        if (!st && code == (uint32_t)r)
            table->person[code] = person;
        else if (!st)
            st =
                lac_fail(err, LAC_INPUT, "records.csv names row %lld of a return twice, or has an empty cell",
                         (long long)row);
    }
    return st;
}

static enum lac_status compare_links(const struct key_table *table, const struct lac_table *persons,
                                     struct lac_arena *arena, struct report *report, struct lac_error *err)
{
    const uint32_t *row = lac_u32(persons, LAC_COL_persons_row),
                   *person = lac_u32(persons, LAC_COL_persons_person);
    uint32_t *truth = LAC_NEW(arena, uint32_t, persons->rows), *run = LAC_NEW(arena, uint32_t, persons->rows);
    if (!truth || !run) return lac_fail_memory(err, "records");
    for (int p = 0; p < 2; p++) {
        size_t n = 0;
        for (size_t i = 0; i < persons->rows; i++) {
            char key[256];
            if (strcmp(lac_text(persons, LAC_COL_persons_population, i), populations[p]) != 0) continue;
            const char *id = lac_text(persons, LAC_COL_persons_return_id, i);
            uint32_t code = lac_dict_find(&table->keys, record_key(key, id, row[i]));
            if (code == LAC_MISSING_STR) {
                report->unknown_records++;
                continue;
            }
            truth[n] = table->person[code];
            run[n++] = person[i];
        }
        report->linked[p] = n > 0;
        enum lac_status st = lac_simulate_agreement_count(truth, run, n, &report->agreement[p], err);
        if (st) return st;
    }
    return LAC_OK;
}

static enum lac_status read_links(struct arguments *arguments, struct report *report, struct lac_error *err)
{
    struct key_table table = {0};
    struct lac_table persons = {0};
    lac_dict_init(&table.keys);
    lac_dict_init(&table.persons);
    enum lac_status st = read_records(arguments, &table, err);
    if (!st) st = lac_store_read(arguments->run, LAC_TABLE_persons, &persons, err);
    if (!st) st = compare_links(&table, &persons, &arguments->arena, report, err);
    lac_table_release(&persons);
    lac_dict_release(&table.keys);
    lac_dict_release(&table.persons);
    return st;
}

/* The longest window of the summary's headline rows. */
static int32_t longest(const struct lac_table *summary)
{
    const int32_t *start = lac_i32(summary, LAC_COL_summary_window_start),
                  *end = lac_i32(summary, LAC_COL_summary_window_end);
    int32_t days = 0;
    for (size_t i = 0; i < summary->rows; i++)
        if (end[i] - start[i] > days) days = end[i] - start[i];
    return days;
}

static bool wanted(const struct lac_table *summary, size_t row, const struct arguments *arguments)
{
    return strcmp(lac_text(summary, LAC_COL_summary_definition, row), arguments->definition) == 0 &&
           strcmp(lac_text(summary, LAC_COL_summary_population, row), arguments->population) == 0 &&
           strcmp(lac_text(summary, LAC_COL_summary_stratum, row), "all") == 0 &&
           strcmp(lac_text(summary, LAC_COL_summary_variant, row), "main") == 0;
}

static void find_truth(const struct truth_table *truth, const char *const want[5], struct estimate *estimate)
{
    const struct lac_csv *totals = &truth->csv;
    const int *index = truth->index;
    estimate->persons = estimate->seen = -1;
    for (int64_t r = 0; r < totals->rows; r++) {
        bool same = true;
        for (int c = 0; c < 5; c++) same = same && strcmp(lac_csv_cell(totals, r, index[c]), want[c]) == 0;
        if (!same) continue;
        if (!lac_text_i64(lac_csv_cell(totals, r, index[5]), &estimate->persons)) estimate->persons = -1;
        if (!lac_text_i64(lac_csv_cell(totals, r, index[6]), &estimate->seen)) estimate->seen = -1;
    }
}

static void copy_text(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text);
}

static void add_estimate(const struct lac_table *summary, size_t row, const struct truth_table *totals,
                         struct report *report)
{
    struct estimate *e = &report->estimate[report->estimates++];
    const char *code = lac_text(summary, LAC_COL_summary_geography_code, row);
    char start[11], end[11];
    lac_date_format(lac_i32(summary, LAC_COL_summary_window_start)[row], start);
    lac_date_format(lac_i32(summary, LAC_COL_summary_window_end)[row], end);
    const char *want[5] = {lac_text(summary, LAC_COL_summary_definition, row),
                           lac_text(summary, LAC_COL_summary_population, row), start, end, code};
    copy_text(e->place, sizeof e->place, code);
    copy_text(e->method, sizeof e->method, lac_text(summary, LAC_COL_summary_method, row));
    copy_text(e->status, sizeof e->status, lac_text(summary, LAC_COL_summary_status, row));
    (void)snprintf(report->window, sizeof report->window, "%s/%s", start, end);
    e->observed = (double)lac_i64(summary, LAC_COL_summary_observed)[row];
    e->value = lac_f64(summary, LAC_COL_summary_estimate)[row];
    e->lower = lac_f64(summary, LAC_COL_summary_lower)[row];
    e->upper = lac_f64(summary, LAC_COL_summary_upper)[row];
    e->level = lac_f64(summary, LAC_COL_summary_level)[row];
    find_truth(totals, want, e);
}

static enum lac_status read_estimates(struct arguments *arguments, struct report *report,
                                      struct lac_error *err)
{
    static const char *const columns[] = {"definition",     "population", "window_start", "window_end",
                                          "geography_code", "persons",    "seen",         NULL};
    struct lac_table summary = {0};
    struct truth_table totals = {0};
    enum lac_status st = load(arguments, "totals.csv", columns, &totals, err);
    if (!st) st = lac_store_read(arguments->run, LAC_TABLE_summary, &summary, err);
    if (!st && !(report->estimate = LAC_NEW(&arguments->arena, struct estimate, summary.rows)))
        st = lac_fail_memory(err, "estimates");
    if (!st) {
        int32_t days = longest(&summary);
        const int32_t *start = lac_i32(&summary, LAC_COL_summary_window_start);
        const int32_t *end = lac_i32(&summary, LAC_COL_summary_window_end);
        for (size_t i = 0; i < summary.rows; i++)
            if (end[i] - start[i] == days && wanted(&summary, i, arguments))
                add_estimate(&summary, i, &totals, report);
    }
    lac_table_release(&summary);
    return st;
}

static bool covered(const struct estimate *e)
{
    return e->persons >= 0 && e->lower <= (double)e->persons && (double)e->persons <= e->upper;
}

static void print_nation(const struct estimate *e)
{
    printf("observed: %.0f persons; the returns show %lld of the %lld true ones\n", e->observed,
           (long long)e->seen, (long long)e->persons);
    if (strcmp(e->status, "ok") != 0 || !isfinite(e->value)) {
        printf("estimate (%s): none, status %s; the truth is %lld\n", e->method, e->status,
               (long long)e->persons);
        return;
    }
    printf("estimate (%s): %.0f, %g %% interval %.0f to %.0f; the truth is %lld: %s, error %+.1f %%\n",
           e->method, e->value, 100 * e->level, e->lower, e->upper, (long long)e->persons,
           covered(e) ? "inside" : "outside", 100 * (e->value / (double)e->persons - 1));
}

static void print_text(const struct arguments *arguments, const struct report *report)
{
    for (int p = 0; p < 2; p++) {
        const struct lac_simulate_agreement *a = &report->agreement[p];
        if (report->linked[p])
            printf("linkage of %s: %lld records of %lld true persons, linked to %lld; pairwise precision "
                   "%.4f, recall %.4f\n",
                   populations[p], (long long)a->records, (long long)a->persons_true,
                   (long long)a->persons_run, a->precision, a->recall);
    }
    printf("%s, definition %s, %s\n", arguments->population, arguments->definition,
           report->window[0] ? report->window : "no estimate in this run");
    int regions = 0, inside = 0;
    for (size_t i = 0; i < report->estimates; i++) {
        const struct estimate *e = &report->estimate[i];
        bool nation = strcmp(e->place, "K04000001") == 0;
        if (nation)
            print_nation(e);
        else if (strcmp(e->status, "ok") == 0)
            regions++, inside += covered(e);
    }
    if (regions) printf("regions: the truth lies in %d of %d intervals\n", inside, regions);
}

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *links_json(const struct report *report)
{
    json_t *links = json_object();
    for (int p = 0; p < 2; p++) {
        const struct lac_simulate_agreement *a = &report->agreement[p];
        if (report->linked[p])
            json_object_set_new(links, populations[p],
                                json_pack("{s:I, s:I, s:I, s:o, s:o}", "records", (json_int_t)a->records,
                                          "persons_true", (json_int_t)a->persons_true, "persons_run",
                                          (json_int_t)a->persons_run, "precision", number(a->precision),
                                          "recall", number(a->recall)));
    }
    return links;
}

static json_t *report_json(const struct arguments *arguments, const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->estimates; i++) {
        const struct estimate *e = &report->estimate[i];
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:b}", "geography_code",
                            e->place, "method", e->method, "status", e->status, "observed",
                            number(e->observed), "estimate", number(e->value), "lower", number(e->lower),
                            "upper", number(e->upper), "level", number(e->level), "true_persons",
                            (json_int_t)e->persons, "true_seen", (json_int_t)e->seen, "covered", covered(e)));
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:o, s:o}", "schema", "lacuna-truth/1", "population",
                     arguments->population, "definition", arguments->definition, "period", report->window,
                     "records_unknown", (json_int_t)report->unknown_records, "linkage", links_json(report),
                     "estimates", list);
}

static enum lac_status write_json(const struct arguments *arguments, const struct report *report,
                                  struct lac_error *err)
{
    json_t *root = report_json(arguments, report);
    char *text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
    json_decref(root);
    if (!text) return lac_fail_memory(err, "report");
    enum lac_status st = LAC_OK;
    if (strcmp(arguments->json, "-") == 0)
        printf("%s\n", text);
    else
        st = lac_file_write(arguments->json, text, strlen(text), false, err);
    free(text);
    return st;
}

static enum lac_status compare(struct arguments *arguments, const struct lac_log *log, struct lac_error *err)
{
    struct report report = {0};
    enum lac_status st = read_links(arguments, &report, err);
    if (st) return st;
    if (report.unknown_records)
        lac_log_warn(log, "%lld records of the run are not in the truth: is this the run of these returns?",
                     (long long)report.unknown_records);
    char *estimates = lac_store_path(&arguments->arena, arguments->run, LAC_FILE_estimates);
    if (!estimates) return lac_fail_memory(err, "paths");
    if (lac_file_exists(estimates)) st = read_estimates(arguments, &report, err);
    if (!st && arguments->json) st = write_json(arguments, &report, err);
    bool quiet = arguments->json && strcmp(arguments->json, "-") == 0;
    if (!st && !quiet) print_text(arguments, &report);
    return st;
}

/* The histories of the run against the true ones; LAC_FINDINGS where they differ. */
static enum lac_status compare_histories(struct arguments *arguments, struct lac_error *err)
{
    struct lac_simulate_likeness found = {0};
    enum lac_status st =
        lac_simulate_histories_compare(arguments->truth, arguments->run, &arguments->arena, &found, err);
    if (st) return st;
    for (int i = 0; i < found.differ && i < LAC_SIMULATE_DIFFERENCES; i++) {
        const struct lac_simulate_difference *d = &found.difference[i];
        printf("%s: truth %lld, run %lld and %lld it cannot tell\n", d->cell, (long long)d->truth,
               (long long)d->certain, (long long)d->possible);
    }
    printf("histories: %lld tables, %lld cells with %lld persons; %lld cells differ from the truth\n",
           (long long)found.tables, (long long)found.cells, (long long)found.persons,
           (long long)found.differ);
    return found.differ ? LAC_FINDINGS : LAC_OK;
}

static enum lac_status work(struct arguments *arguments, const struct lac_log *log, struct lac_error *err)
{
    if (arguments->links)
        return lac_simulate_links_write(arguments->truth, arguments->run, arguments->common.seed,
                                        &arguments->arena, err);
    return arguments->histories ? compare_histories(arguments, err) : compare(arguments, log, err);
}

int main(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"truth", 't', "DIR", 0, "the truth folder of the returns", 0},
        {"run", 'r', "RUN", 0, "the run folder", 0},
        {"definition", 'd', "ID", 0, "definition to compare (default D_IICSA)", 0},
        {"population", 'p', "NAME", 0, "victims (default) or suspects", 0},
        {"json", 'j', "FILE", 0, "write the comparison as JSON, - for stdout", 0},
        {"links", 'l', 0, 0, "write RUN/store/links.h5 with the true persons instead", 0},
        {"histories", 'H', 0, 0, "compare the histories cell by cell instead", 0},
        {0}};
    static const struct argp_child children[] = {{&lac_common_argp, 0, "Common options", 10}, {0}};
    static const struct argp argp = {options,
                                     parse,
                                     "--truth DIR --run RUN",
                                     "Compares a finished run of a synthetic nation with its truth.",
                                     children,
                                     NULL,
                                     NULL};
    struct arguments arguments = {0};
    struct lac_log log;
    struct lac_error err;
    lac_error_init(&err);
    lac_common_init(&arguments.common, "lacuna-truth");
    lac_program_usage();
    (void)argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    (void)lac_program_start(&arguments.common, &log);
    lac_arena_init(&arguments.arena);
    enum lac_status st = work(&arguments, &log, &err);
    lac_arena_release(&arguments.arena);
    return lac_program_end(&log, st, &err);
}
