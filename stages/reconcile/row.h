/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_RECONCILE_ROW_H
#define LAC_RECONCILE_ROW_H
/*
 * One record as the kernels see it, and the kernels' sentinels. Texts are borrowed from the tables.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LAC_RECONCILE_NONE UINT32_MAX          /* no case, person, group, force */
#define LAC_RECONCILE_OUTSIDE (UINT32_MAX - 1) /* a home outside England and Wales */
#define LAC_RECONCILE_NO_LIST 255
#define LAC_RECONCILE_UNBOUNDED INT32_MAX
#define LAC_RECONCILE_UNSAID (-1) /* a count or an age that is not given */

enum lac_reconcile_role { LAC_RECONCILE_VICTIM, LAC_RECONCILE_SUSPECT, LAC_RECONCILE_FACILITATOR };

struct lac_reconcile_row {
    uint64_t content;      /* names the record's streams: a hash of what it says, wherever it stands */
    uint64_t order;        /* breaks ties between records: a hash of all that it says */
    uint32_t record;       /* row of `records` */
    uint32_t case_index;   /* row of `cases` */
    uint32_t return_index; /* row of `returns` */
    uint32_t person; /* number of the person within its population (victims; suspects and facilitators) */
    uint32_t group;  /* group reference of the agency, LAC_RECONCILE_NONE when empty */
    enum lac_reconcile_role role;
    uint8_t list;         /* bit of its capture list, LAC_RECONCILE_NO_LIST when it forms none */
    uint8_t referrer;     /* bit of another capture list that referred the case, or LAC_RECONCILE_NO_LIST */
    bool evidence;        /* the list saw the person: see facts.h */
    bool at_risk;         /* its basis is AT_RISK: no evidence, kept apart */
    bool named;           /* a suspect known by name or reference, not one of the unidentified */
    unsigned criterion;   /* one bit, 0 when not known */
    unsigned flag, image; /* LAC_RECONCILE_YES or _NO, 0 when not known */
    int32_t dob;          /* partial date, 0 when not known */
    int32_t age;          /* at the first day of the offence */
    int32_t from, to, recorded; /* day numbers or LAC_DATE_NONE */
    int32_t n_suspects, n_unidentified, n_victims;
    char sex;       /* M, F, I or 0 */
    uint32_t lad;   /* code of the district's text, LAC_RECONCILE_NONE when empty */
    uint32_t home;  /* index of the force of the home, _NONE or _OUTSIDE */
    uint32_t force; /* index of the reporting force, _NONE */
    const char *postcode, *code, *operation, *reference; /* "" when empty; reference: group_ref */
};

/* A transfer: case `from` went to case `to`. */
struct lac_reconcile_transfer {
    uint32_t from, to;
};

/* The records of a run. */
struct lac_reconcile_set {
    struct lac_reconcile_row *row;
    bool *transferred; /* per row: its status is TRANSFERRED */
    size_t rows, cases;
    struct lac_reconcile_transfer *transfer;
    size_t transfers;
    size_t victims, suspects; /* persons of each population */
};

/* Whether record `a` comes before `b`: the earlier one, then by what they say. Where they stand decides only
 * between records that say the same. */
bool lac_reconcile_row_before(const struct lac_reconcile_row *a, const struct lac_reconcile_row *b);

/* First and last day of the event; false when the row has no date at all (contract: one empty end means the
 * other; both empty, the day it was recorded). */
bool lac_reconcile_row_event(const struct lac_reconcile_row *row, int32_t *first, int32_t *last);

#endif
