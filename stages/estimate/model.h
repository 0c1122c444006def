/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_ESTIMATE_MODEL_H
#define LAC_ESTIMATE_MODEL_H
/*
 * Hierarchical log-linear models: a set of subsets of the lists (terms) that holds the empty set and every
 * single list and is closed downwards. Written by generators, "A*B + C": all subsets of {A, B} and {C}, and
 * all main effects. With `heterogeneity` the model has one more column x_w = |w|(|w|-1)/2, so that x_0 = 0.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/memory.h"
#include "base/status.h"

#define LAC_ESTIMATE_TERMS_MAX 256

struct lac_estimate_model {
    int lists;
    int terms;                             /* the empty set included */
    uint16_t term[LAC_ESTIMATE_TERMS_MAX]; /* bitmasks, by size then value; term[0] is 0 */
    bool heterogeneity;
};

/* Main effects alone. */
void lac_estimate_model_main(struct lac_estimate_model *model, int lists);
/* From a word with bit s set for term s; 2 to 6 lists. */
void lac_estimate_model_from_bits(struct lac_estimate_model *model, int lists, uint64_t bits);
uint64_t lac_estimate_model_bits(const struct lac_estimate_model *model);
bool lac_estimate_model_has(const struct lac_estimate_model *model, unsigned term);
/* Adds a term with all its subsets. LAC_USAGE when the model would have too many terms. */
enum lac_status lac_estimate_model_add(struct lac_estimate_model *model, unsigned term,
                                       struct lac_error *err) LAC_CHECKED;
/* Reads "A*B + C" with the lists' names; an unknown name is LAC_USAGE with the nearest one; the term of all
 * lists together (saturated) is LAC_USAGE, because N is not identified then. Blanks around names do not
 * count. "h", where no list has that name, is the heterogeneity column. */
enum lac_status lac_estimate_model_parse(struct lac_estimate_model *model, const char *text, int lists,
                                         const char *const *name, struct lac_error *err) LAC_CHECKED;
/* Generators by size, largest first, then by list order: "A*B*C + A*D + E"; main effects alone: "A + B + C".
 */
void lac_estimate_model_format(const struct lac_estimate_model *model, const char *const *name,
                               struct lac_buffer *out);

#endif
