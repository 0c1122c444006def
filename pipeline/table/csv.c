/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/csv.h"

#include <csv.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/text.h"

#define CHUNK 65536
#define SLACK 16 /* bytes that can be read behind the last field */

/* One file being read. libcsv calls back for each field and each row; the guard feeds it one text line at a
 * time, so that the line of every row is known. */
struct guard {
    struct lac_csv_reader *reader;
    const char *path;
    struct lac_error *err;
    enum lac_status status;
    struct csv_parser parser;
    char *text; /* fields of the current row, NUL terminated, one after another */
    size_t text_length, text_capacity;
    size_t *length; /* of each field */
    size_t length_capacity;
    const char **field;
    size_t field_capacity;
    size_t count;  /* fields in the current row */
    size_t width;  /* of the header; 0 before it */
    char **header; /* own copies, for messages */
    int64_t line;  /* line being fed */
    int64_t start; /* line on which the current row started */
    bool pending;  /* the next line that is not blank starts a row */
    bool at_start; /* nothing fed yet */
    size_t skip;   /* bytes still to pass over */
    bool quoted;   /* the row so far has an odd number of quotes */
};

static void *limited_realloc(void *memory, size_t size)
{
    return size > LAC_CSV_FIELD_LIMIT ? NULL : realloc(memory, size);
}

static int never_space(unsigned char c)
{
    (void)c;
    return 0;
}

static enum lac_status fail_at(struct guard *guard, const char *rule, const char *message, const char *remedy)
{
    guard->status = lac_fail(guard->err, LAC_INPUT, "%s", message);
    lac_error_file(guard->err, guard->path);
    lac_error_line(guard->err, guard->start > 0 ? guard->start : guard->line);
    if (guard->width > 0) lac_error_row(guard->err, guard->reader->rows + 1, NULL);
    lac_error_rule(guard->err, rule);
    lac_error_remedy(guard->err, "%s", remedy);
    return guard->status;
}

static enum lac_status too_long(struct guard *guard, size_t limit)
{
    char message[96];

    snprintf(message, sizeof message, "a field is longer than %zu bytes", limit);
    return fail_at(
        guard, "csv-field-size", message,
        "look for a quote that is not closed at or before this row; a field of this table is never so long");
}

static bool take_field(struct guard *guard, const char *bytes, size_t n)
{
    void *text = guard->text, *length = guard->length;
    size_t limit = guard->reader->field_limit;

    if (limit != 0 && n > limit) {
        too_long(guard, limit);
        return false;
    }
    if ((guard->status = lac_grow(&text, &guard->text_capacity, guard->text_length + n + 1 + SLACK, 1,
                                  guard->err)) != LAC_OK)
        return false;
    guard->text = text;
    if ((guard->status = lac_grow(&length, &guard->length_capacity, guard->count + 1, sizeof(size_t),
                                  guard->err)) != LAC_OK)
        return false;
    guard->length = length;
    if (n > 0) memcpy(guard->text + guard->text_length, bytes, n);
    guard->text[guard->text_length + n] = '\0';
    guard->text_length += n + 1;
    guard->length[guard->count++] = n;
    return true;
}

static void on_field(void *bytes, size_t n, void *context)
{
    struct guard *guard = context;

    if (guard->status != LAC_OK) return;
    if (guard->count >=
        (guard->reader->column_limit != 0 ? guard->reader->column_limit : LAC_CSV_COLUMN_LIMIT)) {
        fail_at(guard, "csv-columns", "the row has too many columns",
                "check that the file is comma-separated text");
        return;
    }
    take_field(guard, bytes, n);
}

static bool point_fields(struct guard *guard)
{
    void *field = (void *)guard->field;
    size_t at = 0;

    guard->status = lac_grow(&field, &guard->field_capacity, guard->count, sizeof(char *), guard->err);
    if (guard->status != LAC_OK) return false;
    guard->field = field;
    for (size_t i = 0; i < guard->count; i++) {
        guard->field[i] = guard->text + at;
        at += guard->length[i] + 1;
    }
    return true;
}

