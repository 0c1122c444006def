/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/digest.h"
#include "definition.h"

uint8_t lac_reconcile_list_bit(const struct lac_sections *lists, const char *code)
{
    const struct lac_list_settings *list = lists->item;

    for (size_t i = 0; i < lists->count; i++) {
        for (size_t j = 0; j < list[i].from.count; j++) {
            if (strcmp(list[i].from.item[j], code) == 0) return (uint8_t)i;
        }
    }
    return LAC_RECONCILE_NO_LIST;
}

enum lac_status lac_reconcile_lists_check(const struct lac_sections *lists, struct lac_error *err)
{
    const struct lac_list_settings *list = lists->item;

    for (size_t i = 0; i < lists->count; i++) {
        for (size_t j = 0; j < list[i].from.count; j++) {
            if (lac_reconcile_list_bit(lists, list[i].from.item[j]) == i) continue;
            lac_fail(err, LAC_USAGE, "lists: %s feeds more than one capture list", list[i].from.item[j]);
            lac_error_rule(err, "config-lists");
            lac_error_remedy(err, "name it in the `from` of one capture list");
            return LAC_USAGE;
        }
    }
    return LAC_OK;
}

/* --- dictionary codes to numbers ----------------------------------------------------------------------- */

/* What every code of a column's dictionary means; [count] is the meaning of a missing cell. */
struct meaning {
    uint32_t *of, missing;
};
struct finder {
    uint32_t (*find)(const void *context, const char *text);
    const void *context;
};

static enum lac_status learn(const struct lac_table *table, enum lac_column_id column, struct finder by,
                             struct lac_arena *arena, struct meaning *meaning)
{
    const struct lac_dict *dict = lac_dict_of(table, column);

    meaning->of = LAC_NEW(arena, uint32_t, dict->count);
    meaning->missing = by.find(by.context, "");
    if (meaning->of == NULL) return LAC_NOMEM;
    for (uint32_t i = 0; i < dict->count; i++) meaning->of[i] = by.find(by.context, lac_dict_text(dict, i));
    return LAC_OK;
}

static uint32_t meaning_of(const struct meaning *meaning, const uint32_t *codes, size_t row)
{
    return codes[row] == LAC_MISSING_STR ? meaning->missing : meaning->of[codes[row]];
}

static uint32_t find_list(const void *context, const char *text)
{
    return lac_reconcile_list_bit(context, text);
}

static uint32_t find_force(const void *context, const char *text)
{
    return lac_reconcile_force_find(context, text);
}

static uint32_t find_home(const void *context, const char *text)
{
    return lac_reconcile_district_force(context, text);
}

static uint32_t find_criterion(const void *context, const char *text)
{
    unsigned bit = lac_reconcile_criterion_bit(text);

    (void)context;
    return bit == LAC_RECONCILE_UNK ? 0 : bit;
}

static uint32_t find_answer(const void *context, const char *text)
{
    (void)context;
    if (strcmp(text, "Y") == 0) return LAC_RECONCILE_YES;
    return strcmp(text, "N") == 0 ? LAC_RECONCILE_NO : 0;
}

static uint32_t find_role(const void *context, const char *text)
{
    (void)context;
    if (strcmp(text, "VICTIM") == 0) return LAC_RECONCILE_VICTIM;
    return strcmp(text, "FACILITATOR") == 0 ? LAC_RECONCILE_FACILITATOR : LAC_RECONCILE_SUSPECT;
}

static uint32_t find_sex(const void *context, const char *text)
{
    (void)context;
    return strcmp(text, "M") == 0 || strcmp(text, "F") == 0 || strcmp(text, "I") == 0 ? (uint32_t)text[0] : 0;
}

enum { LIVE, VOID, MOVED };
static uint32_t find_status(const void *context, const char *text)
{
    (void)context;
    if (strcmp(text, "CANCELLED") == 0 || strcmp(text, "RECLASSIFIED") == 0) return VOID;
    return strcmp(text, "TRANSFERRED") == 0 ? MOVED : LIVE;
}

static uint32_t find_basis(const void *context, const char *text)
{
    (void)context;
    return strcmp(text, "AT_RISK") == 0 ? VOID : LIVE;
}

static uint32_t find_state(const void *context, const char *text)
{
    (void)context;
    if (strcmp(text, "FULL") == 0 || strcmp(text, "NIL") == 0) return LAC_RECONCILE_WHOLE;
    return strcmp(text, "PARTIAL") == 0 ? LAC_RECONCILE_PARTIAL : LAC_RECONCILE_LACKING;
}

