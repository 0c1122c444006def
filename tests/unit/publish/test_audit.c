/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attack on the published figures. Random nations of people with small places are counted, published through
 * disclosure control, revised and published again. The attacker here shares no code with the control: it sees
 * the published values of both editions and the structure of the tables, and solves its own linear programs
 * for every hidden count. It knows more than a reader would: which counts were not revised.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <glpk.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/file.h"
#include "base/random.h"
#include "control.h"
#include "table/store.h"
#include "tidy.h"

#define NATIONS 50
#define PEOPLE 600
#define FORCES 9
#define SPECS 1200
#define LISTS 3

static const struct lac_publish_profile profiles[] = {{"dfe-cin", "", "", 1, 5, 10, "c"},
                                                      {"threshold10", "", "", 1, 9, 5, "c"}};
static const char *const force_code[FORCES] = {"E23000002", "E23000003", "E23000005",
                                               "E23000007", "E23000008", "E23000010",
                                               "E23000011", "W15000001", "W15000002"};
static const char *const force_region[FORCES] = {"North West",
                                                 "North West",
                                                 "North West",
                                                 "North East",
                                                 "North East",
                                                 "Yorkshire and The Humber",
                                                 "Yorkshire and The Humber",
                                                 "Wales",
                                                 "Wales"};
static const char *const definition_name[] = {"D1", "D2"};
static const char *const table_name[] = {"estimates", "estimates-own", "estimates-high", "lists", "overlaps"};
static const char *const window_name[] = {"2025-01-01/2025-12-31", "2025-01-01/2025-06-30",
                                          "2025-07-01/2025-12-31"};
static const char *const sex_name[] = {"sex=F", "sex=M"};
static struct lac_error err;

enum { MAIN, OWN, HIGH, LIST, OVERLAP };

struct person {
    int force, sex, lists;
    bool narrow, own, unsure, half[2], late; /* narrow: also in D2; late: not in the first edition */
};

/* What one figure counts. place: 'n', 'r' or 'f' with its index; sex -1: all; a, b: lists. */
struct spec {
    int kind, definition, window, place, at, sex, a, b;
};

struct nation {
    struct person person[PEOPLE];
    const char *region[FORCES]; /* of the force */
    struct spec spec[SPECS];
    size_t specs;
};

/* One edition: exact counts, and what stands in the tables (NaN: hidden). */
struct edition {
    int64_t count[SPECS];
    double value[SPECS];
};

static uint64_t stream;
static double uniform(void)
{
    stream = stream * 6364136223846793005u + 1442695040888963407u;
    return (double)(stream >> 11) / 9007199254740992.0;
}

static void people_draw(struct nation *n)
{
    double weight[FORCES], sum = 0;
    for (int f = 0; f < FORCES; f++) sum += weight[f] = f % 3 ? exp(3.5 * uniform()) : 0.3 * uniform();
    for (int i = 0; i < PEOPLE; i++) {
        struct person *p = &n->person[i];
        double u = uniform() * sum;
        memset(p, 0, sizeof *p);
        while (p->force < FORCES - 1 && (u -= weight[p->force]) > 0) p->force++;
        p->sex = uniform() < 0.2;
        p->lists = 1 + (int)(uniform() * 7);
        p->narrow = uniform() < 0.4;
        p->own = uniform() < 0.9;
        p->unsure = uniform() < 0.1;
        p->half[0] = uniform() < 0.6;
        p->half[1] = !p->half[0] || uniform() < 0.2;
        p->late = uniform() < 0.03;
    }
}

static bool counts(const struct nation *n, const struct spec *s, const struct person *p)
{
    if (s->definition == 1 && !p->narrow) return false;
    if (s->kind != HIGH && p->unsure) return false;
    if (s->kind == OWN && !p->own) return false;
    if (s->window && !p->half[s->window - 1]) return false;
    if (s->place == 'r' && strcmp(n->region[p->force], n->region[s->at]) != 0) return false;
    if (s->place == 'f' && p->force != s->at) return false;
    if (s->sex >= 0 && p->sex != s->sex) return false;
    if (s->kind >= LIST && !(p->lists >> s->a & 1)) return false;
    return s->kind != OVERLAP || (p->lists >> s->b & 1);
}

