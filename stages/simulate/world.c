/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"
#include <string.h>
#include "base/file.h"
#include "base/text.h"
#include "table/csv.h"

/* Shares are judgement: see README.md, "Names". */
const struct lac_simulate_ethnicity lac_simulate_ethnicities[LAC_SIMULATE_ETHNICITIES] = {
    {"W1", "IC1", "White British", "White: English, Welsh, Scottish, Northern Irish or British",
     LAC_CULTURE_GENERAL, 1, 0.002},
    {"W2", "IC1", "White Irish", "White: Irish", LAC_CULTURE_GENERAL, 1, 0},
    {"W3", "IC1", "Irish Traveller", "White: Gypsy or Irish Traveller", LAC_CULTURE_GENERAL, 1, 0},
    {"W4", "IC2", "Roma", "White: Roma", LAC_CULTURE_EASTERN_EUROPEAN, 0.8, 0},
    {"W9", "IC1", "White other", "White: Other White", LAC_CULTURE_EASTERN_EUROPEAN, 0.6, 0.02},
    {"M1", "IC3", "Mixed White and Caribbean", "Mixed or Multiple ethnic groups: White and Black Caribbean",
     LAC_CULTURE_GENERAL, 1, 0},
    {"M2", "IC3", "Mixed White and African", "Mixed or Multiple ethnic groups: White and Black African",
     LAC_CULTURE_AFRICAN, 0.4, 0.05},
    {"M3", "IC4", "Mixed White and Asian", "Mixed or Multiple ethnic groups: White and Asian",
     LAC_CULTURE_SOUTH_ASIAN, 0.4, 0.4},
    {"M9", "IC3", "Mixed other", "Mixed or Multiple ethnic groups: Other Mixed or Multiple ethnic groups",
     LAC_CULTURE_GENERAL, 1, 0.05},
    {"A1", "IC4", "Indian", "Asian, Asian British or Asian Welsh: Indian", LAC_CULTURE_SOUTH_ASIAN, 0.9, 0.8},
    {"A2", "IC4", "Pakistani", "Asian, Asian British or Asian Welsh: Pakistani", LAC_CULTURE_SOUTH_ASIAN,
     0.97, 0.92},
    {"A3", "IC4", "Bangladeshi", "Asian, Asian British or Asian Welsh: Bangladeshi", LAC_CULTURE_SOUTH_ASIAN,
     0.97, 0.92},
    {"A4", "IC5", "Chinese", "Asian, Asian British or Asian Welsh: Chinese", LAC_CULTURE_EAST_ASIAN, 0.85, 0},
    {"A9", "IC4", "Asian other", "Asian, Asian British or Asian Welsh: Other Asian", LAC_CULTURE_SOUTH_ASIAN,
     0.7, 0.5},
    {"B1", "IC3", "Caribbean", "Black, Black British, Black Welsh, Caribbean or African: Caribbean",
     LAC_CULTURE_GENERAL, 1, 0},
    {"B2", "IC3", "African", "Black, Black British, Black Welsh, Caribbean or African: African",
     LAC_CULTURE_AFRICAN, 0.85, 0.3},
    {"B9", "IC3", "Black other", "Black, Black British, Black Welsh, Caribbean or African: Other Black",
     LAC_CULTURE_AFRICAN, 0.4, 0.1},
    {"O2", "IC6", "Arab", "Other ethnic group: Arab", LAC_CULTURE_SOUTH_ASIAN, 0.6, 0.85},
    {"O9", "IC9", "Other", "Other ethnic group: Any other ethnic group", LAC_CULTURE_GENERAL, 1, 0.3},
};

static const char *const culture_names[LAC_CULTURE_COUNT] = {"general", "south-asian", "east-asian",
                                                             "african", "eastern-european"};
static const char *const region_codes[][2] = {
    {"North East", "E12000001"},    {"North West", "E12000002"},    {"Yorkshire and The Humber", "E12000003"},
    {"East Midlands", "E12000004"}, {"West Midlands", "E12000005"}, {"East of England", "E12000006"},
    {"London", "E12000007"},        {"South East", "E12000008"},    {"South West", "E12000009"},
    {"Wales", "W92000004"},
};

