/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "peers_internal.h"
#include "share.h"

enum lac_status lac_ingest_peers_report(struct peers *peers, size_t i, struct lac_ingest_finding finding)
{
    finding.entry = i == SIZE_MAX ? LAC_INGEST_NO_RETURN : (uint32_t)i;
    return lac_ingest_findings_add(peers->across->findings, &finding, peers->err);
}

bool lac_ingest_peers_live(const struct lac_ingest_entry *entry)
{
    return entry->state == LAC_STATE_USED || entry->state == LAC_STATE_NIL;
}

int64_t lac_ingest_peers_percent(int64_t part, int64_t whole)
{
    return whole == 0 ? 0 : (part * 200 + whole) / (2 * whole);
}

/* Whether no return before `i` is of its list. */
bool lac_ingest_peers_first_of_list(const struct lac_ingest_register *reg, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (lac_ingest_peers_live(&reg->entry[j]) && strcmp(reg->entry[j].list, reg->entry[i].list) == 0)
            return false;
    return lac_ingest_peers_live(&reg->entry[i]);
}

bool lac_ingest_peers_same_sender(const struct peers *peers, size_t i, size_t j)
{
    return lac_ingest_register_same_sender(&peers->reg->entry[i], &peers->reg->entry[j]);
}

/* --- against the same agency's other returns
 * -------------------------------------------------------------------------------------- */

/* Its return before: the latest that ended before this one began. SIZE_MAX: none. */
static size_t return_before(const struct peers *peers, size_t i)
{
    const struct lac_ingest_entry *entry = peers->reg->entry;
    size_t before = SIZE_MAX;

    for (size_t j = 0; j < peers->reg->count; j++) {
        if (peers->facts[j] == NULL || !lac_ingest_peers_same_sender(peers, i, j)) continue;
        if (entry[j].period_end >= entry[i].period_start) continue;
        if (before == SIZE_MAX || entry[j].period_end > entry[before].period_end) before = j;
    }
    return before;
}

#define SEX_MINIMUM 0.2 /* change of the share that is worth a word */

static enum lac_status check_sex(struct peers *peers, size_t i, size_t j)
{
    const struct lac_ingest_facts *now = peers->facts[i], *then = peers->facts[j];
    struct lac_ingest_share a = {now->sex_female, now->sex_female + now->sex_male};
    struct lac_ingest_share b = {then->sex_female, then->sex_female + then->sex_male};
    double change;

    if (a.whole < peers->rows_minimum || b.whole < peers->rows_minimum) return LAC_OK;
    change = (double)a.part / (double)a.whole - (double)b.part / (double)b.whole;
    if (fabs(change) < SEX_MINIMUM || !lac_ingest_shares_differ(a, b, peers->across->limits->tail_minimum))
        return LAC_OK;
    return lac_ingest_peers_report(
        peers, i,
        (struct lac_ingest_finding){.rule = LAC_RULE_sex_recoded,
                                    .column = "sex",
                                    .a = lac_ingest_peers_percent(a.part, a.whole),
                                    .b = lac_ingest_peers_percent(b.part, b.whole)});
}

static enum lac_status check_system(struct peers *peers, size_t i, size_t j)
{
    const struct lac_ingest_entry *now = &peers->reg->entry[i], *then = &peers->reg->entry[j];
    bool system = now->system[0] != '\0' && then->system[0] != '\0' && strcmp(now->system, then->system) != 0;

    if (!system && strcmp(now->layout, then->layout) == 0) return LAC_OK;
    return lac_ingest_peers_report(
        peers, i, (struct lac_ingest_finding){.rule = LAC_RULE_system_changed, .text = then->return_id});
}

