/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Funnel limits: a share or ratio of a return beside those of other agencies of its list at the same time. */
#include <math.h>
#include <string.h>

#include "peers_internal.h"
#include "share.h"

/* --- against other agencies of the list: funnels
 * ----------------------------------------------------------------------------------- */

#define PEERS_MINIMUM 3     /* returns of others that make a funnel */
#define OUTLIER_MINIMUM 0.1 /* F25: difference of shares that is worth a word */
#define DEFAULT_MINIMUM 0.2 /* F16 */
#define RATIO_MINIMUM 2.0   /* F34: times the ratio elsewhere, or a part of it */

/* What a funnel compares: a share or ratio of return j, as return i asks for it. */
typedef struct lac_ingest_share measure(const struct lac_ingest_facts *asking,
                                        const struct lac_ingest_facts *of, int field);
struct funnel {
    measure *measure;
    double (*score)(struct lac_ingest_share one, struct lac_ingest_share others);
    enum lac_ingest_rule rule;
    int field;
    const char *column, *text;
};

static struct lac_ingest_share other_share(const struct lac_ingest_facts *asking,
                                           const struct lac_ingest_facts *of, int field)
{
    (void)asking;
    (void)field;
    return (struct lac_ingest_share){of->criterion_other, of->used};
}

/* The asking return's commonest code. */
static struct lac_ingest_share top_share(const struct lac_ingest_facts *asking,
                                         const struct lac_ingest_facts *of, int field)
{
    uint64_t top = lac_ingest_tally_top(&asking->tally[field]);

    return (struct lac_ingest_share){lac_ingest_tally_rows(&of->tally[field], top), of->tally[field].all};
}

static struct lac_ingest_share victims_ratio(const struct lac_ingest_facts *asking,
                                             const struct lac_ingest_facts *of, int field)
{
    (void)asking;
    (void)field;
    return (struct lac_ingest_share){of->role[LAC_ROLE_VICTIM], of->cases};
}

static struct lac_ingest_share suspects_ratio(const struct lac_ingest_facts *asking,
                                              const struct lac_ingest_facts *of, int field)
{
    (void)asking;
    (void)field;
    return (struct lac_ingest_share){of->role[LAC_ROLE_SUSPECT] + of->role[LAC_ROLE_OFFENDER], of->cases};
}

static const struct funnel funnels[] = {
    {other_share, lac_ingest_share_score, LAC_RULE_other_outlier, 0, "criterion", NULL},
    {top_share, lac_ingest_share_score, LAC_RULE_default_value, LAC_TALLY_SEX, "sex", NULL},
    {top_share, lac_ingest_share_score, LAC_RULE_default_value, LAC_TALLY_ETHNICITY, "ethnicity", NULL},
    {top_share, lac_ingest_share_score, LAC_RULE_default_value, LAC_TALLY_NATIONALITY, "nationality", NULL},
    {top_share, lac_ingest_share_score, LAC_RULE_default_value, LAC_TALLY_OFFENCE, "offence_code", NULL},
    {top_share, lac_ingest_share_score, LAC_RULE_default_value, LAC_TALLY_CRITERION, "criterion", NULL},
    {top_share, lac_ingest_share_score, LAC_RULE_default_value, LAC_TALLY_BASIS, "basis", NULL},
    {victims_ratio, lac_ingest_ratio_score, LAC_RULE_base_victims, 0, "local_ref", "victim"},
    {suspects_ratio, lac_ingest_ratio_score, LAC_RULE_base_victims, 0, "local_ref", "suspect"},
};

/* The same list, another sender, at the same time. */
static bool is_peer(const struct peers *peers, size_t i, size_t j)
{
    const struct lac_ingest_entry *a = &peers->reg->entry[i], *b = &peers->reg->entry[j];

    return peers->facts[j] != NULL && strcmp(a->list, b->list) == 0 && a->period_start <= b->period_end &&
           b->period_start <= a->period_end && !lac_ingest_peers_same_sender(peers, i, j);
}

