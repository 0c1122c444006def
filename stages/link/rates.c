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

/* Comparable pairs with equal ids: C(count, 2) over ids, less those inside a source where these do not
 * compare. */
static enum lac_status equal_pairs(const struct lac_link_data *data, const uint32_t *id, uint64_t *pairs,
                                   struct lac_error *err)
{
    struct lac_link_pair *item = malloc(2 * ((size_t)data->n + 1) * sizeof *item);
    if (!item) return lac_fail_memory(err, "value counts");
    size_t count = 0;
    for (uint32_t i = 0; i < data->n; i++)
        if (id[i] != LAC_LINK_NULL)
            item[count++] = (struct lac_link_pair){(uint64_t)id[i] << 32 | data->source[i], 0, 0};
    lac_link_sort(item, item + count, count);
    uint64_t total = 0, inside = 0;
    for (size_t first = 0, last; first < count; first = last) {
        for (last = first; last < count && item[last].key >> 32 == item[first].key >> 32;) {
            size_t end = last;
            while (end < count && item[end].key == item[last].key) end++;
            inside += choose2(end - last);
            last = end;
        }
        total += choose2(last - first);
    }
    *pairs = total - inside;
    free(item);
    return LAC_OK;
}

/* Pairs of records whose values have equal ids (NULL: any value), all pairs being comparable. */
static enum lac_status frequency_pairs(const struct lac_link_field *field, const uint32_t *of_value,
                                       uint64_t *pairs, struct lac_error *err)
{
    const uint32_t *frequency = field->values.frequency;
    uint32_t values = field->values.dict.count, ids = 1;
    for (uint32_t v = 0; of_value && v < values; v++)
        if (of_value[v] != LAC_LINK_NULL && of_value[v] >= ids) ids = of_value[v] + 1;
    uint64_t *count = calloc(ids, sizeof *count);
    if (!count) return lac_fail_memory(err, "value counts");
    for (uint32_t v = 0; v < values; v++)
        if (!of_value || of_value[v] != LAC_LINK_NULL) count[of_value ? of_value[v] : 0] += frequency[v];
    *pairs = 0;
    for (uint32_t k = 0; k < ids; k++) *pairs += choose2(count[k]);
    free(count);
    return LAC_OK;
}

/* Comparable pairs with equal of_value; NULL counts all pairs of known values. */
static enum lac_status value_pairs(const struct lac_link_data *data, size_t f, const uint32_t *of_value,
                                   uint64_t *pairs, struct lac_error *err)
{
    const struct lac_link_field *field = &data->field[f];
    if (data->within_source || !data->source) return frequency_pairs(field, of_value, pairs, err);
    uint32_t *id = lac_big_alloc((size_t)data->n + 1, sizeof *id);
    if (!id) return lac_fail_memory(err, "value counts");
    for (uint32_t i = 0; i < data->n; i++)
        id[i] = field->value[i] == LAC_LINK_NULL ? LAC_LINK_NULL : of_value ? of_value[field->value[i]] : 0;
    enum lac_status st = equal_pairs(data, id, pairs, err);
    free(id);
    return st;
}

/* Values by falling frequency, then by a hash of their text, with their counts per source where sources do
 * not compare within. */
struct table {
    const struct lac_link_field *field;
    struct lac_link_text_table text; /* of names and texts */
    uint32_t *order;
    uint32_t count;
    size_t sources;      /* 0: all pairs compare */
    uint32_t *in_source; /* count * sources, by value */
};

static void table_release(struct table *table)
{
    free(table->order);
    free(table->in_source);
    lac_link_text_table_release(&table->text);
}

