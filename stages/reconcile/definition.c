/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "definition.h"

#include <string.h>

#include "nesting.h"

#define FIELD(member) .offset = offsetof(struct lac_reconcile_definition, member)
#define MAX_AGE LAC_RECONCILE_AGE_ANY
#define MAX_COUNT 1000

static const char *const criteria[] = {"FAM", "CSE", "INS", "RIT", "OTH", "UNK", NULL};
static const char *const answers[] = {"Y", "N", NULL};
static const char *const statuses[] = {"headline", "variant", "comparator", NULL};
static const char *const units[] = {"crime", "victim", "suspect", "group", NULL};
static const char *const bases[] = {"at_offence", "at_record", NULL};
static const char *const associations[] = {"any", "same_incident", "mapped_ocg", NULL};
static const char *const treatments[] = {"include", "exclude", "separate", NULL};
static const char *const missing[] = {"three_valued", "in", "out", NULL};

static const struct lac_config_field alternative_fields[] = {
    {.key = "criterion",
     .type = LAC_CONFIG_STRINGS,
     .offset = offsetof(struct lac_reconcile_alternative, criterion),
     .choices = criteria,
     .text = "the case's criterion is one of these; UNK also matches an empty field"},
    {.key = "flag",
     .type = LAC_CONFIG_STRINGS,
     .offset = offsetof(struct lac_reconcile_alternative, flag),
     .choices = answers,
     .text = "the CSE flag is one of these"},
    {.key = "code",
     .type = LAC_CONFIG_STRINGS,
     .offset = offsetof(struct lac_reconcile_alternative, code),
     .text = "the Home Office offence code is one of these"},
    {.key = "keyword",
     .type = LAC_CONFIG_STRINGS,
     .offset = offsetof(struct lac_reconcile_alternative, keyword),
     .text = "the operation's name holds one of these words"},
};
static const struct lac_config_schema alternative_schema = {
    "exploitation", sizeof(struct lac_reconcile_alternative), alternative_fields,
    LAC_COUNT(alternative_fields)};

