/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disclosure.h"

#include <math.h>

static const char *const symbols[] = {"c", NULL};

static const struct lac_config_field fields[] = {
    {.key = "id",
     .type = LAC_CONFIG_STRING,
     .offset = offsetof(struct lac_publish_profile, id),
     .required = true,
     .text = "identifier of the profile"},
    {.key = "title",
     .type = LAC_CONFIG_STRING,
     .offset = offsetof(struct lac_publish_profile, title),
     .required = true,
     .text = "the rule in words, as printed in the report"},
    {.key = "source",
     .type = LAC_CONFIG_STRING,
     .offset = offsetof(struct lac_publish_profile, source),
     .required = true,
     .text = "whose practice it follows"},
    {.key = "primary_low",
     .type = LAC_CONFIG_INT,
     .offset = offsetof(struct lac_publish_profile, primary_low),
     .fallback = "1",
     .low = 1,
     .high = 1000,
     .text = "smallest count that is hidden"},
    {.key = "primary_high",
     .type = LAC_CONFIG_INT,
     .offset = offsetof(struct lac_publish_profile, primary_high),
     .required = true,
     .low = 0,
     .high = 1000,
     .text = "largest count that is hidden; 0 hides none"},
    {.key = "round",
     .type = LAC_CONFIG_INT,
     .offset = offsetof(struct lac_publish_profile, round),
     .required = true,
     .low = 5,
     .high = 1000,
     .text = "every shown count is rounded to this multiple"},
    {.key = "symbol",
     .type = LAC_CONFIG_ENUM,
     .offset = offsetof(struct lac_publish_profile, symbol),
     .fallback = "c",
     .choices = symbols,
     .text = "table symbol of a hidden count"},
};

const struct lac_config_schema lac_publish_profile_schema = {
    "disclosure profile", sizeof(struct lac_publish_profile), fields, LAC_COUNT(fields)};

enum lac_status lac_publish_profile_load(const char *path, struct lac_arena *arena,
                                         const struct lac_publish_profile **profile, struct lac_error *err)
{
    void *settings = NULL;
    enum lac_status st = lac_config_load(path, &lac_publish_profile_schema, arena, &settings, err);
    if (st) return st;
    const struct lac_publish_profile *loaded = settings;
    if (loaded->primary_high != 0 && loaded->primary_high < loaded->primary_low) {
        st = lac_fail(err, LAC_USAGE, "primary_high is below primary_low");
        lac_error_file(err, path);
        lac_error_remedy(err, "give the smallest hidden count first, or primary_high: 0 to hide none");
        return st;
    }
    *profile = loaded;
    return LAC_OK;
}

double lac_publish_round(double value, int64_t multiple)
{
    if (!isfinite(value)) return value;
    double m = (double)multiple;
    return floor(value / m + 0.5) * m;
}

bool lac_publish_hides(const struct lac_publish_profile *profile, int64_t count)
{
    return profile->primary_high > 0 && count >= profile->primary_low && count <= profile->primary_high;
}

enum lac_publish_action lac_publish_count(const struct lac_publish_profile *profile, int64_t count,
                                          double *value)
{
    *value = (double)NAN;
    if (lac_publish_hides(profile, count)) return LAC_PUBLISH_PRIMARY;
    *value = lac_publish_round((double)count, profile->round);
    return LAC_PUBLISH_ROUNDED;
}

double lac_publish_share(const struct lac_publish_profile *profile, int64_t part, int64_t whole)
{
    double p, w = lac_publish_round((double)whole, profile->round);
    if (whole < 10 * profile->round || lac_publish_hides(profile, whole)) return (double)NAN;
    if (lac_publish_count(profile, part, &p) == LAC_PUBLISH_PRIMARY) return (double)NAN;
    return p > w ? 1.0 : p / w;
}

void lac_publish_shown_range(const struct lac_publish_profile *profile, int64_t count, int64_t *low,
                             int64_t *high)
{
    int64_t r = profile->round;
    int64_t v = (int64_t)lac_publish_round((double)count, r);
    *low = v - r / 2;
    *high = v + (r - 1) / 2;
    if (*low < 0) *low = 0;
    if (profile->primary_high <= 0) return;
    if (profile->primary_low <= 1 && v > 0 && *low <= profile->primary_high) *low = profile->primary_high + 1;
    if (v == 0 && *high >= profile->primary_low) *high = profile->primary_low - 1;
    if (*high < *low) *high = *low;
}

/* True when a reader cannot narrow any primary-suppressed part to less than the whole primary range. */
static bool parts_protected(const struct lac_publish_profile *profile, const int64_t *part, size_t n,
                            int64_t total, const enum lac_publish_action *action)
{
    int64_t floor_of_hidden = profile->primary_low < 1 ? 1 : profile->primary_low;
    int64_t hidden = 0, primary = 0, shown_low = 0, total_low, total_high;
    for (size_t i = 0; i < n; i++) {
        if (action[i] == LAC_PUBLISH_PRIMARY) primary++;
        if (action[i] == LAC_PUBLISH_PRIMARY || action[i] == LAC_PUBLISH_SECONDARY) {
            hidden++;
            continue;
        }
        int64_t low, high;
        lac_publish_shown_range(profile, part[i], &low, &high);
        shown_low += low;
    }
    if (primary == 0) return true;
    if (hidden < 2) return false;
    lac_publish_shown_range(profile, total, &total_low, &total_high);
    return total_high - shown_low - (hidden - 1) * floor_of_hidden >= profile->primary_high;
}

/* Smallest part still shown, zeros after all others; n when there is none. */
static size_t smallest_shown(const int64_t *part, size_t n, const enum lac_publish_action *action)
{
    size_t best = n;
    for (size_t i = 0; i < n; i++) {
        if (action[i] == LAC_PUBLISH_PRIMARY || action[i] == LAC_PUBLISH_SECONDARY) continue;
        if (best == n || (part[i] > 0 && (part[best] == 0 || part[i] < part[best]))) best = i;
    }
    return best;
}

void lac_publish_parts(const struct lac_publish_profile *profile, const int64_t *part, size_t n,
                       int64_t total, enum lac_publish_action *action)
{
    for (size_t i = 0; i < n; i++)
        action[i] = lac_publish_hides(profile, part[i]) ? LAC_PUBLISH_PRIMARY : LAC_PUBLISH_ROUNDED;
    if (total < 0 || lac_publish_hides(profile, total)) return;
    while (!parts_protected(profile, part, n, total, action)) {
        size_t next = smallest_shown(part, n, action);
        if (next == n) return;
        action[next] = LAC_PUBLISH_SECONDARY;
    }
}

const char *lac_publish_action_word(enum lac_publish_action action)
{
    switch (action) {
    case LAC_PUBLISH_NONE:
        return "none";
    case LAC_PUBLISH_ROUNDED:
        return "rounded";
    case LAC_PUBLISH_PRIMARY:
        return "suppressed-primary";
    case LAC_PUBLISH_SECONDARY:
        return "suppressed-secondary";
    case LAC_PUBLISH_NOT_ESTIMATED:
        return "not-estimated";
    }
    return "none";
}
