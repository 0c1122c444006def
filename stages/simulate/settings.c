/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settings.h"
#include <string.h>
#include "base/date.h"

/* clang-format off */
#define TEXT(s, member, must, def, help) \
    {.key = #member, .type = LAC_CONFIG_STRING, .offset = offsetof(s, member), .required = must, .fallback = def, .text = help}
#define RATE(s, member, def, help) \
    {.key = #member, .type = LAC_CONFIG_NUMBER, .offset = offsetof(s, member), .fallback = def, .low = 0, .high = 1, .text = help}
#define REAL(s, member, def, least, most, help) \
    {.key = #member, .type = LAC_CONFIG_NUMBER, .offset = offsetof(s, member), .fallback = def, .low = least, .high = most, .text = help}
#define COUNT(s, member, def, help) \
    {.key = #member, .type = LAC_CONFIG_INT, .offset = offsetof(s, member), .fallback = def, .low = 0, .high = 1000000, .text = help}
#define PART(s, member, schema) \
    {.key = #member, .type = LAC_CONFIG_SECTION, .offset = offsetof(s, member), .sub = &schema, .text = #member}

static const char *const spreads[] = {"force", "region", "nation", NULL};
static const char *const effects[] = {"add", "drop", NULL};

#define S struct lac_simulate_list_settings
static const struct lac_config_field list_fields[] = {
    TEXT(S, code, false, NULL, "list code"),
    {.key = "spread", .type = LAC_CONFIG_ENUM, .offset = offsetof(S, spread), .required = true, .choices = spreads,
     .text = "one agency per force, per region, or for the nation"},
    TEXT(S, agency, false, NULL, "name before the region's"),
    {.key = "agencies", .type = LAC_CONFIG_STRINGS, .offset = offsetof(S, agencies), .text = "agencies of the nation"},
    RATE(S, capture, "0.1", "mean own capture probability"),
    REAL(S, force_sd, "0.3", 0, 3, "s.d. of the logit over forces"),
    REAL(S, again, "0.2", 0, 0.8, "probability of each further event"),
    RATE(S, duplicates, "0.02", "entered twice"),
    REAL(S, noise, "1", 0, 5, "multiplier of the noise rates"),
    RATE(S, names_missing, "0", "both names empty"),
    RATE(S, initials, "0", "forename cut to its initial"),
    RATE(S, dob_missing, "0.05", "no date of birth"),
    RATE(S, postcode_missing, "0.1", "no postcode"),
    RATE(S, ethnicity_missing, "0.66", "no ethnicity"),
    RATE(S, suspects_missing, "0.05", "number of suspects empty"),
    RATE(S, dates_missing, "0.02", "no offence dates"),
    RATE(S, ref_missing, "0.1", "no person_ref"),
    RATE(S, flags_missing, "0.2", "image_only and online_flag U"),
    {.key = "complete", .type = LAC_CONFIG_BOOL, .offset = offsetof(S, complete), .fallback = "false",
     .text = "rows say all there is to say of a case"},
};
#undef S
static const struct lac_config_schema list_schema = {"lists", sizeof(struct lac_simulate_list_settings), list_fields,
                                                     LAC_COUNT(list_fields)};

#define S struct lac_simulate_dependence_settings
static const struct lac_config_field dependence_fields[] = {
    TEXT(S, from, true, NULL, "list"),
    TEXT(S, to, true, NULL, "list"),
    {.key = "effect", .type = LAC_CONFIG_ENUM, .offset = offsetof(S, effect), .fallback = "add", .choices = effects,
     .text = "add: referral; drop: avoidance"},
    RATE(S, probability, "0", "share of those concerned"),
};
#undef S
static const struct lac_config_schema dependence_schema = {
    "dependence", sizeof(struct lac_simulate_dependence_settings), dependence_fields, LAC_COUNT(dependence_fields)};

#define S struct lac_simulate_population_settings
static const struct lac_config_field population_fields[] = {
    COUNT(S, victims, "6000", "true victims in scope"),
    RATE(S, peer_share, "0.25", "groups whose suspects are 10-17"),
    REAL(S, force_sd, "0.4", 0, 2, "s.d. of the log rate over forces"),
    RATE(S, female_share, "0.75", "girls among victims"),
    REAL(S, group_exponent, "2.3", 1.05, 10, "tail of the group size"),
    {.key = "group_maximum", .type = LAC_CONFIG_INT, .offset = offsetof(S, group_maximum), .fallback = "60",
     .low = 2, .high = 500, .text = "largest group"},
    REAL(S, victims_exponent, "1.9", 1.05, 10, "tail of the victims of a group"),
    {.key = "victims_maximum", .type = LAC_CONFIG_INT, .offset = offsetof(S, victims_maximum), .fallback = "80",
     .low = 1, .high = 500, .text = "most victims of a group"},
    RATE(S, identified, "0.7", "suspects identified"),
    RATE(S, young_share, "0.15", "suspects of 15 to 17 in groups of adults"),
    {.key = "peer_oldest", .type = LAC_CONFIG_INT, .offset = offsetof(S, peer_oldest), .fallback = "17", .low = 12,
     .high = 17, .text = "oldest suspect of peer groups"},
    RATE(S, facilitator, "0.1", "groups with a facilitator"),
    RATE(S, sibling, "0.03", "siblings in a group"),
    RATE(S, twin, "0.15", "twins among siblings"),
    REAL(S, duration_days, "75", 1, 2000, "mean length of an involvement"),
    COUNT(S, familial, "400", "familial cases"),
    COUNT(S, institutional, "80", "institutional cases"),
    COUNT(S, ritualistic, "10", "ritualistic cases"),
    COUNT(S, image_only, "300", "image-only cases"),
    COUNT(S, one_suspect, "900", "exploitation by one person"),
    COUNT(S, at_risk, "800", "children only at risk"),
    COUNT(S, cancelled, "150", "crimes cancelled or reclassified"),
    COUNT(S, adult, "40", "victims of 18 or over"),
    COUNT(S, non_recent, "300", "victims of earlier years recorded in the period"),
};
#undef S
static const struct lac_config_schema population_schema = {
    "population", sizeof(struct lac_simulate_population_settings), population_fields, LAC_COUNT(population_fields)};

#define S struct lac_simulate_heterogeneity_settings
static const struct lac_config_field heterogeneity_fields[] = {
    RATE(S, share, "0.3", "persons in the visible class"),
    REAL(S, shift, "0.7", -5, 5, "added to their logit"),
    REAL(S, person_sd, "0", 0, 3, "s.d. of a person's own term"),
};
#undef S
static const struct lac_config_schema heterogeneity_schema = {
    "heterogeneity", sizeof(struct lac_simulate_heterogeneity_settings), heterogeneity_fields,
    LAC_COUNT(heterogeneity_fields)};

#define S struct lac_simulate_police_settings
static const struct lac_config_field police_fields[] = {
    RATE(S, other_force, "0.05", "recorded by another force"),
    RATE(S, between, "0.04", "entered by a second force too"),
    RATE(S, transfer, "0.5", "of those, marked as transferred"),
    RATE(S, rekeyed, "0.1", "later row with a new person_ref"),
    RATE(S, flag_missing, "0.05", "group crime without its flag"),
    REAL(S, lag_days, "40", 1, 1000, "mean reporting lag"),
};
#undef S
static const struct lac_config_schema police_schema = {"police", sizeof(struct lac_simulate_police_settings),
                                                       police_fields, LAC_COUNT(police_fields)};

#define S struct lac_simulate_noise_settings
static const struct lac_config_field noise_fields[] = {
    RATE(S, typo, "0.03", "per name"),
    RATE(S, nickname, "0.05", "short form"),
    RATE(S, alias, "0.05", "given in aliases"),
    RATE(S, swapped_names, "0.004", "forename and surname exchanged"),
    RATE(S, surname_change, "0.015", "another surname"),
    RATE(S, dob_swap, "0.01", "day and month exchanged"),
    RATE(S, dob_slip, "0.015", "day or year off"),
    RATE(S, dob_partial, "0.02", "year or month only"),
    RATE(S, moved, "0.1", "another home"),
    RATE(S, sex, "0.005", "wrong or unknown"),
    REAL(S, community, "2", 0, 10, "multiplier of typo outside the general culture"),
};
#undef S
static const struct lac_config_schema noise_schema = {"noise", sizeof(struct lac_simulate_noise_settings),
                                                      noise_fields, LAC_COUNT(noise_fields)};

#define S struct lac_simulate_return_settings
static const struct lac_config_field return_fields[] = {
    TEXT(S, list, true, NULL, "list code"),
    TEXT(S, agency, true, NULL, "agency"),
    {.key = "quarter", .type = LAC_CONFIG_INT, .offset = offsetof(S, quarter), .required = true, .low = 1, .high = 4,
     .text = "quarter of the year"},
};
#undef S
static const struct lac_config_schema return_schema = {"return", sizeof(struct lac_simulate_return_settings),
                                                       return_fields, LAC_COUNT(return_fields)};

#define S struct lac_simulate_returns_settings
#define RETURNS(member, help) \
    {.key = #member, .type = LAC_CONFIG_SECTIONS, .offset = offsetof(S, member), .sub = &return_schema, .text = help}
static const struct lac_config_field returns_fields[] = {
    RETURNS(missing, "never received"),
    RETURNS(late, "received after the due date"),
    RETURNS(partial, "half of the rows lost, coverage PARTIAL"),
    RETURNS(revised, "a first version, superseded by a second"),
    RATE(S, revised_rows, "0.15", "rows the first version lacks or has wrong"),
};
#undef S
static const struct lac_config_schema returns_schema = {"returns", sizeof(struct lac_simulate_returns_settings),
                                                        returns_fields, LAC_COUNT(returns_fields)};

#define S struct lac_simulate_defect_settings
static const struct lac_config_field defect_fields[] = {
    COUNT(S, placeholder_names, "0", "Unknown Male and the like"),
    COUNT(S, placeholder_dobs, "0", "1900-01-01"),
    COUNT(S, impossible_dobs, "0", "a day that does not exist, or in the future"),
    COUNT(S, wrong_codes, "0", "a code that is not in its list"),
    COUNT(S, no_local_ref, "0", "reference empty"),
    COUNT(S, dates_out_of_order, "0", "offence ends before it begins"),
    COUNT(S, free_text_ethnicity, "0", "words in a coded cell"),
    COUNT(S, conflicting_ages, "0", "age against date of birth"),
    COUNT(S, byte_order_marks, "0", "returns that begin with one"),
    COUNT(S, extra_columns, "0", "returns with a column more"),
    COUNT(S, wrong_declared_rows, "0", "returns whose declared rows are wrong"),
};
#undef S
static const struct lac_config_schema defect_schema = {"defects", sizeof(struct lac_simulate_defect_settings),
                                                       defect_fields, LAC_COUNT(defect_fields)};

#define S struct lac_simulate_settings
static const struct lac_config_field fields[] = {
    TEXT(S, name, true, NULL, "name of the nation"),
    {.key = "seed", .type = LAC_CONFIG_INT, .offset = offsetof(S, seed), .fallback = "1", .low = 0, .high = UINT32_MAX,
     .text = "seed"},
    {.key = "period_start", .type = LAC_CONFIG_DATE, .offset = offsetof(S, period_start), .required = true,
     .text = "first day of the year"},
    {.key = "period_end", .type = LAC_CONFIG_DATE, .offset = offsetof(S, period_end), .required = true,
     .text = "last day of the year"},
    PART(S, population, population_schema),
    PART(S, heterogeneity, heterogeneity_schema),
    {.key = "lists", .type = LAC_CONFIG_SECTIONS, .offset = offsetof(S, lists), .required = true, .sub = &list_schema,
     .map_key = "code", .text = "lists by code"},
    {.key = "dependence", .type = LAC_CONFIG_SECTIONS, .offset = offsetof(S, dependence), .sub = &dependence_schema,
     .text = "dependence between lists, in order"},
    PART(S, police, police_schema),
    PART(S, noise, noise_schema),
    PART(S, returns, returns_schema),
    PART(S, defects, defect_schema),
};
#undef S
/* clang-format on */

const struct lac_config_schema lac_simulate_schema = {"simulate", sizeof(struct lac_simulate_settings),
                                                      fields, LAC_COUNT(fields)};

const struct lac_simulate_list_settings *lac_simulate_lists(const struct lac_simulate_settings *settings)
{
    return settings->lists.item;
}

int lac_simulate_list_index(const struct lac_simulate_settings *settings, const char *code)
{
    const struct lac_simulate_list_settings *list = lac_simulate_lists(settings);
    for (size_t i = 0; i < settings->lists.count; i++)
        if (strcmp(list[i].code, code) == 0) return (int)i;
    return -1;
}

static enum lac_status check_lists(const struct lac_simulate_settings *settings, struct lac_error *err)
{
    const struct lac_simulate_list_settings *list = lac_simulate_lists(settings);
    if (settings->lists.count < 1 || settings->lists.count > LAC_SIMULATE_LISTS)
        return lac_fail(err, LAC_USAGE, "lists: between 1 and %d are possible", LAC_SIMULATE_LISTS);
    for (size_t i = 0; i < settings->lists.count; i++) {
        if (strcmp(list[i].spread, "region") == 0 && !list[i].agency)
            return lac_fail(err, LAC_USAGE, "lists.%s: spread region needs `agency`", list[i].code);
        if (strcmp(list[i].spread, "nation") == 0 && list[i].agencies.count == 0)
            return lac_fail(err, LAC_USAGE, "lists.%s: spread nation needs `agencies`", list[i].code);
        if (list[i].capture <= 0 || list[i].capture >= 1)
            return lac_fail(err, LAC_USAGE, "lists.%s.capture must lie between 0 and 1, ends excluded",
                            list[i].code);
    }
    return LAC_OK;
}

static enum lac_status check_dependence(const struct lac_simulate_settings *settings, struct lac_error *err)
{
    const struct lac_simulate_dependence_settings *pair = settings->dependence.item;
    for (size_t i = 0; i < settings->dependence.count; i++) {
        int from = lac_simulate_list_index(settings, pair[i].from),
            to = lac_simulate_list_index(settings, pair[i].to);
        if (from < 0 || to < 0 || from == to)
            return lac_fail(err, LAC_USAGE,
                            "dependence entry %zu: `from` and `to` must be two different lists of `lists`",
                            i + 1);
    }
    return LAC_OK;
}

enum lac_status lac_simulate_settings_check(const struct lac_simulate_settings *settings,
                                            struct lac_error *err)
{
    int y1, m1, d1, y2, m2, d2;
    lac_date_to_civil(settings->period_start, &y1, &m1, &d1);
    lac_date_to_civil(settings->period_end, &y2, &m2, &d2);
    if (y1 != y2 || m1 != 1 || d1 != 1 || m2 != 12 || d2 != 31)
        return lac_fail(err, LAC_USAGE,
                        "period_start and period_end must be 1 January and 31 December of one year");
    enum lac_status st = check_lists(settings, err);
    return st ? st : check_dependence(settings, err);
}
