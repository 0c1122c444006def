/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "complete.h"

#include <stdlib.h>

/* Fields that are known when they are not empty; the others follow, each with its own test. */
#define PLAIN_FIELDS(X)                                                                                      \
    X(person_ref)                                                                                            \
    X(dob)                                                                                                   \
    X(age)                                                                                                   \
    X(sex)                                                                                                   \
    X(nationality)                                                                                           \
    X(postcode)                                                                                              \
    X(lad)                                                                                                   \
    X(offence_from)                                                                                          \
    X(recorded_date) X(offence_code) X(cse_flag) X(n_suspects) X(basis) X(national_ref) X(referral_source)
enum { PLAIN_FIELD_COUNT = 15 };

static const enum lac_ingest_field plain[] = {
#define X(name) LAC_FIELD_##name,
    PLAIN_FIELDS(X)
#undef X
};
_Static_assert(LAC_COUNT(plain) == PLAIN_FIELD_COUNT && PLAIN_FIELD_COUNT + 6 == LAC_INGEST_COMPLETE_FIELDS,
               "one name for every field");

const char *const lac_ingest_complete_names[LAC_INGEST_COMPLETE_FIELDS] = {
#define X(name) #name,
    PLAIN_FIELDS(X)
#undef X
        "forename",
    "surname",
    "criterion",
    "ethnicity_self_defined",
    "ethnicity_officer_observed",
    "ethnicity_other"};
const char *const lac_ingest_case_age_words[LAC_CASE_AGES] = {"0-91", "92-365", "366+", "unknown"};

static enum lac_ingest_role role_of(const struct lac_ingest_row *row)
{
    switch (LAC_ROW_TEXT(row, role)[0]) {
    case 'V':
        return LAC_ROLE_VICTIM;
    case 'S':
        return LAC_ROLE_SUSPECT;
    case 'O':
        return LAC_ROLE_OFFENDER;
    default:
        return LAC_ROLE_FACILITATOR;
    }
}

static enum lac_ingest_case_age age_of(const struct lac_ingest_row *row, const struct lac_ingest_about *about)
{
    int32_t day = about->extract_date != LAC_INGEST_NONE ? about->extract_date : about->period_end;
    int32_t recorded = LAC_ROW_NUMBER(row, recorded_date);

    if (day == LAC_INGEST_NONE || recorded == LAC_INGEST_NONE || recorded > day) return LAC_CASE_UNKNOWN;
    return day - recorded <= 91 ? LAC_CASE_NEW : day - recorded <= 365 ? LAC_CASE_QUARTER : LAC_CASE_YEAR;
}

static enum lac_status group_of(struct lac_ingest_complete *complete, const char *force,
                                enum lac_ingest_role role, enum lac_ingest_case_age age,
                                struct lac_error *err)
{
    void *group = complete->group;
    enum lac_status status;

    for (size_t i = 0; i < complete->count; i++) {
        size_t at = (complete->last + i) % complete->count; /* mostly the group of the row before */
        const struct lac_ingest_complete_group *one = &complete->group[at];

        if (one->role != role || one->age != age || !lac_ingest_is(one->force, force)) continue;
        complete->last = at;
        return LAC_OK;
    }
    status = lac_grow(&group, &complete->capacity, complete->count + 1, sizeof *complete->group, err);
    complete->group = group;
    if (status != LAC_OK) return status;
    complete->last = complete->count++;
    complete->group[complete->last] =
        (struct lac_ingest_complete_group){.force = force, .role = role, .age = age};
    return LAC_OK;
}

/* By who says so; where the source is missing, by the frame of the code. */
static size_t ethnicity_field(const struct lac_ingest_row *row)
{
    const char *source = LAC_ROW_TEXT(row, ethnicity_source), *frame = LAC_ROW_TEXT(row, ethnicity_frame);

    if (lac_ingest_is(source, "OFFICER") || lac_ingest_is(frame, "IC")) return PLAIN_FIELD_COUNT + 4;
    if (lac_ingest_is(source, "SELF")) return PLAIN_FIELD_COUNT + 3;
    return PLAIN_FIELD_COUNT + 5;
}

/* A placeholder, a not-stated ethnicity and an unknown criterion are not known. */
enum lac_status lac_ingest_complete_row(struct lac_ingest_complete *complete,
                                        const struct lac_ingest_row *row,
                                        const struct lac_ingest_about *about, const char *force,
                                        struct lac_error *err)
{
    enum lac_status status = group_of(complete, force, role_of(row), age_of(row, about), err);
    const char *criterion = LAC_ROW_TEXT(row, criterion);
    int64_t *known;

    if (status != LAC_OK) return status;
    complete->group[complete->last].rows++;
    known = complete->group[complete->last].known;
    for (size_t k = 0; k < LAC_COUNT(plain); k++) {
        if (lac_ingest_field_is_number(plain[k]))
            known[k] += row->value[plain[k]].number != LAC_INGEST_NONE;
        else
            known[k] += row->value[plain[k]].text[0] != '\0';
    }
    known[PLAIN_FIELD_COUNT] += row->forename_folded[0] != '\0';
    known[PLAIN_FIELD_COUNT + 1] += row->surname_folded[0] != '\0';
    known[PLAIN_FIELD_COUNT + 2] += criterion[0] != '\0' && !lac_ingest_is(criterion, "UNK");
    if (lac_ingest_row_ethnicity_known(row)) known[ethnicity_field(row)]++;
    return LAC_OK;
}

void lac_ingest_complete_release(struct lac_ingest_complete *complete)
{
    free(complete->group);
    memset(complete, 0, sizeof *complete);
}
