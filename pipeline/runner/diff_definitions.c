/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/file.h"
#include "runner/diff.h"

#define D(table, column, row) lac_text(table, LAC_COL_definitions_##column, row)

/* Reads the definitions of both runs; *both is false while one of them has none. */
static enum lac_status read_both(const char *const run[2], struct lac_table table[2], bool *both,
                                 struct lac_error *err)
{
    struct lac_arena arena;
    enum lac_status st = LAC_OK;

    lac_arena_init(&arena);
    *both = true;
    for (int i = 0; i < 2; i++) {
        char *path = lac_store_path(&arena, run[i], LAC_FILE_histories);

        *both = *both && path != NULL && lac_file_exists(path);
    }
    lac_arena_release(&arena);
    if (!*both) return LAC_OK;
    if ((st = lac_store_read(run[0], LAC_TABLE_definitions, &table[0], err)) != LAC_OK) return st;
    if ((st = lac_store_read(run[1], LAC_TABLE_definitions, &table[1], err)) != LAC_OK)
        lac_table_release(&table[0]);
    return st;
}

static size_t row_of(const struct lac_table *table, const char *id)
{
    size_t row = 0;

    while (row < table->rows && strcmp(D(table, definition, row), id) != 0) row++;
    return row;
}

/* The keys of a definition, one a line; NULL when memory is short. */
static char *keys_of(const struct lac_table *table, size_t row, struct lac_arena *arena)
{
    char *text = lac_arena_strdup(arena, D(table, rule, row));

    for (char *at = text; at != NULL && *at != '\0'; at++) {
        if (*at == '|') *at = '\n';
    }
    return text;
}

static enum lac_status print_change(const struct lac_table *a, size_t i, const struct lac_table *b, size_t k,
                                    FILE *to)
{
    const char *old = D(a, version, i), *new = D(b, version, k);
    struct lac_arena arena;
    char *before, *after;

    if (strcmp(D(a, rule, i), D(b, rule, k)) == 0) return LAC_OK;
    lac_arena_init(&arena);
    before = keys_of(a, i, &arena);
    after = keys_of(b, k, &arena);
    if (before != NULL && after != NULL) {
        if (strcmp(old, new) == 0)
            fprintf(to, "  %s: changed, but both say version %s\n", D(a, definition, i), old);
        else
            fprintf(to, "  %s: version %s and %s\n", D(a, definition, i), old, new);
        lac_diff_lines("    -", before, after, to);
        lac_diff_lines("    +", after, before, to);
    }
    lac_arena_release(&arena);
    return before != NULL && after != NULL ? LAC_OK : LAC_NOMEM;
}

enum lac_status lac_diff_definitions(const char *const run[2], FILE *to, struct lac_error *err)
{
    struct lac_table table[2];
    bool both;
    enum lac_status st = read_both(run, table, &both, err);

    if (st != LAC_OK || !both) return st;
    fputs("definitions:\n", to);
    for (size_t i = 0; st == LAC_OK && i < table[0].rows; i++) {
        size_t k = row_of(&table[1], D(&table[0], definition, i));

        if (k == table[1].rows)
            fprintf(to, "  %s: only A has it\n", D(&table[0], definition, i));
        else
            st = print_change(&table[0], i, &table[1], k, to);
    }
    for (size_t k = 0; k < table[1].rows; k++) {
        if (row_of(&table[0], D(&table[1], definition, k)) == table[0].rows)
            fprintf(to, "  %s: only B has it\n", D(&table[1], definition, k));
    }
    lac_table_release(&table[0]);
    lac_table_release(&table[1]);
    return st == LAC_NOMEM ? lac_fail_memory(err, "the definitions") : st;
}
