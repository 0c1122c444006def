/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bare libcsv over files, strict and without trimming, as the guard calls it: MB, seconds and fields, for the
 * share of its speed that a whole stage reaches. */
#include <csv.h>
#include <stdio.h>
#include <time.h>

static size_t fields, records;

static void on_field(void *text, size_t n, void *unused)
{
    (void)text;
    (void)n;
    (void)unused;
    fields++;
}

static void on_record(int end, void *unused)
{
    (void)end;
    (void)unused;
    records++;
}

static int never_space(unsigned char c)
{
    (void)c;
    return 0;
}

int main(int argc, char **argv)
{
    static char block[65536];
    struct timespec start, end;
    double bytes = 0, seconds;

    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 1; i < argc; i++) {
        struct csv_parser parser;
        FILE *file = fopen(argv[i], "rb");
        size_t n;

        if (!file || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) return 5;
        csv_set_space_func(&parser, never_space);
        while ((n = fread(block, 1, sizeof block, file)) > 0) {
            bytes += (double)n;
            if (csv_parse(&parser, block, n, on_field, on_record, NULL) != n) return 3;
        }
        csv_fini(&parser, on_field, on_record, NULL);
        csv_free(&parser);
        fclose(file);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    printf("%.3f MB/s, %.3f s, %.1f MB, %zu records, %zu fields\n", bytes / 1e6 / seconds, seconds,
           bytes / 1e6, records, fields);
    return 0;
}