static bool keep_header(struct guard *guard)
{
    char message[96];

    guard->header = calloc(guard->count, sizeof *guard->header);
    if (guard->header == NULL) {
        guard->status = lac_fail_memory(guard->err, "a header");
        return false;
    }
    guard->width = guard->count;
    for (size_t i = 0; i < guard->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (guard->field[i][0] == '\0' || strcmp(guard->field[i], guard->field[j]) != 0) continue;
            /* by number: where the header row is missing, the cell holds a person's value */
            snprintf(message, sizeof message, "columns %zu and %zu of the header have the same name", j + 1,
                     i + 1);
            fail_at(guard, "csv-header-repeat", message, "give every column its own name");
            lac_error_row(guard->err, 0, NULL);
            return false;
        }
        if ((guard->header[i] = strdup(guard->field[i])) == NULL) {
            guard->status = lac_fail_memory(guard->err, "a header");
            return false;
        }
    }
    return true;
}

/* Hands the fields on. */
static void deliver(struct guard *guard)
{
    struct lac_csv_reader *reader = guard->reader;
    struct lac_csv_row row;
    bool header = guard->width == 0;

    if (header && !keep_header(guard)) return;
    if (!header && guard->count != guard->width && !reader->ragged) {
        char message[96];

        snprintf(message, sizeof message, "the row has %zu fields, the header %zu", guard->count,
                 guard->width);
        fail_at(guard, "csv-width", message, "check the row for a missing or additional comma, or a quote");
        return;
    }
    if (!header) reader->rows++;
    row = (struct lac_csv_row){header ? 0 : reader->rows, guard->start, guard->count, guard->field,
                               guard->length};
    if (header && reader->header != NULL)
        guard->status = reader->header(reader->context, &row, guard->err);
    else if (!header && reader->record != NULL)
        guard->status = reader->record(reader->context, &row, guard->err);
    guard->count = 0;
    guard->text_length = 0;
    guard->pending = true;
    guard->quoted = false;
    guard->start = 0;
}

static void on_row(int terminator, void *context)
{
    struct guard *guard = context;

    (void)terminator;
    if (guard->status == LAC_OK && point_fields(guard)) deliver(guard);
}

static enum lac_status parser_error(struct guard *guard)
{
    switch (csv_error(&guard->parser)) {
    case CSV_EPARSE:
        return fail_at(guard, "csv-quote",
                       "a quote stands inside an unquoted field, or text or a blank follows a closing quote",
                       "enclose the whole field in quotes and double every quote inside it");
    case CSV_ENOMEM:
        return too_long(guard, LAC_CSV_FIELD_LIMIT);
    default:
        return fail_at(guard, "csv-read", "the text cannot be read as CSV", "save the file as CSV again");
    }
}

/* Commas outside quotes in part of a row. */
static size_t fields_ended(const struct guard *guard, const char *bytes, size_t n)
{
    bool quoted = guard->quoted;
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        quoted ^= bytes[i] == '"';
        count += bytes[i] == ',' && !quoted;
    }
    return count;
}

static enum lac_status check_bytes(struct guard *guard, const char *bytes, size_t n)
{
    size_t valid = lac_text_utf8_valid(bytes, n);
    char message[96];

    if (valid < n) guard->reader->bad_field = guard->count + fields_ended(guard, bytes, valid);
    if (memchr(bytes, '\0', n) != NULL)
        return fail_at(guard, "csv-nul", "the file contains a NUL byte",
                       "export the file again as CSV text (it may be a spreadsheet or UTF-16 file)");
    for (size_t i = 0; i < valid; i++) guard->quoted ^= bytes[i] == '"';
    if (valid == n) return LAC_OK;
    snprintf(message, sizeof message, "byte %zu of the line is not valid UTF-8", valid + 1);
    return fail_at(guard, "csv-utf8", message,
                   "save the file as CSV UTF-8 (in a spreadsheet: Save as, CSV UTF-8)");
}

