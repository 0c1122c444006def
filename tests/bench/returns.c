/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Synthetic returns in the national layout for the ingest benchmark:
 *
 *   returns GIVEN.txt SURNAMES.txt DISTRICTS.txt ROWS FILES FOLDER
 *
 * Names one a line; districts as "district force postcode-area". Writes FOLDER/rNNN.csv and the register
 * FOLDER/returns.csv: forces of England in turn, four quarters each. A case has a victim or two and up to
 * three suspects; every tenth aliases field is quoted; one row in two hundred has something for a rule to
 * find (an unknown code, a date out of order, an age that conflicts, a missing role). The draws come from one
 * xorshift generator with a fixed start, so the files are the same everywhere. The set measures speed, not
 * realism.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD 64

struct words {
    char (*text)[WORD];
    size_t count;
};

static uint64_t state = 88172645463325252u;

static uint32_t below(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 11) % n);
}

static int read_words(const char *path, struct words *words)
{
    char line[256];
    size_t capacity = 0;
    FILE *from = fopen(path, "r");

    if (!from) return 0;
    while (fgets(line, sizeof line, from)) {
        size_t length = strcspn(line, "\r\n");

        if (length == 0 || length >= WORD) continue;
        if (words->count == capacity) {
            capacity = capacity ? 2 * capacity : 1024;
            void *grown = realloc(words->text, capacity * sizeof *words->text);
            if (!grown) return 0;
            words->text = grown;
        }
        memcpy(words->text[words->count], line, length);
        words->text[words->count++][length] = '\0';
    }
    fclose(from);
    return words->count > 0;
}

static struct words given, surnames, districts;

struct incident {
    size_t number;
    const char *district, *area;
    int month, from, to, recorded, victims, suspects, unidentified;
};

static void put_person(FILE *to, const struct incident *one, size_t person, int victim, int quarter)
{
    static const char *const ethnicity[] = {"W1", "W1", "A2", "B1", "M1", "A1"};
    static const char *const offence[] = {"71", "88A", "22A", "72", "73", "88C"};
    const char *name = given.text[below(given.count)], *surname = surnames.text[below(surnames.count)];
    int fault = below(200) == 0 ? (int)below(4) : -1,
        born = victim ? 2025 - 17 + (int)below(5) : 1965 + (int)below(38);
    int month = 1 + (int)below(12), day = 1 + (int)below(28), start = quarter * 3 + one->month;
    int age = 2025 - born - (month > start || (month == start && day > one->from));
    int known = below(3) == 0;

    fprintf(to, "%c%c/25/%zu,P%zu,%s,%s,%s,", one->district[1] == '0' ? 'K' : 'G', one->district[8],
            one->number, person,
            fault == 0 ? ""
            : victim   ? "VICTIM"
                       : "SUSPECT",
            name, surname);
    if (below(20) == 0)
        fprintf(to, below(2) ? "%s %s" : "\"%s %s\"", given.text[below(given.count)], surname);
    fprintf(to, ",%04d-%02d-%02d,%d,%s,", born, month, day, fault == 1 ? age + 9 : age,
            victim     ? below(5) ? "F" : "M"
            : below(9) ? "M"
                       : "F");
    fprintf(to, "%s,", known ? ethnicity[below(6)] : "");
    fprintf(to, known ? "SDE18,SELF," : ",,");
    fprintf(to, "GBR,%s%u %u%c%c,%s,", one->area, 1 + below(40), 1 + below(9), "ABDEFGHJLN"[below(10)],
            "ABDEFGHJLN"[below(10)], one -> district);
    fprintf(to, "2025-%02d-%02d,2025-%02d-%02d,2025-%02d-%02d,", start, one->from, start,
            fault == 2 ? 1 : one->to, start, one->recorded);
    fprintf(to, "%s,CSE,Y,N,%s,%d,%d,%d,", fault == 3 ? "999Z" : offence[one->number % 6],
            below(4) ? "N" : "Y", one->suspects + one->unidentified, one->unidentified, one->victims);
    if (one->number % 8 == 0) fprintf(to, "G%zu", one->number / 8);
    fprintf(to, ",%s,LIVE,CONFIRMED,%s,", one->number % 16 == 0 ? "Oakleaf" : "", below(10) ? "" : "LA");
    if (victim && below(5) == 0) fprintf(to, "NRM:%06x%06x", below(1u << 24), below(1u << 24));
    fputs(",,\n", to);
}

