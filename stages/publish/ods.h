/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_ODS_H
#define LAC_PUBLISH_ODS_H
/*
 * The workbook as an OpenDocument spreadsheet (ODF 1.2), the format that government prefers, from the sheets
 * that the other one prints too. Tables are marked up as database ranges with header rows.
 */
#include "model.h"

/* The archive into `to`. */
enum lac_status lac_publish_ods(struct lac_publish_model *model, struct lac_buffer *to,
                                struct lac_error *err) LAC_CHECKED;

#endif
