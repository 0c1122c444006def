/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_STRATA_H
#define LAC_RECONCILE_STRATA_H
/*
 * Strata of the counts, and where in them a person stands.
 *
 * Every stratum has a few values and stands on its own: persons are counted by sex and by age band, not by
 * both together. Strata are counted in the nation and in regions; forces are counted as a whole. Whoever has
 * no known value stands under `unknown` in the best linkage; in a drawn one its value may be drawn
 * (impute.h).
 *
 * A spot is where a census (census.h) counts: a force, or a region with a value of a stratum. Spots are
 * numbered from 0: the forces and `no force`; then, by stratum and value, `unknown` last, the regions and `no
 * region`.
 */
#include "config/section_strata.h"
#include "history.h"

#define LAC_RECONCILE_STRATA 2
#define LAC_RECONCILE_UNKNOWN "unknown"

enum lac_reconcile_by { LAC_RECONCILE_BY_SEX, LAC_RECONCILE_BY_AGE };
struct lac_reconcile_stratum {
    enum lac_reconcile_by by;
    const char *name;         /* sex, age_band */
    const char *const *value; /* as in tables; `unknown` is not among them */
    size_t values;            /* at most 200 */
    const int32_t *from;      /* of an age band: its first age */
};
struct lac_reconcile_strata {
    struct lac_reconcile_stratum item[LAC_RECONCILE_STRATA];
    size_t count;
};

/* The strata asked for. Memory belongs to the arena. */
enum lac_status lac_reconcile_strata_make(const struct lac_strata_settings *settings, struct lac_arena *arena,
                                          struct lac_reconcile_strata *strata,
                                          struct lac_error *err) LAC_CHECKED;
/* Value of a person, stratum->values when it is not known. */
size_t lac_reconcile_stratum_value(const struct lac_reconcile_stratum *stratum,
                                   const struct lac_reconcile_person *person,
                                   const struct lac_reconcile_outcome *outcome);
/* Band of an age. */
size_t lac_reconcile_stratum_band(const struct lac_reconcile_stratum *stratum, int age);

/* Where one person stands. Arrays are per draw; NULL: as in the best linkage. */
struct lac_reconcile_stand {
    size_t value[LAC_RECONCILE_STRATA]; /* item[k].values: not known */
    const uint8_t *drawn[LAC_RECONCILE_STRATA];
    const uint8_t *force; /* of a person without one */
};

struct lac_reconcile_spots {
    const struct lac_reconcile_geography *geography;
    const struct lac_reconcile_strata *strata;
};
size_t lac_reconcile_spots_count(const struct lac_reconcile_spots *spots);
/* `force` may be LAC_RECONCILE_NONE. */
uint32_t lac_reconcile_spot_of_force(const struct lac_reconcile_spots *spots, uint32_t force);
uint32_t lac_reconcile_spot_of_value(const struct lac_reconcile_spots *spots, size_t stratum, size_t value,
                                     uint32_t force);

struct lac_reconcile_spot {
    size_t stratum; /* 0 all, else one more than its number */
    size_t value;
    uint32_t force;  /* of stratum 0; LAC_RECONCILE_NONE possible */
    uint32_t region; /* the same */
};
struct lac_reconcile_spot lac_reconcile_spot_find(const struct lac_reconcile_spots *spots, uint32_t spot);

#endif
