/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "table/csv.h"
#include "trace.h"

/* The persons of a population in a window: outcomes of every definition, all of the same n persons. */
struct sight {
    const struct lac_reconcile_cohort *cohort;
    size_t w, n;
    struct lac_reconcile_outcome **outcome;
};

static struct lac_reconcile_block block_of(const struct lac_reconcile_run *run,
                                           const struct lac_reconcile_cohort *cohort, size_t w)
{
    struct lac_reconcile_block block = {.population = cohort->name,
                                        .window = run->window[w],
                                        .places = &run->places,
                                        .geography = &run->geography};

    return block;
}

/* Verdicts of one definition in one window. */
static enum lac_status put_rule_verdicts(struct lac_reconcile_run *run,
                                         const struct lac_reconcile_block *block,
                                         const struct lac_reconcile_outcome *outcome, size_t n,
                                         struct lac_error *err)
{
    size_t places = 1 + run->geography.regions + run->geography.forces;
    struct lac_reconcile_scope *scope = calloc(places, sizeof *scope);
    enum lac_status status = scope == NULL ? lac_fail_memory(err, "verdicts") : LAC_OK;

    if (status == LAC_OK) {
        lac_reconcile_scopes_count(outcome, n, &run->geography, scope);
        status = lac_reconcile_verdicts_put(&run->output.verdicts, block, scope, err);
    }
    free(scope);
    return status;
}

/* Declared nesting: nobody in the inner definition may be certainly out of the outer one. */
static enum lac_status check_nesting(const struct lac_reconcile_run *run, const struct sight *sight,
                                     struct lac_error *err)
{
    for (size_t i = 0; i < run->rules.count; i++) {
        const struct lac_reconcile_rule *rule = &run->rules.rule[i];

        for (size_t j = 0; j < rule->supersets; j++) {
            size_t outer = rule->superset[j];
            size_t breaches =
                lac_reconcile_nesting_breaches(sight->outcome[i], sight->outcome[outer], sight->n);

            if (breaches == 0) continue;
            lac_fail(err, LAC_INPUT, "%zu of %zu %s are held more surely by %s than by %s", breaches,
                     sight->n,
                     sight->cohort == &run->cohort[LAC_RECONCILE_VICTIMS] ? "persons" : sight->cohort->name,
                     rule->id, run->rules.rule[outer].id);
            lac_error_rule(err, "definition-nesting");
            lac_error_remedy(err,
                             "the definitions are not nested as declared: correct a clause or subset_of");
            return LAC_INPUT;
        }
    }
    return LAC_OK;
}

static enum lac_status put_coverage(struct lac_reconcile_run *run, struct lac_reconcile_window window,
                                    struct lac_error *err)
{
    const struct lac_reconcile_block block = {
        .window = window, .places = &run->places, .geography = &run->geography};
    const struct lac_sections *lists = &run->stage->config->lists;
    size_t places = 1 + run->geography.regions + run->geography.forces;
    struct lac_reconcile_coverages coverages = {lists->count, NULL};
    enum lac_status status;

    coverages.item = calloc(places * lists->count, sizeof *coverages.item);
    if (coverages.item == NULL) return lac_fail_memory(err, "coverage");
    lac_reconcile_coverage_count(run->input.owed, run->input.owed_count, window, &run->geography, &coverages);
    status = lac_reconcile_coverage_put(&run->output.history_lists, &block, lists, &coverages, err);
    free(coverages.item);
    return status;
}

/* Why the persons of one definition are where they are, and once, with the victims, the cases. `reasons` has
 * room for every place. */
static enum lac_status put_rule_reasons(struct lac_reconcile_run *run, const struct sight *sight, size_t rule,
                                        struct lac_reconcile_reasons *reasons, struct lac_error *err)
{
    size_t size = (1 + run->geography.regions + run->geography.forces) * sizeof *reasons;
    struct lac_reconcile_block block = block_of(run, sight->cohort, sight->w);
    struct lac_table *table = &run->output.reasons;
    enum lac_status status;

