/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rows.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/date.h"

#define MOST_EVENTS 5

/* Shares of what other agencies than police fill in: judgement. */
#define CRITERION_GIVEN 0.75
#define POLICE_CRITERION_UNKNOWN 0.04
#define GROUP_REF_GIVEN 0.6
#define CONFIRMED 0.65

const char *const lac_simulate_column_names[LAC_RETURN_COLUMNS] = {
#define LAC_SIMULATE_NAME(name) #name,
    LAC_SIMULATE_COLUMNS(LAC_SIMULATE_NAME)
#undef LAC_SIMULATE_NAME
};

static bool is_police(const struct lac_simulate_nation *nation, uint32_t list)
{
    return strcmp(lac_simulate_lists(nation->settings)[list].spread, "force") == 0;
}

static size_t agency_count(const struct lac_simulate_nation *nation,
                           const struct lac_simulate_list_settings *list)
{
    if (strcmp(list->spread, "force") == 0) return LAC_SIMULATE_FORCES;
    return strcmp(list->spread, "region") == 0 ? nation->world->regions : list->agencies.count;
}

static enum lac_status build_agencies(const struct lac_simulate_nation *nation,
                                      struct lac_simulate_rows *rows, struct lac_error *err)
{
    const struct lac_simulate_list_settings *list = lac_simulate_lists(nation->settings);
    const struct lac_simulate_world *world = nation->world;
    size_t lists = nation->settings->lists.count, total = 0;
    for (size_t l = 0; l < lists; l++) total += agency_count(nation, &list[l]);
    rows->agency = LAC_NEW(nation->arena, struct lac_simulate_agency, total);
    if (!rows->agency) return lac_fail_memory(err, "agencies");
    for (uint32_t l = 0; l < lists; l++) {
        rows->first_agency[l] = (uint32_t)rows->agencies;
        for (size_t i = 0; i < agency_count(nation, &list[l]); i++) {
            struct lac_simulate_agency *agency = &rows->agency[rows->agencies++];
            agency->list = l;
            agency->force = -1;
            if (is_police(nation, l)) {
                agency->force = (int)i;
                agency->name = world->force[i].name;
                agency->slug = world->force[i].code;
            } else if (strcmp(list[l].spread, "region") == 0) {
                agency->name =
                    lac_arena_printf(nation->arena, "%s %s", list[l].agency, world->region_name[i]);
                agency->slug = world->region_code[i];
            } else {
                agency->name = list[l].agencies.item[i];
                agency->slug = lac_arena_printf(nation->arena, "%zu", i + 1);
            }
            if (!agency->name || !agency->slug) return lac_fail_memory(err, "agencies");
        }
    }
    return LAC_OK;
}

/* Another force, by its children, those of the same region ten times as likely as others. */
static uint32_t other_force(const struct lac_simulate_world *world, uint32_t force, struct lac_random *random)
{
    double weight[LAC_SIMULATE_FORCES] = {0};
    for (uint32_t f = 0; f < LAC_SIMULATE_FORCES; f++) {
        if (f == force) continue;
        double factor = world->force[f].region_index == world->force[force].region_index ? 10 : 1;
        for (int a = 0; a < LAC_SIMULATE_AGES; a++) weight[f] += factor * world->force[f].children[a];
    }
    return (uint32_t)lac_random_choice(random, LAC_SIMULATE_FORCES, weight);
}

/* Rape codes by age and sex of the victim. */
static const char *rape_code(bool girl, int age)
{
    if (age < 13) return girl ? "19E" : "19H";
    if (age < 16) return girl ? "19D" : "19G";
    return girl ? "19C" : "19F";
}

static const char *offence_code(const struct lac_simulate_person *victim, double u, int age)
{
    bool girl = victim->sex == 'F';
    if (victim->kind == LAC_KIND_FAMILIAL && u < 0.5) return "23";
    if (victim->kind == LAC_KIND_IMAGE_ONLY) return "86";
    if (victim->kind == LAC_KIND_ADULT || u >= 0.75) return rape_code(girl, age);
    if (lac_simulate_kinds[victim->kind].cse && (u < 0.45 || age >= 16)) return "71";
    if (age >= 16) return girl ? "20A" : "17A";
    return age < 13 ? "21" : "22B";
}

static bool is_complete(const struct lac_simulate_nation *nation, uint32_t list)
{
    return lac_simulate_lists(nation->settings)[list].complete;
}

