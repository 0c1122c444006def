/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sheet.h"

#include <stdlib.h>
#include <string.h>

/* --- summing up ---------------------------------------------------------------------------------------- */

/* A cell counts in a row of the sheet. The key holds the row's members in their order. */
struct share {
    uint64_t key;
    uint32_t cell;
};

static uint64_t key_of(const struct lac_reconcile_sheet_row *row)
{
    return (uint64_t)row->stratum << 56 | (uint64_t)row->value << 48 | (uint64_t)row->place << 33 |
           (uint64_t)row->variant << 32 | row->pattern;
}

static struct lac_reconcile_sheet_row row_of(uint64_t key)
{
    struct lac_reconcile_sheet_row row = {.stratum = (size_t)(key >> 56),
                                          .value = (size_t)(key >> 48 & 0xff),
                                          .place = (uint32_t)(key >> 33 & 0x7fff),
                                          .variant = (enum lac_reconcile_variant)(key >> 32 & 1),
                                          .pattern = (uint32_t)key};

    return row;
}

static int compare_shares(const void *a, const void *b)
{
    const struct share *x = a, *y = b;

    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->cell > y->cell) - (x->cell < y->cell);
}

/* Place numbers of a spot under the geography. */
static size_t places_of(const struct lac_reconcile_geography *g, const struct lac_reconcile_spot *spot,
                        uint32_t place[3])
{
    size_t n = 0;

    if (spot->stratum == 0) return lac_reconcile_places_of(g, spot->force, place);
    if (g->nation) place[n++] = 0;
    if (g->by_region && spot->region != LAC_RECONCILE_NONE) place[n++] = 1 + spot->region;
    return n;
}

/* The rows a cell counts in: at most six. */
static size_t share_cell(const struct lac_reconcile_census *census, uint32_t cell, struct share *share)
{
    const struct lac_reconcile_cell *c = &census->cell[cell];
    struct lac_reconcile_spot spot = lac_reconcile_spot_find(&census->spots, c->spot);
    struct lac_reconcile_sheet_row row = {.stratum = spot.stratum, .value = spot.value};
    uint32_t place[3];
    size_t n = 0, places = places_of(census->spots.geography, &spot, place);

    for (size_t i = 0; i < places; i++) {
        row.place = place[i];
        row.variant = LAC_RECONCILE_MAIN;
        row.pattern = c->pattern;
        share[n++] = (struct share){key_of(&row), cell};
        if (spot.stratum > 0 || c->own == 0) continue;
        row.variant = LAC_RECONCILE_OWN;
        row.pattern = c->own;
        share[n++] = (struct share){key_of(&row), cell};
    }
    return n;
}

/* Adds a cell to the last row; the row's numbers are those of sheet->rows. */
static void add_cell(const struct lac_reconcile_census *census, uint32_t cell,
                     struct lac_reconcile_sheet *sheet)
{
    size_t n = LAC_RECONCILE_KINDS * sheet->draws;
    const int32_t *from = census->drawn + cell * n;
    int32_t *to = sheet->drawn + sheet->rows * n, *best = sheet->best + 2 * sheet->rows;

    best[0] += census->cell[cell].best[0];
    best[1] += census->cell[cell].best[1];
    for (size_t i = 0; i < n; i++) to[i] += from[i];
}

/* Keeps the row just summed up unless it is empty in every linkage. */
static void close_row(struct lac_reconcile_sheet *sheet, uint64_t key)
{
    size_t n = LAC_RECONCILE_KINDS * sheet->draws;
    int32_t *drawn = sheet->drawn + sheet->rows * n, *best = sheet->best + 2 * sheet->rows;
    bool any = best[0] != 0 || best[1] != 0;

    for (size_t i = 0; i < n && !any; i++) any = drawn[i] != 0;
    if (any) sheet->row[sheet->rows++] = row_of(key);
}

