/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rates.h"
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "base/digest.h"
#include "compare_date.h"
#include "compare_identifier.h"
#include "nicknames.h"
#include "rates_date.h"
#include "rates_text.h"
#include "sort.h"

static uint64_t choose2(uint64_t n)
{
    return n < 2 ? 0 : n * (n - 1) / 2;
}

typedef uint64_t counts[LAC_LINK_LEVELS]; /* record pairs by level; one for each pair of lists told apart */

/* Values by falling frequency, then by a hash of their text, with their counts per list. */
struct table {
    const struct lac_link_field *field;
    struct lac_link_text_table text; /* of names and texts */
    uint32_t *order;
    uint32_t count;
    bool within;         /* records of one list compare */
    bool apart;          /* pairs of lists are counted apart */
    size_t sources;      /* 1: one list */
    uint32_t *in_source; /* count * sources, by value */
    uint64_t *group;     /* sources: room for a group of values */
};

static void table_release(struct table *table)
{
    free(table->order);
    free(table->in_source);
    free(table->group);
    lac_link_text_table_release(&table->text);
}

/* Adds the pairs between records with two different values, whose counts per list are a and b. */
static void different_add(const struct table *table, uint32_t a, uint32_t b, unsigned l, counts *level)
{
    const uint32_t *frequency = table->field->values.frequency;
    const uint32_t *x = table->in_source + a * table->sources, *y = table->in_source + b * table->sources;
    if (!table->apart) {
        uint64_t pairs = (uint64_t)frequency[a] * frequency[b];
        for (size_t s = 0; !table->within && s < table->sources; s++) pairs -= (uint64_t)x[s] * y[s];
        level[0][l] += pairs;
        return;
    }
    for (uint32_t s = 0; s < table->sources; s++)
        for (uint32_t t = 0; x[s] && t < table->sources; t++)
            if (s != t || table->within) level[lac_link_lists_at(s, t)][l] += (uint64_t)x[s] * y[t];
}

/* Adds the pairs inside a group of records, given their counts per list. */
static void group_add(const struct table *table, const uint64_t *group, unsigned l, counts *level)
{
    uint64_t all = 0, inside = 0;
    for (uint32_t s = 0; s < table->sources; s++) {
        all += group[s];
        inside += choose2(group[s]);
        if (!table->apart) continue;
        if (table->within) level[lac_link_lists_at(s, s)][l] += choose2(group[s]);
        for (uint32_t t = 0; t < s; t++) level[lac_link_lists_at(s, t)][l] += group[s] * group[t];
    }
    if (!table->apart) level[0][l] += choose2(all) - (table->within ? 0 : inside);
}

static void value_group(const struct table *table, uint32_t v)
{
    for (size_t s = 0; s < table->sources; s++) table->group[s] = table->in_source[v * table->sources + s];
}

/* Adds the pairs of records whose values have equal ids; NULL counts all pairs of known values. */
static enum lac_status ids_add(const struct table *table, const uint32_t *of_value, unsigned l, counts *level,
                               struct lac_error *err)
{
    uint32_t ids = 1;
    for (uint32_t v = 0; of_value && v < table->count; v++)
        if (of_value[v] != LAC_LINK_NULL && of_value[v] >= ids) ids = of_value[v] + 1;
    uint64_t *group = calloc((size_t)ids * table->sources, sizeof *group);
    if (!group) return lac_fail_memory(err, "value counts");
    for (uint32_t v = 0; v < table->count; v++)
        for (size_t s = 0; (!of_value || of_value[v] != LAC_LINK_NULL) && s < table->sources; s++)
            group[(of_value ? of_value[v] : 0) * table->sources + s] +=
                table->in_source[v * table->sources + s];
    for (uint32_t k = 0; k < ids; k++) group_add(table, group + k * table->sources, l, level);
    free(group);
    return LAC_OK;
}

