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

/* Which return a sampled row was seen in first. */
struct owners {
    struct lac_ingest_owner {
        uint64_t hash;
        uint32_t owner, used; /* used 0: free */
    } * slot;
    size_t slots, count;
    uint32_t *hits; /* per return: rows of the present one that it owns */
};

static struct lac_ingest_owner *owner_of(const struct owners *owners, uint64_t hash)
{
    size_t mask = owners->slots - 1, at = (size_t)(hash >> 7) & mask;

    while (owners->slot[at].used != 0 && owners->slot[at].hash != hash) at = (at + 1) & mask;
    return &owners->slot[at];
}

static enum lac_status make_owners(struct owners *owners, const struct lac_ingest_across *across,
                                   struct lac_error *err)
{
    size_t rows = 0;

    for (size_t i = 0; i < across->reg->count; i++)
        if (across->seen[i].taken != NULL) rows += across->seen[i].taken->trace.named_count;
    owners->slots = 64;
    while (owners->slots < 2 * rows) owners->slots *= 2;
    owners->hits = LAC_NEW(across->arena, uint32_t, across->reg->count);
    owners->slot = calloc(owners->slots, sizeof *owners->slot);
    return owners->hits == NULL || owners->slot == NULL ? lac_fail_memory(err, "returns") : LAC_OK;
}

static void count_hits(const struct lac_ingest_across *across, size_t i, struct owners *owners)
{
    const struct lac_ingest_trace *trace = &across->seen[i].taken->trace;

    memset(owners->hits, 0, across->reg->count * sizeof *owners->hits);
    for (size_t r = 0; r < trace->named_count; r++) {
        struct lac_ingest_owner *slot = owner_of(owners, trace->named[r]);

        if (slot->used != 0)
            owners->hits[slot->owner]++;
        else
            *slot = (struct lac_ingest_owner){trace->named[r], (uint32_t)i, 1};
    }
}

/* Sampled rows of return i that would have been kept of return j too. */
static int64_t comparable(const struct lac_ingest_across *across, size_t i, size_t j)
{
    const struct lac_ingest_trace *a = &across->seen[i].taken->trace, *b = &across->seen[j].taken->trace;
    size_t low = 0, high = a->named_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (a->named[middle] <= b->limit)
            low = middle + 1;
        else
            high = middle;
    }
    return (int64_t)low;
}

static enum lac_status check_rows(struct lac_ingest_across *across, struct owners *owners,
                                  struct lac_error *err)
{
    const struct lac_ingest_register *reg = across->reg;
    enum lac_status status = LAC_OK;

    for (size_t i = 0; i < reg->count && status == LAC_OK; i++) {
        if (!live(&reg->entry[i]) || across->seen[i].taken == NULL) continue;
        count_hits(across, i, owners);
        for (size_t j = 0; j < i; j++) {
            int64_t rows = owners->hits[j] == 0 ? 0 : comparable(across, i, j);

            if (rows < across->limits->rows_minimum ||
                owners->hits[j] <= across->limits->other_force_maximum * (double)rows ||
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

static enum lac_status report_revision(struct lac_ingest_across *across, size_t i,
                                       const struct lac_ingest_revision *revision, struct lac_error *err)
{
    const struct lac_ingest_entry *entry = &across->reg->entry[i];
    char *text =
        lac_arena_printf(across->arena, "against return %s: %lld rows added, %lld changed, %lld removed",
                         across->reg->entry[entry->replaces].return_id, (long long)revision->added,
                         (long long)revision->changed, (long long)revision->removed);

    if (text == NULL) return lac_fail_memory(err, "versions");
    return report(across, i, (struct lac_ingest_finding){.rule = LAC_RULE_revision, .text = text}, err);
}

#define REVISION_FEW 10 /* a difference of fewer rows can be told from two editions of a table */

static enum lac_status check_revision(struct lac_ingest_across *across, size_t i, struct lac_error *err)
{
    const struct lac_ingest_entry *entry = &across->reg->entry[i];
    size_t j = entry->replaces;
    struct lac_ingest_revision revision;
    int64_t changed, rows;
    enum lac_status status;

    if (!live(entry) || j == SIZE_MAX || across->seen[i].taken == NULL || across->seen[j].taken == NULL)
        return LAC_OK;
    revision = lac_ingest_trace_compare(&across->seen[i].taken->trace, &across->seen[j].taken->trace);
    changed = revision.changed + (revision.added > revision.removed ? revision.added : revision.removed);
    rows = changed + revision.same;
    if (across->revision != NULL) across->revision[i] = revision;
    if (changed > 0 && (status = report_revision(across, i, &revision, err)) != LAC_OK) return status;
    if (changed > 0 && changed < REVISION_FEW) {
        status = report(across, i,
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
    return across->seen[i].judge == NULL ? 0 : (size_t)across->seen[i].judge->facts.cases;
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
    struct owners owners = {0};
    enum lac_status status = make_owners(&owners, across, err);

    if (status == LAC_OK) status = check_rows(across, &owners, err);
    for (size_t i = 0; i < across->reg->count && status == LAC_OK; i++) {
        status = check_revision(across, i, err);
        if (status == LAC_OK) status = check_older(across, i, err);
        if (status == LAC_OK) status = check_volume(across, i, err);
    }
    if (status == LAC_OK) status = lac_ingest_peers_check(across, err);
    free(owners.slot);
    return status;
}