/* Feeds part of one line: no line feed except perhaps as the last byte. */
static enum lac_status feed(struct guard *guard, const char *bytes, size_t n)
{
    bool ends = bytes[n - 1] == '\n';
    bool crlf = ends && n >= 2 && bytes[n - 2] == '\r';
    bool blank = n == (crlf ? 2u : ends ? 1u : 0u);

    if (guard->pending && !blank) {
        guard->start = guard->line;
        guard->pending = false;
    }
    if (check_bytes(guard, bytes, n) != LAC_OK) return guard->status;
    if (crlf) guard->reader->crlf = true;
    if (csv_parse(&guard->parser, bytes, n, on_field, on_row, guard) != n && guard->status == LAC_OK)
        return parser_error(guard);
    if (ends) guard->reader->lines = guard->line++;
    return guard->status;
}

/* Ends the field before the comma at `at`. */
static inline void end_field(struct guard *guard, size_t at, size_t *start)
{
    guard->field[guard->count] = guard->text + *start;
    guard->length[guard->count++] = at - *start;
    guard->text[at] = '\0';
    *start = at + 1;
}

/* Splits guard->text at its commas as long as nothing but plain text comes; false otherwise, or when it has
 * more fields or longer ones than the reader accepts. */
static bool split(struct guard *guard, size_t n, size_t columns, size_t longest)
{
    size_t i = 0, start = 0;
    bool high = false, fits = true;

#ifdef __SSE2__
    const __m128i comma = _mm_set1_epi8(','), quote = _mm_set1_epi8('"'), cr = _mm_set1_epi8('\r');

    for (; i + 16 <= n; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(guard->text + i));
        __m128i bad = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, cr)),
                                   _mm_cmpeq_epi8(v, _mm_setzero_si128()));
        unsigned found = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, comma));

        if (_mm_movemask_epi8(bad) != 0) return false;
        high |= _mm_movemask_epi8(v) != 0;
        for (; found != 0; found &= found - 1) {
            size_t at = i + (size_t)__builtin_ctz(found);

            if (guard->count + 1 >= columns) return false;
            fits &= at - start <= longest;
            end_field(guard, at, &start);
        }
    }
#endif
    for (; i < n; i++) {
        char c = guard->text[i];

        if (c == '"' || c == '\r' || c == '\0') return false;
        high |= (unsigned char)c >= 0x80;
        if (c != ',') continue;
        if (guard->count + 1 >= columns) return false;
        fits &= i - start <= longest;
        end_field(guard, i, &start);
    }
    fits &= n - start <= longest;
    end_field(guard, n, &start);
    return fits && (!high || lac_text_utf8_valid(guard->text, n) == n);
}

/* A whole line between two rows that holds no quote: its fields are what lies between the commas. False when
 * it is not one; nothing has happened then. */
static bool feed_plain(struct guard *guard, const char *bytes, size_t n)
{
    const struct lac_csv_reader *reader = guard->reader;
    size_t columns = reader->column_limit != 0 ? reader->column_limit : LAC_CSV_COLUMN_LIMIT;
    size_t longest = reader->field_limit != 0 ? reader->field_limit : LAC_CSV_FIELD_LIMIT - 1;
    bool crlf = n >= 2 && bytes[n - 2] == '\r';
    size_t length = n - (crlf ? 2 : 1);
    bool plain;

    if (reader->libcsv_only || !guard->pending || length == 0 || length + SLACK >= guard->text_capacity ||
        columns > guard->field_capacity || columns > guard->length_capacity)
        return false;
    memcpy(guard->text, bytes, length);
    guard->text[length] = '\0';
    plain = split(guard, length, columns, longest);
    if (!plain) {
        guard->count = 0;
        return false;
    }
    if (crlf) guard->reader->crlf = true;
    guard->start = guard->line;
    deliver(guard);
    if (guard->status == LAC_OK) guard->reader->lines = guard->line++;
    return true;
}

