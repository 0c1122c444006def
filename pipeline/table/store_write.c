/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <hdf5.h>
#include <omp.h>
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

/* --- columns on their way
 * ---------------------------------------------------------------------------------------------- */

/* The arrays of a column: its values, and for a STR column the dictionary without the NULs it has in memory.
 */
struct column {
    struct lac_store_pack values, offsets, bytes;
    enum lac_status status;
    struct lac_error err;
};

static enum lac_status pack_offsets(struct lac_store_pack *pack, const struct lac_dict *dict,
                                    struct lac_error *err)
{
    uint64_t block[1024];
    size_t n = 0;
    enum lac_status status = LAC_OK;

    for (size_t i = 0; i <= dict->count && status == LAC_OK; i++) {
        block[n++] = i == 0 ? 0 : dict->offset[i] - i;
        if (n < sizeof block / sizeof block[0] && i < dict->count) continue;
        status = lac_store_pack_add(pack, block, n, err);
        n = 0;
    }
    return status == LAC_OK ? lac_store_pack_end(pack, err) : status;
}

static enum lac_status pack_texts(struct lac_store_pack *pack, const struct lac_dict *dict,
                                  struct lac_error *err)
{
    enum lac_status status = LAC_OK;

    for (size_t i = 0; i < dict->count && status == LAC_OK; i++)
        status = lac_store_pack_add(pack, dict->bytes + dict->offset[i],
                                    (size_t)(dict->offset[i + 1] - dict->offset[i]) - 1, err);
    return status == LAC_OK ? lac_store_pack_end(pack, err) : status;
}

static enum lac_status pack_dictionary(struct column *column, const struct lac_dict *dict,
                                       struct lac_spool *spool)
{
    size_t n = dict->count, total = n == 0 ? 0 : (size_t)dict->offset[n] - n;
    struct lac_error *err = &column->err;
    enum lac_status status = lac_store_pack_begin(&column->offsets, spool, sizeof(uint64_t), n + 1, err);

    if (status == LAC_OK) status = pack_offsets(&column->offsets, dict, err);
    if (status == LAC_OK) status = lac_store_pack_begin(&column->bytes, spool, 1, total, err);
    return status == LAC_OK ? pack_texts(&column->bytes, dict, err) : status;
}

static void make_column(const struct lac_store_stream *stream, enum lac_column_id id, struct lac_spool *spool,
                        struct column *column)
{
    static const size_t sizes[] = {[LAC_TYPE_U8] = 1,  [LAC_TYPE_U32] = 4, [LAC_TYPE_I32] = 4,
                                   [LAC_TYPE_I64] = 8, [LAC_TYPE_F64] = 8, [LAC_TYPE_STR] = 4};
    static const struct lac_dict none = {0};
    enum lac_type type = lac_column_schemas[id].type;
    struct lac_store_texts texts = {spool, &column->offsets, &column->bytes, 0, false};
    struct lac_store_feed feed = {.pack = &column->values, .texts = &texts};
    struct lac_error *err = &column->err;
    enum lac_status status;

    lac_error_init(err);
    lac_dict_init(&feed.own);
    status = lac_store_pack_begin(&column->values, spool, sizes[type], stream->rows, err);
    if (status == LAC_OK && stream->rows > 0) status = stream->produce(stream->context, id, &feed, err);
    if (status == LAC_OK) status = lac_store_pack_end(&column->values, err);
    if (status == LAC_OK && texts.begun) status = lac_store_pack_end(&column->offsets, err);
    if (status == LAC_OK && texts.begun) status = lac_store_pack_end(&column->bytes, err);
    if (status == LAC_OK && type == LAC_TYPE_STR && !texts.begun)
        status = pack_dictionary(column, feed.dict == NULL ? &none : feed.dict, spool);
    lac_dict_release(&feed.own);
    column->status = status;
}

