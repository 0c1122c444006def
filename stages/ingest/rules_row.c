/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of scope ROW, in the order of rules.def. Each looks at the row the judge stands at. */
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "judge.h"

static struct lac_ingest_row *row_of(struct lac_ingest_judge *judge)
{
    return &judge->row[judge->at];
}

static bool is_victim(const struct lac_ingest_row *row)
{
    return lac_ingest_is(LAC_ROW_TEXT(row, role), "VICTIM");
}

void lac_ingest_test_dates_outside(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_about *about = &judge->about;
    int32_t day = LAC_ROW_NUMBER(row_of(judge), recorded_date);

    if (day == LAC_INGEST_NONE || about->period_start == LAC_INGEST_NONE) return;
    if (day < about->period_start || day > about->period_end)
        lac_ingest_raise(judge, LAC_RULE_dates_outside, LAC_FIELD_recorded_date);
}

/* --- ethnicity
 * -------------------------------------------------------------------------------------------------- */

/* First frame that knows the code, or NULL. */
static const char *frame_with(const struct lac_ingest_judge *judge, const char *code)
{
    unsigned frames = lac_ingest_codes_ethnicity_frames(judge->codes, code);

    return frames == 0 ? NULL : lac_ingest_codes_frame_names[__builtin_ctz(frames)];
}

void lac_ingest_test_ethnicity_frame(struct lac_ingest_judge *judge)
{
    struct lac_ingest_row *row = row_of(judge);
    const char *code = LAC_ROW_TEXT(row, ethnicity), *frame = LAC_ROW_TEXT(row, ethnicity_frame), *other;

    if (code[0] == '\0' || frame[0] == '\0' || lac_ingest_is(frame, "TEXT")) return;
    if (lac_ingest_codes_ethnicity(judge->codes, frame, code)) return;
    if ((other = frame_with(judge, code)) == NULL) return;
    row->value[LAC_FIELD_ethnicity_frame].text = other;
    lac_ingest_raise_text(judge, LAC_RULE_ethnicity_frame, LAC_FIELD_ethnicity, other);
}

void lac_ingest_test_ethnicity_unknown(struct lac_ingest_judge *judge)
{
    struct lac_ingest_row *row = row_of(judge);
    const char *code = LAC_ROW_TEXT(row, ethnicity);

    if (code[0] == '\0' || lac_ingest_is(LAC_ROW_TEXT(row, ethnicity_frame), "TEXT")) return;
    if (frame_with(judge, code) != NULL) return;
    row->value[LAC_FIELD_ethnicity].text = "";
    lac_ingest_raise(judge, LAC_RULE_ethnicity_unknown, LAC_FIELD_ethnicity);
}

void lac_ingest_test_ethnicity_no_frame(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = row_of(judge);

    if (LAC_ROW_TEXT(row, ethnicity)[0] != '\0' && LAC_ROW_TEXT(row, ethnicity_frame)[0] == '\0')
        lac_ingest_raise(judge, LAC_RULE_ethnicity_no_frame, LAC_FIELD_ethnicity_frame);
}

void lac_ingest_test_source_conflict(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = row_of(judge);

    if (LAC_ROW_TEXT(row, ethnicity)[0] != '\0' && lac_ingest_is(LAC_ROW_TEXT(row, ethnicity_frame), "IC") &&
        lac_ingest_is(LAC_ROW_TEXT(row, ethnicity_source), "SELF"))
        lac_ingest_raise(judge, LAC_RULE_source_conflict, LAC_FIELD_ethnicity_source);
}

/* --- birth and age
 * ---------------------------------------------------------------------------------------------- */

void lac_ingest_test_birth_future(struct lac_ingest_judge *judge)
{
    struct lac_ingest_row *row = row_of(judge);
    int32_t birth = LAC_ROW_NUMBER(row, dob), day = LAC_ROW_NUMBER(row, recorded_date), first, last;

    if (day == LAC_INGEST_NONE) day = judge->about.extract_date;
    if (day == LAC_INGEST_NONE) day = LAC_ROW_NUMBER(row, offence_from);
    if (birth == LAC_INGEST_NONE || day == LAC_INGEST_NONE) return;
    lac_partial_range(birth, &first, &last);
    if (first <= day) return;
    row->value[LAC_FIELD_dob].number = LAC_INGEST_NONE;
    row->dob_recorded = lac_ingest_cells_recorded(judge, LAC_FIELD_dob);
    lac_ingest_raise(judge, LAC_RULE_birth_future, LAC_FIELD_dob);
}

/* Ages the date of birth allows on the first day of the offence; false when either is missing or the age
 * fits. */
