/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words.h"

#include <math.h>
#include <string.h>
#include "base/date.h"

char *lac_publish_number(double value, int decimals, char *out, size_t size)
{
    char plain[64];
    out[0] = '\0';
    if (isnan(value)) return out;
    if (isinf(value)) {
        (void)snprintf(out, size, "no limit");
        return out;
    }
    int length = snprintf(plain, sizeof plain, "%.*f", decimals, value);
    if (length < 0 || (size_t)length >= sizeof plain) {
        (void)snprintf(out, size, "%.*g", 6, value);
        return out;
    }
    size_t start = plain[0] == '-' ? 1 : 0, end = strcspn(plain, "."), used = 0;
    for (size_t i = 0; plain[i] && used + 2 < size; i++) {
        if (i > start && i < end && (end - i) % 3 == 0) out[used++] = ',';
        out[used++] = plain[i];
    }
    out[used] = '\0';
    return out;
}

static const char *const month_name[] = {"",        "January",  "February", "March",  "April",
                                         "May",     "June",     "July",     "August", "September",
                                         "October", "November", "December"};

const char *lac_publish_period_words(struct lac_publish_model *model, int32_t first, int32_t last)
{
    int y1, m1, d1, y2, m2, d2;
    lac_date_to_civil(first, &y1, &m1, &d1);
    lac_date_to_civil(last, &y2, &m2, &d2);
    return lac_publish_text(model, "%d %s %d to %d %s %d", d1, month_name[m1], y1, d2, month_name[m2], y2);
}

