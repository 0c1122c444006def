/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

size_t lac_text_utf8_valid(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length) {
        utf8proc_int32_t code;
        utf8proc_ssize_t used;
        uint64_t eight;

        if (length - at >= 8) { /* eight letters at once where all are ASCII */
            memcpy(&eight, text + at, 8);
            if ((eight & 0x8080808080808080u) == 0) {
                at += 8;
                continue;
            }
        }

        if ((unsigned char)text[at] < 0x80) {
            at++;
            continue;
        }
        used = utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(length - at), &code);
        if (used <= 0) return at;
        at += (size_t)used;
    }
    return length;
}

/* Letters that Unicode does not decompose, in upper case. */
static const struct {
    utf8proc_int32_t code;
    const char *plain;
} transliterations[] = {
    {0x00C6, "AE"}, {0x00D0, "D"}, {0x00D8, "O"}, {0x00DE, "TH"}, {0x0110, "D"}, {0x0126, "H"},
    {0x0131, "I"},  {0x0141, "L"}, {0x014A, "N"}, {0x0152, "OE"}, {0x0166, "T"}, {0x1E9E, "SS"},
    {0x018F, "E"},  {0x0182, "B"}, {0x0187, "C"}, {0x0189, "D"},  {0x0197, "I"}, {0x01B5, "Z"},
};

/* What one code point becomes: kept text, a blank, or nothing. */
enum fold_kind { FOLD_KEEP, FOLD_BLANK, FOLD_NOTHING };

static enum fold_kind fold_kind(utf8proc_int32_t code)
{
    switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_SK:
        return FOLD_NOTHING;
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
        break;
    default:
        /* apostrophes of every kind and full stops join what they separate: O'NEILL, ST.JOHN */
        return code == '\'' || code == '.' || code == '`' || code == 0x2018 || code == 0x2019 ||
                       code == 0x201B
                   ? FOLD_NOTHING
                   : FOLD_BLANK;
    }
    return code == 0x02BC || code == 0x02B9 ? FOLD_NOTHING : FOLD_KEEP;
}

/* Bytes of one folded code point into `out` (at least 8 bytes); returns how many. */
static size_t fold_code(utf8proc_int32_t code, char *out)
{
    utf8proc_int32_t upper = code == 0x00DF ? 0x1E9E : utf8proc_toupper(code);

    for (size_t i = 0; i < sizeof transliterations / sizeof transliterations[0]; i++) {
        if (transliterations[i].code == upper) {
            size_t length = strlen(transliterations[i].plain);

            memcpy(out, transliterations[i].plain, length);
            return length;
        }
    }
    return (size_t)utf8proc_encode_char(upper, (utf8proc_uint8_t *)out);
}

struct fold {
    char *out;
    size_t size, length;
    bool blank; /* a blank is due before the next letter */
};

/* False when the output is full. */
static bool fold_put(struct fold *fold, const char *bytes, size_t n)
{
    size_t need = n + (fold->blank && fold->length > 0 ? 1 : 0);

    if (fold->length + need + 1 > fold->size) return false;
    if (fold->blank && fold->length > 0) fold->out[fold->length++] = ' ';
    fold->blank = false;
    memcpy(fold->out + fold->length, bytes, n);
    fold->length += n;
    return true;
}

static bool fold_point(struct fold *fold, utf8proc_int32_t code)
{
    char bytes[8];

    switch (fold_kind(code)) {
    case FOLD_NOTHING:
        return true;
    case FOLD_BLANK:
        fold->blank = true;
        return true;
    case FOLD_KEEP:
        break;
    }
    return fold_put(fold, bytes, fold_code(code, bytes));
}

static bool fold_unicode(struct fold *fold, const char *text, size_t length)
{
    utf8proc_int32_t points[256];
    size_t at = 0;

    while (at < length) {
        utf8proc_int32_t code;
        int boundary = 0;
        char plain = (char)(text[at] & ~0x20);

        if (plain >= 'A' && plain <= 'Z') { /* as the general way does it, without the tables */
            if (!fold_put(fold, &plain, 1)) return false;
            at++;
            continue;
        }
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(length - at), &code);
        utf8proc_ssize_t count;

        if (used <= 0) return false;
        count = utf8proc_decompose_char(code, points, 256, UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE, &boundary);
        if (count < 0 || count > 256) return false;
        for (utf8proc_ssize_t i = 0; i < count; i++) {
            if (!fold_point(fold, points[i])) return false;
        }
        at += (size_t)used;
    }
    return true;
}

