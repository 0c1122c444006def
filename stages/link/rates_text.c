/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rates_text.h"
#include <stdlib.h>
#include <string.h>

#define LENGTHS (LAC_LINK_NAME_LENGTH + 1)
#define GROUPS (2 * LENGTHS) /* by length; those with a letter three times or more apart */

struct lac_link_text_set {
    uint32_t count;
    uint32_t first[GROUPS + 1];
    uint32_t *row, *value; /* by group, alphabetical inside */
    uint64_t *letters;
    uint8_t *slack; /* letters beyond the second of their kind */
};

static uint8_t slack_of(const struct lac_link_field *field, uint32_t value)
{
    return (uint8_t)(field->length[value] - __builtin_popcountll(field->letters[value]));
}

static size_t group_of(const struct lac_link_field *field, uint32_t value)
{
    return field->length[value] + (slack_of(field, value) ? (size_t)LENGTHS : 0);
}

static void set_release(struct lac_link_text_set *set)
{
    if (!set) return;
    free(set->row);
    free(set->value);
    free(set->letters);
    free(set->slack);
    free(set);
}

void lac_link_text_table_release(struct lac_link_text_table *table)
{
    set_release(table->all);
    set_release(table->often);
    free(table->row);
    free(table->frequent);
    memset(table, 0, sizeof *table);
}

/* Rows into their groups; all, or the frequent ones. */
static enum lac_status set_make(const struct lac_link_text_table *table, bool often,
                                struct lac_link_text_set **made, struct lac_error *err)
{
    struct lac_link_text_set *set = *made = calloc(1, sizeof *set);
    size_t room = (size_t)table->count + 1;
    uint32_t at[GROUPS], start = 0;
    if (!set) return lac_fail_memory(err, "letter sets");
    set->row = malloc(room * sizeof *set->row);
    set->value = malloc(room * sizeof *set->value);
    set->letters = malloc(room * sizeof *set->letters);
    set->slack = malloc(room);
    if (!set->row || !set->value || !set->letters || !set->slack) return lac_fail_memory(err, "letter sets");
    memset(at, 0, sizeof at);
    for (uint32_t r = 0; r < table->count; r++)
        if (table->frequent[r] || !often) at[group_of(table->field, table->row[r])]++;
    for (size_t g = 0; g < GROUPS; g++) {
        uint32_t here = at[g];
        set->first[g] = at[g] = start;
        start += here;
    }
    set->first[GROUPS] = set->count = start;
    for (uint32_t r = 0; r < table->count; r++) {
        uint32_t value = table->row[r], to;
        if (!table->frequent[r] && often) continue;
        to = at[group_of(table->field, value)]++;
        set->row[to] = r;
        set->value[to] = value;
        set->letters[to] = table->field->letters[value];
        set->slack[to] = slack_of(table->field, value);
    }
    return LAC_OK;
}

struct entry {
    uint64_t prefix; /* the first eight bytes, the first one uppermost */
    const char *text;
    uint32_t value;
};

static int by_text(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->prefix != y->prefix) return x->prefix < y->prefix ? -1 : 1;
    return strcmp(x->text, y->text);
}

static enum lac_status rows_make(struct lac_link_text_table *table, const bool *frequent,
                                 struct lac_error *err)
{
    const struct lac_link_field *field = table->field;
    uint32_t values = field->values.dict.count;
    struct entry *entry = malloc(((size_t)values + 1) * sizeof *entry);
    table->row = malloc(((size_t)values + 1) * sizeof *table->row);
    table->frequent = malloc((size_t)values + 1);
    if (!entry || !table->row || !table->frequent) {
        free(entry);
        return lac_fail_memory(err, "letter sets");
    }
    for (uint32_t v = 0; v < values; v++) {
        const char *text = lac_link_value_text(&field->values, v);
        uint64_t prefix = 0;
        if (field->kind == LAC_LINK_NAME && field->length[v] == 1) continue;
        for (size_t i = 0, ended = 0; i < 8; i++) {
            ended |= text[ended ? 0 : i] == '\0';
            prefix = prefix << 8 | (ended ? 0 : (uint8_t)text[i]);
        }
        entry[table->count++] = (struct entry){prefix, text, v};
    }
    qsort(entry, table->count, sizeof *entry, by_text);
    for (uint32_t r = 0; r < table->count; r++) {
        table->row[r] = entry[r].value;
        table->frequent[r] = frequent[entry[r].value];
    }
    free(entry);
    return LAC_OK;
}

