/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_TAKE_H
#define LAC_INGEST_TAKE_H
/*
 * What the centre takes of a return's rows as they pass: records, completeness, traces for comparison, and
 * rows set aside, written straight to their file. None of it counts before it is known which returns do.
 */
#include "base/file.h"
#include "cases.h"
#include "complete.h"
#include "part.h"
#include "register.h"
#include "trace.h"

struct lac_ingest_taken {
    struct lac_ingest_parts parts;
    struct lac_ingest_case_blocks cases;
    struct lac_ingest_complete complete;
    struct lac_ingest_trace trace;
    size_t set_aside;
    struct lac_outfile aside; /* the rows set aside; its stream is closed once the return is read */
};
struct lac_ingest_taking {
    const struct lac_ingest_codes *codes;
    const struct lac_ingest_entry *entry;
    size_t index; /* of the return */
    struct lac_ingest_packer *packer;
    struct lac_ingest_taken *taken;
    struct lac_ingest_packed {
        const struct lac_ingest_memo_entry *entry;
        const char *text;
        uint32_t part, code;
    } before[LAC_INGEST_RECORD_COLUMNS]; /* of the row before, where it was remembered */
    const char *aside_path;              /* of the file for rows set aside; NULL: they are only counted */
    struct lac_error *err;
};

/* Callbacks of the judge; `context` is a struct lac_ingest_taking. */
enum lac_status lac_ingest_take_row(void *context, struct lac_ingest_judge *judge) LAC_CHECKED;
enum lac_status lac_ingest_take_cases(void *context, struct lac_ingest_judge *judge) LAC_CHECKED;
enum lac_status lac_ingest_take_each(void *context, struct lac_ingest_judge *judge,
                                     enum lac_status (*visit)(struct lac_ingest_judge *judge,
                                                              const struct lac_ingest_case *one)) LAC_CHECKED;
/* After the last row; `judged` false: the file cannot be used, and nothing of it is kept. */
enum lac_status lac_ingest_take_end(struct lac_ingest_taking *taking, bool judged) LAC_CHECKED;
/* Drops everything, also a file of rows set aside that was not published. */
void lac_ingest_taken_release(struct lac_ingest_taken *taken);

#endif
