/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Patches of drawn linkages, on random records and labels: what a draw changes stands in exactly one patch,
 * persons are never cut in two, equal changes are judged once, and labels of somebody who does not exist are
 * refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"
#include "linkages.h"
#include "population.h"

#define ROWS 40
#define PERSONS 16
#define DRAWS 12

static struct lac_error err;
static struct lac_arena arena;

/* Records of victims and suspects in cases, some of which share a network; a third is no evidence. */
struct nation {
    struct lac_reconcile_row row[ROWS];
    uint32_t network[ROWS]; /* per case */
    struct lac_reconcile_set set;
    struct lac_reconcile_facts facts;
    struct lac_reconcile_index victims, involved;
    struct lac_reconcile_label label[ROWS * DRAWS];
    size_t labels;
};

static void make_nation(struct nation *n, struct lac_random *random)
{
    memset(n, 0, sizeof *n);
    for (uint32_t i = 0; i < ROWS; i++) {
        n->row[i] = (struct lac_reconcile_row){
            .record = i,
            .case_index = lac_random_below(random, ROWS),
            .person = lac_random_below(random, PERSONS),
            .role = lac_random_below(random, 2) == 0 ? LAC_RECONCILE_VICTIM : LAC_RECONCILE_SUSPECT,
            .evidence = lac_random_below(random, 3) > 0,
        };
        n->network[i] = lac_random_below(random, 3) == 0 ? i / 2 : i;
    }
    n->set = (struct lac_reconcile_set){
        .row = n->row, .rows = ROWS, .cases = ROWS, .victims = PERSONS, .suspects = PERSONS};
    n->facts.network = n->network;
    n->facts.by_network.groups = ROWS;
    assert_int_equal(lac_reconcile_index_build(&n->set, LAC_RECONCILE_OF_VICTIMS, &arena, &n->victims, &err),
                     LAC_OK);
    assert_int_equal(
        lac_reconcile_index_build(&n->set, LAC_RECONCILE_OF_INVOLVED, &arena, &n->involved, &err), LAC_OK);
}

/* Every draw moves a few records to another person, or joins them in a new one; draws repeat each other. */
static void make_labels(struct nation *n, struct lac_random *random)
{
    for (uint32_t d = 0; d < DRAWS; d++) {
        struct lac_random same;

        lac_random_init(&same, 3, LAC_PURPOSE_TEST, n->row[0].case_index, d % 4, 0);
        for (uint32_t i = 0; i < ROWS; i++) {
            uint32_t lowest = i;

            if (lac_random_below(&same, 8) > 0) continue;
            if (lac_random_below(&same, 2) == 0) {
                n->label[n->labels++] = (struct lac_reconcile_label){d, i, lac_random_below(&same, PERSONS)};
                continue;
            }
            while (lowest > 0 && lac_random_below(&same, 3) > 0) lowest--;
            if (n->row[lowest].role == n->row[i].role)
                n->label[n->labels++] = (struct lac_reconcile_label){d, i, ROWS + lowest};
        }
    }
    (void)random;
}

/* Person of a record in a draw, of both populations in one numbering. */
static size_t drawn_person(const struct nation *n, uint32_t draw, size_t row)
{
    size_t person = n->row[row].person;

    for (size_t i = 0; i < n->labels; i++) {
        if (n->label[i].draw == draw && n->label[i].row == row) person = n->label[i].person;
    }
    return 2 * person + (n->row[row].role == LAC_RECONCILE_VICTIM ? 1 : 0);
}

static bool has_draw(const struct lac_reconcile_patch *patch, uint32_t draw)
{
    for (size_t i = 0; i < patch->draws; i++) {
        if (patch->draw[i] == draw) return true;
    }
    return false;
}

