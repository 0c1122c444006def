/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of scope CASE and RETURN, in the order of rules.def. */
#include <string.h>

#include "base/date.h"
#include "judge.h"
#include "share.h"

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

/* Children who share images among themselves: nobody is known to be of age, and somebody's age is known. */
void lac_ingest_test_peer_images(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_case *one = judge->one;

    if (one->images == one->rows && one->suspects >= 2 && one->oldest != LAC_INGEST_NONE && one->oldest < 18)
        lac_ingest_raise(judge, LAC_RULE_peer_images, LAC_FIELD_image_only);
}

/* --- shares of the used rows
 * ------------------------------------------------------------------------------------ */

static int64_t percent(int64_t part, int64_t whole)
{
    return whole == 0 ? 0 : (part * 200 + whole) / (2 * whole); /* rounded to the nearest */
}

static bool above(int64_t part, int64_t whole, double share)
{
    return (double)part > share * (double)whole;
}

static bool below(int64_t part, int64_t whole, double share)
{
    return (double)part < share * (double)whole;
}

static bool enough(const struct lac_ingest_judge *judge, int64_t rows)
{
    return rows >= judge->limits->rows_minimum;
}

/* --- periods
 * ---------------------------------------------------------------------------------------------------- */

void lac_ingest_test_period_mismatch(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_facts *facts = &judge->facts;

    if (judge->about.period_start == LAC_INGEST_NONE || !enough(judge, facts->recorded)) return;
    if (above(facts->recorded_outside, facts->recorded, judge->limits->outside_maximum))
        lac_ingest_raise_counts(judge, LAC_RULE_period_mismatch, LAC_FIELD_recorded_date,
                                facts->recorded_outside, facts->recorded);
}

void lac_ingest_test_bulk_old(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_facts *facts = &judge->facts;

    if (enough(judge, facts->lag) && above(facts->lag_long, facts->lag, judge->limits->old_maximum))
        lac_ingest_raise_counts(judge, LAC_RULE_bulk_old, LAC_FIELD_recorded_date,
                                percent(facts->lag_long, facts->lag), facts->lag);
}

/* --- completeness
 * ----------------------------------------------------------------------------------------------- */

void lac_ingest_test_ethnicity_incomplete(struct lac_ingest_judge *judge)
{
    for (int role = 0; role < LAC_ROLE_COUNT; role++) {
        int64_t rows = judge->facts.role[role], known = judge->facts.ethnicity_known[role];

        if (!enough(judge, rows) || !below(known, rows, judge->limits->completeness_minimum)) continue;
        lac_ingest_raise_all(judge,
                             (struct lac_ingest_finding){.rule = LAC_RULE_ethnicity_incomplete,
                                                         .a = percent(known, rows),
                                                         .b = rows,
                                                         .text = lac_ingest_role_words[role]},
                             LAC_FIELD_ethnicity);
    }
}

void lac_ingest_test_sex_incomplete(struct lac_ingest_judge *judge)
{
    int64_t rows = judge->facts.used, known = judge->facts.sex_known;

    if (enough(judge, rows) && below(known, rows, judge->limits->completeness_minimum))
        lac_ingest_raise_counts(judge, LAC_RULE_sex_incomplete, LAC_FIELD_sex, percent(known, rows), rows);
}

void lac_ingest_test_frames_mixed(struct lac_ingest_judge *judge)
{
    int64_t seen = 0;

    for (int frame = LAC_FRAME_SDE16; frame <= LAC_FRAME_SDE19; frame++)
        seen += judge->facts.frame[frame] > 0;
    if (seen > 1) lac_ingest_raise_counts(judge, LAC_RULE_frames_mixed, LAC_FIELD_ethnicity_frame, seen, 0);
}

void lac_ingest_test_sources_pooled(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_facts *facts = &judge->facts;

    if (facts->own_answer > 0 && facts->observed > 0 && enough(judge, facts->own_answer + facts->observed))
        lac_ingest_raise_counts(judge, LAC_RULE_sources_pooled, LAC_FIELD_ethnicity_source, facts->own_answer,
                                facts->observed);
}

/* One in 365 is expected; three or more above the limit are a heap. */
void lac_ingest_test_birth_heap(struct lac_ingest_judge *judge)
{
    int64_t full = judge->facts.birth_full, heap = judge->facts.birth_new_year;

    if (enough(judge, full) && heap >= 3 && above(heap, full, judge->limits->heap_maximum))
        lac_ingest_raise_counts(judge, LAC_RULE_birth_heap, LAC_FIELD_dob, heap, full);
}

void lac_ingest_test_other_share(struct lac_ingest_judge *judge)
{
    int64_t rows = judge->facts.used, other = judge->facts.criterion_other;

    if (enough(judge, rows) && above(other, rows, judge->limits->other_share_maximum))
        lac_ingest_raise_counts(judge, LAC_RULE_other_share, LAC_FIELD_criterion, percent(other, rows), rows);
}

void lac_ingest_test_flag_elsewhere(struct lac_ingest_judge *judge)
{
    int64_t flagged = judge->facts.flagged, elsewhere = judge->facts.flagged_elsewhere;

    if (enough(judge, flagged) && above(elsewhere, flagged, judge->limits->other_share_maximum))
        lac_ingest_raise_counts(judge, LAC_RULE_flag_elsewhere, LAC_FIELD_cse_flag,
                                percent(elsewhere, flagged), flagged);
}

