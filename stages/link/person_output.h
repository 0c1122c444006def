/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_PERSON_OUTPUT_H
#define LAC_LINK_PERSON_OUTPUT_H
#include <stdio.h>
#include "judged.h"
#include "person_table.h"

#define LAC_LINK_STEPS 16
/* Steps by the clock: when each began, and the end. */
struct lac_link_seconds {
    const char *name[LAC_LINK_STEPS];
    double start[LAC_LINK_STEPS + 1];
    size_t steps;
};
/* record_id,cluster_id in file order; a cluster is named by one of its records, the same for any order of the
 * file. */
void lac_link_clusters_write(const struct lac_link_person_table *table, const struct lac_link_result *result,
                             FILE *to);
/* The cluster of a record by the same name, and how many records it has. O(records). */
const char *lac_link_cluster_id(const struct lac_link_person_table *table,
                                const struct lac_link_result *result, uint32_t record, uint32_t *records);
/* Record with this identifier; LAC_LINK_NULL when there is none or more than one. O(records). */
uint32_t lac_link_person_table_find(const struct lac_link_person_table *table, const char *id);
/* record_id_l,record_id_r,probability,weight,rule_mask of the pairs at or above the threshold. */
void lac_link_pairs_write(const struct lac_link_person_table *table, const struct lac_link_result *result,
                          FILE *to);
/* A linked table, for the report. */
struct lac_link_person_written {
    const struct lac_link_person_table *table;
    const struct lac_link_result *result;
    const struct lac_link_judged *judged;
};
/* lacuna-link/1. */
enum lac_status lac_link_json_write(const struct lac_link_person_written *written,
                                    const struct lac_link_seconds *seconds, FILE *to,
                                    struct lac_error *err) LAC_CHECKED;

#endif