/* What every reader below works with. */
struct reader {
    const char *data;
    struct lac_arena *arena;
    struct lac_simulate_world *world;
    struct lac_error *err;
};
/* A dataset with the columns wanted, in the order wanted. */
struct source {
    struct lac_csv csv;
    int column[6];
};

/* `columns` ends with NULL. */
static enum lac_status source_open(const struct reader *in, const char *name, const char *const *columns,
                                   struct source *source)
{
    size_t n = 0;
    char *folder = lac_path_join(in->arena, in->data, "datasets");
    char *path = folder ? lac_path_join(in->arena, folder, name) : NULL;
    if (!path) return lac_fail_memory(in->err, "paths");
    enum lac_status st = lac_csv_load(path, in->arena, &source->csv, in->err);
    while (columns[n]) n++;
    return st ? st : lac_csv_require(&source->csv, columns, n, source->column, in->err);
}

static const char *cell(const struct source *source, int64_t row, int column)
{
    return lac_csv_cell(&source->csv, row, source->column[column]);
}

static double number(const struct source *source, int64_t row, int column)
{
    double value = 0;
    return lac_text_double(cell(source, row, column), &value) ? value : 0;
}

static enum lac_status bad_row(const struct source *source, int64_t row, const char *column,
                               struct lac_error *err)
{
    enum lac_status st = lac_fail(err, LAC_INPUT, "code is not one of the 43 forces or not known");
    lac_error_file(err, source->csv.path);
    lac_error_row(err, row + 1, column);
    return st;
}

static struct lac_simulate_force *force_find(struct lac_simulate_world *world, const char *code)
{
    for (size_t f = 0; f < LAC_SIMULATE_FORCES; f++)
        if (world->force[f].code && strcmp(world->force[f].code, code) == 0) return &world->force[f];
    return NULL;
}

static size_t region_index(struct lac_simulate_world *world, const char *name)
{
    for (size_t r = 0; r < world->regions; r++)
        if (strcmp(world->region_name[r], name) == 0) return r;
    const char *code = "";
    for (size_t i = 0; i < sizeof region_codes / sizeof region_codes[0]; i++)
        if (strcmp(region_codes[i][0], name) == 0) code = region_codes[i][1];
    world->region_name[world->regions] = name;
    world->region_code[world->regions] = code;
    return world->regions++;
}

static enum lac_status read_forces(const struct reader *in)
{
    static const char *const columns[] = {
        "ons_pfa_code", "statistical_name", "ho_force_number", "ons_region", "force_type", "nation", NULL};
    struct source source = {0};
    enum lac_status st = source_open(in, "codes/police_forces.csv", columns, &source);
    if (st) return st;
    size_t n = 0;
    for (int64_t r = 0; r < source.csv.rows; r++) {
        const char *nation = cell(&source, r, 5);
        bool inside = strcmp(nation, "England") == 0 || strcmp(nation, "Wales") == 0;
        if (!inside || strcmp(cell(&source, r, 4), "territorial") != 0) continue;
        if (n == LAC_SIMULATE_FORCES) return bad_row(&source, r, "ons_pfa_code", in->err);
        struct lac_simulate_force *force = &in->world->force[n++];
        force->code = cell(&source, r, 0);
        force->name = cell(&source, r, 1);
        force->number = cell(&source, r, 2);
        force->region = cell(&source, r, 3);
        force->region_index = region_index(in->world, force->region);
        force->region_code = in->world->region_code[force->region_index];
    }
    if (n == LAC_SIMULATE_FORCES) return LAC_OK;
    st = lac_fail(in->err, LAC_INPUT, "43 territorial forces of England and Wales are expected");
    lac_error_file(in->err, source.csv.path);
    return st;
}

static enum lac_status read_children(const struct reader *in)
{
    static const char *const columns[] = {"pfa24_code", "age", "persons", NULL};
    struct source source = {0};
    enum lac_status st =
        source_open(in, "codes/pfa_population_single_year_age_mye2020.csv", columns, &source);
    for (int64_t r = 0; !st && r < source.csv.rows; r++) {
        int64_t age;
        if (!lac_text_i64(cell(&source, r, 1), &age) || age < 10 || age > 17) continue;
        struct lac_simulate_force *force = force_find(in->world, cell(&source, r, 0));
        if (!force) return bad_row(&source, r, "pfa24_code", in->err);
        force->children[age - 10] = number(&source, r, 2);
    }
    return st;
}

