/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_CODES_H
#define LAC_INGEST_CODES_H
/*
 * The code lists the rules look things up in, made from the tables of datasets/codes. Read only once made:
 * any number of threads may look up. All memory belongs to the arena except the dictionaries: release them
 * with lac_ingest_codes_release().
 */
#include "config/schema.h"
#include "table/csv.h"
#include "table/table.h"

/* The tables, by file: datasets/codes/<name>.csv. */
enum lac_ingest_codes_table {
    LAC_CODES_FORCES,
    LAC_CODES_ALIASES,
    LAC_CODES_DISTRICTS,
    LAC_CODES_ETHNICITY,
    LAC_CODES_OFFENCES,
    LAC_CODES_POSTCODES,
    LAC_CODES_COUNTRIES,
    LAC_CODES_LISTS,
    LAC_CODES_CHANGES,
    LAC_CODES_AREAS,
    LAC_CODES_MORE_AREAS,
    LAC_CODES_PLACEHOLDERS,
    LAC_CODES_WORDS,
    LAC_CODES_TABLES
};
extern const char *const lac_ingest_codes_names[LAC_CODES_TABLES];

struct lac_ingest_offence {
    int child_below; /* the statute names a child below this age; 0: no age */
    char sex;        /* sex of the victim the code names, M or F; 0: none */
    bool exploits;   /* the offence itself is the sexual exploitation of children */
};
enum lac_ingest_placeholder { LAC_PLACEHOLDER_NO, LAC_PLACEHOLDER_WEAK, LAC_PLACEHOLDER_SURE };
struct lac_ingest_codes {
    struct lac_dict force;                    /* GSS code of a force -> index */
    const char **force_name;                  /* [force.count] name in statistics */
    bool *force_home;                         /* [force.count] one of the 43 of England and Wales */
    struct lac_dict alias;                    /* folded spelling of a force -> index */
    const char **alias_force;                 /* [alias.count] its GSS code */
    struct lac_dict district;                 /* district -> index */
    const char **district_force;              /* [district.count] GSS code of its force */
    uint32_t *district_force_at;              /* [district.count] its index, LAC_MISSING_STR: none */
    struct lac_dict ethnicity;                /* code -> index */
    uint8_t *ethnicity_frames;                /* [ethnicity.count] bits of the frames that know it */
    struct lac_dict offence;                  /* Home Office code -> index */
    struct lac_ingest_offence *offence_limit; /* [offence.count] */
    struct lac_dict postcode_area, country, list;
    uint16_t area_at[26][27];    /* by first letter, and 0 or second letter + 1: area + 1; 0: none */
    struct lac_dict change;      /* former code of a district -> index */
    const char **change_now;     /* [change.count] the district it belongs to now */
    bool *near;                  /* [postcode_area.count][force.count] the area may hold homes of the force */
    struct lac_dict whole, weak; /* folded placeholders of names */
    bool begins[256];            /* a placeholder begins with the byte */
    struct lac_strings start;    /* folded beginnings of placeholders */
    struct lac_strings words;    /* folded words of operation names that speak of exploitation */
};

/* `table` has LAC_CODES_TABLES entries. LAC_INPUT when a column is missing. O(rows). */
enum lac_status lac_ingest_codes_make(struct lac_ingest_codes *codes, const struct lac_csv *table,
                                      struct lac_arena *arena, struct lac_error *err) LAC_CHECKED;
void lac_ingest_codes_release(struct lac_ingest_codes *codes);

/* GSS code of a force given by its code, name or a known spelling, or NULL. A Home Office force number is
 * refused: the two numberings of forces cannot be told apart. `exact` is set when it was the GSS code itself.
 */
const char *lac_ingest_codes_force(const struct lac_ingest_codes *codes, const char *text, bool *exact);
const char *lac_ingest_codes_force_name(const struct lac_ingest_codes *codes, const char *gss);
/* Force of a district, or NULL. */
const char *lac_ingest_codes_district(const struct lac_ingest_codes *codes, const char *district);
/* The frames of ethnicity with code lists. */
enum lac_ingest_codes_frame {
    LAC_CODES_SDE18,
    LAC_CODES_SDE19,
    LAC_CODES_SDE16,
    LAC_CODES_IC,
    LAC_CODES_FRAMES
};
extern const char *const lac_ingest_codes_frame_names[LAC_CODES_FRAMES];
/* Bit k is set when frame k knows the code. */
unsigned lac_ingest_codes_ethnicity_frames(const struct lac_ingest_codes *codes, const char *code);
bool lac_ingest_codes_ethnicity(const struct lac_ingest_codes *codes, const char *frame, const char *code);
/* Whether the area letters of a canonical postcode exist. */
bool lac_ingest_codes_postcode(const struct lac_ingest_codes *codes, const char *postcode);
/* Whether a home in the force can have the postcode: its area reaches into the force or into one that shares
 * an area with it, or nobody knows where the area lies. The force by its index; LAC_MISSING_STR: not known.
 */
bool lac_ingest_codes_near(const struct lac_ingest_codes *codes, const char *postcode, uint32_t force);
/* The present district of a former code, or NULL. */
const char *lac_ingest_codes_district_now(const struct lac_ingest_codes *codes, const char *district);
/* Whether a folded text stands for a name that is not known; WEAK: only where no name stands beside it. */
enum lac_ingest_placeholder lac_ingest_codes_placeholder(const struct lac_ingest_codes *codes,
                                                         const char *folded);
/* Whether a folded operation name holds a word that speaks of exploitation. */
bool lac_ingest_codes_operation(const struct lac_ingest_codes *codes, const char *folded);

#endif