/* The values' order is needed where pairs of them are compared. */
static enum lac_status order_make(struct table *table, struct lac_error *err)
{
    const struct lac_link_values *values = &table->field->values;
    uint32_t count = table->count;
    table->order = lac_big_alloc((size_t)count + 1, sizeof *table->order);
    struct lac_link_pair *item = malloc(2 * ((size_t)count + 1) * sizeof *item);
    if (!table->order || !item) {
        free(item);
        return lac_fail_memory(err, "value counts");
    }
    for (uint32_t v = 0; v < count; v++)
        item[v] = (struct lac_link_pair){
            (uint64_t)(UINT32_MAX - values->frequency[v]) << 32 |
                lac_hash64(lac_link_value_text(values, v), lac_link_value_length(values, v), 0) >> 32,
            v, 0};
    lac_link_sort(item, item + count, count);
    for (uint32_t v = 0; v < count; v++) table->order[v] = item[v].pattern;
    free(item);
    return LAC_OK;
}

static enum lac_status table_make(const struct lac_link_data *data, size_t f, bool apart, struct table *table,
                                  struct lac_error *err)
{
    const struct lac_link_field *field = &data->field[f];
    memset(table, 0, sizeof *table);
    table->field = field;
    table->count = field->values.dict.count;
    table->within = data->within_source || !data->source;
    table->apart = apart && data->lists > 1;
    table->sources = table->apart || !table->within ? data->sources : 1;
    table->in_source = calloc((size_t)table->count * table->sources + 1, sizeof *table->in_source);
    table->group = malloc((table->sources + 1) * sizeof *table->group);
    if (!table->in_source || !table->group) return lac_fail_memory(err, "value counts");
    if (table->sources == 1 && table->count)
        memcpy(table->in_source, field->values.frequency, table->count * sizeof *table->in_source);
    for (uint32_t i = 0; table->sources > 1 && i < data->n; i++)
        if (field->value[i] != LAC_LINK_NULL)
            table->in_source[field->value[i] * table->sources + data->source[i]]++;
    return LAC_OK;
}

/* How many of the most frequent values are compared with all. */
static uint32_t table_rows(const struct table *table)
{
    return table->count > LAC_LINK_ALL_VALUES ? LAC_LINK_FREQUENT : table->count;
}

/* Adds, per level, the record pairs of value `rank` with all rarer values. */
static void row_count(const struct table *table, uint32_t rank, struct lac_link_scratch *scratch,
                      counts *level)
{
    uint32_t a = table->order[rank];
    for (uint32_t r = rank + 1; r < table->count; r++) {
        uint32_t b = table->order[r];
        different_add(table, a, b, lac_link_level(table->field, scratch, a, b), level);
    }
}

#define MOST_LISTS (LAC_LINK_LISTS * (LAC_LINK_LISTS + 1) / 2)

/* Adds what one thread counted. */
static void counts_add(const struct table *table, const counts *own, counts *level)
{
    size_t lists = table->apart ? table->sources * (table->sources + 1) / 2 : 1;
    for (size_t c = 0; c < lists; c++)
        for (size_t l = 0; l < LAC_LINK_LEVELS; l++) level[c][l] += own[c][l];
}

static void rows_count(const struct table *table, counts *level)
{
    uint32_t rows = table_rows(table);
#pragma omp parallel
    {
        struct lac_link_scratch scratch;
        counts own[MOST_LISTS] = {{0}};
        memset(&scratch, 0, sizeof scratch);
#pragma omp for schedule(dynamic, 16)
        for (uint32_t rank = 0; rank < rows; rank++) row_count(table, rank, &scratch, own);
#pragma omp critical
        counts_add(table, (const counts *)own, level);
    }
}

/* Names and texts that are near. The others are left for the level that takes the rest. */
static void text_row_count(const struct table *table, uint32_t row, struct lac_link_text_work *work,
                           counts *level)
{
    uint32_t a = table->text.row[row], found = lac_link_text_table_near(&table->text, row, work);
    for (uint32_t k = 0; k < found; k++) {
        uint32_t b = work->near[k];
        if (lac_link_nicknames_match(table->field, a, b)) continue;
        different_add(table, a, b, work->level[k], level);
    }
}