/* The measure of all peers together; `n` gets their number. */
static struct lac_ingest_share of_others(const struct peers *peers, size_t i, const struct funnel *funnel,
                                         size_t *n)
{
    struct lac_ingest_share sum = {0, 0};

    *n = 0;
    for (size_t j = 0; j < peers->reg->count; j++) {
        struct lac_ingest_share one;

        if (!is_peer(peers, i, j)) continue;
        one = funnel->measure(peers->facts[i], peers->facts[j], funnel->field);
        sum.part += one.part;
        sum.whole += one.whole;
        (*n)++;
    }
    return sum;
}

/* Whether the difference is large enough to matter, whatever chance says. */
static bool matters(const struct funnel *funnel, struct lac_ingest_share one, struct lac_ingest_share others)
{
    double a = (double)one.part / (double)one.whole, b = (double)others.part / (double)others.whole;

    if (funnel->rule == LAC_RULE_base_victims) return a > RATIO_MINIMUM * b || a < b / RATIO_MINIMUM;
    return a > b + (funnel->rule == LAC_RULE_default_value ? DEFAULT_MINIMUM : OUTLIER_MINIMUM);
}

static enum lac_status check_outlier(struct peers *peers, size_t i, const struct funnel *funnel, double limit)
{
    size_t n;
    struct lac_ingest_share one = funnel->measure(peers->facts[i], peers->facts[i], funnel->field);
    struct lac_ingest_share others = of_others(peers, i, funnel, &n);

    if (one.whole < peers->rows_minimum || others.whole < peers->rows_minimum || n < PEERS_MINIMUM)
        return LAC_OK;
    if (!matters(funnel, one, others) || fabs(funnel->score(one, others)) <= limit) return LAC_OK;
    return lac_ingest_peers_report(
        peers, i,
        (struct lac_ingest_finding){.rule = funnel->rule,
                                    .column = funnel->column,
                                    .text = funnel->text,
                                    .a = lac_ingest_peers_percent(one.part, one.whole),
                                    .b = lac_ingest_peers_percent(others.part, others.whole)});
}

/* One funnel over the returns of one list; the first return of the list stands for it. */
static enum lac_status check_funnel(struct peers *peers, size_t first, const struct funnel *funnel,
                                    double *score)
{
    const char *list = peers->reg->entry[first].list;
    size_t scores = 0, n;
    double limit;
    enum lac_status status = LAC_OK;

    for (size_t i = first; i < peers->reg->count; i++) {
        struct lac_ingest_share one, others;

        if (peers->facts[i] == NULL || strcmp(peers->reg->entry[i].list, list) != 0) continue;
        one = funnel->measure(peers->facts[i], peers->facts[i], funnel->field);
        others = of_others(peers, i, funnel, &n);
        if (one.whole >= peers->rows_minimum && others.whole >= peers->rows_minimum && n >= PEERS_MINIMUM)
            score[scores++] = funnel->score(one, others);
    }
    limit = peers->limit * sqrt(lac_ingest_overdispersion(score, scores));
    for (size_t i = first; i < peers->reg->count && scores > 0 && status == LAC_OK; i++)
        if (peers->facts[i] != NULL && strcmp(peers->reg->entry[i].list, list) == 0)
            status = check_outlier(peers, i, funnel, limit);
    return status;
}

enum lac_status lac_ingest_peers_funnels(struct peers *peers)
{
    double *score = LAC_NEW(peers->across->arena, double, peers->reg->count);
    enum lac_status status = LAC_OK;

    if (score == NULL) return lac_fail_memory(peers->err, "returns");
    for (size_t i = 0; i < peers->reg->count; i++) {
        if (!lac_ingest_peers_first_of_list(peers->reg, i)) continue;
        for (size_t k = 0; k < LAC_COUNT(funnels) && status == LAC_OK; k++)
            status = check_funnel(peers, i, &funnels[k], score);
    }
    return status;
}