static void specs_make(struct nation *n)
{
    n->specs = 0;
    for (int d = 0; d < 2; d++)
        for (int w = 0; w < 3; w++)
            for (int v = MAIN; v <= (d || w ? MAIN : HIGH); v++) {
                n->spec[n->specs++] = (struct spec){v, d, w, 'n', 0, -1, 0, 0};
                for (int f = 0; f < FORCES; f++) {
                    bool first = true;
                    for (int g = 0; g < f; g++) first = first && strcmp(n->region[f], n->region[g]);
                    if (first) n->spec[n->specs++] = (struct spec){v, d, w, 'r', f, -1, 0, 0};
                    n->spec[n->specs++] = (struct spec){v, d, w, 'f', f, -1, 0, 0};
                }
                for (int x = 0; x < 2 && v == MAIN; x++)
                    n->spec[n->specs++] = (struct spec){v, d, w, 'n', 0, x, 0, 0};
            }
    for (int a = 0; a < LISTS; a++) {
        n->spec[n->specs++] = (struct spec){LIST, 0, 0, 'n', 0, -1, a, 0};
        for (int b = a + 1; b < LISTS; b++)
            n->spec[n->specs++] = (struct spec){OVERLAP, 0, 0, 'n', 0, -1, a, b};
    }
    assert_true(n->specs < SPECS);
}

static void figure_add(struct lac_publish_model *model, const struct nation *n, const struct spec *s,
                       int64_t count)
{
    struct lac_publish_figure *f = lac_publish_figure_add(model);
    assert_non_null(f);
    f->table = table_name[s->kind];
    f->definition = definition_name[s->definition];
    f->population = "victims";
    f->period = window_name[s->window];
    f->place = s->place == 'n' ? "nation" : s->place == 'r' ? "region" : "force";
    f->geography = s->place == 'n' ? "England and Wales" : s->place == 'r' ? n->region[s->at] : "a force";
    f->geography_code = s->place == 'n'   ? "K04000001"
                        : s->place == 'r' ? n->region[s->at]
                                          : force_code[s->at];
    f->stratum = s->kind == LIST      ? lac_publish_text(model, "list=%c", 'A' + s->a)
                 : s->kind == OVERLAP ? lac_publish_text(model, "lists=%c+%c", 'A' + s->a, 'A' + s->b)
                 : s->sex >= 0        ? sex_name[s->sex]
                                      : "all";
    f->measure = "observed";
    lac_publish_figure_count(model, f, count, false);
}

static void all_add(struct lac_publish_model *model, const struct nation *n, const struct edition *e)
{
    for (size_t i = 0; i < n->specs; i++) figure_add(model, n, &n->spec[i], e->count[i]);
}

static void store(const struct lac_publish_model *model, const char *folder)
{
    const struct lac_provenance provenance = {"test", "0", "1", 1};
    struct lac_table published, suppressions;
    const struct lac_table *const tables[] = {&published, &suppressions};
    assert_int_equal(lac_table_init(&published, LAC_TABLE_published, &err), LAC_OK);
    assert_int_equal(lac_table_init(&suppressions, LAC_TABLE_suppressions, &err), LAC_OK);
    assert_int_equal(lac_publish_store_table(model, &published, &err), LAC_OK);
    assert_int_equal(lac_publish_suppressions(model, &suppressions, &err), LAC_OK);
    assert_int_equal(lac_store_write(folder, LAC_FILE_tables, &provenance, tables, 2, &err), LAC_OK);
    lac_table_release(&published);
    lac_table_release(&suppressions);
}

/* How an edition is published. */
struct how {
    const struct lac_publish_profile *profile;
    const char *folder, *previous; /* NULL: none */
    bool secondary;                /* false: the primary rule alone */
};

