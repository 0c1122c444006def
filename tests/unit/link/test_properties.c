/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparators, rates and clusters against slow forms written from their definitions, on random input. */
#include "../unit.h"

#include <math.h>

#include "base/random.h"
#include "cluster.h"
#include "compare.h"
#include "compare_date.h"
#include "rates.h"
#include "rates_text.h"
#include "rates_wide.h"
#include "sort.h"

#define PAIRS 2000000
#define VALUES 3000

static struct lac_error err;
static struct lac_random dice;

static uint32_t below(uint32_t n)
{
    return lac_random_below(&dice, n);
}

/* --- slow forms: level of two texts of a kind */

static double jaro_slow(const char *a, const char *b)
{
    int la = (int)strlen(a), lb = (int)strlen(b), c = 0, moved = 0;
    int longer = la > lb ? la : lb, reach = longer / 2 - 1 < 0 ? 0 : longer / 2 - 1;
    bool used[64] = {false}, matched[64] = {false};
    for (int j = 0; j < lb; j++)
        for (int i = 0; i < la && !matched[j]; i++)
            if (!used[i] && abs(i - j) <= reach && a[i] == b[j]) used[i] = matched[j] = true;
    for (int j = 0; j < lb; j++) c += matched[j];
    if (c == 0) return 0;
    for (int i = 0, j = 0; j < lb; j++) {
        if (!matched[j]) continue;
        while (!used[i]) i++;
        moved += a[i++] != b[j];
    }
    return ((double)c / la + (double)c / lb + (c - moved / 2) / (double)c) / 3;
}

static unsigned text_slow(const char *a, const char *b)
{
    if (strcmp(a, b) == 0) return 1;
    const char *left = strcmp(a, b) < 0 ? a : b, *right = left == a ? b : a;
    double similar = jaro_slow(left, right);
    int prefix = 0;
    while (prefix < 4 && a[prefix] && a[prefix] == b[prefix]) prefix++;
    if (similar > 0.7) similar += prefix * 0.1 * (1 - similar);
    return similar >= 0.92 ? 2 : similar >= 0.88 ? 3 : similar >= 0.7 ? 4 : 5;
}

static unsigned name_slow(const char *a, const char *b)
{
    if (strlen(a) == 1 || strlen(b) == 1) return *a == *b ? LAC_LINK_NAME_INITIAL : LAC_LINK_NAME_ELSE;
    static const unsigned level[] = {
        0, LAC_LINK_NAME_EXACT, LAC_LINK_NAME_92, LAC_LINK_NAME_88, LAC_LINK_NAME_70, LAC_LINK_NAME_ELSE};
    return level[text_slow(a, b)];
}

static const int month_days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days since the year 1900, -1 for no day of the calendar. */
static int day_slow(const char *text)
{
    int number = atoi(text), year = number / 10000, month = number / 100 % 100, day = number % 100, days = 0;
    if (month < 1 || month > 12 || day < 1 || day > month_days[month] + (month == 2 && leap(year))) return -1;
    for (int y = 1900; y < year; y++) days += 365 + leap(y);
    for (int m = 1; m < month; m++) days += month_days[m] + (m == 2 && leap(year));
    return days + day;
}

static bool edit_slow(const char *a, const char *b)
{
    int differ = 0, first = -1;
    for (int i = 0; i < 8; i++)
        if (a[i] != b[i]) {
            if (first < 0) first = i;
            differ++;
        }
    return differ == 1 || (differ == 2 && a[first] == b[first + 1] && a[first + 1] == b[first] &&
                           a[first + 1] != b[first + 1]);
}

