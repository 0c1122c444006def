/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lacuna-reconcile: records.h5 and links.h5 -> histories.h5. See README.md.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "input.h"
#include "output.h"
#include "runner/stage.h"
#include "table/csv.h"
#include "trace.h"

#define QUARTERS 400
#define POPULATION "victims"

/* One run, from the tables read to the tables written. */
struct run {
    struct lac_stage *stage;
    struct lac_table records, cases, grid, persons, partitions, returns;
    struct lac_reconcile_rules rules;
    struct lac_reconcile_places places;
    struct lac_reconcile_geography geography;
    struct lac_reconcile_input input;
    struct lac_reconcile_facts facts;
    struct lac_reconcile_population victims, suspects;
    struct lac_reconcile_parts parts;
    struct lac_reconcile_counts counts;
    struct lac_reconcile_doubts doubts;
    struct lac_reconcile_audit audit;
    struct lac_reconcile_decision **decision; /* per rule, per row */
    struct lac_reconcile_window *window;
    size_t windows;
    bool *counted; /* per window: it is among the windows asked for; the period is always decided */
    struct lac_reconcile_output output;
};

static bool has_word(const struct lac_strings *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++) {
        if (strcmp(words->item[i], word) == 0) return true;
    }
    return false;
}

static enum lac_status read_tables(struct run *run, struct lac_error *err)
{
    const char *folder = run->stage->run;
    enum lac_status status = lac_store_read(folder, LAC_TABLE_records, &run->records, err);

    if (status == LAC_OK) status = lac_store_read(folder, LAC_TABLE_cases, &run->cases, err);
    if (status == LAC_OK) status = lac_store_read(folder, LAC_TABLE_grid, &run->grid, err);
    if (status == LAC_OK) status = lac_store_read(folder, LAC_TABLE_returns, &run->returns, err);
    if (status == LAC_OK) status = lac_reconcile_returns_check(&run->records, &run->returns, err);
    if (status == LAC_OK) status = lac_store_read(folder, LAC_TABLE_persons, &run->persons, err);
    return status == LAC_OK ? lac_store_read(folder, LAC_TABLE_partitions, &run->partitions, err) : status;
}

static enum lac_status read_settings(struct run *run, struct lac_error *err)
{
    struct lac_stage *stage = run->stage;
    const struct lac_strata_settings *strata = &stage->config->strata;
    char *data, *codes;
    enum lac_status status;

    if (has_word(&strata->populations, "suspects")) {
        lac_fail(err, LAC_USAGE, "strata.populations: suspects is not available in this version");
        lac_error_remedy(err, "write populations: [victims]");
        return LAC_USAGE;
    }
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
    return status;
}

static enum lac_status set_windows(struct run *run, struct lac_error *err)
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

/* The persons of a population and their births. */
static enum lac_status settle(const struct lac_reconcile_set *set, bool victims, struct lac_arena *arena,
                              struct lac_reconcile_population *population, struct lac_error *err)
{
    enum lac_status status = lac_reconcile_index_build(set, victims, arena, &population->index, err);

    if (status != LAC_OK) return status;
    population->row = set->row;
    population->person = LAC_NEW(arena, struct lac_reconcile_person, population->index.persons);
    if (population->person == NULL) return lac_fail_memory(err, "persons");
    lac_reconcile_persons_settle(&population->index, set->row, population->person);
    return LAC_OK;
}

/* NULL when memory is short. */
static struct lac_reconcile_birth *births_of(const struct lac_reconcile_population *population,
                                             struct lac_arena *arena)
{
    size_t n = population->index.persons;
    struct lac_reconcile_birth *birth = LAC_NEW(arena, struct lac_reconcile_birth, n);

    for (size_t i = 0; birth != NULL && i < n; i++) birth[i] = population->person[i].birth;
    return birth;
}

