/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_SIMULATE_WORLD_H
#define LAC_SIMULATE_WORLD_H
/*
 * Reference data of the synthetic nation: forces, districts, populations, names. Read once from datasets/ and
 * then only looked at. All memory is the arena's.
 */
#include "base/memory.h"
#include "base/random.h"
#include "base/status.h"

#define LAC_SIMULATE_FORCES 43
#define LAC_SIMULATE_ETHNICITIES 19
#define LAC_SIMULATE_AGES 8 /* 10 to 17 */

enum lac_simulate_culture {
    LAC_CULTURE_GENERAL,
    LAC_CULTURE_SOUTH_ASIAN,
    LAC_CULTURE_EAST_ASIAN,
    LAC_CULTURE_AFRICAN,
    LAC_CULTURE_EASTERN_EUROPEAN,
    LAC_CULTURE_COUNT
};

/* Names with cumulative weights; the last is the total. */
struct lac_simulate_names {
    const char **text;
    double *cumulative;
    size_t count;
};
struct lac_simulate_force {
    const char *code, *name, *number, *region, *region_code;
    double children[LAC_SIMULATE_AGES];         /* mid-year population by single year of age */
    double ethnicity[LAC_SIMULATE_ETHNICITIES]; /* census counts, order of lac_simulate_ethnicities */
    const char **lad;
    size_t lads;
    const char **area; /* postcode areas, the main one first */
    size_t areas;
    size_t region_index; /* 0-based, regions in order of first appearance */
};
struct lac_simulate_ethnicity {
    const char *code, *ic, *label, *census; /* SDE19 code, officer-observed code, short text, census label */
    enum lac_simulate_culture surname;
    double surname_share, given_share; /* of names from that culture; given names: South Asian list */
};
extern const struct lac_simulate_ethnicity lac_simulate_ethnicities[LAC_SIMULATE_ETHNICITIES];

struct lac_simulate_world {
    struct lac_simulate_force force[LAC_SIMULATE_FORCES];
    const char *region_name[16], *region_code[16];
    size_t regions;
    struct lac_simulate_names
        given[3][2][2]; /* birth cohort 2005, 2010, 2015; male, female; general, South Asian */
    struct lac_simulate_names adult[4][2]; /* 1964 to 1994 by ten */
    struct lac_simulate_names surname[LAC_CULTURE_COUNT];
    struct lac_simulate_names stem, ending;           /* rare surnames are composed */
    struct lac_simulate_names short_name, short_form; /* the same index */
};

/* Reads everything from `data`/datasets. LAC_INPUT or LAC_IO with file and column. */
enum lac_status lac_simulate_world_read(const char *data, struct lac_arena *arena,
                                        struct lac_simulate_world *world, struct lac_error *err) LAC_CHECKED;

/* One name by weight: one uniform. O(log n). "" for an empty list. */
const char *lac_simulate_name_draw(const struct lac_simulate_names *names, struct lac_random *random);
/* Short form of a forename, or NULL. */
const char *lac_simulate_short_form(const struct lac_simulate_world *world, const char *forename);

#endif
