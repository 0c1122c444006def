/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "html.h"

#include <string.h>

size_t lac_publish_control_length(const char *text)
{
    const unsigned char *u = (const unsigned char *)text;
    if (u[0] == 127 || (u[0] > 0 && u[0] < 32 && u[0] != '\t' && u[0] != '\n')) return 1;
    if (u[0] != 0xE2) return 0;
    bool override = u[1] == 0x80 && u[2] >= 0xAA && u[2] <= 0xAE; /* U+202A to U+202E */
    bool isolate = u[1] == 0x81 && u[2] >= 0xA6 && u[2] <= 0xA9;  /* U+2066 to U+2069 */
    return override || isolate ? 3 : 0;
}

void lac_publish_html_escape(struct lac_buffer *to, const char *text)
{
    for (const char *p = text; *p; p++) {
        size_t control = lac_publish_control_length(p);
        if (control > 0) {
            p += control - 1;
            continue;
        }
        switch (*p) {
        case '&':
            lac_buffer_add(to, "&amp;");
            break;
        case '<':
            lac_buffer_add(to, "&lt;");
            break;
        case '>':
            lac_buffer_add(to, "&gt;");
            break;
        case '"':
            lac_buffer_add(to, "&quot;");
            break;
        case '\'':
            lac_buffer_add(to, "&#39;");
            break;
        default:
            lac_buffer_add_n(to, p, 1);
        }
    }
}

void lac_publish_html_base64(struct lac_buffer *to, const char *bytes, size_t length)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        size_t n = length - i < 3 ? length - i : 3;
        uint32_t group = 0;
        char out[4];
        for (size_t j = 0; j < 3; j++) group = group << 8 | (j < n ? (unsigned char)bytes[i + j] : 0u);
        for (size_t j = 0; j < 4; j++) out[j] = j <= n ? digit[group >> (18 - 6 * j) & 63] : '=';
        lac_buffer_add_n(to, out, 4);
    }
}

void lac_publish_html_paragraph(struct lac_buffer *to, const char *class_name, const char *text)
{
    if (class_name) {
        lac_buffer_printf(to, "<p class=\"%s\">", class_name);
    } else {
        lac_buffer_add(to, "<p>");
    }
    lac_publish_html_escape(to, text);
    lac_buffer_add(to, "</p>\n");
}

void lac_publish_html_list(struct lac_buffer *to, const char *const *text, size_t n)
{
    lac_buffer_add(to, "<ul>\n");
    for (size_t i = 0; i < n; i++) {
        lac_buffer_add(to, "<li>");
        lac_publish_html_escape(to, text[i]);
        lac_buffer_add(to, "</li>\n");
    }
    lac_buffer_add(to, "</ul>\n");
}

static void table_head(struct lac_buffer *to, const struct lac_publish_table *table)
{
    lac_buffer_add(to, "<thead><tr>");
    for (size_t j = 0; j < table->columns; j++) {
        lac_buffer_add(to,
                       table->column[j].numeric ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
        lac_publish_html_escape(to, table->column[j].header);
        lac_buffer_add(to, "</th>");
    }
    lac_buffer_add(to, "</tr></thead>\n");
}

static void table_row(struct lac_buffer *to, const struct lac_publish_table *table, size_t row)
{
    char text[32];
    lac_buffer_add(to, "<tr>");
    for (size_t j = 0; j < table->columns; j++) {
        lac_buffer_add(to, j == 0                     ? "<th scope=\"row\">"
                           : table->column[j].numeric ? "<td class=\"n\">"
                                                      : "<td>");
        lac_publish_html_escape(
            to, lac_publish_cell_show(&table->cell[row * table->columns + j], text, sizeof text));
        lac_buffer_add(to, j == 0 ? "</th>" : "</td>");
    }
    lac_buffer_add(to, "</tr>\n");
}

void lac_publish_html_table(struct lac_buffer *to, const struct lac_publish_table *table)
{
    lac_buffer_add(to, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table: ");
    lac_publish_html_escape(to, table->title);
    lac_buffer_printf(to, "\">\n<table id=\"table-%s\">\n<caption><span>", table->id);
    lac_publish_html_escape(to, table->title);
    lac_buffer_add(to, "</span></caption>\n");
    table_head(to, table);
    lac_buffer_add(to, "<tbody>\n");
    for (size_t i = 0; i < table->rows; i++) table_row(to, table, i);
    lac_buffer_add(to, "</tbody>\n</table>\n</div>\n");
    if (table->note[0]) lac_publish_html_paragraph(to, "note", table->note);
}

void lac_publish_html_chart(struct lac_buffer *to, const struct lac_publish_chart *chart)
{
    lac_buffer_printf(to, "<figure id=\"figure-%s\">\n<figcaption>", chart->name);
    lac_publish_html_escape(to, chart->title);
    lac_buffer_printf(to, "</figcaption>\n<img width=\"%d\" height=\"%d\" alt=\"", chart->width,
                      chart->height);
    lac_publish_html_escape(to, chart->alt);
    lac_buffer_add(to, "\" src=\"data:image/svg+xml;base64,");
    lac_publish_html_base64(to, chart->svg, chart->svg_length);
    lac_buffer_add(to,
                   chart->section == LAC_PUBLISH_ESTIMATES ? "\">\n<details open>\n" : "\">\n<details>\n");
    lac_buffer_add(to, "<summary>Data of this figure</summary>\n");
    lac_publish_html_table(to, chart->table);
    lac_buffer_add(to, "</details>\n</figure>\n");
}
