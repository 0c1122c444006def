/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace.h"

#include <stdlib.h>

void lac_ingest_trace_begin(struct lac_ingest_trace *trace, bool versions)
{
    *trace = (struct lac_ingest_trace){.limit = UINT64_MAX, .versions = versions};
}

void lac_ingest_trace_release(struct lac_ingest_trace *trace)
{
    free(trace->named);
    free(trace->mark);
    *trace = (struct lac_ingest_trace){0};
}

static int compare_hashes(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;

    return *a < *b ? -1 : *a > *b;
}

/* By the bytes of the hashes, lowest first; where memory lacks, by comparing them. */
static void sort_hashes(uint64_t *hash, size_t n)
{
    uint64_t *other = malloc(n * sizeof *other), *from = hash, *to = other;

    if (other == NULL) {
        qsort(hash, n, sizeof *hash, compare_hashes);
        return;
    }
    for (int shift = 0; shift < 64; shift += 8) {
        size_t at[257] = {0};
        uint64_t *turn = from;

        for (size_t i = 0; i < n; i++) at[(from[i] >> shift & 0xFF) + 1]++;
        for (int k = 0; k < 256; k++) at[k + 1] += at[k];
        for (size_t i = 0; i < n; i++) to[at[from[i] >> shift & 0xFF]++] = from[i];
        from = to;
        to = turn;
    }
    free(other); /* after eight turns all are back */
}

/* Sorts the sample, drops repeats and what is beyond its size. */
static void settle(struct lac_ingest_trace *trace)
{
    size_t n = 0;

    if (trace->named_count > 0) sort_hashes(trace->named, trace->named_count);
    for (size_t i = 0; i < trace->named_count; i++)
        if (n == 0 || trace->named[n - 1] != trace->named[i]) trace->named[n++] = trace->named[i];
    if (n > LAC_INGEST_TRACE_SAMPLE) {
        n = LAC_INGEST_TRACE_SAMPLE;
        trace->limit = trace->named[n - 1];
    }
    trace->named_count = n;
}

static uint64_t add_text(uint64_t hash, const char *text)
{
    return lac_hash64(text, strlen(text) + 1, hash);
}

static enum lac_status add_named(struct lac_ingest_trace *trace, const struct lac_ingest_judge *judge,
                                 struct lac_error *err)
{
    const struct lac_ingest_row *row = &judge->row[judge->at];
    int32_t birth = LAC_ROW_NUMBER(row, dob);
    uint64_t hash = lac_hash64(&birth, sizeof birth, 0);
    void *named = trace->named;
    enum lac_status status;

    if (row->set_aside != LAC_RULE_NONE || row->surname_folded[0] == '\0') return LAC_OK;
    hash = add_text(hash, judge->about.list);
    hash = add_text(hash, LAC_ROW_TEXT(row, local_ref));
    hash = add_text(hash, LAC_ROW_TEXT(row, role));
    hash = add_text(hash, row->forename_folded);
    hash = add_text(hash, row->surname_folded);
    if (hash > trace->limit) return LAC_OK;
    if (trace->named_count == 4 * LAC_INGEST_TRACE_SAMPLE) settle(trace);
    status = lac_grow(&named, &trace->named_capacity, trace->named_count + 1, sizeof hash, err);
    trace->named = named;
    if (status == LAC_OK) trace->named[trace->named_count++] = hash;
    return status;
}

/* Cells in the order of the national layout, so that a version may move its columns. */
static enum lac_status add_mark(struct lac_ingest_trace *trace, const struct lac_ingest_judge *judge,
                                struct lac_error *err)
{
    struct lac_ingest_mark mark = {0, 0};
    void *marks = trace->mark;
    enum lac_status status;

    mark.key = add_text(mark.key, lac_ingest_sheet_cell(judge->sheet, LAC_FIELD_local_ref));
    mark.key = add_text(mark.key, lac_ingest_sheet_cell(judge->sheet, LAC_FIELD_person_ref));
    mark.key = add_text(mark.key, lac_ingest_sheet_cell(judge->sheet, LAC_FIELD_role));
    for (int f = 0; f < LAC_FIELD_COUNT; f++)
        mark.whole =
            add_text(mark.whole + (uint64_t)f, lac_ingest_sheet_cell(judge->sheet, (enum lac_ingest_field)f));
    status = lac_grow(&marks, &trace->mark_capacity, trace->mark_count + 1, sizeof mark, err);
    trace->mark = marks;
    if (status == LAC_OK) trace->mark[trace->mark_count++] = mark;
    return status;
}

enum lac_status lac_ingest_trace_row(struct lac_ingest_trace *trace, const struct lac_ingest_judge *judge,
                                     struct lac_error *err)
{
    enum lac_status status = add_named(trace, judge, err);

    return status == LAC_OK && trace->versions ? add_mark(trace, judge, err) : status;
}

static int compare_marks(const void *left, const void *right)
{
    const struct lac_ingest_mark *a = left, *b = right;

    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->whole < b->whole ? -1 : a->whole > b->whole;
}

void lac_ingest_trace_end(struct lac_ingest_trace *trace)
{
    settle(trace);
    if (trace->mark_count > 0) qsort(trace->mark, trace->mark_count, sizeof *trace->mark, compare_marks);
}

/* --- versions
 * --------------------------------------------------------------------------------------------------- */

static size_t end_of_key(const struct lac_ingest_trace *trace, size_t at)
{
    size_t end = at;

    while (end < trace->mark_count && trace->mark[end].key == trace->mark[at].key) end++;
    return end;
}

/* The rows of one key: those that read the same first; of the others a pair each is a change. */
static void compare_key(const struct lac_ingest_mark *now, size_t n, const struct lac_ingest_mark *then,
                        size_t m, struct lac_ingest_revision *revision)
{
    size_t i = 0, j = 0, same = 0, changed;

    while (i < n && j < m) {
        int order = now[i].whole < then[j].whole ? -1 : now[i].whole > then[j].whole;

        same += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    changed = (n < m ? n : m) - same;
    revision->same += (int64_t)same;
    revision->changed += (int64_t)changed;
    revision->added += (int64_t)(n - same - changed);
    revision->removed += (int64_t)(m - same - changed);
}

struct lac_ingest_revision lac_ingest_trace_compare(const struct lac_ingest_trace *now,
                                                    const struct lac_ingest_trace *then)
{
    struct lac_ingest_revision revision = {0, 0, 0, 0};
    size_t i = 0, j = 0;

    while (i < now->mark_count || j < then->mark_count) {
        bool left = j >= then->mark_count || (i < now->mark_count && now->mark[i].key < then->mark[j].key);
        bool right = !left && (i >= now->mark_count || now->mark[i].key > then->mark[j].key);
        size_t i_end = right ? i : end_of_key(now, i), j_end = left ? j : end_of_key(then, j);

        compare_key(now->mark + i, i_end - i, then->mark + j, j_end - j, &revision);
        i = i_end;
        j = j_end;
    }
    return revision;
}
