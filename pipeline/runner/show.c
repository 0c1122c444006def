/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "runner/show.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "runner/manifest.h"

struct show {
    const struct lac_show_request *request;
    struct lac_arena *arena;
    const char *run; /* run folder, or NULL when a single file is shown */
};

static bool is_folder(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

/* --- a store file
 * -------------------------------------------------------------------------------------------- */

static const char *const column_head[] = {"table", "column", "type", "unit", "missing", "rows", "what"};
static const bool column_number[] = {false, false, false, false, false, true, false};

static enum lac_status add_columns(struct lac_show_grid *grid, enum lac_table_id id, size_t rows,
                                   struct lac_error *err)
{
    const struct lac_table_schema *table = &lac_table_schemas[id];
    enum lac_status st = LAC_OK;
    char count[24];

    snprintf(count, sizeof count, "%zu", rows);
    for (size_t i = 0; st == LAC_OK && i < table->columns; i++) {
        const struct lac_column_schema *column = &lac_column_schemas[(size_t)table->first + i];
        const char *cell[] = {table->name,
                              column->name,
                              lac_type_name(column->type),
                              column->unit,
                              column->nullable ? "may be" : "",
                              count,
                              column->text};

        st = lac_show_grid_add(grid, cell, err);
    }
    return st;
}

static enum lac_status count_rows(const char *path, enum lac_table_id id, size_t *rows, struct lac_error *err)
{
    struct lac_table table;
    enum lac_status st = lac_store_read_path(path, id, &table, err);

    if (st != LAC_OK) return st;
    *rows = table.rows;
    lac_table_release(&table);
    return LAC_OK;
}

static enum lac_status show_file(const struct show *show, struct lac_error *err)
{
    const struct lac_show_request *request = show->request;
    struct lac_show_grid grid = {.arena = show->arena,
                                 .head = column_head,
                                 .number = column_number,
                                 .columns = LAC_COUNT(column_head)};
    char producer[128], digest[128];
    enum lac_file_id file = LAC_FILE_COUNT;
    enum lac_status st = lac_store_identify(request->path, &file, err);

    if (st == LAC_OK) st = lac_store_attribute(request->path, "producer", producer, sizeof producer, err);
    if (st == LAC_OK) st = lac_store_attribute(request->path, "config_digest", digest, sizeof digest, err);
    for (int id = 0; st == LAC_OK && id < LAC_TABLE_COUNT; id++) {
        size_t rows = 0;

        if (lac_table_schemas[id].file != file) continue;
        st = count_rows(request->path, (enum lac_table_id)id, &rows, err);
        if (st == LAC_OK) st = add_columns(&grid, (enum lac_table_id)id, rows, err);
    }
    if (st != LAC_OK) return st;
    if (request->form == LAC_SHOW_TEXT)
        fprintf(request->to, "%s: %s\nwritten by %s, settings %.12s%s\n\n", lac_file_schemas[file].name,
                lac_file_schemas[file].text, producer, digest,
                lac_file_schemas[file].personal ? ", holds personal data" : "");
    return lac_show_grid_print(&grid, request->form, request->to, err);
}

/* --- a run
 * --------------------------------------------------------------------------------------------------- */

static const char *const table_head[] = {"file", "table", "rows", "what"};
static const bool table_number[] = {false, false, true, false};

static enum lac_status list_tables(const struct show *show, struct lac_show_grid *grid, struct lac_error *err)
{
    enum lac_status st = LAC_OK;

    for (int id = 0; st == LAC_OK && id < LAC_TABLE_COUNT; id++) {
        const struct lac_table_schema *table = &lac_table_schemas[id];
        char *path = lac_store_path(show->arena, show->run, table->file), text[24];
        const char *cell[] = {lac_file_schemas[table->file].name, table->name, text, table->text};
        size_t rows = 0;

        if (path == NULL) return lac_fail_memory(err, "a file name");
        if (!lac_file_exists(path)) continue;
        if ((st = count_rows(path, (enum lac_table_id)id, &rows, err)) != LAC_OK) return st;
        snprintf(text, sizeof text, "%zu", rows);
        st = lac_show_grid_add(grid, cell, err);
    }
    return st;
}

static void print_stages(const struct lac_manifest *manifest, FILE *to)
{
    fprintf(to, "run %s, %s\nsettings %s (%.12s), seed %" PRId64 ", as at %s\n\n", manifest->name,
            manifest->complete ? "complete" : "not complete", manifest->config_path, manifest->config_digest,
            manifest->seed, manifest->as_at[0] != '\0' ? manifest->as_at : "everything received");
    for (size_t i = 0; i < lac_stage_row_count; i++) {
        const struct lac_manifest_stage *stage = &manifest->stage[i];

        fprintf(to, "%-10s %-9s", stage->name, lac_stage_state_word(stage->state));
        if (stage->state != LAC_STATE_NONE)
            fprintf(to, " %7.1f s  %6.0f MB  %zu files  %s", stage->seconds, (double)stage->peak_memory / 1e6,
                    stage->outputs.count, stage->started);
        fputc('\n', to);
    }
    fputc('\n', to);
}

/* National figures of the summary table, whole period, everyone. */
static enum lac_status print_headline(const struct show *show, struct lac_error *err)
{
    struct lac_table t;
    char *path = lac_store_path(show->arena, show->run, LAC_FILE_estimates);
    enum lac_status st;

    if (path == NULL) return lac_fail_memory(err, "a file name");
    if (!lac_file_exists(path)) return LAC_OK;
    if ((st = lac_store_read(show->run, LAC_TABLE_summary, &t, err)) != LAC_OK) return st;
    fputs("\nnational estimates\n", show->request->to);
    for (size_t i = 0; i < t.rows; i++) {
        double estimate = lac_f64(&t, LAC_COL_summary_estimate)[i];

        if (strcmp(lac_text(&t, LAC_COL_summary_geography, i), "nation") != 0 ||
            strcmp(lac_text(&t, LAC_COL_summary_stratum, i), "all") != 0)
            continue;
        fprintf(show->request->to, "%s, %s, %s: observed %" PRId64,
                lac_text(&t, LAC_COL_summary_definition, i), lac_text(&t, LAC_COL_summary_population, i),
                lac_text(&t, LAC_COL_summary_variant, i), lac_i64(&t, LAC_COL_summary_observed)[i]);
        if (isnan(estimate))
            fprintf(show->request->to, ", %s\n", lac_text(&t, LAC_COL_summary_status, i));
        else
            fprintf(show->request->to, ", estimate %.0f (%.0f to %.0f), %s\n", estimate,
                    lac_f64(&t, LAC_COL_summary_lower)[i], lac_f64(&t, LAC_COL_summary_upper)[i],
                    lac_text(&t, LAC_COL_summary_status, i));
    }
    lac_table_release(&t);
    return LAC_OK;
}

static enum lac_status show_run(const struct show *show, struct lac_error *err)
{
    const struct lac_show_request *request = show->request;
    struct lac_show_grid grid = {
        .arena = show->arena, .head = table_head, .number = table_number, .columns = LAC_COUNT(table_head)};
    struct lac_manifest manifest;
    bool found;
    enum lac_status st = lac_manifest_read(show->run, show->arena, &manifest, &found, err);

    if (st == LAC_OK) st = list_tables(show, &grid, err);
    if (st != LAC_OK) return st;
    if (request->form == LAC_SHOW_TEXT && found) print_stages(&manifest, request->to);
    if ((st = lac_show_grid_print(&grid, request->form, request->to, err)) != LAC_OK) return st;
    return request->form == LAC_SHOW_TEXT ? print_headline(show, err) : LAC_OK;
}

/* --- what the path is
 * ---------------------------------------------------------------------------------------- */

static enum lac_status settle_run(struct show *show, struct lac_error *err)
{
    const char *path = show->request->path;
    char *store;

    if (is_folder(path))
        show->run = path;
    else if (strcmp(lac_path_name(path), "store.h5") == 0 && lac_file_exists(path))
        show->run = lac_path_join(show->arena, lac_path_folder(show->arena, path), "..");
    else
        return LAC_OK;
    store = show->run == NULL ? NULL : lac_path_join(show->arena, show->run, "store");
    if (store == NULL) return lac_fail_memory(err, "a file name");
    if (!is_folder(store)) {
        (void)lac_fail(err, LAC_USAGE, "this folder is not a run folder");
        lac_error_file(err, path);
        lac_error_remedy(err, "give a folder that `lacuna run` made, or a file of its store");
        return LAC_USAGE;
    }
    return LAC_OK;
}

enum lac_status lac_show(const struct lac_show_request *request, struct lac_error *err)
{
    struct lac_arena arena;
    struct show show = {request, &arena, NULL};
    enum lac_status st;

    lac_arena_init(&arena);
    st = settle_run(&show, err);
    if (st == LAC_OK && request->table != NULL)
        st = lac_show_table(request, show.run, &arena, err);
    else if (st == LAC_OK)
        st = show.run != NULL ? show_run(&show, err) : show_file(&show, err);
    lac_arena_release(&arena);
    return st;
}
