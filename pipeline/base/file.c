/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY ".tmp"

static enum lac_status fail_io(struct lac_error *err, const char *path, const char *what)
{
    enum lac_status status = lac_fail(err, LAC_IO, "%s: %s", what, strerror(errno));

    lac_error_file(err, path);
    if (errno == ENOSPC) lac_error_remedy(err, "free space on the disk and run the same command again");
    if (errno == EACCES) lac_error_remedy(err, "give the user who runs Lacuna access to this path");
    if (errno == ENOENT) lac_error_remedy(err, "check the path");
    return status;
}

static char *join_suffix(const char *path, const char *suffix)
{
    size_t a = strlen(path), b = strlen(suffix);
    char *text = malloc(a + b + 1);

    if (text == NULL) return NULL;
    memcpy(text, path, a);
    memcpy(text + a, suffix, b + 1);
    return text;
}

static mode_t file_mode(bool personal)
{
    return personal ? 0600 : 0644;
}

/* A device, a pipe or a socket: something that a rename must not replace. */
static bool is_special(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode);
}

enum lac_status lac_outfile_open(struct lac_outfile *out, const char *path, bool personal,
                                 struct lac_error *err)
{
    enum lac_status status = LAC_OK;
    int descriptor = -1;

    memset(out, 0, sizeof *out);
    out->path = join_suffix(path, "");
    out->temporary = join_suffix(path, TEMPORARY);
    if (out->path == NULL || out->temporary == NULL) {
        status = lac_fail_memory(err, "a file name");
        goto cleanup;
    }
    if (is_special(path)) { /* written straight: renaming over a device or a pipe would replace it */
        free(out->temporary);
        out->temporary = NULL;
        descriptor = open(path, O_WRONLY | O_CLOEXEC);
    } else {
        descriptor = open(out->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    }
    if (descriptor < 0 || (out->temporary != NULL && fchmod(descriptor, file_mode(personal)) != 0)) {
        status = fail_io(err, path, "cannot be created");
        goto cleanup;
    }
    out->stream = fdopen(descriptor, "wb");
    if (out->stream == NULL) {
        status = fail_io(err, path, "cannot be created");
        goto cleanup;
    }
    return LAC_OK;
cleanup:
    if (descriptor >= 0) close(descriptor);
    lac_outfile_abort(out);
    return status;
}

static void outfile_release(struct lac_outfile *out)
{
    free(out->path);
    free(out->temporary);
    memset(out, 0, sizeof *out);
}

void lac_outfile_abort(struct lac_outfile *out)
{
    if (out->stream != NULL) fclose(out->stream);
    if (out->temporary != NULL) unlink(out->temporary);
    outfile_release(out);
}

/* Makes a rename or creation inside the folder of `path` durable. */
static enum lac_status sync_folder(const char *path, struct lac_error *err)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    int descriptor, failed;

    if (length >= sizeof folder) return lac_fail(err, LAC_IO, "path is too long");
    memcpy(folder, slash == NULL ? "." : path, length);
    folder[length] = '\0';
    descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return fail_io(err, folder, "folder cannot be opened");
    /* some network disks refuse fsync of a folder; the rename itself has happened */
    failed = fsync(descriptor) != 0 && errno != EINVAL && errno != ENOTSUP;
    close(descriptor);
    return failed ? fail_io(err, folder, "folder cannot be flushed to disk") : LAC_OK;
}

static enum lac_status rename_durably(const char *temporary, const char *path, struct lac_error *err)
{
    if (rename(temporary, path) != 0) {
        enum lac_status status = fail_io(err, path, "cannot be put in place");

        unlink(temporary);
        return status;
    }
    return sync_folder(path, err);
}

enum lac_status lac_outfile_park(struct lac_outfile *out, struct lac_error *err)
{
    enum lac_status status = LAC_OK;
    int failed = fflush(out->stream) != 0 || ferror(out->stream) != 0;

    if (out->temporary != NULL && !failed) failed = fsync(fileno(out->stream)) != 0;
    if (failed) status = fail_io(err, out->path, "cannot be written");
    if (fclose(out->stream) != 0 && status == LAC_OK) status = fail_io(err, out->path, "cannot be written");
    out->stream = NULL;
    return status;
}

