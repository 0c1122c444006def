/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../unit.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "runner/command.h"
#include "runner/manifest.h"

static struct lac_error err;
static struct lac_arena arena;
static char folder[] = "/tmp/lacuna-manifest-XXXXXX";

static int setup(void **state)
{
    (void)state;
    lac_arena_init(&arena);
    return mkdtemp(folder) == NULL;
}

static int teardown(void **state)
{
    char *command = lac_arena_printf(&arena, "rm -r '%s'", folder);
    int failed = command == NULL || system(command) != 0;

    (void)state;
    lac_arena_release(&arena);
    return failed;
}

static void fill(struct lac_manifest *manifest)
{
    struct lac_manifest_stage *stage;

    assert_ok(lac_manifest_init(manifest, &arena, &err));
    manifest->name = "small \"quoted\" é";
    manifest->config_text = "run:\n  name: small\n";
    manifest->config_digest = "abc";
    manifest->seed = 4294967295;
    manifest->as_at = "2025-01-31";
    stage = &manifest->stage[1];
    stage->state = LAC_STATE_FINDINGS;
    stage->exit_status = 1;
    stage->seconds = 1.5;
    stage->peak_memory = 123456789012;
    stage->started = "2025-01-01T00:00:00Z";
    stage->fingerprint = "f";
    stage->cause = (struct lac_stage_cause){"p", "v", "c", "a", 4294967295};
    assert_ok(lac_filelist_add(&stage->outputs, &arena, "store/links.h5", "d1", &err));
    assert_ok(lac_filelist_add(&stage->inputs, &arena, "store/records.h5", "d2", &err));
    assert_ok(lac_filelist_add(&stage->inputs, &arena, "gone", LAC_DIGEST_ABSENT, &err));
}

static void round_trip(void **state)
{
    struct lac_manifest out, in;
    const struct lac_manifest_stage *stage;
    bool found;

    (void)state;
    fill(&out);
    assert_ok(lac_manifest_write(folder, &out, &err));
    assert_ok(lac_manifest_read(folder, &arena, &in, &found, &err));
    assert_true(found);
    assert_string_equal(in.name, out.name);
    assert_string_equal(in.config_text, out.config_text);
    assert_int_equal(in.seed, 4294967295);
    assert_string_equal(in.as_at, "2025-01-31");
    assert_false(in.complete);
    assert_int_equal(in.stage[0].state, LAC_STATE_NONE);
    stage = &in.stage[1];
    assert_int_equal(stage->state, LAC_STATE_FINDINGS);
    assert_int_equal(stage->exit_status, 1);
    assert_true(stage->seconds == 1.5);
    assert_int_equal(stage->peak_memory, 123456789012);
    assert_int_equal(stage->cause.seed, 4294967295);
    assert_string_equal(lac_filelist_find(&stage->outputs, "store/links.h5"), "d1");
    assert_string_equal(lac_filelist_find(&stage->inputs, "gone"), LAC_DIGEST_ABSENT);
    assert_null(lac_filelist_find(&stage->inputs, "none"));
}

static void an_equal_file_is_left_alone(void **state)
{
    char *path = lac_path_join(&arena, folder, LAC_MANIFEST_NAME);
    struct lac_manifest manifest;
    struct stat before, after;

    (void)state;
    fill(&manifest);
    assert_ok(lac_manifest_write(folder, &manifest, &err));
    assert_int_equal(stat(path, &before), 0);
    assert_ok(lac_manifest_write(folder, &manifest, &err));
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    manifest.complete = true;
    assert_ok(lac_manifest_write(folder, &manifest, &err));
    assert_int_equal(stat(path, &after), 0);
    assert_int_not_equal(before.st_ino, after.st_ino);
}

