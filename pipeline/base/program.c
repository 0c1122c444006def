/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/program.h"

#include <gsl/gsl_errno.h>
#include <omp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/text.h"

enum { KEY_THREADS = 0x1000, KEY_SEED, KEY_QUIET, KEY_FORMAT, KEY_COLOR };

static const struct argp_option options[] = {
    {"threads", KEY_THREADS, "N", 0, "Threads to use (default: all cores the process may use)", 0},
    {"seed", KEY_SEED, "N", 0, "Seed of the random numbers, 0 to 4294967295", 0},
    {"quiet", KEY_QUIET, NULL, 0, "Only warnings and errors on stderr", 0},
    {"log-format", KEY_FORMAT, "text|json", 0, "Form of log lines", 0},
    {"color", KEY_COLOR, "auto|never", 0, "Progress bar and colour on a terminal", 0},
    {0},
};

static int whole_number(const struct argp_state *state, const char *option, const char *text, int64_t high)
{
    int64_t value;

    if (!lac_text_i64(text, &value) || value < 0 || value > high) {
        argp_error(state, "--%s: '%s' is not a whole number from 0 to %lld", option, text, (long long)high);
        return 0;
    }
    return 1;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct lac_common *common = state->input;
    int64_t value = 0;

    switch (key) {
    case KEY_THREADS:
        if (!whole_number(state, "threads", text, 4096)) return EINVAL;
        (void)lac_text_i64(text, &value);
        common->threads = (int)value;
        return 0;
    case KEY_SEED:
        if (!whole_number(state, "seed", text, UINT32_MAX)) return EINVAL;
        (void)lac_text_i64(text, &value);
        common->seed = (uint32_t)value;
        common->seed_set = true;
        return 0;
    case KEY_QUIET:
        common->quiet = true;
        return 0;
    case KEY_FORMAT:
        if (strcmp(text, "json") != 0 && strcmp(text, "text") != 0)
            argp_error(state, "--log-format: '%s' is not text or json", text);
        common->log_format = strcmp(text, "json") == 0 ? LAC_LOG_JSON : LAC_LOG_TEXT;
        return 0;
    case KEY_COLOR:
        if (strcmp(text, "auto") != 0 && strcmp(text, "never") != 0)
            argp_error(state, "--color: '%s' is not auto or never", text);
        common->color = strcmp(text, "never") == 0 ? LAC_COLOR_NEVER : LAC_COLOR_AUTO;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp lac_common_argp = {.options = options, .parser = parse};

void lac_common_init(struct lac_common *common, const char *program)
{
    memset(common, 0, sizeof *common);
    common->program = program;
}

void lac_program_usage(void)
{
    argp_err_exit_status = lac_status_exit(LAC_USAGE);
    argp_program_version = "lacuna " LAC_VERSION;
}

int lac_program_start(const struct lac_common *common, struct lac_log *log)
{
    const struct rlimit none = {0, 0};
    int threads = common->threads > 0 ? common->threads : omp_get_num_procs();

    umask(077);
    /* a core file would hold personal data; where the limit cannot be set nothing is lost but that precaution
     */
    (void)setrlimit(RLIMIT_CORE, &none);
    gsl_set_error_handler_off();
    omp_set_dynamic(0);
    omp_set_max_active_levels(1);
    omp_set_num_threads(threads);
    lac_log_init(log, common->program, common->log_format, common->color, common->quiet);
    return threads;
}

int lac_program_end(const struct lac_log *log, enum lac_status status, const struct lac_error *err)
{
    int lost = fflush(stdout) != 0 || ferror(stdout) != 0;

    if (status > LAC_FINDINGS) lac_log_error(log, err);
    if (lost && status <= LAC_FINDINGS) {
        lac_log_warn(log, "standard output could not be written");
        return lac_status_exit(LAC_IO);
    }
    return lac_status_exit(status);
}