static enum lac_status publish(const struct nation *n, struct edition *e, const struct how *how)
{
    struct lac_arena arena;
    struct lac_config config = {0};
    struct lac_config_path previous = {.resolved = how->previous};
    struct lac_publish_input input = {.config = &config};
    struct lac_publish_control control = {0};
    lac_arena_init(&arena);
    struct lac_publish_model model = {.arena = &arena,
                                      .profile = how->profile,
                                      .definition = "D1",
                                      .population = "victims",
                                      .period = window_name[0],
                                      .control = &control};
    char *forces = lac_arena_printf(&arena, "%s/datasets/codes/police_forces.csv", getenv("LACUNA_SOURCE"));
    size_t row;
    if (how->previous) config.publish.previous = (struct lac_config_paths){&previous, 1};
    assert_int_equal(lac_csv_load(forces, &arena, &input.forces, &err), LAC_OK);
    assert_int_equal(lac_table_init(&input.definitions, LAC_TABLE_definitions, &err), LAC_OK);
    assert_int_equal(lac_table_row(&input.definitions, &row, &err), LAC_OK);
    assert_int_equal(lac_set_text(&input.definitions, LAC_COL_definitions_definition, row, "D2", &err), 0);
    assert_int_equal(
        lac_set_text(&input.definitions, LAC_COL_definitions_rule, row, "x: 1|subset_of: [\"D1\"]|", &err),
        0);
    struct lac_publish_model draft = model;
    all_add(&draft, n, e);
    enum lac_status st = how->secondary ? lac_publish_control_decide(&draft, &input, &err) : LAC_OK;
    struct lac_publish_model *result = how->secondary ? &model : &draft;
    if (!st && how->secondary) all_add(&model, n, e);
    if (!st) st = lac_publish_model_status(result, &err);
    for (size_t i = 0; i < n->specs && !st; i++) e->value[i] = result->figure[i].value;
    if (!st && how->folder) store(&model, how->folder);
    lac_table_release(&input.definitions);
    lac_arena_release(&arena);
    return st;
}

/* --- the attacker ----------------------------------------------------------------------------------------
 */

struct attacker {
    const struct nation *nation;
    const struct lac_publish_profile *profile;
    const struct edition *edition[2];
    int editions;
    int column[2][SPECS];
    glp_prob *lp;
    int row[100000], col[100000], entries;
    double value[100000];
    bool reached[2][2 * SPECS + 1]; /* lower and upper end of the hidden range */
};

static size_t find(const struct nation *n, struct spec want)
{
    for (size_t i = 0; i < n->specs; i++)
        if (!memcmp(&n->spec[i], &want, sizeof want)) return i;
    return n->specs;
}

static void put(struct attacker *a, int row, int e, size_t spec, double coefficient)
{
    if (spec == a->nation->specs) return;
    a->entries++;
    assert_true(a->entries < 100000);
    a->row[a->entries] = row;
    a->col[a->entries] = a->column[e][spec];
    a->value[a->entries] = coefficient;
}

/* Row: the sum put after it is `kind` (GLP_FX, GLP_UP, GLP_LO) zero. */
static int row_new(struct attacker *a, int kind)
{
    int row = glp_add_rows(a->lp, 1);
    glp_set_row_bnds(a->lp, row, kind, 0, 0);
    return row;
}

static void less(struct attacker *a, int e, struct spec small, struct spec large)
{
    size_t i = find(a->nation, small), j = find(a->nation, large);
    if (i == a->nation->specs || j == a->nation->specs) return;
    int row = row_new(a, GLP_UP);
    put(a, row, e, i, 1);
    put(a, row, e, j, -1);
}

