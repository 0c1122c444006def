/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_HISTORY_H
#define LAC_INGEST_HISTORY_H
/*
 * The register as it was on a day, and against what an earlier run knew.
 *
 * As at a day, lines received later are taken out before anything looks at them, and so are the names of
 * their files: what is made of the rest is what was made of it then, byte for byte, as long as lines are only
 * ever added.
 */
#include "base/digest.h"
#include "register.h"
#include "table/store.h"

/* Takes lines out whose received_date is after `as_at` (INT32_MIN: none), and names of the folder that only
 * such lines name. Lines without a readable date stay. O(lines * names). */
void lac_ingest_history_drop(struct lac_csv *table, int32_t as_at, const char **names, size_t *name_count);
/* SHA-256 over the header and the lines that are left. */
enum lac_status lac_ingest_history_digest(const struct lac_csv *table, char out[LAC_DIGEST_SIZE],
                                          struct lac_error *err) LAC_CHECKED;
/* What an earlier run read and the register does not name any more, and files that read otherwise than they
 * did then, though no new version says so. `before` is the table `returns` of that run; `digest` the digests
 * of the files as they are now ("": not read). O(returns^2). */
enum lac_status lac_ingest_history_check(const struct lac_ingest_register *reg, const char *const *digest,
                                         const int64_t *rows, const struct lac_table *before,
                                         struct lac_arena *arena, struct lac_ingest_findings *findings,
                                         struct lac_error *err) LAC_CHECKED;

#endif
