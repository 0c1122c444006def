/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_MODEL_H
#define LAC_PUBLISH_MODEL_H
/*
 * The one model that everything published is printed from: tidy figures, tables, charts and sentences, all
 * after disclosure control. The page, the workbook, tables.csv, the figures' data and tables.h5 read this and
 * nothing else, so that they cannot disagree.
 *
 * All memory belongs to the arena in the model. Adding functions never return a failure: they set `failed`,
 * later additions do nothing harmful, and lac_publish_model_status() is asked once at the end.
 */
#include "disclosure.h"
#include "table/table.h"

struct lac_publish_control; /* control.h */

/* One tidy figure: a row of tables.csv. Texts are never NULL. */
struct lac_publish_figure {
    const char *table, *definition, *population, *period, *place, *geography, *geography_code, *stratum,
        *measure;
    double value, lower, upper, level; /* NaN where absent; upper may be infinite */
    const char *interval_kind;
    char status;       /* table symbol, 0 for none */
    const char *grade; /* of an estimate, in a word; "" for none */
    const char *note;
    enum lac_publish_action action;
    int64_t count; /* exact, for disclosure control and the store alone; -1 for what is no count */
};

/* One cell of a table: a text, or a number with its decimals, or a symbol (c, x, z) in place of a number. */
struct lac_publish_cell {
    const char *text; /* not NULL: a text cell */
    double value;
    int decimals;
    bool percent; /* value is a share, shown as a percentage */
    char symbol;  /* not 0: shown as [c] */
};

enum lac_publish_section {
    LAC_PUBLISH_ESTIMATES,
    LAC_PUBLISH_OVERLAPS,
    LAC_PUBLISH_MODELS,
    LAC_PUBLISH_UNCERTAINTY,
    LAC_PUBLISH_CHECKS,
    LAC_PUBLISH_RETURNS,
    LAC_PUBLISH_FINDINGS,
    LAC_PUBLISH_COMPLETENESS,
    LAC_PUBLISH_LINKAGE,
    LAC_PUBLISH_DEFINITIONS,
    LAC_PUBLISH_IDENTITY
};

struct lac_publish_column {
    const char *header;
    bool numeric;
};

struct lac_publish_table {
    const char *id, *title, *note; /* id: letters, digits and hyphens; note may be empty */
    enum lac_publish_section section;
    const struct lac_publish_column *column;
    size_t columns, rows, capacity;
    struct lac_publish_cell *cell; /* rows * columns; the first column heads the row */
};

/* One chart: a gnuplot script without terminal and output, and the table of the numbers it shows. */
struct lac_publish_chart {
    const char *name, *title, *alt, *script;
    int width, height;
    enum lac_publish_section section;
    const struct lac_publish_table *table;
    const char *svg; /* filled after drawing: the SVG text */
    size_t svg_length;
};

struct lac_publish_headline {
    bool refused;
    double observed, estimate, lower, upper, level, lower_bound, model_only_lower,
        model_only_upper;   /* published values, NaN where hidden or absent */
    bool scope_drawn;       /* those the records cannot tell of are drawn in or out, not left out */
    int64_t linkages_drawn; /* drawn linkages whose doubt the interval holds; 0: none */
    char observed_symbol;
    const char *method, *lists, *reasons, *interval_kind;
    const char *grade, *near; /* strong, moderate, weak or none; what was passed narrowly. NULL: not known */
    char status;              /* table symbol of the estimate */
    size_t list_count;
    struct lac_publish_cell share; /* published known share */
};

struct lac_publish_definition {
    const char *id, *title, *version, *words, *basis; /* basis may be empty */
};

#define LAC_PUBLISH_TABLES 64
#define LAC_PUBLISH_CHARTS 32

struct lac_publish_model {
    struct lac_arena *arena;
    bool failed, strayed;                /* strayed: a count that the disclosure control has not seen */
    struct lac_publish_control *control; /* NULL: counts go through the profile alone */
    const char *title, *organisation, *period, *period_words, *population, *definition, *nation,
        *nation_code; /* of the headline */
    const char *version, *seed, *config_digest, *input_digest, *run_name, *as_at;
    bool provisional;
    int64_t rounding; /* of estimates */
    int32_t period_end;
    double unreliable_ratio; /* upper / lower above which an estimate is marked u */
    const struct lac_publish_profile *profile;
    const struct lac_publish_definition *definitions;
    size_t definition_count;
    struct lac_publish_figure *figure;
    size_t figures, figure_capacity;
    struct lac_publish_table *table[LAC_PUBLISH_TABLES];
    size_t tables;
    struct lac_publish_chart chart[LAC_PUBLISH_CHARTS];
    size_t charts;
    struct lac_publish_headline headline;
    bool linkage_judged;                     /* match probabilities rest on judged pairs */
    int64_t returns_expected, returns_whole; /* whole: FULL or NIL; 0 expected: not known */
};

/* Arena text that is never NULL; on failure "" and `failed`. */
const char *lac_publish_text(struct lac_publish_model *model, const char *format, ...) LAC_PRINTF(2, 3);
void *lac_publish_new(struct lac_publish_model *model, size_t count, size_t size);
/* Room for one more element of `size` bytes in an array kept in the arena, NULL on failure; the old copy
 * stays until the arena is released. */
void *lac_publish_grow(struct lac_publish_model *model, void *array, size_t used, size_t *capacity,
                       size_t size);

/* A zeroed figure appended to the model (numbers NaN, texts ""); NULL on failure. Valid until the next one.
 */
struct lac_publish_figure *lac_publish_figure_add(struct lac_publish_model *model);
/* First figure with these keys; stratum is `all`. NULL when there is none. O(figures). */
struct lac_publish_figure_key {
    const char *table, *definition, *population, *period, *geography_code, *measure;
};
const struct lac_publish_figure *lac_publish_figure_find(const struct lac_publish_model *model,
                                                         const struct lac_publish_figure_key *key);

/* A table of the model; NULL on failure. Columns are borrowed. */
struct lac_publish_table *lac_publish_table_add(struct lac_publish_model *model,
                                                enum lac_publish_section section, const char *id,
                                                const struct lac_publish_column *column, size_t columns);
/* Appends a row of empty text cells and gives its first cell; NULL on failure or for a NULL table. */
struct lac_publish_cell *lac_publish_row_add(struct lac_publish_model *model,
                                             struct lac_publish_table *table);

struct lac_publish_cell lac_publish_cell_text(const char *text);
struct lac_publish_cell lac_publish_cell_number(double value,
                                                int decimals); /* NaN: [x]; infinite: no limit */
struct lac_publish_cell lac_publish_cell_share(double share);  /* NaN: [c] */
struct lac_publish_cell lac_publish_cell_symbol(char symbol);
/* A count through the profile's rules for counts that are part of no total. */
struct lac_publish_cell lac_publish_cell_count(const struct lac_publish_model *model, int64_t count);
/* The value of a figure: number, or its symbol when it has no value; [z] for NULL. */
struct lac_publish_cell lac_publish_cell_figure(const struct lac_publish_figure *figure);
/* What the reader sees, with thousands separators; `out` of `size` bytes, returned. Text cells give their
 * text. */
const char *lac_publish_cell_show(const struct lac_publish_cell *cell, char *out, size_t size);

/* Title of a definition, its identifier when it has none. */
const char *lac_publish_definition_title(const struct lac_publish_model *model, const char *id);

enum lac_status lac_publish_model_status(const struct lac_publish_model *model,
                                         struct lac_error *err) LAC_CHECKED;

#endif
