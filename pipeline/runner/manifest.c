/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "runner/manifest.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/program.h"

#define MANIFEST_LIMIT ((size_t)256 << 20)

static const char *const state_words[] = {
#define LAC_STATE_WORD(name, word) word,
    LAC_STATE_LIST(LAC_STATE_WORD)
#undef LAC_STATE_WORD
};

/* Libraries as found when Lacuna was built: "name version" pairs, separated by commas, from CMake. */
#ifndef LAC_LIBRARIES
#define LAC_LIBRARIES ""
#endif

const char *lac_stage_state_word(enum lac_stage_state state)
{
    return state_words[state];
}

static enum lac_stage_state state_from_word(const char *word)
{
    for (size_t i = 0; i < LAC_COUNT(state_words); i++)
        if (strcmp(state_words[i], word) == 0) return (enum lac_stage_state)i;
    return LAC_STATE_NONE;
}

enum lac_status lac_manifest_init(struct lac_manifest *manifest, struct lac_arena *arena,
                                  struct lac_error *err)
{
    const struct lac_stage_cause none = {"", "", "", "", 0};

    memset(manifest, 0, sizeof *manifest);
    manifest->name = manifest->config_path = manifest->config_text = manifest->config_digest = "";
    manifest->as_at = manifest->gnuplot = manifest->tree_path = manifest->tree_digest = "";
    manifest->stage = LAC_NEW(arena, struct lac_manifest_stage, lac_stage_row_count);
    if (manifest->stage == NULL) return lac_fail_memory(err, "the manifest");
    for (size_t i = 0; i < lac_stage_row_count; i++) {
        manifest->stage[i].name = lac_stage_rows[i].name;
        manifest->stage[i].state = LAC_STATE_NONE;
        manifest->stage[i].started = manifest->stage[i].fingerprint = "";
        manifest->stage[i].cause = none;
    }
    return LAC_OK;
}

/* --- reading
 * ------------------------------------------------------------------------------------------------- */

struct reading {
    struct lac_arena *arena;
    bool failed; /* out of memory */
};

static const char *take_text(struct reading *in, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    const char *copy = lac_arena_strdup(in->arena, text == NULL ? "" : text);

    if (copy == NULL) in->failed = true;
    return copy == NULL ? "" : copy;
}

static void take_files(struct reading *in, json_t *object, struct lac_filelist *list)
{
    const char *path;
    json_t *digest;

    json_object_foreach(object, path, digest)
    {
        const char *text = json_string_value(digest);

        if (text != NULL && lac_filelist_add(list, in->arena, path, text, NULL) != LAC_OK) in->failed = true;
    }
}

static void take_stage(struct reading *in, const json_t *object, struct lac_manifest_stage *stage)
{
    const json_t *cause = json_object_get(object, "cause");

    stage->state = state_from_word(take_text(in, object, "status"));
    stage->exit_status = (int)json_integer_value(json_object_get(object, "exit_status"));
    stage->started = take_text(in, object, "started");
    stage->seconds = json_number_value(json_object_get(object, "seconds"));
    stage->peak_memory = json_integer_value(json_object_get(object, "peak_memory"));
    stage->fingerprint = take_text(in, object, "fingerprint");
    stage->cause.program = take_text(in, cause, "program");
    stage->cause.version = take_text(in, cause, "version");
    stage->cause.config = take_text(in, cause, "configuration");
    stage->cause.as_at = take_text(in, cause, "as_at");
    stage->cause.seed = json_integer_value(json_object_get(cause, "seed"));
    take_files(in, json_object_get(object, "inputs"), &stage->inputs);
    take_files(in, json_object_get(object, "outputs"), &stage->outputs);
}

static void take_stages(struct reading *in, const json_t *array, struct lac_manifest *manifest)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *object = json_array_get(array, i);
        const char *name = take_text(in, object, "name");

        for (size_t k = 0; k < lac_stage_row_count; k++)
            if (strcmp(manifest->stage[k].name, name) == 0) take_stage(in, object, &manifest->stage[k]);
    }
}

