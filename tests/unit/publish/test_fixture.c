/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small run store with fixed numbers. As a test it writes the store, reads it back and compares totals;
 * with a folder as its argument it only writes the store there, for the golden tests. With `refused` as
 * second argument the headline is refused; with `earlier` it is of an earlier release with other judgements.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/date.h"
#include "base/file.h"
#include "table/store.h"

static const char *const lists[] = {"PF", "LA", "NRM", "HEALTH", "NGO"};
static const struct {
    const char *code, *name;
    int64_t observed;
    double estimate, lower, upper;
} regions[] = {
    {"E12000001", "North East", 189, 412.2, 331.0, 547.9},
    {"E12000002", "North West", 336, 801.7, 640.4, 1043.3},
    {"E12000003", "Yorkshire and The Humber", 312, 744.6, 602.2, 961.8},
    {"E12000004", "East Midlands", 241, 590.1, 441.6, 812.5},
    {"E12000005", "West Midlands", 287, 655.3, 523.7, 855.0},
    {"E12000006", "East of England", 254, 611.4, 455.2, 1520.6},
    {"E12000007", "London", 264, 703.0, 541.9, 940.2},
    {"E12000008", "South East", 263, (double)NAN, (double)NAN, (double)NAN},
    {"E12000009", "South West", 198, 455.9, 360.3, 633.1},
    {"W92000004", "Wales", 3, (double)NAN, (double)NAN, (double)NAN},
};
static const struct {
    uint32_t pattern;
    int64_t certain;
} histories[] = {{1, 903}, {2, 761}, {4, 121}, {8, 118}, {16, 143}, {3, 187}, {5, 31}, {9, 22},
                 {17, 18}, {6, 13},  {10, 9},  {18, 11}, {12, 1},   {24, 2},  {7, 7}};
static const char nation[] = "K04000001", place[] = "England and Wales";

#define MUST(call) assert_int_equal((call), LAC_OK)
#define TEXT(t, c, v) MUST(lac_set_text(&(t), LAC_COL_##c, row, (v), &err))

enum kind { USUAL, REFUSED, EARLIER };
static struct lac_error err;
static int32_t first_day, last_day;

/* With `hostile`: names that could be taken for markup, formulas or the other direction, and long ones. */
static int hostile;
static void make_hostile(struct lac_table *table)
{
    static const enum lac_column_id column[] = {LAC_COL_grid_agency,           LAC_COL_definitions_title,
                                                LAC_COL_definitions_words,     LAC_COL_definitions_basis,
                                                LAC_COL_link_groups_value,     LAC_COL_link_quality_note,
                                                LAC_COL_summary_geography_name};
    static const char *const name[] = {"=HYPERLINK(\"http://a.example/\",\"x\")",
                                       "+1+cmd|' /C calc'!A0",
                                       "-2+3+cmd|' /C calc'!A0",
                                       "@SUM(1+9)*cmd|' /C calc'!A0",
                                       "<script>alert(1)</script> & \"quoted\" 'so'",
                                       "\u202e0091\u202c \u05d0\u05d1 \u0645\u0631\u062d\u0628\u0627 \x01"};
    char text[10300];
    for (size_t c = 0; c < sizeof column / sizeof *column; c++) {
        if (lac_column_schemas[column[c]].table != table->id) continue;
        for (size_t i = 0; i < table->rows; i++) {
            if (i % 7 == 6)
                memset(text, 'W', 10240), text[10240] = '\0';
            else
                (void)snprintf(text, sizeof text, "%s", name[i % 7]);
            if (column[c] == LAC_COL_summary_geography_name && i < 5) continue; /* the nation */
            (void)snprintf(text + strlen(text), 40, " %zu", i);
            MUST(lac_set_text(table, column[c], i, text, &err));
        }
    }
}

static void write_file(const char *run, enum lac_file_id file, struct lac_table *table)
{
    const struct lac_provenance provenance = {"fixture 1", "0000", "1111", 7};
    const struct lac_table *list[LAC_TABLE_COUNT];
    size_t n = 0;
    for (int i = 0; i < LAC_TABLE_COUNT; i++)
        if (lac_table_schemas[i].file == file) {
            if (hostile) make_hostile(&table[i]);
            list[n++] = &table[i];
        }
    MUST(lac_store_write(run, file, &provenance, list, n, &err));
}