/* --- persons ------------------------------------------------------------------------------------------- */

static enum lac_status fail_links(size_t record, struct lac_error *err)
{
    lac_fail(err, LAC_INPUT, "record %zu of records.h5 has no person of its population in links.h5", record);
    lac_error_file(err, "links.h5");
    lac_error_rule(err, "links-person");
    lac_error_remedy(err, "the two files do not belong together: run link again");
    return LAC_INPUT;
}

static uint32_t find_population(const void *context, const char *text)
{
    (void)context;
    return strcmp(text, "victims") == 0;
}

/* Sets `person` of every row. */
static enum lac_status set_persons(const struct lac_table *persons, struct lac_arena *arena,
                                   struct lac_reconcile_input *input, struct lac_error *err)
{
    const uint32_t *record = lac_u32(persons, LAC_COL_persons_record);
    const uint32_t *number = lac_u32(persons, LAC_COL_persons_person);
    const uint32_t *population = lac_codes(persons, LAC_COL_persons_population);
    struct lac_reconcile_set *set = &input->set;
    struct meaning victims;

    if (learn(persons, LAC_COL_persons_population, (struct finder){find_population, NULL}, arena, &victims) !=
        LAC_OK)
        return lac_fail_memory(err, "persons");
    for (size_t i = 0; i < persons->rows; i++) {
        bool victim = meaning_of(&victims, population, i) != 0;
        size_t *count = victim ? &set->victims : &set->suspects;

        if (record[i] >= set->rows || victim != (set->row[record[i]].role == LAC_RECONCILE_VICTIM) ||
            number[i] == LAC_MISSING_U32)
            return fail_links(record[i], err);
        set->row[record[i]].person = number[i];
        if (number[i] >= *count) *count = (size_t)number[i] + 1;
    }
    for (size_t i = 0; i < set->rows; i++) {
        if (set->row[i].person == LAC_RECONCILE_NONE) return fail_links(i, err);
    }
    input->victim_id = LAC_NEW(arena, const char *, set->victims);
    input->involved_id = LAC_NEW(arena, const char *, set->suspects);
    if (input->victim_id == NULL || input->involved_id == NULL) return lac_fail_memory(err, "persons");
    for (size_t i = 0; i < persons->rows; i++) {
        const char **id = meaning_of(&victims, population, i) != 0 ? input->victim_id : input->involved_id;

        id[number[i]] = lac_text(persons, LAC_COL_persons_person_id, i);
    }
    return LAC_OK;
}

/* --- drawn linkages ------------------------------------------------------------------------------------ */

static enum lac_status set_labels(const struct lac_reconcile_sources *from, struct lac_arena *arena,
                                  struct lac_reconcile_input *input, struct lac_error *err)
{
    const struct lac_table *t = from->partitions;
    const uint32_t *draw = lac_u32(t, LAC_COL_partitions_draw);
    const uint32_t *record = lac_u32(t, LAC_COL_partitions_record);
    const uint32_t *person = lac_u32(t, LAC_COL_partitions_person);

    input->label = LAC_NEW(arena, struct lac_reconcile_label, t->rows);
    if (input->label == NULL) return lac_fail_memory(err, "drawn linkages");
    input->labels = t->rows;
    for (size_t i = 0; i < t->rows; i++) {
        if (draw[i] >= from->draws) {
            lac_fail(err, LAC_INPUT, "links.h5 holds more drawn linkages than link.draws, %zu", from->draws);
            lac_error_rule(err, "links-partition");
            lac_error_remedy(err, "run link again with these settings");
            return LAC_INPUT;
        }
        input->label[i] = (struct lac_reconcile_label){draw[i], record[i], person[i]};
    }
    return LAC_OK;
}

/* --- rows ---------------------------------------------------------------------------------------------- */

/* Meanings and columns of `records`, gathered once. */
struct columns {
    struct meaning list, referral, role, criterion, flag, sex, lad, force, status, basis;
    struct meaning image;
};