/* Passes over what stands above the table, and reads the header given in its place. */
static enum lac_status skip_above(struct guard *guard, const char **bytes, size_t *n)
{
    size_t part = guard->skip < *n ? guard->skip : *n;
    const char *first = guard->reader->first;

    if (part == 0) return guard->status;
    for (size_t i = 0; i < part; i++) guard->line += (*bytes)[i] == '\n';
    *bytes += part;
    *n -= part;
    guard->skip -= part;
    guard->at_start = false;
    if (guard->skip > 0 || first == NULL) return guard->status;
    guard->line--; /* the last of the lines it stands for */
    return feed(guard, first, strlen(first));
}

/* Passes over a byte-order mark at the start. */
static void skip_mark(struct guard *guard, const char **bytes, size_t *n)
{
    if (guard->at_start && *n >= 3 && memcmp(*bytes, "\xEF\xBB\xBF", 3) == 0) {
        guard->reader->byte_order_mark = true;
        *bytes += 3;
        *n -= 3;
    }
    if (*n > 0) guard->at_start = false;
}

/* Feeds a block line by line. Unless `last`, up to three bytes of a character cut off at the block's end are
 * left over; their number is returned in *left. */
static enum lac_status feed_block(struct guard *guard, const char *bytes, size_t n, bool last, size_t *left)
{
    *left = 0;
    if (skip_above(guard, &bytes, &n) != LAC_OK) return guard->status;
    skip_mark(guard, &bytes, &n);
    while (n > 0 && guard->status == LAC_OK) {
        const char *end = memchr(bytes, '\n', n);
        size_t part = end == NULL ? n : (size_t)(end - bytes) + 1;

        if (end == NULL && !last) {
            size_t valid = lac_text_utf8_valid(bytes, part);

            if (part - valid > 0 && part - valid < 4) part = valid;
        }
        if (part == 0) break;
        if ((end == NULL || !feed_plain(guard, bytes, part)) && feed(guard, bytes, part) != LAC_OK) break;
        bytes += part;
        n -= part;
        if (end == NULL) break;
    }
    *left = n;
    return guard->status;
}

static enum lac_status finish(struct guard *guard)
{
    if (guard->status != LAC_OK) return guard->status;
    if (csv_fini(&guard->parser, on_field, on_row, guard) != 0 && guard->status == LAC_OK)
        return fail_at(guard, "csv-unclosed-quote", "a quoted field that starts in this row is never closed",
                       "close the quote; quotes inside a field are doubled");
    if (guard->status == LAC_OK && guard->width == 0) {
        guard->start = 1;
        return fail_at(guard, "csv-empty", "the file has no header row", "check that this is the right file");
    }
    return guard->status;
}

/* Room for the lines that feed_plain() takes. */
static enum lac_status make_room(struct guard *guard)
{
    size_t columns = guard->reader->column_limit != 0 ? guard->reader->column_limit : LAC_CSV_COLUMN_LIMIT;
    void *text = NULL, *length = NULL, *field = NULL;
    enum lac_status status = lac_grow(&text, &guard->text_capacity, CHUNK + SLACK, 1, guard->err);

    guard->text = text;
    if (status == LAC_OK)
        status = lac_grow(&length, &guard->length_capacity, columns, sizeof(size_t), guard->err);
    guard->length = length;
    if (status == LAC_OK)
        status = lac_grow(&field, &guard->field_capacity, columns, sizeof(char *), guard->err);
    guard->field = field;
    return status;
}

