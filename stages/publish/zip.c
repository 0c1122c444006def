/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "zip.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#define DAY_ONE 0x21 /* 1 January 1980, the first day the format knows */

static void put16(struct lac_buffer *to, unsigned value)
{
    const char bytes[2] = {(char)(value & 255), (char)(value >> 8 & 255)};
    lac_buffer_add_n(to, bytes, 2);
}

static void put32(struct lac_buffer *to, size_t value)
{
    put16(to, (unsigned)(value & 0xFFFF));
    put16(to, (unsigned)(value >> 16 & 0xFFFF));
}

struct member {
    const char *name;
    size_t length, packed, offset;
    uint32_t crc;
    unsigned method;
};

/* What the member's own header and the directory share. */
static void put_member(struct lac_buffer *to, const struct member *m)
{
    put16(to, 20);    /* version needed */
    put16(to, 0x800); /* names in UTF-8 */
    put16(to, m->method);
    put16(to, 0);
    put16(to, DAY_ONE);
    put32(to, m->crc);
    put32(to, m->packed);
    put32(to, m->length);
    put16(to, (unsigned)strlen(m->name));
    put16(to, 0); /* no extra field */
}

static void put_directory(struct lac_buffer *to, const struct member *m)
{
    lac_buffer_add_n(to, "PK\1\2", 4);
    put16(to, 20);
    put_member(to, m);
    put16(to, 0); /* no comment */
    put16(to, 0); /* first disk */
    put16(to, 0);
    put32(to, 0);
    put32(to, m->offset);
    lac_buffer_add(to, m->name);
}

void lac_publish_zip_add(struct lac_publish_zip *zip, const char *name, const char *bytes, size_t length,
                         bool store)
{
    struct libdeflate_compressor *compressor = store ? NULL : libdeflate_alloc_compressor(6);
    size_t bound = compressor ? libdeflate_deflate_compress_bound(compressor, length) : 0;
    char *packed = compressor ? malloc(bound + 1) : NULL;
    struct member m = {name, length, length, zip->body.length, libdeflate_crc32(0, bytes, length), 0};
    if (!store && !packed) zip->body.failed = 1;
    size_t size = packed ? libdeflate_deflate_compress(compressor, bytes, length, packed, bound) : 0;
    if (size > 0) {
        m.method = 8;
        m.packed = size;
    }
    lac_buffer_add_n(&zip->body, "PK\3\4", 4);
    put_member(&zip->body, &m);
    lac_buffer_add(&zip->body, name);
    lac_buffer_add_n(&zip->body, size > 0 ? packed : bytes, m.packed);
    put_directory(&zip->directory, &m);
    zip->members++;
    free(packed);
    if (compressor) libdeflate_free_compressor(compressor);
}

enum lac_status lac_publish_zip_end(struct lac_publish_zip *zip, struct lac_error *err)
{
    size_t at = zip->body.length, size = zip->directory.length;
    if (size > 0) lac_buffer_add_n(&zip->body, zip->directory.text, size);
    lac_buffer_add_n(&zip->body, "PK\5\6", 4);
    put16(&zip->body, 0);
    put16(&zip->body, 0);
    put16(&zip->body, zip->members);
    put16(&zip->body, zip->members);
    put32(&zip->body, size);
    put32(&zip->body, at);
    put16(&zip->body, 0);
    enum lac_status st = lac_buffer_status(&zip->directory, err);
    return st ? st : lac_buffer_status(&zip->body, err);
}

void lac_publish_zip_release(struct lac_publish_zip *zip)
{
    lac_buffer_release(&zip->body);
    lac_buffer_release(&zip->directory);
}
