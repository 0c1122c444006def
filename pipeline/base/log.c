/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/log.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PROGRESS_SECONDS 5.0
#define BAR_SECONDS 0.1
#define BAR_WIDTH 30

void lac_log_init(struct lac_log *log, const char *program, enum lac_log_format format, enum lac_color color,
                  bool quiet)
{
    log->program = program;
    log->stream = stderr;
    log->format = format;
    log->quiet = quiet;
    log->terminal = color == LAC_COLOR_AUTO && format == LAC_LOG_TEXT && isatty(STDERR_FILENO) == 1;
}

static void put_line(const struct lac_log *log, const char *level, const char *message)
{
    if (log->format == LAC_LOG_JSON) {
        struct tm utc;
        time_t now = time(NULL);
        char stamp[32] = "";

        if (gmtime_r(&now, &utc) != NULL) strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
        fprintf(log->stream, "{\"time\":\"%s\",\"program\":\"%s\",\"level\":\"%s\",\"message\":", stamp,
                log->program, level);
        lac_put_json_text(message, log->stream);
        fputs("}\n", log->stream);
    } else if (strcmp(level, "info") == 0) {
        fprintf(log->stream, "%s: %s\n", log->program, message);
    } else {
        fprintf(log->stream, "%s: %s: %s\n", log->program, level, message);
    }
    fflush(log->stream);
}

void lac_log_info(const struct lac_log *log, const char *format, ...)
{
    char message[1024];
    va_list arguments;

    if (log->quiet) return;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    put_line(log, "info", message);
}

void lac_log_warn(const struct lac_log *log, const char *format, ...)
{
    char message[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    put_line(log, "warning", message);
}

void lac_log_error(const struct lac_log *log, const struct lac_error *err)
{
    lac_error_print(err, log->program, log->format == LAC_LOG_JSON, log->stream);
}

double lac_clock_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void lac_progress_start(struct lac_progress *progress, const struct lac_log *log, const char *what,
                        uint64_t total)
{
    progress->log = log;
    progress->what = what;
    progress->total = total;
    progress->done = 0;
    progress->started = progress->shown = lac_clock_seconds();
}

static void show_bar(const struct lac_progress *progress)
{
    double share = progress->total == 0 ? 0.0 : (double)progress->done / (double)progress->total;
    int filled = (int)(share * BAR_WIDTH);
    char bar[BAR_WIDTH + 1];

    for (int i = 0; i < BAR_WIDTH; i++) bar[i] = i < filled ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    fprintf(progress->log->stream, "\r%s: [%s] %llu of %llu %s", progress->log->program, bar,
            (unsigned long long)progress->done, (unsigned long long)progress->total, progress->what);
    fflush(progress->log->stream);
}

void lac_progress_update(struct lac_progress *progress, uint64_t done)
{
    const struct lac_log *log = progress->log;
    double now;

    progress->done = done;
    if (log->quiet) return;
    now = lac_clock_seconds();
    if (now - progress->shown < (log->terminal ? BAR_SECONDS : PROGRESS_SECONDS)) return;
    progress->shown = now;
    if (log->terminal && progress->total > 0)
        show_bar(progress);
    else if (progress->total > 0)
        lac_log_info(log, "%llu of %llu %s", (unsigned long long)done, (unsigned long long)progress->total,
                     progress->what);
    else
        lac_log_info(log, "%llu %s", (unsigned long long)done, progress->what);
}

void lac_progress_end(struct lac_progress *progress)
{
    const struct lac_log *log = progress->log;

    if (log->quiet || !log->terminal || progress->shown <= progress->started) return;
    fputs("\r\033[K", log->stream);
    fflush(log->stream);
}