/* Police give a criterion, sometimes UNK; the others often leave it empty where the case is exploitation. */
static const char *criterion(const struct lac_simulate_kind_facts *kind, bool police, double given)
{
    if (!kind->cse) return kind->criterion;
    if (police) return given < POLICE_CRITERION_UNKNOWN ? "UNK" : kind->criterion;
    return given < CRITERION_GIVEN ? kind->criterion : "";
}

static void fill_flags(const struct lac_simulate_nation *nation, const struct lac_simulate_crime *crime,
                       struct lac_random *random, struct lac_simulate_row *row)
{
    const struct lac_simulate_kind_facts *kind = &lac_simulate_kinds[crime->victim->kind];
    bool police = is_police(nation, crime->list), images = crime->victim->kind == LAC_KIND_IMAGE_ONLY;
    double code = lac_random_uniform(random), given = lac_random_uniform(random),
           flag = lac_random_uniform(random);
    bool online = lac_random_uniform(random) < 0.15 || images,
         confirmed = lac_random_uniform(random) < CONFIRMED;
    int age =
        lac_date_years(crime->victim->dob, crime->from == LAC_DATE_NONE ? crime->recorded : crime->from);
    bool unknown =
        lac_random_uniform(random) < lac_simulate_lists(nation->settings)[crime->list].flags_missing;
    const char *no = unknown ? "U" : "N";
    row->field[LAC_RETURN_offence_code] = police ? offence_code(crime->victim, code, age) : "";
    row->field[LAC_RETURN_criterion] = criterion(kind, police, given);
    /* A flag is forgotten only where the criterion still says what it is. */
    bool forgotten =
        police && given >= POLICE_CRITERION_UNKNOWN && flag < nation->settings->police.flag_missing;
    row->field[LAC_RETURN_cse_flag] = kind->cse && !forgotten ? "Y" : "N";
    row->field[LAC_RETURN_image_only] = images ? "Y" : no;
    row->field[LAC_RETURN_online_flag] = online ? "Y" : no;
    row->field[LAC_RETURN_basis] = confirmed ? "CONFIRMED" : "SUSPECTED";
    if (crime->victim->kind == LAC_KIND_AT_RISK) row->field[LAC_RETURN_basis] = "AT_RISK";
}

static enum lac_status fill_counts(const struct lac_simulate_nation *nation,
                                   const struct lac_simulate_crime *crime, struct lac_random *random,
                                   struct lac_simulate_row *row)
{
    const struct lac_simulate_person *v = crime->victim;
    const struct lac_simulate_group *group = &nation->group[v->group];
    const struct lac_simulate_world *world = nation->world;
    bool police = is_police(nation, crime->list);
    bool missing =
        lac_random_uniform(random) < lac_simulate_lists(nation->settings)[crime->list].suspects_missing;
    bool grouped = lac_random_uniform(random) < GROUP_REF_GIVEN;
    const char *n = "", *unidentified = "", *ref = "", *operation = "";
    if (!missing && v->n_suspects > 0) {
        n = lac_arena_printf(nation->arena, "%u", v->n_suspects);
        unidentified = lac_arena_printf(nation->arena, "%u", v->n_unidentified);
    }
    if (police && grouped && group->suspects >= 2)
        ref = lac_arena_printf(nation->arena, "G%08u", lac_simulate_scramble(v->group));
    if (police && grouped && group->suspects >= 8) {
        struct lac_random own = lac_simulate_stream(nation, LAC_DRAW_GROUP, v->group, 1);
        const char *stem = lac_simulate_name_draw(&world->stem, &own);
        operation = lac_arena_printf(nation->arena, "Operation %s%s", stem,
                                     lac_simulate_name_draw(&world->ending, &own));
    }
    row->field[LAC_RETURN_n_suspects] = n;
    row->field[LAC_RETURN_n_suspects_unidentified] = unidentified;
    row->field[LAC_RETURN_n_victims] = police ? "1" : "";
    row->field[LAC_RETURN_group_ref] = ref;
    row->field[LAC_RETURN_operation] = operation;
    return n && unidentified && ref && operation ? LAC_OK : LAC_NOMEM;
}

/* What a complete list writes of the case in place of what others do: the charge of the group, else an
 * offence that is not that one; the number of its victims; its reference. */