static enum lac_status produce_table(const void *context, enum lac_column_id id, struct lac_store_feed *feed,
                                     struct lac_error *err)
{
    const struct lac_table *table = context;
    const struct lac_column *column = &table->column[(size_t)id - lac_table_schemas[table->id].first];

    feed->dict = &column->dict;
    return lac_store_feed_add(feed, column->data, table->rows, err);
}

struct lac_store_stream lac_store_stream_of(const struct lac_table *table)
{
    return (struct lac_store_stream){table->id, table->rows, produce_table, table};
}

/* --- into the file
 * ----------------------------------------------------------------------------------------------------- */

static int put_pieces(hid_t set, const struct lac_store_pack *pack, struct lac_error *err)
{
    size_t largest = 0;
    unsigned char *bytes;
    int ok = 1;

    for (size_t i = 0; i < pack->pieces; i++)
        if (pack->piece[i].bytes > largest) largest = pack->piece[i].bytes;
    bytes = malloc(largest + 1);
    ok = bytes != NULL;
    for (size_t i = 0; ok && i < pack->pieces; i++) {
        const struct lac_store_piece *piece = &pack->piece[i];
        hsize_t at = (hsize_t)i * pack->chunk;

        ok = lac_spool_read(pack->spool, piece->offset, bytes, piece->bytes, err) == LAC_OK &&
             H5Dwrite_chunk(set, H5P_DEFAULT, piece->mask, &at, piece->bytes, bytes) >= 0;
    }
    free(bytes);
    return ok;
}

