/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strata.h"

#include <string.h>

static const char sexes[] = {'F', 'M', 'I'};

/* Bands from the first ages of all but the lowest. */
static enum lac_status make_bands(const struct lac_strings *first, struct lac_arena *arena,
                                  struct lac_reconcile_stratum *stratum)
{
    size_t bands = first->count + 1;
    int32_t *from = LAC_NEW(arena, int32_t, bands);
    const char **value = LAC_NEW(arena, const char *, bands);

    if (from == NULL || value == NULL) return LAC_NOMEM;
    for (size_t i = 1; i < bands; i++) from[i] = lac_strata_age(first->item[i - 1]);
    for (size_t i = 0; i < bands; i++) {
        value[i] = i + 1 < bands ? lac_arena_printf(arena, "%d-%d", from[i], from[i + 1] - 1)
                                 : lac_arena_printf(arena, "%d+", from[i]);
        if (value[i] == NULL) return LAC_NOMEM;
    }
    *stratum = (struct lac_reconcile_stratum){LAC_RECONCILE_BY_AGE, "age_band", value, bands, from};
    return LAC_OK;
}

enum lac_status lac_reconcile_strata_make(const struct lac_strata_settings *settings, struct lac_arena *arena,
                                          struct lac_reconcile_strata *strata, struct lac_error *err)
{
    static const char *const sex[] = {"F", "M", "I"};

    strata->count = 0;
    for (size_t i = 0; i < settings->by.count; i++) {
        struct lac_reconcile_stratum *stratum = &strata->item[strata->count++];

        if (strcmp(settings->by.item[i], "sex") == 0)
            *stratum = (struct lac_reconcile_stratum){LAC_RECONCILE_BY_SEX, "sex", sex, LAC_COUNT(sex), NULL};
        else if (make_bands(&settings->age_bands, arena, stratum) != LAC_OK)
            return lac_fail_memory(err, "strata");
    }
    return LAC_OK;
}

size_t lac_reconcile_stratum_band(const struct lac_reconcile_stratum *stratum, int age)
{
    size_t band = stratum->values - 1;

    while (band > 0 && age < stratum->from[band]) band--;
    return band;
}

size_t lac_reconcile_stratum_value(const struct lac_reconcile_stratum *stratum,
                                   const struct lac_reconcile_person *person,
                                   const struct lac_reconcile_outcome *outcome)
{
    size_t value = 0;

    if (stratum->by == LAC_RECONCILE_BY_AGE) {
        value = lac_reconcile_stratum_band(stratum, outcome->age_low);
        return value == lac_reconcile_stratum_band(stratum, outcome->age_high) ? value : stratum->values;
    }
    while (value < stratum->values && person->sex != sexes[value]) value++;
    return value;
}

size_t lac_reconcile_spots_count(const struct lac_reconcile_spots *spots)
{
    size_t n = spots->geography->forces + 1;

    for (size_t k = 0; k < spots->strata->count; k++)
        n += (spots->strata->item[k].values + 1) * (spots->geography->regions + 1);
    return n;
}

uint32_t lac_reconcile_spot_of_force(const struct lac_reconcile_spots *spots, uint32_t force)
{
    return force < spots->geography->forces ? force : (uint32_t)spots->geography->forces;
}

uint32_t lac_reconcile_spot_of_value(const struct lac_reconcile_spots *spots, size_t stratum, size_t value,
                                     uint32_t force)
{
    const struct lac_reconcile_geography *g = spots->geography;
    size_t at = g->forces + 1, region = force < g->forces ? g->region_of[force] : g->regions;

    for (size_t k = 0; k < stratum; k++) at += (spots->strata->item[k].values + 1) * (g->regions + 1);
    return (uint32_t)(at + value * (g->regions + 1) + region);
}

struct lac_reconcile_spot lac_reconcile_spot_find(const struct lac_reconcile_spots *spots, uint32_t spot)
{
    const struct lac_reconcile_geography *g = spots->geography;
    struct lac_reconcile_spot found = {0, 0, LAC_RECONCILE_NONE, LAC_RECONCILE_NONE};
    size_t at = spot, width = g->forces + 1;

    if (at < width) {
        if (at == g->forces) return found;
        found.force = spot;
        found.region = g->region_of[spot];
        return found;
    }
    while (at >= width) {
        at -= width;
        width = (spots->strata->item[found.stratum].values + 1) * (g->regions + 1);
        found.stratum++;
    }
    found.value = at / (g->regions + 1);
    at %= g->regions + 1;
    if (at < g->regions) found.region = (uint32_t)at;
    return found;
}
