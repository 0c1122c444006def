/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "head.h"

#include <string.h>

#define CELLS 512

/* A row of the head: where it lies, and its cells without their quotes. */
struct line {
    size_t start, end; /* `end` is behind the line end */
    size_t count;
    const char **cell;
};
struct lines {
    const char *bytes;
    size_t length;
    struct line line[LAC_INGEST_HEAD_LINES];
    size_t count;
    struct lac_arena *arena;
};

static enum lac_status add_cell(struct line *line, const char *bytes, size_t n, struct lac_arena *arena,
                                struct lac_error *err)
{
    char *cell = lac_arena_strndup(arena, bytes, n), *to = cell;
    bool quoted = n > 0 && bytes[0] == '"';

    if (cell == NULL) return lac_fail_memory(err, "a header");
    for (size_t i = quoted ? 1 : 0; quoted && i < n; i++) {
        if (bytes[i] == '"' && (++i >= n || bytes[i] != '"')) break;
        *to++ = bytes[i];
    }
    if (quoted) *to = '\0';
    if (line->count < CELLS) line->cell[line->count++] = cell;
    return LAC_OK;
}

/* Reads one row from `at`; false at the end of the bytes, or where the row is not whole. */
static enum lac_status read_line(struct lines *lines, size_t at, bool *whole, struct lac_error *err)
{
    struct line *line = &lines->line[lines->count];
    const char *bytes = lines->bytes;
    size_t from = at, i = at;
    bool quoted = false;
    enum lac_status status = LAC_OK;

    *line = (struct line){.start = at, .cell = LAC_NEW(lines->arena, const char *, CELLS)};
    if (line->cell == NULL) return lac_fail_memory(err, "a header");
    for (; i < lines->length && status == LAC_OK; i++) {
        bool end = bytes[i] == '\n' || bytes[i] == '\r';

        if (bytes[i] == '"') quoted = !quoted;
        if (quoted || (bytes[i] != ',' && !end)) continue;
        status = add_cell(line, bytes + from, i - from, lines->arena, err);
        from = i + 1;
        if (end) break;
    }
    *whole = i < lines->length;
    if (*whole && bytes[i] == '\r' && i + 1 < lines->length && bytes[i + 1] == '\n') i++;
    line->end = i + 1;
    return status;
}

static bool blank(const struct line *line)
{
    return line->count == 0 || (line->count == 1 && line->cell[0][0] == '\0');
}

/* Fields of the layout that cells name; whether all required ones are among them. */
static size_t fields_named(const struct lac_ingest_layout *layout, const char *const *cell, size_t count,
                           bool *required)
{
    bool found[LAC_FIELD_COUNT] = {false}, exact;
    size_t n = 0;

    for (size_t c = 0; c < count; c++) {
        enum lac_ingest_field field = lac_ingest_layout_field_of(layout, cell[c], &exact);

        if (field == LAC_FIELD_COUNT || found[field]) continue;
        found[field] = true;
        n++;
    }
    *required = true;
    for (int f = 0; f < LAC_FIELD_COUNT; f++)
        if (layout->field[f].required && layout->field[f].constant == NULL && !found[f]) *required = false;
    return n;
}

/* A header: all required columns, and at least three known names or nothing else. */
static bool is_header(const struct lac_ingest_layout *layout, const char *const *cell, size_t count)
{
    bool required;
    size_t n = fields_named(layout, cell, count, &required);

    return required && n > 0 && (n >= 3 || n == count);
}

/* Cell `c` of the rows from `first` on, joined with blanks. In all rows but the last an empty cell stands for
 * the one at its left, as merged cells leave it. */
static const char *joined_cell(const struct lines *lines, size_t first, size_t rows, size_t c)
{
    const char *text = "";

    for (size_t r = first; r < first + rows; r++) {
        const struct line *line = &lines->line[r];
        size_t at = c < line->count ? c : line->count;

        if (r + 1 < first + rows)
            while (at > 0 && (at >= line->count || line->cell[at][0] == '\0')) at--;
        if (at >= line->count || line->cell[at][0] == '\0') continue;
        text =
            text[0] == '\0' ? line->cell[at] : lac_arena_printf(lines->arena, "%s %s", text, line->cell[at]);
        if (text == NULL) return NULL;
    }
    return text;
}

/* The joined names of several rows; `count` gets their number. A row below that is a known name alone needs
 * no group before it. */
static const char **join(const struct lines *lines, const struct lac_ingest_layout *layout, size_t first,
                         size_t rows, size_t *count)
{
    const struct line *last = &lines->line[first + rows - 1];
    const char **cell = LAC_NEW(lines->arena, const char *, CELLS);
    bool exact;

    *count = last->count;
    for (size_t c = 0; cell != NULL && c < last->count; c++) {
        cell[c] = joined_cell(lines, first, rows, c);
        if (cell[c] == NULL) return NULL;
        if (lac_ingest_layout_field_of(layout, cell[c], &exact) == LAC_FIELD_COUNT &&
            lac_ingest_layout_field_of(layout, last->cell[c], &exact) < LAC_FIELD_COUNT)
            cell[c] = last->cell[c];
    }
    return cell;
}

