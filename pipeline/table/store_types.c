/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/store_internal.h"

#include <math.h>

static const uint8_t missing_u8 = LAC_MISSING_U8;
static const uint32_t missing_u32 = LAC_MISSING_U32;
static const int32_t missing_i32 = LAC_MISSING_I32;
static const int64_t missing_i64 = LAC_MISSING_I64;
static const double missing_f64 = (double)NAN;

static const struct lac_store_type types[] = {
    [LAC_TYPE_U8] = {&H5T_STD_U8LE_g, &H5T_NATIVE_UINT8_g, &missing_u8},
    [LAC_TYPE_U32] = {&H5T_STD_U32LE_g, &H5T_NATIVE_UINT32_g, &missing_u32},
    [LAC_TYPE_I32] = {&H5T_STD_I32LE_g, &H5T_NATIVE_INT32_g, &missing_i32},
    [LAC_TYPE_I64] = {&H5T_STD_I64LE_g, &H5T_NATIVE_INT64_g, &missing_i64},
    [LAC_TYPE_F64] = {&H5T_IEEE_F64LE_g, &H5T_NATIVE_DOUBLE_g, &missing_f64},
    [LAC_TYPE_STR] = {&H5T_STD_U32LE_g, &H5T_NATIVE_UINT32_g, &missing_u32},
};

const struct lac_store_type lac_store_u64 = {&H5T_STD_U64LE_g, &H5T_NATIVE_UINT64_g, NULL};
const struct lac_store_type lac_store_bytes = {&H5T_STD_U8LE_g, &H5T_NATIVE_UCHAR_g, NULL};

const struct lac_store_type *lac_store_type(enum lac_type type)
{
    return &types[type];
}

void lac_store_begin(void)
{
    (void)H5dont_atexit(); /* has an effect only before the library starts; refuses later, harmlessly */
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}
