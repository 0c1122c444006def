/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_LINK_H
#define LAC_LINK_LINK_H
/*
 * The shapes every kernel of the stage shares: records as columns of interned values, comparison levels,
 * pairs.
 *
 * A data set has n records and some fields. A field holds one 32-bit value id per record (LAC_LINK_NULL when
 * missing), the distinct values, and what comparison needs per distinct value. Level 0 of a field means that
 * one side is missing or the two cannot be compared; level 1 is always the exact one. The levels of all
 * fields are packed into one 32-bit pattern.
 *
 * Ownership: a data set owns its fields' arrays; lac_link_data_release() frees them.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/status.h"
#include "values.h"

#define LAC_LINK_FIELDS 16
#define LAC_LINK_LEVELS 12 /* codes 0 .. 11 */
#define LAC_LINK_RULES 31
#define LAC_LINK_LISTS                                                                                       \
    16 /* lists that a model tells apart; with more all pairs of lists share u and prior                     \
        */
#define LAC_LINK_NULL UINT32_MAX
#define LAC_LINK_NO_FIELD SIZE_MAX

enum lac_link_kind {
    LAC_LINK_NAME,       /* one folded name: Jaro-Winkler, nicknames, initials */
    LAC_LINK_TEXT,       /* any short text: Jaro-Winkler */
    LAC_LINK_EXACT,      /* equal or not */
    LAC_LINK_DATE,       /* YYYYMMDD, 00 for unknown parts */
    LAC_LINK_POSTCODE,   /* full, sector, district, area */
    LAC_LINK_BIRTH_YEAR, /* a year of birth, perhaps from an age: equal, next, near, else */
    LAC_LINK_SCOPED,     /* "scope US value" (US: 0x1f): equal or not inside a scope, not comparable across */
    LAC_LINK_FULL_NAME,  /* names in one text: the words in any order, Jaro-Winkler */
    LAC_LINK_NUMBER,     /* equal, within 1 %, within 10 % */
    LAC_LINK_SET,        /* items separated by `;` */
    LAC_LINK_IDENTIFIER, /* as scoped, and one edit apart */
    LAC_LINK_KIND_COUNT
};
#define LAC_LINK_SCOPE_MARK '\x1f'

/* Values that compare inside a scope alone. */
static inline bool lac_link_is_scoped(enum lac_link_kind kind)
{
    return kind == LAC_LINK_SCOPED || kind == LAC_LINK_IDENTIFIER;
}

struct lac_link_level {
    const char *name;
    double prior_m; /* default P(level | match), the Dirichlet prior mean of training */
};
struct lac_link_kind_info {
    const char *name;
    unsigned levels; /* codes 1 .. levels */
    struct lac_link_level level[LAC_LINK_LEVELS];
};
extern const struct lac_link_kind_info lac_link_kinds[LAC_LINK_KIND_COUNT];

/* A day for comparison. */
struct lac_link_day {
    uint32_t bcd; /* eight decimal digits, four bits each */
    int32_t day;  /* day number, LAC_DATE_NONE for a partial date */
};
/* Ids of a postcode's sector, district and area, LAC_LINK_NULL where unknown. */
struct lac_link_place {
    uint32_t part[3];
};
#define LAC_LINK_PLACE_FULL (UINT32_C(1) << 31) /* a full postcode, or any other code: a part of its own */