static unsigned date_slow(const char *a, const char *b)
{
    bool no_day = !strcmp(a + 6, "00") || !strcmp(b + 6, "00");
    bool no_month = !strncmp(a + 4, "00", 2) || !strncmp(b + 4, "00", 2);
    if (no_day || no_month) {
        if (strncmp(a, b, 4) != 0) return LAC_LINK_DATE_PARTIAL_ELSE;
        if (no_month) return LAC_LINK_DATE_PARTIAL_YEAR;
        return strncmp(a, b, 6) == 0 ? LAC_LINK_DATE_PARTIAL_MONTH : LAC_LINK_DATE_PARTIAL_ELSE;
    }
    if (strcmp(a, b) == 0) return strcmp(a + 4, "0101") ? LAC_LINK_DATE_EXACT : LAC_LINK_DATE_JANUARY;
    if (edit_slow(a, b)) return LAC_LINK_DATE_EDIT;
    if (!strncmp(a, b, 4) && !strncmp(a + 4, b + 6, 2) && !strncmp(a + 6, b + 4, 2))
        return LAC_LINK_DATE_SWAPPED;
    int x = day_slow(a), y = day_slow(b), apart = abs(x - y);
    if (x < 0 || y < 0) return LAC_LINK_DATE_ELSE;
    return apart <= 31     ? LAC_LINK_DATE_MONTH
           : apart <= 366  ? LAC_LINK_DATE_YEAR
           : apart <= 3653 ? LAC_LINK_DATE_DECADE
                           : LAC_LINK_DATE_ELSE;
}

static unsigned postcode_slow(const char *a, const char *b)
{
    const char *x = strchr(a, ' '), *y = strchr(b, ' ');
    if (x && strcmp(a, b) == 0) return 1;
    size_t m = x ? (size_t)(x - a) : strlen(a), n = y ? (size_t)(y - b) : strlen(b);
    bool district = m == n && strncmp(a, b, m) == 0;
    if (x && y && district && x[1] == y[1]) return 2;
    if (district) return 3;
    return strcspn(a, "0123456789") == strcspn(b, "0123456789") &&
                   strncmp(a, b, strcspn(a, "0123456789")) == 0
               ? 4
               : 5;
}

static unsigned exact_slow(const char *a, const char *b)
{
    return strcmp(a, b) ? 2 : 1;
}

