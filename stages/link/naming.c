/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "naming.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/digest.h"
#include "config/schema.h"
#include "contents.h"
#include "sort.h"

/* Records shared by an earlier person and one of this run. */
struct overlap {
    uint32_t before, person, records;
    const char *id;          /* earlier name */
    const char *home;        /* of the person's lowest record */
    uint64_t identity, hash; /* of the same record, and its row */
    uint32_t lowest;
    bool kept; /* the person keeps the name */
};

struct naming {
    const struct lac_table *records, *returns, *old_records, *old_persons;
    const struct lac_link_assignment *assignment;
    struct lac_link_names *names;
    uint64_t *hash;     /* per row of `records`: contents.h, without its return */
    uint64_t *identity; /* the same of what makes a record known again */
    uint32_t *lowest;   /* row of `records`, per person */
    uint32_t *size;     /* records, per person */
    uint32_t *earlier;  /* per row of `records`: row of the earlier persons, or LAC_MISSING_U32 */
    uint32_t old_count; /* earlier persons */
    uint32_t *old_row;  /* per earlier person: a row of the earlier persons */
    uint32_t *old_size; /* its records */
    struct overlap *overlap;
    size_t overlaps;
    struct lac_dict taken; /* names given out or once used */
};

static void naming_release(struct naming *n)
{
    free(n->hash);
    free(n->identity);
    free(n->lowest);
    free(n->size);
    free(n->earlier);
    free(n->old_row);
    free(n->old_size);
    free(n->overlap);
    lac_dict_release(&n->taken);
}

static enum lac_status naming_alloc(struct naming *n, struct lac_error *err)
{
    size_t persons = n->assignment->persons, old = n->old_persons ? n->old_persons->rows : 0;
    n->hash = malloc((n->assignment->rows + 1) * sizeof *n->hash);
    n->identity = malloc((n->assignment->rows + 1) * sizeof *n->identity);
    n->lowest = malloc((persons + 1) * sizeof *n->lowest);
    n->size = calloc(persons + 1, sizeof *n->size);
    n->earlier = malloc((n->assignment->rows + 1) * sizeof *n->earlier);
    n->old_row = malloc((old + 1) * sizeof *n->old_row);
    n->old_size = calloc(old + 1, sizeof *n->old_size);
    n->overlap = malloc((n->assignment->rows + 1) * sizeof *n->overlap);
    n->names->id = calloc(persons + 1, sizeof *n->names->id);
    lac_dict_init(&n->taken);
    bool ok = n->hash && n->identity && n->lowest && n->size && n->earlier && n->old_row && n->old_size &&
              n->overlap && n->names->id;
    return ok ? LAC_OK : lac_fail_memory(err, "names of persons");
}

static const char *return_of(const struct naming *n, size_t row)
{
    return lac_text(n->returns, LAC_COL_returns_return_id,
                    lac_u32(n->records, LAC_COL_records_return_index)[row]);
}

/* What makes a record known again in a later version of its return. */
static const enum lac_column_id identity_column[] = {
    LAC_COL_records_list,          LAC_COL_records_force,      LAC_COL_records_local_ref,
    LAC_COL_records_role,          LAC_COL_records_person_ref, LAC_COL_records_forename_folded,
    LAC_COL_records_surname_folded};

static uint64_t identity_hash(const struct lac_table *records, size_t row)
{
    int32_t dob = lac_i32(records, LAC_COL_records_dob)[row];
    uint64_t hash = lac_hash64(&dob, sizeof dob, 2);
    for (size_t c = 0; c < LAC_COUNT(identity_column); c++) {
        const char *text = lac_text(records, identity_column[c], row);
        hash = lac_hash64(text, strlen(text) + 1, hash);
    }
    return hash;
}

/* By return, then by what makes a record known again, then by all it says; rows decide between records that
 * say the same in everything. */
static int records_compare(const struct naming *n, uint32_t a, uint32_t b)
{
    int order = strcmp(return_of(n, a), return_of(n, b));
    if (order) return order;
    if (n->identity[a] != n->identity[b]) return n->identity[a] < n->identity[b] ? -1 : 1;
    if (n->hash[a] != n->hash[b]) return n->hash[a] < n->hash[b] ? -1 : 1;
    return a < b ? -1 : a > b;
}

