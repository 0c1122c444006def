/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>
#include "base/date.h"
#include "base/plot.h"
#include "chart.h"
#include "html.h"
#include "words.h"

static struct lac_arena arena;
static const struct lac_publish_profile profile = {"dfe-cin", "", "", 1, 5, 10, "c"};
static struct lac_publish_model model;

static int setup(void **state)
{
    (void)state;
    static const struct lac_publish_definition definition = {"D_IICSA", "Organised network", "1.0", "", ""};
    lac_arena_init(&arena);
    model = (struct lac_publish_model){.arena = &arena,
                                       .profile = &profile,
                                       .nation = "England and Wales",
                                       .population = "victims",
                                       .definition = "D_IICSA",
                                       .definitions = &definition,
                                       .definition_count = 1,
                                       .period_words = "1 January 2025 to 31 December 2025"};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    return 0;
}

static void test_number(void **state)
{
    static const struct {
        double value;
        int decimals;
        const char *want;
    } cases[] = {{0, 0, "0"},           {999, 0, "999"},           {1000, 0, "1,000"},
                 {-1000, 0, "-1,000"},  {1234567, 0, "1,234,567"}, {1234.56, 1, "1,234.6"},
                 {-999.5, 1, "-999.5"}, {100000, 2, "100,000.00"}};
    char out[32];
    (void)state;
    for (size_t i = 0; i < LAC_COUNT(cases); i++)
        assert_string_equal(lac_publish_number(cases[i].value, cases[i].decimals, out, sizeof out),
                            cases[i].want);
    assert_string_equal(lac_publish_number((double)NAN, 0, out, sizeof out), "");
    assert_string_equal(lac_publish_number((double)INFINITY, 0, out, sizeof out), "no limit");
}

static void test_cells(void **state)
{
    char out[32];
    (void)state;
    const struct {
        struct lac_publish_cell cell;
        const char *want;
    } cases[] = {{lac_publish_cell_number(12345, 0), "12,345"},
                 {lac_publish_cell_number((double)NAN, 0), "[x]"},
                 {lac_publish_cell_share(0.324), "32%"},
                 {lac_publish_cell_share((double)NAN), "[c]"},
                 {lac_publish_cell_count(&model, 4), "[c]"},
                 {lac_publish_cell_count(&model, 26), "30"},
                 {lac_publish_cell_text("a"), "a"},
                 {lac_publish_cell_figure(NULL), "[z]"}};
    for (size_t i = 0; i < LAC_COUNT(cases); i++)
        assert_string_equal(lac_publish_cell_show(&cases[i].cell, out, sizeof out), cases[i].want);
}

static void test_periods(void **state)
{
    (void)state;
    int32_t a = lac_date_from_civil(2025, 1, 1), b = lac_date_from_civil(2025, 3, 31);
    assert_string_equal(lac_publish_period_words(&model, a, b), "1 January 2025 to 31 March 2025");
    assert_string_equal(lac_publish_span_words(&model, a, b), "January to March 2025");
    assert_string_equal(lac_publish_span_words(&model, a, lac_date_from_civil(2025, 1, 31)), "January 2025");
    assert_string_equal(lac_publish_span_words(&model, lac_date_from_civil(2024, 4, 1), b),
                        "April 2024 to March 2025");
    assert_string_equal(lac_publish_span_words(&model, a + 2, b), "2025-01-03 to 2025-03-31");
}

static void test_redact(void **state)
{
    static const char *const cases[][2] = {
        {"list NGO overlaps in 4 persons; 12 needed", "list NGO overlaps in few persons; few needed"},
        {"3", "few"},
        {"9", "few"},
        {"20", "20"},
        {"1234", "1,230"},
        {"unseen per seen is 12.34", "unseen per seen is 12.34"},
        {"more than 5 times as high", "more than 5 times as high"},
        {"20% of 1007 replicates", "20% of 1,010 replicates"},
        {"E12000004 and D_2 and 2nd", "E12000004 and D_2 and 2nd"},
        {"refused: 4 persons on NGO are on another list too, fewer than 10; refused: 3.5 times, above 3",
         "few persons on NGO are on another list too, fewer than 10; 3.5 times, above 3"},
        {"2 of 6893 models have no estimate", "2 of 6893 models have no estimate"},
        {"lower bound, from 6 rules (mask 63)", "lower bound, from 6 rules (mask 63)"},
        {"n=5, m=2.", "n=few, m=few."},
        {"", ""}};
    (void)state;
    for (size_t i = 0; i < LAC_COUNT(cases); i++)
        assert_string_equal(lac_publish_redact(&model, cases[i][0]), cases[i][1]);
}

