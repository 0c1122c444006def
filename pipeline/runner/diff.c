/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "runner/diff.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "runner/manifest.h"

/* --- what went in
 * -------------------------------------------------------------------------------------------- */

static bool has_line(const char *text, const char *line, size_t length)
{
    for (const char *at = text; *at != '\0';) {
        size_t here = strcspn(at, "\n");

        if (here == length && memcmp(at, line, length) == 0) return true;
        at += here + (at[here] == '\n' ? 1 : 0);
    }
    return false;
}

void lac_diff_lines(const char *sign, const char *text, const char *other, FILE *to)
{
    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, "\n");

        if (!has_line(other, at, length)) fprintf(to, "%s %.*s\n", sign, (int)length, at);
        at += length + (at[length] == '\n' ? 1 : 0);
    }
}

static void print_files(const char *stage, const struct lac_filelist *a, const struct lac_filelist *b,
                        FILE *to)
{
    for (size_t i = 0; i < a->count; i++) {
        const char *digest = lac_filelist_find(b, a->row[i].path);

        if (strncmp(a->row[i].path, "store/", 6) == 0) continue; /* a result, not a cause */
        if (digest == NULL)
            fprintf(to, "  %s: only A read %s\n", stage, a->row[i].path);
        else if (strcmp(digest, a->row[i].digest) != 0)
            fprintf(to, "  %s: %s differs\n", stage, a->row[i].path);
    }
    for (size_t i = 0; i < b->count; i++)
        if (strncmp(b->row[i].path, "store/", 6) != 0 && lac_filelist_find(a, b->row[i].path) == NULL)
            fprintf(to, "  %s: only B read %s\n", stage, b->row[i].path);
}

static void print_causes(const struct lac_manifest *a, const struct lac_manifest *b, FILE *to)
{
    if (a->seed != b->seed) fprintf(to, "seed: %" PRId64 " and %" PRId64 "\n", a->seed, b->seed);
    if (strcmp(a->as_at, b->as_at) != 0) fprintf(to, "as at: '%s' and '%s'\n", a->as_at, b->as_at);
    fputs("settings:\n", to);
    lac_diff_lines("  -", a->config_text, b->config_text, to);
    lac_diff_lines("  +", b->config_text, a->config_text, to);
    fputs("programs:\n", to);
    for (size_t i = 0; i < lac_stage_row_count; i++)
        if (strcmp(a->stage[i].cause.program, b->stage[i].cause.program) != 0)
            fprintf(to, "  %s: another program (version %s and %s)\n", a->stage[i].name,
                    a->stage[i].cause.version, b->stage[i].cause.version);
    fputs("inputs:\n", to);
    for (size_t i = 0; i < lac_stage_row_count; i++)
        print_files(a->stage[i].name, &a->stage[i].inputs, &b->stage[i].inputs, to);
}

/* --- what came out
 * ------------------------------------------------------------------------------------------- */

#define KEYS 7

static const enum lac_column_id key_columns[KEYS] = {
    LAC_COL_published_table_id, LAC_COL_published_definition,     LAC_COL_published_population,
    LAC_COL_published_period,   LAC_COL_published_geography_code, LAC_COL_published_stratum,
    LAC_COL_published_measure,
};
static const enum lac_column_id value_columns[] = {LAC_COL_published_value, LAC_COL_published_lower,
                                                   LAC_COL_published_upper};
static const char *const head[] = {"table",   "definition", "population", "period",  "geography_code",
                                   "stratum", "measure",    "value_a",    "value_b", "change",
                                   "lower_a", "lower_b",    "upper_a",    "upper_b"};
static const bool number[] = {false, false, false, false, false, false, false,
                              true,  true,  true,  true,  true,  true,  true};

struct figure {
    const struct lac_table *table;
    size_t row;
};

static int compare_keys(const struct figure *x, const struct figure *y)
{
    for (size_t i = 0; i < KEYS; i++) {
        int order =
            strcmp(lac_text(x->table, key_columns[i], x->row), lac_text(y->table, key_columns[i], y->row));

        if (order != 0) return order;
    }
    return 0;
}

