/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calibration on simulated judgements, and clerical files. */
#include <math.h>
#include <unistd.h>

#include "../unit.h"

#include "base/random.h"
#include "clerical.h"
#include "score.h"
#include "table/csv.h"

#define PAIRS 60000

/* Pairs whose model is wrong in both directions: doubtful pairs of one rule match more often than it says,
 * those of several rules less often, and the sure ones are not that sure. */
struct world {
    struct lac_link_pair pair[PAIRS];
    double weight[PAIRS];
    bool match[PAIRS];
    struct lac_link_pairs pairs;
    struct lac_link_scored scored;
};

static double really(const struct lac_link_pair *pair, double weight)
{
    return lac_link_class_of(pair) ? 0.6 * weight - 0.8 : 0.5 * weight + 0.5;
}

static struct world *world_make(void)
{
    struct world *w = calloc(1, sizeof *w);
    struct lac_random random;
    assert_non_null(w);
    lac_random_init(&random, 21, LAC_PURPOSE_TEST, 0, 0, 0);
    for (uint32_t p = 0; p < PAIRS; p++) {
        bool sure = lac_random_uniform(&random) < 0.45;
        uint32_t mask = lac_random_uniform(&random) < (sure ? 0.8 : 0.3) ? 3 : 1;
        w->pair[p] = (struct lac_link_pair){(uint64_t)p << 32 | (p + 1), 0, mask};
        w->weight[p] = (sure ? 13 : -10) + 4.5 * lac_random_normal(&random);
        w->match[p] = lac_random_uniform(&random) < lac_link_probability(really(&w->pair[p], w->weight[p]));
    }
    w->pairs = (struct lac_link_pairs){w->pair, PAIRS, PAIRS};
    w->scored = (struct lac_link_scored){.pairs = &w->pairs, .weight = w->weight};
    return w;
}

/* What the judges would say of the sampled pairs, sorted. */
static size_t judge(const struct world *w, const struct lac_link_pairs *sample, struct lac_link_label *label)
{
    static bool sampled[PAIRS];
    size_t count = 0;
    memset(sampled, 0, sizeof sampled);
    for (size_t k = 0; k < sample->count; k++) {
        assert_false(sampled[lac_link_left(&sample->pair[k])]);
        sampled[lac_link_left(&sample->pair[k])] = true;
    }
    for (uint32_t p = 0; p < PAIRS; p++)
        if (sampled[p]) label[count++] = (struct lac_link_label){p, p + 1, w->match[p]};
    assert_int_equal(count, sample->count);
    return count;
}

/* Predicted less actual share of matches by bin of the model's probability, in standard errors. */
static void bins_compare(const struct world *w, const struct lac_link_calibration *after, double *gap)
{
    for (int b = 0; b < LAC_LINK_BINS; b++) {
        double predicted = 0, actual = 0, n = 0, variance = 0;
        for (uint32_t p = 0; p < PAIRS; p++) {
            if (lac_link_bin_of(w->weight[p]) != b) continue;
            n++;
            actual += w->match[p];
            predicted += lac_link_probability(after ? lac_link_calibrated(after, &w->pair[p], w->weight[p])
                                                    : w->weight[p]);
        }
        double share = fmin(fmax(actual / n, 0.002), 0.998);
        for (unsigned k = 0; after && k < LAC_LINK_CLASSES; k++) {
            const struct lac_link_stratum *s = &after->stratum[k][b];
            double part = (double)s->pairs / n;
            if (s->pairs) variance += part * part * share * (1 - share) / (s->labels + LAC_LINK_PRIOR_LABELS);
        }
        variance += share * (1 - share) / n;
        gap[b] = (predicted - actual) / n / sqrt(variance);
        print_message("%s labels, p from %-6g predicted %.4f actual %.4f (%+.1f standard errors)\n",
                      after ? "with" : "without", lac_link_bin_edge[b], predicted / n, actual / n, gap[b]);
    }
}

