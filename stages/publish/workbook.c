/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workbook.h"

#include <math.h>
#include <string.h>
#include <time.h>
#include <xlsxwriter.h>
#include "base/file.h"
#include "prose.h"
#include "words.h"

#define FONT "Arial"
#define NAME_COLUMN_WIDTH 44
#define COLUMN_WIDTH 20

struct book {
    lxw_workbook *workbook;
    struct lac_publish_model *model;
    lxw_format *body, *title, *text, *whole, *one, *three, *percent, *symbol, *link;
    lxw_error failed;
};

static void check(struct book *book, lxw_error result)
{
    if (result && !book->failed) book->failed = result;
}

static lxw_format *format_new(struct book *book, double size, const char *number, uint8_t align)
{
    lxw_format *format = workbook_add_format(book->workbook);
    if (!format) {
        book->failed = LXW_ERROR_MEMORY_MALLOC_FAILED;
        return NULL;
    }
    format_set_font_name(format, FONT);
    format_set_font_size(format, size);
    if (number) format_set_num_format(format, number);
    if (align) format_set_align(format, align);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    return format;
}

static void formats(struct book *book)
{
    book->body = format_new(book, 12, NULL, 0);
    book->title = format_new(book, 16, NULL, 0);
    book->text = format_new(book, 12, NULL, LXW_ALIGN_LEFT);
    book->whole = format_new(book, 12, "#,##0", LXW_ALIGN_RIGHT);
    book->one = format_new(book, 12, "#,##0.0", LXW_ALIGN_RIGHT);
    book->three = format_new(book, 12, "#,##0.000", LXW_ALIGN_RIGHT);
    book->percent = format_new(book, 12, "0%", LXW_ALIGN_RIGHT);
    book->symbol = format_new(book, 12, NULL, LXW_ALIGN_RIGHT);
    book->link = format_new(book, 12, NULL, LXW_ALIGN_LEFT);
    if (book->failed) return;
    format_set_bold(book->title);
    format_set_text_wrap(book->text);
    format_set_text_wrap(book->symbol);
    format_set_underline(book->link, LXW_UNDERLINE_SINGLE);
    format_set_font_color(book->link, 0x12436D);
}

static lxw_worksheet *sheet_new(struct book *book, const char *name, const char *title)
{
    lxw_worksheet *sheet = workbook_add_worksheet(book->workbook, name);
    if (!sheet) {
        if (!book->failed) book->failed = LXW_ERROR_MEMORY_MALLOC_FAILED;
        return NULL;
    }
    check(book, worksheet_set_column(sheet, 0, 0, NAME_COLUMN_WIDTH, book->body));
    check(book, worksheet_set_column(sheet, 1, 30, COLUMN_WIDTH, book->body));
    check(book, worksheet_write_string(sheet, 0, 0, title, book->title));
    return sheet;
}

/* Lines of text under the title of a sheet without a table of figures. */
static lxw_row_t lines(struct book *book, lxw_worksheet *sheet, lxw_row_t row, const char *const *text,
                       size_t n)
{
    for (size_t i = 0; i < n; i++) check(book, worksheet_write_string(sheet, row++, 0, text[i], book->text));
    return row;
}

static void cover(struct book *book)
{
    struct lac_publish_model *model = book->model;
    lxw_worksheet *sheet = sheet_new(book, "Cover", model->title);
    if (!sheet) return;
    check(book, worksheet_set_column(sheet, 0, 0, 100, book->body));
    const char *const text[] = {
        lac_publish_headline_sentence(model),
        lac_publish_grade(model),
        lac_publish_text(model, "Publisher: %s", model->organisation),
        lac_publish_text(model, "Place and period: %s, %s", model->nation, model->period_words),
        lac_publish_text(model, "Headline definition: %s (%s)",
                         lac_publish_definition_title(model, model->definition), model->definition),
        model->provisional ? "The figures are provisional." : "The figures are final.",
        ("Sheets: this cover, contents, notes, then one table a sheet. Blank cells do not occur in tables of "
         "figures."),
        lac_publish_text(model, "Program %s; settings %s", model->version, model->config_digest),
    };
    (void)lines(book, sheet, 1, text, LAC_COUNT(text));
}