/* Whether most of what two samples have in common has another value in each. */
static bool values_differ(const struct peers *peers, const struct lac_ingest_sample *a,
                          const struct lac_ingest_sample *b, int64_t *share)
{
    size_t agree, all, common = lac_ingest_sample_common(a, b, &agree, &all);

    if ((int64_t)common < peers->rows_minimum) return false;
    *share = lac_ingest_peers_percent((int64_t)(common - agree), (int64_t)common);
    return (double)(common - agree) > peers->across->limits->outside_maximum * (double)common;
}

static enum lac_status check_references(struct peers *peers, size_t i, size_t j,
                                        const struct lac_ingest_facts *then)
{
    const struct lac_ingest_facts *now = peers->facts[i];
    struct lac_ingest_finding finding = {.column = "person_ref", .text = peers->reg->entry[j].return_id};
    enum lac_status status = LAC_OK;

    if (values_differ(peers, &now->references, &then->references, &finding.a)) {
        finding.rule = LAC_RULE_person_reused;
        status = lac_ingest_peers_report(peers, i, finding);
    } else if (values_differ(peers, &now->persons, &then->persons, &finding.a)) {
        finding.rule = LAC_RULE_person_rekeyed;
        status = lac_ingest_peers_report(peers, i, finding);
    }
    return status;
}

/* A return that covers the period of an earlier one holds its persons too. */
static enum lac_status check_covered(struct peers *peers, size_t i)
{
    const struct lac_ingest_entry *entry = peers->reg->entry;
    enum lac_status status = LAC_OK;

    for (size_t j = 0; j < peers->reg->count && status == LAC_OK; j++) {
        size_t agree, all, common;

        if (j == i || peers->facts[j] == NULL || !lac_ingest_peers_same_sender(peers, i, j)) continue;
        if (entry[j].period_start < entry[i].period_start || entry[j].period_end > entry[i].period_end ||
            entry[j].received_date > entry[i].received_date)
            continue;
        common = lac_ingest_sample_common(&peers->facts[j]->persons, &peers->facts[i]->persons, &agree, &all);
        if ((int64_t)all < peers->rows_minimum ||
            (double)(all - common) <= peers->across->limits->revision_maximum * (double)all)
            continue;
        status = lac_ingest_peers_report(
            peers, i,
            (struct lac_ingest_finding){.rule = LAC_RULE_persons_gone,
                                        .a = lac_ingest_peers_percent((int64_t)(all - common), (int64_t)all),
                                        .text = entry[j].return_id});
    }
    return status;
}

static enum lac_status check_before(struct peers *peers, size_t i)
{
    size_t j = return_before(peers, i), version = peers->reg->entry[i].replaces;
    enum lac_status status = LAC_OK;

    if (version != SIZE_MAX && peers->across->seen[version].judge != NULL)
        status = check_references(peers, i, version, &peers->across->seen[version].judge->facts);
    if (j == SIZE_MAX || status != LAC_OK) return status;
    status = check_sex(peers, i, j);
    if (status == LAC_OK) status = check_system(peers, i, j);
    return status == LAC_OK ? check_references(peers, i, j, peers->facts[j]) : status;
}

/* Districts with none of the rows that its other returns of the same length lead to expect, where chance
 * leaves none with a probability below the limit (Poisson). */
static enum lac_status check_districts(struct peers *peers, size_t i)
{
    const struct lac_ingest_entry *entry = peers->reg->entry;
    int32_t length = entry[i].period_end - entry[i].period_start;
    double least = -log(peers->across->limits->tail_minimum), missed = 0;
    struct lac_ingest_finding finding = {.rule = LAC_RULE_districts_gone, .column = "lad"};

    if (peers->facts[i]->home < peers->rows_minimum) return LAC_OK;
    for (uint32_t d = 0; d < peers->facts[i]->codes->district.count; d++) {
        double sum = 0, n = 0;

        for (size_t j = 0; j < peers->reg->count && peers->facts[i]->district[d] == 0; j++) {
            if (j == i || peers->facts[j] == NULL || !lac_ingest_peers_same_sender(peers, i, j)) continue;
            if (abs(entry[j].period_end - entry[j].period_start - length) > 5) continue;
            sum += peers->facts[j]->district[d];
            n++;
        }
        if (n < 2 || sum / n < least) continue;
        finding.a++;
        missed += sum / n;
    }
    finding.b = lround(missed);
    return finding.a > 0 ? lac_ingest_peers_report(peers, i, finding) : LAC_OK;
}

