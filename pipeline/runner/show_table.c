/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "config/schema.h"
#include "runner/show.h"

#define TEXT_ROWS 40
#define EXTRAS 4
#define PATTERN_BITS 16
#define NAMES_SIZE 512

enum operation { IS, IS_NOT, LESS, AT_MOST, GREATER, AT_LEAST, HOLDS };

struct condition {
    enum operation operation;
    size_t column; /* of the view */
    bool number;
    double value;
    const char *text;
};

/* A column as shown: one of the table, or texts made for it. */
struct view_column {
    const char *name;
    bool number;
    size_t column;     /* of the table, when `text` is NULL */
    const char **text; /* per row */
};

/* A table with the columns that are shown. */
struct view {
    const struct lac_table *table;
    struct view_column *column;
    size_t columns;
    struct condition condition[LAC_SHOW_CONDITIONS];
    size_t conditions;
};

static enum lac_status find_table(const struct lac_show_request *request, enum lac_table_id *id,
                                  struct lac_error *err)
{
    const char *names[LAC_TABLE_COUNT], *nearest;
    enum lac_status st;

    for (size_t i = 0; i < LAC_TABLE_COUNT; i++) {
        names[i] = lac_table_schemas[i].name;
        if (strcmp(names[i], request->table) == 0) {
            *id = (enum lac_table_id)i;
            return LAC_OK;
        }
    }
    nearest = lac_text_nearest(request->table, names, LAC_TABLE_COUNT);
    st = lac_fail(err, LAC_USAGE, "'%.40s' is not a table of the store", request->table);
    if (nearest != NULL)
        lac_error_remedy(err, "did you mean '%s'? `lacuna show PATH` lists the tables", nearest);
    else
        lac_error_remedy(err, "`lacuna show PATH` lists the tables");
    return st;
}

/* --- columns that are made ----------------------------------------------------------------------------- */

static enum lac_status read_beside(const struct lac_show_request *request, const char *run,
                                   enum lac_table_id id, struct lac_table *table, struct lac_error *err)
{
    return run != NULL ? lac_store_read(run, id, table, err)
                       : lac_store_read_path(request->path, id, table, err);
}

static void add_column(struct view *view, size_t at, struct view_column column)
{
    memmove(&view->column[at + 1], &view->column[at], (view->columns - at) * sizeof *view->column);
    view->column[at] = column;
    view->columns++;
}

/* Names of the lists of a pattern, joined by +. */
static void join_lists(const char *const *name, uint32_t pattern, char *text)
{
    size_t at = 0;

    text[0] = '\0';
    for (int k = 0; k < PATTERN_BITS && at < NAMES_SIZE; k++) {
        int n;

        if (!(pattern >> k & 1U) || name[k] == NULL) continue;
        n = snprintf(text + at, NAMES_SIZE - at, "%s%s", at > 0 ? "+" : "", name[k]);
        at += n > 0 ? (size_t)n : 0;
    }
}

/* `lists` after `pattern`. Every pattern is spelt once. */
static enum lac_status add_lists(struct view *view, size_t pattern, const struct lac_table *lists,
                                 struct lac_arena *arena, struct lac_error *err)
{
    const uint32_t *bits = lac_u32(view->table, view->table->column[pattern].id);
    const char *name[PATTERN_BITS] = {NULL}, **spelt = LAC_NEW(arena, const char *, 1U << PATTERN_BITS);
    const char **text = LAC_NEW(arena, const char *, view->table->rows);