static size_t new_row(struct lac_table *table)
{
    size_t row = 0;
    MUST(lac_table_row(table, &row, &err));
    return row;
}

struct cell {
    const char *definition, *variant, *code, *name, *status, *note;
    int64_t observed;
    double estimate, lower, upper, bound;
};

static void summary(struct lac_table *t, const struct cell *c, uint32_t number)
{
    size_t row = new_row(t);
    lac_u32(t, LAC_COL_summary_cell)[row] = number;
    TEXT(*t, summary_population, "victims");
    TEXT(*t, summary_definition, c->definition);
    lac_i32(t, LAC_COL_summary_window_start)[row] = first_day;
    lac_i32(t, LAC_COL_summary_window_end)[row] = last_day;
    TEXT(*t, summary_geography, strcmp(c->code, nation) ? "region" : "nation");
    TEXT(*t, summary_geography_code, c->code);
    TEXT(*t, summary_geography_name, c->name);
    TEXT(*t, summary_stratum, "all");
    TEXT(*t, summary_variant, c->variant);
    TEXT(*t, summary_method, "loglinear-average");
    TEXT(*t, summary_model, "200 models");
    TEXT(*t, summary_lists, "PF LA NRM HEALTH NGO");
    lac_i64(t, LAC_COL_summary_observed)[row] = c->observed;
    lac_f64(t, LAC_COL_summary_estimate)[row] = c->estimate;
    lac_f64(t, LAC_COL_summary_lower)[row] = c->lower;
    lac_f64(t, LAC_COL_summary_upper)[row] = c->upper;
    if (!strcmp(c->code, nation) && !strcmp(c->variant, "main")) { /* as after method national */
        lac_f64(t, LAC_COL_summary_model_only_lower)[row] = c->lower + 217.0;
        lac_f64(t, LAC_COL_summary_model_only_upper)[row] = c->upper - 404.0;
    } else {
        lac_f64(t, LAC_COL_summary_model_only_lower)[row] = (double)NAN;
        lac_f64(t, LAC_COL_summary_model_only_upper)[row] = (double)NAN;
    }
    lac_f64(t, LAC_COL_summary_level)[row] = 0.95;
    TEXT(*t, summary_interval_kind, "percentile");
    lac_f64(t, LAC_COL_summary_lower_bound)[row] = c->bound;
    TEXT(*t, summary_status, c->status);
    TEXT(*t, summary_grade, strcmp(c->status, "ok") ? "none" : strcmp(c->code, nation) ? "weak" : "moderate");
    TEXT(*t, summary_note, c->note);
}

static void models(struct lac_table *t)
{
    char name[64];
    double total = 0;
    for (int i = 0; i < 40; i++) total += exp(-0.19 * i);
    for (int i = 0; i < 40; i++) {
        size_t row = new_row(t);
        (void)snprintf(name, sizeof name, "PF*LA + NRM*%s + %s*NGO + m%d", lists[3 + i % 2], lists[i % 4], i);
        lac_u32(t, LAC_COL_models_cell)[row] = 0;
        TEXT(*t, models_model, name);
        lac_f64(t, LAC_COL_models_estimate)[row] =
            i == 39 ? (double)INFINITY : 5000 + 120.0 * ((i * 37) % 40);
        lac_f64(t, LAC_COL_models_bic)[row] = 195.8791 + 0.38 * i;
        lac_f64(t, LAC_COL_models_weight)[row] = exp(-0.19 * i) / total;
        lac_u32(t, LAC_COL_models_parameters)[row] = 6 + (uint32_t)(i % 7);
        TEXT(*t, models_status, i == 39 ? "infinite" : "ok");
    }
}