/* --- references of another agency's form
 * ------------------------------------------------------------------------------------------- */

/* The beginning that most references of a return have, if a share of `most` has it; else 0. */
static uint64_t usual_form(const struct peers *peers, size_t j)
{
    const struct lac_ingest_facts *facts = peers->facts[j];
    const struct lac_ingest_tally *tally = &facts->tally[LAC_TALLY_REFERENCE];
    uint64_t top = lac_ingest_tally_top(tally);

    if (facts->used < peers->rows_minimum) return 0;
    return (double)lac_ingest_tally_rows(tally, top) >
                   peers->across->limits->other_force_maximum * (double)facts->used
               ? top
               : 0;
}

static enum lac_status check_form(struct peers *peers, size_t i)
{
    uint64_t form = usual_form(peers, i);
    size_t others = 0, like = SIZE_MAX;

    for (size_t j = 0; j < peers->reg->count && form != 0; j++) {
        uint64_t other;

        if (j == i || peers->facts[j] == NULL || (other = usual_form(peers, j)) == 0) continue;
        if (!lac_ingest_peers_same_sender(peers, i, j)) {
            if (other == form && like == SIZE_MAX) like = j;
        } else if (other == form) {
            return LAC_OK;
        } else {
            others++;
        }
    }
    if (others == 0 || like == SIZE_MAX) return LAC_OK;
    return lac_ingest_peers_report(
        peers, i,
        (struct lac_ingest_finding){
            .rule = LAC_RULE_reference_pattern,
            .column = "local_ref",
            .a = lac_ingest_peers_percent(
                lac_ingest_tally_rows(&peers->facts[i]->tally[LAC_TALLY_REFERENCE], form),
                peers->facts[i]->used),
            .text = peers->reg->entry[like].agency});
}

/* --- snapshots that stay as they were
 * ---------------------------------------------------------------------------------------------- */

#define REFRESH_DAYS 365

static int32_t newest_receipt(const struct lac_ingest_register *reg)
{
    int32_t newest = LAC_DATE_NONE;

    for (size_t i = 0; i < reg->count; i++)
        if (lac_ingest_peers_live(&reg->entry[i]) && reg->entry[i].received_date > newest)
            newest = reg->entry[i].received_date;
    return newest;
}

static enum lac_status check_refreshed(struct peers *peers, size_t i, int32_t newest)
{
    const struct lac_ingest_facts *facts = peers->facts[i];
    int64_t rows = facts->role[LAC_ROLE_SUSPECT] + facts->role[LAC_ROLE_OFFENDER];
    int64_t known = facts->ethnicity_known[LAC_ROLE_SUSPECT] + facts->ethnicity_known[LAC_ROLE_OFFENDER];
    int64_t days = newest == LAC_DATE_NONE ? 0 : (int64_t)newest - peers->reg->entry[i].period_end;

    if (rows < peers->rows_minimum || days <= REFRESH_DAYS) return LAC_OK;
    if ((double)known >= peers->across->limits->completeness_minimum * (double)rows) return LAC_OK;
    return lac_ingest_peers_report(peers, i,
                                   (struct lac_ingest_finding){.rule = LAC_RULE_never_refreshed,
                                                               .column = "ethnicity",
                                                               .a = days,
                                                               .b = lac_ingest_peers_percent(known, rows)});
}

/* --- years
 * ------------------------------------------------------------------------------------------------------- */

static int year_of(const struct lac_ingest_entry *entry)
{
    int year, month, day;

    lac_date_to_civil(entry->period_end, &year, &month, &day);
    return year;
}