static void sums(struct attacker *a, int e, struct spec s)
{
    const struct nation *n = a->nation;
    static const char kinds[] = {'r', 'f'};
    for (int k = 0; k < 2 && s.sex < 0 && s.kind <= HIGH; k++) {
        if (s.place == 'f' || (s.place == 'r' && kinds[k] == 'r')) continue;
        int row = row_new(a, GLP_FX);
        put(a, row, e, find(n, s), -1);
        for (size_t i = 0; i < n->specs; i++) {
            struct spec t = n->spec[i];
            if (t.kind == s.kind && t.definition == s.definition && t.window == s.window &&
                t.place == kinds[k] && t.sex < 0 &&
                (s.place == 'n' || !strcmp(n->region[t.at], n->region[s.at])))
                put(a, row, e, i, 1);
        }
    }
    struct spec female = s, male = s;
    female.sex = 0;
    male.sex = 1;
    if (s.sex < 0 && s.kind <= HIGH && find(n, female) < n->specs) {
        int row = row_new(a, GLP_FX);
        put(a, row, e, find(n, s), -1);
        put(a, row, e, find(n, female), 1);
        put(a, row, e, find(n, male), 1);
    }
}

static void inequalities(struct attacker *a, int e, struct spec s)
{
    struct spec t = s;
    t.window = 1;
    if (s.kind <= HIGH && s.window == 0 && find(a->nation, t) < a->nation->specs) {
        int row = row_new(a, GLP_LO);
        put(a, row, e, find(a->nation, s), -1);
        for (t.window = 1; t.window <= 2; t.window++) {
            less(a, e, t, s);
            put(a, row, e, find(a->nation, t), 1);
        }
    }
    t = s;
    if (s.kind == OWN) less(a, e, s, (t.kind = MAIN, t));
    if (s.kind == HIGH) less(a, e, (t.kind = MAIN, t), s);
    t = s;
    if (s.definition == 0) less(a, e, (t.definition = 1, t), s);
    struct spec all = {MAIN, 0, 0, 'n', 0, -1, 0, 0};
    if (s.kind == LIST) less(a, e, s, all);
    if (s.kind != OVERLAP) return;
    struct spec first = {LIST, 0, 0, 'n', 0, -1, s.a, 0}, second = {LIST, 0, 0, 'n', 0, -1, s.b, 0};
    less(a, e, s, first);
    less(a, e, s, second);
    int row = row_new(a, GLP_UP);
    put(a, row, e, find(a->nation, first), 1);
    put(a, row, e, find(a->nation, second), 1);
    put(a, row, e, find(a->nation, s), -1);
    put(a, row, e, find(a->nation, all), -1);
}

/* What a value in a table says: halves are rounded up, what is shown is not in the hidden range, what is
 * hidden is somebody (a zero is hidden only beside another number; then the attacker is not misled). */
static void says(const struct attacker *a, int e, size_t i, double *low, double *high)
{
    double v = a->edition[e]->value[i], r = (double)a->profile->round;
    double hidden_to = (double)a->profile->primary_high;
    if (isnan(v)) {
        *low = fmax(*low, a->edition[e]->count[i] ? 1 : 0);
        return;
    }
    double from = ceil(v - r / 2), to = ceil(v + r / 2) - 1;
    if (v > 0) from = fmax(from, hidden_to + 1);
    if (v <= 0) to = 0;
    *low = fmax(*low, fmin(from, to));
    *high = fmin(*high, to);
}

static void program_make(struct attacker *a)
{
    const struct nation *n = a->nation;
    a->lp = glp_create_prob();
    a->entries = 0;
    glp_add_cols(a->lp, (int)(2 * n->specs));
    for (int e = 0; e < a->editions; e++)
        for (size_t i = 0; i < n->specs; i++) {
            bool same = e == 0 || a->edition[e]->count[i] == a->edition[0]->count[i];
            a->column[e][i] = (int)i + 1 + (same ? 0 : (int)n->specs);
        }
    for (size_t i = 0; i < 2 * n->specs; i++) {
        double low = 0, high = HUGE_VAL;
        for (int e = 0; e < a->editions; e++)
            if (a->column[e][i % n->specs] == (int)i + 1) says(a, e, i % n->specs, &low, &high);
        glp_set_col_bnds(a->lp, (int)i + 1, isinf(high) ? GLP_LO : low >= high ? GLP_FX : GLP_DB, low, high);
    }
    for (int e = 0; e < a->editions; e++)
        for (size_t i = 0; i < n->specs; i++) {
            sums(a, e, n->spec[i]);
            inequalities(a, e, n->spec[i]);
        }
    glp_load_matrix(a->lp, a->entries, a->row, a->col, a->value);
}

