/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rates_text.h"
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"

/* By length; apart are those with a letter three times or more, and those that rates_wide.h cannot compare.
 */
#define LENGTHS (LAC_LINK_NAME_LENGTH + 1)
#define GROUPS (4 * LENGTHS)
#define SLACK LENGTHS
#define OTHER (2 * LENGTHS)

struct lac_link_text_set {
    uint32_t count;
    uint32_t first[GROUPS + 1];
    uint16_t group[GROUPS], groups; /* those with values */
    uint32_t *row, *value;          /* by group, alphabetical inside */
    uint64_t *letters;
    uint8_t *slack;                         /* letters beyond the second of their kind */
    uint8_t (*plain)[LAC_LINK_WIDE_LENGTH]; /* letters of the values of plain groups */
};

static uint8_t slack_of(const struct lac_link_field *field, uint32_t value)
{
    return (uint8_t)(field->length[value] - __builtin_popcountll(field->letters[value]));
}

static size_t group_of(const struct lac_link_field *field, uint32_t value)
{
    bool plain = lac_link_wide_fits(lac_link_value_text(&field->values, value), field->length[value]);
    return (size_t)field->length[value] + (slack_of(field, value) ? SLACK : 0) + (plain ? 0 : OTHER);
}

static void set_release(struct lac_link_text_set *set)
{
    if (!set) return;
    free(set->row);
    free(set->value);
    free(set->letters);
    free(set->slack);
    free(set->plain);
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
    size_t room = (size_t)table->count + LAC_LINK_WIDE_ROOM;
    uint32_t at[GROUPS], start = 0;
    if (!set) return lac_fail_memory(err, "letter sets");
    set->row = malloc(room * sizeof *set->row);
    set->value = malloc(room * sizeof *set->value);
    set->letters = calloc(room, sizeof *set->letters);
    set->slack = calloc(room, 1);
    set->plain = calloc(room, sizeof *set->plain);
    if (!set->row || !set->value || !set->letters || !set->slack || !set->plain)
        return lac_fail_memory(err, "letter sets");
    memset(at, 0, sizeof at);
    for (uint32_t r = 0; r < table->count; r++)
        if (table->frequent[r] || !often) at[group_of(table->field, table->row[r])]++;
    for (size_t g = 0; g < GROUPS; g++) {
        uint32_t here = at[g];
        set->first[g] = at[g] = start;
        start += here;
        if (here) set->group[set->groups++] = (uint16_t)g;
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
        lac_link_wide_letters(lac_link_value_text(&table->field->values, value), table->field->length[value],
                              set->plain[to]);
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
    table->wide = lac_link_wide_usable();
    for (size_t a = 0; a <= LAC_LINK_WIDE_LENGTH; a++)
        for (size_t b = 1; b <= LAC_LINK_WIDE_LENGTH; b++) table->quotient[a][b] = (double)a / (double)b;
    enum lac_status st = rows_make(table, frequent, err);
    if (!st) st = set_make(table, false, &table->all, err);
    return st ? st : set_make(table, true, &table->often, err);
}

/* Letters that names of these lengths must share; see lac_link_letters_near(). */
static int least_common(size_t a, size_t b)
{
    return a + b ? (int)((11 * a * b + 10 * (a + b) - 1) / (10 * (a + b))) : 0;
}

/* --- what one row is near to */

enum lac_status lac_link_text_work_init(const struct lac_link_text_table *table,
                                        struct lac_link_text_work *work, struct lac_error *err)
{
    size_t room = (size_t)table->count + LAC_LINK_WIDE_ROOM + LAC_LINK_WIDE_NAMES;
    memset(work, 0, sizeof *work);
    work->near = lac_big_alloc(room, sizeof *work->near);
    work->level = lac_big_alloc(room, sizeof *work->level);
    work->place = lac_big_alloc(room, sizeof *work->place);
    for (size_t s = 0; s < 2; s++) work->after[s] = calloc(GROUPS, sizeof *work->after[s]);
    return work->near && work->level && work->place && work->after[0] && work->after[1]
               ? LAC_OK
               : lac_fail_memory(err, "value counts");
}

void lac_link_text_work_release(struct lac_link_text_work *work)
{
    free(work->near);
    free(work->level);
    free(work->place);
    free(work->after[0]);
    free(work->after[1]);
    memset(work, 0, sizeof *work);
}

/* First place of the group whose row comes after `row`: not before the one found for an earlier row. */
static uint32_t place_after(const struct lac_link_text_set *set, size_t g, uint32_t row, uint32_t *after)
{
    uint32_t at = after[g] > set->first[g] ? after[g] : set->first[g];
    while (at < set->first[g + 1] && set->row[at] <= row) at++;
    return after[g] = at;
}

/* The left name of a row's comparisons. */
struct left {
    const struct lac_link_text_table *table;
    const struct lac_link_text_set *set;
    uint32_t value;
    struct lac_link_wide_left wide;
};

/* Level of a similarity above the lowest level, or 0. */
static unsigned level_of(const struct lac_link_text_table *table, double similarity)
{
    unsigned shift = table->field->kind == LAC_LINK_NAME;
    if (similarity < 0.7) return 0;
    return (similarity >= 0.92 ? 2 : similarity >= 0.88 ? 3 : 4) + shift;
}

static uint32_t found_add(struct lac_link_text_work *work, uint32_t found, uint32_t value, unsigned level)
{
    work->near[found] = value;
    work->level[found] = (uint8_t)level;
    return found + (level != 0);
}

static uint32_t prefix_of(const struct lac_link_text_set *set, uint32_t place, const char *left,
                          size_t length)
{
    uint32_t prefix = 0;
    while (prefix < 4 && prefix < length && set->plain[place][prefix] == ((uint8_t)left[prefix] & 31))
        prefix++;
    return prefix;
}

/* Jaro-Winkler of the left name and a plain one: as compare_name.h has it, the divisions done before. */
static double wide_similarity(const struct left *left, size_t length, uint32_t place, size_t common,
                              size_t moved)
{
    const struct lac_link_text_table *table = left->table;
    size_t own = left->wide.length;
    double jaro = (table->quotient[common][own] + table->quotient[common][length] +
                   table->quotient[common - moved / 2][common]) /
                  3;
    if (jaro <= 0.7) return jaro;
    const char *name = lac_link_value_text(&table->field->values, left->value);
    return lac_link_winkler_of(jaro, prefix_of(left->set, place, name, own < length ? own : length));
}

/* Compares the left name with `count` plain ones of one length; work->place has room beyond them. */
static uint32_t wide_compare(const struct left *left, size_t length, uint32_t count, uint32_t found,
                             struct lac_link_text_work *work)
{
    struct lac_link_wide_found of = {.least = (uint16_t)least_common(left->wide.length, length)};
    if (of.least == 0) of.least = 1;
    for (uint32_t k = count; count && k < count + LAC_LINK_WIDE_NAMES; k++) work->place[k] = work->place[0];
    for (uint32_t first = 0; first < count; first += LAC_LINK_WIDE_NAMES) {
        uint32_t pass = lac_link_wide_jaro(&left->wide, left->set->plain, work->place + first, length, &of);
        if (count - first < LAC_LINK_WIDE_NAMES) pass &= (UINT32_C(1) << (count - first)) - 1;
        for (; pass; pass &= pass - 1) {
            size_t k = (size_t)__builtin_ctz(pass);
            uint32_t place = work->place[first + k];
            double similarity = wide_similarity(left, length, place, of.common[k], of.moved[k]);
            found = found_add(work, found, left->set->value[place], level_of(left->table, similarity));
        }
    }
    return found;
}

/* Places [from, to) of letter sets that share enough with the left name, one by one. */
static uint32_t plain_scan(const struct lac_link_wide_scan *scan, uint32_t *place)
{
    uint32_t found = 0;
    for (uint32_t k = scan->from; k < scan->to; k++) {
        int shared = __builtin_popcountll(scan->letters & scan->all_letters[k]);
        if (scan->all_slack) shared += scan->slack < scan->all_slack[k] ? scan->slack : scan->all_slack[k];
        place[found] = k;
        found += shared >= scan->need;
    }
    return found;
}

static uint32_t plain_compare(const struct left *left, uint32_t count, uint32_t found,
                              struct lac_link_text_work *work)
{
    const struct lac_link_field *field = left->table->field;
    struct lac_link_jaro *jaro = &work->scratch.jaro;
    const char *name = lac_link_value_text(&field->values, left->value);
    if (count && jaro->name != name) lac_link_jaro_load(jaro, name, field->length[left->value]);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t value = left->set->value[work->place[k]];
        const char *other = lac_link_value_text(&field->values, value);
        size_t length = field->length[value];
        size_t least = (size_t)least_common(field->length[left->value], length);
        if (lac_link_jaro_reaches(jaro, other, length, least))
            found = found_add(work, found, value,
                              level_of(left->table, lac_link_jaro_winkler(jaro, other, length)));
    }
    return found;
}