static enum lac_status read_ethnicity(const struct reader *in)
{
    static const char *const columns[] = {"pfa24_code", "ethnic_group", "value", NULL};
    struct source source = {0};
    enum lac_status st = source_open(in, "codes/pfa_ethnicity_census2021.csv", columns, &source);
    for (int64_t r = 0; !st && r < source.csv.rows; r++) {
        struct lac_simulate_force *force = force_find(in->world, cell(&source, r, 0));
        if (!force) return bad_row(&source, r, "pfa24_code", in->err);
        size_t e = 0;
        while (e < LAC_SIMULATE_ETHNICITIES &&
               strcmp(lac_simulate_ethnicities[e].census, cell(&source, r, 1)) != 0)
            e++;
        if (e == LAC_SIMULATE_ETHNICITIES) return bad_row(&source, r, "ethnic_group", in->err);
        force->ethnicity[e] = number(&source, r, 2);
    }
    return st;
}

/* A column of codes per force: districts, postcode areas. */
static enum lac_status read_places(const struct reader *in, const char *name, const char *const *columns,
                                   bool areas)
{
    struct source source = {0};
    enum lac_status st = source_open(in, name, columns, &source);
    if (st) return st;
    for (size_t f = 0; f < LAC_SIMULATE_FORCES; f++) {
        struct lac_simulate_force *force = &in->world->force[f];
        const char **place = LAC_NEW(in->arena, const char *, source.csv.rows);
        size_t n = 0;
        if (!place) return lac_fail_memory(in->err, "places");
        for (int64_t r = 0; r < source.csv.rows; r++)
            if (strcmp(cell(&source, r, 0), force->code) == 0) place[n++] = cell(&source, r, 1);
        if (n == 0) return bad_row(&source, 0, columns[0], in->err);
        if (areas)
            force->area = place, force->areas = n;
        else
            force->lad = place, force->lads = n;
    }
    return LAC_OK;
}

static enum lac_status names_init(struct lac_simulate_names *names, size_t capacity, const struct reader *in)
{
    names->text = LAC_NEW(in->arena, const char *, capacity);
    names->cumulative = LAC_NEW(in->arena, double, capacity);
    names->count = 0;
    return names->text && names->cumulative ? LAC_OK : lac_fail_memory(in->err, "names");
}

static void names_add(struct lac_simulate_names *names, const char *text, double weight)
{
    size_t n = names->count++;
    names->text[n] = text;
    names->cumulative[n] = (n ? names->cumulative[n - 1] : 0) + weight;
}

static enum lac_status read_given(const struct reader *in)
{
    static const char *const columns[] = {"cohort", "sex", "name", "n", "culture", NULL};
    static const char *const cohorts[] = {"2005-2009", "2010-2014", "2015-2019"};
    struct source source = {0};
    enum lac_status st = source_open(in, "names/given_names_by_cohort.csv", columns, &source);
    for (int k = 0; !st && k < 12; k++)
        st = names_init(&in->world->given[k / 4][k / 2 % 2][k % 2], (size_t)source.csv.rows, in);
    for (int64_t r = 0; !st && r < source.csv.rows; r++) {
        int female = strcmp(cell(&source, r, 1), "F") == 0,
            asian = strcmp(cell(&source, r, 4), "south-asian") == 0;
        for (int c = 0; c < 3; c++)
            if (strcmp(cell(&source, r, 0), cohorts[c]) == 0)
                names_add(&in->world->given[c][female][asian], cell(&source, r, 2), number(&source, r, 3));
    }
    return st;
}

