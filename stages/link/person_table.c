/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "person_table.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/digest.h"
#include "base/text.h"
#include "rules_read.h"
#include "sort.h"

static const char *const compares[] = {"name",   "full-name", "text", "exact", "date",
                                       "number", "postcode",  "set",  NULL};
static const enum lac_link_kind kind_of[] = {LAC_LINK_NAME,     LAC_LINK_FULL_NAME, LAC_LINK_TEXT,
                                             LAC_LINK_EXACT,    LAC_LINK_DATE,      LAC_LINK_NUMBER,
                                             LAC_LINK_POSTCODE, LAC_LINK_SET};

#define FIELD(member) .offset = offsetof(struct lac_link_field_settings, member)
static const struct lac_config_field field_fields[] = {
    {.key = "name", .type = LAC_CONFIG_STRING, FIELD(name), .required = true, .text = "column of the table"},
    {.key = "compare",
     .type = LAC_CONFIG_ENUM,
     FIELD(compare),
     .required = true,
     .choices = compares,
     .text = "how values are compared"},
    {.key = "term_frequency",
     .type = LAC_CONFIG_BOOL,
     FIELD(term_frequency),
     .fallback = "false",
     .text = "rare values weigh more"},
    {.key = "household",
     .type = LAC_CONFIG_BOOL,
     FIELD(household),
     .fallback = "false",
     .text = "shared by people who live together (surname, address)"},
    {.key = "format", .type = LAC_CONFIG_STRING, FIELD(format), .fallback = "%Y-%m-%d", .text = "of dates"},
};
static const struct lac_config_schema field_schema = {"field", sizeof(struct lac_link_field_settings),
                                                      field_fields, LAC_COUNT(field_fields)};
#undef FIELD
#define FIELD(member) .offset = offsetof(struct lac_link_model_settings, member)
static const struct lac_config_field model_fields[] = {
    {.key = "id",
     .type = LAC_CONFIG_STRING,
     FIELD(id),
     .required = true,
     .text = "column that names the record"},
    {.key = "source",
     .type = LAC_CONFIG_STRING,
     FIELD(source),
     .text = "column that names the list of a record"},
    {.key = "within_source",
     .type = LAC_CONFIG_BOOL,
     FIELD(within_source),
     .fallback = "true",
     .text = "false: a person appears at most once per source"},
    {.key = "fields",
     .type = LAC_CONFIG_SECTIONS,
     FIELD(fields),
     .required = true,
     .sub = &field_schema,
     .text = "fields to compare"},
    {.key = "blocking",
     .type = LAC_CONFIG_STRING_LISTS,
     FIELD(blocking),
     .text = "blocking rules, each a list of keys, or auto"},
    {.key = "training",
     .type = LAC_CONFIG_STRING_LISTS,
     FIELD(training),
     .text = "training rules, each a list of keys, or auto"},
    {.key = "prior_recall",
     .type = LAC_CONFIG_NUMBER,
     FIELD(prior_recall),
     .fallback = "0",
     .low = 0,
     .high = 1,
     .text = "share of true pairs that are near-certain; 0: estimated"},
    {.key = "unscored_weight",
     .type = LAC_CONFIG_NUMBER,
     FIELD(unscored_weight),
     .fallback = "-1",
     .low = -100,
     .high = 0,
     .text = "log2 odds of a pair inside a component that could not be scored"},
    {.key = "pair_budget",
     .type = LAC_CONFIG_INT,
     FIELD(pair_budget),
     .fallback = "200000000",
     .low = 1,
     .high = 1e12,
     .text = "candidate pairs above which the program refuses"},
    {.key = "block_maximum",
     .type = LAC_CONFIG_INT,
     FIELD(block_maximum),
     .fallback = "5000",
     .low = 2,
     .high = 1e9,
     .text = "largest block compared whole"},
    {.key = "nicknames", .type = LAC_CONFIG_PATH, FIELD(nicknames), .text = "nickname table"},
};
const struct lac_config_schema lac_link_model_schema = {"model", sizeof(struct lac_link_model_settings),
                                                        model_fields, LAC_COUNT(model_fields)};

/* Exactly `want` digits from *text, appended to out. */
static bool digits(const char **text, size_t want, char *out)
{
    for (size_t i = 0; i < want; i++) {
        if (**text < '0' || **text > '9') return false;
        out[i] = *(*text)++;
    }
    return true;
}

