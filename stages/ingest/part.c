/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "part.h"

#include <stdlib.h>
#include <string.h>

#define MISSING_I32 ((uint32_t)LAC_MISSING_I32)

void lac_ingest_parts_release(struct lac_ingest_parts *parts)
{
    free(parts->part);
    memset(parts, 0, sizeof *parts);
}

enum lac_status lac_ingest_packer_open(struct lac_ingest_packer *packer, struct lac_spool *spool,
                                       struct lac_error *err)
{
    memset(packer, 0, sizeof *packer);
    packer->spool = spool;
    packer->value = malloc(sizeof(uint32_t) * LAC_INGEST_RECORD_COLUMNS * LAC_INGEST_STRIDE);
    packer->narrow = malloc(sizeof(uint32_t) * LAC_INGEST_PART_ROWS);
    packer->part = 1;
    return packer->value == NULL || packer->narrow == NULL ? lac_fail_memory(err, "records") : LAC_OK;
}

void lac_ingest_packer_close(struct lac_ingest_packer *packer)
{
    free(packer->value);
    free(packer->narrow);
    for (size_t c = 0; c < LAC_INGEST_RECORD_COLUMNS; c++) free(packer->texts[c].bytes);
    memset(packer, 0, sizeof *packer);
}

void lac_ingest_packer_clear(struct lac_ingest_packer *packer)
{
    packer->rows = 0;
    packer->part++;
    for (size_t c = 0; c < LAC_INGEST_RECORD_COLUMNS; c++) {
        packer->texts[c].length = 0;
        packer->texts[c].count = 0;
    }
}

static enum lac_status list_text(struct lac_ingest_texts *texts, const char *text, size_t size,
                                 struct lac_error *err)
{
    void *bytes = texts->bytes;
    enum lac_status status = lac_grow(&bytes, &texts->capacity, texts->length + size, 1, err);

    texts->bytes = bytes;
    if (status != LAC_OK) return status;
    memcpy(texts->bytes + texts->length, text, size);
    texts->last = texts->length;
    texts->length += size;
    texts->count++;
    return LAC_OK;
}

enum lac_status lac_ingest_packer_text(struct lac_ingest_packer *packer, enum lac_column_id column,
                                       const char *text, struct lac_error *err)
{
    size_t c = (size_t)(column - LAC_COL_records_return_index), size = strlen(text) + 1;
    struct lac_ingest_texts *texts = &packer->texts[c];
    uint32_t *value = &packer->value[c * LAC_INGEST_STRIDE + packer->rows];
    enum lac_status status = LAC_OK;

    if (size == 1) {
        *value = LAC_MISSING_STR;
        return LAC_OK;
    }
    if (texts->count == 0 || size != texts->length - texts->last ||
        memcmp(texts->bytes + texts->last, text, size) != 0)
        status = list_text(texts, text, size, err);
    *value = texts->count - 1;
    return status;
}

static uint32_t missing_of(enum lac_type type)
{
    return type == LAC_TYPE_I32 ? MISSING_I32 : LAC_MISSING_STR;
}

/* Smallest and largest value that is not missing, as the type orders them; false: all are missing. */
static bool range_of(const uint32_t *value, size_t n, enum lac_type type, uint32_t *least, uint32_t *most,
                     bool *gaps)
{
    uint32_t flip = type == LAC_TYPE_I32 ? 0x80000000u : 0, missing = missing_of(type), low = UINT32_MAX,
             high = 0, absent = 0;

    for (size_t i = 0; i < n; i++) {
        uint32_t v = value[i] ^ flip;
        bool none = value[i] == missing;

        absent += none;
        low = !none && v < low ? v : low;
        high = !none && v > high ? v : high;
    }
    *least = low ^ flip;
    *most = high ^ flip;
    *gaps = absent > 0;
    return absent < n;
}

static void narrow_values(const uint32_t *value, size_t n, uint32_t base, uint32_t missing, uint8_t width,
                          unsigned char *out)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t v = value[i] == missing ? 0 : value[i] - base + 1;

        if (width == 1)
            out[i] = (unsigned char)v;
        else if (width == 2)
            ((uint16_t *)(void *)out)[i] = (uint16_t)v;
        else
            ((uint32_t *)(void *)out)[i] = v;
    }
}

