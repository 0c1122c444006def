/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nation.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/date.h"

const struct lac_simulate_kind_facts lac_simulate_kinds[LAC_KIND_COUNT] = {
    [LAC_KIND_GROUP] = {"group", "CSE", true, true, true, 0, 0},
    [LAC_KIND_PEER] = {"peer", "CSE", true, true, true, 0, 0},
    [LAC_KIND_FAMILIAL] = {"familial", "FAM", false, true, false, 1, 3},
    [LAC_KIND_INSTITUTIONAL] = {"institutional", "INS", false, true, false, 1, 4},
    [LAC_KIND_RITUALISTIC] = {"ritualistic", "RIT", false, true, false, 2, 5},
    [LAC_KIND_IMAGE_ONLY] = {"image-only", "CSE", true, true, true, 0, 0},
    [LAC_KIND_ONE_SUSPECT] = {"one-suspect", "CSE", true, true, false, 1, 1},
    [LAC_KIND_AT_RISK] = {"at-risk", "CSE", true, false, false, 0, 0},
    [LAC_KIND_CANCELLED] = {"cancelled", "CSE", true, false, false, 1, 3},
    [LAC_KIND_ADULT] = {"adult", "CSE", true, true, true, 0, 0},
    [LAC_KIND_NON_RECENT] = {"non-recent", "CSE", true, true, true, 0, 0},
};

/* Persons from which on a group is taken to be mapped by the police: judgement. */
#define MAPPED_GROUP 4

/* Relative rates by single year of age, 10 to 17: judgement. */
static const double age_rate[LAC_SIMULATE_AGES] = {0.2, 0.3, 0.6, 1.0, 1.3, 1.4, 1.1, 0.8};

struct lac_random lac_simulate_stream(const struct lac_simulate_nation *nation, uint32_t what, uint32_t b,
                                      uint32_t c)
{
    struct lac_random random;
    lac_random_init(&random, nation->seed, LAC_PURPOSE_SIMULATE, what, b, c);
    return random;
}

bool lac_simulate_in_scope(enum lac_simulate_kind kind)
{
    return kind == LAC_KIND_GROUP || kind == LAC_KIND_PEER;
}

size_t lac_simulate_case_person(const struct lac_simulate_nation *nation,
                                const struct lac_simulate_person *victim, uint32_t j)
{
    const struct lac_simulate_group *group = &nation->group[victim->group];
    if (j >= victim->n_suspects) return group->first_suspect + group->suspects + (j - victim->n_suspects);
    return group->first_suspect + (victim->suspect_offset + j) % group->suspects;
}

/* Of half of the groups whose cases can be so charged. */
bool lac_simulate_is_charged(const struct lac_simulate_nation *nation, uint32_t group)
{
    enum lac_simulate_kind kind = nation->group[group].kind;
    struct lac_random random = lac_simulate_stream(nation, LAC_DRAW_GROUP, group, 2);
    bool can = lac_simulate_kinds[kind].cse && kind != LAC_KIND_IMAGE_ONLY && kind != LAC_KIND_ADULT;
    return can && lac_random_uniform(&random) < 0.5;
}

bool lac_simulate_is_mapped(const struct lac_simulate_nation *nation, uint32_t group)
{
    return nation->group[group].suspects + nation->group[group].facilitators >= MAPPED_GROUP;
}

/* k in low..high with probability proportional to k^-exponent. O(high). */
static uint32_t draw_tail(struct lac_random *random, double exponent, int64_t low, int64_t high)
{
    double total = 0, u = lac_random_uniform(random);
    for (int64_t k = low; k <= high; k++) total += pow((double)k, -exponent);
    double left = u * total;
    for (int64_t k = low; k < high; k++)
        if ((left -= pow((double)k, -exponent)) < 0) return (uint32_t)k;
    return (uint32_t)high;
}

