/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "quality.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "words.h"

#define C(column, row) lac_text(&input->completeness, LAC_COL_completeness_##column, (row))

static const char *population_of(const char *role)
{
    return !strcmp(role, "VICTIM") ? "victims" : "suspects";
}

static size_t text_index(const char **list, size_t *n, size_t limit, const char *text)
{
    for (size_t i = 0; i < *n; i++)
        if (!strcmp(list[i], text)) return i;
    if (*n == limit) return limit;
    list[*n] = text;
    return (*n)++;
}

static const char *field_name(struct lac_publish_model *model, const char *field)
{
    static const char *const name[][2] = {
        {"dob", "Date of birth"},
        {"lad", "Local authority district"},
        {"offence_from", "First day of the offence"},
        {"ethnicity_self_defined", "Ethnicity, self-defined"},
        {"ethnicity_officer_observed", "Ethnicity, officer's view"},
        {"ethnicity_other", "Ethnicity, other source"},
        {"cse_flag", "Child sexual exploitation flag"},
        {"image_only", "Image-only flag"},
        {"n_suspects", "Number of suspects"},
        {"n_suspects_unidentified", "Number of suspects not identified"},
        {"n_victims", "Number of victims"},
        {"person_ref", "Agency's reference for the person"},
        {"national_ref", "National identifier"},
    };
    for (size_t i = 0; i < LAC_COUNT(name); i++)
        if (!strcmp(field, name[i][0])) return name[i][1];
    return lac_publish_humanise(model, field);
}

#define FIELDS 40

static void completeness_sum(const struct lac_publish_input *input, const char *list, const char *population,
                             const char *field, int64_t sum[2])
{
    sum[0] = sum[1] = 0;
    for (size_t i = 0; i < input->completeness.rows; i++) {
        if (strcmp(C(list, i), list) != 0 || strcmp(C(field, i), field) != 0 ||
            strcmp(population_of(C(role, i)), population) != 0)
            continue;
        sum[0] += lac_i64(&input->completeness, LAC_COL_completeness_filled)[i];
        sum[1] += lac_i64(&input->completeness, LAC_COL_completeness_rows)[i];
    }
}

static void completeness_figure(struct lac_publish_model *model, const char *list, const char *population,
                                const char *field, double share)
{
    struct lac_publish_figure *f = lac_publish_figure_add(model);
    if (!f) return;
    f->table = "completeness";
    f->definition = "any";
    f->population = population;
    f->period = model->period;
    f->place = "nation";
    f->geography = model->nation;
    f->geography_code = "K04000001";
    f->stratum = lac_publish_text(model, "list.field=%s.%s", list, field);
    f->measure = "known_share";
    f->value = share;
    f->status = isnan(share) ? model->profile->symbol[0] : 0;
    f->action = isnan(share) ? LAC_PUBLISH_PRIMARY : LAC_PUBLISH_ROUNDED;
    f->note = "Share of records in which the field is known, from rounded counts";
}

static void completeness_table(struct lac_publish_model *model, const struct lac_publish_input *input,
                               const char *population)
{
    const char *list[LAC_PUBLISH_TABLES], *field[FIELDS];
    size_t lists = 0, fields = 0;
    for (size_t i = 0; i < input->completeness.rows; i++) {
        if (strcmp(population_of(C(role, i)), population) != 0) continue;
        (void)text_index(list, &lists, LAC_PUBLISH_TABLES, C(list, i));
        (void)text_index(field, &fields, FIELDS, C(field, i));
    }
    struct lac_publish_column *column = lac_publish_new(model, lists + 1, sizeof *column);
    if (!lists || !column) return;
    column[0] = (struct lac_publish_column){"Field", false};
    for (size_t k = 0; k < lists; k++) column[k + 1] = (struct lac_publish_column){list[k], true};
    struct lac_publish_table *table =
        lac_publish_table_add(model, LAC_PUBLISH_COMPLETENESS,
                              lac_publish_text(model, "completeness-%s", population), column, lists + 1);
    if (!table) return;
    table->title = lac_publish_text(model, "Share of %s records in which a field is known, by list",
                                    !strcmp(population, "victims") ? "victim" : "suspect");
    table->note =
        "Records as returned, before linkage, whatever the definition. Shares come from rounded counts.";
    for (size_t j = 0; j < fields; j++) {
        struct lac_publish_cell *cell = lac_publish_row_add(model, table);
        if (!cell) return;
        cell[0] = lac_publish_cell_text(field_name(model, field[j]));
        for (size_t k = 0; k < lists; k++) {
            int64_t sum[2];
            completeness_sum(input, list[k], population, field[j], sum);
            if (!sum[1]) {
                cell[k + 1] = lac_publish_cell_symbol('z');
                continue;
            }
            double share = floor(lac_publish_share(model->profile, sum[0], sum[1]) * 100 + 0.5) / 100;
            cell[k + 1] = lac_publish_cell_share(share);
            completeness_figure(model, list[k], population, field[j], share);
        }
    }
}

