/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ods.h"

#include <math.h>
#include <string.h>
#include "base/date.h"
#include "html.h"
#include "sheets.h"
#include "zip.h"

#define FACE "Arial"
static const char mimetype[] = "application/vnd.oasis.opendocument.spreadsheet";
static const char declaration[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
#define NAMESPACES                                                                                           \
    " xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""                                     \
    " xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\""                                       \
    " xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\""                                         \
    " xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\""                                       \
    " xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\""                              \
    " xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\""                                  \
    " xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\""                                         \
    " xmlns:config=\"urn:oasis:names:tc:opendocument:xmlns:config:1.0\""                                     \
    " xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""            \
    " office:version=\"1.2\""

static const char styles[] =
    "<office:document-styles" NAMESPACES "><office:font-face-decls><style:font-face style:name=\"" FACE
    "\" xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" svg:font-family=\"" FACE
    "\" style:font-family-generic=\"swiss\"/></office:font-face-decls><office:styles>"
    "<style:default-style style:family=\"table-cell\"><style:text-properties style:font-name=\"" FACE
    "\" fo:font-size=\"12pt\" fo:language=\"en\" fo:country=\"GB\"/></style:default-style>"
    "<style:style style:name=\"Default\" style:family=\"table-cell\"/></office:styles>"
    "<office:automatic-styles><style:page-layout style:name=\"pm\"><style:header-style/><style:footer-style/>"
    "</style:page-layout></office:automatic-styles>"
    "<office:master-styles><style:master-page style:name=\"Default\" style:page-layout-name=\"pm\">"
    "<style:header style:display=\"false\"/><style:footer style:display=\"false\"/>"
    "</style:master-page></office:master-styles></office:document-styles>\n";

#define DECIMALS 6

/* N0 to N5 by decimals, and NP. */
static void number_styles_add(struct lac_buffer *to)
{
    for (int i = 0; i < DECIMALS; i++)
        lac_buffer_printf(
            to,
            "<number:number-style style:name=\"N%d\"><number:number number:decimal-places=\"%d\" "
            "number:min-integer-digits=\"1\" number:grouping=\"true\"/></number:number-style>",
            i, i);
    lac_buffer_add(to, "<number:percentage-style style:name=\"NP\"><number:number "
                       "number:decimal-places=\"0\" number:min-integer-digits=\"1\"/>"
                       "<number:text>%</number:text></number:percentage-style>");
}

/* name, data style, alignment, wrap, size, weight */
static const struct {
    const char *name, *data, *align;
    bool wrap, bold;
    int size;
} cell_styles[] = {{"body", NULL, "start", false, false, 12}, {"title", NULL, "start", false, true, 16},
                   {"text", NULL, "start", true, false, 12},  {"head", NULL, "start", true, true, 12},
                   {"headn", NULL, "end", true, true, 12},    {"symbol", NULL, "end", true, false, 12},
                   {"n0", "N0", "end", false, false, 12},     {"n1", "N1", "end", false, false, 12},
                   {"n2", "N2", "end", false, false, 12},     {"n3", "N3", "end", false, false, 12},
                   {"n4", "N4", "end", false, false, 12},     {"n5", "N5", "end", false, false, 12},
                   {"np", "NP", "end", false, false, 12}};

static void cell_styles_add(struct lac_buffer *to)
{
    for (size_t i = 0; i < LAC_COUNT(cell_styles); i++) {
        lac_buffer_printf(to,
                          "<style:style style:name=\"%s\" style:family=\"table-cell\" "
                          "style:parent-style-name=\"Default\"",
                          cell_styles[i].name);
        if (cell_styles[i].data) lac_buffer_printf(to, " style:data-style-name=\"%s\"", cell_styles[i].data);
        lac_buffer_printf(
            to,
            "><style:table-cell-properties style:vertical-align=\"top\" fo:wrap-option=\"%s\"/>"
            "<style:paragraph-properties fo:text-align=\"%s\"/><style:text-properties style:font-name=\"" FACE
            "\" fo:font-size=\"%dpt\"%s/></style:style>",
            cell_styles[i].wrap ? "wrap" : "no-wrap", cell_styles[i].align, cell_styles[i].size,
            cell_styles[i].bold ? " fo:font-weight=\"bold\"" : "");
    }
}

static void column_style(struct lac_buffer *to, int width)
{
    lac_buffer_printf(to,
                      "<style:style style:name=\"w%d\" style:family=\"table-column\">"
                      "<style:table-column-properties style:column-width=\"%d.%dcm\"/></style:style>",
                      width, width * 22 / 100, width * 22 % 100 / 10);
}

/* A paragraph for every line of the text. */
static void paragraphs(struct lac_buffer *to, const char *text, const char *link)
{
    for (const char *from = text;; from++) {
        size_t length = strcspn(from, "\n");
        struct lac_buffer line = {0};
        lac_buffer_add_n(&line, from, length);
        lac_buffer_add(to, "<text:p>");
        if (link) lac_buffer_printf(to, "<text:a xlink:type=\"simple\" xlink:href=\"#%s.A1\">", link);
        lac_publish_html_escape(to, line.text ? line.text : "");
        if (link) lac_buffer_add(to, "</text:a>");
        lac_buffer_add(to, "</text:p>");
        if (line.failed) to->failed = 1;
        lac_buffer_release(&line);
        from += length;
        if (!*from) return;
    }
}

static void text_cell(struct lac_buffer *to, const char *style, const char *text, const char *link)
{
    lac_buffer_printf(to, "<table:table-cell table:style-name=\"%s\" office:value-type=\"string\">", style);
    paragraphs(to, text, link);
    lac_buffer_add(to, "</table:table-cell>");
}

static void value_cell(struct lac_buffer *to, const struct lac_publish_cell *cell)
{
    char text[64], number[40], style[16] = "np";
    if (!cell->percent)
        (void)snprintf(style, sizeof style, "n%d", cell->decimals < DECIMALS ? cell->decimals : DECIMALS - 1);
    (void)snprintf(number, sizeof number, "%.17g", cell->value);
    lac_buffer_printf(to,
                      "<table:table-cell table:style-name=\"%s\" office:value-type=\"%s\" "
                      "office:value=\"%s\"><text:p>%s</text:p></table:table-cell>",
                      style, cell->percent ? "percentage" : "float", number,
                      lac_publish_cell_show(cell, text, sizeof text));
}

static void table_rows(struct lac_buffer *to, const struct lac_publish_sheet *sheet)
{
    char text[64];
    const struct lac_publish_table *table = &sheet->table;
    lac_buffer_add(to, "<table:table-header-rows><table:table-row>");
    for (size_t j = 0; j < table->columns; j++)
        text_cell(to, table->column[j].numeric ? "headn" : "head", table->column[j].header, NULL);
    lac_buffer_add(to, "</table:table-row></table:table-header-rows>\n");
    for (size_t i = 0; i < table->rows; i++) {
        lac_buffer_add(to, "<table:table-row>");
        for (size_t j = 0; j < table->columns; j++) {
            const struct lac_publish_cell *cell = &table->cell[i * table->columns + j];
            if (!cell->symbol && !cell->text) {
                value_cell(to, cell);
                continue;
            }
            const char *shown = lac_publish_cell_show(cell, text, sizeof text);
            text_cell(to, table->column[j].numeric ? "symbol" : "text", shown,
                      sheet->links && j == 0 ? shown : NULL);
        }
        lac_buffer_add(to, "</table:table-row>\n");
    }
}

static void sheet_add(struct lac_buffer *to, const struct lac_publish_sheet *sheet)
{
    size_t columns = sheet->table_name ? sheet->table.columns : 1;
    lac_buffer_printf(to,
                      "<table:table table:name=\"%s\"><table:table-column table:style-name=\"w%d\" "
                      "table:default-cell-style-name=\"body\"/>",
                      sheet->name, sheet->first_width);
    if (columns > 1)
        lac_buffer_printf(to,
                          "<table:table-column table:style-name=\"w%d\" "
                          "table:number-columns-repeated=\"%zu\" table:default-cell-style-name=\"body\"/>",
                          sheet->width, columns - 1);
    lac_buffer_add(to, "\n");
    for (size_t i = 0; i < sheet->lines; i++) {
        lac_buffer_add(to, "<table:table-row>");
        text_cell(to, i == 0 ? "title" : sheet->wrap ? "text" : "body", sheet->line[i], NULL);
        lac_buffer_add(to, "</table:table-row>\n");
    }
    if (sheet->table_name) table_rows(to, sheet);
    lac_buffer_add(to, "</table:table>\n");
}

/* A, B, ..., Z, AA, ... */
static const char *column_letters(size_t column, char out[8])
{
    size_t at = 7;
    out[at] = '\0';
    do {
        out[--at] = (char)('A' + column % 26);
        column = column / 26;
    } while (column-- > 0 && at > 0);
    return out + at;
}

static void ranges_add(struct lac_buffer *to, const struct lac_publish_sheet *sheet, size_t sheets)
{
    char letters[8];
    lac_buffer_add(to, "<table:database-ranges>");
    for (size_t i = 0; i < sheets; i++) {
        const struct lac_publish_sheet *s = &sheet[i];
        if (!s->table_name) continue;
        lac_buffer_printf(
            to,
            "<table:database-range table:name=\"%s\" table:target-range-address=\"%s.A%zu:%s.%s%zu\" "
            "table:contains-header=\"true\" table:display-filter-buttons=\"false\"/>",
            s->table_name, s->name, s->lines + 1, s->name, column_letters(s->table.columns - 1, letters),
            s->lines + 1 + s->table.rows);
    }
    lac_buffer_add(to, "</table:database-ranges>");
}

static void content(struct lac_buffer *to, const struct lac_publish_sheet *sheet, size_t sheets)
{
    static const int widths[] = {20, 44, 100};
    lac_buffer_add(to, declaration);
    lac_buffer_add(to, "<office:document-content" NAMESPACES "><office:automatic-styles>");
    number_styles_add(to);
    cell_styles_add(to);
    for (size_t i = 0; i < LAC_COUNT(widths); i++) column_style(to, widths[i]);
    lac_buffer_add(to, "</office:automatic-styles><office:body><office:spreadsheet>\n");
    for (size_t i = 0; i < sheets; i++) sheet_add(to, &sheet[i]);
    ranges_add(to, sheet, sheets);
    lac_buffer_add(to, "</office:spreadsheet></office:body></office:document-content>\n");
}

static void meta(const struct lac_publish_model *model, struct lac_buffer *to)
{
    char day[11];
    lac_buffer_add(to, declaration);
    lac_buffer_add(to, "<office:document-meta" NAMESPACES "><office:meta><dc:title>");
    lac_publish_html_escape(to, model->title);
    lac_buffer_add(to, "</dc:title><dc:subject>Estimates of unseen people by capture-recapture</dc:subject>"
                       "<dc:creator>");
    lac_publish_html_escape(to, model->organisation);
    lac_buffer_printf(to,
                      "</dc:creator><dc:language>en-GB</dc:language><meta:creation-date>%sT00:00:00"
                      "</meta:creation-date></office:meta></office:document-meta>\n",
                      lac_date_format(model->period_end, day));
}

/* The first sheet, cursor in A1. */
static void settings(struct lac_buffer *to, const struct lac_publish_sheet *sheet, size_t sheets)
{
    lac_buffer_add(to, declaration);
    lac_buffer_add(to, "<office:document-settings" NAMESPACES "><office:settings><config:config-item-set "
                       "config:name=\"ooo:view-settings\"><config:config-item-map-indexed "
                       "config:name=\"Views\"><config:config-item-map-entry><config:config-item "
                       "config:name=\"ActiveTable\" config:type=\"string\">Cover</config:config-item>"
                       "<config:config-item-map-named config:name=\"Tables\">");
    for (size_t i = 0; i < sheets; i++)
        lac_buffer_printf(to,
                          "<config:config-item-map-entry config:name=\"%s\"><config:config-item "
                          "config:name=\"CursorPositionX\" config:type=\"int\">0</config:config-item>"
                          "<config:config-item config:name=\"CursorPositionY\" config:type=\"int\">0"
                          "</config:config-item></config:config-item-map-entry>",
                          sheet[i].name);
    lac_buffer_add(to, "</config:config-item-map-named></config:config-item-map-entry>"
                       "</config:config-item-map-indexed></config:config-item-set></office:settings>"
                       "</office:document-settings>\n");
}

static void manifest(struct lac_buffer *to)
{
    static const char *const part[] = {"content.xml", "styles.xml", "meta.xml", "settings.xml"};
    lac_buffer_add(to, declaration);
    lac_buffer_printf(
        to,
        "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" "
        "manifest:version=\"1.2\"><manifest:file-entry manifest:full-path=\"/\" "
        "manifest:version=\"1.2\" manifest:media-type=\"%s\"/>",
        mimetype);
    for (size_t i = 0; i < LAC_COUNT(part); i++)
        lac_buffer_printf(
            to, "<manifest:file-entry manifest:full-path=\"%s\" manifest:media-type=\"text/xml\"/>", part[i]);
    lac_buffer_add(to, "</manifest:manifest>\n");
}

enum lac_status lac_publish_ods(struct lac_publish_model *model, struct lac_buffer *to, struct lac_error *err)
{
    size_t sheets = 0;
    const struct lac_publish_sheet *sheet = lac_publish_sheets(model, &sheets);
    struct lac_publish_zip zip = {0};
    struct lac_buffer part[5] = {{0}};
    static const char *const name[] = {"content.xml", "styles.xml", "meta.xml", "settings.xml",
                                       "META-INF/manifest.xml"};
    if (!sheet) return lac_fail_memory(err, "the workbook");
    content(&part[0], sheet, sheets);
    lac_buffer_add(&part[1], declaration);
    lac_buffer_add(&part[1], styles);
    meta(model, &part[2]);
    settings(&part[3], sheet, sheets);
    manifest(&part[4]);
    lac_publish_zip_add(&zip, "mimetype", mimetype, strlen(mimetype), true);
    enum lac_status st = LAC_OK;
    for (size_t i = 0; i < LAC_COUNT(part); i++) {
        if (!st) st = lac_buffer_status(&part[i], err);
        if (!st) lac_publish_zip_add(&zip, name[i], part[i].text, part[i].length, false);
        lac_buffer_release(&part[i]);
    }
    if (!st) st = lac_publish_zip_end(&zip, err);
    if (!st) lac_buffer_add_n(to, zip.body.text, zip.body.length);
    lac_publish_zip_release(&zip);
    return st ? st : lac_buffer_status(to, err);
}