static enum lac_status learn_columns(const struct lac_reconcile_sources *from, struct lac_arena *arena,
                                     struct columns *c)
{
    const struct lac_sections *lists = from->lists;
    const struct lac_reconcile_places *places = from->places;
    enum lac_status status = LAC_OK;
    const struct {
        enum lac_column_id column;
        struct finder by;
        struct meaning *meaning;
    } all[] = {
        {LAC_COL_records_list, {find_list, lists}, &c->list},
        {LAC_COL_records_referral_source, {find_list, lists}, &c->referral},
        {LAC_COL_records_role, {find_role, NULL}, &c->role},
        {LAC_COL_records_criterion, {find_criterion, NULL}, &c->criterion},
        {LAC_COL_records_cse_flag, {find_answer, NULL}, &c->flag},
        {LAC_COL_records_image_only, {find_answer, NULL}, &c->image},
        {LAC_COL_records_sex, {find_sex, NULL}, &c->sex},
        {LAC_COL_records_lad, {find_home, places}, &c->lad},
        {LAC_COL_records_force, {find_force, places}, &c->force},
        {LAC_COL_records_status, {find_status, NULL}, &c->status},
        {LAC_COL_records_basis, {find_basis, NULL}, &c->basis},
    };

    for (size_t i = 0; status == LAC_OK && i < sizeof all / sizeof *all; i++)
        status = learn(from->records, all[i].column, all[i].by, arena, all[i].meaning);
    return status;
}

static int32_t said(int32_t value)
{
    return value < 0 ? LAC_RECONCILE_UNSAID : value;
}

#define MEANING(member, column) meaning_of(&c->member, lac_codes(t, LAC_COL_records_##column), i)
#define NUMBER(column) lac_i32(t, LAC_COL_records_##column)[i]
#define KNOWN(column) (lac_codes(t, LAC_COL_records_##column)[i] != LAC_MISSING_STR)

static void fill_row(const struct lac_table *t, const struct columns *c, size_t i,
                     struct lac_reconcile_row *row)
{
    uint8_t list = (uint8_t)MEANING(list, list), referrer = (uint8_t)MEANING(referral, referral_source);

    *row = (struct lac_reconcile_row){
        .record = (uint32_t)i,
        .case_index = lac_u32(t, LAC_COL_records_case_index)[i],
        .return_index = lac_u32(t, LAC_COL_records_return_index)[i],
        .person = LAC_RECONCILE_NONE,
        .group = LAC_RECONCILE_NONE,
        .role = (enum lac_reconcile_role)MEANING(role, role),
        .list = list,
        .referrer = referrer == list ? LAC_RECONCILE_NO_LIST : referrer,
        .evidence = MEANING(status, status) != VOID && MEANING(basis, basis) != VOID,
        .at_risk = MEANING(basis, basis) == VOID,
        .named = KNOWN(forename_folded) || KNOWN(surname_folded) || KNOWN(person_ref) || KNOWN(national_ref),
        .criterion = MEANING(criterion, criterion),
        .flag = MEANING(flag, cse_flag),
        .image = MEANING(image, image_only),
        .dob = NUMBER(dob) < 0 ? 0 : NUMBER(dob),
        .age = said(NUMBER(age)),
        .from = NUMBER(offence_from),
        .to = NUMBER(offence_to),
        .recorded = NUMBER(recorded_date),
        .n_suspects = said(NUMBER(n_suspects)),
        .n_unidentified = said(NUMBER(n_suspects_unidentified)),
        .n_victims = said(NUMBER(n_victims)),
        .sex = (char)MEANING(sex, sex),
        .lad = KNOWN(lad) ? lac_codes(t, LAC_COL_records_lad)[i] : LAC_RECONCILE_NONE,
        .home = MEANING(lad, lad),
        .force = MEANING(force, force),
        .postcode = lac_text(t, LAC_COL_records_postcode, i),
        .code = lac_text(t, LAC_COL_records_offence_code, i),
        .operation = lac_text(t, LAC_COL_records_operation, i),
        .reference = lac_text(t, LAC_COL_records_group_ref, i),
    };
}

/* Texts of a record, hashed after `hash`: neither the order of rows nor the numbers of texts enter. */
static uint64_t hash_texts(const struct lac_table *records, const enum lac_column_id *column, size_t n,
                           size_t row, uint64_t hash)
{
    for (size_t i = 0; i < n; i++) {
        const char *text = lac_text(records, column[i], row);

        hash = lac_hash64(text, strlen(text), hash);
    }
    return hash;
}

