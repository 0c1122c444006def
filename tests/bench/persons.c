/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Synthetic persons for the link benchmark:
 *
 *   persons GIVEN.txt SURNAMES.txt RECORDS > persons.csv
 *
 * One name a line in both files. A person has one record (70 %), two (18 %), three (7 %) or four to six (5
 * %). The first record is free of errors in its values; later ones have typing errors in the forename (10 %)
 * and the surname (8 %), another surname (4 %), day and month swapped (3 %), the year off by one (3 %),
 * another day (2 %), a move inside the postcode area (35 %), no forename (2 %), names exchanged (1 %). Any
 * record may lack its postcode (10 %) or its date (2 %). Fields err independently, so a model of independent
 * errors is right here: the set measures speed, not realism. `ent` is the truth. The draws come from one
 * xorshift generator with a fixed start, so the file is the same everywhere.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME 64

struct names {
    char (*text)[NAME];
    uint32_t count;
};

static uint64_t state = 88172645463325252u;

static double uniform(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) / 9007199254740992.0;
}

static uint32_t below(uint32_t n)
{
    return (uint32_t)(uniform() * n);
}

static int names_read(const char *path, struct names *names)
{
    char line[256];
    size_t capacity = 0;
    FILE *from = fopen(path, "r");
    if (!from) return 0;
    while (fgets(line, sizeof line, from)) {
        size_t length = strcspn(line, "\r\n");
        if (length == 0 || length >= NAME - 24) continue;
        if (names->count == capacity) {
            capacity = capacity ? 2 * capacity : 1024;
            void *grown = realloc(names->text, capacity * sizeof *names->text);
            if (!grown) return 0;
            names->text = grown;
        }
        memcpy(names->text[names->count], line, length);
        names->text[names->count++][length] = '\0';
    }
    fclose(from);
    return names->count > 0;
}

/* One typing error: another letter, a letter lost, one too many, or two neighbours swapped. */
static void mistype(char *name)
{
    size_t length = strlen(name);
    if (length < 2) return;
    uint32_t what = below(4), at = below((uint32_t)length);
    char letter = (char)('a' + below(26));
    if (what == 0)
        name[at] = letter;
    else if (what == 1)
        memmove(name + at, name + at + 1, length - at);
    else if (what == 2 && length < 38) {
        memmove(name + at + 1, name + at, length - at + 1);
        name[at] = letter;
    } else if (at + 1 < length) {
        char first = name[at];
        name[at] = name[at + 1];
        name[at + 1] = first;
    }
}

struct place {
    uint32_t area, district, sector;
    char code[NAME];
};

/* Last two letters at random; `elsewhere` draws sector and district too. */
static void place_draw(struct place *place, int elsewhere)
{
    uint32_t last = below(20), before = below(20);
    if (elsewhere) {
        place->sector = below(9);
        place->district = 1 + below(20);
    }
    snprintf(place->code, sizeof place->code, "%c%c%u %u%c%c", (int)('a' + place->area / 11),
             (int)('a' + place->area % 11), place->district, place->sector, (int)('a' + before),
             (int)('a' + last));
}

struct person {
    char forename[NAME], surname[NAME];
    int year, month, day;
    struct place place;
    int male;
    uint32_t force;
};

static uint32_t person_draw(const struct names *given, const struct names *surnames, struct person *person)
{
    strcpy(person->forename, given->text[below(given->count)]);
    strcpy(person->surname, surnames->text[below(surnames->count)]);
    person->year = (int)(1950 + uniform() * 55);
    person->month = (int)(1 + uniform() * 12);
    person->day = (int)(1 + uniform() * 28);
    person->place.area = below(120);
    person->place.district = (uint32_t)(1 + uniform() * 20);
    person->place.sector = below(9);
    place_draw(&person->place, 0);
    person->male = uniform() < .7;
    person->force = below(45);
    double records = uniform();
    return records < .7 ? 1 : records < .88 ? 2 : records < .95 ? 3 : 4 + below(3);
}

/* What goes wrong in a later record. The force moves for good. */
static void record_spoil(const struct names *surnames, struct person *person, struct person *record)
{
    if (uniform() < .10) mistype(record->forename);
    if (uniform() < .08) mistype(record->surname);
    if (uniform() < .04) strcpy(record->surname, surnames->text[below(surnames->count)]);
    if (uniform() < .03 && record->day <= 12) {
        int month = record->month;
        record->month = record->day;
        record->day = month;
    }
    if (uniform() < .03) record->year += uniform() < .5 ? 1 : -1;
    if (uniform() < .02) record->day = (int)(1 + uniform() * 28);
    if (uniform() < .35) place_draw(&record->place, 1);
    if (uniform() < .02) record->forename[0] = '\0';
    if (uniform() < .01) {
        char name[NAME];
        strcpy(name, record->forename);
        strcpy(record->forename, record->surname);
        strcpy(record->surname, name);
    }
    if (uniform() < .5) person->force = below(45);
}

static void record_write(const struct person *record, uint32_t force, uint32_t id, uint32_t entity)
{
    char date[48] = "";
    int placed = uniform() >= .1, dated = uniform() >= .02;
    if (dated) snprintf(date, sizeof date, "%04d-%02d-%02d", record->year, record->month, record->day);
    printf("%u,%s,%s,%s,%s,%c,%u,%u\n", id, record->forename, record->surname, date,
           placed ? record->place.code : "", record->male ? 'm' : 'f', force, entity);
}

int main(int argc, char **argv)
{
    struct names given = {0}, surnames = {0};
    uint32_t wanted = argc == 4 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0, written = 0;
    if (!wanted || !names_read(argv[1], &given) || !names_read(argv[2], &surnames)) {
        fputs("persons GIVEN.txt SURNAMES.txt RECORDS > persons.csv\n", stderr);
        return 2;
    }
    puts("unique_id,first_name,surname,dob,postcode,sex,force,ent");
    for (uint32_t entity = 0; written < wanted; entity++) {
        struct person person;
        uint32_t records = person_draw(&given, &surnames, &person);
        for (uint32_t k = 0; k < records && written < wanted; k++) {
            struct person record = person;
            if (k) record_spoil(&surnames, &person, &record);
            record_write(&record, person.force, written++, entity);
        }
    }
    free(given.text);
    free(surnames.text);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 5;
}
