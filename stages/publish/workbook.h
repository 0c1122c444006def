/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_WORKBOOK_H
#define LAC_PUBLISH_WORKBOOK_H
/*
 * The accessible workbook: cover, contents, notes, then one table a sheet, each a marked-up table with its
 * title in A1, plain 12 point sans serif, no merged cells, fills, filters or freeze panes, symbols in
 * brackets, document properties set. The `created` property is the last day of the period, so that equal
 * content gives equal bytes.
 */
#include "model.h"

/* Writes to `path`, a temporary name the caller publishes. */
enum lac_status lac_publish_workbook(struct lac_publish_model *model, const char *path,
                                     struct lac_error *err) LAC_CHECKED;

#endif