static int compare_figures(const void *a, const void *b)
{
    const struct figure *x = a, *y = b;
    int order = compare_keys(x, y);

    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

static struct figure *sorted_figures(const struct lac_table *table, struct lac_arena *arena)
{
    struct figure *figure = LAC_NEW(arena, struct figure, table->rows);

    if (figure == NULL) return NULL;
    for (size_t i = 0; i < table->rows; i++) figure[i] = (struct figure){table, i};
    if (table->rows > 0) qsort(figure, table->rows, sizeof *figure, compare_figures);
    return figure;
}

static double value_of(const struct figure *figure, size_t column)
{
    return figure == NULL ? (double)NAN : lac_f64(figure->table, value_columns[column])[figure->row];
}

static bool is_same(double x, double y)
{
    return (isnan(x) && isnan(y)) || x == y; /* published values are rounded: equal means equal */
}

static enum lac_status add_difference(struct lac_show_grid *grid, const struct figure *a,
                                      const struct figure *b, struct lac_error *err)
{
    const struct figure *either = a != NULL ? a : b;
    const double values[] = {value_of(a, 0), value_of(b, 0), value_of(b, 0) - value_of(a, 0),
                             value_of(a, 1), value_of(b, 1), value_of(a, 2),
                             value_of(b, 2)};
    const char *cell[LAC_COUNT(head)];
    char text[LAC_COUNT(values)][64];

    if (a != NULL && b != NULL && is_same(values[0], values[1]) && is_same(values[3], values[4]) &&
        is_same(values[5], values[6]))
        return LAC_OK;
    for (size_t i = 0; i < KEYS; i++) cell[i] = lac_text(either->table, key_columns[i], either->row);
    for (size_t i = 0; i < LAC_COUNT(values); i++)
        cell[KEYS + i] = lac_show_double(values[i], grid->precise, text[i]);
    return lac_show_grid_add(grid, cell, err);
}

/* Both sides in key order; a figure that only one has goes out alone. */
static enum lac_status merge(struct lac_show_grid *grid, const struct lac_table table[2],
                             struct lac_error *err)
{
    struct figure *a = sorted_figures(&table[0], grid->arena), *b = sorted_figures(&table[1], grid->arena);
    size_t i = 0, k = 0;
    enum lac_status st = LAC_OK;

    if (a == NULL || b == NULL) return lac_fail_memory(err, "the figures");
    while (st == LAC_OK && (i < table[0].rows || k < table[1].rows)) {
        int order = i == table[0].rows ? 1 : k == table[1].rows ? -1 : compare_keys(&a[i], &b[k]);

        st = add_difference(grid, order <= 0 ? &a[i] : NULL, order >= 0 ? &b[k] : NULL, err);
        if (order <= 0) i++;
        if (order >= 0) k++;
    }
    return st;
}

static enum lac_status print_figures(const struct lac_diff_request *request, const struct lac_table table[2],
                                     struct lac_arena *arena, struct lac_error *err)
{
    struct lac_show_grid grid = {.arena = arena, .head = head, .number = number, .columns = LAC_COUNT(head)};
    enum lac_status st;

    grid.precise = request->form != LAC_SHOW_TEXT;
    if ((st = merge(&grid, table, err)) != LAC_OK) return st;
    if (request->form == LAC_SHOW_TEXT)
        fprintf(request->to, "published figures that differ: %zu of %zu and %zu\n", grid.rows, table[0].rows,
                table[1].rows);
    if (request->form == LAC_SHOW_TEXT && grid.rows == 0) return LAC_OK;
    return lac_show_grid_print(&grid, request->form, request->to, err);
}

static enum lac_status read_manifests(const struct lac_diff_request *request, struct lac_arena *arena,
                                      struct lac_manifest manifest[2], struct lac_error *err)
{
    for (int i = 0; i < 2; i++) {
        bool found;
        enum lac_status st = lac_manifest_read(request->run[i], arena, &manifest[i], &found, err);

        if (st != LAC_OK) return st;
        if (found) continue;
        (void)lac_fail(err, LAC_USAGE, "this folder is not a run folder: it has no manifest.json");
        lac_error_file(err, request->run[i]);
        lac_error_remedy(err, "give two folders that `lacuna run` made");
        return LAC_USAGE;
    }
    return LAC_OK;
}

/* Says so when not. */
static bool both_published(const struct lac_diff_request *request, struct lac_arena *arena)
{
    bool both = true;

    for (int i = 0; i < 2; i++) {
        char *path = lac_store_path(arena, request->run[i], LAC_FILE_tables);

        if (path != NULL && lac_file_exists(path)) continue;
        fprintf(request->to, "published figures: %c has none\n", "AB"[i]);
        both = false;
    }
    return both;
}

enum lac_status lac_diff(const struct lac_diff_request *request, struct lac_error *err)
{
    struct lac_arena arena;
    struct lac_manifest manifest[2];
    struct lac_table table[2];
    enum lac_status st;

    lac_arena_init(&arena);
    if ((st = read_manifests(request, &arena, manifest, err)) != LAC_OK) goto cleanup;
    if (request->form == LAC_SHOW_TEXT) {
        for (int i = 0; i < 2; i++)
            fprintf(request->to, "%c: %s, run %s, %s\n", "AB"[i], request -> run[i], manifest[i].name,
                    manifest[i].complete ? "complete" : "not complete");
        print_causes(&manifest[0], &manifest[1], request->to);
        if ((st = lac_diff_definitions(request->run, request->to, err)) != LAC_OK) goto cleanup;
    }
    if (request->form == LAC_SHOW_TEXT && !both_published(request, &arena)) goto cleanup;
    if ((st = lac_store_read(request->run[0], LAC_TABLE_published, &table[0], err)) != LAC_OK) goto cleanup;
    if ((st = lac_store_read(request->run[1], LAC_TABLE_published, &table[1], err)) == LAC_OK) {
        st = print_figures(request, table, &arena, err);
        lac_table_release(&table[1]);
    }
    lac_table_release(&table[0]);
cleanup:
    lac_arena_release(&arena);
    return st;
}
