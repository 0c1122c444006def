/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_TESTS_INGEST_FIXTURE_H
#define LAC_TESTS_INGEST_FIXTURE_H
/*
 * What the tests of this folder share: the code lists and layouts of the project, and returns written in
 * short.
 *
 * A return in short is rows separated by '|', each a list of changes to one clean row, "dob=1900-01-01;age=";
 * "12*..." stands for twelve such rows, in which '#' is the number of the row in the file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "read.h"

static struct lac_arena shared_arena;
static struct lac_ingest_library library;

static inline int open_library(void **state)
{
    struct lac_error err;
    const char *source = getenv("LACUNA_SOURCE");

    (void)state;
    lac_error_init(&err);
    lac_arena_init(&shared_arena);
    if (source == NULL) return -1;
    if (lac_ingest_library_open(&library, source, NULL, &shared_arena, &err) == LAC_OK) return 0;
    lac_error_print(&err, "test", 0, stderr);
    return -1;
}

static inline int close_library(void **state)
{
    (void)state;
    lac_ingest_library_close(&library);
    lac_arena_release(&shared_arena);
    return 0;
}

static const char *const clean_row[LAC_FIELD_COUNT] = {
    [LAC_FIELD_local_ref] = "GMP/25/#",
    [LAC_FIELD_person_ref] = "N#",
    [LAC_FIELD_role] = "VICTIM",
    [LAC_FIELD_forename] = "Zita",
    [LAC_FIELD_surname] = "Quillfeather",
    [LAC_FIELD_aliases] = "",
    [LAC_FIELD_dob] = "2009-05-04",
    [LAC_FIELD_age] = "15",
    [LAC_FIELD_sex] = "F",
    [LAC_FIELD_ethnicity] = "W1",
    [LAC_FIELD_ethnicity_frame] = "SDE18",
    [LAC_FIELD_ethnicity_source] = "SELF",
    [LAC_FIELD_nationality] = "GBR",
    [LAC_FIELD_postcode] = "M1 1AE",
    [LAC_FIELD_lad] = "E08000003",
    [LAC_FIELD_offence_from] = "2025-01-10",
    [LAC_FIELD_offence_to] = "2025-01-20",
    [LAC_FIELD_recorded_date] = "2025-02-01",
    [LAC_FIELD_offence_code] = "71",
    [LAC_FIELD_criterion] = "CSE",
    [LAC_FIELD_cse_flag] = "Y",
    [LAC_FIELD_image_only] = "N",
    [LAC_FIELD_online_flag] = "N",
    [LAC_FIELD_n_suspects] = "2",
    [LAC_FIELD_n_suspects_unidentified] = "2",
    [LAC_FIELD_n_victims] = "1",
    [LAC_FIELD_group_ref] = "",
    [LAC_FIELD_operation] = "",
    [LAC_FIELD_status] = "LIVE",
    [LAC_FIELD_basis] = "CONFIRMED",
    [LAC_FIELD_referral_source] = "",
    [LAC_FIELD_national_ref] = "",
    [LAC_FIELD_transfer_force] = "",
    [LAC_FIELD_transfer_ref] = "",
};

static inline void add_header(struct lac_buffer *out)
{
    for (int f = 0; f < LAC_FIELD_COUNT; f++)
        lac_buffer_printf(out, "%s%s", f == 0 ? "" : ",", lac_ingest_field_names[f]);
    lac_buffer_add(out, "\n");
}

/* Value of a field in a row's changes, or that of the clean row. */
static inline void add_cell(struct lac_buffer *out, int field, const char *changes, size_t length, int number)
{
    const char *name = lac_ingest_field_names[field], *value = clean_row[field];
    size_t n = strlen(value);

    for (const char *p = changes, *end = changes + length; p < end;) {
        const char *stop = memchr(p, ';', (size_t)(end - p)), *equals;

        if (stop == NULL) stop = end;
        equals = memchr(p, '=', (size_t)(stop - p));
        if (equals != NULL && (size_t)(equals - p) == strlen(name) && strncmp(p, name, strlen(name)) == 0) {
            value = equals + 1;
            n = (size_t)(stop - value);
        }
        p = stop + 1;
    }
    for (size_t i = 0; i < n; i++) {
        if (value[i] == '#')
            lac_buffer_printf(out, "%d", number);
        else
            lac_buffer_add_n(out, value + i, 1);
    }
}

static inline void add_rows(struct lac_buffer *out, const char *rows)
{
    int number = 0;

    for (const char *p = rows;; p++) {
        size_t length = strcspn(p, "|"), digits = strspn(p, "0123456789");
        int times = 1;

        if (digits > 0 && p[digits] == '*') {
            times = atoi(p);
            p += digits + 1;
            length -= digits + 1;
        }
        for (int k = 0; k < times; k++) {
            number++;
            for (int f = 0; f < LAC_FIELD_COUNT; f++) {
                if (f > 0) lac_buffer_add(out, ",");
                add_cell(out, f, p, length, number);
            }
            lac_buffer_add(out, "\n");
        }
        p += length;
        if (*p == '\0') return;
    }
}

/* Judges CSV text as the first-quarter return of Greater Manchester. Release with
 * lac_ingest_return_release(). */
static inline void judge_text(struct lac_ingest_return *ret, const char *text, size_t length,
                              const char *list, const char *force)
{
    const struct lac_ingest_layout *layout = lac_ingest_library_layout(&library, "national-1");

    const struct lac_ingest_about about = {0,
                                           list,
                                           force,
                                           lac_date_from_civil(2025, 1, 1),
                                           lac_date_from_civil(2025, 3, 31),
                                           lac_date_from_civil(2025, 4, 10),
                                           lac_date_from_civil(2025, 4, 20)};
    const struct lac_ingest_reading what = {.path = "a.csv",
                                            .bytes = text,
                                            .length = length,
                                            .about = &about,
                                            .layout = layout,
                                            .library = &library,
                                            .keep = true};

    assert_int_equal(lac_ingest_return_read(ret, &what), LAC_OK);
}

static inline void judge_rows(struct lac_ingest_return *ret, const char *rows)
{
    struct lac_buffer text = {0};

    add_header(&text);
    add_rows(&text, rows);
    assert_false(text.failed);
    judge_text(ret, text.text, text.length, "PF", "E23000005");
    lac_buffer_release(&text);
}

static inline size_t times_found(const struct lac_ingest_findings *findings, enum lac_ingest_rule rule)
{
    size_t n = 0;

    for (size_t i = 0; i < findings->count; i++) n += findings->item[i].rule == rule;
    return n;
}

static inline const struct lac_ingest_finding *find(const struct lac_ingest_findings *findings,
                                                    enum lac_ingest_rule rule)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->item[i].rule == rule) return &findings->item[i];
    return NULL;
}

#endif