static enum lac_status write_header(struct lac_ingest_head *head, const char *const *cell, size_t count,
                                    struct lac_arena *arena, struct lac_error *err)
{
    struct lac_buffer text = {0};
    enum lac_status status;

    for (size_t c = 0; c < count; c++) {
        lac_buffer_add(&text, c == 0 ? "\"" : ",\"");
        for (const char *p = cell[c]; *p != '\0'; p++) {
            if (*p == '"') lac_buffer_add(&text, "\"");
            lac_buffer_add_n(&text, p, 1);
        }
        lac_buffer_add(&text, "\"");
    }
    lac_buffer_add(&text, "\n");
    status = lac_buffer_status(&text, err);
    head->header = status == LAC_OK ? lac_arena_strdup(arena, text.text) : NULL;
    if (status == LAC_OK && head->header == NULL) status = lac_fail_memory(err, "a header");
    lac_buffer_release(&text);
    return status;
}

/* Takes `rows` rows from `first` on as the header. */
static enum lac_status take(struct lac_ingest_head *head, const struct lines *lines,
                            const struct lac_ingest_layout *layout, size_t first, size_t rows,
                            struct lac_error *err)
{
    const char **cell;
    size_t count;

    head->cell = lines->line[first].cell;
    head->cells = lines->line[first].count;
    if (rows == 1) {
        head->offset = lines->line[first].start;
        return LAC_OK;
    }
    head->offset = lines->line[first + rows - 1].end;
    if ((cell = join(lines, layout, first, rows, &count)) == NULL) return lac_fail_memory(err, "a header");
    head->cell = cell;
    head->cells = count;
    return write_header(head, cell, count, lines->arena, err);
}

/* Whether the rows above are titles: none is half as full as the header. Rows of data above it, as after
 * sorting a sheet with its header, are never skipped. */
static bool titles_above(const struct lines *lines, size_t header)
{
    for (size_t r = 0; r < header; r++) {
        size_t full = 0;

        for (size_t c = 0; c < lines->line[r].count; c++) full += lines->line[r].cell[c][0] != '\0';
        if (full * 2 >= lines->line[header].count && full > 1) return false;
    }
    return true;
}

/* The first row, or pair of rows, that is a header. */
static enum lac_status look(struct lac_ingest_head *head, const struct lines *lines,
                            const struct lac_ingest_layout *layout, struct lac_error *err)
{
    const struct line *line = lines->line;

    for (size_t r = 0; r < lines->count; r++) {
        if (!is_header(layout, line[r].cell, line[r].count) || !titles_above(lines, r)) continue;
        head->skipped = (int64_t)r;
        return take(head, lines, layout, r, 1, err);
    }
    for (size_t r = 0; r + 1 < lines->count; r++) {
        size_t count;
        const char **cell;

        if (blank(&line[r]) || blank(&line[r + 1])) continue;
        if (is_header(layout, line[r + 1].cell, line[r + 1].count))
            continue; /* whole, but below rows of data */
        if ((cell = join(lines, layout, r, 2, &count)) == NULL) return lac_fail_memory(err, "a header");
        if (!is_header(layout, cell, count) || !titles_above(lines, r)) continue;
        head->skipped = (int64_t)r;
        head->joined = 2;
        return take(head, lines, layout, r, 2, err);
    }
    if (lines->count > 0) head->cell = line[0].cell;
    if (lines->count > 0) head->cells = line[0].count;
    return LAC_OK; /* reading says what is wrong */
}

enum lac_status lac_ingest_head_find(struct lac_ingest_head *head, const char *bytes, size_t length,
                                     const struct lac_ingest_layout *layout, struct lac_arena *arena,
                                     struct lac_error *err)
{
    struct lines lines = {.bytes = bytes, .length = length, .arena = arena};
    bool mark = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0, whole = true;
    size_t skip = (size_t)layout->skip_rows, rows = (size_t)layout->header_rows;
    enum lac_status status = LAC_OK;

    memset(head, 0, sizeof *head);
    if (lines.length > LAC_INGEST_HEAD_BYTES) lines.length = LAC_INGEST_HEAD_BYTES;
    for (size_t at = mark ? 3 : 0; lines.count < LAC_INGEST_HEAD_LINES && status == LAC_OK;) {
        status = read_line(&lines, at, &whole, err);
        if (!whole) break;
        at = lines.line[lines.count++].end;
    }
    if (status != LAC_OK || lines.count < skip + rows) return status;
    if (skip > 0 || rows > 1)
        status = take(head, &lines, layout, skip, rows, err);
    else
        status = look(head, &lines, layout, err);
    if (head->skipped == 0 && head->header == NULL && skip == 0)
        head->offset = 0; /* keeps the mark for the reader */
    head->mark = mark && head->offset > 0;
    return status;
}