/* --- by force, and against the return before ------------------------------------------------------------ */

/* What the tables by force tell, in this order; the rest is told by list only. */
static const char *const key_fields[] = {"surname",
                                         "dob",
                                         "sex",
                                         "ethnicity_self_defined",
                                         "ethnicity_officer_observed",
                                         "nationality",
                                         "postcode",
                                         "lad",
                                         "criterion",
                                         "n_suspects"};
#define KEYS LAC_COUNT(key_fields)
#define SHIFT 0.10 /* a change of a share by this much is told by force and field */

struct tally {
    int64_t rows, filled, rows_latest, filled_latest, rows_before, filled_before;
};

/* Sums by force and field for one population; the last force stands for records without one. */
struct board {
    size_t forces, keys;
    size_t *order;    /* forces with records, by name */
    size_t key[KEYS]; /* fields of key_fields with records */
    const char **code, **name;
    struct tally *tally; /* (dictionary + 1) * KEYS */
    struct tally total[KEYS];
};

static void tally_add(struct tally *to, const struct lac_table *t, size_t i)
{
    to->rows += lac_i64(t, LAC_COL_completeness_rows)[i];
    to->filled += lac_i64(t, LAC_COL_completeness_filled)[i];
    to->rows_latest += lac_i64(t, LAC_COL_completeness_rows_latest)[i];
    to->filled_latest += lac_i64(t, LAC_COL_completeness_filled_latest)[i];
    to->rows_before += lac_i64(t, LAC_COL_completeness_rows_before)[i];
    to->filled_before += lac_i64(t, LAC_COL_completeness_filled_before)[i];
}

/* Insertion by name, then code; no force last. Forces are few. */
static void order_insert(struct board *board, size_t force)
{
    size_t at = board->forces++;
    for (; at > 0; at--) {
        size_t before = board->order[at - 1];
        int by = strcmp(board->name[before], board->name[force]);
        if (!board->code[force][0] || by < 0 ||
            (by == 0 && strcmp(board->code[before], board->code[force]) < 0))
            break;
        board->order[at] = before;
    }
    board->order[at] = force;
}

static void board_names(struct lac_publish_model *model, const struct lac_publish_input *input,
                        struct board *board, size_t forces)
{
    const struct lac_dict *dict = lac_dict_of(&input->completeness, LAC_COL_completeness_force);
    for (size_t f = 0; f < forces && !model->failed; f++) {
        bool none = f == forces - 1, any = false;
        board->code[f] = none ? "" : lac_dict_text(dict, (uint32_t)f);
        board->name[f] = none ? "Force not known" : lac_publish_force_name(input, board->code[f]);
        for (size_t k = 0; k < KEYS; k++) any = any || board->tally[f * KEYS + k].rows > 0;
        if (any) order_insert(board, f);
    }
}