/* Names of a record by what it says alone: of its streams, and beside all others. */
static void name_row(const struct lac_reconcile_sources *from, struct lac_reconcile_row *row)
{
    static const enum lac_column_id columns[] = {
        LAC_COL_records_list,           LAC_COL_records_force,
        LAC_COL_records_person_ref,     LAC_COL_records_forename_folded,
        LAC_COL_records_surname_folded, LAC_COL_records_role,
        LAC_COL_records_postcode,       LAC_COL_records_offence_code,
    };
    static const enum lac_column_id others[] = {
        LAC_COL_records_sex,          LAC_COL_records_lad,
        LAC_COL_records_criterion,    LAC_COL_records_cse_flag,
        LAC_COL_records_image_only,   LAC_COL_records_group_ref,
        LAC_COL_records_operation,    LAC_COL_records_status,
        LAC_COL_records_basis,        LAC_COL_records_referral_source,
        LAC_COL_records_national_ref,
    };
    const int32_t number[] = {row->dob, row->age, row->from, row->to, row->recorded, row->n_suspects};
    const int32_t other[] = {row->n_unidentified, row->n_victims};
    const char *ref = lac_text(from->cases, LAC_COL_cases_local_ref, row->case_index);
    uint64_t hash = lac_hash64(number, sizeof number, lac_hash64(ref, strlen(ref), 0));

    row->content = hash_texts(from->records, columns, LAC_COUNT(columns), row->record, hash);
    hash = lac_hash64(other, sizeof other, row->content);
    row->order = hash_texts(from->records, others, LAC_COUNT(others), row->record, hash);
}

static enum lac_status make_rows(const struct lac_reconcile_sources *from, struct lac_arena *arena,
                                 struct lac_reconcile_input *input)
{
    const struct lac_table *t = from->records;
    const uint32_t *status = lac_codes(t, LAC_COL_records_status);
    struct lac_reconcile_set *set = &input->set;
    struct columns columns;

    set->rows = t->rows;
    set->cases = from->cases->rows;
    set->row = LAC_NEW(arena, struct lac_reconcile_row, t->rows);
    set->transferred = LAC_NEW(arena, bool, t->rows);
    if (set->row == NULL || set->transferred == NULL) return LAC_NOMEM;
    if (learn_columns(from, arena, &columns) != LAC_OK) return LAC_NOMEM;
    for (size_t i = 0; i < t->rows; i++) {
        int32_t first, last;

        fill_row(t, &columns, i, &set->row[i]);
        set->transferred[i] = meaning_of(&columns.status, status, i) == MOVED;
        if (set->row[i].role != LAC_RECONCILE_VICTIM || !set->row[i].evidence) continue;
        input->no_list += set->row[i].list == LAC_RECONCILE_NO_LIST ? 1 : 0;
        input->no_date += lac_reconcile_row_event(&set->row[i], &first, &last) ? 0 : 1;
    }
    return LAC_OK;
}

static enum lac_status check_cases(const struct lac_reconcile_set *set, struct lac_error *err)
{
    for (size_t i = 0; i < set->rows; i++) {
        if (set->row[i].case_index < set->cases) continue;
        lac_fail(err, LAC_INPUT, "record %zu names a case that does not exist", i);
        lac_error_file(err, "records.h5");
        lac_error_rule(err, "records-case");
        lac_error_remedy(err, "run ingest again");
        return LAC_INPUT;
    }
    return LAC_OK;
}

/* --- group references ---------------------------------------------------------------------------------- */

struct reference {
    uint32_t list, agency, group;
};

static int compare_references(const void *a, const void *b)
{
    const struct reference *x = a, *y = b;

    if (x->list != y->list) return x->list < y->list ? -1 : 1;
    if (x->agency != y->agency) return x->agency < y->agency ? -1 : 1;
    return (x->group > y->group) - (x->group < y->group);
}

static struct reference reference_of(const struct lac_reconcile_sources *from,
                                     const struct lac_reconcile_row *row, uint32_t group)
{
    struct reference reference = {lac_codes(from->cases, LAC_COL_cases_list)[row->case_index],
                                  lac_codes(from->cases, LAC_COL_cases_agency)[row->case_index], group};

    return reference;
}

/* A group reference holds within one agency: rows get the number of (list, agency, reference). */
static enum lac_status set_groups(const struct lac_reconcile_sources *from, struct lac_arena *arena,
                                  struct lac_reconcile_set *set)
{
    const uint32_t *group = lac_codes(from->records, LAC_COL_records_group_ref);
    struct reference *all = LAC_NEW(arena, struct reference, set->rows);
    size_t n = 0, kept = 0;