static int64_t kind_persons(const struct lac_simulate_population_settings *p, enum lac_simulate_kind kind)
{
    const int64_t count[LAC_KIND_COUNT] = {
        p->victims,     0,          p->familial,  p->institutional, p->ritualistic, p->image_only,
        p->one_suspect, p->at_risk, p->cancelled, p->adult,         p->non_recent};
    return count[kind];
}

/* Rate of a force: its children times a log-normal factor with mean 1. */
static void force_weights(const struct lac_simulate_nation *nation, double *weight)
{
    double sd = nation->settings->population.force_sd;
    for (uint32_t f = 0; f < LAC_SIMULATE_FORCES; f++) {
        struct lac_random random = lac_simulate_stream(nation, LAC_DRAW_FORCE_RATE, f, 0);
        double children = 0;
        for (int a = 0; a < LAC_SIMULATE_AGES; a++) children += nation->world->force[f].children[a];
        weight[f] = children * exp(sd * lac_random_normal(&random) - sd * sd / 2);
    }
}

/* One group of at most `room` victims: its kind and size. */
static struct lac_simulate_group draw_group(const struct lac_simulate_nation *nation,
                                            enum lac_simulate_kind kind, uint32_t index, uint32_t room)
{
    const struct lac_simulate_population_settings *p = &nation->settings->population;
    struct lac_random random = lac_simulate_stream(nation, LAC_DRAW_GROUP, index, 0);
    struct lac_simulate_group group = {.kind = kind};
    double peer = lac_random_uniform(&random), facilitator = lac_random_uniform(&random);
    uint32_t size = draw_tail(&random, p->group_exponent, 2, p->group_maximum);
    uint32_t victims = draw_tail(&random, p->victims_exponent, 1, p->victims_maximum);
    const struct lac_simulate_kind_facts *facts = &lac_simulate_kinds[kind];
    if (kind == LAC_KIND_GROUP && peer < p->peer_share) group.kind = LAC_KIND_PEER;
    if (facts->heavy) {
        group.facilitators = group.kind == LAC_KIND_GROUP && facilitator < p->facilitator;
        group.suspects = size - group.facilitators;
    } else {
        group.suspects =
            (uint32_t)facts->fewest + lac_random_below(&random, (uint32_t)(facts->most - facts->fewest) + 1);
        victims = 1 + (victims > 3);
    }
    group.victims = victims < room ? victims : room;
    return group;
}

static enum lac_status draw_groups(struct lac_simulate_nation *nation, struct lac_error *err)
{
    const struct lac_simulate_population_settings *p = &nation->settings->population;
    double weight[LAC_SIMULATE_FORCES];
    int64_t allocated[LAC_SIMULATE_FORCES];
    size_t capacity = 0;
    for (int k = 0; k < LAC_KIND_COUNT; k++) capacity += (size_t)kind_persons(p, (enum lac_simulate_kind)k);
    nation->group = LAC_NEW(nation->arena, struct lac_simulate_group, capacity);
    if (!nation->group) return lac_fail_memory(err, "groups");
    force_weights(nation, weight);
    for (uint32_t k = 0; k < LAC_KIND_COUNT; k++) {
        struct lac_random random = lac_simulate_stream(nation, LAC_DRAW_ALLOCATION, k, 0);
        lac_random_multinomial(&random, (uint64_t)kind_persons(p, (enum lac_simulate_kind)k),
                               LAC_SIMULATE_FORCES, weight, allocated);
        for (uint32_t f = 0; f < LAC_SIMULATE_FORCES; f++) {
            for (uint32_t room = (uint32_t)allocated[f]; room > 0;) {
                uint32_t index = (uint32_t)nation->groups;
                struct lac_simulate_group group = draw_group(nation, (enum lac_simulate_kind)k, index, room);
                group.force = f;
                group.first_victim = (uint32_t)nation->victims;
                room -= group.victims;
                nation->victims += group.victims;
                nation->group[nation->groups++] = group;
            }
        }
    }
    nation->persons = nation->victims;
    for (size_t g = 0; g < nation->groups; g++) {
        nation->group[g].first_suspect = (uint32_t)nation->persons;
        nation->persons += nation->group[g].suspects + nation->group[g].facilitators;
    }
    return LAC_OK;
}

