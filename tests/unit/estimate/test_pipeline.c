/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stage on a small histories.h5: cells, gates, tables written, findings, the same bytes for any thread
 * count. */
#include "reference.h"

#include <omp.h>
#include <unistd.h>
#include "base/digest.h"
#include "base/file.h"
#include "pipeline.h"

#define RUN "estimate-pipeline-test"

static struct lac_error err;
static struct lac_arena arena;

/* Kosovo's table as `main` of England and Wales; a sparse table as a region; one list alone as another
 * region. */
static const char *const lists[] = {"EXH", "ABA", "OSCE", "HRW"};

static size_t add_history(struct lac_table *t, const char *code, const char *variant, int draw,
                          unsigned pattern, int64_t certain)
{
    size_t row;
    assert_ok(lac_table_row(t, &row, &err));
    assert_ok(lac_set_text(t, LAC_COL_histories_population, row, "victims", &err));
    assert_ok(lac_set_text(t, LAC_COL_histories_definition, row, "headline", &err));
    assert_ok(lac_set_text(t, LAC_COL_histories_geography, row, code[0] == 'K' ? "nation" : "region", &err));
    assert_ok(lac_set_text(t, LAC_COL_histories_geography_code, row, code, &err));
    assert_ok(lac_set_text(t, LAC_COL_histories_geography_name, row, code, &err));
    assert_ok(lac_set_text(t, LAC_COL_histories_stratum, row, "all", &err));
    assert_ok(lac_set_text(t, LAC_COL_histories_variant, row, variant, &err));
    lac_i32(t, LAC_COL_histories_window_start)[row] = 19000;
    lac_i32(t, LAC_COL_histories_window_end)[row] = 19364;
    lac_i32(t, LAC_COL_histories_draw)[row] = draw;
    lac_u32(t, LAC_COL_histories_pattern)[row] = pattern;
    lac_i64(t, LAC_COL_histories_certain)[row] = certain;
    lac_i64(t, LAC_COL_histories_possible)[row] = certain / 10;
    return row;
}

static void add_list(struct lac_table *t, const char *code, const char *list, unsigned bit, int expected)
{
    size_t row;
    assert_ok(lac_table_row(t, &row, &err));
    assert_ok(lac_set_text(t, LAC_COL_history_lists_geography_code, row, code, &err));
    assert_ok(lac_set_text(t, LAC_COL_history_lists_list, row, list, &err));
    lac_i32(t, LAC_COL_history_lists_window_start)[row] = 19000;
    lac_i32(t, LAC_COL_history_lists_window_end)[row] = 19364;
    lac_u32(t, LAC_COL_history_lists_bit)[row] = bit;
    lac_i32(t, LAC_COL_history_lists_expected)[row] = expected;
    lac_i32(t, LAC_COL_history_lists_received)[row] = 4;
    lac_i32(t, LAC_COL_history_lists_partial)[row] = 0;
}

/* An empty table of the file, for the tables this stage does not read. */
static void write_store(const struct lac_table *histories, const struct lac_table *history_lists)
{
    const struct lac_provenance provenance = {"test", "c", "i", 1};
    struct lac_table other[16];
    const struct lac_table *tables[18] = {histories, history_lists};
    size_t n = 2, others = 0;

    for (int id = 0; id < LAC_TABLE_COUNT; id++) {
        if (lac_table_schemas[id].file != LAC_FILE_histories || id == LAC_TABLE_histories ||
            id == LAC_TABLE_history_lists)
            continue;
        assert_true(others < 16);
        assert_ok(lac_table_init(&other[others], (enum lac_table_id)id, &err));
        tables[n++] = &other[others++];
    }
    assert_ok(lac_store_write(RUN, LAC_FILE_histories, &provenance, tables, n, &err));
    while (others > 0) lac_table_release(&other[--others]);
}