    block.definition = run->rules.rule[rule].id;
    memset(reasons, 0, size);
    lac_reconcile_person_reasons_count(sight->outcome[rule], sight->n, &run->geography, reasons);
    status = lac_reconcile_reasons_put(table, &block, "persons", reasons, err);
    if (status != LAC_OK || sight->cohort != &run->cohort[LAC_RECONCILE_VICTIMS]) return status;
    memset(reasons, 0, size);
    status = lac_reconcile_case_reasons_count(
        &(struct lac_reconcile_case_verdicts){&run->input.set, &run->facts, run->decision[rule],
                                              block.window},
        &run->geography, reasons, err);
    return status == LAC_OK ? lac_reconcile_reasons_put(table, &block, "cases", reasons, err) : status;
}

/* Why persons and cases are where they are, in one window. */
static enum lac_status put_reasons(struct lac_reconcile_run *run, const struct sight *sight,
                                   struct lac_error *err)
{
    size_t places = 1 + run->geography.regions + run->geography.forces;
    struct lac_reconcile_reasons *reasons = calloc(places, sizeof *reasons);
    struct lac_reconcile_absence *absence = calloc(places, sizeof *absence);
    const struct lac_reconcile_absent absent = {
        &run->input.set, (enum lac_reconcile_population_id)(sight->cohort - run->cohort),
        run->window[sight->w]};
    struct lac_reconcile_block block = block_of(run, sight->cohort, sight->w);
    enum lac_status status = reasons == NULL || absence == NULL ? lac_fail_memory(err, "reasons") : LAC_OK;

    for (size_t i = 0; status == LAC_OK && i < run->rules.count; i++)
        status = put_rule_reasons(run, sight, i, reasons, err);
    if (status == LAC_OK && sight->cohort != &run->cohort[LAC_RECONCILE_GROUPS])
        status = lac_reconcile_absences_count(&absent, &run->geography, absence, err);
    if (status == LAC_OK) status = lac_reconcile_absences_put(&run->output.reasons, &block, absence, err);
    free(absence);
    free(reasons);
    return status;
}

static enum lac_status put_referrals(struct lac_reconcile_run *run, struct lac_reconcile_window window,
                                     struct lac_error *err)
{
    const struct lac_sections *lists = &run->stage->config->lists;
    struct lac_reconcile_referral *referral = calloc(lists->count * lists->count, sizeof *referral);
    enum lac_status status = referral == NULL ? lac_fail_memory(err, "referrals") : LAC_OK;

    if (status == LAC_OK) {
        lac_reconcile_referrals_count(&run->victims, window, lists->count, referral);
        status = lac_reconcile_referrals_put(&run->output.referrals, window, lists, referral, err);
    }
    free(referral);
    return status;
}

static enum lac_status make_outcomes(const struct lac_reconcile_run *run, struct sight *sight,
                                     struct lac_arena *arena, struct lac_error *err)
{
    const struct lac_reconcile_population *people = &sight->cohort->people;

    sight->outcome = LAC_NEW(arena, struct lac_reconcile_outcome *, run->rules.count);
    if (sight->outcome == NULL) return lac_fail_memory(err, "persons");
    for (size_t i = 0; i < run->rules.count; i++) {
        sight->outcome[i] = LAC_NEW(arena, struct lac_reconcile_outcome, people->index.persons);
        if (sight->outcome[i] == NULL) return lac_fail_memory(err, "persons");
    }
    sight->n = lac_reconcile_outcomes_make(people, run->decision, run->rules.count, run->window[sight->w],
                                           sight->outcome);
    return LAC_OK;
}

/* True when somebody has begun to judge the file: it must not be lost. */
static enum lac_status has_answers(const char *path, struct lac_arena *arena, bool *answers,
                                   struct lac_error *err)
{
    static const char *const name[] = {"judge_1", "judge_2", "agreed"};
    struct lac_csv csv;
    enum lac_status status;

    *answers = false;
    if (!lac_file_exists(path)) return LAC_OK;
    if ((status = lac_csv_load(path, arena, &csv, err)) != LAC_OK) return status;
    for (int k = 0; k < 3; k++) {
        for (int64_t i = 0; i < csv.rows; i++)
            *answers = *answers || *lac_csv_cell(&csv, i, lac_csv_column(&csv, name[k])) != '\0';
    }
    return LAC_OK;
}