static bool board_fill(struct lac_publish_model *model, const struct lac_publish_input *input,
                       const char *population, struct board *board)
{
    const struct lac_table *t = &input->completeness;
    const uint32_t *force = lac_codes(t, LAC_COL_completeness_force);
    size_t forces = lac_dict_of(t, LAC_COL_completeness_force)->count + 1;
    board->order = lac_publish_new(model, forces, sizeof *board->order);
    board->code = lac_publish_new(model, forces, sizeof *board->code);
    board->name = lac_publish_new(model, forces, sizeof *board->name);
    board->tally = lac_publish_new(model, forces * KEYS, sizeof *board->tally);
    if (model->failed) return false;
    for (size_t i = 0; i < t->rows; i++) {
        size_t k = 0, f = force[i] == LAC_MISSING_STR ? forces - 1 : force[i];
        if (strcmp(population_of(C(role, i)), population) != 0) continue;
        while (k < KEYS && strcmp(key_fields[k], C(field, i)) != 0) k++;
        if (k == KEYS) continue;
        tally_add(&board->tally[f * KEYS + k], t, i);
        tally_add(&board->total[k], t, i);
    }
    for (size_t k = 0; k < KEYS; k++)
        if (board->total[k].rows > 0) board->key[board->keys++] = k;
    board_names(model, input, board, forces);
    return !model->failed && board->forces > 0 && board->keys > 0;
}

/* As published: from rounded counts, to whole per cents. */
static double share_of(const struct lac_publish_model *model, int64_t filled, int64_t rows)
{
    return floor(lac_publish_share(model->profile, filled, rows) * 100 + 0.5) / 100;
}

static void force_figure(struct lac_publish_model *model, const struct board *board, size_t force,
                         const char *population, const char *field)
{
    struct lac_publish_figure *f = lac_publish_figure_add(model);
    if (!f) return;
    size_t k = 0;
    while (strcmp(key_fields[k], field) != 0) k++;
    const struct tally *sum = &board->tally[force * KEYS + k];
    double share = share_of(model, sum->filled, sum->rows);
    f->table = "completeness-forces";
    f->definition = "any";
    f->population = population;
    f->period = model->period;
    f->place = "force";
    f->geography = board->name[force];
    f->geography_code = board->code[force];
    f->stratum = lac_publish_text(model, "field=%s", field);
    f->measure = "known_share";
    f->value = share;
    f->status = isnan(share) ? model->profile->symbol[0] : 0;
    f->action = isnan(share) ? LAC_PUBLISH_PRIMARY : LAC_PUBLISH_ROUNDED;
    f->note = "Share of records in which the field is known, from rounded counts";
}

static const char *singular(const char *population)
{
    return !strcmp(population, "victims") ? "victim" : "suspect";
}

static void forces_table(struct lac_publish_model *model, const struct board *board, const char *population)
{
    struct lac_publish_column *column = lac_publish_new(model, board->keys + 1, sizeof *column);
    if (!column) return;
    column[0] = (struct lac_publish_column){"Force area", false};
    for (size_t k = 0; k < board->keys; k++)
        column[k + 1] = (struct lac_publish_column){
            lac_publish_text(model, "%zu %s", k + 1, field_name(model, key_fields[board->key[k]])), true};
    struct lac_publish_table *table = lac_publish_table_add(
        model, LAC_PUBLISH_COMPLETENESS, lac_publish_text(model, "completeness-forces-%s", population),
        column, board->keys + 1);
    if (!table) return;
    table->title = lac_publish_text(model, "Share of %s records in which a field is known, by force area",
                                    singular(population));
    table->note =
        "All lists together, by the force of the record. Forces differ in the systems they record in and in "
        "how many records they hold: the table shows what to mend, it ranks nobody. Ethnicity as the person "
        "gave it and as an officer saw it are two fields; a record has one or the other as a rule.";
    for (size_t i = 0; i < board->forces; i++) {
        struct lac_publish_cell *cell = lac_publish_row_add(model, table);
        if (!cell) return;
        size_t force = board->order[i];
        cell[0] = lac_publish_cell_text(board->name[force]);
        for (size_t k = 0; k < board->keys; k++) {
            const struct tally *sum = &board->tally[force * KEYS + board->key[k]];
            cell[k + 1] = sum->rows ? lac_publish_cell_share(share_of(model, sum->filled, sum->rows))
                                    : lac_publish_cell_symbol('z');
            if (sum->rows) force_figure(model, board, force, population, key_fields[board->key[k]]);
        }
    }
}

