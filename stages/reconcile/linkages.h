/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_LINKAGES_H
#define LAC_RECONCILE_LINKAGES_H
/*
 * Drawn linkages, cut into parts that can be judged on their own.
 *
 * A drawn linkage differs from the best one in few records. A network is open when a person that any draw
 * changes has evidence in it: its counts of persons may differ. Open networks that share a person, or persons
 * that a draw joins, form a part. Every person with evidence in an open network belongs to exactly one part,
 * with all its evidence; nobody outside the parts is touched by any draw.
 *
 * Many draws link a part in the same way. Each way that differs from the best linkage is one patch, with the
 * draws that have it: a part is judged once a patch, not once a draw. O(n log n) in evidence rows and labels.
 */
#include "facts.h"
#include "person.h"

/* In this draw the record's person is another one: a number of `persons`, or the number of rows plus the
 * lowest record of a person of the draw alone. */
struct lac_reconcile_label {
    uint32_t draw, row, person;
};
struct lac_reconcile_patch {
    const struct lac_reconcile_label *label; /* by row; `draw` is that of one of them */
    size_t labels;
    const uint32_t *draw; /* ascending */
    size_t draws;
};
struct lac_reconcile_part {
    const uint32_t *row; /* evidence rows of its persons, ascending */
    size_t rows;
    const struct lac_reconcile_patch *patch;
    size_t patches;
};
struct lac_reconcile_parts {
    struct lac_reconcile_part *part;
    size_t count, patches;
    bool *open; /* per network */
};

/* What the labels are held against. */
struct lac_reconcile_linked {
    const struct lac_reconcile_set *set;
    const struct lac_reconcile_facts *facts;
    const struct lac_reconcile_index *victims, *involved; /* of the best linkage */
    bool groups; /* a part holds everybody connected to its persons through cases, whole groups (group.h) */
};
/* `label` is sorted in place. Memory belongs to the arena. LAC_INPUT when a label names a record or a person
 * that does not exist, or a person of the other population. */
enum lac_status lac_reconcile_parts_make(const struct lac_reconcile_linked *linked,
                                         struct lac_reconcile_label *label, size_t labels,
                                         struct lac_arena *arena, struct lac_reconcile_parts *parts,
                                         struct lac_error *err) LAC_CHECKED;

#endif