static unsigned scoped_slow(const char *a, const char *b)
{
    size_t m = strcspn(a, "\x1f"), n = strcspn(b, "\x1f");
    return m != n || strncmp(a, b, m) ? 0 : exact_slow(a, b);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Damerau-Levenshtein distance by its table; up to distance 1 the restricted form is the same. */
static int edits_slow(const char *a, const char *b)
{
    int m = (int)strlen(a), n = (int)strlen(b), d[20][20];
    for (int i = 0; i <= m; i++)
        for (int j = 0; j <= n; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[m][n];
}

static unsigned identifier_slow(const char *a, const char *b)
{
    unsigned level = scoped_slow(a, b);
    return level < 2 ? level : edits_slow(a, b) == 1 ? 2 : 3;
}

static unsigned year_slow(const char *a, const char *b)
{
    int apart = abs(atoi(a) - atoi(b));
    return apart == 0 ? 1 : apart == 1 ? 2 : apart <= 3 ? 3 : 4;
}

static unsigned number_slow(const char *a, const char *b)
{
    double x = atof(a), y = atof(b), apart = fabs(x - y), size = fabs(x) > fabs(y) ? fabs(x) : fabs(y);
    return !(apart > 0) ? 1 : apart <= 0.01 * size ? 2 : apart <= 0.1 * size ? 3 : 4;
}

/* Items are single capital letters. */
static unsigned set_slow(const char *a, const char *b)
{
    int shared = 0, all = 0;
    for (char c = 'A'; c <= 'Z'; c++) {
        bool x = strchr(a, c) != NULL, y = strchr(b, c) != NULL;
        shared += x && y;
        all += x || y;
    }
    return shared == all ? 1 : 2 * shared >= all ? 2 : shared ? 3 : 4;
}

/* Whether every word of a is one of b. */
static bool words_in(const char *a, const char *b)
{
    char words[512], *rest = words, *word, padded[520], wanted[260];
    snprintf(words, sizeof words, "%s", a);
    snprintf(padded, sizeof padded, " %s ", b);
    while ((word = strtok_r(rest, " ", &rest))) {
        snprintf(wanted, sizeof wanted, " %.250s ", word);
        if (!strstr(padded, wanted)) return false;
    }
    return true;
}

static unsigned full_slow(const char *a, const char *b)
{
    if (strcmp(a, b) == 0) return 1;
    return words_in(a, b) && words_in(b, a) ? 2 : text_slow(a, b) + 1;
}

/* --- random texts */

static void text_make(char *out)
{
    uint32_t most = below(20) ? 9 : 60, length = 1 + below(most);
    for (uint32_t i = 0; i < length; i++) out[i] = (char)('A' + below(5));
    out[length] = '\0';
}

static void date_make(char *out)
{
    static const int mays[] = {0, 0, 0, 29, 30, 31}; /* no day, and days that February has not */
    int month = 1 + (int)below(12), day = 1 + (int)below(28);
    if (below(15) == 0) day = mays[below(6)];
    if (below(40) == 0) day = month = 0;
    if (below(20) == 0) day = month = 1;
    sprintf(out, "%04d%02d%02d", 1988 + (int)below(16), month, day);
}

static void postcode_make(char *out)
{
    int used = sprintf(out, "%.*s%u", 1 + (int)below(2), below(2) ? "AB" : "BA", 1 + below(12));
    if (below(4)) sprintf(out + used, " %uA%c", below(3), (int)('A' + below(3)));
}

static void code_make(char *out)
{
    sprintf(out, "%u", below(40));
}

static void scoped_make(char *out)
{
    sprintf(out, "%c\x1f%u", (int)('a' + below(3)), below(20));
}

static void identifier_make(char *out)
{
    int used = sprintf(out, "%c\x1f", (int)('a' + below(3)));
    for (uint32_t left = 1 + below(6); left > 0; left--) out[used++] = (char)('0' + below(3));
    out[used] = '\0';
}

static void year_make(char *out)
{
    sprintf(out, "%u", 1980 + below(12));
}

static void number_make(char *out)
{
    sprintf(out, "%s%u.%u", below(5) ? "" : "-", below(300), below(10));
}

static void set_make(char *out)
{
    uint32_t length = 1 + below(4);
    for (uint32_t i = 0; i < length; i++) {
        out[2 * i] = (char)('A' + below(7));
        out[2 * i + 1] = i + 1 < length ? ';' : '\0';
    }
}

/* Up to four words, often the same ones in another order, some twice. */
static void full_make(char *out)
{
    static const char *const word[] = {"ANN", "ANNE", "BEA", "CADE", "DEAN", "ED"};
    uint32_t words = 1 + below(4), used = 0;
    for (uint32_t w = 0; w < words; w++)
        used += (uint32_t)sprintf(out + used, "%s%s", w ? " " : "", word[below(6)]);
    if (below(6) == 0) out[below(used)] = (char)('A' + below(5));
}

struct comparator {
    const char *name;
    enum lac_link_kind kind;
    void (*make)(char *out);
    unsigned (*slow)(const char *a, const char *b);
};
static const struct comparator comparators[] = {
    {"name", LAC_LINK_NAME, text_make, name_slow},
    {"text", LAC_LINK_TEXT, text_make, text_slow},
    {"exact", LAC_LINK_EXACT, code_make, exact_slow},
    {"date", LAC_LINK_DATE, date_make, date_slow},
    {"postcode", LAC_LINK_POSTCODE, postcode_make, postcode_slow},
    {"year", LAC_LINK_BIRTH_YEAR, year_make, year_slow},
    {"scoped", LAC_LINK_SCOPED, scoped_make, scoped_slow},
    {"identifier", LAC_LINK_IDENTIFIER, identifier_make, identifier_slow},
    {"number", LAC_LINK_NUMBER, number_make, number_slow},
    {"set", LAC_LINK_SET, set_make, set_slow},
    {"full-name", LAC_LINK_FULL_NAME, full_make, full_slow},
};
#define COMPARATORS (sizeof comparators / sizeof *comparators)

/* One field of n random values, one record in ten without. */
static void data_make(struct lac_link_data *data, const struct comparator *by, uint32_t n, bool gaps)
{
    char text[256];
    lac_link_data_init(data);
    data->n = n;
    assert_ok(lac_link_data_field(data, by->name, by->kind, &err));
    for (uint32_t i = 0; i < n; i++) {
        if (gaps && below(10) == 0) continue;
        by->make(text);
        assert_ok(lac_link_data_set(data, 0, i, text, &err));
    }
    assert_ok(lac_link_data_prepare(data, NULL, &err));
}

static void levels_are_those_of_the_definition(void **state)
{
    (void)state;
    for (size_t k = 0; k < COMPARATORS; k++) {
        const struct comparator *by = &comparators[k];
        struct lac_link_data data;
        struct lac_link_scratch scratch;
        uint64_t seen[LAC_LINK_LEVELS] = {0}, wrong = 0;
        memset(&scratch, 0, sizeof scratch);
        data_make(&data, by, VALUES, false);
        const struct lac_link_field *field = &data.field[0];
        for (int pair = 0; pair < PAIRS; pair++) {
            uint32_t a = field->value[below(VALUES)], b = below(50) ? field->value[below(VALUES)] : a;
            unsigned level = lac_link_level(field, &scratch, a, b);
            wrong += level !=
                     by->slow(lac_link_value_text(&field->values, a), lac_link_value_text(&field->values, b));
            seen[level]++;
        }
        if (wrong) fail_msg("%s: %llu wrong levels", by->name, (unsigned long long)wrong);
        for (unsigned l = 1; l <= lac_link_kinds[by->kind].levels; l++)
            if (!seen[l] && l != LAC_LINK_NAME_NICKNAME && l != LAC_LINK_NAME_EXCHANGED)
                fail_msg("%s: level %u was never met", by->name, l);
        lac_link_data_release(&data);
    }
}

/* Shares of the levels over all comparable pairs of records, one by one. */
static void rates_slow(const struct lac_link_data *data, double *t)
{
    const struct lac_link_field *field = &data->field[0];
    struct lac_link_scratch scratch;
    double pairs = 0;
    memset(&scratch, 0, sizeof scratch);
    for (uint32_t i = 0; i < data->n; i++)
        for (uint32_t j = i + 1; j < data->n; j++) {
            uint32_t a = field->value[i], b = field->value[j];
            if (a == LAC_LINK_NULL || b == LAC_LINK_NULL || !lac_link_comparable(data, i, j)) continue;
            unsigned level = lac_link_level(field, &scratch, a, b);
            t[level] += 1;
            pairs += level > 0;
        }
    for (unsigned l = 1; l < LAC_LINK_LEVELS; l++) t[l] /= pairs;
}

static void rates_are_those_of_all_pairs(void **state)
{
    (void)state;
    for (size_t k = 0; k < COMPARATORS; k++)
        for (int apart = 0; apart < 2; apart++) {
            struct lac_link_data data;
            struct lac_link_rates rates;
            uint32_t source[900];
            double t[LAC_LINK_LEVELS] = {0};
            data_make(&data, &comparators[k], 900, true);
            for (uint32_t i = 0; i < 900; i++) source[i] = below(3);
            data.source = source;
            data.sources = 3;
            data.within_source = !apart;
            rates_slow(&data, t);
            assert_ok(lac_link_rates(&data, 0, &rates, NULL, &err));
            for (unsigned l = 1; l <= lac_link_kinds[comparators[k].kind].levels; l++)
                if (!(fabs(rates.t[l] - t[l]) < 1e-12))
                    fail_msg("%s, level %u%s: %g, by pairs %g", comparators[k].name, l,
                             apart ? ", between sources" : "", rates.t[l], t[l]);
            lac_link_data_release(&data);
        }
}

/* Names up to 40 letters, some with a letter three times, some with signs that are no letters. */
static void any_name(char *text)
{
    uint32_t length = below(8) ? 1 + below(12) : 1 + below(40), letters = 2 + below(6);
    for (uint32_t i = 0; i < length; i++) text[i] = (char)('A' + below(letters));
    if (below(6) == 0) text[below(length)] = ' ';
    if (below(12) == 0) text[below(length)] = (char)('0' + below(10));
    text[length] = '\0';
}

/* All rows of a table, in their order and then at random: what each is near to equals the levels one by one.
 */
static void table_check(const struct lac_link_text_table *table, uint32_t *kept)
{
    struct lac_link_text_work work;
    struct lac_link_scratch scratch;
    uint8_t *level = calloc(table->field->values.dict.count, 1);
    memset(&scratch, 0, sizeof scratch);
    assert_non_null(level);
    assert_ok(lac_link_text_work_init(table, &work, &err));
    for (uint32_t turn = 0; turn < 2 * table->count; turn++) {
        uint32_t row = turn < table->count ? turn : below(table->count), a = table->row[row];
        uint32_t found = lac_link_text_table_near(table, row, &work);
        for (uint32_t k = 0; k < found; k++) level[work.near[k]] = work.level[k];
        for (uint32_t r = 0; r < table->count; r++) {
            uint32_t b = table->row[r];
            unsigned full = lac_link_level(table->field, &scratch, a, b);
            bool seen = r > row && (table->frequent[row] || table->frequent[r]) && full != LAC_LINK_NAME_ELSE;
            assert_int_equal(level[b], seen ? full : 0);
            *kept += seen;
            level[b] = 0;
        }
    }
    lac_link_text_work_release(&work);
    free(level);
}

static void names_at_once_are_names_one_by_one(void **state)
{
    (void)state;
    static const struct comparator by = {"name", LAC_LINK_NAME, any_name, name_slow};
    struct lac_link_data data;
    struct lac_link_text_table table;
    data_make(&data, &by, 1500, false);
    const struct lac_link_field *field = &data.field[0];
    bool *frequent = calloc(field->values.dict.count, 1);
    assert_non_null(frequent);
    for (uint32_t v = 0; v < field->values.dict.count; v++) frequent[v] = below(3) > 0;
    assert_ok(lac_link_text_table_make(field, frequent, &table, &err));
    assert_int_equal(table.wide, lac_link_wide_usable());
    uint32_t kept[2] = {0, 0};
    for (int wide = 0; wide <= table.wide; wide++) {
        struct lac_link_text_table with = table;
        with.wide = wide;
        table_check(&with, &kept[wide]);
        assert_true(kept[wide] > 1000);
    }
    lac_link_text_table_release(&table);
    lac_link_data_release(&data);
    free(frequent);
}

static void key_sort_is_the_sort(void **state)
{
    (void)state;
    enum { N = 50000 };
    struct lac_link_pair *a = malloc(2 * N * sizeof *a);
    struct lac_link_keyed *b = malloc(N * sizeof *b);
    uint64_t *key = malloc(N * sizeof *key);
    assert_true(a && b && key);
    for (uint32_t spread = 0; spread < 2; spread++) {
        uint32_t some = 0, count = 0, skipped;
        for (uint32_t i = 0; i < N;
             i++) { /* many equal keys, and some that differ in the lowest bits alone */
            uint64_t hash = spread ? below(N / 2) * UINT64_C(0x9e3779b97f4a7c15) : below(3);
            key[i] = i % 7 ? (hash & ~UINT64_C(0xff)) | (1 + below(3)) : 0;
            if (key[i]) a[some++] = (struct lac_link_pair){key[i], i, 0};
        }
        lac_link_sort(a, a + N, some);
        assert_ok(lac_link_sort_keys(key, N, true, b, &count, &err));
        assert_int_equal(count, some);
        for (size_t i = 0; i < count; i++) assert_true(a[i].key == b[i].key && a[i].pattern == b[i].record);
        assert_ok(lac_link_sort_keys(key, N, false, b, &skipped, &err));
        assert_int_equal(skipped, N);
        for (uint32_t i = 1; i < N; i++)
            assert_true(b[i - 1].key < b[i].key ||
                        (b[i - 1].key == b[i].key && b[i - 1].record < b[i].record));
    }
    free(a);
    free(b);
    free(key);
}

/* --- clusters */

#define NODES 7

static double total_weight(const double *weight, uint32_t n, const uint32_t *cluster)
{
    double total = 0;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = i + 1; j < n; j++)
            if (cluster[i] == cluster[j]) total += weight[i * n + j];
    return total;
}

/* The best total over all partitions, by restricted growth. */
static double best_total(const double *weight, uint32_t n, uint32_t *cluster, uint32_t at, uint32_t used)
{
    if (at == n) return total_weight(weight, n, cluster);
    double best = -INFINITY;
    for (uint32_t k = 0; k <= used; k++) {
        cluster[at] = k;
        double total = best_total(weight, n, cluster, at + 1, used + (k == used));
        if (total > best) best = total;
    }
    return best;
}

static void weights_make(double *weight, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        weight[i * n + i] = 0;
        for (uint32_t j = 0; j < i; j++)
            weight[i * n + j] = weight[j * n + i] =
                below(12) ? 12 * lac_random_uniform(&dice) - 7 : (double)-INFINITY;
    }
}