static void fill(bool national)
{
    struct lac_table t, l;
    struct lac_estimate_history kosovo;

    reference_table(&arena, "kosovo-1999.csv", &kosovo);
    assert_ok(lac_table_init(&t, LAC_TABLE_histories, &err));
    assert_ok(lac_table_init(&l, LAC_TABLE_history_lists, &err));
    /* list k has bit 2k in the store; bit 1 is a list that saw nobody; a drawn linkage must not be read */
    for (unsigned w = 1; w < 16; w++) {
        unsigned pattern = (w & 1U) | (w & 2U) << 1 | (w & 4U) << 2 | (w & 8U) << 3;
        add_history(&t, national ? "K04000001" : "E12000009", "main", -1, pattern, (int64_t)kosovo.count[w]);
        add_history(&t, "K04000001", "main", 0, pattern, 7);
        add_history(&t, "K04000001", "own", -1, pattern, (int64_t)kosovo.count[w]);
    }
    add_history(&t, "E12000001", "main", -1, 1, 40);
    add_history(&t, "E12000001", "main", -1, 4, 30);
    add_history(&t, "E12000001", "main", -1, 5, 6);
    add_history(&t, "E12000002", "main", -1, 1, 12);
    /* many persons on all three lists: the bound, which does not look at them, lies above the estimate */
    for (unsigned w = 1; w < 8; w++) {
        unsigned pattern = (w & 1U) | (w & 2U) << 1 | (w & 4U) << 2;
        add_history(&t, "E12000003", "main", -1, pattern, __builtin_popcount(w) == 2 ? 40 : 60);
    }
    const char *const codes[] = {"K04000001", "E12000001", "E12000002", "E12000003", "E12000009"};
    for (size_t c = 0; c < 5; c++) {
        for (unsigned k = 0; k < 4; k++) add_list(&l, codes[c], lists[k], 2 * k, k == 3 ? 5 : 4);
        add_list(&l, codes[c], "HEALTH", 1, 4);
    }
    write_store(&t, &l);
    lac_table_release(&t);
    lac_table_release(&l);
}

static const char *main_only[] = {"main"};

static struct lac_estimate_settings settings(void)
{
    return (struct lac_estimate_settings){
        .method = "loglinear-average",
        .bootstrap = 200,
        .level = 0.95,
        .residual_dependence = 0.35,
        .sensitivity_replicates = 60,
        .variants = {main_only, 1},
        .gates = {.overlap_minimum = 10,
                  .unseen_ratio_maximum = 10,
                  .failed_share_maximum = 0.2,
                  .interval_ratio_maximum = 5,
                  .list_out_ratio_maximum = 3,
                  .linkage_minimum = 0.9},
    };
}

static enum lac_status run_stage(const struct lac_estimate_settings *s)
{
    const struct lac_provenance provenance = {"lacuna-estimate test", "c", "i", 1};
    struct lac_log log;

    lac_log_init(&log, "test", LAC_LOG_TEXT, LAC_COLOR_NEVER, true);
    struct lac_estimate_pipeline job = {
        .run = RUN, .settings = s, .headline = "headline", .seed = 1, .provenance = &provenance, .log = &log};
    return lac_estimate_pipeline_run(&job, &err);
}

static size_t find_cell(const struct lac_table *summary, const char *code)
{
    size_t found = SIZE_MAX;
    for (size_t r = 0; r < summary->rows; r++)
        if (strcmp(lac_text(summary, LAC_COL_summary_geography_code, r), code) == 0) found = r;
    assert_true(found != SIZE_MAX);
    return found;
}

/* Those for whom the records cannot tell make a cell of their own, and leave the main one alone. */
static void test_high_counts_the_possible(void **state)
{
    static const char *both[] = {"main", "high"};
    struct lac_table summary;
    struct lac_estimate_settings s = settings();
    struct lac_estimate_history kosovo;
    int64_t possible = 0, seen = 0;

    (void)state;
    s.variants = (struct lac_strings){both, 2};
    s.bootstrap = 0;
    reference_table(&arena, "kosovo-1999.csv", &kosovo);
    for (unsigned w = 1; w < 16; w++) possible += (int64_t)kosovo.count[w] / 10;
    fill(true);
    assert_ok(run_stage(&s));
    assert_ok(lac_store_read(RUN, LAC_TABLE_summary, &summary, &err));
    for (size_t r = 0; r < summary.rows; r++) {
        bool high = strcmp(lac_text(&summary, LAC_COL_summary_variant, r), "high") == 0;
        if (strcmp(lac_text(&summary, LAC_COL_summary_geography_code, r), "K04000001") != 0) continue;
        seen |= high ? 2 : 1;
        assert_int_equal(lac_i64(&summary, LAC_COL_summary_observed)[r], 4400 + (high ? possible : 0));
        if (!high) assert_close(lac_f64(&summary, LAC_COL_summary_estimate)[r], 12673.4408801, 1e-8);
        if (high) assert_true(lac_f64(&summary, LAC_COL_summary_estimate)[r] > 12674);
    }
    assert_int_equal(seen, 3);
    lac_table_release(&summary);
}

