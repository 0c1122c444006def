/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "place.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "table/csv.h"

#define KEY_SIZE 8

/* --- code lists ---------------------------------------------------------------------------------------- */

/* Where the lists lie, and what is made of them. */
struct loading {
    const char *folder;
    struct lac_arena *arena;
    struct lac_reconcile_places *places;
};

/* A list read, with the places of the columns that are needed. */
struct list {
    const char *name;
    const char *column[4]; /* NULL terminated */
    struct lac_csv csv;
    int at[3];
};

static enum lac_status load(const struct loading *to, struct list *list, struct lac_error *err)
{
    char *path = lac_path_join(to->arena, to->folder, list->name);
    enum lac_status status = path == NULL ? lac_fail_memory(err, "a file name") : LAC_OK;
    size_t n = 0;

    while (list->column[n] != NULL) n++;
    if (status == LAC_OK) status = lac_csv_load(path, to->arena, &list->csv, err);
    return status == LAC_OK ? lac_csv_require(&list->csv, list->column, n, list->at, err) : status;
}

static enum lac_status fail_reference(const struct lac_csv *csv, int64_t row, const char *column,
                                      struct lac_error *err)
{
    lac_fail(err, LAC_INPUT, "the code list names a place that is not listed");
    lac_error_file(err, csv->path);
    lac_error_row(err, row + 1, column);
    lac_error_rule(err, "code-list");
    lac_error_remedy(err, "restore datasets/codes as it was installed");
    return LAC_INPUT;
}

static enum lac_status load_regions(const struct loading *to, struct lac_error *err)
{
    struct list list = {.name = "regions.csv", .column = {"region_code", "region_name"}};
    struct lac_reconcile_places *places = to->places;
    enum lac_status status = load(to, &list, err);

    if (status != LAC_OK) return status;
    places->region = LAC_NEW(to->arena, struct lac_reconcile_area, list.csv.rows);
    if (places->region == NULL) return lac_fail_memory(err, "regions");
    places->regions = (size_t)list.csv.rows;
    for (int64_t i = 0; i < list.csv.rows; i++)
        places->region[i] = (struct lac_reconcile_area){lac_csv_cell(&list.csv, i, list.at[0]),
                                                        lac_csv_cell(&list.csv, i, list.at[1])};
    return LAC_OK;
}

static uint32_t region_named(const struct lac_reconcile_places *places, const char *name)
{
    for (uint32_t i = 0; i < places->regions; i++) {
        if (strcmp(places->region[i].name, name) == 0) return i;
    }
    return LAC_RECONCILE_NONE;
}

/* The territorial forces of England and Wales: those whose area code begins with E or W. */
static enum lac_status load_forces(const struct loading *to, struct lac_error *err)
{
    struct list list = {.name = "police_forces.csv",
                        .column = {"ons_pfa_code", "statistical_name", "ons_region"}};
    struct lac_reconcile_places *places = to->places;
    enum lac_status status = load(to, &list, err);

    if (status != LAC_OK) return status;
    places->force = LAC_NEW(to->arena, struct lac_reconcile_area, list.csv.rows);
    places->region_of = LAC_NEW(to->arena, uint32_t, list.csv.rows);
    if (places->force == NULL || places->region_of == NULL) return lac_fail_memory(err, "forces");
    for (int64_t i = 0; i < list.csv.rows; i++) {
        const char *code = lac_csv_cell(&list.csv, i, list.at[0]);
        uint32_t region = region_named(places, lac_csv_cell(&list.csv, i, list.at[2]));

        if (code[0] != 'E' && code[0] != 'W') continue;
        if (region == LAC_RECONCILE_NONE) return fail_reference(&list.csv, i, list.column[2], err);
        places->region_of[places->forces] = region;
        places->force[places->forces++] =
            (struct lac_reconcile_area){code, lac_csv_cell(&list.csv, i, list.at[1])};
    }
    return LAC_OK;
}

static int compare_districts(const void *a, const void *b)
{
    const struct lac_reconcile_district *x = a, *y = b;

    return strcmp(x->code, y->code);
}

static enum lac_status load_districts(const struct loading *to, struct lac_error *err)
{
    struct list list = {.name = "lookup_lad24_pfa24.csv", .column = {"ltla24_code", "pfa24_code"}};
    struct lac_reconcile_places *places = to->places;
    enum lac_status status = load(to, &list, err);

    if (status != LAC_OK) return status;
    places->district = LAC_NEW(to->arena, struct lac_reconcile_district, list.csv.rows);
    if (places->district == NULL) return lac_fail_memory(err, "districts");
    for (int64_t i = 0; i < list.csv.rows; i++) {
        uint32_t force = lac_reconcile_force_find(places, lac_csv_cell(&list.csv, i, list.at[1]));

        if (force == LAC_RECONCILE_NONE) return fail_reference(&list.csv, i, list.column[1], err);
        places->district[i] = (struct lac_reconcile_district){lac_csv_cell(&list.csv, i, list.at[0]), force};
    }
    places->districts = (size_t)list.csv.rows;
    qsort(places->district, places->districts, sizeof *places->district, compare_districts);
    return LAC_OK;
}

