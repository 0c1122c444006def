/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "base/date.h"
#include "base/digest.h"
#include "base/file.h"
#include "table/csv.h"

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static enum lac_status remove_returns(const char *folder, char **names, size_t count, struct lac_arena *arena,
                                      struct lac_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!ends_with(names[i], ".csv") && !ends_with(names[i], ".csv.tmp")) continue;
        char *path = lac_path_join(arena, folder, names[i]);
        if (!path) return lac_fail_memory(err, "paths");
        if (unlink(path) != 0 && errno != ENOENT) {
            enum lac_status st =
                lac_fail(err, LAC_IO, "an earlier file cannot be removed: %s", strerror(errno));
            lac_error_file(err, path);
            return st;
        }
    }
    return LAC_OK;
}

enum lac_status lac_simulate_output_prepare(const char *folder, bool force, struct lac_arena *arena,
                                            struct lac_error *err)
{
    char **names = NULL, *truth = lac_path_join(arena, folder, "truth");
    char *settings = truth ? lac_path_join(arena, truth, "settings.yaml") : NULL;
    size_t count = 0;
    if (!settings) return lac_fail_memory(err, "paths");
    enum lac_status st = LAC_OK;
    if (lac_file_exists(folder)) st = lac_dir_list(folder, arena, &names, &count, err);
    if (st) return st;
    if (count > 0 && lac_file_exists(settings))
        st = remove_returns(folder, names, count, arena, err);
    else if (count > 0 && !force) {
        st = lac_fail(err, LAC_REFUSED, "the folder is not empty and was not made by lacuna simulate");
        lac_error_file(err, folder);
        lac_error_remedy(err, "choose another --out, or give --force to write beside what is there");
    }
    return st ? st : lac_dir_make(truth, true, err);
}

static char *truth_path(const struct lac_simulate_output *o, const char *name)
{
    char *truth = lac_path_join(o->nation->arena, o->folder, "truth");
    return truth ? lac_path_join(o->nation->arena, truth, name) : NULL;
}

static enum lac_status open_truth(const struct lac_simulate_output *o, const char *name,
                                  const char *const *columns, struct lac_outfile *out, struct lac_error *err)
{
    char *path = truth_path(o, name);
    if (!path) return lac_fail_memory(err, "paths");
    enum lac_status st = lac_outfile_open(out, path, true, err);
    if (st) return st;
    for (size_t i = 0; columns[i]; i++) lac_csv_put(out->stream, i == 0, columns[i]);
    return LAC_OK;
}

static void put_date(FILE *to, int32_t date)
{
    char text[11];
    lac_csv_put(to, false, lac_date_format(date, text));
}

static const char *person_id(const struct lac_simulate_nation *nation, size_t person, char out[24])
{
    static const char letter[] = "VSF";
    (void)snprintf(out, 24, "%c%07zu", letter[nation->person[person].role], person + 1);
    return out;
}

/* --- returns --- */

static enum lac_status write_return(const struct lac_simulate_output *o, const struct lac_simulate_return *r,
                                    const char *path, struct lac_error *err)
{
    struct lac_outfile out = {0};
    enum lac_status st = lac_outfile_open(&out, path, true, err);
    if (st) return st;
    if (r->byte_order_mark) (void)fputs("\xEF\xBB\xBF", out.stream);
    for (int c = 0; c < LAC_RETURN_COLUMNS; c++)
        lac_csv_put(out.stream, c == 0, lac_simulate_column_names[c]);
    if (r->extra_column) lac_csv_put(out.stream, false, "officer_notes");
    lac_csv_end(out.stream);
    for (size_t i = r->first; i < r->first + r->rows; i++) {
        const struct lac_simulate_row *row = &o->returns->row[i];
        for (int c = 0; c < LAC_RETURN_COLUMNS; c++) lac_csv_put(out.stream, c == 0, row->field[c]);
        if (r->extra_column) lac_csv_put(out.stream, false, "");
        lac_csv_end(out.stream);
    }
    st = lac_outfile_commit(&out, err);
    lac_outfile_abort(&out);
    return st;
}

