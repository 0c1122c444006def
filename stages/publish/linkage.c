/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "quality.h"

#include <math.h>
#include <string.h>
#include "base/text.h"
#include "words.h"

#define Q(column, row) lac_text(&input->link_quality, LAC_COL_link_quality_##column, (row))
#define M(column, row) lac_text(&input->link_model, LAC_COL_model_##column, (row))
#define W(column, row) lac_f64(&input->link_weights, LAC_COL_link_weights_##column)[row]
#define LEAST_SHARE 0.001 /* levels that neither matches nor others reach are not shown */

static const struct lac_publish_column linkage_columns[] = {{"Population", false},
                                                            {"Measure", false},
                                                            {"Of", false},
                                                            {"Value", true},
                                                            {"How it was obtained", false}};

/* Measures that say how good the linkage is. The rest of the table describes how it was done and stays in the
 * store. */
static const struct {
    const char *measure, *words;
    bool share;
} linkage[] = {
    {"records", "Records that took part", false},
    {"records_alone", "Records without name, birth date or reference: they cannot be linked", true},
    {"persons", "Persons they were taken for", false},
    {"links", "Pairs of records taken for one person", false},
    {"expected_precision", "Expected precision: share of these pairs that are one person", true},
    {"expected_recall", "Expected recall: share of the pairs of one person that were found", true},
    {"expected_false_links", "Expected number of false links", false},
    {"expected_missed_links", "Expected number of missed links", false},
};

/* Records of the population of a row. */
static int64_t records_of(const struct lac_publish_input *input, size_t row)
{
    for (size_t i = 0; i < input->link_quality.rows; i++)
        if (!strcmp(Q(measure, i), "records") && !strcmp(Q(population, i), Q(population, row)))
            return (int64_t)lac_f64(&input->link_quality, LAC_COL_link_quality_value)[i];
    return 0;
}

static void linkage_row(struct lac_publish_model *model, const struct lac_publish_input *input,
                        struct lac_publish_table *table, size_t i, size_t measure)
{
    double value = lac_f64(&input->link_quality, LAC_COL_link_quality_value)[i];
    const char *item = Q(item, i), *note = Q(note, i);
    struct lac_publish_cell *cell = lac_publish_row_add(model, table);
    if (!cell) return;
    cell[0] = lac_publish_cell_text(lac_publish_humanise(model, Q(population, i)));
    cell[1] = lac_publish_cell_text(linkage[measure].words);
    cell[2] = lac_publish_cell_text(item[0] ? item : "all");
    if (!isfinite(value)) {
        cell[3] = lac_publish_cell_symbol('x');
    } else if (!strcmp(linkage[measure].measure, "records_alone")) {
        cell[3] =
            lac_publish_cell_share(lac_publish_share(model->profile, (int64_t)value, records_of(input, i)));
    } else if (linkage[measure].share) {
        cell[3] = lac_publish_cell_number(floor(value * 1000 + 0.5) / 1000, 3);
    } else {
        cell[3] = lac_publish_cell_count(model, (int64_t)floor(value + 0.5));
    }
    cell[4] = lac_publish_cell_text(note[0] ? lac_publish_redact(model, note) : "counted");
}

static void measures_table(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    const struct lac_table *t = &input->link_quality;
    struct lac_publish_table *table = NULL;
    bool judged = model->linkage_judged;
    for (size_t i = 0; i < t->rows; i++)
        for (size_t m = 0; m < LAC_COUNT(linkage); m++) {
            if (strcmp(Q(measure, i), linkage[m].measure) != 0) continue;
            if (!table)
                table = lac_publish_table_add(model, LAC_PUBLISH_LINKAGE, "linkage", linkage_columns,
                                              LAC_COUNT(linkage_columns));
            if (!table) return;
            linkage_row(model, input, table, i, m);
        }
    if (!table) return;
    table->title = "Quality of the record linkage";
    table->note =
        judged
            ? "Expected precision and recall rest on pairs that people have judged. Counts are rounded or "
              "suppressed like counts of people."
            : "Expected precision and recall come from the linkage model itself and have not been calibrated "
              "against judged pairs. Counts are rounded or suppressed like counts of people.";
}

