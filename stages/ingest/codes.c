/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codes.h"

#include <string.h>

#include "base/text.h"

const char *const lac_ingest_codes_names[LAC_CODES_TABLES] = {
    [LAC_CODES_FORCES] = "police_forces",
    [LAC_CODES_ALIASES] = "police_force_aliases",
    [LAC_CODES_DISTRICTS] = "lookup_lad24_pfa24",
    [LAC_CODES_ETHNICITY] = "ethnicity_codes",
    [LAC_CODES_OFFENCES] = "home_office_offence_codes_csae",
    [LAC_CODES_POSTCODES] = "postcode_areas",
    [LAC_CODES_COUNTRIES] = "countries",
    [LAC_CODES_LISTS] = "agency_lists",
    [LAC_CODES_CHANGES] = "district_changes",
    [LAC_CODES_AREAS] = "force_postcode_areas",
    [LAC_CODES_MORE_AREAS] = "force_postcode_areas_more",
    [LAC_CODES_PLACEHOLDERS] = "placeholders",
    [LAC_CODES_WORDS] = "operation_words",
};

/* Adds the texts of one column to a dictionary. */
static enum lac_status add_column(const struct lac_csv *table, const char *column, struct lac_dict *dict,
                                  struct lac_error *err)
{
    int index;
    enum lac_status status = lac_csv_require(table, &column, 1, &index, err);

    for (int64_t i = 0; status == LAC_OK && i < table->rows; i++) {
        uint32_t code;

        status = lac_dict_code(dict, lac_csv_cell(table, i, index), &code, err);
    }
    return status;
}

static enum lac_status make_forces(struct lac_ingest_codes *codes, const struct lac_csv *table,
                                   struct lac_arena *arena, struct lac_error *err)
{
    static const char *const columns[] = {"ons_pfa_code", "statistical_name", "force_type",
                                          "in_ew_44_force_scope"};
    int index[4];
    enum lac_status status = lac_csv_require(table, columns, 4, index, err);

    codes->force_name = LAC_NEW(arena, const char *, table->rows);
    codes->force_home = LAC_NEW(arena, bool, table->rows);
    if (codes->force_name == NULL || codes->force_home == NULL) return lac_fail_memory(err, "code lists");
    for (int64_t i = 0; status == LAC_OK && i < table->rows; i++) {
        const char *gss = lac_csv_cell(table, i, index[0]);
        uint32_t code;

        if (gss[0] == '\0') continue;
        status = lac_dict_code(&codes->force, gss, &code, err);
        if (status != LAC_OK) break;
        codes->force_name[code] = lac_csv_cell(table, i, index[1]);
        codes->force_home[code] = strcmp(lac_csv_cell(table, i, index[2]), "territorial") == 0 &&
                                  strcmp(lac_csv_cell(table, i, index[3]), "y") == 0;
    }
    return status;
}

static enum lac_status add_alias(struct lac_ingest_codes *codes, const char *text, const char *gss,
                                 struct lac_error *err)
{
    char folded[256];
    uint32_t code, before = codes->alias.count;
    enum lac_status status;

    if (gss[0] == '\0' || lac_text_fold_name(text, folded, sizeof folded) == (size_t)-1 || folded[0] == '\0')
        return LAC_OK;
    status = lac_dict_code(&codes->alias, folded, &code, err);
    if (status == LAC_OK && code == before) codes->alias_force[code] = gss;
    return status;
}

static enum lac_status make_aliases(struct lac_ingest_codes *codes, const struct lac_csv *forces,
                                    const struct lac_csv *aliases, struct lac_arena *arena,
                                    struct lac_error *err)
{
    static const char *const force_columns[] = {"force_id", "ons_pfa_code", "statistical_name", "force_name"};
    static const char *const alias_columns[] = {"force_id", "alias"};
    int f[4], a[2];
    enum lac_status status = lac_csv_require(forces, force_columns, 4, f, err);

    if (status == LAC_OK) status = lac_csv_require(aliases, alias_columns, 2, a, err);
    codes->alias_force = LAC_NEW(arena, const char *, forces->rows * 3 + aliases->rows);
    if (codes->alias_force == NULL) return lac_fail_memory(err, "code lists");
    for (int64_t i = 0; status == LAC_OK && i < forces->rows; i++) {
        const char *id = lac_csv_cell(forces, i, f[0]), *gss = lac_csv_cell(forces, i, f[1]);

        status = add_alias(codes, id, gss, err);
        for (int k = 2; status == LAC_OK && k < 4; k++)
            status = add_alias(codes, lac_csv_cell(forces, i, f[k]), gss, err);
        for (int64_t j = 0; status == LAC_OK && j < aliases->rows; j++) {
            if (strcmp(lac_csv_cell(aliases, j, a[0]), id) == 0)
                status = add_alias(codes, lac_csv_cell(aliases, j, a[1]), gss, err);
        }
    }
    return status;
}