static const struct lac_config_field fields[] = {
    {.key = "id", .type = LAC_CONFIG_STRING, FIELD(id), .required = true, .text = "identifier, as D_IICSA"},
    {.key = "title", .type = LAC_CONFIG_STRING, FIELD(title), .required = true, .text = "title for readers"},
    {.key = "version", .type = LAC_CONFIG_STRING, FIELD(version), .required = true, .text = "as \"1.0\""},
    {.key = "status",
     .type = LAC_CONFIG_ENUM,
     FIELD(status),
     .required = true,
     .choices = statuses,
     .text = "headline, variant or comparator"},
    {.key = "words",
     .type = LAC_CONFIG_STRING,
     FIELD(words),
     .required = true,
     .text = "the rule in a sentence, as readers see it"},
    {.key = "basis", .type = LAC_CONFIG_STRING, FIELD(basis), .text = "where the rule comes from"},
    {.key = "unit",
     .type = LAC_CONFIG_ENUM,
     FIELD(unit),
     .required = true,
     .choices = units,
     .text = "whose records show exploitation: crime, victim, suspect or group"},
    {.key = "victim_age_min",
     .type = LAC_CONFIG_INT,
     FIELD(victim_age_min),
     .fallback = "0",
     .high = MAX_AGE,
     .text = "lowest age of the victim in years"},
    {.key = "victim_age_max",
     .type = LAC_CONFIG_INT,
     FIELD(victim_age_max),
     .required = true,
     .high = MAX_AGE,
     .text = "highest age of the victim in years; 120 leaves age out"},
    {.key = "age_basis",
     .type = LAC_CONFIG_ENUM,
     FIELD(age_basis),
     .fallback = "at_offence",
     .choices = bases,
     .text = "day of the age: at_offence or at_record"},
    {.key = "min_persons",
     .type = LAC_CONFIG_INT,
     FIELD(min_persons),
     .required = true,
     .high = MAX_COUNT,
     .text = "fewest suspects; 0 asks nothing"},
    {.key = "min_victims",
     .type = LAC_CONFIG_INT,
     FIELD(min_victims),
     .fallback = "0",
     .high = MAX_COUNT,
     .text = "fewest victims; 0 asks nothing"},
    {.key = "count_unidentified",
     .type = LAC_CONFIG_BOOL,
     FIELD(count_unidentified),
     .fallback = "true",
     .text = "suspects not identified count"},
    {.key = "count_facilitators",
     .type = LAC_CONFIG_BOOL,
     FIELD(count_facilitators),
     .fallback = "false",
     .text = "facilitators count"},
    {.key = "suspect_age_min",
     .type = LAC_CONFIG_INT,
     FIELD(suspect_age_min),
     .fallback = "0",
     .high = MAX_AGE,
     .text = "only suspects of this age or older count; 0 is any"},
    {.key = "require_association",
     .type = LAC_CONFIG_ENUM,
     FIELD(require_association),
     .fallback = "any",
     .choices = associations,
     .text = "any (same case or same group reference), same_incident, or mapped_ocg"},
    {.key = "mapped_groups",
     .type = LAC_CONFIG_STRINGS,
     FIELD(mapped_groups),
     .text = "with mapped_ocg: how the references of mapped groups begin; absent: the records cannot tell"},
    {.key = "exploitation",
     .type = LAC_CONFIG_SECTIONS,
     FIELD(exploitation),
     .sub = &alternative_schema,
     .text = "alternatives of which one must hold; within one, all keys must; absent: any kind of case"},
    {.key = "exclude_criteria",
     .type = LAC_CONFIG_STRINGS,
     FIELD(exclude_criteria),
     .choices = criteria,
     .text = "criteria that are out"},
    {.key = "separate_criteria",
     .type = LAC_CONFIG_STRINGS,
     FIELD(separate_criteria),
     .choices = criteria,
     .text = "criteria that are counted apart"},
    {.key = "familial",
     .type = LAC_CONFIG_ENUM,
     FIELD(familial),
     .fallback = "include",
     .choices = treatments,
     .text = "cases of criterion FAM"},
    {.key = "image_only",
     .type = LAC_CONFIG_ENUM,
     FIELD(image_only),
     .fallback = "include",
     .choices = treatments,
     .text = "image-only cases"},
    {.key = "peer_only",
     .type = LAC_CONFIG_ENUM,
     FIELD(peer_only),
     .fallback = "include",
     .choices = treatments,
     .text = "cases whose suspects are all under 18"},
    {.key = "on_missing",
     .type = LAC_CONFIG_ENUM,
     FIELD(on_missing),
     .fallback = "three_valued",
     .choices = missing,
     .text = "a clause that cannot be decided: three_valued (cannot tell), or the value it is given"},
    {.key = "subset_of",
     .type = LAC_CONFIG_STRINGS,
     FIELD(subset_of),
     .text = "definitions that must hold every person of this one; checked on each run"},
};
const struct lac_config_schema lac_reconcile_definition_schema = {
    "the definition", sizeof(struct lac_reconcile_definition), fields, LAC_COUNT(fields)};

unsigned lac_reconcile_criterion_bit(const char *code)
{
    for (unsigned i = 0; criteria[i] != NULL; i++) {
        if (strcmp(criteria[i], code) == 0) return 1U << i;
    }
    return LAC_RECONCILE_UNK;
}

static unsigned criterion_set(const struct lac_strings *codes)
{
    unsigned set = 0;

    for (size_t i = 0; i < codes->count; i++) set |= lac_reconcile_criterion_bit(codes->item[i]);
    return set;
}

static unsigned answer_set(const struct lac_strings *codes)
{
    unsigned set = 0;

    for (size_t i = 0; i < codes->count; i++)
        set |= strcmp(codes->item[i], "Y") == 0 ? LAC_RECONCILE_YES : LAC_RECONCILE_NO;
    return set;
}

static enum lac_reconcile_treatment treatment(const char *word)
{
    if (strcmp(word, "include") == 0) return LAC_RECONCILE_INCLUDE;
    return strcmp(word, "exclude") == 0 ? LAC_RECONCILE_EXCLUDE : LAC_RECONCILE_SEPARATE;
}

