/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace.h"

#include <stdlib.h>
#include <string.h>

static bool is_asked(const struct lac_reconcile_geography *geography, size_t place)
{
    if (place == 0) return geography->nation;
    return place <= geography->regions ? geography->by_region : geography->by_force;
}

static size_t places_of(const struct lac_reconcile_geography *geography)
{
    return 1 + geography->regions + geography->forces;
}

static enum lac_status put_overlap(struct lac_table *table, const struct lac_reconcile_block *block,
                                   const char *other, size_t place, const struct lac_reconcile_overlap *o,
                                   struct lac_error *err)
{
    size_t row;
    enum lac_status status = lac_table_row(table, &row, err);

    if (status != LAC_OK) return status;
    status = lac_set_text(table, LAC_COL_definition_overlaps_population, row, block->population, err);
    if (status == LAC_OK)
        status = lac_set_text(table, LAC_COL_definition_overlaps_definition, row, block->definition, err);
    if (status == LAC_OK) status = lac_set_text(table, LAC_COL_definition_overlaps_other, row, other, err);
    if (status == LAC_OK)
        status = lac_set_text(table, LAC_COL_definition_overlaps_geography_code, row,
                              lac_reconcile_place_code(block->places, place), err);
    lac_i32(table, LAC_COL_definition_overlaps_window_start)[row] = block->window.start;
    lac_i32(table, LAC_COL_definition_overlaps_window_end)[row] = block->window.end;
    lac_i64(table, LAC_COL_definition_overlaps_both)[row] = o->both;
    lac_i64(table, LAC_COL_definition_overlaps_both_high)[row] = o->both_high;
    lac_i64(table, LAC_COL_definition_overlaps_only)[row] = o->only;
    lac_i64(table, LAC_COL_definition_overlaps_other_only)[row] = o->other_only;
    return status;
}

enum lac_status lac_reconcile_overlaps_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                           const struct lac_reconcile_rules *rules,
                                           struct lac_reconcile_outcome *const *outcome, size_t n,
                                           struct lac_error *err)
{
    size_t places = places_of(block->geography), pairs = rules->count * rules->count;
    struct lac_reconcile_overlap *overlap = calloc(places, sizeof *overlap);
    struct lac_reconcile_block pair = *block;
    enum lac_status status = overlap == NULL ? lac_fail_memory(err, "overlaps of definitions") : LAC_OK;

    for (size_t k = 0; status == LAC_OK && k < pairs; k++) {
        size_t i = k / rules->count, j = k % rules->count;

        if (j <= i) continue;
        memset(overlap, 0, places * sizeof *overlap);
        lac_reconcile_overlaps_count(outcome[i], outcome[j], n, block->geography, overlap);
        pair.definition = rules->rule[i].id;
        for (size_t p = 0; status == LAC_OK && p < places; p++) {
            if (is_asked(block->geography, p))
                status = put_overlap(table, &pair, rules->rule[j].id, p, &overlap[p], err);
        }
    }
    free(overlap);
    return status;
}

/* One row of `reasons`. */
struct reason_row {
    const char *unit, *definition, *verdict, *reason;
    size_t place;
    int64_t count;
};

static enum lac_status put_reason(struct lac_table *table, const struct lac_reconcile_block *block,
                                  const struct reason_row *r, struct lac_error *err)
{
    const struct {
        enum lac_column_id column;
        const char *text;
    } text[] = {
        {LAC_COL_reasons_unit, r->unit},
        {LAC_COL_reasons_population, block->population},
        {LAC_COL_reasons_definition, r->definition},
        {LAC_COL_reasons_geography_code, lac_reconcile_place_code(block->places, r->place)},
        {LAC_COL_reasons_verdict, r->verdict},
        {LAC_COL_reasons_reason, r->reason},
    };
    size_t row;
    enum lac_status status = LAC_OK;

    if (r->count == 0 || !is_asked(block->geography, r->place)) return LAC_OK;
    if ((status = lac_table_row(table, &row, err)) != LAC_OK) return status;
    for (size_t i = 0; status == LAC_OK && i < sizeof text / sizeof *text; i++)
        status = lac_set_text(table, text[i].column, row, text[i].text, err);
    lac_i32(table, LAC_COL_reasons_window_start)[row] = block->window.start;
    lac_i32(table, LAC_COL_reasons_window_end)[row] = block->window.end;
    lac_i64(table, LAC_COL_reasons_count)[row] = r->count;
    return status;
}

