/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doubly_robust.h"
#include <gsl/gsl_cdf.h>
#include <math.h>

#define BOTH_LEAST 0.005
#define WEIGHT_ALL 1e9

struct chances {
    double first, second, both; /* q1, q2, q12 */
};

static double persons_of(const struct lac_robust_place *place)
{
    return place->first + place->second + place->both;
}

static double squared_gap(double seen, double expected)
{
    return expected > 0 ? (seen - expected) * (seen - expected) / expected : 0;
}

/* Persons whose weight the sum of all places has in one of them. */
static double weight_of(const struct lac_robust_place *place, size_t places,
                        const struct lac_robust_place *all)
{
    double total = persons_of(all), chi = 0, used = 0;
    for (size_t f = 0; f < places; f++) {
        double share = persons_of(&place[f]) / total;
        if (!(share > 0)) continue;
        chi += squared_gap(place[f].first, share * all->first) +
               squared_gap(place[f].second, share * all->second) +
               squared_gap(place[f].both, share * all->both);
        used++;
    }
    double rho = total > used ? (chi / 2 - used) / (total - used) : 0;
    return rho > 0 ? fmax(1 / rho - 1, LAC_ROBUST_WEIGHT_MIN) : WEIGHT_ALL;
}

/* Those of the others in a place: `own` is the person left out. */
static struct chances chances_of(const struct lac_robust_place *place, const struct lac_robust_place *all,
                                 const struct lac_robust_place *own, double weight)
{
    double others = fmax(persons_of(place) - 1, 0) + weight, w = weight / fmax(persons_of(all) - 1, 1);
    double both = (fmax(place->both - own->both, 0) + w * fmax(all->both - own->both, 0)) / others;
    double first = (fmax(place->first - own->first, 0) + w * (all->first - own->first)) / others + both;
    double second = (fmax(place->second - own->second, 0) + w * (all->second - own->second)) / others + both;
    struct chances q = {.both = fmax(both, BOTH_LEAST)};
    q.first = fmin(fmax(first, q.both), 1);
    q.second = fmin(fmax(second, q.both / q.first), fmin(1, 1 + q.both - q.first));
    return q;
}

static double phi_of(const struct chances *q, bool first, bool second)
{
    double phi = (first ? 1 / q->first : 0) + (second ? 1 / q->second : 0);
    if (first && second) phi -= 1 / q->both;
    return phi * q->first * q->second / q->both;
}

bool lac_doubly_robust(const struct lac_robust_place *place, size_t places, double level,
                       struct lac_robust *out)
{
    static const struct lac_robust_place one[] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    struct lac_robust_place all = {0};
    double sum = 0, square = 0;
    for (size_t f = 0; f < places; f++) {
        all.first += place[f].first;
        all.second += place[f].second;
        all.both += place[f].both;
    }
    double n = persons_of(&all), weight = weight_of(place, places, &all);
    if (!(all.both > 0)) return false;
    for (size_t f = 0; f < places; f++) {
        const double persons[] = {place[f].first, place[f].second, place[f].both};
        for (int kind = 0; kind < 3; kind++) {
            struct chances q = chances_of(&place[f], &all, &one[kind], weight);
            double phi = phi_of(&q, kind != 1, kind != 0);
            sum += persons[kind] * phi;
            square += persons[kind] * phi * phi;
        }
    }
    double mean = sum / n, r = fmax(mean, 1), variance = n * (square / n - mean * mean) + n * r * (r - 1);
    *out = (struct lac_robust){.n = n, .estimate = n * r, .se = sqrt(variance)};
    double unseen = out->estimate - n, z = gsl_cdf_ugaussian_Pinv((1 + level) / 2);
    double reach = unseen > 0 ? exp(z * sqrt(log(1 + variance / (unseen * unseen)))) : 1;
    out->lower = n + unseen / reach;
    out->upper = n + unseen * reach;
    return true;
}
