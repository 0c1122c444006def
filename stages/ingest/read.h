/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_READ_H
#define LAC_INGEST_READ_H
/*
 * Reading from disk what the kernels work on: code lists, layouts, a return's file. Only this file and
 * output.h of the stage touch files; both programs use it.
 */
#include "judge.h"
#include "register.h"

/* Code lists and layouts, as both programs need them. */
struct lac_ingest_library {
    struct lac_ingest_codes codes;
    struct lac_ingest_layout **layout;
    const char **layout_name;
    size_t layout_count;
    struct lac_ingest_limits limits;
    struct lac_digest *digest; /* borrowed; NULL: none. Every file read is added: name, SHA-256 */
    bool codes_made;
};
/* `data` is the folder with datasets/ and configs/; `more` names further layout files. */
enum lac_status lac_ingest_library_open(struct lac_ingest_library *library, const char *data,
                                        const struct lac_config_paths *more, struct lac_arena *arena,
                                        struct lac_error *err) LAC_CHECKED;
void lac_ingest_library_close(struct lac_ingest_library *library);
/* Layout by name, or NULL. */
const struct lac_ingest_layout *lac_ingest_library_layout(const struct lac_ingest_library *library,
                                                          const char *name);

/* One return as read. Zero-initialise; released by lac_ingest_return_release(). */
struct lac_ingest_return {
    struct lac_arena arena;
    struct lac_ingest_findings findings;
    struct lac_ingest_sheet sheet;
    struct lac_ingest_judge judge; /* rows, valid when `judged` */
    char digest[65];               /* SHA-256 of the file, "" when not read */
    bool judged;
    enum lac_status status;
    struct lac_error err;
};
/* Reads and judges `path`. `entry` may be NULL (the checker): no declared values, no period, no force. Sets
 * entry->set_aside and entry->has_rows. Fails when the file cannot be read (LAC_IO) or memory ends. */
enum lac_status lac_ingest_return_read(struct lac_ingest_return *ret, const char *path, uint32_t index,
                                       struct lac_ingest_entry *entry,
                                       const struct lac_ingest_library *library,
                                       const char *layout) LAC_CHECKED;
void lac_ingest_return_release(struct lac_ingest_return *ret);

#endif