/* A rule between keys is broken: `key` is the one to point at. */
static enum lac_status refuse(const char *path, const char *key, const char *message, const char *remedy,
                              struct lac_error *err)
{
    lac_fail(err, LAC_USAGE, "%s: %s", key, message);
    lac_error_file(err, path);
    lac_error_line(err, lac_config_line(path, key));
    lac_error_rule(err, "definition-value");
    lac_error_remedy(err, "%s", remedy);
    return LAC_USAGE;
}

static enum lac_status check_numbers(const struct lac_reconcile_definition *d, const char *path,
                                     struct lac_error *err)
{
    if (d->victim_age_min > d->victim_age_max)
        return refuse(path, "victim_age_min", "the range of ages is empty: it lies above victim_age_max",
                      "exchange the two ages", err);
    if (d->suspect_age_min > 0 && d->min_persons == 0)
        return refuse(path, "suspect_age_min", "has no meaning where min_persons is 0", "raise min_persons",
                      err);
    return LAC_OK;
}

static enum lac_status check_association(const struct lac_reconcile_definition *d, const char *path,
                                         struct lac_error *err)
{
    if (d->mapped_groups.count > 0 && strcmp(d->require_association, "mapped_ocg") != 0)
        return refuse(path, "mapped_groups", "has no meaning without require_association: mapped_ocg",
                      "write require_association: mapped_ocg, or leave mapped_groups out", err);
    for (size_t i = 0; i < d->mapped_groups.count; i++) {
        if (d->mapped_groups.item[i][0] == '\0')
            return refuse(path, "mapped_groups", "an empty beginning fits every reference",
                          "write how the references of mapped groups begin, as OCG", err);
    }
    if (strcmp(d->unit, "group") == 0 && strcmp(d->require_association, "same_incident") == 0)
        return refuse(path, "unit", "a group holds several incidents, require_association only one",
                      "write unit: crime, or require_association: any", err);
    return LAC_OK;
}

static enum lac_status check_criteria(const struct lac_reconcile_definition *d, const char *path,
                                      struct lac_error *err)
{
    unsigned exclude = criterion_set(&d->exclude_criteria), separate = criterion_set(&d->separate_criteria);

    if ((exclude & separate) != 0)
        return refuse(path, "separate_criteria", "a criterion is both excluded and separate",
                      "keep one of the two", err);
    if (strcmp(d->familial, "include") != 0 && (exclude | separate) & LAC_RECONCILE_FAM)
        return refuse(path, "familial", "criterion FAM is ruled twice",
                      "leave FAM out of exclude_criteria and separate_criteria", err);
    return LAC_OK;
}

static enum lac_status check_exploitation(const struct lac_reconcile_definition *d, const char *path,
                                          struct lac_error *err)
{
    const struct lac_reconcile_alternative *alternative = d->exploitation.item;

    for (size_t i = 0; i < d->exploitation.count; i++) {
        const struct lac_reconcile_alternative *a = &alternative[i];

        if (a->criterion.count + a->flag.count + a->code.count + a->keyword.count == 0)
            return refuse(path, "exploitation", "an alternative without a key holds for every case",
                          "give it criterion, flag, code or keyword, or leave it out", err);
    }
    if (d->exploitation.count == 0 && strcmp(d->unit, "crime") != 0)
        return refuse(path, "unit", "has no meaning without an exploitation clause",
                      "write unit: crime, or add exploitation", err);
    return LAC_OK;
}

/* Rules between keys. */
static enum lac_status check(const struct lac_reconcile_definition *d, const char *path,
                             struct lac_error *err)
{
    enum lac_status status = check_numbers(d, path, err);

    if (status == LAC_OK) status = check_association(d, path, err);
    if (status == LAC_OK) status = check_criteria(d, path, err);
    return status == LAC_OK ? check_exploitation(d, path, err) : status;
}

static enum lac_reconcile_unit unit_of(const char *word)
{
    size_t i = 0;

    while (strcmp(units[i], word) != 0) i++; /* the schema let no other word in */
    return (enum lac_reconcile_unit)i;
}

