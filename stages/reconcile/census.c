/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "census.h"

#include <stdlib.h>
#include <string.h>

#define EMPTY UINT32_MAX
#define FIRST_SLOTS 64

enum lac_status lac_reconcile_census_init(struct lac_reconcile_census *census,
                                          const struct lac_reconcile_spots *spots, size_t draws,
                                          struct lac_error *err)
{
    *census = (struct lac_reconcile_census){
        .spots = *spots, .draws = draws, .width = lac_reconcile_spots_count(spots), .slots = FIRST_SLOTS};
    census->account = calloc(draws + 1, sizeof *census->account);
    census->slot = malloc(FIRST_SLOTS * sizeof *census->slot);
    if (census->account == NULL || census->slot == NULL) return lac_fail_memory(err, "histories");
    memset(census->slot, 0xff, FIRST_SLOTS * sizeof *census->slot);
    return LAC_OK;
}

void lac_reconcile_census_release(struct lac_reconcile_census *census)
{
    free(census->cell);
    free(census->drawn);
    free(census->spot_cell);
    free(census->slot);
    free(census->pattern);
    free(census->account);
    memset(census, 0, sizeof *census);
}

/* --- cells --------------------------------------------------------------------------------------------- */

/* Multiplicative hashing (Knuth, The Art of Computer Programming 3, 6.4). */
static size_t hash_of(uint64_t key, size_t slots)
{
    return (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & (slots - 1);
}

static void insert(struct lac_reconcile_census *census, uint32_t pattern)
{
    size_t at = hash_of(census->pattern[pattern], census->slots);

    while (census->slot[at] != EMPTY) at = (at + 1) & (census->slots - 1);
    census->slot[at] = pattern;
}

static bool grow_slots(struct lac_reconcile_census *census)
{
    size_t slots = 2 * census->slots;
    uint32_t *slot = malloc(slots * sizeof *slot);

    if (slot == NULL) return false;
    memset(slot, 0xff, slots * sizeof *slot);
    free(census->slot);
    census->slot = slot;
    census->slots = slots;
    for (uint32_t i = 0; i < census->patterns; i++) insert(census, i);
    return true;
}

static bool grow(void **array, size_t count, size_t size)
{
    void *grown = realloc(*array, count * size);

    if (grown == NULL) return false;
    *array = grown;
    return true;
}

static bool grow_cells(struct lac_reconcile_census *census)
{
    size_t capacity = census->capacity == 0 ? 64 : 2 * census->capacity;
    void *cell = census->cell, *drawn = census->drawn;
    bool ok = grow(&cell, capacity, sizeof *census->cell) &&
              grow(&drawn, capacity, LAC_RECONCILE_KINDS * census->draws * sizeof *census->drawn + 1);

    census->cell = cell;
    census->drawn = drawn;
    if (ok) census->capacity = capacity;
    return ok;
}

static bool grow_patterns(struct lac_reconcile_census *census)
{
    size_t capacity = census->pattern_capacity == 0 ? 32 : 2 * census->pattern_capacity;
    void *pattern = census->pattern, *cells = census->spot_cell;
    bool ok = grow(&pattern, capacity, sizeof *census->pattern) &&
              grow(&cells, capacity, census->width * sizeof *census->spot_cell);

    census->pattern = pattern;
    census->spot_cell = cells;
    if (ok) census->pattern_capacity = capacity;
    return ok;
}

/* Number of a pattern, made when it is new; EMPTY when memory is short. */
static uint32_t find_pattern(struct lac_reconcile_census *census, uint32_t pattern_of, uint32_t own)
{
    uint64_t key = (uint64_t)own << 32 | pattern_of;
    size_t at = hash_of(key, census->slots);
    uint32_t pattern;

    for (; census->slot[at] != EMPTY; at = (at + 1) & (census->slots - 1)) {
        if (census->pattern[census->slot[at]] == key) return census->slot[at];
    }
    if (census->patterns == census->pattern_capacity && !grow_patterns(census)) return EMPTY;
    if (2 * (census->patterns + 1) > census->slots && !grow_slots(census)) return EMPTY;
    pattern = (uint32_t)census->patterns++;
    census->pattern[pattern] = key;
    memset(census->spot_cell + pattern * census->width, 0xff, census->width * sizeof *census->spot_cell);
    insert(census, pattern);
    return pattern;
}

/* The cell of a pattern at a spot, made when it is new; EMPTY when memory is short. */
static uint32_t find_cell(struct lac_reconcile_census *census, uint32_t pattern, uint32_t spot)
{
    uint32_t *cell = &census->spot_cell[pattern * census->width + spot];
    size_t size = LAC_RECONCILE_KINDS * census->draws;

    if (*cell != EMPTY) return *cell;
    if (census->count == census->capacity && !grow_cells(census)) return EMPTY;
    *cell = (uint32_t)census->count++;
    census->cell[*cell] = (struct lac_reconcile_cell){
        spot, (uint32_t)census->pattern[pattern], (uint32_t)(census->pattern[pattern] >> 32), {0, 0}};
    memset(census->drawn + *cell * size, 0, size * sizeof *census->drawn);
    return *cell;
}

int32_t *lac_reconcile_census_drawn(const struct lac_reconcile_census *census, size_t cell, int kind)
{
    return census->drawn + (cell * LAC_RECONCILE_KINDS + (size_t)kind) * census->draws;
}

/* --- adding -------------------------------------------------------------------------------------------- */

/* A person being added: its kind and pattern, what is drawn of it, and in which draws. */
struct addition {
    int kind;
    uint32_t pattern;
    const int8_t *in;
    const struct lac_reconcile_change *change; /* NULL: everywhere */
};

/* Where all draws have the person in one cell. */
static void cell_add(struct lac_reconcile_census *census, uint32_t cell, const struct addition *a)
{
    int32_t *scope = lac_reconcile_census_drawn(census, cell, LAC_RECONCILE_DRAWN_IN),
            *count = lac_reconcile_census_drawn(census, cell, a->kind);

    if (a->change == NULL) {
        census->cell[cell].best[a->kind]++;
        for (size_t d = 0; a->in != NULL && d < census->draws; d++) scope[d] += a->in[d];
        return;
    }
    for (size_t i = 0; i < a->change->draws; i++) {
        uint32_t d = a->change->draw[i];

        count[d] += a->change->sign;
        if (a->in != NULL) scope[d] += a->change->sign * a->in[d];
    }
}

/* One draw of a person whose spot is drawn. */
static bool draw_add(struct lac_reconcile_census *census, uint32_t spot, const struct addition *a, size_t d)
{
    int sign = a->change == NULL ? 1 : a->change->sign;
    uint32_t cell = find_cell(census, a->pattern, spot);

    if (cell == EMPTY) return false;
    lac_reconcile_census_drawn(census, cell, a->kind)[d] += sign;
    if (a->in != NULL) lac_reconcile_census_drawn(census, cell, LAC_RECONCILE_DRAWN_IN)[d] += sign * a->in[d];
    return true;
}

/* Spot of a person in the stratum (0: all, by force) in a draw, or in the best linkage (draw -1). */
static uint32_t spot_of(const struct lac_reconcile_census *census, const struct lac_reconcile_stand *stand,
                        size_t stratum, uint32_t force, int32_t draw)
{
    size_t value;

    if (draw >= 0 && stand->force != NULL) force = stand->force[draw];
    if (stratum == 0) return lac_reconcile_spot_of_force(&census->spots, force);
    value = stand->value[stratum - 1];
    if (draw >= 0 && stand->drawn[stratum - 1] != NULL) value = stand->drawn[stratum - 1][draw];
    return lac_reconcile_spot_of_value(&census->spots, stratum - 1, value, force);
}

/* Adds the person in one stratum. In the best linkage a person whose spot is drawn stands where it is not
 * known: the draws take it away from there. */
static bool stratum_add(struct lac_reconcile_census *census, const struct addition *a, size_t stratum,
                        const struct lac_reconcile_stand *stand, uint32_t force)
{
    bool drawn = stand->force != NULL || (stratum > 0 && stand->drawn[stratum - 1] != NULL);
    uint32_t cell = EMPTY;

    if (!drawn || a->change == NULL) {
        cell = find_cell(census, a->pattern, spot_of(census, stand, stratum, force, -1));
        if (cell == EMPTY) return false;
    }
    if (!drawn) {
        cell_add(census, cell, a);
        return true;
    }
    if (a->change == NULL) {
        int32_t *count = lac_reconcile_census_drawn(census, cell, a->kind);

        census->cell[cell].best[a->kind]++;
        for (size_t d = 0; d < census->draws; d++) count[d]--;
    }
    for (size_t i = 0; i < (a->change == NULL ? census->draws : a->change->draws); i++) {
        size_t d = a->change == NULL ? i : a->change->draw[i];

        if (!draw_add(census, spot_of(census, stand, stratum, force, (int32_t)d), a, d)) return false;
    }
    return true;
}

static void account_add(struct lac_reconcile_account *account, const struct lac_reconcile_outcome *outcome,
                        int sign)
{
    bool counts = outcome->verdict == LAC_RECONCILE_IN || outcome->verdict == LAC_RECONCILE_CANNOT_TELL;

    account->in += outcome->verdict == LAC_RECONCILE_IN ? sign : 0;
    account->cannot_tell += outcome->verdict == LAC_RECONCILE_CANNOT_TELL ? sign : 0;
    account->apart += outcome->verdict == LAC_RECONCILE_APART ? sign : 0;
    account->out += outcome->verdict == LAC_RECONCILE_OUT ? sign : 0;
    account->unplaced += counts && outcome->force == LAC_RECONCILE_NONE ? sign : 0;
    account->referred += counts && outcome->own == 0 ? sign : 0;
}

/* `placed`: a person without a place has one in every draw. */
static void accounts_add(struct lac_reconcile_census *census, const struct lac_reconcile_outcome *outcome,
                         const int8_t *in, bool placed, const struct lac_reconcile_change *change)
{
    if (change == NULL) {
        account_add(&census->total, outcome, 1);
        for (size_t d = 0; in != NULL && d < census->draws; d++) census->account[d].counted += in[d];
        for (size_t d = 0; placed && d < census->draws; d++) census->account[d].unplaced--;
        return;
    }
    for (size_t i = 0; i < change->draws; i++) {
        struct lac_reconcile_account *account = &census->account[change->draw[i]];

        account_add(account, outcome, change->sign);
        if (in != NULL) account->counted += change->sign * in[change->draw[i]];
        if (placed) account->unplaced -= change->sign;
    }
}

enum lac_status lac_reconcile_census_add(struct lac_reconcile_census *census,
                                         const struct lac_reconcile_outcome *outcome,
                                         const struct lac_reconcile_drawn *drawn,
                                         const struct lac_reconcile_change *change, struct lac_error *err)
{
    bool certain = outcome->verdict == LAC_RECONCILE_IN,
         counts = certain || outcome->verdict == LAC_RECONCILE_CANNOT_TELL;
    struct addition a = {certain ? LAC_RECONCILE_CERTAIN : LAC_RECONCILE_POSSIBLE, 0,
                         counts ? drawn->in : NULL, change};

    accounts_add(census, outcome, a.in, counts && drawn->stand->force != NULL, change);
    if (!counts || outcome->pattern == 0) return LAC_OK;
    if ((a.pattern = find_pattern(census, outcome->pattern, outcome->own)) == EMPTY)
        return lac_fail_memory(err, "histories");
    for (size_t k = 0; k <= census->spots.strata->count; k++) {
        if (!stratum_add(census, &a, k, drawn->stand, outcome->force))
            return lac_fail_memory(err, "histories");
    }
    return LAC_OK;
}

enum lac_status lac_reconcile_census_merge(struct lac_reconcile_census *census,
                                           const struct lac_reconcile_cell *cell, const int32_t *drawn,
                                           struct lac_error *err)
{
    uint32_t pattern = find_pattern(census, cell->pattern, cell->own),
             to = pattern == EMPTY ? EMPTY : find_cell(census, pattern, cell->spot);
    int32_t *count;

    if (to == EMPTY) return lac_fail_memory(err, "histories");
    census->cell[to].best[0] += cell->best[0];
    census->cell[to].best[1] += cell->best[1];
    count = lac_reconcile_census_drawn(census, to, 0);
    for (size_t i = 0; i < LAC_RECONCILE_KINDS * census->draws; i++) count[i] += drawn[i];
    return LAC_OK;
}

struct lac_reconcile_account lac_reconcile_census_account(const struct lac_reconcile_census *census,
                                                          int32_t draw)
{
    struct lac_reconcile_account account = census->total;
    const struct lac_reconcile_account *change = draw < 0 ? NULL : &census->account[draw];

    if (change != NULL) {
        account.in += change->in;
        account.cannot_tell += change->cannot_tell;
        account.apart += change->apart;
        account.out += change->out;
        account.unplaced += change->unplaced;
        account.referred += change->referred;
    }
    account.counted = account.in + (change != NULL ? change->counted : 0);
    return account;
}
