/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "population.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "also.h"
#include "base/date.h"
#include "contents.h"

/* Between the parts of a scope. */
#define PART "\x1e"

enum {
    FORENAME,
    SURNAME,
    DOB,
    BIRTH_YEAR,
    POSTCODE,
    FORCE,
    SEX,
    ETHNICITY,
    PERSON_REF,
    NATIONAL_REF,
    FIELDS
};
#define NO LAC_LINK_NO_FIELD
static const struct {
    const char *name;
    enum lac_link_kind kind;
    bool term_frequency, key, household;
    size_t mate, instead;
} fields[FIELDS] = {
    [FORENAME] = {"forename", LAC_LINK_NAME, true, true, false, SURNAME, NO},
    [SURNAME] = {"surname", LAC_LINK_NAME, true, true, true, FORENAME, NO},
    [DOB] = {"dob", LAC_LINK_DATE, false, true, false, NO, NO},
    [BIRTH_YEAR] = {"birth_year", LAC_LINK_BIRTH_YEAR, false, false, false, NO, DOB},
    [POSTCODE] = {"postcode", LAC_LINK_POSTCODE, false, true, true, NO, NO},
    [FORCE] = {"force", LAC_LINK_EXACT, false, false, false, NO, POSTCODE},
    [SEX] = {"sex", LAC_LINK_EXACT, false, false, false, NO, NO},
    [ETHNICITY] = {"ethnicity", LAC_LINK_SCOPED, false, false, false, NO, NO},
    [PERSON_REF] = {"person_ref", LAC_LINK_SCOPED, false, true, false, NO, NO},
    [NATIONAL_REF] = {"national_ref", LAC_LINK_IDENTIFIER, false, true, false, NO, NO},
};

enum lac_link_population_id lac_link_population_of(const char *role)
{
    static const char *const suspect[] = {"SUSPECT", "OFFENDER", "FACILITATOR"};
    if (strcmp(role, "VICTIM") == 0) return LAC_LINK_VICTIMS;
    for (size_t i = 0; i < sizeof suspect / sizeof *suspect; i++)
        if (strcmp(role, suspect[i]) == 0) return LAC_LINK_SUSPECTS;
    return LAC_LINK_POPULATIONS;
}

static bool linkable(const struct lac_table *records, size_t row)
{
    return *lac_text(records, LAC_COL_records_forename_folded, row) ||
           *lac_text(records, LAC_COL_records_surname_folded, row) ||
           *lac_text(records, LAC_COL_records_aliases_folded, row) ||
           *lac_text(records, LAC_COL_records_person_ref, row) ||
           *lac_text(records, LAC_COL_records_national_ref, row) ||
           lac_i32(records, LAC_COL_records_dob)[row] != LAC_MISSING_I32;
}

static enum lac_status rows_choose(const struct lac_table *records, enum lac_link_population_id id,
                                   struct lac_link_population *population, struct lac_error *err)
{
    population->record = malloc((records->rows + 1) * sizeof *population->record);
    population->alone = malloc((records->rows + 1) * sizeof *population->alone);
    if (!population->record || !population->alone) return lac_fail_memory(err, "records of a population");
    for (size_t row = 0; row < records->rows; row++) {
        if (lac_link_population_of(lac_text(records, LAC_COL_records_role, row)) != id) continue;
        if (linkable(records, row))
            population->record[population->data.n++] = (uint32_t)row;
        else
            population->alone[population->alone_count++] = (uint32_t)row;
    }
    return LAC_OK;
}

/* Records in the order of what they say: the order of rows decides nothing. */
static enum lac_status rows_order(const struct lac_table *records, const struct lac_table *returns,
                                  struct lac_link_population *population, struct lac_error *err)
{
    uint64_t *hash = malloc((records->rows + 1) * sizeof *hash);
    if (!hash) return lac_fail_memory(err, "the order of records");
    enum lac_status st = lac_link_contents_hash(records, returns, hash, err);
    if (!st) st = lac_link_contents_sort(hash, population->record, population->data.n, err);
    if (!st) st = lac_link_contents_sort(hash, population->alone, population->alone_count, err);
    free(hash);
    return st;
}

/* Year of birth from the birth date, else from the age at the offence: a person of 14 was born 14 to 15 years
 * before. 0 when unknown. */
static int birth_year(const struct lac_table *records, size_t row)
{
    int32_t dob = lac_i32(records, LAC_COL_records_dob)[row],
            age = lac_i32(records, LAC_COL_records_age)[row];
    int32_t on = lac_i32(records, LAC_COL_records_offence_from)[row];
    int year, month, day;
    if (dob != LAC_MISSING_I32 && dob > 0) return dob / 10000;
    if (on == LAC_MISSING_I32) on = lac_i32(records, LAC_COL_records_recorded_date)[row];
    if (age == LAC_MISSING_I32 || age < 0 || on == LAC_MISSING_I32) return 0;
    lac_date_to_civil(on - 183, &year, &month, &day);
    return year - age;
}