static size_t put_file(FILE *to, size_t rows, const char *force, int quarter, size_t *person)
{
    static size_t number = 0;
    size_t written = 0, first = 0, count = 0;

    for (size_t i = 0; i < districts.count; i++) {
        if (strncmp(districts.text[i] + 10, force, 9) != 0) continue;
        if (count++ == 0) first = i;
    }
    fputs("local_ref,person_ref,role,forename,surname,aliases,dob,age,sex,ethnicity,ethnicity_frame,"
          "ethnicity_source,nationality,postcode,lad,offence_from,offence_to,recorded_date,offence_code,"
          "criterion,"
          "cse_flag,image_only,online_flag,n_suspects,n_suspects_unidentified,n_victims,group_ref,operation,"
          "status,"
          "basis,referral_source,national_ref,transfer_force,transfer_ref\n",
          to);
    while (written < rows) {
        const char *line = districts.text[first + below(count)];
        char district[10];
        struct incident one = {.number = ++number, .month = 1 + (int)below(3), .from = 2 + (int)below(10)};

        memcpy(district, line, 9);
        district[9] = '\0';
        one.district = district;
        one.area = line + 20;
        one.to = one.from + (int)below(8);
        one.recorded = one.to + (int)below(8);
        one.victims = 1 + (below(6) == 0);
        one.suspects = 2 + (int)below(2);
        one.unidentified = below(8) == 0;
        for (int k = 0; k < one.victims + one.suspects && written < rows; k++, written++)
            put_person(to, &one, ++*person, k < one.victims, quarter);
    }
    return written;
}

int main(int argc, char **argv)
{
    static const char *const ends[] = {"03-31", "06-30", "09-30", "12-31"};
    char path[4096];
    size_t rows, files, person = 0;
    FILE *reg;

    if (argc != 7 || !read_words(argv[1], &given) || !read_words(argv[2], &surnames) ||
        !read_words(argv[3], &districts)) {
        fputs("usage: returns GIVEN.txt SURNAMES.txt DISTRICTS.txt ROWS FILES FOLDER\n", stderr);
        return 2;
    }
    rows = strtoul(argv[4], NULL, 10);
    files = strtoul(argv[5], NULL, 10);
    snprintf(path, sizeof path, "%s/returns.csv", argv[6]);
    if (!(reg = fopen(path, "w"))) return 5;
    fputs("return_id,list,agency,force,period_start,period_end,extract_date,received_date,version,supersedes,"
          "coverage,"
          "layout,file,sha256,declared_rows\n",
          reg);
    for (size_t i = 0; i < files; i++) {
        size_t n = rows / files + (i < rows % files);
        const char *force = districts.text[(i / 4) * 13 % districts.count] + 10;
        int quarter = (int)(i % 4);
        FILE *to;

        fprintf(reg,
                "R%zu,PF,Agency "
                "%zu,%.9s,2025-%02d-01,2025-%s,2026-01-05,2026-01-10,1,,FULL,national-1,r%03zu.csv,,%zu\n",
                i, i / 4, force, 1 + 3 * quarter, ends[quarter], i, n);
        snprintf(path, sizeof path, "%s/r%03zu.csv", argv[6], i);
        if (!(to = fopen(path, "w"))) return 5;
        put_file(to, n, force, quarter, &person);
        if (fclose(to) != 0) return 5;
    }
    return fclose(reg) != 0 ? 5 : 0;
}
