/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_REPORT_H
#define LAC_ESTIMATE_REPORT_H
/*
 * Results as JSON (schema lacuna-estimate/1) and as an aligned text table.
 *
 * JSON: keys in a fixed order; numbers with 15 digits; a number that is not finite is null, and the status of
 * its estimate or a note says why. `seconds` is the only value that depends on anything but the table, the
 * options and the seed. Both functions add text to a buffer; the caller writes it.
 */
#include <stdint.h>
#include "base/memory.h"
#include "base/status.h"
#include "result.h"
#include "table_read.h"
#include "table_run.h"

struct lac_estimate_report {
    const struct lac_estimate_table *table;
    const struct lac_results *results;
    const char *const *strata; /* strata columns estimated apart */
    int strata_count;
    uint32_t seed;
    const struct lac_estimate_table_diagnostics *diagnostics; /* NULL: none */
};

enum lac_status lac_estimate_report_json(const struct lac_estimate_report *report, struct lac_buffer *out,
                                         struct lac_error *err) LAC_CHECKED;
enum lac_status lac_estimate_report_text(const struct lac_estimate_report *report, struct lac_buffer *out,
                                         struct lac_error *err) LAC_CHECKED;

#endif
