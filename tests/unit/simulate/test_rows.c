/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows and returns: shares of what is missing or doubled, references, dates, versions, defects. */
#include "fixture.h"
#include "base/date.h"
#include "base/text.h"

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    fixture_load(f);
    fixture_draw(f, 7);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture_release(*state);
    free(*state);
    return 0;
}

static void missing_shares_match_the_settings(void **state)
{
    struct fixture *f = *state;
    const struct lac_simulate_list_settings *list = lac_simulate_lists(f->settings);
    for (uint32_t l = 0; l < f->settings->lists.count; l++) {
        size_t n = 0, dob = 0, postcode = 0, ref = 0, names = 0, ethnicity = 0, suspects = 0, cases = 0,
               flags = 0, off = 0;
        for (size_t i = 0; i < f->rows.rows; i++) {
            const struct lac_simulate_row *row = &f->rows.row[i];
            const struct lac_simulate_person *v = &f->nation.person[row->victim];
            if (row->list != l) continue;
            n++;
            dob += !row->field[LAC_RETURN_dob][0];
            postcode += !row->field[LAC_RETURN_postcode][0];
            ref += !row->field[LAC_RETURN_person_ref][0];
            names += !row->field[LAC_RETURN_surname][0];
            ethnicity += strcmp(row->field[LAC_RETURN_ethnicity_source], "NONE") == 0;
            flags += row->field[LAC_RETURN_image_only][0] == 'U';
            off += row->field[LAC_RETURN_image_only][0] != 'Y';
            if (row->person != row->victim || v->n_suspects == 0) continue;
            cases++;
            suspects += !row->field[LAC_RETURN_n_suspects][0];
        }
        assert_share(dob, n, list[l].dob_missing);
        assert_share(postcode, n, list[l].postcode_missing);
        assert_share(ref, n, list[l].ref_missing);
        assert_share(names, n, list[l].names_missing);
        assert_share(ethnicity, n, list[l].ethnicity_missing);
        assert_share(flags, off, list[l].flags_missing);
        assert_share(suspects, cases, list[l].suspects_missing);
    }
}

static void duplicates_match_the_settings(void **state)
{
    struct fixture *f = *state;
    size_t captured[LAC_SIMULATE_LISTS] = {0}, twice[LAC_SIMULATE_LISTS] = {0}, between = 0, transferred = 0;
    for (size_t i = 0; i < f->rows.rows; i++) {
        const struct lac_simulate_row *row = &f->rows.row[i];
        if (row->person != row->victim) continue;
        captured[row->list] += row->event == 0 && row->copy == LAC_COPY_FIRST;
        twice[row->list] += row->copy == LAC_COPY_DUPLICATE;
        between += row->copy == LAC_COPY_OTHER_FORCE;
        transferred += strcmp(row->field[LAC_RETURN_status], "TRANSFERRED") == 0;
    }
    for (uint32_t l = 0; l < f->settings->lists.count; l++)
        assert_share(twice[l], captured[l], lac_simulate_lists(f->settings)[l].duplicates);
    assert_share(between, captured[0], f->settings->police.between);
    assert_true(transferred > 0 && transferred < between);
}

static const struct lac_simulate_row *find_crime(const struct fixture *f, const char *force, const char *ref)
{
    for (size_t i = 0; i < f->rows.rows; i++) {
        const struct lac_simulate_agency *agency = &f->rows.agency[f->rows.row[i].agency];
        if (agency->force < 0 || strcmp(f->world.force[agency->force].code, force) != 0) continue;
        if (strcmp(f->rows.row[i].field[LAC_RETURN_local_ref], ref) == 0) return &f->rows.row[i];
    }
    return NULL;
}

static void transfers_point_at_the_other_row(void **state)
{
    struct fixture *f = *state;
    size_t seen = 0;
    for (size_t i = 0; i < f->rows.rows && seen < 10; i++) {
        const struct lac_simulate_row *row = &f->rows.row[i];
        if (!row->field[LAC_RETURN_transfer_ref][0]) continue;
        const struct lac_simulate_row *other =
            find_crime(f, row->field[LAC_RETURN_transfer_force], row->field[LAC_RETURN_transfer_ref]);
        assert_non_null(other);
        assert_int_equal(other->victim, row->victim);
        assert_int_equal(other->copy, LAC_COPY_OTHER_FORCE);
        seen++;
    }
    assert_true(seen > 0);
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void references_name_one_crime(void **state)
{
    struct fixture *f = *state;
    const char **ref = LAC_NEW(&f->arena, const char *, f->rows.rows);
    size_t n = 0;
    for (size_t i = 0; i < f->rows.rows; i++) {
        const struct lac_simulate_row *row = &f->rows.row[i];
        if (row->person == row->victim) ref[n++] = row->field[LAC_RETURN_local_ref];
    }
    qsort(ref, n, sizeof *ref, compare_text);
    for (size_t i = 1; i < n; i++) assert_string_not_equal(ref[i - 1], ref[i]);
}

static void dates_are_in_order_and_in_the_return(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->rows.rows; i++) {
        const struct lac_simulate_row *row = &f->rows.row[i];
        int year, month, day;
        lac_date_to_civil(row->recorded, &year, &month, &day);
        assert_true(row->recorded >= f->settings->period_start && row->recorded <= f->settings->period_end);
        assert_int_equal((month - 1) / 3, row->quarter);
        if (row->from != LAC_DATE_NONE) assert_true(row->from <= row->recorded);
        if (row->from != LAC_DATE_NONE && row->to != LAC_DATE_NONE)
            assert_true(row->from <= row->to && row->to <= row->recorded);
    }
}

