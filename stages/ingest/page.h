/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_PAGE_H
#define LAC_INGEST_PAGE_H
/*
 * What the checker says, as one HTML page to send to the agency: no script, no network, nothing of a person.
 * Built to WCAG 2.1 AA: language, title, one h1, headings in order, a link past the head, tables with
 * captions and scopes in regions that can be scrolled by keyboard, words beside colours, contrast above 7 to
 * 1, reflow at 320 pixels, and a print style.
 */
#include "groups.h"

/* `name` is that of the only file, or NULL. */
void lac_ingest_page_begin(struct lac_buffer *page, const char *name);
/* Adds a file; `index` from 0 makes its links unique. O(findings). */
void lac_ingest_page_file(struct lac_buffer *page, const struct lac_ingest_return *ret,
                          const struct lac_ingest_groups *groups, const char *layout, size_t index);
void lac_ingest_page_end(struct lac_buffer *page);

#endif