    if (spelt == NULL || text == NULL) return lac_fail_memory(err, "names of lists");
    for (size_t i = 0; i < lists->rows; i++) {
        uint32_t bit = lac_u32(lists, LAC_COL_history_lists_bit)[i];

        if (bit >= PATTERN_BITS || name[bit] != NULL) continue;
        name[bit] = lac_arena_strdup(arena, lac_text(lists, LAC_COL_history_lists_list, i));
        if (name[bit] == NULL) return lac_fail_memory(err, "names of lists");
    }
    for (size_t i = 0; i < view->table->rows; i++) {
        uint32_t code = bits[i] & ((1U << PATTERN_BITS) - 1);

        if (spelt[code] == NULL) {
            char names[NAMES_SIZE];

            join_lists(name, code, names);
            spelt[code] = lac_arena_strdup(arena, names);
        }
        if (spelt[code] == NULL) return lac_fail_memory(err, "names of lists");
        text[i] = spelt[code];
    }
    add_column(view, pattern + 1, (struct view_column){"lists", false, 0, text});
    return LAC_OK;
}

/* Columns of `sources` for the records of `persons`. */
static enum lac_status add_sources(struct view *view, const struct lac_table *sources,
                                   struct lac_arena *arena, struct lac_error *err)
{
    static const enum lac_column_id columns[] = {LAC_COL_sources_evidence, LAC_COL_sources_gives,
                                                 LAC_COL_sources_contradicts};
    const uint32_t *record = lac_u32(view->table, LAC_COL_persons_record);

    for (size_t k = 0; k < LAC_COUNT(columns); k++) {
        const char **text = LAC_NEW(arena, const char *, view->table->rows);

        if (text == NULL) return lac_fail_memory(err, "sources of persons");
        for (size_t i = 0; i < view->table->rows; i++)
            text[i] = record[i] < sources->rows ? lac_text(sources, columns[k], record[i]) : "";
        add_column(view, view->columns,
                   (struct view_column){lac_column_schemas[columns[k]].name, false, 0, text});
    }
    return LAC_OK;
}

/* Tables the made columns are read from; `sources` stays open while they are used. */
struct beside {
    struct lac_table sources;
    bool open;
};

static enum lac_status add_made(const struct lac_show_request *request, const char *run, struct view *view,
                                struct lac_arena *arena, struct beside *beside, struct lac_error *err)
{
    enum lac_table_id id = view->table->id;
    enum lac_status st = LAC_OK;
    struct lac_table lists;

    for (size_t i = 0; i < view->table->columns; i++) {
        if (strcmp(view->column[i].name, "pattern") != 0) continue;
        if (lac_table_schemas[id].file != LAC_FILE_histories) break;
        if ((st = read_beside(request, run, LAC_TABLE_history_lists, &lists, err)) != LAC_OK) return st;
        st = add_lists(view, i, &lists, arena, err);
        lac_table_release(&lists);
        return st;
    }
    if (id == LAC_TABLE_persons && run != NULL) {
        char *path = lac_store_path(arena, run, LAC_FILE_histories);

        if (path == NULL) return lac_fail_memory(err, "a file name");
        if (!lac_file_exists(path)) return LAC_OK;
        if ((st = lac_store_read(run, LAC_TABLE_sources, &beside->sources, err)) != LAC_OK) return st;
        beside->open = true;
        st = add_sources(view, &beside->sources, arena, err);
    }
    return st;
}

/* --- conditions ---------------------------------------------------------------------------------------- */

static enum lac_status fail_condition(const char *message, const char *remedy, struct lac_error *err)
{
    lac_fail(err, LAC_USAGE, "--where: %s", message);
    lac_error_rule(err, "show-where");
    lac_error_remedy(err, "%s", remedy);
    return LAC_USAGE;
}

static enum lac_status fail_column(const struct view *view, struct lac_arena *arena, const char *name,
                                   struct lac_error *err)
{
    const char **names = LAC_NEW(arena, const char *, view->columns), *nearest;

    if (names == NULL) return lac_fail_memory(err, "names of columns");
    for (size_t i = 0; i < view->columns; i++) names[i] = view->column[i].name;
    nearest = lac_text_nearest(name, names, view->columns);
    lac_fail(err, LAC_USAGE, "--where: '%.40s' is not a column of the table", name);
    lac_error_rule(err, "show-where");
    if (nearest != NULL)
        lac_error_remedy(err, "did you mean '%s'? `lacuna show FILE.h5` lists the columns", nearest);
    else
        lac_error_remedy(err, "`lacuna show FILE.h5` lists the columns");
    return LAC_USAGE;
}