enum lac_status lac_link_text_table_make(const struct lac_link_field *field, const bool *frequent,
                                         struct lac_link_text_table *table, struct lac_error *err)
{
    memset(table, 0, sizeof *table);
    table->field = field;
    enum lac_status st = rows_make(table, frequent, err);
    if (!st) st = set_make(table, false, &table->all, err);
    return st ? st : set_make(table, true, &table->often, err);
}

/* Letters that names of these lengths must share; see lac_link_letters_near(). */
static int least_common(size_t a, size_t b)
{
    return a + b ? (int)((11 * a * b + 10 * (a + b) - 1) / (10 * (a + b))) : 0;
}

struct scan {
    uint64_t letters;
    int slack, need;
    uint32_t from, to;
    bool slacks; /* the others have some too */
};

static inline __attribute__((always_inline)) uint32_t scan_set(const struct lac_link_text_set *set,
                                                               const struct scan *scan, uint32_t *near)
{
    uint32_t found = 0;
    if (!scan->slacks) {
        for (uint32_t k = scan->from; k < scan->to; k++) {
            near[found] = set->value[k];
            found += __builtin_popcountll(scan->letters & set->letters[k]) >= scan->need;
        }
        return found;
    }
    for (uint32_t k = scan->from; k < scan->to; k++) {
        int slack = scan->slack < set->slack[k] ? scan->slack : set->slack[k];
        near[found] = set->value[k];
        found += __builtin_popcountll(scan->letters & set->letters[k]) + slack >= scan->need;
    }
    return found;
}

static uint32_t scan_plain(const struct lac_link_text_set *set, const struct scan *scan, uint32_t *near)
{
    return scan_set(set, scan, near);
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static uint32_t scan_counting(const struct lac_link_text_set *set,
                                                                const struct scan *scan, uint32_t *near)
{
    return scan_set(set, scan, near);
}
#define SCAN (__builtin_cpu_supports("popcnt") ? scan_counting : scan_plain)
#else
#define SCAN scan_plain
#endif

/* First place of [from, to) whose row comes after `row`. */
static uint32_t place_after(const struct lac_link_text_set *set, uint32_t from, uint32_t to, uint32_t row)
{
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (set->row[middle] > row)
            to = middle;
        else
            from = middle + 1;
    }
    return from;
}

uint32_t lac_link_text_table_near(const struct lac_link_text_table *table, uint32_t row, uint32_t *near)
{
    const struct lac_link_field *field = table->field;
    const struct lac_link_text_set *set = table->frequent[row] ? table->all : table->often;
    uint32_t value = table->row[row], found = 0;
    struct scan scan = {.letters = field->letters[value], .slack = slack_of(field, value)};
    for (size_t g = 0; g < GROUPS; g++) {
        if (set->first[g] == set->first[g + 1]) continue;
        scan.need = least_common(field->length[value], g % LENGTHS);
        scan.slacks = g >= LENGTHS;
        scan.to = set->first[g + 1];
        scan.from = place_after(set, set->first[g], scan.to, row);
        found += SCAN(set, &scan, near + found);
    }
    return found;
}

unsigned lac_link_text_table_level(const struct lac_link_text_table *table, struct lac_link_scratch *scratch,
                                   uint32_t a, uint32_t b)
{
    const struct lac_link_field *field = table->field;
    const char *left = lac_link_value_text(&field->values, a),
               *right = lac_link_value_text(&field->values, b);
    unsigned shift = field->kind == LAC_LINK_NAME;
    if (scratch->jaro.name != left) lac_link_jaro_load(&scratch->jaro, left, field->length[a]);
    size_t length = field->length[b];
    if (!lac_link_jaro_reaches(&scratch->jaro, right, length, (size_t)least_common(field->length[a], length)))
        return field->kind == LAC_LINK_NAME ? (unsigned)LAC_LINK_NAME_ELSE : 5;
    double similarity = lac_link_jaro_winkler(&scratch->jaro, right, length);
    if (similarity < 0.7) return field->kind == LAC_LINK_NAME ? (unsigned)LAC_LINK_NAME_ELSE : 5;
    return (similarity >= 0.92 ? 2 : similarity >= 0.88 ? 3 : 4) + shift;
}
