/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "also.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "compare.h"

const double lac_link_tries_typical[LAC_LINK_TRIES] = {1, 2, 3.5, 8};

static enum lac_status value_push(struct lac_link_also *also, uint32_t id, struct lac_error *err)
{
    void *value = also->value;
    uint32_t count = also->first[also->sets];
    enum lac_status st = lac_grow(&value, &also->capacity[1], (size_t)count + 1, sizeof *also->value, err);
    also->value = value;
    if (st) return st;
    also->value[count] = id;
    also->first[also->sets] = count + 1;
    return LAC_OK;
}

/* Begins a set with the record's own value. */
static enum lac_status set_open(struct lac_link_also *also, uint32_t record, uint32_t own,
                                struct lac_error *err)
{
    void *first = also->first;
    enum lac_status st =
        lac_grow(&first, &also->capacity[0], (size_t)also->sets + 2, sizeof *also->first, err);
    also->first = first;
    if (st) return st;
    also->of[record] = also->sets++;
    also->first[also->sets] = also->first[also->sets - 1];
    return value_push(also, own, err);
}

static enum lac_status also_make(uint32_t n, struct lac_link_field *field, struct lac_error *err)
{
    struct lac_link_also *also = field->also = calloc(1, sizeof *also);
    if (!also) return lac_fail_memory(err, "aliases");
    also->of = malloc(((size_t)n + 1) * sizeof *also->of);
    also->first = calloc(2, sizeof *also->first);
    also->capacity[0] = 2;
    if (!also->of || !also->first) return lac_fail_memory(err, "aliases");
    for (uint32_t i = 0; i < n; i++) also->of[i] = LAC_LINK_NULL;
    return LAC_OK;
}

enum lac_status lac_link_also_add(struct lac_link_data *data, size_t f, uint32_t record, const char *text,
                                  struct lac_error *err)
{
    struct lac_link_field *field = &data->field[f];
    uint32_t id, own = field->value[record];
    if (!*text) return LAC_OK;
    if (own == LAC_LINK_NULL) return lac_link_data_set(data, f, record, text, err);
    enum lac_status st = lac_link_values_code(&field->values, text, &id, err);
    if (!st && id != own && !field->also) st = also_make(data->n, field, err);
    if (st || id == own) return st;
    struct lac_link_also *also = field->also;
    if (also->of[record] == LAC_LINK_NULL) st = set_open(also, record, own, err);
    if (st) return st;
    uint32_t from = also->first[also->sets - 1], to = also->first[also->sets];
    for (uint32_t k = from; k < to; k++)
        if (also->value[k] == id) return LAC_OK;
    if (to - from < LAC_LINK_ALSO) return value_push(also, id, err);
    also->dropped++;
    return LAC_OK;
}

void lac_link_also_release(struct lac_link_field *field)
{
    if (!field->also) return;
    free(field->also->of);
    free(field->also->first);
    free(field->also->value);
    free(field->also);
    field->also = NULL;
}

uint32_t lac_link_also_values(const struct lac_link_field *field, uint32_t record, const uint32_t **values)
{
    const struct lac_link_also *also = field->also;
    *values = &field->value[record];
    if (**values == LAC_LINK_NULL) return 0;
    if (!also || also->of[record] == LAC_LINK_NULL) return 1;
    const uint32_t *first = &also->first[also->of[record]];
    *values = also->value + first[0];
    return first[1] - first[0];
}

uint32_t lac_link_also_tries(const struct lac_link_field *field, uint32_t left, uint32_t right)
{
    const uint32_t *values;
    if (!field->also) return 1;
    return lac_link_also_values(field, left, &values) * lac_link_also_values(field, right, &values);
}

uint32_t lac_link_also_agreed(const struct lac_link_field *field, uint32_t left, uint32_t right,
                              const double *share)
{
    const uint32_t *a, *b;
    uint32_t agreed = LAC_LINK_NULL;
    if (!field->also) return field->value[left];
    uint32_t as = lac_link_also_values(field, left, &a), bs = lac_link_also_values(field, right, &b);
    for (uint32_t x = 0; x < as; x++)
        for (uint32_t y = 0; y < bs; y++)
            if (a[x] == b[y] && (agreed == LAC_LINK_NULL || share[a[x]] < share[agreed])) agreed = a[x];
    return agreed == LAC_LINK_NULL ? field->value[left] : agreed;
}

/* Adds up the levels from the best one on; what is left of 1 is names exchanged. */
void lac_link_best_of(const double *m, const double *u, double tries, struct lac_link_best *best)
{
    double before_m = 0, before_u = 0, sum_m = 0, sum_u = 0;
    const double most_m = 1 - m[LAC_LINK_NAME_EXCHANGED], most_u = 1 - u[LAC_LINK_NAME_EXCHANGED];
    memcpy(best->m, m, sizeof best->m);
    memcpy(best->u, u, sizeof best->u);
    for (unsigned l = LAC_LINK_NAME_EXACT; l <= LAC_LINK_NAME_ELSE; l++) {
        sum_m += m[l] / most_m;
        sum_u += u[l] / most_u;
        /* ln(1 - U), of the last level minus infinity */
        double miss = l == LAC_LINK_NAME_ELSE ? -HUGE_VAL : log1p(-fmin(sum_u, 1 - 1e-12));
        double reach_u = -expm1(tries * miss);
        double reach_m = 1 - (l == LAC_LINK_NAME_ELSE ? 0 : (1 - fmin(sum_m, 1)) * exp((tries - 1) * miss));
        best->m[l] = fmax(reach_m - before_m, 1e-12) * most_m;
        best->u[l] = fmax(reach_u - before_u, 1e-12) * most_u;
        before_m = reach_m;
        before_u = reach_u;
    }
}
