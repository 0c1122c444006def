/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Levels of whole records against their definitions: nicknames, exchanged names, aliases. How two values
 * compare is tested in test_properties.c. */
#include "../unit.h"

#include "also.h"
#include "base/random.h"
#include "compare.h"

#define PAIRS 2000000
#define RECORDS 1200
#define MOST 4 /* names of a record in a field */

static struct lac_error err;
static struct lac_random dice;
static const char *const formal[] = {"ROBERT", "ROBERT", "ELIZABETH", "ANNA"};
static const char *const familiar[] = {"BOB", "ROB", "LIZ", "NAN"};
static const char *const vocabulary[] = {"ROBERT", "BOB",   "ROB",   "ELIZABETH", "LIZ",
                                         "ANNA",   "NAN",   "HANNA", "R",         "SMITH",
                                         "SMYTHE", "JONES", "A",     "ROBERTS",   "RUBERT"};

static uint32_t below(uint32_t n)
{
    return lac_random_below(&dice, n);
}

/* A record as it was made. */
struct person {
    const char *name[2][MOST]; /* forename, surname: own first */
    uint32_t count[2];
};

static void person_make(struct person *p, struct lac_link_data *data, uint32_t record)
{
    for (size_t f = 0; f < 2; f++) {
        p->count[f] = below(10) ? 1 + (below(4) == 0 ? 1 + below(MOST - 1) : 0) : 0;
        for (uint32_t k = 0; k < p->count[f]; k++) {
            const char *name = vocabulary[below(sizeof vocabulary / sizeof *vocabulary)];
            bool known = false;
            for (uint32_t j = 0; j < k; j++) known = known || strcmp(p->name[f][j], name) == 0;
            if (known) { /* each name once */
                p->count[f] = k;
                break;
            }
            p->name[f][k] = name;
            if (k == 0)
                assert_ok(lac_link_data_set(data, f, record, name, &err));
            else
                assert_ok(lac_link_also_add(data, f, record, name, &err));
        }
    }
}

static bool nicknames_slow(const char *a, const char *b)
{
    for (size_t k = 0; k < sizeof formal / sizeof *formal; k++) {
        if ((strcmp(formal[k], a) == 0 && strcmp(familiar[k], b) == 0) ||
            (strcmp(formal[k], b) == 0 && strcmp(familiar[k], a) == 0))
            return true;
        for (size_t j = 0; j < sizeof formal / sizeof *formal; j++) /* two nicknames of one name */
            if (strcmp(formal[k], formal[j]) == 0 && strcmp(familiar[k], a) == 0 &&
                strcmp(familiar[j], b) == 0 && k != j)
                return true;
    }
    return false;
}

static uint32_t value_find(const struct lac_link_field *field, const char *text)
{
    for (uint32_t v = 0; v < field->values.dict.count; v++)
        if (strcmp(lac_link_value_text(&field->values, v), text) == 0) return v;
    fail_msg("%s is no value", text);
    return LAC_LINK_NULL;
}

/* Level of two names: that of a field without nicknames (`plain`), unless they are nicknames. */
static unsigned name_level_slow(const struct lac_link_field *plain, struct lac_link_scratch *scratch,
                                const char *a, const char *b)
{
    if (strcmp(a, b) != 0 && strlen(a) > 1 && strlen(b) > 1 && nicknames_slow(a, b))
        return LAC_LINK_NAME_NICKNAME;
    uint32_t x = value_find(plain, a), y = value_find(plain, b);
    return lac_link_level(plain, scratch, x, y);
}

static void levels_slow(const struct lac_link_field *plain, struct lac_link_scratch *scratch,
                        const struct person *a, const struct person *b, unsigned level[2])
{
    level[0] = level[1] = 0;
    bool all = a->count[0] && a->count[1] && b->count[0] && b->count[1];
    if (all && strcmp(a->name[0][0], b->name[1][0]) == 0 && strcmp(a->name[1][0], b->name[0][0]) == 0 &&
        strcmp(a->name[0][0], b->name[0][0]) != 0) {
        level[0] = LAC_LINK_NAME_EXCHANGED;
        return;
    }
    for (size_t f = 0; f < 2; f++)
        for (uint32_t x = 0; x < a->count[f]; x++)
            for (uint32_t y = 0; y < b->count[f]; y++) {
                unsigned one = name_level_slow(plain, scratch, a->name[f][x], b->name[f][y]);
                if (level[f] == 0 || one < level[f]) level[f] = one;
            }
}

static void records_compare_as_defined(void **state)
{
    (void)state;
    static struct person person[RECORDS];
    struct lac_link_data data, bare;
    struct lac_link_scratch scratch, other;
    struct lac_link_nicknames nicknames = {sizeof formal / sizeof *formal, formal, familiar};
    uint64_t seen[LAC_LINK_LEVELS] = {0}, wrong = 0, several = 0;
    memset(&scratch, 0, sizeof scratch);
    memset(&other, 0, sizeof other);
    lac_random_init(&dice, 31, LAC_PURPOSE_TEST, 0, 0, 0);
    lac_link_data_init(&data);
    lac_link_data_init(&bare);
    data.n = RECORDS;
    bare.n = sizeof vocabulary / sizeof *vocabulary;
    assert_ok(lac_link_data_field(&bare, "name", LAC_LINK_NAME, &err));
    for (uint32_t i = 0; i < bare.n; i++) assert_ok(lac_link_data_set(&bare, 0, i, vocabulary[i], &err));
    assert_ok(lac_link_data_prepare(&bare, NULL, &err));
    assert_ok(lac_link_data_field(&data, "forename", LAC_LINK_NAME, &err));
    assert_ok(lac_link_data_field(&data, "surname", LAC_LINK_NAME, &err));
    data.field[0].mate = 1;
    data.field[1].mate = 0;
    for (uint32_t i = 0; i < RECORDS; i++) person_make(&person[i], &data, i);
    assert_ok(lac_link_data_prepare(&data, &nicknames, &err));
    for (int pair = 0; pair < PAIRS; pair++) {
        uint32_t i = below(RECORDS), j = below(RECORDS);
        unsigned want[2];
        uint32_t pattern = lac_link_pattern(&data, &scratch, i, j);
        levels_slow(&bare.field[0], &other, &person[i], &person[j], want);
        for (size_t f = 0; f < 2; f++) {
            unsigned level = lac_link_level_of(&data.field[f], pattern);
            wrong += level != want[f];
            seen[level]++;
        }
        several += person[i].count[0] > 1 || person[j].count[0] > 1;
    }
    assert_int_equal(wrong, 0);
    for (unsigned l = 1; l <= lac_link_kinds[LAC_LINK_NAME].levels; l++)
        if (!seen[l]) fail_msg("level %u was never met", l);
    assert_true(several > PAIRS / 10);
    lac_link_data_release(&data);
    lac_link_data_release(&bare);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(records_compare_as_defined)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
