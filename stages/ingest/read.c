/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/file.h"
#include "encoding.h"
#include "head.h"

#define LAC_INGEST_FILE_LIMIT ((size_t)1 << 31) /* largest file decoded, bytes */

static enum lac_status digest_file(struct lac_ingest_library *library, const char *path,
                                   struct lac_error *err)
{
    char one[LAC_DIGEST_SIZE];
    enum lac_status status;

    if (library->digest == NULL) return LAC_OK;
    if ((status = lac_digest_file(path, one, err)) != LAC_OK) return status;
    lac_digest_add_text(library->digest, lac_path_name(path));
    lac_digest_add_text(library->digest, one);
    return LAC_OK;
}

static enum lac_status open_codes(struct lac_ingest_library *library, const char *data,
                                  struct lac_arena *arena, struct lac_error *err)
{
    struct lac_csv *table = LAC_NEW(arena, struct lac_csv, LAC_CODES_TABLES);
    enum lac_status status = LAC_OK;

    if (table == NULL) return lac_fail_memory(err, "code lists");
    for (int t = 0; t < LAC_CODES_TABLES && status == LAC_OK; t++) {
        char *path = lac_arena_printf(arena, "%s/datasets/codes/%s.csv", data, lac_ingest_codes_names[t]);

        if (path == NULL) return lac_fail_memory(err, "code lists");
        status = lac_csv_load(path, arena, &table[t], err);
        if (status == LAC_OK) status = digest_file(library, path, err);
    }
    if (status != LAC_OK) return status;
    library->codes_made = true;
    return lac_ingest_codes_make(&library->codes, table, arena, err);
}

static enum lac_status open_layout(struct lac_ingest_library *library, const char *path,
                                   struct lac_arena *arena, struct lac_error *err)
{
    size_t at = library->layout_count;
    enum lac_status status = lac_ingest_layout_load(path, arena, &library->layout[at], err);

    if (status != LAC_OK) return status;
    library->layout_name[at] = library->layout[at]->name;
    if (lac_ingest_library_layout(library, library->layout_name[at]) != NULL) {
        status = lac_fail(err, LAC_USAGE, "a layout named %s is there already", library->layout_name[at]);
        lac_error_file(err, path);
        lac_error_remedy(err, "give every layout its own name");
        return status;
    }
    library->layout_count++;
    return digest_file(library, path, err);
}

enum lac_status lac_ingest_library_open(struct lac_ingest_library *library, const char *data,
                                        const struct lac_config_paths *more, struct lac_arena *arena,
                                        struct lac_error *err)
{
    size_t further = more == NULL ? 0 : more->count, n = 0;
    char *folder = lac_path_join(arena, data, "configs/layouts"), **names;
    enum lac_status status;

    lac_ingest_limits_default(&library->limits);
    if (folder == NULL) return lac_fail_memory(err, "layouts");
    if ((status = open_codes(library, data, arena, err)) != LAC_OK) return status;
    if ((status = lac_dir_list(folder, arena, &names, &n, err)) != LAC_OK) return status;
    library->layout = LAC_NEW(arena, struct lac_ingest_layout *, n + further);
    library->layout_name = LAC_NEW(arena, const char *, n + further);
    if (library->layout == NULL || library->layout_name == NULL) return lac_fail_memory(err, "layouts");
    for (size_t i = 0; i < n && status == LAC_OK; i++) {
        size_t length = strlen(names[i]);
        char *path = lac_path_join(arena, folder, names[i]);

        if (path == NULL) return lac_fail_memory(err, "layouts");
        if (length > 5 && strcmp(names[i] + length - 5, ".yaml") == 0)
            status = open_layout(library, path, arena, err);
    }
    for (size_t i = 0; i < further && status == LAC_OK; i++)
        status = open_layout(library, more->item[i].resolved, arena, err);
    return status;
}

void lac_ingest_library_close(struct lac_ingest_library *library)
{
    if (library->codes_made) lac_ingest_codes_release(&library->codes);
    library->codes_made = false;
}

const struct lac_ingest_layout *lac_ingest_library_layout(const struct lac_ingest_library *library,
                                                          const char *name)
{
    for (size_t i = 0; i < library->layout_count; i++)
        if (strcmp(library->layout_name[i], name) == 0) return library->layout[i];
    return NULL;
}

/* --- one return
 * ------------------------------------------------------------------------------------------------- */

