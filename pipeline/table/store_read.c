/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "table/store.h"
#include "table/store_internal.h"

char *lac_store_path(struct lac_arena *arena, const char *run, enum lac_file_id file)
{
    return lac_arena_printf(arena, "%s/store/%s.h5", run, lac_file_schemas[file].name);
}

struct reader {
    hid_t file;
    const char *path;
    struct lac_error *err;
};

static enum lac_status fail_read(const struct reader *reader, const char *what, const char *name)
{
    enum lac_status status =
        lac_fail(reader->err, LAC_INPUT, "%s%s%s", what, name[0] == '\0' ? "" : " ", name);

    lac_error_file(reader->err, reader->path);
    lac_error_rule(reader->err, "store-damaged");
    lac_error_remedy(reader->err,
                     "the file is cut off, damaged or not a Lacuna store: remove it and run the stage that "
                     "writes it again");
    return status;
}

static enum lac_status open_file(struct reader *reader, const char *path, struct lac_error *err)
{
    lac_store_begin();
    reader->file = -1;
    reader->path = path;
    reader->err = err;
    if (access(path, R_OK) != 0) {
        enum lac_status status = lac_fail(err, LAC_IO, "store file is missing or cannot be read");

        lac_error_file(err, path);
        lac_error_remedy(err, "run the stage that writes it first (lacuna run CONFIG.yaml)");
        return status;
    }
    reader->file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    return reader->file < 0 ? fail_read(reader, "not a readable HDF5 file", "") : LAC_OK;
}

/* A fixed-length text attribute of the root, truncated to `size`. */
static int get_text(hid_t file, const char *name, char *out, size_t size)
{
    hid_t attribute = H5Aopen(file, name, H5P_DEFAULT), type = -1;
    size_t length;
    char *text = NULL;
    int ok = 0;

    out[0] = '\0';
    if (attribute < 0) return 0;
    type = H5Aget_type(attribute);
    if (type >= 0 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0) {
        length = H5Tget_size(type);
        if (length > 0 && length < 1u << 20) text = calloc(length + 1, 1);
        ok = text != NULL && H5Aget_storage_size(attribute) == length && H5Aread(attribute, type, text) >= 0;
    }
    if (ok) {
        size_t n = strnlen(text, size - 1);

        memcpy(out, text, n);
        out[n] = '\0';
    }
    free(text);
    if (type >= 0) H5Tclose(type);
    H5Aclose(attribute);
    return ok;
}

static int get_number(hid_t object, const char *name, hid_t memory, void *value)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type, space;
    int ok;

    if (attribute < 0) return 0;
    type = H5Aget_type(attribute);
    space = H5Aget_space(attribute);
    ok = type >= 0 && H5Tget_class(type) == H5T_INTEGER && space >= 0 &&
         H5Sget_simple_extent_npoints(space) == 1 && H5Aread(attribute, memory, value) >= 0;
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    H5Aclose(attribute);
    return ok;
}

/* Length of a 1-D dataset, or -1. */
static int64_t array_length(hid_t set)
{
    hid_t space = H5Dget_space(set);
    hsize_t length = 0;
    int ok = space >= 0 && H5Sget_simple_extent_ndims(space) == 1 &&
             H5Sget_simple_extent_dims(space, &length, NULL) == 1;

    if (space >= 0) H5Sclose(space);
    return ok && length <= INT64_MAX ? (int64_t)length : -1;
}

/* Reads dataset `name` whole into malloc'd memory. *length is the length it must have, or -1 for any; then it
 * is the length found. */