/* One 1-D dataset with its unit and missing value. `missing` may be NULL. */
static int put_array(hid_t group, const char *name, const struct lac_store_type *type,
                     const struct lac_store_pack *pack, const char *unit)
{
    hsize_t rows = pack->rows;
    hid_t space = H5Screate_simple(1, &rows, NULL), plist = layout(rows), set = -1;
    struct lac_error unused;
    int ok = 0;

    lac_error_init(&unused);
    if (space >= 0 && plist >= 0)
        set = H5Dcreate2(group, name, *type->file, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    if (set >= 0) {
        ok = put_pieces(set, pack, &unused);
        if (ok && type->missing != NULL)
            ok = put_attribute(set, "missing", *type->file, *type->memory, type->missing);
        if (ok && unit[0] != '\0') ok = put_text(set, "unit", unit);
        if (H5Dclose(set) < 0) ok = 0;
    }
    if (plist >= 0) H5Pclose(plist);
    if (space >= 0) H5Sclose(space);
    return ok;
}

static int put_column(hid_t group, enum lac_column_id id, const struct column *column)
{
    const struct lac_column_schema *schema = &lac_column_schemas[id];
    hid_t inner;
    int ok;

    if (schema->type != LAC_TYPE_STR)
        return put_array(group, schema->name, lac_store_type(schema->type), &column->values, schema->unit);
    inner = make_group(group, schema->name);
    if (inner < 0) return 0;
    ok = put_array(inner, "codes", lac_store_type(LAC_TYPE_STR), &column->values, schema->unit) &&
         put_array(inner, "offsets", &lac_store_u64, &column->offsets, "") &&
         put_array(inner, "bytes", &lac_store_bytes, &column->bytes, "");
    return H5Gclose(inner) >= 0 && ok;
}

static enum lac_status put_columns(const struct writer *writer, const struct lac_store_stream *stream,
                                   struct column *column)
{
    const struct lac_table_schema *schema = &lac_table_schemas[stream->id];
    hid_t group = make_group(writer->file, schema->name);
    uint64_t rows = stream->rows;
    int ok = group >= 0 && put_attribute(group, "rows", H5T_STD_U64LE, H5T_NATIVE_UINT64, &rows);

    for (size_t i = 0; ok && i < schema->columns; i++)
        ok = put_column(group, (enum lac_column_id)(schema->first + i), &column[i]);
    if (group >= 0 && H5Gclose(group) < 0) ok = 0;
    return ok ? LAC_OK : fail_write(writer, schema->name);
}

/* Columns are made side by side and written one after another. */
static enum lac_status put_table(const struct writer *writer, const struct lac_store_stream *stream,
                                 struct lac_spool *spool, int threads)
{
    const struct lac_table_schema *schema = &lac_table_schemas[stream->id];
    struct column *column = calloc(schema->columns, sizeof *column);
    enum lac_status status = LAC_OK;

    if (column == NULL) return lac_fail_memory(writer->err, schema->name);
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (size_t i = 0; i < schema->columns; i++)
        make_column(stream, (enum lac_column_id)(schema->first + i), spool, &column[i]);
    for (size_t i = 0; i < schema->columns && status == LAC_OK; i++) {
        if ((status = column[i].status) != LAC_OK && writer->err != NULL) *writer->err = column[i].err;
    }
    if (status == LAC_OK) status = put_columns(writer, stream, column);
    for (size_t i = 0; i < schema->columns; i++) {
        lac_store_pack_release(&column[i].values);
        lac_store_pack_release(&column[i].offsets);
        lac_store_pack_release(&column[i].bytes);
    }
    free(column);
    return status;
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
                                  const struct lac_store_stream *streams, size_t n, struct lac_spool *spool,
                                  int threads)
{
    for (int id = 0; id < LAC_TABLE_COUNT; id++) {
        const struct lac_store_stream *found = NULL;
        enum lac_status status;

        if (lac_table_schemas[id].file != file) continue;
        for (size_t i = 0; i < n; i++) {
            if ((int)streams[i].id == id) found = &streams[i];
        }
        if (found == NULL)
            return lac_fail(writer->err, LAC_DEFECT, "table %s was not given to the store",
                            lac_table_schemas[id].name);
        if ((status = put_table(writer, found, spool, threads)) != LAC_OK) return status;
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

/* Packed columns wait in the folder of the file. */
static enum lac_status open_spool(struct lac_spool *spool, const char *path, struct lac_arena *arena,
                                  struct lac_error *err)
{
    const char *folder = lac_path_folder(arena, path);

    return folder == NULL ? lac_fail_memory(err, "a file name") : lac_spool_open(spool, folder, err);
}

enum lac_status lac_store_write_streams(const char *run, enum lac_file_id file,
                                        const struct lac_provenance *provenance,
                                        const struct lac_store_stream *streams, size_t n, int threads,
                                        struct lac_error *err)
{
    struct lac_arena arena;
    struct lac_spool spool = {0};
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
    if ((status = open_spool(&spool, writer.path, &arena, err)) != LAC_OK) goto cleanup;
    writer.file = create_file(temporary);
    if (writer.file < 0) {
        status = fail_write(&writer, "the file");
        goto cleanup;
    }
    status = put_root(&writer, file, provenance);
    if (status == LAC_OK) status = put_tables(&writer, file, streams, n, &spool, threads);
    if (H5Fclose(writer.file) < 0 && status == LAC_OK) status = fail_write(&writer, "the file");
    if (status == LAC_OK)
        status = lac_file_publish(temporary, writer.path, lac_file_schemas[file].personal, err);
    else
        unlink(temporary);
cleanup:
    lac_spool_close(&spool);
    lac_arena_release(&arena);
    return status;
}

enum lac_status lac_store_write(const char *run, enum lac_file_id file,
                                const struct lac_provenance *provenance,
                                const struct lac_table *const *tables, size_t n, struct lac_error *err)
{
    struct lac_store_stream streams[LAC_TABLE_COUNT];

    if (n > LAC_TABLE_COUNT) return lac_fail(err, LAC_DEFECT, "more tables than the store has");
    for (size_t i = 0; i < n; i++) streams[i] = lac_store_stream_of(tables[i]);
    return lac_store_write_streams(run, file, provenance, streams, n, omp_get_max_threads(), err);
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
