/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "encoding.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* Characters of the bytes 0x80 to 0x9F; 0: none. */
static const uint16_t high[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                  0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                  0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                  0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

static uint32_t character(unsigned char byte)
{
    return byte >= 0x80 && byte < 0xA0 ? high[byte - 0x80] : byte;
}

static bool letter_1252(unsigned char byte)
{
    static const unsigned char low[] = {0x8A, 0x8C, 0x8E, 0x9A, 0x9C, 0x9E, 0x9F};

    if (byte >= 0xC0) return byte != 0xD7 && byte != 0xF7;
    return memchr(low, byte, sizeof low) != NULL;
}

static bool ascii_letter(unsigned char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

/* Signs that stand in written text: quotation marks, dashes, ellipsis, bullet, euro, pound, degree, blank. */
static bool sign_1252(unsigned char byte)
{
    static const unsigned char signs[] = {0x80, 0x85, 0x91, 0x92, 0x93, 0x94, 0x95,
                                          0x96, 0x97, 0xA0, 0xA3, 0xB0, 0xB4};

    return memchr(signs, byte, sizeof signs) != NULL;
}

/* A letter beside a letter, of whichever kind. */
static bool in_word(const unsigned char *bytes, size_t length, size_t at)
{
    unsigned char before = at > 0 ? bytes[at - 1] : 0, after = at + 1 < length ? bytes[at + 1] : 0;

    return ascii_letter(before) || ascii_letter(after) || letter_1252(before) || letter_1252(after);
}

/* Whether a character of several bytes in UTF-8 starts here. */
static bool utf8_at(const char *text, size_t length)
{
    for (size_t n = 2; n <= 4 && n <= length; n++)
        if (lac_text_utf8_valid(text, n) == n) return true;
    return false;
}

bool lac_ingest_encoding_is_1252(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;

    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == 0) return false;
        if (bytes[i] < 0x80) continue;
        if (utf8_at(text + i, length - i) || character(bytes[i]) == 0) return false;
        if (!sign_1252(bytes[i]) && !(letter_1252(bytes[i]) && in_word(bytes, length, i))) return false;
    }
    return true;
}

enum lac_status lac_ingest_encoding_decode_1252(const char *bytes, size_t length, struct lac_arena *arena,
                                                char **text, size_t *text_length, struct lac_error *err)
{
    size_t n = 0;
    char *to;

    for (size_t i = 0; i < length; i++) {
        uint32_t c = character((unsigned char)bytes[i]);

        n += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
    }
    if ((*text = to = lac_arena_alloc(arena, n + 1, 1)) == NULL) return lac_fail_memory(err, "a return");
    for (size_t i = 0; i < length; i++) {
        uint32_t c = character((unsigned char)bytes[i]);

        if (c < 0x80) {
            *to++ = (char)c;
        } else if (c < 0x800) {
            *to++ = (char)(0xC0 | c >> 6);
            *to++ = (char)(0x80 | (c & 0x3F));
        } else {
            *to++ = (char)(0xE0 | c >> 12);
            *to++ = (char)(0x80 | (c >> 6 & 0x3F));
            *to++ = (char)(0x80 | (c & 0x3F));
        }
    }
    *text_length = n;
    return LAC_OK;
}