bool lac_link_date_digits(const char *text, const char *format, char out[9])
{
    memcpy(out, "00000000", 9);
    for (; *format; format++) {
        bool fits;
        if (*format != '%')
            fits = *text == *format && text++;
        else if (*++format == 'Y')
            fits = digits(&text, 4, out);
        else if (*format == 'm')
            fits = digits(&text, 2, out + 4);
        else
            fits = *format == 'd' && digits(&text, 2, out + 6);
        if (!fits) return false;
    }
    return *text == '\0';
}

/* The value as it is compared; "" when missing. */
static const char *value_clean(const struct lac_link_field_settings *settings, enum lac_link_kind kind,
                               const char *text, char *out, size_t size)
{
    out[0] = '\0';
    if (lac_text_is_blank(text)) return out;
    double number;
    if (kind == LAC_LINK_EXACT || kind == LAC_LINK_SET) return text;
    if (kind == LAC_LINK_NUMBER) return lac_text_double(text, &number) && isfinite(number) ? text : "";
    if (kind == LAC_LINK_DATE) return lac_link_date_digits(text, settings->format, out) ? out : "";
    if (kind == LAC_LINK_POSTCODE && lac_text_postcode(text, out)) return out;
    return lac_text_fold_name(text, out, size) == (size_t)-1 ? "" : out;
}

/* The first two names may be exchanged. */
static void mates_set(struct lac_link_data *data)
{
    size_t first = LAC_LINK_NO_FIELD;
    for (size_t f = 0; f < data->fields; f++) {
        if (data->field[f].kind != LAC_LINK_NAME) continue;
        if (first == LAC_LINK_NO_FIELD) {
            first = f;
            continue;
        }
        data->field[first].mate = f;
        data->field[f].mate = first;
        return;
    }
}

/* Hash of what is compared of a row, whose columns are column[0] to column[columns - 1]. */
static uint64_t row_hash(const struct lac_csv *csv, int64_t row, const int *column, size_t columns)
{
    uint64_t hash = 0;
    for (size_t c = 0; c < columns; c++) {
        const char *text = lac_csv_cell(csv, row, column[c]);
        hash = lac_hash64(text, strlen(text), hash);
    }
    return hash;
}

/* Puts rows whose values are equal into the order of their identifiers' hashes. */
static void ties_order(const struct lac_link_person_table *table, struct lac_link_pair *item, size_t count)
{
    uint64_t values = item[0].key;
    for (size_t i = 0; i < count; i++)
        item[i].key = row_hash(&table->csv, item[i].pattern, &table->id_column, 1);
    lac_link_sort(item, item + table->data.n, count);
    for (size_t i = 0; i < count; i++) item[i].key = values;
}

/* Orders the rows by a hash of what is compared, then of the identifier: no order of the file, and none of
 * the identifiers, can decide a tie between pairs. */
static enum lac_status rows_order(const struct lac_link_model_settings *settings, struct lac_arena *arena,
                                  struct lac_link_person_table *table, struct lac_error *err)
{
    const struct lac_link_field_settings *field = settings->fields.item;
    uint32_t n = table->data.n;
    int column[LAC_LINK_FIELDS + 1];
    size_t columns = 0;
    struct lac_link_pair *item = malloc(2 * ((size_t)n + 1) * sizeof *item);
    table->row = LAC_NEW(arena, uint32_t, (size_t)n + 1);
    if (!item || !table->row) {
        free(item);
        return lac_fail_memory(err, "the order of records");
    }
    column[columns++] = settings->source ? lac_csv_column(&table->csv, settings->source) : -1;
    for (size_t f = 0; f < settings->fields.count && f < LAC_LINK_FIELDS; f++)
        column[columns++] = lac_csv_column(&table->csv, field[f].name);
    for (uint32_t i = 0; i < n; i++)
        item[i] = (struct lac_link_pair){row_hash(&table->csv, i, column, columns), i, 0};
    lac_link_sort_hashed(item, item + n, n);
    for (uint32_t first = 0, last; first < n; first = last) {
        for (last = first + 1; last < n && item[last].key == item[first].key;) last++;
        if (last - first > 1) ties_order(table, item + first, last - first);
    }
    for (uint32_t i = 0; i < n; i++) table->row[i] = item[i].pattern;
    free(item);
    return LAC_OK;
}