static enum lac_status make_districts(struct lac_ingest_codes *codes, const struct lac_csv *table,
                                      struct lac_arena *arena, struct lac_error *err)
{
    static const char *const columns[] = {"ltla24_code", "pfa24_code"};
    int index[2];
    enum lac_status status = lac_csv_require(table, columns, 2, index, err);

    codes->district_force = LAC_NEW(arena, const char *, table->rows);
    codes->district_force_at = LAC_NEW(arena, uint32_t, table->rows);
    if (codes->district_force == NULL || codes->district_force_at == NULL)
        return lac_fail_memory(err, "code lists");
    for (int64_t i = 0; status == LAC_OK && i < table->rows; i++) {
        uint32_t code;

        status = lac_dict_code(&codes->district, lac_csv_cell(table, i, index[0]), &code, err);
        if (status != LAC_OK || code == LAC_MISSING_STR) continue;
        codes->district_force[code] = lac_csv_cell(table, i, index[1]);
        codes->district_force_at[code] = lac_dict_find(&codes->force, codes->district_force[code]);
    }
    return status;
}

const char *const lac_ingest_codes_frame_names[LAC_CODES_FRAMES] = {"SDE18", "SDE19", "SDE16", "IC"};

/* Bit of a frame; 0: it has no list. */
static unsigned frame_bit(const char *frame)
{
    for (int k = 0; k < LAC_CODES_FRAMES; k++)
        if (strcmp(frame, lac_ingest_codes_frame_names[k]) == 0) return 1u << k;
    return 0;
}

static enum lac_status make_ethnicity(struct lac_ingest_codes *codes, const struct lac_csv *table,
                                      struct lac_arena *arena, struct lac_error *err)
{
    static const char *const columns[] = {"frame", "code"};
    int index[2];
    enum lac_status status = lac_csv_require(table, columns, 2, index, err);

    codes->ethnicity_frames = LAC_NEW(arena, uint8_t, table->rows);
    if (codes->ethnicity_frames == NULL) return lac_fail_memory(err, "code lists");
    for (int64_t i = 0; status == LAC_OK && i < table->rows; i++) {
        uint32_t code;

        status = lac_dict_code(&codes->ethnicity, lac_csv_cell(table, i, index[1]), &code, err);
        if (status == LAC_OK && code != LAC_MISSING_STR)
            codes->ethnicity_frames[code] |= (uint8_t)frame_bit(lac_csv_cell(table, i, index[0]));
    }
    return status;
}

/* Age and sex of the victim as the label of an offence names them. */
static struct lac_ingest_offence offence_of(const char *label)
{
    struct lac_ingest_offence limit = {0, 0, false};

    if (strstr(label, "under 13") != NULL) limit.child_below = 13;
    if (strstr(label, "under 16") != NULL) limit.child_below = 16;
    if (strstr(label, " male") != NULL) limit.sex = 'M';
    if (strstr(label, " female") != NULL) limit.sex = 'F';
    return limit;
}

static enum lac_status make_offences(struct lac_ingest_codes *codes, const struct lac_csv *table,
                                     struct lac_arena *arena, struct lac_error *err)
{
    static const char *const columns[] = {"ho_offence_code", "label", "family"};
    int index[3];
    enum lac_status status = lac_csv_require(table, columns, 3, index, err);

    codes->offence_limit = LAC_NEW(arena, struct lac_ingest_offence, table->rows);
    if (codes->offence_limit == NULL) return lac_fail_memory(err, "code lists");
    for (int64_t i = 0; status == LAC_OK && i < table->rows; i++) {
        uint32_t code;

        status = lac_dict_code(&codes->offence, lac_csv_cell(table, i, index[0]), &code, err);
        if (status != LAC_OK || code == LAC_MISSING_STR) continue;
        codes->offence_limit[code] = offence_of(lac_csv_cell(table, i, index[1]));
        codes->offence_limit[code].exploits = strcmp(lac_csv_cell(table, i, index[2]), "exploitation") == 0 &&
                                              strstr(lac_csv_cell(table, i, index[1]), "children") != NULL;
    }
    return status;
}

