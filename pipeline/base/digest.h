/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_BASE_DIGEST_H
#define LAC_BASE_DIGEST_H
/* SHA-256 for provenance, XXH64 and XXH3 for tables in memory (never for provenance). */
#include <stddef.h>
#include <stdint.h>
#include "base/status.h"

#define LAC_DIGEST_SIZE 65 /* 64 lower-case hexadecimal digits and the NUL */

struct lac_digest {
    void *state; /* owned; released by lac_digest_end */
};
enum lac_status lac_digest_begin(struct lac_digest *digest, struct lac_error *err) LAC_CHECKED;
void lac_digest_add(struct lac_digest *digest, const void *bytes, size_t length);
void lac_digest_add_text(struct lac_digest *digest,
                         const char *text); /* with its NUL, so that parts stay apart */
enum lac_status lac_digest_end(struct lac_digest *digest, char out[LAC_DIGEST_SIZE],
                               struct lac_error *err) LAC_CHECKED;
enum lac_status lac_digest_file(const char *path, char out[LAC_DIGEST_SIZE],
                                struct lac_error *err) LAC_CHECKED;
enum lac_status lac_digest_bytes(const void *bytes, size_t length, char out[LAC_DIGEST_SIZE],
                                 struct lac_error *err) LAC_CHECKED;
uint64_t lac_hash64(const void *bytes, size_t length, uint64_t seed);
/* XXH3, quicker for short texts; for tables in memory whose order never shows. */
uint64_t lac_hash_text(const void *bytes, size_t length);
/* 128 bits of it, to tell texts apart without keeping them. */
void lac_hash128(const void *bytes, size_t length, uint64_t *low, uint64_t *high);

#endif