static void diagnostics(struct lac_table *t)
{
    static const struct {
        const char *measure, *item;
        double value;
    } number[] = {{"persons", NULL, 2347},
                  {"list_size", "PF", 1168},
                  {"overlap", "NRM,HEALTH", 1},
                  {"range_6_low", NULL, 5012.3},
                  {"range_6_high", NULL, 9641.7},
                  {"models_considered", NULL, 6893},
                  {"effective_models", NULL, 8.9612},
                  {"weight_left_out", NULL, 0.0123},
                  {"leave_one_list_out", "PF", 8120.9},
                  {"leave_one_list_out", "NGO", 7012.2}};
    for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
        size_t row = new_row(t);
        lac_u32(t, LAC_COL_diagnostics_cell)[row] = 0;
        TEXT(*t, diagnostics_measure, number[i].measure);
        TEXT(*t, diagnostics_item, number[i].item);
        lac_f64(t, LAC_COL_diagnostics_value)[row] = number[i].value;
    }
}

#include "fixture_sensitivity.h"

static void estimates(const char *run, struct lac_table *table, enum kind kind)
{
    struct lac_table *t = &table[LAC_TABLE_summary];
    const struct cell cells[] = {
        {"D_IICSA", "main", nation, place, kind == REFUSED ? "refused" : "ok",
         kind == REFUSED ? "refused: 4 persons on NGO are on another list too, fewer than 10" : "", 2347,
         kind == REFUSED ? (double)NAN : 7311.6, kind == REFUSED ? (double)NAN : 6120.3,
         kind == REFUSED ? (double)NAN : 9048.8, 4817.3},
        {"D_IICSA", "own", nation, place, "ok", "", 2291, 7688.2, 6300.1, 9820.0, 4901.0},
        {"D_IICSA", "high", nation, place, "ok", "", 2713, 8912.4, 7411.0, 11890.2, 5603.0},
        {"D_FLAG", "main", nation, place, "ok", "", 3118, 9790.4, 8211.5, 12123.7, 6402.1},
        {"D_MVMO", "main", nation, place, "refused",
         "refused: the upper limit is 6.2 times the lower one, above 5", 407, (double)NAN, (double)NAN,
         (double)NAN, 811.5},
    };
    uint32_t number = 0;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) summary(t, &cells[i], number++);
    for (size_t i = 0; i < sizeof regions / sizeof *regions; i++) {
        int ok = !isnan(regions[i].estimate);
        const struct cell cell = {"D_IICSA",
                                  "main",
                                  regions[i].code,
                                  regions[i].name,
                                  ok ? "ok" : "refused",
                                  ok ? "" : "refused: fewer than two lists saw anybody",
                                  regions[i].observed,
                                  regions[i].estimate,
                                  regions[i].lower,
                                  regions[i].upper,
                                  (double)regions[i].observed * 1.7};
        summary(t, &cell, number++);
    }
    models(&table[LAC_TABLE_models]);
    diagnostics(&table[LAC_TABLE_diagnostics]);
    judgements(table, kind == EARLIER);
    if (kind != REFUSED) sensitivity(table);
    write_file(run, LAC_FILE_estimates, table);
}

static void history_rows(struct lac_table *t)
{
    for (size_t i = 0; i < sizeof histories / sizeof *histories; i++) {
        size_t row = new_row(t);
        TEXT(*t, histories_population, "victims");
        TEXT(*t, histories_definition, "D_IICSA");
        lac_i32(t, LAC_COL_histories_window_start)[row] = first_day;
        lac_i32(t, LAC_COL_histories_window_end)[row] = last_day;
        TEXT(*t, histories_geography, "nation");
        TEXT(*t, histories_geography_code, nation);
        TEXT(*t, histories_geography_name, place);
        TEXT(*t, histories_stratum, "all");
        lac_i32(t, LAC_COL_histories_draw)[row] = -1;
        TEXT(*t, histories_variant, "main");
        lac_u32(t, LAC_COL_histories_pattern)[row] = histories[i].pattern;
        lac_i64(t, LAC_COL_histories_certain)[row] = histories[i].certain;
        lac_i64(t, LAC_COL_histories_possible)[row] = 0;
    }
}