/* RUN/clerical/scope.csv, for its owner alone: singletons of the headline to be judged. */
static enum lac_status write_sample(struct lac_reconcile_run *run, const struct sight *sight,
                                    struct lac_error *err)
{
    size_t headline = run->rules.headline;
    const struct lac_reconcile_audit_persons persons = {&run->victims, run->decision[headline],
                                                        sight->outcome[headline], sight->n};
    size_t most = (size_t)run->stage->config->definitions.scope_sample, count;
    struct lac_arena *arena = &run->stage->arena;
    char *folder = lac_path_join(arena, run->stage->run, "clerical"),
         *path = folder != NULL ? lac_path_join(arena, folder, "scope.csv") : NULL;
    struct lac_outfile out = {0};
    uint32_t *sample;
    bool answers = false;
    enum lac_status status =
        path == NULL ? lac_fail_memory(err, "a file name") : has_answers(path, arena, &answers, err);

    if (status != LAC_OK || most == 0) return status;
    if (answers) {
        lac_log_warn(&run->stage->log, "clerical/scope.csv holds answers and is left as it is: name it in "
                                       "definitions.judged; take it away for a new sample");
        return LAC_OK;
    }
    status = lac_reconcile_audit_sample(&run->audit, &persons, most, arena, &sample, &count, err);
    if (status == LAC_OK) status = lac_dir_make(folder, true, err);
    if (status == LAC_OK) status = lac_outfile_open(&out, path, true, err);
    if (status != LAC_OK) return status;
    lac_reconcile_audit_write(&run->records, &run->returns, sample, count, out.stream);
    return lac_outfile_commit(&out, err);
}

/* Verdicts, and for the period people, of every definition. */
static enum lac_status put_verdicts(struct lac_reconcile_run *run, const struct sight *sight,
                                    struct lac_error *err)
{
    const struct lac_reconcile_cohort *cohort = sight->cohort;
    struct lac_reconcile_block block = block_of(run, cohort, sight->w);
    enum lac_status status = LAC_OK;

    for (size_t i = 0; status == LAC_OK && i < run->rules.count; i++) {
        const struct lac_reconcile_people people = {sight->outcome[i], sight->n, cohort->people.person,
                                                    cohort->ids};

        block.definition = run->rules.rule[i].id;
        if (run->counted[sight->w]) status = put_rule_verdicts(run, &block, sight->outcome[i], sight->n, err);
        if (status == LAC_OK && sight->w == 0)
            status = lac_reconcile_people_put(&run->output.people, &block, &people, err);
    }
    return status;
}

static enum lac_status count_cohort(struct lac_reconcile_run *run, struct lac_reconcile_cohort *cohort,
                                    size_t w, struct lac_arena *scratch, struct lac_error *err)
{
    const struct lac_reconcile_block block = block_of(run, cohort, w);
    struct sight sight = {.cohort = cohort, .w = w};
    struct lac_reconcile_drawing drawing = {
        .population = &cohort->people, .decision = run->decision, .window = run->window[w]};
    enum lac_status status = make_outcomes(run, &sight, scratch, err);

    drawing.outcome = sight.outcome;
    if (status == LAC_OK) status = check_nesting(run, &sight, err);
    if (status == LAC_OK && run->counted[w])
        status = lac_reconcile_counts_best(&cohort->counts, w, &drawing, sight.n, err);
    if (status != LAC_OK || lac_reconcile_run_is_part(run)) return status;
    status = put_verdicts(run, &sight, err);
    if (status == LAC_OK && w == 0 && cohort == &run->cohort[LAC_RECONCILE_VICTIMS])
        status = write_sample(run, &sight, err);
    if (status != LAC_OK || !run->counted[w]) return status;
    status = put_reasons(run, &sight, err);
    if (status != LAC_OK) return status;
    return lac_reconcile_overlaps_put(&run->output.definition_overlaps, &block, &run->rules, sight.outcome,
                                      sight.n, err);
}

enum lac_status lac_reconcile_run_window(struct lac_reconcile_run *run, size_t w, struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    for (int p = 0; status == LAC_OK && p < LAC_RECONCILE_POPULATIONS; p++) {
        struct lac_arena scratch;

        if (!run->cohort[p].asked) continue;
        lac_arena_init(&scratch);
        status = count_cohort(run, &run->cohort[p], w, &scratch, err);
        lac_arena_release(&scratch);
    }
    if (status != LAC_OK || !run->counted[w] || lac_reconcile_run_is_part(run)) return status;
    status = put_coverage(run, run->window[w], err);
    return status == LAC_OK ? put_referrals(run, run->window[w], err) : status;
}
