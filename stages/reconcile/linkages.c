/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "linkages.h"

#include <stdlib.h>
#include <string.h>
#include "base/sets.h"

/* Two numbers in order, for sorting. */
struct placed {
    uint32_t part, item;
};

/* The open networks of the draw at hand. */
struct work {
    struct lac_reconcile_patches *patches;
    uint32_t *parent, *opened; /* per network; opened: the draw that opened it last, plus one */
    uint32_t *open;            /* those of the draw */
    size_t count;
    struct placed *lost; /* labels that name somebody without evidence: that person, and a network */
    size_t losses;
    uint32_t draw;
};

static int compare_placed(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;

    if (x->part != y->part) return x->part < y->part ? -1 : 1;
    return (x->item > y->item) - (x->item < y->item);
}

/* --- who has evidence where ---------------------------------------------------------------------------- */

static size_t persons_of(const struct lac_reconcile_linked *linked)
{
    return linked->victims->persons + linked->involved->persons;
}

static size_t node_of_row(const struct lac_reconcile_linked *linked, size_t row)
{
    const struct lac_reconcile_row *r = &linked->set->row[row];

    return r->role == LAC_RECONCILE_VICTIM ? r->person : linked->victims->persons + r->person;
}

/* Evidence rows of a person. */
static const size_t *rows_of(const struct lac_reconcile_linked *linked, size_t node, size_t *n)
{
    size_t victims = linked->victims->persons;
    const struct lac_reconcile_index *index = node < victims ? linked->victims : linked->involved;
    size_t p = node < victims ? node : node - victims;

    *n = index->first[p + 1] - index->first[p];
    return index->row + index->first[p];
}

static uint32_t network_of(const struct lac_reconcile_linked *linked, size_t row)
{
    return linked->facts->network[linked->set->row[row].case_index];
}

/* True where the row is the first of its person's in its network. */
static bool comes_first(const struct lac_reconcile_linked *linked, const size_t *row, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (network_of(linked, row[j]) == network_of(linked, row[i])) return false;
    }
    return true;
}

/* Persons of every network, in two passes over the persons. */
static enum lac_status list_persons(struct lac_reconcile_patches *patches, struct lac_arena *arena)
{
    const struct lac_reconcile_linked *linked = &patches->linked;
    size_t networks = linked->facts->by_network.groups, persons = persons_of(linked);
    size_t *end = LAC_NEW(arena, size_t, networks + 1);

    patches->first = LAC_NEW(arena, size_t, networks + 1);
    patches->seen = LAC_NEW(arena, uint32_t, persons);
    if (patches->first == NULL || patches->seen == NULL || end == NULL) return LAC_NOMEM;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t node = 0; node < persons; node++) {
            size_t n;
            const size_t *row = rows_of(linked, node, &n);

            for (size_t i = 0; i < n; i++) {
                uint32_t network = network_of(linked, row[i]);

                if (!comes_first(linked, row, i)) continue;
                if (pass == 0)
                    patches->first[network + 1]++;
                else
                    patches->node[end[network]++] = (uint32_t)node;
            }
        }
        if (pass == 1) break;
        for (size_t i = 0; i < networks; i++) patches->first[i + 1] += patches->first[i];
        memcpy(end, patches->first, (networks + 1) * sizeof *end);
        patches->node = LAC_NEW(arena, uint32_t, patches->first[networks]);
        if (patches->node == NULL) return LAC_NOMEM;
    }
    return LAC_OK;
}

