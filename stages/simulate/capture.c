/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is on which list: logit of the own capture probability, then dependence between lists. See README.md.
 */
#include <math.h>
#include <string.h>
#include "nation.h"

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

/* Mean over victims in scope of logistic(intercept + offset). Serial, in person order: same bits everywhere.
 */
static double mean_probability(const struct lac_simulate_nation *nation, const double *offset,
                               double intercept)
{
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < nation->victims; i++) {
        if (!lac_simulate_in_scope(nation->person[i].kind)) continue;
        sum += logistic(intercept + offset[i]);
        n++;
    }
    return n ? sum / (double)n : logistic(intercept);
}

/* Bisection on [-30, 30]: the mean rises with the intercept. */
static double solve_intercept(const struct lac_simulate_nation *nation, const double *offset, double target)
{
    double low = -30, high = 30;
    for (int k = 0; k < 60; k++) {
        double middle = (low + high) / 2;
        if (mean_probability(nation, offset, middle) < target)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/* Children only at risk are known to services, not to police or the referral mechanism; a cancelled crime to
 * police. */
static bool possible(enum lac_simulate_kind kind, const struct lac_simulate_list_settings *list)
{
    bool police = strcmp(list->spread, "force") == 0, referral = strcmp(list->code, "NRM") == 0;
    if (kind == LAC_KIND_AT_RISK) return !police && !referral;
    if (kind == LAC_KIND_CANCELLED) return police;
    if (kind == LAC_KIND_FAMILIAL) return !referral;
    return true;
}

static void apply_dependence(const struct lac_simulate_nation *nation, struct lac_simulate_person *person,
                             struct lac_random *random)
{
    const struct lac_simulate_settings *s = nation->settings;
    const struct lac_simulate_list_settings *list = lac_simulate_lists(s);
    const struct lac_simulate_dependence_settings *rule = s->dependence.item;
    for (size_t r = 0; r < s->dependence.count; r++) {
        bool hit = lac_random_uniform(random) < rule[r].probability;
        int from = lac_simulate_list_index(s, rule[r].from), to = lac_simulate_list_index(s, rule[r].to);
        if (!hit || from < 0 || to < 0 || !person->presence[from] || !possible(person->kind, &list[to]))
            continue;
        if (strcmp(rule[r].effect, "drop") == 0) {
            person->presence[to] = LAC_PRESENCE_NONE;
        } else if (!person->presence[to]) {
            person->presence[to] = LAC_PRESENCE_REFERRAL;
            person->referred_by[to] = (uint8_t)from;
        }
    }
}

static void draw_person(const struct lac_simulate_nation *nation, uint32_t index, const double *const *offset)
{
    struct lac_simulate_person *person = &nation->person[index];
    const struct lac_simulate_list_settings *list = lac_simulate_lists(nation->settings);
    struct lac_random random = lac_simulate_stream(nation, LAC_DRAW_CAPTURE, index, 1);
    for (size_t l = 0; l < nation->settings->lists.count; l++) {
        double u = lac_random_uniform(&random);
        person->own[l] = logistic(nation->intercept[l] + offset[l][index]);
        if (!possible(person->kind, &list[l])) person->own[l] = 0;
        person->presence[l] = u < person->own[l] ? LAC_PRESENCE_OWN : LAC_PRESENCE_NONE;
    }
    apply_dependence(nation, person, &random);
}

/* Person's own terms: class and normal, the same on every list. */
static double person_offset(const struct lac_simulate_nation *nation, uint32_t index)
{
    const struct lac_simulate_heterogeneity_settings *h = &nation->settings->heterogeneity;
    struct lac_random random = lac_simulate_stream(nation, LAC_DRAW_CAPTURE, index, 0);
    nation->person[index].visible = lac_random_uniform(&random) < h->share;
    double own = h->person_sd * lac_random_normal(&random);
    return own + (nation->person[index].visible ? h->shift : 0);
}

enum lac_status lac_simulate_capture_draw(struct lac_simulate_nation *nation, struct lac_error *err)
{
    const struct lac_simulate_list_settings *list = lac_simulate_lists(nation->settings);
    size_t lists = nation->settings->lists.count;
    double *offset[LAC_SIMULATE_LISTS], force[LAC_SIMULATE_FORCES];
    double *own = LAC_NEW(nation->arena, double, nation->victims);
    if (!own) return lac_fail_memory(err, "capture");
    for (uint32_t i = 0; i < nation->victims; i++) own[i] = person_offset(nation, i);
    for (uint32_t l = 0; l < lists; l++) {
        offset[l] = LAC_NEW(nation->arena, double, nation->victims);
        if (!offset[l]) return lac_fail_memory(err, "capture");
        for (uint32_t f = 0; f < LAC_SIMULATE_FORCES; f++) {
            struct lac_random random = lac_simulate_stream(nation, LAC_DRAW_FORCE_LIST, f, l);
            force[f] = list[l].force_sd * lac_random_normal(&random);
        }
        for (size_t i = 0; i < nation->victims; i++) offset[l][i] = own[i] + force[nation->person[i].force];
        nation->intercept[l] = solve_intercept(nation, offset[l], list[l].capture);
    }
    for (uint32_t i = 0; i < nation->victims; i++) draw_person(nation, i, (const double *const *)offset);
    return LAC_OK;
}