/* Where the operator stands, its length and meaning. */
static size_t read_operation(const char *text, size_t *length, enum operation *operation)
{
    static const struct {
        const char *sign;
        enum operation operation;
    } all[] = {{"!=", IS_NOT}, {"<=", AT_MOST}, {">=", AT_LEAST}, {"=", IS},
               {"<", LESS},    {">", GREATER},  {"~", HOLDS}};
    size_t at = strcspn(text, "=!<>~");

    *length = 0;
    for (size_t i = 0; i < LAC_COUNT(all); i++) {
        if (strncmp(text + at, all[i].sign, strlen(all[i].sign)) != 0) continue;
        *length = strlen(all[i].sign);
        *operation = all[i].operation;
        break;
    }
    return at;
}

static enum lac_status read_condition(const struct view *view, const char *text, struct lac_arena *arena,
                                      struct condition *condition, struct lac_error *err)
{
    size_t length, at = read_operation(text, &length, &condition->operation), i = 0;
    char *name = lac_arena_strdup(arena, text), *end;

    if (name == NULL) return lac_fail_memory(err, "conditions");
    if (at == 0 || length == 0)
        return fail_condition("a condition is COLUMN, an operator and a value",
                              "write it as person_id=V000017; operators: = != < <= > >= ~", err);
    name[at] = '\0';
    while (i < view->columns && strcmp(view->column[i].name, name) != 0) i++;
    if (i == view->columns) return fail_column(view, arena, name, err);
    condition->column = i;
    condition->text = text + at + length;
    condition->number = view->column[i].number && condition->operation != HOLDS && condition->text[0] != '\0';
    if (!condition->number) return LAC_OK;
    condition->value = strtod(condition->text, &end);
    if (*end != '\0' || isnan(condition->value))
        return fail_condition("the column holds numbers, the value is none", "give a number", err);
    return LAC_OK;
}

static const char *view_cell(const struct view *view, size_t column, size_t row, bool precise,
                             char buffer[64])
{
    const struct view_column *c = &view->column[column];

    return c->text != NULL ? c->text[row] : lac_show_cell(view->table, c->column, row, precise, buffer);
}

static bool holds_order(enum operation operation, int order)
{
    switch (operation) {
    case IS:
        return order == 0;
    case IS_NOT:
        return order != 0;
    case LESS:
        return order < 0;
    case AT_MOST:
        return order <= 0;
    case GREATER:
        return order > 0;
    default:
        return order >= 0;
    }
}

/* A missing value meets `=` with nothing and `!=` with something, and no other comparison. */
static bool meets(const struct view *view, const struct condition *condition, size_t row)
{
    char buffer[64];
    const char *cell = view_cell(view, condition->column, row, true, buffer);
    double value;

    if (condition->operation == HOLDS) return strstr(cell, condition->text) != NULL;
    if (cell[0] == '\0' || condition->text[0] == '\0') {
        bool same = cell[0] == condition->text[0];

        return condition->operation == IS ? same : condition->operation == IS_NOT && !same;
    }
    if (!condition->number) return holds_order(condition->operation, strcmp(cell, condition->text));
    value = strtod(cell, NULL);
    return holds_order(condition->operation, (value > condition->value) - (value < condition->value));
}

/* --- printing ------------------------------------------------------------------------------------------ */

static bool is_wanted(const struct view *view, size_t row)
{
    for (size_t i = 0; i < view->conditions; i++) {
        if (!meets(view, &view->condition[i], row)) return false;
    }
    return true;
}

