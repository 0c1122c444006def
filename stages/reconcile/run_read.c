/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run.h"

#include <string.h>

#include "base/file.h"
#include "group.h"

#define QUARTERS 400

static bool has_word(const struct lac_strings *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++) {
        if (strcmp(words->item[i], word) == 0) return true;
    }
    return false;
}

/* The populations asked for; victims where nothing is said. */
static void ask(struct lac_reconcile_run *run)
{
    const struct lac_strings *words = &run->stage->config->strata.populations;

    for (int p = 0; p < LAC_RECONCILE_POPULATIONS; p++) {
        struct lac_reconcile_cohort *cohort = &run->cohort[p];

        cohort->name = lac_reconcile_population_word((enum lac_reconcile_population_id)p);
        cohort->asked = words->count == 0 ? p == LAC_RECONCILE_VICTIMS : has_word(words, cohort->name);
    }
}

static enum lac_status set_windows(struct lac_reconcile_run *run, struct lac_error *err)
{
    const struct lac_config *config = run->stage->config;
    const struct lac_strings *words = &config->strata.windows;
    const struct lac_reconcile_window_kinds kinds = {has_word(words, "year"), has_word(words, "quarter"),
                                                     has_word(words, "rolling")};

    run->window = LAC_NEW(&run->stage->arena, struct lac_reconcile_window, 2 * QUARTERS + 1);
    run->counted = LAC_NEW(&run->stage->arena, bool, 2 * QUARTERS + 1);
    if (run->window == NULL || run->counted == NULL) return lac_fail_memory(err, "windows");
    run->windows =
        lac_reconcile_windows((struct lac_reconcile_window){config->run.period_start, config->run.period_end},
                              kinds, QUARTERS, run->window, run->counted);
    return LAC_OK;
}

enum lac_status lac_reconcile_run_settings(struct lac_reconcile_run *run, struct lac_error *err)
{
    struct lac_stage *stage = run->stage;
    const struct lac_strata_settings *strata = &stage->config->strata;
    char *data, *codes;
    enum lac_status status;

    status = lac_reconcile_lists_check(&stage->config->lists, err);
    if (status == LAC_OK)
        status = lac_reconcile_rules_load(&stage->config->definitions, &stage->arena, &run->rules, err);
    if (status == LAC_OK) status = lac_data_folder(&stage->arena, &data, err);
    if (status != LAC_OK) return status;
    codes = lac_path_join(&stage->arena, data, "datasets/codes");
    if (codes == NULL) return lac_fail_memory(err, "a file name");
    status = lac_reconcile_places_load(codes, &stage->arena, &run->places, err);
    run->geography = (struct lac_reconcile_geography){
        .regions = run->places.regions,
        .forces = run->places.forces,
        .region_of = run->places.region_of,
        .nation = has_word(&strata->geographies, "nation"),
        .by_region = has_word(&strata->geographies, "region"),
        .by_force = has_word(&strata->geographies, "force"),
    };
    ask(run);
    if (status == LAC_OK) status = lac_reconcile_strata_make(strata, &stage->arena, &run->strata, err);
    return status == LAC_OK ? set_windows(run, err) : status;
}

/* LAC_INPUT where a record points at no row of `returns`. */
static enum lac_status check_returns(const struct lac_table *records, const struct lac_table *returns,
                                     struct lac_error *err)
{
    const uint32_t *index = lac_u32(records, LAC_COL_records_return_index);
    for (size_t row = 0; row < records->rows; row++) {
        if (index[row] < returns->rows) continue;
        enum lac_status status = lac_fail(err, LAC_INPUT, "a record points at no row of `returns`");
        lac_error_file(err, "store/records.h5");
        lac_error_row(err, (int64_t)row + 1, "return_index");
        lac_error_remedy(err, "the store is damaged: run `lacuna ingest` again");
        return status;
    }
    return LAC_OK;
}

static enum lac_status read_tables(struct lac_reconcile_run *run, struct lac_error *err)
{
    const char *folder = run->stage->run;
    enum lac_status status = lac_store_read(folder, LAC_TABLE_records, &run->records, err);

    if (status == LAC_OK) status = lac_store_read(folder, LAC_TABLE_cases, &run->cases, err);
    if (status == LAC_OK) status = lac_store_read(folder, LAC_TABLE_grid, &run->grid, err);
    if (status == LAC_OK) status = lac_store_read(folder, LAC_TABLE_returns, &run->returns, err);
    if (status == LAC_OK) status = check_returns(&run->records, &run->returns, err);
    if (status == LAC_OK) status = lac_store_read(folder, LAC_TABLE_persons, &run->persons, err);
    return status == LAC_OK ? lac_store_read(folder, LAC_TABLE_partitions, &run->partitions, err) : status;
}

