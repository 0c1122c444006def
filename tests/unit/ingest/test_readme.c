/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rule table of README.md is the rule table of the program; identifiers have the form the contract gives.
 */
#include "base/file.h"
#include "fixture.h"

static const char *scope_word(enum lac_ingest_scope scope)
{
    static const char *const words[] = {"register", "file",   "cell",          "row",
                                        "case",     "return", "across returns"};

    return words[scope];
}

static void test_table(void **state)
{
    struct lac_buffer table = {0};
    struct lac_error err;
    char *path = lac_path_join(&shared_arena, getenv("LACUNA_SOURCE"), "stages/ingest/README.md"), *text;
    size_t length;

    (void)state;
    lac_error_init(&err);
    lac_buffer_add(&table, "| id | title | scope | severity | action |\n|---|---|---|---|---|\n");
    for (int r = 0; r < LAC_RULE_COUNT; r++) {
        const struct lac_ingest_rule_row *rule = &lac_ingest_rules[r];

        lac_buffer_printf(&table, "| `%s` | %s | %s | %s | %s |\n", rule->id, rule->title,
                          scope_word(rule->scope), lac_ingest_severity_word(rule->severity),
                          lac_ingest_action_word(rule->action));
    }
    assert_int_equal(lac_buffer_status(&table, &err), LAC_OK);
    assert_int_equal(lac_file_read(path, 1 << 20, &shared_arena, &text, &length, &err), LAC_OK);
    if (strstr(text, table.text) == NULL) {
        fputs(table.text, stderr);
        fail_msg("%s", "stages/ingest/README.md should hold the table above");
    }
    lac_buffer_release(&table);
}

/* "F18b-birth-date-heap": the failure mode's number of two digits, perhaps a letter, a slug. */
static void test_identifiers(void **state)
{
    static const char slug[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

    (void)state;
    for (int r = 0; r < LAC_RULE_COUNT; r++) {
        const char *id = lac_ingest_rules[r].id, *p = id + 3;

        assert_true(id[0] == 'F' && strspn(id + 1, "0123456789") == 2);
        if (*p >= 'a' && *p <= 'z') p++;
        assert_int_equal(*p, '-');
        assert_int_equal(strspn(p, slug), strlen(p));
        for (int s = 0; s < r; s++) assert_string_not_equal(id, lac_ingest_rules[s].id);
    }
}

/* Each of the 44 failure modes has at least one rule. */
static void test_modes(void **state)
{
    (void)state;
    for (int mode = 1; mode <= 44; mode++) {
        bool found = false;

        for (int r = 0; r < LAC_RULE_COUNT; r++) found |= atoi(lac_ingest_rules[r].id + 1) == mode;
        if (!found) fail_msg("no rule of failure mode F%02d", mode);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_identifiers),
                                       cmocka_unit_test(test_modes)};

    return cmocka_run_group_tests(tests, open_library, close_library);
}
