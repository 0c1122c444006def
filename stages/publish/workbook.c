/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workbook.h"

#include <math.h>
#include <string.h>
#include <time.h>
#include <xlsxwriter.h>
#include "base/file.h"
#include "html.h"
#include "sheets.h"

#define FONT "Arial"
#define DECIMALS 6

struct book {
    lxw_workbook *workbook;
    struct lac_publish_model *model;
    lxw_format *body, *title, *text, *number[DECIMALS], *percent, *symbol, *link;
    lxw_error failed;
};

/* Text without control characters. */
static const char *plain(struct book *book, const char *text)
{
    char *copy = lac_arena_strdup(book->model->arena, text), *to = copy;
    if (!copy) {
        book->model->failed = true;
        return "";
    }
    for (const char *p = text; *p; p++) {
        size_t control = lac_publish_control_length(p);
        if (control > 0)
            p += control - 1;
        else
            *to++ = *p;
    }
    *to = '\0';
    return copy;
}

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
    static const char *const numbers[DECIMALS] = {"#,##0",     "#,##0.0",    "#,##0.00",
                                                  "#,##0.000", "#,##0.0000", "#,##0.00000"};
    book->body = format_new(book, 12, NULL, 0);
    book->title = format_new(book, 16, NULL, 0);
    book->text = format_new(book, 12, NULL, LXW_ALIGN_LEFT);
    for (int i = 0; i < DECIMALS; i++) book->number[i] = format_new(book, 12, numbers[i], LXW_ALIGN_RIGHT);
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
                       const struct lac_publish_sheet *from, size_t index)
{
    const struct lac_publish_table *table = &from->table;
    char text[32];
    size_t at = index % table->columns;
    lxw_row_t row = first + (lxw_row_t)(index / table->columns);
    lxw_col_t column = (lxw_col_t)at;
    const struct lac_publish_cell *cell = &table->cell[index];
    if (cell->symbol || cell->text) {
        const char *shown = lac_publish_cell_show(cell, text, sizeof text);
        bool link = from->links && at == 0;
        if (link)
            check(book,
                  worksheet_write_url(sheet, row, column,
                                      lac_publish_text(book->model, "internal:'%s'!A1", shown), book->link));
        check(book, worksheet_write_string(sheet, row, column, plain(book, shown),
                                           link                        ? book->link
                                           : table->column[at].numeric ? book->symbol
                                                                       : book->text));
        return;
    }
    lxw_format *format = cell->percent               ? book->percent
                         : cell->decimals < DECIMALS ? book->number[cell->decimals]
                                                     : book->number[DECIMALS - 1];
    check(book, worksheet_write_number(sheet, row, column, cell->value, format));
}

static void write_sheet(struct book *book, const struct lac_publish_sheet *from)
{
    lxw_worksheet *sheet = workbook_add_worksheet(book->workbook, from->name);
    if (!sheet) {
        if (!book->failed) book->failed = LXW_ERROR_MEMORY_MALLOC_FAILED;
        return;
    }
    check(book, worksheet_set_column(sheet, 0, 0, from->first_width, book->body));
    check(book, worksheet_set_column(sheet, 1, 60, from->width, book->body));
    lxw_row_t row = 0;
    for (size_t i = 0; i < from->lines; i++)
        check(book, worksheet_write_string(sheet, row++, 0, plain(book, from->line[i]),
                                           i == 0       ? book->title
                                           : from->wrap ? book->text
                                                        : book->body));
    if (!from->table_name) return;
    const struct lac_publish_table *table = &from->table;
    mark_table(book, sheet,
               &(struct mark){row, table->rows, table->columns, table->column, from->table_name});
    for (size_t i = 0; i < table->rows * table->columns; i++) write_cell(book, sheet, row + 1, from, i);
}

static void properties(struct book *book)
{
    struct lac_publish_model *model = book->model;
    char *title = lac_arena_strdup(model->arena, plain(book, model->title));
    char *organisation = lac_arena_strdup(model->arena, plain(book, model->organisation));
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
    check(book, workbook_set_custom_property_string(book->workbook, "Language", "en-GB"));
}

enum lac_status lac_publish_workbook(struct lac_publish_model *model, const char *path, struct lac_error *err)
{
    char *folder = lac_path_folder(model->arena, path);
    size_t sheets = 0;
    const struct lac_publish_sheet *sheet = lac_publish_sheets(model, &sheets);
    if (!folder || !sheet) return lac_fail_memory(err, "the workbook");
    lxw_workbook_options options = {.constant_memory = LXW_FALSE, .tmpdir = folder};
    struct book book = {.workbook = workbook_new_opt(path, &options), .model = model};
    if (!book.workbook) return lac_fail_memory(err, "the workbook");
    formats(&book);
    if (!book.failed) {
        properties(&book);
        for (size_t i = 0; i < sheets; i++) write_sheet(&book, &sheet[i]);
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
