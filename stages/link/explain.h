/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_EXPLAIN_H
#define LAC_LINK_EXPLAIN_H
/*
 * Why two records are one person or two: the log2 odds of a pair taken apart into the steps they are made of,
 * in the order they add up (score.h):
 *
 *   prior, per field log2(m / u), the term frequency at an exact level, what household members and twins take
 *   off, and what judged pairs change.
 *
 * Household and twins are one term of the score; it is split by first leaving the twins' evidence out.
 * Pure. Explanations name fields, levels and records, never a value.
 */
#include <stdio.h>
#include "engine.h"

enum lac_link_unused { /* why a field says nothing about a pair */
                       LAC_LINK_USED,
                       LAC_LINK_MISSING,      /* on one side at least */
                       LAC_LINK_SCOPES,       /* values that do not compare with each other */
                       LAC_LINK_STANDS_IN,    /* compared only where another field is missing */
                       LAC_LINK_EXCHANGED,    /* counted with the other name */
                       LAC_LINK_NOT_IN_MODEL, /* the field is left out of scoring */
};
struct lac_link_explained_field {
    unsigned level;
    enum lac_link_unused unused;
    double m, u, weight; /* weight 0 when unused */
    double term;         /* term frequency, added to the weight; 0 where there is none */
    uint32_t tries;      /* comparisons of names, of which this is the best */
};
struct lac_link_explanation {
    const struct lac_link_data *data;
    const struct lac_link_result *result;
    uint32_t left, right, pattern;
    bool comparable;  /* false: of one source where a person appears at most once */
    bool scored;      /* the linkage looked at the pair */
    uint32_t mask;    /* rules that proposed it; 0 and scored: looked at because both are in one component */
    uint32_t blocked; /* not scored: rules under whose keys both agree, in a block too large to compare */
    double prior;
    struct lac_link_explained_field field[LAC_LINK_FIELDS];
    double together; /* what agreements that come together by chance take off (depend.h) */
    double household, twins;
    double weight;     /* the model's log2 odds: prior, fields, terms, together, household and twins add up */
    double in_context; /* in the light of the persons found (context.h); the weight in a table */
    double calibrated; /* after judged pairs; in_context where there are none */
    bool one_person;
};
/* Explains a pair, left < right, from a result whose pairs were all kept (threshold 0). O(fields) and the
 * search of the pair; O(rules * records) for a pair that no rule proposed. */
enum lac_status lac_link_explain(const struct lac_link_data *data, const struct lac_link_result *result,
                                 uint32_t left, uint32_t right, struct lac_link_explanation *explanation,
                                 struct lac_error *err) LAC_CHECKED;

/* What a reader needs to know besides. Borrowed. */
struct lac_link_explained_pair {
    const char *id[2];     /* as asked for */
    const char *person[2]; /* identifiers of their persons */
    uint32_t records[2];   /* of these persons */
    double threshold;      /* probability from which a pair speaks for one person */
};
void lac_link_explain_print(const struct lac_link_explanation *explanation,
                            const struct lac_link_explained_pair *pair, FILE *to);

/* One step of the waterfall. */
struct lac_link_step {
    char label[96];
    double m, u;    /* NaN where the step has none */
    double change;  /* log2 odds; NaN: the field says nothing */
    double running; /* sum up to and with this step */
    bool total;     /* a sum, not a step */
    const char *note;
};
#define LAC_LINK_EXPLAIN_STEPS (2 * LAC_LINK_FIELDS + 9)
size_t lac_link_explain_steps(const struct lac_link_explanation *explanation,
                              struct lac_link_step step[LAC_LINK_EXPLAIN_STEPS]);

/* DIR/pair.svg, pair.png and pair.csv: the waterfall and its numbers. */
enum lac_status lac_link_explain_draw(const struct lac_link_explanation *explanation, const char *folder,
                                      struct lac_error *err) LAC_CHECKED;

/* Splits "ID1,ID2" at the comma that leaves two known identifiers; `find` gives a record or LAC_LINK_NULL.
 * LAC_USAGE, with `where` as the remedy, for an unknown one, for no comma and for one record twice.
 * The two texts are of the arena. */
struct lac_link_finder {
    uint32_t (*find)(const void *context, const char *id);
    const void *context;
    const char *where;
};
enum lac_status lac_link_explain_ids(const char *text, const struct lac_link_finder *finder,
                                     struct lac_arena *arena, const char *id[2], uint32_t record[2],
                                     struct lac_error *err) LAC_CHECKED;

#endif