/* The same table as counts of groups, and of suspects. */
static void test_populations(void **state)
{
    struct lac_estimate_settings s = settings();
    struct lac_estimate_history kosovo;
    struct lac_table t, l, summary;

    (void)state;
    s.bootstrap = 0;
    reference_table(&arena, "kosovo-1999.csv", &kosovo);
    assert_ok(lac_table_init(&t, LAC_TABLE_histories, &err));
    assert_ok(lac_table_init(&l, LAC_TABLE_history_lists, &err));
    for (unsigned w = 1; w < 16; w++) {
        size_t row = add_history(&t, "K04000001", "main", -1, w, (int64_t)kosovo.count[w]);
        assert_ok(lac_set_text(&t, LAC_COL_histories_population, row, "groups", &err));
    }
    for (unsigned w = 1; w < 16; w++) {
        size_t row = add_history(&t, "K04000001", "main", -1, w, (int64_t)kosovo.count[w]);
        assert_ok(lac_set_text(&t, LAC_COL_histories_population, row, "suspects", &err));
    }
    for (unsigned k = 0; k < 4; k++) add_list(&l, "K04000001", lists[k], k, 4);
    write_store(&t, &l);
    assert_ok(run_stage(&s)); /* that groups are refused is no finding */
    assert_ok(lac_store_read(RUN, LAC_TABLE_summary, &summary, &err));
    assert_int_equal(summary.rows, 2);
    for (size_t r = 0; r < 2; r++) {
        bool groups = strcmp(lac_text(&summary, LAC_COL_summary_population, r), "groups") == 0;
        const char *note = lac_text(&summary, LAC_COL_summary_note, r);

        assert_int_equal(lac_i64(&summary, LAC_COL_summary_observed)[r], 4400);
        assert_string_equal(lac_text(&summary, LAC_COL_summary_status, r), groups ? "refused" : "ok");
        assert_int_equal(isnan(lac_f64(&summary, LAC_COL_summary_estimate)[r]), groups);
        assert_int_equal(isnan(lac_f64(&summary, LAC_COL_summary_lower_bound)[r]), groups);
        assert_non_null(strstr(note, groups ? "hold it twice" : "whom no record names"));
    }
    lac_table_release(&summary);
    lac_table_release(&t);
    lac_table_release(&l);
}