static void put_register_line(const struct lac_simulate_output *o, const struct lac_simulate_return *r,
                              const char *digest, FILE *to)
{
    const struct lac_simulate_agency *agency = &o->rows->agency[r->agency];
    const struct lac_simulate_world *world = o->nation->world;
    lac_csv_put(to, true, r->id);
    lac_csv_put(to, false, lac_simulate_lists(o->nation->settings)[agency->list].code);
    lac_csv_put(to, false, agency->name);
    lac_csv_put(to, false, agency->force >= 0 ? world->force[agency->force].code : "");
    put_date(to, r->period_start);
    put_date(to, r->period_end);
    put_date(to, r->extract);
    put_date(to, r->received);
    lac_csv_put_i64(to, false, r->version);
    lac_csv_put(to, false, r->supersedes);
    lac_csv_put(to, false, r->coverage);
    lac_csv_put(to, false, "national-1");
    lac_csv_put(to, false, r->file);
    lac_csv_put(to, false, digest);
    if (r->declared_rows < 0)
        lac_csv_put(to, false, "");
    else
        lac_csv_put_i64(to, false, r->declared_rows);
    lac_csv_end(to);
}

static enum lac_status write_returns(const struct lac_simulate_output *o, struct lac_error *err)
{
    static const char *const columns[] = {"return_id",    "list",       "agency",       "force",
                                          "period_start", "period_end", "extract_date", "received_date",
                                          "version",      "supersedes", "coverage",     "layout",
                                          "file",         "sha256",     "declared_rows"};
    struct lac_outfile out = {0};
    char *path = lac_path_join(o->nation->arena, o->folder, "returns.csv");
    if (!path) return lac_fail_memory(err, "paths");
    enum lac_status st = lac_outfile_open(&out, path, true, err);
    if (st) return st;
    for (size_t i = 0; i < LAC_COUNT(columns); i++) lac_csv_put(out.stream, i == 0, columns[i]);
    lac_csv_end(out.stream);
    for (size_t i = 0; !st && i < o->returns->count; i++) {
        const struct lac_simulate_return *r = &o->returns->item[i];
        char digest[LAC_DIGEST_SIZE] = "";
        if (r->file[0]) {
            char *file = lac_path_join(o->nation->arena, o->folder, r->file);
            st = file ? write_return(o, r, file, err) : lac_fail_memory(err, "paths");
            if (!st) st = lac_digest_file(file, digest, err);
        }
        if (!st) put_register_line(o, r, digest, out.stream);
    }
    if (!st) st = lac_outfile_commit(&out, err);
    lac_outfile_abort(&out);
    return st;
}

/* --- truth --- */

static void put_presence(const struct lac_simulate_output *o, const struct lac_simulate_person *p, FILE *to)
{
    static const char *const words[] = {"", "own", "referral"};
    for (size_t l = 0; l < o->nation->settings->lists.count; l++) {
        bool victim = p->role == LAC_ROLE_VICTIM;
        lac_csv_put(to, false, victim ? words[p->presence[l]] : "");
        if (victim)
            lac_csv_put_double(to, false, p->own[l]);
        else
            lac_csv_put(to, false, "");
    }
}

static void put_person(const struct lac_simulate_output *o, size_t index, FILE *to)
{
    static const char *const roles[] = {"VICTIM", "SUSPECT", "FACILITATOR"};
    const struct lac_simulate_nation *nation = o->nation;
    const struct lac_simulate_person *p = &nation->person[index];
    char id[24], sex[2] = {p->sex, 0};
    bool victim = p->role == LAC_ROLE_VICTIM;
    lac_csv_put(to, true, person_id(nation, index, id));
    lac_csv_put(to, false, roles[p->role]);
    lac_csv_put(to, false, lac_simulate_kinds[p->kind].name);
    lac_csv_put_i64(to, false, (int64_t)p->group + 1);
    lac_csv_put(to, false, nation->world->force[p->force].code);
    lac_csv_put(to, false, p->lad);
    lac_csv_put(to, false, p->forename);
    lac_csv_put(to, false, p->surname);
    put_date(to, p->dob);
    lac_csv_put(to, false, sex);
    lac_csv_put(to, false, lac_simulate_ethnicities[p->ethnicity].code);
    lac_csv_put(to, false, p->postcode);
    lac_csv_put(to, false, p->identified ? "Y" : "N");
    put_date(to, victim ? p->onset : LAC_DATE_NONE);
    put_date(to, victim ? p->end : LAC_DATE_NONE);
    lac_csv_put(to, false, victim ? lac_simulate_kinds[p->kind].criterion : "");
    lac_csv_put_i64(to, false, p->n_suspects);
    lac_csv_put_i64(to, false, p->n_unidentified);
    lac_csv_put_i64(to, false, p->n_facilitators);
    lac_csv_put_i64(to, false, p->n_adults);
    lac_csv_put(to, false, p->visible ? "Y" : "N");
    put_presence(o, p, to);
    lac_csv_end(to);
}

