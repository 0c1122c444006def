/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <yaml.h>

#include "base/date.h"
#include "base/file.h"
#include "base/text.h"
#include "config/schema.h"

#define FILE_LIMIT ((size_t)4 << 20)

/* One file being loaded. */
struct loader {
    const char *path;
    char *folder;
    yaml_document_t *document;
    struct lac_arena *arena;
    struct lac_error *err;
};

static enum lac_status fail_node(const struct loader *loader, const yaml_node_t *node, const char *rule)
{
    lac_error_file(loader->err, loader->path);
    if (node != NULL) lac_error_line(loader->err, (int64_t)node->start_mark.line + 1);
    lac_error_rule(loader->err, rule);
    return LAC_USAGE;
}

static const char *scalar(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

static bool is_null(const yaml_node_t *node)
{
    const char *text;

    if (node->type != YAML_SCALAR_NODE || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE) return false;
    text = scalar(node);
    return text[0] == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0;
}

static void list_words(const char *const *words, char *out, size_t size)
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; words[i] != NULL && at < size; i++) {
        int n = snprintf(out + at, size - at, "%s%s", i == 0 ? "" : ", ", words[i]);

        at += n > 0 ? (size_t)n : 0;
    }
}

static enum lac_status fail_choice(const struct loader *loader, const struct lac_config_field *field,
                                   const yaml_node_t *node, const char *word)
{
    char words[256];

    list_words(field->choices, words, sizeof words);
    lac_fail(loader->err, LAC_USAGE, "%s: '%.64s' is not one of the allowed values", field->key, word);
    lac_error_remedy(loader->err, "allowed: %s", words);
    return fail_node(loader, node, "config-value");
}

static bool allowed(const struct lac_config_field *field, const char *word)
{
    if (field->choices == NULL) return true;
    for (size_t i = 0; field->choices[i] != NULL; i++) {
        if (strcmp(field->choices[i], word) == 0) return true;
    }
    return false;
}

static enum lac_status fail_type(const struct loader *loader, const struct lac_config_field *field,
                                 const yaml_node_t *node, const char *wanted)
{
    lac_fail(loader->err, LAC_USAGE, "%s: must be %s", field->key, wanted);
    if (field->text != NULL) lac_error_remedy(loader->err, "%s: %s", field->key, field->text);
    return fail_node(loader, node, "config-type");
}

static enum lac_status fail_range(const struct loader *loader, const struct lac_config_field *field,
                                  const yaml_node_t *node)
{
    lac_fail(loader->err, LAC_USAGE, "%s: out of range", field->key);
    lac_error_remedy(loader->err, "allowed: %.15g to %.15g", field->low, field->high);
    return fail_node(loader, node, "config-range");
}

static enum lac_status copy_text(const struct loader *loader, const char *text, const char **out)
{
    *out = lac_arena_strdup(loader->arena, text);
    return *out == NULL ? lac_fail_memory(loader->err, "settings") : LAC_OK;
}

static enum lac_status set_path(const struct loader *loader, const char *text, struct lac_config_path *path)
{
    enum lac_status status = copy_text(loader, text, &path->written);

    if (status != LAC_OK) return status;
    path->resolved = lac_path_join(loader->arena, loader->folder, text);
    return path->resolved == NULL ? lac_fail_memory(loader->err, "settings") : LAC_OK;
}

static enum lac_status set_bool(const struct loader *loader, const struct lac_config_field *field,
                                const char *text, const yaml_node_t *node, bool *out)
{
    static const char *const yes[] = {"true", "yes", "on"}, *const no[] = {"false", "no", "off"};

    for (size_t i = 0; i < 3; i++) {
        if (lac_text_equal_nocase(text, yes[i])) {
            *out = true;
            return LAC_OK;
        }
        if (lac_text_equal_nocase(text, no[i])) {
            *out = false;
            return LAC_OK;
        }
    }
    return fail_type(loader, field, node, "true or false");
}

