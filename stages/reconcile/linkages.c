/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "linkages.h"

#include <stdlib.h>
#include <string.h>

/* Persons of both populations in one numbering: victims first. */
struct work {
    const struct lac_reconcile_linked *linked;
    size_t persons;
    uint32_t *parent;  /* per network */
    uint32_t *part_of; /* per network: its part, LAC_RECONCILE_NONE when closed */
    size_t *first;     /* per part: where its rows begin */
    uint32_t *row;     /* rows of the parts */
    struct lac_reconcile_parts *parts;
};

static uint32_t root_of(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
}

static void unite(uint32_t *parent, uint32_t a, uint32_t b)
{
    a = root_of(parent, a);
    b = root_of(parent, b);
    if (a < b)
        parent[b] = a;
    else
        parent[a] = b;
}

static size_t node_of(const struct work *w, bool victim, uint32_t person)
{
    return victim ? person : w->linked->victims->persons + person;
}

static size_t node_of_row(const struct work *w, size_t row)
{
    const struct lac_reconcile_row *r = &w->linked->set->row[row];

    return node_of(w, r->role == LAC_RECONCILE_VICTIM, r->person);
}

/* Evidence rows of a person. */
static const size_t *rows_of(const struct work *w, size_t node, size_t *n)
{
    size_t victims = w->linked->victims->persons;
    const struct lac_reconcile_index *index = node < victims ? w->linked->victims : w->linked->involved;
    size_t p = node < victims ? node : node - victims;

    *n = index->first[p + 1] - index->first[p];
    return index->row + index->first[p];
}

static uint32_t network_of(const struct work *w, size_t row)
{
    return w->linked->facts->network[w->linked->set->row[row].case_index];
}

/* Opens and unites the networks of a person; the first of them, or LAC_RECONCILE_NONE. */
static uint32_t open_person(const struct work *w, size_t node)
{
    size_t n;
    const size_t *row = rows_of(w, node, &n);

    for (size_t i = 0; i < n; i++) {
        w->parts->open[network_of(w, row[i])] = true;
        unite(w->parent, network_of(w, row[0]), network_of(w, row[i]));
    }
    return n > 0 ? network_of(w, row[0]) : LAC_RECONCILE_NONE;
}

static enum lac_status fail_label(const struct lac_reconcile_label *label, struct lac_error *err)
{
    lac_fail(err, LAC_INPUT, "draw %u gives record %u a person that does not exist", label->draw, label->row);
    lac_error_file(err, "links.h5");
    lac_error_rule(err, "links-partition");
    lac_error_remedy(err, "the two files do not belong together: run link again");
    return LAC_INPUT;
}

/* The best person whose number, or whose lowest record, the label names. */
static bool label_node(const struct work *w, const struct lac_reconcile_label *label, size_t *node)
{
    const struct lac_reconcile_set *set = w->linked->set;
    bool victim;
    size_t persons, record;

    if (label->row >= set->rows) return false;
    victim = set->row[label->row].role == LAC_RECONCILE_VICTIM;
    persons = victim ? w->linked->victims->persons : w->linked->involved->persons;
    if (label->person < set->rows) {
        *node = node_of(w, victim, label->person);
        return label->person < persons;
    }
    record = label->person - set->rows;
    if (record >= set->rows || (set->row[record].role == LAC_RECONCILE_VICTIM) != victim) return false;
    *node = node_of_row(w, record);
    return true;
}

static enum lac_status open_labels(const struct work *w, const struct lac_reconcile_label *label, size_t n,
                                   struct lac_error *err)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t from, to;
        size_t node;

        if (!label_node(w, &label[i], &node)) return fail_label(&label[i], err);
        from = open_person(w, node_of_row(w, label[i].row));
        to = open_person(w, node);
        if (from != LAC_RECONCILE_NONE && to != LAC_RECONCILE_NONE) unite(w->parent, from, to);
    }
    return LAC_OK;
}

/* Whole groups: all networks of a person are one before any draw is looked at. */
static void unite_persons(const struct work *w)
{
    for (size_t node = 0; w->linked->groups && node < w->persons; node++) {
        size_t n;
        const size_t *row = rows_of(w, node, &n);

        for (size_t i = 1; i < n; i++) unite(w->parent, network_of(w, row[0]), network_of(w, row[i]));
    }
}

