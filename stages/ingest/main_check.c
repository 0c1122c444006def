/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lacuna-check: the rules of the centre on files a force is about to send. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/program.h"
#include "base/text.h"
#include "page.h"
#include "summary.h"

struct arguments {
    struct lac_common common;
    const char *layout, *json, *html;
    char **file;
    size_t files;
};

enum { KEY_LAYOUT = 0x3000, KEY_JSON, KEY_HTML };
static const struct argp_option options[] = {
    {"layout", KEY_LAYOUT, "NAME", 0, "Layout of the files (default national-1)", 0},
    {"json", KEY_JSON, "FILE", 0, "Write the findings as JSON; - is standard output, in place of the summary",
     0},
    {"html", KEY_HTML, "FILE", 0, "Write the findings as a page to send back", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *arguments = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &arguments->common;
        return 0;
    case KEY_LAYOUT:
        arguments->layout = text;
        return 0;
    case KEY_JSON:
        arguments->json = text;
        return 0;
    case KEY_HTML:
        arguments->html = text;
        return 0;
    case ARGP_KEY_ARGS:
        arguments->file = state->argv + state->next;
        arguments->files = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name at least one file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

struct counts {
    size_t errors, warnings, unusable;
};

static void count(struct counts *counts, const struct lac_ingest_return *ret)
{
    counts->errors += lac_ingest_findings_count(&ret->findings, LAC_SEVERITY_ERROR);
    counts->warnings += lac_ingest_findings_count(&ret->findings, LAC_SEVERITY_WARNING);
    counts->unusable += !ret->judged;
}

/* What all files together say. */
struct saying {
    struct lac_buffer text, page;
    json_t *files;
    struct counts counts;
};

static enum lac_status say(const struct arguments *arguments, struct lac_ingest_return *ret, size_t index,
                           struct saying *saying, struct lac_error *err)
{
    struct lac_ingest_groups groups;
    enum lac_status status;

    lac_ingest_findings_sort(&ret->findings);
    if ((status = lac_ingest_groups_make(&groups, &ret->findings, &ret->arena, err)) != LAC_OK) return status;
    count(&saying->counts, ret);
    if (index > 0) lac_buffer_add(&saying->text, "\n");
    lac_ingest_summary_text(ret, &groups, &saying->text);
    if (arguments->html != NULL) lac_ingest_page_file(&saying->page, ret, &groups, arguments->layout, index);
    if (arguments->json != NULL &&
        json_array_append_new(saying->files, lac_ingest_summary_json(ret, &groups)) != 0)
        return lac_fail_memory(err, "JSON");
    return LAC_OK;
}

static enum lac_status check_file(const struct arguments *arguments, size_t index,
                                  const struct lac_ingest_library *library, struct saying *saying,
                                  struct lac_error *err)
{
    struct lac_ingest_return ret;
    struct lac_ingest_reading what = {.path = arguments->file[index],
                                      .layout = lac_ingest_library_layout(library, arguments->layout),
                                      .library = library};
    enum lac_status status = lac_ingest_return_read(&ret, &what);

    if (status != LAC_OK)
        *err = ret.err;
    else
        status = say(arguments, &ret, index, saying, err);
    lac_ingest_return_release(&ret);
    return status;
}

static enum lac_status write_json(const char *path, json_t *files, const char *layout, struct lac_error *err)
{
    json_t *root = json_pack("{s:s, s:s, s:O}", "schema", "lacuna-check/1", "layout", layout, "files", files);
    char *text = root == NULL ? NULL : json_dumps(root, JSON_INDENT(2));
    enum lac_status status = LAC_OK;

    if (text == NULL)
        status = lac_fail_memory(err, "JSON");
    else if (strcmp(path, "-") == 0)
        printf("%s\n", text);
    else
        status = lac_file_write(path, text, strlen(text), true, err);
    free(text);
    json_decref(root);
    return status;
}

static enum lac_status conclude(const struct arguments *arguments, const struct counts *counts,
                                struct lac_error *err)
{
    enum lac_status status;

    if (fflush(stdout) != 0 || ferror(stdout))
        return lac_fail(err, LAC_IO, "standard output cannot be written");
    if (counts->unusable > 0) {
        status =
            lac_fail(err, LAC_INPUT, "%zu of %zu files cannot be used", counts->unusable, arguments->files);
        lac_error_remedy(err, "see the findings of severity error");
        return status;
    }
    return counts->errors + counts->warnings > 0 ? LAC_FINDINGS : LAC_OK;
}

static enum lac_status know_layout(const struct lac_ingest_library *library, const char *layout,
                                   struct lac_error *err)
{
    const char *near;

    if (lac_ingest_library_layout(library, layout) != NULL) return LAC_OK;
    near = lac_text_nearest(layout, library->layout_name, library->layout_count);
    lac_fail(err, LAC_USAGE, "no layout is named %s", layout);
    lac_error_remedy(err, "layouts are the files of configs/layouts; did you mean %s?",
                     near == NULL ? "national-1" : near);
    return LAC_USAGE;
}

static enum lac_status write_page(const char *path, struct lac_buffer *page, struct lac_error *err)
{
    enum lac_status status;

    lac_ingest_page_end(page);
    if ((status = lac_buffer_status(page, err)) != LAC_OK) return status;
    return lac_file_write(path, page->text, page->length, true, err);
}

static enum lac_status write_all(const struct arguments *arguments, struct saying *saying,
                                 struct lac_error *err)
{
    enum lac_status status = lac_buffer_status(&saying->text, err);

    if (status == LAC_OK && (arguments->json == NULL || strcmp(arguments->json, "-") != 0))
        fputs(saying->text.text, stdout);
    if (status == LAC_OK && arguments->json != NULL)
        status = write_json(arguments->json, saying->files, arguments->layout, err);
    if (status == LAC_OK && arguments->html != NULL) status = write_page(arguments->html, &saying->page, err);
    return status == LAC_OK ? conclude(arguments, &saying->counts, err) : status;
}

static enum lac_status run(const struct arguments *arguments, struct lac_arena *arena, struct lac_error *err)
{
    struct lac_ingest_library library = {0};
    struct saying saying = {.files = json_array()};
    char *data;
    enum lac_status status = lac_data_folder(arena, &data, err);

    if (status == LAC_OK) status = lac_ingest_library_open(&library, data, NULL, arena, err);
    if (status == LAC_OK) status = know_layout(&library, arguments->layout, err);
    if (arguments->html != NULL)
        lac_ingest_page_begin(&saying.page, arguments->files == 1 ? arguments->file[0] : NULL);
    for (size_t i = 0; i < arguments->files && status == LAC_OK; i++)
        status = check_file(arguments, i, &library, &saying, err);
    if (status == LAC_OK) status = write_all(arguments, &saying, err);
    json_decref(saying.files);
    lac_buffer_release(&saying.text);
    lac_buffer_release(&saying.page);
    lac_ingest_library_close(&library);
    return status;
}

int main(int argc, char **argv)
{
    static const struct argp_child children[] = {{&lac_common_argp, 0, "Common options:", 10}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "RETURN.csv...",
        .doc = "Checks returns with the rules of the centre, before they are sent. Needs no configuration "
               "and no network."
               "\vExit status: 0 nothing to correct, 1 errors or warnings, 3 a file that cannot be used.",
        .children = children};
    struct arguments arguments = {.layout = "national-1"};
    struct lac_arena arena;
    struct lac_error err;
    struct lac_log log;
    enum lac_status status;

    lac_error_init(&err);
    lac_arena_init(&arena);
    lac_program_usage();
    lac_common_init(&arguments.common, "lacuna-check");
    if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0) return lac_status_exit(LAC_USAGE);
    lac_program_start(&arguments.common, &log);
    status = run(&arguments, &arena, &err);
    lac_arena_release(&arena);
    return lac_program_end(&log, status, &err);
}
