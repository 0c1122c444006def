/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doubt.h"
#include <math.h>
#include <string.h>
#include "base/random.h"
#include "score.h"

#define BITS_PER_NAT 1.44269504088896340736

/* log2 of a drawn m over m, for every level of a field. */
static void shift_draw(const struct lac_link_field *field, const double *m, double matches,
                       struct lac_random *random, double *shift)
{
    double drawn[LAC_LINK_LEVELS], total = 0;
    unsigned levels = lac_link_kinds[field->kind].levels;
    for (unsigned l = 1; l <= levels; l++) {
        /* a level with next to no pairs behind it is not drawn to nothing: no gamma below shape 1/2 */
        double shape = fmax((matches + LAC_LINK_PRIOR_PAIRS) * m[l], 0.5);
        total += drawn[l] = lac_random_gamma(random, shape, shape) * m[l];
    }
    for (unsigned l = 1; l <= levels; l++) shift[l] = log2(fmax(drawn[l] / total, 1e-9) / m[l]);
}

void lac_link_doubt_draw(const struct lac_link_scored *scored, uint32_t seed, uint32_t draw,
                         struct lac_link_doubt *doubt)
{
    const struct lac_link_model *model = scored->model;
    memset(doubt, 0, sizeof *doubt);
    doubt->judged = scored->calibration && scored->calibration->labels > 0;
    if (doubt->judged) lac_link_curve_draw(scored->calibration, seed, draw, &doubt->curve);
    if (doubt->judged || !model) return;
    double matches = fmax(model->lambda * model->comparable, 1);
    struct lac_random random;
    lac_random_init(&random, seed, LAC_PURPOSE_LINK_DOUBT, draw, LAC_LINK_FIELDS, 0);
    double spread = BITS_PER_NAT * BITS_PER_NAT / matches + LAC_LINK_MISFIT * LAC_LINK_MISFIT;
    doubt->spread = spread;
    doubt->prior = sqrt(spread) * lac_random_normal(&random);
    for (uint32_t f = 0; f < scored->data->fields; f++) {
        lac_random_init(&random, seed, LAC_PURPOSE_LINK_DOUBT, draw, LAC_LINK_FIELDS, f + 1);
        if (model->training[f] != LAC_LINK_LEFT_OUT)
            shift_draw(&scored->data->field[f], model->m[f], fmin(model->trained[f], matches), &random,
                       doubt->shift[f]);
    }
}

double lac_link_doubt_weight(const struct lac_link_doubt *doubt, unsigned class, double weight)
{
    if (doubt->judged) return lac_link_curve_weight(&doubt->curve, class, weight);
    /* centred so that the mean probability over draws stays the model's: E 2^x = 2^(spread ln 2 / 2) */
    return weight + doubt->prior + doubt->spread / BITS_PER_NAT * (lac_link_probability(weight) - 0.5);
}

double lac_link_doubt_pair(const struct lac_link_scored *scored, const struct lac_link_doubt *doubt, size_t p)
{
    const struct lac_link_pair *pair = &scored->pairs->pair[p];
    const double *by_model = scored->by_model ? scored->by_model : scored->weight;
    double weight = lac_link_doubt_weight(doubt, lac_link_class_of(pair), by_model[p]);
    for (size_t f = 0; !doubt->judged && f < scored->data->fields; f++)
        weight += doubt->shift[f][lac_link_level_of(&scored->data->field[f], pair->pattern)];
    return weight;
}
