/* SPDX-License-Identifier: GPL-3.0-or-later */
/* truth/histories.csv */
#include <string.h>
#include "base/date.h"
#include "base/file.h"
#include "histories.h"
#include "output.h"
#include "table/csv.h"

static void put_date(FILE *to, int32_t date)
{
    char text[11];
    lac_csv_put(to, false, lac_date_format(date, text));
}

/* Lists of a pattern joined with +, as `lacuna show` writes them; nothing for those nobody shows. */
static void put_pattern(const struct lac_simulate_output *o, uint32_t pattern, FILE *to)
{
    char text[LAC_SIMULATE_LISTS * 32] = "";
    size_t at = 0;
    for (size_t l = 0; l < o->nation->settings->lists.count && at < sizeof text; l++) {
        int n = pattern >> l & 1U ? snprintf(text + at, sizeof text - at, "%s%s", at > 0 ? "+" : "",
                                             lac_simulate_lists(o->nation->settings)[l].code)
                                  : 0;
        at += n > 0 ? (size_t)n : 0;
    }
    lac_csv_put(to, false, text);
}

/* The cells of one place that are not zero; `count` has a number a pattern. */
static void put_cells(const struct lac_simulate_output *o, const struct lac_simulate_question *q, int variant,
                      const char *place, const int64_t *count, FILE *to)
{
    for (uint32_t pattern = 0; pattern < LAC_SIMULATE_PATTERNS; pattern++) {
        if (!count[pattern]) continue;
        lac_csv_put(to, true, lac_simulate_crowds[q->population]);
        lac_csv_put(to, false, lac_simulate_definitions[q->definition]);
        put_date(to, q->start);
        put_date(to, q->end);
        lac_csv_put(to, false, place);
        lac_csv_put(to, false, variant == LAC_SIMULATE_MAIN ? "main" : "own");
        put_pattern(o, pattern, to);
        lac_csv_put_i64(to, false, count[pattern]);
        lac_csv_end(to);
    }
}

/* A table: the nation, the regions, the forces. */
static void put_places(const struct lac_simulate_output *o, const struct lac_simulate_question *q,
                       int variant, const struct lac_simulate_histories *histories, FILE *to)
{
    const struct lac_simulate_world *world = o->nation->world;
    int64_t nation[LAC_SIMULATE_PATTERNS] = {0}, region[16][LAC_SIMULATE_PATTERNS] = {{0}};
    for (size_t f = 0; f < LAC_SIMULATE_FORCES; f++)
        for (uint32_t pattern = 0; pattern < LAC_SIMULATE_PATTERNS; pattern++) {
            int64_t n = histories->count[variant][f][pattern];
            nation[pattern] += n;
            region[world->force[f].region_index][pattern] += n;
        }
    put_cells(o, q, variant, "K04000001", nation, to);
    for (size_t r = 0; r < world->regions; r++)
        put_cells(o, q, variant, world->region_code[r], region[r], to);
    for (size_t f = 0; f < LAC_SIMULATE_FORCES; f++)
        put_cells(o, q, variant, world->force[f].code, histories->count[variant][f], to);
}

static void put_tables(const struct lac_simulate_output *o, struct lac_simulate_question *q,
                       struct lac_simulate_histories *histories, FILE *to)
{
    for (size_t i = 0; i < (size_t)LAC_SIMULATE_CROWDS * LAC_SIMULATE_DEFINITIONS * LAC_SIMULATE_WINDOWS;
         i++) {
        size_t w = i % LAC_SIMULATE_WINDOWS;
        q->definition = i / LAC_SIMULATE_WINDOWS % LAC_SIMULATE_DEFINITIONS;
        q->population = (enum lac_simulate_crowd)(i / LAC_SIMULATE_WINDOWS / LAC_SIMULATE_DEFINITIONS);
        q->start = o->totals->start[w];
        q->end = o->totals->end[w];
        if (!lac_simulate_definition_known(o->nation, q->definition)) continue;
        lac_simulate_histories_count(o->nation, o->returns, q, histories);
        for (int v = 0; v < LAC_SIMULATE_VARIANTS; v++) put_places(o, q, v, histories, to);
    }
}

enum lac_status lac_simulate_histories_write(const struct lac_simulate_output *o, struct lac_error *err)
{
    static const char *const columns[] = {"population",     "definition", "window_start", "window_end",
                                          "geography_code", "variant",    "lists",        "count"};
    struct lac_arena *arena = o->nation->arena;
    size_t persons = o->nation->persons;
    uint32_t *root = LAC_NEW(arena, uint32_t, persons);
    struct lac_simulate_question q = {.root = root,
                                      .state = LAC_NEW(arena, uint8_t, persons),
                                      .seen = LAC_NEW(arena, uint32_t, LAC_SIMULATE_VARIANTS * persons)};
    struct lac_simulate_histories *histories = LAC_NEW(arena, struct lac_simulate_histories, 1);
    char *truth = lac_path_join(arena, o->folder, "truth"),
         *path = truth ? lac_path_join(arena, truth, "histories.csv") : NULL;
    struct lac_outfile out = {0};
    if (!root || !q.state || !q.seen || !histories || !path) return lac_fail_memory(err, "true histories");
    enum lac_status st = lac_simulate_groups_tie(o->nation, o->returns, root, err);
    if (!st) st = lac_outfile_open(&out, path, true, err);
    if (st) return st;
    for (size_t i = 0; i < LAC_COUNT(columns); i++) lac_csv_put(out.stream, i == 0, columns[i]);
    lac_csv_end(out.stream);
    put_tables(o, &q, histories, out.stream);
    st = lac_outfile_commit(&out, err);
    lac_outfile_abort(&out);
    return st;
}
