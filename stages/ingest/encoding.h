/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_INGEST_ENCODING_H
#define LAC_INGEST_ENCODING_H
/*
 * Text in Windows code page 1252, which spreadsheets write when asked for CSV. It is decoded only where that
 * is certain enough: no byte is undefined in the code page, nothing in the file is UTF-8 beyond ASCII (a file
 * of both is damaged), and every byte above ASCII is one such text has - a letter beside letters, a quotation
 * mark, dash, apostrophe, ellipsis, bullet, pound or euro sign, degree sign, or no-break space.
 */
#include <stdbool.h>
#include "base/memory.h"

/* Whether the bytes, which are not UTF-8, are text in code page 1252 beyond reasonable doubt. O(length). */
bool lac_ingest_encoding_is_1252(const char *bytes, size_t length);
/* Decodes to UTF-8. `text` is the arena's, of `*text_length` bytes. O(length). */
enum lac_status lac_ingest_encoding_decode_1252(const char *bytes, size_t length, struct lac_arena *arena,
                                                char **text, size_t *text_length,
                                                struct lac_error *err) LAC_CHECKED;

#endif
