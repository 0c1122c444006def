/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_CONFIG_SCHEMA_H
#define LAC_CONFIG_SCHEMA_H
/*
 * YAML to typed settings. A schema is a constant table of fields that describes a C struct; loading checks
 * every key, type, range and choice, fills in defaults, and stops with LAC_USAGE, file, line, the key and the
 * allowed values
 * ("did you mean"). The same table prints the effective settings in one canonical form, whose SHA-256 is the
 * digest in the manifest.
 *
 * All memory comes from the arena given to lac_config_load(). Only this folder includes the YAML library
 * (libyaml).
 *
 *   struct run { const char *name; int64_t seed; };
 *   static const struct lac_config_field fields[] = {
 *       {.key = "name", .type = LAC_CONFIG_STRING, .offset = offsetof(struct run, name), .required = true,
 * .text = "..."},
 *       {.key = "seed", .type = LAC_CONFIG_INT, .offset = offsetof(struct run, seed), .fallback = "1",
 *        .low = 0, .high = UINT32_MAX, .text = "..."},
 *   };
 *   static const struct lac_config_schema schema = {"run", sizeof(struct run), fields, LAC_COUNT(fields)};
 *
 * C types of members: STRING, PATH, ENUM const char *; BOOL bool; INT int64_t; NUMBER double; DATE int32_t
 * day number (LAC_DATE_NONE when absent); STRINGS struct lac_strings; STRING_LISTS struct lac_string_lists;
 * SECTION the struct itself (embedded); SECTIONS struct lac_sections (array of structs).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/memory.h"
#include "base/status.h"

#define LAC_COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum lac_config_type {
    LAC_CONFIG_STRING,
    LAC_CONFIG_PATH, /* relative paths are relative to the configuration file; see `resolved` below */
    LAC_CONFIG_ENUM, /* one of `choices` */
    LAC_CONFIG_BOOL,
    LAC_CONFIG_INT,
    LAC_CONFIG_NUMBER,
    LAC_CONFIG_DATE,
    LAC_CONFIG_STRINGS,      /* [a, b] or a single scalar */
    LAC_CONFIG_PATHS,        /* the same, of paths */
    LAC_CONFIG_STRING_LISTS, /* [[a, b], [c]] or the single word `auto`, which gives one list with one item */
    LAC_CONFIG_SECTION,
    LAC_CONFIG_SECTIONS, /* sequence of mappings, or a mapping NAME -> mapping when `map_key` names the key
                            field */
};

struct lac_strings {
    const char **item;
    size_t count;
};
struct lac_string_lists {
    struct lac_strings *item;
    size_t count;
};
struct lac_sections {
    void *item; /* array of the sub-schema's struct */
    size_t count;
};
/* A path as written (printed and digested, so a digest does not depend on where the project lies) and
 * resolved. */
struct lac_config_path {
    const char *written;  /* NULL when absent */
    const char *resolved; /* NULL when absent */
};
struct lac_config_paths {
    struct lac_config_path *item;
    size_t count;
};

struct lac_config_schema;
struct lac_config_field {
    const char *key;
    enum lac_config_type type;
    size_t offset;
    bool required;
    const char *fallback; /* default as YAML text (scalars only); NULL: zero, NULL, empty, LAC_DATE_NONE */
    double low, high;     /* INT and NUMBER: allowed range when low < high */
    const char *const *choices; /* ENUM and STRINGS: allowed words, NULL terminated; NULL for STRINGS: any */
    const struct lac_config_schema *sub;
    const char *map_key; /* SECTIONS: member key that takes the mapping's name */
    bool volatile_;      /* not part of the digest (threads, executor) */
    const char *text;    /* one line for the reference page and messages */
};
struct lac_config_schema {
    const char *name;
    size_t size;
    const struct lac_config_field *fields;
    size_t count;
};

/* Loads `path` into a new struct of the schema's size. PATH members are struct lac_config_path, PATHS members
 * struct lac_config_paths. */
enum lac_status lac_config_load(const char *path, const struct lac_config_schema *schema,
                                struct lac_arena *arena, void **settings, struct lac_error *err) LAC_CHECKED;
/* The same from memory; `path` is used in messages and for relative paths. */
enum lac_status lac_config_load_text(const char *path, const char *text,
                                     const struct lac_config_schema *schema, struct lac_arena *arena,
                                     void **settings, struct lac_error *err) LAC_CHECKED;
/* Line on which the top-level key stands in a file that was loaded, for messages about rules between keys; -1
 * when it does not stand there (a default) or the file cannot be read any more. */
int64_t lac_config_line(const char *path, const char *key);
/* Canonical YAML, defaults included, keys in schema order; with `digest_only` volatile fields are left out.
 */
void lac_config_print(const struct lac_config_schema *schema, const void *settings, bool digest_only,
                      struct lac_buffer *out);

#endif
