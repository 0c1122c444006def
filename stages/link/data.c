/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "also.h"
#include "compare_date.h"
#include "compare_name.h"
#include "compare_postcode.h"
#include "compare_words.h"
#include "intern.h"
#include "link.h"
#include "nicknames.h"

const struct lac_link_kind_info lac_link_kinds[LAC_LINK_KIND_COUNT] = {
    [LAC_LINK_NAME] = {"name",
                       8,
                       {{"missing", 0},
                        {"exact", .80},
                        {"nickname", .03},
                        {"jaro-winkler >= 0.92", .06},
                        {"jaro-winkler >= 0.88", .02},
                        {"jaro-winkler >= 0.7", .03},
                        {"initial", .02},
                        {"else", .035},
                        {"exchanged with the other name", .005}}},
    [LAC_LINK_TEXT] = {"text",
                       5,
                       {{"missing", 0},
                        {"exact", .70},
                        {"jaro-winkler >= 0.92", .08},
                        {"jaro-winkler >= 0.88", .04},
                        {"jaro-winkler >= 0.7", .06},
                        {"else", .12}}},
    [LAC_LINK_EXACT] = {"exact", 2, {{"missing", 0}, {"exact", .9}, {"else", .1}}},
    [LAC_LINK_DATE] = {"date",
                       11,
                       {{"missing", 0},
                        {"exact", .84},
                        {"exact, 1 January", .01},
                        {"one edit", .05},
                        {"day and month swapped", .01},
                        {"within 31 days", .01},
                        {"within 366 days", .02},
                        {"within 10 years", .02},
                        {"else", .02},
                        {"partial: year and month", .005},
                        {"partial: year", .012},
                        {"partial: else", .003}}},
    [LAC_LINK_POSTCODE] =
        {"postcode",
         5,
         {{"missing", 0}, {"exact", .50}, {"sector", .07}, {"district", .10}, {"area", .15}, {"else", .18}}},
    [LAC_LINK_BIRTH_YEAR] =
        {"year",
         4,
         {{"missing", 0}, {"exact", .75}, {"next year", .15}, {"within 3 years", .05}, {"else", .05}}},
    [LAC_LINK_FULL_NAME] = {"full-name",
                            6,
                            {{"missing", 0},
                             {"exact", .65},
                             {"same words in another order", .05},
                             {"jaro-winkler >= 0.92", .08},
                             {"jaro-winkler >= 0.88", .05},
                             {"jaro-winkler >= 0.7", .09},
                             {"else", .08}}},
    [LAC_LINK_NUMBER] =
        {"number",
         4,
         {{"missing", 0}, {"exact", .75}, {"within 1 %", .05}, {"within 10 %", .08}, {"else", .12}}},
    [LAC_LINK_SET] = {"set",
                      4,
                      {{"missing", 0}, {"exact", .6}, {"half shared", .2}, {"any shared", .1}, {"else", .1}}},
    [LAC_LINK_SCOPED] = {"scoped", 2, {{"missing", 0}, {"exact", .8}, {"else", .2}}},
    [LAC_LINK_IDENTIFIER] = {"identifier",
                             3,
                             {{"missing", 0}, {"exact", .8}, {"one edit", .05}, {"else", .15}}},
};

void lac_link_data_init(struct lac_link_data *data)
{
    memset(data, 0, sizeof *data);
    data->within_source = true;
    data->lists = 1;
}

enum lac_status lac_link_data_field(struct lac_link_data *data, const char *name, enum lac_link_kind kind,
                                    struct lac_error *err)
{
    if (data->fields == LAC_LINK_FIELDS)
        return lac_fail(err, LAC_USAGE, "more than %d fields to compare", LAC_LINK_FIELDS);
    struct lac_link_field *field = &data->field[data->fields];
    field->name = name;
    field->kind = kind;
    field->mate = field->instead = LAC_LINK_NO_FIELD;
    lac_link_values_init(&field->values);
    field->value = malloc((data->n ? data->n : 1) * sizeof *field->value);
    if (!field->value) return lac_fail_memory(err, "values of a field");
    for (uint32_t i = 0; i < data->n; i++) field->value[i] = LAC_LINK_NULL;
    data->fields++;
    return LAC_OK;
}

