/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "explain.h"

static enum lac_status unknown(const char *what, const char *id, const char *where, struct lac_error *err)
{
    enum lac_status st = lac_fail(err, LAC_USAGE, "--explain: %s `%s`", what, id);
    lac_error_remedy(err, "%s", where);
    return st;
}

enum lac_status lac_link_explain_ids(const char *text, const struct lac_link_finder *finder,
                                     struct lac_arena *arena, const char *id[2], uint32_t record[2],
                                     struct lac_error *err)
{
    const char *comma = strchr(text, ',');
    if (!comma) return unknown("two records are needed, ID1,ID2, not", text, finder->where, err);
    for (;; comma = strchr(comma + 1, ',')) { /* identifiers may hold commas themselves */
        id[0] = lac_arena_strndup(arena, text, (size_t)(comma - text));
        id[1] = lac_arena_strdup(arena, comma + 1);
        if (!id[0] || !id[1]) return lac_fail_memory(err, "identifiers");
        record[0] = finder->find(finder->context, id[0]);
        record[1] = finder->find(finder->context, id[1]);
        bool known = record[0] != LAC_LINK_NULL && record[1] != LAC_LINK_NULL;
        if (known && record[0] == record[1])
            return unknown("two different records are needed, not twice", id[0], finder->where, err);
        if (known) return LAC_OK;
        if (!strchr(comma + 1, ',')) break;
    }
    return unknown("no record is called", id[record[0] == LAC_LINK_NULL ? 0 : 1], finder->where, err);
}
