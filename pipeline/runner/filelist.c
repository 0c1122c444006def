/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700 /* nftw */
#include "runner/filelist.h"

#include <errno.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define TREE_DEPTH 16

enum lac_status lac_filelist_add(struct lac_filelist *list, struct lac_arena *arena, const char *path,
                                 const char *digest, struct lac_error *err)
{
    struct lac_filelist_row *row;

    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 16 : 2 * list->capacity;
        struct lac_filelist_row *grown = LAC_NEW(arena, struct lac_filelist_row, capacity);

        if (grown == NULL) return lac_fail_memory(err, "a list of files");
        if (list->count > 0) memcpy(grown, list->row, list->count * sizeof *grown);
        list->row = grown;
        list->capacity = capacity;
    }
    row = &list->row[list->count];
    row->path = lac_arena_strdup(arena, path);
    row->digest = lac_arena_strdup(arena, digest);
    if (row->path == NULL || row->digest == NULL) return lac_fail_memory(err, "a list of files");
    list->count++;
    return LAC_OK;
}

const char *lac_filelist_find(const struct lac_filelist *list, const char *path)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->row[i].path, path) == 0) return list->row[i].digest;
    return NULL;
}

enum lac_status lac_filelist_hash(struct lac_filelist *list, struct lac_arena *arena, const char *label,
                                  const char *file, struct lac_error *err)
{
    char digest[LAC_DIGEST_SIZE] = LAC_DIGEST_ABSENT;
    enum lac_status st;

    if (lac_file_exists(file) && (st = lac_digest_file(file, digest, err)) != LAC_OK) return st;
    return lac_filelist_add(list, arena, label, digest, err);
}