size_t lac_text_fold_name(const char *text, char *out, size_t size)
{
    struct fold fold = {.out = out, .size = size};

    if (size == 0) return (size_t)-1;
    out[0] = '\0';
    if (!fold_unicode(&fold, text, strlen(text))) {
        out[0] = '\0';
        return (size_t)-1;
    }
    out[fold.length] = '\0';
    return fold.length;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char ascii_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Length of an outward code at the start of `code` (area of one or two letters, a digit, then perhaps one
 * more letter or digit) when exactly `rest` characters follow it; 0 if there is none. */
static size_t outward(const char *code, size_t length, size_t rest)
{
    size_t area = length > 0 && is_upper(code[0]) ? 1 : 0;
    size_t n;

    if (area == 1 && length > 1 && is_upper(code[1])) area = 2;
    if (area == 0 || length <= area || !is_digit(code[area])) return 0;
    if (length < rest) return 0;
    n = length - rest;
    if (n == area + 1) return n;
    if (n == area + 2 && (is_digit(code[area + 1]) || is_upper(code[area + 1]))) return n;
    return 0;
}

/* Upper-case letters and digits of `text` without blanks; 0 when there is anything else or too much. */
static size_t compact(const char *text, char code[9])
{
    size_t length = 0;

    for (; *text != '\0'; text++) {
        char c = ascii_upper(*text);

        if (c == ' ' || c == '\t') continue;
        if (!(is_upper(c) || is_digit(c)) || length == 8) return 0;
        code[length++] = c;
    }
    code[length] = '\0';
    return length;
}

/* "LS6 3": only the blank tells a sector from a district with a digit more. */
static bool ends_in_lone_digit(const char *text)
{
    const char *blank = strrchr(text, ' ');

    return blank != NULL && is_digit(blank[1]) && blank[2] == '\0';
}

int lac_text_postcode(const char *text, char *out)
{
    char code[9];
    size_t length = compact(text, code), n;
    int kind = 0;

    out[0] = '\0';
    if ((n = outward(code, length, 3)) != 0 && is_digit(code[n]) && is_upper(code[n + 1]) &&
        is_upper(code[n + 2]))
        kind = 1;
    else if (ends_in_lone_digit(text) && (n = outward(code, length, 1)) != 0)
        kind = 3;
    else if ((n = outward(code, length, 0)) != 0)
        kind = 2;
    if (kind == 0) return 0;
    memcpy(out, code, n);
    out[n] = '\0';
    if (kind == 2) return kind;
    out[n] = ' ';
    memcpy(out + n + 1, code + n, length - n + 1);
    return kind;
}

bool lac_text_i64(const char *text, int64_t *value)
{
    char *end;
    long long parsed;
    const char *digits = text[0] == '-' || text[0] == '+' ? text + 1 : text;

    if (!is_digit(digits[0])) return false;
    errno = 0;
    parsed = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0') return false;
    *value = parsed;
    return true;
}

/* Only digits, sign, point and exponent: no "nan", "inf" or hexadecimal. */
bool lac_text_double(const char *text, double *value)
{
    char *end;
    double parsed;

    if (text[0] == '\0' || strspn(text, "0123456789+-.eE") != strlen(text)) return false;
    errno = 0;
    parsed = strtod(text, &end);
    if (end == text || *end != '\0' || errno == ERANGE) return false;
    *value = parsed;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

size_t lac_text_upper_trim(const char *text, char *out, size_t size)
{
    size_t length = strlen(text);

    while (length > 0 && is_blank(text[length - 1])) length--;
    while (length > 0 && is_blank(text[0])) {
        text++;
        length--;
    }
    if (length + 1 > size) return (size_t)-1;
    for (size_t i = 0; i < length; i++) out[i] = ascii_upper(text[i]);
    out[length] = '\0';
    return length;
}

bool lac_text_is_blank(const char *text)
{
    while (is_blank(*text)) text++;
    return *text == '\0';
}

bool lac_text_equal_nocase(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        if (ascii_upper(*a) != ascii_upper(*b)) return false;
    }
    return *a == *b;
}

#define DISTANCE_MAX 64

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

int lac_text_distance(const char *a, const char *b)
{
    int row[3][DISTANCE_MAX + 1];
    int la = (int)strnlen(a, DISTANCE_MAX), lb = (int)strnlen(b, DISTANCE_MAX);

    for (int j = 0; j <= lb; j++) row[0][j] = j;
    for (int i = 1; i <= la; i++) {
        int *now = row[i % 3];
        const int *before = row[(i + 2) % 3], *earlier = row[(i + 1) % 3];

        now[0] = i;
        for (int j = 1; j <= lb; j++) {
            int d = smaller(smaller(before[j], now[j - 1]) + 1, before[j - 1] + (a[i - 1] != b[j - 1]));

            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d = smaller(d, earlier[j - 2] + 1);
            now[j] = d;
        }
    }
    return row[la % 3][lb];
}

const char *lac_text_nearest(const char *text, const char *const *candidates, size_t n)
{
    const char *nearest = NULL;
    int best = 4;

    for (size_t i = 0; i < n; i++) {
        int d = lac_text_distance(text, candidates[i]);

        if (d < best) {
            best = d;
            nearest = candidates[i];
        }
    }
    return nearest;
}
