/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "case_table.h"

#include <stdlib.h>
#include <string.h>

/* Every listed case of the returns that count, in order. */
struct walk {
    const struct lac_ingest_case_table *table;
    const struct lac_ingest_case_return *ret; /* of the case */
    enum lac_status (*step)(struct walk *walk, const struct lac_ingest_case *one, const char *reference,
                            size_t length);
    size_t at; /* the case among all listed */
    struct lac_error *err;
    /* what steps work on */
    struct lac_ingest_distinct *distinct;
    struct lac_dict *dict;
    struct lac_store_feed *feed;
    struct lac_buffer key;
    enum lac_column_id column;
    uint32_t *value;
    uint32_t code; /* of a text of the return */
    size_t fresh;  /* rows of the table seen so far */
};

static enum lac_status step(void *context, const struct lac_ingest_case *one, const char *reference,
                            size_t length)
{
    struct walk *walk = context;
    enum lac_status status = walk->step(walk, one, reference, length);

    walk->at++;
    return status;
}

static enum lac_status walk_all(struct walk *walk)
{
    enum lac_status status = LAC_OK;

    for (size_t i = 0; i < walk->table->returns && status == LAC_OK; i++) {
        walk->ret = &walk->table->ret[i];
        status = lac_ingest_cases_each(walk->ret->blocks, walk->table->spool, step, walk, walk->err);
    }
    return status;
}

/* --- rows of the table
 * ---------------------------------------------------------------------------------------------- */

static enum lac_status add_key(struct walk *walk, const struct lac_ingest_case *one, const char *reference,
                               size_t length)
{
    const struct lac_ingest_entry *entry = walk->ret->entry;
    enum lac_status status;

    (void)one;
    lac_buffer_clear(&walk->key);
    lac_buffer_add(&walk->key, entry->list);
    lac_buffer_add(&walk->key, "\x1f");
    lac_buffer_add(&walk->key, entry->agency);
    lac_buffer_add(&walk->key, "\x1f");
    lac_buffer_add(&walk->key, entry->force);
    lac_buffer_add(&walk->key, "\x1f");
    lac_buffer_add_n(&walk->key, reference, length);
    status = lac_buffer_status(&walk->key, walk->err);
    return status == LAC_OK
               ? lac_ingest_distinct_add(walk->distinct, walk->key.text, walk->key.length, walk->err)
               : status;
}

enum lac_status lac_ingest_case_table_make(struct lac_ingest_case_table *table, const struct lac_spool *spool,
                                           struct lac_ingest_case_return *ret, size_t returns,
                                           struct lac_error *err)
{
    struct walk walk = {.table = table, .step = add_key, .distinct = &table->keys, .err = err};
    size_t listed = 0;
    enum lac_status status;

    *table = (struct lac_ingest_case_table){.spool = spool, .ret = ret, .returns = returns};
    for (size_t i = 0; i < returns; i++) {
        ret[i].first = listed;
        listed += ret[i].blocks->listed;
    }
    status = lac_ingest_distinct_open(&table->keys, spool->folder, err);
    if (status == LAC_OK) status = walk_all(&walk);
    lac_buffer_release(&walk.key);
    if (status == LAC_OK) status = lac_ingest_distinct_settle(&table->keys, err);
    lac_spool_close(&table->keys.spool);
    table->rows = table->keys.distinct;
    for (size_t i = 0; i < listed && status == LAC_OK; i++) {
        bool fresh;

        (void)lac_ingest_distinct_code(&table->keys, &fresh);
    }
    return status;
}

void lac_ingest_case_table_release(struct lac_ingest_case_table *table)
{
    free(table->ret);
    lac_ingest_distinct_close(&table->keys);
    memset(table, 0, sizeof *table);
}

const uint32_t *lac_ingest_case_table_map(const struct lac_ingest_case_table *table,
                                          const struct lac_ingest_entry *entry)
{
    for (size_t i = 0; i < table->returns; i++)
        if (table->ret[i].entry == entry) return table->keys.first + table->ret[i].first;
    return NULL;
}

/* --- columns
 * ------------------------------------------------------------------------------------------------------ */

static void larger(uint32_t *most, int32_t value)
{
    if (value > (int32_t)*most) *most = (uint32_t)value; /* a missing number is the smallest */
}