/* Ranks only are published: weight 1 / (rank + 10), judgement. */
static enum lac_status read_adults(const struct reader *in)
{
    static const char *const columns[] = {"year", "sex", "rank", "name", NULL};
    struct source source = {0};
    enum lac_status st = source_open(in, "names/given_names_rank_by_decade.csv", columns, &source);
    for (int k = 0; !st && k < 8; k++) st = names_init(&in->world->adult[k / 2][k % 2], 200, in);
    for (int64_t r = 0; !st && r < source.csv.rows; r++) {
        int decade = ((int)number(&source, r, 0) - 1964) / 10, female = strcmp(cell(&source, r, 1), "F") == 0;
        if (decade < 0 || decade > 3 || in->world->adult[decade][female].count == 200)
            return bad_row(&source, r, "year", in->err);
        names_add(&in->world->adult[decade][female], cell(&source, r, 3), 1 / (number(&source, r, 2) + 10));
    }
    return st;
}

static enum lac_status read_surnames(const struct reader *in)
{
    static const char *const columns[] = {"surname", "weight", "culture", NULL};
    struct source source = {0};
    enum lac_status st = source_open(in, "names/surnames.csv", columns, &source);
    for (int c = 0; !st && c < LAC_CULTURE_COUNT; c++)
        st = names_init(&in->world->surname[c], (size_t)source.csv.rows, in);
    for (int64_t r = 0; !st && r < source.csv.rows; r++)
        for (int c = 0; c < LAC_CULTURE_COUNT; c++)
            if (strcmp(cell(&source, r, 2), culture_names[c]) == 0)
                names_add(&in->world->surname[c], cell(&source, r, 0), number(&source, r, 1));
    return st;
}

static enum lac_status read_parts(const struct reader *in)
{
    static const char *const parts[] = {"part", "text", NULL}, *const forms[] = {"name", "short", NULL};
    struct source source = {0};
    enum lac_status st = source_open(in, "names/surname_parts.csv", parts, &source);
    if (!st) st = names_init(&in->world->stem, (size_t)source.csv.rows, in);
    if (!st) st = names_init(&in->world->ending, (size_t)source.csv.rows, in);
    for (int64_t r = 0; !st && r < source.csv.rows; r++)
        names_add(strcmp(cell(&source, r, 0), "stem") == 0 ? &in->world->stem : &in->world->ending,
                  cell(&source, r, 1), 1);
    if (!st) st = source_open(in, "names/short_forms.csv", forms, &source);
    if (!st) st = names_init(&in->world->short_name, (size_t)source.csv.rows, in);
    if (!st) st = names_init(&in->world->short_form, (size_t)source.csv.rows, in);
    for (int64_t r = 0; !st && r < source.csv.rows; r++) {
        names_add(&in->world->short_name, cell(&source, r, 0), 1);
        names_add(&in->world->short_form, cell(&source, r, 1), 1);
    }
    return st;
}

enum lac_status lac_simulate_world_read(const char *data, struct lac_arena *arena,
                                        struct lac_simulate_world *world, struct lac_error *err)
{
    static const char *const districts[] = {"pfa24_code", "ltla24_code", NULL}, *const areas[] = {
                                                                                    "pfa24_code",
                                                                                    "postcode_area", NULL};
    const struct reader in = {data, arena, world, err};
    memset(world, 0, sizeof *world);
    enum lac_status st = read_forces(&in);
    if (!st) st = read_children(&in);
    if (!st) st = read_ethnicity(&in);
    if (!st) st = read_places(&in, "codes/lookup_lad24_pfa24.csv", districts, false);
    if (!st) st = read_places(&in, "codes/force_postcode_areas.csv", areas, true);
    if (!st) st = read_given(&in);
    if (!st) st = read_adults(&in);
    if (!st) st = read_surnames(&in);
    if (!st) st = read_parts(&in);
    return st;
}

const char *lac_simulate_name_draw(const struct lac_simulate_names *names, struct lac_random *random)
{
    double u = lac_random_uniform(random);
    if (names->count == 0) return "";
    double target = u * names->cumulative[names->count - 1];
    size_t low = 0, high = names->count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (names->cumulative[middle] > target)
            high = middle;
        else
            low = middle + 1;
    }
    return names->text[low];
}

const char *lac_simulate_short_form(const struct lac_simulate_world *world, const char *forename)
{
    for (size_t i = 0; i < world->short_name.count; i++)
        if (strcmp(world->short_name.text[i], forename) == 0) return world->short_form.text[i];
    return NULL;
}
