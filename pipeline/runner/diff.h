/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RUNNER_DIFF_H
#define LAC_RUNNER_DIFF_H
/*
 * `lacuna diff`: what differs between two runs: program, settings, inputs, and the published figures.
 *
 * It says what changed beside what came of it; it does not yet say which change caused which. Only published
 * figures are compared, so nothing that disclosure control took out appears.
 */
#include "runner/show.h"

struct lac_diff_request {
    const char *run[2];
    enum lac_show_form form; /* CSV and JSON: the figures alone */
    FILE *to;
};

/* Runs without a manifest are LAC_USAGE. Without published figures in one of them, none are compared: that is
 * said as text, LAC_IO as CSV and JSON. O(n log n) in the figures. */
enum lac_status lac_diff(const struct lac_diff_request *request, struct lac_error *err) LAC_CHECKED;

/* Case definitions that differ: which, their versions, and every key that changed. Nothing is printed while a
 * run has not come to its definitions yet. */
enum lac_status lac_diff_definitions(const char *const run[2], FILE *to, struct lac_error *err) LAC_CHECKED;

/* Lines of `text` that `other` lacks, each after `sign`: settings are printed one a line, so this is enough
 * to find the key. */
void lac_diff_lines(const char *sign, const char *text, const char *other, FILE *to);

#endif