static void rows_sit_in_returns_once(void **state)
{
    struct fixture *f = *state;
    size_t live = 0, missing = 0, partial = 0, superseded = 0;
    for (size_t r = 0; r < f->returns.count; r++) {
        const struct lac_simulate_return *item = &f->returns.item[r];
        bool none = strcmp(item->coverage, "MISSING") == 0;
        live += item->live ? item->rows : 0;
        missing += none;
        partial += strcmp(item->coverage, "PARTIAL") == 0;
        superseded += !item->live && !none;
        assert_int_equal(item->rows == 0, item->file[0] == 0);
        assert_true(none ? item->rows == 0 : item->rows > 0 || strcmp(item->coverage, "NIL") == 0);
        if (item->version > 1) assert_string_equal(item->supersedes, f->returns.item[r - 1].id);
        for (size_t i = item->first; i < item->first + item->rows; i++) {
            assert_int_equal(f->returns.row[i].agency, item->agency);
            assert_int_equal(f->returns.row[i].quarter, item->quarter);
        }
    }
    assert_int_equal(missing, 1);
    assert_int_equal(partial, 1);
    assert_int_equal(superseded, 1);
    assert_true(live < f->rows.rows && live > 0.98 * (double)f->rows.rows);
}

static void first_version_lacks_rows(void **state)
{
    struct fixture *f = *state;
    for (size_t r = 0; r + 1 < f->returns.count; r++) {
        const struct lac_simulate_return *old = &f->returns.item[r], *new = old + 1;
        if (old->live || old->rows == 0) continue;
        assert_true(old->rows < new->rows);
        assert_share(new->rows - old->rows, new->rows, f->settings->returns.revised_rows / 2);
        assert_true(old->received < new->received);
    }
}

static size_t count_live(const struct fixture *f, enum lac_simulate_column column, const char *text)
{
    size_t n = 0;
    for (size_t r = 0; r < f->returns.count; r++)
        for (size_t i = 0; f->returns.item[r].live && i < f->returns.item[r].rows; i++)
            n += strcmp(f->returns.row[f->returns.item[r].first + i].field[column], text) == 0;
    return n;
}

static void defects_are_as_many_as_asked_for(void **state)
{
    struct fixture *f = *state;
    const struct lac_simulate_defect_settings *d = &f->settings->defects;
    size_t marks = 0, extra = 0, declared = 0;
    assert_int_equal(count_live(f, LAC_RETURN_dob, "1900-01-01"), d->placeholder_dobs);
    assert_int_equal(count_live(f, LAC_RETURN_local_ref, ""), d->no_local_ref);
    assert_int_equal(count_live(f, LAC_RETURN_offence_code, "999Z") + count_live(f, LAC_RETURN_sex, "Female"),
                     d->wrong_codes);
    for (size_t r = 0; r < f->returns.count; r++) {
        const struct lac_simulate_return *item = &f->returns.item[r];
        marks += item->byte_order_mark;
        extra += item->extra_column;
        declared += item->declared_rows >= 0 && (size_t)item->declared_rows != item->rows;
    }
    assert_int_equal(marks, d->byte_order_marks);
    assert_int_equal(extra, d->extra_columns);
    assert_int_equal(declared, d->wrong_declared_rows);
}

static void unknown_agency_is_refused(void **state)
{
    struct fixture *f = *state;
    struct lac_error err;
    struct lac_simulate_returns returns;
    struct lac_simulate_return_settings *late = f->settings->returns.late.item;
    const char *keep = late->agency;
    late->agency = "Nowhere";
    assert_int_equal(lac_simulate_returns_draw(&f->nation, &f->rows, &returns, &err), LAC_USAGE);
    assert_non_null(strstr(err.message, "Nowhere"));
    late->agency = keep;
}

static void scrambling_is_one_to_one(void **state)
{
    (void)state;
    uint8_t *seen = calloc(100000000 / 8, 1);
    for (uint64_t n = 0; n < 2000000; n++) {
        uint32_t k = lac_simulate_scramble(n);
        assert_true(k < 100000000);
        assert_false(seen[k / 8] >> (k % 8) & 1);
        seen[k / 8] |= (uint8_t)(1u << (k % 8));
    }
    free(seen);
}

static void typo_is_one_edit(void **state)
{
    struct fixture *f = *state;
    size_t changed = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        struct lac_random random = lac_simulate_stream(&f->nation, LAC_DRAW_ROW, i, 0);
        const char *out = lac_simulate_typo(&f->arena, "Charlotte", &random);
        assert_true(lac_text_distance("Charlotte", out) <= 1);
        changed += strcmp(out, "Charlotte") != 0;
    }
    assert_true(changed > 850);
    struct lac_random random = lac_simulate_stream(&f->nation, LAC_DRAW_ROW, 1, 0);
    assert_string_equal(lac_simulate_typo(&f->arena, "X", &random), "X");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_shares_match_the_settings),
        cmocka_unit_test(duplicates_match_the_settings),
        cmocka_unit_test(transfers_point_at_the_other_row),
        cmocka_unit_test(references_name_one_crime),
        cmocka_unit_test(dates_are_in_order_and_in_the_return),
        cmocka_unit_test(rows_sit_in_returns_once),
        cmocka_unit_test(first_version_lacks_rows),
        cmocka_unit_test(defects_are_as_many_as_asked_for),
        cmocka_unit_test(unknown_agency_is_refused),
        cmocka_unit_test(scrambling_is_one_to_one),
        cmocka_unit_test(typo_is_one_edit),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