/* Counts whose ends of the hidden range a solution has reached need no program of their own. */
static double extreme(struct attacker *a, int column, int direction)
{
    glp_smcp parameters;
    glp_init_smcp(&parameters);
    parameters.msg_lev = GLP_MSG_OFF;
    glp_set_obj_dir(a->lp, direction);
    glp_set_obj_coef(a->lp, column, 1);
    assert_int_equal(glp_simplex(a->lp, &parameters), 0);
    int status = glp_get_status(a->lp);
    glp_set_obj_coef(a->lp, column, 0);
    assert_true(status == GLP_OPT || status == GLP_UNBND);
    if (status == GLP_UNBND) a->reached[direction == GLP_MAX][column] = true;
    for (int j = 1; j <= glp_get_num_cols(a->lp) && status == GLP_OPT; j++) {
        double value = glp_get_col_prim(a->lp, j);
        if (value > (double)a->profile->primary_high - 1e-6) a->reached[1][j] = true;
        if (value < (double)a->profile->primary_low + 1e-6) a->reached[0][j] = true;
    }
    return status == GLP_OPT ? glp_get_obj_val(a->lp) : HUGE_VAL;
}

/* Hidden small counts of both editions that can be narrowed to less than the width of the hidden range, or to
 * less than its upper end. */
static int pinned(struct attacker *a)
{
    int found = 0;
    glp_term_out(GLP_OFF);
    program_make(a);
    for (int e = 0; e < a->editions; e++)
        for (size_t i = 0; i < a->nation->specs; i++) {
            int64_t truth = a->edition[e]->count[i];
            if (!isnan(a->edition[e]->value[i]) || truth < a->profile->primary_low ||
                truth > a->profile->primary_high || (e && a->column[e][i] == (int)i + 1))
                continue;
            int column = a->column[e][i];
            if (a->reached[0][column] && a->reached[1][column]) continue;
            double high = extreme(a, column, GLP_MAX), low = extreme(a, column, GLP_MIN);
            double range = (double)(a->profile->primary_high - a->profile->primary_low);
            found += !a->reached[1][column] || (!a->reached[0][column] && high - low < range - 1e-6);
        }
    glp_delete_prob(a->lp);
    return found;
}

static void edition_count(const struct nation *n, bool late, struct edition *e)
{
    for (size_t i = 0; i < n->specs; i++) {
        e->count[i] = 0;
        for (int p = 0; p < PEOPLE; p++)
            e->count[i] += (late || !n->person[p].late) && counts(n, &n->spec[i], &n->person[p]);
    }
}

static void nation_make(struct nation *n, uint64_t seed)
{
    stream = seed * 977 + 12345;
    (void)uniform();
    for (int f = 0; f < FORCES; f++) n->region[f] = force_region[f];
    people_draw(n);
    specs_make(n);
}