enum lac_status lac_link_data_set(struct lac_link_data *data, size_t field, uint32_t record, const char *text,
                                  struct lac_error *err)
{
    if (!text || !*text) return LAC_OK;
    return lac_link_values_add(&data->field[field].values, text, &data->field[field].value[record], err);
}

static enum lac_status prepare_names(struct lac_link_field *field, struct lac_error *err)
{
    size_t count = field->values.dict.count;
    field->length = malloc(count + 1);
    field->letters = malloc((count + 1) * sizeof *field->letters);
    if (!field->length || !field->letters) return lac_fail_memory(err, "letter sets");
    for (uint32_t v = 0; v < count; v++) {
        size_t length = lac_link_value_length(&field->values, v);
        field->length[v] = (uint8_t)(length < LAC_LINK_NAME_LENGTH ? length : LAC_LINK_NAME_LENGTH);
        field->letters[v] = lac_link_letters(lac_link_value_text(&field->values, v), length);
    }
    return LAC_OK;
}

static enum lac_status prepare_days(struct lac_link_field *field, struct lac_error *err)
{
    size_t count = field->values.dict.count;
    field->day = malloc((count + 1) * sizeof *field->day);
    if (!field->day) return lac_fail_memory(err, "days");
    for (uint32_t v = 0; v < count; v++) {
        const char *text = lac_link_value_text(&field->values, v);
        int32_t partial = 0;
        for (size_t i = 0; i < 8 && text[i] >= '0' && text[i] <= '9'; i++)
            partial = partial * 10 + (text[i] - '0');
        field->day[v] = lac_link_day_make(partial);
    }
    return LAC_OK;
}

static enum lac_status part_id(struct lac_dict *dict, const char *text, size_t length, uint32_t *id,
                               struct lac_error *err)
{
    char part[64];
    *id = LAC_LINK_NULL;
    if (length == 0 || length >= sizeof part) return LAC_OK;
    memcpy(part, text, length);
    part[length] = '\0';
    return lac_dict_code(dict, part, id, err);
}

/* Codes of sectors, districts and areas, and of any other code as a whole; what each lies in, once. */
struct places {
    struct lac_dict parts;
    struct lac_link_intern texts; /* as far as the sector; its values: places in `known` */
    struct lac_link_place *known;
    size_t count, capacity;
};

static enum lac_status place_add(struct places *places, const char *text, bool british, uint32_t *at,
                                 struct lac_error *err)
{
    void *known = places->known;
    enum lac_status st = lac_grow(&known, &places->capacity, places->count + 1, sizeof *places->known, err);
    places->known = known;
    if (st) return st;
    struct lac_link_place *place = &places->known[places->count];
    for (unsigned part = 1; !st && part < 4; part++) /* another code is one part at all depths */
        st = part_id(&places->parts, text, british ? lac_link_postcode_part(text, part) : strlen(text),
                     &place->part[part - 1], err);
    *at = (uint32_t)places->count++;
    return st;
}

static enum lac_status place_find(struct places *places, const char *text, uint32_t *place,
                                  struct lac_error *err)
{
    struct lac_link_intern_slot *slot;
    bool fresh, british = lac_link_postcode_part(text, 2) > 0, full = lac_link_postcode_part(text, 0) > 0;
    size_t length = lac_link_postcode_part(text, 1);
    if (!length) length = strlen(text);
    if (length > LAC_LINK_INTERN_LONGEST) length = LAC_LINK_INTERN_LONGEST;
    const struct lac_link_intern_text known_as = {text, length, lac_link_intern_hash(text, length)};
    enum lac_status st = lac_link_intern_find(&places->texts, known_as, &slot, &fresh, err);
    if (!st && fresh) st = place_add(places, text, british, &slot->value, err);
    if (st) return st;
    bool known = places->known[slot->value].part[2] != LAC_LINK_NULL || british;
    *place = slot->value | (full && known ? LAC_LINK_PLACE_FULL : 0);
    return LAC_OK;
}