/* Whether the sender of return i has a live return in the year. */
static bool sends_in(const struct peers *peers, size_t i, int year)
{
    for (size_t j = 0; j < peers->reg->count; j++)
        if (lac_ingest_peers_live(&peers->reg->entry[j]) && lac_ingest_peers_same_sender(peers, i, j) &&
            year_of(&peers->reg->entry[j]) == year)
            return true;
    return false;
}

/* Senders of a list with a return in `year` and none in `other`, each once; `any` says whether anybody sent
 * in `other`. */
static int64_t senders_lost(const struct peers *peers, const char *list, int year, int other, bool *any)
{
    const struct lac_ingest_register *reg = peers->reg;
    int64_t n = 0;

    *any = false;
    for (size_t i = 0; i < reg->count; i++) {
        bool before = false;

        if (!lac_ingest_peers_live(&reg->entry[i]) || strcmp(reg->entry[i].list, list) != 0) continue;
        *any |= year_of(&reg->entry[i]) == other;
        if (year_of(&reg->entry[i]) != year || sends_in(peers, i, other)) continue;
        for (size_t j = 0; j < i && !before; j++)
            before = lac_ingest_peers_live(&reg->entry[j]) && lac_ingest_peers_same_sender(peers, i, j) &&
                     year_of(&reg->entry[j]) == year;
        n += !before;
    }
    return n;
}

/* Each list and year once, at its first return in the register. */
static enum lac_status check_year(struct peers *peers, size_t i)
{
    const struct lac_ingest_entry *entry = &peers->reg->entry[i];
    int year = year_of(entry);
    bool before, now;
    struct lac_ingest_finding finding = {.rule = LAC_RULE_panel_changed, .file = LAC_INGEST_REGISTER_FILE};

    for (size_t j = 0; j < i; j++)
        if (lac_ingest_peers_live(&peers->reg->entry[j]) &&
            strcmp(peers->reg->entry[j].list, entry->list) == 0 && year_of(&peers->reg->entry[j]) == year)
            return LAC_OK;
    finding.a = senders_lost(peers, entry->list, year, year - 1, &before);
    finding.b = senders_lost(peers, entry->list, year - 1, year, &now);
    if (!before || finding.a + finding.b == 0) return LAC_OK;
    finding.text = lac_arena_printf(peers->across->arena, "%s, %d", entry->list, year);
    return finding.text == NULL ? lac_fail_memory(peers->err, "returns")
                                : lac_ingest_peers_report(peers, SIZE_MAX, finding);
}

/* --- lists against one another
 * ------------------------------------------------------------------------------------ */

#define OVERLAP_MINIMUM 100 /* persons of either list below which no overlap says nothing */

static int compare_keys(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;

    return *a < *b ? -1 : *a > *b;
}

/* The distinct sampled persons of a list below the threshold all its returns share, sorted. */
static size_t list_persons(const struct peers *peers, const char *list, uint64_t below, uint64_t *key)
{
    size_t n = 0, kept = 0;

    for (size_t i = 0; i < peers->reg->count; i++) {
        const struct lac_ingest_sample *persons;

        if (peers->facts[i] == NULL || strcmp(peers->reg->entry[i].list, list) != 0) continue;
        persons = &peers->facts[i]->persons;
        for (size_t k = 0; k < persons->count && persons->item[k].key < below; k++)
            key[n++] = persons->item[k].key;
    }
    if (n > 0) qsort(key, n, sizeof *key, compare_keys);
    for (size_t k = 0; k < n; k++)
        if (kept == 0 || key[kept - 1] != key[k]) key[kept++] = key[k];
    return kept;
}

static bool share_any(const uint64_t *a, size_t n, const uint64_t *b, size_t m)
{
    for (size_t i = 0, j = 0; i < n && j < m;) {
        if (a[i] == b[j]) return true;
        if (a[i] < b[j])
            i++;
        else
            j++;
    }
    return false;
}