static void lowest_find(struct naming *n)
{
    for (size_t row = 0; row < n->assignment->rows; row++) n->identity[row] = identity_hash(n->records, row);
    for (uint32_t k = 0; k < n->assignment->persons; k++) n->lowest[k] = LAC_MISSING_U32;
    for (uint32_t row = 0; row < n->assignment->rows; row++) {
        uint32_t person = n->assignment->person[row];
        if (person == LAC_MISSING_U32) continue;
        uint32_t now = n->lowest[person];
        if (now == LAC_MISSING_U32 || records_compare(n, row, now) < 0) n->lowest[person] = row;
        n->size[person]++;
    }
}

/* --- which record is which earlier one --- */

static uint64_t return_hash(const char *return_id)
{
    return lac_hash64(return_id, strlen(return_id), 1);
}

/* Pairs the records of both lists with equal keys, in order. */
static void lists_match(struct naming *n, const struct lac_link_pair *now, size_t nows,
                        const struct lac_link_pair *old, size_t olds, bool *used)
{
    for (size_t i = 0, j = 0; i < nows && j < olds;) {
        if (now[i].key < old[j].key)
            i++;
        else if (now[i].key > old[j].key)
            j++;
        else {
            n->earlier[now[i].pattern] = old[j].pattern;
            used[old[j++].pattern] = true;
            i++;
        }
    }
}

/* A record is the same, in turn: in the same return and known again; at the same place of the same return;
 * known again in another return. */
enum round { SAME_RETURN, SAME_PLACE, ANY_RETURN, ROUNDS };

static uint64_t round_key(enum round round, const char *return_id, uint32_t row, uint64_t identity)
{
    uint64_t home = return_hash(return_id);
    return round == ANY_RETURN   ? identity
           : round == SAME_PLACE ? lac_hash64(&row, sizeof row, home)
                                 : lac_hash64(&identity, sizeof identity, home);
}

/* Records of equal keys pair up in the order of what they say, which `order` has. */
struct order {
    uint32_t *now, *old; /* rows of `records`; of the earlier persons */
};

static void round_match(struct naming *n, enum round round, const struct order *order,
                        struct lac_link_pair *item, bool *used)
{
    size_t rows = n->assignment->rows, olds = 0, nows = 0, all = n->old_persons->rows;
    struct lac_link_pair *old = item, *now = item + 2 * all;
    for (size_t at = 0; at < all; at++) {
        uint32_t k = order->old[at];
        if (used[k]) continue;
        old[olds++] = (struct lac_link_pair){
            round_key(round, lac_text(n->old_persons, LAC_COL_persons_return_id, k),
                      lac_u32(n->old_persons, LAC_COL_persons_row)[k],
                      identity_hash(n->old_records, lac_u32(n->old_persons, LAC_COL_persons_record)[k])),
            k, 0};
    }
    for (size_t at = 0; at < rows; at++) {
        uint32_t row = order->now[at];
        if (n->assignment->person[row] == LAC_MISSING_U32 || n->earlier[row] != LAC_MISSING_U32) continue;
        now[nows++] =
            (struct lac_link_pair){round_key(round, return_of(n, row),
                                             lac_u32(n->records, LAC_COL_records_row)[row], n->identity[row]),
                                   row, 0};
    }
    if (olds) lac_link_sort(old, old + olds, olds);
    if (nows) lac_link_sort(now, now + nows, nows);
    lists_match(n, now, nows, old, olds, used);
}

static enum lac_status order_alloc(const struct naming *n, struct order *order, struct lac_error *err)
{
    size_t rows = n->assignment->rows, olds = n->old_persons->rows;
    order->now = malloc((rows + 1) * sizeof *order->now);
    order->old = malloc((olds + 1) * sizeof *order->old);
    if (!order->now || !order->old) return lac_fail_memory(err, "records by contents");
    for (uint32_t row = 0; row < rows; row++) order->now[row] = row;
    for (uint32_t k = 0; k < olds; k++) order->old[k] = k;
    return LAC_OK;
}