/* --- shape and identity
 * --------------------------------------------------------------------------------------------- */

#define MERGED_MINIMUM 3 /* fewer may be slips */

void lac_ingest_test_merged_cells(struct lac_ingest_judge *judge)
{
    if (judge->facts.merged >= MERGED_MINIMUM)
        lac_ingest_raise_counts(judge, LAC_RULE_merged_cells, LAC_FIELD_local_ref, judge->facts.merged, 0);
}

/* Every row a case of its own, though many rows say that there were more victims. */
void lac_ingest_test_reference_each(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_facts *facts = &judge->facts;

    if (enough(judge, facts->used) && facts->cases == facts->used &&
        above(facts->more_declared, facts->used, judge->limits->other_share_maximum))
        lac_ingest_raise_counts(judge, LAC_RULE_reference_each, LAC_FIELD_local_ref, facts->used,
                                facts->more_declared);
}

void lac_ingest_test_name_only(struct lac_ingest_judge *judge)
{
    int64_t named = judge->facts.named, bare = judge->facts.name_only;

    if (enough(judge, named) && above(bare, named, judge->limits->other_share_maximum))
        lac_ingest_raise_counts(judge, LAC_RULE_name_only, LAC_FIELD_dob, percent(bare, named), named);
}

#define UNEVEN_MINIMUM 0.2 /* difference of shares that is worth a word */

/* Each group against all others; a difference of one in five that chance makes with a probability below the
 * limit (normal approximation of two shares). One finding, of the group that is worst off. */
void lac_ingest_test_identity_uneven(struct lac_ingest_judge *judge)
{
    const struct lac_ingest_facts *facts = &judge->facts;
    int64_t rows = 0, known = 0;
    double worst = UNEVEN_MINIMUM;
    int found = -1;

    for (int g = 0; g < LAC_GROUP_COUNT; g++) {
        rows += facts->group[g];
        known += facts->group_identified[g];
    }
    for (int g = 0; g < LAC_GROUP_COUNT; g++) {
        struct lac_ingest_share one = {facts->group_identified[g], facts->group[g]};
        struct lac_ingest_share other = {known - one.part, rows - one.whole};
        double less;

        if (!enough(judge, one.whole) || !enough(judge, other.whole)) continue;
        less = (double)other.part / (double)other.whole - (double)one.part / (double)one.whole;
        if (less < worst || !lac_ingest_shares_differ(one, other, judge->limits->tail_minimum)) continue;
        worst = less;
        found = g;
    }
    if (found < 0) return;
    lac_ingest_raise_all(judge,
                         (struct lac_ingest_finding){
                             .rule = LAC_RULE_identity_uneven,
                             .a = percent(facts->group_identified[found], facts->group[found]),
                             .b = percent(known - facts->group_identified[found], rows - facts->group[found]),
                             .text = lac_ingest_group_words[found]},
                         LAC_FIELD_dob);
}

/* --- place
 * ------------------------------------------------------------------------------------------------------ */

/* The other force in which most homes lie, and how many. */
static const char *commonest_other(const struct lac_ingest_judge *judge, int64_t *most)
{
    const char *common = NULL;

    *most = 0;
    for (uint32_t f = 0; f < judge->codes->force.count; f++) {
        const char *gss = lac_dict_text(&judge->codes->force, f);

        if (judge->facts.home_force[f] <= *most || lac_ingest_is(gss, judge->about.force)) continue;
        *most = judge->facts.home_force[f];
        common = gss;
    }
    return common;
}

/* Either most homes lie in one other force (another force's file) or many lie outside; one finding. */
void lac_ingest_test_other_force(struct lac_ingest_judge *judge)
{
    int64_t known = judge->facts.home, most;
    const char *other;

    if (judge->about.force[0] == '\0' || !enough(judge, known)) return;
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
    int64_t known = judge->facts.home, outside = judge->facts.home_outside, most;

    if (judge->about.force[0] == '\0' || !enough(judge, known)) return;
    if (!above(outside, known, judge->limits->outside_maximum)) return;
    if (commonest_other(judge, &most) != NULL && above(most, known, judge->limits->other_force_maximum))
        return;
    lac_ingest_raise_counts(judge, LAC_RULE_place_conflict, LAC_FIELD_lad, percent(outside, known), known);
}

/* --- evidence
 * --------------------------------------------------------------------------------------------------- */

void lac_ingest_test_cancelled_kept(struct lac_ingest_judge *judge)
{
    int64_t n = judge->facts.cancelled;

    if (n > 0) lac_ingest_raise_counts(judge, LAC_RULE_cancelled_kept, LAC_FIELD_status, n, 0);
}

void lac_ingest_test_at_risk(struct lac_ingest_judge *judge)
{
    int64_t n = judge->facts.at_risk;

    if (n > 0) lac_ingest_raise_counts(judge, LAC_RULE_at_risk, LAC_FIELD_basis, n, 0);
}

void lac_ingest_test_derived_share(struct lac_ingest_judge *judge)
{
    int64_t rows = judge->facts.used, n = judge->facts.referred;

    if (enough(judge, rows) && above(n, rows, judge->limits->derived_maximum))
        lac_ingest_raise_counts(judge, LAC_RULE_derived_share, LAC_FIELD_referral_source, percent(n, rows),
                                rows);
}