static void ten_bins_before_and_after(void **state)
{
    (void)state;
    struct world *w = world_make();
    struct lac_link_calibration before, after;
    struct lac_link_labels none = {NULL, 0}, labels;
    struct lac_error err;
    const struct lac_link_sampling sampling = {0.0055, 0, 1}, sized = {0.0055, 700, 1};
    double gap[LAC_LINK_BINS], truth = 0;
    int wrong = 0;
    lac_error_init(&err);
    assert_ok(lac_link_calibration_fit(&w->scored, &none, &before, &err));
    assert_true(before.labels == 0 && isnan(before.error));
    assert_true(lac_link_calibrated(&before, &w->pair[5], w->weight[5]) == w->weight[5]);
    assert_ok(lac_link_calibration_sample(&w->scored, &none, &sampling, &before, &err));
    print_message("%zu pairs to judge\n", before.sample.count);
    assert_in_range(before.sample.count, 450, 750);
    bins_compare(w, NULL, gap);
    for (int b = 0; b < LAC_LINK_BINS; b++) wrong += fabs(gap[b]) > 5;
    assert_true(wrong >= 6);

    struct lac_link_label *label = malloc((before.sample.count + 1) * sizeof *label);
    assert_non_null(label);
    labels = (struct lac_link_labels){label, judge(w, &before.sample, label)};
    assert_ok(lac_link_calibration_fit(&w->scored, &labels, &after, &err));
    assert_int_equal(after.labels, labels.count);
    bins_compare(w, &after, gap);
    for (int b = 0; b < LAC_LINK_BINS; b++) assert_true(fabs(gap[b]) < 3.5);
    for (uint32_t p = 0; p < PAIRS; p++) truth += lac_link_bin_of(w->weight[p]) >= 0 && w->match[p];
    print_message("matches: model %.0f, calibrated %.0f +- %.0f, true %.0f\n", before.total, after.total,
                  after.error, truth);
    assert_true(fabs(before.total - truth) > 2 * after.error);
    assert_true(fabs(after.total - truth) < 3 * after.error);
    for (unsigned k = 0; k < LAC_LINK_CLASSES; k++) { /* the order of pairs stays */
        struct lac_link_pair pair = {0, 0, k ? 3 : 1};
        for (double at = -40; at < 60; at += 0.01)
            assert_true(lac_link_calibrated(&after, &pair, at) <=
                        lac_link_calibrated(&after, &pair, at + 0.01) + 1e-12);
        assert_true(lac_link_calibrated(&after, &pair, -40) == -40);
    }

    /* What is judged is not asked again. */
    assert_ok(lac_link_calibration_sample(&w->scored, &labels, &sampling, &after, &err));
    for (size_t k = 0; k < after.sample.count; k++)
        for (size_t j = 0; j < before.sample.count; j++)
            assert_true(after.sample.pair[k].key != before.sample.pair[j].key);
    /* A sample of a given size counts what is judged. */
    size_t asked = labels.count;
    lac_link_calibration_release(&after);
    assert_ok(lac_link_calibration_fit(&w->scored, &labels, &after, &err));
    assert_ok(lac_link_calibration_sample(&w->scored, &labels, &sized, &after, &err));
    print_message("%zu judged, %zu more for 700\n", asked, after.sample.count);
    assert_in_range(asked + after.sample.count, 680, 700);
    free(label);
    lac_link_calibration_release(&before);
    lac_link_calibration_release(&after);
    free(w);
}

