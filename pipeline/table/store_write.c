/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "table/store.h"
#include "table/store_internal.h"

/* One writer at work; every id is closed by the function that opened it, in reverse order. */
struct writer {
    hid_t file;
    const char *path;
    struct lac_error *err;
};

static enum lac_status fail_write(const struct writer *writer, const char *what)
{
    enum lac_status status = lac_fail(writer->err, LAC_IO, "%s cannot be written to the store", what);

    lac_error_file(writer->err, writer->path);
    lac_error_remedy(writer->err,
                     "check free disk space and rights of the run folder, then run the same command again");
    return status;
}

/* Property list without times, so that equal content gives equal bytes. */
static hid_t timeless(hid_t class_)
{
    hid_t plist = H5Pcreate(class_);

    if (plist >= 0 && H5Pset_obj_track_times(plist, 0) < 0) {
        H5Pclose(plist);
        return -1;
    }
    return plist;
}

static hid_t make_group(hid_t parent, const char *name)
{
    hid_t plist = timeless(H5P_GROUP_CREATE), group;

    if (plist < 0) return -1;
    group = H5Gcreate2(parent, name, H5P_DEFAULT, plist, H5P_DEFAULT);
    H5Pclose(plist);
    return group;
}

static int put_attribute(hid_t object, const char *name, hid_t type, hid_t memory, const void *value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = space < 0 ? -1 : H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    int ok = attribute >= 0 && H5Awrite(attribute, memory, value) >= 0;

    if (attribute >= 0 && H5Aclose(attribute) < 0) ok = 0;
    if (space >= 0) H5Sclose(space);
    return ok;
}

static int put_text(hid_t object, const char *name, const char *text)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    int ok = type >= 0 && H5Tset_size(type, strlen(text) + 1) >= 0 &&
             put_attribute(object, name, type, type, text);

    if (type >= 0) H5Tclose(type);
    return ok;
}

static hid_t layout(hsize_t rows)
{
    hid_t plist = timeless(H5P_DATASET_CREATE);
    hsize_t chunk = rows < LAC_STORE_CHUNK ? rows : LAC_STORE_CHUNK;

    if (plist < 0 || rows == 0) return plist;
    if (H5Pset_chunk(plist, 1, &chunk) < 0 || H5Pset_shuffle(plist) < 0 || H5Pset_deflate(plist, 1) < 0 ||
        H5Pset_fill_time(plist, H5D_FILL_TIME_NEVER) < 0) {
        H5Pclose(plist);
        return -1;
    }
    return plist;
}

/* One 1-D dataset with its unit and missing value. `missing` may be NULL. */
static int put_array(hid_t group, const char *name, const struct lac_store_type *type, hsize_t rows,
                     const void *data, const char *unit)
{
    hid_t space = H5Screate_simple(1, &rows, NULL), plist = layout(rows), set = -1;
    int ok = 0;

    if (space >= 0 && plist >= 0)
        set = H5Dcreate2(group, name, *type->file, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    if (set >= 0) {
        ok = rows == 0 || H5Dwrite(set, *type->memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0;
        if (ok && type->missing != NULL)
            ok = put_attribute(set, "missing", *type->file, *type->memory, type->missing);
        if (ok && unit[0] != '\0') ok = put_text(set, "unit", unit);
        if (H5Dclose(set) < 0) ok = 0;
    }
    if (plist >= 0) H5Pclose(plist);
    if (space >= 0) H5Sclose(space);
    return ok;
}

/* The dictionary without the NULs that it has in memory. */
static int put_dictionary(hid_t group, const struct lac_dict *dict)
{
    size_t n = dict->count;
    size_t total = n == 0 ? 0 : (size_t)dict->offset[n] - n, at = 0;
    uint64_t *offset = calloc(n + 1, sizeof *offset);
    char *bytes = malloc(total + 1);
    int ok = offset != NULL && bytes != NULL;

    for (size_t i = 0; ok && i < n; i++) {
        size_t length = (size_t)(dict->offset[i + 1] - dict->offset[i]) - 1;

        memcpy(bytes + at, dict->bytes + dict->offset[i], length);
        at += length;
        offset[i + 1] = at;
    }
    ok = ok && put_array(group, "offsets", &lac_store_u64, n + 1, offset, "") &&
         put_array(group, "bytes", &lac_store_bytes, total, bytes, "");
    free(offset);
    free(bytes);
    return ok;
}

static int put_column(hid_t group, const struct lac_column *column, size_t rows)
{
    const struct lac_column_schema *schema = &lac_column_schemas[column->id];
    hid_t inner;
    int ok;

    if (schema->type != LAC_TYPE_STR)
        return put_array(group, schema->name, lac_store_type(schema->type), rows, column->data, schema->unit);
    inner = make_group(group, schema->name);
    if (inner < 0) return 0;
    ok = put_array(inner, "codes", lac_store_type(LAC_TYPE_STR), rows, column->data, schema->unit) &&
         put_dictionary(inner, &column->dict);
    return H5Gclose(inner) >= 0 && ok;
}

static enum lac_status put_table(const struct writer *writer, const struct lac_table *table)
{
    const struct lac_table_schema *schema = &lac_table_schemas[table->id];
    hid_t group = make_group(writer->file, schema->name);
    uint64_t rows = table->rows;
    int ok = group >= 0 && put_attribute(group, "rows", H5T_STD_U64LE, H5T_NATIVE_UINT64, &rows);

    for (size_t i = 0; ok && i < table->columns; i++) ok = put_column(group, &table->column[i], table->rows);
    if (group >= 0 && H5Gclose(group) < 0) ok = 0;
    return ok ? LAC_OK : fail_write(writer, schema->name);
}

static enum lac_status put_root(const struct writer *writer, enum lac_file_id file,
                                const struct lac_provenance *provenance)
{
    uint32_t major = LAC_SCHEMA_MAJOR, minor = LAC_SCHEMA_MINOR, seed = provenance->seed;
    int ok = put_text(writer->file, "schema", lac_file_schemas[file].name) &&
             put_attribute(writer->file, "schema_major", H5T_STD_U32LE, H5T_NATIVE_UINT32, &major) &&
             put_attribute(writer->file, "schema_minor", H5T_STD_U32LE, H5T_NATIVE_UINT32, &minor) &&
             put_text(writer->file, "producer", provenance->producer) &&
             put_text(writer->file, "config_digest", provenance->config_digest) &&
             put_text(writer->file, "input_digest", provenance->input_digest) &&
             put_attribute(writer->file, "seed", H5T_STD_U32LE, H5T_NATIVE_UINT32, &seed);

    return ok ? LAC_OK : fail_write(writer, "provenance");
}

/* Tables in schema order, whatever the caller's order: bytes depend on the order of writes. */
static enum lac_status put_tables(const struct writer *writer, enum lac_file_id file,
                                  const struct lac_table *const *tables, size_t n)
{
    for (int id = 0; id < LAC_TABLE_COUNT; id++) {
        const struct lac_table *found = NULL;
        enum lac_status status;

        if (lac_table_schemas[id].file != file) continue;
        for (size_t i = 0; i < n; i++) {
            if ((int)tables[i]->id == id) found = tables[i];
        }
        if (found == NULL)
            return lac_fail(writer->err, LAC_DEFECT, "table %s was not given to the store",
                            lac_table_schemas[id].name);
        if ((status = put_table(writer, found)) != LAC_OK) return status;
    }
    return LAC_OK;
}

static hid_t create_file(const char *temporary)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), creation = timeless(H5P_FILE_CREATE), file = -1;

    if (access >= 0 && creation >= 0 && H5Pset_fclose_degree(access, H5F_CLOSE_SEMI) >= 0 &&
        H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V110) >= 0)
        file = H5Fcreate(temporary, H5F_ACC_EXCL, creation, access);
    if (creation >= 0) H5Pclose(creation);
    if (access >= 0) H5Pclose(access);
    return file;
}

