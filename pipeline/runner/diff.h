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

/* Runs without a manifest or without published figures are LAC_IO or LAC_USAGE. O(n log n) in the figures. */
enum lac_status lac_diff(const struct lac_diff_request *request, struct lac_error *err) LAC_CHECKED;

#endif
