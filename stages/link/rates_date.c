/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rates_date.h"
#include <stdlib.h>
#include <string.h>
#include "base/date.h"
#include "compare_date.h"

/* Records that share a date: their number, and the sum of squares over the value texts that mean it. */
struct node {
    struct lac_link_day day;
    uint64_t records, squares;
};
struct nodes {
    struct node *full, *partial; /* one block: full ones first, in order of day then digits */
    size_t fulls, partials;
    uint64_t unread, unread_squares; /* records whose date has no digits */
    uint32_t *slot;                  /* hash table of the full ones: index + 1 */
    size_t mask;
    uint64_t *running; /* records of full dates up to each, in order */
};

static bool is_partial(uint32_t bcd)
{
    return (bcd & 0xff) == 0 || (bcd & 0xff00) == 0;
}

static int by_kind_and_day(const void *a, const void *b)
{
    const struct node *x = a, *y = b;
    bool p = is_partial(x->day.bcd), q = is_partial(y->day.bcd);
    if (p != q) return p ? 1 : -1;
    if (x->day.day != y->day.day) return x->day.day < y->day.day ? -1 : 1;
    return x->day.bcd < y->day.bcd ? -1 : x->day.bcd > y->day.bcd;
}

static size_t slot_of(const struct nodes *nodes, uint32_t bcd)
{
    size_t at = (size_t)(bcd * UINT64_C(0x9e3779b97f4a7c15) >> 32) & nodes->mask;
    while (nodes->slot[at] && nodes->full[nodes->slot[at] - 1].day.bcd != bcd) at = (at + 1) & nodes->mask;
    return at;
}

static void nodes_release(struct nodes *nodes)
{
    free(nodes->full);
    free(nodes->slot);
    free(nodes->running);
}

/* Values to nodes, equal dates joined. */
static void nodes_join(const struct lac_link_field *field, const uint32_t *frequency, struct nodes *nodes)
{
    size_t count = 0, kept = 0;
    struct node *node = nodes->full;
    for (uint32_t v = 0; v < field->values.dict.count; v++) {
        uint64_t f = frequency[v];
        if (f == 0) continue;
        if (field->day[v].bcd == 0) {
            nodes->unread += f;
            nodes->unread_squares += f * f;
        } else
            node[count++] = (struct node){field->day[v], f, f * f};
    }
    qsort(node, count, sizeof *node, by_kind_and_day);
    for (size_t i = 0; i < count; i++) {
        if (kept && node[kept - 1].day.bcd == node[i].day.bcd) {
            node[kept - 1].records += node[i].records;
            node[kept - 1].squares += node[i].squares;
        } else
            node[kept++] = node[i];
    }
    while (nodes->fulls < kept && !is_partial(node[nodes->fulls].day.bcd)) nodes->fulls++;
    nodes->partial = node + nodes->fulls;
    nodes->partials = kept - nodes->fulls;
}

static enum lac_status nodes_make(const struct lac_link_field *field, const uint32_t *frequency,
                                  struct nodes *nodes, struct lac_error *err)
{
    size_t count = field->values.dict.count, slots = 64;
    memset(nodes, 0, sizeof *nodes);
    while (slots < 2 * count) slots *= 2;
    nodes->mask = slots - 1;
    nodes->full = malloc((count + 1) * sizeof *nodes->full);
    nodes->slot = calloc(slots, sizeof *nodes->slot);
    nodes->running = malloc((count + 1) * sizeof *nodes->running);
    if (!nodes->full || !nodes->slot || !nodes->running) return lac_fail_memory(err, "dates");
    nodes_join(field, frequency, nodes);
    for (size_t i = 0; i < nodes->fulls; i++) {
        nodes->slot[slot_of(nodes, nodes->full[i].day.bcd)] = (uint32_t)i + 1;
        nodes->running[i] = nodes->full[i].records + (i ? nodes->running[i - 1] : 0);
    }
    return LAC_OK;
}

