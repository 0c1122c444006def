/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_LINKAGES_H
#define LAC_RECONCILE_LINKAGES_H
/*
 * Drawn linkages, cut into patches that can be judged on their own.
 *
 * A drawn linkage differs from the best one in few records. In a draw a network is open when a person that
 * the draw changes has evidence in it: its counts of persons may differ. Open networks that share a person,
 * or persons that the draw joins, form a part of the draw. Whoever has evidence in an open network belongs to
 * exactly one part, with all its evidence; nobody outside the parts is touched by the draw.
 *
 * Many draws change a part in the same way, and what is open follows from what changes. So equal changes of
 * several draws are one patch, judged once. O(n log n) in labels and in the evidence around them.
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
    const uint32_t *network; /* the open ones */
    size_t networks;
    const uint32_t *draw; /* ascending */
    size_t draws;
};

/* What the labels are held against. */
struct lac_reconcile_linked {
    const struct lac_reconcile_set *set;
    const struct lac_reconcile_facts *facts;
    const struct lac_reconcile_index *victims, *involved; /* of the best linkage */
    bool groups; /* a part holds everybody connected to its persons through cases, whole groups (group.h) */
};
struct lac_reconcile_patches {
    struct lac_reconcile_patch *patch;
    size_t count;
    /* who has evidence where, for lac_reconcile_patch_rows() */
    struct lac_reconcile_linked linked;
    size_t *first;           /* per network: where its persons begin */
    uint32_t *node;          /* persons of both populations in one numbering, victims first */
    uint32_t *seen, sighted; /* per person: the patch that has it; scratch */
};

/* `label` is sorted in place. Memory belongs to the arena. LAC_INPUT when a label names a record or a person
 * that does not exist, or a person of the other population. */
enum lac_status lac_reconcile_patches_make(const struct lac_reconcile_linked *linked,
                                           struct lac_reconcile_label *label, size_t labels,
                                           struct lac_arena *arena, struct lac_reconcile_patches *patches,
                                           struct lac_error *err) LAC_CHECKED;

/* Evidence rows, ascending, of everybody with evidence in an open network of the patch. Memory belongs to the
 * arena. NULL when memory is short. */
uint32_t *lac_reconcile_patch_rows(struct lac_reconcile_patches *patches,
                                   const struct lac_reconcile_patch *patch, struct lac_arena *arena,
                                   size_t *rows);

#endif