static bool is_folder(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static bool is_ordinary(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && S_ISREG(facts.st_mode);
}

static bool is_left_over(const char *name)
{
    size_t length = strlen(name);

    return name[0] == '.' || (length > 4 && strcmp(name + length - 4, ".tmp") == 0);
}

/* One folder and what adding its files needs. */
struct folder {
    struct lac_filelist *list;
    struct lac_arena *arena;
    const char *label, *path;
    bool deep; /* folders below it too */
};

static enum lac_status add_folder(const struct folder *folder, int depth, struct lac_error *err)
{
    char **names;
    size_t count;
    enum lac_status st = lac_dir_list(folder->path, folder->arena, &names, &count, err);

    for (size_t i = 0; st == LAC_OK && i < count; i++) {
        struct folder below = *folder;

        if (is_left_over(names[i])) continue;
        below.label = lac_path_join(folder->arena, folder->label, names[i]);
        below.path = lac_path_join(folder->arena, folder->path, names[i]);
        if (below.label == NULL || below.path == NULL) return lac_fail_memory(err, "a file name");
        if (is_ordinary(below.path))
            st = lac_filelist_hash(folder->list, folder->arena, below.label, below.path, err);
        else if (folder->deep && depth < TREE_DEPTH && is_folder(below.path))
            st = add_folder(&below, depth + 1, err);
    }
    return st;
}

/* Adds a file, a folder's files, or the fact that nothing is there. */
static enum lac_status add_place(const struct folder *place, struct lac_error *err)
{
    if (is_folder(place->path)) return add_folder(place, 0, err);
    return lac_filelist_hash(place->list, place->arena, place->label, place->path, err);
}

/* --- inputs
 * -------------------------------------------------------------------------------------------------- */

struct inputs {
    struct lac_filelist *list;
    struct lac_arena *arena;
    const struct lac_config *config;
    const char *run;
};

static enum lac_status add_config_path(struct inputs *in, const struct lac_config_path *path,
                                       struct lac_error *err)
{
    const struct folder place = {in->list, in->arena, path->written, path->resolved, false};

    return path->written == NULL ? LAC_OK : add_place(&place, err);
}

static enum lac_status add_settings(struct inputs *in, const struct lac_config_schema *schema,
                                    const char *settings, struct lac_error *err);

static enum lac_status add_field(struct inputs *in, const struct lac_config_field *field, const char *member,
                                 struct lac_error *err)
{
    const struct lac_config_paths *paths = (const void *)member;
    const struct lac_sections *sections = (const void *)member;
    enum lac_status st = LAC_OK;

    switch (field->type) {
    case LAC_CONFIG_PATH:
        return add_config_path(in, (const void *)member, err);
    case LAC_CONFIG_PATHS:
        for (size_t i = 0; st == LAC_OK && i < paths->count; i++)
            st = add_config_path(in, &paths->item[i], err);
        return st;
    case LAC_CONFIG_SECTION:
        return add_settings(in, field->sub, member, err);
    case LAC_CONFIG_SECTIONS:
        for (size_t i = 0; st == LAC_OK && i < sections->count; i++)
            st = add_settings(in, field->sub, (const char *)sections->item + i * field->sub->size, err);
        return st;
    default:
        return LAC_OK;
    }
}

static enum lac_status add_settings(struct inputs *in, const struct lac_config_schema *schema,
                                    const char *settings, struct lac_error *err)
{
    enum lac_status st = LAC_OK;

    for (size_t i = 0; st == LAC_OK && i < schema->count; i++) {
        const struct lac_config_field *field = &schema->fields[i];

        if (!field->volatile_) st = add_field(in, field, settings + field->offset, err);
    }
    return st;
}

static enum lac_status add_section(void *context, const char *word, struct lac_error *err)
{
    struct inputs *in = context;

    for (size_t i = 0; i < lac_config_schema.count; i++) {
        const struct lac_config_field *field = &lac_config_schema.fields[i];

        if (strcmp(field->key, word) == 0)
            return add_field(in, field, (const char *)in->config + field->offset, err);
    }
    return lac_fail(err, LAC_DEFECT, "the stage list names the unknown section '%s'", word);
}

static enum lac_status add_store_file(void *context, const char *word, struct lac_error *err)
{
    struct inputs *in = context;
    char *label = lac_arena_printf(in->arena, "store/%s.h5", word);
    char *path = label == NULL ? NULL : lac_path_join(in->arena, in->run, label);

    if (path == NULL) return lac_fail_memory(err, "a file name");
    return lac_filelist_hash(in->list, in->arena, label, path, err);
}

enum lac_status lac_filelist_inputs(struct lac_filelist *list, struct lac_arena *arena,
                                    const struct lac_config *config, const struct lac_stage_row *stage,
                                    const char *run, struct lac_error *err)
{
    struct inputs in = {list, arena, config, run};
    struct folder codes = {list, arena, "datasets/codes", NULL, false};
    char *data;
    enum lac_status st = lac_data_folder(arena, &data, err);

    if (st != LAC_OK) return st;
    codes.path = lac_path_join(arena, data, codes.label);
    if (codes.path == NULL) return lac_fail_memory(err, "a file name");
    if ((st = add_place(&codes, err)) != LAC_OK) return st;
    if ((st = lac_words_each(stage->sections, arena, add_section, &in, err)) != LAC_OK) return st;
    return lac_words_each(stage->inputs, arena, add_store_file, &in, err);
}

/* --- outputs
 * ------------------------------------------------------------------------------------------------- */

static enum lac_status add_output(void *context, const char *word, struct lac_error *err)
{
    struct folder place = *(const struct folder *)context;
    size_t length = strlen(word);
    char *label = lac_arena_strndup(place.arena, word, word[length - 1] == '/' ? length - 1 : length);
    char *path = label == NULL ? NULL : lac_path_join(place.arena, place.path, label);

    if (path == NULL) return lac_fail_memory(err, "a file name");
    place.label = label;
    place.path = path;
    return lac_file_exists(path) ? add_place(&place, err) : LAC_OK;
}

enum lac_status lac_filelist_outputs(struct lac_filelist *list, struct lac_arena *arena,
                                     const struct lac_stage_row *stage, const char *run,
                                     struct lac_error *err)
{
    struct folder place = {list, arena, NULL, run, true};
    char *label = lac_arena_printf(arena, "store/%s.h5", stage->file);
    char *path = label == NULL ? NULL : lac_path_join(arena, run, label);
    enum lac_status st;

    if (path == NULL) return lac_fail_memory(err, "a file name");
    if ((st = lac_filelist_hash(list, arena, label, path, err)) != LAC_OK) return st;
    return lac_words_each(stage->outputs, arena, add_output, &place, err);
}

static int remove_entry(const char *path, const struct stat *facts, int kind, struct FTW *where)
{
    (void)facts;
    if (where->level == 0) return 0;
    return kind == FTW_DP ? rmdir(path) : unlink(path);
}

static enum lac_status clear_output(void *context, const char *word, struct lac_error *err)
{
    const struct folder *place = context;
    char *path = lac_path_join(place->arena, place->path, word);
    enum lac_status st;

    if (path == NULL) return lac_fail_memory(err, "a file name");
    if (word[strlen(word) - 1] != '/' || !is_folder(path)) return LAC_OK;
    if (nftw(path, remove_entry, TREE_DEPTH, FTW_DEPTH | FTW_PHYS) == 0) return LAC_OK;
    st = lac_fail(err, LAC_IO, "results of an earlier run cannot be removed: %s", strerror(errno));
    lac_error_file(err, path);
    return st;
}

enum lac_status lac_filelist_clear(const struct lac_stage_row *stage, const char *run, struct lac_error *err)
{
    struct lac_arena arena;
    struct folder place = {NULL, &arena, NULL, run, false};
    enum lac_status st;

    lac_arena_init(&arena);
    st = lac_words_each(stage->outputs, &arena, clear_output, &place, err);
    lac_arena_release(&arena);
    return st;
}

enum lac_status lac_words_each(const char *words, struct lac_arena *arena,
                               enum lac_status (*use)(void *context, const char *word, struct lac_error *err),
                               void *context, struct lac_error *err)
{
    for (const char *at = words; *(at += strspn(at, " ")) != '\0'; at += strcspn(at, " ")) {
        char *word = lac_arena_strndup(arena, at, strcspn(at, " "));
        enum lac_status st;

        if (word == NULL) return lac_fail_memory(err, "a list of words");
        if ((st = use(context, word, err)) != LAC_OK) return st;
    }
    return LAC_OK;
}
