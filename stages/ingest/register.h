/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_REGISTER_H
#define LAC_INGEST_REGISTER_H
/*
 * The register of returns: reading its lines, checking them against one another and the folder, and deciding
 * which version of each return counts.
 *
 * A line that cannot be used becomes a finding and is set aside alone; the others go on.
 */
#include "codes.h"
#include "findings.h"

#define LAC_INGEST_REGISTER_FILE "returns.csv"

#define LAC_INGEST_STATES(X) X(USED) X(SUPERSEDED) X(LATER) X(REJECTED) X(NIL) X(MISSING)
enum lac_ingest_state {
#define LAC_INGEST_STATE(name) LAC_STATE_##name,
    LAC_INGEST_STATES(LAC_INGEST_STATE)
#undef LAC_INGEST_STATE
};
const char *lac_ingest_state_word(enum lac_ingest_state state);

struct lac_ingest_entry {
    /* As the register says; texts "" and numbers INT32_MIN or -1 when missing. */
    const char *return_id, *list, *agency, *force, *supersedes, *coverage, *layout, *file, *sha256,
        *definition_version, *system; /* `system` as rms_system says, "" when missing */
    int32_t period_start, period_end, extract_date, received_date, version;
    int64_t declared_rows;
    /* What became of it: */
    enum lac_ingest_state state;
    bool set_aside;     /* by a rule whose action is REJECT */
    bool unread;        /* line unreadable: takes no part in version chains */
    size_t replaces;    /* index of the return it supersedes, SIZE_MAX: none */
    size_t replaced_by; /* filled by lac_ingest_register_resolve(): the version that counts instead */
    bool has_rows;      /* the file was read and holds data rows */
};
struct lac_ingest_register {
    struct lac_ingest_entry *entry;
    size_t count;
};
struct lac_ingest_register_settings {
    int32_t as_at; /* INT32_MIN: everything received counts */
    int64_t due_days;
    const char *const *layouts; /* names of known layouts */
    size_t layout_count;
};

/* Reads the lines; LAC_INPUT when the register lacks a column it cannot do without (return_id, list, agency,
 * force, period_start, period_end, received_date, coverage, file). Texts are the table's or the code lists'.
 */
enum lac_status lac_ingest_register_read(struct lac_ingest_register *reg, const struct lac_csv *table,
                                         const struct lac_ingest_codes *codes,
                                         const struct lac_ingest_register_settings *settings,
                                         struct lac_arena *arena, struct lac_ingest_findings *findings,
                                         struct lac_error *err) LAC_CHECKED;
/* Checks lines against one another and the names in the folder. O(n^2) in lines. */
enum lac_status lac_ingest_register_check(struct lac_ingest_register *reg, const char *const *names,
                                          size_t name_count,
                                          const struct lac_ingest_register_settings *settings,
                                          struct lac_ingest_findings *findings,
                                          struct lac_error *err) LAC_CHECKED;
/* Decides every return's state from what was set aside so far. A version that was set aside replaces nothing,
 * so the version before it counts again. Call after the checks, and again after the files were read. O(n). */
void lac_ingest_register_resolve(struct lac_ingest_register *reg, int32_t as_at);
/* Whether the return's file is to be read: received by the as-at date, names a file, and is not set aside. */
bool lac_ingest_register_reads(const struct lac_ingest_entry *entry, int32_t as_at);
/* Whether a finding still matters: what was wrong with a version that was corrected since is nobody's
 * business any more, and a return that came after the as-at date is not known yet. */
bool lac_ingest_register_keeps(const struct lac_ingest_register *reg,
                               const struct lac_ingest_finding *finding);
/* Same list, agency and force. */
bool lac_ingest_register_same_sender(const struct lac_ingest_entry *a, const struct lac_ingest_entry *b);

#endif
