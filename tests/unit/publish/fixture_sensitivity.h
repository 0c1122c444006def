/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks, judgements, sources of uncertainty and the sensitivity set of the fixture; part of test_fixture.c,
 * whose macros it uses. */
static void judgements(struct lac_table *table, bool earlier)
{
    static const struct {
        const char *gate, *item, *verdict;
        double value, limit;
    } gate[] = {{"lists", NULL, "passed", 5, 2},
                {"overlap", "NGO", "passed", 174, 10},
                {"overlap", "NRM", "near", 27, 10},
                {"interval_ratio", NULL, "passed", 1.3642, 5},
                {"list_out_ratio", NULL, "near", 1.8216, 3}};
    static const char *const stated[][2] = {
        {"method", "national"}, {"residual_dependence", "0.35"}, {"gates.overlap_minimum", "10"}};
    for (size_t i = 0; i < sizeof gate / sizeof *gate; i++) {
        struct lac_table *t = &table[LAC_TABLE_gates];
        size_t row = new_row(t);
        lac_u32(t, LAC_COL_gates_cell)[row] = 0;
        TEXT(*t, gates_gate, gate[i].gate);
        TEXT(*t, gates_item, gate[i].item);
        lac_f64(t, LAC_COL_gates_value)[row] = gate[i].value;
        lac_f64(t, LAC_COL_gates_limit)[row] = gate[i].limit;
        TEXT(*t, gates_verdict, gate[i].verdict);
    }
    for (size_t i = 0; i < sizeof stated / sizeof *stated - earlier; i++) {
        struct lac_table *t = &table[LAC_TABLE_stated];
        size_t row = new_row(t);
        TEXT(*t, stated_setting, stated[i][0]);
        TEXT(*t, stated_value, earlier && i == 1 ? "0.25" : stated[i][1]);
    }
}

static void sensitivity(struct lac_table *table)
{
    static const struct {
        const char *source;
        double share, lower, upper;
    } source[] = {{"sampling", 0.214, 6703.2, 7987.4},
                  {"model", 0.061, 6991.7, 7655.1},
                  {"linkage", 0.043, 7041.3, 7601.9},
                  {"scope", 0.012, 7163.6, 7466.2},
                  {"residual_dependence", 0.67, 6317.8, 8531.4}};
    static const struct {
        const char *run, *item, *status, *note;
        double value, estimate, lower, upper;
    } rows[] = {{"S0", NULL, "ok", NULL, (double)NAN, 7703.4, 6511.1, 9417.8},
                {"S4", NULL, "ok", NULL, (double)NAN, 6613.2, 6017.7, 7319.3},
                {"S8-shift", NULL, "ok", NULL, 0.35, 9403.1, 8113.7, 11203.9},
                {"S8-curve", NULL, "ok", NULL, -0.5, 10531.2, (double)NAN, (double)NAN},
                {"S8-odds", "PF+LA", "ok", NULL, 1.5, 8211.6, (double)NAN, (double)NAN},
                {"S1", NULL, "refused",
                 "the parts without an estimate hold more than a tenth of the persons seen", (double)NAN,
                 (double)NAN, (double)NAN, (double)NAN},
                {"S6-without", "NGO", "ok", NULL, (double)NAN, 7012.2, 5901.3, 8713.9},
                {"S6-merged", "PF+LA", "ok", NULL, (double)NAN, 7217.8, 6103.1, 8917.2},
                {"S6-force", "E23000001", "ok", NULL, (double)NAN, 7289.1, (double)NAN, (double)NAN},
                {"S6-force", "E23000002", "ok", NULL, (double)NAN, 7377.3, (double)NAN, (double)NAN},
                {"S7-definition", "D_FLAG", "ok", NULL, (double)NAN, 9790.4, 8211.5, 12123.7},
                {"S7-variant", "own", "ok", NULL, (double)NAN, 7688.2, 6300.1, 9820.0},
                {"S9", "HEALTH+NGO", "ok",
                 "4.2 % of the persons seen live where one of the two was not returned: they are counted as "
                 "seen alone",
                 (double)NAN, 8137.9, 5319.4, 12617.1}};
    for (size_t i = 0; i < sizeof source / sizeof *source; i++) {
        struct lac_table *t = &table[LAC_TABLE_uncertainty];
        size_t row = new_row(t);
        lac_u32(t, LAC_COL_uncertainty_cell)[row] = 0;
        TEXT(*t, uncertainty_source, source[i].source);
        lac_f64(t, LAC_COL_uncertainty_variance)[row] = source[i].share * 0.18;
        lac_f64(t, LAC_COL_uncertainty_share)[row] = source[i].share;
        lac_f64(t, LAC_COL_uncertainty_lower)[row] = source[i].lower;
        lac_f64(t, LAC_COL_uncertainty_upper)[row] = source[i].upper;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct lac_table *t = &table[LAC_TABLE_sensitivity];
        size_t row = new_row(t);
        lac_u32(t, LAC_COL_sensitivity_cell)[row] = 0;
        TEXT(*t, sensitivity_run, rows[i].run);
        TEXT(*t, sensitivity_item, rows[i].item);
        TEXT(*t, sensitivity_status, rows[i].status);
        TEXT(*t, sensitivity_note, rows[i].note);
        lac_f64(t, LAC_COL_sensitivity_value)[row] = rows[i].value;
        lac_f64(t, LAC_COL_sensitivity_estimate)[row] = rows[i].estimate;
        lac_f64(t, LAC_COL_sensitivity_lower)[row] = rows[i].lower;
        lac_f64(t, LAC_COL_sensitivity_upper)[row] = rows[i].upper;
    }
}
