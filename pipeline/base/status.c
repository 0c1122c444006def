/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/status.h"

#include <stdarg.h>
#include <string.h>

static const struct {
    int exit_status;
    const char *word;
} statuses[] = {
#define LAC_STATUS_ROW(name, exit_status, word) {exit_status, word},
    LAC_STATUS_LIST(LAC_STATUS_ROW)
#undef LAC_STATUS_ROW
};

void lac_error_init(struct lac_error *err)
{
    if (err == NULL) return;
    memset(err, 0, sizeof *err);
    err->row = -1;
    err->line = -1;
}

int lac_status_exit(enum lac_status status)
{
    return statuses[status].exit_status;
}

const char *lac_status_word(enum lac_status status)
{
    return statuses[status].word;
}

static void copy_text(char *to, size_t size, const char *from)
{
    size_t length = strnlen(from, size - 1);

    memcpy(to, from, length);
    to[length] = '\0';
}

enum lac_status lac_fail(struct lac_error *err, enum lac_status status, const char *format, ...)
{
    if (err != NULL) {
        va_list arguments;

        lac_error_init(err);
        err->status = status;
        va_start(arguments, format);
        vsnprintf(err->message, sizeof err->message, format, arguments);
        va_end(arguments);
    }
    return status;
}

void lac_error_file(struct lac_error *err, const char *file)
{
    if (err != NULL && file != NULL) copy_text(err->file, sizeof err->file, file);
}

void lac_error_row(struct lac_error *err, int64_t row, const char *column)
{
    if (err == NULL) return;
    err->row = row;
    if (column != NULL) copy_text(err->column, sizeof err->column, column);
}

void lac_error_line(struct lac_error *err, int64_t line)
{
    if (err != NULL) err->line = line;
}

void lac_error_rule(struct lac_error *err, const char *rule)
{
    if (err != NULL && rule != NULL) copy_text(err->rule, sizeof err->rule, rule);
}

void lac_error_remedy(struct lac_error *err, const char *format, ...)
{
    va_list arguments;

    if (err == NULL) return;
    va_start(arguments, format);
    vsnprintf(err->remedy, sizeof err->remedy, format, arguments);
    va_end(arguments);
}

enum lac_status lac_fail_memory(struct lac_error *err, const char *what)
{
    enum lac_status status = lac_fail(err, LAC_NOMEM, "out of memory for %s", what);

    lac_error_remedy(err, "give the program more memory, or run it on a smaller part");
    return status;
}

static void print_text(const struct lac_error *err, const char *program, FILE *to)
{
    fprintf(to, "%s: ", program);
    if (err->file[0] != '\0') fprintf(to, "%s: ", err->file);
    if (err->line >= 0) fprintf(to, "line %lld: ", (long long)err->line);
    if (err->row >= 0) fprintf(to, "row %lld: ", (long long)err->row);
    if (err->column[0] != '\0') fprintf(to, "column %s: ", err->column);
    fputs(err->message[0] != '\0' ? err->message : "failed", to);
    if (err->rule[0] != '\0') fprintf(to, " [%s]", err->rule);
    fputc('\n', to);
    if (err->remedy[0] != '\0') fprintf(to, "  remedy: %s\n", err->remedy);
}

void lac_put_json_text(const char *text, FILE *to)
{
    fputc('"', to);
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            fprintf(to, "\\%c", *p);
        else if (*p < 0x20)
            fprintf(to, "\\u%04x", *p);
        else
            fputc(*p, to);
    }
    fputc('"', to);
}

static void print_json(const struct lac_error *err, const char *program, FILE *to)
{
    const char *const name[] = {"program", "level", "status", "file", "column", "rule", "message", "remedy"};
    const char *const value[] = {program,      "error",     lac_status_word(err->status),
                                 err->file,    err->column, err->rule,
                                 err->message, err->remedy};

    fputc('{', to);
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        if (i > 2 && value[i][0] == '\0') continue;
        fprintf(to, "%s\"%s\":", i == 0 ? "" : ",", name[i]);
        lac_put_json_text(value[i], to);
    }
    if (err->line >= 0) fprintf(to, ",\"line\":%lld", (long long)err->line);
    if (err->row >= 0) fprintf(to, ",\"row\":%lld", (long long)err->row);
    fputs("}\n", to);
}

void lac_error_print(const struct lac_error *err, const char *program, int json, FILE *to)
{
    if (json)
        print_json(err, program, to);
    else
        print_text(err, program, to);
    fflush(to);
}