static enum lac_status take_manifest(const json_t *root, struct lac_arena *arena,
                                     struct lac_manifest *manifest, struct lac_error *err)
{
    struct reading in = {arena, false};
    const json_t *config = json_object_get(root, "configuration"), *tree = json_object_get(root, "store");

    manifest->name = take_text(&in, config, "name");
    manifest->config_path = take_text(&in, config, "file");
    manifest->config_text = take_text(&in, config, "text");
    manifest->config_digest = take_text(&in, config, "sha256");
    manifest->as_at = take_text(&in, root, "as_at");
    manifest->seed = json_integer_value(json_object_get(root, "seed"));
    manifest->gnuplot = take_text(&in, json_object_get(root, "libraries"), "gnuplot");
    manifest->tree_path = take_text(&in, tree, "path");
    manifest->tree_digest = take_text(&in, tree, "sha256");
    manifest->complete = json_is_true(json_object_get(root, "complete"));
    take_stages(&in, json_object_get(root, "stages"), manifest);
    return in.failed ? lac_fail_memory(err, "the manifest") : LAC_OK;
}

static enum lac_status fail_manifest(struct lac_error *err, const char *path, int line, const char *what)
{
    enum lac_status st = lac_fail(err, LAC_INPUT, "%s", what);

    lac_error_file(err, path);
    lac_error_line(err, line);
    lac_error_remedy(
        err, "if this folder is a run of Lacuna, remove manifest.json and run again: every stage is then "
             "done anew");
    return st;
}

static enum lac_status parse_manifest(const char *path, struct lac_arena *arena,
                                      struct lac_manifest *manifest, struct lac_error *err)
{
    char *bytes;
    size_t length;
    json_error_t where;
    json_t *root;
    enum lac_status st = lac_file_read(path, MANIFEST_LIMIT, arena, &bytes, &length, err);
    const char *schema;

    if (st != LAC_OK) return st;
    root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &where);
    if (root == NULL) return fail_manifest(err, path, where.line, "the manifest is not readable JSON");
    schema = json_string_value(json_object_get(root, "schema"));
    if (schema == NULL || strcmp(schema, LAC_MANIFEST_SCHEMA) != 0)
        st = fail_manifest(err, path, -1, "not a manifest of this version of Lacuna");
    else
        st = take_manifest(root, arena, manifest, err);
    json_decref(root);
    return st;
}

enum lac_status lac_manifest_read(const char *run, struct lac_arena *arena, struct lac_manifest *manifest,
                                  bool *found, struct lac_error *err)
{
    char *path = lac_path_join(arena, run, LAC_MANIFEST_NAME);
    enum lac_status st = lac_manifest_init(manifest, arena, err);

    *found = false;
    if (st != LAC_OK) return st;
    if (path == NULL) return lac_fail_memory(err, "a file name");
    if (!lac_file_exists(path)) return LAC_OK;
    *found = true;
    return parse_manifest(path, arena, manifest, err);
}

/* --- writing
 * ------------------------------------------------------------------------------------------------- */

/* Jansson's constructors give NULL on failure and json_object_set_new() then fails too: one flag is enough.
 */
struct writing {
    bool failed;
};

static void put(struct writing *out, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0) out->failed = true;
}

static json_t *files_json(struct writing *out, const struct lac_filelist *list)
{
    json_t *object = json_object();

    for (size_t i = 0; i < list->count; i++)
        put(out, object, list->row[i].path, json_string(list->row[i].digest));
    return object;
}

static json_t *cause_json(struct writing *out, const struct lac_stage_cause *cause)
{
    json_t *object = json_object();

    put(out, object, "program", json_string(cause->program));
    put(out, object, "version", json_string(cause->version));
    put(out, object, "configuration", json_string(cause->config));
    put(out, object, "as_at", json_string(cause->as_at));
    put(out, object, "seed", json_integer(cause->seed));
    return object;
}

