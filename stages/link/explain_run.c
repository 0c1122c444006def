/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain_run.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"

/* Row of `persons` that RETURN:ROW names. */
static uint32_t person_row_find(const void *context, const char *id)
{
    const struct lac_table *persons = context;
    const char *colon = strrchr(id, ':');
    int64_t row;
    if (!colon || !lac_text_i64(colon + 1, &row)) return LAC_LINK_NULL;
    size_t length = (size_t)(colon - id);
    for (size_t k = 0; k < persons->rows; k++) {
        if (lac_u32(persons, LAC_COL_persons_row)[k] != row) continue;
        const char *home = lac_text(persons, LAC_COL_persons_return_id, k);
        if (strlen(home) == length && memcmp(home, id, length) == 0) return (uint32_t)k;
    }
    return LAC_LINK_NULL;
}

/* Record number in the population, or LAC_LINK_NULL. */
static uint32_t record_find(const struct lac_link_population *population, uint32_t row)
{
    for (uint32_t i = 0; i < population->data.n; i++)
        if (population->record[i] == row) return i;
    return LAC_LINK_NULL;
}

static enum lac_status fail_stale(struct lac_error *err)
{
    enum lac_status st = lac_fail(err, LAC_INPUT, "links.h5 holds another linkage than this program makes");
    lac_error_remedy(err, "run `lacuna link` again");
    return st;
}

/* The pair as the store has it: the same weight if it was kept, and the same decision. */
static enum lac_status store_check(const struct lac_link_explain_run *run,
                                   const struct lac_link_population *population, const uint32_t at[2],
                                   const struct lac_link_explanation *e, struct lac_error *err)
{
    const uint32_t *person = lac_u32(run->persons, LAC_COL_persons_person);
    const uint32_t *left = lac_u32(run->pairs, LAC_COL_pairs_left),
                   *right = lac_u32(run->pairs, LAC_COL_pairs_right);
    if ((person[at[0]] == person[at[1]]) != e->one_person) return fail_stale(err);
    uint32_t a = population->record[e->left], b = population->record[e->right];
    for (size_t p = 0; p < run->pairs->rows; p++) {
        if (left[p] != (a < b ? a : b) || right[p] != (a < b ? b : a)) continue;
        double weight = lac_f64(run->pairs, LAC_COL_pairs_weight)[p];
        return e->scored && fabs(weight - e->calibrated) <= 1e-9 * (1 + fabs(weight)) ? LAC_OK
                                                                                      : fail_stale(err);
    }
    return LAC_OK;
}

static uint32_t records_of(const struct lac_table *persons, uint32_t at)
{
    const uint32_t *person = lac_u32(persons, LAC_COL_persons_person);
    uint32_t count = 0;
    for (size_t k = 0; k < persons->rows; k++) count += person[k] == person[at];
    return count;
}

/* Says what is explained, with the ids in the order in which they were asked for. */
static enum lac_status show(const struct lac_link_explain_run *run, const char *const id[2],
                            const uint32_t at[2], const struct lac_link_explanation *e, FILE *to,
                            struct lac_error *err)
{
    struct lac_link_explained_pair pair = {.threshold = 0.5};
    for (int side = 0; side < 2; side++) {
        pair.id[side] = id[side];
        pair.person[side] = lac_text(run->persons, LAC_COL_persons_person_id, at[side]);
        pair.records[side] = records_of(run->persons, at[side]);
    }
    lac_link_explain_print(e, &pair, to);
    return run->plots ? lac_link_explain_draw(e, run->plots, err) : LAC_OK;
}

static enum lac_status fail_alone(const char *id, struct lac_error *err)
{
    enum lac_status st =
        lac_fail(err, LAC_INPUT, "--explain: `%s` has no name, birth date or reference to link by", id);
    lac_error_remedy(err, "such a record is a person of its own");
    return st;
}

static enum lac_status population_explain(const struct lac_link_explain_run *run,
                                          const struct lac_link_population *population,
                                          const char *const id[2], const uint32_t at[2], FILE *to,
                                          struct lac_error *err)
{
    struct lac_link_result result = {0};
    struct lac_link_explanation explanation;
    uint32_t record[2];
    for (int side = 0; side < 2; side++) {
        record[side] = record_find(population, lac_u32(run->persons, LAC_COL_persons_record)[at[side]]);
        if (record[side] == LAC_LINK_NULL) return fail_alone(id[side], err);
    }
    bool turn = record[0] > record[1];
    enum lac_status st = lac_link_population_run(population, run->inputs, &result, err);
    if (!st)
        st = lac_link_explain(&population->data, &result, record[turn], record[!turn], &explanation, err);
    if (!st) st = store_check(run, population, at, &explanation, err);
    if (!st) st = show(run, id, at, &explanation, to, err);
    lac_link_result_release(&result);
    return st;
}

enum lac_status lac_link_explain_run(const struct lac_link_explain_run *run, struct lac_arena *arena,
                                     FILE *to, struct lac_error *err)
{
    const struct lac_link_finder finder = {person_row_find, run->persons,
                                           "a record is RETURN:ROW; `lacuna show RUN/store/links.h5 persons "
                                           "--csv` has return_id and row of every record"};
    const char *id[2];
    uint32_t at[2];
    struct lac_link_population population;
    struct lac_link_settings settings = *run->inputs->settings;
    struct lac_link_inputs inputs = *run->inputs;
    enum lac_status st = lac_link_explain_ids(run->ids, &finder, arena, id, at, err);
    if (st) return st;
    const char *of[2] = {lac_text(run->persons, LAC_COL_persons_population, at[0]),
                         lac_text(run->persons, LAC_COL_persons_population, at[1])};
    if (strcmp(of[0], of[1]) != 0)
        return lac_fail(err, LAC_USAGE, "--explain: one record is of %s, the other of %s: never compared",
                        of[0], of[1]);
    settings.threshold = settings.label_error = 0; /* all pairs are kept; nothing is sampled or drawn */
    settings.draws = 0;
    inputs.settings = &settings;
    struct lac_link_explain_run with = *run;
    with.inputs = &inputs;
    st = lac_link_population_make(inputs.records, inputs.returns,
                                  strcmp(of[0], "victims") == 0 ? LAC_LINK_VICTIMS : LAC_LINK_SUSPECTS,
                                  &population, err);
    if (!st) st = lac_link_data_prepare(&population.data, inputs.nicknames, err);
    if (!st) st = population_explain(&with, &population, id, at, to, err);
    lac_link_population_release(&population);
    return st;
}