static enum lac_status prepare_places(struct lac_link_field *field, struct lac_error *err)
{
    size_t count = field->values.dict.count;
    struct places places = {0};
    enum lac_status st = LAC_OK;
    field->place = malloc((count + 1) * sizeof *field->place);
    if (!field->place) st = lac_fail_memory(err, "postcode parts");
    for (uint32_t v = 0; !st && v < count; v++)
        st = place_find(&places, lac_link_value_text(&field->values, v), &field->place[v], err);
    field->places = places.known;
    lac_dict_release(&places.parts);
    lac_link_intern_release(&places.texts);
    return st;
}

static enum lac_status prepare_scopes(struct lac_link_field *field, struct lac_error *err)
{
    size_t count = field->values.dict.count;
    struct lac_dict scopes;
    struct lac_buffer scope = {0};
    enum lac_status st = LAC_OK;
    lac_dict_init(&scopes);
    field->scope = malloc((count + 1) * sizeof *field->scope);
    if (!field->scope) st = lac_fail_memory(err, "scopes");
    for (uint32_t v = 0; !st && v < count; v++) {
        const char *text = lac_link_value_text(&field->values, v), *mark = strchr(text, LAC_LINK_SCOPE_MARK);
        lac_buffer_clear(&scope);
        lac_buffer_add(&scope, "-"); /* so that an empty scope is a scope */
        if (mark) lac_buffer_add_n(&scope, text, (size_t)(mark - text));
        if ((st = lac_buffer_status(&scope, err))) break;
        st = lac_dict_code(&scopes, scope.text, &field->scope[v], err);
    }
    lac_buffer_release(&scope);
    lac_dict_release(&scopes);
    return st;
}

static enum lac_status prepare_years(struct lac_link_field *field, struct lac_error *err)
{
    size_t count = field->values.dict.count;
    field->year = malloc((count + 1) * sizeof *field->year);
    if (!field->year) return lac_fail_memory(err, "years");
    for (uint32_t v = 0; v < count; v++)
        field->year[v] = (int32_t)strtol(lac_link_value_text(&field->values, v), NULL, 10);
    return LAC_OK;
}

/* Finds each value among those of the field it may be exchanged with. */
static enum lac_status prepare_mate(struct lac_link_data *data, struct lac_link_field *field,
                                    struct lac_error *err)
{
    if (field->mate == LAC_LINK_NO_FIELD) return LAC_OK;
    const struct lac_dict *other = &data->field[field->mate].values.dict;
    size_t count = field->values.dict.count;
    field->as_mate = malloc((count + 1) * sizeof *field->as_mate);
    if (!field->as_mate) return lac_fail_memory(err, "names");
    for (uint32_t v = 0; v < count; v++)
        field->as_mate[v] = lac_dict_find(other, lac_link_value_text(&field->values, v));
    return LAC_OK;
}

static enum lac_status prepare_numbers(struct lac_link_field *field, struct lac_error *err)
{
    size_t count = field->values.dict.count;
    field->number = calloc(count + 1, sizeof *field->number);
    if (!field->number) return lac_fail_memory(err, "numbers");
    for (uint32_t v = 0; v < count; v++) /* texts were checked when they came in; 0 otherwise */
        if (!lac_text_double(lac_link_value_text(&field->values, v), &field->number[v])) field->number[v] = 0;
    return LAC_OK;
}

