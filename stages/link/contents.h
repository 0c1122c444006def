/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_CONTENTS_H
#define LAC_LINK_CONTENTS_H
/*
 * The order of records by what they say.
 *
 * Whatever a linkage decides by order (ties of pairs, numbers of persons, random streams, names) is decided
 * by this one, so rows of a return, and returns, may come in any order: records by a 64-bit hash of their
 * return's identifier and of all their columns but the numbers of rows (return_index, row, case_index). A
 * hash and no sorted text, so that nothing that a record says is favoured. Records of one return that say the
 * same in every column cannot be told apart; they keep the order of their rows, and it does not matter which
 * is which.
 */
#include "table/table.h"

/* hash[records->rows], without the return where `returns` is NULL. O(cells), texts hashed once per distinct
 * one. */
enum lac_status lac_link_contents_hash(const struct lac_table *records, const struct lac_table *returns,
                                       uint64_t *hash, struct lac_error *err) LAC_CHECKED;
/* Puts rows of `records` into the order of hash[row]; rows of equal hashes keep theirs. */
enum lac_status lac_link_contents_sort(const uint64_t *hash, uint32_t *row, uint32_t count,
                                       struct lac_error *err) LAC_CHECKED;

#endif