static enum lac_status get_array(const struct reader *reader, hid_t group, const char *name,
                                 const struct lac_store_type *wanted, void **data, int64_t *length)
{
    int64_t expected = *length;
    hid_t set = H5Lexists(group, name, H5P_DEFAULT) > 0 ? H5Dopen2(group, name, H5P_DEFAULT) : -1;
    enum lac_status status = LAC_OK;
    hid_t type = -1;

    *data = NULL;
    if (set < 0) return fail_read(reader, "missing column", name);
    type = H5Dget_type(set);
    *length = array_length(set);
    if (type < 0 || *length < 0 || (expected >= 0 && *length != expected) || *length > LAC_STORE_ROWS_MAX ||
        H5Tget_class(type) != H5Tget_class(*wanted->memory)) {
        status = fail_read(reader, "wrong type or length of column", name);
    } else if ((*data = malloc((size_t)*length * H5Tget_size(*wanted->memory) + 1)) == NULL) {
        status = lac_fail_memory(reader->err, "a column");
    } else if (*length > 0 && H5Dread(set, *wanted->memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, *data) < 0) {
        status = fail_read(reader, "damaged column", name);
    }
    if (type >= 0) H5Tclose(type);
    H5Dclose(set);
    if (status != LAC_OK) {
        free(*data);
        *data = NULL;
    }
    return status;
}

/* Offsets and bytes of the file into the NUL-terminated form kept in memory; refuses offsets that do not
 * rise. */
static enum lac_status unpack(const struct reader *reader, struct lac_dict *dict, const uint64_t *offset,
                              size_t n, const char *bytes, size_t total)
{
    dict->offset = calloc(n + 1, sizeof *dict->offset);
    dict->bytes = malloc(total + n + 1);
    if (dict->offset == NULL || dict->bytes == NULL) return lac_fail_memory(reader->err, "a dictionary");
    dict->offset_capacity = n + 1;
    dict->bytes_capacity = total + n + 1;
    if (offset[0] != 0) return fail_read(reader, "damaged dictionary", "");
    for (size_t i = 0; i < n; i++) {
        size_t length = (size_t)(offset[i + 1] - offset[i]);

        if (offset[i + 1] < offset[i] || offset[i + 1] > total)
            return fail_read(reader, "damaged dictionary", "");
        if (memchr(bytes + offset[i], '\0', length) != NULL ||
            lac_text_utf8_valid(bytes + offset[i], length) != length)
            return fail_read(reader, "damaged dictionary", "");
        memcpy(dict->bytes + dict->offset[i], bytes + offset[i], length);
        dict->bytes[dict->offset[i] + length] = '\0';
        dict->offset[i + 1] = dict->offset[i] + length + 1;
    }
    dict->count = (uint32_t)n;
    return LAC_OK;
}

static enum lac_status get_dictionary(const struct reader *reader, hid_t group, struct lac_dict *dict)
{
    void *offset = NULL, *bytes = NULL;
    int64_t n = -1, total = -1;
    enum lac_status status = get_array(reader, group, "offsets", &lac_store_u64, &offset, &n);

    if (status == LAC_OK) status = get_array(reader, group, "bytes", &lac_store_bytes, &bytes, &total);
    if (status == LAC_OK && n < 1) status = fail_read(reader, "damaged dictionary", "");
    if (status == LAC_OK) status = unpack(reader, dict, offset, (size_t)n - 1, bytes, (size_t)total);
    free(offset);
    free(bytes);
    return status;
}

static enum lac_status check_codes(const struct reader *reader, const struct lac_column *column, size_t rows)
{
    const uint32_t *code = column->data;

    for (size_t i = 0; i < rows; i++) {
        if (code[i] >= column->dict.count && code[i] != LAC_MISSING_STR)
            return fail_read(reader, "code without text in column", lac_column_schemas[column->id].name);
    }
    return LAC_OK;
}

static enum lac_status get_column(const struct reader *reader, hid_t group, struct lac_column *column,
                                  size_t rows)
{
    const struct lac_column_schema *schema = &lac_column_schemas[column->id];
    const struct lac_store_type *type = lac_store_type(schema->type);
    enum lac_status status;
    int64_t length = (int64_t)rows;
    hid_t inner;

    if (schema->type != LAC_TYPE_STR)
        return get_array(reader, group, schema->name, type, &column->data, &length);
    inner = H5Lexists(group, schema->name, H5P_DEFAULT) > 0 ? H5Gopen2(group, schema->name, H5P_DEFAULT) : -1;
    if (inner < 0) return fail_read(reader, "missing column", schema->name);
    status = get_array(reader, inner, "codes", type, &column->data, &length);
    if (status == LAC_OK) status = get_dictionary(reader, inner, &column->dict);
    if (status == LAC_OK) status = check_codes(reader, column, rows);
    H5Gclose(inner);
    return status;
}