static enum lac_status fill_complete(const struct lac_simulate_nation *nation,
                                     const struct lac_simulate_crime *crime, struct lac_simulate_row *row)
{
    const struct lac_simulate_person *v = crime->victim;
    const struct lac_simulate_kind_facts *kind = &lac_simulate_kinds[v->kind];
    int age = lac_date_years(v->dob, crime->from == LAC_DATE_NONE ? crime->recorded : crime->from);
    char *victims = lac_arena_printf(nation->arena, "%u", nation->group[v->group].victims);
    char *ref =
        lac_arena_printf(nation->arena, "%c%08u", lac_simulate_is_mapped(nation, v->group) ? 'M' : 'G',
                         lac_simulate_scramble(v->group));
    row->field[LAC_RETURN_offence_code] =
        lac_simulate_is_charged(nation, v->group) ? "71" : offence_code(v, 1, age);
    row->field[LAC_RETURN_criterion] = kind->criterion;
    row->field[LAC_RETURN_cse_flag] = kind->cse ? "Y" : "N";
    row->field[LAC_RETURN_n_victims] = victims;
    row->field[LAC_RETURN_group_ref] = ref;
    return victims && ref ? LAC_OK : LAC_NOMEM;
}

static const char *date_text(struct lac_arena *arena, int32_t date)
{
    char text[11];
    return lac_arena_strdup(arena, lac_date_format(date, text));
}

static enum lac_status fill_crime(const struct lac_simulate_nation *nation,
                                  const struct lac_simulate_crime *crime, struct lac_simulate_row *row)
{
    const struct lac_simulate_person *v = crime->victim;
    uint32_t what = (crime->list * 16 + crime->event) * LAC_COPY_COUNT + crime->copy;
    struct lac_random random = lac_simulate_stream(nation, LAC_DRAW_EVENTS, crime->victim_index, 1 + what);
    row->field[LAC_RETURN_local_ref] = crime->ref;
    row->field[LAC_RETURN_offence_from] = date_text(nation->arena, crime->from);
    row->field[LAC_RETURN_offence_to] = date_text(nation->arena, crime->to);
    row->field[LAC_RETURN_recorded_date] = date_text(nation->arena, crime->recorded);
    row->field[LAC_RETURN_status] = crime->status;
    row->field[LAC_RETURN_transfer_force] = crime->transfer_force;
    row->field[LAC_RETURN_transfer_ref] = crime->transfer_ref;
    bool referred = v->presence[crime->list] == LAC_PRESENCE_REFERRAL;
    row->field[LAC_RETURN_referral_source] =
        referred ? lac_simulate_lists(nation->settings)[v->referred_by[crime->list]].code : "";
    fill_flags(nation, crime, &random, row);
    if (fill_counts(nation, crime, &random, row)) return LAC_NOMEM;
    return is_complete(nation, crime->list) ? fill_complete(nation, crime, row) : LAC_OK;
}

static enum lac_status emit_row(const struct lac_simulate_nation *nation,
                                const struct lac_simulate_crime *crime, uint32_t person,
                                struct lac_simulate_rows *rows, struct lac_error *err)
{
    static const char *const roles[] = {"VICTIM", "SUSPECT", "FACILITATOR"};
    enum lac_status st =
        lac_grow((void **)&rows->row, &rows->capacity, rows->rows + 1, sizeof(struct lac_simulate_row), err);
    if (st) return st;
    struct lac_simulate_row *row = &rows->row[rows->rows++];
    int year, month, day;
    memset(row, 0, sizeof *row);
    for (int c = 0; c < LAC_RETURN_COLUMNS; c++) row->field[c] = "";
    lac_date_to_civil(crime->recorded, &year, &month, &day);
    row->person = person;
    row->victim = crime->victim_index;
    row->agency = crime->agency;
    row->list = crime->list;
    row->from = crime->from;
    row->to = crime->to;
    row->recorded = crime->recorded;
    row->quarter = (uint8_t)((month - 1) / 3);
    row->event = (uint8_t)crime->event;
    row->copy = (uint8_t)crime->copy;
    row->evidence = lac_simulate_kinds[crime->victim->kind].true_case;
    if (fill_crime(nation, crime, row)) return lac_fail_memory(err, "rows");
    for (int c = 0; c < LAC_RETURN_COLUMNS; c++)
        if (!row->field[c]) return lac_fail_memory(err, "rows");
    st = lac_simulate_person_fill(nation, crime, person, row, err);
    row->field[LAC_RETURN_role] = roles[nation->person[person].role];
    return st;
}