static enum lac_status set_plain(const struct lac_table *records, size_t row, struct lac_link_data *data,
                                 uint32_t i, struct lac_error *err)
{
    char date[16] = "";
    int32_t dob = lac_i32(records, LAC_COL_records_dob)[row];
    if (dob != LAC_MISSING_I32 && dob > 0) snprintf(date, sizeof date, "%08d", dob);
    enum lac_status st =
        lac_link_data_set(data, FORENAME, i, lac_text(records, LAC_COL_records_forename_folded, row), err);
    if (!st)
        st = lac_link_data_set(data, SURNAME, i, lac_text(records, LAC_COL_records_surname_folded, row), err);
    if (!st) st = lac_link_data_set(data, DOB, i, date, err);
    int year = birth_year(records, row);
    date[0] = '\0';
    if (year > 0) snprintf(date, sizeof date, "%d", year);
    if (!st) st = lac_link_data_set(data, BIRTH_YEAR, i, date, err);
    if (!st) st = lac_link_data_set(data, FORCE, i, lac_text(records, LAC_COL_records_force, row), err);
    if (!st) st = lac_link_data_set(data, POSTCODE, i, lac_text(records, LAC_COL_records_postcode, row), err);
    if (!st) st = lac_link_data_set(data, SEX, i, lac_text(records, LAC_COL_records_sex, row), err);
    return st;
}

/* Where the surname of a full name begins: the longest ending that is some record's own surname, else the
 * last word; the length of the name where it has one word alone. */
static size_t surname_begin(const struct lac_link_field *surname, const char *name)
{
    size_t last = strlen(name);
    for (const char *gap = strchr(name, ' '); gap; gap = strchr(gap + 1, ' ')) {
        uint32_t id = lac_dict_find(&surname->values.dict, gap + 1);
        last = (size_t)(gap + 1 - name);
        if (id != LAC_MISSING_STR && surname->values.frequency[id] > 0) return last;
    }
    return last;
}

/* Other names of a record, `Forename Surname` and folded; a single word counts as a forename. */
static enum lac_status set_aliases(const struct lac_table *records, size_t row, struct lac_link_data *data,
                                   uint32_t i, struct lac_error *err)
{
    char name[1024];
    enum lac_status st = LAC_OK;
    const char *text = lac_text(records, LAC_COL_records_aliases_folded, row);
    while (!st && *text) {
        size_t length = strcspn(text, ";");
        if (length > 0 && length < sizeof name) {
            memcpy(name, text, length);
            name[length] = '\0';
            size_t begin = surname_begin(&data->field[SURNAME], name);
            st = lac_link_also_add(data, SURNAME, i, name + begin, err);
            if (begin < length) name[begin - 1] = '\0';
            if (!st) st = lac_link_also_add(data, FORENAME, i, name, err);
        }
        text += length + (text[length] == ';');
    }
    return st;
}

static enum lac_status set_scoped(struct lac_link_data *data, size_t field, uint32_t i,
                                  struct lac_buffer *text, struct lac_error *err)
{
    enum lac_status st = lac_buffer_status(text, err);
    return st ? st : lac_link_data_set(data, field, i, text->text, err);
}

static enum lac_status set_references(const struct lac_table *records, const struct lac_table *returns,
                                      struct lac_link_population *population, uint32_t i,
                                      struct lac_buffer *text, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    struct lac_link_data *data = &population->data;
    size_t row = population->record[i];
    const char *frame = lac_text(records, LAC_COL_records_ethnicity_frame, row);
    const char *ethnicity = lac_text(records, LAC_COL_records_ethnicity, row);
    const char *local = lac_text(records, LAC_COL_records_person_ref, row);
    const char *national = lac_text(records, LAC_COL_records_national_ref, row);
    if (*ethnicity && strcmp(frame, "TEXT") != 0) {
        lac_buffer_clear(text);
        lac_buffer_printf(text, "%s" PART "%s\x1f%s", frame,
                          lac_text(records, LAC_COL_records_ethnicity_source, row), ethnicity);
        st = set_scoped(data, ETHNICITY, i, text, err);
    }
    if (!st && *local) {
        size_t home = lac_u32(records, LAC_COL_records_return_index)[row];
        lac_buffer_clear(text);
        lac_buffer_printf(text, "%s" PART "%s" PART "%s\x1f%s", lac_text(records, LAC_COL_records_force, row),
                          lac_text(records, LAC_COL_records_list, row),
                          lac_text(returns, LAC_COL_returns_agency, home), local);
        st = set_scoped(data, PERSON_REF, i, text, err);
    }
    if (!st && *national) {
        const char *colon = strchr(national, ':');
        lac_buffer_clear(text);
        if (colon) lac_buffer_add_n(text, national, (size_t)(colon - national));
        lac_buffer_printf(text, "\x1f%s", national);
        st = set_scoped(data, NATIONAL_REF, i, text, err);
    }
    return st;
}

