/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_SIMULATE_RETURNS_H
#define LAC_SIMULATE_RETURNS_H
/*
 * Rows into returns: what is sent when, what is missing, late, partial or revised, and the defects put in.
 *
 * Pure. A return without rows is NIL and has no file. A revised return has two versions: the first lacks some
 * rows and has others wrong, the second supersedes it. Defects go into returns that count only.
 */
#include "rows.h"

struct lac_simulate_return {
    const char *id, *file, *supersedes; /* file and supersedes may be "" */
    uint32_t agency, quarter, version;
    const char *coverage;                                /* FULL, PARTIAL, NIL, MISSING */
    int32_t period_start, period_end, extract, received; /* LAC_DATE_NONE when missing */
    size_t first, rows;                                  /* slice of lac_simulate_returns.row */
    int64_t declared_rows;
    bool live; /* received and not superseded */
    bool byte_order_mark, extra_column;
};
struct lac_simulate_returns {
    struct lac_simulate_return *item;
    size_t count;
    struct lac_simulate_row *row; /* every row sent, return by return; the arena's */
    size_t rows, capacity;
};

enum lac_status lac_simulate_returns_draw(const struct lac_simulate_nation *nation,
                                          const struct lac_simulate_rows *rows,
                                          struct lac_simulate_returns *returns,
                                          struct lac_error *err) LAC_CHECKED;

#endif
