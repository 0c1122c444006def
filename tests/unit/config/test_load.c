/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../unit.h"

#include "base/date.h"
#include "config/schema.h"

struct inner {
    const char *name;
    double share;
};
struct outer {
    const char *title;
    int64_t count;
    bool flag;
    int32_t day;
    const char *mode;
    struct lac_config_path path;
    struct lac_strings words;
    struct lac_string_lists rules;
    struct inner inner;
    struct lac_sections items, named;
};

static const char *const modes[] = {"fast", "slow", NULL};
static const struct lac_config_field inner_fields[] = {
    {.key = "name", .type = LAC_CONFIG_STRING, .offset = offsetof(struct inner, name)},
    {.key = "share",
     .type = LAC_CONFIG_NUMBER,
     .offset = offsetof(struct inner, share),
     .fallback = "0.25",
     .low = 0,
     .high = 1},
};
static const struct lac_config_schema inner_schema = {"inner", sizeof(struct inner), inner_fields, 2};
static const struct lac_config_field outer_fields[] = {
    {.key = "title",
     .type = LAC_CONFIG_STRING,
     .offset = offsetof(struct outer, title),
     .required = true,
     .text = "a title"},
    {.key = "count",
     .type = LAC_CONFIG_INT,
     .offset = offsetof(struct outer, count),
     .fallback = "3",
     .low = 1,
     .high = 10},
    {.key = "flag", .type = LAC_CONFIG_BOOL, .offset = offsetof(struct outer, flag), .fallback = "true"},
    {.key = "day", .type = LAC_CONFIG_DATE, .offset = offsetof(struct outer, day)},
    {.key = "mode",
     .type = LAC_CONFIG_ENUM,
     .offset = offsetof(struct outer, mode),
     .fallback = "fast",
     .choices = modes},
    {.key = "path", .type = LAC_CONFIG_PATH, .offset = offsetof(struct outer, path), .volatile_ = true},
    {.key = "words", .type = LAC_CONFIG_STRINGS, .offset = offsetof(struct outer, words)},
    {.key = "rules", .type = LAC_CONFIG_STRING_LISTS, .offset = offsetof(struct outer, rules)},
    {.key = "inner",
     .type = LAC_CONFIG_SECTION,
     .offset = offsetof(struct outer, inner),
     .sub = &inner_schema},
    {.key = "items",
     .type = LAC_CONFIG_SECTIONS,
     .offset = offsetof(struct outer, items),
     .sub = &inner_schema},
    {.key = "named",
     .type = LAC_CONFIG_SECTIONS,
     .offset = offsetof(struct outer, named),
     .sub = &inner_schema,
     .map_key = "name"},
};
static const struct lac_config_schema outer_schema = {"outer", sizeof(struct outer), outer_fields,
                                                      LAC_COUNT(outer_fields)};

static struct lac_error err;
static struct lac_arena arena;

static enum lac_status load(const char *text, struct outer **out)
{
    void *settings;
    enum lac_status status = lac_config_load_text("dir/c.yaml", text, &outer_schema, &arena, &settings, &err);

    *out = settings;
    return status;
}

static int setup(void **state)
{
    (void)state;
    lac_arena_init(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    return 0;
}

static void everything(void **state)
{
    struct outer *o;
    const struct inner *item;

    (void)state;
    assert_ok(
        load("title: 'A: b'\ncount: 7\nflag: no\nday: 2025-03-01\nmode: slow\npath: ../x\nwords: [a, b]\n"
             "rules: [[surname, dob], [forename]]\ninner: {share: 0.5}\nitems:\n  - {name: one}\n  - {name: "
             "two, share: 1}\n"
             "named:\n  PF: {share: 0.1}\n  LA: {}\n",
             &o));
    assert_string_equal(o->title, "A: b");
    assert_int_equal(o->count, 7);
    assert_false(o->flag);
    assert_int_equal(o->day, lac_date_from_civil(2025, 3, 1));
    assert_string_equal(o->mode, "slow");
    assert_string_equal(o->path.resolved, "dir/../x");
    assert_int_equal(o->words.count, 2);
    assert_int_equal(o->rules.count, 2);
    assert_string_equal(o->rules.item[0].item[1], "dob");
    assert_true(o->inner.share == 0.5);
    item = o->items.item;
    assert_int_equal(o->items.count, 2);
    assert_string_equal(item[1].name, "two");
    assert_true(item[0].share == 0.25);
    item = o->named.item;
    assert_string_equal(item[0].name, "PF");
    assert_string_equal(item[1].name, "LA");
}

static void defaults(void **state)
{
    struct outer *o;

    (void)state;
    assert_ok(load("title: x\nwords: auto\nmode:\n", &o));
    assert_int_equal(o->count, 3);
    assert_true(o->flag);
    assert_int_equal(o->day, LAC_DATE_NONE);
    assert_string_equal(o->mode, "fast");
    assert_int_equal(o->words.count, 1);
    assert_true(o->inner.share == 0.25);
    assert_null(o->path.written);
}

static void refusals(void **state)
{
    static const struct {
        const char *text, *rule;
        int64_t line;
        const char *remedy;
    } cases[] = {
        {"title: x\ncuont: 3\n", "config-key", 2, "did you mean count?"},
        {"title: x\n\ninner:\n  shore: 1\n", "config-key", 4, "did you mean share?"},
        {"title: x\ncount: many\n", "config-type", 2, ""},
        {"title: x\ncount: 11\n", "config-range", 2, "1 to 10"},
        {"title: x\nmode: quick\n", "config-value", 2, "fast, slow"},
        {"title: x\nday: 2025-02-30\n", "config-type", 2, ""},
        {"title: x\ntitle: y\n", "config-key-repeat", 2, ""},
        {"count: 3\n", "config-key-missing", 1, "a title"},
        {"title: [a]\n", "config-type", 1, ""},
        {"title: x\n  count: 3\n", "config-syntax", 2, ""},
        {"title: \"x\n", "config-syntax", 2, ""},
        {"- a\n", "config-type", 1, ""},
        {"", "config-empty", -1, ""},
        {"title: x\nitems: 4\n", "config-type", 2, ""},
    };

    (void)state;
    for (size_t i = 0; i < LAC_COUNT(cases); i++) {
        struct outer *o;

        assert_int_equal(load(cases[i].text, &o), LAC_USAGE);
        assert_string_equal(err.rule, cases[i].rule);
        assert_int_equal(err.line, cases[i].line);
        assert_string_equal(err.file, "dir/c.yaml");
        assert_non_null(strstr(err.remedy, cases[i].remedy));
    }
}

/* What is printed reads back to the same print; volatile keys stay out of the digest form. */
static void print(void **state)
{
    struct lac_buffer first = {0}, second = {0};
    struct outer *o;

    (void)state;
    assert_ok(load(
        "title: \"q\\\"q\"\npath: p\nitems: [{name: a}]\nnamed: {B: {share: 0.3}}\nrules: [[x, y]]\n", &o));
    lac_config_print(&outer_schema, o, false, &first);
    assert_ok(load(first.text, &o));
    lac_config_print(&outer_schema, o, false, &second);
    assert_string_equal(first.text, second.text);
    assert_non_null(strstr(first.text, "path: \"p\""));
    lac_buffer_clear(&second);
    lac_config_print(&outer_schema, o, true, &second);
    assert_null(strstr(second.text, "path:"));
    lac_buffer_release(&first);
    lac_buffer_release(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything),
        cmocka_unit_test(defaults),
        cmocka_unit_test(refusals),
        cmocka_unit_test(print),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
