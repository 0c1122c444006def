/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include "explain.h"

#define LABEL 44

static void rules_print(const struct lac_link_explanation *e, uint32_t mask, FILE *to)
{
    const char *between = "";
    for (size_t r = 0; r < e->result->rules; r++)
        if (mask >> r & 1) {
            fprintf(to, "%s%s", between, e->result->rule[r].text);
            between = "; ";
        }
    fputc('\n', to);
}

static void proposal_print(const struct lac_link_explanation *e, FILE *to)
{
    if (e->mask) {
        fprintf(to, "Proposed by %d of %zu rules: ", __builtin_popcount(e->mask), e->result->rules);
        rules_print(e, e->mask, to);
    } else if (e->scored)
        fprintf(to, "Proposed by no rule; scored because likely pairs join the two records.\n");
    else if (!e->comparable)
        fprintf(to, "Not scored: both records are of one source, where a person appears at most once.\n");
    else if (e->blocked) {
        fprintf(to, "Not scored: the block was too large to compare: ");
        rules_print(e, e->blocked, to);
    } else
        fprintf(to, "Not scored: no rule proposed the pair. The odds are what it would have had.\n");
}

static void decision_print(const struct lac_link_explanation *e, const struct lac_link_explained_pair *pair,
                           FILE *to)
{
    bool likely = lac_link_probability(e->calibrated) >= pair->threshold;
    const char *why = "";
    if (e->one_person && (!likely || !e->scored))
        why = ": their other pairs join them";
    else if (!e->one_person && likely && e->scored)
        why = ": their other pairs keep them apart";
    else if (!e->one_person && likely)
        why = ": the pair was not looked at";
    fprintf(to, "Decision: %s%s (a pair speaks for one person from probability %g)\n",
            e->one_person ? "one person" : "two persons", why, pair->threshold);
    for (int side = 0; side < (e->one_person ? 1 : 2); side++)
        fprintf(to, "Person %s: %u record%s\n", pair->person[side], pair->records[side],
                pair->records[side] == 1 ? "" : "s");
}

static void number_print(double value, const char *format, FILE *to)
{
    if (isnan(value))
        fprintf(to, "%10s", "");
    else
        fprintf(to, format, value);
}

void lac_link_explain_print(const struct lac_link_explanation *e, const struct lac_link_explained_pair *pair,
                            FILE *to)
{
    struct lac_link_step step[LAC_LINK_EXPLAIN_STEPS];
    size_t steps = lac_link_explain_steps(e, step);
    fprintf(to, "%s and %s\n\n%-*s%10s%10s%10s%10s\n", pair->id[0], pair->id[1], LABEL, "", "m", "u", "bits",
            "log2 odds");
    for (size_t k = 0; k < steps; k++) {
        fprintf(to, "%-*s", LABEL, step[k].label);
        number_print(step[k].m, "%10.4g", to);
        number_print(step[k].u, "%10.3g", to);
        number_print(step[k].change, "%+10.2f", to);
        if (step[k].total || !isnan(step[k].change))
            fprintf(to, "%+10.2f", step[k].running);
        else
            fprintf(to, "%10s", "");
        if (step[k].total)
            fprintf(to, "  probability %.6g", lac_link_probability(step[k].running));
        else if (*step[k].note)
            fprintf(to, "  %s", step[k].note);
        fputc('\n', to);
    }
    fputc('\n', to);
    if (e->result->calibration.labels)
        fprintf(to, "Probability %.6g, calibrated by %u judged pairs.\n", lac_link_probability(e->calibrated),
                e->result->calibration.labels);
    else
        fprintf(to, "Probability %.6g, the model's: nothing was judged.\n",
                lac_link_probability(e->calibrated));
    proposal_print(e, to);
    decision_print(e, pair, to);
}