static enum lac_status put_column(struct lac_ingest_packer *packer, size_t c,
                                  struct lac_ingest_part_column *to, struct lac_error *err)
{
    enum lac_type type = lac_column_schemas[LAC_COL_records_return_index + c].type;
    const uint32_t *value = packer->value + c * LAC_INGEST_STRIDE;
    const struct lac_ingest_texts *texts = &packer->texts[c];
    uint32_t least, most;
    bool gaps;
    enum lac_status status = LAC_OK;

    if (texts->count > 1) { /* numbered from 0 on */
        least = 0;
        most = texts->count - 1;
        to->missing = gaps = false;
    } else {
        to->missing = !range_of(value, packer->rows, type, &least, &most, &gaps);
    }
    to->base = to->missing ? 0 : least;
    if (to->missing || (!gaps && least == most))
        to->width = 0;
    else
        to->width = most - least < UINT8_MAX ? 1 : most - least < UINT16_MAX ? 2 : 4;
    if (to->width > 0) {
        narrow_values(value, packer->rows, to->base, missing_of(type), to->width, packer->narrow);
        status = lac_spool_append(packer->spool, packer->narrow, packer->rows * to->width, &to->values, err);
    }
    to->texts_count = texts->count;
    if (texts->count == 0 || status != LAC_OK) return status;
    to->text_bytes = texts->length;
    return lac_spool_append(packer->spool, texts->bytes, to->text_bytes, &to->texts, err);
}

enum lac_status lac_ingest_packer_flush(struct lac_ingest_packer *packer, struct lac_ingest_parts *parts,
                                        struct lac_error *err)
{
    void *list = parts->part;
    struct lac_ingest_part *part;
    enum lac_status status;

    if (packer->rows == 0) return LAC_OK;
    status = lac_grow(&list, &parts->capacity, parts->count + 1, sizeof *part, err);
    parts->part = list;
    if (status != LAC_OK) return status;
    part = &parts->part[parts->count];
    memset(part, 0, sizeof *part);
    part->rows = packer->rows;
    for (size_t c = 0; c < LAC_INGEST_RECORD_COLUMNS && status == LAC_OK; c++)
        status = put_column(packer, c, &part->column[c], err);
    if (status != LAC_OK) return status;
    parts->count++;
    parts->rows += part->rows;
    lac_ingest_packer_clear(packer);
    return LAC_OK;
}

enum lac_status lac_ingest_packer_row(struct lac_ingest_packer *packer, struct lac_ingest_parts *parts,
                                      struct lac_error *err)
{
    packer->rows++;
    return packer->rows < LAC_INGEST_PART_ROWS ? LAC_OK : lac_ingest_packer_flush(packer, parts, err);
}

/* --- and back
 * ---------------------------------------------------------------------------------------------------- */

struct unpacking {
    const struct lac_spool *spool;
    const struct lac_ingest_part_column *column;
    size_t rows;
    uint32_t missing;
    const uint32_t *map; /* of texts or of the caller; NULL: none */
    uint32_t *value;     /* room for LAC_INGEST_PART_ROWS */
    unsigned char *narrow;
    struct lac_error *err;
};

/* The texts of a column of a part; the caller frees them. */
static enum lac_status load_texts(const struct lac_spool *spool, const struct lac_ingest_part_column *column,
                                  char **texts, struct lac_error *err)
{
    *texts = malloc(column->text_bytes + 1);
    if (*texts == NULL) return lac_fail_memory(err, "records");
    return lac_spool_read(spool, column->texts, *texts, column->text_bytes, err);
}

/* The codes of the texts; each new one goes to the feed. */
static enum lac_status take_codes(struct lac_ingest_distinct *distinct, const char *texts, size_t n,
                                  uint32_t *code, struct lac_store_feed *feed, struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    for (size_t i = 0; i < n && status == LAC_OK; i++) {
        size_t length = strlen(texts);
        bool fresh;

        code[i] = lac_ingest_distinct_code(distinct, &fresh);
        if (fresh) status = lac_store_feed_text(feed, texts, length, err);
        texts += length + 1;
    }
    return status;
}