enum lac_status lac_outfile_commit(struct lac_outfile *out, struct lac_error *err)
{
    bool special = out->temporary == NULL;
    enum lac_status status = out->stream == NULL ? LAC_OK : lac_outfile_park(out, err);

    if (status == LAC_OK && !special)
        status = rename_durably(out->temporary, out->path, err);
    else if (!special)
        unlink(out->temporary);
    outfile_release(out);
    return status;
}

enum lac_status lac_file_write(const char *path, const void *bytes, size_t length, bool personal,
                               struct lac_error *err)
{
    struct lac_outfile out;
    enum lac_status status = lac_outfile_open(&out, path, personal, err);

    if (status != LAC_OK) return status;
    if (length > 0 && fwrite(bytes, 1, length, out.stream) != length) {
        status = fail_io(err, path, "cannot be written");
        lac_outfile_abort(&out);
        return status;
    }
    return lac_outfile_commit(&out, err);
}

char *lac_file_temporary(struct lac_arena *arena, const char *path)
{
    return lac_arena_printf(arena, "%s" TEMPORARY, path);
}

enum lac_status lac_file_publish(const char *temporary, const char *path, bool personal,
                                 struct lac_error *err)
{
    int descriptor = open(temporary, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    int failed;

    if (descriptor < 0) return fail_io(err, path, "cannot be written");
    failed = fchmod(descriptor, file_mode(personal)) != 0 || fsync(descriptor) != 0;
    if (close(descriptor) != 0) failed = 1;
    if (failed) {
        enum lac_status status = fail_io(err, path, "cannot be written");

        unlink(temporary);
        return status;
    }
    return rename_durably(temporary, path, err);
}

/* Size of an open ordinary file of at most `limit` bytes. */
static enum lac_status file_size(FILE *file, const char *path, size_t limit, size_t *size,
                                 struct lac_error *err)
{
    struct stat facts;
    enum lac_status status;

    if (fstat(fileno(file), &facts) != 0) return fail_io(err, path, "cannot be read");
    if (!S_ISREG(facts.st_mode)) {
        status = lac_fail(err, LAC_IO, "is not an ordinary file");
        lac_error_file(err, path);
        return status;
    }
    if ((uint64_t)facts.st_size > limit) {
        status = lac_fail(err, LAC_INPUT, "file is larger than the limit of %zu bytes", limit);
        lac_error_file(err, path);
        lac_error_remedy(err, "check that this is the right file");
        return status;
    }
    *size = (size_t)facts.st_size;
    return LAC_OK;
}

enum lac_status lac_file_read(const char *path, size_t limit, struct lac_arena *arena, char **bytes,
                              size_t *length, struct lac_error *err)
{
    enum lac_status status;
    FILE *file = fopen(path, "rb");

    *bytes = NULL;
    *length = 0;
    if (file == NULL) return fail_io(err, path, "cannot be opened");
    status = file_size(file, path, limit, length, err);
    if (status == LAC_OK && (*bytes = LAC_NEW(arena, char, *length + 1)) == NULL)
        status = lac_fail_memory(err, "a file's content");
    if (status == LAC_OK && fread(*bytes, 1, *length, file) != *length)
        status = fail_io(err, path, "cannot be read whole");
    fclose(file);
    return status;
}

bool lac_file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static int make_one(const char *path, mode_t mode)
{
    struct stat facts;

    if (mkdir(path, mode) == 0) return chmod(path, mode);
    if (errno != EEXIST) return -1;
    if (stat(path, &facts) != 0) return -1;
    if (S_ISDIR(facts.st_mode)) return 0;
    errno = ENOTDIR;
    return -1;
}

enum lac_status lac_dir_make(const char *path, bool personal, struct lac_error *err)
{
    char part[PATH_MAX];
    size_t length = strlen(path);
    mode_t mode = personal ? 0700 : 0755;