/* A marked-up table: style none, no filter. */
struct mark {
    lxw_row_t first; /* row of the headers */
    size_t rows, columns;
    const struct lac_publish_column *column;
    const char *name;
};

static void mark_table(struct book *book, lxw_worksheet *sheet, const struct mark *mark)
{
    size_t columns = mark->columns;
    const struct lac_publish_column *column = mark->column;
    lxw_table_column *specification = lac_publish_new(book->model, columns, sizeof *specification);
    lxw_table_column **pointers = lac_publish_new(book->model, columns + 1, sizeof(lxw_table_column *));
    if (!specification || !pointers) return;
    for (size_t j = 0; j < columns; j++) {
        specification[j].header = lac_arena_strdup(book->model->arena, column[j].header);
        if (!specification[j].header) book->model->failed = true;
        specification[j].header_format = column[j].numeric ? book->symbol : book->text;
        pointers[j] = &specification[j];
    }
    char *copy = lac_arena_strdup(book->model->arena, mark->name);
    if (!copy) {
        book->model->failed = true;
        return;
    }
    lxw_table_options options = {.name = copy,
                                 .no_autofilter = LXW_TRUE,
                                 .no_banded_rows = LXW_TRUE,
                                 .style_type = LXW_TABLE_STYLE_TYPE_LIGHT,
                                 .style_type_number = 0,
                                 .columns = pointers};
    check(book, worksheet_add_table(sheet, mark->first, 0, mark->first + (lxw_row_t)mark->rows,
                                    (lxw_col_t)(columns - 1), &options));
}

static void write_cell(struct book *book, lxw_worksheet *sheet, lxw_row_t first,
                       const struct lac_publish_table *table, size_t index)
{
    char text[32];
    size_t at = index % table->columns;
    lxw_row_t row = first + (lxw_row_t)(index / table->columns);
    lxw_col_t column = (lxw_col_t)at;
    const struct lac_publish_cell *cell = &table->cell[index];
    if (cell->symbol || cell->text) {
        const char *shown = lac_publish_cell_show(cell, text, sizeof text);
        check(book, worksheet_write_string(sheet, row, column, shown,
                                           table->column[at].numeric ? book->symbol : book->text));
        return;
    }
    lxw_format *format = cell->percent         ? book->percent
                         : cell->decimals == 0 ? book->whole
                         : cell->decimals == 1 ? book->one
                                               : book->three;
    check(book, worksheet_write_number(sheet, row, column, cell->value, format));
}

static const char *sheet_name(struct lac_publish_model *model, size_t index)
{
    return lac_publish_text(model, "Table_%zu", index + 1);
}

/* Letters, digits and underscores of an id, as a table name. */
static const char *table_name(struct lac_publish_model *model, const char *id)
{
    const char *text = lac_publish_text(model, "table_%s", id);
    char *copy = lac_arena_strdup(model->arena, text);
    if (!copy) {
        model->failed = true;
        return "";
    }
    for (char *p = copy; *p; p++)
        if (*p == '-') *p = '_';
    return copy;
}

static void table_sheet(struct book *book, size_t index)
{
    struct lac_publish_model *model = book->model;
    const struct lac_publish_table *table = model->table[index];
    const char *title = lac_publish_text(model, "Table %zu: %s", index + 1, table->title);
    lxw_worksheet *sheet = sheet_new(book, sheet_name(model, index), title);
    if (!sheet) return;
    const char *const text[] = {
        "This sheet contains one table.",
        table->note[0] ? table->note : "No notes apply to this table alone.",
        "There are no blank cells; symbols in brackets are explained on the sheet Notes.",
        lac_publish_text(model, "Source: %s, from returns of police forces and other agencies.",
                         model->organisation),
    };
    lxw_row_t row = 1;
    for (size_t i = 0; i < LAC_COUNT(text); i++)
        check(book, worksheet_write_string(sheet, row++, 0, text[i], book->body));
    mark_table(book, sheet,
               &(struct mark){row, table->rows, table->columns, table->column, table_name(model, table->id)});
    for (size_t i = 0; i < table->rows * table->columns; i++) write_cell(book, sheet, row + 1, table, i);
}