enum lac_status lac_store_write(const char *run, enum lac_file_id file,
                                const struct lac_provenance *provenance,
                                const struct lac_table *const *tables, size_t n, struct lac_error *err)
{
    struct lac_arena arena;
    struct writer writer = {.file = -1, .err = err};
    char *temporary;
    enum lac_status status;

    lac_arena_init(&arena);
    lac_store_begin();
    writer.path = lac_store_path(&arena, run, file);
    temporary = writer.path == NULL ? NULL : lac_file_temporary(&arena, writer.path);
    if (temporary == NULL) {
        status = lac_fail_memory(err, "a file name");
        goto cleanup;
    }
    unlink(temporary); /* a left-over of a killed run; the caller holds the run's lock */
    writer.file = create_file(temporary);
    if (writer.file < 0) {
        status = fail_write(&writer, "the file");
        goto cleanup;
    }
    status = put_root(&writer, file, provenance);
    if (status == LAC_OK) status = put_tables(&writer, file, tables, n);
    if (H5Fclose(writer.file) < 0 && status == LAC_OK) status = fail_write(&writer, "the file");
    if (status == LAC_OK)
        status = lac_file_publish(temporary, writer.path, lac_file_schemas[file].personal, err);
    else
        unlink(temporary);
cleanup:
    lac_arena_release(&arena);
    return status;
}

enum lac_status lac_store_link(const char *run, struct lac_error *err)
{
    struct lac_arena arena;
    struct writer writer = {.file = -1, .err = err};
    char *temporary = NULL;
    enum lac_status status = LAC_OK;

    lac_arena_init(&arena);
    lac_store_begin();
    writer.path = lac_path_join(&arena, run, "store/store.h5");
    if (writer.path != NULL) temporary = lac_file_temporary(&arena, writer.path);
    if (temporary == NULL) {
        status = lac_fail_memory(err, "a file name");
        goto cleanup;
    }
    unlink(temporary);
    writer.file = create_file(temporary);
    if (writer.file < 0) {
        status = fail_write(&writer, "the file");
        goto cleanup;
    }
    for (int id = 0; status == LAC_OK && id < LAC_FILE_COUNT; id++) {
        char *path = lac_store_path(&arena, run, (enum lac_file_id)id);

        if (path == NULL)
            status = lac_fail_memory(err, "a file name");
        else if (lac_file_exists(path) &&
                 H5Lcreate_external(lac_path_name(path), "/", writer.file, lac_file_schemas[id].name,
                                    H5P_DEFAULT, H5P_DEFAULT) < 0)
            status = fail_write(&writer, "a link");
    }
    if (H5Fclose(writer.file) < 0 && status == LAC_OK) status = fail_write(&writer, "the file");
    if (status == LAC_OK)
        status = lac_file_publish(temporary, writer.path, true, err);
    else
        unlink(temporary);
cleanup:
    lac_arena_release(&arena);
    return status;
}
