/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "trace.h"

/* The group of every row that has one; nothing where groups are not asked for. */
static void name_rows(const struct lac_reconcile_cohort *groups, const char **group)
{
    const struct lac_reconcile_index *index = &groups->people.index;

    for (size_t g = 0; g < index->persons; g++) {
        for (size_t i = index->first[g]; i < index->first[g + 1]; i++) group[index->row[i]] = groups->ids[g];
    }
}

/* Where the values of every person come from. */
static enum lac_status put_sources(struct lac_reconcile_run *run, struct lac_error *err)
{
    const struct lac_reconcile_set *set = &run->input.set;
    struct lac_reconcile_source *source = calloc(set->rows + 1, sizeof *source);
    const char **group = calloc(set->rows + 1, sizeof *group);
    enum lac_status status =
        source == NULL || group == NULL ? lac_fail_memory(err, "sources of persons") : LAC_OK;

    if (status == LAC_OK) {
        name_rows(&run->cohort[LAC_RECONCILE_GROUPS], group);
        lac_reconcile_sources_find(&run->victims.index, set->row, source);
        lac_reconcile_sources_find(&run->involved.index, set->row, source);
        status = lac_reconcile_sources_put(&run->output.sources, set, source, group, err);
    }
    free(group);
    free(source);
    return status;
}

static enum lac_status decide(struct lac_reconcile_run *run, struct lac_error *err)
{
    struct lac_arena *arena = &run->stage->arena;
    const struct lac_reconcile_basis basis = {
        &run->input.set, &run->facts, lac_reconcile_births_of(&run->victims, arena),
        run->cohort[LAC_RECONCILE_SUSPECTS].asked || run->cohort[LAC_RECONCILE_GROUPS].asked};
    enum lac_status status = LAC_OK;

    run->decision = LAC_NEW(arena, struct lac_reconcile_decision *, run->rules.count);
    if (run->decision == NULL || basis.birth == NULL) return lac_fail_memory(err, "decisions");
    for (size_t i = 0; status == LAC_OK && i < run->rules.count; i++) {
        run->decision[i] = LAC_NEW(arena, struct lac_reconcile_decision, run->input.set.rows);
        if (run->decision[i] == NULL) return lac_fail_memory(err, "decisions");
        status = lac_reconcile_rows_decide(&run->rules.rule[i], &basis, run->decision[i], err);
    }
    return status;
}

/* The drawn linkages, on top of the best one. */
static enum lac_status count_draws(struct lac_reconcile_run *run, struct lac_error *err)
{
    struct lac_arena *arena = &run->stage->arena;
    const struct lac_reconcile_linked linked = {&run->input.set, &run->facts, &run->victims.index,
                                                &run->involved.index,
                                                run->cohort[LAC_RECONCILE_GROUPS].asked};
    struct lac_reconcile_bench bench = {.set = &run->input.set,
                                        .facts = &run->facts,
                                        .rules = &run->rules,
                                        .decision = run->decision,
                                        .window = run->window,
                                        .windows = run->windows,
                                        .counted = run->counted,
                                        .patches = &run->patches};
    struct lac_reconcile_counts *counts[LAC_RECONCILE_POPULATIONS];
    enum lac_status status =
        lac_reconcile_patches_make(&linked, run->input.label, run->input.labels, arena, &run->patches, err);

    if (status == LAC_OK) status = lac_reconcile_bench_init(&bench, arena, err);
    for (int p = 0; p < LAC_RECONCILE_POPULATIONS; p++) {
        bench.asked[p] = run->cohort[p].asked;
        counts[p] = &run->cohort[p].counts;
    }
    if (status == LAC_OK) status = lac_reconcile_counts_patch(counts, &bench, err);
    if (status == LAC_OK)
        lac_log_info(&run->stage->log, "%d drawn linkages, judged in %zu patches",
                     (int)run->stage->config->link.draws, run->patches.count);
    return status;
}