static enum lac_status gather(struct lac_reconcile_run *run, struct lac_error *err)
{
    struct lac_arena *arena = &run->stage->arena;
    struct lac_reconcile_set *set = &run->input.set;
    const struct lac_reconcile_sources sources = {&run->records,    &run->cases,
                                                  &run->grid,       &run->persons,
                                                  &run->partitions, &run->stage->config->lists,
                                                  &run->places,     (size_t)run->stage->config->link.draws};
    const struct lac_reconcile_birth *birth;
    size_t homes;
    uint8_t *scratch;
    enum lac_status status = lac_reconcile_input_make(&sources, arena, &run->input, err);

    if (status != LAC_OK) return status;
    if ((scratch = LAC_NEW(arena, uint8_t, set->cases)) == NULL) return lac_fail_memory(err, "cases");
    run->facts.void_transfers = lac_reconcile_transfers_void(set, scratch);
    status = lac_reconcile_homes_fill(set->row, set->rows, &homes, err);
    if (status == LAC_OK)
        status = lac_reconcile_population_settle(set, LAC_RECONCILE_OF_VICTIMS, arena, &run->victims, err);
    if (status == LAC_OK)
        status = lac_reconcile_population_settle(set, LAC_RECONCILE_OF_INVOLVED, arena, &run->involved, err);
    if (status != LAC_OK) return status;
    if ((birth = lac_reconcile_births_of(&run->involved, arena)) == NULL)
        return lac_fail_memory(err, "persons");
    status = lac_reconcile_facts_build(set, birth, arena, &run->facts, err);
    if (status == LAC_OK)
        lac_log_info(&run->stage->log, "%zu records, %zu victims, %zu homes by postcode, %zu transfers",
                     set->rows, set->victims, homes, set->transfers);
    return status;
}

static void warn(const struct lac_reconcile_run *run)
{
    const struct lac_log *log = &run->stage->log;

    if (run->input.no_list > 0)
        lac_log_warn(log, "%zu victim rows belong to no capture list of the configuration",
                     run->input.no_list);
    if (run->input.no_date > 0)
        lac_log_warn(log, "%zu victim rows have no date and lie in no window", run->input.no_date);
    if (run->facts.ignored_references > 0)
        lac_log_warn(log, "%zu group references stand on more than %d cases and are ignored",
                     run->facts.ignored_references, LAC_RECONCILE_NETWORK_LIMIT);
    if (run->facts.void_transfers > 0)
        lac_log_info(log, "%zu transferred rows fell away with the case they went to",
                     run->facts.void_transfers);
}

/* A group is named by the first of its persons' identifiers in the order of letters. */
static enum lac_status name_groups(struct lac_reconcile_run *run, struct lac_error *err)
{
    struct lac_reconcile_cohort *cohort = &run->cohort[LAC_RECONCILE_GROUPS];
    const struct lac_reconcile_index *index = &cohort->people.index;
    const char **id = LAC_NEW(&run->stage->arena, const char *, index->persons);
    size_t largest = 0;

    if (id == NULL) return lac_fail_memory(err, "groups");
    for (size_t g = 0; g < index->persons; g++) {
        const char *first = NULL;

        for (size_t i = index->first[g]; i < index->first[g + 1]; i++) {
            const struct lac_reconcile_row *row = &run->input.set.row[index->row[i]];
            const char *person = row->role == LAC_RECONCILE_VICTIM ? run->input.victim_id[row->person]
                                                                   : run->input.involved_id[row->person];

            if (first == NULL || strcmp(person, first) < 0) first = person;
        }
        id[g] = lac_arena_printf(&run->stage->arena, "G-%s", first);
        if (id[g] == NULL) return lac_fail_memory(err, "groups");
        if (index->first[g + 1] - index->first[g] > largest) largest = index->first[g + 1] - index->first[g];
    }
    cohort->ids = id;
    lac_log_info(&run->stage->log, "%zu groups, the largest of %zu records", index->persons, largest);
    return LAC_OK;
}

/* The persons of every population asked for. */
static enum lac_status form_cohorts(struct lac_reconcile_run *run, struct lac_error *err)
{
    struct lac_arena *arena = &run->stage->arena;
    struct lac_reconcile_cohort *suspects = &run->cohort[LAC_RECONCILE_SUSPECTS],
                                *groups = &run->cohort[LAC_RECONCILE_GROUPS];
    enum lac_status status = LAC_OK;

    run->cohort[LAC_RECONCILE_VICTIMS].people = run->victims;
    run->cohort[LAC_RECONCILE_VICTIMS].ids = run->input.victim_id;
    suspects->ids = run->input.involved_id;
    if (suspects->asked)
        status = lac_reconcile_population_settle(&run->input.set, LAC_RECONCILE_OF_IDENTIFIED, arena,
                                                 &suspects->people, err);
    if (status != LAC_OK || !groups->asked) return status;
    status = lac_reconcile_groups_settle(&run->input.set, &run->facts, arena, &groups->people, err);
    return status == LAC_OK ? name_groups(run, err) : status;
}

enum lac_status lac_reconcile_run_read(struct lac_reconcile_run *run, struct lac_error *err)
{
    enum lac_status status = read_tables(run, err);

    if (status == LAC_OK) status = gather(run, err);
    if (status != LAC_OK) return status;
    warn(run);
    return form_cohorts(run, err);
}