static enum lac_status compile_tests(const struct lac_reconcile_definition *d, struct lac_arena *arena,
                                     struct lac_reconcile_rule *rule, struct lac_error *err)
{
    const struct lac_reconcile_alternative *alternative = d->exploitation.item;

    rule->tests = d->exploitation.count;
    rule->test = LAC_NEW(arena, struct lac_reconcile_test, rule->tests);
    if (rule->test == NULL) return lac_fail_memory(err, "definitions");
    for (size_t i = 0; i < rule->tests; i++)
        rule->test[i] = (struct lac_reconcile_test){
            .criterion = criterion_set(&alternative[i].criterion),
            .flag = answer_set(&alternative[i].flag),
            .code = alternative[i].code,
            .keyword = alternative[i].keyword,
        };
    return LAC_OK;
}

enum lac_status lac_reconcile_definition_compile(const struct lac_reconcile_definition *d, const char *path,
                                                 struct lac_arena *arena, struct lac_reconcile_rule *rule,
                                                 struct lac_error *err)
{
    enum lac_status status = check(d, path, err);

    if (status != LAC_OK) return status;
    *rule = (struct lac_reconcile_rule){
        .definition = d,
        .id = d->id,
        .path = path,
        .unit = unit_of(d->unit),
        .age_min = (int)d->victim_age_min,
        .age_max = (int)d->victim_age_max,
        .at_record = strcmp(d->age_basis, "at_record") == 0,
        .min_persons = (int)d->min_persons,
        .min_victims = (int)d->min_victims,
        .suspect_age_min = (int)d->suspect_age_min,
        .count_unidentified = d->count_unidentified,
        .count_facilitators = d->count_facilitators,
        .same_incident = strcmp(d->require_association, "same_incident") == 0,
        .mapped_ocg = strcmp(d->require_association, "mapped_ocg") == 0,
        .exclude = criterion_set(&d->exclude_criteria),
        .separate = criterion_set(&d->separate_criteria),
        .image_only = treatment(d->image_only),
        .peer_only = treatment(d->peer_only),
        .assume = strcmp(d->on_missing, "three_valued") != 0,
        .assumed = strcmp(d->on_missing, "in") == 0,
    };
    if (treatment(d->familial) == LAC_RECONCILE_EXCLUDE) rule->exclude |= LAC_RECONCILE_FAM;
    if (treatment(d->familial) == LAC_RECONCILE_SEPARATE) rule->separate |= LAC_RECONCILE_FAM;
    return compile_tests(d, arena, rule, err);
}

static size_t rule_named(const struct lac_reconcile_rules *rules, const char *id)
{
    size_t i = 0;

    while (i < rules->count && strcmp(rules->rule[i].id, id) != 0) i++;
    return i;
}

/* Fills in an error about the set of definitions; `rule` is the one to change. */
static enum lac_status fail_set(const struct lac_reconcile_rule *rule, const char *key, const char *name,
                                const char *remedy, struct lac_error *err)
{
    if (rule != NULL && rule->path != NULL) {
        lac_error_file(err, rule->path);
        lac_error_line(err, lac_config_line(rule->path, key));
    }
    lac_error_rule(err, name);
    lac_error_remedy(err, "%s", remedy);
    return LAC_USAGE;
}

static enum lac_status resolve_supersets(struct lac_reconcile_rules *rules, struct lac_reconcile_rule *rule,
                                         struct lac_arena *arena, struct lac_error *err)
{
    const struct lac_strings *names = &rule->definition->subset_of;

    rule->supersets = names->count;
    rule->superset = LAC_NEW(arena, size_t, names->count);
    if (rule->superset == NULL) return lac_fail_memory(err, "definitions");
    for (size_t i = 0; i < names->count; i++) {
        rule->superset[i] = rule_named(rules, names->item[i]);
        if (rule->superset[i] < rules->count) continue;
        lac_fail(err, LAC_USAGE, "definition %s is declared inside %s, which is not among the definitions",
                 rule->id, names->item[i]);
        return fail_set(rule, "subset_of", "definition-subset",
                        "add its file to definitions.files, or correct subset_of", err);
    }
    return LAC_OK;
}