static enum lac_status set_number(const struct loader *loader, const struct lac_config_field *field,
                                  const char *text, const yaml_node_t *node, void *out)
{
    bool ranged = field->low < field->high;

    if (field->type == LAC_CONFIG_INT) {
        int64_t value;

        if (!lac_text_i64(text, &value)) return fail_type(loader, field, node, "a whole number");
        if (ranged && ((double)value < field->low || (double)value > field->high))
            return fail_range(loader, field, node);
        *(int64_t *)out = value;
    } else {
        double value;

        if (!lac_text_double(text, &value)) return fail_type(loader, field, node, "a number");
        if (ranged && (value < field->low || value > field->high)) return fail_range(loader, field, node);
        *(double *)out = value;
    }
    return LAC_OK;
}

/* A scalar from the file (node) or a fallback (node NULL). */
static enum lac_status set_scalar(const struct loader *loader, const struct lac_config_field *field,
                                  const char *text, const yaml_node_t *node, void *out)
{
    switch (field->type) {
    case LAC_CONFIG_STRING:
        return copy_text(loader, text, out);
    case LAC_CONFIG_PATH:
        return set_path(loader, text, out);
    case LAC_CONFIG_ENUM:
        return allowed(field, text) ? copy_text(loader, text, out) : fail_choice(loader, field, node, text);
    case LAC_CONFIG_BOOL:
        return set_bool(loader, field, text, node, out);
    case LAC_CONFIG_INT:
    case LAC_CONFIG_NUMBER:
        return set_number(loader, field, text, node, out);
    case LAC_CONFIG_DATE:
        return lac_date_parse(text, out) ? LAC_OK : fail_type(loader, field, node, "a date YYYY-MM-DD");
    default:
        return lac_fail(loader->err, LAC_DEFECT, "%s: schema gives a fallback to a key that is no scalar",
                        field->key);
    }
}