static enum lac_status identify(const struct reader *reader, enum lac_file_id *file)
{
    char name[64];
    uint32_t major = 0;

    if (!get_text(reader->file, "schema", name, sizeof name) ||
        !get_number(reader->file, "schema_major", H5T_NATIVE_UINT32, &major))
        return fail_read(reader, "no Lacuna schema in the file", "");
    for (int id = 0; id < LAC_FILE_COUNT; id++) {
        if (strcmp(lac_file_schemas[id].name, name) != 0) continue;
        *file = (enum lac_file_id)id;
        if (major == LAC_SCHEMA_MAJOR) return LAC_OK;
        lac_fail(reader->err, LAC_INPUT, "schema version %u is not the version %u that this program reads",
                 major, (unsigned)LAC_SCHEMA_MAJOR);
        lac_error_file(reader->err, reader->path);
        lac_error_remedy(reader->err, "use the program version that wrote the run, or run the stages again");
        return LAC_INPUT;
    }
    return fail_read(reader, "unknown schema in the file", "");
}

static enum lac_status read_table(const struct reader *reader, enum lac_table_id id, struct lac_table *table)
{
    const struct lac_table_schema *schema = &lac_table_schemas[id];
    enum lac_file_id file;
    enum lac_status status = identify(reader, &file);
    uint64_t rows = 0;
    hid_t group;

    if (status != LAC_OK) return status;
    if (file != schema->file) return fail_read(reader, "the file does not hold the table", schema->name);
    group = H5Lexists(reader->file, schema->name, H5P_DEFAULT) > 0
                ? H5Gopen2(reader->file, schema->name, H5P_DEFAULT)
                : -1;
    if (group < 0) return fail_read(reader, "missing table", schema->name);
    if (!get_number(group, "rows", H5T_NATIVE_UINT64, &rows) || rows > LAC_STORE_ROWS_MAX)
        status = fail_read(reader, "damaged table", schema->name);
    for (size_t i = 0; status == LAC_OK && i < table->columns; i++)
        status = get_column(reader, group, &table->column[i], (size_t)rows);
    H5Gclose(group);
    table->rows = table->capacity = (size_t)rows;
    return status;
}

enum lac_status lac_store_read_path(const char *path, enum lac_table_id id, struct lac_table *table,
                                    struct lac_error *err)
{
    struct reader reader;
    enum lac_status status = lac_table_init(table, id, err);

    if (status != LAC_OK) return status;
    status = open_file(&reader, path, err);
    if (status == LAC_OK) {
        status = read_table(&reader, id, table);
        H5Fclose(reader.file);
    }
    if (status != LAC_OK) lac_table_release(table);
    return status;
}

enum lac_status lac_store_read(const char *run, enum lac_table_id id, struct lac_table *table,
                               struct lac_error *err)
{
    struct lac_arena arena;
    char *path;
    enum lac_status status;

    lac_arena_init(&arena);
    path = lac_store_path(&arena, run, lac_table_schemas[id].file);
    status = path == NULL ? lac_fail_memory(err, "a file name") : lac_store_read_path(path, id, table, err);
    if (path == NULL) memset(table, 0, sizeof *table);
    lac_arena_release(&arena);
    return status;
}

enum lac_status lac_store_attribute(const char *path, const char *name, char *out, size_t size,
                                    struct lac_error *err)
{
    struct reader reader;
    enum lac_status status = open_file(&reader, path, err);

    out[0] = '\0';
    if (status != LAC_OK) return status;
    if (!get_text(reader.file, name, out, size)) status = fail_read(&reader, "missing attribute", name);
    H5Fclose(reader.file);
    return status;
}

enum lac_status lac_store_identify(const char *path, enum lac_file_id *file, struct lac_error *err)
{
    struct reader reader;
    enum lac_status status = open_file(&reader, path, err);

    if (status != LAC_OK) return status;
    status = identify(&reader, file);
    H5Fclose(reader.file);
    return status;
}