static void one_sided_strata(void **state)
{
    (void)state;
    static const double weight[] = {20, 21, -3};
    struct lac_link_pair pair[] = {{1, 0, 3}, {2, 0, 3}, {3, 0, 1}};
    struct lac_link_pairs pairs = {pair, 3, 3}, empty = {NULL, 0, 0};
    struct lac_link_label label[] = {{0, 1, true}, {0, 2, true}, {0, 9, true}};
    struct lac_link_labels labels = {label, 3};
    struct lac_link_scored scored = {.pairs = &pairs, .weight = weight};
    const struct lac_link_sampling sampling = {0.005, 0, 1};
    struct lac_link_calibration c;
    struct lac_error err;
    lac_error_init(&err);
    assert_ok(lac_link_calibration_fit(&scored, &labels, &c, &err));
    assert_int_equal(c.labels, 2); /* the third pair is none of the scored ones */
    assert_true(lac_link_probability(lac_link_calibrated(&c, &pair[0], 20)) > 0.99);
    assert_ok(lac_link_calibration_sample(&scored, &labels, &sampling, &c, &err));
    assert_int_equal(c.sample.count, 1);
    assert_int_equal(c.sample.pair[0].key, 3);
    lac_link_calibration_release(&c);
    scored.pairs = &empty;
    assert_ok(lac_link_calibration_fit(&scored, &labels, &c, &err));
    assert_ok(lac_link_calibration_sample(&scored, &labels, &sampling, &c, &err));
    assert_int_equal(c.labels + c.sample.count, 0);
    lac_link_calibration_release(&c);
}

/* --- clerical files --- */

struct run {
    struct lac_table records, returns;
    struct lac_arena arena;
    char path[64];
};

static void run_make(struct run *run)
{
    struct lac_error err;
    size_t row;
    lac_error_init(&err);
    lac_arena_init(&run->arena);
    assert_ok(lac_table_init(&run->returns, LAC_TABLE_returns, &err));
    assert_ok(lac_table_init(&run->records, LAC_TABLE_records, &err));
    for (uint32_t k = 0; k < 2; k++) {
        assert_ok(lac_table_row(&run->returns, &row, &err));
        assert_ok(lac_set_text(&run->returns, LAC_COL_returns_return_id, row, k ? "R2" : "R1", &err));
    }
    for (uint32_t k = 0; k < 10; k++) {
        assert_ok(lac_table_row(&run->records, &row, &err));
        lac_u32(&run->records, LAC_COL_records_return_index)[row] = 1 - k / 5;
        lac_u32(&run->records, LAC_COL_records_row)[row] = 5 - k % 5; /* in no particular order */
        assert_ok(
            lac_set_text(&run->records, LAC_COL_records_surname, row, k ? "=1+1" : "O'Hara, \"Jo\"", &err));
    }
    lac_i32(&run->records, LAC_COL_records_dob)[3] = 20050400;
    snprintf(run->path, sizeof run->path, "/tmp/lacuna-clerical-%ld.csv", (long)getpid());
}

static void run_release(struct run *run)
{
    lac_table_release(&run->records);
    lac_table_release(&run->returns);
    lac_arena_release(&run->arena);
    remove(run->path);
}

static void file_write(const char *path, const char *rows)
{
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    fputs("pair,left_return_id,left_row,right_return_id,right_row,judge_1,judge_2,agreed\n", to);
    fputs(rows, to);
    assert_int_equal(fclose(to), 0);
}

static enum lac_status judged_read(struct run *run, struct lac_link_judged *judged, struct lac_error *err)
{
    struct lac_config_path path = {run->path, run->path};
    struct lac_config_paths files = {&path, 1};
    return lac_link_judged_read(&files, &run->records, &run->returns, &run->arena, judged, err);
}