/* Which patch of the draw holds each row; -1: none. */
static void find_patches(struct lac_reconcile_patches *patches, uint32_t draw, int64_t *of)
{
    for (size_t i = 0; i < ROWS; i++) of[i] = -1;
    for (size_t k = 0; k < patches->count; k++) {
        size_t rows;
        uint32_t *row = lac_reconcile_patch_rows(patches, &patches->patch[k], &arena, &rows);

        assert_non_null(row);
        if (!has_draw(&patches->patch[k], draw)) continue;
        for (size_t i = 0; i < rows; i++) {
            assert_int_equal(of[row[i]], -1);
            of[row[i]] = (int64_t)k;
        }
    }
}

/* `whole` still has all labels. */
static void check_draw(const struct nation *n, struct lac_reconcile_patches *patches, uint32_t draw,
                       const struct nation *whole)
{
    const uint32_t *network = n->network;
    int64_t of[ROWS];

    find_patches(patches, draw, of);
    for (size_t i = 0; i < ROWS; i++) {
        bool victim = n->row[i].role == LAC_RECONCILE_VICTIM;

        if (!n->row[i].evidence) {
            assert_int_equal(of[i], -1);
            continue;
        }
        if (drawn_person(whole, draw, i) != 2 * (size_t)n->row[i].person + (victim ? 1 : 0))
            assert_int_not_equal(of[i], -1);
        for (size_t j = 0; j < i; j++) {
            bool one = drawn_person(whole, draw, i) == drawn_person(whole, draw, j);
            bool was = n->row[i].person == n->row[j].person && n->row[i].role == n->row[j].role;
            bool grouped =
                patches->linked.groups && network[n->row[i].case_index] == network[n->row[j].case_index];

            if (n->row[j].evidence && (one || was || grouped)) assert_int_equal(of[i], of[j]);
        }
    }
}

static void cuts_draws(void **state)
{
    static struct nation n, whole;
    struct lac_random random;

    (void)state;
    lac_random_init(&random, 1, LAC_PURPOSE_TEST, 0, 0, 0);
    for (int round = 0; round < 300; round++) {
        struct lac_reconcile_linked linked = {&n.set, &n.facts, &n.victims, &n.involved, round % 2 == 1};
        struct lac_reconcile_patches patches;

        lac_arena_reset(&arena);
        make_nation(&n, &random);
        make_labels(&n, &random);
        whole = n;
        assert_int_equal(lac_reconcile_patches_make(&linked, n.label, n.labels, &arena, &patches, &err),
                         LAC_OK);
        for (uint32_t d = 0; d < DRAWS; d++) check_draw(&n, &patches, d, &whole);
        /* draws 0, 4 and 8 change the same, and so do the others */
        for (size_t k = 0; k < patches.count; k++) assert_true(patches.patch[k].draws >= DRAWS / 4);
    }
}

static void refuses_labels(void **state)
{
    static struct nation n;
    struct lac_reconcile_linked linked = {&n.set, &n.facts, &n.victims, &n.involved, false};
    struct lac_reconcile_patches patches;
    struct lac_random random;

    (void)state;
    lac_random_init(&random, 2, LAC_PURPOSE_TEST, 0, 0, 0);
    make_nation(&n, &random);
    for (int fault = 0; fault < 4; fault++) {
        uint32_t other = 0;

        n.row[0].role = LAC_RECONCILE_VICTIM;
        while (n.row[other].role == LAC_RECONCILE_VICTIM) other++;
        n.label[0] = (struct lac_reconcile_label){0, fault == 0 ? ROWS : 0,
                                                  fault == 1   ? PERSONS
                                                  : fault == 2 ? 2 * ROWS
                                                               : ROWS + other};
        assert_int_equal(lac_reconcile_patches_make(&linked, n.label, 1, &arena, &patches, &err), LAC_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cuts_draws), cmocka_unit_test(refuses_labels)};
    int status;

    lac_error_init(&err);
    lac_arena_init(&arena);
    status = cmocka_run_group_tests(tests, NULL, NULL);
    lac_arena_release(&arena);
    return status;
}
