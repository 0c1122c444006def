/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "block_also.h"
#include "compare.h"

static int by_key(const void *a, const void *b)
{
    uint64_t x = ((const struct lac_link_pair *)a)->key, y = ((const struct lac_link_pair *)b)->key;
    return x < y ? -1 : x > y;
}

static enum lac_link_unused unused_why(const struct lac_link_explanation *e, size_t f)
{
    const struct lac_link_field *field = &e->data->field[f];
    if (e->result->model.training[f] == LAC_LINK_LEFT_OUT) return LAC_LINK_NOT_IN_MODEL;
    if (lac_link_level_of(field, e->pattern)) return LAC_LINK_USED;
    if (field->value[e->left] == LAC_LINK_NULL || field->value[e->right] == LAC_LINK_NULL)
        return LAC_LINK_MISSING;
    if (field->instead < f) return LAC_LINK_STANDS_IN;
    if (field->mate < f &&
        lac_link_level_of(&e->data->field[field->mate], e->pattern) == LAC_LINK_NAME_EXCHANGED)
        return LAC_LINK_EXCHANGED;
    return LAC_LINK_SCOPES;
}

static void fields_explain(struct lac_link_explanation *e, const struct lac_link_scorer *scorer)
{
    for (size_t f = 0; f < e->data->fields; f++) {
        const struct lac_link_field *field = &e->data->field[f];
        struct lac_link_explained_field *x = &e->field[f];
        x->level = lac_link_level_of(field, e->pattern);
        x->unused = unused_why(e, f);
        x->m = x->u = (double)NAN;
        x->tries = 1;
        if (!x->level) continue;
        const struct lac_link_part part =
            lac_link_score_part(scorer, (const uint32_t[2]){e->left, e->right}, f, x->level);
        x->m = part.m;
        x->u = part.u;
        x->tries = part.tries;
        if (x->unused != LAC_LINK_USED) continue;
        x->weight = part.weight;
        x->term = part.term;
    }
}

/* What household members take off, then what twins take off besides. */
static void dependence_explain(struct lac_link_explanation *e, const struct lac_link_scorer *scorer)
{
    e->together = -lac_link_score_lift(scorer, e->pattern);
    double home = 0, sum = e->prior + e->together;
    for (size_t f = 0; f < e->data->fields; f++) {
        double part = e->field[f].weight + e->field[f].term;
        sum += part;
        if (scorer->in_household >> f & 1) home += part;
    }
    if (!scorer->in_household) return;
    e->household = -log2(1 - scorer->household + scorer->household * exp2(home));
    e->twins = e->weight - sum - e->household;
}

static enum lac_status blocked_find(struct lac_link_explanation *e, struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    uint64_t *key = malloc(((size_t)e->data->n + 1) * sizeof *key);
    if (!key) return lac_fail_memory(err, "blocking keys");
    for (size_t r = 0; !st && r < e->result->rules; r++) {
        st = lac_link_rule_keys(e->data, &e->result->rule[r], key, err);
        if (!st && ((key[e->left] != LAC_LINK_NO_KEY && key[e->left] == key[e->right]) ||
                    lac_link_rule_meets(e->data, &e->result->rule[r], e->left, e->right)))
            e->blocked |= UINT32_C(1) << r;
    }
    free(key);
    return st;
}

enum lac_status lac_link_explain(const struct lac_link_data *data, const struct lac_link_result *result,
                                 uint32_t left, uint32_t right, struct lac_link_explanation *e,
                                 struct lac_error *err)
{
    struct lac_link_scratch scratch;
    struct lac_link_scorer scorer;
    struct lac_link_pair wanted = {(uint64_t)left << 32 | right, 0, 0};
    memset(&scratch, 0, sizeof scratch);
    memset(e, 0, sizeof *e);
    const struct lac_link_pair *pair =
        result->pairs.count ? bsearch(&wanted, result->pairs.pair, result->pairs.count, sizeof wanted, by_key)
                            : NULL;
    e->data = data;
    e->result = result;
    e->left = left;
    e->right = right;
    e->comparable = lac_link_comparable(data, left, right);
    e->scored = pair != NULL;
    if (pair) wanted = *pair;
    e->mask = wanted.mask;
    e->pattern = wanted.pattern = lac_link_pattern(data, &scratch, left, right);
    enum lac_status st = lac_link_scorer_make(data, &result->model, &result->terms, &scorer, err);
    if (st) return st;
    e->prior = lac_link_score(&scorer, left, right, 0);
    e->weight = lac_link_score(&scorer, left, right, e->pattern);
    if (pair && result->weight) {
        size_t at = (size_t)(pair - result->pairs.pair);
        e->calibrated = result->weight[at];
        e->in_context = result->by_model ? result->by_model[at] : e->calibrated;
    } else {
        e->in_context = e->weight;
        e->calibrated = lac_link_calibrated(&result->calibration, &wanted, e->weight);
    }
    e->one_person = result->person[left] == result->person[right];
    fields_explain(e, &scorer);
    dependence_explain(e, &scorer);
    lac_link_scorer_release(&scorer);
    return pair || !e->comparable ? LAC_OK : blocked_find(e, err);
}

