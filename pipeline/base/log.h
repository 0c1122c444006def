/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_BASE_LOG_H
#define LAC_BASE_LOG_H
/*
 * Log lines and progress, on stderr only. Never a person's value (see status.h).
 *
 * Text: "lacuna-ingest: message"; JSON: {"time":..,"program":..,"level":..,"message":..} one object a line.
 * Progress is a bar that rewrites itself on a terminal, else a plain line every five seconds; `quiet`
 * switches both off, warnings stay. A struct lac_log is passed explicitly; there is no global logger.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "base/status.h"

enum lac_log_format { LAC_LOG_TEXT, LAC_LOG_JSON };
enum lac_color { LAC_COLOR_AUTO, LAC_COLOR_NEVER };

struct lac_log {
    const char *program; /* borrowed */
    FILE *stream;
    enum lac_log_format format;
    bool quiet;
    bool terminal; /* stream is a terminal and color is auto */
};

void lac_log_init(struct lac_log *log, const char *program, enum lac_log_format format, enum lac_color color,
                  bool quiet);
void lac_log_info(const struct lac_log *log, const char *format, ...) LAC_PRINTF(2, 3);
void lac_log_warn(const struct lac_log *log, const char *format, ...) LAC_PRINTF(2, 3);
void lac_log_error(const struct lac_log *log, const struct lac_error *err);

/* Progress of `total` units of `what` ("returns"). Update from one thread only; total 0 means unknown. */
struct lac_progress {
    const struct lac_log *log;
    const char *what;
    uint64_t total, done;
    double started, shown;
};
void lac_progress_start(struct lac_progress *progress, const struct lac_log *log, const char *what,
                        uint64_t total);
void lac_progress_update(struct lac_progress *progress, uint64_t done);
void lac_progress_end(struct lac_progress *progress);

/* Monotonic seconds, for durations in logs and manifests; never for results. */
double lac_clock_seconds(void);

#endif