static enum lac_status check_returns(const struct lac_table *records, const struct lac_table *returns,
                                     struct lac_error *err)
{
    const uint32_t *index = lac_u32(records, LAC_COL_records_return_index);
    for (size_t row = 0; row < records->rows; row++) {
        if (index[row] < returns->rows) continue;
        enum lac_status st = lac_fail(err, LAC_INPUT, "a record points at no row of `returns`");
        lac_error_row(err, (int64_t)row, "return_index");
        lac_error_remedy(err, "records.h5 is damaged: run `lacuna ingest` again");
        return st;
    }
    return LAC_OK;
}

struct code {
    const char *text;
    uint32_t code;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct code *)a)->text, ((const struct code *)b)->text);
}

/* Numbers of the values of a column of codes. */
struct numbering {
    uint32_t *number, count; /* per record; how many there are */
    const char **name;       /* per number, NULL for the missing one */
};

/* Numbers the values in their own order, which does not depend on the rows; a missing one comes last. */
static enum lac_status codes_number(const struct lac_table *records, enum lac_column_id column,
                                    const struct lac_link_population *population, struct numbering *to,
                                    struct lac_error *err)
{
    const struct lac_dict *dict = lac_dict_of(records, column);
    const uint32_t *code = lac_codes(records, column);
    struct code *order = malloc(((size_t)dict->count + 1) * sizeof *order);
    uint32_t *place = malloc(((size_t)dict->count + 1) * sizeof *place);
    to->number = malloc(((size_t)population->data.n + 1) * sizeof *to->number);
    to->name = calloc((size_t)dict->count + 1, sizeof *to->name);
    to->count = dict->count + 1;
    bool ok = order && place && to->number && to->name;
    if (ok) {
        for (uint32_t c = 0; c < dict->count; c++) order[c] = (struct code){lac_dict_text(dict, c), c};
        qsort(order, dict->count, sizeof *order, by_text);
        for (uint32_t c = 0; c < dict->count; c++) {
            place[order[c].code] = c;
            to->name[c] = order[c].text;
        }
        for (uint32_t i = 0; i < population->data.n; i++) {
            uint32_t at = code[population->record[i]];
            to->number[i] = at == LAC_MISSING_STR ? dict->count : place[at];
        }
    }
    free(order);
    free(place);
    return ok ? LAC_OK : lac_fail_memory(err, "lists and forces");
}

static enum lac_status places_make(const struct lac_table *records, struct lac_link_population *population,
                                   struct lac_error *err)
{
    struct numbering lists = {0}, forces = {0};
    struct lac_link_data *data = &population->data;
    enum lac_status st = codes_number(records, LAC_COL_records_list, population, &lists, err);
    if (!st) st = codes_number(records, LAC_COL_records_force, population, &forces, err);
    data->source = population->source = lists.number;
    data->sources = lists.count;
    data->source_name = population->source_name = lists.name;
    data->region = population->region = forces.number;
    free(forces.name);
    return st;
}

enum lac_status lac_link_population_make(const struct lac_table *records, const struct lac_table *returns,
                                         enum lac_link_population_id id,
                                         struct lac_link_population *population, struct lac_error *err)
{
    struct lac_buffer text = {0};
    struct lac_link_data *data = &population->data;
    memset(population, 0, sizeof *population);
    lac_link_data_init(data);
    population->name = id == LAC_LINK_VICTIMS ? "victims" : "suspects";
    population->prefix = id == LAC_LINK_VICTIMS ? 'V' : 'S';
    enum lac_status st = check_returns(records, returns, err);
    if (!st) st = rows_choose(records, id, population, err);
    if (!st) st = rows_order(records, returns, population, err);
    if (!st) st = places_make(records, population, err);
    for (size_t f = 0; !st && f < FIELDS; f++) {
        st = lac_link_data_field(data, fields[f].name, fields[f].kind, err);
        if (st) break;
        data->field[f].term_frequency = fields[f].term_frequency;
        data->field[f].key = fields[f].key;
        data->field[f].household = fields[f].household;
        data->field[f].mate = fields[f].mate;
        data->field[f].instead = fields[f].instead;
    }
    for (uint32_t i = 0; !st && i < data->n; i++) {
        st = set_plain(records, population->record[i], data, i, err);
        if (!st) st = set_references(records, returns, population, i, &text, err);
    }
    for (uint32_t i = 0; !st && i < data->n; i++)
        st = set_aliases(records, population->record[i], data, i, err);
    lac_buffer_release(&text);
    return st;
}

void lac_link_population_release(struct lac_link_population *population)
{
    lac_link_data_release(&population->data);
    free(population->record);
    free(population->alone);
    free(population->source);
    free(population->region);
    free(population->source_name);
    population->source_name = NULL;
    population->record = population->alone = population->source = population->region = NULL;
}