/* Sorts both lists by contents, then by return: two sorts that keep the order of equal keys. */
static enum lac_status order_make(const struct naming *n, struct order *order, struct lac_error *err)
{
    size_t rows = n->assignment->rows, olds = n->old_persons->rows, most = rows > olds ? rows : olds;
    uint64_t *home = malloc((most + 1) * sizeof *home), *hash = malloc((olds + 1) * sizeof *hash),
             *contents = malloc((n->old_records->rows + 1) * sizeof *contents);
    enum lac_status st = order_alloc(n, order, err);
    if (!st && (!home || !hash || !contents)) st = lac_fail_memory(err, "records by contents");
    for (size_t row = 0; !st && row < rows; row++) home[row] = return_hash(return_of(n, row));
    if (!st) st = lac_link_contents_sort(home, order->now, (uint32_t)rows, err);
    if (!st) st = lac_link_contents_sort(n->hash, order->now, (uint32_t)rows, err);
    if (!st) st = lac_link_contents_hash(n->old_records, NULL, contents, err);
    for (uint32_t k = 0; !st && k < olds; k++) {
        home[k] = return_hash(lac_text(n->old_persons, LAC_COL_persons_return_id, k));
        hash[k] = contents[lac_u32(n->old_persons, LAC_COL_persons_record)[k]];
    }
    if (!st) st = lac_link_contents_sort(home, order->old, (uint32_t)olds, err);
    if (!st) st = lac_link_contents_sort(hash, order->old, (uint32_t)olds, err);
    free(home);
    free(hash);
    free(contents);
    return st;
}

static enum lac_status old_check(const struct naming *n, struct lac_error *err)
{
    for (size_t k = 0; k < n->old_persons->rows; k++)
        if (lac_u32(n->old_persons, LAC_COL_persons_record)[k] >= n->old_records->rows)
            return lac_fail(err, LAC_INPUT, "the earlier run's persons and records do not belong together");
    return LAC_OK;
}

static enum lac_status records_match(struct naming *n, struct lac_error *err)
{
    size_t rows = n->assignment->rows, olds = n->old_persons ? n->old_persons->rows : 0;
    struct order order = {0};
    for (size_t row = 0; row < rows; row++) n->earlier[row] = LAC_MISSING_U32;
    if (!n->old_persons) return LAC_OK;
    enum lac_status st = old_check(n, err);
    if (st) return st;
    struct lac_link_pair *item = malloc(2 * (rows + olds + 1) * sizeof *item);
    bool *used = calloc(olds + 1, sizeof *used);
    st = item && used ? order_make(n, &order, err) : lac_fail_memory(err, "records of the earlier run");
    for (int round = 0; !st && round < ROUNDS; round++) round_match(n, (enum round)round, &order, item, used);
    free(item);
    free(used);
    free(order.now);
    free(order.old);
    return st;
}

/* --- who keeps which name --- */

static enum lac_status old_persons_list(struct naming *n, struct lac_error *err)
{
    uint32_t code, olds = n->old_persons ? (uint32_t)n->old_persons->rows : 0;
    enum lac_status st = LAC_OK;
    for (uint32_t k = 0; k < olds; k++) n->old_row[k] = LAC_MISSING_U32;
    for (uint32_t k = 0; !st && k < olds; k++) {
        uint32_t person = lac_u32(n->old_persons, LAC_COL_persons_person)[k];
        if (person >= olds)
            return lac_fail(err, LAC_INPUT, "the earlier run's persons are not numbered from 0");
        if (n->old_size[person]++ == 0) n->old_row[person] = k;
        if (person >= n->old_count) n->old_count = person + 1;
        st = lac_dict_code(&n->taken, lac_text(n->old_persons, LAC_COL_persons_person_id, k), &code, err);
    }
    return st;
}

static int most_first(const void *a, const void *b)
{
    const struct overlap *x = a, *y = b;
    if (x->records != y->records) return x->records > y->records ? -1 : 1;
    int order = strcmp(x->id, y->id);
    if (order == 0) order = strcmp(x->home, y->home);
    if (order) return order;
    if (x->identity != y->identity) return x->identity < y->identity ? -1 : 1;
    if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
    return x->lowest < y->lowest ? -1 : x->lowest > y->lowest;
}