static enum lac_status make_changes(struct lac_ingest_codes *codes, const struct lac_csv *table,
                                    struct lac_arena *arena, struct lac_error *err)
{
    static const char *const columns[] = {"old_code", "ltla24_code"};
    int index[2];
    enum lac_status status = lac_csv_require(table, columns, 2, index, err);

    codes->change_now = LAC_NEW(arena, const char *, table->rows);
    if (codes->change_now == NULL) return lac_fail_memory(err, "code lists");
    for (int64_t i = 0; status == LAC_OK && i < table->rows; i++) {
        uint32_t code;

        status = lac_dict_code(&codes->change, lac_csv_cell(table, i, index[0]), &code, err);
        if (status == LAC_OK) codes->change_now[code] = lac_csv_cell(table, i, index[1]);
    }
    return status;
}

/* Marks the areas of each force. */
static enum lac_status mark_areas(struct lac_ingest_codes *codes, const struct lac_csv *table, bool *of,
                                  struct lac_error *err)
{
    static const char *const columns[] = {"pfa24_code", "postcode_area"};
    int index[2];
    enum lac_status status = lac_csv_require(table, columns, 2, index, err);

    for (int64_t i = 0; status == LAC_OK && i < table->rows; i++) {
        uint32_t force = lac_dict_find(&codes->force, lac_csv_cell(table, i, index[0]));
        uint32_t area = lac_dict_find(&codes->postcode_area, lac_csv_cell(table, i, index[1]));

        if (force != LAC_MISSING_STR && area != LAC_MISSING_STR) of[area * codes->force.count + force] = true;
    }
    return status;
}

/* The forces that share an area with `force`, itself among them. */
static void mark_neighbours(const struct lac_ingest_codes *codes, const bool *of, uint32_t force,
                            bool *beside)
{
    uint32_t forces = codes->force.count;

    memset(beside, 0, forces * sizeof *beside);
    for (uint32_t area = 0; area < codes->postcode_area.count; area++) {
        const bool *in = of + (size_t)area * forces;

        for (uint32_t f = 0; f < forces && in[force]; f++) beside[f] |= in[f];
    }
}

static enum lac_status make_near(struct lac_ingest_codes *codes, const struct lac_csv *table,
                                 struct lac_arena *arena, struct lac_error *err)
{
    uint32_t forces = codes->force.count, areas = codes->postcode_area.count;
    bool *of = LAC_NEW(arena, bool, (size_t)areas *forces), *beside = LAC_NEW(arena, bool, forces);
    enum lac_status status;

    codes->near = LAC_NEW(arena, bool, (size_t)areas *forces);
    if (of == NULL || beside == NULL || codes->near == NULL) return lac_fail_memory(err, "code lists");
    status = mark_areas(codes, &table[LAC_CODES_AREAS], of, err);
    if (status == LAC_OK) status = mark_areas(codes, &table[LAC_CODES_MORE_AREAS], of, err);
    for (uint32_t force = 0; force < forces; force++) {
        mark_neighbours(codes, of, force, beside);
        for (uint32_t area = 0; area < areas; area++) {
            bool known = false, near = false;

            for (uint32_t f = 0; f < forces; f++) {
                known |= of[(size_t)area * forces + f];
                near |= of[(size_t)area * forces + f] && beside[f];
            }
            codes->near[(size_t)area * forces + force] = near || !known;
        }
    }
    return status;
}

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Areas are one or two letters; others cannot begin a postcode. */
static void place_areas(struct lac_ingest_codes *codes)
{
    for (uint32_t k = 0; k < codes->postcode_area.count && k < UINT16_MAX; k++) {
        const char *area = lac_dict_text(&codes->postcode_area, k);

        if (!is_letter(area[0])) continue;
        if (area[1] == '\0')
            codes->area_at[area[0] - 'A'][0] = (uint16_t)(k + 1);
        else if (is_letter(area[1]) && area[2] == '\0')
            codes->area_at[area[0] - 'A'][area[1] - 'A' + 1] = (uint16_t)(k + 1);
    }
}

/* --- words
 * ------------------------------------------------------------------------------------------------------ */

/* The folded text of a cell, in the arena. */
static const char *folded_cell(const struct lac_csv *table, int64_t row, int column, struct lac_arena *arena)
{
    char out[256];

    if (lac_text_fold_name(lac_csv_cell(table, row, column), out, sizeof out) == (size_t)-1) return "";
    return lac_arena_strdup(arena, out);
}

