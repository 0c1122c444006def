/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/national.h"

#include "base/text.h"

#include <string.h>

#include "base/digest.h"

static const struct lac_config_field fields[] = {
    {.key = "run",
     .type = LAC_CONFIG_SECTION,
     .offset = offsetof(struct lac_config, run),
     .required = true,
     .sub = &lac_run_schema,
     .text = "what is run"},
    {.key = "returns",
     .type = LAC_CONFIG_SECTION,
     .offset = offsetof(struct lac_config, returns),
     .required = true,
     .sub = &lac_returns_schema,
     .text = "where the returns lie and which are owed"},
    {.key = "lists",
     .type = LAC_CONFIG_SECTIONS,
     .offset = offsetof(struct lac_config, lists),
     .required = true,
     .sub = &lac_lists_schema,
     .map_key = "code",
     .text = "capture lists"},
    {.key = "link",
     .type = LAC_CONFIG_SECTION,
     .offset = offsetof(struct lac_config, link),
     .sub = &lac_link_schema,
     .text = "record linkage"},
    {.key = "definitions",
     .type = LAC_CONFIG_SECTION,
     .offset = offsetof(struct lac_config, definitions),
     .required = true,
     .sub = &lac_definitions_schema,
     .text = "case definitions"},
    {.key = "strata",
     .type = LAC_CONFIG_SECTION,
     .offset = offsetof(struct lac_config, strata),
     .sub = &lac_strata_schema,
     .text = "windows and geographies"},
    {.key = "estimate",
     .type = LAC_CONFIG_SECTION,
     .offset = offsetof(struct lac_config, estimate),
     .sub = &lac_estimate_schema,
     .text = "estimation"},
    {.key = "publish",
     .type = LAC_CONFIG_SECTION,
     .offset = offsetof(struct lac_config, publish),
     .required = true,
     .sub = &lac_publish_schema,
     .text = "publication"},
};

const struct lac_config_schema lac_config_schema = {"the configuration", sizeof(struct lac_config), fields,
                                                    LAC_COUNT(fields)};

static enum lac_status fail_value(const char *path, const char *message, const char *remedy,
                                  struct lac_error *err)
{
    lac_fail(err, LAC_USAGE, "%s", message);
    lac_error_file(err, path);
    lac_error_rule(err, "config-value");
    lac_error_remedy(err, "%s", remedy);
    return LAC_USAGE;
}

static enum lac_status use_default(struct lac_strings *strings, const char *const *words, size_t n,
                                   struct lac_arena *arena, struct lac_error *err)
{
    if (strings->count > 0) return LAC_OK;
    strings->item = LAC_NEW(arena, const char *, n);
    if (strings->item == NULL) return lac_fail_memory(err, "settings");
    for (size_t i = 0; i < n; i++) strings->item[i] = words[i];
    strings->count = n;
    return LAC_OK;
}

/* Defaults that one YAML scalar cannot say. */
static enum lac_status complete(struct lac_config *config, struct lac_arena *arena, struct lac_error *err)
{
    static const char *const geographies[] = {"nation", "region"};
    static const char *const windows[] = {"year"};
    static const char *const populations[] = {"victims"};
    static const char *const age_bands[] = {"10", "13", "16", "18"};
    static const char *const variants[] = {"main", "own", "low", "high"};
    struct lac_list_settings *list = config->lists.item;
    enum lac_status status = use_default(&config->strata.geographies, geographies, 2, arena, err);

    if (status == LAC_OK) status = use_default(&config->strata.windows, windows, 1, arena, err);
    if (status == LAC_OK) status = use_default(&config->strata.populations, populations, 1, arena, err);
    if (status == LAC_OK)
        status = use_default(&config->strata.age_bands, age_bands, LAC_COUNT(age_bands), arena, err);
    if (status == LAC_OK)
        status = use_default(&config->estimate.variants, variants, LAC_COUNT(variants), arena, err);
    for (size_t i = 0; status == LAC_OK && i < config->lists.count; i++) {
        if (list[i].name == NULL) list[i].name = list[i].code;
        status = use_default(&list[i].from, &list[i].code, 1, arena, err);
    }
    return status;
}

int32_t lac_strata_age(const char *text)
{
    int64_t age;

    return lac_text_i64(text, &age) && age >= 1 && age <= 120 ? (int32_t)age : -1;
}

static bool ages_ascend(const struct lac_strings *ages)
{
    int32_t last = 0;

    for (size_t i = 0; i < ages->count; i++) {
        int32_t age = lac_strata_age(ages->item[i]);

        if (age <= last) return false;
        last = age;
    }
    return true;
}

/* Rules between keys. */
static enum lac_status check(const char *path, const struct lac_config *config, struct lac_error *err)
{
    const struct lac_list_settings *list = config->lists.item;

