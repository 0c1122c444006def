/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"

static struct lac_error err;
static struct lac_arena arena;
static char folder[] = "/tmp/lacuna-test-XXXXXX";

static int setup(void **state)
{
    (void)state;
    lac_arena_init(&arena);
    return mkdtemp(folder) == NULL;
}

static int teardown(void **state)
{
    char **names;
    size_t count;

    (void)state;
    if (lac_dir_list(folder, &arena, &names, &count, NULL) == LAC_OK) {
        for (size_t i = 0; i < count; i++) remove(lac_path_join(&arena, folder, names[i]));
    }
    rmdir(folder);
    lac_arena_release(&arena);
    return 0;
}

static void whole_or_absent(void **state)
{
    char *path = lac_path_join(&arena, folder, "a.txt"), *bytes;
    struct lac_outfile out;
    struct stat facts;
    size_t length;

    (void)state;
    assert_ok(lac_outfile_open(&out, path, true, &err));
    fputs("half", out.stream);
    assert_false(lac_file_exists(path));
    lac_outfile_abort(&out);
    assert_false(lac_file_exists(path));
    assert_false(lac_file_exists(lac_file_temporary(&arena, path)));
    assert_ok(lac_file_write(path, "hello", 5, true, &err));
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_ok(lac_file_read(path, 100, &arena, &bytes, &length, &err));
    assert_string_equal(bytes, "hello");
    assert_int_equal(lac_file_read(path, 4, &arena, &bytes, &length, &err), LAC_INPUT);
    assert_int_equal(lac_file_read("/nowhere/x", 4, &arena, &bytes, &length, &err), LAC_IO);
    assert_string_equal(err.file, "/nowhere/x");
}

static void sweep(void **state)
{
    char *left = lac_path_join(&arena, folder, "b.h5.tmp"), *kept = lac_path_join(&arena, folder, "c.h5");

    (void)state;
    assert_ok(lac_file_write(left, "x", 1, false, &err));
    assert_ok(lac_file_write(kept, "x", 1, false, &err));
    assert_ok(lac_dir_sweep(folder, &err));
    assert_false(lac_file_exists(left));
    assert_true(lac_file_exists(kept));
}

static void full_disk(void **state)
{
    struct lac_outfile out = {0};

    (void)state;
    if (access("/dev/full", W_OK) != 0) skip();
    /* an outfile whose stream writes to a full device: the commit must fail and leave nothing */
    out.path = strdup(lac_path_join(&arena, folder, "full.txt"));
    out.temporary = strdup(lac_path_join(&arena, folder, "full.txt.tmp"));
    out.stream = fopen("/dev/full", "w");
    assert_non_null(out.stream);
    fputs("text", out.stream);
    assert_int_equal(lac_outfile_commit(&out, &err), LAC_IO);
    assert_false(lac_file_exists(lac_path_join(&arena, folder, "full.txt")));
}

/* A device or a pipe is written to, never replaced. */
static void special_files(void **state)
{
    struct stat before, after;
    char *pipe = lac_path_join(&arena, folder, "pipe"), text[8] = "";
    int reader;

    (void)state;
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(stat(pipe, &before), 0);
    reader = open(pipe, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    assert_ok(lac_file_write(pipe, "hello", 5, true, &err));
    assert_int_equal(read(reader, text, sizeof text - 1), 5);
    assert_string_equal(text, "hello");
    close(reader);
    assert_int_equal(stat(pipe, &after), 0);
    assert_true(S_ISFIFO(after.st_mode) && after.st_ino == before.st_ino);
    assert_ok(lac_file_write("/dev/null", "hello", 5, true, &err));
    assert_int_equal(stat("/dev/null", &after), 0);
    assert_true(S_ISCHR(after.st_mode));
}

static void digests(void **state)
{
    char digest[LAC_DIGEST_SIZE];
    char *path = lac_path_join(&arena, folder, "d.txt");

    (void)state;
    assert_ok(lac_digest_bytes("abc", 3, digest, &err));
    assert_string_equal(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_ok(lac_file_write(path, "abc", 3, false, &err));
    assert_ok(lac_digest_file(path, digest, &err));
    assert_string_equal(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void arena_memory(void **state)
{
    struct lac_arena small;
    char *previous = NULL;

    (void)state;
    lac_arena_init(&small);
    for (size_t i = 1; i < 3000; i++) {
        char *p = LAC_NEW(&small, char, i);

        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t k = 0; k < i; k++) assert_int_equal(p[k], 0);
        memset(p, 0x5a, i);
        if (previous != NULL) assert_int_equal(previous[0], 0x5a);
        previous = p;
    }
    assert_null(lac_arena_alloc(&small, SIZE_MAX / 2, 4));
    assert_string_equal(lac_arena_printf(&small, "%s-%d", "a", 7), "a-7");
    lac_arena_release(&small);
}

static void errors_print(void **state)
{
    char text[512] = "";
    FILE *stream = fmemopen(text, sizeof text, "w");

    (void)state;
    assert_int_equal(lac_fail(&err, LAC_INPUT, "bad %s", "thing"), LAC_INPUT);
    lac_error_file(&err, "f.csv");
    lac_error_row(&err, 3, "dob");
    lac_error_rule(&err, "F18");
    lac_error_remedy(&err, "mend it");
    lac_error_print(&err, "lacuna", 0, stream);
    fclose(stream);
    assert_string_equal(text, "lacuna: f.csv: row 3: column dob: bad thing [F18]\n  remedy: mend it\n");
    assert_int_equal(lac_status_exit(LAC_DEFECT), 70);
    assert_int_equal(lac_status_exit(LAC_NOMEM), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_or_absent), cmocka_unit_test(sweep),   cmocka_unit_test(full_disk),
        cmocka_unit_test(special_files),   cmocka_unit_test(digests), cmocka_unit_test(arena_memory),
        cmocka_unit_test(errors_print),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
