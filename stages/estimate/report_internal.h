/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_REPORT_INTERNAL_H
#define LAC_ESTIMATE_REPORT_INTERNAL_H
/*
 * What the files of the reports share.
 *
 * jansson's *_new functions take a reference over even when they fail, and fail on a NULL value: so additions
 * are chained and only their sum of failures is looked at.
 */
#include <jansson.h>
#include <math.h>
#include "diagnostics.h"

static inline int lac_json_put(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value);
}

/* null unless finite. */
static inline json_t *lac_json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static inline json_t *lac_json_count(double value)
{
    return value == floor(value) && fabs(value) < 1e15 ? json_integer((json_int_t)value)
                                                       : lac_json_number(value);
}

static inline json_t *lac_json_text(const char *value)
{
    return value ? json_string(value) : json_null();
}

/* The value, or NULL with the value released when something failed. */
static inline json_t *lac_json_done(json_t *value, int failed)
{
    if (!failed) return value;
    json_decref(value);
    return NULL;
}

/* One object for the section `diagnostics`; NULL when memory is out. */
json_t *lac_diagnostics_json(const struct lac_diagnostics *diagnostics);
/* A section of the text report. */
void lac_diagnostics_text(const struct lac_diagnostics *diagnostics, const char *stratum,
                          struct lac_buffer *out);

/* A number right-aligned in `width` after a blank: "-" for NaN, "unbounded" for infinity. */
void lac_report_number(struct lac_buffer *out, double value, int width, int decimals);
/* Text wrapped at LAC_REPORT_WIDTH columns, every line after `indent` blanks. */
#define LAC_REPORT_WIDTH 100
void lac_report_wrapped(struct lac_buffer *out, int indent, const char *text);

#endif
