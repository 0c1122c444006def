/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "across.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "peers.h"

static enum lac_status report(struct lac_ingest_across *across, size_t i, struct lac_ingest_finding finding,
                              struct lac_error *err)
{
    finding.entry = (uint32_t)i;
    if (lac_ingest_rules[finding.rule].action == LAC_ACTION_REJECT) across->reg->entry[i].set_aside = true;
    return lac_ingest_findings_add(across->findings, &finding, err);
}

static bool live(const struct lac_ingest_entry *entry)
{
    return entry->state == LAC_STATE_USED || entry->state == LAC_STATE_NIL;
}

/* --- same file
 * -------------------------------------------------------------------------------------------------- */

static bool in_chain(const struct lac_ingest_register *reg, size_t a, size_t b)
{
    for (size_t at = reg->entry[a].replaces, n = 0; at != SIZE_MAX && n < reg->count;
         at = reg->entry[at].replaces, n++)
        if (at == b) return true;
    return false;
}

/* A version sent again unchanged is no mistake; a file of another period or agency is. */
static bool same_file(const struct lac_ingest_across *across, size_t i, size_t j)
{
    const struct lac_ingest_register *reg = across->reg;

    return !reg->entry[j].set_aside && reg->entry[j].has_rows &&
           strcmp(across->seen[i].digest, across->seen[j].digest) == 0 && !in_chain(reg, i, j) &&
           !in_chain(reg, j, i);
}

enum lac_status lac_ingest_across_files(struct lac_ingest_across *across, struct lac_error *err)
{
    struct lac_ingest_register *reg = across->reg;
    enum lac_status status = LAC_OK;

    for (size_t i = 0; i < reg->count && status == LAC_OK; i++) {
        if (reg->entry[i].set_aside || !reg->entry[i].has_rows || across->seen[i].digest[0] == '\0') continue;
        for (size_t j = 0; j < i; j++) {
            if (!same_file(across, i, j)) continue;
            status = report(
                across, i,
                (struct lac_ingest_finding){.rule = LAC_RULE_same_file, .text = reg->entry[j].return_id},
                err);
            break;
        }
    }
    return status;
}

/* --- rows of another agency
 * ------------------------------------------------------------------------------------- */

/* What makes a row recognisable in another file; false when it names nobody. */
static bool row_key(const struct lac_ingest_row *row, const char *list, struct lac_buffer *key)
{
    lac_buffer_clear(key);
    if (row->set_aside != LAC_RULE_NONE || row->surname_folded[0] == '\0') return false;
    lac_buffer_printf(key, "%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%d", list, LAC_ROW_TEXT(row, local_ref),
                      LAC_ROW_TEXT(row, role), row->forename_folded, row->surname_folded,
                      LAC_ROW_NUMBER(row, dob));
    return true;
}

struct owners {
    struct lac_dict dict;
    void *owner; /* uint32_t per key: first return that has it */
    size_t capacity;
    struct lac_buffer key;
    uint32_t *hits; /* per return: rows of the present one that it owns */
};

static enum lac_status count_hits(struct lac_ingest_across *across, size_t i, struct owners *owners,
                                  int64_t *rows, struct lac_error *err)
{
    const struct lac_ingest_judge *judge = across->seen[i].judge;
    const struct lac_ingest_register *reg = across->reg;
    enum lac_status status = LAC_OK;

    memset(owners->hits, 0, reg->count * sizeof *owners->hits);
    for (size_t r = 0; r < judge->sheet->rows && status == LAC_OK; r++) {
        uint32_t code, before = owners->dict.count;

        if (!row_key(&judge->row[r], reg->entry[i].list, &owners->key)) continue;
        (*rows)++;
        if ((status = lac_buffer_status(&owners->key, err)) != LAC_OK) return status;
        if ((status = lac_dict_code(&owners->dict, owners->key.text, &code, err)) != LAC_OK) return status;
        status = lac_grow(&owners->owner, &owners->capacity, owners->dict.count, sizeof(uint32_t), err);
        if (status != LAC_OK) return status;
        if (code == before)
            ((uint32_t *)owners->owner)[code] = (uint32_t)i;
        else
            owners->hits[((uint32_t *)owners->owner)[code]]++;
    }
    return status;
}

