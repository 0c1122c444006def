/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_TEST_SIMULATE_FIXTURE_H
#define LAC_TEST_SIMULATE_FIXTURE_H
/* The demonstration nation, drawn in memory. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "returns.h"
#include "totals.h"

struct fixture {
    struct lac_arena arena;
    struct lac_simulate_settings *settings;
    struct lac_simulate_world world;
    struct lac_simulate_nation nation;
    struct lac_simulate_rows rows;
    struct lac_simulate_returns returns;
    struct lac_simulate_totals totals;
};

static inline void fixture_load(struct fixture *f)
{
    struct lac_error err;
    void *settings = NULL;
    const char *source = getenv("LACUNA_SOURCE");
    memset(f, 0, sizeof *f);
    lac_arena_init(&f->arena);
    if (!source) source = ".";
    char *path = lac_path_join(&f->arena, source, "configs/demo-nation.yaml");
    assert_int_equal(lac_config_load(path, &lac_simulate_schema, &f->arena, &settings, &err), LAC_OK);
    f->settings = settings;
    assert_int_equal(lac_simulate_settings_check(f->settings, &err), LAC_OK);
    assert_int_equal(lac_simulate_world_read(source, &f->arena, &f->world, &err), LAC_OK);
}

static inline void fixture_draw(struct fixture *f, uint32_t seed)
{
    struct lac_error err;
    lac_simulate_rows_release(&f->rows);
    f->nation = (struct lac_simulate_nation){
        .settings = f->settings, .world = &f->world, .seed = seed, .arena = &f->arena};
    assert_int_equal(lac_simulate_nation_draw(&f->nation, &err), LAC_OK);
    assert_int_equal(lac_simulate_capture_draw(&f->nation, &err), LAC_OK);
    assert_int_equal(lac_simulate_rows_draw(&f->nation, &f->rows, &err), LAC_OK);
    assert_int_equal(lac_simulate_returns_draw(&f->nation, &f->rows, &f->returns, &err), LAC_OK);
    assert_int_equal(lac_simulate_totals_count(&f->nation, &f->returns, &f->totals, &err), LAC_OK);
}

static inline void fixture_release(struct fixture *f)
{
    lac_simulate_rows_release(&f->rows);
    lac_arena_release(&f->arena);
}

/* k of n against probability p: within five standard deviations, and one. */
static inline void assert_share(size_t k, size_t n, double p)
{
    double limit = 5 * sqrt((double)n * p * (1 - p)) + 1;
    if (fabs((double)k - (double)n * p) > limit) fail_msg("%zu of %zu, expected share %g", k, n, p);
}

#endif