/* A group is open as a whole. `parts->open` is then the same for all networks of a root. */
static void open_groups(const struct work *w, size_t networks)
{
    for (uint32_t i = 0; w->linked->groups && i < networks; i++) {
        if (w->parts->open[i]) w->parts->open[root_of(w->parent, i)] = true;
    }
    for (uint32_t i = 0; w->linked->groups && i < networks; i++)
        w->parts->open[i] = w->parts->open[root_of(w->parent, i)];
}

/* Any open network of a person; open ones of one person are united. */
static uint32_t unite_open(const struct work *w, size_t node)
{
    size_t n;
    const size_t *row = rows_of(w, node, &n);
    uint32_t found = LAC_RECONCILE_NONE;

    for (size_t i = 0; i < n; i++) {
        uint32_t network = network_of(w, row[i]);

        if (!w->parts->open[network]) continue;
        if (found != LAC_RECONCILE_NONE) unite(w->parent, found, network);
        found = network;
    }
    return found;
}

static size_t number_parts(struct work *w, size_t networks)
{
    size_t parts = 0;

    for (uint32_t i = 0; i < networks; i++) {
        uint32_t root = root_of(w->parent, i);

        w->part_of[i] = LAC_RECONCILE_NONE;
        if (!w->parts->open[i]) continue;
        w->part_of[i] = root == i ? (uint32_t)parts++ : w->part_of[root];
    }
    return parts;
}

static int compare_rows(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Rows of every part, in two passes over the persons. */
static enum lac_status fill_rows(struct work *w, struct lac_arena *arena)
{
    size_t parts = w->parts->count, n;
    size_t *end = LAC_NEW(arena, size_t, parts + 1);

    w->first = LAC_NEW(arena, size_t, parts + 1);
    if (w->first == NULL || end == NULL) return LAC_NOMEM;
    for (size_t node = 0; node < w->persons; node++) {
        uint32_t network = unite_open(w, node);

        (void)rows_of(w, node, &n);
        if (network != LAC_RECONCILE_NONE) w->first[w->part_of[network] + 1] += n;
    }
    for (size_t i = 0; i < parts; i++) w->first[i + 1] += w->first[i];
    memcpy(end, w->first, (parts + 1) * sizeof *end);
    if ((w->row = LAC_NEW(arena, uint32_t, w->first[parts])) == NULL) return LAC_NOMEM;
    for (size_t node = 0; node < w->persons; node++) {
        uint32_t network = unite_open(w, node);
        const size_t *row = rows_of(w, node, &n);

        for (size_t i = 0; network != LAC_RECONCILE_NONE && i < n; i++)
            w->row[end[w->part_of[network]]++] = (uint32_t)row[i];
    }
    for (size_t i = 0; i < parts; i++) {
        size_t rows = w->first[i + 1] - w->first[i];

        if (rows > 1) qsort(w->row + w->first[i], rows, sizeof *w->row, compare_rows);
        w->parts->part[i].row = w->row + w->first[i];
        w->parts->part[i].rows = rows;
    }
    return LAC_OK;
}

/* --- ways of linking ----------------------------------------------------------------------------------- */

/* The labels of a part in one draw. */
struct way {
    uint32_t part, draw;
    const struct lac_reconcile_label *label;
    size_t labels;
};
struct placed {
    struct lac_reconcile_label label;
    uint32_t part;
};

static int compare_placed(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;

    if (x->part != y->part) return x->part < y->part ? -1 : 1;
    if (x->label.draw != y->label.draw) return x->label.draw < y->label.draw ? -1 : 1;
    return (x->label.row > y->label.row) - (x->label.row < y->label.row);
}

static int compare_content(const struct way *x, const struct way *y)
{
    if (x->part != y->part) return x->part < y->part ? -1 : 1;
    if (x->labels != y->labels) return x->labels < y->labels ? -1 : 1;
    for (size_t i = 0; i < x->labels; i++) {
        const struct lac_reconcile_label *l = &x->label[i], *m = &y->label[i];

        if (l->row != m->row) return l->row < m->row ? -1 : 1;
        if (l->person != m->person) return l->person < m->person ? -1 : 1;
    }
    return 0;
}

static int compare_ways(const void *a, const void *b)
{
    const struct way *x = a, *y = b;
    int order = compare_content(x, y);

    return order != 0 ? order : (x->draw > y->draw) - (x->draw < y->draw);
}

/* Labels of evidence in order of part, draw and row; returns how many. */
static size_t place_labels(const struct work *w, struct lac_reconcile_label *label, size_t n,
                           struct placed *placed)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (!w->linked->set->row[label[i].row].evidence) continue;
        placed[kept++] = (struct placed){label[i], w->part_of[network_of(w, label[i].row)]};
    }
    if (kept > 1) qsort(placed, kept, sizeof *placed, compare_placed);
    for (size_t i = 0; i < kept; i++) label[i] = placed[i].label;
    return kept;
}