static enum lac_status make_placeholders(struct lac_ingest_codes *codes, const struct lac_csv *table,
                                         struct lac_arena *arena, struct lac_error *err)
{
    static const char *const columns[] = {"kind", "text"};
    int index[2];
    enum lac_status status = lac_csv_require(table, columns, 2, index, err);

    codes->start.item = LAC_NEW(arena, const char *, table->rows);
    if (codes->start.item == NULL) return lac_fail_memory(err, "code lists");
    for (int64_t i = 0; status == LAC_OK && i < table->rows; i++) {
        const char *kind = lac_csv_cell(table, i, index[0]), *text = folded_cell(table, i, index[1], arena);
        uint32_t code;

        if (text == NULL) return lac_fail_memory(err, "code lists");
        codes->begins[(unsigned char)text[0]] = true;
        if (strcmp(kind, "start") == 0)
            codes->start.item[codes->start.count++] = text;
        else
            status =
                lac_dict_code(strcmp(kind, "weak") == 0 ? &codes->weak : &codes->whole, text, &code, err);
    }
    return status;
}

static enum lac_status make_words(struct lac_ingest_codes *codes, const struct lac_csv *table,
                                  struct lac_arena *arena, struct lac_error *err)
{
    const char *const column = "word";
    int index;
    enum lac_status status = lac_csv_require(table, &column, 1, &index, err);

    codes->words.item = LAC_NEW(arena, const char *, table->rows);
    if (codes->words.item == NULL) return lac_fail_memory(err, "code lists");
    for (int64_t i = 0; status == LAC_OK && i < table->rows; i++) {
        const char *word = folded_cell(table, i, index, arena);

        if (word == NULL) return lac_fail_memory(err, "code lists");
        codes->words.item[codes->words.count++] = word;
    }
    return status;
}

#define LAC_CODES_DICTS 11

static void dicts_of(struct lac_ingest_codes *codes, struct lac_dict *dicts[LAC_CODES_DICTS])
{
    struct lac_dict *const all[LAC_CODES_DICTS] = {&codes->force,     &codes->alias,   &codes->district,
                                                   &codes->ethnicity, &codes->offence, &codes->postcode_area,
                                                   &codes->country,   &codes->list,    &codes->change,
                                                   &codes->whole,     &codes->weak};

    memcpy(dicts, all, sizeof all);
}

enum lac_status lac_ingest_codes_make(struct lac_ingest_codes *codes, const struct lac_csv *table,
                                      struct lac_arena *arena, struct lac_error *err)
{
    enum lac_status status;
    struct lac_dict *dicts[LAC_CODES_DICTS];

    memset(codes, 0, sizeof *codes);
    dicts_of(codes, dicts);
    for (size_t i = 0; i < LAC_CODES_DICTS; i++) lac_dict_init(dicts[i]);
    status = make_forces(codes, &table[LAC_CODES_FORCES], arena, err);
    if (status == LAC_OK)
        status = make_aliases(codes, &table[LAC_CODES_FORCES], &table[LAC_CODES_ALIASES], arena, err);
    if (status == LAC_OK) status = make_districts(codes, &table[LAC_CODES_DISTRICTS], arena, err);
    if (status == LAC_OK) status = make_ethnicity(codes, &table[LAC_CODES_ETHNICITY], arena, err);
    if (status == LAC_OK) status = make_offences(codes, &table[LAC_CODES_OFFENCES], arena, err);
    if (status == LAC_OK)
        status = add_column(&table[LAC_CODES_POSTCODES], "postcode_area", &codes->postcode_area, err);
    place_areas(codes);
    if (status == LAC_OK) status = add_column(&table[LAC_CODES_COUNTRIES], "alpha3", &codes->country, err);
    if (status == LAC_OK) status = add_column(&table[LAC_CODES_LISTS], "list_code", &codes->list, err);
    if (status == LAC_OK) status = make_changes(codes, &table[LAC_CODES_CHANGES], arena, err);
    if (status == LAC_OK) status = make_near(codes, table, arena, err);
    if (status == LAC_OK) status = make_placeholders(codes, &table[LAC_CODES_PLACEHOLDERS], arena, err);
    if (status == LAC_OK) status = make_words(codes, &table[LAC_CODES_WORDS], arena, err);
    return status;
}

