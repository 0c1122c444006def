/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "person_table.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "base/digest.h"
#include "base/text.h"
#include "person_read.h"
#include "rules_read.h"
#include "sort.h"

static const char *const compares[] = {"name",   "full-name", "text", "exact", "date",
                                       "number", "postcode",  "set",  NULL};
static const enum lac_link_kind kind_of[] = {LAC_LINK_NAME,     LAC_LINK_FULL_NAME, LAC_LINK_TEXT,
                                             LAC_LINK_EXACT,    LAC_LINK_DATE,      LAC_LINK_NUMBER,
                                             LAC_LINK_POSTCODE, LAC_LINK_SET};

static enum lac_link_kind kind_find(const char *compare)
{
    size_t k = 0;
    while (strcmp(compares[k], compare) != 0) k++;
    return kind_of[k];
}

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
    {.key = "label_error",
     .type = LAC_CONFIG_NUMBER,
     FIELD(label_error),
     .fallback = "0.005",
     .low = 1e-6,
     .high = 1,
     .text = "relative standard error of the number of true pairs that a sample to be judged is sized for"},
    {.key = "label_count",
     .type = LAC_CONFIG_INT,
     FIELD(label_count),
     .fallback = "0",
     .low = 0,
     .high = 1e6,
     .text =
         "pairs to be judged in all, judged ones included, in place of label_error; 0: label_error decides"},
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

/* Puts records whose values are equal into the order of their identifiers' hashes. */
static enum lac_status ties_order(const struct lac_link_person_table *table, uint32_t *row, size_t count,
                                  struct lac_error *err)
{
    struct lac_link_pair *item = malloc(2 * count * sizeof *item);
    if (!item) return lac_fail_memory(err, "the order of records");
    for (size_t i = 0; i < count; i++) {
        const char *id = table->ids + table->id_at[row[i]];
        item[i] = (struct lac_link_pair){lac_hash64(id, strlen(id), 0), row[i], 0};
    }
    lac_link_sort(item, item + count, count);
    for (size_t i = 0; i < count; i++) row[i] = item[i].pattern;
    free(item);
    return LAC_OK;
}

/* Orders the rows by a hash of what is compared, then of the identifier: no order of the file, and none of
 * the identifiers, can decide a tie between pairs. */
static enum lac_status rows_order(const struct lac_link_person_rows *rows,
                                  struct lac_link_person_table *table, struct lac_error *err)
{
    uint32_t n = rows->n, count = 0;
    struct lac_link_keyed *item = lac_big_alloc((size_t)n + 1, sizeof *item);
    table->row = lac_big_alloc((size_t)n + 1, sizeof *table->row);
    enum lac_status st = item && table->row ? LAC_OK : lac_fail_memory(err, "the order of records");
    if (!st) st = lac_link_sort_keys(rows->hash, n, false, item, &count, err);
    for (uint32_t i = 0; !st && i < n; i++) table->row[i] = item[i].record;
    for (uint32_t first = 0, last; !st && first < n; first = last) {
        for (last = first + 1; last < n && item[last].key == item[first].key;) last++;
        if (last - first > 1) st = ties_order(table, table->row + first, last - first, err);
    }
    free(item);
    return st;
}

/* A column of the rows as one of the records. */
static uint32_t *column_take(const struct lac_link_person_rows *rows, const uint32_t *row, size_t c)
{
    uint32_t *value = lac_big_alloc((size_t)rows->n + 1, sizeof *value);
    for (uint32_t i = 0; value && i < rows->n; i++) value[i] = rows->cell[row[i] * rows->columns + c];
    return value;
}

#define AHEAD 24 /* rows asked for before their turn */

/* The columns of all fields, in the order of the records: a row is looked up once. */
static enum lac_status columns_take(const struct lac_link_person_rows *rows,
                                    struct lac_link_person_table *table)
{
    const uint32_t *row = table->row;
    uint32_t *column[LAC_LINK_FIELDS];
    size_t fields = table->data.fields;
    enum lac_status st = LAC_OK;
    for (size_t f = 0; f < fields; f++) {
        column[f] = lac_big_alloc((size_t)rows->n + 1, sizeof *column[f]);
        if (!column[f]) st = LAC_NOMEM;
        free(table->data.field[f].value);
        table->data.field[f].value = column[f];
    }
    if (st) return st;
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < rows->n; i++) {
        const uint32_t *cell = rows->cell + row[i] * rows->columns;
        if (i + AHEAD < rows->n) __builtin_prefetch(rows->cell + row[i + AHEAD] * rows->columns);
        for (size_t f = 0; f < fields; f++) column[f][i] = cell[f];
    }
    return LAC_OK;
}

/* Field f takes over the values in its column. */
static enum lac_status field_take(struct lac_link_person_rows *rows, struct lac_link_person_table *table,
                                  size_t f)
{
    struct lac_link_field *field = &table->data.field[f];
    lac_link_values_release(&field->values);
    field->values.dict = rows->dict[f];
    memset(&rows->dict[f], 0, sizeof rows->dict[f]);
    free(field->values.dict.slot); /* made again where values are looked up */
    field->values.dict.slot = NULL;
    /* A field with few values is no key for a block of its own. */
    field->key = field->values.dict.count >= 20;
    return lac_link_values_count(&field->values, field->value, rows->n, NULL);
}

struct source {
    const char *name;
    uint32_t code;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct source *)a)->name, ((const struct source *)b)->name);
}

