/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum lac_status lac_digest_begin(struct lac_digest *digest, struct lac_error *err)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    digest->state = context;
    if (context == NULL) return lac_fail_memory(err, "a digest");
    if (EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        digest->state = NULL;
        return lac_fail(err, LAC_DEFECT, "SHA-256 is not available");
    }
    return LAC_OK;
}

void lac_digest_add(struct lac_digest *digest, const void *bytes, size_t length)
{
    /* a failure leaves the context unusable, which lac_digest_end() reports */
    if (EVP_DigestUpdate(digest->state, bytes, length) != 1) EVP_MD_CTX_reset(digest->state);
}

void lac_digest_add_text(struct lac_digest *digest, const char *text)
{
    lac_digest_add(digest, text, strlen(text) + 1);
}

enum lac_status lac_digest_end(struct lac_digest *digest, char out[LAC_DIGEST_SIZE], struct lac_error *err)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    int done = EVP_DigestFinal_ex(digest->state, bytes, &length);

    EVP_MD_CTX_free(digest->state);
    digest->state = NULL;
    out[0] = '\0';
    if (done != 1 || length != 32) return lac_fail(err, LAC_DEFECT, "SHA-256 failed");
    for (unsigned i = 0; i < length; i++) {
        out[2 * i] = hex[bytes[i] >> 4];
        out[2 * i + 1] = hex[bytes[i] & 15];
    }
    out[64] = '\0';
    return LAC_OK;
}

enum lac_status lac_digest_bytes(const void *bytes, size_t length, char out[LAC_DIGEST_SIZE],
                                 struct lac_error *err)
{
    struct lac_digest digest;
    enum lac_status status = lac_digest_begin(&digest, err);

    if (status != LAC_OK) return status;
    lac_digest_add(&digest, bytes, length);
    return lac_digest_end(&digest, out, err);
}

enum lac_status lac_digest_file(const char *path, char out[LAC_DIGEST_SIZE], struct lac_error *err)
{
    struct lac_digest digest;
    char block[65536];
    enum lac_status status;
    FILE *file = fopen(path, "rb");
    size_t n;
    int failed;

    out[0] = '\0';
    if (file == NULL) {
        status = lac_fail(err, LAC_IO, "cannot be opened: %s", strerror(errno));
        lac_error_file(err, path);
        lac_error_remedy(err, "check the path and the rights of the file");
        return status;
    }
    status = lac_digest_begin(&digest, err);
    if (status != LAC_OK) {
        fclose(file);
        return status;
    }
    while ((n = fread(block, 1, sizeof block, file)) > 0) lac_digest_add(&digest, block, n);
    failed = ferror(file);
    fclose(file);
    status = lac_digest_end(&digest, out, err);
    if (failed) {
        status = lac_fail(err, LAC_IO, "cannot be read");
        lac_error_file(err, path);
    }
    return status;
}

uint64_t lac_hash64(const void *bytes, size_t length, uint64_t seed)
{
    return XXH64(bytes, length, seed);
}

void lac_hash128(const void *bytes, size_t length, uint64_t *low, uint64_t *high)
{
    XXH128_hash_t hash = XXH3_128bits(bytes, length);

    *low = hash.low64;
    *high = hash.high64;
}

uint64_t lac_hash_text(const void *bytes, size_t length)
{
    return XXH3_64bits(bytes, length);
}
