/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How counts hang together, as a reader knows it. Each relation is kept only where it holds for the counts:
 * an equality that the counts do not fulfil (people without a region, say) becomes an inequality. */
#include <string.h>
#include "base/date.h"
#include "control.h"

enum kind { MAIN, OWN, HIGH, SCOPE_LOW, SCOPE_HIGH, LIST, OVERLAP, WITH, WITH_HIGH, WITHOUT, OTHER };

/* A count with its keys as numbers. */
struct node {
    enum kind kind;
    size_t table, definition, population, code, stratum, variable; /* variable: stratum up to its = */
    int32_t start, end;
    char place; /* n, r, f */
    int64_t count;
    size_t unknown;
    const struct lac_publish_figure *figure;
};

struct web {
    struct lac_publish_model *model;
    const struct lac_publish_input *input;
    struct node *node;
    size_t n;
    const char **text; /* distinct texts */
    size_t texts;
    size_t *part; /* scratch */
};

static size_t intern(struct web *web, const char *text, size_t length)
{
    for (size_t i = web->texts; i-- > 0;)
        if (!strncmp(web->text[i], text, length) && !web->text[i][length]) return i;
    web->text[web->texts] = lac_publish_text(web->model, "%.*s", (int)length, text);
    return web->texts++;
}

static enum kind kind_of(const struct lac_publish_figure *f)
{
    static const struct {
        const char *table, *stratum;
        enum kind kind;
    } kinds[] = {{"estimates", "", MAIN},
                 {"estimates-own", "", OWN},
                 {"estimates-high", "", HIGH},
                 {"scope", "count=low", SCOPE_LOW},
                 {"scope", "count=high", SCOPE_HIGH},
                 {"lists", "", LIST},
                 {"overlaps", "", OVERLAP},
                 {"definition-overlaps", "with=", WITH},
                 {"definition-overlaps", "with-high=", WITH_HIGH},
                 {"definition-overlaps", "without=", WITHOUT}};
    for (size_t i = 0; i < LAC_COUNT(kinds); i++)
        if (!strcmp(f->table, kinds[i].table) &&
            !strncmp(f->stratum, kinds[i].stratum, strlen(kinds[i].stratum)))
            return kinds[i].kind;
    return OTHER;
}

static void node_set(struct web *web, struct node *node, const struct lac_publish_figure *f, size_t unknown)
{
    char day[11];
    *node = (struct node){kind_of(f),
                          intern(web, f->table, strlen(f->table)),
                          intern(web, f->definition, strlen(f->definition)),
                          intern(web, f->population, strlen(f->population)),
                          intern(web, f->geography_code, strlen(f->geography_code)),
                          intern(web, f->stratum, strlen(f->stratum)),
                          intern(web, f->stratum, strcspn(f->stratum, "=")),
                          LAC_DATE_NONE,
                          LAC_DATE_NONE,
                          f->place[0],
                          f->count,
                          unknown,
                          f};
    if (strlen(f->period) == 21) {
        memcpy(day, f->period, 10);
        day[10] = '\0';
        (void)lac_date_parse(day, &node->start);
        (void)lac_date_parse(f->period + 11, &node->end);
    }
}

static void entry_add(struct web *web, size_t unknown, double coefficient)
{
    struct lac_publish_control *control = web->model->control;
    struct lac_publish_system *system = &control->system;
    struct lac_publish_entry *array =
        lac_publish_grow(web->model, system->entry, system->entries, &control->entry_capacity, sizeof *array);
    if (!array) return;
    system->entry = array;
    array[system->entries++] = (struct lac_publish_entry){unknown, coefficient};
}

static void relation_add(struct web *web, enum lac_publish_relation_kind kind, size_t first)
{
    struct lac_publish_control *control = web->model->control;
    struct lac_publish_system *system = &control->system;
    struct lac_publish_relation *array = lac_publish_grow(web->model, system->relation, system->relations,
                                                          &control->relation_capacity, sizeof *array);
    if (!array) return;
    system->relation = array;
    array[system->relations++] = (struct lac_publish_relation){first, system->entries - first, kind};
}

/* The parts in web->part against their total: equal where they add up, else as the counts are. `exact` false:
 * parts may overlap, so that all that is known is that they reach the total. */
static void parts_add(struct web *web, size_t parts, const struct node *total, bool exact)
{
    size_t first = web->model->control->system.entries;
    int64_t sum = 0;
    if (!parts) return;
    for (size_t k = 0; k < parts; k++) sum += web->node[web->part[k]].count;
    if (!exact && sum < total->count) return;
    for (size_t k = 0; k < parts; k++) entry_add(web, web->node[web->part[k]].unknown, 1);
    entry_add(web, total->unknown, -1);
    relation_add(web,
                 !exact                ? LAC_PUBLISH_AT_LEAST
                 : sum == total->count ? LAC_PUBLISH_EQUAL
                 : sum < total->count  ? LAC_PUBLISH_AT_MOST
                                       : LAC_PUBLISH_AT_LEAST,
                 first);
}