static enum lac_status check_rows(struct lac_ingest_across *across, struct owners *owners,
                                  struct lac_error *err)
{
    const struct lac_ingest_register *reg = across->reg;
    enum lac_status status = LAC_OK;

    for (size_t i = 0; i < reg->count && status == LAC_OK; i++) {
        int64_t rows = 0;

        if (!live(&reg->entry[i]) || across->seen[i].judge == NULL) continue;
        if ((status = count_hits(across, i, owners, &rows, err)) != LAC_OK) return status;
        for (size_t j = 0; j < i && rows >= across->limits->rows_minimum; j++) {
            if (owners->hits[j] <= across->limits->other_force_maximum * (double)rows ||
                lac_ingest_register_same_sender(&reg->entry[i], &reg->entry[j]))
                continue;
            status = report(across, i,
                            (struct lac_ingest_finding){.rule = LAC_RULE_rows_differ_from_other,
                                                        .a = 100 * (int64_t)owners->hits[j] / rows,
                                                        .text = reg->entry[j].return_id},
                            err);
            break;
        }
    }
    return status;
}

/* --- revisions
 * -------------------------------------------------------------------------------------------------- */

static int compare_hashes(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;

    return *a < *b ? -1 : *a > *b;
}

static uint64_t *row_hashes(const struct lac_ingest_judge *judge, struct lac_arena *arena)
{
    const struct lac_ingest_sheet *sheet = judge->sheet;
    uint64_t *hash = LAC_NEW(arena, uint64_t, sheet->rows);

    for (size_t r = 0; hash != NULL && r < sheet->rows; r++)
        for (int f = 0; f < LAC_FIELD_COUNT; f++) {
            const char *cell = lac_ingest_sheet_cell(sheet, r, (enum lac_ingest_field)f);

            hash[r] = lac_hash64(cell, strlen(cell), hash[r] + (uint64_t)f);
        }
    if (hash != NULL && sheet->rows > 0) qsort(hash, sheet->rows, sizeof *hash, compare_hashes);
    return hash;
}

/* Rows of either version that the other does not have; the larger of both numbers. */
static int64_t changed_rows(const uint64_t *a, size_t n, const uint64_t *b, size_t m)
{
    size_t i = 0, j = 0, common = 0;

    while (i < n && j < m) {
        if (a[i] < b[j]) {
            i++;
        } else if (a[i] > b[j]) {
            j++;
        } else {
            common++;
            i++;
            j++;
        }
    }
    return (int64_t)((n > m ? n : m) - common);
}

#define REVISION_FEW 10 /* a difference of fewer rows can be told from two editions of a table */

static enum lac_status check_revision(struct lac_ingest_across *across, size_t i, struct lac_error *err)
{
    const struct lac_ingest_entry *entry = &across->reg->entry[i];
    size_t j = entry->replaces, n, m;
    uint64_t *now, *then;
    int64_t changed, rows;

    if (!live(entry) || j == SIZE_MAX || across->seen[i].judge == NULL || across->seen[j].judge == NULL)
        return LAC_OK;
    n = across->seen[i].judge->sheet->rows;
    m = across->seen[j].judge->sheet->rows;
    now = row_hashes(across->seen[i].judge, across->arena);
    then = row_hashes(across->seen[j].judge, across->arena);
    if (now == NULL || then == NULL) return lac_fail_memory(err, "versions");
    changed = changed_rows(now, n, then, m);
    rows = (int64_t)(n > m ? n : m);
    if (changed > 0 && changed < REVISION_FEW) {
        enum lac_status status = report(across, i,
                                        (struct lac_ingest_finding){.rule = LAC_RULE_revision_small,
                                                                    .a = changed,
                                                                    .text = across->reg->entry[j].return_id},
                                        err);

        if (status != LAC_OK) return status;
    }
    if ((double)changed <= across->limits->revision_maximum * (double)rows) return LAC_OK;
    return report(across, i,
                  (struct lac_ingest_finding){.rule = LAC_RULE_revision_large,
                                              .a = 100 * changed / rows,
                                              .text = across->reg->entry[j].return_id},
                  err);
}

