/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every gate refuses beyond its limit and not before, is near when half its room is gone, and the grade
 * follows. */
#include "reference.h"
#include "../arena.h"
#include <math.h>
#include "gates.h"

static const struct lac_gate_settings limits = {.overlap_minimum = 10,
                                                .unseen_ratio_maximum = 10,
                                                .failed_share_maximum = 0.2,
                                                .interval_ratio_maximum = 5,
                                                .list_out_ratio_maximum = 3,
                                                .linkage_minimum = 0.9};
static const struct lac_gate_linkage judged = {0.97, 0.96}, unjudged = {(double)NAN, (double)NAN};

/* What a cell is like; the rest is beyond reproach. */
struct situation {
    struct lac_gate_linkage linkage;
    double estimate, failed, lower, upper, without;
    const char *refuses, *near; /* gates */
    const char *grade;
};

static const struct lac_gate_verdict *verdict_of(const struct lac_gates *gates, const char *gate)
{
    for (int i = 0; i < gates->count; i++)
        if (strcmp(gates->verdict[i].gate, gate) == 0) return &gates->verdict[i];
    return NULL;
}

static void judge(const struct situation *s)
{
    struct lac_estimate_history kosovo; /* 4 lists, 4,400 persons, large overlaps */
    struct lac_gates gates = {.settings = &limits};
    struct lac_results results = {.arena = &arena};
    reference_table(&arena, "kosovo-1999.csv", &kosovo);
    struct lac_result *result = lac_results_add(&results, "national");
    const double left_out[] = {s->estimate, s->without * s->estimate, s->estimate * 1.1, (double)NAN};
    bool refused = lac_estimate_gates_before(&gates, &kosovo, &s->linkage, result);
    if (!refused) {
        result->status = LAC_RESULT_OK;
        result->estimate = s->estimate;
        result->interval = "delta";
        result->lower = s->lower / 2; /* the interval without the allowance is judged, not this one */
        result->upper = s->upper * 2;
        result->model_only_lower = s->lower;
        result->model_only_upper = s->upper;
        lac_result_number(result, "replicates", 1000);
        lac_result_number(result, "failed_replicates", s->failed);
        refused = lac_estimate_gates_after(&gates, &kosovo, left_out, result);
    }
    assert_int_equal(refused, s->refuses != NULL);
    assert_int_equal(result->status, s->refuses ? LAC_RESULT_REFUSED : LAC_RESULT_OK);
    for (int i = 0; i < gates.count; i++) {
        const struct lac_gate_verdict *v = &gates.verdict[i];
        assert_int_equal(v->refused, s->refuses && strcmp(v->gate, s->refuses) == 0);
        assert_int_equal(v->near, s->near && strcmp(v->gate, s->near) == 0);
    }
    if (s->refuses) assert_non_null(strstr(result->note[0], "refused: "));
    assert_string_equal(lac_estimate_grade(&gates, &s->linkage, result), s->grade);
}

static void test_every_gate(void **state)
{
    const struct situation all[] = {
        {judged, 10000, 0, 9000, 12000, 0.95, NULL, NULL, "strong"},
        {unjudged, 10000, 0, 9000, 12000, 0.95, NULL, NULL, "strong"},
        {{0.89, 0.96}, 10000, 0, 9000, 12000, 0.95, "linkage_precision", NULL, "none"},
        {{0.97, 0.89}, 10000, 0, 9000, 12000, 0.95, "linkage_recall", NULL, "none"},
        {{0.97, 0.94}, 10000, 0, 9000, 12000, 0.95, NULL, "linkage_recall", "moderate"},
        {judged, 4400 * 11.1, 0, 40000, 60000, 0.95, "unseen_ratio", NULL, "none"},
        {judged, 4400 * 6.1, 0, 20000, 30000, 0.95, NULL, "unseen_ratio", "moderate"},
        {unjudged, 4400 * 6.1, 0, 20000, 30000, 0.95, NULL, "unseen_ratio", "weak"},
        {judged, 10000, 201, 9000, 12000, 0.95, "failed_share", NULL, "none"},
        {judged, 10000, 101, 9000, 12000, 0.95, NULL, "failed_share", "moderate"},
        {judged, 10000, 0, 9000, 45001, 0.95, "interval_ratio", NULL, "none"},
        {judged, 10000, 0, 9000, (double)INFINITY, 0.95, "interval_ratio", NULL, "none"},
        {judged, 10000, 0, 9000, 21000, 0.95, NULL, "interval_ratio", "moderate"},
        {judged, 10000, 0, 9000, 12000, 0.33, "list_out_ratio", NULL, "none"},
        {judged, 10000, 0, 9000, 12000, 0.55, NULL, "list_out_ratio", "moderate"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) judge(&all[i]);
}

/* Lists A, B, C of which C shares `shared` persons. */
static void overlaps(double shared, bool *refused, const struct lac_gate_verdict **verdict)
{
    static struct lac_gates gates;
    static const char *name[] = {"A", "B", "C"};
    struct lac_estimate_history history;
    struct lac_results results = {.arena = &arena};
    double *count = LAC_NEW(&arena, double, 8);
    count[1] = count[2] = 300;
    count[3] = 200;
    count[4] = 50;
    count[5] = shared;
    assert_ok(lac_estimate_history_init(&history, 3, name, count, &arena, &err));
    gates = (struct lac_gates){.settings = &limits};
    *refused = lac_estimate_gates_before(&gates, &history, &judged, lac_results_add(&results, "national"));
    for (int i = 0; i < gates.count; i++)
        if (gates.verdict[i].item && strcmp(gates.verdict[i].item, "C") == 0) *verdict = &gates.verdict[i];
    assert_true(verdict_of(&gates, "lists")->near); /* three lists are few */
}

static void test_overlaps(void **state)
{
    const struct lac_gate_verdict *verdict = NULL;
    bool refused;
    (void)state;
    overlaps(9, &refused, &verdict);
    assert_true(refused && verdict->refused && !verdict->near && verdict->value == 9);
    overlaps(10, &refused, &verdict);
    assert_true(!refused && !verdict->refused && verdict->near);
    overlaps(30, &refused, &verdict);
    assert_true(!refused && !verdict->near);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_gate),
        cmocka_unit_test(test_overlaps),
    };
    return cmocka_run_group_tests_name("gates", tests, arena_setup, arena_teardown);
}
