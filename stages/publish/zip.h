/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_PUBLISH_ZIP_H
#define LAC_PUBLISH_ZIP_H
/*
 * A ZIP archive in memory (APPNOTE 6.3.3, without ZIP64: under 4 GiB and 65,535 members). No times and no
 * extra fields: equal members give equal bytes, and the first member may be told by its place, as
 * OpenDocument asks.
 */
#include <stdbool.h>
#include "base/memory.h"

struct lac_publish_zip {
    struct lac_buffer body, directory;
    unsigned members;
};

/* Adds a member; `store`: not compressed. On failure the buffer says so. */
void lac_publish_zip_add(struct lac_publish_zip *zip, const char *name, const char *bytes, size_t length,
                         bool store);
/* Ends the archive: `body` holds it. */
enum lac_status lac_publish_zip_end(struct lac_publish_zip *zip, struct lac_error *err) LAC_CHECKED;
void lac_publish_zip_release(struct lac_publish_zip *zip);

#endif
