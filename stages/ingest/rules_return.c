/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of scope CASE and RETURN, in the order of rules.def. */
#include <string.h>

#include "base/date.h"
#include "judge.h"

/* --- cases
 * ------------------------------------------------------------------------------------------------------ */

void lac_ingest_test_one_suspect(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_case *one = judge->one;

    if (one->criterion_cse && one->n_suspects == 1 && one->suspects <= 1 && one->facilitators == 0)
        lac_ingest_raise(judge, LAC_RULE_one_suspect, LAC_FIELD_n_suspects);
}

void lac_ingest_test_group_unflagged(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_case *one = judge->one;
    int32_t suspects = one->n_suspects > one->suspects ? one->n_suspects : one->suspects;

    if (suspects >= 2 && !one->criterion_set && !one->flag_set)
        lac_ingest_raise_counts(judge, LAC_RULE_group_unflagged, LAC_FIELD_criterion, suspects, 0);
}

/* Lists that report no suspects at all declare counts without rows: nothing to compare. */
void lac_ingest_test_suspects_differ(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_case *one = judge->one;
    int32_t unidentified = one->n_unidentified == LAC_INGEST_NONE ? 0 : one->n_unidentified;
    int32_t identified = one->n_suspects - unidentified;

    if (one->n_suspects == LAC_INGEST_NONE || one->suspects == 0 || !one->suspects_told_apart) return;
    if (one->suspects < identified || one->suspects > one->n_suspects)
        lac_ingest_raise_counts(judge, LAC_RULE_suspects_differ, LAC_FIELD_n_suspects, identified,
                                one->suspects);
}

void lac_ingest_test_victims_differ(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_case *one = judge->one;

    if (one->n_victims != LAC_INGEST_NONE && one->victims > 0 && one->victims != one->n_victims)
        lac_ingest_raise_counts(judge, LAC_RULE_victims_differ, LAC_FIELD_n_victims, one->n_victims,
                                one->victims);
}

/* --- counting over used rows
 * ------------------------------------------------------------------------------------ */

typedef bool row_test(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row);

static int64_t count_rows(const struct lac_ingest_judge *judge, row_test *test)
{
    int64_t n = 0;

    for (size_t i = 0; i < judge->sheet->rows; i++) {
        const struct lac_ingest_row *row = &judge->row[i];

        if (row->set_aside == LAC_RULE_NONE && test(judge, row)) n++;
    }
    return n;
}

static int64_t percent(int64_t part, int64_t whole)
{
    return whole == 0 ? 0 : (part * 200 + whole) / (2 * whole); /* rounded to the nearest */
}

static bool above(int64_t part, int64_t whole, double share)
{
    return (double)part > share * (double)whole;
}

static bool enough(const struct lac_ingest_judge *judge, int64_t rows)
{
    return rows >= judge->limits->rows_minimum;
}

/* --- periods
 * ---------------------------------------------------------------------------------------------------- */

static bool has_recorded(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    (void)judge;
    return LAC_ROW_NUMBER(row, recorded_date) != LAC_INGEST_NONE;
}

static bool recorded_outside(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    int32_t day = LAC_ROW_NUMBER(row, recorded_date);

    return day != LAC_INGEST_NONE && (day < judge->about.period_start || day > judge->about.period_end);
}

void lac_ingest_test_period_mismatch(struct lac_ingest_judge *judge)
{
    int64_t known = count_rows(judge, has_recorded), outside;

    if (judge->about.period_start == LAC_INGEST_NONE || !enough(judge, known)) return;
    outside = count_rows(judge, recorded_outside);
    if (above(outside, known, judge->limits->outside_maximum))
        lac_ingest_raise_counts(judge, LAC_RULE_period_mismatch, LAC_FIELD_recorded_date, outside, known);
}

static bool has_lag(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    return has_recorded(judge, row) && (LAC_ROW_NUMBER(row, offence_from) != LAC_INGEST_NONE ||
                                        LAC_ROW_NUMBER(row, offence_to) != LAC_INGEST_NONE);
}

static bool long_lag(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    int32_t last = LAC_ROW_NUMBER(row, offence_to);

    if (!has_lag(judge, row)) return false;
    if (last == LAC_INGEST_NONE) last = LAC_ROW_NUMBER(row, offence_from);
    return LAC_ROW_NUMBER(row, recorded_date) - last > 365;
}