static void contents(struct book *book)
{
    static const struct lac_publish_column column[] = {{"Sheet", false}, {"Title", false}};
    struct lac_publish_model *model = book->model;
    lxw_worksheet *sheet = sheet_new(book, "Contents", "Table of contents");
    if (!sheet) return;
    check(book, worksheet_set_column(sheet, 1, 1, 100, book->body));
    check(book, worksheet_write_string(sheet, 1, 0, "This sheet contains one table.", book->body));
    mark_table(book, sheet, &(struct mark){2, model->tables + 1, 2, column, "table_of_contents"});
    for (size_t i = 0; i <= model->tables; i++) {
        const char *name = i ? sheet_name(model, i - 1) : "Notes";
        const char *title = i ? model->table[i - 1]->title : "Notes and symbols";
        lxw_row_t row = 3 + (lxw_row_t)i;
        check(book, worksheet_write_url(sheet, row, 0, lac_publish_text(model, "internal:'%s'!A1", name),
                                        book->link));
        check(book, worksheet_write_string(sheet, row, 0, name, book->link));
        check(book, worksheet_write_string(sheet, row, 1, title, book->text));
    }
}

static void notes(struct book *book)
{
    static const struct lac_publish_column column[] = {{"Note or symbol", false}, {"Meaning", false}};
    struct lac_publish_model *model = book->model;
    lxw_worksheet *sheet = sheet_new(book, "Notes", "Notes and symbols");
    if (!sheet) return;
    size_t n = 0, symbols = lac_publish_symbol_count, texts = lac_publish_note_count;
    check(book, worksheet_set_column(sheet, 1, 1, 100, book->body));
    check(book, worksheet_write_string(sheet, 1, 0, "This sheet contains one table.", book->body));
    mark_table(book, sheet, &(struct mark){2, symbols + texts + 1, 2, column, "table_of_notes"});
    for (size_t i = 0; i < symbols + texts + 1; i++, n++) {
        const char *name, *meaning;
        if (i < symbols) {
            name = lac_publish_text(model, "[%c]", lac_publish_symbols[i].symbol);
            meaning = lac_publish_symbols[i].text;
        } else {
            name = lac_publish_text(model, "[note %zu]", i - symbols + 1);
            meaning = i - symbols < texts ? lac_publish_notes[i - symbols] : model->profile->title;
        }
        check(book, worksheet_write_string(sheet, 3 + (lxw_row_t)n, 0, name, book->text));
        check(book, worksheet_write_string(sheet, 3 + (lxw_row_t)n, 1, meaning, book->text));
    }
}

static void properties(struct book *book)
{
    struct lac_publish_model *model = book->model;
    char *title = lac_arena_strdup(model->arena, model->title);
    char *organisation = lac_arena_strdup(model->arena, model->organisation);
    char subject[] = "Estimates of unseen people by capture-recapture", language[] = "Language: en-GB";
    if (!title || !organisation) {
        model->failed = true;
        return;
    }
    lxw_doc_properties about = {.title = title,
                                .subject = subject,
                                .author = organisation,
                                .company = organisation,
                                .comments = language,
                                .created = (time_t)model->period_end * 86400};
    check(book, workbook_set_properties(book->workbook, &about));
}

enum lac_status lac_publish_workbook(struct lac_publish_model *model, const char *path, struct lac_error *err)
{
    char *folder = lac_path_folder(model->arena, path);
    if (!folder) return lac_fail_memory(err, "the workbook");
    lxw_workbook_options options = {.constant_memory = LXW_FALSE, .tmpdir = folder};
    struct book book = {.workbook = workbook_new_opt(path, &options), .model = model};
    if (!book.workbook) return lac_fail_memory(err, "the workbook");
    formats(&book);
    if (!book.failed) {
        properties(&book);
        cover(&book);
        contents(&book);
        notes(&book);
        for (size_t i = 0; i < model->tables; i++) table_sheet(&book, i);
    }
    lxw_error closed = workbook_close(book.workbook); /* frees it in any case */
    if (!book.failed) book.failed = closed;
    enum lac_status st = lac_publish_model_status(model, err);
    if (!st && book.failed) {
        st = lac_fail(err, LAC_IO, "the workbook could not be written: %s", lxw_strerror(book.failed));
        lac_error_remedy(err, "check free space and permissions of the run folder");
    }
    if (st) lac_error_file(err, path);
    return st;
}