/* a + b is at most c; b may be NULL. Only where it holds. */
static void at_most(struct web *web, const struct node *a, const struct node *b, const struct node *c)
{
    size_t first = web->model->control->system.entries;
    if (a->count + (b ? b->count : 0) > c->count || a->unknown == c->unknown) return;
    entry_add(web, a->unknown, 1);
    if (b) entry_add(web, b->unknown, 1);
    entry_add(web, c->unknown, -1);
    relation_add(web, LAC_PUBLISH_AT_MOST, first);
}

static bool alike(const struct node *a, const struct node *b)
{
    return a->definition == b->definition && a->population == b->population;
}

static bool same_window(const struct node *a, const struct node *b)
{
    return a->start == b->start && a->end == b->end;
}

static bool is_estimate(const struct node *a)
{
    return a->kind <= HIGH;
}

/* Regions and forces of the nation, forces of a region. */
static void places(struct web *web, const struct node *total)
{
    static const char kinds[] = {'r', 'f'};
    for (size_t k = 0; k < LAC_COUNT(kinds); k++) {
        size_t parts = 0;
        if (total->place == 'f' || (total->place == 'r' && kinds[k] == 'r')) continue;
        for (size_t i = 0; i < web->n; i++) {
            const struct node *part = &web->node[i];
            if (part->place != kinds[k] || part->table != total->table || part->stratum != total->stratum ||
                !alike(part, total) || !same_window(part, total))
                continue;
            if (total->place == 'r' &&
                strcmp(lac_publish_force_region(web->input, part->figure->geography_code),
                       total->figure->geography) != 0)
                continue;
            web->part[parts++] = i;
        }
        parts_add(web, parts, total, true);
    }
}

/* Values of each variable under `all`. */
static void strata(struct web *web, const struct node *total)
{
    if (strcmp(total->figure->stratum, "all") != 0) return;
    for (size_t v = 0; v < web->texts; v++) {
        size_t parts = 0;
        for (size_t i = 0; i < web->n; i++) {
            const struct node *part = &web->node[i];
            if (part->variable == v && part != total && part->table == total->table &&
                part->stratum != total->stratum && part->code == total->code && alike(part, total) &&
                same_window(part, total))
                web->part[parts++] = i;
        }
        parts_add(web, parts, total, true);
    }
}

/* The shortest window of the same count that starts on a day and ends by another; n when there is none. */
static size_t window_at(const struct web *web, const struct node *total, int32_t start)
{
    size_t best = web->n;
    for (size_t i = 0; i < web->n; i++) {
        const struct node *part = &web->node[i];
        if (part->start != start || part->end > total->end || same_window(part, total) ||
            part->table != total->table || part->code != total->code || part->stratum != total->stratum ||
            !alike(part, total))
            continue;
        if (best == web->n || part->end < web->node[best].end) best = i;
    }
    return best;
}

/* A window lies within a longer one; windows end to end reach it, a person counting in each. */
static void windows(struct web *web, const struct node *total)
{
    size_t parts = 0;
    int32_t day = total->start;
    for (size_t i = 0; i < web->n; i++) {
        const struct node *part = &web->node[i];
        if (part->table == total->table && part->code == total->code && part->stratum == total->stratum &&
            alike(part, total) && !same_window(part, total) && part->start >= total->start &&
            part->end <= total->end)
            at_most(web, part, NULL, total);
    }
    while (day != LAC_DATE_NONE && day <= total->end) {
        size_t next = window_at(web, total, day);
        if (next == web->n) return;
        web->part[parts++] = next;
        day = web->node[next].end + 1;
    }
    parts_add(web, parts, total, false);
}

static bool subset(const struct lac_publish_input *input, const char *definition, const char *of)
{
    const struct lac_table *t = &input->definitions;
    size_t length = strlen(of);
    for (size_t i = 0; i < t->rows; i++) {
        if (strcmp(lac_text(t, LAC_COL_definitions_definition, i), definition) != 0) continue;
        const char *list = strstr(lac_text(t, LAC_COL_definitions_rule, i), "subset_of: [");
        for (const char *p = list; p && *p && *p != ']'; p++)
            if (*p == '"' && !strncmp(p + 1, of, length) && p[1 + length] == '"') return true;
    }
    return false;
}

/* What stands after the = of a stratum. */
static const char *after(const struct node *node)
{
    const char *equals = strchr(node->figure->stratum, '=');
    return equals ? equals + 1 : "";
}

/* Counts of one definition, place and window of which the first lies within the second, or is it. */
static const struct {
    enum kind small, large;
    bool same, all, stratum; /* the same people; the second's stratum is `all`; both have the same stratum */
} within[] = {{OWN, MAIN, false, false, true},        {MAIN, HIGH, false, false, true},
              {LIST, MAIN, false, true, false},       {SCOPE_LOW, SCOPE_HIGH, false, false, false},
              {WITH, SCOPE_LOW, false, false, false}, {WITH_HIGH, SCOPE_HIGH, false, false, false},
              {SCOPE_LOW, MAIN, true, true, false},   {SCOPE_HIGH, HIGH, true, true, false}};