static enum lac_status add_number(struct walk *walk, const struct lac_ingest_case *one, const char *reference,
                                  size_t length)
{
    uint32_t *to = &walk->value[walk->table->keys.first[walk->at]];

    (void)reference;
    (void)length;
    switch (walk->column) {
    case LAC_COL_cases_rows:
        *to += (uint32_t)one->rows;
        break;
    case LAC_COL_cases_victims:
        *to += (uint32_t)one->victims;
        break;
    case LAC_COL_cases_suspects:
        *to += (uint32_t)one->suspects;
        break;
    case LAC_COL_cases_facilitators:
        *to += (uint32_t)one->facilitators;
        break;
    case LAC_COL_cases_n_suspects:
        larger(to, one->n_suspects);
        break;
    case LAC_COL_cases_n_suspects_unidentified:
        larger(to, one->n_unidentified);
        break;
    case LAC_COL_cases_n_victims:
        larger(to, one->n_victims);
        break;
    default:
        return lac_fail(walk->err, LAC_DEFECT, "a column of the cases is not made");
    }
    return LAC_OK;
}

/* Words of the return; of a wider agency a case has the force its rows name first. */
static enum lac_status set_word(struct walk *walk, const struct lac_ingest_case *one, const char *reference,
                                size_t length)
{
    const struct lac_ingest_entry *entry = walk->ret->entry;
    uint32_t *to = &walk->value[walk->table->keys.first[walk->at]];

    (void)reference;
    (void)length;
    if (*to != LAC_MISSING_STR) return LAC_OK;
    return lac_dict_code(walk->dict,
                         walk->column == LAC_COL_cases_list     ? entry->list
                         : walk->column == LAC_COL_cases_agency ? entry->agency
                                                                : one->force,
                         to, walk->err);
}

/* A case of the table where it is listed first. */
static bool is_fresh(struct walk *walk)
{
    if (walk->table->keys.first[walk->at] != walk->fresh) return false;
    walk->fresh++;
    return true;
}

static enum lac_status add_reference(struct walk *walk, const struct lac_ingest_case *one,
                                     const char *reference, size_t length)
{
    (void)one;
    return is_fresh(walk) ? lac_ingest_distinct_add(walk->distinct, reference, length, walk->err) : LAC_OK;
}

static enum lac_status set_reference(struct walk *walk, const struct lac_ingest_case *one,
                                     const char *reference, size_t length)
{
    bool fresh;

    (void)one;
    if (!is_fresh(walk)) return LAC_OK;
    walk->value[walk->fresh - 1] = lac_ingest_distinct_code(walk->distinct, &fresh);
    return fresh ? lac_store_feed_text(walk->feed, reference, length, walk->err) : LAC_OK;
}

static enum lac_status make_references(struct walk *walk)
{
    struct lac_ingest_distinct references = {0};
    enum lac_status status = lac_ingest_distinct_open(&references, walk->table->spool->folder, walk->err);

    walk->distinct = &references;
    walk->step = add_reference;
    if (status == LAC_OK) status = walk_all(walk);
    if (status == LAC_OK) status = lac_ingest_distinct_settle(&references, walk->err);
    if (status == LAC_OK)
        status = lac_store_feed_texts(walk->feed, references.distinct, references.bytes, walk->err);
    walk->step = set_reference;
    walk->at = walk->fresh = 0;
    if (status == LAC_OK) status = walk_all(walk);
    lac_ingest_distinct_close(&references);
    return status;
}

static enum lac_status produce(const void *context, enum lac_column_id column, struct lac_store_feed *feed,
                               struct lac_error *err)
{
    const struct lac_ingest_case_table *table = context;
    enum lac_type type = lac_column_schemas[column].type;
    struct walk walk = {.table = table,
                        .column = column,
                        .step = type == LAC_TYPE_STR ? set_word : add_number,
                        .dict = &feed->own,
                        .feed = feed,
                        .value = malloc((table->rows + 1) * sizeof(uint32_t)),
                        .err = err};
    enum lac_status status;

    if (walk.value == NULL) return lac_fail_memory(err, "cases");
    for (size_t i = 0; i < table->rows; i++)
        walk.value[i] = type == LAC_TYPE_STR   ? LAC_MISSING_STR
                        : type == LAC_TYPE_I32 ? (uint32_t)LAC_MISSING_I32
                                               : 0;
    if (column == LAC_COL_cases_local_ref) {
        status = make_references(&walk);
    } else {
        if (type == LAC_TYPE_STR) feed->dict = &feed->own;
        status = walk_all(&walk);
    }
    if (status == LAC_OK) status = lac_store_feed_add(feed, walk.value, table->rows, err);
    free(walk.value);
    return status;
}

struct lac_store_stream lac_ingest_case_table_stream(const struct lac_ingest_case_table *table)
{
    return (struct lac_store_stream){LAC_TABLE_cases, table->rows, produce, table};
}