static void report(struct lac_ingest_return *ret, uint32_t index, enum lac_ingest_rule rule, int64_t a,
                   int64_t b)
{
    struct lac_ingest_finding finding = {
        .entry = index, .file = ret->sheet.name, .rule = rule, .a = a, .b = b};
    enum lac_status status = lac_ingest_findings_add(&ret->findings, &finding, &ret->err);

    if (status != LAC_OK && ret->status == LAC_OK) ret->status = status;
}

/* What the register declares against what came; false when the return is set aside. */
static bool as_declared(struct lac_ingest_return *ret, uint32_t index, struct lac_ingest_entry *entry)
{
    int64_t rows = (int64_t)ret->sheet.rows;
    bool nil = strcmp(entry->coverage, "NIL") == 0;

    if (entry->sha256[0] != '\0' && strcmp(entry->sha256, ret->digest) != 0) {
        report(ret, index, LAC_RULE_file_changed, 0, 0);
        return false;
    }
    if (!ret->sheet.usable) return false;
    if (entry->declared_rows >= 0 && entry->declared_rows != rows) {
        report(ret, index, LAC_RULE_rows_declared, rows, entry->declared_rows);
        return false;
    }
    entry->has_rows = rows > 0;
    if (nil && rows > 0) report(ret, index, LAC_RULE_nil_with_rows, rows, 0);
    if (!nil && rows == 0) report(ret, index, LAC_RULE_full_without_rows, 0, 0);
    return true;
}

static struct lac_ingest_about about_of(uint32_t index, const struct lac_ingest_entry *entry)
{
    struct lac_ingest_about about = {
        index, "", "", LAC_INGEST_NONE, LAC_INGEST_NONE, LAC_INGEST_NONE, LAC_INGEST_NONE};

    if (entry == NULL) return about;
    about.list = entry->list;
    about.force = entry->force;
    about.period_start = entry->period_start;
    about.period_end = entry->period_end;
    about.extract_date = entry->extract_date;
    about.received_date = entry->received_date;
    return about;
}

/* What the rows of a return that is set aside as a whole say does not matter. */
static void drop_rows(struct lac_ingest_findings *findings)
{
    size_t kept = 0;

    for (size_t i = 0; i < findings->count; i++)
        if (lac_ingest_rules[findings->item[i].rule].scope == LAC_SCOPE_FILE)
            findings->item[kept++] = findings->item[i];
    findings->count = kept;
}

static enum lac_status begin_rows(void *context)
{
    return lac_ingest_judge_begin(&((struct lac_ingest_return *)context)->judge);
}

static enum lac_status judge_row(void *context)
{
    return lac_ingest_judge_row(&((struct lac_ingest_return *)context)->judge);
}

static void prepare(struct lac_ingest_return *ret, const struct lac_ingest_reading *what,
                    struct lac_ingest_taking *taking)
{
    memset(ret, 0, sizeof *ret);
    lac_arena_init(&ret->arena);
    lac_error_init(&ret->err);
    lac_ingest_trace_begin(&ret->taken.trace, what->versions);
    *taking = (struct lac_ingest_taking){.codes = &what->library->codes,
                                         .entry = what->entry,
                                         .index = what->index,
                                         .packer = what->packer,
                                         .taken = &ret->taken,
                                         .aside_path = what->aside_path,
                                         .err = &ret->err};
    ret->judge = (struct lac_ingest_judge){.codes = &what->library->codes,
                                           .layout = what->layout,
                                           .limits = &what->library->limits,
                                           .sheet = &ret->sheet,
                                           .keep = what->keep,
                                           .take = what->packer == NULL ? NULL : lac_ingest_take_row,
                                           .spill = what->packer == NULL ? NULL : lac_ingest_take_cases,
                                           .each_case = lac_ingest_take_each,
                                           .context = taking,
                                           .findings = &ret->findings,
                                           .arena = &ret->arena,
                                           .err = &ret->err};
    ret->judge.about = what->about != NULL ? *what->about : about_of(what->index, what->entry);
}

static void conclude(struct lac_ingest_return *ret, const struct lac_ingest_reading *what)
{
    bool usable = ret->sheet.usable;

    if (what->entry != NULL) {
        usable = as_declared(ret, what->index, what->entry);
        what->entry->set_aside = !usable;
    }
    if (!usable) drop_rows(&ret->findings);
    if (usable && ret->status == LAC_OK) {
        ret->status = lac_ingest_judge_end(&ret->judge);
        ret->judged = ret->status == LAC_OK;
    }
}

/* --- above the rows
 * ----------------------------------------------------------------------------------------------------- */

struct opening {
    const char *bytes; /* the beginning of the file */
    size_t length;
};