static struct lac_publish_cell points_cell(double before, double latest)
{
    if (isnan(before) || isnan(latest)) return lac_publish_cell_symbol('c');
    return lac_publish_cell_number(floor((latest - before) * 100 + 0.5), 0);
}

static void change_table(struct lac_publish_model *model, const struct board *board, const char *population)
{
    static const struct lac_publish_column column[] = {{"Field", false},
                                                       {"Return before", true},
                                                       {"Latest return", true},
                                                       {"Change in percentage points", true}};
    struct lac_publish_table *table = NULL;
    for (size_t k = 0; k < board->keys; k++) {
        const struct tally *sum = &board->total[board->key[k]];
        if (!sum->rows_before || !sum->rows_latest) continue;
        if (!table)
            table = lac_publish_table_add(model, LAC_PUBLISH_COMPLETENESS,
                                          lac_publish_text(model, "completeness-change-%s", population),
                                          column, LAC_COUNT(column));
        struct lac_publish_cell *cell = lac_publish_row_add(model, table);
        if (!cell) return;
        double before = share_of(model, sum->filled_before, sum->rows_before),
               latest = share_of(model, sum->filled_latest, sum->rows_latest);
        table->title = lac_publish_text(
            model, "Share of %s records in which a field is known, latest return against the one before",
            singular(population));
        table->note = "The latest return of every agency that sent two, against its return before.";
        cell[0] = lac_publish_cell_text(field_name(model, key_fields[board->key[k]]));
        cell[1] = lac_publish_cell_share(before);
        cell[2] = lac_publish_cell_share(latest);
        cell[3] = points_cell(before, latest);
    }
}

/* Fields of a force whose share moved by SHIFT or more, forces by name, fields in their order. */
static void shifts_table(struct lac_publish_model *model, const struct board *board, const char *population)
{
    static const struct lac_publish_column column[] = {{"Force area", false},
                                                       {"Field", false},
                                                       {"Return before", true},
                                                       {"Latest return", true},
                                                       {"Change in percentage points", true}};
    struct lac_publish_table *table = NULL;
    for (size_t i = 0; i < board->forces * board->keys; i++) {
        size_t force = board->order[i / board->keys], k = board->key[i % board->keys];
        const struct tally *sum = &board->tally[force * KEYS + k];
        double before = share_of(model, sum->filled_before, sum->rows_before),
               latest = share_of(model, sum->filled_latest, sum->rows_latest);
        if (!(fabs(latest - before) > SHIFT - 0.005)) continue; /* one of them hidden: not told */
        if (!table)
            table = lac_publish_table_add(model, LAC_PUBLISH_COMPLETENESS,
                                          lac_publish_text(model, "completeness-shifts-%s", population),
                                          column, LAC_COUNT(column));
        struct lac_publish_cell *cell = lac_publish_row_add(model, table);
        if (!cell) return;
        table->title = lac_publish_text(
            model, "Fields of %s records that changed by ten points or more since the return before",
            singular(population));
        table->note = "A fall is often a change of system or of extract: ask before the next return.";
        cell[0] = lac_publish_cell_text(board->name[force]);
        cell[1] = lac_publish_cell_text(field_name(model, key_fields[k]));
        cell[2] = lac_publish_cell_share(before);
        cell[3] = lac_publish_cell_share(latest);
        cell[4] = points_cell(before, latest);
    }
}

static void population_tables(struct lac_publish_model *model, const struct lac_publish_input *input,
                              const char *population)
{
    struct board board = {0};
    completeness_table(model, input, population);
    if (!board_fill(model, input, population, &board)) return;
    forces_table(model, &board, population);
    change_table(model, &board, population);
    shifts_table(model, &board, population);
}

void lac_publish_completeness(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    population_tables(model, input, "victims");
    population_tables(model, input, "suspects");
}