static void draw_postcode(const struct lac_simulate_force *force, struct lac_random *random, char *out,
                          size_t size)
{
    static const char letters[] = "ABDEFGHJLNPQRSTUWXYZ";
    size_t main_area =
        lac_random_uniform(random) < 0.5 ? 0 : lac_random_below(random, (uint32_t)force->areas);
    const char *area = force->area[main_area];
    uint32_t district =
        1 + lac_random_below(random, strcmp(area, "EC") == 0 || strcmp(area, "WC") == 0 ? 2 : 20);
    uint32_t sector = lac_random_below(random, 10);
    char a = letters[lac_random_below(random, 20)], b = letters[lac_random_below(random, 20)];
    int written = snprintf(out, size, "%s%u %u%c%c", area, district, sector, a, b);
    if (written < 0 || (size_t)written >= size) out[0] = 0;
}

/* Composed surname: the list covers 39.5 % of the population by its own weights, the rest is the long tail.
 */
#define RARE_SHARE 0.605

static const char *draw_surname(const struct lac_simulate_nation *nation, uint32_t ethnicity,
                                struct lac_random *random)
{
    const struct lac_simulate_ethnicity *e = &lac_simulate_ethnicities[ethnicity];
    const struct lac_simulate_world *world = nation->world;
    if (e->surname != LAC_CULTURE_GENERAL && lac_random_uniform(random) < e->surname_share)
        return lac_simulate_name_draw(&world->surname[e->surname], random);
    if (lac_random_uniform(random) >= RARE_SHARE)
        return lac_simulate_name_draw(&world->surname[LAC_CULTURE_GENERAL], random);
    const char *stem = lac_simulate_name_draw(&world->stem, random);
    return lac_arena_printf(nation->arena, "%s%s", stem, lac_simulate_name_draw(&world->ending, random));
}

static const char *draw_forename(const struct lac_simulate_nation *nation,
                                 const struct lac_simulate_person *person, struct lac_random *random)
{
    const struct lac_simulate_ethnicity *e = &lac_simulate_ethnicities[person->ethnicity];
    int year, month, day, female = person->sex == 'F';
    lac_date_to_civil(person->dob, &year, &month, &day);
    int asian = lac_random_uniform(random) < e->given_share;
    int cohort = year < 2010 ? 0 : year < 2015 ? 1 : 2;
    if (year >= 1999 || asian)
        return lac_simulate_name_draw(&nation->world->given[cohort][female][asian], random);
    int decade = (year - 1959) / 10;
    return lac_simulate_name_draw(&nation->world->adult[decade < 0   ? 0
                                                        : decade > 3 ? 3
                                                                     : decade][female],
                                  random);
}

/* Birth day of someone `age` years old on `on`: a day of the year before that birthday. */
static int32_t draw_birth(struct lac_random *random, int32_t on, int age)
{
    int year, month, day;
    lac_date_to_civil(on, &year, &month, &day);
    if (month == 2 && day == 29) day = 28;
    return lac_date_from_civil(year - age, month, day) - (int32_t)lac_random_below(random, 365);
}

static void draw_dates(const struct lac_simulate_nation *nation, struct lac_simulate_person *person,
                       struct lac_random *random)
{
    const struct lac_simulate_settings *s = nation->settings;
    double mean = s->population.duration_days;
    int32_t days = 1 + (int32_t)(-(mean - 1) * log(lac_random_uniform(random)));
    if (days > 4000) days = 4000;
    double where = lac_random_uniform(random);
    if (person->kind == LAC_KIND_NON_RECENT) {
        person->end = s->period_start - 30 - (int32_t)(where * 3000);
        person->onset = person->end - days + 1;
    } else {
        int32_t room = s->period_end - s->period_start + days; /* every start that touches the period */
        person->onset = s->period_start - days + 1 + (int32_t)(where * room);
        person->end = person->onset + days - 1;
    }
}