/* --- groups, sizes, weights and levels of the headline's population ---------------------------------------
 */

static const struct lac_publish_column group_columns[] = {
    {"Group", false}, {"Expected precision", true}, {"Expected recall", true}};

static const char *group_name(struct lac_publish_model *model, const struct lac_publish_input *input,
                              size_t i)
{
    static const char *const dimension[][2] = {{"list", "List"},
                                               {"force", "Force"},
                                               {"sex", "Sex"},
                                               {"age", "Age"},
                                               {"ethnicity_frame", "Ethnicity"}};
    const char *of = lac_text(&input->link_groups, LAC_COL_link_groups_dimension, i);
    const char *value = lac_text(&input->link_groups, LAC_COL_link_groups_value, i);
    for (size_t d = 0; d < LAC_COUNT(dimension); d++)
        if (!strcmp(of, dimension[d][0])) of = dimension[d][1];
    if (!value[0]) value = "unknown";
    if (!strcmp(of, "Force")) value = lac_publish_force_name(input, value);
    return lac_publish_text(model, "%s: %s", of, value);
}

/* Too few links of a group for a share of them to be told, or to mean much. */
static bool group_hidden(const struct lac_publish_model *model, double links, uint32_t records)
{
    double least = 10 * (double)model->profile->round;
    return links < least || lac_publish_hides(model->profile, records);
}

static void group_row(struct lac_publish_model *model, const struct lac_publish_input *input,
                      struct lac_publish_table *table, size_t i)
{
    const struct lac_table *t = &input->link_groups;
    uint32_t records = lac_u32(t, LAC_COL_link_groups_records)[i];
    double links = lac_f64(t, LAC_COL_link_groups_links)[i],
           right = links - lac_f64(t, LAC_COL_link_groups_false_links)[i];
    double all = right + lac_f64(t, LAC_COL_link_groups_missed)[i];
    struct lac_publish_cell *cell = lac_publish_row_add(model, table);
    if (!cell) return;
    cell[0] = lac_publish_cell_text(group_name(model, input, i));
    cell[1] = cell[2] = lac_publish_cell_symbol(model->profile->symbol[0]);
    if (group_hidden(model, links, records)) return;
    cell[1] = lac_publish_cell_number(floor(right / links * 1000 + 0.5) / 1000, 3);
    cell[2] = lac_publish_cell_number(floor(right / all * 1000 + 0.5) / 1000, 3);
}

static void groups_table(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    const struct lac_table *t = &input->link_groups;
    struct lac_publish_table *table = NULL;
    for (size_t i = 0; i < t->rows; i++) {
        if (strcmp(lac_text(t, LAC_COL_link_groups_population, i), model->population) != 0) continue;
        if (!table)
            table = lac_publish_table_add(model, LAC_PUBLISH_LINKAGE, "link-groups", group_columns,
                                          LAC_COUNT(group_columns));
        if (!table) return;
        group_row(model, input, table, i);
    }
    if (!table) return;
    table->title = lac_publish_text(model, "Expected precision and recall of links by group of records, %s",
                                    model->population);
    table->note =
        "A pair counts half for each of its records. Recall leaves out pairs that were never compared. "
        "Age is at the offence; ethnicity is the frame it was recorded in. Groups with few links are "
        "suppressed.";
}