static bool age_misfits(const struct lac_ingest_row *row, int *low, int *high)
{
    int32_t birth = LAC_ROW_NUMBER(row, dob), age = LAC_ROW_NUMBER(row, age),
            from = LAC_ROW_NUMBER(row, offence_from);

    if (birth == LAC_INGEST_NONE || age == LAC_INGEST_NONE || from == LAC_INGEST_NONE) return false;
    lac_partial_age(birth, from, low, high);
    return age < *low || age > *high;
}

static void believe_birth(struct lac_ingest_row *row, int low, int high)
{
    row->value[LAC_FIELD_age].number = low == high && low >= 0 ? low : LAC_INGEST_NONE;
}

void lac_ingest_test_age_at_report(struct lac_ingest_judge *judge)
{
    struct lac_ingest_row *row = row_of(judge);
    int32_t recorded = LAC_ROW_NUMBER(row, recorded_date), age = LAC_ROW_NUMBER(row, age);
    int low, high, then_low, then_high;

    if (recorded == LAC_INGEST_NONE || !age_misfits(row, &low, &high)) return;
    lac_partial_age(LAC_ROW_NUMBER(row, dob), recorded, &then_low, &then_high);
    if (age < then_low || age > then_high) return;
    believe_birth(row, low, high);
    lac_ingest_raise(judge, LAC_RULE_age_at_report, LAC_FIELD_age);
}

void lac_ingest_test_age_conflict(struct lac_ingest_judge *judge)
{
    struct lac_ingest_row *row = row_of(judge);
    int low, high;

    if (!age_misfits(row, &low, &high)) return;
    believe_birth(row, low, high);
    lac_ingest_raise(judge, LAC_RULE_age_conflict, LAC_FIELD_age);
}

void lac_ingest_test_age_implausible(struct lac_ingest_judge *judge)
{
    struct lac_ingest_row *row = row_of(judge);

    if (LAC_ROW_NUMBER(row, age) <= 110) return;
    row->value[LAC_FIELD_age].number = LAC_INGEST_NONE;
    lac_ingest_raise(judge, LAC_RULE_age_implausible, LAC_FIELD_age);
}

/* The age is that at offence_from; where that is empty offence_to stands for it. */
static int32_t offence_day(const struct lac_ingest_row *row)
{
    int32_t from = LAC_ROW_NUMBER(row, offence_from);

    return from != LAC_INGEST_NONE ? from : LAC_ROW_NUMBER(row, offence_to);
}

void lac_ingest_test_victim_adult(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = row_of(judge);
    bool born = LAC_ROW_NUMBER(row, dob) != LAC_INGEST_NONE;
    int low, high;

    if (is_victim(row) && lac_ingest_row_age(row, offence_day(row), &low, &high) && low >= 18)
        lac_ingest_raise(judge, LAC_RULE_victim_adult, born ? LAC_FIELD_dob : LAC_FIELD_age);
}

/* --- dates
 * ------------------------------------------------------------------------------------------------------ */

void lac_ingest_test_dates_reversed(struct lac_ingest_judge *judge)
{
    struct lac_ingest_row *row = row_of(judge);
    int32_t from = LAC_ROW_NUMBER(row, offence_from), to = LAC_ROW_NUMBER(row, offence_to);

    if (from == LAC_INGEST_NONE || to == LAC_INGEST_NONE || to >= from) return;
    row->value[LAC_FIELD_offence_to].number = LAC_INGEST_NONE;
    lac_ingest_raise(judge, LAC_RULE_dates_reversed, LAC_FIELD_offence_to);
}

void lac_ingest_test_offence_after_record(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = row_of(judge);
    int32_t from = LAC_ROW_NUMBER(row, offence_from), recorded = LAC_ROW_NUMBER(row, recorded_date);

    if (from != LAC_INGEST_NONE && recorded != LAC_INGEST_NONE && from > recorded)
        lac_ingest_raise(judge, LAC_RULE_offence_after_record, LAC_FIELD_offence_from);
}

void lac_ingest_test_date_future(struct lac_ingest_judge *judge)
{
    static const enum lac_ingest_field fields[] = {LAC_FIELD_recorded_date, LAC_FIELD_offence_from,
                                                   LAC_FIELD_offence_to};
    const struct lac_ingest_row *row = row_of(judge);
    int32_t end = judge->about.extract_date;

    if (end == LAC_INGEST_NONE) end = judge->about.received_date;
    if (end == LAC_INGEST_NONE) return;
    for (size_t i = 0; i < LAC_COUNT(fields); i++) {
        if (row->value[fields[i]].number <= end) continue;
        lac_ingest_raise(judge, LAC_RULE_date_future, fields[i]);
        return;
    }
}

/* --- offence, flags, transfers, counts
 * -------------------------------------------------------------------------- */