static enum lac_status write_persons(const struct lac_simulate_output *o, struct lac_error *err)
{
    static const char *const columns[] = {"person_id",
                                          "role",
                                          "kind",
                                          "group",
                                          "force",
                                          "lad",
                                          "forename",
                                          "surname",
                                          "dob",
                                          "sex",
                                          "ethnicity",
                                          "postcode",
                                          "identified",
                                          "onset",
                                          "end",
                                          "criterion",
                                          "n_suspects",
                                          "n_unidentified",
                                          "n_facilitators",
                                          "n_adult_suspects",
                                          "visible",
                                          NULL};
    const struct lac_simulate_list_settings *list = lac_simulate_lists(o->nation->settings);
    struct lac_outfile out = {0};
    enum lac_status st = open_truth(o, "persons.csv", columns, &out, err);
    if (st) return st;
    for (size_t l = 0; l < o->nation->settings->lists.count; l++)
        (void)fprintf(out.stream, ",%s,probability_%s", list[l].code, list[l].code);
    lac_csv_end(out.stream);
    for (size_t i = 0; i < o->nation->persons; i++) put_person(o, i, out.stream);
    st = lac_outfile_commit(&out, err);
    lac_outfile_abort(&out);
    return st;
}

static enum lac_status write_records(const struct lac_simulate_output *o, struct lac_error *err)
{
    static const char *const columns[] = {"return_id", "file", "row",      "person_id", "list",
                                          "live",      "copy", "evidence", NULL};
    static const char *const copies[] = {"first", "duplicate", "other-force"};
    struct lac_outfile out = {0};
    enum lac_status st = open_truth(o, "records.csv", columns, &out, err);
    if (st) return st;
    lac_csv_end(out.stream);
    for (size_t r = 0; r < o->returns->count; r++) {
        const struct lac_simulate_return *item = &o->returns->item[r];
        for (size_t i = 0; i < item->rows; i++) {
            const struct lac_simulate_row *row = &o->returns->row[item->first + i];
            char id[24];
            lac_csv_put(out.stream, true, item->id);
            lac_csv_put(out.stream, false, item->file);
            lac_csv_put_i64(out.stream, false, (int64_t)i + 1);
            lac_csv_put(out.stream, false, person_id(o->nation, row->person, id));
            lac_csv_put(out.stream, false, lac_simulate_lists(o->nation->settings)[row->list].code);
            lac_csv_put(out.stream, false, item->live ? "Y" : "N");
            lac_csv_put(out.stream, false, copies[row->copy]);
            lac_csv_put(out.stream, false, row->evidence && !row->unusable ? "Y" : "N");
            lac_csv_end(out.stream);
        }
    }
    st = lac_outfile_commit(&out, err);
    lac_outfile_abort(&out);
    return st;
}

static void put_total(const struct lac_simulate_output *o, const struct lac_simulate_total *t,
                      const char *place[2], const int64_t n[2], FILE *to)
{
    lac_csv_put(to, true, lac_simulate_definitions[t->definition]);
    lac_csv_put(to, false, lac_simulate_crowds[t->population]);
    put_date(to, o->totals->start[t->window]);
    put_date(to, o->totals->end[t->window]);
    lac_csv_put(to, false, place[0]);
    lac_csv_put(to, false, place[1]);
    lac_csv_put_i64(to, false, n[0]);
    lac_csv_put_i64(to, false, n[1]);
    lac_csv_end(to);
}

