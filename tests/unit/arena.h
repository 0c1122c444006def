/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_TESTS_ARENA_H
#define LAC_TESTS_ARENA_H
/* An arena and an error that live as long as a group of tests. */
#include "unit.h"

#include "base/memory.h"

static struct lac_error err;
static struct lac_arena arena;

static int arena_setup(void **state)
{
    (void)state;
    lac_error_init(&err);
    lac_arena_init(&arena);
    return 0;
}

static int arena_teardown(void **state)
{
    (void)state;
    lac_arena_release(&arena);
    return 0;
}

#endif