void lac_ingest_test_offence_unknown(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = row_of(judge);

    if (LAC_ROW_TEXT(row, offence_code)[0] != '\0' && row->offence == NULL)
        lac_ingest_raise(judge, LAC_RULE_offence_unknown, LAC_FIELD_offence_code);
}

/* The limits of the row's offence code, for a victim; NULL when there are none. */
static const struct lac_ingest_offence *victim_offence(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = row_of(judge);

    return is_victim(row) ? row->offence : NULL;
}

void lac_ingest_test_offence_age(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_offence *offence = victim_offence(judge);
    const struct lac_ingest_row *row = row_of(judge);
    int low, high;

    if (offence == NULL || offence->child_below == 0) return;
    if (lac_ingest_row_age(row, offence_day(row), &low, &high) && low >= offence->child_below)
        lac_ingest_raise(judge, LAC_RULE_offence_age, LAC_FIELD_offence_code);
}

void lac_ingest_test_offence_sex(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_offence *offence = victim_offence(judge);
    const char *sex = LAC_ROW_TEXT(row_of(judge), sex);

    if (offence == NULL || offence->sex == 0) return;
    if ((sex[0] == 'M' || sex[0] == 'F') && sex[0] != offence->sex)
        lac_ingest_raise(judge, LAC_RULE_offence_sex, LAC_FIELD_offence_code);
}

void lac_ingest_test_flag_conflict(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = row_of(judge);
    const char *criterion = LAC_ROW_TEXT(row, criterion), *flag = LAC_ROW_TEXT(row, cse_flag);
    bool other =
        lac_ingest_is(criterion, "FAM") || lac_ingest_is(criterion, "INS") || lac_ingest_is(criterion, "RIT");

    if ((lac_ingest_is(criterion, "CSE") && lac_ingest_is(flag, "N")) || (other && lac_ingest_is(flag, "Y")))
        lac_ingest_raise(judge, LAC_RULE_flag_conflict, LAC_FIELD_cse_flag);
}

void lac_ingest_test_flag_offence(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = row_of(judge);

    if (!lac_ingest_is(LAC_ROW_TEXT(row, cse_flag), "N") ||
        lac_ingest_is(LAC_ROW_TEXT(row, criterion), "CSE"))
        return;
    if (row->offence != NULL && row->offence->exploits)
        lac_ingest_raise(judge, LAC_RULE_flag_offence, LAC_FIELD_cse_flag);
}

void lac_ingest_test_operation_word(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = row_of(judge);
    const char *operation = LAC_ROW_TEXT(row, operation);
    char folded[256];

    if (operation[0] == '\0' || lac_ingest_is(LAC_ROW_TEXT(row, criterion), "CSE") ||
        lac_ingest_is(LAC_ROW_TEXT(row, cse_flag), "Y"))
        return;
    if (lac_text_fold_name(operation, folded, sizeof folded) != (size_t)-1 &&
        lac_ingest_codes_operation(judge->codes, folded))
        lac_ingest_raise(judge, LAC_RULE_operation_word, LAC_FIELD_operation);
}

void lac_ingest_test_postcode_district(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = row_of(judge);

    if (LAC_ROW_TEXT(row, postcode)[0] == '\0' || row->district == LAC_MISSING_STR) return;
    if (!lac_ingest_codes_near(judge->codes, LAC_ROW_TEXT(row, postcode),
                               judge->codes->district_force_at[row->district]))
        lac_ingest_raise(judge, LAC_RULE_postcode_district, LAC_FIELD_postcode);
}

void lac_ingest_test_transfer_incomplete(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = row_of(judge);

    if (!lac_ingest_is(LAC_ROW_TEXT(row, status), "TRANSFERRED")) return;
    if (LAC_ROW_TEXT(row, transfer_force)[0] == '\0' || LAC_ROW_TEXT(row, transfer_ref)[0] == '\0')
        lac_ingest_raise(judge, LAC_RULE_transfer_incomplete, LAC_FIELD_transfer_ref);
}

void lac_ingest_test_transfer_status(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = row_of(judge);

    if (LAC_ROW_TEXT(row, transfer_ref)[0] != '\0' &&
        !lac_ingest_is(LAC_ROW_TEXT(row, status), "TRANSFERRED"))
        lac_ingest_raise(judge, LAC_RULE_transfer_status, LAC_FIELD_status);
}

void lac_ingest_test_unidentified_more(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_row *row = row_of(judge);
    int32_t all = LAC_ROW_NUMBER(row, n_suspects),
            unidentified = LAC_ROW_NUMBER(row, n_suspects_unidentified);

    if (all != LAC_INGEST_NONE && unidentified > all)
        lac_ingest_raise_counts(judge, LAC_RULE_unidentified_more, LAC_FIELD_n_suspects_unidentified,
                                unidentified, all);
}