/* The items of a list: a sequence's nodes, or the node itself when it is a scalar. */
static size_t item_count(const yaml_node_t *node)
{
    if (node->type == YAML_SCALAR_NODE) return is_null(node) ? 0 : 1;
    return (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
}

static yaml_node_t *item_at(const struct loader *loader, yaml_node_t *node, size_t i)
{
    if (node->type == YAML_SCALAR_NODE) return node;
    return yaml_document_get_node(loader->document, node->data.sequence.items.start[i]);
}

static enum lac_status load_strings(const struct loader *loader, const struct lac_config_field *field,
                                    yaml_node_t *node, struct lac_strings *out)
{
    if (node->type == YAML_MAPPING_NODE) return fail_type(loader, field, node, "a word or a list of words");
    out->count = item_count(node);
    out->item = LAC_NEW(loader->arena, const char *, out->count);
    if (out->item == NULL) return lac_fail_memory(loader->err, "settings");
    for (size_t i = 0; i < out->count; i++) {
        yaml_node_t *item = item_at(loader, node, i);
        enum lac_status status;

        if (item->type != YAML_SCALAR_NODE) return fail_type(loader, field, item, "a list of words");
        if (!allowed(field, scalar(item))) return fail_choice(loader, field, item, scalar(item));
        if ((status = copy_text(loader, scalar(item), &out->item[i])) != LAC_OK) return status;
    }
    return LAC_OK;
}

static enum lac_status load_paths(const struct loader *loader, const struct lac_config_field *field,
                                  yaml_node_t *node, struct lac_config_paths *out)
{
    struct lac_strings names;
    enum lac_status status = load_strings(loader, field, node, &names);

    if (status != LAC_OK) return status;
    out->count = names.count;
    out->item = LAC_NEW(loader->arena, struct lac_config_path, names.count);
    if (out->item == NULL) return lac_fail_memory(loader->err, "settings");
    for (size_t i = 0; status == LAC_OK && i < names.count; i++)
        status = set_path(loader, names.item[i], &out->item[i]);
    return status;
}

static enum lac_status load_string_lists(const struct loader *loader, const struct lac_config_field *field,
                                         yaml_node_t *node, struct lac_string_lists *out)
{
    if (node->type == YAML_MAPPING_NODE) return fail_type(loader, field, node, "a list of lists");
    out->count = item_count(node);
    out->item = LAC_NEW(loader->arena, struct lac_strings, out->count);
    if (out->item == NULL) return lac_fail_memory(loader->err, "settings");
    for (size_t i = 0; i < out->count; i++) {
        enum lac_status status = load_strings(loader, field, item_at(loader, node, i), &out->item[i]);

        if (status != LAC_OK) return status;
    }
    return LAC_OK;
}

static enum lac_status load_mapping(const struct loader *loader, const struct lac_config_schema *schema,
                                    yaml_node_t *node, const char *map_key, void *out);

static const struct lac_config_field *field_named(const struct lac_config_schema *schema, const char *key)
{
    for (size_t i = 0; i < schema->count; i++) {
        if (strcmp(schema->fields[i].key, key) == 0) return &schema->fields[i];
    }
    return NULL;
}

/* NAME: {...} entries; the name goes into the field `map_key` of each struct. */
static enum lac_status load_named_sections(const struct loader *loader, const struct lac_config_field *field,
                                           yaml_node_t *node, struct lac_sections *out)
{
    const struct lac_config_field *key = field_named(field->sub, field->map_key);
    char *item;

    out->count = (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
    item = out->item = lac_arena_alloc(loader->arena, out->count, field->sub->size);
    if (item == NULL) return lac_fail_memory(loader->err, "settings");
    for (size_t i = 0; i < out->count; i++, item += field->sub->size) {
        yaml_node_t *name = yaml_document_get_node(loader->document, node->data.mapping.pairs.start[i].key);
        yaml_node_t *value =
            yaml_document_get_node(loader->document, node->data.mapping.pairs.start[i].value);
        enum lac_status status;

        if (name->type != YAML_SCALAR_NODE) return fail_type(loader, field, name, "a mapping of names");
        status = load_mapping(loader, field->sub, value, field->map_key, item);
        if (status == LAC_OK) status = set_scalar(loader, key, scalar(name), name, item + key->offset);
        if (status != LAC_OK) return status;
    }
    return LAC_OK;
}

static enum lac_status load_sections(const struct loader *loader, const struct lac_config_field *field,
                                     yaml_node_t *node, struct lac_sections *out)
{
    char *item;

    if (field->map_key != NULL && node->type == YAML_MAPPING_NODE)
        return load_named_sections(loader, field, node, out);
    if (field->map_key != NULL || (node->type != YAML_SEQUENCE_NODE && !is_null(node)))
        return fail_type(loader, field, node,
                         field->map_key != NULL ? "a mapping of names" : "a list of mappings");
    out->count = item_count(node);
    item = out->item = lac_arena_alloc(loader->arena, out->count, field->sub->size);
    if (item == NULL) return lac_fail_memory(loader->err, "settings");
    for (size_t i = 0; i < out->count; i++, item += field->sub->size) {
        enum lac_status status = load_mapping(loader, field->sub, item_at(loader, node, i), NULL, item);

        if (status != LAC_OK) return status;
    }
    return LAC_OK;
}

static enum lac_status load_value(const struct loader *loader, const struct lac_config_field *field,
                                  yaml_node_t *node, void *out)
{
    switch (field->type) {
    case LAC_CONFIG_STRINGS:
        return load_strings(loader, field, node, out);
    case LAC_CONFIG_PATHS:
        return load_paths(loader, field, node, out);
    case LAC_CONFIG_STRING_LISTS:
        return load_string_lists(loader, field, node, out);
    case LAC_CONFIG_SECTION:
        return load_mapping(loader, field->sub, node, NULL, out);
    case LAC_CONFIG_SECTIONS:
        return load_sections(loader, field, node, out);
    default:
        break;
    }
    if (node->type != YAML_SCALAR_NODE) return fail_type(loader, field, node, "a single value");
    return set_scalar(loader, field, scalar(node), node, out);
}

/* Zero, NULL and empty are the arena's own; only dates and fallbacks need work. */
static enum lac_status set_default(const struct loader *loader, const struct lac_config_field *field,
                                   void *out)
{
    if (field->type == LAC_CONFIG_DATE && field->fallback == NULL) {
        *(int32_t *)out = LAC_DATE_NONE;
        return LAC_OK;
    }
    if (field->type == LAC_CONFIG_SECTION) return load_mapping(loader, field->sub, NULL, NULL, out);
    return field->fallback == NULL ? LAC_OK : set_scalar(loader, field, field->fallback, NULL, out);
}

static enum lac_status fail_unknown(const struct loader *loader, const struct lac_config_schema *schema,
                                    const yaml_node_t *key)
{
    const char *keys[64];
    const char *near;
    char all[320];
    size_t n = 0;

    for (size_t i = 0; i < schema->count && n < 63; i++) keys[n++] = schema->fields[i].key;
    keys[n] = NULL;
    near = lac_text_nearest(scalar(key), keys, n);
    list_words(keys, all, sizeof all);
    lac_fail(loader->err, LAC_USAGE, "unknown key '%.64s' in %s", scalar(key), schema->name);
    if (near != NULL)
        lac_error_remedy(loader->err, "did you mean %s? allowed: %.300s", near, all);
    else
        lac_error_remedy(loader->err, "allowed: %s", all);
    return fail_node(loader, key, "config-key");
}

/* A mapping being read into `out`; `map_key` is the key that stands as its name, or NULL. */
struct mapping {
    const struct lac_config_schema *schema;
    const char *map_key;
    bool seen[64]; /* by field */
    char *out;
};

static enum lac_status load_pair(const struct loader *loader, struct mapping *mapping, yaml_node_t *key,
                                 yaml_node_t *value)
{
    const struct lac_config_schema *schema = mapping->schema;
    const struct lac_config_field *field;

    if (key->type != YAML_SCALAR_NODE) {
        lac_fail(loader->err, LAC_USAGE, "a key in %s is not a word", schema->name);
        return fail_node(loader, key, "config-key");
    }
    field = field_named(schema, scalar(key));
    if (field == NULL || (mapping->map_key != NULL && strcmp(field->key, mapping->map_key) == 0))
        return fail_unknown(loader, schema, key);
    if (mapping->seen[field - schema->fields]) {
        lac_fail(loader->err, LAC_USAGE, "key '%s' stands twice in %s", field->key, schema->name);
        lac_error_remedy(loader->err, "keep one of the two");
        return fail_node(loader, key, "config-key-repeat");
    }
    if (is_null(value) && !field->required) return LAC_OK; /* `key:` with nothing is the default */
    mapping->seen[field - schema->fields] = true;
    return load_value(loader, field, value, mapping->out + field->offset);
}

/* Keys that the file did not give. */
static enum lac_status complete_mapping(const struct loader *loader, const struct mapping *mapping,
                                        const yaml_node_t *node)
{
    const struct lac_config_schema *schema = mapping->schema;

    for (size_t i = 0; i < schema->count; i++) {
        const struct lac_config_field *field = &schema->fields[i];
        enum lac_status status;

        if (mapping->seen[i]) continue;
        if (field->required) {
            lac_fail(loader->err, LAC_USAGE, "required key '%s' is missing in %s", field->key, schema->name);
            if (field->text != NULL) lac_error_remedy(loader->err, "%s: %s", field->key, field->text);
            return fail_node(loader, node, "config-key-missing");
        }
        if ((status = set_default(loader, field, mapping->out + field->offset)) != LAC_OK) return status;
    }
    return LAC_OK;
}

/* node NULL: everything by default. */
static enum lac_status load_mapping(const struct loader *loader, const struct lac_config_schema *schema,
                                    yaml_node_t *node, const char *map_key, void *out)
{
    struct mapping mapping = {.schema = schema, .map_key = map_key, .out = out};

    if (schema->count > 64)
        return lac_fail(loader->err, LAC_DEFECT, "schema %s has more than 64 keys", schema->name);
    if (node != NULL && node->type != YAML_MAPPING_NODE && !is_null(node)) {
        lac_fail(loader->err, LAC_USAGE, "%s: must be a mapping of keys", schema->name);
        return fail_node(loader, node, "config-type");
    }
    if (node != NULL && node->type == YAML_MAPPING_NODE) {
        for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top;
             pair++) {
            enum lac_status status =
                load_pair(loader, &mapping, yaml_document_get_node(loader->document, pair->key),
                          yaml_document_get_node(loader->document, pair->value));

            if (status != LAC_OK) return status;
        }
    }
    if (map_key != NULL) mapping.seen[field_named(schema, map_key) - schema->fields] = true;
    return complete_mapping(loader, &mapping, node);
}

static enum lac_status fail_syntax(const struct loader *loader, const yaml_parser_t *parser)
{
    lac_fail(loader->err, LAC_USAGE, "not valid YAML: %s",
             parser->problem != NULL ? parser->problem : "unreadable text");
    lac_error_file(loader->err, loader->path);
    lac_error_line(loader->err, (int64_t)parser->problem_mark.line + 1);
    lac_error_rule(loader->err, "config-syntax");
    lac_error_remedy(
        loader->err,
        "check indentation (blanks, no tabs), colons and quotes on this line and the one before");
    return LAC_USAGE;
}

static enum lac_status load_document(struct loader *loader, const struct lac_config_schema *schema,
                                     void **settings)
{
    yaml_node_t *root = yaml_document_get_root_node(loader->document);

    *settings = lac_arena_alloc(loader->arena, 1, schema->size);
    if (*settings == NULL) return lac_fail_memory(loader->err, "settings");
    if (root == NULL) {
        lac_fail(loader->err, LAC_USAGE, "the file is empty");
        return fail_node(loader, NULL, "config-empty");
    }
    return load_mapping(loader, schema, root, NULL, *settings);
}

enum lac_status lac_config_load_text(const char *path, const char *text,
                                     const struct lac_config_schema *schema, struct lac_arena *arena,
                                     void **settings, struct lac_error *err)
{
    yaml_document_t document;
    yaml_parser_t parser;
    struct loader loader = {.path = path, .document = &document, .arena = arena, .err = err};
    enum lac_status status;

    *settings = NULL;
    loader.folder = lac_path_folder(arena, path);
    if (loader.folder == NULL || yaml_parser_initialize(&parser) == 0)
        return lac_fail_memory(err, "settings");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    if (yaml_parser_load(&parser, &document) == 0) {
        status = fail_syntax(&loader, &parser);
    } else {
        status = load_document(&loader, schema, settings);
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    return status;
}

enum lac_status lac_config_load(const char *path, const struct lac_config_schema *schema,
                                struct lac_arena *arena, void **settings, struct lac_error *err)
{
    char *text;
    size_t length;
    enum lac_status status = lac_file_read(path, FILE_LIMIT, arena, &text, &length, err);

    *settings = NULL;
    if (status != LAC_OK) return status;
    if (strlen(text) != length) {
        lac_fail(err, LAC_USAGE, "the file contains a NUL byte");
        lac_error_file(err, path);
        lac_error_rule(err, "config-syntax");
        lac_error_remedy(err, "save it as plain UTF-8 text");
        return LAC_USAGE;
    }
    return lac_config_load_text(path, text, schema, arena, settings, err);
}

static int64_t line_of(yaml_document_t *document, const char *key)
{
    const yaml_node_t *root = yaml_document_get_root_node(document);

    if (root == NULL || root->type != YAML_MAPPING_NODE) return -1;
    for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top;
         pair++) {
        const yaml_node_t *node = yaml_document_get_node(document, pair->key);

        if (node != NULL && node->type == YAML_SCALAR_NODE && strcmp(scalar(node), key) == 0)
            return (int64_t)node->start_mark.line + 1;
    }
    return -1;
}

int64_t lac_config_line(const char *path, const char *key)
{
    struct lac_arena arena;
    struct lac_error ignored;
    yaml_document_t document;
    yaml_parser_t parser;
    char *text;
    size_t length;
    int64_t line = -1;

    lac_arena_init(&arena);
    lac_error_init(&ignored);
    if (lac_file_read(path, FILE_LIMIT, &arena, &text, &length, &ignored) == LAC_OK &&
        yaml_parser_initialize(&parser) != 0) {
        yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
        if (yaml_parser_load(&parser, &document) != 0) {
            line = line_of(&document, key);
            yaml_document_delete(&document);
        }
        yaml_parser_delete(&parser);
    }
    lac_arena_release(&arena);
    return line;
}
