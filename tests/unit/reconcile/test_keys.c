/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every key of a definition in both directions, and every way a value can be missing, from the YAML text to
 * the verdict on the first victim. A case is a handful of records in a line each, separated by `|`: the role
 * (V victim, S suspect, F facilitator), then KEY=VALUE.
 *
 *   p person, c case, g group reference, x: the row is no evidence, anon: a suspect without name or reference
 *   dob partial date, age, from and rec days, crit, flag, image, n suspects, u unidentified, v victims, code,
 * op
 *
 * Unless said, a victim is person 0 of case 0, born 2010-05-04, offence 2025-03-01, recorded 2025-04-01,
 * criterion CSE, flag Y, not image-only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/date.h"
#include "person.h"
#include "verdict.h"

#define ROWS 8
#define HEAD "id: X\ntitle: T\nversion: '1'\nstatus: variant\nwords: W\n"

struct story {
    struct lac_reconcile_row row[ROWS];
    char text[ROWS][4][32]; /* code, operation, reference */
    size_t rows;
};

static struct lac_arena arena;

static int32_t day_of(const char *text)
{
    int32_t day;

    if (!lac_date_parse(text, &day)) fail_msg("'%s' is no day", text);
    return day;
}

static int32_t partial_of(const char *text)
{
    int32_t partial;

    if (!lac_partial_parse(text, &partial)) fail_msg("'%s' is no date", text);
    return partial;
}

static unsigned answer_of(const char *text)
{
    return (strchr(text, 'Y') ? LAC_RECONCILE_YES : 0U) | (strchr(text, 'N') ? LAC_RECONCILE_NO : 0U);
}

static void set_text(struct story *story, size_t r, int which, const char **to, const char *value)
{
    snprintf(story->text[r][which], sizeof story->text[r][which], "%s", value);
    *to = story->text[r][which];
}

static void set_dates(struct lac_reconcile_row *row, const char *key, const char *value)
{
    int32_t day = value[0] == '\0' ? LAC_DATE_NONE : 0;

    if (strcmp(key, "dob") == 0) row->dob = day == 0 ? partial_of(value) : 0;
    if (strcmp(key, "from") == 0) row->from = day == 0 ? day_of(value) : day;
    if (strcmp(key, "rec") == 0) row->recorded = day == 0 ? day_of(value) : day;
}

static void set_key(struct story *story, size_t r, const char *key, const char *value)
{
    struct lac_reconcile_row *row = &story->row[r];

    set_dates(row, key, value);
    if (strcmp(key, "p") == 0) row->person = (uint32_t)atoi(value);
    if (strcmp(key, "c") == 0) row->case_index = (uint32_t)atoi(value);
    if (strcmp(key, "x") == 0) row->evidence = false;
    if (strcmp(key, "anon") == 0) row->named = false;
    if (strcmp(key, "age") == 0) row->age = atoi(value);
    if (strcmp(key, "crit") == 0) row->criterion = value[0] == '\0' ? 0 : lac_reconcile_criterion_bit(value);
    if (strcmp(key, "flag") == 0) row->flag = answer_of(value);
    if (strcmp(key, "image") == 0) row->image = answer_of(value);
    if (strcmp(key, "n") == 0) row->n_suspects = atoi(value);
    if (strcmp(key, "u") == 0) row->n_unidentified = atoi(value);
    if (strcmp(key, "v") == 0) row->n_victims = atoi(value);
    if (strcmp(key, "code") == 0) set_text(story, r, 0, &row->code, value);
    if (strcmp(key, "op") == 0) set_text(story, r, 1, &row->operation, value);
    if (strcmp(key, "g") == 0) {
        set_text(story, r, 2, &row->reference, value);
        row->group = 0; /* one reference is enough for these stories */
    }
}

static struct lac_reconcile_row plain_row(size_t r, char role)
{
    struct lac_reconcile_row row = {
        .record = (uint32_t)r,
        .group = LAC_RECONCILE_NONE,
        .role = role == 'V'   ? LAC_RECONCILE_VICTIM
                : role == 'F' ? LAC_RECONCILE_FACILITATOR
                              : LAC_RECONCILE_SUSPECT,
        .referrer = LAC_RECONCILE_NO_LIST,
        .evidence = true,
        .named = true,
        .age = -1,
        .from = day_of("2025-03-01"),
        .to = LAC_DATE_NONE,
        .recorded = day_of("2025-04-01"),
        .n_suspects = -1,
        .n_unidentified = -1,
        .n_victims = -1,
        .postcode = "",
        .code = "",
        .operation = "",
        .reference = "",
    };

