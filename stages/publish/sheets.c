/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sheets.h"

#include <string.h>
#include "prose.h"
#include "words.h"

#define NAME_WIDTH 44
#define WIDTH 20
#define TEXT_WIDTH 100

static void line_add(struct lac_publish_sheet *sheet, const char *text)
{
    if (sheet->lines < LAC_PUBLISH_SHEET_LINES) sheet->line[sheet->lines++] = text;
}

static void cover(struct lac_publish_model *model, struct lac_publish_sheet *sheet)
{
    *sheet =
        (struct lac_publish_sheet){.name = "Cover", .wrap = true, .first_width = TEXT_WIDTH, .width = WIDTH};
    line_add(sheet, model->title);
    line_add(sheet, lac_publish_headline_sentence(model));
    line_add(sheet, lac_publish_grade(model));
    line_add(sheet, lac_publish_text(model, "Publisher: %s", model->organisation));
    line_add(sheet, lac_publish_text(model, "Place and period: %s, %s", model->nation, model->period_words));
    line_add(sheet,
             lac_publish_text(model, "Headline definition: %s (%s)",
                              lac_publish_definition_title(model, model->definition), model->definition));
    line_add(sheet, model->provisional ? "The figures are provisional." : "The figures are final.");
    line_add(sheet,
             "Sheets: this cover, contents, notes, then one table a sheet. Blank cells do not occur in "
             "tables of figures.");
    line_add(sheet, lac_publish_text(model, "Program %s; settings %s", model->version, model->config_digest));
}

static struct lac_publish_cell *row_of(struct lac_publish_model *model, struct lac_publish_sheet *sheet,
                                       const char *first, const char *second)
{
    struct lac_publish_cell *cell = lac_publish_row_add(model, &sheet->table);
    if (!cell) return NULL;
    cell[0] = lac_publish_cell_text(first);
    cell[1] = lac_publish_cell_text(second);
    return cell;
}

static const char *sheet_name(struct lac_publish_model *model, size_t index)
{
    return lac_publish_text(model, "Table_%zu", index + 1);
}

static void contents(struct lac_publish_model *model, struct lac_publish_sheet *sheet)
{
    static const struct lac_publish_column column[] = {{"Sheet", false}, {"Title", false}};
    *sheet = (struct lac_publish_sheet){.name = "Contents",
                                        .links = true,
                                        .first_width = NAME_WIDTH,
                                        .width = TEXT_WIDTH,
                                        .table_name = "table_of_contents",
                                        .table = {.column = column, .columns = 2}};
    line_add(sheet, "Table of contents");
    line_add(sheet, "This sheet contains one table. Each row leads to a sheet.");
    (void)row_of(model, sheet, "Notes", "Notes and symbols");
    for (size_t i = 0; i < model->tables; i++)
        (void)row_of(model, sheet, sheet_name(model, i), model->table[i]->title);
}

static void notes(struct lac_publish_model *model, struct lac_publish_sheet *sheet)
{
    static const struct lac_publish_column column[] = {{"Note or symbol", false}, {"Meaning", false}};
    *sheet = (struct lac_publish_sheet){.name = "Notes",
                                        .first_width = NAME_WIDTH,
                                        .width = TEXT_WIDTH,
                                        .table_name = "table_of_notes",
                                        .table = {.column = column, .columns = 2}};
    line_add(sheet, "Notes and symbols");
    line_add(sheet, "This sheet contains one table. Notes without a table of their own apply to all tables.");
    for (size_t i = 0; i < lac_publish_symbol_count; i++)
        (void)row_of(model, sheet, lac_publish_text(model, "[%c]", lac_publish_symbols[i].symbol),
                     lac_publish_symbols[i].text);
    for (size_t i = 0; i <= lac_publish_note_count; i++)
        (void)row_of(model, sheet, lac_publish_text(model, "[note %zu]", i + 1),
                     i < lac_publish_note_count ? lac_publish_notes[i] : model->profile->title);
}

/* Letters, digits and underscores of an id, as a table name. */
static const char *table_name(struct lac_publish_model *model, const char *id)
{
    char *copy = lac_arena_printf(model->arena, "table_%s", id);
    if (!copy) {
        model->failed = true;
        return "";
    }
    for (char *p = copy; *p; p++)
        if (*p == '-') *p = '_';
    return copy;
}

static void table_sheet(struct lac_publish_model *model, size_t index, struct lac_publish_sheet *sheet)
{
    const struct lac_publish_table *table = model->table[index];
    *sheet = (struct lac_publish_sheet){.name = sheet_name(model, index),
                                        .first_width = NAME_WIDTH,
                                        .width = WIDTH,
                                        .table_name = table_name(model, table->id),
                                        .table = *table};
    line_add(sheet, lac_publish_text(model, "Table %zu: %s", index + 1, table->title));
    line_add(sheet, "This sheet contains one table.");
    line_add(sheet, table->note[0] ? table->note : "No notes apply to this table alone.");
    line_add(sheet, "There are no blank cells; symbols in brackets are explained on the sheet Notes.");
    line_add(sheet, lac_publish_text(model, "Source: %s, from returns of police forces and other agencies.",
                                     model->organisation));
}

struct lac_publish_sheet *lac_publish_sheets(struct lac_publish_model *model, size_t *count)
{
    struct lac_publish_sheet *sheet = lac_publish_new(model, model->tables + 3, sizeof *sheet);
    if (!sheet) return NULL;
    cover(model, &sheet[0]);
    contents(model, &sheet[1]);
    notes(model, &sheet[2]);
    for (size_t i = 0; i < model->tables; i++) table_sheet(model, i, &sheet[3 + i]);
    *count = model->tables + 3;
    return model->failed ? NULL : sheet;
}