/* The code that each text of the part has in the whole column. */
static enum lac_status map_texts(const struct unpacking *at, struct lac_ingest_distinct *distinct,
                                 struct lac_store_feed *feed, uint32_t **map)
{
    char *texts = NULL;
    enum lac_status status;

    *map = malloc(sizeof(uint32_t) * ((size_t)at->column->texts_count + 1));
    if (*map == NULL) return lac_fail_memory(at->err, "records");
    status = load_texts(at->spool, at->column, &texts, at->err);
    if (status == LAC_OK && distinct != NULL)
        status = take_codes(distinct, texts, at->column->texts_count, *map, feed, at->err);
    else if (status == LAC_OK)
        status = lac_dict_codes(&feed->own, texts, at->column->texts_count, *map, at->err);
    free(texts);
    return status;
}

size_t lac_ingest_parts_texts(const struct lac_ingest_parts *parts, enum lac_column_id column)
{
    size_t n = 0;

    for (size_t p = 0; p < parts->count; p++)
        n += parts->part[p].column[column - LAC_COL_records_return_index].texts_count;
    return n;
}

enum lac_status lac_ingest_parts_list(const struct lac_ingest_parts *parts, const struct lac_spool *spool,
                                      enum lac_column_id column, struct lac_ingest_distinct *distinct,
                                      struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    for (size_t p = 0; p < parts->count && status == LAC_OK; p++) {
        const struct lac_ingest_part_column *one =
            &parts->part[p].column[column - LAC_COL_records_return_index];
        char *texts = NULL;
        const char *text;

        status = load_texts(spool, one, &texts, err);
        text = texts;
        for (uint32_t i = 0; i < one->texts_count && status == LAC_OK; i++) {
            size_t length = strlen(text);

            status = lac_ingest_distinct_add(distinct, text, length, err);
            text += length + 1;
        }
        free(texts);
    }
    return status;
}

static enum lac_status unpack(const struct unpacking *at)
{
    const struct lac_ingest_part_column *column = at->column;
    uint32_t only = column->missing ? at->missing : at->map == NULL ? column->base : at->map[column->base];
    enum lac_status status;

    if (column->width == 0) {
        for (size_t i = 0; i < at->rows; i++) at->value[i] = only;
        return LAC_OK;
    }
    status = lac_spool_read(at->spool, column->values, at->narrow, at->rows * column->width, at->err);
    if (status != LAC_OK) return status;
    for (size_t i = 0; i < at->rows; i++) {
        uint32_t v = column->width == 1   ? at->narrow[i]
                     : column->width == 2 ? ((const uint16_t *)(const void *)at->narrow)[i]
                                          : ((const uint32_t *)(const void *)at->narrow)[i];
        uint32_t value = v - 1 + column->base;

        at->value[i] = v == 0 ? at->missing : at->map == NULL ? value : at->map[value];
    }
    return LAC_OK;
}

enum lac_status lac_ingest_parts_feed(const struct lac_ingest_parts *parts, const struct lac_spool *spool,
                                      enum lac_column_id column, const struct lac_ingest_coding *coding,
                                      struct lac_store_feed *feed, struct lac_error *err)
{
    enum lac_type type = lac_column_schemas[column].type;
    uint32_t *value = malloc(sizeof *value * LAC_INGEST_PART_ROWS);
    unsigned char *narrow = malloc(sizeof *value * LAC_INGEST_PART_ROWS);
    enum lac_status status = value == NULL || narrow == NULL ? lac_fail_memory(err, "records") : LAC_OK;

    for (size_t p = 0; p < parts->count && status == LAC_OK; p++) {
        const struct lac_ingest_part *part = &parts->part[p];
        struct unpacking at = {spool,       &part->column[column - LAC_COL_records_return_index],
                               part->rows,  missing_of(type),
                               coding->map, value,
                               narrow,      err};
        uint32_t *texts = NULL;

        if (type == LAC_TYPE_STR) {
            status = map_texts(&at, coding->distinct, feed, &texts);
            at.map = texts;
        }
        if (status == LAC_OK) status = unpack(&at);
        if (status == LAC_OK) status = lac_store_feed_add(feed, value, part->rows, err);
        free(texts);
    }
    free(value);
    free(narrow);
    if (type == LAC_TYPE_STR && coding->distinct == NULL) feed->dict = &feed->own;
    return status;
}