/* One definition, window and population: the nation, the regions, the forces. `t` has one entry a force. */
static void put_places(const struct lac_simulate_output *o, const struct lac_simulate_total *t, FILE *to)
{
    const struct lac_simulate_world *world = o->nation->world;
    int64_t nation[2] = {0, 0}, region[16][2] = {{0, 0}};
    for (size_t f = 0; f < LAC_SIMULATE_FORCES; f++) {
        int64_t *r = region[world->force[f].region_index];
        nation[0] += t[f].persons, nation[1] += t[f].seen;
        r[0] += t[f].persons, r[1] += t[f].seen;
    }
    put_total(o, t, (const char *[]){"nation", "K04000001"}, nation, to);
    for (size_t r = 0; r < world->regions; r++)
        put_total(o, t, (const char *[]){"region", world->region_code[r]}, region[r], to);
    for (size_t f = 0; f < LAC_SIMULATE_FORCES; f++) {
        const int64_t n[2] = {t[f].persons, t[f].seen};
        put_total(o, &t[f], (const char *[]){"force", world->force[f].code}, n, to);
    }
}

static enum lac_status write_totals(const struct lac_simulate_output *o, struct lac_error *err)
{
    static const char *const columns[] = {"definition", "population", "window_start",
                                          "window_end", "geography",  "geography_code",
                                          "persons",    "seen",       NULL};
    struct lac_outfile out = {0};
    enum lac_status st = open_truth(o, "totals.csv", columns, &out, err);
    if (st) return st;
    lac_csv_end(out.stream);
    for (size_t i = 0; i < o->totals->count; i += LAC_SIMULATE_FORCES)
        put_places(o, &o->totals->item[i], out.stream);
    st = lac_outfile_commit(&out, err);
    lac_outfile_abort(&out);
    return st;
}

/* Per list, over the victims in scope: the mean own probability and who was on it. */
static enum lac_status write_lists(const struct lac_simulate_output *o, struct lac_error *err)
{
    static const char *const columns[] = {
        "list", "in_scope", "capture_setting", "mean_own_probability", "own", "by_referral", NULL};
    const struct lac_simulate_list_settings *list = lac_simulate_lists(o->nation->settings);
    struct lac_outfile out = {0};
    enum lac_status st = open_truth(o, "lists.csv", columns, &out, err);
    if (st) return st;
    lac_csv_end(out.stream);
    for (size_t l = 0; l < o->nation->settings->lists.count; l++) {
        int64_t n[3] = {0, 0, 0}, scope = 0;
        double sum = 0;
        for (size_t i = 0; i < o->nation->victims; i++) {
            const struct lac_simulate_person *p = &o->nation->person[i];
            if (!lac_simulate_in_scope(p->kind)) continue;
            scope++;
            sum += p->own[l];
            n[p->presence[l]]++;
        }
        lac_csv_put(out.stream, true, list[l].code);
        lac_csv_put_i64(out.stream, false, scope);
        lac_csv_put_double(out.stream, false, list[l].capture);
        lac_csv_put_double(out.stream, false, scope ? sum / (double)scope : 0);
        lac_csv_put_i64(out.stream, false, n[LAC_PRESENCE_OWN]);
        lac_csv_put_i64(out.stream, false, n[LAC_PRESENCE_REFERRAL]);
        lac_csv_end(out.stream);
    }
    st = lac_outfile_commit(&out, err);
    lac_outfile_abort(&out);
    return st;
}

static enum lac_status write_text(const struct lac_simulate_output *o, const char *name, const char *text,
                                  struct lac_error *err)
{
    char *path = truth_path(o, name);
    return path ? lac_file_write(path, text, strlen(text), true, err) : lac_fail_memory(err, "paths");
}

static enum lac_status write_settings(const struct lac_simulate_output *o, struct lac_error *err)
{
    struct lac_buffer text = {0};
    lac_buffer_printf(&text, "# Effective settings, defaults included; drawn with seed %u\n",
                      o->nation->seed);
    lac_config_print(&lac_simulate_schema, o->nation->settings, false, &text);
    enum lac_status st = lac_buffer_status(&text, err);
    if (!st) st = write_text(o, "settings.yaml", text.text, err);
    lac_buffer_release(&text);
    return st;
}

enum lac_status lac_simulate_output_write(const struct lac_simulate_output *o, struct lac_error *err)
{
    enum lac_status st = write_settings(o, err); /* first: marks the folder as ours */
    if (!st) st = write_text(o, "README.md", lac_simulate_truth_readme, err);
    if (!st) st = write_persons(o, err);
    if (!st) st = write_records(o, err);
    if (!st) st = write_totals(o, err);
    if (!st) st = lac_simulate_histories_write(o, err);
    if (!st) st = write_lists(o, err);
    return st ? st : write_returns(o, err);
}
