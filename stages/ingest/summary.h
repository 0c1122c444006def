/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_SUMMARY_H
#define LAC_INGEST_SUMMARY_H
/* What the checker says of one file: for people as text, for programs as JSON. page.h says it as a page. */
#include <jansson.h>

#include "groups.h"

void lac_ingest_summary_text(const struct lac_ingest_return *ret, const struct lac_ingest_groups *groups,
                             struct lac_buffer *out);
/* A new object {file, usable, verdict, rows, used, set_aside, sha256, findings: [...]}, or NULL without
 * memory. */
json_t *lac_ingest_summary_json(const struct lac_ingest_return *ret, const struct lac_ingest_groups *groups);

#endif
