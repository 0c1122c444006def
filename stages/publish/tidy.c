/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tidy.h"

#include <jansson.h>
#include <math.h>
#include <string.h>
#include "html.h"
#include "table/csv.h"

static const struct {
    const char *name, *type, *text;
} columns[] = {
    {"table", "string", "Table the figure belongs to"},
    {"definition", "string", "Case definition, as named in the configuration; any: all records"},
    {"population", "string", "victims, suspects or groups"},
    {"period", "string", "First and last day, YYYY-MM-DD/YYYY-MM-DD"},
    {"geography", "string", "Name of the place"},
    {"geography_code", "string", "GSS code; K04000001 is England and Wales"},
    {"stratum", "string", "all, or name=value"},
    {"measure", "string", "observed, estimate, estimate_model_only, lower_bound or known_share"},
    {"value", "number", "Published value; empty where the status says why"},
    {"lower", "number", "Lower limit of the interval"},
    {"upper", "number", "Upper limit of the interval; empty where there is none"},
    {"level", "number", "Nominal coverage of the interval"},
    {"interval_kind", "string", "How the interval was made"},
    {"status", "string",
     "Table symbol: c suppressed, e estimated, u low reliability, x not available, z not applicable, p "
     "provisional, r revised"},
    {"note", "string", "Note"},
};

static double finite_or_nan(double value)
{
    return isfinite(value) ? value : (double)NAN;
}

/* A text that a spreadsheet could take for a formula gets an apostrophe before it. Labels such as "-6 to -3"
 * are none. */
static void text_put(FILE *to, bool first, const char *text)
{
    struct lac_buffer plain = {0};
    bool formula = (text[0] && strchr("=+@\t\r", text[0])) ||
                   (text[0] == '-' && text[strcspn(text, "()|!=+*/&'\"")] != '\0');
    if (formula) lac_buffer_add(&plain, "'");
    for (const char *p = text; *p; p++) {
        size_t control = lac_publish_control_length(p);
        if (control > 0)
            p += control - 1;
        else
            lac_buffer_add_n(&plain, p, 1);
    }
    lac_csv_put(to, first, plain.text ? plain.text : "");
    lac_buffer_release(&plain);
}

void lac_publish_tidy_write(const struct lac_publish_model *model, FILE *to)
{
    for (size_t i = 0; i < LAC_COUNT(columns); i++) lac_csv_put(to, i == 0, columns[i].name);
    lac_csv_end(to);
    for (size_t i = 0; i < model->figures; i++) {
        const struct lac_publish_figure *f = &model->figure[i];
        const char *const keys[] = {f->table,     f->definition,     f->population, f->period,
                                    f->geography, f->geography_code, f->stratum,    f->measure};
        const double numbers[] = {f->value, f->lower, finite_or_nan(f->upper), f->level};
        const char status[2] = {f->status, '\0'};
        for (size_t k = 0; k < LAC_COUNT(keys); k++) text_put(to, k == 0, keys[k]);
        for (size_t k = 0; k < LAC_COUNT(numbers); k++) lac_csv_put_double(to, false, numbers[k]);
        lac_csv_put(to, false, f->interval_kind);
        lac_csv_put(to, false, status);
        text_put(to, false, f->note);
        lac_csv_end(to);
    }
}

char *lac_publish_metadata(const struct lac_publish_model *model)
{
    json_t *list = json_array();
    for (size_t i = 0; i < LAC_COUNT(columns); i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "name", columns[i].name, "titles",
                                              columns[i].name, "datatype", columns[i].type, "dc:description",
                                              columns[i].text));
    json_t *root =
        json_pack("{s:[s, {s:s}], s:s, s:s, s:s, s:s, s:{s:o}}", "@context", "http://www.w3.org/ns/csvw",
                  "@language", "en-GB", "url", "tables.csv", "dc:title", model->title, "dc:publisher",
                  model->organisation, "dc:coverage", model->period, "tableSchema", "columns", list);
    char *text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
    json_decref(root);
    return text;
}

static void symbols_put(const struct lac_publish_table *table, const struct lac_publish_cell *row, FILE *to)
{
    struct lac_buffer text = {0};
    for (size_t j = 0; j < table->columns; j++)
        if (row[j].symbol)
            lac_buffer_printf(&text, "%s%s: %c", text.length ? "; " : "", table->column[j].header,
                              row[j].symbol);
    lac_csv_put(to, false, text.text ? text.text : "");
    lac_buffer_release(&text);
}

void lac_publish_table_csv(const struct lac_publish_table *table, FILE *to)
{
    for (size_t j = 0; j < table->columns; j++) text_put(to, j == 0, table->column[j].header);
    lac_csv_put(to, false, "symbols");
    lac_csv_end(to);
    for (size_t i = 0; i < table->rows; i++) {
        const struct lac_publish_cell *row = &table->cell[i * table->columns];
        for (size_t j = 0; j < table->columns; j++) {
            if (row[j].symbol) {
                lac_csv_put(to, j == 0, "");
            } else if (row[j].text) {
                text_put(to, j == 0, row[j].text);
            } else {
                lac_csv_put_double(to, j == 0, row[j].value);
            }
        }
        symbols_put(table, row, to);
        lac_csv_end(to);
    }
}

static enum lac_status published_row(const struct lac_publish_figure *f, struct lac_table *t,
                                     struct lac_error *err)
{
    size_t row;
    const char status[2] = {f->status, '\0'};
    enum lac_status st = lac_table_row(t, &row, err);
    const struct {
        enum lac_column_id column;
        const char *text;
    } texts[] = {
        {LAC_COL_published_table_id, f->table},
        {LAC_COL_published_definition, f->definition},
        {LAC_COL_published_population, f->population},
        {LAC_COL_published_period, f->period},
        {LAC_COL_published_place, f->place},
        {LAC_COL_published_geography, f->geography},
        {LAC_COL_published_geography_code, f->geography_code},
        {LAC_COL_published_stratum, f->stratum},
        {LAC_COL_published_measure, f->measure},
        {LAC_COL_published_interval_kind, f->interval_kind},
        {LAC_COL_published_status, status},
        {LAC_COL_published_note, f->note},
        {LAC_COL_published_action, lac_publish_action_word(f->action)},
    };
    for (size_t i = 0; i < LAC_COUNT(texts) && !st; i++)
        st = lac_set_text(t, texts[i].column, row, texts[i].text, err);
    if (st) return st;
    lac_f64(t, LAC_COL_published_value)[row] = f->value;
    lac_f64(t, LAC_COL_published_lower)[row] = f->lower;
    lac_f64(t, LAC_COL_published_upper)[row] = f->upper;
    lac_f64(t, LAC_COL_published_level)[row] = f->level;
    lac_i64(t, LAC_COL_published_before)[row] = f->count < 0 ? LAC_MISSING_I64 : f->count;
    return LAC_OK;
}

enum lac_status lac_publish_store_table(const struct lac_publish_model *model, struct lac_table *published,
                                        struct lac_error *err)
{
    enum lac_status st = LAC_OK;
    for (size_t i = 0; i < model->figures && !st; i++) st = published_row(&model->figure[i], published, err);
    return st;
}
