/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAC_LINK_PHONETIC_H
#define LAC_LINK_PHONETIC_H
#include <stdbool.h>

/* American Soundex of the letters of `name`: first letter and three digits ("Ashcraft" -> A261). H and W do
 * not separate equal codes, vowels and Y do. False, and out empty, when there is no ASCII letter. */
bool lac_link_soundex(const char *name, char out[5]);

#endif