/* A file that cannot be opened has no beginning: reading it says why. */
static enum lac_status open_file(struct lac_ingest_return *ret, const struct lac_ingest_reading *what,
                                 struct opening *opening)
{
    FILE *file;
    char *bytes;

    *opening = (struct opening){what->bytes, what->length};
    if (what->bytes != NULL) return LAC_OK;
    if ((bytes = LAC_NEW(&ret->arena, char, LAC_INGEST_HEAD_BYTES)) == NULL)
        return lac_fail_memory(&ret->err, "a return");
    opening->bytes = bytes;
    if ((file = fopen(what->path, "rb")) == NULL) return LAC_OK;
    opening->length = fread(bytes, 1, LAC_INGEST_HEAD_BYTES, file);
    fclose(file);
    return LAC_OK;
}

/* Finds what stands above the header, and says so. */
static enum lac_status behead(struct lac_ingest_return *ret, const struct lac_ingest_reading *what,
                              const struct opening *opening, struct lac_ingest_input *source)
{
    struct lac_ingest_head head;
    enum lac_status status =
        lac_ingest_head_find(&head, opening->bytes, opening->length, what->layout, &ret->arena, &ret->err);

    if (status != LAC_OK) return status;
    source->skip = head.offset;
    source->first = head.header;
    ret->sheet.name = source->name;
    if (head.mark) report(ret, what->index, LAC_RULE_byte_order_mark, 0, 0);
    if (head.skipped > 0) report(ret, what->index, LAC_RULE_lines_skipped, head.skipped, 0);
    if (head.joined > 0) report(ret, what->index, LAC_RULE_header_joined, head.joined, 0);
    return ret->status;
}

/* The layout whose columns the beginning of a file names best, where more than the return's own layout; NULL:
 * none. `fit` and `absent` get how well. */
static const struct lac_ingest_layout *
nearest_layout(struct lac_ingest_return *ret, const struct lac_ingest_reading *what,
               const struct opening *opening, struct lac_ingest_fit *fit, bool absent[LAC_FIELD_COUNT])
{
    const struct lac_ingest_sheet *sheet = &ret->sheet;
    const struct lac_ingest_layout *nearest = NULL;
    size_t own;

    *fit = lac_ingest_layout_fit(what->layout, (const char *const *)sheet->header, sheet->columns, absent);
    own = fit->found;
    if (sheet->usable && fit->found * 2 >= fit->columns) return NULL;
    for (size_t i = 0; i < what->library->layout_count; i++) {
        const struct lac_ingest_layout *layout = what->library->layout[i];
        bool lacks[LAC_FIELD_COUNT];
        struct lac_ingest_head head;
        struct lac_ingest_fit one;

        ret->status =
            lac_ingest_head_find(&head, opening->bytes, opening->length, layout, &ret->arena, &ret->err);
        if (ret->status != LAC_OK) return NULL;
        one = lac_ingest_layout_fit(layout, head.cell, head.cells, lacks);
        if (layout == what->layout || one.found < 3 || one.found <= own ||
            one.found * fit->columns <= fit->found * one.columns)
            continue;
        *fit = one;
        nearest = layout;
        memcpy(absent, lacks, sizeof lacks);
    }
    return nearest;
}

/* Columns are named as in the national layout: a header that is none would show a person's values. */
static enum lac_status suggest_layout(struct lac_ingest_return *ret, const struct lac_ingest_reading *what,
                                      const struct opening *opening)
{
    bool absent[LAC_FIELD_COUNT];
    struct lac_ingest_fit fit;
    const struct lac_ingest_layout *nearest = nearest_layout(ret, what, opening, &fit, absent);
    struct lac_ingest_finding finding = {
        .entry = what->index, .file = ret->sheet.name, .rule = LAC_RULE_layout_nearest};
    struct lac_buffer text = {0};
    enum lac_status status;
    int named = 0;

    if (nearest == NULL) return ret->status;
    lac_buffer_printf(&text, "%s better: %zu of its %zu columns", nearest->name, fit.found, fit.columns);
    for (int f = 0; f < LAC_FIELD_COUNT; f++)
        if (absent[f])
            lac_buffer_printf(&text, "%s %s", named++ == 0 ? "; not found:" : ",", lac_ingest_field_names[f]);
    status = lac_buffer_status(&text, &ret->err);
    if (status == LAC_OK && (finding.text = lac_arena_strdup(&ret->arena, text.text)) == NULL)
        status = lac_fail_memory(&ret->err, "a return");
    if (status == LAC_OK) status = lac_ingest_findings_add(&ret->findings, &finding, &ret->err);
    lac_buffer_release(&text);
    return status;
}