static void list_rows(struct lac_table *t)
{
    for (size_t i = 0; i < 5; i++) {
        size_t row = new_row(t);
        TEXT(*t, history_lists_geography_code, nation);
        lac_i32(t, LAC_COL_history_lists_window_start)[row] = first_day;
        lac_i32(t, LAC_COL_history_lists_window_end)[row] = last_day;
        TEXT(*t, history_lists_list, lists[i]);
        TEXT(*t, history_lists_name, lists[i]);
        lac_u32(t, LAC_COL_history_lists_bit)[row] = (uint32_t)i;
        lac_i32(t, LAC_COL_history_lists_expected)[row] = i ? 4 : 172;
        lac_i32(t, LAC_COL_history_lists_received)[row] = i ? 4 : 170;
        lac_i32(t, LAC_COL_history_lists_partial)[row] = i ? 0 : 1;
    }
}

static void definition_rows(struct lac_table *t)
{
    static const char *const definition[][3] = {
        {"D_IICSA", "Organised network",
         "Two or more persons, identified or not, in child sexual exploitation."},
        {"D_FLAG", "Flagged exploitation", "Flag for child sexual exploitation; any number of suspects."},
        {"D_MVMO", "Several victims, several offenders", "Two or more victims and two or more suspects."}};
    for (size_t i = 0; i < 3; i++) {
        size_t row = new_row(t);
        TEXT(*t, definitions_definition, definition[i][0]);
        TEXT(*t, definitions_title, definition[i][1]);
        TEXT(*t, definitions_version, "1.0");
        TEXT(*t, definitions_status, i ? "variant" : "headline");
        TEXT(*t, definitions_words, definition[i][2]);
        TEXT(*t, definitions_basis, i ? "" : "Independent Inquiry into Child Sexual Abuse");
        lac_u8(t, LAC_COL_definitions_headline)[row] = i == 0;
    }
}

static void overlap_rows(struct lac_table *t)
{
    static const struct {
        const char *definition, *other;
        int64_t both, high, only, other_only;
    } pair[] = {
        {"D_IICSA", "D_FLAG", 2183, 2590, 97, 811},
        {"D_IICSA", "D_MVMO", 404, 1103, 1514, 3}, /* so few in the second alone that both are hidden */
        {"D_FLAG", "D_MVMO", 371, 1100, 2316, 36}};
    for (size_t i = 0; i < 3; i++) {
        size_t row = new_row(t);
        TEXT(*t, definition_overlaps_population, "victims");
        TEXT(*t, definition_overlaps_definition, pair[i].definition);
        TEXT(*t, definition_overlaps_other, pair[i].other);
        lac_i32(t, LAC_COL_definition_overlaps_window_start)[row] = first_day;
        lac_i32(t, LAC_COL_definition_overlaps_window_end)[row] = last_day;
        TEXT(*t, definition_overlaps_geography_code, nation);
        lac_i64(t, LAC_COL_definition_overlaps_both)[row] = pair[i].both;
        lac_i64(t, LAC_COL_definition_overlaps_both_high)[row] = pair[i].high;
        lac_i64(t, LAC_COL_definition_overlaps_only)[row] = pair[i].only;
        lac_i64(t, LAC_COL_definition_overlaps_other_only)[row] = pair[i].other_only;
    }
}

static void history_file(const char *run, struct lac_table *table)
{
    static const struct {
        const char *definition;
        int64_t in, unsure, out, apart;
    } verdict[] = {
        {"D_IICSA", 2347, 412, 5210, 163}, {"D_FLAG", 3118, 4, 4821, 2}, {"D_MVMO", 407, 880, 6600, 0}};
    struct lac_table *t = &table[LAC_TABLE_verdicts];
    history_rows(&table[LAC_TABLE_histories]);
    list_rows(&table[LAC_TABLE_history_lists]);
    definition_rows(&table[LAC_TABLE_definitions]);
    for (size_t i = 0; i < 3; i++) {
        size_t row = new_row(t);
        TEXT(*t, verdicts_population, "victims");
        TEXT(*t, verdicts_definition, verdict[i].definition);
        lac_i32(t, LAC_COL_verdicts_window_start)[row] = first_day;
        lac_i32(t, LAC_COL_verdicts_window_end)[row] = last_day;
        TEXT(*t, verdicts_geography_code, nation);
        lac_i64(t, LAC_COL_verdicts_in)[row] = verdict[i].in;
        lac_i64(t, LAC_COL_verdicts_cannot_tell)[row] = verdict[i].unsure;
        lac_i64(t, LAC_COL_verdicts_out)[row] = verdict[i].out;
        lac_i64(t, LAC_COL_verdicts_apart)[row] = verdict[i].apart;
    }
    overlap_rows(&table[LAC_TABLE_definition_overlaps]);
    write_file(run, LAC_FILE_histories, table);
}