static enum lac_status put_histories(struct lac_reconcile_run *run, const struct lac_reconcile_cohort *cohort,
                                     struct lac_error *err)
{
    struct lac_reconcile_block block = {.population = cohort->name,
                                        .places = &run->places,
                                        .geography = &run->geography,
                                        .strata = cohort->counts.spots.strata};
    struct lac_arena arena;
    enum lac_status status = LAC_OK;

    lac_arena_init(&arena);
    for (size_t i = 0; status == LAC_OK && i < run->windows * run->rules.count; i++) {
        size_t w = i / run->rules.count, rule = i % run->rules.count, census = rule * run->windows + w;
        struct lac_reconcile_sheet sheet;

        if (!run->counted[w]) continue;
        lac_arena_reset(&arena);
        block.window = run->window[w];
        block.definition = run->rules.rule[rule].id;
        status = lac_reconcile_counts_sheet(&cohort->counts, census, &arena, &sheet, err);
        if (status == LAC_OK) status = lac_reconcile_histories_put(&run->output, &block, &sheet, err);
        if (status == LAC_OK)
            status = lac_reconcile_accounts_put(&run->output.accounts, &block, &cohort->counts, census, err);
    }
    lac_arena_release(&arena);
    return status;
}

static enum lac_status write_store(struct lac_reconcile_run *run, struct lac_error *err)
{
    const struct lac_reconcile_output *o = &run->output;
    const struct lac_table *const tables[] = {
        &o->histories, &o->history_draws, &o->accounts, &o->history_lists,
        &o->verdicts,  &o->definitions,   &o->people,   &o->definition_overlaps,
        &o->reasons,   &o->sources,       &o->referrals};

    return lac_store_write(run->stage->run, LAC_FILE_histories, &run->stage->provenance, tables,
                           LAC_COUNT(tables), err);
}

/* Judged files: what they say of the victims' records. */
static enum lac_status read_audit(struct lac_reconcile_run *run, struct lac_error *err)
{
    const struct lac_config *config = run->stage->config;
    const struct lac_reconcile_audit_sources sources = {.files = &config->definitions.judged,
                                                        .records = &run->records,
                                                        .returns = &run->returns,
                                                        .set = &run->input.set,
                                                        .lists = config->lists.count,
                                                        .draws = (size_t)config->link.draws,
                                                        .seed = run->stage->seed};
    enum lac_status status = lac_reconcile_audit_read(&sources, &run->stage->arena, &run->audit, err);

    if (status == LAC_OK && run->audit.judged + run->audit.unknown + run->audit.undecided > 0)
        lac_log_info(&run->stage->log, "scope: %zu records judged, %zu undecided, %zu not in this run",
                     run->audit.judged, run->audit.undecided, run->audit.unknown);
    return status;
}

/* Counts of a population, and what its decided records teach of those that cannot tell. */
static enum lac_status start_cohort(struct lac_reconcile_run *run,
                                    enum lac_reconcile_population_id population, struct lac_error *err)
{
    const struct lac_config *config = run->stage->config;
    struct lac_reconcile_cohort *cohort = &run->cohort[population];
    const struct lac_reconcile_lessons lessons = {.population = &cohort->people,
                                                  .decision = run->decision,
                                                  .rules = &run->rules,
                                                  .lists = config->lists.count,
                                                  .draws = (size_t)config->link.draws,
                                                  .seed = run->stage->seed,
                                                  .audit = population == LAC_RECONCILE_VICTIMS ? &run->audit
                                                                                               : NULL};
    static const struct lac_reconcile_strata none; /* a group has no sex and no age */
    const struct lac_reconcile_impute_lessons missing = {
        .population = &cohort->people,
        .decision = run->decision,
        .headline = run->rules.headline,
        .draws = lessons.draws,
        .forces = run->geography.by_region || run->geography.by_force ? run->geography.forces : 0,
        .period = run->window[0],
        .strata = population == LAC_RECONCILE_GROUPS ? &none : &run->strata,
        .whose = population,
        .seed = run->stage->seed,
        .impute = config->strata.impute};
    enum lac_status status;

