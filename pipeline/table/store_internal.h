/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_TABLE_STORE_INTERNAL_H
#define LAC_TABLE_STORE_INTERNAL_H
/* Shared by the store's reader and writer only: schema version, HDF5 types. */
#include <hdf5.h>
#include "table/table.h"

#define LAC_SCHEMA_MAJOR 1
#define LAC_SCHEMA_MINOR 0
#define LAC_STORE_CHUNK 65536
#define LAC_STORE_ROWS_MAX 4000000000u

/* Before the first call of HDF5 in a function: no error stack on stderr, and no clean-up at exit, which walks
 * into freed memory after a file that could not be closed (a full disk) and turns an honest error into a
 * crash. */
void lac_store_begin(void);

/* Type ids are run-time values of the HDF5 library, so the table holds their addresses. */
struct lac_store_type {
    const hid_t *file, *memory;
    const void *missing; /* NULL: none */
};
const struct lac_store_type *lac_store_type(enum lac_type type);
extern const struct lac_store_type lac_store_u64, lac_store_bytes;

#endif