static void answers_are_read(void **state)
{
    (void)state;
    struct run run;
    struct lac_link_judged judged;
    struct lac_error err;
    lac_error_init(&err);
    run_make(&run);
    file_write(run.path, "1,R1,5,R2,5,Y,Y,\n"   /* records 5 and 0 */
                         "2,R2,4,R2,3,n,N,\n"   /* records 1 and 2 */
                         "3,R2,4,R1,1,Y,N,\n"   /* they differ */
                         "4,R2,4,R1,2,Y,N,N\n"  /* and agree on N: records 1 and 8 */
                         "5,R2,1,R1,3,?,Y,\n"   /* records 4 and 7 */
                         "6,R2,1,R1,4,,,\n"     /* not judged */
                         "7,R9,1,R1,4,Y,Y,\n"   /* of another run */
                         "8,R2,9,R1,4,Y,Y,\n"   /* no such row */
                         "9,R2,5,R1,5,N,N,\n"); /* the first pair again: this answer counts */
    assert_ok(judged_read(&run, &judged, &err));
    static const struct lac_link_label want[] = {{0, 5, false}, {1, 2, false}, {1, 8, false}, {4, 7, true}};
    assert_int_equal(judged.count, 4);
    for (size_t k = 0; k < 4; k++) {
        assert_int_equal(judged.label[k].left, want[k].left);
        assert_int_equal(judged.label[k].right, want[k].right);
        assert_int_equal(judged.label[k].match, want[k].match);
    }
    assert_int_equal(judged.rows, 9);
    assert_int_equal(judged.undecided, 2);
    assert_int_equal(judged.unknown, 2);
    /* 7 pairs decided by both: 3 YY, 2 NN, 2 YN; po = 5/7, pe = (5 * 3 + 2 * 4) / 49 */
    assert_close(lac_link_kappa(&judged), (5.0 / 7 - 23.0 / 49) / (1 - 23.0 / 49), 1e-12);
    lac_link_judged_release(&judged);
    run_release(&run);
}

static void a_wrong_answer_is_refused(void **state)
{
    (void)state;
    struct run run;
    struct lac_link_judged judged;
    struct lac_error err;
    lac_error_init(&err);
    run_make(&run);
    file_write(run.path, "1,R1,5,R2,5,Y,Y,\n2,R2,4,R2,3,Y,perhaps,\n");
    assert_int_equal(judged_read(&run, &judged, &err), LAC_INPUT);
    assert_int_equal(err.row, 2);
    assert_string_equal(err.column, "judge_2");
    assert_null(strstr(err.message, "perhaps"));
    lac_link_judged_release(&judged);
    run_release(&run);
}

static void the_file_is_blind_and_safe(void **state)
{
    (void)state;
    struct run run;
    struct lac_link_pair pair[] = {{(uint64_t)0 << 32 | 3, 9, 0}, {(uint64_t)2 << 32 | 7, 4, 0}};
    struct lac_link_pairs sample = {pair, 2, 2};
    struct lac_csv csv;
    struct lac_error err;
    lac_error_init(&err);
    run_make(&run);
    FILE *to = fopen(run.path, "w");
    assert_non_null(to);
    lac_link_clerical_write(&run.records, &run.returns, &sample, to);
    assert_int_equal(fclose(to), 0);
    assert_ok(lac_csv_load(run.path, &run.arena, &csv, &err));
    assert_int_equal(csv.rows, 2);
    for (size_t c = 0; c < csv.columns; c++) {
        assert_null(strstr(csv.header[c], "weight"));
        assert_null(strstr(csv.header[c], "probab"));
        assert_null(strstr(csv.header[c], "strat"));
    }
    assert_string_equal(lac_csv_cell(&csv, 0, lac_csv_column(&csv, "left_row")), "3"); /* by random number */
    assert_string_equal(lac_csv_cell(&csv, 0, lac_csv_column(&csv, "left_surname")), "'=1+1");
    assert_string_equal(lac_csv_cell(&csv, 1, lac_csv_column(&csv, "left_surname")), "O'Hara, \"Jo\"");
    assert_string_equal(lac_csv_cell(&csv, 1, lac_csv_column(&csv, "right_dob")), "2005-04");
    struct lac_link_judged judged; /* as it came back unjudged */
    assert_ok(judged_read(&run, &judged, &err));
    assert_int_equal(judged.count, 0);
    assert_int_equal(judged.undecided, 2);
    assert_true(isnan(lac_link_kappa(&judged)));
    lac_link_judged_release(&judged);
    run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_bins_before_and_after),  cmocka_unit_test(one_sided_strata),
        cmocka_unit_test(answers_are_read),           cmocka_unit_test(a_wrong_answer_is_refused),
        cmocka_unit_test(the_file_is_blind_and_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
