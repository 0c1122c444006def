/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 200 damaged variants of a valid return: bytes flipped, cut off, cells shifted, quotes lost or added, lines
 * joined or doubled. None crashes, and no row is lost without a finding that a person looks at. */
#include "fixture.h"

#define VARIANTS 200

static uint64_t state;

static size_t below(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return n == 0 ? 0 : (size_t)((state >> 11) % n);
}

static void valid_return(struct lac_buffer *text)
{
    add_header(text);
    add_rows(text,
             "6*sex=F|3*role=SUSPECT;operation=\"Oak, leaf\"|2*forename=Ren\xC3\xA9;surname=\"O\"\"Neill\"|"
             "4*local_ref=GMP/25/A;person_ref=A#|aliases=\"Zita Q; Z. Quill\"|5*age=;dob=2009-05");
    assert_false(text->failed);
}

static size_t find_from(const struct lac_buffer *text, char c)
{
    size_t start = below(text->length);

    for (size_t i = 0; i < text->length; i++)
        if (text->text[(start + i) % text->length] == c) return (start + i) % text->length;
    return text->length;
}

static void take_out(struct lac_buffer *text, size_t at, size_t n)
{
    if (at + n > text->length) return;
    memmove(text->text + at, text->text + at + n, text->length - at - n);
    text->length -= n;
}

static void put_in(struct lac_buffer *text, size_t at, char c)
{
    lac_buffer_add_n(text, "?", 1);
    assert_false(text->failed);
    memmove(text->text + at + 1, text->text + at, text->length - 1 - at);
    text->text[at] = c;
}

static void damage(struct lac_buffer *text, int kind)
{
    size_t at;

    switch (kind) {
    case 0: /* flipped bits */
        for (size_t i = 0, n = 1 + below(4); i < n; i++)
            text->text[below(text->length)] ^= (char)(1u << below(8));
        return;
    case 1: /* cut off */
        text->length = below(text->length);
        return;
    case 2: /* cells shifted */
        if ((at = find_from(text, ',')) < text->length) take_out(text, at, 1);
        return;
    case 3:
        put_in(text, below(text->length), ',');
        return;
    case 4: /* quotes lost or added */
        if ((at = find_from(text, '"')) < text->length) take_out(text, at, 1);
        return;
    case 5:
        put_in(text, below(text->length), '"');
        return;
    case 6: /* a quote at the start of a cell and one at the end of another */
        if ((at = find_from(text, ',')) < text->length) put_in(text, at + 1, '"');
        if ((at = find_from(text, ',')) < text->length) put_in(text, at, '"');
        return;
    case 7: /* lines joined */
        if ((at = find_from(text, '\n')) < text->length) take_out(text, at, 1);
        return;
    default: /* a piece lost */
        take_out(text, below(text->length), 1 + below(80));
    }
}

/* Lines that are not empty, without the first. */
static size_t lines_of(const struct lac_buffer *text)
{
    size_t n = 0, length = 0;

    for (size_t i = 0; i <= text->length; i++) {
        if (i < text->length && text->text[i] != '\n') {
            length += text->text[i] != '\r';
            continue;
        }
        n += length > 0;
        length = 0;
    }
    return n == 0 ? 0 : n - 1;
}

static size_t looked_at(const struct lac_ingest_return *ret)
{
    return lac_ingest_findings_count(&ret->findings, LAC_SEVERITY_ERROR) +
           lac_ingest_findings_count(&ret->findings, LAC_SEVERITY_WARNING);
}

static void check_variant(const struct lac_buffer *text, int variant)
{
    struct lac_ingest_return ret;
    size_t aside = 0;

    judge_text(&ret, text->text, text->length, "PF", "E23000005");
    if (!ret.judged) {
        if (looked_at(&ret) == 0) fail_msg("variant %d: refused without a finding", variant);
    } else {
        for (size_t i = 0; i < ret.sheet.rows; i++) aside += ret.judge.row[i].set_aside != LAC_RULE_NONE;
        assert_int_equal(ret.sheet.rows, ret.judge.used + aside);
        if (ret.sheet.rows != lines_of(text) && looked_at(&ret) == 0)
            fail_msg("variant %d: %zu rows of %zu lines, and nothing to look at", variant, ret.sheet.rows,
                     lines_of(text));
        /* a row set aside has a finding of its own, if only a note for a blank or repeated one */
        if (aside > ret.findings.count) fail_msg("variant %d: rows set aside without a finding", variant);
    }
    lac_ingest_return_release(&ret);
}

static void test_variants(void **unused)
{
    (void)unused;
    for (int variant = 0; variant < VARIANTS; variant++) {
        struct lac_buffer text = {0};

        state = 0x9E3779B97F4A7C15u + (uint64_t)variant;
        for (int i = 0; i < 10; i++) below(2);
        valid_return(&text);
        damage(&text, variant % 9);
        if (variant >= VARIANTS / 2) damage(&text, (int)below(9));
        check_variant(&text, variant);
        lac_buffer_release(&text);
    }
}

/* Both ways through the reader give the same rows, or the same refusal. */
struct rows {
    uint64_t hash;
    int64_t count;
};

static enum lac_status add_row(void *context, const struct lac_csv_row *row, struct lac_error *err)
{
    struct rows *rows = context;

    (void)err;
    for (size_t i = 0; i < row->count; i++)
        rows->hash = lac_hash64(row->field[i], row->length[i] + 1, rows->hash + (uint64_t)row->line);
    rows->count++;
    return LAC_OK;
}

static void test_both_ways(void **unused)
{
    (void)unused;
    for (int variant = 0; variant < VARIANTS; variant++) {
        struct lac_buffer text = {0};
        struct rows rows[2] = {{0, 0}, {0, 0}};
        struct lac_error err[2];
        enum lac_status status[2];

        state = 0xC2B2AE3D27D4EB4Fu + (uint64_t)variant;
        valid_return(&text);
        damage(&text, variant % 9);
        for (int way = 0; way < 2; way++) {
            struct lac_csv_reader reader = {
                .ragged = true, .record = add_row, .context = &rows[way], .libcsv_only = way == 1};

            lac_error_init(&err[way]);
            status[way] = lac_csv_read_bytes("a.csv", text.text, text.length, &reader, &err[way]);
        }
        assert_int_equal(status[0], status[1]);
        assert_int_equal(rows[0].count, rows[1].count);
        assert_true(rows[0].hash == rows[1].hash);
        assert_string_equal(err[0].message, err[1].message);
        assert_int_equal(err[0].row, err[1].row);
        lac_buffer_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants), cmocka_unit_test(test_both_ways)};

    return cmocka_run_group_tests(tests, open_library, close_library);
}
