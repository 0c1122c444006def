/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_HTML_H
#define LAC_PUBLISH_HTML_H
/* Pieces of HTML: escaped text, tables, charts. Everything that comes from data or settings goes through
 * escape. */
#include "base/memory.h"
#include "model.h"

/* Bytes of the control character that stands here, 0 for none: what no page, workbook or table shows, the
 * characters that turn the direction of a text among them, which could make digits read backwards. */
size_t lac_publish_control_length(const char *text);
/* Adds text with & < > " ' escaped; control characters but tab and line feed are dropped. */
void lac_publish_html_escape(struct lac_buffer *to, const char *text);
/* Adds the Base64 form (RFC 4648) of the bytes. */
void lac_publish_html_base64(struct lac_buffer *to, const char *bytes, size_t length);
/* <p class="..."> with escaped text; no class when NULL. */
void lac_publish_html_paragraph(struct lac_buffer *to, const char *class_name, const char *text);
/* <ul> of escaped texts. */
void lac_publish_html_list(struct lac_buffer *to, const char *const *text, size_t n);
/* A table in its own scrolling, focusable container, with caption and scopes. */
void lac_publish_html_table(struct lac_buffer *to, const struct lac_publish_table *table);
/* <figure> with the picture as a data address, its text alternative, caption, and its table in <details>. */
void lac_publish_html_chart(struct lac_buffer *to, const struct lac_publish_chart *chart);

#endif