enum lac_status lac_reconcile_reasons_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                          const char *unit, const struct lac_reconcile_reasons *reasons,
                                          struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    for (size_t p = 0; p < places_of(block->geography); p++) {
        for (int k = 0; status == LAC_OK && k < LAC_RECONCILE_VERDICTS * LAC_RECONCILE_REASON_COUNT; k++) {
            int v = LAC_RECONCILE_VERDICTS - 1 - k / LAC_RECONCILE_REASON_COUNT,
                r = k % LAC_RECONCILE_REASON_COUNT;
            const struct reason_row row = {unit,
                                           block->definition,
                                           lac_reconcile_verdict_word((enum lac_reconcile_verdict)v),
                                           lac_reconcile_reason_word((enum lac_reconcile_reason)r),
                                           p,
                                           reasons[p].count[v][r]};

            status = put_reason(table, block, &row, err);
        }
    }
    return status;
}

enum lac_status lac_reconcile_absences_put(struct lac_table *table, const struct lac_reconcile_block *block,
                                           const struct lac_reconcile_absence *absence, struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    for (size_t p = 0; status == LAC_OK && p < places_of(block->geography); p++) {
        const struct reason_row at_risk = {"persons", "any", "no_evidence", "at_risk", p, absence[p].at_risk};
        const struct reason_row unidentified = {"persons",      "any", "no_evidence",
                                                "unidentified", p,     absence[p].unidentified};
        const struct reason_row withdrawn = {"persons",   "any", "no_evidence",
                                             "withdrawn", p,     absence[p].withdrawn};

        status = put_reason(table, block, &at_risk, err);
        if (status == LAC_OK) status = put_reason(table, block, &withdrawn, err);
        if (status == LAC_OK) status = put_reason(table, block, &unidentified, err);
    }
    return status;
}

/* The fields of a set, separated by blanks. */
static void name_fields(unsigned set, char *out, size_t size)
{
    static const char *const names[] = {"date_of_birth", "date_of_birth_narrowed", "sex", "district"};
    size_t at = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < sizeof names / sizeof *names && at < size; i++) {
        int n = set >> i & 1U ? snprintf(out + at, size - at, "%s%s", at > 0 ? " " : "", names[i]) : 0;

        at += n > 0 ? (size_t)n : 0;
    }
}

static const char *evidence_word(const struct lac_reconcile_row *row)
{
    if (!row->evidence) return "none";
    if (row->list == LAC_RECONCILE_NO_LIST) return "no_list";
    return row->referrer == LAC_RECONCILE_NO_LIST ? "own" : "referred";
}

enum lac_status lac_reconcile_sources_put(struct lac_table *table, const struct lac_reconcile_set *set,
                                          const struct lac_reconcile_source *source, const char *const *group,
                                          struct lac_error *err)
{
    enum lac_status status = lac_table_reserve(table, set->rows, err);
    char text[128];

    for (size_t i = 0; status == LAC_OK && i < set->rows; i++) {
        size_t row;

        if ((status = lac_table_row(table, &row, err)) != LAC_OK) return status;
        status = lac_set_text(table, LAC_COL_sources_evidence, row, evidence_word(&set->row[i]), err);
        name_fields(source[i].gives, text, sizeof text);
        if (status == LAC_OK) status = lac_set_text(table, LAC_COL_sources_gives, row, text, err);
        if (status == LAC_OK && group != NULL && group[i] != NULL)
            status = lac_set_text(table, LAC_COL_sources_group_id, row, group[i], err);
        name_fields(source[i].contradicts, text, sizeof text);
        if (status == LAC_OK) status = lac_set_text(table, LAC_COL_sources_contradicts, row, text, err);
    }
    return status;
}

static bool is_declared(const struct lac_list_settings *list, const char *referrer)
{
    for (size_t i = 0; i < list->derived_from.count; i++) {
        if (strcmp(list->derived_from.item[i], referrer) == 0) return true;
    }
    return false;
}

enum lac_status lac_reconcile_referrals_put(struct lac_table *table, struct lac_reconcile_window window,
                                            const struct lac_sections *lists,
                                            const struct lac_reconcile_referral *referral,
                                            struct lac_error *err)
{
    const struct lac_list_settings *list = lists->item;
    enum lac_status status = LAC_OK;

    for (size_t k = 0; status == LAC_OK && k < lists->count * lists->count; k++) {
        size_t to = k / lists->count, from = k % lists->count, row;

        if (to == from) continue;
        if ((status = lac_table_row(table, &row, err)) != LAC_OK) return status;
        status = lac_set_text(table, LAC_COL_referrals_list, row, list[to].code, err);
        if (status == LAC_OK)
            status = lac_set_text(table, LAC_COL_referrals_referrer, row, list[from].code, err);
        lac_i32(table, LAC_COL_referrals_window_start)[row] = window.start;
        lac_i32(table, LAC_COL_referrals_window_end)[row] = window.end;
        lac_u8(table, LAC_COL_referrals_declared)[row] = is_declared(&list[to], list[from].code);
        lac_i64(table, LAC_COL_referrals_persons)[row] = referral[k].persons;
        lac_i64(table, LAC_COL_referrals_referred)[row] = referral[k].referred;
        lac_i64(table, LAC_COL_referrals_referred_only)[row] = referral[k].referred_only;
    }
    return status;
}