/* A large file is read for repeats before it is judged. */
static enum lac_status find_twins(struct lac_ingest_return *ret, const struct lac_ingest_reading *what,
                                  const struct lac_ingest_input *source)
{
    struct stat info;
    size_t length = what->length;
    enum lac_status status;

    if (what->packer == NULL || what->twins_bytes == 0) return LAC_OK;
    if (source->path != NULL) length = stat(source->path, &info) == 0 ? (size_t)info.st_size : 0;
    if (length < what->twins_bytes) return LAC_OK;
    status = lac_ingest_twins_find(&ret->twins, source, what->packer->spool->folder, &ret->err);
    if (status == LAC_OK) ret->judge.twins = &ret->twins;
    return status;
}

/* --- the whole
 * ----------------------------------------------------------------------------------------------------------
 */

static enum lac_status read_once(struct lac_ingest_return *ret, const struct lac_ingest_reading *what)
{
    struct lac_ingest_taking taking;
    struct lac_ingest_input source = {.name = what->entry == NULL ? what->path : what->entry->file,
                                      .path = what->bytes == NULL ? what->path : NULL,
                                      .bytes = what->bytes,
                                      .length = what->length,
                                      .layout = what->layout,
                                      .entry = what->index,
                                      .digest = what->digest == NULL ? ret->digest : NULL,
                                      .begin = begin_rows,
                                      .row = judge_row,
                                      .context = ret};
    struct opening opening;

    prepare(ret, what, &taking);
    if (what->digest != NULL) {
        memcpy(ret->digest, what->digest, sizeof ret->digest);
        ret->sheet.name = source.name;
        report(ret, what->index, LAC_RULE_code_page, 0, 0);
    }
    if (ret->status == LAC_OK) ret->status = open_file(ret, what, &opening);
    if (ret->status == LAC_OK) ret->status = behead(ret, what, &opening, &source);
    if (ret->status == LAC_OK) ret->status = find_twins(ret, what, &source);
    if (ret->status == LAC_OK)
        ret->status = lac_ingest_sheet_read(&ret->sheet, &source, &ret->arena, &ret->findings, &ret->err);
    if (ret->status == LAC_OK) ret->status = suggest_layout(ret, what, &opening);
    if (ret->status == LAC_OK) conclude(ret, what);
    if (what->packer != NULL) {
        enum lac_status status = lac_ingest_take_end(&taking, ret->judged);

        if (ret->status == LAC_OK) ret->status = status;
    }
    lac_ingest_judge_finish(&ret->judge);
    lac_ingest_twins_release(&ret->twins);
    ret->judge.twins = NULL;
    ret->judge.context = NULL;
    return ret->status;
}

/* Whether reading stopped at a byte that is not UTF-8. */
static bool not_utf8(const struct lac_ingest_return *ret)
{
    for (size_t i = 0; i < ret->findings.count; i++)
        if (ret->findings.item[i].rule == LAC_RULE_not_utf8) return ret->status == LAC_OK;
    return false;
}

enum lac_status lac_ingest_return_read(struct lac_ingest_return *ret, const struct lac_ingest_reading *what)
{
    struct lac_ingest_reading again = *what;
    struct lac_arena arena;
    char *bytes, digest[LAC_DIGEST_SIZE];
    size_t length;
    enum lac_status status = read_once(ret, what);

    if (status != LAC_OK || what->bytes != NULL || !not_utf8(ret)) return status;
    lac_arena_init(&arena);
    status = lac_file_read(what->path, LAC_INGEST_FILE_LIMIT, &arena, &bytes, &length, &ret->err);
    if (status == LAC_OK && lac_ingest_encoding_is_1252(bytes, length)) {
        status = lac_ingest_encoding_decode_1252(bytes, length, &arena, &bytes, &length, &ret->err);
        if (status == LAC_OK) {
            memcpy(digest, ret->digest, sizeof digest);
            again.bytes = bytes;
            again.length = length;
            again.digest = digest;
            lac_ingest_return_release(ret);
            status = read_once(ret, &again);
        }
    }
    lac_arena_release(&arena);
    return ret->status = status == LAC_INPUT ? LAC_OK : status; /* too large to decode: it stays not UTF-8 */
}

void lac_ingest_return_release(struct lac_ingest_return *ret)
{
    lac_ingest_judge_release(&ret->judge);
    lac_ingest_taken_release(&ret->taken);
    lac_ingest_findings_release(&ret->findings);
    lac_arena_release(&ret->arena);
}
