/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "counts.h"

#include <stdlib.h>
#include <string.h>

enum lac_status lac_reconcile_counts_init(struct lac_reconcile_counts *counts, struct lac_error *err)
{
    size_t n = counts->rules * counts->windows;
    enum lac_status status = LAC_OK;

    counts->census = calloc(n + 1, sizeof *counts->census);
    counts->persons_change = calloc(counts->draws + 1, sizeof *counts->persons_change);
    if (counts->census == NULL || counts->persons_change == NULL) return lac_fail_memory(err, "histories");
    for (size_t i = 0; status == LAC_OK && i < n; i++)
        status = lac_reconcile_census_init(&counts->census[i], &counts->spots, counts->draws, err);
    return status;
}

void lac_reconcile_counts_release(struct lac_reconcile_counts *counts)
{
    for (size_t i = 0; counts->census != NULL && i < counts->rules * counts->windows; i++)
        lac_reconcile_census_release(&counts->census[i]);
    free(counts->census);
    free(counts->persons_change);
    memset(counts, 0, sizeof *counts);
}

/* One person in every definition of a window. */
static enum lac_status add_person(struct lac_reconcile_counts *counts, size_t window,
                                  const struct lac_reconcile_drawing *drawing,
                                  const struct lac_reconcile_change *change, struct lac_error *err)
{
    struct lac_reconcile_stand stand;
    enum lac_status status;
    bool doubtful = lac_reconcile_doubts_draw(counts->doubts, drawing, &status);

    if (status != LAC_OK) return lac_fail_memory(err, "persons in doubt");
    if (lac_reconcile_imputer_stand(counts->imputer, drawing, &stand) != LAC_OK)
        return lac_fail_memory(err, "missing values");
    for (size_t i = 0; status == LAC_OK && i < counts->rules; i++) {
        const struct lac_reconcile_drawn drawn = {doubtful ? counts->doubts->drawn + i * counts->draws : NULL,
                                                  &stand};

        status = lac_reconcile_census_add(&counts->census[i * counts->windows + window],
                                          &drawing->outcome[i][drawing->at], &drawn, change, err);
    }
    return status;
}

static bool has(const struct lac_reconcile_counts *counts, size_t item)
{
    return counts->parts > 0 && item % counts->parts == counts->part;
}

enum lac_status lac_reconcile_counts_best(struct lac_reconcile_counts *counts, size_t window,
                                          struct lac_reconcile_drawing *drawing, size_t n,
                                          struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    for (drawing->at = 0; status == LAC_OK && drawing->at < n; drawing->at++) {
        if (has(counts, drawing->outcome[0][drawing->at].person))
            status = add_person(counts, window, drawing, NULL, err);
    }
    return status;
}

/* Adds, or takes away, everybody judged. */
static enum lac_status add_judged(struct lac_reconcile_counts *counts,
                                  const struct lac_reconcile_bench *bench,
                                  const struct lac_reconcile_judged *judged,
                                  const struct lac_reconcile_change *change, struct lac_error *err)
{
    const struct lac_reconcile_judged_cohort *cohort = &judged->cohort[counts->population];
    int64_t persons = (int64_t)lac_reconcile_population_count(&cohort->people);
    enum lac_status status = LAC_OK;

    for (size_t i = 0; i < change->draws; i++)
        counts->persons_change[change->draw[i]] += change->sign * persons;
    for (size_t w = 0; w < counts->windows; w++) {
        /* a window that is not counted has no outcomes here */
        struct lac_reconcile_drawing drawing = {.population = &cohort->people,
                                                .decision = judged->decision,
                                                .outcome = cohort->outcome + w * counts->rules,
                                                .window = bench->window[w]};

        for (; status == LAC_OK && drawing.at < cohort->outcomes[w]; drawing.at++)
            status = add_person(counts, w, &drawing, change, err);
    }
    return status;
}

/* In the draws of a patch, what it makes of the part takes the place of what the best linkage does. */
static enum lac_status replace(struct lac_reconcile_counts *const *counts,
                               const struct lac_reconcile_bench *bench,
                               const struct lac_reconcile_patch *patch,
                               const struct lac_reconcile_judged judged[2], struct lac_error *err)
{
    struct lac_reconcile_change change = {patch->draw, patch->draws, 0};
    enum lac_status status = LAC_OK;

    for (int k = 0; k < 2 * LAC_RECONCILE_POPULATIONS; k++) {
        change.sign = k % 2 == 0 ? -1 : 1;
        if (status == LAC_OK && bench->asked[k / 2])
            status = add_judged(counts[k / 2], bench, &judged[k % 2], &change, err);
    }
    return status;
}

/* All populations are cut into the same parts. */
static bool is_asked(struct lac_reconcile_counts *const *counts, const struct lac_reconcile_bench *bench,
                     size_t patch)
{
    for (int p = 0; p < LAC_RECONCILE_POPULATIONS; p++) {
        if (bench->asked[p]) return has(counts[p], patch);
    }
    return false;
}

enum lac_status lac_reconcile_counts_patch(struct lac_reconcile_counts *const *counts,
                                           struct lac_reconcile_bench *bench, struct lac_error *err)
{
    struct lac_arena arena;
    enum lac_status status = LAC_OK;

    lac_arena_init(&arena);
    for (size_t i = 0; status == LAC_OK && i < bench->patches->count; i++) {
        const struct lac_reconcile_patch *patch = &bench->patches->patch[i];
        struct lac_reconcile_judged judged[2];

        if (!is_asked(counts, bench, i)) continue;
        lac_arena_reset(&arena);
        status = lac_reconcile_patch_judge(bench, patch, &arena, judged, err);
        if (status == LAC_OK) status = replace(counts, bench, patch, judged, err);
    }
    lac_arena_release(&arena);
    return status;
}

int64_t lac_reconcile_counts_persons(const struct lac_reconcile_counts *counts, int32_t draw)
{
    return (int64_t)counts->persons + (draw < 0 ? 0 : counts->persons_change[draw]);
}

enum lac_status lac_reconcile_counts_sheet(const struct lac_reconcile_counts *counts, size_t census,
                                           struct lac_arena *arena, struct lac_reconcile_sheet *sheet,
                                           struct lac_error *err)
{
    const struct lac_reconcile_census *of = &counts->census[census];
    enum lac_status status = lac_reconcile_sheet_make(of, arena, sheet, err);

    if (status == LAC_OK) status = lac_reconcile_sheet_check(sheet, of, err);
    for (int32_t draw = -1; status == LAC_OK && draw < (int32_t)counts->draws; draw++) {
        struct lac_reconcile_account a = lac_reconcile_census_account(of, draw);

        if (a.in + a.cannot_tell + a.apart + a.out <= lac_reconcile_counts_persons(counts, draw)) continue;
        status =
            lac_fail(err, LAC_DEFECT, "drawn linkage %d has more persons with an event than persons", draw);
        lac_error_rule(err, "conservation");
        lac_error_remedy(err, "report this as a defect of Lacuna, with the run's manifest");
    }
    return status;
}