static enum lac_status prepare_items(struct lac_link_field *field, char separator, struct lac_error *err)
{
    field->items = calloc(1, sizeof *field->items);
    if (!field->items) return lac_fail_memory(err, "sets");
    return lac_link_items_make(&field->values, separator, field->items, err);
}

static enum lac_status prepare_field(struct lac_link_field *field, const struct lac_link_nicknames *nicknames,
                                     struct lac_error *err)
{
    enum lac_status st;
    switch (field->kind) {
    case LAC_LINK_NAME:
        if ((st = prepare_names(field, err))) return st;
        return nicknames ? lac_link_nicknames_resolve(field, nicknames, err) : LAC_OK;
    case LAC_LINK_TEXT:
        return prepare_names(field, err);
    case LAC_LINK_FULL_NAME:
        if ((st = prepare_names(field, err))) return st;
        return prepare_items(field, ' ', err);
    case LAC_LINK_NUMBER:
        return prepare_numbers(field, err);
    case LAC_LINK_SET:
        return prepare_items(field, ';', err);
    case LAC_LINK_DATE:
        return prepare_days(field, err);
    case LAC_LINK_POSTCODE:
        return prepare_places(field, err);
    case LAC_LINK_SCOPED:
    case LAC_LINK_IDENTIFIER:
        return prepare_scopes(field, err);
    case LAC_LINK_BIRTH_YEAR:
        return prepare_years(field, err);
    default:
        return LAC_OK;
    }
}

/* Places of levels in the pattern, and of numbers of comparisons after them. */
static enum lac_status pattern_layout(struct lac_link_data *data, struct lac_error *err)
{
    unsigned shift = 0;
    for (size_t f = 0; f < data->fields; f++) {
        struct lac_link_field *field = &data->field[f];
        field->bits = 1;
        while (1u << field->bits <= lac_link_kinds[field->kind].levels) field->bits++;
        field->shift = shift;
        shift += field->bits;
    }
    for (size_t f = 0; f < data->fields; f++) {
        data->field[f].tries_shift = shift;
        if (data->field[f].also) shift += 2;
    }
    return shift <= 32
               ? LAC_OK
               : lac_fail(err, LAC_USAGE, "the fields have more comparison levels than a pattern holds");
}

enum lac_status lac_link_data_prepare(struct lac_link_data *data, const struct lac_link_nicknames *nicknames,
                                      struct lac_error *err)
{
    data->columns = data->fields;
    data->lists = data->source && data->sources > 1 && data->sources <= LAC_LINK_LISTS
                      ? data->sources * (data->sources + 1) / 2
                      : 1;
    for (size_t f = 0; f < data->fields; f++) {
        struct lac_link_field *field = &data->field[f];
        field->beside = field->kind == LAC_LINK_POSTCODE || field->also ? data->columns++ : LAC_LINK_NO_FIELD;
        enum lac_status st = LAC_OK;
        if (field->kind == LAC_LINK_NAME && !field->values.dict.slot) /* names are looked up below */
            st = lac_dict_index(&field->values.dict, err);
        if (st || (st = prepare_field(field, nicknames, err))) return st;
    }
    enum lac_status st = pattern_layout(data, err);
    for (size_t f = 0; !st && f < data->fields; f++) st = prepare_mate(data, &data->field[f], err);
    return st;
}

void lac_link_data_release(struct lac_link_data *data)
{
    for (size_t f = 0; f < data->fields; f++) {
        struct lac_link_field *field = &data->field[f];
        lac_link_values_release(&field->values);
        free(field->value);
        free(field->length);
        free(field->letters);
        free(field->day);
        free(field->place);
        free(field->places);
        free(field->scope);
        free(field->year);
        free(field->as_mate);
        free(field->number);
        if (field->items) lac_link_items_release(field->items);
        free(field->items);
        free(field->nickname);
        free(field->nicknamed);
        lac_link_also_release(field);
    }
    data->fields = 0;
}