static size_t find_ways(const struct placed *placed, const struct lac_reconcile_label *label, size_t n,
                        struct way *way)
{
    size_t ways = 0;

    for (size_t i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && placed[j].part == placed[i].part && label[j].draw == label[i].draw; j++)
            continue;
        way[ways++] = (struct way){placed[i].part, label[i].draw, &label[i], j - i};
    }
    if (ways > 1) qsort(way, ways, sizeof *way, compare_ways);
    return ways;
}

static enum lac_status make_patches(struct work *w, struct lac_reconcile_label *label, size_t n,
                                    struct lac_arena *arena)
{
    struct placed *placed = LAC_NEW(arena, struct placed, n);
    struct way *way = LAC_NEW(arena, struct way, n);
    struct lac_reconcile_patch *patch = LAC_NEW(arena, struct lac_reconcile_patch, n);
    uint32_t *draw = LAC_NEW(arena, uint32_t, n);
    size_t ways;

    if (placed == NULL || way == NULL || patch == NULL || draw == NULL) return LAC_NOMEM;
    ways = find_ways(placed, label, place_labels(w, label, n, placed), way);
    for (size_t i = 0, j; i < ways; i = j) {
        struct lac_reconcile_part *part = &w->parts->part[way[i].part];
        struct lac_reconcile_patch *at = &patch[w->parts->patches++];

        for (j = i; j < ways && compare_content(&way[i], &way[j]) == 0; j++) draw[j] = way[j].draw;
        *at = (struct lac_reconcile_patch){way[i].label, way[i].labels, draw + i, j - i};
        if (part->patches++ == 0) part->patch = at;
    }
    return LAC_OK;
}

enum lac_status lac_reconcile_parts_make(const struct lac_reconcile_linked *linked,
                                         struct lac_reconcile_label *label, size_t labels,
                                         struct lac_arena *arena, struct lac_reconcile_parts *parts,
                                         struct lac_error *err)
{
    size_t networks = linked->facts->by_network.groups;
    struct work w = {.linked = linked,
                     .persons = linked->victims->persons + linked->involved->persons,
                     .parent = LAC_NEW(arena, uint32_t, networks),
                     .part_of = LAC_NEW(arena, uint32_t, networks),
                     .parts = parts};
    enum lac_status status;

    memset(parts, 0, sizeof *parts);
    parts->open = LAC_NEW(arena, bool, networks);
    if (w.parent == NULL || w.part_of == NULL || parts->open == NULL)
        return lac_fail_memory(err, "drawn linkages");
    for (uint32_t i = 0; i < networks; i++) w.parent[i] = i;
    unite_persons(&w);
    if ((status = open_labels(&w, label, labels, err)) != LAC_OK) return status;
    open_groups(&w, networks);
    for (size_t node = 0; node < w.persons; node++) (void)unite_open(&w, node);
    parts->count = number_parts(&w, networks);
    parts->part = LAC_NEW(arena, struct lac_reconcile_part, parts->count);
    if (parts->part == NULL || fill_rows(&w, arena) != LAC_OK ||
        make_patches(&w, label, labels, arena) != LAC_OK)
        return lac_fail_memory(err, "drawn linkages");
    return LAC_OK;
}