    if (all == NULL) return LAC_NOMEM;
    for (size_t i = 0; i < set->rows; i++) {
        if (group[i] != LAC_MISSING_STR) all[n++] = reference_of(from, &set->row[i], group[i]);
    }
    if (n > 1) qsort(all, n, sizeof *all, compare_references);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || compare_references(&all[kept - 1], &all[i]) != 0) all[kept++] = all[i];
    }
    for (size_t i = 0; i < set->rows; i++) {
        struct reference key, *found;

        if (group[i] == LAC_MISSING_STR) continue;
        key = reference_of(from, &set->row[i], group[i]);
        found = bsearch(&key, all, kept, sizeof *all, compare_references);
        if (found != NULL) set->row[i].group = (uint32_t)(found - all);
    }
    return LAC_OK;
}

/* --- transfers ----------------------------------------------------------------------------------------- */

struct address {
    uint32_t list, force;
    const char *ref, *agency;
    uint32_t case_index;
};

static int compare_addresses(const void *a, const void *b)
{
    const struct address *x = a, *y = b;

    if (x->list != y->list) return x->list < y->list ? -1 : 1;
    if (x->force != y->force) return x->force < y->force ? -1 : 1;
    return strcmp(x->ref, y->ref);
}

/* Whole order: of equal addresses the first agency by name comes first. */
static int compare_addresses_whole(const void *a, const void *b)
{
    const struct address *x = a, *y = b;
    int order = compare_addresses(a, b);

    if (order == 0) order = strcmp(x->agency, y->agency);
    return order != 0 ? order : (x->case_index > y->case_index) - (x->case_index < y->case_index);
}

static enum lac_status list_addresses(const struct lac_reconcile_sources *from, struct lac_arena *arena,
                                      struct address **out)
{
    const struct lac_table *cases = from->cases;
    struct meaning list, force;
    struct address *address = LAC_NEW(arena, struct address, cases->rows);

    *out = address;
    if (address == NULL ||
        learn(cases, LAC_COL_cases_list, (struct finder){find_list, from->lists}, arena, &list) != LAC_OK ||
        learn(cases, LAC_COL_cases_force, (struct finder){find_force, from->places}, arena, &force) != LAC_OK)
        return LAC_NOMEM;
    for (size_t i = 0; i < cases->rows; i++)
        address[i] = (struct address){meaning_of(&list, lac_codes(cases, LAC_COL_cases_list), i),
                                      meaning_of(&force, lac_codes(cases, LAC_COL_cases_force), i),
                                      lac_text(cases, LAC_COL_cases_local_ref, i),
                                      lac_text(cases, LAC_COL_cases_agency, i), (uint32_t)i};
    if (cases->rows > 1) qsort(address, cases->rows, sizeof *address, compare_addresses_whole);
    return LAC_OK;
}

/* Of the cases at one address that of the row's own kind of agency; failing that the first. */
static const struct address *choose_case(const struct lac_reconcile_sources *from, size_t row,
                                         const struct address *first, const struct address *end)
{
    const char *list = lac_text(from->records, LAC_COL_records_list, row);

    for (const struct address *at = first; at < end && compare_addresses(at, first) == 0; at++) {
        if (strcmp(lac_text(from->cases, LAC_COL_cases_list, at->case_index), list) == 0) return at;
    }
    return first;
}

static enum lac_status set_transfers(const struct lac_reconcile_sources *from, struct lac_arena *arena,
                                     struct lac_reconcile_set *set)
{
    const struct lac_table *t = from->records;
    struct address *address;

    set->transfer = LAC_NEW(arena, struct lac_reconcile_transfer, t->rows);
    if (set->transfer == NULL || list_addresses(from, arena, &address) != LAC_OK) return LAC_NOMEM;
    for (size_t i = 0; i < t->rows; i++) {
        const struct address *found;
        struct address key;

        if (!set->transferred[i]) continue;
        key = (struct address){
            set->row[i].list,
            lac_reconcile_force_find(from->places, lac_text(t, LAC_COL_records_transfer_force, i)),
            lac_text(t, LAC_COL_records_transfer_ref, i), "", 0};
        if (key.force == LAC_RECONCILE_NONE || key.ref[0] == '\0') continue;
        found = bsearch(&key, address, from->cases->rows, sizeof *address, compare_addresses);
        while (found != NULL && found > address && compare_addresses(found - 1, &key) == 0) found--;
        if (found != NULL) found = choose_case(from, i, found, address + from->cases->rows);
        if (found == NULL || found->case_index == set->row[i].case_index) continue;
        set->transfer[set->transfers++] =
            (struct lac_reconcile_transfer){set->row[i].case_index, found->case_index};
    }
    return LAC_OK;
}