    if (length == 0 || length >= sizeof part) {
        errno = length == 0 ? ENOENT : ENAMETOOLONG;
        return fail_io(err, path, "folder cannot be made");
    }
    memcpy(part, path, length + 1);
    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (make_one(part, mode) != 0) return fail_io(err, part, "folder cannot be made");
        *slash = '/';
    }
    return make_one(part, mode) == 0 ? LAC_OK : fail_io(err, path, "folder cannot be made");
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

enum lac_status lac_dir_list(const char *path, struct lac_arena *arena, char ***names, size_t *count,
                             struct lac_error *err)
{
    DIR *folder = opendir(path);
    char **found = NULL;
    size_t n = 0, capacity = 0;
    enum lac_status status = LAC_OK;

    *names = NULL;
    *count = 0;
    if (folder == NULL) return fail_io(err, path, "folder cannot be opened");
    for (;;) {
        struct dirent *entry;
        void *grown = found;

        errno = 0;
        entry = readdir(folder);
        if (entry == NULL) {
            if (errno != 0) status = fail_io(err, path, "folder cannot be read");
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if ((status = lac_grow(&grown, &capacity, n + 1, sizeof *found, err)) != LAC_OK) break;
        found = grown;
        if ((found[n] = lac_arena_strdup(arena, entry->d_name)) == NULL) {
            status = lac_fail_memory(err, "file names");
            break;
        }
        n++;
    }
    closedir(folder);
    if (status == LAC_OK && n > 0) {
        qsort(found, n, sizeof *found, compare_names);
        *names = LAC_NEW(arena, char *, n);
        if (*names == NULL)
            status = lac_fail_memory(err, "file names");
        else
            memcpy(*names, found, n * sizeof *found);
    }
    if (status == LAC_OK) *count = n;
    free(found);
    return status;
}

enum lac_status lac_dir_sweep(const char *path, struct lac_error *err)
{
    struct lac_arena arena;
    char **names;
    size_t count;
    enum lac_status status;

    lac_arena_init(&arena);
    status = lac_dir_list(path, &arena, &names, &count, err);
    for (size_t i = 0; status == LAC_OK && i < count; i++) {
        size_t length = strlen(names[i]), tail = strlen(TEMPORARY);
        char *full;

        if (length <= tail || strcmp(names[i] + length - tail, TEMPORARY) != 0) continue;
        full = lac_path_join(&arena, path, names[i]);
        if (full == NULL)
            status = lac_fail_memory(err, "a file name");
        else if (unlink(full) != 0)
            status = fail_io(err, full, "left-over temporary file cannot be removed");
    }
    lac_arena_release(&arena);
    return status;
}

char *lac_path_join(struct lac_arena *arena, const char *folder, const char *name)
{
    size_t length = strlen(folder);

    if (name[0] == '/') return lac_arena_strdup(arena, name);
    return lac_arena_printf(arena, length > 0 && folder[length - 1] == '/' ? "%s%s" : "%s/%s", folder, name);
}

char *lac_path_folder(struct lac_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL) return lac_arena_strdup(arena, ".");
    return lac_arena_strndup(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

const char *lac_path_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static char *data_folder_of(struct lac_arena *arena, const char *base, const char *below)
{
    char *folder = below == NULL ? lac_arena_strdup(arena, base) : lac_path_join(arena, base, below);
    char *probe = folder == NULL ? NULL : lac_path_join(arena, folder, "datasets/codes");

    return probe != NULL && lac_file_exists(probe) ? folder : NULL;
}

enum lac_status lac_data_folder(struct lac_arena *arena, char **folder, struct lac_error *err)
{
    char program[PATH_MAX];
    const char *set = getenv("LACUNA_DATA");
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    enum lac_status status;

    *folder = NULL;
    if (set != NULL && set[0] != '\0') *folder = data_folder_of(arena, set, NULL);
    if (length > 0) program[length] = '\0';
    while (*folder == NULL && length > 0) {
        char *slash = strrchr(program, '/');

        if (slash == NULL || slash == program) break;
        *slash = '\0';
        *folder = data_folder_of(arena, program, "share/lacuna");
        if (*folder == NULL) *folder = data_folder_of(arena, program, NULL);
    }
    if (*folder != NULL) return LAC_OK;
    status = lac_fail(err, LAC_IO, "the folder with Lacuna's code lists was not found");
    lac_error_remedy(
        err, "install Lacuna with its share/lacuna folder, or set LACUNA_DATA to the folder that holds "
             "datasets/codes");
    return status;
}