static json_t *stage_json(struct writing *out, const struct lac_manifest_stage *stage)
{
    json_t *object = json_object();

    put(out, object, "name", json_string(stage->name));
    put(out, object, "status", json_string(lac_stage_state_word(stage->state)));
    put(out, object, "exit_status", json_integer(stage->exit_status));
    put(out, object, "started", json_string(stage->started));
    put(out, object, "seconds", json_real(stage->seconds));
    put(out, object, "peak_memory", json_integer(stage->peak_memory));
    put(out, object, "fingerprint", json_string(stage->fingerprint));
    put(out, object, "cause", cause_json(out, &stage->cause));
    put(out, object, "inputs", files_json(out, &stage->inputs));
    put(out, object, "outputs", files_json(out, &stage->outputs));
    return object;
}

static json_t *libraries_json(struct writing *out, const struct lac_manifest *manifest)
{
    json_t *object = json_object();

    for (const char *at = LAC_LIBRARIES; *at != '\0'; at += strspn(at, ",")) {
        size_t length = strcspn(at, ","), name = strcspn(at, " ");

        if (name < length) {
            json_t *version = json_stringn(at + name + 1, length - name - 1);

            if (json_object_setn_new(object, at, name, version) != 0) out->failed = true;
        }
        at += length;
    }
    if (manifest->gnuplot[0] != '\0') put(out, object, "gnuplot", json_string(manifest->gnuplot));
    return object;
}

static json_t *config_json(struct writing *out, const struct lac_manifest *manifest)
{
    json_t *object = json_object();

    put(out, object, "name", json_string(manifest->name));
    put(out, object, "file", json_string(manifest->config_path));
    put(out, object, "text", json_string(manifest->config_text));
    put(out, object, "sha256", json_string(manifest->config_digest));
    return object;
}

static json_t *manifest_json(struct writing *out, const struct lac_manifest *manifest)
{
    json_t *root = json_object(), *stages = json_array(), *program = json_object(), *tree = json_object();

    put(out, program, "name", json_string("lacuna"));
    put(out, program, "version", json_string(LAC_VERSION));
    put(out, program, "random_numbers", json_string("Philox4x32-10"));
    put(out, tree, "path", json_string(manifest->tree_path));
    put(out, tree, "sha256", json_string(manifest->tree_digest));
    for (size_t i = 0; i < lac_stage_row_count; i++)
        if (json_array_append_new(stages, stage_json(out, &manifest->stage[i])) != 0) out->failed = true;
    put(out, root, "schema", json_string(LAC_MANIFEST_SCHEMA));
    put(out, root, "program", program);
    put(out, root, "libraries", libraries_json(out, manifest));
    put(out, root, "configuration", config_json(out, manifest));
    put(out, root, "seed", json_integer(manifest->seed));
    put(out, root, "as_at", json_string(manifest->as_at));
    put(out, root, "store", tree);
    put(out, root, "complete", json_boolean(manifest->complete));
    put(out, root, "stages", stages);
    return root;
}

static bool is_equal_file(const char *path, const char *text, size_t length, struct lac_arena *arena)
{
    char *bytes;
    size_t there;

    return lac_file_exists(path) &&
           lac_file_read(path, MANIFEST_LIMIT, arena, &bytes, &there, NULL) == LAC_OK && there == length &&
           memcmp(bytes, text, length) == 0;
}

enum lac_status lac_manifest_write(const char *run, const struct lac_manifest *manifest,
                                   struct lac_error *err)
{
    struct writing out = {false};
    struct lac_buffer text = {0};
    struct lac_arena arena;
    json_t *root = manifest_json(&out, manifest);
    char *dump =
        out.failed ? NULL : json_dumps(root, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_REAL_PRECISION(6));
    char *path;
    enum lac_status st;

    lac_arena_init(&arena);
    path = lac_path_join(&arena, run, LAC_MANIFEST_NAME);
    if (dump != NULL) lac_buffer_printf(&text, "%s\n", dump);
    if (dump == NULL || path == NULL)
        st = lac_fail_memory(err, "the manifest");
    else if ((st = lac_buffer_status(&text, err)) == LAC_OK &&
             !is_equal_file(path, text.text, text.length, &arena))
        st = lac_file_write(path, text.text, text.length, false, err);
    free(dump);
    json_decref(root);
    lac_buffer_release(&text);
    lac_arena_release(&arena);
    return st;
}
