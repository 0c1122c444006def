/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_COMPARE_POSTCODE_H
#define LAC_LINK_COMPARE_POSTCODE_H
/* Postcodes by their depth: level 1 full, 2 sector, 3 district, 4 area, 5 none. An outward code alone
 * compares by district and area. */
#include "link.h"

/* Length of part 0 (full), 1 (sector), 2 (district) or 3 (area) of a canonical postcode ("SW1A 1AA"); 0 when
 * it does not have that part. A text that is no British postcode has a full part only. */
size_t lac_link_postcode_part(const char *postcode, unsigned part);
/* Level of two places of a field (field->place of its values); `same` says that the values are equal. */
unsigned lac_link_postcode_level(const struct lac_link_field *field, uint32_t a, uint32_t b, bool same);

#endif
