/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a clerk writes down of a person: the fields of one row that depend on who it is. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/date.h"
#include "base/digest.h"
#include "rows.h"

/* Share of rows, judgement. */
#define AGE_GIVEN 0.6
#define AGE_GIVEN_WITHOUT_BIRTH 0.8
#define NATIONALITY_GIVEN 0.6
#define REFERENCE_GIVEN 0.35
#define OFFICER_FRAME 0.5

struct clerk {
    const struct lac_simulate_nation *nation;
    const struct lac_simulate_crime *crime;
    const struct lac_simulate_list_settings *list;
    const struct lac_simulate_noise_settings *noise;
    const struct lac_simulate_person *person;
    uint32_t index;
    struct lac_random random;
    struct lac_simulate_row *row;
};

static bool chance(struct clerk *c, double probability)
{
    return lac_random_uniform(&c->random) < probability;
}

/* A rate of the noise section, scaled for the list. */
static bool slip(struct clerk *c, double rate)
{
    double p = rate * c->list->noise;
    return chance(c, p < 1 ? p : 1);
}

uint32_t lac_simulate_scramble(uint64_t n)
{
    return (uint32_t)((n * 38713639u + 12345701u) %
                      100000000u); /* the factor is odd and not a multiple of 5 */
}

const char *lac_simulate_typo(struct lac_arena *arena, const char *text, struct lac_random *random)
{
    size_t length = strlen(text);
    uint32_t how = lac_random_below(random, 4), letter = lac_random_below(random, 26);
    if (length < 2) return text;
    size_t at = lac_random_below(random, (uint32_t)length);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80) return text; /* only plain letters are mistyped */
    char *out = LAC_NEW(arena, char, length + 2);
    if (!out) return NULL;
    memcpy(out, text, length + 1);
    if (how == 0) out[at] = (char)((at ? 'a' : 'A') + (int)letter);
    if (how == 1) memmove(out + at, out + at + 1, length - at);
    if (how == 2) memmove(out + at + 1, out + at, length - at + 1);
    if (how == 3 && at + 1 < length) out[at] = text[at + 1], out[at + 1] = text[at];
    return out;
}

static const char *mistype(struct clerk *c, const char *name)
{
    const struct lac_simulate_ethnicity *e = &lac_simulate_ethnicities[c->person->ethnicity];
    double factor = e->surname == LAC_CULTURE_GENERAL ? 1 : c->noise->community;
    return slip(c, c->noise->typo * factor) ? lac_simulate_typo(c->nation->arena, name, &c->random) : name;
}

/* "Forename Surname" by which the person is also known: what the row itself does not say. */
static const char *alias_of(struct clerk *c, const char *written, const char *shorter)
{
    const char *other = shorter && written != shorter ? shorter : c->person->forename;
    return lac_arena_printf(c->nation->arena, "%s %s", other, c->person->surname);
}

static void put_names(struct clerk *c, const char *forename, const char *surname, const char *aliases)
{
    c->row->field[LAC_RETURN_forename] = forename;
    c->row->field[LAC_RETURN_surname] = surname;
    c->row->field[LAC_RETURN_aliases] = aliases;
}

static enum lac_status fill_names(struct clerk *c)
{
    const struct lac_simulate_person *p = c->person;
    const char *shorter = lac_simulate_short_form(c->nation->world, p->forename), *alias = "";
    bool nickname = slip(c, c->noise->nickname), changed = slip(c, c->noise->surname_change);
    bool swapped = slip(c, c->noise->swapped_names), aliased = slip(c, c->noise->alias);
    const char *forename = nickname && shorter ? shorter : p->forename;
    const char *surname = changed ? p->other_surname : p->surname;
    if (aliased && (shorter || changed)) alias = alias_of(c, forename, shorter);
    forename = mistype(c, forename);
    surname = mistype(c, surname);
    if (forename && chance(c, c->list->initials)) forename = lac_arena_strndup(c->nation->arena, forename, 1);
    if (!forename || !surname || !alias) return LAC_NOMEM;
    if (chance(c, c->list->names_missing))
        put_names(c, "", "", "");
    else if (swapped)
        put_names(c, surname, forename, alias);
    else
        put_names(c, forename, surname, alias);
    return LAC_OK;
}

