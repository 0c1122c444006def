/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "runner/shard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"

#define MOST_SHARDS 10000
#define MOST_BYTES ((size_t)64 << 30)
#define BYTE_ORDER_MARK UINT32_C(0x01020304)
#define NAME 64

enum { KEY_SHARD = 0x2100 };
static const struct argp_option options[] = {
    {"shard", KEY_SHARD, "I/N", 0, "Do part I of N and write a part file; reduce/N puts the N parts together",
     0},
    {0},
};

static bool parse_shard(const char *text, struct lac_shard *shard)
{
    const char *slash = strchr(text, '/');
    char first[NAME];
    int64_t index = 1, count;

    if (slash == NULL || (size_t)(slash - text) >= sizeof first) return false;
    memcpy(first, text, (size_t)(slash - text));
    first[slash - text] = '\0';
    shard->reduce = strcmp(first, "reduce") == 0;
    if (!lac_text_i64(slash + 1, &count) || count < 1 || count > MOST_SHARDS) return false;
    if (!shard->reduce && (!lac_text_i64(first, &index) || index < 1 || index > count)) return false;
    shard->index = (size_t)index - 1;
    shard->count = (size_t)count;
    return true;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    if (key != KEY_SHARD) return ARGP_ERR_UNKNOWN;
    if (!parse_shard(text, state->input))
        argp_error(state, "--shard: '%s' is neither I/N, I from 1 to N, nor reduce/N; N is at most %d", text,
                   MOST_SHARDS);
    return 0;
}

const struct argp lac_shard_argp = {.options = options, .parser = parse};

/* What stands before the bytes of a part. */
struct head {
    char mark[16];
    uint32_t byte_order, seed;
    uint64_t length;
    char producer[NAME], config_digest[LAC_DIGEST_SIZE], input_digest[LAC_DIGEST_SIZE],
        bytes_digest[LAC_DIGEST_SIZE];
};

static enum lac_status make_head(const struct lac_stage *stage, const void *bytes, size_t length,
                                 struct head *head, struct lac_error *err)
{
    const struct lac_provenance *p = &stage->provenance;

    memset(head, 0, sizeof *head);
    (void)snprintf(head->mark, sizeof head->mark, "lacuna-part/1");
    (void)snprintf(head->producer, sizeof head->producer, "%s", p->producer);
    (void)snprintf(head->config_digest, sizeof head->config_digest, "%s", p->config_digest);
    (void)snprintf(head->input_digest, sizeof head->input_digest, "%s", p->input_digest);
    head->byte_order = BYTE_ORDER_MARK;
    head->seed = p->seed;
    head->length = length;
    return lac_digest_bytes(bytes, length, head->bytes_digest, err);
}

static char *part_path(const struct lac_stage *stage, const struct lac_shard *part, struct lac_arena *arena)
{
    return lac_arena_printf(arena, "%s/store/parts/%s-%zu-of-%zu.part", stage->run, stage->name,
                            part->index + 1, part->count);
}

enum lac_status lac_shard_write(const struct lac_stage *stage, const struct lac_shard *shard,
                                const void *bytes, size_t length, struct lac_error *err)
{
    struct lac_arena arena;
    struct lac_outfile out = {0};
    struct head head;
    enum lac_status status;
    char *path, *folder;

    lac_arena_init(&arena);
    path = part_path(stage, shard, &arena);
    folder = path == NULL ? NULL : lac_path_folder(&arena, path);
    status =
        folder == NULL ? lac_fail_memory(err, "a file name") : make_head(stage, bytes, length, &head, err);
    if (status == LAC_OK) status = lac_dir_make(folder, true, err);
    if (status == LAC_OK) status = lac_outfile_open(&out, path, true, err);
    if (status == LAC_OK) {
        /* a failed write is found by the commit */
        (void)fwrite(&head, sizeof head, 1, out.stream);
        (void)fwrite(bytes, 1, length, out.stream);
        status = lac_outfile_commit(&out, err);
    }
    lac_outfile_abort(&out);
    lac_arena_release(&arena);
    return status;
}

static enum lac_status fail_part(const char *path, const struct lac_stage *stage,
                                 const struct lac_shard *part, struct lac_error *err)
{
    lac_fail(err, LAC_INPUT, "the part is not of this run, or not whole");
    lac_error_file(err, path);
    lac_error_rule(err, "shard-part");
    lac_error_remedy(err, "run lacuna %s again with --shard %zu/%zu and these settings", stage->name,
                     part->index + 1, part->count);
    return LAC_INPUT;
}

enum lac_status lac_shard_read(const struct lac_stage *stage, const struct lac_shard *part,
                               struct lac_arena *arena, const char **bytes, size_t *length,
                               struct lac_error *err)
{
    char *path = part_path(stage, part, arena), *file;
    struct head head, wanted;
    size_t size;
    enum lac_status status;

    if (path == NULL) return lac_fail_memory(err, "a file name");
    if ((status = lac_file_read(path, MOST_BYTES, arena, &file, &size, err)) != LAC_OK) {
        if (status == LAC_IO)
            lac_error_remedy(err, "run lacuna %s with --shard %zu/%zu first", stage->name, part->index + 1,
                             part->count);
        return status;
    }
    if (size < sizeof head) return fail_part(path, stage, part, err);
    memcpy(&head, file, sizeof head);
    status = make_head(stage, file + sizeof head, size - sizeof head, &wanted, err);
    if (status != LAC_OK) return status;
    if (memcmp(&head, &wanted, sizeof head) != 0) return fail_part(path, stage, part, err);
    *bytes = file + sizeof head;
    *length = size - sizeof head;
    return LAC_OK;
}

void lac_shard_clear(const struct lac_stage *stage, const struct lac_shard *shard)
{
    struct lac_arena arena;
    struct lac_shard part = *shard;
    char *folder = NULL;

    lac_arena_init(&arena);
    for (part.index = 0; part.index < part.count; part.index++) {
        char *path = part_path(stage, &part, &arena);

        if (path == NULL || unlink(path) != 0)
            lac_log_warn(&stage->log, "part %zu of %zu is put together and could not be removed",
                         part.index + 1, part.count);
        else
            folder = lac_path_folder(&arena, path);
    }
    if (folder != NULL) (void)rmdir(folder); /* parts of another stage keep it */
    lac_arena_release(&arena);
}
