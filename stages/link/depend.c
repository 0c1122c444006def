/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "depend.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/digest.h"
#include "compare.h"
#include "sort.h"

static double pairs_among(double n)
{
    return n * (n - 1) / 2;
}

/* Value of a record that is exact when another record has it too, or LAC_LINK_NULL. */
static uint32_t exact_value(const struct lac_link_field *field, uint32_t record)
{
    struct lac_link_scratch scratch;
    uint32_t value = field->value[record];
    if (value == LAC_LINK_NULL) return value;
    memset(&scratch, 0, sizeof scratch);
    return lac_link_level(field, &scratch, value, value) == 1 ? value : LAC_LINK_NULL;
}

/* Whether a record is counted, by chance alone: of n about LAC_LINK_DEPEND. The first ones would not do, as
 * the order of the records of a table goes by what they say, and even steps would part those that are alike.
 */
static bool is_counted(uint32_t record, uint32_t n)
{
    return n <= LAC_LINK_DEPEND || lac_hash64(&record, sizeof record, 0) % n < LAC_LINK_DEPEND;
}

/* Pairs of records with both fields known, and those equal in both. */
static enum lac_status joint_count(const struct lac_link_data *data, size_t f, size_t g,
                                   struct lac_link_joint *joint, struct lac_error *err)
{
    size_t count = 0, known = 0, room = 0;
    for (uint32_t i = 0; i < data->n; i++) room += is_counted(i, data->n);
    struct lac_link_pair *item = malloc(2 * (room + 1) * sizeof *item);
    if (!item) return lac_fail_memory(err, "fields that depend on each other");
    for (uint32_t i = 0; i < data->n; i++) {
        if (!is_counted(i, data->n) || data->field[f].value[i] == LAC_LINK_NULL ||
            data->field[g].value[i] == LAC_LINK_NULL)
            continue;
        uint32_t a = exact_value(&data->field[f], i), b = exact_value(&data->field[g], i);
        known++;
        if (a != LAC_LINK_NULL && b != LAC_LINK_NULL)
            item[count++] = (struct lac_link_pair){(uint64_t)a << 32 | b, 0, 0};
    }
    if (count) lac_link_sort(item, item + count, count);
    joint->known = pairs_among((double)known);
    joint->equal = 0;
    for (size_t first = 0, last; first < count; first = last) {
        for (last = first + 1; last < count && item[last].key == item[first].key;) last++;
        joint->equal += pairs_among((double)(last - first));
    }
    joint->counted = true;
    free(item);
    return LAC_OK;
}

static bool may_depend(const struct lac_link_data *data, size_t f, size_t g)
{
    uint32_t household, twins;
    lac_link_classes(data, UINT32_MAX, &household, &twins);
    if (lac_link_is_scoped(data->field[f].kind) || lac_link_is_scoped(data->field[g].kind)) return false;
    if (data->field[g].instead == f || data->field[f].instead == g) return false;
    return !(twins >> f & 1) || !(twins >> g & 1);
}

enum lac_status lac_link_lifts_make(const struct lac_link_data *data, struct lac_link_model *model,
                                    struct lac_error *err)
{
    memset(model->lift, 0, sizeof model->lift);
    for (size_t f = 0; f < data->fields; f++)
        for (size_t g = f + 1; g < data->fields; g++) {
            struct lac_link_joint *joint = &model->joint[f][g];
            double chance = model->u[f][1] * model->u[g][1];
            double matched = model->lambda * model->m[f][1] * model->m[g][1];
            if (chance < matched || !may_depend(data, f, g)) continue;
            enum lac_status st = joint->counted ? LAC_OK : joint_count(data, f, g, joint, err);
            if (st) return st;
            double apart = fmax(joint->equal - matched * joint->known, 0);
            model->lift[f][g] = model->lift[g][f] =
                log((apart + LAC_LINK_PRIOR_PAIRS) / (chance * joint->known + LAC_LINK_PRIOR_PAIRS));
        }
    return LAC_OK;
}