/* The birth date as the clerk has it: day and month exchanged, or a little off. */
static void draw_birth(struct clerk *c, int *year, int *month, int *day)
{
    lac_date_to_civil(c->person->dob, year, month, day);
    if (slip(c, c->noise->dob_swap) && *day <= 12) {
        int keep = *day;
        *day = *month;
        *month = keep;
    }
    if (slip(c, c->noise->dob_slip)) {
        bool of_year = chance(c, 0.5), later = chance(c, 0.5);
        if (of_year)
            *year += later ? 1 : -1;
        else
            *day = 1 + (int)lac_random_below(&c->random, 28);
    }
    if (!lac_date_valid(*year, *month, *day)) *day = 28;
}

static enum lac_status fill_birth(struct clerk *c)
{
    int year, month, day;
    struct lac_arena *arena = c->nation->arena;
    draw_birth(c, &year, &month, &day);
    bool partial = slip(c, c->noise->dob_partial), year_only = chance(c, 0.5),
         missing = chance(c, c->list->dob_missing);
    const char *dob = "", *age = "";
    if (missing)
        dob = "";
    else if (!partial)
        dob = lac_arena_printf(arena, "%04d-%02d-%02d", year, month, day);
    else if (year_only)
        dob = lac_arena_printf(arena, "%04d", year);
    else
        dob = lac_arena_printf(arena, "%04d-%02d", year, month);
    int32_t on = c->crime->from == LAC_DATE_NONE ? c->crime->recorded : c->crime->from;
    if (chance(c, missing ? AGE_GIVEN_WITHOUT_BIRTH : AGE_GIVEN))
        age = lac_arena_printf(arena, "%d", lac_date_years(c->person->dob, on));
    if (!dob || !age) return LAC_NOMEM;
    c->row->field[LAC_RETURN_dob] = dob;
    c->row->field[LAC_RETURN_age] = age;
    return LAC_OK;
}

static void fill_sex_and_home(struct clerk *c)
{
    bool wrong = slip(c, c->noise->sex), unknown = chance(c, 0.7);
    bool male = (c->person->sex == 'M') != (wrong && !unknown);
    c->row->field[LAC_RETURN_sex] = wrong && unknown ? "U" : male ? "M" : "F";
    bool moved = slip(c, c->noise->moved), missing = chance(c, c->list->postcode_missing),
         no_lad = chance(c, 0.1);
    const char *postcode = moved ? c->person->other_postcode : c->person->postcode;
    c->row->field[LAC_RETURN_postcode] = missing ? "" : postcode;
    c->row->field[LAC_RETURN_lad] = missing && no_lad ? "" : moved ? c->person->other_lad : c->person->lad;
}

/* The code in a frame that lacks some of SDE19's. */
static const char *frame_code(const char *code, int frame)
{
    if (frame == 2) return code;
    if (strcmp(code, "W4") == 0) return "W9";
    if (frame == 1) return code;
    if (strcmp(code, "W3") == 0) return "W9";
    if (strcmp(code, "A4") == 0) return "O1";
    return strcmp(code, "O2") == 0 ? "O9" : code;
}

/* A police force uses the frame of its system; the other lists the newest one; officers note what they see.
 */
static void fill_ethnicity(struct clerk *c)
{
    static const char *const frames[] = {"SDE16", "SDE18", "SDE19"};
    const struct lac_simulate_ethnicity *e = &lac_simulate_ethnicities[c->person->ethnicity];
    bool police = strcmp(c->list->spread, "force") == 0, missing = chance(c, c->list->ethnicity_missing);
    bool stated = chance(c, 0.3), seen = chance(c, OFFICER_FRAME), proxy = chance(c, 0.2);
    int frame = police ? (int)(c->crime->agency % 3) : 2;
    const char *code = frame_code(e->code, frame), *source = proxy ? "PROXY" : "SELF", *name = frames[frame];
    if (missing) {
        code = stated ? "NS" : "";
        name = stated ? name : "";
        source = "NONE";
    } else if (police && c->person->role != LAC_ROLE_VICTIM && seen) {
        code = e->ic;
        name = "IC";
        source = "OFFICER";
    } else if (strcmp(c->list->code, "NGO") == 0) {
        code = e->label;
        name = "TEXT";
    }
    c->row->field[LAC_RETURN_ethnicity] = code;
    c->row->field[LAC_RETURN_ethnicity_frame] = name;
    c->row->field[LAC_RETURN_ethnicity_source] = source;
}