/* --- expected returns ---------------------------------------------------------------------------------- */

static uint32_t find_code(const void *context, const char *text)
{
    return lac_dict_find(context, text);
}

/* Rows per agency of `cases` and region. */
static uint32_t *count_regions(const struct lac_reconcile_sources *from, const struct lac_reconcile_set *set,
                               struct lac_arena *arena)
{
    const struct lac_reconcile_places *places = from->places;
    size_t agencies = lac_dict_of(from->cases, LAC_COL_cases_agency)->count;
    const uint32_t *agency = lac_codes(from->cases, LAC_COL_cases_agency);
    uint32_t *count = LAC_NEW(arena, uint32_t, agencies * places->regions);

    for (size_t i = 0; count != NULL && i < set->rows; i++) {
        const struct lac_reconcile_row *row = &set->row[i];

        if (row->force != LAC_RECONCILE_NONE)
            count[agency[row->case_index] * places->regions + places->region_of[row->force]]++;
    }
    return count;
}

static enum lac_status set_owed(const struct lac_reconcile_sources *from, struct lac_arena *arena,
                                struct lac_reconcile_input *input)
{
    const struct lac_reconcile_places *places = from->places;
    const struct finder agencies = {find_code, lac_dict_of(from->cases, LAC_COL_cases_agency)};
    const struct lac_table *grid = from->grid;
    struct meaning list, force, state, agency;
    const uint32_t *count = count_regions(from, &input->set, arena);

    input->owed = LAC_NEW(arena, struct lac_reconcile_owed, grid->rows);
    if (count == NULL || input->owed == NULL ||
        learn(grid, LAC_COL_grid_list, (struct finder){find_list, from->lists}, arena, &list) != LAC_OK ||
        learn(grid, LAC_COL_grid_force, (struct finder){find_force, places}, arena, &force) != LAC_OK ||
        learn(grid, LAC_COL_grid_state, (struct finder){find_state, NULL}, arena, &state) != LAC_OK ||
        learn(grid, LAC_COL_grid_agency, agencies, arena, &agency) != LAC_OK)
        return LAC_NOMEM;
    input->owed_count = grid->rows;
    for (size_t i = 0; i < grid->rows; i++) {
        uint32_t who = meaning_of(&agency, lac_codes(grid, LAC_COL_grid_agency), i);

        input->owed[i] = (struct lac_reconcile_owed){
            /* Whoever did not work owed nothing. */
            .list = strcmp(lac_text(grid, LAC_COL_grid_state, i), "NOT_OPERATING") == 0
                        ? LAC_RECONCILE_NO_LIST
                        : (uint8_t)meaning_of(&list, lac_codes(grid, LAC_COL_grid_list), i),
            .force = meaning_of(&force, lac_codes(grid, LAC_COL_grid_force), i),
            .region = who == LAC_MISSING_STR
                          ? LAC_RECONCILE_NONE
                          : lac_reconcile_agency_region(count + who * places->regions, places->regions),
            .start = lac_i32(grid, LAC_COL_grid_period_start)[i],
            .end = lac_i32(grid, LAC_COL_grid_period_end)[i],
            .state = (enum lac_reconcile_state)meaning_of(&state, lac_codes(grid, LAC_COL_grid_state), i),
        };
    }
    return LAC_OK;
}

enum lac_status lac_reconcile_input_make(const struct lac_reconcile_sources *from, struct lac_arena *arena,
                                         struct lac_reconcile_input *input, struct lac_error *err)
{
    enum lac_status status;

    memset(input, 0, sizeof *input);
    if (make_rows(from, arena, input) != LAC_OK) return lac_fail_memory(err, "records");
    if ((status = check_cases(&input->set, err)) != LAC_OK) return status;
    for (size_t i = 0; i < input->set.rows; i++) name_row(from, &input->set.row[i]);
    if ((status = set_persons(from->persons, arena, input, err)) != LAC_OK) return status;
    if ((status = set_labels(from, arena, input, err)) != LAC_OK) return status;
    if (set_groups(from, arena, &input->set) != LAC_OK || set_transfers(from, arena, &input->set) != LAC_OK ||
        set_owed(from, arena, input) != LAC_OK)
        return lac_fail_memory(err, "cases");
    return LAC_OK;
}