static enum lac_status table_make(const struct lac_link_data *data, size_t f, struct table *table,
                                  struct lac_error *err)
{
    const struct lac_link_field *field = &data->field[f];
    uint32_t count = field->values.dict.count;
    memset(table, 0, sizeof *table);
    table->field = field;
    table->count = count;
    table->sources = !data->within_source && data->source ? data->sources : 0;
    table->order = lac_big_alloc((size_t)count + 1, sizeof *table->order);
    table->in_source = calloc((size_t)count * table->sources + 1, sizeof *table->in_source);
    struct lac_link_pair *item = malloc(2 * ((size_t)count + 1) * sizeof *item);
    if (!table->order || !table->in_source || !item) {
        free(item);
        return lac_fail_memory(err, "value counts");
    }
    for (uint32_t v = 0; v < count; v++)
        item[v] = (struct lac_link_pair){(uint64_t)(UINT32_MAX - field->values.frequency[v]) << 32 |
                                             lac_hash64(lac_link_value_text(&field->values, v),
                                                        lac_link_value_length(&field->values, v), 0) >>
                                                 32,
                                         v, 0};
    lac_link_sort(item, item + count, count);
    for (uint32_t v = 0; v < count; v++) table->order[v] = item[v].pattern;
    free(item);
    if (table->sources)
        for (uint32_t i = 0; i < data->n; i++)
            if (field->value[i] != LAC_LINK_NULL)
                table->in_source[field->value[i] * table->sources + data->source[i]]++;
    return LAC_OK;
}

/* How many of the most frequent values are compared with all. */
static uint32_t table_rows(const struct table *table)
{
    return table->count > LAC_LINK_ALL_VALUES ? LAC_LINK_FREQUENT : table->count;
}

/* Comparable record pairs behind a pair of different values. */
static uint64_t table_weight(const struct table *table, uint32_t a, uint32_t b)
{
    const uint32_t *f = table->field->values.frequency;
    uint64_t weight = (uint64_t)f[a] * f[b];
    for (size_t s = 0; s < table->sources; s++)
        weight -=
            (uint64_t)table->in_source[a * table->sources + s] * table->in_source[b * table->sources + s];
    return weight;
}

/* Adds, per level, the record pairs of value `rank` with all rarer values. */
static void row_count(const struct table *table, uint32_t rank, struct lac_link_scratch *scratch,
                      uint64_t *level)
{
    uint32_t a = table->order[rank];
    for (uint32_t r = rank + 1; r < table->count; r++) {
        uint32_t b = table->order[r];
        level[lac_link_level(table->field, scratch, a, b)] += table_weight(table, a, b);
    }
}

static void rows_count(const struct table *table, uint64_t *level)
{
    uint32_t rows = table_rows(table);
#pragma omp parallel
    {
        struct lac_link_scratch scratch;
        uint64_t own[LAC_LINK_LEVELS] = {0};
        memset(&scratch, 0, sizeof scratch);
#pragma omp for schedule(dynamic, 16)
        for (uint32_t rank = 0; rank < rows; rank++) row_count(table, rank, &scratch, own);
#pragma omp critical
        for (size_t l = 0; l < LAC_LINK_LEVELS; l++) level[l] += own[l];
    }
}

/* Names and texts that are near. The others are left for the level that takes the rest. */
static void text_row_count(const struct table *table, uint32_t row, struct lac_link_text_work *work,
                           uint64_t *level)
{
    uint32_t a = table->text.row[row], found = lac_link_text_table_near(&table->text, row, work);
    for (uint32_t k = 0; k < found; k++) {
        uint32_t b = work->near[k];
        if (lac_link_nicknames_match(table->field, a, b)) continue;
        level[work->level[k]] += table_weight(table, a, b);
    }
}

static enum lac_status text_rows_count(const struct table *table, uint64_t *level, struct lac_error *err)
{
    enum lac_status worst = LAC_OK;
#pragma omp parallel
    {
        struct lac_link_text_work work;
        uint64_t own[LAC_LINK_LEVELS] = {0};
        enum lac_status st = lac_link_text_work_init(&table->text, &work, NULL);
#pragma omp for schedule(dynamic, 64)
        for (uint32_t row = 0; row < table->text.count; row++)
            if (!st) text_row_count(table, row, &work, own);
#pragma omp critical
        {
            if (st) worst = lac_fail_memory(err, "value counts");
            for (size_t l = 0; l < LAC_LINK_LEVELS; l++) level[l] += own[l];
        }
        lac_link_text_work_release(&work);
    }
    return worst;
}

