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
    /* the subsets of each size, of six lists; of fewer lists they are the first ones */
    static const uint64_t of_size[] = {0x0000000000000001, 0x0000000100010116, 0x0001011601161668,
                                       0x0116166816686880, 0x1668688068808000, 0x6880800080000000,
                                       0x8000000000000000};

    model->lists = lists;
    model->heterogeneity = false;
    model->terms = 0;
    for (int size = 0; size <= lists; size++) {
        for (uint64_t left = bits & of_size[size]; left != 0; left &= left - 1)
            model->term[model->terms++] = (uint16_t)__builtin_ctzll(left);
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

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

/* The list whose name stands here, up to an operator or the end: the longest, because a name may itself hold
 * an operator. Returns the length of the name, 0 when there is none. */
static size_t find_name(const char *text, int lists, const char *const *name, int *list)
{
    size_t longest = 0;

    for (int k = 0; k < lists; k++) {
        size_t length = strlen(name[k]);

        if (length <= longest || strncmp(name[k], text, length) != 0) continue;
        if (strchr("*+", *skip_blanks(text + length)) == NULL) continue; /* the end counts as found */
        longest = length;
        *list = k;
    }
    return longest;
}

/* One generator "A*B" as a bitmask; `*text` moves to what ends it. */
static enum lac_status parse_generator(const char **text, int lists, const char *const *name, unsigned *term,
                                       struct lac_error *err)
{
    const char *at = *text;

    *term = 0;
    for (;; at++) {
        size_t length;
        int k;

        at = skip_blanks(at);
        length = find_name(at, lists, name, &k);
        if (length == 0) {
            length = strcspn(at, "*+");
            while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\t')) length--;
            return fail_name(at, length, lists, name, err);
        }
        *term |= 1u << k;
        at = skip_blanks(at + length);
        if (*at != '*') break;
    }
    *text = at;
    return LAC_OK;
}

/* "h" alone, the heterogeneity column, unless a list is called so. Moves `*text` behind it. */
static bool take_heterogeneity(const char **text, int lists, const char *const *name)
{
    const char *at = skip_blanks(*text), *end;
    int k;

    if (*at != 'h' || find_name(at, lists, name, &k) > 0) return false;
    end = skip_blanks(at + 1);
    if (*end != '+' && *end != '\0') return false;
    *text = end;
    return true;
}

enum lac_status lac_estimate_model_parse(struct lac_estimate_model *model, const char *text, int lists,
                                         const char *const *name, struct lac_error *err)
{
    lac_estimate_model_main(model, lists);
    for (;; text++) {
        unsigned term = 0;
        enum lac_status status = LAC_OK;

        if (take_heterogeneity(&text, lists, name))
            model->heterogeneity = true;
        else
            status = parse_generator(&text, lists, name, &term, err);
        if (status != LAC_OK) return status;
        if (term == (1u << lists) - 1) {
            lac_fail(err, LAC_USAGE,
                     "model: the term of all lists together leaves the unseen cell undetermined");
            lac_error_rule(err, "model-saturated");
            lac_error_remedy(err, "leave at least one list out of every term");
            return LAC_USAGE;
        }
        if ((status = lac_estimate_model_add(model, term, err)) != LAC_OK) return status;
        if (*text == '\0') return LAC_OK;
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