enum lac_status lac_reconcile_sheet_make(const struct lac_reconcile_census *census, struct lac_arena *arena,
                                         struct lac_reconcile_sheet *sheet, struct lac_error *err)
{
    struct share *share = LAC_NEW(arena, struct share, 6 * census->count);
    size_t shares = 0, rows = 0;

    *sheet = (struct lac_reconcile_sheet){.draws = census->draws};
    if (share == NULL) return lac_fail_memory(err, "histories");
    for (uint32_t i = 0; i < census->count; i++) shares += share_cell(census, i, share + shares);
    if (shares > 1) qsort(share, shares, sizeof *share, compare_shares);
    for (size_t i = 0; i < shares; i++) rows += i == 0 || share[i].key != share[i - 1].key ? 1 : 0;
    sheet->row = LAC_NEW(arena, struct lac_reconcile_sheet_row, rows);
    sheet->best = LAC_NEW(arena, int32_t, 2 * rows);
    sheet->drawn = LAC_NEW(arena, int32_t, rows * LAC_RECONCILE_KINDS * census->draws);
    if (sheet->row == NULL || sheet->best == NULL || sheet->drawn == NULL)
        return lac_fail_memory(err, "histories");
    for (size_t i = 0; i < shares; i++) {
        add_cell(census, share[i].cell, sheet);
        if (i + 1 == shares || share[i + 1].key != share[i].key) close_row(sheet, share[i].key);
    }
    return LAC_OK;
}

static const int32_t *drawn_of(const struct lac_reconcile_sheet *sheet, size_t row, int kind)
{
    return sheet->drawn + (row * LAC_RECONCILE_KINDS + (size_t)kind) * sheet->draws;
}

struct lac_reconcile_count lac_reconcile_sheet_count(const struct lac_reconcile_sheet *sheet, size_t row,
                                                     int32_t draw)
{
    struct lac_reconcile_count count = {sheet->best[2 * row], sheet->best[2 * row + 1], 0};

    count.counted = count.certain;
    if (draw < 0) return count;
    count.certain += drawn_of(sheet, row, LAC_RECONCILE_CERTAIN)[draw];
    count.possible += drawn_of(sheet, row, LAC_RECONCILE_POSSIBLE)[draw];
    count.counted = count.certain + drawn_of(sheet, row, LAC_RECONCILE_DRAWN_IN)[draw];
    return count;
}

/* --- conservation -------------------------------------------------------------------------------------- */

/* Persons in a set of rows, per draw; the last is the best linkage. */
struct sum {
    int64_t known, counted;
};
/* Sums by level (nation, regions, forces) and variant; and, of a stratum, by place. */
struct sums {
    size_t linkages, places;
    struct sum *level[3][2], *place; /* [linkage]; [place * linkages + linkage] */
    bool negative;
};

static void add_row(const struct lac_reconcile_sheet *sheet, size_t row, struct sums *sums, struct sum *to)
{
    for (size_t d = 0; d < sums->linkages; d++) {
        struct lac_reconcile_count n =
            lac_reconcile_sheet_count(sheet, row, d < sheet->draws ? (int32_t)d : -1);

        to[d].known += n.certain + n.possible;
        to[d].counted += n.counted;
        sums->negative |=
            n.certain < 0 || n.possible < 0 || n.counted < 0 || n.counted > n.certain + n.possible;
    }
}

static bool init_sums(const struct lac_reconcile_census *census, struct lac_arena *arena, struct sums *sums)
{
    const struct lac_reconcile_geography *g = census->spots.geography;
    bool ok = true;

    *sums = (struct sums){.linkages = census->draws + 1, .places = 1 + g->regions + g->forces};
    for (int i = 0; i < 6; i++) {
        sums->level[i / 2][i % 2] = LAC_NEW(arena, struct sum, sums->linkages);
        ok = ok && sums->level[i / 2][i % 2] != NULL;
    }
    sums->place = LAC_NEW(arena, struct sum, sums->places * sums->linkages);
    return ok && sums->place != NULL;
}