/* Initials with every other name, and nicknames: their levels do not depend on letters shared. */
static void special_count(const struct table *table, const bool *frequent, uint64_t *level)
{
    const struct lac_link_field *field = table->field;
    struct lac_link_scratch scratch;
    memset(&scratch, 0, sizeof scratch);
    for (uint32_t a = 0; a < table->count; a++)
        for (uint32_t b = 0; field->length[a] == 1 && b < table->count; b++) {
            if (a == b || (field->length[b] == 1 && b < a) || (!frequent[a] && !frequent[b])) continue;
            level[lac_link_level(field, &scratch, a, b)] += table_weight(table, a, b);
        }
    for (size_t k = 0; k < field->nicknames; k++) {
        uint32_t a = (uint32_t)(field->nickname[k] >> 32), b = (uint32_t)field->nickname[k];
        if (field->length[a] == 1 || field->length[b] == 1 || (!frequent[a] && !frequent[b])) continue;
        level[LAC_LINK_NAME_NICKNAME] += table_weight(table, a, b);
    }
}

static enum lac_status texts_count(struct table *table, uint64_t *level, struct lac_error *err)
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

/* All pairs, less those inside a source where these do not compare. */
static enum lac_status dates_count(const struct table *table, uint64_t *level, struct lac_error *err)
{
    const struct lac_link_field *field = table->field;
    enum lac_status st = lac_link_rates_dates(field, field->values.frequency, 1, level, err);
    uint32_t *frequency = lac_big_alloc((size_t)table->count + 1, sizeof *frequency);
    if (!st && !frequency) st = lac_fail_memory(err, "dates");
    for (size_t s = 0; !st && s < table->sources; s++) {
        for (uint32_t v = 0; v < table->count; v++) frequency[v] = table->in_source[v * table->sources + s];
        st = lac_link_rates_dates(field, frequency, -1, level, err);
    }
    free(frequency);
    return st;
}

/* Identifiers one edit apart; the others inside a scope are the rest. */
static enum lac_status edits_count(const struct table *table, uint64_t *level, struct lac_error *err)
{
    uint64_t *pair;
    size_t count;
    enum lac_status st = lac_link_edit_pairs(table->field, &pair, &count, err);
    for (size_t k = 0; !st && k < count; k++)
        level[LAC_LINK_IDENTIFIER_EDIT] += table_weight(table, (uint32_t)(pair[k] >> 32), (uint32_t)pair[k]);
    free(pair);
    return st;
}

static enum lac_status compared_pairs(const struct lac_link_data *data, size_t f, uint64_t *level,
                                      struct lac_error *err)
{
    struct table table;
    enum lac_status st = table_make(data, f, &table, err);
    if (!st && data->field[f].kind == LAC_LINK_DATE)
        st = dates_count(&table, level, err);
    else if (!st && data->field[f].kind == LAC_LINK_IDENTIFIER)
        st = edits_count(&table, level, err);
    else if (!st && (data->field[f].kind == LAC_LINK_NAME || data->field[f].kind == LAC_LINK_TEXT))
        st = texts_count(&table, level, err);
    else if (!st)
        rows_count(&table, level);
    table_release(&table);
    return st;
}

