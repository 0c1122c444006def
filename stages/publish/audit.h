/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_AUDIT_H
#define LAC_PUBLISH_AUDIT_H
/*
 * Secondary suppression and audit of counts that hang together, by linear programming.
 *
 * A reader knows of every count an interval (what its rounded value allows; of a hidden one, that it is at
 * least max(1, primary_low); what earlier editions told) and relations between counts: parts add up to their
 * total, a quarter is part of its year, a list part of all lists. What can be worked out about a hidden count
 * is the smallest and the largest value that fit all of that: its feasible interval. It is protected where
 * that covers the whole range that the primary rule hides, so that nothing beyond "it is hidden" can be
 * learnt; or, where its lower end is out of reach (two hidden parts make at least two), where it reaches the
 * upper end and is as wide as that range.
 *
 * Where it does not, the duals of the program name the shown counts that hold it; one of them is hidden too.
 * See Hundepool et al., Statistical Disclosure Control (2012), chapter 4, for the audit problem. The programs
 * take real numbers where people are whole: for parts of totals the limits are the same (the matrix of a
 * hierarchy is totally unimodular), for the other relations the true interval can be narrower by less than
 * one.
 */
#include "disclosure.h"

/* One count. All of them, of this edition and of earlier ones, are the columns of the program. */
struct lac_publish_unknown {
    int64_t count; /* what it is; 0 or more */
    double low,
        high; /* what a reader knows whatever this edition shows: 0 and INFINITY, or from earlier ones */
    enum lac_publish_action action; /* PRIMARY, SECONDARY: hidden; else shown. SECONDARY may be added */
    bool earlier;                   /* of an earlier edition: `low` and `high` are all that is shown of it */
    bool keep;                      /* never hidden to protect another */
    int rank;                       /* of two, the one with the lower rank is hidden first */
    double feasible_low, feasible_high; /* out, for PRIMARY: what can be worked out */
    bool open;                          /* out: not protected */
};

enum lac_publish_relation_kind { LAC_PUBLISH_EQUAL, LAC_PUBLISH_AT_MOST, LAC_PUBLISH_AT_LEAST };

/* Sum of coefficient * count is equal to, at most or at least 0. Every relation must hold for the counts. */
struct lac_publish_relation {
    size_t first, entries; /* in `entry` */
    enum lac_publish_relation_kind kind;
};
struct lac_publish_entry {
    size_t unknown;
    double coefficient;
};

struct lac_publish_system {
    struct lac_publish_unknown *unknown;
    size_t unknowns;
    struct lac_publish_relation *relation;
    size_t relations;
    struct lac_publish_entry *entry;
    size_t entries;
};

/* What a reader knows of one count by itself. */
void lac_publish_reader_knows(const struct lac_publish_profile *profile,
                              const struct lac_publish_unknown *unknown, double *low, double *high);

/* Hides counts (action SECONDARY) until every PRIMARY count is protected, or no count is left whose hiding
 * would help. Deterministic. At most 2 programs a PRIMARY count, and one more for each count hidden. */
enum lac_status lac_publish_protect(const struct lac_publish_profile *profile,
                                    struct lac_publish_system *system, struct lac_error *err) LAC_CHECKED;

/* Solves for the feasible interval of every PRIMARY count, in programs of their own; *open counts those that
 * are not protected. Two programs a PRIMARY count. */
enum lac_status lac_publish_audit(const struct lac_publish_profile *profile,
                                  struct lac_publish_system *system, size_t *open,
                                  struct lac_error *err) LAC_CHECKED;

#endif
