/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phonetic.h"
#include <stddef.h>

/* Per letter A..Z: digit of the code, 0 for vowels and Y, 7 for H and W, which are passed over. */
static const char soundex_code[] = "01230127022455012623017202";

bool lac_link_soundex(const char *name, char out[5])
{
    size_t length = 0;
    char last = 0;
    for (const char *p = name; *p && length < 4; p++) {
        char letter = *p;
        if (letter >= 'a' && letter <= 'z') letter = (char)(letter - 'a' + 'A');
        if (letter < 'A' || letter > 'Z') continue;
        char code = soundex_code[letter - 'A'];
        if (length == 0)
            out[length++] = letter;
        else if (code == '7')
            continue;
        else if (code != '0' && code != last)
            out[length++] = code;
        last = code;
    }
    if (length == 0) {
        out[0] = '\0';
        return false;
    }
    while (length < 4) out[length++] = '0';
    out[4] = '\0';
    return true;
}
