/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_BASE_FILE_H
#define LAC_BASE_FILE_H
/*
 * Safe files. A file is written beside its place as NAME.tmp, flushed to disk, renamed, and the folder
 * flushed: under its final name it is whole or absent. Files are created with mode 0600 (`personal`) or 0644.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "base/memory.h"
#include "base/status.h"

/* A file being written. Zero-initialise. `stream` is owned by the struct: write to it, do not close it. */
struct lac_outfile {
    FILE *stream;
    char *path, *temporary;
};
enum lac_status lac_outfile_open(struct lac_outfile *out, const char *path, bool personal,
                                 struct lac_error *err) LAC_CHECKED;
/* Flushes, checks every write, syncs and renames. On failure the temporary file is removed. Releases `out`.
 */
enum lac_status lac_outfile_commit(struct lac_outfile *out, struct lac_error *err) LAC_CHECKED;
/* Flushes, checks, syncs and closes the stream, so that a file that waits for its commit takes no descriptor;
 * nothing more can be written. */
enum lac_status lac_outfile_park(struct lac_outfile *out, struct lac_error *err) LAC_CHECKED;
/* Drops a file that was not committed; harmless after commit and on a zeroed struct. */
void lac_outfile_abort(struct lac_outfile *out);

/* Publishes `length` bytes as one file. */
enum lac_status lac_file_write(const char *path, const void *bytes, size_t length, bool personal,
                               struct lac_error *err) LAC_CHECKED;
/* Steps of the protocol for writers that make the temporary file themselves (HDF5, xlsx, gnuplot). The
 * temporary name of `path` is lac_file_temporary(); publish syncs it, renames it and syncs the folder. */
char *lac_file_temporary(struct lac_arena *arena, const char *path) LAC_CHECKED;
enum lac_status lac_file_publish(const char *temporary, const char *path, bool personal,
                                 struct lac_error *err) LAC_CHECKED;

/* Whole file into the arena, NUL added. Refuses files above `limit` bytes with LAC_INPUT; missing is LAC_IO.
 */
enum lac_status lac_file_read(const char *path, size_t limit, struct lac_arena *arena, char **bytes,
                              size_t *length, struct lac_error *err) LAC_CHECKED;
bool lac_file_exists(const char *path);
enum lac_status lac_dir_make(const char *path, bool personal,
                             struct lac_error *err) LAC_CHECKED; /* with parents */
/* Names in a folder without "." and "..", sorted by bytes. */
enum lac_status lac_dir_list(const char *path, struct lac_arena *arena, char ***names, size_t *count,
                             struct lac_error *err) LAC_CHECKED;
/* Removes NAME.tmp files directly inside `path`; the caller holds the run's lock. */
enum lac_status lac_dir_sweep(const char *path, struct lac_error *err) LAC_CHECKED;
/* "a/b" from "a" and "b"; an absolute b is returned as it is. */
char *lac_path_join(struct lac_arena *arena, const char *folder, const char *name) LAC_CHECKED;
char *lac_path_folder(struct lac_arena *arena, const char *path) LAC_CHECKED; /* "." when there is none */
const char *lac_path_name(const char *path);

/* The folder that holds datasets/ and configs/: LACUNA_DATA if set, else ../share/lacuna beside the program,
 * else the nearest folder above the program with datasets/codes. Called by programs only, never by kernels.
 */
enum lac_status lac_data_folder(struct lac_arena *arena, char **folder, struct lac_error *err) LAC_CHECKED;

#endif