static enum lac_status guard_init(struct guard *guard, const char *path, struct lac_csv_reader *reader,
                                  struct lac_error *err)
{
    memset(guard, 0, sizeof *guard);
    guard->reader = reader;
    guard->path = path;
    guard->err = err;
    guard->line = 1;
    guard->skip = reader->skip;
    guard->pending = guard->at_start = true;
    reader->rows = reader->lines = 0;
    reader->byte_order_mark = reader->crlf = false;
    reader->bad_field = 0;
    if (csv_init(&guard->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return lac_fail_memory(err, "a CSV parser");
    csv_set_space_func(&guard->parser, never_space);
    csv_set_realloc_func(&guard->parser, limited_realloc);
    csv_set_blk_size(&guard->parser, 4096);
    return make_room(guard);
}

static void guard_release(struct guard *guard)
{
    for (size_t i = 0; guard->header != NULL && i < guard->width; i++) free(guard->header[i]);
    free(guard->header);
    free(guard->text);
    free(guard->length);
    free((void *)guard->field);
    csv_free(&guard->parser);
}

enum lac_status lac_csv_read_bytes(const char *path, const char *bytes, size_t length,
                                   struct lac_csv_reader *reader, struct lac_error *err)
{
    struct guard guard;
    size_t left;
    enum lac_status status = guard_init(&guard, path, reader, err);

    if (status == LAC_OK) status = feed_block(&guard, bytes, length, true, &left);
    if (status == LAC_OK) status = finish(&guard);
    guard_release(&guard);
    return status;
}

static enum lac_status read_file(struct guard *guard, FILE *file)
{
    char block[CHUNK + 4];
    size_t kept = 0, n;

    do {
        size_t left;

        n = fread(block + kept, 1, CHUNK, file);
        if (ferror(file)) {
            guard->status = lac_fail(guard->err, LAC_IO, "cannot be read");
            lac_error_file(guard->err, guard->path);
            return guard->status;
        }
        if (guard->reader->block != NULL) guard->reader->block(guard->reader->context, block + kept, n);
        n += kept;
        if (feed_block(guard, block, n, feof(file) != 0, &left) != LAC_OK) return guard->status;
        memmove(block, block + n - left, left);
        kept = left;
    } while (!feof(file));
    return finish(guard);
}

enum lac_status lac_csv_read(const char *path, struct lac_csv_reader *reader, struct lac_error *err)
{
    struct guard guard;
    enum lac_status status;
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        status = lac_fail(err, LAC_IO, "cannot be opened: %s", strerror(errno));
        lac_error_file(err, path);
        lac_error_remedy(err, "check the path and the rights of the file");
        return status;
    }
    status = guard_init(&guard, path, reader, err);
    if (status == LAC_OK) status = read_file(&guard, file);
    guard_release(&guard);
    fclose(file);
    return status;
}

/* --- writing
 * ------------------------------------------------------------------------------------------------ */

void lac_csv_put(FILE *to, bool first, const char *text)
{
    if (!first) fputc(',', to);
    if (text[strcspn(text, ",\"\r\n")] == '\0' && text[0] != ' ' &&
        (text[0] == '\0' || text[strlen(text) - 1] != ' ')) {
        fputs(text, to);
        return;
    }
    fputc('"', to);
    for (; *text != '\0'; text++) {
        if (*text == '"') fputc('"', to);
        fputc(*text, to);
    }
    fputc('"', to);
}

void lac_csv_put_i64(FILE *to, bool first, int64_t value)
{
    fprintf(to, "%s%lld", first ? "" : ",", (long long)value);
}

void lac_csv_put_double(FILE *to, bool first, double value)
{
    char text[40] = "";

    if (isinf(value)) {
        snprintf(text, sizeof text, "%sInf", value < 0 ? "-" : "");
    } else if (!isnan(value)) {
        for (int digits = 15; digits <= 17; digits++) {
            snprintf(text, sizeof text, "%.*g", digits, value);
            if (strtod(text, NULL) == value) break;
        }
    }
    fprintf(to, "%s%s", first ? "" : ",", text);
}

void lac_csv_end(FILE *to)
{
    fputc('\n', to);
}