static enum lac_status overlaps_count(struct naming *n, struct lac_error *err)
{
    size_t rows = n->assignment->rows, count = 0;
    struct lac_link_pair *item = malloc(2 * (rows + 1) * sizeof *item);
    if (!item) return lac_fail_memory(err, "names of persons");
    for (size_t row = 0; row < rows; row++) {
        if (n->earlier[row] == LAC_MISSING_U32) continue;
        uint64_t before = lac_u32(n->old_persons, LAC_COL_persons_person)[n->earlier[row]];
        item[count++] = (struct lac_link_pair){before << 32 | n->assignment->person[row], n->earlier[row], 0};
    }
    if (count) lac_link_sort(item, item + count, count);
    for (size_t k = 0; k < count; k++) {
        struct overlap *o = &n->overlap[n->overlaps];
        if (k > 0 && item[k].key == item[k - 1].key) {
            o[-1].records++;
            continue;
        }
        uint32_t person = (uint32_t)item[k].key, low = n->lowest[person];
        *o = (struct overlap){.before = (uint32_t)(item[k].key >> 32),
                              .person = person,
                              .records = 1,
                              .id = lac_text(n->old_persons, LAC_COL_persons_person_id, item[k].pattern),
                              .home = return_of(n, low),
                              .identity = n->identity[low],
                              .hash = n->hash[low],
                              .lowest = low};
        n->overlaps++;
    }
    free(item);
    if (n->overlaps) qsort(n->overlap, n->overlaps, sizeof *n->overlap, most_first);
    return LAC_OK;
}

static bool victim(const struct naming *n, uint32_t person)
{
    return n->assignment->population[n->lowest[person]] == LAC_LINK_VICTIMS;
}

static enum lac_status names_keep(struct naming *n, struct lac_error *err)
{
    bool *given = calloc((size_t)n->old_count + 1, sizeof *given);
    if (!given) return lac_fail_memory(err, "names of persons");
    for (size_t k = 0; k < n->overlaps; k++) {
        struct overlap *o = &n->overlap[k];
        bool fits = strlen(o->id) < LAC_LINK_ID && o->id[0] == (victim(n, o->person) ? 'V' : 'S');
        if (given[o->before] || n->names->id[o->person][0] != '\0' || !fits) continue;
        o->kept = given[o->before] = true;
        snprintf(n->names->id[o->person], LAC_LINK_ID, "%s", o->id);
    }
    free(given);
    return LAC_OK;
}

/* A name from what makes the lowest record known again; `more` above 0 is digested with it. */
static enum lac_status name_make(const struct naming *n, uint32_t person, uint32_t more, char *out,
                                 struct lac_error *err)
{
    char number[16], hex[LAC_DIGEST_SIZE];
    size_t row = n->lowest[person];
    struct lac_digest digest;
    enum lac_status st = lac_digest_begin(&digest, err);
    if (st) return st;
    lac_digest_add_text(&digest, return_of(n, row));
    for (size_t c = 0; c < LAC_COUNT(identity_column); c++)
        lac_digest_add_text(&digest, lac_text(n->records, identity_column[c], row));
    snprintf(number, sizeof number, "%d", lac_i32(n->records, LAC_COL_records_dob)[row]);
    lac_digest_add_text(&digest, number);
    snprintf(number, sizeof number, "%u", more);
    if (more) lac_digest_add_text(&digest, number);
    if ((st = lac_digest_end(&digest, hex, err))) return st;
    snprintf(out, LAC_LINK_ID, "%c-%.16s", victim(n, person) ? 'V' : 'S', hex);
    return LAC_OK;
}

/* Persons come in the order of contents.h. Several may have lowest records alike: each name is given once. */
static enum lac_status names_make(struct naming *n, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (uint32_t person = 0; !st && person < n->assignment->persons; person++) {
        char *id = n->names->id[person];
        uint32_t code, more = 0;
        if (*id != '\0' || n->lowest[person] == LAC_MISSING_U32) continue;
        do st = name_make(n, person, more++, id, err);
        while (!st && lac_dict_find(&n->taken, id) != LAC_MISSING_STR);
        if (!st) st = lac_dict_code(&n->taken, id, &code, err);
    }
    return st;
}

/* --- the ledger --- */

struct entry {
    const char *event, *id, *before;
    uint32_t records;
};