/* The longest way up from each definition is shorter than the number of definitions, unless there is a
 * circle. */
static size_t in_circle(const struct lac_reconcile_rules *rules, size_t *depth)
{
    for (size_t pass = 0; pass <= rules->count; pass++) {
        for (size_t i = 0; i < rules->count; i++) {
            for (size_t j = 0; j < rules->rule[i].supersets; j++) {
                size_t up = depth[rules->rule[i].superset[j]] + 1;

                if (up > depth[i]) depth[i] = up;
            }
        }
    }
    for (size_t i = 0; i < rules->count; i++) {
        if (depth[i] >= rules->count) return i;
    }
    return rules->count;
}

static enum lac_status check_circles(const struct lac_reconcile_rules *rules, struct lac_arena *arena,
                                     struct lac_error *err)
{
    size_t *depth = LAC_NEW(arena, size_t, rules->count), circle;

    if (depth == NULL) return lac_fail_memory(err, "definitions");
    circle = in_circle(rules, depth);
    if (circle == rules->count) return LAC_OK;
    lac_fail(err, LAC_USAGE, "definition %s is declared inside itself", rules->rule[circle].id);
    return fail_set(&rules->rule[circle], "subset_of", "definition-subset", "correct subset_of", err);
}

static enum lac_status check_nesting(const struct lac_reconcile_rules *rules, struct lac_error *err)
{
    for (size_t i = 0; i < rules->count; i++) {
        const struct lac_reconcile_rule *inner = &rules->rule[i];

        for (size_t j = 0; j < inner->supersets; j++) {
            const struct lac_reconcile_rule *outer = &rules->rule[inner->superset[j]];
            const char *key = lac_reconcile_nesting_contradiction(inner, outer);

            if (key == NULL) continue;
            lac_fail(err, LAC_USAGE, "definition %s is declared inside %s, but its %s is the wider one",
                     inner->id, outer->id, key);
            return fail_set(inner, "subset_of", "definition-nesting",
                            "narrow that key, or take the definition out of subset_of", err);
        }
    }
    return LAC_OK;
}

enum lac_status lac_reconcile_rules_resolve(struct lac_reconcile_rules *rules, const char *headline,
                                            struct lac_arena *arena, struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    for (size_t i = 0; status == LAC_OK && i < rules->count; i++) {
        if (rule_named(rules, rules->rule[i].id) < i) {
            lac_fail(err, LAC_USAGE, "definition %s stands twice", rules->rule[i].id);
            return fail_set(&rules->rule[i], "id", "definition-repeat",
                            "keep one of the files, or give one another id", err);
        }
        status = resolve_supersets(rules, &rules->rule[i], arena, err);
    }
    if (status == LAC_OK) status = check_circles(rules, arena, err);
    if (status == LAC_OK) status = check_nesting(rules, err);
    if (status != LAC_OK) return status;
    rules->headline = rule_named(rules, headline);
    if (rules->headline < rules->count) return LAC_OK;
    lac_fail(err, LAC_USAGE, "the headline definition %s is not among the definitions", headline);
    return fail_set(NULL, NULL, "definition-headline",
                    "add its file to definitions.files, or correct definitions.headline", err);
}

enum lac_status lac_reconcile_rules_load(const struct lac_definitions_settings *settings,
                                         struct lac_arena *arena, struct lac_reconcile_rules *rules,
                                         struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    rules->count = settings->files.count;
    rules->rule = LAC_NEW(arena, struct lac_reconcile_rule, rules->count);
    if (rules->rule == NULL) return lac_fail_memory(err, "definitions");
    for (size_t i = 0; status == LAC_OK && i < rules->count; i++) {
        const char *path = settings->files.item[i].resolved;
        void *definition;

        status = lac_config_load(path, &lac_reconcile_definition_schema, arena, &definition, err);
        if (status == LAC_OK)
            status = lac_reconcile_definition_compile(definition, path, arena, &rules->rule[i], err);
    }
    return status == LAC_OK ? lac_reconcile_rules_resolve(rules, settings->headline, arena, err) : status;
}
