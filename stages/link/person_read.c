/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "person_read.h"
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/digest.h"
#include "base/memory.h"
#include "person_codes.h"

#define CHUNK ((size_t)1 << 20)
#define WORTH ((off_t)1 << 22) /* bytes of a part that are worth a thread */

/* Rows that wait to be interned together: their texts, and where each begins among them. */
struct batch {
    size_t rows;
    int64_t first; /* number of the first row */
    char *text;
    size_t length, capacity;
    struct {
        size_t at, length;
    } cell[LAC_LINK_PERSON_COLUMNS][LAC_LINK_CODES];
};

struct part {
    const struct lac_link_person_reading *reading;
    const struct lac_csv *csv;
    struct lac_link_codes codes[LAC_LINK_PERSON_COLUMNS];
    struct batch batch;
    struct lac_link_person_rows rows;
    size_t cell_capacity, hash_capacity, id_capacity, ids_length, ids_capacity;
    off_t from, to;
    enum lac_status status;
};

static void part_init(struct part *part, const struct lac_csv *csv,
                      const struct lac_link_person_reading *reading)
{
    memset(part, 0, sizeof *part);
    part->reading = reading;
    part->csv = csv;
    part->rows.columns = reading->columns;
}

static void interns_release(struct part *part)
{
    for (size_t c = 0; c < LAC_LINK_PERSON_COLUMNS; c++) lac_link_codes_release(&part->codes[c]);
    free(part->batch.text);
    memset(&part->batch, 0, sizeof part->batch);
}

static void part_release(struct part *part)
{
    interns_release(part);
    lac_link_person_rows_release(&part->rows);
}

void lac_link_person_rows_release(struct lac_link_person_rows *rows)
{
    for (size_t c = 0; c < LAC_LINK_PERSON_COLUMNS; c++) lac_dict_release(&rows->dict[c]);
    free(rows->cell);
    free(rows->hash);
    free(rows->ids);
    free(rows->id_at);
    memset(rows, 0, sizeof *rows);
}

/* --- rows, so many at once */

static enum lac_status part_grow(struct part *part, struct lac_error *err)
{
    struct lac_link_person_rows *rows = &part->rows;
    void *cell = rows->cell, *hash = rows->hash, *id_at = rows->id_at;
    size_t n = (size_t)rows->n + LAC_LINK_CODES;
    if (n >= UINT32_MAX / 2) return lac_fail(err, LAC_INPUT, "too many records");
    enum lac_status st = lac_grow(&cell, &part->cell_capacity, n * rows->columns, sizeof *rows->cell, err);
    rows->cell = cell;
    if (!st) st = lac_grow(&hash, &part->hash_capacity, n, sizeof *rows->hash, err);
    rows->hash = hash;
    if (!st) st = lac_grow(&id_at, &part->id_capacity, n, sizeof *rows->id_at, err);
    rows->id_at = id_at;
    return st;
}

static enum lac_status row_missing(const struct part *part, int64_t row, size_t c, struct lac_error *err)
{
    enum lac_status st = lac_fail(err, LAC_INPUT, "a record has no source");
    lac_error_file(err, part->csv->path);
    lac_error_row(err, row, part->csv->header[part->reading->column[c]]);
    return st;
}

/* Hash of the texts of one row of the batch. */
static uint64_t batch_hash(const struct batch *batch, size_t columns, size_t r)
{
    uint64_t whole = 0;
    for (size_t k = 0; k < columns; k++) {
        size_t c = k ? k - 1 : columns - 1;
        whole = lac_hash64(batch->text + batch->cell[c][r].at, batch->cell[c][r].length, whole);
    }
    return whole;
}

/* Every row has what is required. */
static enum lac_status batch_check(const struct part *part, struct lac_error *err)
{
    const struct lac_link_person_rows *rows = &part->rows;
    for (size_t r = 0; r < part->batch.rows; r++)
        for (size_t c = 0; c < rows->columns; c++)
            if (part->reading->required[c] &&
                rows->cell[(rows->n + r) * rows->columns + c] == LAC_MISSING_STR)
                return row_missing(part, part->batch.first + (int64_t)r, c, err);
    return LAC_OK;
}

