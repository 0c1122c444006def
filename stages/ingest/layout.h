/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_LAYOUT_H
#define LAC_INGEST_LAYOUT_H
/*
 * Layouts: how an agency's columns, codes and dates map onto the national layout
 * (configs/layouts/national-1.yaml explains the form). Read only once made.
 */
#include "config/schema.h"

enum lac_ingest_kind {
    LAC_KIND_TEXT,
    LAC_KIND_NAME,
    LAC_KIND_CODE,
    LAC_KIND_DATE,
    LAC_KIND_BIRTH,
    LAC_KIND_NUMBER,
    LAC_KIND_POSTCODE,
    LAC_KIND_DISTRICT,
    LAC_KIND_FORCE,
    LAC_KIND_OFFENCE,
    LAC_KIND_ETHNICITY,
    LAC_KIND_COUNTRY,
    LAC_KIND_LIST,
    LAC_KIND_NATIONAL
};
enum lac_ingest_field {
#define LAC_FIELD(name, kind) LAC_FIELD_##name,
#include "fields.def"
    LAC_FIELD_COUNT
};
extern const char *const lac_ingest_field_names[LAC_FIELD_COUNT];
extern const enum lac_ingest_kind lac_ingest_field_kinds[LAC_FIELD_COUNT];
static inline bool
lac_ingest_field_is_number(enum lac_ingest_field field) /* dates and counts: held as a number */
{
    enum lac_ingest_kind kind = lac_ingest_field_kinds[field];

    return kind == LAC_KIND_DATE || kind == LAC_KIND_BIRTH || kind == LAC_KIND_NUMBER;
}

struct lac_ingest_layout_field {
    struct lac_strings names; /* as in the agency's files; the national name counts as well */
    bool required;
    bool listed;                   /* the layout names the field: a file without it lacks something */
    const char *constant;          /* its value where the file has no such column, or NULL */
    struct lac_string_lists codes; /* [code, spelling, ...] */
    struct lac_strings date_formats;
};
struct lac_ingest_layout {
    const char *name;
    struct lac_strings missing; /* words for "not known" */
    struct lac_strings ignore;  /* columns of the agency's files that are known and not read */
    int64_t skip_rows;          /* lines above the header */
    int64_t header_rows;        /* rows the header takes, joined with blanks */
    bool report_spellings;      /* another spelling of a code, or a time behind a date, is a finding */
    struct lac_ingest_layout_field field[LAC_FIELD_COUNT];
};

/* Loads a layout file; LAC_USAGE for an unknown column, as for any wrong configuration. */
enum lac_status lac_ingest_layout_load(const char *path, struct lac_arena *arena,
                                       struct lac_ingest_layout **layout, struct lac_error *err) LAC_CHECKED;
/* Field whose name in the layout is `header`, comparing letters and digits only, or LAC_FIELD_COUNT. `exact`
 * is set when it is the national name or one of the layout's to the letter. */
enum lac_ingest_field lac_ingest_layout_field_of(const struct lac_ingest_layout *layout, const char *header,
                                                 bool *exact);
/* Whether the layout says that a column of this name is known and not read. */
bool lac_ingest_layout_ignores(const struct lac_ingest_layout *layout, const char *header);
/* How many of its columns a header names, and how many it has; `absent`, when not NULL, is marked. */
struct lac_ingest_fit {
    size_t found, columns;
};
struct lac_ingest_fit lac_ingest_layout_fit(const struct lac_ingest_layout *layout, const char *const *header,
                                            size_t count, bool absent[LAC_FIELD_COUNT]);

#endif
