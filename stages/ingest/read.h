/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_READ_H
#define LAC_INGEST_READ_H
/*
 * Reading from disk what the kernels work on: code lists, layouts, a return's file. Only this file and
 * output.h of the stage touch files; both programs use it.
 */
#include "take.h"

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

/* One return as read. Zero-initialise; released by lac_ingest_return_release(). Must not move while it is
 * read. */
struct lac_ingest_return {
    struct lac_arena arena;
    struct lac_ingest_findings findings;
    struct lac_ingest_sheet sheet;
    struct lac_ingest_judge judge; /* cases and counts, valid when `judged` */
    struct lac_ingest_taken taken; /* filled when there is a packer */
    struct lac_ingest_twins twins; /* while it is read */
    char digest[65];               /* SHA-256 of the file, "" when not read */
    bool judged;
    enum lac_status status;
    struct lac_error err;
};
struct lac_ingest_reading {
    const char *path;
    const char *bytes; /* in place of the file, with `path` as its name; NULL: the file */
    size_t length;
    const char *digest; /* SHA-256 of the file that `bytes` were decoded from; NULL: of the bytes */
    uint32_t index;     /* of the return, for findings */
    struct lac_ingest_entry *entry;       /* NULL (the checker): no declared values, period or force */
    const struct lac_ingest_about *about; /* NULL: what `entry` says */
    const struct lac_ingest_layout *layout;
    const struct lac_ingest_library *library;
    struct lac_ingest_packer *packer; /* NULL: nothing is taken */
    bool versions;                    /* there is another version of the return */
    const char *aside_path;           /* file for rows set aside, NULL: none */
    size_t twins_bytes; /* size of a file from which on repeats are looked for first; 0: never */
    bool keep;          /* keep every row in memory (for tests) */
};
/* Reads and judges a return, row by row. A file that turns out to be in code page 1252 is read again,
 * decoded, and then held in memory whole. Sets entry->set_aside and entry->has_rows. Fails when the file
 * cannot be read (LAC_IO), something cannot be written, or memory ends. */
enum lac_status lac_ingest_return_read(struct lac_ingest_return *ret,
                                       const struct lac_ingest_reading *what) LAC_CHECKED;
void lac_ingest_return_release(struct lac_ingest_return *ret);

#endif