/* Interns the rows of the batch, which is empty then. */
static enum lac_status batch_flush(struct part *part, struct lac_error *err)
{
    struct batch *batch = &part->batch;
    struct lac_link_person_rows *rows = &part->rows;
    size_t columns = rows->columns;
    enum lac_status st = LAC_OK;
    if (batch->rows == 0) return LAC_OK;
    for (size_t c = 0; !st && c < columns; c++) {
        struct lac_link_intern_text text[LAC_LINK_CODES];
        uint32_t code[LAC_LINK_CODES], *cell = rows->cell + rows->n * columns + c;
        const struct lac_link_cleaning cleaning = {part->reading->clean, part->reading->context, c};
        for (size_t r = 0; r < batch->rows; r++)
            text[r] = (struct lac_link_intern_text){batch->text + batch->cell[c][r].at,
                                                    batch->cell[c][r].length, 0};
        st = lac_link_codes_find(&part->codes[c], &cleaning, text, batch->rows, &rows->dict[c], code, err);
        for (size_t r = 0; !st && r < batch->rows; r++) cell[r * columns] = code[r];
    }
    if (!st) st = batch_check(part, err);
    for (size_t r = 0; !st && r < batch->rows; r++) rows->hash[rows->n + r] = batch_hash(batch, columns, r);
    if (!st) rows->n += (uint32_t)batch->rows;
    batch->rows = batch->length = 0;
    return st;
}

static enum lac_status id_keep(struct part *part, const char *id, size_t length, struct lac_error *err)
{
    struct lac_link_person_rows *rows = &part->rows;
    void *ids = rows->ids;
    enum lac_status st = lac_grow(&ids, &part->ids_capacity, part->ids_length + length + 1, 1, err);
    rows->ids = ids;
    if (st) return st;
    memcpy(rows->ids + part->ids_length, id, length + 1);
    rows->id_at[rows->n + part->batch.rows] = part->ids_length;
    part->ids_length += length + 1;
    return LAC_OK;
}

/* The fields of a row lie one after another, and are copied in one piece. */
static enum lac_status on_record(void *context, const struct lac_csv_row *row, struct lac_error *err)
{
    struct part *part = context;
    struct batch *batch = &part->batch;
    const struct lac_link_person_reading *reading = part->reading;
    const char *first = row->field[0];
    size_t length = (size_t)(row->field[row->count - 1] - first) + row->length[row->count - 1] + 1;
    void *text = batch->text;
    enum lac_status st = batch->rows ? LAC_OK : part_grow(part, err);
    if (!st) st = lac_grow(&text, &batch->capacity, batch->length + length, 1, err);
    batch->text = text;
    if (!st) st = id_keep(part, row->field[reading->id], row->length[reading->id], err);
    if (st) return st;
    memcpy(batch->text + batch->length, first, length);
    for (size_t c = 0; c < part->rows.columns; c++) {
        int column = reading->column[c];
        batch->cell[c][batch->rows].length = column < 0 ? 0 : row->length[column];
        batch->cell[c][batch->rows].at =
            column < 0 ? batch->length + length - 1 : batch->length + (size_t)(row->field[column] - first);
    }
    if (batch->rows++ == 0) batch->first = row->row;
    batch->length += length;
    return batch->rows == LAC_LINK_CODES ? batch_flush(part, err) : LAC_OK;
}

/* The rows that still wait come before what else went wrong. */
static enum lac_status rows_finish(struct part *part, enum lac_status st, struct lac_error *err)
{
    enum lac_status last = st == LAC_OK || st == LAC_INPUT ? batch_flush(part, err) : LAC_OK;
    return last ? last : st;
}

/* --- parts of a file */

size_t lac_link_person_rows_end(const char *bytes, size_t n)
{
    bool quoted = false;
    size_t end = 0;
    if (!memchr(bytes, '"', n)) {
        while (n > 0 && bytes[n - 1] != '\n') n--;
        return n;
    }
    for (size_t i = 0; i < n; i++) {
        quoted ^= bytes[i] == '"';
        if (bytes[i] == '\n' && !quoted) end = i + 1;
    }
    return end;
}

/* Rows in [from, to), read after the header line buffer[header]. */
static enum lac_status part_chunks(struct part *part, FILE *file, char *buffer, size_t header)
{
    struct lac_csv_reader reader = {.record = on_record, .context = part};
    size_t kept = 0;
    off_t left = part->to - part->from;
    while (left > 0) {
        size_t want = CHUNK - kept;
        if ((off_t)want > left) want = (size_t)left;
        if (fread(buffer + header + kept, 1, want, file) != want) return LAC_IO;
        left -= (off_t)want;
        size_t have = kept + want, end = left > 0 ? lac_link_person_rows_end(buffer + header, have) : have;
        if (end == 0) return LAC_INPUT; /* a row longer than that */
        enum lac_status st = lac_csv_read_bytes(part->csv->path, buffer, header + end, &reader, NULL);
        if (st) return st;
        kept = have - end;
        memmove(buffer + header, buffer + header + end, kept);
    }
    return batch_flush(part, NULL);
}