/* Small cells in every table: a level of one pair, a group of two records, a class of three pairs. */
static void link_details(struct lac_table *table)
{
    static const struct {
        const char *field, *level;
        double m, u;
    } levels[] = {{"prior", NULL, 0.0001, (double)NAN},
                  {"forename", "exact", 0.812345678, 0.0021734567},
                  {"forename", "else", 0.187654322, 0.9978265433},
                  {"postcode", "exact", 0.61, 0.0000000123},
                  {"postcode", "else", 0.39, 0.9999999877},
                  {"sex", "neither reaches this", 0.0004, 0.0003}};
    static const struct {
        const char *dimension, *value;
        uint32_t records;
        double links, false_links, missed;
    } groups[] = {{"list", "PF", 4213, 2071.5, 40.25, 112.75},
                  {"list", "NGO", 2, 1, 0.5, 0.25},
                  {"force", "E23000001", 913, 301.5, 3.5, 77},
                  {"force", NULL, 61, 17, 0.25, 3},
                  {"sex", "F", 3017, 1804.5, 31, 81.5},
                  {"age", "13 to 15", 2011, 907.5, 11, 61},
                  {"age", NULL, 19, 2.5, 0.5, 0.5},
                  {"ethnicity_frame", "SDE18", 1609, 703.5, 9, 55}};
    static const struct {
        double from, to;
        int64_t pairs;
        double matches;
    } weights[] = {
        {-HUGE_VAL, -2, 70123, 6.25}, {-2, 0, 313, 107.5}, {0, 2, 3, 2.25}, {2, HUGE_VAL, 4019, 4017.5}};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        struct lac_table *t = &table[LAC_TABLE_model];
        size_t row = new_row(t);
        TEXT(*t, model_population, "victims");
        TEXT(*t, model_field, levels[i].field);
        TEXT(*t, model_level, levels[i].level);
        lac_f64(t, LAC_COL_model_m)[row] = levels[i].m;
        lac_f64(t, LAC_COL_model_u)[row] = levels[i].u;
    }
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        struct lac_table *t = &table[LAC_TABLE_link_groups];
        size_t row = new_row(t);
        TEXT(*t, link_groups_population, "victims");
        TEXT(*t, link_groups_dimension, groups[i].dimension);
        TEXT(*t, link_groups_value, groups[i].value);
        lac_u32(t, LAC_COL_link_groups_records)[row] = groups[i].records;
        lac_f64(t, LAC_COL_link_groups_links)[row] = groups[i].links;
        lac_f64(t, LAC_COL_link_groups_false_links)[row] = groups[i].false_links;
        lac_f64(t, LAC_COL_link_groups_missed)[row] = groups[i].missed;
    }
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
        struct lac_table *t = &table[LAC_TABLE_link_weights];
        size_t row = new_row(t);
        TEXT(*t, link_weights_population, "victims");
        lac_f64(t, LAC_COL_link_weights_from)[row] = weights[i].from;
        lac_f64(t, LAC_COL_link_weights_to)[row] = weights[i].to;
        lac_i64(t, LAC_COL_link_weights_pairs)[row] = weights[i].pairs;
        lac_f64(t, LAC_COL_link_weights_matches)[row] = weights[i].matches;
    }
}

