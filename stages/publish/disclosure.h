/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_DISCLOSURE_H
#define LAC_PUBLISH_DISCLOSURE_H
/*
 * Statistical disclosure control of counts: primary suppression, secondary suppression for parts of a total,
 * rounding. Pure functions on counts; a profile (configs/disclosure/NAME.yaml) says what is hidden.
 *
 * What a reader of the published table knows. A hidden cell holds at least max(1, primary_low). A shown cell
 * with value v, rounded half up to a multiple r, holds v - r/2 .. v + (r-1)/2 (integer halves), not a value
 * of the primary range; a shown zero is a zero when the range starts at 1. The parts add up to the total.
 */
#include "config/schema.h"

struct lac_publish_profile {
    const char *id, *title, *source;
    int64_t primary_low, primary_high; /* counts in this range are hidden; high 0: none is */
    int64_t round;                     /* every shown count is rounded to this multiple, at least 5 */
    const char *symbol;                /* table symbol of a hidden cell: c */
};

enum lac_publish_action {
    LAC_PUBLISH_NONE,
    LAC_PUBLISH_ROUNDED,
    LAC_PUBLISH_PRIMARY,
    LAC_PUBLISH_SECONDARY,
    LAC_PUBLISH_NOT_ESTIMATED
};

extern const struct lac_config_schema lac_publish_profile_schema;

/* Loads a profile; a range that is upside down or hides nothing while rounding is off is LAC_USAGE. */
enum lac_status lac_publish_profile_load(const char *path, struct lac_arena *arena,
                                         const struct lac_publish_profile **profile,
                                         struct lac_error *err) LAC_CHECKED;

/* Nearest multiple, halves up; multiple >= 1. NaN and infinity stay what they are. */
double lac_publish_round(double value, int64_t multiple);
/* True when the primary rule hides this count. */
bool lac_publish_hides(const struct lac_publish_profile *profile, int64_t count);
/* Primary rule and rounding for a count that is part of no total: the action; *value is NaN when hidden. */
enum lac_publish_action lac_publish_count(const struct lac_publish_profile *profile, int64_t count,
                                          double *value);
/* Share part / whole from the counts as they would be published, so that it tells no more than they do; NaN
 * when the part is hidden or the whole is below ten times the rounding, too few for a share to mean much. */
double lac_publish_share(const struct lac_publish_profile *profile, int64_t part, int64_t whole);

/* What a reader who knows the profile can say of a shown count, whole numbers. */
void lac_publish_shown_range(const struct lac_publish_profile *profile, int64_t count, int64_t *low,
                             int64_t *high);

/* Parts of a total: actions for the n parts. Primary suppression; then, while the total is shown and a
 * primary-suppressed part is alone or its feasible interval (see above) does not cover the whole primary
 * range, the smallest part still shown is hidden too (ties: the first; zeros last). O(n^2). total_known
 * false: there is no published total, so the primary rule alone. */
void lac_publish_parts(const struct lac_publish_profile *profile, const int64_t *part, size_t n,
                       int64_t total, enum lac_publish_action *action);

const char *lac_publish_action_word(enum lac_publish_action action);

#endif
