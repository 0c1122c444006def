/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_VALUES_H
#define LAC_LINK_VALUES_H
/* Distinct values of a field with their frequencies: equality of values is equality of ids. */
#include "table/table.h"

struct lac_link_values {
    struct lac_dict dict;
    uint32_t *frequency; /* records per id */
    size_t capacity;
};

void lac_link_values_init(struct lac_link_values *values);
void lac_link_values_release(struct lac_link_values *values);
/* The id of `text`, which is not empty; a new one is the value of no record yet. Amortised O(length). */
enum lac_status lac_link_values_code(struct lac_link_values *values, const char *text, uint32_t *id,
                                     struct lac_error *err) LAC_CHECKED;
/* Counts one record with `text`, which is not empty, and gives its id. Amortised O(length). */
enum lac_status lac_link_values_add(struct lac_link_values *values, const char *text, uint32_t *id,
                                    struct lac_error *err) LAC_CHECKED;
/* Counts the records that bear each value, from n ids (LAC_MISSING_STR: none). */
enum lac_status lac_link_values_count(struct lac_link_values *values, const uint32_t *id, uint32_t n,
                                      struct lac_error *err) LAC_CHECKED;
static inline const char *lac_link_value_text(const struct lac_link_values *values, uint32_t id)
{
    return values->dict.bytes + values->dict.offset[id];
}
static inline size_t lac_link_value_length(const struct lac_link_values *values, uint32_t id)
{
    return (size_t)(values->dict.offset[id + 1] - values->dict.offset[id]) - 1;
}

#endif