#if defined(__x86_64__)
__attribute__((target("popcnt"), flatten)) static uint32_t
counting_scan(const struct lac_link_wide_scan *scan, uint32_t *place)
{
    return plain_scan(scan, place);
}
#define SCAN (__builtin_cpu_supports("popcnt") ? counting_scan : plain_scan)
#else
#define SCAN plain_scan
#endif

uint32_t lac_link_text_table_near(const struct lac_link_text_table *table, uint32_t row,
                                  struct lac_link_text_work *work)
{
    const struct lac_link_field *field = table->field;
    bool often = !table->frequent[row];
    uint32_t found = 0, *after = work->after[often];
    struct left left = {.table = table, .set = often ? table->often : table->all, .value = table->row[row]};
    const struct lac_link_text_set *set = left.set;
    const char *name = lac_link_value_text(&field->values, left.value);
    size_t length = field->length[left.value];
    bool wide = table->wide && lac_link_wide_fits(name, length);
    if (wide) lac_link_wide_load(&left.wide, name, length);
    if (row < work->row)
        for (size_t s = 0; s < 2; s++) memset(work->after[s], 0, GROUPS * sizeof *work->after[s]);
    work->row = row;
    for (size_t k = 0; k < set->groups; k++) {
        size_t g = set->group[k];
        struct lac_link_wide_scan scan = {.all_letters = set->letters,
                                          .all_slack = g / SLACK % 2 ? set->slack : NULL,
                                          .letters = field->letters[left.value],
                                          .slack = slack_of(field, left.value),
                                          .need = least_common(length, g % LENGTHS),
                                          .from = place_after(set, g, row, after),
                                          .to = set->first[g + 1]};
        if (wide && g < OTHER)
            found = wide_compare(&left, g % LENGTHS, lac_link_wide_scan(&scan, work->place), found, work);
        else
            found = plain_compare(&left, SCAN(&scan, work->place), found, work);
    }
    return found;
}
