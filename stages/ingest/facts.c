/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "facts.h"

#include <string.h>

#include "base/digest.h"
#include "judge.h"

const char *const lac_ingest_role_words[LAC_ROLE_COUNT] = {"victim", "suspect", "offender", "facilitator"};
const char *const lac_ingest_group_words[LAC_GROUP_COUNT] = {"White", "Mixed", "Asian", "Black", "Other"};

enum lac_status lac_ingest_facts_init(struct lac_ingest_facts *facts, const struct lac_ingest_codes *codes,
                                      const struct lac_ingest_about *about, struct lac_arena *arena,
                                      struct lac_error *err)
{
    *facts = (struct lac_ingest_facts){.codes = codes, .about = about};
    facts->home_force = LAC_NEW(arena, int64_t, codes->force.count);
    facts->district = LAC_NEW(arena, uint32_t, codes->district.count);
    if (facts->home_force == NULL || facts->district == NULL) return lac_fail_memory(err, "a return");
    lac_ingest_sample_init(&facts->persons);
    lac_ingest_sample_init(&facts->references);
    return LAC_OK;
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

/* --- tallies
 * ---------------------------------------------------------------------------------------------------- */

/* The first eight bytes. */
static uint64_t pack(const char *text)
{
    uint64_t code = 0;

    for (int i = 0; i < 8 && text[i] != '\0'; i++) code |= (uint64_t)(unsigned char)text[i] << (8 * i);
    return code;
}

uint64_t lac_ingest_reference_code(const char *reference)
{
    uint64_t code = 0;

    for (int i = 0; i < 8; i++) {
        char c = reference[i];

        if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        if (c < 'A' || c > 'Z') break;
        code |= (uint64_t)(unsigned char)c << (8 * i);
    }
    return code;
}

static void add_code(struct lac_ingest_tally *tally, uint64_t code)
{
    size_t at = tally->last;

    if (code == 0) return;
    tally->all++;
    if (at >= tally->count || tally->code[at] != code)
        for (at = 0; at < tally->count && tally->code[at] != code;) at++;
    if (at == LAC_TALLY_SIZE) return;
    if (at == tally->count) tally->code[tally->count++] = code;
    tally->rows[at]++;
    tally->last = at;
}

int64_t lac_ingest_tally_rows(const struct lac_ingest_tally *tally, uint64_t code)
{
    for (size_t i = 0; i < tally->count; i++)
        if (tally->code[i] == code) return tally->rows[i];
    return 0;
}

uint64_t lac_ingest_tally_top(const struct lac_ingest_tally *tally)
{
    uint64_t top = 0;
    int64_t most = 0;

    for (size_t i = 0; i < tally->count; i++) {
        if (tally->rows[i] < most || (tally->rows[i] == most && tally->code[i] > top)) continue;
        most = tally->rows[i];
        top = tally->code[i];
    }
    return top;
}

static void add_codes(struct lac_ingest_facts *facts, const struct lac_ingest_row *row)
{
    add_code(&facts->tally[LAC_TALLY_SEX], pack(LAC_ROW_TEXT(row, sex)));
    add_code(&facts->tally[LAC_TALLY_ETHNICITY], pack(LAC_ROW_TEXT(row, ethnicity)));
    add_code(&facts->tally[LAC_TALLY_NATIONALITY], pack(LAC_ROW_TEXT(row, nationality)));
    add_code(&facts->tally[LAC_TALLY_OFFENCE], pack(LAC_ROW_TEXT(row, offence_code)));
    add_code(&facts->tally[LAC_TALLY_CRITERION], pack(LAC_ROW_TEXT(row, criterion)));
    add_code(&facts->tally[LAC_TALLY_BASIS], pack(LAC_ROW_TEXT(row, basis)));
    add_code(&facts->tally[LAC_TALLY_REFERENCE], lac_ingest_reference_code(LAC_ROW_TEXT(row, local_ref)));
}

/* --- rows
 * ------------------------------------------------------------------------------------------------------- */

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

/* By the letter of a self-defined code or the number of an observed one; Chinese counts as Asian, as since
 * 2011. Negative: not known. */
static int group_of(const char *code)
{
    static const char letters[] = "WMABO";
    static const char observed[] = "-003224"; /* IC1 to IC6 */
    const char *at;

    if (lac_ingest_is(code, "O1")) return 2;
    if (code[0] == 'I' && code[1] == 'C')
        return code[2] >= '1' && code[2] <= '6' ? observed[code[2] - '0'] - '0' : -1;
    at = code[0] == '\0' ? NULL : strchr(letters, code[0]);
    return at == NULL ? -1 : (int)(at - letters);
}

static void add_ethnicity(struct lac_ingest_facts *facts, const struct lac_ingest_row *row)
{
    const char *source = LAC_ROW_TEXT(row, ethnicity_source);
    enum lac_ingest_frame frame = frame_of(row);
    int group = frame == LAC_FRAME_TEXT ? -1 : group_of(LAC_ROW_TEXT(row, ethnicity));
    int32_t birth = LAC_ROW_NUMBER(row, dob);

    facts->frame[frame]++;
    facts->own_answer += frame <= LAC_FRAME_SDE19 && lac_ingest_is(source, "SELF");
    facts->observed += frame == LAC_FRAME_IC || lac_ingest_is(source, "OFFICER");
    if (group < 0) return;
    facts->group[group]++;
    facts->group_identified[group] += row->surname_folded[0] != '\0' && row->forename_folded[0] != '\0' &&
                                      birth != LAC_INGEST_NONE && birth % 100 != 0;
}

static uint64_t person_hash(const struct lac_ingest_row *row)
{
    int32_t birth = LAC_ROW_NUMBER(row, dob);
    uint64_t hash = lac_hash64(row->forename_folded, strlen(row->forename_folded), 1);

    hash = lac_hash64(row->surname_folded, strlen(row->surname_folded), hash);
    return lac_hash64(&birth, sizeof birth, hash);
}

static void add_identity(struct lac_ingest_facts *facts, const struct lac_ingest_row *row)
{
    const char *reference = LAC_ROW_TEXT(row, person_ref);
    bool named = row->surname_folded[0] != '\0', born = LAC_ROW_NUMBER(row, dob) != LAC_INGEST_NONE;
    bool full = named && row->forename_folded[0] != '\0' && born && LAC_ROW_NUMBER(row, dob) % 100 != 0;
    uint64_t person = full ? person_hash(row) : 0;
    uint64_t key = reference[0] == '\0' ? 0 : lac_hash64(reference, strlen(reference), 2);

    facts->named += named;
    facts->name_only += named && !born && LAC_ROW_NUMBER(row, age) == LAC_INGEST_NONE &&
                        LAC_ROW_TEXT(row, postcode)[0] == '\0' && LAC_ROW_TEXT(row, national_ref)[0] == '\0';
    if (full) lac_ingest_sample_add(&facts->persons, person, key);
    if (full && key != 0) lac_ingest_sample_add(&facts->references, key, person);
}

static void add_person(struct lac_ingest_facts *facts, const struct lac_ingest_row *row)
{
    int32_t birth = LAC_ROW_NUMBER(row, dob);
    const char *sex = LAC_ROW_TEXT(row, sex);
    enum lac_ingest_role role = role_of(row);

    facts->role[role]++;
    facts->ethnicity_known[role] += lac_ingest_row_ethnicity_known(row);
    if (LAC_ROW_TEXT(row, ethnicity)[0] != '\0') add_ethnicity(facts, row);
    facts->sex_known += sex[0] != '\0';
    facts->sex_male += sex[0] == 'M';
    facts->sex_female += sex[0] == 'F';
    if (birth == LAC_INGEST_NONE || birth % 100 == 0) return;
    facts->birth_full++;
    facts->birth_new_year += birth % 10000 == 101;
}

static void add_place(struct lac_ingest_facts *facts, const struct lac_ingest_row *row)
{
    uint32_t at = row->district, force;

    if (at == LAC_MISSING_STR) return;
    facts->district[at]++;
    force = facts->codes->district_force_at[at];
    facts->home++;
    facts->home_outside += !lac_ingest_is(facts->codes->district_force[at], facts->about->force);
    if (force != LAC_MISSING_STR) facts->home_force[force]++;
}

static void add_evidence(struct lac_ingest_facts *facts, const struct lac_ingest_row *row)
{
    const char *status = LAC_ROW_TEXT(row, status), *criterion = LAC_ROW_TEXT(row, criterion);
    const char *source = LAC_ROW_TEXT(row, referral_source);

    facts->criterion_other +=
        criterion[0] == '\0' || lac_ingest_is(criterion, "UNK") || lac_ingest_is(criterion, "OTH");
    facts->cancelled += lac_ingest_is(status, "CANCELLED") || lac_ingest_is(status, "RECLASSIFIED");
    facts->at_risk += lac_ingest_is(LAC_ROW_TEXT(row, basis), "AT_RISK");
    if (lac_ingest_is(LAC_ROW_TEXT(row, cse_flag), "Y") && LAC_ROW_TEXT(row, offence_code)[0] != '\0') {
        facts->flagged++;
        facts->flagged_elsewhere += row->offence == NULL;
    }
    facts->more_declared += LAC_ROW_NUMBER(row, n_victims) > 1;
    facts->referred += source[0] != '\0' && !lac_ingest_is(source, facts->about->list);
}

/* A row without a reference below one that has it, and so on down, as a spreadsheet leaves merged cells. */
static void add_merged(struct lac_ingest_facts *facts, const struct lac_ingest_row *row)
{
    bool without = row->set_aside == LAC_RULE_no_reference && LAC_ROW_TEXT(row, role)[0] != '\0';

    if (without)
        facts->merged += facts->below_reference;
    else
        facts->below_reference = LAC_ROW_TEXT(row, local_ref)[0] != '\0';
}

void lac_ingest_facts_add(struct lac_ingest_facts *facts, const struct lac_ingest_row *row)
{
    facts->rows++;
    add_merged(facts, row);
    if (row->set_aside != LAC_RULE_NONE) return;
    facts->used++;
    add_dates(facts, row);
    add_person(facts, row);
    add_identity(facts, row);
    add_place(facts, row);
    add_evidence(facts, row);
    add_codes(facts, row);
}

void lac_ingest_facts_end(struct lac_ingest_facts *facts)
{
    lac_ingest_sample_finish(&facts->persons);
    lac_ingest_sample_finish(&facts->references);
}