static void draw_home(const struct lac_simulate_nation *nation, struct lac_simulate_person *person,
                      struct lac_random *random)
{
    const struct lac_simulate_force *force = &nation->world->force[person->force];
    person->lad = force->lad[lac_random_below(random, (uint32_t)force->lads)];
    person->other_lad = force->lad[lac_random_below(random, (uint32_t)force->lads)];
    draw_postcode(force, random, person->postcode, sizeof person->postcode);
    draw_postcode(force, random, person->other_postcode, sizeof person->other_postcode);
}

/* Which suspects of the group are in this victim's case. */
static void draw_case(const struct lac_simulate_nation *nation, struct lac_simulate_person *person,
                      struct lac_random *random)
{
    const struct lac_simulate_group *group = &nation->group[person->group];
    if (group->suspects == 0) return;
    uint32_t n = lac_simulate_kinds[person->kind].heavy ? 2 : group->suspects;
    while (n < group->suspects && lac_random_uniform(random) < 0.5) n++;
    person->n_suspects = n < group->suspects ? n : group->suspects;
    person->suspect_offset = lac_random_below(random, group->suspects);
    bool also = lac_random_uniform(random) < 0.5;
    /* A group of one suspect and a facilitator is two persons only if both are in the case. */
    person->n_facilitators = group->facilitators && (also || group->suspects == 1);
}

static void draw_victim(const struct lac_simulate_nation *nation, uint32_t index, uint32_t g)
{
    const struct lac_simulate_population_settings *p = &nation->settings->population;
    const struct lac_simulate_group *group = &nation->group[g];
    const struct lac_simulate_force *force = &nation->world->force[group->force];
    struct lac_simulate_person *person = &nation->person[index];
    struct lac_random random = lac_simulate_stream(nation, LAC_DRAW_VICTIM, index, 0);
    double weight[LAC_SIMULATE_AGES];
    person->role = LAC_ROLE_VICTIM;
    person->kind = group->kind;
    person->group = g;
    person->force = group->force;
    person->identified = true;
    person->sex = lac_random_uniform(&random) < p->female_share ? 'F' : 'M';
    person->ethnicity = (uint32_t)lac_random_choice(&random, LAC_SIMULATE_ETHNICITIES, force->ethnicity);
    draw_dates(nation, person, &random);
    for (int a = 0; a < LAC_SIMULATE_AGES; a++) weight[a] = force->children[a] * age_rate[a];
    int age = 10 + (int)lac_random_choice(&random, LAC_SIMULATE_AGES, weight);
    bool adult = person->kind == LAC_KIND_ADULT;
    person->dob = draw_birth(&random, adult ? person->onset : person->end, adult ? 18 + (age & 1) : age);
    draw_home(nation, person, &random);
    person->surname = draw_surname(nation, person->ethnicity, &random);
    person->other_surname = draw_surname(nation, person->ethnicity, &random);
    draw_case(nation, person, &random);
    bool sibling = lac_random_uniform(&random) < p->sibling, twin = lac_random_uniform(&random) < p->twin;
    if (index > group->first_victim && sibling && person->kind != LAC_KIND_ADULT) {
        const struct lac_simulate_person *before = person - 1;
        person->ethnicity = before->ethnicity;
        person->surname = before->surname;
        person->lad = before->lad;
        memcpy(person->postcode, before->postcode, sizeof person->postcode);
        if (twin) person->dob = before->dob, person->onset = before->onset, person->end = before->end;
    }
    person->forename = draw_forename(nation, person, &random);
}