static const struct lac_publish_column size_columns[] = {{"Records of one person", false}, {"Persons", true}};
static const struct {
    const char *name;
    double from;
} sizes[] = {{"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"5 to 9", 5}, {"10 or more", 10}};

static void sizes_table(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    int64_t part[LAC_COUNT(sizes)] = {0}, total = 0;
    enum lac_publish_action action[LAC_COUNT(sizes)];
    for (size_t i = 0; i < input->link_quality.rows; i++) {
        double records;
        if (strcmp(Q(population, i), model->population) != 0 ||
            strcmp(Q(measure, i), "persons_by_records") != 0 || !lac_text_double(Q(item, i), &records))
            continue;
        size_t s = LAC_COUNT(sizes) - 1;
        while (s > 0 && records < sizes[s].from) s--;
        int64_t persons = (int64_t)lac_f64(&input->link_quality, LAC_COL_link_quality_value)[i];
        part[s] += persons;
        total += persons;
    }
    if (!total) return;
    lac_publish_parts(model->profile, part, LAC_COUNT(sizes), total, action);
    struct lac_publish_table *table = lac_publish_table_add(model, LAC_PUBLISH_LINKAGE, "link-sizes",
                                                            size_columns, LAC_COUNT(size_columns));
    if (!table) return;
    table->title = lac_publish_text(model, "Persons by number of records, %s", model->population);
    for (size_t s = 0; s < LAC_COUNT(sizes); s++) {
        struct lac_publish_cell *cell = lac_publish_row_add(model, table);
        if (!cell) return;
        cell[0] = lac_publish_cell_text(sizes[s].name);
        cell[1] = action[s] == LAC_PUBLISH_PRIMARY || action[s] == LAC_PUBLISH_SECONDARY
                      ? lac_publish_cell_symbol(model->profile->symbol[0])
                      : lac_publish_cell_count(model, part[s]);
    }
}

static const struct lac_publish_column weight_columns[] = {{"Weight, log2 odds", false},
                                                           {"Pairs scored", true},
                                                           {"Expected to be one person", true},
                                                           {"False links if linked from here up", true},
                                                           {"Missed pairs if not linked below", true}};

static struct lac_publish_cell expected(const struct lac_publish_model *model, double count)
{
    return lac_publish_cell_count(model, (int64_t)floor(count + 0.5));
}

static void weight_row(struct lac_publish_model *model, const struct lac_publish_input *input,
                       struct lac_publish_table *table, size_t i, const double sum[2])
{
    struct lac_publish_cell *cell = lac_publish_row_add(model, table);
    if (!cell) return;
    double from = W(from, i), to = W(to, i);
    cell[0] = lac_publish_cell_text(isinf(from) ? lac_publish_text(model, "below %g", to)
                                    : isinf(to) ? lac_publish_text(model, "%g and over", from)
                                                : lac_publish_text(model, "%g to %g", from, to));
    cell[1] = lac_publish_cell_count(model, lac_i64(&input->link_weights, LAC_COL_link_weights_pairs)[i]);
    cell[2] = expected(model, W(matches, i));
    cell[3] = expected(model, sum[0]);
    cell[4] = expected(model, sum[1]);
}

/* Rows of the population from the first to the last that has pairs. */
static void weights_table(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    const struct lac_table *t = &input->link_weights;
    const int64_t *pairs = lac_i64(t, LAC_COL_link_weights_pairs);
    struct lac_publish_table *table = NULL;
    size_t first = t->rows, last = 0;
    double sum[2] = {0, 0}; /* false links from a row up; missed pairs below it */
    for (size_t i = 0; i < t->rows; i++) {
        if (strcmp(lac_text(t, LAC_COL_link_weights_population, i), model->population) != 0 || !pairs[i])
            continue;
        if (first == t->rows) first = i;
        last = i;
        sum[0] += (double)pairs[i] - W(matches, i);
    }
    for (size_t i = first; i < t->rows && i <= last; i++) {
        if (!table)
            table = lac_publish_table_add(model, LAC_PUBLISH_LINKAGE, "link-weights", weight_columns,
                                          LAC_COUNT(weight_columns));
        if (!table) return;
        weight_row(model, input, table, i, sum);
        sum[0] -= (double)pairs[i] - W(matches, i);
        sum[1] += W(matches, i);
    }
    if (!table) return;
    table->title = lac_publish_text(model,
                                    "Scored pairs of records by weight, and the expected errors of a "
                                    "threshold, %s",
                                    model->population);
    table->note =
        "At weight 0 a pair is as likely to be one person as two. Errors are those of a threshold on "
        "pairs alone; persons are made from all pairs together, which removes some. Pairs that were "
        "never compared are not in it.";
}

static const struct lac_publish_column level_columns[] = {{"Field and level", false},
                                                          {"m: share of pairs of one person", true},
                                                          {"u: share of other pairs", true},
                                                          {"Weight, bits", true}};

static const char *level_words(const char *level)
{
    static const char *const words[][2] = {{"exchanged with the other name", "exchanged"},
                                           {"jaro-winkler >= 0.92", "similarity 0.92"},
                                           {"jaro-winkler >= 0.88", "similarity 0.88"},
                                           {"jaro-winkler >= 0.7", "similarity 0.7"},
                                           {"exact", "equal"},
                                           {"exact, 1 January", "equal, 1 January"},
                                           {"day and month swapped", "day, month swapped"},
                                           {"partial: year and month", "part, year and month"},
                                           {"partial: year", "part, year"},
                                           {"partial: else", "part, else"}};
    for (size_t i = 0; i < LAC_COUNT(words); i++)
        if (!strcmp(level, words[i][0])) return words[i][1];
    return level;
}

static const char *field_words(struct lac_publish_model *model, const char *field)
{
    static const char *const words[][2] = {
        {"dob", "Birth date"}, {"person_ref", "Local reference"}, {"national_ref", "National identifier"}};
    for (size_t i = 0; i < LAC_COUNT(words); i++)
        if (!strcmp(field, words[i][0])) return words[i][1];
    return lac_publish_humanise(model, field);
}

static void levels_table(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    const struct lac_table *t = &input->link_model;
    struct lac_publish_table *table = NULL;
    for (size_t i = 0; i < t->rows; i++) {
        double m = lac_f64(t, LAC_COL_model_m)[i], u = lac_f64(t, LAC_COL_model_u)[i];
        bool shown = !strcmp(M(population, i), model->population) && !M(lists, i)[0] && M(level, i)[0] &&
                     m > 0 && u > 0 && (m >= LEAST_SHARE || u >= LEAST_SHARE);
        if (!shown) continue;
        if (!table)
            table = lac_publish_table_add(model, LAC_PUBLISH_LINKAGE, "link-levels", level_columns,
                                          LAC_COUNT(level_columns));
        struct lac_publish_cell *cell = lac_publish_row_add(model, table);
        if (!cell) return;
        cell[0] = lac_publish_cell_text(
            lac_publish_text(model, "%s: %s", field_words(model, M(field, i)), level_words(M(level, i))));
        m = fmax(floor(m * 1e4 + 0.5) / 1e4, 1e-4);
        u = fmax(floor(u * 1e5 + 0.5) / 1e5, 1e-5);
        cell[1] = lac_publish_cell_number(m, 4);
        cell[2] = lac_publish_cell_number(u, 5);
        cell[3] = lac_publish_cell_number(floor(log2(m / u) * 10 + 0.5) / 10, 1);
    }
    if (!table) return;
    table->title =
        lac_publish_text(model, "What each comparison level says about a pair, %s", model->population);
    table->note =
        "The weight is the log2 of m over u: above 0 for one person, below 0 against. Levels that fewer "
        "than one pair in a thousand of either kind reach are left out. Smaller shares are shown as 0.0001 "
        "(m) and 0.00001 (u), and weights go by what is shown, so that none tells of single pairs.";
}

void lac_publish_linkage(struct lac_publish_model *model, const struct lac_publish_input *input)
{
    for (size_t i = 0; i < input->link_quality.rows; i++)
        if (!strcmp(Q(measure, i), "labels") && !strcmp(Q(population, i), model->population))
            model->linkage_judged = lac_f64(&input->link_quality, LAC_COL_link_quality_value)[i] > 0;
    weights_table(model, input);
    levels_table(model, input);
    sizes_table(model, input);
    groups_table(model, input);
    measures_table(model, input);
}
