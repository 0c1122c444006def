/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists that did not come, treated as not returned and as returned with nobody on them (hide.h).
 *
 *   validate_nonreturn [--persons 2500,6000,20000] [--seeds 50] [--each 1]
 *
 * Prints a row for each size, with --each 1 one for each nation too. Status 1 where "not returned" is not
 * nearer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hide.h"

static bool run(int persons, int seeds, bool each)
{
    struct hidden_estimates *found = calloc((size_t)seeds, sizeof *found);
    if (!found) exit(5);
#pragma omp parallel for schedule(dynamic, 1)
    for (int s = 0; s < seeds; s++) found[s] = hide_and_estimate(persons, s + 1);
    for (int s = 0; each && s < seeds; s++)
        printf("| %d | seed %d | %.0f | %.0f | %.0f | %.0f | %.0f |\n", persons, s + 1, found[s].full,
               found[s].missing, found[s].nobody, found[s].table, found[s].table_nobody);
    struct hidden_distances d = hidden_distances_of(found, seeds);
    printf("| %d | %.2f %% | %.2f %% | %.2f %% | %d of %d |\n", persons, 100 * d.missing, 100 * d.nobody,
           100 * d.table_nobody, d.nearer, seeds);
    fflush(stdout);
    free(found);
    return d.missing < d.nobody;
}

int main(int argc, char **argv)
{
    const char *persons = "2500,6000,20000";
    int seeds = 50;
    bool nearer = true, each = false;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--persons") == 0) persons = argv[i + 1];
        if (strcmp(argv[i], "--seeds") == 0) seeds = atoi(argv[i + 1]);
        if (strcmp(argv[i], "--each") == 0) each = atoi(argv[i + 1]) != 0;
    }
    if (seeds < 1) return 2;
    puts("| persons | not returned | as nobody | as nobody, one national table | nearer when not returned |\n"
         "|---|---|---|---|---|");
    while (*persons) {
        char *end;
        long size = strtol(persons, &end, 10);
        if (size < 100) return 2;
        nearer &= run((int)size, seeds, each);
        persons = *end ? end + 1 : end;
    }
    return nearer ? 0 : 1;
}
