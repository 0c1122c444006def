/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "facts.h"

#include <string.h>

#include "judge.h"

const char *const lac_ingest_role_words[LAC_ROLE_COUNT] = {"victim", "suspect", "offender", "facilitator"};

enum lac_status lac_ingest_facts_init(struct lac_ingest_facts *facts, const struct lac_ingest_codes *codes,
                                      const struct lac_ingest_about *about, struct lac_arena *arena,
                                      struct lac_error *err)
{
    *facts = (struct lac_ingest_facts){.codes = codes, .about = about};
    facts->home_force = LAC_NEW(arena, int64_t, codes->force.count);
    return facts->home_force == NULL ? lac_fail_memory(err, "a return") : LAC_OK;
}

/* A used row has one of the four. */
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

static enum lac_ingest_frame frame_of(const struct lac_ingest_row *row)
{
    static const char *const frames[] = {"SDE16", "SDE18", "SDE19", "IC", "TEXT"};
    const char *frame = LAC_ROW_TEXT(row, ethnicity_frame);

    for (size_t i = 0; i < LAC_COUNT(frames); i++)
        if (lac_ingest_is(frame, frames[i])) return (enum lac_ingest_frame)i;
    return LAC_FRAME_NONE;
}

static void add_dates(struct lac_ingest_facts *facts, const struct lac_ingest_row *row)
{
    int32_t recorded = LAC_ROW_NUMBER(row, recorded_date), last = LAC_ROW_NUMBER(row, offence_to);

    if (recorded == LAC_INGEST_NONE) return;
    facts->recorded++;
    facts->recorded_outside += recorded < facts->about->period_start || recorded > facts->about->period_end;
    if (last == LAC_INGEST_NONE) last = LAC_ROW_NUMBER(row, offence_from);
    if (last == LAC_INGEST_NONE) return;
    facts->lag++;
    facts->lag_long += recorded - last > 365;
}

static void add_person(struct lac_ingest_facts *facts, const struct lac_ingest_row *row)
{
    int32_t birth = LAC_ROW_NUMBER(row, dob);
    const char *sex = LAC_ROW_TEXT(row, sex);
    enum lac_ingest_role role = role_of(row);

    facts->role[role]++;
    facts->ethnicity_known[role] += lac_ingest_row_ethnicity_known(row);
    if (LAC_ROW_TEXT(row, ethnicity)[0] != '\0') facts->frame[frame_of(row)]++;
    facts->sex_known += sex[0] != '\0';
    facts->sex_male += sex[0] == 'M';
    facts->sex_female += sex[0] == 'F';
    if (birth == LAC_INGEST_NONE || birth % 100 == 0) return;
    facts->birth_full++;
    facts->birth_new_year += birth % 10000 == 101;
}

static void add_place(struct lac_ingest_facts *facts, const struct lac_ingest_row *row)
{
    const char *lad = LAC_ROW_TEXT(row, lad), *force;
    uint32_t at;

    if (lad[0] == '\0' || (force = lac_ingest_codes_district(facts->codes, lad)) == NULL) return;
    facts->home++;
    facts->home_outside += !lac_ingest_is(force, facts->about->force);
    if ((at = lac_dict_find(&facts->codes->force, force)) != LAC_MISSING_STR) facts->home_force[at]++;
}

static void add_evidence(struct lac_ingest_facts *facts, const struct lac_ingest_row *row)
{
    const char *status = LAC_ROW_TEXT(row, status), *criterion = LAC_ROW_TEXT(row, criterion);
    const char *source = LAC_ROW_TEXT(row, referral_source);

    facts->criterion_other +=
        criterion[0] == '\0' || lac_ingest_is(criterion, "UNK") || lac_ingest_is(criterion, "OTH");
    facts->cancelled += lac_ingest_is(status, "CANCELLED") || lac_ingest_is(status, "RECLASSIFIED");
    facts->at_risk += lac_ingest_is(LAC_ROW_TEXT(row, basis), "AT_RISK");
    facts->referred += source[0] != '\0' && !lac_ingest_is(source, facts->about->list);
}

void lac_ingest_facts_add(struct lac_ingest_facts *facts, const struct lac_ingest_row *row)
{
    facts->rows++;
    if (row->set_aside != LAC_RULE_NONE) return;
    facts->used++;
    add_dates(facts, row);
    add_person(facts, row);
    add_place(facts, row);
    add_evidence(facts, row);
}