static enum lac_status gather(struct run *run, struct lac_error *err)
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
    if (status == LAC_OK) status = settle(set, true, arena, &run->victims, err);
    if (status == LAC_OK) status = settle(set, false, arena, &run->suspects, err);
    if (status != LAC_OK) return status;
    if ((birth = births_of(&run->suspects, arena)) == NULL) return lac_fail_memory(err, "persons");
    status = lac_reconcile_facts_build(set, birth, arena, &run->facts, err);
    if (status == LAC_OK)
        lac_log_info(&run->stage->log, "%zu records, %zu victims, %zu homes by postcode, %zu transfers",
                     set->rows, set->victims, homes, set->transfers);
    return status;
}

static void warn(const struct run *run)
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

static enum lac_status decide(struct run *run, struct lac_error *err)
{
    struct lac_arena *arena = &run->stage->arena;
    const struct lac_reconcile_basis basis = {&run->input.set, &run->facts, births_of(&run->victims, arena)};
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

/* Verdicts of one definition in one window. */
static enum lac_status put_verdicts(struct run *run, const struct lac_reconcile_block *block,
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
static enum lac_status check_nesting(const struct run *run, struct lac_reconcile_outcome *const *outcome,
                                     size_t n, struct lac_error *err)
{
    for (size_t i = 0; i < run->rules.count; i++) {
        const struct lac_reconcile_rule *rule = &run->rules.rule[i];

        for (size_t j = 0; j < rule->supersets; j++) {
            size_t outer = rule->superset[j];
            size_t breaches = lac_reconcile_nesting_breaches(outcome[i], outcome[outer], n);

            if (breaches == 0) continue;
            lac_fail(err, LAC_INPUT, "%zu of %zu persons are held more surely by %s than by %s", breaches, n,
                     rule->id, run->rules.rule[outer].id);
            lac_error_rule(err, "definition-nesting");
            lac_error_remedy(err,
                             "the definitions are not nested as declared: correct a clause or subset_of");
            return LAC_INPUT;
        }
    }
    return LAC_OK;
}

static enum lac_status put_coverage(struct run *run, struct lac_reconcile_block *block, struct lac_error *err)
{
    const struct lac_sections *lists = &run->stage->config->lists;
    size_t places = 1 + run->geography.regions + run->geography.forces;
    struct lac_reconcile_coverages coverages = {lists->count, NULL};
    enum lac_status status;

    coverages.item = calloc(places * lists->count, sizeof *coverages.item);
    if (coverages.item == NULL) return lac_fail_memory(err, "coverage");
    lac_reconcile_coverage_count(run->input.owed, run->input.owed_count, block->window, &run->geography,
                                 &coverages);
    status = lac_reconcile_coverage_put(&run->output.history_lists, block, lists, &coverages, err);
    free(coverages.item);
    return status;
}

/* Why persons and cases are where they are, in one window. */
static enum lac_status put_reasons(struct run *run, const struct lac_reconcile_block *window,
                                   struct lac_reconcile_outcome *const *outcome, size_t n,
                                   struct lac_error *err)
{
    size_t places = 1 + run->geography.regions + run->geography.forces;
    struct lac_reconcile_reasons *reasons = calloc(places, sizeof *reasons);
    struct lac_reconcile_absence *absence = calloc(places, sizeof *absence);
    struct lac_reconcile_block block = *window;
    struct lac_table *table = &run->output.reasons;
    enum lac_status status = reasons == NULL || absence == NULL ? lac_fail_memory(err, "reasons") : LAC_OK;

    for (size_t i = 0; status == LAC_OK && i < run->rules.count; i++) {
        block.definition = run->rules.rule[i].id;
        memset(reasons, 0, places * sizeof *reasons);
        lac_reconcile_person_reasons_count(outcome[i], n, &run->geography, reasons);
        status = lac_reconcile_reasons_put(table, &block, "persons", reasons, err);
        if (status != LAC_OK) break;
        memset(reasons, 0, places * sizeof *reasons);
        status = lac_reconcile_case_reasons_count(&run->input.set, &run->facts, run->decision[i],
                                                  block.window, &run->geography, reasons, err);
        if (status == LAC_OK) status = lac_reconcile_reasons_put(table, &block, "cases", reasons, err);
    }
    if (status == LAC_OK)
        status = lac_reconcile_absences_count(&run->input.set, block.window, &run->geography, absence, err);
    if (status == LAC_OK) status = lac_reconcile_absences_put(table, &block, absence, err);
    free(absence);
    free(reasons);
    return status;
}

static enum lac_status put_referrals(struct run *run, struct lac_reconcile_window window,
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

/* Where the values of every person come from. */
static enum lac_status put_sources(struct run *run, struct lac_error *err)
{
    const struct lac_reconcile_set *set = &run->input.set;
    struct lac_reconcile_source *source = calloc(set->rows + 1, sizeof *source);
    enum lac_status status = source == NULL ? lac_fail_memory(err, "sources of persons") : LAC_OK;

    if (status == LAC_OK) {
        lac_reconcile_sources_find(&run->victims.index, set->row, source);
        lac_reconcile_sources_find(&run->suspects.index, set->row, source);
        status = lac_reconcile_sources_put(&run->output.sources, set, source, err);
    }
    free(source);
    return status;
}

/* Outcomes of every definition in one window; NULL when memory is short. *n is the same for all. */
static struct lac_reconcile_outcome **make_outcomes(const struct run *run, struct lac_reconcile_window window,
                                                    struct lac_arena *arena, size_t *n)
{
    struct lac_reconcile_outcome **outcome = LAC_NEW(arena, struct lac_reconcile_outcome *, run->rules.count);

    *n = 0;
    for (size_t i = 0; outcome != NULL && i < run->rules.count; i++) {
        outcome[i] = LAC_NEW(arena, struct lac_reconcile_outcome, run->victims.index.persons);
        if (outcome[i] == NULL) return NULL;
        *n = lac_reconcile_outcomes_make(&run->victims, run->decision[i], window, outcome[i]);
    }
    return outcome;
}

/* What is said of all definitions together in a window asked for. */
static enum lac_status put_window(struct run *run, struct lac_reconcile_block *block,
                                  struct lac_reconcile_outcome *const *outcome, size_t n,
                                  struct lac_error *err)
{
    enum lac_status status = put_coverage(run, block, err);

    if (status == LAC_OK) status = put_reasons(run, block, outcome, n, err);
    if (status == LAC_OK) status = put_referrals(run, block->window, err);
    if (status != LAC_OK) return status;
    return lac_reconcile_overlaps_put(&run->output.definition_overlaps, block, &run->rules, outcome, n, err);
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
static enum lac_status write_sample(struct run *run, const struct lac_reconcile_outcome *outcome, size_t n,
                                    struct lac_error *err)
{
    const struct lac_reconcile_audit_persons persons = {&run->victims, run->decision[run->rules.headline],
                                                        outcome, n};
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

/* Window 0 is the period: it is always decided, for `people`, and counted when it is asked for. */
static enum lac_status count_window(struct run *run, size_t w, struct lac_error *err)
{
    struct lac_arena scratch;
    struct lac_reconcile_outcome **outcome;
    struct lac_reconcile_block block = {.population = POPULATION,
                                        .window = run->window[w],
                                        .places = &run->places,
                                        .geography = &run->geography};
    struct lac_reconcile_drawing drawing = {
        .population = &run->victims, .decision = run->decision, .stride = 1, .window = run->window[w]};
    size_t n;
    enum lac_status status;

    lac_arena_init(&scratch);
    outcome = make_outcomes(run, run->window[w], &scratch, &n);
    if (outcome == NULL) {
        lac_arena_release(&scratch);
        return lac_fail_memory(err, "persons");
    }
    drawing.outcome = outcome;
    status = check_nesting(run, outcome, n, err);
    for (size_t i = 0; status == LAC_OK && i < run->rules.count; i++) {
        const struct lac_reconcile_people people = {outcome[i], n, run->victims.person, run->input.victim_id};

        block.definition = run->rules.rule[i].id;
        if (run->counted[w]) status = put_verdicts(run, &block, outcome[i], n, err);
        if (status == LAC_OK && w == 0)
            status = lac_reconcile_people_put(&run->output.people, &block, &people, err);
    }
    if (status == LAC_OK) status = lac_reconcile_counts_best(&run->counts, w, &drawing, n, err);
    if (status == LAC_OK && w == 0) status = write_sample(run, outcome[run->rules.headline], n, err);
    if (status == LAC_OK && run->counted[w]) status = put_window(run, &block, outcome, n, err);
    lac_arena_release(&scratch);
    return status;
}

/* The drawn linkages, on top of the best one. */
static enum lac_status count_draws(struct run *run, struct lac_error *err)
{
    struct lac_arena *arena = &run->stage->arena;
    const struct lac_reconcile_linked linked = {&run->input.set, &run->facts, &run->victims.index,
                                                &run->suspects.index};
    struct lac_reconcile_bench bench = {.set = &run->input.set,
                                        .facts = &run->facts,
                                        .rules = &run->rules,
                                        .decision = run->decision,
                                        .window = run->window,
                                        .windows = run->windows};
    enum lac_status status =
        lac_reconcile_parts_make(&linked, run->input.label, run->input.labels, arena, &run->parts, err);

    bench.open = run->parts.open;
    if (status == LAC_OK) status = lac_reconcile_bench_init(&bench, arena, err);
    if (status == LAC_OK) status = lac_reconcile_counts_patch(&run->counts, &bench, &run->parts, err);
    if (status == LAC_OK) status = lac_reconcile_counts_check(&run->counts, err);
    if (status == LAC_OK)
        lac_log_info(&run->stage->log, "%zu drawn linkages, judged in %zu parts and %zu ways",
                     run->counts.draws, run->parts.count, run->parts.patches);
    return status;
}

static enum lac_status put_histories(struct run *run, struct lac_error *err)
{
    struct lac_reconcile_block block = {
        .population = POPULATION, .places = &run->places, .geography = &run->geography};
    enum lac_status status = LAC_OK;

    for (size_t i = 0; i < run->windows * run->rules.count; i++) {
        size_t w = i / run->rules.count, rule = i % run->rules.count, census = rule * run->windows + w;

        if (!run->counted[w] || status != LAC_OK) continue;
        block.window = run->window[w];
        block.definition = run->rules.rule[rule].id;
        status = lac_reconcile_histories_put(&run->output, &block, &run->counts.census[census], err);
        if (status == LAC_OK)
            status = lac_reconcile_accounts_put(&run->output.accounts, &block, &run->counts, census, err);
    }
    return status;
}

static enum lac_status write_store(struct run *run, struct lac_error *err)
{
    const struct lac_reconcile_output *o = &run->output;
    const struct lac_table *const tables[] = {
        &o->histories, &o->history_draws, &o->accounts, &o->history_lists,
        &o->verdicts,  &o->definitions,   &o->people,   &o->definition_overlaps,
        &o->reasons,   &o->sources,       &o->referrals};

    return lac_store_write(run->stage->run, LAC_FILE_histories, &run->stage->provenance, tables,
                           LAC_COUNT(tables), err);
}

static enum lac_status learn_doubts(struct run *run, struct lac_error *err)
{
    const struct lac_config *config = run->stage->config;
    const struct lac_reconcile_lessons lessons = {.population = &run->victims,
                                                  .decision = run->decision,
                                                  .rules = &run->rules,
                                                  .lists = config->lists.count,
                                                  .draws = (size_t)config->link.draws,
                                                  .seed = run->stage->seed,
                                                  .audit = &run->audit};
    const struct lac_reconcile_audit_sources sources = {.files = &config->definitions.judged,
                                                        .records = &run->records,
                                                        .returns = &run->returns,
                                                        .set = &run->input.set,
                                                        .lists = lessons.lists,
                                                        .draws = lessons.draws,
                                                        .seed = lessons.seed};
    enum lac_status status = lac_reconcile_audit_read(&sources, &run->stage->arena, &run->audit, err);

    if (status != LAC_OK) return status;
    if (run->audit.judged + run->audit.unknown + run->audit.undecided > 0)
        lac_log_info(&run->stage->log, "scope: %zu records judged, %zu undecided, %zu not in this run",
                     run->audit.judged, run->audit.undecided, run->audit.unknown);
    return lac_reconcile_doubts_learn(&lessons, &run->stage->arena, &run->doubts, err);
}

static size_t with_evidence(const struct lac_reconcile_index *index)
{
    size_t n = 0;

    for (size_t p = 0; p < index->persons; p++) n += index->first[p + 1] > index->first[p] ? 1 : 0;
    return n;
}

static enum lac_status reconcile(struct run *run, struct lac_error *err)
{
    enum lac_status status = read_settings(run, err);

    if (status == LAC_OK) status = set_windows(run, err);
    if (status == LAC_OK) status = read_tables(run, err);
    if (status == LAC_OK) status = gather(run, err);
    if (status != LAC_OK) return status;
    warn(run);
    if ((status = decide(run, err)) != LAC_OK) return status;
    status = lac_reconcile_definitions_put(&run->output.definitions, &run->rules, err);
    if (status == LAC_OK)
        status = lac_reconcile_counts_init(&run->counts, run->rules.count, run->windows,
                                           (size_t)run->stage->config->link.draws, err);
    run->counts.persons = with_evidence(&run->victims.index);
    run->counts.geography = &run->geography;
    run->counts.doubts = &run->doubts;
    if (status == LAC_OK) status = learn_doubts(run, err);
    for (size_t w = 0; status == LAC_OK && w < run->windows; w++) status = count_window(run, w, err);
    if (status == LAC_OK) status = put_sources(run, err);
    if (status == LAC_OK) status = count_draws(run, err);
    if (status == LAC_OK) status = put_histories(run, err);
    return status == LAC_OK ? write_store(run, err) : status;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    (void)text;
    if (key == ARGP_KEY_INIT) {
        state->child_inputs[0] = state->input;
        return 0;
    }
    if (key == ARGP_KEY_ARG) argp_usage(state);
    return ARGP_ERR_UNKNOWN;
}

int main(int argc, char **argv)
{
    static const struct argp_child children[] = {{&lac_stage_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .parser = parse,
        .doc = "Applies the case definitions to persons and counts capture histories.\v"
               "Reads RUN/store/records.h5 and links.h5, writes RUN/store/histories.h5.",
        .children = children,
    };
    struct lac_stage stage;
    struct run run = {.stage = &stage};
    struct lac_error err;
    enum lac_status status;

    lac_error_init(&err);
    lac_stage_init(&stage, "reconcile");
    lac_common_init(&stage.common, "lacuna-reconcile");
    lac_program_usage();
    if (argp_parse(&argp, argc, argv, 0, NULL, &stage) != 0) return lac_status_exit(LAC_USAGE);
    status = lac_stage_open(&stage, &err);
    if (status == LAC_OK) status = lac_reconcile_output_init(&run.output, &err);
    if (status == LAC_OK) status = reconcile(&run, &err);
    lac_reconcile_output_release(&run.output);
    lac_table_release(&run.records);
    lac_table_release(&run.cases);
    lac_table_release(&run.grid);
    lac_table_release(&run.persons);
    lac_table_release(&run.partitions);
    lac_table_release(&run.returns);
    lac_reconcile_counts_release(&run.counts);
    lac_reconcile_doubts_release(&run.doubts);
    return lac_stage_close(&stage, status, &err);
}
