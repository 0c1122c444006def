/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "config/schema.h"

static void put_quoted(struct lac_buffer *out, const char *text)
{
    lac_buffer_add(out, "\"");
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            lac_buffer_printf(out, "\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            lac_buffer_printf(out, "\\x%02x", (unsigned char)*text);
        else
            lac_buffer_add_n(out, text, 1);
    }
    lac_buffer_add(out, "\"");
}

static void put_text_or_null(struct lac_buffer *out, const char *text)
{
    if (text == NULL)
        lac_buffer_add(out, "null");
    else
        put_quoted(out, text);
}

static void put_number(struct lac_buffer *out, double value)
{
    char text[40];

    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break;
    }
    lac_buffer_add(out, text);
}

static void put_strings(struct lac_buffer *out, const struct lac_strings *strings)
{
    lac_buffer_add(out, "[");
    for (size_t i = 0; i < strings->count; i++) {
        if (i > 0) lac_buffer_add(out, ", ");
        put_quoted(out, strings->item[i]);
    }
    lac_buffer_add(out, "]");
}

static void put_paths(struct lac_buffer *out, const struct lac_config_paths *paths)
{
    lac_buffer_add(out, "[");
    for (size_t i = 0; i < paths->count; i++) {
        if (i > 0) lac_buffer_add(out, ", ");
        put_quoted(out, paths->item[i].written);
    }
    lac_buffer_add(out, "]");
}

static void put_string_lists(struct lac_buffer *out, const struct lac_string_lists *lists)
{
    lac_buffer_add(out, "[");
    for (size_t i = 0; i < lists->count; i++) {
        if (i > 0) lac_buffer_add(out, ", ");
        put_strings(out, &lists->item[i]);
    }
    lac_buffer_add(out, "]");
}

static void put_value(const struct lac_config_field *field, const void *at, struct lac_buffer *out)
{
    char date[16];

    switch (field->type) {
    case LAC_CONFIG_STRING:
    case LAC_CONFIG_ENUM:
        put_text_or_null(out, *(const char *const *)at);
        break;
    case LAC_CONFIG_PATH:
        put_text_or_null(out, ((const struct lac_config_path *)at)->written);
        break;
    case LAC_CONFIG_BOOL:
        lac_buffer_add(out, *(const bool *)at ? "true" : "false");
        break;
    case LAC_CONFIG_INT:
        lac_buffer_printf(out, "%lld", (long long)*(const int64_t *)at);
        break;
    case LAC_CONFIG_NUMBER:
        put_number(out, *(const double *)at);
        break;
    case LAC_CONFIG_DATE:
        lac_date_format(*(const int32_t *)at, date);
        lac_buffer_add(out, date[0] == '\0' ? "null" : date);
        break;
    case LAC_CONFIG_STRINGS:
        put_strings(out, at);
        break;
    case LAC_CONFIG_PATHS:
        put_paths(out, at);
        break;
    case LAC_CONFIG_STRING_LISTS:
        put_string_lists(out, at);
        break;
    case LAC_CONFIG_SECTION:
    case LAC_CONFIG_SECTIONS:
        break;
    }
}

static void put_indent(struct lac_buffer *out, int depth)
{
    for (int i = 0; i < depth; i++) lac_buffer_add(out, "  ");
}

/* How a print goes: without volatile keys for a digest; `skip` is the key that stands as the mapping's name.
 */
struct printing {
    bool digest_only;
    const char *skip;
    struct lac_buffer *out;
};

static void put_mapping(const struct lac_config_schema *schema, const char *settings, int depth,
                        struct printing how);

/* The value of the key that stands as the mapping's name. */
static void put_name(const struct lac_config_field *field, const char *item, struct lac_buffer *out)
{
    for (size_t k = 0; k < field->sub->count; k++) {
        const struct lac_config_field *key = &field->sub->fields[k];

        if (strcmp(key->key, field->map_key) == 0) put_value(key, item + key->offset, out);
    }
}

static void put_sections(const struct lac_config_field *field, const struct lac_sections *sections, int depth,
                         struct printing how)
{
    const char *item = sections->item;

    how.skip = field->map_key;
    lac_buffer_add(how.out, sections->count > 0 ? "\n" : field->map_key != NULL ? " {}\n" : " []\n");
    for (size_t i = 0; i < sections->count; i++, item += field->sub->size) {
        put_indent(how.out, depth);
        if (field->map_key != NULL)
            put_name(field, item, how.out);
        else
            lac_buffer_add(how.out, "-");
        lac_buffer_add(how.out, field->map_key != NULL ? ":\n" : "\n");
        put_mapping(field->sub, item, depth + 1, how);
    }
}

static void put_mapping(const struct lac_config_schema *schema, const char *settings, int depth,
                        struct printing how)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct lac_config_field *field = &schema->fields[i];
        const char *at = settings + field->offset;
        struct printing inner = {how.digest_only, NULL, how.out};

        if ((how.digest_only && field->volatile_) || (how.skip != NULL && strcmp(field->key, how.skip) == 0))
            continue;
        put_indent(how.out, depth);
        lac_buffer_printf(how.out, "%s:", field->key);
        if (field->type == LAC_CONFIG_SECTION) {
            lac_buffer_add(how.out, "\n");
            put_mapping(field->sub, at, depth + 1, inner);
        } else if (field->type == LAC_CONFIG_SECTIONS) {
            put_sections(field, (const struct lac_sections *)(const void *)at, depth + 1, inner);
        } else {
            lac_buffer_add(how.out, " ");
            put_value(field, at, how.out);
            lac_buffer_add(how.out, "\n");
        }
    }
}

void lac_config_print(const struct lac_config_schema *schema, const void *settings, bool digest_only,
                      struct lac_buffer *out)
{
    put_mapping(schema, settings, 0, (struct printing){digest_only, NULL, out});
}