    if (config->run.period_end < config->run.period_start)
        return fail_value(path, "run: period_end lies before period_start", "exchange the two days", err);
    if (config->lists.count < 2 || config->lists.count > 16)
        return fail_value(path, "lists: capture-recapture needs 2 to 16 lists", "declare or merge lists",
                          err);
    if (!ages_ascend(&config->strata.age_bands))
        return fail_value(path, "strata: age_bands are not whole years from 1 to 120 that ascend",
                          "write the first age of every band but the lowest, as in [10, 13, 16, 18]", err);
    for (size_t i = 0; i < config->lists.count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(list[i].code, list[j].code) == 0)
                return fail_value(path, "lists: a list code stands twice", "keep one of the two", err);
        }
    }
    return LAC_OK;
}

enum lac_status lac_config_national(const char *path, struct lac_arena *arena, struct lac_config **config,
                                    struct lac_error *err)
{
    void *settings;
    enum lac_status status = lac_config_load(path, &lac_config_schema, arena, &settings, err);

    *config = settings;
    if (status == LAC_OK) status = complete(*config, arena, err);
    return status == LAC_OK ? check(path, *config, err) : status;
}

static const struct lac_config_field *section_named(const char *name)
{
    for (size_t i = 0; i < LAC_COUNT(fields); i++) {
        if (strcmp(fields[i].key, name) == 0) return &fields[i];
    }
    return NULL;
}

/* A section printed by a schema of its own alone. */
static enum lac_status print_section(const struct lac_config *config, const char *name,
                                     struct lac_buffer *text, struct lac_error *err)
{
    const struct lac_config_field *section = section_named(name);
    struct lac_config_schema alone = {"section", sizeof *config, section, 1};

    if (section == NULL) return lac_fail(err, LAC_DEFECT, "the stage list names no section %s", name);
    lac_config_print(&alone, config, true, text);
    return LAC_OK;
}

static enum lac_status add_file(struct lac_digest *digest, const struct lac_config_path *path,
                                struct lac_error *err)
{
    char file[LAC_DIGEST_SIZE];
    enum lac_status status;

    if (path->resolved == NULL) return LAC_OK;
    status = lac_digest_file(path->resolved, file, err);
    if (status == LAC_OK) lac_digest_add_text(digest, file);
    return status;
}

/* A store file of an earlier run. */
static enum lac_status add_store(struct lac_digest *digest, const struct lac_config_path *run,
                                 const char *file, struct lac_error *err)
{
    struct lac_config_path path = {run->written, NULL};
    struct lac_buffer name = {0};
    enum lac_status status;

    if (run->resolved == NULL) return LAC_OK;
    lac_buffer_printf(&name, "%s/store/%s.h5", run->resolved, file);
    status = lac_buffer_status(&name, err);
    path.resolved = name.text;
    if (status == LAC_OK) status = add_file(digest, &path, err);
    lac_buffer_release(&name);
    return status;
}

/* Contents of the files a section names: editing one changes the digest. */
static enum lac_status add_files(const struct lac_config *config, const char *name, struct lac_digest *digest,
                                 struct lac_error *err)
{
    const struct lac_config_paths *paths = NULL;
    enum lac_status status = LAC_OK;

    if (strcmp(name, "definitions") == 0) paths = &config->definitions.files;
    if (strcmp(name, "returns") == 0) paths = &config->returns.layouts;
    if (strcmp(name, "link") == 0) paths = &config->link.judged;
    for (size_t i = 0; paths != NULL && status == LAC_OK && i < paths->count; i++)
        status = add_file(digest, &paths->item[i], err);
    if (status == LAC_OK && strcmp(name, "publish") == 0)
        status = add_file(digest, &config->publish.disclosure, err);
    if (status == LAC_OK && strcmp(name, "link") == 0)
        status = add_file(digest, &config->link.nicknames, err);
    if (status == LAC_OK && strcmp(name, "link") == 0)
        status = add_store(digest, &config->link.previous, "records", err);
    if (status == LAC_OK && strcmp(name, "link") == 0)
        status = add_store(digest, &config->link.previous, "links", err);
    return status;
}

enum lac_status lac_config_digest(const struct lac_config *config, const char *const *sections, char *out,
                                  struct lac_error *err)
{
    struct lac_digest digest;
    struct lac_buffer text = {0};
    enum lac_status status = lac_digest_begin(&digest, err), ended;

    if (status != LAC_OK) return status;
    for (size_t i = 0; status == LAC_OK && sections[i] != NULL; i++) {
        lac_buffer_clear(&text);
        status = print_section(config, sections[i], &text, err);
        if (status == LAC_OK) status = lac_buffer_status(&text, err);
        if (status == LAC_OK) lac_digest_add_text(&digest, text.text);
        if (status == LAC_OK) status = add_files(config, sections[i], &digest, err);
    }
    lac_buffer_release(&text);
    ended = lac_digest_end(&digest, out, status == LAC_OK ? err : NULL);
    return status != LAC_OK ? status : ended;
}