void lac_ingest_codes_release(struct lac_ingest_codes *codes)
{
    struct lac_dict *dicts[LAC_CODES_DICTS];

    dicts_of(codes, dicts);
    for (size_t i = 0; i < LAC_CODES_DICTS; i++) lac_dict_release(dicts[i]);
}

const char *lac_ingest_codes_force(const struct lac_ingest_codes *codes, const char *text, bool *exact)
{
    char key[256];
    uint32_t code;

    *exact = false;
    if (lac_text_upper_trim(text, key, sizeof key) == (size_t)-1) return NULL;
    code = lac_dict_find(&codes->force, key);
    if (code != LAC_MISSING_STR) {
        *exact = true;
        return lac_dict_text(&codes->force, code);
    }
    if (lac_text_fold_name(text, key, sizeof key) == (size_t)-1) return NULL;
    code = lac_dict_find(&codes->alias, key);
    return code == LAC_MISSING_STR ? NULL : codes->alias_force[code];
}

const char *lac_ingest_codes_force_name(const struct lac_ingest_codes *codes, const char *gss)
{
    uint32_t code = lac_dict_find(&codes->force, gss);

    return code == LAC_MISSING_STR ? gss : codes->force_name[code];
}

const char *lac_ingest_codes_district(const struct lac_ingest_codes *codes, const char *district)
{
    uint32_t code = lac_dict_find(&codes->district, district);

    return code == LAC_MISSING_STR ? NULL : codes->district_force[code];
}

bool lac_ingest_codes_ethnicity(const struct lac_ingest_codes *codes, const char *frame, const char *code)
{
    return (lac_ingest_codes_ethnicity_frames(codes, code) & frame_bit(frame)) != 0;
}

unsigned lac_ingest_codes_ethnicity_frames(const struct lac_ingest_codes *codes, const char *code)
{
    uint32_t at = lac_dict_find(&codes->ethnicity, code);

    return at == LAC_MISSING_STR ? 0 : codes->ethnicity_frames[at];
}

/* Index of the area letters of a canonical postcode. */
static uint32_t area_of(const struct lac_ingest_codes *codes, const char *postcode)
{
    uint16_t at;

    if (!is_letter(postcode[0])) return LAC_MISSING_STR;
    at = codes->area_at[postcode[0] - 'A'][is_letter(postcode[1]) ? postcode[1] - 'A' + 1 : 0];
    return at == 0 ? LAC_MISSING_STR : at - 1u;
}

bool lac_ingest_codes_postcode(const struct lac_ingest_codes *codes, const char *postcode)
{
    return area_of(codes, postcode) != LAC_MISSING_STR;
}

bool lac_ingest_codes_near(const struct lac_ingest_codes *codes, const char *postcode, uint32_t force)
{
    uint32_t area = area_of(codes, postcode);

    if (area == LAC_MISSING_STR || force == LAC_MISSING_STR) return true;
    return codes->near[(size_t)area * codes->force.count + force];
}

const char *lac_ingest_codes_district_now(const struct lac_ingest_codes *codes, const char *district)
{
    uint32_t code = lac_dict_find(&codes->change, district);

    return code == LAC_MISSING_STR ? NULL : codes->change_now[code];
}

enum lac_ingest_placeholder lac_ingest_codes_placeholder(const struct lac_ingest_codes *codes,
                                                         const char *folded)
{
    if (folded[0] == '\0' || !codes->begins[(unsigned char)folded[0]]) return LAC_PLACEHOLDER_NO;
    if (lac_dict_find(&codes->whole, folded) != LAC_MISSING_STR) return LAC_PLACEHOLDER_SURE;
    for (size_t i = 0; i < codes->start.count; i++) {
        size_t n = strlen(codes->start.item[i]);

        if (strncmp(folded, codes->start.item[i], n) == 0 && (folded[n] == '\0' || folded[n] == ' '))
            return LAC_PLACEHOLDER_SURE;
    }
    return lac_dict_find(&codes->weak, folded) == LAC_MISSING_STR ? LAC_PLACEHOLDER_NO : LAC_PLACEHOLDER_WEAK;
}

bool lac_ingest_codes_operation(const struct lac_ingest_codes *codes, const char *folded)
{
    for (size_t i = 0; i < codes->words.count; i++) {
        const char *word = codes->words.item[i];
        size_t n = strlen(word);

        for (const char *at = strstr(folded, word); at != NULL; at = strstr(at + 1, word))
            if ((at == folded || at[-1] == ' ') && (at[n] == '\0' || at[n] == ' ')) return true;
    }
    return false;
}