/* Fills the grid with at most `limit` rows that meet the conditions (0: all); *met is how many there are. */
static enum lac_status fill_grid(struct lac_show_grid *grid, const struct view *view, size_t limit,
                                 size_t *met, struct lac_error *err)
{
    const char **cell = LAC_NEW(grid->arena, const char *, view->columns);
    char(*buffer)[64] = lac_arena_alloc(grid->arena, view->columns, sizeof *buffer);
    enum lac_status st = LAC_OK;

    if (cell == NULL || buffer == NULL) return lac_fail_memory(err, "what is shown");
    *met = 0;
    for (size_t i = 0; st == LAC_OK && i < view->table->rows; i++) {
        if (!is_wanted(view, i)) continue;
        (*met)++;
        if (limit > 0 && *met > limit) continue;
        for (size_t k = 0; k < view->columns; k++) cell[k] = view_cell(view, k, i, grid->precise, buffer[k]);
        st = lac_show_grid_add(grid, cell, err);
    }
    return st;
}

static void print_count(const struct lac_show_request *request, const struct view *view, size_t shown,
                        size_t met)
{
    FILE *to = request->to;

    if (view->conditions > 0)
        fprintf(to,
                shown < met ? "%zu of %zu rows that meet the conditions; --limit 0 shows all\n"
                            : "%zu of %zu rows meet the conditions\n",
                shown, shown < met ? met : view->table->rows);
    else
        fprintf(to, shown < met ? "%zu of %zu rows; --limit 0 shows all\n" : "%zu rows\n", shown, met);
}

static enum lac_status print_view(const struct lac_show_request *request, const struct view *view,
                                  struct lac_arena *arena, struct lac_error *err)
{
    const char **head = LAC_NEW(arena, const char *, view->columns);
    bool *number = LAC_NEW(arena, bool, view->columns);
    struct lac_show_grid grid = {.arena = arena,
                                 .head = head,
                                 .number = number,
                                 .columns = view->columns,
                                 .precise = request->form != LAC_SHOW_TEXT};
    int64_t limit = request->limit >= 0 ? request->limit : request->form == LAC_SHOW_TEXT ? TEXT_ROWS : 0;
    size_t met = 0;
    enum lac_status st;

    if (head == NULL || number == NULL) return lac_fail_memory(err, "what is shown");
    for (size_t i = 0; i < view->columns; i++) {
        head[i] = view->column[i].name;
        number[i] = view->column[i].number;
    }
    if ((st = fill_grid(&grid, view, (size_t)limit, &met, err)) != LAC_OK) return st;
    if ((st = lac_show_grid_print(&grid, request->form, request->to, err)) != LAC_OK) return st;
    if (request->form == LAC_SHOW_TEXT) print_count(request, view, grid.rows, met);
    return LAC_OK;
}

static enum lac_status make_view(const struct lac_table *table, struct lac_arena *arena, struct view *view,
                                 struct lac_error *err)
{
    *view = (struct view){.table = table, .columns = table->columns};
    view->column = LAC_NEW(arena, struct view_column, table->columns + EXTRAS);
    if (view->column == NULL) return lac_fail_memory(err, "what is shown");
    for (size_t i = 0; i < table->columns; i++)
        view->column[i] = (struct view_column){lac_column_schemas[table->column[i].id].name,
                                               lac_show_is_number(table->column[i].id), i, NULL};
    return LAC_OK;
}

enum lac_status lac_show_table(const struct lac_show_request *request, const char *run,
                               struct lac_arena *arena, struct lac_error *err)
{
    enum lac_table_id id = LAC_TABLE_COUNT;
    struct lac_table table;
    struct beside beside = {.open = false};
    struct view view;
    enum lac_status st = find_table(request, &id, err);

    if (st != LAC_OK) return st;
    if ((st = read_beside(request, run, id, &table, err)) != LAC_OK) return st;
    st = make_view(&table, arena, &view, err);
    if (st == LAC_OK) st = add_made(request, run, &view, arena, &beside, err);
    for (size_t i = 0; st == LAC_OK && i < request->conditions; i++)
        st = read_condition(&view, request->where[i], arena, &view.condition[view.conditions++], err);
    if (st == LAC_OK) st = print_view(request, &view, arena, err);
    if (beside.open) lac_table_release(&beside.sources);
    lac_table_release(&table);
    return st;
}