static void test_attack(void **state)
{
    struct nation *n = calloc(1, sizeof *n);
    struct edition *then = calloc(3, sizeof *then), *now = then + 1, *bare = then + 2;
    struct attacker *a = calloc(1, sizeof *a);
    char folder[] = "/tmp/lacuna-audit-XXXXXX", path[64];
    int primary_alone = 0, editions_alone = 0, small = 0, hidden = 0;
    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/store", folder);
    for (uint64_t k = 0; k < NATIONS; k++) {
        const struct lac_publish_profile *profile = &profiles[k % 2];
        nation_make(n, k);
        assert_int_equal(lac_dir_make(path, true, &err), LAC_OK);
        edition_count(n, false, then);
        edition_count(n, true, now);
        memcpy(bare, now, sizeof *bare);
        assert_int_equal(publish(n, then, &(struct how){profile, folder, NULL, true}), LAC_OK);
        assert_int_equal(publish(n, now, &(struct how){profile, NULL, folder, true}), LAC_OK);
        for (size_t i = 0; i < n->specs; i++) {
            small += lac_publish_hides(profile, now->count[i]);
            hidden += isnan(now->value[i]);
        }
        *a = (struct attacker){.nation = n, .profile = profile, .edition = {now, then}, .editions = 2};
        assert_int_equal(pinned(a), 0);
        if (k % 5) continue;
        /* without secondary suppression, and without regard to the earlier edition, the attack succeeds */
        assert_int_equal(publish(n, bare, &(struct how){profile, NULL, NULL, false}), LAC_OK);
        *a = (struct attacker){.nation = n, .profile = profile, .edition = {bare}, .editions = 1};
        primary_alone += pinned(a) > 0;
        assert_int_equal(publish(n, bare, &(struct how){profile, NULL, NULL, true}), LAC_OK);
        *a = (struct attacker){.nation = n, .profile = profile, .edition = {bare, then}, .editions = 2};
        editions_alone += pinned(a) > 0;
    }
    print_message(
        "%d nations: %d small counts, %d hidden; of %d, pinned with the primary rule alone %d, with no "
        "regard to the earlier edition %d\n",
        NATIONS, small, hidden, NATIONS / 5, primary_alone, editions_alone);
    assert_true(small > 10 * NATIONS);
    assert_true(primary_alone >= NATIONS / 10);
    assert_true(editions_alone > 0);
    (void)snprintf(path, sizeof path, "%s/store/tables.h5", folder);
    assert_int_equal(remove(path), 0);
    (void)snprintf(path, sizeof path, "%s/store", folder);
    assert_int_equal(remove(path), 0);
    assert_int_equal(remove(folder), 0);
    free(n);
    free(then);
    free(a);
}

/* A total that an earlier program showed to the unit, and all parts but one shown: nothing can be hidden. */
static void test_refused(void **state)
{
    struct lac_publish_unknown unknown[] = {
        {.count = 3, .high = HUGE_VAL, .action = LAC_PUBLISH_PRIMARY},
        {.count = 40, .low = 40, .high = 40, .action = LAC_PUBLISH_ROUNDED, .earlier = true},
        {.count = 43, .low = 43, .high = 43, .action = LAC_PUBLISH_ROUNDED, .earlier = true}};
    struct lac_publish_relation relation = {0, 3, LAC_PUBLISH_EQUAL};
    struct lac_publish_entry entry[] = {{0, 1}, {1, 1}, {2, -1}};
    struct lac_publish_system system = {unknown, 3, &relation, 1, entry, 3};
    size_t open = 0;
    (void)state;
    assert_int_equal(lac_publish_protect(&profiles[0], &system, &err), LAC_OK);
    assert_int_equal(lac_publish_audit(&profiles[0], &system, &open, &err), LAC_OK);
    assert_int_equal(open, 1);
    assert_true(fabs(unknown[0].feasible_low - 3) < 1e-6 && fabs(unknown[0].feasible_high - 3) < 1e-6);
    /* were the part of this edition, it would be hidden too where its rounding does not protect enough */
    unknown[1] = (struct lac_publish_unknown){.count = 40, .high = HUGE_VAL, .action = LAC_PUBLISH_ROUNDED};
    assert_int_equal(lac_publish_protect(&profiles[0], &system, &err), LAC_OK);
    assert_int_equal(lac_publish_audit(&profiles[0], &system, &open, &err), LAC_OK);
    assert_int_equal(open, 0);
    assert_int_equal(unknown[1].action, LAC_PUBLISH_ROUNDED); /* 43 less 35 to 44: 1 to 8 */
    assert_int_equal(lac_publish_protect(&profiles[1], &system, &err), LAC_OK);
    assert_int_equal(unknown[1].action, LAC_PUBLISH_SECONDARY); /* 43 less 38 to 42: 1 to 5, not to 9 */
    assert_int_equal(lac_publish_audit(&profiles[1], &system, &open, &err), LAC_OK);
    assert_int_equal(open, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_refused), cmocka_unit_test(test_attack)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
