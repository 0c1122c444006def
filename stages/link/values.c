/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "values.h"
#include <stdlib.h>
#include <string.h>

void lac_link_values_init(struct lac_link_values *values)
{
    lac_dict_init(&values->dict);
    values->frequency = NULL;
    values->capacity = 0;
}

void lac_link_values_release(struct lac_link_values *values)
{
    lac_dict_release(&values->dict);
    free(values->frequency);
    values->frequency = NULL;
    values->capacity = 0;
}

enum lac_status lac_link_values_code(struct lac_link_values *values, const char *text, uint32_t *id,
                                     struct lac_error *err)
{
    uint32_t before = values->dict.count;
    enum lac_status st = lac_dict_code(&values->dict, text, id, err);
    if (st) return st;
    void *frequency = values->frequency;
    st = lac_grow(&frequency, &values->capacity, values->dict.count, sizeof *values->frequency, err);
    values->frequency = frequency;
    if (!st && values->dict.count > before) values->frequency[*id] = 0;
    return st;
}

enum lac_status lac_link_values_add(struct lac_link_values *values, const char *text, uint32_t *id,
                                    struct lac_error *err)
{
    enum lac_status st = lac_link_values_code(values, text, id, err);
    if (!st) values->frequency[*id]++;
    return st;
}

enum lac_status lac_link_values_count(struct lac_link_values *values, const uint32_t *id, uint32_t n,
                                      struct lac_error *err)
{
    void *frequency = values->frequency;
    enum lac_status st = lac_grow(&frequency, &values->capacity, (size_t)values->dict.count + 1,
                                  sizeof *values->frequency, err);
    values->frequency = frequency;
    if (st) return st;
    memset(values->frequency, 0, (size_t)values->dict.count * sizeof *values->frequency);
    for (uint32_t i = 0; i < n; i++)
        if (id[i] != LAC_MISSING_STR) values->frequency[id[i]]++;
    return LAC_OK;
}