static void test_cells_and_gates(void **state)
{
    struct lac_table summary, models, replicates;
    struct lac_estimate_settings s = settings();

    (void)state;
    fill(true);
    assert_ok(run_stage(&s));
    assert_ok(lac_store_read(RUN, LAC_TABLE_summary, &summary, &err));
    assert_int_equal(summary.rows, 4); /* the variant `own` was not asked for */
    size_t nation = find_cell(&summary, "K04000001");
    assert_string_equal(lac_text(&summary, LAC_COL_summary_status, nation), "ok");
    assert_string_equal(lac_text(&summary, LAC_COL_summary_lists, nation), "EXH ABA OSCE HRW");
    assert_close(lac_f64(&summary, LAC_COL_summary_estimate)[nation], 12673.4408801, 1e-8);
    assert_true(lac_i64(&summary, LAC_COL_summary_observed)[nation] == 4400);
    assert_close(lac_f64(&summary, LAC_COL_summary_lower_bound)[nation], 8613.9, 1e-4);
    const char *note = lac_text(&summary, LAC_COL_summary_note, nation);
    assert_non_null(strstr(note, "nobody in this cell is on them: HEALTH"));
    assert_non_null(strstr(note, "returns outstanding: HRW"));
    double lower = lac_f64(&summary, LAC_COL_summary_lower)[nation];
    assert_true(lower > 7000 && lower < 10000);
    assert_true(
        isnan(lac_f64(&summary, LAC_COL_summary_model_only_lower)[nation])); /* national alone has it */

    size_t sparse = find_cell(&summary, "E12000001");
    assert_string_equal(lac_text(&summary, LAC_COL_summary_status, sparse), "refused");
    assert_true(isnan(lac_f64(&summary, LAC_COL_summary_estimate)[sparse]));
    assert_close(lac_f64(&summary, LAC_COL_summary_lower_bound)[sparse], 46.0 * 36 / 6, 1e-6);
    assert_non_null(strstr(lac_text(&summary, LAC_COL_summary_note, sparse), "6 persons on EXH"));
    size_t single = find_cell(&summary, "E12000002");
    assert_string_equal(lac_text(&summary, LAC_COL_summary_status, single), "refused");
    assert_true(lac_i64(&summary, LAC_COL_summary_observed)[single] == 12);
    assert_non_null(strstr(lac_text(&summary, LAC_COL_summary_note, single), "fewer than two lists"));

    /* without one of its lists the estimate changes by more than the root of 3, and nobody judged the links
     */
    assert_string_equal(lac_text(&summary, LAC_COL_summary_grade, nation), "weak");
    assert_string_equal(lac_text(&summary, LAC_COL_summary_grade, sparse), "none");
    assert_ok(lac_store_read(RUN, LAC_TABLE_gates, &models, &err));
    size_t refusing = 0;
    for (size_t r = 0; r < models.rows; r++)
        refusing += strcmp(lac_text(&models, LAC_COL_gates_verdict, r), "refused") == 0;
    assert_int_equal(refusing, 2 + 1); /* two lists share six persons; one list alone */
    lac_table_release(&models);
    assert_ok(lac_store_read(RUN, LAC_TABLE_stated, &models, &err));
    assert_string_equal(lac_text(&models, LAC_COL_stated_setting, 1), "residual_dependence");
    assert_string_equal(lac_text(&models, LAC_COL_stated_value, 1), "0.35");
    lac_table_release(&models);

    size_t above = find_cell(&summary, "E12000003");
    assert_string_equal(lac_text(&summary, LAC_COL_summary_status, above), "ok");
    assert_true(isnan(lac_f64(&summary, LAC_COL_summary_lower_bound)[above]));
    assert_non_null(strstr(lac_text(&summary, LAC_COL_summary_note, above), "lies above the estimate"));

    assert_ok(lac_store_read(RUN, LAC_TABLE_models, &models, &err));
    assert_int_equal(models.rows, 113 + 8);
    double weight = 0;
    for (size_t r = 0; r < models.rows; r++) weight += lac_f64(&models, LAC_COL_models_weight)[r];
    assert_close(weight, 2.0, 1e-12);
    assert_ok(lac_store_read(RUN, LAC_TABLE_replicates, &replicates, &err));
    assert_int_equal(replicates.rows, 2 * 200);
    lac_table_release(&summary);
    lac_table_release(&models);
    lac_table_release(&replicates);
}

static double diagnostic(const struct lac_table *t, const char *measure, const char *item)
{
    for (size_t r = 0; r < t->rows; r++)
        if (lac_u32(t, LAC_COL_diagnostics_cell)[r] == 0 &&
            strcmp(lac_text(t, LAC_COL_diagnostics_measure, r), measure) == 0 &&
            strcmp(lac_text(t, LAC_COL_diagnostics_item, r), item) == 0)
            return lac_f64(t, LAC_COL_diagnostics_value)[r];
    fail_msg("no diagnostic %s %s", measure, item);
    return 0;
}

