/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_PERSON_TABLE_H
#define LAC_LINK_PERSON_TABLE_H
/*
 * Linking any table of persons: a CSV file and a model file (contract section 6) in, a data set and rules
 * out.
 */
#include "config/schema.h"
#include "engine.h"
#include "table/csv.h"

struct lac_link_field_settings {
    const char *name;    /* column of the table */
    const char *compare; /* name, full-name, text, exact, date, number, postcode, set */
    bool term_frequency, household;
    const char *format; /* of dates: %Y, %m, %d and literals */
};
struct lac_link_model_settings {
    const char *id, *source;
    bool within_source;
    struct lac_sections fields; /* of struct lac_link_field_settings */
    struct lac_string_lists blocking, training;
    double prior_recall; /* 0: estimated */
    double unscored_weight;
    double
        label_error; /* relative standard error of the number of true pairs that a sample to judge is for */
    int64_t label_count; /* or how many pairs to judge, judged ones included; 0: not given */
    int64_t pair_budget, block_maximum;
    struct lac_config_path nicknames;
};
extern const struct lac_config_schema lac_link_model_schema;

struct lac_link_person_table {
    struct lac_csv csv; /* path and header alone */
    int id_column, source_column;
    char *ids;       /* identifiers, NUL terminated */
    uint64_t *id_at; /* per row */
    /* Records are the rows in an order that their values decide, not their places in the file: shuffled rows
     * give the same persons. */
    uint32_t *row;    /* per record */
    uint32_t *source; /* per record, or NULL; numbered in the order of the lists' names */
    struct lac_dict source_dict;
    const char **source_name;
    struct lac_link_data data;
    struct lac_link_rule blocking[LAC_LINK_RULES], training[LAC_LINK_RULES];
    size_t blocking_rules, training_rules;
};
/* Reads the table and prepares the data set. A value that cannot be read as a date or postcode counts as
 * missing. The caller releases, also after failure. The arena holds the header. */
enum lac_status lac_link_person_table_read(const char *path, const struct lac_link_model_settings *settings,
                                           const struct lac_link_nicknames *nicknames,
                                           struct lac_arena *arena, struct lac_link_person_table *table,
                                           struct lac_error *err) LAC_CHECKED;
void lac_link_person_table_release(struct lac_link_person_table *table);
static inline const char *lac_link_person_id(const struct lac_link_person_table *table, uint32_t record)
{
    return table->ids + table->id_at[table->row[record]];
}
/* "YYYYMMDD" of a date in a format of %Y, %m, %d and literals, into out[9]; false when it does not fit. The
 * digits need not be a day of the calendar. */
bool lac_link_date_digits(const char *text, const char *format, char out[9]);

#endif