static int compare_numbers(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Evidence rows of the patch's persons, into `row` unless it is NULL; how many. */
static size_t collect_rows(struct lac_reconcile_patches *patches, const struct lac_reconcile_patch *patch,
                           uint32_t *row)
{
    size_t found = 0;

    patches->sighted++;
    for (size_t i = 0; i < patch->networks; i++) {
        size_t network = patch->network[i];

        for (size_t k = patches->first[network]; k < patches->first[network + 1]; k++) {
            uint32_t node = patches->node[k];
            size_t n;
            const size_t *of = rows_of(&patches->linked, node, &n);

            if (patches->seen[node] == patches->sighted) continue;
            patches->seen[node] = patches->sighted;
            for (size_t j = 0; row != NULL && j < n; j++) row[found + j] = (uint32_t)of[j];
            found += n;
        }
    }
    return found;
}

uint32_t *lac_reconcile_patch_rows(struct lac_reconcile_patches *patches,
                                   const struct lac_reconcile_patch *patch, struct lac_arena *arena,
                                   size_t *rows)
{
    uint32_t *row;

    *rows = collect_rows(patches, patch, NULL);
    if ((row = LAC_NEW(arena, uint32_t, *rows)) == NULL) return NULL;
    (void)collect_rows(patches, patch, row);
    if (*rows > 1) qsort(row, *rows, sizeof *row, compare_numbers);
    return row;
}

/* --- parts of a draw ----------------------------------------------------------------------------------- */

static bool is_open(const struct work *w, uint32_t network)
{
    return w->opened[network] == w->draw + 1;
}

/* Opens and unites the networks of a person; the first of them, or LAC_RECONCILE_NONE. */
static uint32_t open_person(struct work *w, size_t node)
{
    size_t n;
    const size_t *row = rows_of(&w->patches->linked, node, &n);
    uint32_t first = LAC_RECONCILE_NONE;

    for (size_t i = 0; i < n; i++) {
        uint32_t network = network_of(&w->patches->linked, row[i]);

        if (!is_open(w, network)) {
            w->opened[network] = w->draw + 1;
            w->parent[network] = network;
            w->open[w->count++] = network;
        }
        if (first == LAC_RECONCILE_NONE) first = network;
        lac_sets_unite(w->parent, first, network);
    }
    return first;
}

/* The best person whose number, or whose lowest record, the label names. */
static bool label_node(const struct lac_reconcile_linked *linked, const struct lac_reconcile_label *label,
                       size_t *node)
{
    const struct lac_reconcile_set *set = linked->set;
    bool victim;
    size_t persons, record;

    if (label->row >= set->rows) return false;
    victim = set->row[label->row].role == LAC_RECONCILE_VICTIM;
    persons = victim ? linked->victims->persons : linked->involved->persons;
    if (label->person < set->rows) {
        *node = victim ? label->person : linked->victims->persons + label->person;
        return label->person < persons;
    }
    record = label->person - set->rows;
    if (record >= set->rows || (set->row[record].role == LAC_RECONCILE_VICTIM) != victim) return false;
    *node = node_of_row(linked, record);
    return true;
}

static void open_label(struct work *w, const struct lac_reconcile_label *label)
{
    uint32_t from, to;
    size_t node = 0;

    (void)label_node(&w->patches->linked, label, &node);
    from = open_person(w, node_of_row(&w->patches->linked, label->row));
    to = open_person(w, node);
    if (to != LAC_RECONCILE_NONE)
        lac_sets_unite(w->parent, from, to);
    else
        w->lost[w->losses++] = (struct placed){label->person, from};
}

/* Unites those whom the draw joins in somebody without evidence. */
static void unite_lost(struct work *w)
{
    if (w->losses > 1) qsort(w->lost, w->losses, sizeof *w->lost, compare_placed);
    for (size_t i = 1; i < w->losses; i++) {
        if (w->lost[i].part == w->lost[i - 1].part)
            lac_sets_unite(w->parent, w->lost[i].item, w->lost[i - 1].item);
    }
}

/* Unites the open networks that share a person. Where whole groups are asked for, it opens those that share a
 * person with an open one. */
static void unite_shared(struct work *w)
{
    const struct lac_reconcile_patches *patches = w->patches;

    for (size_t i = 0; i < w->count; i++) {
        uint32_t network = w->open[i];

        for (size_t k = patches->first[network]; k < patches->first[network + 1]; k++) {
            size_t n;
            const size_t *row = rows_of(&patches->linked, patches->node[k], &n);

            if (patches->linked.groups) lac_sets_unite(w->parent, network, open_person(w, patches->node[k]));
            for (size_t j = 0; j < n; j++) {
                uint32_t other = network_of(&patches->linked, row[j]);

                if (is_open(w, other)) lac_sets_unite(w->parent, network, other);
            }
        }
    }
}

/* --- ways of linking ----------------------------------------------------------------------------------- */

/* What one draw changes in one part. */
struct way {
    const struct lac_reconcile_label *label;
    const uint32_t *network;
    size_t labels, networks;
    uint32_t draw;
};
static int compare_changes(const struct way *x, const struct way *y)
{
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
    int order = compare_changes(x, y);

    return order != 0 ? order : (x->draw > y->draw) - (x->draw < y->draw);
}

static int compare_labels(const void *a, const void *b)
{
    const struct lac_reconcile_label *x = a, *y = b;

    if (x->draw != y->draw) return x->draw < y->draw ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Labels of a draw, to be put in order of their parts. */
struct draw {
    const struct lac_reconcile_label *from;
    struct lac_reconcile_label *label; /* room for `labels` */
    size_t labels;
    struct placed *placed; /* room for labels and open networks; a part is named by its first network */
};

static size_t run_of(const struct placed *placed, size_t i, size_t n)
{
    size_t j = i + 1;

    while (j < n && placed[j].part == placed[i].part) j++;
    return j;
}

/* The ways of a draw, appended to `way`; *n is how many there are. */
static enum lac_status find_ways(struct work *w, struct draw *d, struct lac_arena *arena, struct way *way,
                                 size_t *n)
{
    uint32_t *network = LAC_NEW(arena, uint32_t, w->count);
    struct placed *labels = d->placed, *open = d->placed + d->labels;
    size_t k = 0;

    if (network == NULL) return LAC_NOMEM;
    for (size_t i = 0; i < d->labels; i++)
        labels[i] = (struct placed){lac_sets_root(w->parent, network_of(&w->patches->linked, d->from[i].row)),
                                    (uint32_t)i};
    for (size_t i = 0; i < w->count; i++)
        open[i] = (struct placed){lac_sets_root(w->parent, w->open[i]), w->open[i]};
    if (d->labels > 1) qsort(labels, d->labels, sizeof *labels, compare_placed);
    if (w->count > 1) qsort(open, w->count, sizeof *open, compare_placed);
    for (size_t i = 0; i < d->labels; i++) d->label[i] = d->from[labels[i].item];
    for (size_t i = 0; i < w->count; i++) network[i] = open[i].item;
    for (size_t i = 0, j; i < d->labels; i = j) {
        size_t end;

        j = run_of(labels, i, d->labels);
        end = run_of(open, k, w->count); /* every part of the draw has a label: both come in one order */
        way[(*n)++] = (struct way){d->label + i, network + k, j - i, end - k, w->draw};
        k = end;
    }
    return LAC_OK;
}

static enum lac_status merge_ways(struct way *way, size_t ways, struct lac_arena *arena,
                                  struct lac_reconcile_patches *patches)
{
    uint32_t *draw = LAC_NEW(arena, uint32_t, ways);

    patches->patch = LAC_NEW(arena, struct lac_reconcile_patch, ways);
    if (patches->patch == NULL || draw == NULL) return LAC_NOMEM;
    if (ways > 1) qsort(way, ways, sizeof *way, compare_ways);
    for (size_t i = 0, j; i < ways; i = j) {
        for (j = i; j < ways && compare_changes(&way[i], &way[j]) == 0; j++) draw[j] = way[j].draw;
        patches->patch[patches->count++] = (struct lac_reconcile_patch){
            way[i].label, way[i].labels, way[i].network, way[i].networks, draw + i, j - i};
    }
    return LAC_OK;
}

/* --- all draws ----------------------------------------------------------------------------------------- */

static enum lac_status fail_label(const struct lac_reconcile_label *label, struct lac_error *err)
{
    lac_fail(err, LAC_INPUT, "draw %u gives record %u a person that does not exist", label->draw, label->row);
    lac_error_file(err, "links.h5");
    lac_error_rule(err, "links-partition");
    lac_error_remedy(err, "the two files do not belong together: run link again");
    return LAC_INPUT;
}

/* Labels of evidence in order of draw and row; others change nobody. */
static enum lac_status keep_evidence(const struct lac_reconcile_linked *linked,
                                     struct lac_reconcile_label *label, size_t n, size_t *kept,
                                     struct lac_error *err)
{
    size_t node;

    *kept = 0;
    if (n > 1) qsort(label, n, sizeof *label, compare_labels);
    for (size_t i = 0; i < n; i++) {
        if (!label_node(linked, &label[i], &node)) return fail_label(&label[i], err);
        if (linked->set->row[label[i].row].evidence) label[(*kept)++] = label[i];
    }
    return LAC_OK;
}

static enum lac_status cut_draws(struct work *w, const struct lac_reconcile_label *label, size_t n,
                                 struct lac_arena *arena)
{
    struct way *way = LAC_NEW(arena, struct way, n);
    struct lac_reconcile_label *ordered = LAC_NEW(arena, struct lac_reconcile_label, n);
    size_t networks = w->patches->linked.facts->by_network.groups, ways = 0;
    struct placed *placed = LAC_NEW(arena, struct placed, n + networks);

    w->lost = LAC_NEW(arena, struct placed, n);
    if (way == NULL || ordered == NULL || placed == NULL || w->lost == NULL) return LAC_NOMEM;
    for (size_t i = 0, j; i < n; i = j) {
        struct draw d = {label + i, ordered + i, 0, placed};

        w->draw = label[i].draw;
        w->count = w->losses = 0;
        for (j = i; j < n && label[j].draw == w->draw; j++) open_label(w, &label[j]);
        d.labels = j - i;
        unite_lost(w);
        unite_shared(w);
        if (find_ways(w, &d, arena, way, &ways) != LAC_OK) return LAC_NOMEM;
    }
    return merge_ways(way, ways, arena, w->patches);
}

enum lac_status lac_reconcile_patches_make(const struct lac_reconcile_linked *linked,
                                           struct lac_reconcile_label *label, size_t labels,
                                           struct lac_arena *arena, struct lac_reconcile_patches *patches,
                                           struct lac_error *err)
{
    size_t networks = linked->facts->by_network.groups, kept;
    struct work w = {.patches = patches,
                     .parent = LAC_NEW(arena, uint32_t, networks),
                     .opened = LAC_NEW(arena, uint32_t, networks),
                     .open = LAC_NEW(arena, uint32_t, networks)};
    enum lac_status status;

    *patches = (struct lac_reconcile_patches){.linked = *linked};
    if (w.parent == NULL || w.opened == NULL || w.open == NULL) return lac_fail_memory(err, "drawn linkages");
    if ((status = keep_evidence(linked, label, labels, &kept, err)) != LAC_OK) return status;
    if (list_persons(patches, arena) != LAC_OK || cut_draws(&w, label, kept, arena) != LAC_OK)
        return lac_fail_memory(err, "drawn linkages");
    return LAC_OK;
}