static void test_diagnostics(void **state)
{
    struct lac_table t;
    struct lac_estimate_history kosovo;
    struct lac_estimate_settings s = settings();

    (void)state;
    fill(true);
    assert_ok(run_stage(&s));
    reference_table(&arena, "kosovo-1999.csv", &kosovo);
    assert_ok(lac_store_read(RUN, LAC_TABLE_diagnostics, &t, &err));
    assert_true(diagnostic(&t, "list_size", "EXH") == kosovo.overlap[1]);
    assert_true(diagnostic(&t, "overlap", "EXH*OSCE") == kosovo.overlap[5]);
    assert_true(diagnostic(&t, "empty_overlaps", "") == 0);
    assert_close(diagnostic(&t, "weighted_mean", ""), 13184, 1e-4);
    assert_close(diagnostic(&t, "effective_models", ""), 3.1, 0.02);
    assert_true(diagnostic(&t, "range_6_high", "") >= 18393);
    assert_true(diagnostic(&t, "leave_one_list_out", "HRW") > 4000);
    assert_true(fabs(diagnostic(&t, "residual", "EXH*ABA*OSCE")) < 5);
    lac_table_release(&t);
}

/* national in a run: both intervals are stored, residuals are of a model that may carry h, and lists are left
 * out in turn. */
static void test_national(void **state)
{
    struct lac_table summary, diagnostics;
    struct lac_estimate_settings s = settings();
    int residuals = 0, left_out = 0;
    double low = NAN, high = NAN;

    (void)state;
    fill(true);
    s.method = "national";
    /* 4,400 persons on four lists carry three-way terms, unless two-way models are asked for */
    s.bootstrap = 0;
    assert_ok(run_stage(&s));
    assert_ok(lac_store_read(RUN, LAC_TABLE_summary, &summary, &err));
    assert_close(lac_f64(&summary, LAC_COL_summary_estimate)[find_cell(&summary, "K04000001")], 12545.1,
                 1e-5);
    lac_table_release(&summary);
    s.order = 2;
    s.bootstrap = settings().bootstrap;
    assert_ok(run_stage(&s));
    assert_ok(lac_store_read(RUN, LAC_TABLE_summary, &summary, &err));
    assert_ok(lac_store_read(RUN, LAC_TABLE_diagnostics, &diagnostics, &err));
    size_t cell = find_cell(&summary, "K04000001");
    assert_string_equal(lac_text(&summary, LAC_COL_summary_status, cell), "ok");
    assert_string_equal(lac_text(&summary, LAC_COL_summary_interval_kind, cell), "delta");
    assert_close(lac_f64(&summary, LAC_COL_summary_estimate)[cell], 14399.0751522, 1e-7);
    uint32_t number = lac_u32(&summary, LAC_COL_summary_cell)[cell];
    for (size_t r = 0; r < diagnostics.rows; r++) {
        if (lac_u32(&diagnostics, LAC_COL_diagnostics_cell)[r] != number) continue;
        const char *name = lac_text(&diagnostics, LAC_COL_diagnostics_measure, r);
        double value = lac_f64(&diagnostics, LAC_COL_diagnostics_value)[r];
        residuals += strcmp(name, "residual") == 0;
        left_out += strcmp(name, "leave_one_list_out") == 0;
        if (strcmp(name, "model_only_lower") == 0) low = value;
        if (strcmp(name, "model_only_upper") == 0) high = value;
    }
    assert_int_equal(residuals, 15);
    assert_true(left_out >= 4);
    assert_true(lac_f64(&summary, LAC_COL_summary_lower)[cell] < low);
    assert_true(lac_f64(&summary, LAC_COL_summary_model_only_lower)[cell] == low);
    assert_true(lac_f64(&summary, LAC_COL_summary_model_only_upper)[cell] == high);
    assert_true(isnan(lac_f64(&summary, LAC_COL_summary_model_only_lower)[find_cell(&summary, "E12000001")]));
    assert_true(low < 14399 && 14399 < high && high < lac_f64(&summary, LAC_COL_summary_upper)[cell]);
    lac_table_release(&summary);
    lac_table_release(&diagnostics);
}

