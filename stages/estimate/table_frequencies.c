/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table_frequencies.h"
#include <math.h>
#include <string.h>
#include "base/text.h"
#include "runs.h"
#include "table_read_internal.h"

static enum lac_status check_columns(const struct lac_csv *csv, int count, int captures,
                                     struct lac_error *err)
{
    for (int c = 0; c < count; c++) {
        bool flags = csv->rows > 0;
        for (int64_t r = 0; r < csv->rows && flags; r++)
            flags = strspn(lac_csv_cell(csv, r, c), "01") == 1 && lac_csv_cell(csv, r, c)[1] == '\0';
        if (c == captures || !flags) continue;
        (void)lac_fail(err, LAC_INPUT, "the table has a column of 0 and 1 beside %s", LAC_TABLE_CAPTURES);
        lac_error_remedy(err,
                         "give either a column for each list, or %s with the number of lists a person is "
                         "on; strata coded with 0 and 1 stand after the column count",
                         LAC_TABLE_CAPTURES);
        return lac_table_refuse(err, csv, -1, csv->header[c], "table-form");
    }
    return LAC_OK;
}

static enum lac_status read_captures(const struct lac_csv *csv, int column, int64_t row, int64_t *captures,
                                     struct lac_error *err)
{
    if (lac_text_i64(lac_csv_cell(csv, row, column), captures) && *captures >= 0 &&
        *captures <= LAC_ESTIMATE_TABLE_LISTS)
        return LAC_OK;
    (void)lac_fail(err, LAC_INPUT, "the number of captures is not a whole number from 0 to %d",
                   LAC_ESTIMATE_TABLE_LISTS);
    lac_error_remedy(err, "write on how many lists, or on how many occasions, these persons were seen");
    return lac_table_refuse(err, csv, row + 1, csv->header[column], "table-captures");
}

static void take_strata(const struct lac_csv *csv, int count, int captures, int64_t row,
                        struct lac_estimate_table *table)
{
    int s = 0;
    for (int c = 0; c < (int)csv->columns; c++)
        if (c != count && c != captures) table->value[row * table->strata + s++] = lac_csv_cell(csv, row, c);
}

enum lac_status lac_table_frequencies(const struct lac_csv *csv, int count, int captures,
                                      struct lac_arena *arena, struct lac_estimate_table *table,
                                      struct lac_error *err)
{
    int64_t total = 0;
    enum lac_status st = check_columns(csv, count, captures, err);
    if (st) return st;
    table->captures = LAC_NEW(arena, int, table->rows);
    table->stratum = LAC_NEW(arena, const char *, csv->columns);
    table->value = LAC_NEW(arena, const char *, (size_t)table->rows * csv->columns);
    if (!table->captures || !table->stratum || !table->value) return lac_fail_memory(err, "captures");
    for (int c = 0; c < (int)csv->columns; c++)
        if (c != count && c != captures) table->stratum[table->strata++] = csv->header[c];
    for (int64_t r = 0; r < table->rows; r++) {
        int64_t k = 0;
        if ((st = read_captures(csv, captures, r, &k, err))) return st;
        if ((st = lac_table_count(csv, count, r, k == 0, &table->count[r], err))) return st;
        total += table->count[r];
        if ((st = lac_table_total(csv, r, total, err))) return st;
        table->captures[r] = (int)k;
        if (k > table->lists) table->lists = (int)k;
        take_strata(csv, count, captures, r, table);
    }
    return lac_table_total(csv, -1, total, err);
}

static enum lac_status wrong_lists(const struct lac_estimate_table *table, int lists, struct lac_error *err)
{
    if (!table->captures) {
        (void)lac_fail(err, LAC_USAGE, "--lists is for tables with the column %s", LAC_TABLE_CAPTURES);
        lac_error_remedy(err, "leave --lists out: this table has a column for each list");
    } else {
        (void)lac_fail(err, LAC_USAGE, "--lists %d: the table has persons seen %d times", lists,
                       table->lists);
        lac_error_remedy(err, "give the number of lists or occasions, %d or more", table->lists);
    }
    lac_error_file(err, table->path);
    return LAC_USAGE;
}

enum lac_status lac_estimate_table_occasions(struct lac_estimate_table *table, int lists,
                                             struct lac_error *err)
{
    if (lists && (!table->captures || lists < table->lists)) return wrong_lists(table, lists, err);
    if (!table->captures) return LAC_OK;
    if (lists) table->lists = lists;
    if (table->lists >= 2) return LAC_OK;
    (void)lac_fail(err, LAC_INPUT, "nobody was seen more than once, and the number of lists is not given");
    lac_error_file(err, table->path);
    lac_error_rule(err, "table-captures");
    lac_error_remedy(err,
                     "give the number of lists or occasions with --lists; without anybody seen twice most "
                     "methods have no estimate");
    return LAC_INPUT;
}

void lac_estimate_table_captured(const struct lac_estimate_table *table, const int *number, int part,
                                 double f[LAC_ESTIMATE_TABLE_LISTS + 1])
{
    for (int k = 0; k <= LAC_ESTIMATE_TABLE_LISTS; k++) f[k] = 0;
    for (int64_t r = 0; r < table->rows; r++)
        if (number == NULL || number[r] == part) f[table->captures[r]] += (double)table->count[r];
    f[0] = 0;
}

static double choose(int n, int k)
{
    double c = 1;
    for (int i = 1; i <= k; i++) c = c * (n - k + i) / i;
    return c;
}

void lac_frequencies_spread(int lists, const double *f, double *count)
{
    for (unsigned w = 1; w < 1U << lists; w++) {
        int k = __builtin_popcount(w);
        count[w] = f[k] / choose(lists, k);
    }
}

double lac_frequencies_constant(int lists, const double *f)
{
    double sum = 0;
    for (int k = 1; k <= lists; k++) {
        double cells = choose(lists, k);
        sum += f[k] * log(cells) + cells * lac_estimate_log_gamma(f[k] / cells + 1) -
               lac_estimate_log_gamma(f[k] + 1);
    }
    return sum;
}

bool lac_estimate_method_frequencies(const struct lac_estimate_method *method)
{
    return method->run == lac_estimate_run_chao || method->run == lac_estimate_run_m0 ||
           method->run == lac_estimate_run_mh_chao || method->run == lac_estimate_run_mh_poisson ||
           method->run == lac_estimate_run_mh_darroch || method->run == lac_estimate_run_mh_gamma;
}