static enum lac_status part_read(struct part *part, const char *header, size_t length)
{
    char *buffer = malloc(length + CHUNK);
    FILE *file = fopen(part->csv->path, "rb");
    enum lac_status st = !buffer ? lac_fail_memory(NULL, "a table") : file ? LAC_OK : LAC_IO;
    if (!st && fseeko(file, part->from, SEEK_SET) != 0) st = LAC_IO;
    if (!st) {
        memcpy(buffer, header, length);
        st = part_chunks(part, file, buffer, length);
    }
    if (file) fclose(file);
    free(buffer);
    return st;
}

/* The place after the first line feed from `at` on, or `size`. */
static off_t line_after(FILE *file, off_t at, off_t size)
{
    int c = 0;
    if (at == 0 || fseeko(file, at, SEEK_SET) != 0) return at;
    while ((c = getc(file)) != EOF && c != '\n') at++;
    return c == EOF ? size : at + 1;
}

/* Parts that a file of so many bytes is worth. */
static size_t parts_worth(FILE *file, size_t wanted, off_t *size)
{
    struct stat status;
    *size = 0;
    if (fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode)) return 1;
    *size = status.st_size;
    size_t worth = (size_t)(*size / WORTH) + 1, threads = (size_t)omp_get_max_threads();
    return wanted ? wanted : worth < threads ? worth : threads;
}

/* Where the parts begin and end; their number, 1 when there is no way or no use to part the file. *header is
 * its first line, with its end. */
static size_t parts_cut(const char *path, size_t wanted, struct part *part, char **header, size_t *length)
{
    size_t room = 0;
    off_t size;
    FILE *file = fopen(path, "rb");
    *header = NULL;
    if (!file) return 1;
    size_t parts = parts_worth(file, wanted, &size);
    ssize_t line = parts > 1 ? getline(header, &room, file) : 0;
    if (line < 1 || (*header)[line - 1] != '\n' || memchr(*header, '"', (size_t)line)) parts = 1;
    for (size_t k = 0; parts > 1 && k < parts; k++) {
        off_t from = line + (off_t)((double)(size - line) / (double)parts * (double)k);
        part[k].from = k ? line_after(file, from, size) : line;
        part[k].to = size;
        if (k && part[k].from < part[k - 1].from) part[k].from = part[k - 1].from;
        if (k) part[k - 1].to = part[k].from;
    }
    *length = parts > 1 ? (size_t)line : 0;
    fclose(file);
    return parts;
}

/* --- parts to one */

/* Numbers of the values of column c of part p among those of all parts so far, into *map. */
static enum lac_status dict_join(struct part *part, size_t p, size_t c, uint32_t **map)
{
    struct lac_dict *more = &part[p].rows.dict[c];
    *map = lac_big_alloc((size_t)more->count + 1, sizeof **map);
    if (!*map) return LAC_NOMEM;
    enum lac_status st =
        lac_link_codes_join(&part[0].codes[c].values, &part[0].rows.dict[c], more, *map, NULL);
    lac_dict_release(more);
    return st;
}

static enum lac_status rows_room(struct part *first, const struct part *p)
{
    struct lac_link_person_rows *to = &first->rows;
    size_t n = (size_t)to->n + p->rows.n;
    if (n >= UINT32_MAX / 2) return LAC_INPUT;
    void *cell = realloc(to->cell, (n * to->columns + 1) * sizeof *to->cell);
    if (cell) to->cell = cell;
    void *hash = realloc(to->hash, (n + 1) * sizeof *to->hash);
    if (hash) to->hash = hash;
    void *id_at = realloc(to->id_at, (n + 1) * sizeof *to->id_at);
    if (id_at) to->id_at = id_at;
    void *ids = realloc(to->ids, first->ids_length + p->ids_length + 1);
    if (ids) to->ids = ids;
    return cell && hash && id_at && ids ? LAC_OK : LAC_NOMEM;
}

/* Appends the rows of part p to those of the first, values numbered by map[]. */
static enum lac_status rows_append(struct part *first, struct part *p, uint32_t *const *map)
{
    struct lac_link_person_rows *to = &first->rows, *from = &p->rows;
    enum lac_status st = rows_room(first, p);
    size_t columns = to->columns;
    if (st || from->n == 0) return st;
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < from->n; i++) {
        const uint32_t *cell = from->cell + i * columns;
        for (size_t c = 0; c < columns; c++)
            to->cell[(to->n + i) * columns + c] = cell[c] == LAC_MISSING_STR ? cell[c] : map[c][cell[c]];
        to->hash[to->n + i] = from->hash[i];
        to->id_at[to->n + i] = from->id_at[i] + first->ids_length;
    }
    memcpy(to->ids + first->ids_length, from->ids, p->ids_length);
    first->ids_length += p->ids_length;
    to->n += from->n;
    part_release(p);
    return LAC_OK;
}