const char *lac_publish_span_words(struct lac_publish_model *model, int32_t first, int32_t last)
{
    int y1, m1, d1, y2, m2, d2, y3, m3, d3;
    char a[11], b[11];
    lac_date_to_civil(first, &y1, &m1, &d1);
    lac_date_to_civil(last, &y2, &m2, &d2);
    lac_date_to_civil(last + 1, &y3, &m3, &d3);
    if (d1 != 1 || d3 != 1)
        return lac_publish_text(model, "%s to %s", lac_date_format(first, a), lac_date_format(last, b));
    if (y1 == y2 && m1 == m2) return lac_publish_text(model, "%s %d", month_name[m1], y1);
    if (y1 == y2) return lac_publish_text(model, "%s to %s %d", month_name[m1], month_name[m2], y1);
    return lac_publish_text(model, "%s %d to %s %d", month_name[m1], y1, month_name[m2], y2);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* True when `words` stand just before `p`. */
static bool follows(const char *text, const char *p, const char *words)
{
    size_t n = strlen(words);
    return (size_t)(p - text) >= n && !strncmp(p - n, words, n);
}

/* True before " models" and " of 6893 models". */
static bool counts_models(const char *rest)
{
    if (!strncmp(rest, " of ", 4)) {
        for (rest += 4; is_digit(*rest); rest++) {
        }
    }
    return !strncmp(rest, " models", 7);
}

/* True when the number at `p`, `n` digits long, is part of an identifier or of a decimal number. */
static bool is_part(const char *text, const char *p, size_t n)
{
    bool before = p > text && (is_word(p[-1]) || (p[-1] == '.' && p - text > 1 && is_digit(p[-2])));
    return before || is_word(p[n]) || (p[n] == '.' && is_digit(p[n + 1]));
}

/* True when the words around the number say that it counts no people. */
static bool is_harmless(const char *text, const char *p, size_t n)
{
    static const char *const after[] = {"%", " %", " times", " rules"};
    static const char *const before[] = {"above ", "fewer than ", "mask "};
    const char *rest = p + n;
    for (size_t i = 0; i < LAC_COUNT(after); i++)
        if (!strncmp(rest, after[i], strlen(after[i]))) return true;
    for (size_t i = 0; i < LAC_COUNT(before); i++)
        if (follows(text, p, before[i])) return true;
    return counts_models(rest);
}

/* Length of the number at `p` if it stands alone as a possible count, else 0 and *skip characters to copy. */
static size_t count_at(const char *text, const char *p, size_t *skip)
{
    size_t n = 0;
    while (is_digit(p[n])) n++;
    *skip = n;
    return is_part(text, p, n) || is_harmless(text, p, n) || n > 15 ? 0 : n;
}

const char *lac_publish_redact(struct lac_publish_model *model, const char *text)
{
    struct lac_buffer out = {0};
    char shown[32];
    static const char prefix[] = "refused: ";
    for (const char *p = text; *p;) {
        if (!strncmp(p, prefix, sizeof prefix - 1)) p += sizeof prefix - 1;
        size_t skip = 1, n = is_digit(*p) ? count_at(text, p, &skip) : 0;
        if (!n) {
            lac_buffer_add_n(&out, p, skip);
            p += skip;
            continue;
        }
        int64_t count = 0;
        for (size_t i = 0; i < n; i++) count = count * 10 + (p[i] - '0');
        bool few = count < 2 * model->profile->round || lac_publish_hides(model->profile, count);
        double rounded = lac_publish_round((double)count, model->profile->round);
        lac_buffer_add(&out, few ? "few" : lac_publish_number(rounded, 0, shown, sizeof shown));
        p += n;
    }
    const char *copy = lac_publish_text(model, "%s", out.text ? out.text : "");
    model->failed = model->failed || out.failed;
    lac_buffer_release(&out);
    return copy;
}

static const struct {
    const char *method, *two, *many, *how;
} methods[] = {
    {"lincoln-petersen", "being on one list makes a person neither more nor less likely to be on the other",
     "being on one list of the pair makes a person neither more nor less likely to be on the other",
     "Two lists: the share of one list that the other has also seen is taken as the share of everyone it has "
     "seen."},
    {"chapman", "being on one list makes a person neither more nor less likely to be on the other",
     "being on one list of the pair makes a person neither more nor less likely to be on the other",
     "Two lists, with Chapman's correction for small overlaps."},
    {"chao", "people differ only in how easily they are seen",
     "people differ only in how easily they are seen, which makes the figure a lower bound",
     "Chao's lower bound, from the numbers of people seen by exactly one and exactly two lists."},
    {"chao-mt", "people differ only in how easily they are seen",
     "people differ only in how easily they are seen, which makes the figure a lower bound",
     "Chao's lower bound for lists that differ in how much they see."},
    {"m0", "the lists are independent and everyone is equally likely to be on each",
     "the lists are independent and everyone is equally likely to be on each",
     "Closed-population model M0: one chance of being seen."},
    {"mt", "the lists are independent and each is equally likely to see anyone",
     "the lists are independent and each is equally likely to see anyone",
     "Closed-population model Mt: a chance of being seen for each list."},
    {"loglinear-average", "being on one list makes a person neither more nor less likely to be on the other",
     "the way the lists depend on one another among people they have seen also holds for people none of them "
     "has seen, with no dependence that involves all lists at once",
     "Every hierarchical log-linear model of how the lists overlap is fitted. Each gives a number of unseen "
     "people; the numbers are averaged, on the log scale, with weights from the Bayesian information "
     "criterion. The interval comes from bootstrap replicates in which the models are fitted and weighted "
     "afresh."},
    {"loglinear-stepwise", "being on one list makes a person neither more nor less likely to be on the other",
     "one log-linear model, chosen step by step, describes how the lists depend on one another among the "
     "seen and the unseen alike, with no dependence that involves all lists at once",
     "A log-linear model is chosen step by step; the bootstrap repeats the choice in every replicate."},
    {"loglinear-all", "being on one list makes a person neither more nor less likely to be on the other",
     "the log-linear model that fits best describes how the lists depend on one another among the seen and "
     "the unseen alike, with no dependence that involves all lists at once",
     "Every hierarchical log-linear model is fitted and the best by information criterion is used."},
};

static size_t method_find(const char *method)
{
    for (size_t i = 0; i < LAC_COUNT(methods); i++)
        if (!strcmp(methods[i].method, method)) return i;
    return LAC_COUNT(methods);
}

const char *lac_publish_assumption(const char *method, size_t lists)
{
    size_t i = method_find(method);
    if (i == LAC_COUNT(methods))
        return "the model describes people no list has seen as well as it describes those seen";
    return lists == 2 ? methods[i].two : methods[i].many;
}

const char *lac_publish_method(const char *method)
{
    size_t i = method_find(method);
    return i == LAC_COUNT(methods) ? "" : methods[i].how;
}

const char *lac_publish_small_number(struct lac_publish_model *model, size_t n)
{
    static const char *const word[] = {"no",   "one", "two",   "three", "four",
                                       "five", "six", "seven", "eight", "nine"};
    return n < LAC_COUNT(word) ? word[n] : lac_publish_text(model, "%zu", n);
}

static const char *observed_words(struct lac_publish_model *model)
{
    char number[32];
    const struct lac_publish_headline *h = &model->headline;
    if (isnan(h->observed)) return "a number too small to publish";
    return lac_publish_text(model, "%s", lac_publish_number(h->observed, 0, number, sizeof number));
}

static const char *refused_sentence(struct lac_publish_model *model)
{
    char number[32];
    const struct lac_publish_headline *h = &model->headline;
    const char *bound = "";
    if (!isnan(h->lower_bound))
        bound =
            lac_publish_text(model,
                             " A lower bound, which is not an estimate, is %s: it holds if the lists are "
                             "independent of one another or people differ only in how easily they are seen.",
                             lac_publish_number(h->lower_bound, 0, number, sizeof number));
    return lac_publish_text(model,
                            "No estimate is published for %s, %s: %s. The agencies' lists hold %s %s who "
                            "certainly met the definition \u201c%s\u201d.%s",
                            model->nation, model->period_words, h->reasons, observed_words(model),
                            model->population, lac_publish_definition_title(model, model->definition), bound);
}

/* The second interval of method national; empty for other methods. */
static const char *model_only_words(struct lac_publish_model *model)
{
    char lower[32], upper[32];
    const struct lac_publish_headline *h = &model->headline;
    if (!(h->model_only_lower > 0)) return "";
    lac_publish_number(h->model_only_lower, 0, lower, sizeof lower);
    lac_publish_number(h->model_only_upper, 0, upper, sizeof upper);
    if (isinf(h->model_only_upper))
        return lac_publish_text(model, " If that holds exactly, the interval is %s or more.", lower);
    return lac_publish_text(model, " If that holds exactly, the interval is %s to %s.", lower, upper);
}

const char *lac_publish_headline_sentence(struct lac_publish_model *model)
{
    char estimate[32], lower[32], upper[32], level[16];
    const struct lac_publish_headline *h = &model->headline;
    if (h->refused || isnan(h->estimate)) return refused_sentence(model);
    lac_publish_number(h->estimate, 0, estimate, sizeof estimate);
    lac_publish_number(h->lower, 0, lower, sizeof lower);
    lac_publish_number(h->upper, 0, upper, sizeof upper);
    (void)snprintf(level, sizeof level, "%.0f%%", h->level * 100);
    const char *interval =
        isnan(h->lower) ? "no interval is available"
        : isinf(h->upper)
            ? lac_publish_text(model, "%s interval: %s or more, without an upper limit", level, lower)
            : lac_publish_text(model, "%s interval: %s to %s", level, lower, upper);
    return lac_publish_text(
        model,
        "An estimated %s %s met the definition \u201c%s\u201d in %s, %s (%s), on the assumption that %s.%s",
        estimate, model->population, lac_publish_definition_title(model, model->definition), model->nation,
        model->period_words, interval, lac_publish_assumption(h->method, h->list_count),
        model_only_words(model));
}

/* "6,400 (95% interval: 4,700 to 10,100)" of a variant of the headline; NULL when it has no estimate. */
static const char *variant_words(struct lac_publish_model *model, const char *table)
{
    char estimate[32], lower[32], upper[32];
    const struct lac_publish_figure_key key = {table,         model->definition,  model->population,
                                               model->period, model->nation_code, "estimate"};
    const struct lac_publish_figure *figure = lac_publish_figure_find(model, &key);
    if (!figure || isnan(figure->value)) return NULL;
    lac_publish_number(figure->value, 0, estimate, sizeof estimate);
    lac_publish_number(figure->lower, 0, lower, sizeof lower);
    lac_publish_number(figure->upper, 0, upper, sizeof upper);
    return lac_publish_text(model, "%s (%.0f%% interval: %s to %s)", estimate, figure->level * 100, lower,
                            upper);
}

/* Those the records cannot tell of are drawn in or out. */
static const char *drawn_sentence(struct lac_publish_model *model, const char *high)
{
    const char *low = variant_words(model, "estimates-low");
    const char *both =
        low && high
            ? lac_publish_text(model, " Without any of them it would be %s, with all of them %s.", low, high)
            : "";
    return lac_publish_text(
        model,
        "For some people the records cannot tell whether they meet the definition. The number "
        "observed leaves them out; the estimate counts them in as often as people whose "
        "records can tell.%s",
        both);
}

const char *lac_publish_unsure_sentence(struct lac_publish_model *model)
{
    const struct lac_publish_figure_key key = {"estimates-high", model->definition,  model->population,
                                               model->period,    model->nation_code, "estimate"};
    const char *high = variant_words(model, "estimates-high");
    if (!lac_publish_figure_find(model, &key)) return "";
    if (model->headline.scope_drawn) return drawn_sentence(model, high);
    if (!high)
        return "People for whom the records cannot tell whether they meet the definition are left out of "
               "this figure. With them there is no estimate to publish.";
    return lac_publish_text(
        model,
        "People for whom the records cannot tell whether they meet the definition are left "
        "out of this figure. If all of them met it, the estimate would be %s. Complete records "
        "would be expected to give a figure between the two.",
        high);
}

const char *lac_publish_grade(struct lac_publish_model *model)
{
    const struct lac_publish_headline *h = &model->headline;
    const char *grade = h->grade ? h->grade : "", *checks = "", *wide = "";
    if (h->refused) return "Grade: do not publish an estimate. The number observed may be used.";
    if (strcmp(grade, "strong") == 0) checks = "strong. Every check was passed with room to spare. ";
    if (strcmp(grade, "moderate") == 0 || strcmp(grade, "weak") == 0)
        checks = lac_publish_text(model, "%s. Checks were passed narrowly: %s. ", grade,
                                  h->near && h->near[0] ? h->near : "see below");
    if (h->status == 'u')
        wide = "It is of low reliability: the interval is too wide for the figure to be used alone. ";
    return lac_publish_text(
        model, "Grade: %s%s%s", checks, wide,
        checks[0]
            ? "It may be used with its interval and its assumption, for the purposes not ruled out below."
            : "may be used with its interval and its assumption, for the purposes not ruled out below.");
}

const char *lac_publish_interval_sentence(struct lac_publish_model *model)
{
    const struct lac_publish_headline *h = &model->headline;
    if (h->refused || !h->interval_kind[0] || isnan(h->lower)) return "";
    return lac_publish_text(
        model, "The interval comes from %s, at a nominal coverage of %.0f%%. %s",
        lac_publish_interval_words(h->interval_kind), h->level * 100,
        h->linkages_drawn > 0
            ? lac_publish_text(
                  model, "Doubt about which records are one person is inside it, by %lld drawn linkages.",
                  (long long)h->linkages_drawn)
            : "Errors of the record linkage are not inside it.");
}

const char *lac_publish_humanise(struct lac_publish_model *model, const char *code)
{
    size_t length = strlen(code);
    char *out = lac_publish_new(model, length + 1, 1);
    if (!out) return "";
    for (size_t i = 0; i < length; i++) out[i] = code[i] == '-' || code[i] == '_' ? ' ' : code[i];
    if (out[0] >= 'a' && out[0] <= 'z') out[0] = (char)(out[0] - 'a' + 'A');
    return out;
}

const char *lac_publish_interval_words(const char *kind)
{
    static const char *const words[][2] = {
        {"percentile", "percentiles of the bootstrap replicates"},
        {"delta", "bootstrap, with an allowance for dependence between lists that no model sees"},
        {"bca", "bias-corrected and accelerated bootstrap"},
        {"bootstrap", "bootstrap replicates"},
        {"profile", "profile likelihood"},
        {"wald", "normal approximation"},
        {"lognormal", "log-normal approximation"},
    };
    for (size_t i = 0; i < LAC_COUNT(words); i++)
        if (!strcmp(kind, words[i][0])) return words[i][1];
    return kind;
}