void lac_ingest_test_bulk_old(struct lac_ingest_judge *judge)
{
    int64_t known = count_rows(judge, has_lag), old = count_rows(judge, long_lag);

    if (enough(judge, known) && above(old, known, judge->limits->old_maximum))
        lac_ingest_raise_counts(judge, LAC_RULE_bulk_old, LAC_FIELD_recorded_date, percent(old, known),
                                known);
}

/* --- completeness
 * ----------------------------------------------------------------------------------------------- */

void lac_ingest_test_ethnicity_incomplete(struct lac_ingest_judge *judge)
{
    static const char *const roles[] = {"VICTIM", "SUSPECT", "OFFENDER", "FACILITATOR"};
    static const char *const words[] = {"victim", "suspect", "offender", "facilitator"};

    for (size_t k = 0; k < LAC_COUNT(roles); k++) {
        int64_t rows = 0, known = 0;

        for (size_t i = 0; i < judge->sheet->rows; i++) {
            const struct lac_ingest_row *row = &judge->row[i];

            if (row->set_aside != LAC_RULE_NONE || !lac_ingest_is(LAC_ROW_TEXT(row, role), roles[k]))
                continue;
            rows++;
            known += lac_ingest_row_ethnicity_known(row);
        }
        if (!enough(judge, rows) || !above(rows - known, rows, 1 - judge->limits->completeness_minimum))
            continue;
        lac_ingest_raise_all(judge,
                             (struct lac_ingest_finding){.rule = LAC_RULE_ethnicity_incomplete,
                                                         .a = percent(known, rows),
                                                         .b = rows,
                                                         .text = words[k]},
                             LAC_FIELD_ethnicity);
    }
}

static bool sex_known(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    (void)judge;
    return LAC_ROW_TEXT(row, sex)[0] != '\0';
}

void lac_ingest_test_sex_incomplete(struct lac_ingest_judge *judge)
{
    int64_t rows = (int64_t)judge->used, known = count_rows(judge, sex_known);

    if (enough(judge, rows) && above(rows - known, rows, 1 - judge->limits->completeness_minimum))
        lac_ingest_raise_counts(judge, LAC_RULE_sex_incomplete, LAC_FIELD_sex, percent(known, rows), rows);
}

void lac_ingest_test_frames_mixed(struct lac_ingest_judge *judge)
{
    static const char *const frames[] = {"SDE16", "SDE18", "SDE19"};
    int64_t seen = 0;

    for (size_t k = 0; k < LAC_COUNT(frames); k++) {
        for (size_t i = 0; i < judge->sheet->rows; i++) {
            const struct lac_ingest_row *row = &judge->row[i];

            if (row->set_aside != LAC_RULE_NONE || LAC_ROW_TEXT(row, ethnicity)[0] == '\0' ||
                !lac_ingest_is(LAC_ROW_TEXT(row, ethnicity_frame), frames[k]))
                continue;
            seen++;
            break;
        }
    }
    if (seen > 1) lac_ingest_raise_counts(judge, LAC_RULE_frames_mixed, LAC_FIELD_ethnicity_frame, seen, 0);
}

static bool full_birth(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    int32_t birth = LAC_ROW_NUMBER(row, dob);

    (void)judge;
    return birth != LAC_INGEST_NONE && birth % 100 != 0;
}

static bool new_year(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    (void)judge;
    return LAC_ROW_NUMBER(row, dob) != LAC_INGEST_NONE && LAC_ROW_NUMBER(row, dob) % 10000 == 101;
}

/* One in 365 is expected; three or more above the limit are a heap. */
void lac_ingest_test_birth_heap(struct lac_ingest_judge *judge)
{
    int64_t full = count_rows(judge, full_birth), heap = count_rows(judge, new_year);

    if (enough(judge, full) && heap >= 3 && above(heap, full, judge->limits->heap_maximum))
        lac_ingest_raise_counts(judge, LAC_RULE_birth_heap, LAC_FIELD_dob, heap, full);
}

static bool criterion_other(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    const char *criterion = LAC_ROW_TEXT(row, criterion);

    (void)judge;
    return criterion[0] == '\0' || lac_ingest_is(criterion, "UNK") || lac_ingest_is(criterion, "OTH");
}

void lac_ingest_test_other_share(struct lac_ingest_judge *judge)
{
    int64_t rows = (int64_t)judge->used, other = count_rows(judge, criterion_other);

    if (enough(judge, rows) && above(other, rows, judge->limits->other_share_maximum))
        lac_ingest_raise_counts(judge, LAC_RULE_other_share, LAC_FIELD_criterion, percent(other, rows), rows);
}