static enum lac_status text_rows_count(const struct table *table, counts *level, struct lac_error *err)
{
    enum lac_status worst = LAC_OK;
#pragma omp parallel
    {
        struct lac_link_text_work work;
        counts own[MOST_LISTS] = {{0}};
        enum lac_status st = lac_link_text_work_init(&table->text, &work, NULL);
#pragma omp for schedule(dynamic, 64)
        for (uint32_t row = 0; row < table->text.count; row++)
            if (!st) text_row_count(table, row, &work, own);
#pragma omp critical
        {
            if (st) worst = lac_fail_memory(err, "value counts");
            counts_add(table, (const counts *)own, level);
        }
        lac_link_text_work_release(&work);
    }
    return worst;
}

/* Initials with every other name, and nicknames: their levels do not depend on letters shared. */
static void special_count(const struct table *table, const bool *frequent, counts *level)
{
    const struct lac_link_field *field = table->field;
    struct lac_link_scratch scratch;
    memset(&scratch, 0, sizeof scratch);
    for (uint32_t a = 0; a < table->count; a++)
        for (uint32_t b = 0; field->length[a] == 1 && b < table->count; b++) {
            if (a == b || (field->length[b] == 1 && b < a) || (!frequent[a] && !frequent[b])) continue;
            different_add(table, a, b, lac_link_level(field, &scratch, a, b), level);
        }
    for (size_t k = 0; k < field->nicknames; k++) {
        uint32_t a = (uint32_t)(field->nickname[k] >> 32), b = (uint32_t)field->nickname[k];
        if (field->length[a] == 1 || field->length[b] == 1 || (!frequent[a] && !frequent[b])) continue;
        different_add(table, a, b, LAC_LINK_NAME_NICKNAME, level);
    }
}

static enum lac_status texts_count(struct table *table, counts *level, struct lac_error *err)
{
    bool *frequent = calloc((size_t)table->count + 1, sizeof *frequent);
    if (!frequent) return lac_fail_memory(err, "value counts");
    for (uint32_t rank = 0; rank < table_rows(table); rank++) frequent[table->order[rank]] = true;
    enum lac_status st = lac_link_text_table_make(table->field, frequent, &table->text, err);
    if (!st) st = text_rows_count(table, level, err);
    if (!st && table->field->kind == LAC_LINK_NAME) special_count(table, frequent, level);
    free(frequent);
    return st;
}

/* Adds sign times the pairs of different dates of records of two lists; of one when s == t. */
static enum lac_status dates_add(const struct table *table, size_t s, size_t t, int sign, uint64_t *level,
                                 struct lac_error *err)
{
    uint32_t *frequency = lac_big_alloc((size_t)table->count + 1, sizeof *frequency);
    if (!frequency) return lac_fail_memory(err, "dates");
    for (uint32_t v = 0; v < table->count; v++) {
        const uint32_t *here = table->in_source + v * table->sources;
        frequency[v] = s == t ? here[s] : here[s] + here[t];
    }
    enum lac_status st = lac_link_rates_dates(table->field, frequency, sign, level, err);
    free(frequency);
    return st;
}

/* Pairs between two lists are those of both together less those of each. Where lists are not told apart: all
 * pairs, less those inside a list where these do not compare. */
static enum lac_status dates_count(const struct table *table, counts *level, struct lac_error *err)
{
    const struct lac_link_field *field = table->field;
    enum lac_status st = LAC_OK;
    if (!table->apart) {
        st = lac_link_rates_dates(field, field->values.frequency, 1, level[0], err);
        for (size_t s = 0; !st && !table->within && s < table->sources; s++)
            st = dates_add(table, s, s, -1, level[0], err);
        return st;
    }
    for (uint32_t s = 0; !st && s < table->sources; s++) {
        counts own = {0};
        st = dates_add(table, s, s, 1, own, err);
        for (uint32_t t = 0; t < table->sources; t++)
            for (size_t l = 0; l < LAC_LINK_LEVELS; l++)
                if (s != t)
                    level[lac_link_lists_at(s, t)][l] -= own[l];
                else if (table->within)
                    level[lac_link_lists_at(s, s)][l] += own[l];
        for (uint32_t t = 0; !st && t < s; t++)
            st = dates_add(table, s, t, 1, level[lac_link_lists_at(s, t)], err);
    }
    return st;
}