/* Sources numbered by their names, so that the order of rows does not matter. */
static enum lac_status sources_take(struct lac_link_person_rows *rows, struct lac_link_person_table *table)
{
    struct lac_link_data *data = &table->data;
    struct lac_dict *dict = &rows->dict[data->fields];
    struct source *order = malloc(((size_t)dict->count + 1) * sizeof *order);
    uint32_t *number = malloc(((size_t)dict->count + 1) * sizeof *number);
    table->source = column_take(rows, table->row, data->fields);
    table->source_name = calloc((size_t)dict->count + 1, sizeof *table->source_name);
    bool ok = order && number && table->source && table->source_name;
    if (ok) {
        for (uint32_t c = 0; c < dict->count; c++) order[c] = (struct source){lac_dict_text(dict, c), c};
        qsort(order, dict->count, sizeof *order, by_name);
        for (uint32_t c = 0; c < dict->count; c++) {
            number[order[c].code] = c;
            table->source_name[c] = order[c].name;
        }
        for (uint32_t i = 0; i < rows->n; i++) table->source[i] = number[table->source[i]];
        table->source_dict = *dict;
        memset(dict, 0, sizeof *dict);
        data->source = table->source;
        data->sources = table->source_dict.count;
        data->source_name = table->source_name;
    }
    free(order);
    free(number);
    return ok ? LAC_OK : LAC_NOMEM;
}

static enum lac_status fields_take(struct lac_link_person_rows *rows, struct lac_link_person_table *table,
                                   struct lac_error *err)
{
    struct lac_link_data *data = &table->data;
    enum lac_status worst = columns_take(rows, table);
    if (worst) return lac_fail_memory(err, "values of a field");
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t f = 0; f < data->fields; f++) {
        enum lac_status own = field_take(rows, table, f);
        if (own) {
#pragma omp critical
            worst = own;
        }
    }
    if (!worst && rows->columns > data->fields && table->source_column >= 0)
        worst = sources_take(rows, table);
    mates_set(data);
    return worst ? lac_fail_memory(err, "values of a field") : LAC_OK;
}

static const char *cell_clean(const void *context, size_t column, const char *text, char *out, size_t size)
{
    const struct lac_link_model_settings *settings = context;
    const struct lac_link_field_settings *field = settings->fields.item;
    if (column == settings->fields.count) return text; /* the source */
    return value_clean(&field[column], kind_find(field[column].compare), text, out, size);
}

/* Which columns are read, and fields for them. */
static enum lac_status columns_find(const struct lac_link_model_settings *settings,
                                    struct lac_link_person_table *table,
                                    struct lac_link_person_reading *reading, struct lac_error *err)
{
    const struct lac_link_field_settings *item = settings->fields.item;
    size_t fields = settings->fields.count;
    enum lac_status st = lac_csv_require(&table->csv, &settings->id, 1, &table->id_column, err);
    *reading = (struct lac_link_person_reading){
        .id = table->id_column, .columns = fields + 1, .clean = cell_clean, .context = settings};
    table->source_column = -1;
    if (!st && settings->source)
        st = lac_csv_require(&table->csv, &settings->source, 1, &table->source_column, err);
    for (size_t f = 0; !st && f < fields; f++) {
        st = lac_link_data_field(&table->data, item[f].name, kind_find(item[f].compare), err);
        if (!st) st = lac_csv_require(&table->csv, &item[f].name, 1, &reading->column[f], err);
        if (st) break;
        table->data.field[f].term_frequency = item[f].term_frequency;
        table->data.field[f].household = item[f].household;
    }
    if (st) return st;
    reading->column[fields] = table->source_column;
    reading->required[fields] = table->source_column >= 0;
    if (table->source_column >= 0) table->data.within_source = settings->within_source;
    return st;
}

/* Fields and sources from the file. */
static enum lac_status records_read(const struct lac_link_model_settings *settings,
                                    struct lac_link_person_table *table, struct lac_error *err)
{
    struct lac_link_person_reading reading;
    struct lac_link_person_rows rows = {0};
    enum lac_status st = columns_find(settings, table, &reading, err);
    if (!st) st = lac_link_person_read(&table->csv, &reading, 0, &rows, err);
    table->data.n = st ? 0 : rows.n;
    table->ids = rows.ids;
    table->id_at = rows.id_at;
    rows.ids = NULL;
    rows.id_at = NULL;
    if (!st) st = rows_order(&rows, table, err);
    if (!st) st = fields_take(&rows, table, err);
    lac_link_person_rows_release(&rows);
    return st;
}

enum lac_status lac_link_person_table_read(const char *path, const struct lac_link_model_settings *settings,
                                           const struct lac_link_nicknames *nicknames,
                                           struct lac_arena *arena, struct lac_link_person_table *table,
                                           struct lac_error *err)
{
    memset(table, 0, sizeof *table);
    lac_link_data_init(&table->data);
    enum lac_status st = lac_link_person_header(path, arena, &table->csv, err);
    if (!st) st = records_read(settings, table, err);
    if (!st) st = lac_link_data_prepare(&table->data, nicknames, err);
    if (!st)
        st = lac_link_rules_read(&table->data, &settings->blocking, "blocking", table->blocking,
                                 &table->blocking_rules, err);
    if (!st)
        st = lac_link_rules_read(&table->data, &settings->training, "training", table->training,
                                 &table->training_rules, err);
    return st;
}

void lac_link_person_table_release(struct lac_link_person_table *table)
{
    lac_link_data_release(&table->data);
    free(table->ids);
    free(table->id_at);
    free(table->row);
    free(table->source);
    free(table->source_name);
    lac_dict_release(&table->source_dict);
}