/* --- place
 * ------------------------------------------------------------------------------------------------------ */

static const char *home_force(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    return lac_ingest_codes_district(judge->codes, LAC_ROW_TEXT(row, lad));
}

static bool home_known(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    return home_force(judge, row) != NULL;
}

static bool home_outside(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    const char *force = home_force(judge, row);

    return force != NULL && !lac_ingest_is(force, judge->about.force);
}

/* The other force in which most homes lie, and how many. */
static const char *commonest_other(const struct lac_ingest_judge *judge, int64_t *most)
{
    const char *common = NULL;

    *most = 0;
    for (uint32_t f = 0; f < judge->codes->force.count; f++) {
        const char *gss = lac_dict_text(&judge->codes->force, f);
        int64_t n = 0;

        if (lac_ingest_is(gss, judge->about.force)) continue;
        for (size_t i = 0; i < judge->sheet->rows; i++) {
            const char *force =
                judge->row[i].set_aside == LAC_RULE_NONE ? home_force(judge, &judge->row[i]) : NULL;

            n += force != NULL && lac_ingest_is(force, gss);
        }
        if (n <= *most) continue;
        *most = n;
        common = gss;
    }
    return common;
}

/* Either most homes lie in one other force (another force's file) or many lie outside; one finding. */
void lac_ingest_test_other_force(struct lac_ingest_judge *judge)
{
    int64_t known = count_rows(judge, home_known), outside = count_rows(judge, home_outside), most;
    const char *other;

    if (judge->about.force[0] == '\0' || !enough(judge, known)) return;
    if (!above(outside, known, judge->limits->other_force_maximum)) return;
    other = commonest_other(judge, &most);
    if (other == NULL || !above(most, known, judge->limits->other_force_maximum)) return;
    lac_ingest_raise_all(
        judge,
        (struct lac_ingest_finding){.rule = LAC_RULE_other_force,
                                    .a = percent(most, known),
                                    .text = lac_ingest_codes_force_name(judge->codes, other)},
        LAC_FIELD_lad);
}

void lac_ingest_test_place_conflict(struct lac_ingest_judge *judge)
{
    int64_t known = count_rows(judge, home_known), outside = count_rows(judge, home_outside), most;

    if (judge->about.force[0] == '\0' || !enough(judge, known)) return;
    if (!above(outside, known, judge->limits->outside_maximum)) return;
    if (commonest_other(judge, &most) != NULL && above(most, known, judge->limits->other_force_maximum))
        return;
    lac_ingest_raise_counts(judge, LAC_RULE_place_conflict, LAC_FIELD_lad, percent(outside, known), known);
}

/* --- evidence
 * --------------------------------------------------------------------------------------------------- */

static bool cancelled(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    const char *status = LAC_ROW_TEXT(row, status);

    (void)judge;
    return lac_ingest_is(status, "CANCELLED") || lac_ingest_is(status, "RECLASSIFIED");
}

void lac_ingest_test_cancelled_kept(struct lac_ingest_judge *judge)
{
    int64_t n = count_rows(judge, cancelled);

    if (n > 0) lac_ingest_raise_counts(judge, LAC_RULE_cancelled_kept, LAC_FIELD_status, n, 0);
}

static bool only_at_risk(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    (void)judge;
    return lac_ingest_is(LAC_ROW_TEXT(row, basis), "AT_RISK");
}

void lac_ingest_test_at_risk(struct lac_ingest_judge *judge)
{
    int64_t n = count_rows(judge, only_at_risk);

    if (n > 0) lac_ingest_raise_counts(judge, LAC_RULE_at_risk, LAC_FIELD_basis, n, 0);
}

static bool referred(const struct lac_ingest_judge *judge, const struct lac_ingest_row *row)
{
    const char *source = LAC_ROW_TEXT(row, referral_source);

    return source[0] != '\0' && !lac_ingest_is(source, judge->about.list);
}

void lac_ingest_test_derived_share(struct lac_ingest_judge *judge)
{
    int64_t rows = (int64_t)judge->used, n = count_rows(judge, referred);

    if (enough(judge, rows) && above(n, rows, judge->limits->derived_maximum))
        lac_ingest_raise_counts(judge, LAC_RULE_derived_share, LAC_FIELD_referral_source, percent(n, rows),
                                rows);
}