enum lac_status lac_reconcile_places_load(const char *folder, struct lac_arena *arena,
                                          struct lac_reconcile_places *places, struct lac_error *err)
{
    const struct loading to = {folder, arena, places};
    enum lac_status status;

    memset(places, 0, sizeof *places);
    status = load_regions(&to, err);
    if (status == LAC_OK) status = load_forces(&to, err);
    return status == LAC_OK ? load_districts(&to, err) : status;
}

uint32_t lac_reconcile_force_find(const struct lac_reconcile_places *places, const char *code)
{
    for (uint32_t i = 0; i < places->forces; i++) {
        if (strcmp(places->force[i].code, code) == 0) return i;
    }
    return LAC_RECONCILE_NONE;
}

uint32_t lac_reconcile_district_force(const struct lac_reconcile_places *places, const char *code)
{
    struct lac_reconcile_district key = {code, 0}, *found;

    if (code[0] == 'S' || code[0] == 'N') return LAC_RECONCILE_OUTSIDE;
    found = places->districts == 0 ? NULL
                                   : bsearch(&key, places->district, places->districts,
                                             sizeof *places->district, compare_districts);
    return found == NULL ? LAC_RECONCILE_NONE : found->force;
}

/* --- homes by postcode --------------------------------------------------------------------------------- */

/* Rows of one force under one key: an outward code ("SW1A") or an area ("SW:"; the mark keeps "W" and "W1"
 * apart). */
struct lesson {
    char key[KEY_SIZE];
    uint32_t force, rows;
};

/* Writes the outward code, or with `area` the leading letters and a mark; false when there is none. */
static bool postcode_key(const char *postcode, bool area, char key[KEY_SIZE])
{
    size_t n = area ? strspn(postcode, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") : strcspn(postcode, " ");

    memset(key, 0, KEY_SIZE);
    if (n == 0 || n > KEY_SIZE - 2) return false;
    memcpy(key, postcode, n);
    if (area) key[n] = ':';
    return true;
}

static int compare_lessons(const void *a, const void *b)
{
    const struct lesson *x = a, *y = b;
    int order = memcmp(x->key, y->key, KEY_SIZE);

    if (order != 0) return order;
    return (x->force > y->force) - (x->force < y->force);
}

/* Keeps one entry per key that points at one force. */
static size_t settle_lessons(struct lesson *lesson, size_t n)
{
    size_t kept = 0;

    if (n > 1) qsort(lesson, n, sizeof *lesson, compare_lessons);
    for (size_t i = 0, j; i < n; i = j) {
        struct lesson best = {.rows = 0};
        uint32_t total = 0, run = 0;

        for (j = i; j < n && memcmp(lesson[i].key, lesson[j].key, KEY_SIZE) == 0; j++) {
            run = j > i && lesson[j - 1].force == lesson[j].force ? run + 1 : 1;
            total++;
            if (run <= best.rows) continue;
            best = lesson[j];
            best.rows = run;
        }
        if (total >= LAC_RECONCILE_POSTCODE_ROWS &&
            (uint64_t)best.rows * 100 >= (uint64_t)total * LAC_RECONCILE_POSTCODE_PERCENT)
            lesson[kept++] = best;
    }
    return kept;
}

static int compare_keys(const void *a, const void *b)
{
    return memcmp(((const struct lesson *)a)->key, ((const struct lesson *)b)->key, KEY_SIZE);
}

static uint32_t home_of(const struct lesson *lesson, size_t n, const char *postcode)
{
    for (int area = 0; area <= 1; area++) {
        struct lesson key = {.force = 0};
        const struct lesson *found;

        if (!postcode_key(postcode, area == 1, key.key)) continue;
        found = bsearch(&key, lesson, n, sizeof *lesson, compare_keys);
        if (found != NULL) return found->force;
    }
    return LAC_RECONCILE_NONE;
}

enum lac_status lac_reconcile_homes_fill(struct lac_reconcile_row *row, size_t rows, size_t *filled,
                                         struct lac_error *err)
{
    struct lesson *lesson = calloc(2 * rows + 1, sizeof *lesson);
    size_t n = 0;

    *filled = 0;
    if (lesson == NULL) return lac_fail_memory(err, "homes by postcode");
    for (size_t i = 0; i < rows; i++) {
        if (row[i].home == LAC_RECONCILE_NONE || row[i].home == LAC_RECONCILE_OUTSIDE) continue;
        for (int area = 0; area <= 1; area++) {
            lesson[n].force = row[i].home;
            if (postcode_key(row[i].postcode, area == 1, lesson[n].key)) n++;
        }
    }
    n = settle_lessons(lesson, n);
    for (size_t i = 0; i < rows; i++) {
        if (row[i].home != LAC_RECONCILE_NONE) continue;
        row[i].home = home_of(lesson, n, row[i].postcode);
        *filled += row[i].home != LAC_RECONCILE_NONE ? 1 : 0;
    }
    free(lesson);
    return LAC_OK;
}

const char *lac_reconcile_place_code(const struct lac_reconcile_places *places, size_t place)
{
    if (place == 0) return "K04000001";
    if (place <= places->regions) return places->region[place - 1].code;
    return places->force[place - 1 - places->regions].code;
}