static int suspect_age(const struct lac_simulate_population_settings *p, enum lac_simulate_kind kind,
                       struct lac_random *random)
{
    bool young = lac_random_uniform(random) < p->young_share;
    double u = lac_random_uniform(random);
    if (kind == LAC_KIND_PEER || kind == LAC_KIND_IMAGE_ONLY)
        return 12 + (int)(u * (double)(p->peer_oldest - 11));
    if (young) return 15 + (int)(u * 3);
    int age = 18 + (int)(-12 * log(u)); /* exponential above 18: judgement */
    return age > 75 ? 75 : age;
}

static void draw_suspect(const struct lac_simulate_nation *nation, uint32_t index, uint32_t g)
{
    const struct lac_simulate_group *group = &nation->group[g];
    const struct lac_simulate_force *force = &nation->world->force[group->force];
    struct lac_simulate_person *person = &nation->person[index];
    struct lac_random random = lac_simulate_stream(nation, LAC_DRAW_SUSPECT, g, index - group->first_suspect);
    bool facilitator = index - group->first_suspect >= group->suspects;
    person->role = facilitator ? LAC_ROLE_FACILITATOR : LAC_ROLE_SUSPECT;
    person->kind = group->kind;
    person->group = g;
    person->force = group->force;
    person->identified = lac_random_uniform(&random) < nation->settings->population.identified || facilitator;
    person->sex = lac_random_uniform(&random) < (facilitator ? 0.5 : 0.06) ? 'F' : 'M';
    person->ethnicity = (uint32_t)lac_random_choice(&random, LAC_SIMULATE_ETHNICITIES, force->ethnicity);
    int age = facilitator ? 18 + (int)lac_random_below(&random, 40)
                          : suspect_age(&nation->settings->population, group->kind, &random);
    /* Age at the earliest involvement with the group's victims. */
    int32_t onset = nation->person[group->first_victim].onset;
    for (uint32_t v = 1; v < group->victims; v++)
        if (nation->person[group->first_victim + v].onset < onset)
            onset = nation->person[group->first_victim + v].onset;
    person->onset = person->end = onset;
    person->dob = draw_birth(&random, onset, age);
    draw_home(nation, person, &random);
    person->surname = draw_surname(nation, person->ethnicity, &random);
    person->other_surname = draw_surname(nation, person->ethnicity, &random);
    person->forename = draw_forename(nation, person, &random);
}

static void count_case(const struct lac_simulate_nation *nation, struct lac_simulate_person *victim)
{
    for (uint32_t j = 0; j < victim->n_suspects; j++) {
        const struct lac_simulate_person *suspect =
            &nation->person[lac_simulate_case_person(nation, victim, j)];
        victim->n_unidentified += !suspect->identified;
        victim->n_adults += lac_date_years(suspect->dob, victim->onset) >= 18;
    }
}

enum lac_status lac_simulate_nation_draw(struct lac_simulate_nation *nation, struct lac_error *err)
{
    nation->groups = nation->victims = nation->persons = 0;
    enum lac_status st = draw_groups(nation, err);
    if (st) return st;
    nation->person = LAC_NEW(nation->arena, struct lac_simulate_person, nation->persons);
    if (!nation->person) return lac_fail_memory(err, "persons");
    for (uint32_t g = 0; g < nation->groups; g++) {
        const struct lac_simulate_group *group = &nation->group[g];
        for (uint32_t v = 0; v < group->victims; v++) draw_victim(nation, group->first_victim + v, g);
        for (uint32_t s = 0; s < group->suspects + group->facilitators; s++)
            draw_suspect(nation, group->first_suspect + s, g);
        for (uint32_t v = 0; v < group->victims; v++)
            count_case(nation, &nation->person[group->first_victim + v]);
    }
    for (size_t i = 0; i < nation->persons; i++)
        if (!nation->person[i].surname || !nation->person[i].other_surname)
            return lac_fail_memory(err, "names");
    return LAC_OK;
}