static enum lac_status check_pair(struct peers *peers, size_t i, size_t j, uint64_t *key, size_t room)
{
    const char *a = peers->reg->entry[i].list, *b = peers->reg->entry[j].list;
    uint64_t below = UINT64_MAX;
    size_t n, m;
    struct lac_ingest_finding finding = {.rule = LAC_RULE_no_overlap, .file = LAC_INGEST_REGISTER_FILE};

    for (size_t k = 0; k < peers->reg->count; k++) {
        const char *list = peers->reg->entry[k].list;

        if (peers->facts[k] == NULL || (strcmp(list, a) != 0 && strcmp(list, b) != 0)) continue;
        if (peers->facts[k]->persons.below < below) below = peers->facts[k]->persons.below;
    }
    n = list_persons(peers, a, below, key);
    m = list_persons(peers, b, below, key + room);
    if (n < OVERLAP_MINIMUM || m < OVERLAP_MINIMUM || share_any(key, n, key + room, m)) return LAC_OK;
    finding.a = (int64_t)n;
    finding.b = (int64_t)m;
    finding.text = lac_arena_printf(peers->across->arena, "%s and %s", a, b);
    return finding.text == NULL ? lac_fail_memory(peers->err, "returns")
                                : lac_ingest_peers_report(peers, SIZE_MAX, finding);
}

static enum lac_status check_overlap(struct peers *peers)
{
    size_t room = 0;
    uint64_t *key;
    enum lac_status status = LAC_OK;

    for (size_t i = 0; i < peers->reg->count; i++)
        if (peers->facts[i] != NULL) room += peers->facts[i]->persons.count;
    if ((key = LAC_NEW(peers->across->arena, uint64_t, 2 * room)) == NULL)
        return lac_fail_memory(peers->err, "returns");
    for (size_t i = 0; i < peers->reg->count; i++) {
        for (size_t j = 0; j < i && status == LAC_OK; j++)
            if (lac_ingest_peers_first_of_list(peers->reg, i) &&
                lac_ingest_peers_first_of_list(peers->reg, j))
                status = check_pair(peers, j, i, key, room);
    }
    return status;
}

/* --- all of them
 * ------------------------------------------------------------------------------------------------- */

static enum lac_status check_return(struct peers *peers, size_t i, int32_t newest)
{
    enum lac_status status = LAC_OK;

    if (lac_ingest_peers_live(&peers->reg->entry[i])) status = check_year(peers, i);
    if (status != LAC_OK || peers->facts[i] == NULL) return status;
    status = check_before(peers, i);
    if (status == LAC_OK) status = check_covered(peers, i);
    if (status == LAC_OK) status = check_districts(peers, i);
    if (status == LAC_OK) status = check_form(peers, i);
    return status == LAC_OK ? check_refreshed(peers, i, newest) : status;
}

enum lac_status lac_ingest_peers_check(struct lac_ingest_across *across, struct lac_error *err)
{
    size_t n = across->reg->count;
    struct peers peers = {.across = across,
                          .reg = across->reg,
                          .facts = LAC_NEW(across->arena, const struct lac_ingest_facts *, n),
                          .limit = lac_ingest_score_limit(across->limits->tail_minimum),
                          .rows_minimum = across->limits->rows_minimum,
                          .err = err};
    int32_t newest = newest_receipt(across->reg);
    enum lac_status status = LAC_OK;

    if (peers.facts == NULL) return lac_fail_memory(err, "returns");
    for (size_t i = 0; i < n; i++)
        if (across->reg->entry[i].state == LAC_STATE_USED && across->seen[i].judge != NULL)
            peers.facts[i] = &across->seen[i].judge->facts;
    for (size_t i = 0; i < n && status == LAC_OK; i++) status = check_return(&peers, i, newest);
    if (status == LAC_OK) status = lac_ingest_peers_funnels(&peers);
    return status == LAC_OK ? check_overlap(&peers) : status;
}