static void step_add(struct lac_link_step *step, size_t *count, struct lac_link_step with)
{
    double before = *count ? step[*count - 1].running : 0;
    with.running = with.total ? with.running : before + (isnan(with.change) ? 0 : with.change);
    step[(*count)++] = with;
}

static const char *field_note(const struct lac_link_explanation *e, size_t f)
{
    static const char *const why[] = {
        [LAC_LINK_MISSING] = "missing",
        [LAC_LINK_SCOPES] = "not comparable",
        [LAC_LINK_STANDS_IN] = "only where another field is missing",
        [LAC_LINK_EXCHANGED] = "counted with the other name",
        [LAC_LINK_NOT_IN_MODEL] = "left out of scoring",
    };
    return e->field[f].unused                                    ? why[e->field[f].unused]
           : e->result->model.training[f] == LAC_LINK_BY_DEFAULT ? "m by default"
                                                                 : "";
}

size_t lac_link_explain_steps(const struct lac_link_explanation *e,
                              struct lac_link_step step[LAC_LINK_EXPLAIN_STEPS])
{
    const double none = (double)NAN;
    size_t count = 0;
    step_add(step, &count, (struct lac_link_step){"prior", none, none, e->prior, 0, false, ""});
    for (size_t f = 0; f < e->data->fields; f++) {
        const struct lac_link_field *field = &e->data->field[f];
        const struct lac_link_explained_field *x = &e->field[f];
        struct lac_link_step s = {"", x->m, x->u, x->unused ? none : x->weight, 0, false, field_note(e, f)};
        size_t length = (size_t)snprintf(s.label, sizeof s.label, "%s%s%s", field->name, x->level ? ": " : "",
                                         x->level ? lac_link_kinds[field->kind].level[x->level].name : "");
        if (x->tries > 1 && length < sizeof s.label)
            snprintf(s.label + length, sizeof s.label - length, ", best of %u with aliases", x->tries);
        step_add(step, &count, s);
        if (x->unused || x->level != 1 || !e->result->terms.log2_share[f]) continue;
        s = (struct lac_link_step){"", none, none, x->term, 0, false, ""};
        snprintf(s.label, sizeof s.label, "%s: how common the value is", field->name);
        step_add(step, &count, s);
    }
    if (fabs(e->together) > 1e-9)
        step_add(step, &count,
                 (struct lac_link_step){"fields that agree together by chance", none, none, e->together, 0,
                                        false, ""});
    if (e->result->model.household > 0) {
        step_add(step, &count,
                 (struct lac_link_step){"may be members of one household", none, none, e->household, 0, false,
                                        ""});
        step_add(step, &count, (struct lac_link_step){"may be twins", none, none, e->twins, 0, false, ""});
    }
    step_add(step, &count, (struct lac_link_step){"model", none, none, none, e->weight, true, ""});
    if (fabs(e->in_context - e->weight) > 1e-9) {
        step_add(step, &count,
                 (struct lac_link_step){"other pairs of the persons", none, none, e->in_context - e->weight,
                                        0, false, ""});
        step_add(step, &count,
                 (struct lac_link_step){"in context", none, none, none, e->in_context, true, ""});
    }
    if (e->result->calibration.labels) {
        step_add(
            step, &count,
            (struct lac_link_step){"judged pairs", none, none, e->calibrated - e->in_context, 0, false, ""});
        step_add(step, &count,
                 (struct lac_link_step){"calibrated", none, none, none, e->calibrated, true, ""});
    }
    return count;
}