/* Equal values, which names and dates put on more than one level. */
static enum lac_status own_pairs(const struct lac_link_data *data, size_t f, uint64_t *level,
                                 struct lac_error *err)
{
    const struct lac_link_field *field = &data->field[f];
    struct lac_link_scratch scratch;
    memset(&scratch, 0, sizeof scratch);
    uint32_t *value = lac_big_alloc((size_t)field->values.dict.count + 1, sizeof *value);
    if (!value) return lac_fail_memory(err, "value counts");
    enum lac_status st = LAC_OK;
    for (unsigned l = 1; !st && l <= lac_link_kinds[field->kind].levels; l++) {
        uint64_t pairs = 0, any = 0;
        for (uint32_t v = 0; v < field->values.dict.count; v++) {
            bool here = lac_link_level(field, &scratch, v, v) == l;
            value[v] = here ? v : LAC_LINK_NULL;
            any += here;
        }
        if (any) st = value_pairs(data, f, value, &pairs, err);
        level[l] += pairs;
    }
    free(value);
    return st;
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

static enum lac_status postcode_pairs(const struct lac_link_data *data, size_t f, uint64_t *level,
                                      struct lac_error *err)
{
    const struct lac_link_field *field = &data->field[f];
    uint32_t *id = lac_big_alloc((size_t)field->values.dict.count + 1, sizeof *id);
    uint64_t deeper = 0, pairs = 0;
    enum lac_status st = id ? LAC_OK : lac_fail_memory(err, "value counts");
    for (unsigned part = 0; !st && part < 4; part++) {
        part_ids(field, part, id);
        st = value_pairs(data, f, id, &pairs, err);
        level[part + 1] = pairs - deeper;
        if (pairs > deeper) deeper = pairs;
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
static enum lac_status level_pairs(const struct lac_link_data *data, size_t f, uint64_t *level,
                                   struct lac_error *err)
{
    const struct lac_link_field *field = &data->field[f];
    if (field->kind == LAC_LINK_POSTCODE) return postcode_pairs(data, f, level, err);
    enum lac_status st = own_pairs(data, f, level, err);
    bool graded = field->length || field->day || field->year || field->number || field->items ||
                  field->kind == LAC_LINK_IDENTIFIER;
    if (!st && graded) st = compared_pairs(data, f, level, err);
    return st;
}

/* The level that takes what was not counted. */
static unsigned rest_level(enum lac_link_kind kind)
{
    if (kind == LAC_LINK_DATE) return LAC_LINK_DATE_ELSE;
    return kind == LAC_LINK_NAME ? (unsigned)LAC_LINK_NAME_ELSE : lac_link_kinds[kind].levels;
}

enum lac_status lac_link_rates(const struct lac_link_data *data, size_t f, struct lac_link_rates *rates,
                               struct lac_error *err)
{
    const struct lac_link_field *field = &data->field[f];
    uint64_t level[LAC_LINK_LEVELS] = {0}, all = 0, counted = 0;
    unsigned levels = lac_link_kinds[field->kind].levels;
    enum lac_status st =
        value_pairs(data, f, lac_link_is_scoped(field->kind) ? field->scope : NULL, &all, err);
    memset(rates, 0, sizeof *rates);
    if (st) return st;
    if ((st = level_pairs(data, f, level, err))) return st;
    unsigned rest = rest_level(field->kind);
    for (unsigned l = 1; l <= levels; l++) counted += level[l];
    level[rest] += all > counted + level[0] ? all - counted - level[0] : 0;
    all -= level[0] < all ? level[0] : all;
    rates->pairs = (double)all;
    for (unsigned l = 1; l <= levels && all > 0; l++) rates->t[l] = (double)level[l] / (double)all;
    if (field->as_mate) rates->t[LAC_LINK_NAME_EXCHANGED] = exchanged_rate(data, f);
    return LAC_OK;
}

double lac_link_comparable_pairs(const struct lac_link_data *data)
{
    double n = data->n, pairs = n * (n - 1) / 2;
    if (data->within_source || !data->source) return pairs;
    for (uint32_t s = 0; s < data->sources; s++) {
        uint64_t count = 0;
        for (uint32_t i = 0; i < data->n; i++) count += data->source[i] == s;
        pairs -= (double)choose2(count);
    }
    return pairs;
}