    cohort->counts =
        (struct lac_reconcile_counts){.population = population,
                                      .rules = run->rules.count,
                                      .windows = run->windows,
                                      .draws = lessons.draws,
                                      .counted = run->counted,
                                      .spots = {&run->geography, missing.strata},
                                      .imputer = &cohort->imputer,
                                      .doubts = &cohort->doubts,
                                      .persons = lac_reconcile_population_count(&cohort->people)};
    cohort->counts.part = run->shard.index;
    cohort->counts.parts = run->shard.reduce ? 0 : run->shard.count > 0 ? run->shard.count : 1;
    status = lac_reconcile_counts_init(&cohort->counts, err);
    if (status != LAC_OK) return status;
    if (lac_reconcile_population_events(&cohort->people, &run->stage->arena) != LAC_OK)
        return lac_fail_memory(err, "persons");
    status = lac_reconcile_imputer_learn(&missing, &run->stage->arena, &cohort->imputer, err);
    if (status != LAC_OK) return status;
    return lac_reconcile_doubts_learn(&lessons, &run->stage->arena, &cohort->doubts, err);
}

static enum lac_status start_cohorts(struct lac_reconcile_run *run, struct lac_error *err)
{
    enum lac_status status = read_audit(run, err);

    for (int p = 0; status == LAC_OK && p < LAC_RECONCILE_POPULATIONS; p++) {
        if (run->cohort[p].asked) status = start_cohort(run, (enum lac_reconcile_population_id)p, err);
    }
    return status;
}

static enum lac_status write_results(struct lac_reconcile_run *run, struct lac_error *err)
{
    enum lac_status status = put_sources(run, err);

    for (int p = 0; status == LAC_OK && p < LAC_RECONCILE_POPULATIONS; p++) {
        if (run->cohort[p].asked) status = put_histories(run, &run->cohort[p], err);
    }
    return status == LAC_OK ? write_store(run, err) : status;
}

enum lac_status lac_reconcile_run(struct lac_reconcile_run *run, struct lac_error *err)
{
    enum lac_status status = lac_reconcile_output_init(&run->output, err);

    if (status == LAC_OK) status = lac_reconcile_run_settings(run, err);
    if (status == LAC_OK) status = lac_reconcile_run_read(run, err);
    if (status == LAC_OK) status = decide(run, err);
    if (status == LAC_OK) status = lac_reconcile_definitions_put(&run->output.definitions, &run->rules, err);
    if (status == LAC_OK) status = start_cohorts(run, err);
    for (size_t w = 0; status == LAC_OK && w < run->windows; w++)
        status = lac_reconcile_run_window(run, w, err);
    if (status == LAC_OK)
        status = run->shard.reduce ? lac_reconcile_run_add_parts(run, err) : count_draws(run, err);
    if (status != LAC_OK) return status;
    if (lac_reconcile_run_is_part(run)) return lac_reconcile_run_write_part(run, err);
    status = write_results(run, err);
    if (status == LAC_OK && run->shard.reduce) lac_shard_clear(run->stage, &run->shard);
    return status;
}

void lac_reconcile_run_release(struct lac_reconcile_run *run)
{
    lac_reconcile_output_release(&run->output);
    lac_table_release(&run->records);
    lac_table_release(&run->cases);
    lac_table_release(&run->grid);
    lac_table_release(&run->persons);
    lac_table_release(&run->partitions);
    lac_table_release(&run->returns);
    for (int p = 0; p < LAC_RECONCILE_POPULATIONS; p++) {
        lac_reconcile_counts_release(&run->cohort[p].counts);
        lac_reconcile_doubts_release(&run->cohort[p].doubts);
        lac_reconcile_imputer_release(&run->cohort[p].imputer);
    }
}