static void one_definition(struct web *web, const struct node *a, const struct node *b)
{
    for (size_t i = 0; i < LAC_COUNT(within); i++) {
        if (a->kind != within[i].small || b->kind != within[i].large) continue;
        if (within[i].all && strcmp(b->figure->stratum, "all") != 0) continue;
        if (within[i].stratum && a->stratum != b->stratum) continue;
        web->part[0] = (size_t)(a - web->node);
        if (within[i].same)
            parts_add(web, 1, b, true);
        else
            at_most(web, a, NULL, b);
    }
    if (a->kind == WITH && b->kind == WITH_HIGH && !strcmp(after(a), after(b))) at_most(web, a, NULL, b);
}

static void two_definitions(struct web *web, const struct node *a, const struct node *b)
{
    if (is_estimate(a) && a->kind == b->kind && a->stratum == b->stratum &&
        subset(web->input, a->figure->definition, b->figure->definition))
        at_most(web, a, NULL, b);
    bool other = !strcmp(after(a), b->figure->definition);
    if (other &&
        ((a->kind == WITH_HIGH && b->kind == SCOPE_HIGH) || (a->kind == WITH && b->kind == SCOPE_LOW)))
        at_most(web, a, NULL, b);
}

/* Counts of the same place and window: variants, lists, nested definitions, what definitions share. */
static void pair(struct web *web, const struct node *a, const struct node *b)
{
    if (a->population != b->population || a->code != b->code) return;
    if (a->definition == b->definition)
        one_definition(web, a, b);
    else
        two_definitions(web, a, b);
}

static bool same_place(const struct node *a, const struct node *b)
{
    return a->population == b->population && a->code == b->code && same_window(a, b);
}

/* The count of this kind and definition, of the same place and window, with this text after its =; NULL. */
static const struct node *beside(const struct web *web, const struct node *node, enum kind kind,
                                 const char *definition, const char *text)
{
    for (size_t i = 0; i < web->n; i++) {
        const struct node *a = &web->node[i];
        if (a->kind == kind && same_place(a, node) && !strcmp(a->figure->definition, definition) &&
            !strcmp(after(a), text))
            return a;
    }
    return NULL;
}

/* In both and in one alone are at most all of that one. */
static void shares(struct web *web, const struct node *both)
{
    const char *const name[2] = {both->figure->definition, after(both)};
    for (size_t k = 0; k < 2; k++) {
        const struct node *alone = beside(web, both, WITHOUT, name[k], name[1 - k]);
        const struct node *all = beside(web, both, SCOPE_LOW, name[k], "low");
        if (alone && all) at_most(web, both, alone, all);
    }
}

/* a and b and their overlap: the overlap is at most each, and a + b - both at most all observed. */
static void overlap(struct web *web, const struct node *both)
{
    const char *definition = both->figure->definition, *plus = strchr(after(both), '+');
    if (!plus) return;
    const char *first_name = lac_publish_text(web->model, "%.*s", (int)(plus - after(both)), after(both));
    const struct node *a = beside(web, both, LIST, definition, first_name),
                      *b = beside(web, both, LIST, definition, plus + 1),
                      *all = beside(web, both, MAIN, definition, "");
    if (!a || !b) return;
    at_most(web, both, NULL, a);
    at_most(web, both, NULL, b);
    size_t first = web->model->control->system.entries;
    if (!all || a->count + b->count - both->count > all->count) return;
    entry_add(web, a->unknown, 1);
    entry_add(web, b->unknown, 1);
    entry_add(web, both->unknown, -1);
    entry_add(web, all->unknown, -1);
    relation_add(web, LAC_PUBLISH_AT_MOST, first);
}

/* Everybody observed is on a list. */
static void all_lists(struct web *web, const struct node *total)
{
    size_t parts = 0;
    if (total->kind != MAIN || strcmp(total->figure->stratum, "all") != 0) return;
    for (size_t i = 0; i < web->n; i++) {
        const struct node *part = &web->node[i];
        if (part->kind == LIST && alike(part, total) && part->code == total->code && same_window(part, total))
            web->part[parts++] = i;
    }
    parts_add(web, parts, total, false);
}

void lac_publish_relations(struct lac_publish_model *model, const struct lac_publish_input *input,
                           const struct lac_publish_figure *figure, const size_t *unknown, size_t n)
{
    struct web web = {.model = model, .input = input, .n = n};
    web.node = lac_publish_new(model, n + 1, sizeof *web.node);
    web.part = lac_publish_new(model, n + 1, sizeof *web.part);
    web.text = lac_publish_new(model, 6 * n + 1, sizeof *web.text);
    if (model->failed) return;
    for (size_t i = 0; i < n; i++) node_set(&web, &web.node[i], &figure[i], unknown[i]);
    for (size_t i = 0; i < n && !model->failed; i++) {
        const struct node *a = &web.node[i];
        if (is_estimate(a)) {
            places(&web, a);
            strata(&web, a);
            windows(&web, a);
            all_lists(&web, a);
        }
        for (size_t j = 0; j < n; j++)
            if (j != i && same_window(a, &web.node[j])) pair(&web, a, &web.node[j]);
        if (a->kind == WITH) shares(&web, a);
        if (a->kind == OVERLAP) overlap(&web, a);
    }
}
