/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_EXPLAIN_RUN_H
#define LAC_LINK_EXPLAIN_RUN_H
/*
 * Explains a pair of a finished run. The linkage of the pair's population is computed again, without draws,
 * from the same records and settings, so that any pair can be explained, kept or not; what comes out is
 * compared with the store.
 */
#include "explain.h"
#include "pipeline.h"

struct lac_link_explain_run {
    const struct lac_link_inputs *inputs;
    const struct lac_table *pairs, *persons; /* of links.h5 */
    const char *ids;                         /* RETURN:ROW,RETURN:ROW */
    const char *plots;                       /* folder, or NULL */
};
/* LAC_USAGE for unknown records and for a victim beside a suspect, LAC_INPUT for a record that cannot be
 * linked and when the store holds another linkage. */
enum lac_status lac_link_explain_run(const struct lac_link_explain_run *run, struct lac_arena *arena,
                                     FILE *to, struct lac_error *err) LAC_CHECKED;

#endif