    if (role == 'V') {
        row.dob = 20100504;
        row.criterion = LAC_RECONCILE_CSE;
        row.flag = LAC_RECONCILE_YES;
        row.image = LAC_RECONCILE_NO;
    }
    return row;
}

static void read_row(struct story *story, const char *text, size_t length)
{
    char line[160], *at = line, *word;
    size_t r = story->rows++;

    assert_true(r < ROWS && length < sizeof line);
    memcpy(line, text, length);
    line[length] = '\0';
    while (*at == ' ') at++;
    story->row[r] = plain_row(r, *at);
    for (word = strchr(at, ' '); word != NULL;) {
        char *next = strchr(++word, ' '), *value;

        if (next != NULL) *next = '\0';
        value = strchr(word, '=');
        if (value != NULL) *value++ = '\0';
        if (word[0] != '\0') set_key(story, r, word, value != NULL ? value : "");
        word = next;
    }
}

static void read_story(struct story *story, const char *text)
{
    memset(story, 0, sizeof *story);
    while (*text != '\0') {
        size_t length = strcspn(text, "|");

        read_row(story, text, length);
        text += length + (text[length] == '|' ? 1 : 0);
    }
}

static struct lac_reconcile_birth *births(const struct lac_reconcile_set *set, enum lac_reconcile_whose whose)
{
    struct lac_reconcile_index index;
    struct lac_reconcile_person person[ROWS];
    struct lac_reconcile_birth *birth = LAC_NEW(&arena, struct lac_reconcile_birth, ROWS);
    struct lac_error err;

    assert_int_equal(lac_reconcile_index_build(set, whose, &arena, &index, &err), LAC_OK);
    lac_reconcile_persons_settle(&index, set->row, person);
    for (size_t i = 0; i < index.persons; i++) birth[i] = person[i].birth;
    return birth;
}

static struct lac_reconcile_decision verdict_of(const char *keys, const char *text)
{
    static struct story story;
    struct lac_reconcile_set set = {.row = story.row, .cases = ROWS, .victims = ROWS, .suspects = ROWS};
    struct lac_reconcile_facts facts = {0};
    struct lac_reconcile_rule rule;
    struct lac_reconcile_decision out[ROWS];
    struct lac_reconcile_basis basis = {.set = &set, .facts = &facts};
    struct lac_error err;
    const char *yaml =
        lac_arena_printf(&arena, HEAD "%s%s%s%s\n", strstr(keys, "unit:") ? "" : "unit: crime\n",
                         strstr(keys, "victim_age_max:") ? "" : "victim_age_max: 17\n",
                         strstr(keys, "min_persons:") ? "" : "min_persons: 0\n", keys);
    void *definition;

    lac_error_init(&err);
    if (lac_config_load_text("x.yaml", yaml, &lac_reconcile_definition_schema, &arena, &definition, &err) !=
            LAC_OK ||
        lac_reconcile_definition_compile(definition, "x.yaml", &arena, &rule, &err) != LAC_OK)
        fail_msg("%s: %s", keys, err.message);
    read_story(&story, text);
    set.rows = story.rows;
    basis.birth = births(&set, LAC_RECONCILE_OF_VICTIMS);
    assert_int_equal(
        lac_reconcile_facts_build(&set, births(&set, LAC_RECONCILE_OF_INVOLVED), &arena, &facts, &err),
        LAC_OK);
    assert_int_equal(lac_reconcile_rows_decide(&rule, &basis, out, &err), LAC_OK);
    return out[0];
}

#define IN LAC_RECONCILE_IN
#define OUT LAC_RECONCILE_OUT
#define APART LAC_RECONCILE_APART
#define MAYBE LAC_RECONCILE_CANNOT_TELL