static void what_is_no_manifest(void **state)
{
    static const char *const bad[] = {
        "",
        "{",
        "[]",
        "{}",
        "{\"schema\": 3}",
        "{\"schema\": \"lacuna-manifest/2\"}",
        "{\"schema\": \"lacuna-manifest/1\", \"schema\": \"lacuna-manifest/1\"}"};
    char *path = lac_path_join(&arena, folder, LAC_MANIFEST_NAME);
    struct lac_manifest manifest;
    bool found;

    (void)state;
    for (size_t i = 0; i < LAC_COUNT(bad); i++) {
        assert_ok(lac_file_write(path, bad[i], strlen(bad[i]), false, &err));
        assert_int_equal(lac_manifest_read(folder, &arena, &manifest, &found, &err), LAC_INPUT);
        assert_non_null(strstr(err.remedy, "remove manifest.json"));
    }
    /* one of the right schema with nothing in it, or with wrong types, is an empty one */
    static const char *const poor[] = {"{\"schema\": \"lacuna-manifest/1\"}",
                                       "{\"schema\": \"lacuna-manifest/1\", \"stages\": [3, {\"name\": []}], "
                                       "\"seed\": \"x\", \"configuration\": 1}"};
    for (size_t i = 0; i < LAC_COUNT(poor); i++) {
        assert_ok(lac_file_write(path, poor[i], strlen(poor[i]), false, &err));
        assert_ok(lac_manifest_read(folder, &arena, &manifest, &found, &err));
        assert_int_equal(manifest.stage[0].state, LAC_STATE_NONE);
    }
    assert_int_equal(unlink(path), 0);
    assert_ok(lac_manifest_read(folder, &arena, &manifest, &found, &err));
    assert_false(found);
}

static void put(const char *name)
{
    assert_ok(lac_file_write(lac_path_join(&arena, folder, name), name, strlen(name), false, &err));
}

static void outputs_and_clearing(void **state)
{
    const struct lac_stage_row stage = {"x", "tables", "", "", "report/ note.csv gone.csv", ""};
    struct lac_filelist list = {NULL, 0, 0};

    (void)state;
    assert_ok(lac_dir_make(lac_path_join(&arena, folder, "report/figures"), false, &err));
    assert_ok(lac_dir_make(lac_path_join(&arena, folder, "store"), false, &err));
    put("store/tables.h5");
    put("report/a.html");
    put("report/figures/b.svg");
    put("report/figures/c.svg.tmp");
    put("note.csv");
    put("other.csv");
    assert_ok(lac_filelist_outputs(&list, &arena, &stage, folder, &err));
    assert_int_equal(list.count, 4);
    assert_non_null(lac_filelist_find(&list, "report/figures/b.svg"));
    assert_non_null(lac_filelist_find(&list, "note.csv"));
    assert_ok(lac_filelist_clear(&stage, folder, &err));
    assert_false(lac_file_exists(lac_path_join(&arena, folder, "report/figures")));
    assert_true(lac_file_exists(lac_path_join(&arena, folder, "report")));
    assert_true(lac_file_exists(lac_path_join(&arena, folder, "note.csv")));
    assert_true(lac_file_exists(lac_path_join(&arena, folder, "store/tables.h5")));
    assert_ok(lac_filelist_clear(&stage, folder, &err));
}

static void the_stage_list_is_sound(void **state)
{
    (void)state;
    assert_int_equal(lac_stage_row_count, LAC_FILE_COUNT);
    for (size_t i = 0; i < lac_stage_row_count; i++) {
        assert_non_null(lac_command_find(lac_stage_rows[i].name));
        assert_string_equal(lac_file_schemas[i].name, lac_stage_rows[i].file);
        assert_string_equal(lac_file_schemas[i].stage, lac_stage_rows[i].name);
    }
    assert_string_equal(lac_command_nearest("rnu"), "run");
    assert_null(lac_command_find("The stages, in order"));
    assert_null(lac_command_nearest("qqqqqqqqq"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(an_equal_file_is_left_alone),
        cmocka_unit_test(what_is_no_manifest),
        cmocka_unit_test(outputs_and_clearing),
        cmocka_unit_test(the_stage_list_is_sound),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