/* Whether the rows of all persons hold the accounts. */
static bool holds_accounts(const struct lac_reconcile_census *census, const struct sums *sums, size_t d)
{
    const struct lac_reconcile_geography *g = census->spots.geography;
    const bool asked[] = {g->nation, g->by_region, g->by_force};
    struct lac_reconcile_account account =
        lac_reconcile_census_account(census, d < census->draws ? (int32_t)d : -1);
    int64_t known = account.in + account.cannot_tell;
    bool ok = true;

    for (int level = 0; level < 3; level++) {
        int64_t missing = level == 0 ? 0 : account.unplaced;

        if (!asked[level]) continue;
        ok = ok && sums->level[level][LAC_RECONCILE_MAIN][d].known == known - missing;
        if (level > 0) continue;
        ok = ok && sums->level[level][LAC_RECONCILE_OWN][d].known == known - account.referred;
        ok = ok && sums->level[level][LAC_RECONCILE_MAIN][d].counted == account.counted;
    }
    return ok;
}

/* Whether the values of a stratum are all persons of the nation and of every region. */
static bool adds_up(const struct lac_reconcile_sheet *sheet, const struct lac_reconcile_geography *g,
                    size_t stratum, struct sums *sums)
{
    size_t n = (1 + g->regions) * sums->linkages;

    memset(sums->place, 0, sums->places * sums->linkages * sizeof *sums->place);
    for (size_t i = 0; i < sheet->rows; i++) {
        if (sheet->row[i].stratum == 0 && sheet->row[i].variant == LAC_RECONCILE_MAIN)
            add_row(sheet, i, sums, sums->place + sheet->row[i].place * sums->linkages);
    }
    for (size_t i = 0; i < n; i++)
        sums->place[i] = (struct sum){-sums->place[i].known, -sums->place[i].counted};
    for (size_t i = 0; i < sheet->rows; i++) {
        if (sheet->row[i].stratum == stratum)
            add_row(sheet, i, sums, sums->place + sheet->row[i].place * sums->linkages);
    }
    for (size_t i = 0; i < n; i++) {
        if (sums->place[i].known != 0 || sums->place[i].counted != 0) return false;
    }
    return true;
}

static enum lac_status fail_conservation(const char *what, struct lac_error *err)
{
    lac_fail(err, LAC_DEFECT, "persons are lost or counted twice in %s", what);
    lac_error_rule(err, "conservation");
    lac_error_remedy(err, "report this as a defect of Lacuna, with the run's manifest");
    return LAC_DEFECT;
}

/* Rows of all persons, held against the accounts. */
static bool holds(const struct lac_reconcile_sheet *sheet, const struct lac_reconcile_census *census,
                  struct sums *sums)
{
    const struct lac_reconcile_geography *g = census->spots.geography;
    bool ok = true;

    for (size_t i = 0; i < sheet->rows; i++) {
        const struct lac_reconcile_sheet_row *row = &sheet->row[i];
        int level = row->place == 0 ? 0 : row->place <= g->regions ? 1 : 2;

        if (row->stratum == 0) add_row(sheet, i, sums, sums->level[level][row->variant]);
    }
    for (size_t d = 0; d < sums->linkages; d++) ok = ok && holds_accounts(census, sums, d);
    return ok;
}

enum lac_status lac_reconcile_sheet_check(const struct lac_reconcile_sheet *sheet,
                                          const struct lac_reconcile_census *census, struct lac_error *err)
{
    struct lac_arena arena;
    struct sums sums;
    enum lac_status status = LAC_OK;

    lac_arena_init(&arena);
    if (!init_sums(census, &arena, &sums))
        status = lac_fail_memory(err, "conservation");
    else if (!holds(sheet, census, &sums))
        status = fail_conservation("a linkage", err);
    for (size_t k = 1; status == LAC_OK && k <= census->spots.strata->count; k++) {
        if (!adds_up(sheet, census->spots.geography, k, &sums)) status = fail_conservation("a stratum", err);
    }
    if (status == LAC_OK && sums.negative) status = fail_conservation("a linkage", err);
    lac_arena_release(&arena);
    return status;
}