/* Field f from its column of the table. */
static enum lac_status field_fill(struct lac_link_person_table *table, size_t f, int column,
                                  const struct lac_link_field_settings *settings)
{
    struct lac_link_field *field = &table->data.field[f];
    char clean[256];
    uint32_t *value = NULL;
    enum lac_status st = LAC_OK;
    for (uint32_t i = 0; !st && i < table->data.n; i++)
        st = lac_link_data_set(
            &table->data, f, i,
            value_clean(settings, field->kind, lac_csv_cell(&table->csv, i, column), clean, sizeof clean),
            NULL);
    if (st) return st;
    value = malloc(((size_t)table->data.n + 1) * sizeof *value);
    if (!value) return lac_fail_memory(NULL, "values of a field");
    for (uint32_t i = 0; i < table->data.n; i++) value[i] = field->value[table->row[i]];
    free(field->value); /* read in the order of the file, which is fast, kept in that of the records */
    field->value = value;
    /* A field with few values is no key for a block of its own. */
    field->key = field->values.dict.count >= 20;
    return st;
}

static enum lac_status fields_fill(const struct lac_link_model_settings *settings,
                                   struct lac_link_person_table *table, struct lac_error *err)
{
    const struct lac_link_field_settings *item = settings->fields.item;
    enum lac_status st = LAC_OK, worst = LAC_OK;
    int column[LAC_LINK_FIELDS];
    for (size_t f = 0; f < settings->fields.count; f++) {
        size_t k = 0;
        while (strcmp(compares[k], item[f].compare) != 0) k++;
        if ((st = lac_link_data_field(&table->data, item[f].name, kind_of[k], err))) return st;
        if ((st = lac_csv_require(&table->csv, &item[f].name, 1, &column[f], err))) return st;
        table->data.field[f].term_frequency = item[f].term_frequency;
        table->data.field[f].household = item[f].household;
    }
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t f = 0; f < settings->fields.count; f++) {
        enum lac_status own = field_fill(table, f, column[f], &item[f]);
        if (own) {
#pragma omp critical
            worst = own;
        }
    }
    if (worst) return lac_fail_memory(err, "values of a field");
    mates_set(&table->data);
    return LAC_OK;
}

static enum lac_status sources_fill(const struct lac_link_model_settings *settings, struct lac_arena *arena,
                                    struct lac_link_person_table *table, struct lac_error *err)
{
    struct lac_dict sources;
    int column;
    if (!settings->source) return LAC_OK;
    enum lac_status st = lac_csv_require(&table->csv, &settings->source, 1, &column, err);
    if (st) return st;
    table->source = LAC_NEW(arena, uint32_t, table->csv.rows);
    if (!table->source) return lac_fail_memory(err, "sources");
    lac_dict_init(&sources);
    for (int64_t row = 0; !st && row < table->csv.rows; row++) {
        int64_t at = table->row[row];
        st = lac_dict_code(&sources, lac_csv_cell(&table->csv, at, column), &table->source[row], err);
        if (!st && table->source[row] == LAC_MISSING_STR) {
            st = lac_fail(err, LAC_INPUT, "a record has no source");
            lac_error_file(err, table->csv.path);
            lac_error_row(err, at + 1, settings->source);
        }
    }
    table->data.source = table->source;
    table->data.sources = sources.count;
    table->data.within_source = settings->within_source;
    lac_dict_release(&sources);
    return st;
}

enum lac_status lac_link_person_table_read(const char *path, const struct lac_link_model_settings *settings,
                                           const struct lac_link_nicknames *nicknames,
                                           struct lac_arena *arena, struct lac_link_person_table *table,
                                           struct lac_error *err)
{
    memset(table, 0, sizeof *table);
    lac_link_data_init(&table->data);
    enum lac_status st = lac_csv_load(path, arena, &table->csv, err);
    if (!st) st = lac_csv_require(&table->csv, &settings->id, 1, &table->id_column, err);
    if (st) return st;
    if (table->csv.rows >= (int64_t)UINT32_MAX) return lac_fail(err, LAC_INPUT, "too many records");
    table->data.n = (uint32_t)table->csv.rows;
    st = rows_order(settings, arena, table, err);
    if (!st) st = sources_fill(settings, arena, table, err);
    if (!st) st = fields_fill(settings, table, err);
    if (!st) st = lac_link_data_prepare(&table->data, nicknames, err);
    if (!st)
        st = lac_link_rules_read(&table->data, &settings->blocking, "blocking", table->blocking,
                                 &table->blocking_rules, err);
    if (!st)
        st = lac_link_rules_read(&table->data, &settings->training, "training", table->training,
                                 &table->training_rules, err);
    return st;
}