static const struct {
    const char *keys, *story;
    enum lac_reconcile_verdict verdict;
    const char *reason;
} cases[] = {
    /* nothing asked but what is required */
    {"", "V", IN, "all"},
    {"", "V x", OUT, "all"},
    /* victim_age_max, victim_age_min, age_basis */
    {"victim_age_max: 14", "V", IN, "all"},
    {"victim_age_max: 13", "V", OUT, "age"},
    {"victim_age_min: 14", "V", IN, "all"},
    {"victim_age_min: 15", "V", OUT, "age"},
    {"victim_age_max: 14", "V dob=2010-03", MAYBE, "age"},
    {"victim_age_max: 14", "V dob=2010", MAYBE, "age"},
    {"victim_age_max: 15", "V dob=2010", IN, "all"},
    {"victim_age_min: 14", "V dob=2010-03", IN, "all"},
    {"victim_age_min: 15", "V dob=2010", MAYBE, "age"},
    {"", "V dob=", MAYBE, "age"},
    {"", "V dob= age=17", IN, "all"},
    {"", "V dob= age=18", OUT, "age"},
    {"victim_age_max: 120", "V dob=", IN, "all"},
    {"victim_age_max: 120\nvictim_age_min: 10", "V dob=", MAYBE, "age"},
    {"victim_age_max: 14\nage_basis: at_record", "V", IN, "all"},
    {"victim_age_max: 14\nage_basis: at_record", "V rec=2025-05-04", OUT, "age"},
    {"victim_age_max: 14\nage_basis: at_record", "V rec=", MAYBE, "age"},
    {"victim_age_max: 14", "V rec=2025-05-04", IN, "all"},
    {"victim_age_max: 14", "V from= rec=2025-05-04", MAYBE, "age"},
    {"victim_age_max: 15", "V from= rec=2025-05-04", IN, "all"},
    {"", "V from= rec=", MAYBE, "age"},
    /* min_persons, count_unidentified */
    {"min_persons: 2", "V n=2", IN, "all"},
    {"min_persons: 3", "V n=2", OUT, "persons"},
    {"min_persons: 2", "V", MAYBE, "persons"},
    {"min_persons: 2", "V | S p=0 | S p=1", IN, "all"},
    {"min_persons: 2", "V n=1 | S p=0 | S p=0", OUT, "persons"},
    {"min_persons: 2", "V | S p=0 | S p=1 anon", IN, "all"},
    {"min_persons: 2\ncount_unidentified: false", "V | S p=0 | S p=1 anon", MAYBE, "persons"},
    {"min_persons: 2\ncount_unidentified: true", "V n=2 u=1", IN, "all"},
    {"min_persons: 2\ncount_unidentified: false", "V n=2 u=1", OUT, "persons"},
    {"min_persons: 2\ncount_unidentified: false", "V n=2 u=0", IN, "all"},
    {"min_persons: 2\ncount_unidentified: false", "V n=2", MAYBE, "persons"},
    {"min_persons: 2\ncount_unidentified: false", "V n=2 | S p=0 | S p=1", IN, "all"},
    /* min_victims */
    {"min_victims: 2", "V v=2", IN, "all"},
    {"min_victims: 2", "V v=1", OUT, "victims"},
    {"min_victims: 2", "V", MAYBE, "victims"},
    {"min_victims: 2", "V v=1 | V p=1", IN, "all"},
    /* count_facilitators */
    {"min_persons: 2\ncount_facilitators: true", "V n=1 | F p=1", IN, "all"},
    {"min_persons: 2\ncount_facilitators: false", "V n=1 | F p=1", OUT, "persons"},
    {"min_persons: 2\ncount_facilitators: true", "V n=1", OUT, "persons"},
    {"min_persons: 2\ncount_facilitators: true", "V n=1 | S p=1 | F p=1", OUT, "persons"},
    /* suspect_age_min */
    {"min_persons: 2\nsuspect_age_min: 18", "V n=2 | S p=0 dob=1990 | S p=1 dob=1991", IN, "all"},
    {"min_persons: 2\nsuspect_age_min: 18", "V n=2 | S p=0 dob=1990 | S p=1 dob=2009", OUT, "persons"},
    {"min_persons: 2\nsuspect_age_min: 0", "V n=2 | S p=0 dob=1990 | S p=1 dob=2009", IN, "all"},
    {"min_persons: 2\nsuspect_age_min: 18", "V n=2 | S p=0 dob=1990 | S p=1", MAYBE, "persons"},
    {"min_persons: 2\nsuspect_age_min: 18", "V n=2 | S p=0 dob=1990 | S p=1 age=18", IN, "all"},
    {"min_persons: 2\nsuspect_age_min: 18", "V n=2", MAYBE, "persons"},
    /* require_association, mapped_groups */
    {"min_persons: 2\nrequire_association: any", "V n=1 g=A | S p=0 g=A | S p=1 c=1 g=A", IN, "all"},
    {"min_persons: 2\nrequire_association: same_incident", "V n=1 g=A | S p=0 g=A | S p=1 c=1 g=A", OUT,
     "persons"},
    {"min_persons: 2\nrequire_association: any", "V n=1 | S p=0 | S p=1 c=1", OUT, "persons"},
    {"require_association: mapped_ocg\nmapped_groups: [OCG]", "V g=ocg-7", IN, "all"},
    {"require_association: mapped_ocg\nmapped_groups: [OCG]", "V g=NET-7", OUT, "association"},
    {"require_association: mapped_ocg\nmapped_groups: [OCG]", "V", MAYBE, "association"},
    {"require_association: mapped_ocg\nmapped_groups: [OCG]", "V g= | S p=0 g=OCG1", IN, "all"},
    {"require_association: mapped_ocg", "V g=OCG-7", MAYBE, "association"},
    {"require_association: mapped_ocg\non_missing: out", "V", OUT, "association"},
    /* exploitation: criterion, flag, code, keyword, and their combinations */
    {"exploitation:\n  - criterion: [CSE]", "V", IN, "all"},
    {"exploitation:\n  - criterion: [CSE]", "V crit=OTH", OUT, "exploitation"},
    {"exploitation:\n  - criterion: [CSE]", "V crit=", MAYBE, "exploitation"},
    {"exploitation:\n  - criterion: [CSE, UNK]", "V crit=", IN, "all"},
    {"exploitation:\n  - criterion: [CSE]", "V crit= | S p=0 crit=CSE", IN, "all"},
    {"exploitation:\n  - criterion: [CSE]", "V crit= | S p=0 crit=CSE | S p=1 crit=OTH", MAYBE,
     "exploitation"},
    {"exploitation:\n  - flag: [Y]", "V", IN, "all"},
    {"exploitation:\n  - flag: [N]", "V", OUT, "exploitation"},
    {"exploitation:\n  - flag: [Y]", "V flag=", MAYBE, "exploitation"},
    {"exploitation:\n  - flag: [Y, N]", "V flag=N", IN, "all"},
    {"exploitation:\n  - code: ['71', 104]", "V code=71", IN, "all"},
    {"exploitation:\n  - code: ['71']", "V code=19C", OUT, "exploitation"},
    {"exploitation:\n  - code: ['71']", "V", MAYBE, "exploitation"},
    {"exploitation:\n  - keyword: [makesafe]", "V op=MAKESAFE", IN, "all"},
    {"exploitation:\n  - keyword: [makesafe]", "V op=Sanctuary", OUT, "exploitation"},
    {"exploitation:\n  - keyword: [makesafe]", "V", OUT, "exploitation"},
    {"exploitation:\n  - criterion: [OTH]\n  - flag: [Y]", "V", IN, "all"},
    {"exploitation:\n  - criterion: [OTH]\n  - flag: [Y]", "V flag=", MAYBE, "exploitation"},
    {"exploitation:\n  - {criterion: [CSE], flag: [Y]}", "V", IN, "all"},
    {"exploitation:\n  - {criterion: [CSE], flag: [Y]}", "V flag=N", OUT, "exploitation"},
    {"exploitation:\n  - {criterion: [CSE], flag: [Y]}", "V flag=", MAYBE, "exploitation"},
    {"exploitation:\n  - {criterion: [OTH], flag: [Y]}", "V flag=", OUT, "exploitation"},
    /* unit: whose records show exploitation */
    {"unit: crime\nexploitation:\n  - criterion: [CSE]", "V crit=OTH | V c=1", OUT, "exploitation"},
    {"unit: victim\nexploitation:\n  - criterion: [CSE]", "V crit=OTH | V c=1", IN, "all"},
    {"unit: victim\nexploitation:\n  - criterion: [CSE]", "V crit=OTH | V c=1 crit=", MAYBE, "exploitation"},
    {"unit: victim\nexploitation:\n  - criterion: [CSE]", "V crit=OTH | V p=1 c=1", OUT, "exploitation"},
    {"unit: victim\nexploitation:\n  - criterion: [CSE]", "V crit=OTH | V c=1 x", OUT, "exploitation"},
    {"unit: suspect\nexploitation:\n  - code: ['71']", "V code=19C | S code=19C | S c=1 code=71", IN, "all"},
    {"unit: suspect\nexploitation:\n  - code: ['71']", "V code=19C | S code=19C | S p=1 c=1 code=71", OUT,
     "exploitation"},
    {"unit: suspect\nexploitation:\n  - code: ['71']", "V code=19C | S code=19C | S c=1 code=", MAYBE,
     "exploitation"},
    {"unit: suspect\nexploitation:\n  - code: ['71']", "V code=19C | S anon code=19C | S anon c=1 code=71",
     OUT, "exploitation"},
    {"unit: group\nexploitation:\n  - criterion: [CSE]", "V crit=OTH g=A | V p=1 c=1 g=A", IN, "all"},
    {"unit: group\nexploitation:\n  - criterion: [CSE]", "V crit=OTH g=A | V p=1 c=1", OUT, "exploitation"},
    {"unit: group\nexploitation:\n  - criterion: [CSE]", "V crit=OTH g=A | V p=1 c=1 g=A crit=", MAYBE,
     "exploitation"},
    /* exclude_criteria, separate_criteria, familial */
    {"exclude_criteria: [INS]", "V crit=INS", OUT, "criterion"},
    {"exclude_criteria: [INS]", "V crit=RIT", IN, "all"},
    {"exclude_criteria: [INS]", "V crit=", IN, "all"},
    {"exclude_criteria: [UNK]", "V crit=", OUT, "criterion"},
    {"exclude_criteria: [INS]", "V crit= | S crit=INS | S p=1 crit=CSE", MAYBE, "criterion"},
    {"separate_criteria: [INS]", "V crit=INS", APART, "criterion"},
    {"separate_criteria: [INS]", "V crit=", IN, "all"},
    {"separate_criteria: [INS]", "V crit= | S crit=INS | S p=1 crit=CSE", MAYBE, "criterion"},
    {"familial: include", "V crit=FAM", IN, "all"},
    {"familial: exclude", "V crit=FAM", OUT, "familial"},
    {"familial: separate", "V crit=FAM", APART, "familial"},
    {"familial: separate", "V crit=", IN, "all"},
    /* image_only, peer_only */
    {"image_only: include", "V image=Y", IN, "all"},
    {"image_only: exclude", "V image=Y", OUT, "image_only"},
    {"image_only: separate", "V image=Y", APART, "image_only"},
    {"image_only: separate", "V image=", MAYBE, "image_only"},
    {"image_only: exclude", "V image=", MAYBE, "image_only"},
    {"image_only: include", "V image=", IN, "all"},
    {"image_only: separate", "V image=YN", MAYBE, "image_only"},
    {"peer_only: include", "V n=1 | S dob=2009", IN, "all"},
    {"peer_only: exclude", "V n=1 | S dob=2009", OUT, "peer_only"},
    {"peer_only: separate", "V n=1 | S dob=2009", APART, "peer_only"},
    {"peer_only: exclude", "V n=1 | S dob=1990", IN, "all"},
    {"peer_only: exclude", "V n=1 | S dob=2007-03", MAYBE, "peer_only"},
    {"peer_only: exclude", "V n=2 | S dob=2009", MAYBE, "peer_only"},
    {"peer_only: exclude", "V | S dob=2009", MAYBE, "peer_only"},
    {"peer_only: exclude", "V", MAYBE, "peer_only"},
    /* on_missing */
    {"on_missing: in", "V dob=", IN, "all"},
    {"on_missing: out", "V dob=", OUT, "age"},
    {"min_persons: 2\non_missing: in", "V", IN, "all"},
    {"min_persons: 2\non_missing: out", "V", OUT, "persons"},
    {"separate_criteria: [INS]\non_missing: in", "V crit= | S crit=INS | S p=1 crit=CSE", IN, "all"},
    {"separate_criteria: [INS]\non_missing: out", "V crit= | S crit=INS | S p=1 crit=CSE", APART,
     "criterion"},
    {"on_missing: three_valued", "V dob=", MAYBE, "age"},
};

