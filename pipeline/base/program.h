/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_BASE_PROGRAM_H
#define LAC_BASE_PROGRAM_H
/*
 * What every program's main.c needs: the options that every command has, set-up of libraries, version.
 *
 *   struct lac_common common;
 *   lac_common_init(&common, "lacuna-link");
 *   struct argp_child children[] = {{&lac_common_argp, 0, "Common options", 10}, {0}};
 *   argp_parse(&argp, argc, argv, 0, NULL, &arguments)   in whose parser ARGP_KEY_INIT does
 *                                                        state->child_inputs[0] = &common;
 *   lac_program_start(&common, &log);
 */
#include <argp.h>
#include <stdbool.h>
#include <stdint.h>
#include "base/log.h"
#include "base/status.h"

#define LAC_VERSION "0.1.0"

struct lac_common {
    const char *program;
    int threads; /* from --threads; 0: all cores the process may use */
    bool seed_set;
    uint32_t seed; /* from --seed, valid if seed_set */
    bool quiet;
    enum lac_log_format log_format;
    enum lac_color color;
};

extern const struct argp lac_common_argp;

void lac_common_init(struct lac_common *common, const char *program);

/* Sets the exit status of wrong usage to 2 and --version; call before argp_parse. */
void lac_program_usage(void);

/* After parsing: umask 077, GSL error handler off, no core dumps, OpenMP thread count fixed, log ready.
 * Call before any thread starts. Returns the number of threads. */
int lac_program_start(const struct lac_common *common, struct lac_log *log);

/* Prints a failure (if any) to the log and gives the exit status for main. */
int lac_program_end(const struct lac_log *log, enum lac_status status, const struct lac_error *err);

#endif