static void link_file(const char *run, struct lac_table *table)
{
    static const struct {
        const char *measure, *item, *note;
        double value;
    } quality[] = {{"records", NULL, "", 10412},
                   {"persons", NULL, "", 8127},
                   {"expected_precision", NULL, "model-based, uncalibrated", 0.98214},
                   {"expected_recall", NULL, "model-based, uncalibrated", 0.94157},
                   {"expected_false_links", NULL, "model-based, from 4 rules", 3.2},
                   {"records_alone", NULL, "", 1123},
                   {"persons_by_records", "1", "", 5213},
                   {"persons_by_records", "2", "", 2107},
                   {"persons_by_records", "3", "", 803},
                   {"persons_by_records", "9", "", 3},
                   {"persons_by_records", "14", "", 1}};
    struct lac_table *t = &table[LAC_TABLE_link_quality];
    for (size_t i = 0; i < sizeof quality / sizeof *quality; i++) {
        size_t row = new_row(t);
        TEXT(*t, link_quality_population, "victims");
        TEXT(*t, link_quality_measure, quality[i].measure);
        TEXT(*t, link_quality_item, quality[i].item);
        lac_f64(t, LAC_COL_link_quality_value)[row] = quality[i].value;
        TEXT(*t, link_quality_note, quality[i].note);
    }
    link_details(table);
    write_file(run, LAC_FILE_links, table);
}

static void grid_rows(struct lac_table *t)
{
    static const char *const forces[] = {"E23000001", "E23000002", "E23000003"};
    for (int quarter = 0; quarter < 4; quarter++)
        for (int i = 0; i < 7; i++) {
            size_t row = new_row(t);
            TEXT(*t, grid_list, i < 3 ? "PF" : lists[i - 2]);
            TEXT(*t, grid_agency, i < 3 ? "Police" : "Agency <A> & \"B\"");
            if (i < 3) TEXT(*t, grid_force, forces[i]);
            lac_i32(t, LAC_COL_grid_period_start)[row] = lac_date_from_civil(2025, 1 + 3 * quarter, 1);
            lac_i32(t, LAC_COL_grid_period_end)[row] =
                quarter == 3 ? last_day : lac_date_from_civil(2025, 4 + 3 * quarter, 1) - 1;
            TEXT(*t, grid_state,
                 quarter == 1 && i == 1   ? "MISSING"
                 : quarter == 2 && i == 4 ? "PARTIAL"
                                          : "FULL");
        }
}

/* Every second return of a quarter on time, the others 3 days late, the Health services' 40; no return where
 * one is missing. */
static void return_rows(struct lac_table *t, struct lac_table *grid)
{
    for (size_t i = 0; i < grid->rows; i++) {
        char id[32];
        const char *force = lac_text(grid, LAC_COL_grid_force, i);
        int missing = !strcmp(lac_text(grid, LAC_COL_grid_state, i), "MISSING");
        size_t row = new_row(t);
        int32_t due = lac_i32(grid, LAC_COL_grid_period_end)[i] + 42;
        (void)snprintf(id, sizeof id, "R%zu", i + 1);
        TEXT(*t, returns_return_id, id);
        TEXT(*t, returns_list, lac_text(grid, LAC_COL_grid_list, i));
        TEXT(*t, returns_agency, lac_text(grid, LAC_COL_grid_agency, i));
        if (force[0]) TEXT(*t, returns_force, force);
        lac_i32(t, LAC_COL_returns_period_start)[row] = lac_i32(grid, LAC_COL_grid_period_start)[i];
        lac_i32(t, LAC_COL_returns_period_end)[row] = lac_i32(grid, LAC_COL_grid_period_end)[i];
        lac_i32(t, LAC_COL_returns_received_date)[row] = missing ? LAC_MISSING_I32
                                                                 : due + (i % 7 == 5 ? 40
                                                                          : i % 2    ? 3
                                                                                     : -1);
        TEXT(*t, returns_coverage, missing ? "MISSING" : "FULL");
        TEXT(*t, returns_state, missing ? "MISSING" : "USED");
    }
}

static void finding_rows(struct lac_table *t)
{
    for (int i = 0; i < 20; i++) {
        size_t row = new_row(t);
        TEXT(*t, findings_return_id, i % 2 ? "R1" : "R2");
        TEXT(*t, findings_file, "a.csv");
        if (i) lac_i64(t, LAC_COL_findings_row)[row] = i;
        TEXT(*t, findings_rule, i == 0 ? "F03-late" : i < 4 ? "F20-victim-adult" : "F18b-birth-date-heap");
        TEXT(*t, findings_severity, i < 4 ? "error" : "warning");
        TEXT(*t, findings_message, "what is wrong");
        TEXT(*t, findings_action, "what to do");
    }
}