static void table(void **state)
{
    (void)state;
    assert_true(LAC_COUNT(cases) >= 60);
    for (size_t i = 0; i < LAC_COUNT(cases); i++) {
        struct lac_reconcile_decision d = verdict_of(cases[i].keys, cases[i].story);
        const char *reason = lac_reconcile_reason_word((enum lac_reconcile_reason)d.reason);

        if (d.verdict == cases[i].verdict && strcmp(reason, cases[i].reason) == 0) continue;
        fail_msg("case %zu: '%s' on '%s' gives %s by %s", i, cases[i].keys, cases[i].story,
                 lac_reconcile_verdict_word((enum lac_reconcile_verdict)d.verdict), reason);
    }
}

/* Every key of the schema stands in some case, or is one that decides nothing. */
static void all_keys(void **state)
{
    static const char *const silent = " id title version status words basis subset_of ";
    const struct lac_config_schema *schema = &lac_reconcile_definition_schema;

    (void)state;
    for (size_t i = 0; i < schema->count; i++) {
        char word[64];
        size_t n = 0;

        snprintf(word, sizeof word, " %s ", schema->fields[i].key);
        if (strstr(silent, word) != NULL) continue;
        for (size_t k = 0; k < LAC_COUNT(cases); k++)
            n += strstr(cases[k].keys, schema->fields[i].key) != NULL ? 1 : 0;
        if (n < 2) fail_msg("%s stands in %zu cases", schema->fields[i].key, n);
    }
}

static int load(void **state)
{
    (void)state;
    lac_arena_init(&arena);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(table), cmocka_unit_test(all_keys)};

    return cmocka_run_group_tests(tests, load, unload);
}