struct lac_link_items;
struct lac_link_also;
struct lac_link_field {
    const char *name; /* borrowed */
    enum lac_link_kind kind;
    bool term_frequency;
    bool key;        /* may stand in automatically chosen blocking rules */
    bool household;  /* shared by people who live together (surname, address) */
    size_t mate;     /* the field it may be exchanged with (forename and surname), or LAC_LINK_NO_FIELD */
    size_t instead;  /* compared only where that field is not known on both sides, or LAC_LINK_NO_FIELD */
    uint32_t *value; /* n ids */
    struct lac_link_values values;
    /* Per distinct value, made by lac_link_data_prepare(); NULL where the kind does not need it. */
    uint8_t *length;
    uint64_t *letters;
    struct lac_link_day *day;
    uint32_t *place;               /* place in `places`, perhaps with LAC_LINK_PLACE_FULL */
    struct lac_link_place *places; /* distinct ones */
    uint32_t *scope;
    int32_t *year;
    double *number;
    struct lac_link_items *items;
    uint32_t *as_mate;  /* id of the same text among the mate's values, or LAC_LINK_NULL */
    uint64_t *nickname; /* sorted (smaller id << 32 | larger id) */
    size_t nicknames;
    bool *nicknamed;            /* per value: stands in some nickname pair */
    struct lac_link_also *also; /* names by which records are also known (also.h), or NULL */
    size_t beside;        /* column of a record's row that holds its place or its set, or LAC_LINK_NO_FIELD */
    unsigned shift, bits; /* place in the pattern */
    unsigned tries_shift; /* place of the number of comparisons, where there are sets */
};

struct lac_link_data {
    uint32_t n;
    size_t fields;
    size_t columns; /* of a record's row, at most 2 LAC_LINK_FIELDS: value ids; places and sets beside them */
    struct lac_link_field field[LAC_LINK_FIELDS];
    const uint32_t *source; /* n list numbers below `sources`, or NULL */
    uint32_t sources;
    const char *const *source_name; /* per list, NULL for records without one; or NULL altogether. Borrowed */
    uint32_t lists; /* pairs of lists with u and prior of their own, see lac_link_lists_at(); 1: all alike */
    const uint32_t *region; /* n numbers of where records belong, or NULL */
    bool within_source;     /* false: two records of one source are never one person */
};

/* A pair of records with its pattern and the rules that proposed it. Sorted by key = left < right. */
struct lac_link_pair {
    uint64_t key; /* left << 32 | right */
    uint32_t pattern, mask;
};
struct lac_link_pairs {
    struct lac_link_pair *pair;
    size_t count, capacity;
};
static inline uint32_t lac_link_left(const struct lac_link_pair *pair)
{
    return (uint32_t)(pair->key >> 32);
}
static inline uint32_t lac_link_right(const struct lac_link_pair *pair)
{
    return (uint32_t)pair->key;
}
static inline unsigned lac_link_level_of(const struct lac_link_field *field, uint32_t pattern)
{
    return pattern >> field->shift & ((1u << field->bits) - 1u);
}
/* Pairs that may be one person at all. */
static inline bool lac_link_comparable(const struct lac_link_data *data, uint32_t i, uint32_t j)
{
    return data->within_source || !data->source || data->source[i] != data->source[j];
}

/* Place of a pair of lists, a list with itself included, among sources (sources + 1) / 2. */
static inline uint32_t lac_link_lists_at(uint32_t a, uint32_t b)
{
    return a < b ? b * (b + 1) / 2 + a : a * (a + 1) / 2 + b;
}
static inline uint32_t lac_link_lists_of(const struct lac_link_data *data, uint32_t i, uint32_t j)
{
    return data->lists > 1 ? lac_link_lists_at(data->source[i], data->source[j]) : 0;
}

/* Nickname table: formal[i] and familiar[i] are folded names; borrowed. */
struct lac_link_nicknames {
    size_t count;
    const char *const *formal, *const *familiar;
};

/* Zeroes `data`, allocates nothing. Sets within_source. */
void lac_link_data_init(struct lac_link_data *data);
/* Adds a field with n missing values. The name is borrowed. */
enum lac_status lac_link_data_field(struct lac_link_data *data, const char *name, enum lac_link_kind kind,
                                    struct lac_error *err) LAC_CHECKED;
/* Sets the value of a record; NULL or "" is missing. */
enum lac_status lac_link_data_set(struct lac_link_data *data, size_t field, uint32_t record, const char *text,
                                  struct lac_error *err) LAC_CHECKED;
/* Derives what comparison needs, numbers the pairs of lists and lays out the pattern. LAC_USAGE when the
 * fields need more than 32 bits.
 */
enum lac_status lac_link_data_prepare(struct lac_link_data *data, const struct lac_link_nicknames *nicknames,
                                      struct lac_error *err) LAC_CHECKED;
void lac_link_data_release(struct lac_link_data *data);

#endif