/* The sensitivity set of the headline, other evidence and definitions copied in; none of any other cell. */
static void test_sensitivity_is_stored(void **state)
{
    static const char *both[] = {"main", "high"}, *alone[] = {"EXH"};
    struct lac_table summary, t;
    struct lac_estimate_settings s = settings();
    size_t floors = 0, without = 0, variants = 0;

    (void)state;
    fill(true);
    s.method = "national";
    s.variants = (struct lac_strings){both, 2};
    assert_ok(run_stage(&s));
    assert_ok(lac_store_read(RUN, LAC_TABLE_summary, &summary, &err));
    assert_ok(lac_store_read(RUN, LAC_TABLE_sensitivity, &t, &err));
    for (size_t r = 0; r < t.rows; r++) {
        const char *run = lac_text(&t, LAC_COL_sensitivity_run, r);
        assert_int_equal(lac_u32(&t, LAC_COL_sensitivity_cell)[r], 0);
        floors += strcmp(run, "S0") == 0;
        without += strcmp(run, "S6-without") == 0;
        if (strcmp(run, "S7-variant") != 0) continue;
        variants++;
        assert_string_equal(lac_text(&t, LAC_COL_sensitivity_item, r), "high");
        size_t row = 0;
        while (strcmp(lac_text(&summary, LAC_COL_summary_variant, row), "high") != 0) row++;
        assert_true(lac_f64(&t, LAC_COL_sensitivity_estimate)[r] ==
                    lac_f64(&summary, LAC_COL_summary_estimate)[row]);
    }
    assert_true(floors == 1 && without == 4 && variants == 1);
    s.independent_lists = (struct lac_strings){alone, 1};
    assert_int_equal(run_stage(&s), LAC_USAGE);
    lac_table_release(&summary);
    lac_table_release(&t);
}

static void test_a_refused_headline_is_a_finding(void **state)
{
    struct lac_estimate_settings s = settings();

    (void)state;
    fill(true);
    s.gates.overlap_minimum = 100000;
    assert_int_equal(run_stage(&s), LAC_FINDINGS);
    s = settings();
    s.gates.interval_ratio_maximum = 1.01;
    assert_int_equal(run_stage(&s), LAC_FINDINGS);
    s = settings();
    s.gates.unseen_ratio_maximum = 0.5;
    assert_int_equal(run_stage(&s), LAC_FINDINGS);
    fill(false); /* no national cell of the variant at all */
    s = settings();
    assert_int_equal(run_stage(&s), LAC_FINDINGS);
}

static void test_same_bytes_for_any_number_of_threads(void **state)
{
    char one[LAC_DIGEST_SIZE], three[LAC_DIGEST_SIZE];
    struct lac_estimate_settings s = settings();
    char *path = lac_store_path(&arena, RUN, LAC_FILE_estimates);

    (void)state;
    fill(true);
    omp_set_num_threads(1);
    assert_ok(run_stage(&s));
    assert_ok(lac_digest_file(path, one, &err));
    omp_set_num_threads(3);
    assert_ok(run_stage(&s));
    assert_ok(lac_digest_file(path, three, &err));
    assert_string_equal(one, three);
}

static void test_refuses_what_it_cannot_use(void **state)
{
    struct lac_estimate_settings s = settings();

    (void)state;
    fill(true);
    s.method = "loglinear";
    assert_int_equal(run_stage(&s), LAC_USAGE);
    s.method = "no-such-method";
    assert_int_equal(run_stage(&s), LAC_USAGE);
}

static int setup(void **state)
{
    (void)state;
    lac_error_init(&err);
    lac_arena_init(&arena);
    return lac_dir_make(RUN "/store", false, &err);
}

static int teardown(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    remove(RUN "/store/histories.h5");
    remove(RUN "/store/estimates.h5");
    rmdir(RUN "/store");
    rmdir(RUN);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_high_counts_the_possible),
        cmocka_unit_test(test_populations),
        cmocka_unit_test(test_cells_and_gates),
        cmocka_unit_test(test_diagnostics),
        cmocka_unit_test(test_national),
        cmocka_unit_test(test_sensitivity_is_stored),
        cmocka_unit_test(test_a_refused_headline_is_a_finding),
        cmocka_unit_test(test_same_bytes_for_any_number_of_threads),
        cmocka_unit_test(test_refuses_what_it_cannot_use),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