static enum lac_status check_older(struct lac_ingest_across *across, size_t i, struct lac_error *err)
{
    const struct lac_ingest_register *reg = across->reg;

    if (!live(&reg->entry[i])) return LAC_OK;
    for (size_t k = 0; k < reg->count; k++) {
        if (reg->entry[k].replaces != i || reg->entry[k].state != LAC_STATE_REJECTED) continue;
        return report(
            across, i,
            (struct lac_ingest_finding){.rule = LAC_RULE_older_used, .text = reg->entry[k].return_id}, err);
    }
    return LAC_OK;
}

/* --- counts
 * ----------------------------------------------------------------------------------------------------- */

static size_t cases_of(const struct lac_ingest_across *across, size_t i)
{
    return across->seen[i].judge == NULL ? 0 : across->seen[i].judge->case_count;
}

/* Poisson tails against the mean of the same sender's other returns of about the same length, of which there
 * must be two; below half of it or above twice, since counts of real agencies scatter more than Poisson's. */
static enum lac_status check_volume(struct lac_ingest_across *across, size_t i, struct lac_error *err)
{
    const struct lac_ingest_register *reg = across->reg;
    const struct lac_ingest_entry *entry = &reg->entry[i];
    int32_t length = entry->period_end - entry->period_start;
    double sum = 0, mean;
    size_t n = 0, cases = cases_of(across, i);
    enum lac_ingest_rule rule;

    if (!live(entry)) return LAC_OK;
    for (size_t j = 0; j < reg->count; j++) {
        const struct lac_ingest_entry *other = &reg->entry[j];

        if (j == i || !live(other) || !lac_ingest_register_same_sender(entry, other)) continue;
        if (abs(other->period_end - other->period_start - length) > 5) continue;
        sum += (double)cases_of(across, j);
        n++;
    }
    mean = n == 0 ? 0 : sum / (double)n;
    if (n < 2 || mean <= 0) return LAC_OK;
    if ((double)cases > 2 * mean) {
        if (gsl_cdf_poisson_Q((unsigned)cases - 1, mean) >= across->limits->tail_minimum) return LAC_OK;
        rule = LAC_RULE_volume_high;
    } else {
        if ((double)cases > mean / 2 ||
            gsl_cdf_poisson_P((unsigned)cases, mean) >= across->limits->tail_minimum)
            return LAC_OK;
        rule = cases == 0 ? LAC_RULE_nil_implausible : LAC_RULE_volume_low;
    }
    return report(across, i,
                  (struct lac_ingest_finding){.rule = rule, .a = (int64_t)cases, .b = (int64_t)lround(mean)},
                  err);
}

enum lac_status lac_ingest_across_check(struct lac_ingest_across *across, struct lac_error *err)
{
    struct owners owners = {.hits = LAC_NEW(across->arena, uint32_t, across->reg->count)};
    enum lac_status status;

    if (owners.hits == NULL) return lac_fail_memory(err, "returns");
    lac_dict_init(&owners.dict);
    status = check_rows(across, &owners, err);
    for (size_t i = 0; i < across->reg->count && status == LAC_OK; i++) {
        status = check_revision(across, i, err);
        if (status == LAC_OK) status = check_older(across, i, err);
        if (status == LAC_OK) status = check_volume(across, i, err);
    }
    if (status == LAC_OK) status = lac_ingest_peers_check(across, err);
    lac_dict_release(&owners.dict);
    lac_buffer_release(&owners.key);
    free(owners.owner);
    return status;
}