static void test_headline(void **state)
{
    (void)state;
    model.headline = (struct lac_publish_headline){.observed = 2350,
                                                   .estimate = 7300,
                                                   .lower = 6100,
                                                   .upper = 9100,
                                                   .level = 0.95,
                                                   .lower_bound = 4820,
                                                   .method = "loglinear-average",
                                                   .list_count = 5,
                                                   .reasons = ""};
    const char *sentence = lac_publish_headline_sentence(&model);
    /* Figure, interval and identifying assumption stand in one sentence. */
    assert_non_null(strstr(sentence, "An estimated 7,300 victims"));
    assert_non_null(strstr(sentence, "95% interval: 6,100 to 9,100"));
    assert_non_null(strstr(sentence, "on the assumption that the way the lists depend"));
    const char *stop = strchr(sentence, '.');
    assert_non_null(stop);
    assert_string_equal(stop, ".");
    model.headline.upper = (double)INFINITY;
    assert_non_null(strstr(lac_publish_headline_sentence(&model), "6,100 or more, without an upper limit"));
    model.headline.list_count = 2;
    assert_non_null(strstr(lac_publish_headline_sentence(&model), "neither more nor less likely"));
    assert_non_null(strstr(lac_publish_grade(&model), "with its interval and its assumption"));
    model.headline.status = 'u';
    assert_non_null(strstr(lac_publish_grade(&model), "low reliability"));
    model.headline.interval_kind = "percentile";
    assert_non_null(strstr(lac_publish_interval_sentence(&model), "percentiles of the bootstrap replicates"));
    assert_non_null(strstr(lac_publish_interval_sentence(&model), "record linkage are not inside it"));
    model.headline.linkages_drawn = 100;
    assert_non_null(strstr(lac_publish_interval_sentence(&model), "inside it, by 100 drawn linkages"));
    model.headline.linkages_drawn = 0;
    model.headline.refused = true;
    assert_non_null(strstr(lac_publish_grade(&model), "do not publish"));
    assert_string_equal(lac_publish_interval_sentence(&model), "");
    model.headline.reasons = "too few overlaps";
    sentence = lac_publish_headline_sentence(&model);
    assert_non_null(strstr(sentence, "No estimate is published"));
    assert_non_null(strstr(sentence, "too few overlaps"));
    assert_non_null(strstr(sentence, "lower bound, which is not an estimate, is 4,820"));
    assert_null(strstr(sentence, "7,300"));
}

static void test_html(void **state)
{
    static const char *const base64[][2] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
                                            {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
    struct lac_buffer out = {0};
    (void)state;
    lac_publish_html_escape(&out, "<a href=\"x\" title='y'>&\x01\x7f</a>");
    assert_string_equal(out.text, "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
    for (size_t i = 0; i < LAC_COUNT(base64); i++) {
        lac_buffer_clear(&out);
        lac_publish_html_base64(&out, base64[i][0], strlen(base64[i][0]));
        assert_string_equal(out.length ? out.text : "", base64[i][1]);
    }
    lac_buffer_release(&out);
}

static void test_chart(void **state)
{
    struct lac_buffer out = {0};
    (void)state;
    /* gnuplot runs back-quoted commands in double quotes: there must be none outside single quotes. */
    lac_plot_quote(&out, "O'Neill `date` \"x\"\n$HOME");
    assert_string_equal(out.text, "'O''Neill `date` \"x\"$HOME'");
    lac_buffer_release(&out);
    assert_true(lac_plot_step(10080, 4) == 5000);
    assert_true(lac_plot_step(10080, 5) == 2500);
    assert_true(lac_plot_step(190, 4) == 50);
    assert_true(lac_plot_step(2, 4) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_number),   cmocka_unit_test(test_cells),
                                       cmocka_unit_test(test_periods),  cmocka_unit_test(test_redact),
                                       cmocka_unit_test(test_headline), cmocka_unit_test(test_html),
                                       cmocka_unit_test(test_chart)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
