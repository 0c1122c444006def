/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_BASE_STATUS_H
#define LAC_BASE_STATUS_H
/*
 * Status codes and the error record.
 *
 * Every function that can fail returns enum lac_status and fills the caller's struct lac_error. Libraries
 * never print and never exit: only a program's main.c does, through lac_error_print() and lac_status_exit().
 *
 * Invariants
 * - LAC_OK is 0, so failures chain: `if ((st = f(.., err))) goto cleanup;`.
 * - An error message never contains a person's name, date of birth or other identifying value: it points at
 * the row, the column and the rule. Values that are not personal (a key, a method name, a code) may be
 * quoted.
 * - `err` may be NULL where the caller only wants the status.
 *
 * Threads: a struct lac_error belongs to one thread; nothing here is global.
 */
#include <stdint.h>
#include <stdio.h>

#define LAC_CHECKED __attribute__((warn_unused_result))
#define LAC_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* name, exit status of the contract, word for JSON logs */
#define LAC_STATUS_LIST(X)                                                                                   \
    X(OK, 0, "ok")                                                                                           \
    X(FINDINGS, 1, "findings")                                                                               \
    X(USAGE, 2, "usage")                                                                                     \
    X(INPUT, 3, "input")                                                                                     \
    X(REFUSED, 4, "refused")                                                                                 \
    X(IO, 5, "io")                                                                                           \
    X(NOMEM, 5, "memory")                                                                                    \
    X(DEFECT, 70, "defect")

enum lac_status {
#define LAC_STATUS_ENUM(name, exit_status, word) LAC_##name,
    LAC_STATUS_LIST(LAC_STATUS_ENUM)
#undef LAC_STATUS_ENUM
};

/* Where and why something failed. Empty strings and -1 mean "does not apply". */
struct lac_error {
    enum lac_status status;
    char file[512];
    int64_t row;  /* data record of a table, 1 is the first after the header; -1 none */
    int64_t line; /* line of a text file, from 1; -1 none */
    char column[64];
    char rule[64];
    char message[512]; /* what is wrong: lower case, no full stop */
    char remedy[384];  /* what to do about it */
};

void lac_error_init(struct lac_error *err);

/* Exit status of the contract for `status`. */
int lac_status_exit(enum lac_status status);
const char *lac_status_word(enum lac_status status);

/* Resets `err`, stores status and message, returns status: `return lac_fail(err, LAC_INPUT, "...")`. */
enum lac_status lac_fail(struct lac_error *err, enum lac_status status, const char *format, ...)
    LAC_PRINTF(3, 4);

/* Each adds one part to an error already filled by lac_fail(); a NULL err or text is ignored. */
void lac_error_file(struct lac_error *err, const char *file);
void lac_error_row(struct lac_error *err, int64_t row, const char *column);
void lac_error_line(struct lac_error *err, int64_t line);
void lac_error_rule(struct lac_error *err, const char *rule);
void lac_error_remedy(struct lac_error *err, const char *format, ...) LAC_PRINTF(2, 3);

/* The out-of-memory error for `what` ("pairs"). */
enum lac_status lac_fail_memory(struct lac_error *err, const char *what);

/* Writes "program: FILE: row R, column C: message [rule]\n  remedy: ..." as text, or one JSON object a line.
 */
void lac_error_print(const struct lac_error *err, const char *program, int json, FILE *to);

/* Writes `text` as a JSON string with its quotes; for log lines, which are written where nothing may be
 * allocated. */
void lac_put_json_text(const char *text, FILE *to);

#endif