/* No record gains by moving alone. */
static void check_settled(const double *weight, uint32_t n, const uint32_t *cluster, double total)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t to = 0; to <= n; to++) {
            uint32_t moved[NODES];
            memcpy(moved, cluster, n * sizeof *moved);
            moved[i] = to;
            assert_true(!(total_weight(weight, n, moved) > total + 1e-6));
        }
}

static void clusters_are_nearly_the_best(void **state)
{
    (void)state;
    int best = 0, same = 0, trials = 4000;
    for (int trial = 0; trial < trials; trial++) {
        uint32_t n = 2 + below(NODES - 1), cluster[NODES], other[NODES], order[NODES];
        double weight[NODES * NODES], shuffled[NODES * NODES];
        weights_make(weight, n);
        assert_ok(lac_link_contract(weight, n, cluster, &err));
        double total = total_weight(weight, n, cluster), most = best_total(weight, n, other, 0, 0);
        assert_true(total >= 0 &&
                    total <= most + 1e-9); /* never a forbidden pair, never worse than nothing */
        best += total > most - 1e-9;
        check_settled(weight, n, cluster, total);
        /* other numbers for the records, the same total: no two weights are equal */
        for (uint32_t i = 0; i < n; i++) order[i] = i;
        for (uint32_t i = n; i > 1; i--) {
            uint32_t j = below(i), was = order[i - 1];
            order[i - 1] = order[j];
            order[j] = was;
        }
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < n; j++) shuffled[i * n + j] = weight[order[i] * n + order[j]];
        assert_ok(lac_link_contract(shuffled, n, other, &err));
        same += fabs(total_weight(shuffled, n, other) - total) < 1e-9;
    }
    assert_true(best > trials * 9 / 10);
    assert_true(same > trials * 99 / 100); /* the rest: moves that go in another order */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_those_of_the_definition), cmocka_unit_test(rates_are_those_of_all_pairs),
        cmocka_unit_test(names_at_once_are_names_one_by_one), cmocka_unit_test(key_sort_is_the_sort),
        cmocka_unit_test(clusters_are_nearly_the_best),
    };
    lac_error_init(&err);
    lac_random_init(&dice, 20, LAC_PURPOSE_TEST, 4, 0, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