static void record_file(const char *run, struct lac_table *table)
{
    static const char *const fields[] = {"surname", "dob", "ethnicity_self_defined", "postcode"};
    static const char *const forces[] = {"E23000001", "E23000002", "E23000003", "W15000001", NULL};
    struct lac_table *t = &table[LAC_TABLE_completeness];
    grid_rows(&table[LAC_TABLE_grid]);
    return_rows(&table[LAC_TABLE_returns], &table[LAC_TABLE_grid]);
    finding_rows(&table[LAC_TABLE_findings]);
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 4; j++) {
            size_t row = new_row(t);
            TEXT(*t, completeness_force, forces[i]);
            TEXT(*t, completeness_list, lists[i]);
            TEXT(*t, completeness_role, "VICTIM");
            TEXT(*t, completeness_field, fields[j]);
            lac_i64(t, LAC_COL_completeness_rows)[row] = 211 * (i + 1);
            lac_i64(t, LAC_COL_completeness_filled)[row] = i == 4 && j == 2 ? 4 : 211 * (i + 1) - 37 * j;
            lac_i64(t, LAC_COL_completeness_rows_latest)[row] = 111 * (i + 1);
            lac_i64(t, LAC_COL_completeness_filled_latest)[row] = 111 * (i + 1) - 31 * j;
            lac_i64(t, LAC_COL_completeness_rows_before)[row] = i == 3 ? 3 : 101 * (i + 1);
            lac_i64(t, LAC_COL_completeness_filled_before)[row] = i == 3 ? 2 : 101 * (i + 1) - 13 * j;
        }
    write_file(run, LAC_FILE_records, table);
}

static void write_store(const char *run, enum kind kind)
{
    struct lac_table table[LAC_TABLE_COUNT];
    char path[512];
    first_day = lac_date_from_civil(2025, 1, 1);
    last_day = lac_date_from_civil(2025, 12, 31);
    (void)snprintf(path, sizeof path, "%s/store", run);
    MUST(lac_dir_make(path, true, &err));
    for (int i = 0; i < LAC_TABLE_COUNT; i++) MUST(lac_table_init(&table[i], (enum lac_table_id)i, &err));
    record_file(run, table);
    link_file(run, table);
    history_file(run, table);
    estimates(run, table, kind);
    for (int i = 0; i < LAC_TABLE_COUNT; i++) lac_table_release(&table[i]);
}

static void test_store(void **state)
{
    (void)state;
    char folder[] = "/tmp/lacuna-fixture-XXXXXX", path[600];
    struct lac_table t;
    int64_t total = 0, parts = 0;
    assert_non_null(mkdtemp(folder));
    write_store(folder, USUAL);
    MUST(lac_store_read(folder, LAC_TABLE_histories, &t, &err));
    for (size_t i = 0; i < t.rows; i++) total += lac_i64(&t, LAC_COL_histories_certain)[i];
    lac_table_release(&t);
    for (size_t i = 0; i < sizeof regions / sizeof *regions; i++) parts += regions[i].observed;
    assert_int_equal(total, 2347);
    assert_int_equal(parts, 2347);
    static const char *const names[] = {"store/records.h5",   "store/links.h5", "store/histories.h5",
                                        "store/estimates.h5", "store",          ""};
    for (size_t i = 0; i < 6; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        assert_int_equal(remove(path), 0);
    }
}

static void test_write(void **state)
{
    char **arguments = *state;
    hostile = arguments[2] && !strcmp(arguments[2], "hostile");
    const char *kind = arguments[2] ? arguments[2] : "";
    write_store(arguments[1], !strcmp(kind, "refused")   ? REFUSED
                              : !strcmp(kind, "earlier") ? EARLIER
                                                         : USUAL);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest self[] = {cmocka_unit_test(test_store)};
    const struct CMUnitTest write[] = {cmocka_unit_test_prestate(test_write, argv)};
    if (argc > 1) return cmocka_run_group_tests(write, NULL, NULL);
    return cmocka_run_group_tests(self, NULL, NULL);
}
