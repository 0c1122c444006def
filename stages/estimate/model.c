/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model.h"

#include <string.h>

#include "base/text.h"

static int size_of(unsigned term)
{
    return __builtin_popcount(term);
}

bool lac_estimate_model_has(const struct lac_estimate_model *model, unsigned term)
{
    for (int i = 0; i < model->terms; i++) {
        if (model->term[i] == term) return true;
    }
    return false;
}

void lac_estimate_model_main(struct lac_estimate_model *model, int lists)
{
    model->lists = lists;
    model->heterogeneity = false;
    model->terms = lists + 1;
    model->term[0] = 0;
    for (int k = 0; k < lists; k++) model->term[k + 1] = (uint16_t)(1u << k);
}

void lac_estimate_model_from_bits(struct lac_estimate_model *model, int lists, uint64_t bits)
{
    unsigned cells = 1u << lists;

    model->lists = lists;
    model->heterogeneity = false;
    model->terms = 0;
    for (int size = 0; size <= lists; size++) {
        for (unsigned s = 0; s < cells; s++) {
            if ((bits >> s & 1) != 0 && size_of(s) == size) model->term[model->terms++] = (uint16_t)s;
        }
    }
}

uint64_t lac_estimate_model_bits(const struct lac_estimate_model *model)
{
    uint64_t bits = 0;

    for (int i = 0; i < model->terms; i++) bits |= (uint64_t)1 << model->term[i];
    return bits;
}

static bool before(unsigned a, unsigned b)
{
    return size_of(a) != size_of(b) ? size_of(a) < size_of(b) : a < b;
}

static enum lac_status insert(struct lac_estimate_model *model, unsigned term, struct lac_error *err)
{
    int at = model->terms;

    if (lac_estimate_model_has(model, term)) return LAC_OK;
    if (model->terms == LAC_ESTIMATE_TERMS_MAX) {
        lac_fail(err, LAC_USAGE, "the model has more than %d terms", LAC_ESTIMATE_TERMS_MAX);
        lac_error_remedy(err, "use terms of fewer lists");
        return LAC_USAGE;
    }
    for (; at > 0 && before(term, model->term[at - 1]); at--) model->term[at] = model->term[at - 1];
    model->term[at] = (uint16_t)term;
    model->terms++;
    return LAC_OK;
}

enum lac_status lac_estimate_model_add(struct lac_estimate_model *model, unsigned term, struct lac_error *err)
{
    /* every non-empty subset of the term, from the term itself down */
    for (unsigned s = term; s != 0; s = (s - 1) & term) {
        enum lac_status status = insert(model, s, err);

        if (status != LAC_OK) return status;
    }
    return LAC_OK;
}

static enum lac_status fail_name(const char *text, size_t length, int lists, const char *const *name,
                                 struct lac_error *err)
{
    char word[64];
    const char *near;
    size_t n = length < sizeof word - 1 ? length : sizeof word - 1;

    memcpy(word, text, n);
    word[n] = '\0';
    lac_fail(err, LAC_USAGE, "model: '%s' is not a list of the table", word);
    lac_error_rule(err, "model-list");
    near = lac_text_nearest(word, name, (size_t)lists);
    lac_error_remedy(err,
                     near != NULL ? "did you mean %s?" : "write lists as in the table's header, as in %s*...",
                     near != NULL ? near : name[0]);
    return LAC_USAGE;
}

static int find_name(const char *text, size_t length, int lists, const char *const *name)
{
    for (int k = 0; k < lists; k++) {
        if (strlen(name[k]) == length && memcmp(name[k], text, length) == 0) return k;
    }
    return -1;
}

/* One generator "A*B" of `length` bytes as a bitmask. */
static enum lac_status parse_generator(const char *text, size_t length, int lists, const char *const *name,
                                       unsigned *term, struct lac_error *err)
{
    size_t at = 0;

    *term = 0;
    while (at <= length) {
        size_t end = at, last;
        int k;

        while (end < length && text[end] != '*') end++;
        last = end;
        while (at < last && (text[at] == ' ' || text[at] == '\t')) at++;
        while (last > at && (text[last - 1] == ' ' || text[last - 1] == '\t')) last--;
        k = find_name(text + at, last - at, lists, name);
        if (k < 0) return fail_name(text + at, last - at, lists, name, err);
        *term |= 1u << k;
        at = end + 1;
    }
    return LAC_OK;
}

static bool is_heterogeneity(const char *text, size_t length)
{
    while (length > 0 && (*text == ' ' || *text == '\t')) text++, length--;
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
    return length == 1 && *text == 'h';
}

enum lac_status lac_estimate_model_parse(struct lac_estimate_model *model, const char *text, int lists,
                                         const char *const *name, struct lac_error *err)
{
    lac_estimate_model_main(model, lists);
    for (;;) {
        size_t length = strcspn(text, "+");
        unsigned term = 0;
        enum lac_status status = LAC_OK;

        if (is_heterogeneity(text, length) && find_name("h", 1, lists, name) < 0)
            model->heterogeneity = true;
        else
            status = parse_generator(text, length, lists, name, &term, err);
        if (status != LAC_OK) return status;
        if (term == (1u << lists) - 1) {
            lac_fail(err, LAC_USAGE,
                     "model: the term of all lists together leaves the unseen cell undetermined");
            lac_error_rule(err, "model-saturated");
            lac_error_remedy(err, "leave at least one list out of every term");
            return LAC_USAGE;
        }
        if ((status = lac_estimate_model_add(model, term, err)) != LAC_OK) return status;
        if (text[length] == '\0') return LAC_OK;
        text += length + 1;
    }
}

static bool is_generator(const struct lac_estimate_model *model, unsigned term)
{
    for (int i = 0; i < model->terms; i++) {
        if (model->term[i] != term && (model->term[i] & term) == term) return false;
    }
    return true;
}

/* Order of two terms of one size: by their lists from the first on, so AB < AC < BC. */
static bool lists_before(unsigned a, unsigned b)
{
    unsigned differ = a ^ b;

    return (a & differ & (0u - differ)) != 0;
}

static void put_term(unsigned term, const char *const *name, struct lac_buffer *out)
{
    const char *between = "";

    for (int k = 0; term >> k != 0; k++) {
        if ((term >> k & 1) == 0) continue;
        lac_buffer_printf(out, "%s%s", between, name[k]);
        between = "*";
    }
}

void lac_estimate_model_format(const struct lac_estimate_model *model, const char *const *name,
                               struct lac_buffer *out)
{
    uint16_t generator[LAC_ESTIMATE_TERMS_MAX];
    int n = 0;

    for (int i = model->terms - 1; i > 0; i--) {
        unsigned term = model->term[i];
        int at = n;

        if (!is_generator(model, term)) continue;
        for (; at > 0 && size_of(generator[at - 1]) == size_of(term) && lists_before(term, generator[at - 1]);
             at--)
            generator[at] = generator[at - 1];
        generator[at] = (uint16_t)term;
        n++;
    }
    for (int i = 0; i < n; i++) {
        if (i > 0) lac_buffer_add(out, " + ");
        put_term(generator[i], name, out);
    }
    if (model->heterogeneity) lac_buffer_add(out, " + h");
}