/* Identifiers one edit apart; the others inside a scope are the rest. */
static enum lac_status edits_count(const struct table *table, counts *level, struct lac_error *err)
{
    uint64_t *pair;
    size_t count;
    enum lac_status st = lac_link_edit_pairs(table->field, &pair, &count, err);
    for (size_t k = 0; !st && k < count; k++)
        different_add(table, (uint32_t)(pair[k] >> 32), (uint32_t)pair[k], LAC_LINK_IDENTIFIER_EDIT, level);
    free(pair);
    return st;
}

static enum lac_status compared_pairs(struct table *table, counts *level, struct lac_error *err)
{
    switch (table->field->kind) {
    case LAC_LINK_DATE:
        return dates_count(table, level, err);
    case LAC_LINK_IDENTIFIER:
        return edits_count(table, level, err);
    case LAC_LINK_NAME:
    case LAC_LINK_TEXT: {
        enum lac_status st = order_make(table, err);
        return st ? st : texts_count(table, level, err);
    }
    default: {
        enum lac_status st = order_make(table, err);
        if (!st) rows_count(table, level);
        return st;
    }
    }
}

/* Equal values, which names and dates put on more than one level. */
static void own_pairs(const struct table *table, counts *level)
{
    struct lac_link_scratch scratch;
    memset(&scratch, 0, sizeof scratch);
    for (uint32_t v = 0; v < table->count; v++) {
        value_group(table, v);
        group_add(table, table->group, lac_link_level(table->field, &scratch, v, v), level);
    }
}

/* Ids of one part of every postcode: 0 full, 1 sector, 2 district, 3 area. */
static void part_ids(const struct lac_link_field *field, unsigned part, uint32_t *id)
{
    for (uint32_t v = 0; v < field->values.dict.count; v++)
        if (part == 0)
            id[v] = field->place[v] & LAC_LINK_PLACE_FULL ? v : LAC_LINK_NULL;
        else
            id[v] = field->places[field->place[v] & ~LAC_LINK_PLACE_FULL].part[part - 1];
}

/* Pairs that share a part, less those that share a deeper one. */
static enum lac_status postcode_pairs(const struct table *table, size_t lists, counts *level,
                                      struct lac_error *err)
{
    uint32_t *id = lac_big_alloc((size_t)table->count + 1, sizeof *id);
    enum lac_status st = id ? LAC_OK : lac_fail_memory(err, "value counts");
    for (unsigned part = 0; !st && part < 4; part++) {
        part_ids(table->field, part, id);
        st = ids_add(table, id, part + 1, level, err);
    }
    for (size_t c = 0; !st && c < lists; c++) {
        uint64_t deeper = 0;
        for (unsigned l = 1; l <= 4; l++) {
            uint64_t pairs = level[c][l];
            level[c][l] = pairs - deeper;
            if (pairs > deeper) deeper = pairs;
        }
    }
    free(id);
    return st;
}

/* Names of two random records are each other's exchanged: the square of the chance that a forename is a
 * surname. */
static double exchanged_rate(const struct lac_link_data *data, size_t f)
{
    const struct lac_link_field *field = &data->field[f], *mate = &data->field[field->mate];
    double chance = 0, here = 0, there = 0;
    for (uint32_t v = 0; v < mate->values.dict.count; v++) there += mate->values.frequency[v];
    for (uint32_t v = 0; v < field->values.dict.count; v++) {
        here += field->values.frequency[v];
        if (field->as_mate[v] != LAC_LINK_NULL)
            chance += (double)field->values.frequency[v] * mate->values.frequency[field->as_mate[v]];
    }
    chance = here > 0 && there > 0 ? chance / here / there : 0;
    return chance * chance;
}

