/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_SIMULATE_OUTPUT_H
#define LAC_SIMULATE_OUTPUT_H
/*
 * Writes the folder: one CSV file per return, truth/, and returns.csv last, so that a register names whole
 * files only. Every file is published atomically and readable by its owner only. Used by the program, not by
 * kernels.
 */
#include "base/log.h"
#include "returns.h"
#include "totals.h"

struct lac_simulate_output {
    const struct lac_simulate_nation *nation;
    const struct lac_simulate_rows *rows;
    const struct lac_simulate_returns *returns;
    const struct lac_simulate_totals *totals;
    const char *folder;
};

/* Makes `folder`, or checks that it is empty or made by an earlier run (it holds truth/settings.yaml); then
 * the earlier CSV files are removed. A folder of another kind: LAC_REFUSED unless `force`, which leaves what
 * is there. */
enum lac_status lac_simulate_output_prepare(const char *folder, bool force, struct lac_arena *arena,
                                            struct lac_error *err) LAC_CHECKED;

enum lac_status lac_simulate_output_write(const struct lac_simulate_output *output,
                                          struct lac_error *err) LAC_CHECKED;

/* truth/histories.csv: the true histories, cells that are not zero. */
enum lac_status lac_simulate_histories_write(const struct lac_simulate_output *output,
                                             struct lac_error *err) LAC_CHECKED;

/* The text of truth/README.md. */
extern const char lac_simulate_truth_readme[];

#endif