/* The victim's row, those of facilitators, and where police or a complete list report those of the suspects
 * known by name. Every list gives the facilitators: `n_suspects` leaves them out, and a case of one suspect
 * and one facilitator is in scope. */
static enum lac_status emit_crime(const struct lac_simulate_nation *nation,
                                  const struct lac_simulate_crime *crime, struct lac_simulate_rows *rows,
                                  struct lac_error *err)
{
    const struct lac_simulate_person *v = crime->victim;
    enum lac_status st = emit_row(nation, crime, crime->victim_index, rows, err);
    bool named = is_police(nation, crime->list) || is_complete(nation, crime->list);
    uint32_t first = named ? 0 : v->n_suspects;
    for (uint32_t j = first; !st && j < v->n_suspects + v->n_facilitators; j++) {
        uint32_t person = (uint32_t)lac_simulate_case_person(nation, v, j);
        if (nation->person[person].identified) st = emit_row(nation, crime, person, rows, err);
    }
    return st;
}

static const char *reference(const struct lac_simulate_nation *nation, const struct lac_simulate_rows *rows,
                             const struct lac_simulate_crime *crime)
{
    const struct lac_simulate_agency *agency = &rows->agency[crime->agency];
    uint64_t key = ((uint64_t)crime->victim_index * 8 + crime->event) * LAC_COPY_COUNT + crime->copy;
    uint32_t number = lac_simulate_scramble(key);
    int year, month, day;
    lac_date_to_civil(crime->recorded, &year, &month, &day);
    if (agency->force >= 0)
        return lac_arena_printf(nation->arena, "%s/%08u/%02d", nation->world->force[agency->force].number,
                                number, year % 100);
    return lac_arena_printf(nation->arena, "%s-%02d-%08u",
                            lac_simulate_lists(nation->settings)[crime->list].code, year % 100, number);
}

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* When the event was, when it was recorded: the lag is exponential, truncated at the end of the period. */
static void draw_event(const struct lac_simulate_nation *nation, struct lac_simulate_crime *crime,
                       struct lac_random *random)
{
    const struct lac_simulate_settings *s = nation->settings;
    const struct lac_simulate_person *v = crime->victim;
    bool police = is_police(nation, crime->list), open_end = lac_random_uniform(random) < 0.5;
    bool no_dates = lac_random_uniform(random) < lac_simulate_lists(s)[crime->list].dates_missing;
    double when = lac_random_uniform(random), lag = lac_random_uniform(random);
    if (v->kind == LAC_KIND_NON_RECENT) {
        crime->from = v->onset;
        crime->to = v->end;
        crime->recorded = s->period_start + (int32_t)(when * (s->period_end - s->period_start + 1));
        return;
    }
    int32_t low = v->onset > s->period_start ? v->onset : s->period_start,
            high = least(v->end, s->period_end);
    int32_t event = low + (int32_t)(when * (high - low + 1));
    double mean = s->police.lag_days, room = s->period_end - event;
    crime->recorded = least(event + (int32_t)(-mean * log1p(lag * expm1(-room / mean))), s->period_end);
    crime->from = police && crime->event == 0 ? v->onset : event;
    crime->to = least(v->end, crime->recorded);
    if (!police && open_end) crime->to = LAC_DATE_NONE;
    if (no_dates) crime->from = crime->to = LAC_DATE_NONE;
}