/* Appends part p to the first: columns side by side, then rows. */
static enum lac_status part_join(struct part *part, size_t p)
{
    uint32_t *map[LAC_LINK_PERSON_COLUMNS] = {NULL};
    enum lac_status joined[LAC_LINK_PERSON_COLUMNS], st = LAC_OK;
    size_t columns = part[0].rows.columns;
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t c = 0; c < columns; c++) joined[c] = dict_join(part, p, c, &map[c]);
    for (size_t c = 0; !st && c < columns; c++) st = joined[c];
    if (!st) st = rows_append(&part[0], &part[p], map);
    for (size_t c = 0; c < columns; c++) free(map[c]);
    return st;
}

static enum lac_status parts_read(struct part *part, size_t parts, const char *header, size_t length)
{
    enum lac_status st = LAC_OK;
#pragma omp parallel for schedule(static, 1)
    for (size_t p = 0; p < parts; p++) {
        part[p].status = part_read(&part[p], header, length);
        for (size_t c = 0; p == 0 && c < LAC_LINK_PERSON_COLUMNS; c++)
            lac_link_intern_release(&part[p].codes[c].texts);
        if (p > 0) interns_release(&part[p]); /* the first one's values stay to be added to */
    }
    for (size_t p = 0; !st && p < parts; p++) st = part[p].status;
    for (size_t p = 1; !st && p < parts; p++) st = part_join(part, p);
    interns_release(&part[0]);
    return st;
}

/* --- all of it */

struct heading {
    struct lac_csv *csv;
    struct lac_arena *arena;
};

static enum lac_status on_header(void *context, const struct lac_csv_row *row, struct lac_error *err)
{
    struct heading *into = context;
    into->csv->columns = row->count;
    into->csv->header = LAC_NEW(into->arena, char *, row->count);
    for (size_t i = 0; into->csv->header && i < row->count; i++)
        if (!(into->csv->header[i] = lac_arena_strndup(into->arena, row->field[i], row->length[i])))
            return lac_fail_memory(err, "a table");
    return into->csv->header ? LAC_OK : lac_fail_memory(err, "a table");
}

/* The first record ends the reading of a header. */
static enum lac_status on_first(void *context, const struct lac_csv_row *row, struct lac_error *err)
{
    (void)context;
    (void)row;
    (void)err;
    return LAC_FINDINGS;
}

enum lac_status lac_link_person_header(const char *path, struct lac_arena *arena, struct lac_csv *csv,
                                       struct lac_error *err)
{
    struct heading into = {csv, arena};
    struct lac_csv_reader reader = {.header = on_header, .record = on_first, .context = &into};
    memset(csv, 0, sizeof *csv);
    csv->path = lac_arena_strdup(arena, path);
    if (!csv->path) return lac_fail_memory(err, "a table");
    enum lac_status st = lac_csv_read(path, &reader, err);
    return st == LAC_FINDINGS ? LAC_OK : st;
}

enum lac_status lac_link_person_read(const struct lac_csv *csv, const struct lac_link_person_reading *reading,
                                     size_t parts, struct lac_link_person_rows *rows, struct lac_error *err)
{
    size_t most = parts ? parts : (size_t)omp_get_max_threads(), length = 0;
    struct part *part = calloc(most, sizeof *part);
    char *header = NULL;
    enum lac_status st = LAC_INPUT;
    if (!part) return lac_fail_memory(err, "a table");
    parts = parts_cut(csv->path, parts, part, &header, &length);
    for (size_t p = 0; p < parts; p++) {
        off_t from = part[p].from, to = part[p].to;
        part_init(&part[p], csv, reading);
        part[p].from = from;
        part[p].to = to;
    }
    if (parts > 1) st = parts_read(part, parts, header, length);
    if (st) {
        struct lac_csv_reader whole = {.record = on_record, .context = &part[0]};
        for (size_t p = 0; p < parts; p++) part_release(&part[p]);
        part_init(&part[0], csv, reading);
        st = rows_finish(&part[0], lac_csv_read(csv->path, &whole, err), err);
    }
    *rows = part[0].rows;
    memset(&part[0].rows, 0, sizeof part[0].rows);
    for (size_t p = 0; p < parts; p++) part_release(&part[p]);
    free(part);
    free(header);
    return st;
}