static void fill_nationality(struct clerk *c)
{
    static const char *const by_culture[LAC_CULTURE_COUNT] = {"GBR", "PAK", "CHN", "NGA", "POL"};
    const struct lac_simulate_ethnicity *e = &lac_simulate_ethnicities[c->person->ethnicity];
    bool given = chance(c, NATIONALITY_GIVEN), foreign = chance(c, 0.15);
    c->row->field[LAC_RETURN_nationality] = !given ? "" : foreign ? by_culture[e->surname] : "GBR";
}

/* The kind of national identifier an agency would hold. */
static const char *reference_kind(struct clerk *c, double u)
{
    const struct lac_simulate_settings *s = c->nation->settings;
    int nrm = lac_simulate_list_index(s, "NRM");
    bool police = strcmp(c->list->spread, "force") == 0;
    if (c->person->role != LAC_ROLE_VICTIM) return "PNC";
    if (strcmp(c->list->code, "NRM") == 0) return "NRM";
    if (nrm >= 0 && c->person->presence[nrm] && u < 0.5) return "NRM";
    if (strcmp(c->list->code, "LA") == 0) return "UPN";
    if (strcmp(c->list->code, "HEALTH") == 0) return "NHS";
    return police ? "PNC" : "";
}

/* Pseudonym of a person under one kind of identifier: a hash of seed, person and kind. */
static enum lac_status fill_references(struct clerk *c)
{
    struct lac_arena *arena = c->nation->arena;
    bool given = chance(c, REFERENCE_GIVEN);
    const char *kind = reference_kind(c, lac_random_uniform(&c->random)), *reference = "", *ref = "";
    bool victim = c->person->role == LAC_ROLE_VICTIM, pnc = strcmp(kind, "PNC") == 0;
    if (strcmp(c->list->code, "NRM") == 0) given = true;
    if (given && kind[0] && !(victim && pnc)) {
        uint32_t words[2] = {c->nation->seed, c->index};
        uint64_t hash = lac_hash64(words, sizeof words, (uint64_t)(unsigned char)kind[0]);
        reference = lac_arena_printf(arena, "%s:%012llX", kind, (unsigned long long)(hash >> 16));
    }
    bool missing = chance(c, c->list->ref_missing), rekeyed = chance(c, c->nation->settings->police.rekeyed);
    uint64_t key = c->crime->copy == LAC_COPY_FIRST ? 0 : c->crime->copy;
    if (c->crime->event > 0 && rekeyed) key = 2 + c->crime->event;
    uint64_t number = ((uint64_t)c->index * LAC_SIMULATE_LISTS + c->crime->list) * 8 + key;
    if (!missing) ref = lac_arena_printf(arena, "P%08u", lac_simulate_scramble(number));
    if (!reference || !ref) return LAC_NOMEM;
    c->row->field[LAC_RETURN_national_ref] = reference;
    c->row->field[LAC_RETURN_person_ref] = ref;
    return LAC_OK;
}

enum lac_status lac_simulate_person_fill(const struct lac_simulate_nation *nation,
                                         const struct lac_simulate_crime *crime, uint32_t person,
                                         struct lac_simulate_row *row, struct lac_error *err)
{
    uint32_t what = (crime->list * 16 + crime->event) * LAC_COPY_COUNT + crime->copy;
    struct clerk c = {.nation = nation,
                      .crime = crime,
                      .list = &lac_simulate_lists(nation->settings)[crime->list],
                      .noise = &nation->settings->noise,
                      .person = &nation->person[person],
                      .index = person,
                      .row = row};
    /* Suspects count within their group, so that their rows do not depend on how many victims there are. */
    uint32_t first = nation->group[c.person->group].first_suspect;
    uint32_t who = c.person->role == LAC_ROLE_VICTIM ? 0 : person - first + 1;
    c.random = lac_simulate_stream(nation, LAC_DRAW_ROW + (what << 8), crime->victim_index, who);
    if (fill_names(&c) || fill_birth(&c)) return lac_fail_memory(err, "rows");
    fill_sex_and_home(&c);
    fill_ethnicity(&c);
    fill_nationality(&c);
    return fill_references(&c) ? lac_fail_memory(err, "rows") : LAC_OK;
}