/* The same crime entered again: by the same agency, or by a second force. */
static enum lac_status emit_copies(const struct lac_simulate_nation *nation, struct lac_simulate_crime *crime,
                                   struct lac_random *random, struct lac_simulate_rows *rows,
                                   struct lac_error *err)
{
    const struct lac_simulate_settings *s = nation->settings;
    struct lac_simulate_crime copy = *crime;
    bool twice = lac_random_uniform(random) < lac_simulate_lists(s)[crime->list].duplicates;
    bool between = lac_random_uniform(random) < s->police.between;
    bool moved = lac_random_uniform(random) < s->police.transfer;
    int32_t later = (int32_t)lac_random_below(random, 20);
    copy.recorded = least(crime->recorded + later, s->period_end);
    if (twice) {
        copy.copy = LAC_COPY_DUPLICATE;
        copy.ref = reference(nation, rows, &copy);
        if (!copy.ref) return lac_fail_memory(err, "rows");
        enum lac_status st = emit_crime(nation, &copy, rows, err);
        if (st) return st;
    }
    int force = rows->agency[crime->agency].force;
    if (!between || force < 0) return LAC_OK;
    uint32_t other = other_force(nation->world, (uint32_t)force, random);
    copy.copy = LAC_COPY_OTHER_FORCE;
    copy.agency = rows->first_agency[crime->list] + other;
    copy.ref = reference(nation, rows, &copy);
    if (!copy.ref) return lac_fail_memory(err, "rows");
    if (moved && lac_simulate_kinds[crime->victim->kind].true_case) {
        crime->status = "TRANSFERRED";
        crime->transfer_force = nation->world->force[other].code;
        crime->transfer_ref = copy.ref;
    }
    return emit_crime(nation, &copy, rows, err);
}

/* Everything one list records of one victim. */
static enum lac_status emit_victim(const struct lac_simulate_nation *nation, uint32_t victim, uint32_t list,
                                   struct lac_simulate_rows *rows, struct lac_error *err)
{
    const struct lac_simulate_list_settings *l = &lac_simulate_lists(nation->settings)[list];
    const struct lac_simulate_person *v = &nation->person[victim];
    struct lac_random random = lac_simulate_stream(nation, LAC_DRAW_EVENTS, victim, list << 16);
    bool elsewhere = lac_random_uniform(&random) < nation->settings->police.other_force;
    uint32_t force = elsewhere ? other_force(nation->world, v->force, &random) : v->force;
    uint32_t agency = rows->first_agency[list];
    if (is_police(nation, list))
        agency += force;
    else if (strcmp(l->spread, "region") == 0)
        agency += (uint32_t)nation->world->force[v->force].region_index;
    else
        agency += lac_random_below(&random, (uint32_t)l->agencies.count);
    bool reclassified = lac_random_uniform(&random) < 0.5;
    const char *status = v->kind != LAC_KIND_CANCELLED ? "LIVE" : reclassified ? "RECLASSIFIED" : "CANCELLED";
    for (uint32_t event = 0; event < MOST_EVENTS; event++) {
        struct lac_simulate_crime crime = {.victim = v,
                                           .victim_index = victim,
                                           .list = list,
                                           .agency = agency,
                                           .event = event,
                                           .status = status,
                                           .transfer_force = "",
                                           .transfer_ref = ""};
        draw_event(nation, &crime, &random);
        crime.ref = reference(nation, rows, &crime);
        if (!crime.ref) return lac_fail_memory(err, "rows");
        enum lac_status st = LAC_OK;
        if (event == 0) st = emit_copies(nation, &crime, &random, rows, err);
        if (!st) st = emit_crime(nation, &crime, rows, err);
        if (st) return st;
        if (lac_random_uniform(&random) >= l->again) break;
    }
    return LAC_OK;
}

static int compare_u32(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_rows(const void *left, const void *right)
{
    const struct lac_simulate_row *a = left, *b = right;
    int order = compare_u32(a->agency, b->agency);
    if (!order) order = compare_u32(a->quarter, b->quarter);
    if (!order) order = (a->recorded > b->recorded) - (a->recorded < b->recorded);
    if (!order) order = compare_u32(a->victim, b->victim);
    if (!order) order = compare_u32(a->event, b->event);
    if (!order) order = compare_u32(a->copy, b->copy);
    return order ? order : compare_u32(a->person, b->person);
}

enum lac_status lac_simulate_rows_draw(const struct lac_simulate_nation *nation,
                                       struct lac_simulate_rows *rows, struct lac_error *err)
{
    memset(rows, 0, sizeof *rows);
    enum lac_status st = build_agencies(nation, rows, err);
    for (uint32_t i = 0; !st && i < nation->victims; i++)
        for (uint32_t l = 0; !st && l < nation->settings->lists.count; l++)
            if (nation->person[i].presence[l]) st = emit_victim(nation, i, l, rows, err);
    if (!st && rows->rows > 1) qsort(rows->row, rows->rows, sizeof *rows->row, compare_rows);
    return st;
}

void lac_simulate_rows_release(struct lac_simulate_rows *rows)
{
    free(rows->row);
    rows->row = NULL;
    rows->rows = rows->capacity = 0;
}
