/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lists.h"
#include <math.h>
#include <stdio.h>

#define MOST 0.2 /* share of matches */

void lac_link_lists_split(uint32_t lists, uint32_t *a, uint32_t *b)
{
    *b = 0;
    while (lac_link_lists_at(*b + 1, 0) <= lists) ++*b;
    *a = lists - lac_link_lists_at(*b, 0);
}

void lac_link_lists_name(const struct lac_link_data *data, uint32_t lists, char *name, size_t size)
{
    uint32_t list[2];
    const char *text[2] = {"-", "-"};
    lac_link_lists_split(lists, &list[0], &list[1]);
    for (int k = 0; k < 2; k++)
        if (data->source_name && data->source_name[list[k]]) text[k] = data->source_name[list[k]];
    if (data->lists == 1)
        snprintf(name, size, "all");
    else
        snprintf(name, size, "%s-%s", text[0], text[1]);
}

static bool is_inside(uint32_t lists)
{
    uint32_t a, b;
    lac_link_lists_split(lists, &a, &b);
    return a == b;
}

/* Log rates of one family, their variances, and how the true ones vary. */
struct family {
    double y[LAC_LINK_LISTS * LAC_LINK_LISTS], v[LAC_LINK_LISTS * LAC_LINK_LISTS], mean, tau2;
    int members;
};

static double log_rate(const struct lac_link_prior *prior)
{
    return log((prior->matches + 0.5) / prior->comparable);
}

/* The mean at this tau2 and, returned, the sum of squares about it in units of their variances. */
static double family_spread(struct family *family, double tau2)
{
    double sum = 0, total = 0, squares = 0;
    for (int k = 0; k < family->members; k++) {
        sum += family->y[k] / (family->v[k] + tau2);
        total += 1 / (family->v[k] + tau2);
    }
    family->mean = sum / total;
    for (int k = 0; k < family->members; k++) {
        double e = family->y[k] - family->mean;
        squares += e * e / (family->v[k] + tau2);
    }
    return squares;
}

/* tau2 is where the sum of squares is the number of members less one, which it falls to as tau2 grows. */
static void family_make(const struct lac_link_model *model, bool inside, struct family *family)
{
    double low = 0, high = 100;
    family->members = 0;
    for (uint32_t c = 0; c < model->lists; c++) {
        if (model->prior[c].comparable <= 0 || is_inside(c) != inside) continue;
        family->y[family->members] = log_rate(&model->prior[c]);
        family->v[family->members++] = 1 / (model->prior[c].matches + 1);
    }
    if (family->members == 0) return;
    if (family_spread(family, 0) <= family->members - 1) high = 0;
    for (int k = 0; k < 60 && high > 0; k++) {
        double middle = (low + high) / 2;
        if (family_spread(family, middle) > family->members - 1)
            low = middle;
        else
            high = middle;
    }
    family->tau2 = high;
    family_spread(family, high);
}

void lac_link_priors_set(const struct lac_link_data *data, const double *matches,
                         struct lac_link_model *model)
{
    double sum = 0;
    for (uint32_t c = 0; c < model->lists; c++) sum += model->prior[c].matches = matches[c];
    model->lambda = fmin((sum + 0.5) / fmax(model->comparable, 1), MOST);
    struct family family[2];
    for (int inside = 0; inside < 2; inside++) family_make(model, inside, &family[inside]);
    for (uint32_t c = 0; c < model->lists; c++) {
        struct lac_link_prior *prior = &model->prior[c];
        const struct family *of = &family[is_inside(c)];
        double own = of->tau2 * (prior->matches + 1);
        if (data->lists == 1)
            prior->lambda = model->lambda;
        else if (prior->comparable > 0)
            prior->lambda = fmin(exp((own * log_rate(prior) + of->mean) / (own + 1)), MOST);
        else
            prior->lambda = 0;
    }
}

/* One field of one pair of lists. */
static void u_set(const struct lac_link_rates *rate, double lambda, const double *m, const double *all,
                  unsigned levels, double *u)
{
    double total = 0, matches = lambda * rate->pairs;
    for (unsigned l = 1; l <= levels; l++) {
        double alike = fmax(rate->t[l] * rate->pairs - m[l] * matches, 0);
        double weight = LAC_LINK_PRIOR_PAIRS + m[l] * matches;
        u[l] = (alike + weight) / (rate->pairs - matches + weight / all[l]);
        total += u[l];
    }
    for (unsigned l = 1; l <= levels; l++) u[l] /= total;
}

void lac_link_u_by_lists(const struct lac_link_data *data, struct lac_link_model *model)
{
    for (uint32_t c = 0; c < model->lists; c++)
        for (size_t f = 0; f < data->fields; f++) {
            unsigned levels = lac_link_kinds[data->field[f].kind].levels;
            if (data->lists == 1)
                for (unsigned l = 1; l <= levels; l++) model->u_lists[c][f][l] = model->u[f][l];
            else
                u_set(&model->rate_lists[c * LAC_LINK_FIELDS + f], model->prior[c].lambda, model->m[f],
                      model->u[f], levels, model->u_lists[c][f]);
        }
}