/* Record pairs per level of all pairs of values that the kind looks at. */
static enum lac_status level_pairs(struct table *table, size_t lists, counts *level, struct lac_error *err)
{
    const struct lac_link_field *field = table->field;
    if (field->kind == LAC_LINK_POSTCODE) return postcode_pairs(table, lists, level, err);
    own_pairs(table, level);
    bool graded = field->length || field->day || field->year || field->number || field->items ||
                  field->kind == LAC_LINK_IDENTIFIER;
    return graded ? compared_pairs(table, level, err) : LAC_OK;
}

/* The level that takes what was not counted. */
static unsigned rest_level(enum lac_link_kind kind)
{
    if (kind == LAC_LINK_DATE) return LAC_LINK_DATE_ELSE;
    return kind == LAC_LINK_NAME ? (unsigned)LAC_LINK_NAME_ELSE : lac_link_kinds[kind].levels;
}

/* Rates of pairs that were counted, `all` of them with both values known. */
static void rates_set(const struct lac_link_field *field, uint64_t all, uint64_t *level, double exchanged,
                      struct lac_link_rates *rates)
{
    uint64_t counted = 0;
    unsigned levels = lac_link_kinds[field->kind].levels;
    memset(rates, 0, sizeof *rates);
    for (unsigned l = 1; l <= levels; l++) counted += level[l];
    level[rest_level(field->kind)] += all > counted + level[0] ? all - counted - level[0] : 0;
    all -= level[0] < all ? level[0] : all;
    rates->pairs = (double)all;
    for (unsigned l = 1; l <= levels && all > 0; l++) rates->t[l] = (double)level[l] / (double)all;
    if (field->as_mate) rates->t[LAC_LINK_NAME_EXCHANGED] = exchanged;
}

enum lac_status lac_link_rates(const struct lac_link_data *data, size_t f, struct lac_link_rates *rates,
                               struct lac_link_rates *lists, struct lac_error *err)
{
    const struct lac_link_field *field = &data->field[f];
    struct table table;
    counts level[MOST_LISTS] = {{0}}, known[MOST_LISTS] = {{0}};
    enum lac_status st = table_make(data, f, lists != NULL, &table, err);
    size_t count = table.apart ? data->lists : 1;
    if (!st) st = ids_add(&table, lac_link_is_scoped(field->kind) ? field->scope : NULL, 0, known, err);
    if (!st) st = level_pairs(&table, count, level, err);
    if (!st) {
        double exchanged = field->as_mate ? exchanged_rate(data, f) : 0;
        uint64_t all = 0;
        counts total = {0};
        for (size_t c = 0; c < count; c++) {
            all += known[c][0];
            for (size_t l = 0; l < LAC_LINK_LEVELS; l++) total[l] += level[c][l];
            if (lists) rates_set(field, known[c][0], level[c], exchanged, &lists[c]);
        }
        rates_set(field, all, total, exchanged, rates);
    }
    table_release(&table);
    return st;
}

double lac_link_comparable_pairs(const struct lac_link_data *data, double *lists)
{
    double n = data->n, pairs = n * (n - 1) / 2;
    uint64_t count[LAC_LINK_LISTS] = {0};
    for (uint32_t s = 0; !data->within_source && data->source && s < data->sources; s++) {
        uint64_t inside = 0;
        for (uint32_t i = 0; i < data->n; i++) inside += data->source[i] == s;
        pairs -= (double)choose2(inside);
    }
    if (lists && data->lists == 1) lists[0] = pairs;
    if (!lists || data->lists == 1) return pairs;
    for (uint32_t i = 0; i < data->n; i++) count[data->source[i]]++;
    for (uint32_t s = 0; s < data->sources; s++) {
        for (uint32_t t = 0; t < s; t++) lists[lac_link_lists_at(s, t)] = (double)count[s] * (double)count[t];
        lists[lac_link_lists_at(s, s)] = data->within_source ? (double)choose2(count[s]) : 0;
    }
    return pairs;
}