/* Pairs of days of the calendar by their distance. */
static void distances_count(const struct nodes *nodes, uint64_t *level)
{
    static const int32_t within[] = {31, 366, 3653};
    size_t first = 0, end[3];
    while (first < nodes->fulls && nodes->full[first].day.day == LAC_DATE_NONE) first++;
    for (size_t k = 0; k < 3; k++) end[k] = first;
    for (size_t i = first; i < nodes->fulls; i++) {
        uint64_t before = nodes->running[i];
        for (size_t k = 0; k < 3; k++) {
            while (end[k] < nodes->fulls && nodes->full[end[k]].day.day - nodes->full[i].day.day <= within[k])
                end[k]++;
            uint64_t up_to = nodes->running[end[k] - 1];
            level[LAC_LINK_DATE_MONTH + k] += nodes->full[i].records * (up_to - before);
            before = up_to;
        }
    }
}

/* Moves the pair of a date and its neighbour from its distance to its own level, once for both directions. */
static void neighbour_count(const struct nodes *nodes, const struct node *node, uint32_t bcd, uint64_t *level)
{
    if (bcd <= node->day.bcd) return;
    uint32_t at = nodes->slot[slot_of(nodes, bcd)];
    if (!at) return;
    const struct node *other = &nodes->full[at - 1];
    uint64_t pairs = node->records * other->records;
    level[lac_link_date_level(node->day, other->day)] += pairs;
    if (node->day.day == LAC_DATE_NONE || other->day.day == LAC_DATE_NONE) return;
    int32_t apart = abs(node->day.day - other->day.day);
    if (apart <= 3653)
        level[apart <= 31    ? LAC_LINK_DATE_MONTH
              : apart <= 366 ? LAC_LINK_DATE_YEAR
                             : LAC_LINK_DATE_DECADE] -= pairs;
}

static void neighbours_count(const struct nodes *nodes, const struct node *node, uint64_t *level)
{
    uint32_t bcd = node->day.bcd;
    for (unsigned digit = 0; digit < 8; digit++) {
        uint32_t here = bcd >> 4 * digit & 15, next = digit < 7 ? bcd >> 4 * (digit + 1) & 15 : here;
        for (uint32_t other = 0; other < 10; other++)
            if (other != here)
                neighbour_count(nodes, node, (bcd & ~(UINT32_C(15) << 4 * digit)) | other << 4 * digit,
                                level);
        if (next != here) neighbour_count(nodes, node, bcd ^ (here ^ next) * 0x11 << 4 * digit, level);
    }
    uint32_t swapped = (bcd & 0xffff0000) | (bcd & 255) << 8 | (bcd >> 8 & 255);
    if (!lac_link_date_one_edit(bcd, swapped)) neighbour_count(nodes, node, swapped, level);
}

/* Partial dates with everything after them, and with all full dates. */
static void partials_count(const struct nodes *nodes, uint64_t *level)
{
    for (size_t i = 0; i < nodes->partials; i++) {
        const struct node *node = &nodes->partial[i];
        for (size_t j = 0; j < nodes->fulls; j++)
            level[lac_link_date_level(node->day, nodes->full[j].day)] +=
                node->records * nodes->full[j].records;
        for (size_t j = i + 1; j < nodes->partials; j++)
            level[lac_link_date_level(node->day, nodes->partial[j].day)] +=
                node->records * nodes->partial[j].records;
    }
}

enum lac_status lac_link_rates_dates(const struct lac_link_field *field, const uint32_t *frequency, int sign,
                                     uint64_t *level, struct lac_error *err)
{
    struct nodes nodes;
    uint64_t own[LAC_LINK_LEVELS] = {0}, known = 0;
    enum lac_status st = nodes_make(field, frequency, &nodes, err);
    if (!st) {
        distances_count(&nodes, own);
        partials_count(&nodes, own);
        for (size_t i = 0; i < nodes.fulls; i++) neighbours_count(&nodes, &nodes.full[i], own);
        for (size_t i = 0; i < nodes.fulls + nodes.partials; i++) { /* texts that mean one date */
            const struct node *node = &nodes.full[i];
            own[lac_link_date_level(node->day, node->day)] +=
                (node->records * node->records - node->squares) / 2;
            known += node->records;
        }
        own[0] += nodes.unread * known + (nodes.unread * nodes.unread - nodes.unread_squares) / 2;
        for (size_t l = 0; l < LAC_LINK_LEVELS; l++) level[l] += sign < 0 ? -own[l] : own[l];
    }
    nodes_release(&nodes);
    return st;
}