static int by_event(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = strcmp(x->event, y->event);
    if (order == 0) order = strcmp(x->before, y->before);
    return order ? order : strcmp(x->id, y->id);
}

/* Merges and splits by shared records, then persons without an earlier one and the other way round. */
static size_t entries_make(const struct naming *n, uint32_t *parts, uint32_t *sources, struct entry *entry)
{
    size_t count = 0;
    for (size_t k = 0; k < n->overlaps; k++) {
        parts[n->overlap[k].before]++;
        sources[n->overlap[k].person]++;
    }
    for (size_t k = 0; k < n->overlaps; k++) {
        const struct overlap *o = &n->overlap[k];
        const char *id = n->names->id[o->person];
        if (sources[o->person] > 1) entry[count++] = (struct entry){"merge", id, o->id, o->records};
        if (parts[o->before] > 1) entry[count++] = (struct entry){"split", id, o->id, o->records};
    }
    for (uint32_t person = 0; person < n->assignment->persons; person++)
        if (sources[person] == 0 && n->size[person])
            entry[count++] = (struct entry){"new", n->names->id[person], "", n->size[person]};
    for (uint32_t before = 0; before < n->old_count; before++)
        if (parts[before] == 0 && n->old_size[before])
            entry[count++] = (struct entry){
                "gone", "", lac_text(n->old_persons, LAC_COL_persons_person_id, n->old_row[before]),
                n->old_size[before]};
    if (count) qsort(entry, count, sizeof *entry, by_event);
    return count;
}

static enum lac_status entry_add(const struct entry *entry, struct lac_table *ledger, struct lac_error *err)
{
    size_t row;
    const char *name = *entry->id ? entry->id : entry->before;
    enum lac_status st = lac_table_row(ledger, &row, err);
    if (!st)
        st = lac_set_text(ledger, LAC_COL_ledger_population, row, name[0] == 'V' ? "victims" : "suspects",
                          err);
    if (!st) st = lac_set_text(ledger, LAC_COL_ledger_event, row, entry->event, err);
    if (!st) st = lac_set_text(ledger, LAC_COL_ledger_person_id, row, entry->id, err);
    if (!st) st = lac_set_text(ledger, LAC_COL_ledger_previous_id, row, entry->before, err);
    if (!st) lac_u32(ledger, LAC_COL_ledger_records)[row] = entry->records;
    return st;
}

static enum lac_status ledger_write(const struct naming *n, struct lac_table *ledger, struct lac_error *err)
{
    size_t persons = n->assignment->persons, most = 2 * n->overlaps + persons + n->old_count;
    uint32_t *parts = calloc((size_t)n->old_count + 1, sizeof *parts),
             *sources = calloc(persons + 1, sizeof *sources);
    struct entry *entry = malloc((most + 1) * sizeof *entry);
    enum lac_status st = parts && sources && entry ? LAC_OK : lac_fail_memory(err, "the ledger");
    size_t count = st ? 0 : entries_make(n, parts, sources, entry);
    for (size_t k = 0; !st && k < count; k++) st = entry_add(&entry[k], ledger, err);
    free(parts);
    free(sources);
    free(entry);
    return st;
}

enum lac_status lac_link_names_make(const struct lac_table *records, const struct lac_table *returns,
                                    const struct lac_link_assignment *assignment,
                                    const struct lac_link_before *before, struct lac_link_names *names,
                                    struct lac_table *ledger, struct lac_error *err)
{
    struct naming n = {.records = records, .returns = returns, .assignment = assignment, .names = names};
    if (before) {
        n.old_records = before->records;
        n.old_persons = before->persons;
    }
    enum lac_status st = naming_alloc(&n, err);
    if (!st) st = lac_link_contents_hash(records, NULL, n.hash, err);
    if (!st) {
        lowest_find(&n);
        st = records_match(&n, err);
    }
    if (!st) st = old_persons_list(&n, err);
    if (!st) st = overlaps_count(&n, err);
    if (!st) st = names_keep(&n, err);
    if (!st) st = names_make(&n, err);
    if (!st && before) st = ledger_write(&n, ledger, err);
    naming_release(&n);
    return st;
}

void lac_link_names_release(struct lac_link_names *names)
{
    free(names->id);
    names->id = NULL;
}
